"""Columns and measures of health."""

from __future__ import annotations

from citysim.core.declare import Column, Measure

COLUMNS = {
    "persons.health": Column("int8", "code", "state of health: good, chronic, limited, dependent"),
    "persons.gir": Column("int8", "code", "GIR group of dependent people of 60 and more, 0 for others"),
    "persons.exposure": Column("float32", "ug/m3", "PM2.5 breathed"),
    "persons.gp_registered": Column("bool", "flag", "has a GP of their own", fill=True),
    "persons.gp_need": Column("float32", "visit/year", "GP visits needed"),
    "persons.gp_remote": Column("float32", "visit/year", "GP visits given by teleconsultation"),
    "persons.gp_unmet": Column("float32", "visit/year", "GP visits needed that nobody gave"),
    "persons.unmet_care": Column("bool", "flag", "went without care that mattered this year"),
    "persons.nursing_queue_since": Column("int16", "year", "year of application for a nursing home, 0 if none is open"),
    "persons.nursing_home_entry": Column("bool", "flag", "is called to a nursing-home bed of the coming year"),
    "persons.carer_hours": Column("float32", "hour/week", "care given to kin who wait for a nursing home"),
    "zones.gp_fte": Column("float32", "1", "GP full-time equivalents practising in the zone"),
    "zones.gp_wait_days": Column("float32", "day", "median wait of residents for a GP"),
    "zones.gp_demand_ratio": Column("float32", "1", "GP visits asked per place at the doctors that residents choose"),
    "zones.gp_backlog": Column("float32", "visit", "visits asked and not yet given"),
    "zones.nursing_beds": Column("float32", "bed", "nursing-home beds"),
}

MEASURES = {
    "dependent_share_60_plus": Measure(
        "1", "dependent people (broad sense) among those of 60 and more", ("zone", "sex", "education")
    ),
    "dependants": Measure("person", "dependent people of 60 and more", ("zone", "age_band")),
    "dependants_at_home": Measure("1", "share of dependent people of 60 and more who live at home", ("zone",)),
    "gir_1_to_4": Measure("person", "people of 60 and more with a GIR of 1 to 4"),
    "chronic_share": Measure(
        "1", "people with a chronic illness or worse", ("zone", "age_band", "education", "income_quintile")
    ),
    "limited_share": Measure(
        "1", "people limited in daily life or dependent", ("zone", "age_band", "sex", "education")
    ),
    "healthy_life_expectancy": Measure("year", "years to live at birth without limitation (Sullivan)"),
    "healthy_life_expectancy_65": Measure("year", "years to live at 65 without limitation (Sullivan)"),
    "gp_wait": Measure(
        "day", "mean over residents of the median wait for a GP", ("zone", "age_band", "income_quintile")
    ),
    "gp_density": Measure("1/100000", "GP full-time equivalents per 100,000 inhabitants", ("zone",)),
    "gp_reach": Measure(
        "visit/year", "GP visits within reach per inhabitant (APL)", ("zone", "age_band", "income_quintile")
    ),
    "under_served_share": Measure(
        "1", "people with fewer than 2.5 GP visits within reach", ("age_band", "income_quintile")
    ),
    "gp_visits_per_person": Measure("visit/year", "GP visits given, remote ones included", ("zone", "age_band")),
    "unmet_need": Measure(
        "1", "share of GP visits needed that nobody gave", ("zone", "age_band", "education", "income_quintile")
    ),
    "emergency_visits_per_person": Measure("visit/year", "visits to an emergency department for want of a GP"),
    "teleconsultation_share": Measure(
        "1", "share of the GP visits needed that are given by teleconsultation", ("zone", "age_band")
    ),
    "without_gp_share": Measure("1", "people of 16 and more without a GP of their own", ("zone", "age_band")),
    "hospital_stays_per_person": Measure("1/year", "hospital stays", ("age_band",)),
    "nursing_beds": Measure("bed", "nursing-home beds", ("zone",)),
    "nursing_residents": Measure("person", "people who live in a nursing home"),
    "nursing_queue": Measure("person", "people who wait for a nursing-home bed", ("zone",)),
    "nursing_entry_age": Measure("year", "mean age of those called to a nursing-home bed"),
    "care_cost_per_dependant": Measure("EUR/person/year", "professional care per person with a GIR of 1 to 4"),
}
