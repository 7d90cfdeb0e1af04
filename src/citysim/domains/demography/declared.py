"""What demography declares: its figures, its columns and what it reports."""

from __future__ import annotations

from citysim.core.declare import Column, Measure, Param
from citysim.domains.demography.places import INDEX as PLACE_INDEX

LIFE = {
    "mortality_ratio": Param("1", "deaths of the town relative to the French life table", low=0.8, high=1.3),
    "life_expectancy_gain": Param(
        "year",
        "years of life expectancy gained from 2025 to 2050, on a straight line",
        role="exogenous",
        low=-5,
        high=15,
        index=("male", "female"),
    ),
    "education_risk_at_45": Param(
        "1", "risk of death without diploma relative to long tertiary, at 45", low=1, high=4, index=("male", "female")
    ),
    "education_risk_at_90": Param("1", "the same at 90", low=1, high=3, index=("male", "female")),
    "education_gradient": Param(
        "1",
        "place of each diploma between the lowest (0) and the highest (1) risk",
        low=0,
        high=1,
        index=("low", "vocational", "baccalaureate", "short_tertiary", "long_tertiary"),
    ),
    "health_risk": Param(
        "1", "relative risk of death by health", low=1, high=10, index=("good", "chronic", "limited", "dependent")
    ),
    "pollution_risk": Param("1", "risk of death per 10 ug/m3 of fine particles", low=1, high=1.2),
    "nursing_alone_factor": Param("1", "wish for a nursing home of those without partner", low=1, high=5),
    "nursing_demand": Param("1", "people who ask for a nursing home per place that falls free", low=0.5, high=3),
    "hall_exit": Param("1/year", "students who leave a hall in a year", low=0, high=1),
    "institution_exit": Param("1/year", "people who leave other institutions in a year", low=0, high=1),
}

CHILDREN = {
    "total_fertility_rate": Param("children/woman", "period fertility of the town", role="exogenous", low=0.5, high=4),
    "partnership_factor": Param("1", "relative chance of a birth", low=0, high=3, index=("single", "in_couple")),
    "parity_factor": Param(
        "1", "relative chance of a birth by children born", low=0, high=3, index=("none", "one", "two", "three_or_more")
    ),
    "male_birth_share": Param("1", "boys per birth", role="universal", low=0.5, high=0.53),
    "twin_share": Param("1", "second children per delivery", role="universal", low=0, high=0.05),
}

HOMES = {
    "shared_living_factor": Param(
        "1",
        "adults who share a home with adults other than a partner, relative to 2025",
        role="exogenous",
        low=0.5,
        high=2,
    ),
    "intergenerational_factor": Param(
        "1",
        "how much more than today generations live together: young adults with parents, old people with children",
        role="exogenous",
        low=0.5,
        high=2,
    ),
    "sharing_response": Param(
        "1",
        "response of the ways in and out of shared homes per unit of the two factors above, in logarithms",
        low=1,
        high=8,
    ),
    "return_rate": Param(
        "1/year",
        "young adults who live alone and go back to their parents in town",
        low=0,
        high=0.5,
        index=("employed", "student", "other"),
    ),
    "join_child_rate": Param(
        "1/year",
        "people of 75 and more living alone who move in with a child in town",
        low=0,
        high=0.5,
        index=("able", "dependent"),
    ),
    "leaving_ceiling": Param("1/year", "largest hazard of leaving the parental home", low=0, high=1),
    "leaving_age": Param("year", "age at half of that hazard", low=16, high=30),
    "leaving_spread": Param("year", "width of its rise", low=0.3, high=5),
    "leaving_peak": Param("year", "age from which the hazard falls again", low=18, high=60),
    "leaving_decline": Param("year", "years in which it then falls to 1/e", low=1, high=50),
    "leaving_factor": Param("1", "relative hazard by activity", low=0, high=3, index=("employed", "student", "other")),
    "leaving_rent_elasticity": Param("1", "fall of the hazard when rents outrun incomes", low=0, high=2),
    "flat_share": Param("1", "leavers up to 30 who look for a shared flat", low=0, high=1),
    "return_share": Param("1", "separated people under 45 who go back to their parents", low=0, high=1),
}

