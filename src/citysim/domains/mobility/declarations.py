"""What mobility declares: its numbers with unit and bounds, its columns and its measures.

Values, ranges and sources are in `configs/domain/mobility.yaml`.
"""

from __future__ import annotations

from citysim.core.declare import Column, Measure, Param

MODES = ("car", "public_transport", "bike", "walk")
AGE_GROUPS = ("pupil", "adult", "senior")
PURPOSES = ("education", "services", "social")

SCENARIO = {
    "thermal_sales_ban_year": Param(
        "year", "first year in which every new car is electric", role="exogenous", low=2025, high=2100
    ),
    "autonomous_year": Param(
        "year", "first year of autonomous cars and shuttles (2100: never)", role="exogenous", low=2025, high=2100
    ),
    "autonomous_ceiling": Param(
        "1", "largest share of car travel that autonomous cars can reach", role="exogenous", low=0, high=1
    ),
    "telework_push": Param(
        "logit", "employers' openness to telework since 2025", role="exogenous", low=-3, high=3
    ),
    "car_cost_factor": Param("1", "real cost of a car-km relative to 2025", role="exogenous", low=0.3, high=4),
    "public_transport_level": Param(
        "1", "vehicle-km offered relative to 2025", role="lever", low=0, high=3,
        payer="commune", cost="public_transport",
    ),
    "bike_level": Param(
        "level", "mean level of cycling infrastructure, 0 to 3", role="lever", low=0, high=3,
        payer="commune", cost="bike_network",
    ),
    "speed30_share": Param(
        "1", "share of streets limited to 30 km/h", role="lever", low=0, high=1,
        payer="commune", cost="speed_limits",
    ),
}  # fmt: skip

LICENCE_AND_CARS = {
    "licence_share": Param(
        "1", "share of licence holders at the start by age", low=0, high=1,
        index=("age_18_24", "age_25_39", "age_40_64", "age_65_74", "age_75_plus"),
    ),
    "licence_rate": Param(
        "1/year", "chance a year that a young adult without licence gets one", low=0, high=1,
        index=("age_18", "age_19_24", "age_25_29"),
    ),
    "licence_stop_rate": Param("1/year", "chance a year that a driver of 85 gives up driving", low=0, high=1),
    "licence_stop_dependent": Param("1/year", "chance a year that a dependent driver gives up", low=0, high=1),
    "licence_stop_growth": Param("1/year of age", "growth of that chance with age", low=0, high=0.5),
    "cars_income": Param("1", "utility per log income", low=-1, high=3, index=("one", "two")),
    "cars_centre": Param("logit", "utility in dense centre zones", low=-3, high=1, index=("one", "two")),
    "cars_adults": Param("logit", "utility of two or more cars per further adult", low=0, high=4),
    "cars_public_transport": Param("logit", "utility per car and level of public transport", low=-2, high=0),
    "cars_telework": Param("logit", "utility per car and telework day of the household", low=-1, high=1),
    "cars_no_licence": Param("logit", "utility per car where nobody has a licence", low=-10, high=0),
    "cars_review_rate": Param("1/year", "households that reconsider their cars without an event", low=0, high=1),
}  # fmt: skip

FLEET = {
    "scrappage_mean_age": Param("year", "mean age at which a car is scrapped", low=5, high=40),
    "scrappage_shape": Param("1", "Weibull shape of the age at scrapping", low=1, high=10),
    "electric_start_share": Param("1", "electric cars per car at the start", low=0, high=1),
    "electric_sales_start": Param("1", "electric cars per new car at the start", low=0, high=1),
    "electric_tco": Param("logit", "utility per thousand euros of five-year cost saved", low=0, high=2),
    "electric_home_charge": Param("logit", "utility of charging at home", low=0, high=4),
    "electric_peer": Param("logit", "utility of electric cars in the zone (0 to 1)", low=0, high=4),
    "electric_anxiety": Param("logit", "utility of range anxiety as in 2025", low=-5, high=0),
    "electric_price_gap": Param(
        "EUR", "price of an electric car above a thermal one", "exogenous", low=-20000, high=30000
    ),
    "range_anxiety": Param("1", "range anxiety and lack of chargers, 1 as in 2025", low=0, high=2),
    "flat_charging": Param("1", "share of flats where a car can be charged", low=0, high=1),
    "thermal_energy_cost": Param("EUR/km", "fuel of a thermal car in 2025", low=0, high=1),
    "electric_energy_cost": Param("EUR/km", "electricity of an electric car in 2025", low=0, high=1),
    "ownership_cost": Param("EUR/year", "yearly cost of owning a car, use excluded", low=0, high=10000),
}

