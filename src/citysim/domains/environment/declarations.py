"""What the environment declares: its numbers with unit and bounds, its columns and its measures.

Values, ranges and sources are in `configs/domain/environment.yaml`.
"""

from __future__ import annotations

from citysim.core.declare import Column, Measure, Param

CLASSES = ("A", "B", "C", "D", "E", "F", "G")
SOURCES = ("gas", "electric", "oil", "wood", "heat_pump", "district")
MEALS = ("red_meat", "white_meat", "fish", "vegetarian", "vegan")
DIETS = ("high_meat", "medium", "flexitarian", "plant")
EMITTERS = (
    "home", "car", "public_transport", "deliveries", "freight", "food", "construction", "waste", "public_buildings",
)  # fmt: skip

SCENARIO = {
    "energy_price_factor": Param(
        "1", "real price of home energy relative to 2025", role="exogenous", low=0.3, high=4
    ),
    "grid_intensity": Param("kgCO2/kWh", "carbon content of electricity", role="exogenous", low=0, high=0.3),
    "warming": Param("degC", "warming of France above 1900-1930", role="exogenous", low=0, high=5),
    "extra_hot_days": Param(
        "day/year", "heat-wave days on top of the trend", role="exogenous", low=0, high=60
    ),
    "green_factor": Param(
        "1", "green area per inhabitant relative to 2025", role="lever", low=0.3, high=3,
        payer="commune", cost="greening",
    ),
}  # fmt: skip

HOME = {
    "nominal_energy": Param(
        "kWh/m2/year", "primary energy of the label, heating and hot water", low=0, high=1000, index=CLASSES
    ),
    "electricity_conversion": Param("1", "primary energy per kWh of electricity", low=1, high=3),
    "standard_part": Param("1", "part of use that follows the label in proportion (prebound)", low=0, high=1),
    "behaviour": Param("1", "real over computed use of an average home", low=0.3, high=1.5),
    "hot_water_part": Param("1", "part of that energy used for hot water", low=0, high=1),
    "heating_per_degree": Param("1", "change of heating per degree of warming", low=-0.3, high=0),
    "income_elasticity": Param("1", "elasticity of heating to the standard of living", low=0, high=1),
    "price_elasticity": Param("1", "elasticity of heating to the price of energy", low=-1, high=0),
    "appliances_home": Param("kWh/year", "electricity of lighting and appliances per home", low=0, high=5000),
    "appliances_person": Param("kWh/year", "further electricity per person", low=0, high=5000),
    "added_heat_pump": Param("1", "electricity of an added heat pump per kWh of former heating", low=0.1, high=1),
    "cooling_share": Param("1", "homes with air conditioning", low=0, high=1),
    "cooling_day": Param("kWh", "electricity of an air conditioner on a hot day, per 10 m2", low=0, high=10),
    "energy_price": Param("EUR/kWh", "price of a kWh in 2025", low=0, high=1, index=SOURCES),
    "standing_charge": Param("EUR/year", "yearly standing charges of a home", low=0, high=2000),
    "emission_factor": Param(
        "kgCO2/kWh", "CO2 per kWh of heating energy other than electricity", low=0, high=1,
        index=("gas", "oil", "wood", "district"),
    ),
    "poverty_burden": Param("1", "share of income above which energy is a burden", low=0, high=1),
}  # fmt: skip

OTHER_EMISSIONS = {
    "electric_car_use": Param("kWh/km", "electricity of an electric car, losses included", low=0, high=1),
    "public_transport_co2": Param("kgCO2/km", "CO2 of a passenger-km in bus or train", low=0, high=0.5),
    "van_co2": Param("kgCO2/km", "CO2 of a van-km of deliveries", low=0, high=1),
    "freight_co2": Param("kgCO2/year", "goods traffic by lorry, per inhabitant", low=0, high=3000),
    "meal_co2": Param("kgCO2/meal", "CO2 of a main meal", low=0, high=10, index=MEALS),
    **{
        f"meals_{diet}": Param("1/week", f"main meals a week of the {diet} diet", low=0, high=14, index=MEALS)
        for diet in DIETS
    },
    "other_food_co2": Param("kgCO2/year", "breakfast, drinks, snacks and waste", low=0, high=2000),
    "child_meal": Param("1", "food of a child under 12 relative to an adult", low=0, high=1),
    "construction_co2": Param("kgCO2/m2", "CO2 of a new home", low=0, high=2000, index=("flat", "house")),
    "construction_factor": Param("1", "carbon thresholds of new building relative to 2025", low=0, high=1.5),
    "residual_waste": Param("kg/year", "residual waste per inhabitant", low=0, high=1000),
    "waste_co2": Param("kgCO2/kg", "CO2 of residual waste", low=0, high=2),
    "public_electricity": Param("kWh/year", "street lighting and public buildings per inhabitant", low=0, high=2000),
}  # fmt: skip

