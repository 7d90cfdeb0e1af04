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
    "second_home_return": Param("1/year", "second homes that become main homes", low=0, high=0.5),
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
    "infill_share": Param("1", "homes refused for lack of land that are built as flats on built land", low=0, high=1),
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
    "new_premium": Param("1", "log rent and price of a new home over the zone's mean", low=0, high=1),
    "new_class_a": Param("1", "new homes in energy class A, the others in B", low=0, high=1),
    "new_heat_pump": Param("1", "new homes with a heat pump, the others with electric heating", low=0, high=1),
    "building_hours": Param("hour", "hours of construction work in a new home", low=100, high=5000),
}

RENOVATION = {
    "renovation_aid": Param(
        "1", "share of a deep retrofit's cost paid by aid", "lever", low=0, high=1, payer="state", cost="renovation_aid"
    ),
    "renovation_obligation": Param(
        "1",
        "share of sales and lettings of E-G homes where a deep retrofit is compulsory",
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
        "1", "deep retrofits of homes heated by gas or oil that end with a heat pump", low=0, high=1
    ),
    "deep_hours": Param("hour", "hours of work in a deep retrofit", low=50, high=3000),
    "gesture_hours": Param("hour", "hours of work in a single measure", low=5, high=500),
    "renovation_trades": Param("1", "share of construction workers in renovation trades", low=0.01, high=1),
    "worker_hours": Param("hour", "hours that a construction worker works in a year", low=500, high=2500),
}

STOCK_PARAMS = VACANCY | SUPPLY | RENOVATION
