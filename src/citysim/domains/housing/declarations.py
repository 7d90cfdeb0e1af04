"""What housing knows: its parameters, the columns it writes and the measures it reports."""

from __future__ import annotations

from citysim.core.declare import Column, Measure, Param
from citysim.domains.housing.stock_declarations import CLASSES, MARKETS, STOCK_PARAMS

AGE_BANDS = ("under_30", "from_30", "from_45", "from_60", "from_75")
AGE_EDGES = (30, 45, 60, 75)
SIZES = ("one", "two", "three", "four", "five", "six")

MOVES = {
    "move_rate": Param(
        "1/year",
        "settled households that look for another home in the base year, by tenure",
        low=0,
        high=0.6,
        index=MARKETS,
    ),
    "dissatisfaction_base": Param("1", "a of the chance to look, 1 - 1 / (1 + a exp(b (U* - U)))", low=0, high=1),
    "dissatisfaction_slope": Param("1", "b of the chance to look", low=0, high=30),
    "aspiration_speed": Param(
        "1/year", "part of the gap to the present home by which aspiration adapts", low=0, high=1
    ),
    "aspiration_gain": Param("1", "lead of the home over aspiration just after a move, at the start", low=0, high=0.6),
    "aspiration_spread": Param(
        "1", "standard deviation of the gap between aspiration and home at the start", low=0, high=0.3
    ),
    "age_factor": Param("1", "readiness to move by age of the reference person", low=0, high=5, index=AGE_BANDS),
    "crowding_hazard": Param("1/year", "extra readiness to move of overcrowded households", low=0, high=1),
    "far_job_hazard": Param("1/year", "readiness to move where a worker starts a job too far away", low=0, high=3),
    "far_job_minutes": Param("minute", "way to a new job that is too long", low=20, high=120),
}

CHOICE = {
    "probes": Param("1", "hash buckets of vacant homes that a seeker looks into", "universal", low=1, high=200),
    "weight_budget": Param("logit", "utility of the logarithm of income left after housing", low=0, high=10),
    "weight_space": Param("logit", "utility of space relative to need", low=0, high=5),
    "weight_commute": Param("logit", "utility per unit of commuting logsum", low=0, high=3),
    "minute_weight": Param("1/minute", "disutility of a minute of the way to work in the logsum", low=0, high=0.3),
    "weight_access": Param(
        "logit", "utility of access to services, per standard deviation between zones", low=0, high=2
    ),
    "weight_energy": Param("logit", "utility per energy class", low=0, high=1),
    "weight_similar": Param("logit", "utility of the share of households of the same income quintile", low=0, high=5),
    "weight_distance": Param("1/km", "disutility of a kilometre from the present home", low=0, high=1),
    "weight_care": Param("logit", "disutility for people over 65 of demand for doctors above capacity", low=0, high=3),
    "tenure_inertia": Param("logit", "utility of staying in the same kind of tenure", low=0, high=6),
    "moving_threshold": Param("logit", "gain in utility without which a settled household stays", low=0, high=6),
    "outside_option": Param("logit", "utility of living as a guest", low=-20, high=0),
    "burden_limit": Param(
        "1", "highest share of income for rent and energy that landlords and banks accept", low=0.2, high=1
    ),
    "last_burden_limit": Param("1", "the same for households without a home, with a guarantor", low=0.2, high=1),
    "loan_burden": Param("1", "highest share of income for loan payments", "universal", low=0.2, high=0.6),
    "loan_rate": Param("1/year", "interest of home loans", "exogenous", low=0, high=0.12),
    "first_loan_rate": Param("1/year", "interest of the home loans that run at the start", low=0, high=0.12),
    "loan_years": Param("year", "longest loan", "universal", low=5, high=40),
    "loan_age": Param("year", "age at which a loan ends at the latest", low=60, high=95),
    "down_payment": Param("1", "share of the price that a buyer has to own", low=0, high=0.5),
    "own_money_return": Param("1/year", "return that owners forgo on the money in their home", low=0, high=0.1),
    "wealth_used": Param("1", "share of wealth that a buyer puts in", low=0, high=1),
    "notary_fee": Param("1", "fees and taxes of a sale, share of the price", "universal", low=0, high=0.2),
    "owner_charges": Param("EUR/m2/month", "property tax, upkeep and charges of an owner", low=0, high=8),
    "income_floor": Param("EUR/month", "least monthly income that landlords reckon with", low=0, high=1500),
    "space_need": Param("m2", "surface wanted by number of members", low=10, high=300, index=SIZES),
    "surface_per_person_trend": Param(
        "1", "change of the surface wanted per person since 2025", "exogenous", low=-0.5, high=0.5
    ),
    "telework_room": Param("m2", "surface wanted by a full-time teleworker", low=0, high=30),
    "energy_cost": Param(
        "EUR/m2", "energy bill a year by class where none is known yet", low=0, high=80, index=CLASSES
    ),
    "expected_benefit": Param(
        "EUR/year",
        "housing benefit that a household reckons with before it is a tenant, and income per unit at which it ends",
        low=0,
        high=40000,
        index=("most", "ends"),
    ),
    "social_ceiling": Param(
        "EUR/year",
        "reference income up to which social housing is open, by members and for each one more (PLUS)",
        "universal",
        low=3000,
        high=120000,
        index=(*SIZES, "more"),
    ),
    "fiscal_income": Param("1", "reference income of the tax office over disposable income", low=0.5, high=1.5),
    "social_points": Param(
        "1",
        "priority for social housing in years of waiting: homeless, overcrowded, burdened",
        low=0,
        high=10,
        index=("homeless", "crowded", "burdened"),
    ),
    "queue_renewal": Param("1/year", "social housing applicants who renew their application", low=0, high=1),
    "hosted_years": Param("year", "years after which a guest has an unlimited claim to a vacant home", low=0, high=10),
    "move_cost": Param("EUR", "cost of a move", low=0, high=10000),
}