AIR_AND_HEAT = {
    "particle_background": Param("ug/m3", "PM2.5 that does not come from the city", low=0, high=50),
    "nitrogen_background": Param("ug/m3", "NO2 that does not come from the city", low=0, high=50),
    "particle_traffic": Param("ug/m3", "PM2.5 of 10,000 vehicle-km a day and km2", low=0, high=10),
    "nitrogen_traffic": Param("ug/m3", "NO2 of 10,000 thermal vehicle-km a day and km2", low=0, high=50),
    "particle_wear": Param("1", "part of traffic particles from tyres, brakes and roads", low=0, high=1),
    "particle_wood": Param("ug/m3", "PM2.5 of 100 homes heated by wood per km2", low=0, high=10),
    "heat_island": Param("degC", "excess of a dense zone without green in summer", low=0, high=8),
    "heat_island_density": Param("person/km2", "density at which half of that is reached", low=100, high=20000),
    "green_cooling": Param("1", "part of the heat island that full green cover takes off", low=0, high=1),
    "hot_days_start": Param("day/year", "days over 30 degrees at the start", low=0, high=60),
    "hot_days_per_degree": Param("day/year", "more of them per degree of warming", low=0, high=40),
    "hot_days_per_island": Param("day/year", "more of them per degree of heat island", low=0, high=10),
    "green_cost": Param("EUR/person", "investment to double the green area", low=0, high=20000),
    "green_upkeep": Param("EUR/person/year", "upkeep of that area", low=0, high=500),
}

PARAMS: dict[str, Param] = {**SCENARIO, **HOME, **OTHER_EMISSIONS, **AIR_AND_HEAT}

COLUMNS: dict[str, Column] = {
    "persons.co2": Column("float32", "kgCO2/year", "CO2 of the person's home, travel, food and share of the city's"),
    "households.energy_cost": Column("float32", "EUR/year", "bill for home energy"),
    "households.home_energy": Column("float32", "kWh/year", "final energy of the home"),
    "zones.pm25": Column("float32", "ug/m3", "yearly mean of fine particles"),
    "zones.no2": Column("float32", "ug/m3", "yearly mean of nitrogen dioxide"),
    "zones.heat_index": Column("float32", "degC", "summer excess above the countryside at the start"),
    "zones.hot_days": Column("float32", "day/year", "days over 30 degrees"),
    "zones.green_share": Column("float32", "1", "share of green ground"),
}

BY_PERSON = ("zone", "age_band", "income_quintile")
BY_HOUSEHOLD = ("zone", "type", "tenure", "income_quintile")
MEASURES: dict[str, Measure] = {
    "co2_per_person": Measure("tCO2/year", "CO2 equivalent per inhabitant", by=BY_PERSON),
    "co2": Measure("tCO2/year", "CO2 equivalent per inhabitant by source", split="source"),
    "home_energy_per_person": Measure("kWh/year", "final energy of homes per inhabitant", by=BY_HOUSEHOLD),
    "home_energy_per_m2": Measure("kWh/m2/year", "final energy of homes per square metre", by=("zone", "tenure")),
    "home_energy_by_source": Measure("kWh/year", "final energy of homes per inhabitant by energy", split="source"),
    "energy_bill": Measure("EUR/year", "mean bill for home energy", by=BY_HOUSEHOLD),
    "fuel_poverty_share": Measure(
        "1", "households of the lowest three deciles whose energy takes over 8 % of income", by=BY_HOUSEHOLD
    ),
    "pm25": Measure("ug/m3", "fine particles where people live", by=BY_PERSON),
    "no2": Measure("ug/m3", "nitrogen dioxide where people live", by=BY_PERSON),
    "hot_days": Measure("day/year", "days over 30 degrees where people live", by=("zone", "age_band")),
    "heat_index": Measure("degC", "summer excess where people live", by=("zone",)),
    "green_share": Measure("1", "green ground where people live", by=("zone",)),
}

OFFERS: tuple[str, ...] = (
    "heating_energy",
    "heat_pump",
    "hot_water_energy",
    "appliance_electricity",
    "self_consumption",
    "cooling_energy",
    "district_intensity",
    "traffic_pollution",
    "particle_background",
    "heat_island",
    "public_electricity",
    "residual_waste",
    "construction_intensity",
    "food_footprint",
)

COUPLINGS: dict[str, str] = {"heat": "hot days raise the electricity of air conditioning"}