TELEWORK = {
    "telework_start_share": Param("1", "employed residents who telework at the start", low=0, high=1),
    "telework_ceiling": Param("1", "share of eligible workers who telework, at the start at most", low=0, high=1),
    "telework_commute": Param("logit", "log-odds per log of commute minutes over 25", low=0, high=3),
    "telework_spare_room": Param("logit", "log-odds of a spare room", low=0, high=3),
    "telework_large_firm": Param("logit", "log-odds in establishments of 50 and more (firm agreement)", low=0, high=3),
    "telework_peer": Param("logit", "log-odds of teleworkers among eligible neighbours", low=0, high=4),
    "telework_review_rate": Param("1/year", "eligible workers who reconsider telework in a year", low=0, high=1),
    "telework_days_share": Param(
        "1", "teleworkers by days a week", low=0, high=1, index=("one", "two", "three", "four")
    ),
    "telework_trips": Param("1", "further trips on a day of telework", low=0, high=2),
}

CHOICE = {
    "commute_target": Param("1", "ways to work by mode at the start", low=0, high=1, index=MODES),
    "trip_target": Param("1", "all trips by mode at the start", low=0, high=1, index=MODES),
    "cost_weight": Param("1/EUR", "utility of a euro at the reference distance", low=-2, high=0),
    "cost_distance_power": Param("1", "power of distance by which cost weighs less", low=-1, high=0),
    "cost_reference": Param("km", "reference straight-line distance of the cost weight", low=1, high=100),
    "car_km_cost": Param("EUR/km", "cost of a car-km felt in a choice in 2025", low=0, high=2),
    "fare": Param("EUR", "cost of a public transport trip felt in a choice", low=0, high=10),
    "car_minute": Param("1/minute", "utility of a minute by car", low=-1, high=0),
    "ride_minute": Param("1/minute", "utility of a minute in public transport", low=-1, high=0),
    "wait_minute": Param("1/minute", "utility of a minute of waiting", low=-1, high=0),
    "access_minute": Param("1/minute", "utility of a minute to the stop", low=-1, high=0),
    "bike_minute": Param("1/minute", "utility of a minute by bike", low=-1, high=0),
    "walk_minute": Param("1/minute", "utility of a minute on foot", low=-1, high=0),
    "bike_age": Param("1/year of age", "utility of the bike per year above 18", low=-1, high=0),
    "bike_level_utility": Param("logit", "utility of one level of cycling infrastructure", low=0, high=3),
    "calm_street_utility": Param("logit", "utility of bike and walk where all streets are at 30", low=0, high=3),
    "parking_minutes": Param(
        "minute", "parking and walking to the door", low=0, high=30, index=("centre", "suburb", "periphery")
    ),
    "public_transport_access": Param("minute", "walk to and from the stops", low=0, high=30),
    "headway": Param(
        "minute", "minutes between departures by level 0 to 3", low=1, high=240, index=("none", "low", "good", "high")
    ),
    "car_shared": Param("logit", "utility of the car with fewer cars than drivers, or as passenger", low=-10, high=0),
    "car_none": Param("logit", "utility of the car in a household without", low=-10, high=0),
    "mode_review_rate": Param("1/year", "commuters who reconsider their mode without an event", low=0, high=1),
}  # fmt: skip

TRIPS = {
    "trips_education": Param("1/day", "trips to school and back", low=0, high=5, index=AGE_GROUPS),
    "trips_services": Param("1/day", "trips to shops and services", low=0, high=5, index=AGE_GROUPS),
    "trips_social": Param("1/day", "trips for leisure, visits, accompanying", low=0, high=5, index=AGE_GROUPS),
    "destination_scale": Param("1", "weight of access in destination choice", low=0, high=1, index=PURPOSES),
    "external_pull": Param("1", "attractions outside relative to those inside", low=0, high=3),
    "online_trips": Param("1", "shopping trips saved by a household that buys food online", low=0, high=1),
    "commute_presence": Param("1", "share of workdays on which a worker works", low=0, high=1),
    "car_occupancy_commute": Param("person/vehicle", "people per car to work", low=1, high=4),
    "car_occupancy_other": Param("person/vehicle", "people per car on other trips", low=1, high=4),
    "days": Param("day/year", "weekday-equivalents of travel a year", low=200, high=365),
    "workdays": Param("day/year", "workdays a year before telework and leave", low=100, high=300),
    "public_transport_km_cost": Param("EUR/km", "what riders pay per km on long trips", low=0, high=1),
    "long_distance_km": Param("km/year", "car-km a year on journeys over 80 km per person with car", low=0, high=20000),
    "long_distance_elasticity": Param("1", "elasticity of these km to car cost", low=-2, high=0),
    "delivery_km": Param("km/year", "van-km of deliveries per inhabitant", low=0, high=5000),
}

