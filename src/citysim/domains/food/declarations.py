"""Parameters, columns and measures of food; values are in configs/domain/food.yaml."""

from __future__ import annotations

from citysim.core.declare import Column, Measure, Param, share

CHANNELS = ("large_store", "discount", "proximity", "egrocery", "short_chain", "aid")
DIETS = ("high_meat", "medium", "flexitarian", "plant")
EDUCATION = ("low", "vocational", "baccalaureate", "short_tertiary", "long_tertiary")
GROUPS = ("centre", "suburb", "periphery")


BUDGET_PARAMS = {
    "price_index": Param("1", "real price of food relative to 2025", role="exogenous", low=0.5, high=3),
    "budget_share": share("food at home in household consumption at the base year"),
    "engel_slope": Param(
        "1", "change of the budget share per log of consumption per consumption unit", low=-0.2, high=0
    ),
    "price_elasticity": Param("1", "elasticity of the quantity of food to its price", low=-1, high=0),
    "spending_share": share("share of income that a household of median income spends"),
    "spending_slope": Param("1", "change of that share per log of income", low=-0.5, high=0),
    "insecurity_base": share("people in households without always enough to eat at the base year"),
    "insecurity_poor": Param("logit", "effect of an income below 60 % of the median on food insecurity", low=0, high=5),
    "insecurity_lone_parent": Param("logit", "effect of being a lone parent on food insecurity", low=-1, high=3),
    "insecurity_no_access": Param(
        "logit", "effect of having no full shop within reach on food insecurity", low=0, high=2
    ),
    "insecurity_aid": Param("logit", "effect of food aid on food insecurity", low=-2, high=0),
    "insecurity_young": Param("logit", "effect of a reference person under 40 on food insecurity", low=-1, high=2),
    "insecurity_old": Param("logit", "effect of a reference person of 60 and more on food insecurity", low=-3, high=1),
    "insecurity_unemployed": Param(
        "logit", "effect of an unemployed reference person on food insecurity", low=-1, high=3
    ),
    "insecurity_price": Param(
        "logit", "effect of a doubling of the food price, per log, on food insecurity", low=0, high=6
    ),
    "insecurity_memory": share("households whose hardship threshold stays the same from year to year"),
}

CHANNEL_PARAMS = {
    "egrocery_offer": Param("logit", "growth of the e-grocery offer since 2025", role="exogenous", low=-3, high=4),
    "short_chain_support": Param(
        "1",
        "intensity of support to short-chain supply and outlets",
        role="lever",
        low=0,
        high=1,
        payer="commune",
        cost="short_chain_support",
    ),
    "channel_share": share("share of food spending by channel at the base year", index=CHANNELS),
    "channel_price": Param(
        "1", "price of the same basket by channel relative to large stores", low=0.01, high=2, index=CHANNELS
    ),
    "review_rate": Param("1/year", "households that reconsider where they shop without an event", low=0, high=1),
    "access_effect": Param("1/minute", "utility of a minute to the shop", low=-0.3, high=0),
    "price_effect": Param("1", "utility of a log of price for a household of middle income", low=-4, high=0),
    "short_chain_income": Param(
        "logit", "utility of short chains of the top income quintile over the bottom", low=-1, high=3
    ),
    "egrocery_digital": Param("logit", "utility of e-grocery of full digital skill over none", low=-1, high=4),
    "egrocery_children": Param("logit", "utility of e-grocery with children", low=-1, high=2),
    "egrocery_car": Param("logit", "utility of e-grocery with a car, most orders being picked up", low=-1, high=2),
    "support_utility": Param("logit", "utility of short chains under full support to outlets", low=0, high=4),
    "support_supply": Param("1/year", "growth of local supply under full support", low=0, high=0.5),
    "supply_adjustment": Param(
        "1/year", "share of the gap between demand and local supply closed in a year", low=0, high=1
    ),
    "supply_reserve": Param("1", "local supply over short-chain demand at the base year", low=0.5, high=3),
    "support_cost": Param("EUR/person/year", "cost of full support per inhabitant", low=0, high=100),
    "aid_value": Param("EUR/person/year", "food aid received by one person a year", low=0, high=2000),
    "walking_reach": Param("km", "straight distance of 15 minutes of walking", low=0.3, high=1.5),
    "built_density": Param("person/km2", "people per square kilometre of built land, at least", low=200, high=10000),
    "outlet_decay": Param("1/minute", "fall of the pull of a shop with travel time", low=0.01, high=0.5),
    "outlet_adjustment": Param(
        "1/year", "share of the gap in turnover per shop closed by entry and exit in a year", low=0, high=1
    ),
    "footfall_share": share("share of small shops' turnover that comes from people who work or pass by"),
    "delivered_share": share("share of e-grocery orders delivered to the home"),
    "orders": Param("1/year", "e-grocery orders of a household", low=1, high=120),
    "drop_distance": Param("km", "van-km per delivery by group of zones", low=0.1, high=15, index=GROUPS),
}

