"""What demography reports each year: counts of people and households, rates of the year, and two summaries of life."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from citysim.city.city import City
from citysim.city.codes import HouseholdType, Residence, Sex, Tenure, names
from citysim.core.declare import Statistic, by_group, mean, ratio, total, value
from citysim.domains.demography.alignment import by_flow, correction
from citysim.domains.demography.mortality import life_expectancy
from citysim.domains.demography.places import by_place

GROUP_WIDTH, LAST_GROUP = 5, 95
COUPLE_AGES = ((18, 24), (25, 29), (30, 34), (35, 39), (40, 59), (60, 74), (75, 127))
FLOWS = (
    "births",
    "deaths",
    "arrivals",
    "departures",
    "unions",
    "separations",
    "widowed",
    "left_home",
    "returned_home",
    "joined_children",
    "inherited_dwellings",
)


def report(city: City, base: dict[str, Any], events: dict[str, float], attractiveness: float) -> dict[str, Statistic]:
    """Return this year's measures.

    Parameters
    ----------
    base, events
        What the year froze and counted.
    attractiveness
        A / A0 of this year's arrivals.
    """
    flows = {name: value(events.get(name, 0.0), extensive=True) for name in FLOWS}
    quotients = base.get("quotients")
    expectancy = life_expectancy(quotients) if quotients is not None else np.full(2, np.nan)
    natural = events.get("births", 0.0) - events.get("deaths", 0.0)
    net = events.get("arrivals", 0.0) - events.get("departures", 0.0)
    number = max(city.persons.size, 1)
    return (
        flows
        | _people(city)
        | _homes(city)
        | {
            "natural_balance_rate": value(1000.0 * natural / number),
            "inherited_in_town_share": value(
                events.get("inherited_in_town", 0.0) / max(events.get("inherited_dwellings", 0.0), 1.0)
            ),
            "net_migration": value(net, extensive=True),
            "net_migration_set": value(events.get("net_migration_set", 0.0), extensive=True),
            "net_migration_balance_rate": value(1000.0 * net / number),
            "arrivals_by_place": by_group(by_place(base, "arrivals"), "place", extensive=True),
            "departures_by_place": by_group(by_place(base, "departures"), "place", extensive=True),
            "departure_rate_by_tenure": by_group(_by_tenure(base), "tenure"),
            "attractiveness": value(attractiveness),
            "alignment_correction": value(correction(events), extensive=True),
            "alignment_correction_by_flow": by_group(by_flow(events), "flow", extensive=True),
            "total_fertility_rate": value(base.get("fertility_rate", np.nan)),
            "life_expectancy_female": value(expectancy[Sex.FEMALE]),
            "life_expectancy_male": value(expectancy[Sex.MALE]),
        }
    )


def _people(city: City) -> dict[str, Statistic]:
    persons = city.persons
    age, residence = persons["age"], persons["residence"]
    everyone = np.ones(persons.size, dtype=bool)
    old = age >= 65
    with_partner = lives_with_partner(city)
    head = np.zeros(persons.size, dtype=bool)
    head[city.households["reference_person"]] = True
    at_home = (age >= 18) & (persons["household"] >= 0)
    young = (age >= 18) & (age < 30) & (persons["household"] >= 0)
    return {
        "population": total(everyone, over="persons"),
        "population_by_age_and_sex": by_group(age_and_sex(age, persons["sex"]), "age_and_sex", extensive=True),
        "share_65_plus": mean(old, over="persons"),
        "share_75_plus": mean(age >= 75, over="persons"),
        "share_under_20": mean(age < 20, over="persons"),
        "mean_age": mean(age, over="persons"),
        "old_age_dependency_ratio": ratio(old, (age >= 20) & ~old, over="persons"),
        "couple_share": mean(with_partner, over="persons", where=(age >= 25) & (age < 60)),
        "couple_share_by_age": by_group(_by_ages(age, with_partner), "age"),
        "young_adults_with_parents_share": mean(~head & ~with_partner, over="persons", where=young),
        "shared_living_share": mean(shares_home(city, with_partner), over="persons", where=at_home),
        "institution_share": mean(persons["household"] < 0, over="persons"),
        "nursing_home_residents": total(residence == Residence.NURSING_HOME, over="persons"),
    }


def _homes(city: City) -> dict[str, Statistic]:
    households = city.households
    kind = households["type"]
    everyone = np.ones(households.size, dtype=bool)
    return {
        "households": total(everyone, over="households"),
        "mean_household_size": mean(households["size"], over="households"),
        "one_person_household_share": mean(kind == HouseholdType.SINGLE, over="households"),
        "single_parent_household_share": mean(kind == HouseholdType.SINGLE_PARENT, over="households"),
    }


def lives_with_partner(city: City) -> NDArray[np.bool_]:
    """Whether each person shares a home with a partner."""
    partner, household = city.persons["partner"], city.persons["household"]
    return (partner >= 0) & (household >= 0) & (household[partner] == household)


def shares_home(city: City, with_partner: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Whether adults other than the partner live in a person's home."""
    household = city.persons["household"]
    adults = city.households["size"] - city.households["children"]
    own = 1 + with_partner.astype(np.int8)
    return (household >= 0) & (adults[household] > own)


def age_and_sex(age: NDArray[Any], sex: NDArray[Any]) -> dict[str, float]:
    """People by five-year group and sex: the age pyramid."""
    group = np.minimum(age, LAST_GROUP) // GROUP_WIDTH
    counts = np.bincount(group.astype(np.int64) * 2 + sex, minlength=2 * (LAST_GROUP // GROUP_WIDTH + 1))
    pyramid = {}
    for start in range(0, LAST_GROUP + 1, GROUP_WIDTH):
        label = f"{start}+" if start == LAST_GROUP else f"{start}-{start + GROUP_WIDTH - 1}"
        for code, name in ((Sex.MALE, "male"), (Sex.FEMALE, "female")):
            pyramid[f"{name} {label}"] = float(counts[start // GROUP_WIDTH * 2 + code])
    return pyramid


def _by_tenure(base: dict[str, Any]) -> dict[str, float]:
    rates = base.get("departures_by_tenure", np.zeros(len(Tenure)))
    return dict(zip(names(Tenure), rates.tolist(), strict=True))


def _by_ages(age: NDArray[Any], flag: NDArray[np.bool_]) -> dict[str, float]:
    shares = {}
    for low, high in COUPLE_AGES:
        mine = (age >= low) & (age <= high)
        if mine.any():
            share = np.count_nonzero(flag & mine) / np.count_nonzero(mine)
            shares[f"{low}-{high}" if high < 100 else f"{low}+"] = share
    return shares
