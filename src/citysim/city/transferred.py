"""Targets that no table gives by commune: national or similar towns' figures, rescaled, and judgement shares."""

from __future__ import annotations

import itertools
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
)  # fmt: skip
from citysim.city.targets import Comparison

if TYPE_CHECKING:
    from citysim.city.build import Synthesis


def transferred_rows(synthesis: Synthesis, comparison: Comparison) -> None:
    """All rows of the classes transferred and judgement, for the whole city."""
    for part in (_people, _education, _work, _homes, _energy, _tenure, _health, _income, _judgement):
        part(synthesis, comparison)


def _add(comparison: Comparison, name: str, target: float, synthetic: float, source: str, year: str, **more) -> None:
    comparison.add(name, "all", more.pop("kind", "transferred"), target, synthetic, source, year, **more)


def _people(synthesis: Synthesis, comparison: Comparison) -> None:
    """Women and men by age group: the national profile within the published age groups."""
    persons, weight = synthesis.tables["persons"], 1.0 / synthesis.frame.marginals.scale
    expected = age_sex(synthesis.frame.marginals, synthesis.frame.reference("age_structure")).sum(axis=0) * weight
    edges = (0, 10, 20, 30, 40, 50, 60, 70, 80, 105)
    for sex in Sex:
        label, mine = ("men", "women")[sex], persons["sex"] == sex
        _add(
            comparison,
            label,
            expected[sex].sum(),
            mine.sum() * weight,
            "WPP 2024, metropolitan France",
            "2023",
            total=True,
        )
        for start, stop in itertools.pairwise(edges):
            got = (mine & (persons["age"] >= start) & (persons["age"] < stop)).sum() * weight
            name = f"{label} {start}-{stop - 1}"
            _add(comparison, name, expected[sex, start:stop].sum(), got, "WPP 2024, metropolitan France", "2023")


def _education(synthesis: Synthesis, comparison: Comparison) -> None:
    persons, table = synthesis.tables["persons"], synthesis.frame.reference("education_targets")
    adults = (persons["age"] >= 25) & (persons["age"] < 65)
    level = np.array([0, 1, 1, 2, 2])[persons["education"][adults]]
    for place, (name, share) in enumerate(zip(table["level"], table["share_25_64"], strict=True)):
        got = float(np.mean(level == place))
        label = f"education 25-64: {name}"
        _add(
            comparison,
            label,
            share,
            got,
            "Insee, France 25-64, recalled",
            "2022",
            people=share * adults.sum() * _weight(synthesis),
        )
    grown = persons["age"] >= 15
    low = persons["skill_digital"] < 0.35
    share = synthesis.frame.shares["illectronism_share"]
    people = share * grown.sum() * _weight(synthesis)
    _add(
        comparison,
        "illectronism 15+",
        share,
        low[grown].mean(),
        "Insee 2019 (17 %) and 2021 (15 %)",
        "2021",
        people=people,
        total=True,
    )
    weak = synthesis.frame.reference("illectronism")
    ages = [*weak["age_from"].tolist(), 200]
    for place, (start, stop) in enumerate(itertools.pairwise(ages)):
        mine = (persons["age"] >= start) & (persons["age"] < stop)
        if weak["source"][place] != "judgement":
            people = weak["share"][place] * mine.sum() * _weight(synthesis)
            _add(
                comparison,
                f"illectronism {start}+",
                weak["share"][place],
                low[mine].mean(),
                "Insee, France",
                "2021",
                people=people,
            )


def _weight(synthesis: Synthesis) -> float:
    return 1.0 / synthesis.frame.marginals.scale


def _work(synthesis: Synthesis, comparison: Comparison) -> None:
    """Social groups of the area's active people, and activity by sex."""
    persons = synthesis.tables["persons"]
    active = (persons["labour"] == Labour.EMPLOYED) | (persons["labour"] == Labour.UNEMPLOYED)
    groups = synthesis.frame.social_groups
    share = groups / groups.sum()
    got = np.bincount(persons["occupation"][active], minlength=len(Occupation)) / active.sum()
    for code in Occupation:
        people = share[code] * active.sum() * _weight(synthesis)
        _add(
            comparison,
            f"active: {code.name.lower()}",
            share[code],
            got[code],
            "Insee RP, Bourges Plus",
            "2018",
            people=people,
        )
    table = synthesis.frame.reference("labour_by_age_sex")
    for start, stop in ((15, 25), (25, 55), (55, 65)):
        aged = (persons["age"] >= start) & (persons["age"] < stop)
        overall = active[aged].mean()
        rows = table["age_from"] == start
        rates = [_rate(table, rows & (table["sex"] == sex)) for sex in Sex]
        mean = _rate(table, rows)
        for sex in Sex:
            mine = aged & (persons["sex"] == sex)
            target = rates[sex] / mean * overall
            name = f"activity of {('men', 'women')[sex]} {start}-{stop - 1}"
            people = target * mine.sum() * _weight(synthesis)
            _add(
                comparison,
                name,
                target,
                active[mine].mean(),
                "Insee RP, Limoges and Poitiers, rescaled",
                "2020-2022",
                people=people,
            )


