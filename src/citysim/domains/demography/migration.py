"""People move away and others come: by age, household type and diploma; the net is the scenario's.

Departures: a household leaves with p = level r(age) r(type) r(diploma) r(tenure) / mean(r(tenure) | age), by its
reference person; a young adult may leave the parental home alone. The level is set once so that the gross flow of the
base year is the published one, tenure moves nobody from one age to another. Arrivals:
M = (departures + net rate * population) (A / A0)^eta, copies of base-year donor households like those who left then.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from citysim.city.codes import NONE, Education, HouseholdType, Residence, Tenure
from citysim.core.choice import Lottery, happens
from citysim.core.draws import Keys, mix_keys
from citysim.core.kernels.columns import carried, looked_up, rows_where, sums_by_link
from citysim.core.kernels.draws import fold
from citysim.domains.demography import alignment, places
from citysim.domains.demography.households import heads_of_homes, leave_the_city, lives_with_minor
from citysim.domains.demography.kin import link_returners
from citysim.domains.demography.leaving import unpartnered
from citysim.domains.demography.year import ADULT, Rows, Year

Array = NDArray[np.float64]
AGE_BANDS = np.array([0, 20, 25, 30, 35, 40, 50, 60, 70, 80])
LAST_YOUNG = 29
STRATA, OLDER = 10, (3, 6)  # strata of 60 and more: people alone, couples
AGES = 128
KINDS, EDUCATIONS, TENURES = (np.int16(len(codes)) for codes in (HouseholdType, Education, Tenure))
BAND_OF_AGE = np.searchsorted(AGE_BANDS, np.arange(AGES), side="right") - 1
MARGIN, SPARE = 1.3, 8  # donors drawn beyond the mean number, so that the people wanted are always reached


def departure_weight(
    age: NDArray[Any], kind: NDArray[Any], education: NDArray[Any], by_age: Any, by_type: Any, by_education: Any
) -> Array:
    """Relative hazard of leaving the city.

    Parameters
    ----------
    age, kind, education
        Age and diploma of the reference person, household type.
    by_age, by_type, by_education
        Factors by age band, household type and diploma.
    """
    return np.asarray(by_age)[BAND_OF_AGE[age]] * np.asarray(by_type)[kind] * np.asarray(by_education)[education]


def stratum(age: NDArray[Any], kind: NDArray[Any]) -> NDArray[np.int8]:
    """Stratum of a household by the age of its reference person and its type, 0 to 9."""
    age = np.asarray(age)
    single = np.searchsorted([25, 35, 60], age, side="right")
    couple = 4 + np.searchsorted([35, 60], age, side="right")
    result = np.select(
        [kind == HouseholdType.SINGLE, kind == HouseholdType.COUPLE, kind == HouseholdType.COUPLE_CHILDREN],
        [single, couple, np.full(age.shape, 7)],
        default=np.where(kind == HouseholdType.SINGLE_PARENT, 8, 9),
    )
    return result.astype(np.int8)


def tenure_factor(band: NDArray[Any], tenure: NDArray[Any], weight: NDArray[Any], by_tenure: NDArray[Any]) -> Array:
    """Relative hazard of leaving by tenure within each band of age, so that the flow of each band stays what it is.

    Parameters
    ----------
    band, tenure
        Age band of the reference person and tenure of households, base year.
    weight
        People who leave per unit of hazard: size of the household times its hazard without tenure.
    by_tenure
        Relative hazard by tenure, [tenures].

    Returns
    -------
    Array
        [bands, tenures].
    """
    bands, tenures = AGE_BANDS.size, np.asarray(by_tenure).size
    people = np.bincount(band * tenures + tenure, weight, minlength=bands * tenures).reshape(bands, tenures)
    mean = (people * by_tenure).sum(axis=1) / np.maximum(people.sum(axis=1), 1e-12)
    return np.asarray(by_tenure) / np.where(mean > 0, mean, 1.0)[:, None]


def _person_weights(now: Year, age: Any, kind: Any, education: Any) -> Array:
    """Relative hazard of leaving without regard to tenure."""
    values = now.values
    return departure_weight(
        age, kind, education, values.departure_age, values.departure_type, values.departure_education
    )


def _weights_by_cell(now: Year) -> Array:
    """Relative hazard of leaving by age, type, diploma and tenure (`_cells`)."""
    values = now.values

    def table() -> Array:
        weights = _person_weights(now, *np.ix_(range(AGES), range(KINDS), range(EDUCATIONS)))
        by_tenure = now.base["departure_tenure"][BAND_OF_AGE]
        return np.asarray((weights[..., None] * by_tenure[:, None, None]).ravel())

    factors = (values.departure_age, values.departure_type, values.departure_education)
    return np.asarray(now.kept("departure_weights", factors, table))


def _cells(age: Any, kind: Any, education: Any, tenure: Any) -> NDArray[np.int16]:
    """Cell of each household by four traits."""
    cell: NDArray[np.int16] = ((age * KINDS + kind) * EDUCATIONS + education) * TENURES + tenure
    return cell


def _young(now: Year) -> tuple[Rows, Array]:
    """Young adults who may leave alone if they live with others or in a hall, and their relative hazard."""
    persons, values = now.city.persons, now.values
    hall = rows_where(persons["residence"] == Residence.STUDENT_HALL)
    hall = hall[persons["age"][hall] >= ADULT]
    rows = np.concatenate([rows_where(unpartnered(now, LAST_YOUNG)), hall])
    traits = np.arange(AGES)[:, None], HouseholdType.SINGLE, np.arange(EDUCATIONS)
    weights = (_person_weights(now, *traits) * values.departure_from_parents).ravel()
    return rows, weights.take(persons["age"].take(rows) * EDUCATIONS + persons["education"].take(rows))


def _traits(now: Year, head: Rows) -> tuple[NDArray[Any], ...]:
    """What the hazard of leaving of each household depends on: age, type, diploma and tenure."""
    persons, households = now.city.persons, now.city.households
    age, education = (carried(persons[name], head, 0) for name in ("age", "education"))
    return age, households["type"], education, households["tenure"]


def freeze_flows(now: Year) -> None:
    """Set the level of departures and the mix of arrivals from the base-year population."""
    persons, households, values = now.city.persons, now.city.households, now.values
    traits = _traits(now, households["reference_person"])
    size = households["size"].astype(np.float64)
    unweighted = _person_weights(now, *traits[:3]) * size
    now.base["departure_tenure"] = tenure_factor(BAND_OF_AGE[traits[0]], traits[3], unweighted, values.departure_tenure)
    weight = _weights_by_cell(now)[_cells(*traits)]
    young, young_weight = _young(now)
    young_weight = young_weight[~heads_of_homes(now, young)]
    flow = (weight * size).sum() + young_weight.sum()
    now.base["departure_level"] = values.gross_migration * persons.size / max(flow, 1e-12)
    group = stratum(*traits[:2])
    people = np.bincount(group, weight * size, minlength=STRATA) * values.arrival_factor
    # Who leaves alone is replaced mostly by young people who come alone.
    alone = young_weight.sum()
    people[:2] += alone * values.arrival_alone
    people += alone * (1.0 - values.arrival_alone.sum()) * people / max(people.sum(), 1e-12)
    now.base["arrival_mix"] = people / max(people.sum(), 1e-12)
    now.base["arrival_debt"] = np.zeros(STRATA)


def departures(now: Year) -> None:
    """Draw the households and young adults who leave the city, and where they go."""
    persons, households = now.city.persons, now.city.households
    level = now.base["departure_level"]
    household, head = persons["household"], households["reference_person"]
    traits, weights = _traits(now, head), _weights_by_cell(now)
    by_cell = now.kept("departure_chance", (weights,), lambda: np.minimum(weights * level, 0.9))
    stands = carried(household, head, NONE) == np.arange(head.size, dtype=np.int32)
    keys = carried(persons.key, head, 0)  # those without a reference person do not leave
    leaving = stands & happens(now.draws, "demography.departure", keys, looked_up(by_cell, _cells(*traits)))
    homes = rows_where(leaving)
    along = carried(leaving, household, False)
    young, weight = _young(now)
    keys, chance = persons.key.take(young), np.minimum(weight * level, 0.9)
    young = young[rows_where(happens(now.draws, "demography.departure_alone", keys, chance))]
    young = young[~heads_of_homes(now, young) & ~along[young]]  # who leaves with the parents does not leave alone
    young = young[~lives_with_minor(now, young)]
    together = rows_where(along)
    people = np.bincount(household.take(together), minlength=head.size).take(homes)
    places.note_departures(now, np.concatenate([head[homes], young]), np.concatenate([people, np.ones(young.size)]))
    left = np.bincount(traits[3][homes], minlength=TENURES)
    now.base["departures_by_tenure"] = left / np.maximum(sums_by_link(traits[3], int(TENURES), where=stands), 1)
    out = np.concatenate([together, young])
    now.count("departures", out.size)
    leave_the_city(now, out)


def arrivals(now: Year, living: int, attractiveness: float) -> None:
    """Let copies of donor households move in.

    Parameters
    ----------
    living
        People in the city at the start of the year.
    attractiveness
        A / A0.
    """
    values, donors = now.values, now.city.donors
    net = values.net_migration_rate * living
    wanted = max(0.0, now.events["departures"] + net) * attractiveness**values.attractiveness_elasticity
    variant = alignment.variant_of(now)
    if variant:
        net = alignment.migration_rate(now, variant) * living
        forced = max(0.0, now.events["departures"] + net)
        alignment.report(now, "net_migration", forced, wanted)
        wanted = forced
    now.count("net_migration_set", net)
    if donors.first.size < 2:
        return
    weights = _weights_by_cell(now)
    laid, mean = now.kept("donors", (weights,), lambda: _lay_out_donors(now, weights))
    people = by_stratum(arrival_mix(now), now.events["departures"], wanted) + now.base["arrival_debt"]
    number = np.maximum(0, np.ceil(people / mean * MARGIN).astype(np.int64)) + SPARE
    first = np.cumsum(number) - number
    strata = np.repeat(np.arange(STRATA), number)
    ranks = np.arange(strata.size) - first[strata]
    keys = mix_keys("arrival", now.year, strata, ranks)
    picked = laid.drawn(strata, now.draws.uniform("demography.donor", keys))
    size = np.diff(donors.first)[picked]
    came = np.cumsum(size)
    came -= (came - size)[first][strata]
    kept = came <= people[strata]
    now.base["arrival_debt"] = people - np.bincount(strata[kept], size[kept], minlength=STRATA)
    _move_in(now, picked[kept], keys[kept])


def _lay_out_donors(now: Year, weights: Array) -> tuple[Lottery, Array]:
    """Donors of each stratum (all of them where it has none) by their hazard of leaving, and their mean size."""
    households, persons = now.city.donors.households, now.city.donors.persons
    head = households["reference_person"]
    traits = (persons["age"][head], households["type"], persons["education"][head], households["tenure"])
    group, weight, size = stratum(*traits[:2]), weights[_cells(*traits)], np.diff(now.city.donors.first)
    pools = [np.flatnonzero(group == code) for code in range(STRATA)]
    pools = [pool if pool.size else np.arange(group.size) for pool in pools]
    mean = np.array([weight[pool] @ size[pool] / weight[pool].sum() for pool in pools])
    return Lottery(pools, weight), mean


def by_stratum(mix: Array, departures: float, wanted: float) -> Array:
    """People to arrive in each stratum.

    Those who left are replaced in the mix of the base year; what more or fewer come are people under 60: jobs and
    homes draw or repel them, people who retire move as before.

    Parameters
    ----------
    mix
        Shares of the strata, [strata].
    departures, wanted
        People who have left and who are to come.
    """
    working = mix.copy()
    working[list(OLDER)] = 0.0
    return np.asarray(mix * departures + working / max(working.sum(), 1e-12) * (wanted - departures))


def arrival_mix(now: Year) -> Array:
    """Share of each stratum in this year's arrivals: the base year's, but the country's older people grow in number."""
    mix = now.base["arrival_mix"].copy()
    mix[list(OLDER)] *= (1.0 + now.values.older_arrivals_growth) ** (now.year - now.base["first_year"])
    return mix / mix.sum()


