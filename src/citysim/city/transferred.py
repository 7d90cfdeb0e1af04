"""Targets that no table gives by commune: national or similar towns' figures, rescaled, and judgement shares.

Figures that were recalled, not seen in their publication, are judgement.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from citysim.city.build.homes import tenure_shares
from citysim.city.build.income import gini_index
from citysim.city.build.positions import age_sex
from citysim.city.codes import (
    DwellingStatus,
    EnergyClass,
    FacilityKind,
    Health,
    HouseholdType,
    Labour,
    Occupation,
    Residence,
    Sex,
    Tenure,
    TenureClass,
    names,
)  # fmt: skip
from citysim.city.targets import Comparison

if TYPE_CHECKING:
    from citysim.city.build import Synthesis


class _Rows:
    """Adds rows of the whole city from one source."""

    def __init__(self, synthesis: Synthesis, comparison: Comparison, source: str, year: str, kind: str = "transferred"):
        self.comparison, self.weight = comparison, 1.0 / synthesis.frame.scale
        self.kind, self.source, self.year = kind, source, year

    def count(self, name: str, target: float, agents: float, total: bool = False) -> None:
        """Compare a count, given in agents, with its target in people or things."""
        self.comparison.add(name, "all", self.kind, target, agents * self.weight, self.source, self.year, total)

    def share(self, name: str, target: float, value: float, agents: float, total: bool = False) -> None:
        """Compare a share of `agents`; small where the people it stands for are few."""
        people = target * agents * self.weight
        self.comparison.add(name, "all", self.kind, target, value, self.source, self.year, total, people)

    def number(self, name: str, target: float, value: float, agents: float) -> None:
        """Compare a mean or quantile over `agents`."""
        self.comparison.add(name, "all", self.kind, target, value, self.source, self.year, False, agents * self.weight)


def transferred_rows(synthesis: Synthesis, comparison: Comparison) -> None:
    """All rows of the classes transferred and judgement, for the whole city."""
    for part in (_people, _skills, _work, _homes, _energy, _tenure, _health, _income, _judgement, _recalled):
        part(synthesis, comparison)


def _people(synthesis: Synthesis, comparison: Comparison) -> None:
    """Women and men by age group: the national profile within the published age groups."""
    frame, persons = synthesis.frame, synthesis.tables["persons"]
    rows = _Rows(synthesis, comparison, "WPP 2024, metropolitan France", "2023")
    expected = age_sex(frame.marginals, frame.reference("age_structure")).sum(axis=0) / frame.scale
    for sex in Sex:
        label, mine = ("men", "women")[sex], persons["sex"] == sex
        rows.count(label, expected[sex].sum(), mine.sum(), total=True)
        for start, stop in pairwise((0, 10, 20, 30, 40, 50, 60, 70, 80, 105)):
            got = (mine & (persons["age"] >= start) & (persons["age"] < stop)).sum()
            rows.count(f"{label} {start}-{stop - 1}", expected[sex, start:stop].sum(), got)


def _skills(synthesis: Synthesis, comparison: Comparison) -> None:
    """Illectronism, in all and by age."""
    frame, persons = synthesis.frame, synthesis.tables["persons"]
    rows = _Rows(synthesis, comparison, "Insee, France, 15 % in 2021, 17 % in 2019", "2021")
    low, grown = persons["skill_digital"] < 0.35, persons["age"] >= 15
    rows.share("illectronism 15+", frame.shares["illectronism_share"], low[grown].mean(), grown.sum(), total=True)
    table = frame.reference("illectronism")
    for place, (start, stop) in enumerate(pairwise([*table["age_from"].tolist(), 200])):
        mine = (persons["age"] >= start) & (persons["age"] < stop)
        rows.share(f"illectronism {start}+", table["share"][place], low[mine].mean(), mine.sum())


def _work(synthesis: Synthesis, comparison: Comparison) -> None:
    """Social groups of the area's active people, and activity by sex."""
    frame, persons = synthesis.frame, synthesis.tables["persons"]
    active = (persons["labour"] == Labour.EMPLOYED) | (persons["labour"] == Labour.UNEMPLOYED)
    share = frame.social_groups / frame.social_groups.sum()
    got = np.bincount(persons["occupation"][active], minlength=len(Occupation)) / active.sum()
    rows = _Rows(synthesis, comparison, "Insee RP, Bourges Plus", "2018")
    for code, name in enumerate(names(Occupation)):
        rows.share(f"active: {name}", share[code], got[code], active.sum())
    table = frame.reference("labour_by_age_sex")
    rows = _Rows(synthesis, comparison, "Insee RP, Limoges and Poitiers, rescaled", "2020-2022")
    for start, stop in ((15, 25), (25, 55), (55, 65)):
        aged = (persons["age"] >= start) & (persons["age"] < stop)
        group = table["age_from"] == start
        for sex in Sex:
            mine = aged & (persons["sex"] == sex)
            target = _rate(table, group & (table["sex"] == sex)) / _rate(table, group) * active[aged].mean()
            name = f"activity of {('men', 'women')[sex]} {start}-{stop - 1}"
            rows.share(name, target, active[mine].mean(), mine.sum())