def _rate(table: dict[str, np.ndarray], rows: np.ndarray) -> float:
    return float(table["active"][rows].sum() / table["population"][rows].sum())


def _homes(synthesis: Synthesis, comparison: Comparison) -> None:
    """Rooms, houses, age of buildings, rents."""
    stock, weight = synthesis.tables["dwellings"], _weight(synthesis)
    main = stock["status"] == DwellingStatus.OCCUPIED
    if synthesis.frame.rooms is not None:
        expected = synthesis.frame.rooms / synthesis.frame.rooms.sum() * main.sum() * weight
        got = np.bincount(np.minimum(stock["rooms"][main], 5), minlength=6)[1:] * weight
        for place, (target, value) in enumerate(zip(expected, got, strict=True)):
            name = f"main residences of {place + 1} room{'s' if place else ''}{' and more' if place == 4 else ''}"
            _add(comparison, name, target, value, "Insee RP, Bourges Plus", "2020")
    table = synthesis.frame.data.communes
    houses = float(np.sum(table["houses_share_pct"] / 100 * table["dwellings"]))
    _add(
        comparison,
        "houses",
        houses,
        stock["house"].sum() * weight,
        "communes' shares, 2016-2022",
        "2016-2022",
        total=True,
    )
    shares = synthesis.frame.shares
    rented = main & (stock["tenure_class"] == 1)
    for house, name in ((False, "flats"), (True, "houses")):
        mine = rented & (stock["house"] == house)
        if mine.any():
            target = shares["rent_house" if house else "rent_flat"]
            got = stock["rent_m2"][mine].mean()
            _add(
                comparison,
                f"rent of private {name}, EUR/m2",
                target,
                got,
                "ANIL 2022 and offers 2025",
                "2022-2025",
                people=mine.sum() * weight,
            )


def _energy(synthesis: Synthesis, comparison: Comparison) -> None:
    stock, table = synthesis.tables["dwellings"], synthesis.frame.reference("energy_classes")
    main = stock["status"] == DwellingStatus.OCCUPIED
    got = np.bincount(stock["energy_class"][main], minlength=7) / main.sum()
    for code in EnergyClass:
        share = table["share_main_residences"][code]
        people = share * main.sum() * _weight(synthesis)
        _add(
            comparison,
            f"energy class {code.name}",
            share,
            got[code],
            "SDES, main residences in France",
            "2023",
            people=people,
        )
    poor = stock["energy_class"] >= EnergyClass.F
    for house, share in ((True, 0.20), (False, 0.15)):
        mine = main & (stock["house"] == house)
        target = share * 0.157 / 0.17  # shares of 2022, rescaled to the fall of F and G from 17 to 15.7 %
        name = f"class F or G among {'houses' if house else 'flats'}"
        people = target * mine.sum() * _weight(synthesis)
        _add(comparison, name, target, poor[mine].mean(), "SDES, France 2022, rescaled", "2022", people=people)


def _tenure(synthesis: Synthesis, comparison: Comparison) -> None:
    homes, persons = synthesis.tables["households"], synthesis.tables["persons"]
    table = synthesis.frame.reference("tenure_by_age")
    kind = np.array([0, 0, 1, 2, 1])[homes["tenure"]]
    totals = np.bincount(kind, minlength=3)
    expected = tenure_shares(persons["age"][homes["reference_person"]], table, totals)
    band = np.searchsorted(table["age_from"], persons["age"][homes["reference_person"]], side="right") - 1
    for place, start in enumerate(table["age_from"]):
        for code, name in enumerate(("owners", "private tenants", "social tenants")):
            got = ((band == place) & (kind == code)).sum()
            label = f"{name}, reference person {start}+"
            source = "Insee, Poitiers, Chambéry, Angoulême, rescaled"
            _add(
                comparison,
                label,
                expected[place, code] * _weight(synthesis),
                got * _weight(synthesis),
                source,
                "2016-2019",
            )


def _health(synthesis: Synthesis, comparison: Comparison) -> None:
    persons = synthesis.tables["persons"]
    age, old = persons["age"].astype(float), persons["age"] >= 60
    curve = float(np.mean(1.0 / (1.0 + np.exp(-(age[old] + 0.5 - 90.1) / 6.0))))
    got = float(np.mean(persons["health"][old] == Health.DEPENDENT))
    people = curve * old.sum() * _weight(synthesis)
    _add(
        comparison,
        "dependent among 60+",
        curve,
        got,
        "DREES LIVIA, prevalence by age",
        "2015",
        people=people,
        total=True,
    )
    table = synthesis.frame.reference("apa_rates")
    heavy = (persons["gir"] >= 1) & (persons["gir"] <= 4)
    ages = [*table["age_from"].tolist(), 200]
    for place, (start, stop) in enumerate(itertools.pairwise(ages)):
        mine = (age >= start) & (age < stop)
        rate = table["rate_pct"][place] / 100
        people = rate * mine.sum() * _weight(synthesis)
        _add(
            comparison,
            f"GIR 1-4, {start}+",
            rate,
            heavy[mine].mean(),
            "DREES, allowance holders",
            "2008",
            people=people,
        )