def _move_in(now: Year, donors: Rows, home_keys: Keys) -> None:
    """Append the newcomers' households and members with the donors' family links."""
    persons, households, source = now.city.persons, now.city.households, now.city.donors
    first = source.first[donors]
    size = source.first[donors + 1] - first
    start = np.cumsum(size) - size
    home = np.repeat(np.arange(donors.size), size)  # of each newcomer, among these
    low, moved = first.take(home), (persons.size + start - first).take(home)
    member = np.arange(home.size) - start.take(home)
    origin = low + member
    keys = fold(home_keys.take(home), member.astype(np.uint64))
    head = persons.size + start + source.households["reference_person"][donors] - first
    homes = households.append(
        mix_keys("household", keys[head - persons.size], now.year),
        {"reference_person": head, "founded_year": now.year, "origin": donors, **_zone_of(now, donors)},
    )
    frozen = source.persons
    values = {name: frozen[name].take(origin) for name in ("sex", "age", "married", "children_born", "custody")}
    union = frozen["union_year"].take(origin).astype(np.int16)
    shift = now.year - now.base["first_year"] + 1
    values |= {
        "birth_year": (now.year - values["age"].astype(np.int16)).astype(np.int16),
        "union_year": np.where(union > 0, union + shift, 0),
        "household": homes.take(home),
        "residence": Residence.HOME,
        "institution_zone": NONE,
        "origin": origin,
        "arrival_year": now.year,
        "came_from": places.origins(now, donors, home_keys, size).take(home),
    }
    high = low + size.take(home)
    for link in ("partner", "mother", "father"):
        theirs = frozen[link].take(origin)
        values[link] = np.where((theirs >= low) & (theirs < high), theirs + moved, NONE)
    rows = persons.append(keys, values)
    link_returners(now, rows)
    now.count("arrivals", keys.size)


def _zone_of(now: Year, donors: Rows) -> dict[str, NDArray[Any]]:
    # Housing decides where newcomers live; until then they are where their donors lived.
    return {"zone": now.city.donors.households["zone"][donors]}