COUPLES = {
    "union_entry": Param(
        "1/year",
        "singles who look for a partner in a year, by age",
        low=0,
        high=1,
        index=("from_18", "from_25", "from_30", "from_35", "from_45", "from_60"),
    ),
    "parent_entry_factor": Param("1", "the same for those who live with a child of theirs", low=0, high=2),
    "guest_entry_factor": Param("1", "the same for those who live in somebody else's home", low=0, high=2),
    "pair_score": Param(
        "1",
        "coefficients of the score of a pair: his age, squared, cubed; age gap, squared, cubed",
        low=-2,
        high=2,
        index=("age", "age_squared", "age_cubed", "gap", "gap_squared", "gap_cubed"),
    ),
    "same_education_score": Param("logit", "score of the same diploma", low=0, high=3),
    "pair_distance_score": Param("1/km", "score lost per kilometre between homes", low=0, high=1),
    "same_sex_share": Param("1", "singles who look for a partner of their own sex", low=0, high=0.1),
    "married_at_union": Param("1", "couples who marry when they move together", low=0, high=1),
    "marriage_rate": Param("1/year", "unmarried couples who marry in a year", low=0, high=0.5),
    "separation_hazard": Param("1/year", "mean hazard of separation of recent unions", low=0, high=0.2),
    "separation_factor": Param(
        "1",
        "relative hazard of separation",
        low=0,
        high=3,
        index=("married", "small_child", "union_under_22", "unemployed", "both_over_60"),
    ),
    "separation_edge": Param("1", "factor before 2 and after 25 years of union", low=0, high=1),
    "custody_share": Param(
        "1", "where children of separated parents live", low=0, high=1, index=("mother", "alternate", "father")
    ),
}

TYPES = ("single", "couple", "couple_children", "single_parent", "other")
MOVES = {
    "gross_migration": Param("1/year", "residents who move out of the city in a year", low=0, high=0.2),
    "net_migration_rate": Param(
        "1/year",
        "net migration per inhabitant while attractiveness stays at its base",
        role="exogenous",
        low=-0.03,
        high=0.03,
    ),
    "departure_age": Param(
        "1",
        "relative hazard of moving away by age of the reference person",
        low=0,
        high=10,
        index=tuple(f"from_{age}" for age in (0, 20, 25, 30, 35, 40, 50, 60, 70, 80)),
    ),
    "departure_type": Param("1", "relative hazard of moving away by household", low=0, high=5, index=TYPES),
    "departure_education": Param(
        "1",
        "relative hazard of moving away by diploma",
        low=0,
        high=5,
        index=("low", "vocational", "baccalaureate", "short_tertiary", "long_tertiary"),
    ),
    "departure_tenure": Param(
        "1",
        "relative hazard of moving away by tenure, within each age",
        low=0,
        high=5,
        index=("owner_outright", "mortgaged", "private_rent", "social_rent", "hosted"),
    ),
    "destination_share": Param("1", "where those who move away go, by stage of life", low=0, high=1, index=PLACE_INDEX),
    "origin_share": Param("1", "where those who move in come from, by stage of life", low=0, high=1, index=PLACE_INDEX),
    "returner_share": Param("1", "adult newcomers up to 59 whose mother lives in town", low=0, high=1),
    "departure_from_parents": Param(
        "1", "relative hazard of leaving the city alone from the parental home", low=0, high=5
    ),
    "arrival_factor": Param(
        "1",
        "arrivals relative to departures of the base year, by kind of household",
        low=0,
        high=5,
        index=(
            "single_under_25",
            "single_25_34",
            "single_35_59",
            "single_60",
            "couple_under_35",
            "couple_35_59",
            "couple_60",
            "couple_children",
            "single_parent",
            "other",
        ),
    ),
    "arrival_alone": Param(
        "1",
        "part of those who leave their parents and the city that young singles replace",
        low=0,
        high=1,
        index=("under_25", "under_35"),
    ),
    "older_arrivals_growth": Param(
        "1/year", "growth of arrivals of 60 and more relative to all arrivals", low=-0.02, high=0.03
    ),
    "attractiveness_weight": Param(
        "1", "weight in attractiveness", low=0, high=2, index=("wage", "rent", "amenity", "job_finding", "telework")
    ),
    "attractiveness_elasticity": Param("1", "elasticity of arrivals to attractiveness", low=0, high=3),
    "outside_rent_income": Param(
        "1", "elasticity of rents elsewhere to the incomes of households there", low=0, high=1.5
    ),
    "outside_wage_growth": Param(
        "1/year",
        "growth of real wages elsewhere, as the context's productivity",
        role="exogenous",
        low=-0.03,
        high=0.05,
    ),
}

PARAMS = LIFE | CHILDREN | HOMES | COUPLES | MOVES

