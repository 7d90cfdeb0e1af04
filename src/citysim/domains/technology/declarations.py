"""What the technology domain knows, writes and reports."""

from __future__ import annotations

from citysim.core.declare import Column, Measure, Param

READS = (
    "persons.household",
    "persons.birth_year",
    "persons.education",
    "persons.workplace",
    "persons.skill_digital",
    "households.reference_person",
    "households.dwelling",
    "households.zone",
    "households.income",
    "households.consumption_units",
    "households.last_move_year",
    "businesses.sector",
    "businesses.zone",
    "businesses.size",
)

PARAMS = {
    "imitation_factor": Param(
        "1",
        "multiplies the Bass imitation of every technology: how far people follow one another",
        role="exogenous",
        low=0.0,
        high=3.0,
    ),
    "price_response": Param(
        "1",
        "fall of the log adoption hazard per cost after aid over yearly income per consumption unit",
        low=0.0,
        high=10.0,
    ),
    "income_response": Param(
        "1", "rise of the log adoption hazard per unit of log income, the price apart", low=-2.0, high=3.0
    ),
    "digital_response": Param("1", "rise of the log adoption hazard from no to full digital skill", low=0.0, high=5.0),
    "rewiring": Param("1", "share of acquaintances that live anywhere in the city", low=0.0, high=1.0),
    "global_growth": Param(
        "1/year", "growth of the world's stock of a technology, which lowers its cost", low=0.0, high=1.0
    ),
    "base_year": Param(
        "year",
        "year whose stock the catalogue gives; before it stocks are held, from it on they spread",
        role="exogenous",
        low=2000,
        high=2100,
    ),
}

MASK = "technologies held, one bit per catalogue entry of this kind of adopter"
COLUMNS = {
    "households.technologies": Column("uint64", "code", MASK),
    "persons.technologies": Column("uint64", "code", MASK),
    "businesses.technologies": Column("uint64", "code", MASK),
    "dwellings.technologies": Column("uint64", "code", "technologies fixed in the home, bits of households"),
    "technologies.share": Column(
        "float32", "1", "adopters per eligible adopter, share deployed by the city, or share of the stock"
    ),
    "technologies.cost": Column("float32", "EUR", "cost today, in the unit of the entry"),
}

HEADLINES = {  # measure: entry and table
    "rooftop_solar_share": ("rooftop_solar", "households"),
    "smart_thermostat_share": ("smart_thermostat", "households"),
    "heat_pump_water_heater_share": ("heat_pump_water_heater", "households"),
    "electric_bike_share": ("electric_bike", "persons"),
    "online_courses_share": ("online_courses", "persons"),
    "generative_ai_share": ("generative_ai", "businesses"),
}
BY = {
    "households": ("zone", "income_quintile", "tenure"),
    "persons": ("zone", "income_quintile", "age_band", "education"),
    "businesses": ("zone", "sector"),
}

MEASURES = {
    "adoption_share": Measure(
        "1",
        "adopters per eligible adopter, share deployed by the city, or share of the stock, by technology",
        split="technology",
    ),
    "adoption_gap": Measure(
        "1",
        "share of adopters in the richest fifth of eligible households minus that in the poorest, by technology",
        split="technology",
    ),
    "mean_adoption_gap": Measure("1", "mean of the adoption gap over the technologies of households"),
    "equipment_spending": Measure("EUR/year", "spent on technologies of the catalogue this year, by whoever pays"),
    "abandonment_rate": Measure("1/year", "share of all uses by households, people and businesses given up this year"),
    "technologies_per_household": Measure(
        "1", "catalogue entries in use per household", by=("zone", "income_quintile", "tenure", "type")
    ),
    "technologies_per_person": Measure(
        "1", "catalogue entries in use per person", by=("zone", "income_quintile", "age_band", "education")
    ),
    **{
        measure: Measure("1", f"eligible {table} that use it: {entry}".replace("_", " "), by=BY[table])
        for measure, (entry, table) in HEADLINES.items()
    },
}