RENTS = {
    "rent_response": Param("1/year", "change of log rent per point of vacancy below its natural rate", low=0, high=3),
    "rent_income": Param("1", "change of log rent per change of log income per household", low=0, high=2),
    "rent_reversion": Param("1/year", "return of rents to what incomes bear, part of the gap a year", low=0, high=1),
    "rent_change_limit": Param("1/year", "largest yearly change of log rent", low=0, high=0.3),
    "pooling": Param("dwelling", "homes of the wider market that count when a submarket is small", low=0, high=1000),
    "income_pooling": Param("household", "households of the city that count when a zone is small", low=0, high=10000),
    "sitting_rent_change": Param(
        "1/year", "real yearly change of the rents of sitting tenants", "exogenous", low=-0.05, high=0.05
    ),
    "energy_premium": Param(
        "1", "difference of log rent and price by energy class, same home", low=-0.5, high=0.5, index=CLASSES
    ),
    "landlord_costs": Param("1", "tax, upkeep and charges of landlords, share of the rent", low=0, high=0.8),
    "local_landlords": Param("1", "homes bought to let that are offered to households of the town", low=0, high=1),
    "landlord_response": Param(
        "1/year", "vacant homes that change between sale and letting, per log return over the cap rate", low=0, high=30
    ),
    "arrears_rate": Param(
        "1/year", "tenants who fall behind with the rent, by landlord", low=0, high=0.3, index=("private", "social")
    ),
    "arrears_slope": Param("1", "effect of rent over income on the logarithm of that chance", low=0, high=20),
    "eviction_share": Param("1", "tenants in arrears who lose the home in the end", low=0, high=1),
    "eviction_years": Param("year", "from unpaid rent to eviction", low=1, high=6),
    "banned_sale": Param("1/year", "vacant homes under a ban on letting that are put up for sale", low=0, high=1),
}

PARAMS = MOVES | CHOICE | RENTS | STOCK_PARAMS

COLUMNS = {
    "households.dwelling": Column("int32", "row", "home of the household; guests have none", link="dwellings"),
    "households.zone": Column("int16", "code", "zone where the household lives", fill=-1),
    "households.tenure": Column("int8", "code", "owner outright, mortgaged, private, social rent, hosted", fill=4),
    "households.housing_cost": Column("float32", "EUR/month", "rent, or payments and charges of an owner"),
    "households.last_move_year": Column("int16", "year", "year of the last move within or into the city"),
    "households.aspiration": Column(
        "float32", "1", "quality of home aspired to, percentile; -1 not yet formed", fill=-1
    ),
    "households.social_queue_since": Column("int16", "year", "year of the application for social housing, 0 none"),
    "households.host": Column("int32", "row", "household that a guest household lives with", link="households"),
    "households.hosted_since": Column("int16", "year", "first year as a guest, 0 not a guest"),
    "households.loan_payment": Column("float32", "EUR/month", "payment of the home loan"),
    "households.loan_rate": Column("float32", "1/year", "interest of the home loan"),
    "households.home_debt": Column("float32", "EUR", "debt on the home"),
    "households.home_cash": Column("float32", "EUR", "received from (paid for) homes this year beyond loans"),
    "households.rental_income": Column("float32", "EUR/year", "rents of homes in the city let by the household, net"),
    "households.arrears_since": Column("int16", "year", "year in which the rent went unpaid, 0 none"),
    "dwellings.zone": Column("int16", "code", "zone"),
    "dwellings.house": Column("bool", "flag", "house, not flat"),
    "dwellings.surface": Column("float32", "m2", "living surface"),
    "dwellings.rooms": Column("int8", "1", "rooms"),
    "dwellings.year_built": Column("int16", "year", "year of construction"),
    "dwellings.energy_class": Column("int8", "code", "energy performance, A to G"),
    "dwellings.heat_source": Column("int8", "code", "main heating energy"),
    "dwellings.heating_year": Column("int16", "year", "year of the heating system"),
    "dwellings.tenure_class": Column("int8", "code", "market: owner-occupied, private rental, social"),
    "dwellings.owner": Column(
        "int32", "row", "household of the city that owns it: occupier, landlord, heir; -1 others", link="households"
    ),
    "dwellings.rent_m2": Column("float32", "EUR/m2/month", "market rent without charges"),
    "dwellings.price_m2": Column("float32", "EUR/m2", "market price"),
    "dwellings.status": Column("int8", "code", "occupied, vacant on the market, structurally, second home, works"),
    "dwellings.vacant_since": Column("int16", "year", "year in which it became vacant, 0 not vacant"),
    "dwellings.above_shop": Column("bool", "flag", "above a shop"),
    "dwellings.lift": Column("bool", "flag", "lift"),
    "zones.rent_index": Column("float32", "1", "rents relative to the start", fill=1),
    "zones.price_index": Column("float32", "1", "prices relative to the start", fill=1),
    "zones.market_vacancy": Column("float32", "1", "homes on the market per home"),
    "zones.floor_capacity": Column("float32", "m2", "floor that may still be built on land already built on"),
}