CONGESTION = {
    "delay_weight": Param("1", "BPR: delay at capacity", role="universal", low=0, high=2),
    "delay_power": Param("1", "BPR: power of the load", role="universal", low=1, high=10),
    "peak_share": Param("1", "share of a day's trips in the peak hour", low=0, high=1),
    "peak_saturation": Param(
        "1", "peak load over capacity at the start", low=0, high=2, index=("centre", "suburb", "periphery")
    ),
    "off_peak_delay": Param("1", "delay of other trips relative to the peak's", low=0, high=1),
    "calm_street_delay": Param("1", "car time added where all town streets go to 30", low=0, high=1),
    "commuter_car_share": Param("1", "share of in-commuters who drive", low=0, high=1),
    "averaging_steps": Param("1", "steps of successive averages a year", role="universal", low=1, high=50),
}  # fmt: skip

AUTONOMOUS = {
    "autonomous_constant": Param("logit", "log-odds of use at price ratio 0", low=-10, high=10),
    "autonomous_price": Param("logit", "log-odds per price ratio to an ordinary car", low=-10, high=0),
    "autonomous_income": Param("logit", "log-odds per 1000 EUR of monthly household income", low=0, high=3),
    "autonomous_price_start": Param("1", "price ratio in the first year", low=1, high=20),
    "autonomous_price_years": Param("year", "years until the price ratio is 1", low=1, high=50),
    "autonomous_minute": Param("1", "weight of a minute relative to driving", low=0, high=1),
    "autonomous_wait": Param("minute", "wait for an autonomous car", low=0, high=30),
    "autonomous_empty_km": Param("1", "empty km per km travelled", low=0, high=1),
}

COSTS = {
    "public_transport_cost": Param("EUR/person/year", "public cost of today's offer", low=0, high=1000),
    "bike_level_cost": Param("EUR/person", "investment for one level more", low=0, high=2000),
    "bike_upkeep_cost": Param("EUR/person/year", "upkeep of one level", low=0, high=200),
    "speed30_cost": Param("EUR/person", "signs and works for all streets", low=0, high=1000),
}

EMISSIONS = {
    "thermal_co2": Param("kgCO2/km", "CO2 of a thermal car-km at use", low=0, high=0.5),
    "access_decay": Param("1/minute", "decay of accessibility with car time", low=0, high=0.5),
    "burden_limit": Param("1", "share of income above which travel is a burden", low=0, high=1),
}

PARAMS: dict[str, Param] = {
    **SCENARIO,
    **LICENCE_AND_CARS,
    **FLEET,
    **TELEWORK,
    **CHOICE,
    **TRIPS,
    **CONGESTION,
    **AUTONOMOUS,
    **COSTS,
    **EMISSIONS,
}

