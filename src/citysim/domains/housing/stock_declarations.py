"""What housing knows about its stock: empty homes, building and works, with the levers on them."""

from __future__ import annotations

from citysim.core.declare import Param

MARKETS = ("owner", "private", "social")  # in the order of TenureClass
CLASSES = ("A", "B", "C", "D", "E", "F", "G")
OWNERS = ("owner", "poor_owner", "landlord", "social_landlord")

VACANCY = {
    "structural_years": Param("year", "vacancy after which a home may leave the market", low=1, high=10),
    "structural_entry": Param("1/year", "share of old, cold flats that leave the market after that", low=0, high=1),
    "structural_other": Param("1", "the same for other homes, relative to old, cold flats", low=0, high=1),
    "return_level": Param("logit", "log-odds that a structurally vacant home returns within a year", low=-10, high=0),
    "return_price": Param("logit", "effect of the change of log price since the start", low=0, high=10),
    "return_aid": Param("logit", "effect of aid on return", low=0, high=10),
    "return_remediation": Param("logit", "effect of remediation on return", low=0, high=10),
    "return_per_year": Param("logit", "effect of a year of vacancy on return", low=-2, high=0),
    "return_years_limit": Param("year", "years of vacancy after which return gets no less likely", low=0, high=30),
    "heir_choice": Param(
        "logit",
        "preference of heirs over selling: letting, second home (heirs elsewhere), living in (tenants)",
        low=-6,
        high=2,
        index=("let", "second_home", "live"),
    ),
    "estate_share": Param(
        "1", "homes that drop out of use because heirs leave them empty, in the base year", low=0, high=1
    ),
    "heir_return": Param("logit", "effect of the log return of letting over selling on heirs", low=0, high=10),
    "heir_hard": Param("logit", "effect of an old, cold flat on leaving an inherited home empty", low=0, high=5),
    "second_home_return": Param("1/year", "second homes that become main homes", low=0, high=0.5),
    "return_tax": Param("logit", "effect of a tax of a whole year's rental value on return", low=0, high=20),
    "rental_value": Param("1", "rental value that local taxes rest on, share of the market rent", low=0.1, high=1),
    "vacant_home_tax": Param(
        "1",
        "tax on homes out of use, share of their rental value",
        "lever",
        low=0,
        high=1,
        payer="landlords",
        cost="vacant_home_tax",
    ),
    "centre_programme": Param(
        "1",
        "share of owners of empty homes and of floors above shops in the centre whom a programme of works reaches",
        "lever",
        low=0,
        high=1,
        payer="state",
        cost="centre_programme",
    ),
    "centre_home_aid": Param("EUR/dwelling", "aid of the centre's programme to a home remediated", low=0, high=150000),
    "centre_aid": Param("1", "share of the cost of a conversion that the centre's programme pays", low=0, high=0.9),
    "floors_above_shops": Param("1", "unused floors that could be flats per shop of the centre", low=0, high=3),
    "conversion_rate": Param("1/year", "such floors that are looked at in a year", low=0, high=0.5),
    "conversion_cost": Param("EUR/m2", "cost of turning a floor or an office into a flat", low=300, high=5000),
    "conversion_built": Param("year", "year of construction of buildings with such floors", low=1700, high=2000),
    "vacant_home_aid": Param(
        "EUR/dwelling", "aid and works of the programme per home brought back", low=0, high=100000
    ),
    "vacant_home_programme": Param(
        "1",
        "share of structurally vacant and second homes reached by aid and remediation",
        "lever",
        low=0,
        high=1,
        payer="commune",
        cost="vacant_home_aid",
    ),
}