def _rate(table: dict[str, np.ndarray], rows: np.ndarray) -> float:
    return float(table["active"][rows].sum() / table["population"][rows].sum())


def _homes(synthesis: Synthesis, comparison: Comparison) -> None:
    """Rooms and houses."""
    frame, stock = synthesis.frame, synthesis.tables["dwellings"]
    main = stock["status"] == DwellingStatus.OCCUPIED
    rows = _Rows(synthesis, comparison, "Insee RP, Bourges Plus", "2020")
    if frame.rooms is not None:
        expected = frame.rooms / frame.rooms.sum() * main.sum() / frame.scale
        got = np.bincount(np.minimum(stock["rooms"][main], 5), minlength=6)[1:]
        for place, (target, value) in enumerate(zip(expected, got, strict=True)):
            name = f"main residences of {place + 1} room{'s' if place else ''}{' and more' if place == 4 else ''}"
            rows.count(name, target, value)
    communes = frame.data.communes
    houses = float(np.sum(communes["houses_share_pct"] / 100 * communes["dwellings"]))
    rows = _Rows(synthesis, comparison, "communes' shares, some of neighbours", "2016-2022")
    rows.count("houses", houses, stock["house"].sum(), total=True)


def _energy(synthesis: Synthesis, comparison: Comparison) -> None:
    stock, table = synthesis.tables["dwellings"], synthesis.frame.reference("energy_classes")
    main = stock["status"] == DwellingStatus.OCCUPIED
    got = np.bincount(stock["energy_class"][main], minlength=7) / main.sum()
    rows = _Rows(synthesis, comparison, "SDES, main residences in France", "2023")
    for name, code in EnergyClass.codes().items():
        rows.share(f"energy class {name}", table["share_main_residences"][code], got[code], main.sum())
    rows = _Rows(synthesis, comparison, "SDES, France 2022, rescaled to 15.7 % of F and G", "2022")
    poor = stock["energy_class"] >= EnergyClass.F
    for house, share in ((True, 0.20), (False, 0.15)):
        mine = main & (stock["house"] == house)
        name = f"class F or G among {'houses' if house else 'flats'}"
        rows.share(name, share * 0.157 / 0.17, poor[mine].mean(), mine.sum())


def _tenure(synthesis: Synthesis, comparison: Comparison) -> None:
    homes, persons = synthesis.tables["households"], synthesis.tables["persons"]
    table = synthesis.frame.reference("tenure_by_age")
    kind = np.array([0, 0, 1, 2, 1])[homes["tenure"]]
    age = persons["age"][homes["reference_person"]]
    expected = tenure_shares(age, table, np.bincount(kind, minlength=3)) / synthesis.frame.scale
    band = np.searchsorted(table["age_from"], age, side="right") - 1
    rows = _Rows(synthesis, comparison, "Insee, Poitiers, Chambéry, Angoulême, rescaled", "2016-2019")
    for place, start in enumerate(table["age_from"]):
        for code, name in enumerate(("owners", "private tenants", "social tenants")):
            got = ((band == place) & (kind == code)).sum()
            rows.count(f"{name}, reference person {start}+", expected[place, code], got)


