"""Who falls ill or becomes dependent, who sees a doctor and how soon, and who finds a place in a nursing home.

States by age follow the national projection of dependency (`states`), people differ by education, habits, air and care
(`risk`); patients queue week by week for general practitioners within reach (`general_practice`); beds ration entry
into nursing homes (`nursing`).
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from citysim.city.city import City
from citysim.city.codes import Health as State
from citysim.city.codes import Residence
from citysim.core.choice import happens
from citysim.core.declare import Statistic
from citysim.core.domain import TODAY, Domain
from citysim.core.draws import Draws
from citysim.core.kernels.columns import looked_up
from citysim.domains.health import care, practice
from citysim.domains.health.declarations import COLUMNS, MEASURES
from citysim.domains.health.measures import measures_of
from citysim.domains.health.parameters import PARAMS
from citysim.domains.health.risk import active_commute, activity_effect, breathed, codes_of, relative_odds
from citysim.domains.health.start import assessed_chance, assessed_share, draw_states, mortality_by_age
from citysim.domains.health.states import OLDEST, Reference, group_of_independence

BASE_YEAR = 2025
GIR_AGE = 60
FRAIL_AGE = 75


class Health(Domain):
    """Health, general practice and care of dependent people."""

    name = "health"
    reads = (
        "persons.age",
        "persons.sex",
        "persons.education",
        "persons.labour",
        "persons.household",
        "persons.partner",
        "persons.mother",
        "persons.father",
        "persons.residence",
        "persons.workplace",
        "persons.commute_mode",
        "persons.commute_minutes",
        "persons.telework_days",
        "persons.skill_digital",
        "persons.diet",
        "households.size",
        "households.zone",
        "households.income",
        "households.consumption_units",
        "zones.pm25",
        "zones.heat_index",
        "jobs.sector",
        "jobs.holder",
        "jobs.commuter",
        "facilities.kind",
        "facilities.zone",
        "facilities.capacity",
    )
    params = PARAMS
    columns = COLUMNS
    measures = MEASURES
    offers = (
        "gp_capacity",
        "gp_need",
        "gp_wait",
        "teleconsultation_utility",
        "hospital_risk",
        "fall_risk",
        "nursing_home_age_shift",
        "caregiver_capacity",
        "exposure",
        "active_minutes",
        "heat_mortality",
    )
    couplings: ClassVar[dict[str, str]] = {
        "exposure_activity": "air and active travel change who falls ill",
        "heat": "hot days make frail people worse",
        "care_scarcity": "people who go without a doctor get worse more often",
        "online_substitution": "teleconsultations relieve the doctors of the town",
        "care_labour": "unfilled care jobs leave nursing-home beds empty",
        "family_carers": "kin help those who wait for a nursing home",
    }

    def start(self, city: City, draws: Draws) -> None:
        """Draw the states of the base year from the profile that transitions keep."""
        p = self.at(TODAY)
        persons = city.persons
        mortality = mortality_by_age(city.reference("mortality"), p.mortality_level)
        self.reference = Reference(mortality, p)
        self.assessed = assessed_share(city.reference("apa_rates"), self.reference)
        self.base: dict[str, Any] = {}
        self.last: dict[str, Any] = {}
        lot = draws.uniform("health.start", persons.key)
        persons["health"] = draw_states(city, self.reference, p.education_effect, lot)
        persons["gir"] = 0
        rows = np.flatnonzero((persons["health"] == State.DEPENDENT) & (persons["age"] >= GIR_AGE))
        lot = draws.uniform("health.gir_start", persons.key[rows])
        chance = assessed_chance(city, rows, self.assessed)
        edges = np.cumsum(p.gir_at_onset / p.gir_at_onset.sum())
        group = np.minimum(np.searchsorted(edges, lot / np.maximum(chance, 1e-9), side="right"), 3) + 1
        persons["gir"][rows] = np.where(lot < chance, group, 5)
        lot = draws.uniform("health.gp_start", persons.key)
        persons["gp_registered"] = (lot >= p.unregistered_share) | (persons["age"] < practice.ADULT)
        persons["exposure"] = breathed(city, city.person_zone(), p.work_exposure_share)
        self.base["beds"] = care.base_beds(city, p.bed_occupancy)
        city.zones["nursing_beds"][: city.internal] = self.base["beds"]

    def arrive(self, city: City, rows: Any, draws: Draws) -> None:
        """Newborns have the health of their age and a doctor; newcomers what their donors had, but no open queue."""
        if "persons" not in rows:
            return
        persons, new = city.persons, rows["persons"]
        persons["nursing_queue_since"][new] = 0
        persons["nursing_home_entry"][new] = False
        persons["carer_hours"][new] = 0.0
        born = new[persons["age"][new] == 0]
        lot = draws.uniform("health.newborn", persons.key[born])
        persons["health"][born] = np.searchsorted(np.cumsum(self.reference.shares[0])[:-1], lot, side="right")
        persons["gir"][born] = 0
        persons["gp_registered"][born] = True

    def step(self, city: City, year: int, draws: Draws) -> None:
        """Live one year of health and care."""
        zone = city.person_zone().astype(np.int32)
        self._breathe(city, zone, year)
        self._change_states(city, zone, year, draws)
        self._assess_dependence(city, year, draws)
        self._see_doctors(city, zone, year, draws)
        self._go_without(city, zone, year, draws)
        self._enter_nursing_homes(city, year, draws)
        self._book_costs(city, year)

    def measure(self, city: City, year: int) -> dict[str, Statistic]:
        """Report states, doctors and care."""
        p = self.at(year)
        risk = self.offered("hospital_risk", 1.0, over="persons")
        level = (1.0 - p.mortality_improvement) ** (year - BASE_YEAR)
        return measures_of(city, p, self.last, self.reference.mortality * level, risk)

    def _breathe(self, city: City, zone: Any, year: int) -> None:
        p = self.at(year)
        air = breathed(city, zone, p.work_exposure_share)
        city.persons["exposure"] = self.offered("exposure", 1.0) * air

    def _change_states(self, city: City, zone: Any, year: int, draws: Draws) -> None:
        p, persons = self.at(year), city.persons
        state, age = persons["health"], np.minimum(persons["age"], np.int8(OLDEST))
        before = self.at(year - 1).dependency_age_gain
        flow = self.reference.flows(before, p.dependency_age_gain, max(year - BASE_YEAR, 0))
        odds = np.zeros((2, OLDEST + 1, 4), np.float32)
        odds[..., :3] = flow / (1.0 - flow)
        place = (persons["sex"] * np.int16(OLDEST + 1) + age) * np.int16(4) + state
        relative = looked_up(odds.ravel(), place)
        relative *= self._relative_risk(city, zone, year)
        lot = draws.uniform("health.change", persons.key)
        worse = lot * (1.0 + relative) < relative
        better = lot > looked_up(1.0 - np.append(0.0, p.recovery), state)
        state += worse
        state -= better & ~worse

    def _relative_risk(self, city: City, zone: Any, year: int) -> Any:
        """Odds of worsening relative to people of the same age and state at the base year, [persons]."""
        p = self.at(year)
        code, cell = codes_of(city, self.coupled("care_scarcity"))
        relative, counts = relative_odds(code, cell, self.base.get("counts"), p)
        if self.last:  # not in the first year, when nobody is yet known to have gone without care
            self.base.setdefault("counts", counts)
        if self.coupled("exposure_activity"):
            relative *= self._air_and_activity(city, year)
        frail = np.flatnonzero(city.persons["age"] >= FRAIL_AGE)
        falls = self.offered("fall_risk", 1.0, over="households")
        if isinstance(falls, np.ndarray):
            falls = np.append(falls, 1.0)[city.persons["household"][frail]]
        relative[frail] *= 1.0 + p.fall_share * (falls - 1.0)
        if self.coupled("heat"):
            relative[frail] *= self._heat(city, year)[zone[frail]]
        return relative

    def _air_and_activity(self, city: City, year: int) -> Any:
        """Odds of worsening from air and active travel, relative to the mean of the base year, [persons]."""
        p, exposure = self.at(year), city.persons["exposure"]
        usual = self.base.get("exposure")
        if not usual:  # the first year in which the environment has measured air
            usual = self.base["exposure"] = float(exposure.mean())
        effect = np.float32(p.exposure_effect) * (exposure - np.float32(usual))
        rows, walking, cycling = active_commute(city)
        extra = self.offered("active_minutes", 0.0, over="persons")
        active = np.zeros(city.persons.size, np.float32)
        if isinstance(extra, np.ndarray):
            active[:] = activity_effect(extra.astype(np.float32), np.float32(0.0), p)
        more = extra[rows] if isinstance(extra, np.ndarray) else 0.0
        active[rows] = activity_effect(walking + more, cycling, p)
        if "activity" not in self.base:
            self.base["activity"] = float(np.exp(active).mean())
        return np.exp(effect + active) / self.base["activity"]

    def _heat(self, city: City, year: int) -> Any:
        """Odds of worsening of frail people by zone from heat above the base year's, [zones]."""
        heat = city.zones["heat_index"].astype(np.float64)
        if not np.any(self.base.get("heat", 0.0)):
            self.base["heat"] = heat
        above = np.maximum(heat - self.base["heat"], 0.0)
        return np.exp(self.at(year).heat_effect * above * self.offered("heat_mortality", 1.0))

    def _assess_dependence(self, city: City, year: int, draws: Draws) -> None:
        """Give GIR groups to those who became dependent and worsen those of others."""
        p, persons = self.at(year), city.persons
        gir, old = persons["gir"], persons["age"] >= GIR_AGE
        dependent = (persons["health"] == State.DEPENDENT) & old
        gir *= dependent
        worsening = np.flatnonzero((gir >= 2) & (gir <= 4))
        worse = happens(draws, "health.gir_worsening", persons.key[worsening], p.gir_worsening)
        gir[worsening[worse]] -= 1
        new = np.flatnonzero(dependent & (gir == 0))
        lot = draws.uniform("health.gir_onset", persons.key[new])
        gir[new] = group_of_independence(lot, persons["age"][new], self.assessed, p.gir_at_onset)

    def _see_doctors(self, city: City, zone: Any, year: int, draws: Draws) -> None:
        """Ask for visits, queue for them, and lose or find a doctor of one's own."""
        p = self.at(year)
        offered = practice.Offered(
            need=self.offered("gp_need", 1.0, over="persons"),
            utility=self.offered("teleconsultation_utility", 0.0, over="persons"),
            capacity=self.offered("gp_capacity", 1.0),
            wait=self.offered("gp_wait", 1.0),
        )
        needs = practice.needs(city, zone, p, offered, self.base)
        result = practice.live(city, p, needs, offered, self.base, self.coupled("online_substitution"))
        practice.register(city, zone, p, needs, result, draws, self.base)
        self.last["demand"], self.last["practice"] = needs.demand, result

    def _go_without(self, city: City, zone: Any, year: int, draws: Draws) -> None:
        """Share visits given up among people; some of it matters for their health."""
        p, persons = self.at(year), city.persons
        practice.share_unmet(city, zone, p, self.last["practice"])
        chance = -np.expm1(np.float32(-p.serious_share) * persons["gp_unmet"])
        persons["unmet_care"] = happens(draws, "health.unmet_care", persons.key, chance)

    def _enter_nursing_homes(self, city: City, year: int, draws: Draws) -> None:
        """Apply, wait and be given a bed."""
        p, persons = self.at(year), city.persons
        beds = self.base["beds"] * p.nursing_bed_ratio
        city.zones["nursing_beds"][: city.internal] = beds
        staff = care.staffed_share(city, self.base) if self.coupled("care_labour") else 1.0
        usable = float(beds.sum()) * min(staff * self.offered("caregiver_capacity", 1.0), 1.0)
        shift = self.offered("nursing_home_age_shift", 0.0, over="households")
        death = self.reference.death()
        care.apply(city, p, shift, death, self.base, year, draws)
        self.last["entered"] = care.call(city, usable, death, self.base, year, draws)
        persons["carer_hours"] = 0.0
        if self.coupled("family_carers"):
            care.help_kin(city, p)

    def _book_costs(self, city: City, year: int) -> None:
        """Book care given, and what the levers cost above the base year."""
        p, persons = self.at(year), city.persons
        visits = float(self.last["demand"] @ self.last["practice"].given)
        own = visits * p.visit_price * p.visit_own_share
        self.book("gp_visits", own, payer="households", payee="doctors")
        self.book("gp_visits", visits * p.visit_price - own, payer="health_insurance", payee="doctors")
        residents = np.count_nonzero(persons["residence"] == Residence.NURSING_HOME)
        cost = residents * p.resident_cost
        self.book("nursing_home_stays", cost * p.resident_own_share, payer="households", payee="nursing_homes")
        rest = cost * (1.0 - p.resident_own_share)
        self.book("nursing_home_stays", rest, payer="health_insurance", payee="nursing_homes")
        home = care.home_care_cost(city, p)
        self.book("home_care", home, payer="state", payee="home_care")
        posts = p.gp_density / 1e5 * persons.size * max(p.gp_ratio - 1.0, 0.0)
        self.book("gp_support", posts * p.gp_support_cost, payer="health_insurance", payee="doctors")
        more = float(self.base["beds"].sum()) * max(p.nursing_bed_ratio - 1.0, 0.0)
        self.book("nursing_home_beds", more * p.bed_cost, payer="health_insurance", payee="nursing_homes")
        self.last["care_cost"] = cost + home