SUPPLY = {
    "new_build_multiplier": Param(
        "1", "new building relative to need", "lever", low=0, high=3, payer="landlords", cost="none: permits only"
    ),
    "demolition_programme": Param(
        "1/year",
        "extra share of the F and G stock demolished and rebuilt",
        "lever",
        low=0,
        high=0.03,
        payer="commune",
        cost="demolition",
    ),
    "land_limit": Param(
        "1", "strictness of no net land take", "lever", low=0, high=1, payer="nobody", cost="none: regulation"
    ),
    "land_path": Param("1", "cut of land for housing since 2021 where the limit is strict", "exogenous", low=0, high=1),
    "land_base": Param(
        "hectare/year", "hectares taken for housing in a year before the limit, per thousand dwellings", low=0, high=5
    ),
    "land_per_home": Param(
        "hectare", "land taken by a new house, a new flat", low=0, high=0.5, index=("house", "flat")
    ),
    "infill_share": Param(
        "1",
        "new houses, new flats on land already built on where nothing holds builders back",
        low=0,
        high=1,
        index=("house", "flat"),
    ),
    "infill_shift": Param("1", "homes refused open land that are tried as flats on built land", low=0, high=1),
    "infill_demolition": Param("1", "homes pulled down for a new one on built land", low=0, high=2),
    "social_production": Param(
        "1/year",
        "new social homes beyond those that builders plan, share of the stock",
        "lever",
        low=0,
        high=0.02,
        payer="social_landlords",
        cost="social_production",
    ),
    "social_subsidy": Param("1", "share of the cost of such a home paid by the state", low=0, high=0.6),
    "social_disposal": Param(
        "1/year",
        "long empty social homes sold, and old ones demolished, where twice the natural vacancy prevails",
        low=0,
        high=0.5,
    ),
    "builder_margin": Param("1", "price over cost from which a project pays", "universal", low=1, high=1.5),
    "base_building": Param("1/year", "homes delivered in the first years, share of the stock", low=0, high=0.03),
    "need_memory": Param("1", "weight of the last year in the growth that builders expect", low=0, high=1),
    "gap_years": Param("year", "years in which builders close a gap of vacant homes", low=1, high=30),
    "building_slope": Param("1", "steepness of building in vacancy around its natural rate", low=0, high=300),
    "profit_slope": Param("1", "steepness of building in the logarithm of price over cost", low=0, high=50),
    "base_profitable": Param("1", "share of wanted projects that paid in the base year", low=0.01, high=0.99),
    "building_cost": Param("EUR/m2", "cost of building a square metre, land apart", "exogenous", low=500, high=6000),
    "land_cost": Param("1", "land, share of the building cost", low=0, high=1),
    "delivery_years": Param("year", "years from decision to delivery", low=1, high=6),
    "demolition_structural": Param("1/year", "structurally vacant homes demolished", low=0, high=0.2),
    "demolition_occupied": Param("1/year", "occupied and market homes demolished", low=0, high=0.02),
    "demolition_cost": Param("EUR/dwelling", "cost of demolishing a home", low=0, high=200000),
    "new_tenure": Param("1", "shares of new homes by market", low=0, high=1, index=MARKETS),
    "new_surface": Param("m2", "mean surface of a new house, a new flat", low=20, high=300, index=("house", "flat")),
    "new_premium": Param("1", "log rent of a new home over that of used ones; its price is solved", low=0, high=1),
    "unsold_discount": Param(
        "1/year", "cut in price and rent of new homes that have found nobody for a year", low=0, high=0.3
    ),
    "new_class_a": Param("1", "new homes in energy class A, the others in B", low=0, high=1),
    "new_heat_pump": Param(
        "1", "new homes with a heat pump, the others with electric heating", "exogenous", low=0, high=1
    ),
    "building_hours": Param("hour", "hours of construction work in a new home", low=100, high=5000),
}