COLUMNS: dict[str, Column] = {
    "persons.licence": Column("bool", "flag", "holds a driving licence and drives"),
    "persons.commute_mode": Column("int8", "code", "mode to work, -1 none", fill=-1),
    "persons.commute_minutes": Column("float32", "minute", "door-to-door minutes to work, one way"),
    "persons.commute_pair": Column("int32", "code", "home and work zone at the last mode choice", fill=-1),
    "persons.telework_days": Column("float32", "day/week", "days of telework a week"),
    "persons.car_km": Column("float32", "km/year", "vehicle-km of the person's own travel by car"),
    "persons.car_co2": Column("float32", "kgCO2/year", "CO2 of that travel at the exhaust"),
    "persons.public_transport_km": Column("float32", "km/year", "km in public transport"),
    "persons.travel_minutes": Column("float32", "minute/day", "minutes of local travel on a weekday"),
    "households.cars": Column("int8", "vehicle", "cars"),
    "households.electric_cars": Column("int8", "vehicle", "electric cars"),
    "households.drivers": Column("int8", "person", "licence holders when cars were last considered"),
    "households.travel_cost": Column("float32", "EUR/year", "yearly cost of cars and public transport"),
    "vehicles.household": Column("int32", "row", "household that uses the car", link="households"),
    "vehicles.electric": Column("bool", "flag", "battery electric"),
    "vehicles.year": Column("int16", "year", "year of first registration"),
    "zones.access_jobs": Column("float32", "logit", "log of jobs, discounted by car time"),
    "zones.access_services": Column("float32", "logit", "log of service jobs, discounted by car time"),
    "zones.congestion": Column("float32", "1", "peak car time over free-flow time inside the zone", fill=1),
    "zones.car_traffic": Column("float32", "km/day", "vehicle-km driven inside the zone on a weekday"),
    "zones.delivery_traffic": Column("float32", "km/day", "van-km of deliveries inside the zone on a weekday"),
    "zones.footfall": Column("float32", "1", "workers and visitors present, relative to the start", fill=1),
}

GROUPS = ("zone", "age_band", "sex", "income_quintile")
MEASURES: dict[str, Measure] = {
    **{
        f"commute_share_{mode}": Measure("1", f"residents who go to work by {mode.replace('_', ' ')}", by=GROUPS)
        for mode in MODES
    },
    "commute_minutes": Measure("minute", "mean minutes to work, one way", by=GROUPS),
    "commute_under_5_km_car_share": Measure("1", "share of car among commutes under 5 km"),
    "cars_per_household": Measure("vehicle", "cars per household", by=("zone", "type", "tenure", "income_quintile")),
    "zero_car_share": Measure("1", "households without car", by=("zone", "type", "tenure", "income_quintile")),
    "electric_car_share": Measure("1", "electric cars per car", by=("zone", "income_quintile")),
    "electric_sales_share": Measure("1", "electric cars per car newly registered this year"),
    "car_age": Measure("year", "mean age of cars"),
    "licence_share": Measure("1", "licence holders among adults", by=("zone", "age_band", "sex")),
    "telework_share": Measure(
        "1", "employed residents who telework at least a day a month", by=("zone", "sex", "education", "sector")
    ),
    "telework_days": Measure("day/week", "days of telework a week per teleworker"),
    "trip_share": Measure("1", "all trips by mode", split="mode"),
    "trip_share_car": Measure("1", "trips by car per trip"),
    "trip_share_public_transport": Measure("1", "trips by public transport per trip"),
    "trip_share_bike": Measure("1", "trips by bike per trip"),
    "trip_share_walk": Measure("1", "trips on foot per trip"),
    "trips_per_day": Measure("1/day", "local trips per person of 6 and more on a weekday"),
    "travel_minutes_per_day": Measure("minute/day", "local travel of people of 6 and more on a weekday", by=GROUPS),
    "car_km_per_person": Measure("km/year", "vehicle-km by car per inhabitant", by=GROUPS),
    "transport_burden_share": Measure(
        "1", "households whose travel takes over 10 % of income, without good public transport",
        by=("zone", "type", "tenure", "income_quintile"),
    ),
    "delay_index": Measure("1", "delay in the peak relative to free-flow time"),
    "car_co2_per_person": Measure("kgCO2/year", "CO2 of thermal cars at use per inhabitant", by=GROUPS),
    "autonomous_share": Measure("1", "share of car travel in autonomous cars"),
    "access_jobs": Measure("logit", "mean accessibility of jobs", by=("zone",)),
}  # fmt: skip

OFFERS: tuple[str, ...] = (
    "car_time",
    "car_cost",
    "parking_minutes",
    "car_utility",
    "public_transport_time",
    "public_transport_wait",
    "public_transport_utility",
    "bike_utility",
    "telework_utility",
    "car_occupancy",
    "cars_wanted",
    "electric_price",
    "electric_utility",
    "range_anxiety",
    "delivery_km",
    "autonomous_utility",
)

COUPLINGS: dict[str, str] = {
    "travel_times": "congested times of this year become what housing and work perceive next year",
    "telework_footfall": "telework and travel change who is present in a zone by day",
    "income": "richer households own more cars and buy new ones",
    "online_substitution": "buying food online saves shopping trips and adds deliveries",
}