def _income(synthesis: Synthesis, comparison: Comparison) -> None:
    homes, shares = synthesis.tables["households"], synthesis.frame.shares
    standard = homes["income"] / homes["consumption_units"]
    gini = gini_index(standard.astype(float), homes["size"].astype(float))
    people = homes["size"].sum() * _weight(synthesis)
    _add(
        comparison,
        "Gini of living standards",
        shares["income_gini"],
        gini,
        "Insee Filosofi, France",
        "2022",
        people=people,
    )
    by_person = np.repeat(standard, homes["size"])
    table = synthesis.frame.reference("income_deciles")
    town = float(
        np.average(
            synthesis.frame.data.communes["median_living_standard_eur"],
            weights=synthesis.frame.data.communes["pop_2022"],
        )
    )
    middle = float(table["living_standard_2021"][table["quantile"] == 0.5][0])
    for quantile, value in zip(table["quantile"], table["living_standard_2021"], strict=True):
        target = value * town / middle * shares["euro_2025_per_2021"]
        got = float(np.quantile(by_person, quantile))
        _add(
            comparison,
            f"living standard, quantile {quantile}",
            target,
            got,
            "Insee Filosofi, France, rescaled",
            "2021",
            people=people,
        )
    cars = synthesis.tables["vehicles"]
    age = synthesis.frame.start_year - 1 - cars["year"].mean() + 0.5
    _add(comparison, "mean age of cars", shares["car_mean_age"], age, "SDES, France", "2022", people=cars["year"].size)


def _judgement(synthesis: Synthesis, comparison: Comparison) -> None:
    persons, homes, jobs = (synthesis.tables[name] for name in ("persons", "households", "jobs"))
    weight, shares = _weight(synthesis), synthesis.frame.shares
    internal = synthesis.zones.internal
    held = (jobs["holder"] >= 0) | (jobs["commuter"] >= 0)
    cars = np.bincount(np.minimum(homes["cars"], 2), minlength=3) / homes["cars"].size
    stock = synthesis.tables["dwellings"]["status"]
    empty = (stock == DwellingStatus.MARKET_VACANT) | (stock == DwellingStatus.STRUCTURAL_VACANT)
    facilities = synthesis.tables["facilities"]
    gp = facilities["capacity"][facilities["kind"] == FacilityKind.GP].sum() / persons["age"].size * 1e5
    jobs_net = synthesis.figures["jobs_workplace_2022"] - (
        synthesis.figures["active_15_64"] - synthesis.figures["unemployed_15_64"]
    )
    rows = [
        ("people in institutions, share", shares["institution_share"], np.mean(persons["residence"] != Residence.HOME)),
        ("residents who work outside", shares["out_commuters"], (persons["workplace"] >= internal).sum() * weight),
        ("in-commuters", jobs_net + shares["out_commuters"], synthesis.tables["commuters"]["key"].size * weight),
        ("vacant jobs, share", shares["vacant_job_share"], np.mean(~held)),
        ("households without a car", shares["no_car_share"], cars[0]),
        ("households with two cars and more", shares["two_car_share"], cars[2]),
        ("electric cars, share", shares["electric_car_share"], synthesis.tables["vehicles"]["electric"].mean()),
        ("structural part of vacancy", 0.40, np.mean(stock[empty] == DwellingStatus.STRUCTURAL_VACANT)),
        ("practitioners per 100,000", shares["gp_per_100000"], gp),
        ("mean household size", 2.00, homes["size"].mean()),
        ("one-person households", 0.43, np.mean(homes["type"] == HouseholdType.SINGLE)),
        (
            "mortgaged among owners",
            0.33,
            np.mean(homes["tenure"][homes["tenure"] <= Tenure.MORTGAGED] == Tenure.MORTGAGED),
        ),
    ]
    for start, stop, share in ((25, 30, 0.50), (30, 35, 0.65), (40, 60, 0.70)):
        mine = (persons["age"] >= start) & (persons["age"] < stop)
        rows.append((f"in a couple, {start}-{stop - 1}", share, np.mean(persons["partner"][mine] >= 0)))
    groups = synthesis.sector_group[jobs["sector"][held]]
    for place, (name, share) in enumerate(
        (
            ("agriculture", 0.01),
            ("industry", 0.12),
            ("construction", 0.06),
            ("trade and services", 0.43),
            ("public, health", 0.38),
        )
    ):
        rows.append((f"jobs in {name}", share, np.mean(groups == place)))
    for name, target, value in rows:
        _add(comparison, name, target, float(value), "judgement", "", kind="judgement")