RENOVATION = {
    "renovation_aid": Param(
        "1", "share of a deep retrofit's cost paid by aid", "lever", low=0, high=1, payer="state", cost="renovation_aid"
    ),
    "renovation_obligation": Param(
        "1",
        "share of sales and lettings of homes below class C where a deep retrofit is compulsory",
        "lever",
        low=0,
        high=1,
        payer="households",
        cost="none: regulation",
    ),
    "rental_ban_delay": Param(
        "year",
        "delay of the bans on letting cold homes",
        "lever",
        low=0,
        high=25,
        payer="landlords",
        cost="none: regulation",
    ),
    "rental_ban_enforcement": Param(
        "1",
        "share of banned homes really withdrawn or retrofitted",
        "lever",
        low=0,
        high=1,
        payer="landlords",
        cost="none: regulation",
    ),
    "rental_ban_year": Param(
        "year",
        "year of the ban on letting by class, before delay",
        "exogenous",
        low=2020,
        high=2100,
        index=("E", "F", "G"),
    ),
    "aid_profile": Param(
        "1",
        "aid relative to the mean, by income quintile of owner-occupiers, for landlords, for social landlords",
        low=0,
        high=3,
        index=("first", "second", "third", "fourth", "fifth", "landlord", "social"),
    ),
    "aid_limit": Param("1", "largest share of the cost that aid may pay", "universal", low=0.5, high=1),
    "hassle": Param(
        "logit",
        "disutility of a single measure, a deep retrofit for those who live in the home",
        low=0,
        high=5,
        index=("gesture", "deep"),
    ),
    "deep_rate": Param("1/year", "deep retrofits in the base year, share of main homes", low=0.0001, high=0.1),
    "gesture_rate": Param("1/year", "single measures in the base year, share of main homes", low=0.0001, high=0.2),
    "consideration_rate": Param("1/year", "owners who think of works in a year", low=0.01, high=1),
    "move_in_factor": Param("1", "the same after a move in, relative", low=1, high=10),
    "deep_cost": Param("EUR/dwelling", "cost of a deep retrofit of a home of 100 m2", low=5000, high=200000),
    "gesture_cost": Param("EUR/dwelling", "cost of a single measure in a home of 100 m2", low=500, high=60000),
    "gesture_aid": Param("1", "share of a single measure paid by aid", low=0, high=1),
    "weight_cost": Param("logit", "disutility of the cost after aid over yearly income", low=0, high=10),
    "weight_saving": Param("logit", "utility of a thousand euros of discounted saving", low=0, high=2),
    "weight_peers": Param("logit", "utility of the share of good homes in the zone", low=0, high=10),
    "weight_ban": Param("logit", "utility of works where letting is banned", low=0, high=10),
    "weight_vacancy": Param("logit", "disutility of vacancy of the zone above its start", low=0, high=40),
    "discount_rate": Param(
        "1/year",
        "discount rate of owner-occupiers, poor ones, landlords, social landlords",
        low=0,
        high=0.5,
        index=OWNERS,
    ),
    "landlord_income": Param("EUR/year", "income that a landlord sets against works", low=5000, high=300000),
    "saving_years": Param("year", "years of saving that owners reckon with", low=5, high=50),
    "realised_saving": Param("1", "saving in use relative to the label's", low=0.2, high=1.2),
    "energy_use": Param("kWh/m2/year", "final energy by class, as the label says", low=10, high=800, index=CLASSES),
    "energy_price": Param("EUR/kWh", "price of home energy where no bill is known yet", low=0.02, high=1),
    "gesture_gain": Param("1", "single measures that lift the home by a class", low=0, high=1),
    "deep_heat_pump": Param(
        "1", "deep retrofits of homes heated by gas or oil that end with a heat pump", "exogenous", low=0, high=1
    ),
    "deep_hours": Param("hour", "hours of work in a deep retrofit", low=50, high=3000),
    "gesture_hours": Param("hour", "hours of work in a single measure", low=5, high=500),
    "renovation_trades": Param("1", "share of construction workers in renovation trades", low=0.01, high=1),
    "worker_hours": Param("hour", "hours that a construction worker works in a year", low=500, high=2500),
}

STOCK_PARAMS = VACANCY | SUPPLY | RENOVATION