def _health(synthesis: Synthesis, comparison: Comparison) -> None:
    persons = synthesis.tables["persons"]
    age, old = persons["age"].astype(float), persons["age"] >= 60
    curve = float(np.mean(1.0 / (1.0 + np.exp(-(age[old] + 0.5 - 90.1) / 6.0))))
    got = float(np.mean(persons["health"][old] == Health.DEPENDENT))
    rows = _Rows(synthesis, comparison, "DREES LIVIA, prevalence by age", "2015")
    rows.share("dependent among 60+", curve, got, old.sum(), total=True)
    table = synthesis.frame.reference("apa_rates")
    heavy = (persons["gir"] >= 1) & (persons["gir"] <= 4)
    rows = _Rows(synthesis, comparison, "DREES, allowance holders", "2008")
    for place, (start, stop) in enumerate(pairwise([*table["age_from"].tolist(), 200])):
        mine = (age >= start) & (age < stop)
        rows.share(f"GIR 1-4, {start}+", table["rate_pct"][place] / 100, heavy[mine].mean(), mine.sum())


def _income(synthesis: Synthesis, comparison: Comparison) -> None:
    frame, homes = synthesis.frame, synthesis.tables["households"]
    standard, people = homes["income"] / homes["consumption_units"], homes["size"].sum()
    gini = gini_index(standard.astype(float), homes["size"].astype(float))
    rows = _Rows(synthesis, comparison, "Insee Filosofi, France", "2022")
    rows.number("Gini of living standards", frame.shares["income_gini"], gini, people)
    by_person = np.repeat(standard, homes["size"])
    table, communes = frame.reference("income_deciles"), frame.data.communes
    town = float(np.average(communes["median_living_standard_eur"], weights=communes["pop_2022"]))
    middle = float(table["living_standard_2021"][table["quantile"] == 0.5][0])
    rows = _Rows(synthesis, comparison, "Insee Filosofi, France, rescaled to the town's median", "2021")
    for quantile, value in zip(table["quantile"], table["living_standard_2021"], strict=True):
        target = value * town / middle * frame.shares["euro_2025_per_2021"]
        rows.number(f"living standard, quantile {quantile}", target, float(np.quantile(by_person, quantile)), people)
    cars = synthesis.tables["vehicles"]["year"]
    age = frame.start_year - 1 - cars.mean() + 0.5
    rows = _Rows(synthesis, comparison, "SDES, France", "2022")
    rows.number("mean age of cars", frame.shares["car_mean_age"], age, cars.size)