MEASURES = {
    "vacancy_rate": Measure("1", "vacant dwellings, second homes apart, per dwelling", by=("zone", "type", "tenure")),
    "market_vacancy_rate": Measure(
        "1", "dwellings vacant and on the market per dwelling", by=("zone", "type", "tenure")
    ),
    "structural_vacancy_rate": Measure("1", "dwellings out of use per dwelling", by=("zone", "type")),
    "second_home_share": Measure("1", "second homes per dwelling", by=("zone",)),
    "mean_rent": Measure("EUR/m2/month", "market rent of private rental homes", by=("zone", "type")),
    "mean_rent_paid": Measure("EUR/month", "rent paid by tenants", by=("tenure", "income_quintile")),
    "mean_price": Measure("EUR/m2", "market price of private homes", by=("zone", "type")),
    "moves_per_household": Measure(
        "1/year",
        "households that moved within or into the city, per household",
        by=("tenure", "age_band", "zone", "income_quintile", "type"),
    ),
    "internal_move_rate": Measure(
        "1/year", "households that moved within the city, by the market that they left", split="tenure"
    ),
    "dwellings": Measure("dwelling", "dwellings", by=("zone", "type", "tenure")),
    "new_dwellings": Measure("dwelling", "dwellings built this year", by=("zone", "type", "tenure")),
    "demolished_dwellings": Measure("dwelling", "dwellings demolished this year"),
    "converted_dwellings": Measure("dwelling", "flats made of offices and of floors above shops this year"),
    "remediated_dwellings": Measure("dwelling", "homes of the centre remediated by the centre's programme this year"),
    "new_land": Measure("hectare", "land taken for new dwellings this year"),
    "share_energy_class_fg": Measure("1", "main homes in energy class F or G", by=("zone", "type", "tenure")),
    "deep_retrofit_rate": Measure("1/year", "main homes deeply retrofitted", by=("tenure", "type")),
    "renovation_gesture_rate": Measure("1/year", "main homes with a single energy measure", by=("tenure", "type")),
    "vacant_home_reuse_rate": Measure("1/year", "structurally vacant and second homes brought back to use"),
    "rent_burden_over_40": Measure(
        "1",
        "households that pay over 40 % of income for housing and energy",
        by=("tenure", "age_band", "income_quintile", "zone", "type"),
    ),
    "overcrowded_share": Measure(
        "1", "households with fewer rooms than the norm", by=("tenure", "income_quintile", "zone", "type")
    ),
    "owner_share": Measure("1", "households that own their home", by=("zone", "age_band", "income_quintile")),
    "social_tenant_share": Measure("1", "households in social housing", by=("zone", "income_quintile")),
    "hosted_households": Measure(
        "household", "households without a home of their own", by=("zone", "age_band", "type")
    ),
    "hosted_over_limit": Measure("household", "guests for longer than the limit"),
    "social_queue": Measure("household", "households waiting for social housing", by=("zone",)),
    "social_waiting": Measure("year", "time that applicants for social housing have waited", by=("zone",)),
    "home_purchases": Measure("household", "households that bought a home to live in"),
    "first_time_buyer_share": Measure("1", "of those, households that did not own their last home"),
    "home_debt": Measure("EUR", "debt on the home of households that owe any", by=("age_band", "income_quintile")),
    "rental_yield": Measure("1", "yearly rent over price of homes to let", by=("zone", "type")),
    "local_landlord_share": Measure("1", "private rental homes owned by households of the city", by=("zone",)),
    "landlord_household_share": Measure("1", "households that let a home in the city", by=("income_quintile",)),
    "rent_arrears_share": Measure("1", "tenants behind with the rent", by=("tenure", "income_quintile")),
    "evictions": Measure("household", "tenants who lost their home over unpaid rent this year"),
    "mean_surface_per_person": Measure("m2/person", "surface of main homes per member", by=("tenure", "zone")),
}