COLUMNS = {
    "persons.household": Column("int32", "row", "household; -1 in an institution", link="households"),
    "persons.partner": Column("int32", "row", "partner", link="persons"),
    "persons.mother": Column("int32", "row", "mother, while in the city", link="persons"),
    "persons.father": Column("int32", "row", "father, while in the city", link="persons"),
    "persons.sex": Column("int8", "code", "sex"),
    "persons.age": Column("int8", "year", "age at 31 December"),
    "persons.birth_year": Column("int16", "year", "year of birth"),
    "persons.union_year": Column("int16", "year", "year in which the union began; 0 without partner"),
    "persons.married": Column("bool", "flag", "married to the partner"),
    "persons.children_born": Column("int8", "person", "children born"),
    "persons.custody": Column("int8", "code", "where a child of separated parents lives"),
    "persons.residence": Column("int8", "code", "home or kind of institution"),
    "persons.institution_zone": Column("int16", "code", "zone of the institution; -1 at home", fill=-1),
    "persons.origin": Column("int32", "code", "donor of a newcomer, -1 otherwise", fill=-1),
    "persons.arrival_year": Column("int16", "year", "year of moving in; 0 for founders and those born here"),
    "dwellings.heir": Column("int32", "row", "heir, or owner who moved in with others, in town", link="persons"),
    "dwellings.inherited": Column(
        "int16", "year", "last year in which it passed on as its owners' home ended; 0 never"
    ),
    "persons.came_from": Column("int8", "code", "place beyond the city where a newcomer lived; -1 otherwise", fill=-1),
    "households.reference_person": Column("int32", "row", "the one whose home it is", link="persons"),
    "households.size": Column("int8", "person", "members"),
    "households.children": Column("int8", "person", "members under 18"),
    "households.consumption_units": Column("float32", "1", "OECD-modified consumption units", fill=1),
    "households.type": Column("int8", "code", "census type"),
    "households.founded_year": Column("int16", "year", "year of founding"),
    "households.origin": Column("int32", "code", "donor of a newcomer household, -1 otherwise", fill=-1),
    "households.brought_wealth": Column("float32", "EUR", "net of home loans, by those who gave up a home to move in"),
}

MEASURES = {
    "population": Measure("person", "people on 31 December", by=("zone", "age_band", "sex", "education", "tenure")),
    "population_by_age_and_sex": Measure("person", "people by five-year age group and sex", split="age_and_sex"),
    "births": Measure("birth/year", "live births"),
    "deaths": Measure("death/year", "deaths"),
    "natural_balance_rate": Measure("1/1000", "births less deaths per 1,000 inhabitants"),
    "net_migration": Measure("person/year", "arrivals less departures"),
    "net_migration_set": Measure("person/year", "net migration of the scenario, before attractiveness"),
    "net_migration_balance_rate": Measure("1/1000", "arrivals less departures per 1,000 inhabitants"),
    "arrivals": Measure("person/year", "people who moved in"),
    "departures": Measure("person/year", "people who moved away"),
    "arrivals_by_place": Measure("person/year", "people who moved in, by where they come from", split="place"),
    "departures_by_place": Measure("person/year", "people who moved away, by where they go", split="place"),
    "departure_rate_by_tenure": Measure("1/year", "households that move away, by tenure", split="tenure"),
    "attractiveness": Measure("1", "attractiveness relative to the base year, last year's"),
    "alignment_correction": Measure("person/year", "people that an official projection adds (alignment)"),
    "alignment_correction_by_flow": Measure(
        "person/year", "births, deaths and net migration added by an alignment", split="flow"
    ),
    "households": Measure("household", "households", by=("zone", "type", "tenure", "age_band")),
    "mean_household_size": Measure("1", "people per household", by=("zone", "tenure")),
    "one_person_household_share": Measure("1", "households of one person", by=("zone", "tenure", "age_band")),
    "single_parent_household_share": Measure("1", "households of one parent with children", by=("zone", "tenure")),
    "share_65_plus": Measure("1", "people of 65 and more", by=("zone", "sex")),
    "share_75_plus": Measure("1", "people of 75 and more", by=("zone", "sex")),
    "share_under_20": Measure("1", "people under 20", by=("zone",)),
    "mean_age": Measure("year", "mean age", by=("zone", "sex")),
    "old_age_dependency_ratio": Measure("1", "people of 65 and more per person of 20 to 64", by=("zone",)),
    "total_fertility_rate": Measure("children/woman", "sum over ages of this year's births per woman"),
    "life_expectancy_female": Measure("year", "life expectancy at birth of the year's expected deaths, women"),
    "life_expectancy_male": Measure("year", "life expectancy at birth of the year's expected deaths, men"),
    "couple_share": Measure("1", "people of 25 to 59 who live with a partner", by=("zone", "sex", "education")),
    "couple_share_by_age": Measure("1", "people who live with a partner, by age", split="age"),
    "unions": Measure("1/year", "couples who moved together"),
    "separations": Measure("1/year", "couples who separated"),
    "widowed": Measure("person/year", "people whose partner died"),
    "left_home": Measure("person/year", "young adults who left the parental home and stayed in town without a partner"),
    "returned_home": Measure(
        "person/year", "young adults who went back to their parents, separated people not counted"
    ),
    "joined_children": Measure("person/year", "old people who moved in with a child"),
    "shared_living_share": Measure(
        "1", "adults at home who share it with adults other than a partner", by=("age_band",)
    ),
    "inherited_dwellings": Measure("dwelling", "dwellings whose owners died or moved to a nursing home"),
    "inherited_in_town_share": Measure("1", "of these, with an heir who lives in town"),
    "young_adults_with_parents_share": Measure("1", "people of 18 to 29 who live in somebody else's home"),
    "institution_share": Measure("1", "people who live in institutions", by=("zone", "sex")),
    "nursing_home_residents": Measure("person", "people in nursing homes", by=("zone",)),
}