def _judgement(synthesis: Synthesis, comparison: Comparison) -> None:
    """Shares that were set by judgement (assumptions of the city)."""
    persons, homes, jobs = (synthesis.tables[name] for name in ("persons", "households", "jobs"))
    shares, figures = synthesis.frame.shares, synthesis.figures
    weight = 1.0 / synthesis.frame.scale
    vacant = (jobs["holder"] < 0) & (jobs["commuter"] < 0)
    cars = np.bincount(np.minimum(homes["cars"], 2), minlength=3) / homes["cars"].size
    stock = synthesis.tables["dwellings"]
    empty = np.isin(stock["status"], (DwellingStatus.MARKET_VACANT, DwellingStatus.STRUCTURAL_VACANT))
    rented = (stock["status"] == DwellingStatus.OCCUPIED) & (stock["tenure_class"] == TenureClass.PRIVATE_RENTAL)
    facilities = synthesis.tables["facilities"]
    doctors = facilities["capacity"][facilities["kind"] == FacilityKind.GP].sum() / persons["age"].size * 1e5
    net = figures["jobs_workplace_2022"] - figures["active_15_64"] + figures["unemployed_15_64"]
    leaving = shares["out_commuter_share"] * (persons["labour"] == Labour.EMPLOYED).sum() * weight
    leaving = max(leaving, -net)
    abroad = persons["workplace"] >= synthesis.zones.internal
    pairs = {
        "people in institutions": (shares["institution_share"], (persons["residence"] != Residence.HOME).mean()),
        "residents who work outside": (leaving, abroad.sum() * weight),
        "in-commuters": (net + leaving, synthesis.tables["commuters"]["key"].size * weight),
        "vacant jobs": (shares["vacant_job_share"], vacant.mean()),
        "households without a car": (shares["no_car_share"], cars[0]),
        "households with two cars and more": (shares["two_car_share"], cars[2]),
        "electric cars": (shares["electric_car_share"], synthesis.tables["vehicles"]["electric"].mean()),
        "structural part of vacancy": (0.40, (stock["status"][empty] == DwellingStatus.STRUCTURAL_VACANT).mean()),
        "practitioners per 100,000": (shares["gp_per_100000"], doctors),
    }
    for house, name in ((False, "flat"), (True, "house")):
        rent = stock["rent_m2"][rented & (stock["house"] == house)]
        if rent.size:
            pairs[f"rent of a private {name}, EUR/m2/month"] = (shares[f"rent_{name}"], rent.mean())
    rows = _Rows(synthesis, comparison, "judgement", "", "judgement")
    for name, (target, value) in pairs.items():
        rows.number(name, target, float(value), persons["age"].size)


def _recalled(synthesis: Synthesis, comparison: Comparison) -> None:
    """National figures that were recalled, and Grand Chambéry's floor areas, which contradict the published rooms."""
    frame, persons, homes = synthesis.frame, synthesis.tables["persons"], synthesis.tables["households"]
    rows = _Rows(synthesis, comparison, "France, recalled", "2020-2022", "judgement")
    table = frame.reference("education_targets")
    adults = (persons["age"] >= 25) & (persons["age"] < 65)
    level = np.array([0, 1, 1, 2, 2])[persons["education"][adults]]
    for place, (name, share) in enumerate(zip(table["level"], table["share_25_64"], strict=True)):
        rows.share(f"education 25-64: {name}", share, float(np.mean(level == place)), adults.sum())
    for start, stop, share in ((25, 30, 0.50), (30, 35, 0.65), (40, 60, 0.70)):
        mine = (persons["age"] >= start) & (persons["age"] < stop)
        rows.share(f"in a couple, {start}-{stop - 1}", share, (persons["partner"][mine] >= 0).mean(), mine.sum())
    owners = homes["tenure"][homes["tenure"] <= Tenure.MORTGAGED]
    rows.share("mortgaged among owners", 0.33, (owners == Tenure.MORTGAGED).mean(), owners.size)
    rows.share("one-person households", 0.353, (homes["type"] == HouseholdType.SINGLE).mean(), homes["size"].size)
    jobs = synthesis.tables["jobs"]
    group = synthesis.sector_group[jobs["sector"][(jobs["holder"] >= 0) | (jobs["commuter"] >= 0)]]
    for place, share in enumerate((0.01, 0.12, 0.06, 0.43, 0.38)):
        name = ("agriculture", "industry", "construction", "trade, transport, services", "public, education, health")
        rows.share(f"jobs in {name[place]}", share, (group == place).mean(), group.size)
    table, stock = frame.reference("dwelling_surface"), synthesis.tables["dwellings"]
    surface = stock["surface"][stock["status"] == DwellingStatus.OCCUPIED]
    rows = _Rows(synthesis, comparison, "Insee RP, Grand Chambéry", "2016", "judgement")
    for place, (start, stop) in enumerate(pairwise([*table["surface_from"].tolist(), 1000])):
        share = table["main_residences"][place] / table["main_residences"].sum()
        got = ((surface >= start) & (surface < stop)).mean()
        rows.share(f"main residences of {start} m2 and more", float(share), got, surface.size)
