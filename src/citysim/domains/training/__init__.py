"""Young people leave school with a diploma, adults train, and everybody's skills fade or are rebuilt.

Adult training by status, education and age follows Insee (Formation d'adultes 2022); skills depreciate by one to four
per cent a year (judgement after the human-capital literature); people who lost their job retrain for sectors that hire.
"""

from __future__ import annotations

import numpy as np

from citysim.city.codes import Education, Labour
from citysim.core.choice import choose, happens
from citysim.core.declare import by_group, mean, value
from citysim.core.domain import TODAY, Domain
from citysim.core.kernels.columns import looked_up, rows_where, sums_by_link
from citysim.domains.training import adult, schooling, skills
from citysim.domains.training.declarations import COLUMNS, COUPLINGS, MEASURES, PARAMS

ADULT_AGE = 15
SECTORS = 14


class Training(Domain):
    """Who studies, who trains, and what people can do."""

    name = "training"
    reads = (
        "persons.age",
        "persons.sex",
        "persons.labour",
        "persons.labour_since",
        "persons.occupation",
        "persons.sector",
        "persons.household",
        "persons.mother",
        "persons.father",
        "persons.displaced_year",
        "persons.wage",
        "households.income",
        "households.consumption_units",
        "jobs.sector",
        "jobs.holder",
        "jobs.commuter",
        "jobs.wage",
    )
    params = PARAMS
    columns = COLUMNS
    measures = MEASURES
    offers = ("participation", "learning_gain", "early_school_leaving", "higher_education_enrolment")
    couplings = COUPLINGS

    def start(self, city, draws):
        """Give people of school age a track, and solve the levels that make the base year its own fixed point."""
        persons = city.persons
        track = persons["track"]
        pupils = np.flatnonzero(persons["enrolled"] & (persons["age"] >= schooling.FIRST_TRACK_AGE))
        vocational = happens(draws, "training.first_track", persons.key[pupils], self.at(TODAY).vocational_share)
        vocational &= persons["age"][pupils] < schooling.BACCALAUREATE_AGE + 2
        track[pupils] = np.where(vocational, schooling.VOCATIONAL, schooling.GENERAL)
        self._start_at_rest(city, self.at(TODAY))

    def step(self, city, year, draws):
        """Go to school, take courses, and let skills change."""
        p = self.at(year)
        self._quintiles = schooling.quintile_bounds(city.households)
        self._enrol_children(city, p, draws)
        self._stay_or_leave(city, p, draws)
        trained = self._train_adults(city, p, draws)
        self._change_skills(city, p, trained)
        self._take_long_courses(city, p, year, draws, np.flatnonzero(trained))
        self._reach_out(city, p, draws)

    # ------------------------------------------------------------------------------------ levels of the base year

    def _start_at_rest(self, city, p):
        self._quintiles = schooling.quintile_bounds(city.households)
        persons = city.persons
        age, labour, education = persons["age"], persons["labour"], persons["education"]
        table = city.reference("enrolment")
        stay = schooling.stay_shares(table["age"], table["share"])
        offset = self._school_offset(city, p)
        pupil = persons["enrolled"]
        self._levels = np.array(
            [
                schooling.level_for(stay[a], offset[pupil & (age == a)]) if 0.0 < stay[a] < 1.0 else np.inf
                for a in range(stay.size)
            ]
        )
        self._levels[stay <= 0.0] = -np.inf
        eligible = (age >= adult.FIRST_AGE) & (age <= adult.LAST_AGE) & ~pupil
        cells = adult.cell_of(labour[eligible], education[eligible], age[eligible])
        people = np.bincount(cells, minlength=27).reshape(3, 3, 3).astype(float)
        self._rates = adult.solve_rates(people, p.rate_by_status, p.rate_by_education, p.rate_by_age).ravel()
        self._rest_skills(city, p)

    def _rest_skills(self, city, p):
        persons = city.persons
        age, labour = persons["age"], persons["labour"]
        grown = age >= ADULT_AGE
        fade = skills.fading(labour, p.idle_factor, p.unemployed_factor)
        eligible = (age >= adult.FIRST_AGE) & (age <= adult.LAST_AGE) & ~persons["enrolled"]
        rate = np.where(eligible, self._rates[adult.cell_of(labour, persons["education"], age)], 0.0)
        gain = rate * (p.short_gain + p.long_share[adult.status_group(labour)] * p.completion * p.long_gain / 3.0)
        digital = persons["skill_digital"].astype(float)
        persons["digital_practice"][:] = np.where(
            grown, skills.practice_at_rest(digital, p.depreciation[skills.DIGITAL] * fade, gain), 0.0
        )
        self._practice = [
            skills.mean_practice(persons[name][grown].astype(float), (p.depreciation[k] * fade)[grown], gain[grown])
            for k, name in enumerate(skills.SKILLS[:2])
        ]
        young = np.flatnonzero((age >= 15) & (age <= 19))
        young = young if young.size else np.flatnonzero(grown)
        young = young[np.lexsort((persons.key[young], persons["skill_digital"][young]))]
        self._school_leavers = np.column_stack([persons[name][young] for name in skills.SKILLS])
        self._young_practice = persons["digital_practice"][young].copy()

    # ------------------------------------------------------------------------------------------- initial education

    def _enrol_children(self, city, p, draws):
        """From 3 to 14 all go to school; at 15 the track is chosen and skills begin to count."""
        persons = city.persons
        age, track = persons["age"], persons["track"]
        pupils = np.flatnonzero((age >= schooling.FIRST_SCHOOL_AGE) & (age <= schooling.FIRST_TRACK_AGE))
        persons["enrolled"][pupils] = True
        rows = pupils[(age[pupils] == schooling.FIRST_TRACK_AGE) & (track[pupils] == schooling.NO_TRACK)]
        if rows.size == 0:
            return
        keys = persons.key[rows]
        parent, quintile = self._background(city, rows)
        odds = schooling.log_odds(p.vocational_share) - p.track_by_background * (
            p.parent_tertiary * (parent - 0.35) + p.income_step * (quintile - 2.0)
        )
        vocational = happens(draws, "training.track", keys, schooling.sigmoid(odds))
        track[rows] = np.where(vocational, schooling.VOCATIONAL, schooling.GENERAL)
        like = draws.integers("training.first_skills", keys, len(self._school_leavers))
        for position, name in enumerate(skills.SKILLS):
            persons[name][rows] = self._school_leavers[like, position]
        persons["digital_practice"][rows] = self._young_practice[like]

    def _background(self, city, rows):
        """Whether a parent has a tertiary diploma, and the income quintile (0 to 4) of the household."""
        persons, households = city.persons, city.households
        education = persons["education"]
        tertiary = np.zeros(rows.size)
        for link in ("mother", "father"):
            parent = persons[link][rows]
            tertiary = np.maximum(tertiary, (parent >= 0) & (education[parent] >= Education.SHORT_TERTIARY))
        household = persons["household"][rows]
        units = np.maximum(households["consumption_units"][household], 1.0)
        quintile = np.searchsorted(self._quintiles, households["income"][household] / units).astype(float)
        return tertiary, np.where(household >= 0, quintile, 1.0)

    def _school_offset(self, city, p):
        """Log-odds of staying at school relative to the level of the age, one per person (0 outside school)."""
        persons = city.persons
        rows = rows_where(persons["enrolled"] & (persons["age"] > schooling.FIRST_TRACK_AGE))
        offset = np.zeros(persons.size)
        if rows.size:
            parent, quintile = self._background(city, rows)
            slope = np.where(persons["age"][rows] < schooling.BACCALAUREATE_AGE, 0.5, 1.0)
            offset[rows] = slope * (p.parent_tertiary * parent + p.income_step * quintile)
            offset[rows] += np.where(persons["track"][rows] == schooling.VOCATIONAL, p.vocational_penalty, 0.0)
        return offset

    def _stay_or_leave(self, city, p, draws):
        """Stay on in education or leave it, with the diploma of the year."""
        persons = city.persons
        age, enrolled, education = persons["age"], persons["enrolled"], persons["education"]
        rows = rows_where(enrolled & (age > schooling.FIRST_TRACK_AGE))
        if rows.size == 0:
            return
        keys, ages = persons.key[rows], np.minimum(age[rows], self._levels.size - 1)
        odds = self._levels[ages] + self._school_offset(city, p)[rows]
        leaving = 1.0 - schooling.sigmoid(odds)
        minor = ages < schooling.BACCALAUREATE_AGE
        leaving[minor] *= self.offered("early_school_leaving", 1.0)
        leaving[ages == schooling.BACCALAUREATE_AGE] -= self.offered("higher_education_enrolment", 0.0)
        stays = ~happens(draws, "training.leave_school", keys, leaving)
        vocational = persons["track"][rows] == schooling.VOCATIONAL
        chance = np.where(
            vocational, p.success[0], np.where(ages <= schooling.BACCALAUREATE_AGE, p.success[1], p.success[2])
        )
        passed = happens(draws, "training.examination", keys, chance)
        before = education[rows]
        education[rows] = np.where(
            stays,
            schooling.diploma_while_enrolled(ages, before, passed),
            schooling.diploma_when_leaving(ages, persons["track"][rows], before, passed),
        )
        enrolled[rows[~stays]] = False
        risen = rows[education[rows] > before]
        for name, gain in zip(("skill_cognitive", "skill_digital"), p.schooling_gain, strict=True):
            persons[name][risen] += gain * (1.0 - persons[name][risen])

    # --------------------------------------------------------------------------------------------- adult training

    def _train_adults(self, city, p, draws):
        """Draw who takes a course this year, bool [persons]."""
        persons = city.persons
        rates = adult.table_of_rates(self._rates, p.unmet_wish, p.offer_factor)
        rate = looked_up(rates, adult.place_in_table(persons["labour"], persons["education"], persons["age"]))
        wished = rate > 0.0
        rate = np.clip(self.offered("participation", rate, "persons"), 0.0, 1.0)
        trained = happens(draws, "training.course", persons.key, rate)
        trained &= wished & ~persons["enrolled"]
        persons["trained"][:] = trained
        extra = p.short_cost * float(trained.sum()) * (p.offer_factor - 1.0)
        self.book("training_places", extra, "region", "households")
        return trained

    def _take_long_courses(self, city, p, year, draws, rows):
        """Some of the courses are long ones that build a skill, and retrain those without a job."""
        persons = city.persons
        keys, status = persons.key[rows], persons["labour"][rows].copy()
        status[persons["labour_since"][rows] >= year] = Labour.EMPLOYED  # newcomers between two jobs do not retrain
        chance = p.long_share[adult.status_group(status)]
        displaced = (persons["displaced_year"][rows] >= year - 1) & (status == Labour.UNEMPLOYED)
        if self.coupled("automation_training"):
            chance = np.where(displaced, p.long_share_displaced, chance)
        begins = happens(draws, "training.long_course", keys, chance)
        rows, keys, status = rows[begins], keys[begins], status[begins]
        online = happens(draws, "training.online", keys, p.online_share)
        online &= persons["skill_digital"][rows] >= p.digital_threshold
        self.book("training_places", p.long_cost * float(np.where(online, 0.5, 1.0).sum()), "region", "households")
        done = happens(draws, "training.complete", keys, np.where(online, p.online_completion, p.completion))
        rows, status = rows[done], status[done]
        occupation = persons["occupation"][rows]
        skill = np.where(occupation >= 0, skills.SKILL_OF_OCCUPATION[occupation], skills.DIGITAL)
        jobless = status == Labour.UNEMPLOYED
        if jobless.any():
            target = self._retraining_sector(city, p, draws, rows[jobless])
            persons["retraining"][rows[jobless]] = target
            skill[jobless] = skills.SKILL_OF_SECTOR[target]
        persons["retraining_year"][rows] = year
        gain = self.offered("learning_gain", np.full(persons.size, p.long_gain), "persons")[rows]
        for position, name in enumerate(skills.SKILLS):
            mine = rows[skill == position]
            persons[name][mine] += gain[skill == position] * (1.0 - persons[name][mine])

    def _retraining_sector(self, city, p, draws, rows):
        """Choose the sector to retrain for: wage times chance of a job, and a taste for the sector one knows."""
        persons, jobs = city.persons, city.jobs
        sector = jobs["sector"]
        vacant = (jobs["holder"] < 0) & (jobs["commuter"] < 0)
        count = np.maximum(sums_by_link(sector, SECTORS), 1)
        wage = sums_by_link(sector, SECTORS, jobs["wage"]) / count
        seeking = sums_by_link(persons["sector"], SECTORS, where=persons["labour"] == Labour.UNEMPLOYED)
        prospects = adult.sector_prospects(
            wage,
            sums_by_link(sector, SECTORS, where=vacant).astype(float),
            seeking.astype(float),
        )
        known = persons["sector"][rows].astype(int)[:, None] == np.arange(SECTORS)[None, :]
        size = np.log(count / count.sum())  # larger sectors hold more of the occupations one can train for
        utility = prospects[None, :] + 0.5 * size[None, :] + p.familiar_sector * known
        return choose(draws, "training.sector", persons.key[rows], utility).astype(np.int8)

    def _reach_out(self, city, p, draws):
        """Programmes for digital skills reach some of those who lack them."""
        if p.digital_push <= 0.0:
            return
        persons = city.persons
        digital = persons["skill_digital"]
        weak = np.flatnonzero((digital < p.digital_threshold) & (persons["age"] >= ADULT_AGE))
        reached = weak[happens(draws, "training.digital_push", persons.key[weak], p.push_reach * p.digital_push)]
        digital[reached] += p.push_gain * (1.0 - digital[reached])
        self.book("digital_training", p.push_cost * float(reached.size), "state", "households")

    def _change_skills(self, city, p, trained):
        """Depreciation, daily practice and short courses, from 15 on."""
        persons = city.persons
        factors = skills.fading(np.arange(len(Labour)), p.idle_factor, p.unemployed_factor).astype(np.float32)
        grown = persons["age"] >= ADULT_AGE
        fade = looked_up(
            np.outer(factors, [0.0, 1.0]).astype(np.float32).ravel(), persons["labour"] * np.int16(2) + grown
        )
        gain = np.float32(p.short_gain) * trained
        practices = (*(np.float32(practice) * grown for practice in self._practice), persons["digital_practice"])
        for position, name in enumerate(skills.SKILLS):
            skill = persons[name]
            lost = np.float32(p.depreciation[position]) * fade
            skill[:] = skills.next_skill(skill, lost, practices[position], gain)

    # ---------------------------------------------------------------------------------------------------- measures

    def measure(self, city, year):
        """Training by status, education and age, digital skills, diplomas."""
        p, persons = self.at(year), city.persons
        age, education, trained = persons["age"], persons["education"], persons["trained"]
        out = ~persons["enrolled"]
        grown = age >= ADULT_AGE
        eligible = (age >= adult.FIRST_AGE) & (age <= adult.LAST_AGE) & out
        status = adult.status_group(persons["labour"])
        diploma = adult.education_group(education)
        leaver = (age >= 18) & (age <= 24)
        retrained = (persons["retraining_year"] == year - 2) & (persons["retraining"] >= 0) & (year > 2)
        tertiary = education >= Education.SHORT_TERTIARY
        by_diploma = [_share(trained, eligible & (diploma == k)) for k in range(3)]
        names = ("employed", "unemployed", "inactive")
        return {
            "adult_training_rate": mean(trained, "persons", eligible),
            "adult_training_rate_by_status": by_group(
                {name: _share(trained, eligible & (status == k)) for k, name in enumerate(names)}, "status"
            ),
            "training_gap": value(by_diploma[2] - by_diploma[0]),
            "low_digital_skill_share": mean(persons["skill_digital"] < p.digital_threshold, "persons", grown),
            "mean_digital_skill": mean(persons["skill_digital"], "persons", grown),
            "tertiary_share_25_64": mean(tertiary, "persons", (age >= 25) & (age <= 64)),
            "tertiary_share_30_34": mean(tertiary, "persons", (age >= 30) & (age <= 34)),
            "early_leaver_share": mean(out & (education == Education.LOW), "persons", leaver),
            "enrolment_18_24": mean(~out, "persons", leaver),
            "long_course_share": mean(persons["retraining_year"] == year, "persons", eligible),
            "retraining_success": value(_share(persons["labour"] == Labour.EMPLOYED, retrained)),
        }


def _share(happened, where):
    return np.count_nonzero(happened & where) / max(np.count_nonzero(where), 1)