DIET_PARAMS = {
    "meat_norm_shift": Param("logit", "social norm towards less meat, per diet step", role="exogenous", low=-2, high=5),
    "diet_share": share("share of people by diet at the base year", index=DIETS),
    "diet_pace": Param("1/year", "rate of change between two neighbouring diets of equal weight", low=0, high=1),
    "diet_peers": Param("logit", "effect per step of the mean diet of the zone above the base year's", low=0, high=1.2),
    "diet_female": Param("logit", "effect of being a woman, per step towards less meat", low=-1, high=2),
    "diet_age": Param("1/year of age", "effect of a year of age, per step towards less meat", low=-0.1, high=0.1),
    "diet_education": Param(
        "logit", "effect of education, per step towards less meat", low=-1, high=2, index=EDUCATION
    ),
    "diet_price": Param("logit", "effect of a log of the food price, per step towards less meat", low=-1, high=4),
    "meat_by_diet": Param(
        "kg/year", "meat of a person by diet, before scaling to the mean", low=0, high=300, index=DIETS
    ),
    "meat_base": Param("kg/year", "meat per inhabitant at the base year", low=20, high=150),
    "meat_price_elasticity": Param("1", "elasticity of meat within a diet to the food price", low=-2, high=0),
    "red_meals": share("share of main meals with red meat by diet", index=DIETS),
    "white_meals": share("share of main meals with white meat or fish by diet", index=DIETS),
    "vegan_meals": share("share of main meals without animal products by diet", index=DIETS),
    "meal_footprint": Param(
        "kgCO2/meal", "footprint of a main meal", low=0.1, high=10, index=("vegan", "vegetarian", "white", "red")
    ),
    "main_meals": Param("meal/year", "main meals of a person", low=300, high=1100),
    "footprint_base": Param("kgCO2/year", "footprint of food per inhabitant at the base year", low=800, high=4000),
    "household_waste": Param("kg/year", "food wasted at home per inhabitant", low=5, high=100),
    "canteen_waste": Param("kg/year", "food wasted in canteens and restaurants per inhabitant", low=0, high=50),
    "waste_footprint": Param("kgCO2/kg", "footprint of a kilogram of wasted food", low=0.5, high=5),
}

PARAMS = BUDGET_PARAMS | CHANNEL_PARAMS | DIET_PARAMS

COLUMNS = {
    "persons.diet": Column("int8", "code", "diet: high meat, medium, flexitarian, plant", fill=1),
    "households.food_budget": Column("float32", "EUR/year", "spending on food at home"),
    "households.food_share": Column("float32", "1", "food at home in the household's consumption"),
    "households.food_channel": Column("int8", "code", "main place of food purchases"),
    "households.food_insecure": Column("bool", "flag", "does not always have enough to eat"),
    "households.food_desert": Column("float32", "1", "chance that no full shop is within reach without car or order"),
    "zones.outlets": Column("float32", "1", "full-range food shops"),
    "zones.small_outlets": Column("float32", "1", "small and specialised food shops"),
    "zones.short_chain_supply": Column("float32", "EUR/year", "local produce on sale to residents"),
}

ALL_HOUSEHOLDS = ("zone", "income_quintile", "type")
MEASURES = {
    "insecurity_share": Measure(
        "1",
        "people in households that do not always have enough to eat",
        ("zone", "age_band", "income_quintile", "type"),
    ),
    "short_chain_share": Measure("1", "short chains in food spending", ALL_HOUSEHOLDS),
    "egrocery_share": Measure("1", "e-grocery in food spending", ALL_HOUSEHOLDS),
    "channel_shares": Measure("1", "food spending by channel", split="channel"),
    "local_share": Measure("1", "food spending met by local supply"),
    "budget_share": Measure("1", "food at home in household consumption", ("zone", "income_quintile", "type")),
    "spending_per_person": Measure(
        "EUR/person/year", "spending on food at home per person in households", ALL_HOUSEHOLDS
    ),
    "desert_population": Measure("person", "people without a full food shop within reach", ("zone", "income_quintile")),
    "desert_share": Measure(
        "1", "share of people without a full food shop within reach", ("zone", "income_quintile", "age_band")
    ),
    "meat_kg_per_person": Measure(
        "kg/year", "meat eaten per inhabitant", ("zone", "age_band", "sex", "education", "income_quintile")
    ),
    "diet_shares": Measure("1", "people by diet", split="diet"),
    "food_co2_per_person": Measure(
        "kgCO2/year", "footprint of food per inhabitant", ("zone", "age_band", "income_quintile")
    ),
    "food_waste_per_person": Measure("kg/year", "food wasted at home and in canteens per inhabitant"),
    "delivery_distance": Measure("km/year", "van-km of food deliveries per household", ("zone",)),
    "food_outlets": Measure("1", "full-range food shops", ("zone",)),
    "small_food_outlets": Measure("1", "small food shops", ("zone",)),
}
