"""Establishments and their jobs: as many as published in each zone, by sector group and by size.

Small establishments (1 to 9 jobs): sizes k with weight k^-1.15; large ones: 10 plus a Pareto tail of exponent 1.05
(Zipf's law of firm sizes, Axtell 2001), raked to the salaried jobs of each zone and, for the whole city, to the shares
of sectors. Jobs that are not salaried are self-employed units of size 1. Vacant jobs come on top of the filled ones.
"""

from __future__ import annotations

import numpy as np

from citysim.city.build.marginals import Marginals
from citysim.city.build.raking import integerise, select, whole
from citysim.city.build.traits import Columns, Reference
from citysim.city.codes import NONE, Occupation, Sector
from citysim.core.draws import Draws, mix_keys

GOLDEN_SECTION = 0.6180339887498949
LARGEST = 3000.0
LIBERAL = {  # occupation of the self-employed who are not farmers, craftsmen or shopkeepers
    Sector.HEALTH_CARE: Occupation.INTERMEDIATE,
    Sector.BUSINESS_SERVICES: Occupation.EXECUTIVE,
    Sector.EDUCATION: Occupation.INTERMEDIATE,
    Sector.INFORMATION: Occupation.EXECUTIVE,
    Sector.FINANCE_REAL_ESTATE: Occupation.INTERMEDIATE,
}


def even_labels(number: int, shares: np.ndarray, start: float = 0.5) -> np.ndarray:
    """Labels 0..k-1 in the given shares, spread evenly along a list.

    By the golden-section sequence every stretch of the list has nearly the shares.
    """
    lot = (start + GOLDEN_SECTION * np.arange(number)) % 1.0
    return np.minimum(np.searchsorted(np.cumsum(shares / shares.sum()), lot, side="right"), shares.size - 1)


def round_within(group: np.ndarray, values: np.ndarray, totals: np.ndarray) -> np.ndarray:
    """Whole numbers in proportion to values, adding up to each group's total; members may come in any order."""
    sums = np.bincount(group, weights=values, minlength=totals.size)
    even = (sums <= 0)[group]
    weight = np.where(even, 1.0, values)
    sums = np.bincount(group, weights=weight, minlength=totals.size)
    share = weight * np.divide(totals, sums, out=np.zeros(totals.size), where=sums > 0)[group]
    order = np.argsort(group, kind="stable")
    steps = np.floor(np.cumsum(share[order]) + 0.5 - 1e-7)
    result = np.empty(group.size, np.int64)
    result[order] = np.diff(steps, prepend=0.0).astype(np.int64)
    return result


def make_businesses(
    marginals: Marginals, reference: Reference, shares: dict, draws: Draws, city: str, start_year: int
) -> Columns:
    """Businesses table, plus `vacant` jobs, `own_account` (self-employed units) and `employer` (has or had staff)."""
    table = reference("sectors")
    jobs = whole(marginals.jobs, marginals.commune)
    salaried = np.minimum(whole(marginals.salaried, marginals.commune), jobs)
    zone, sector, large = _establishments(marginals, salaried, table, draws, city)
    own = jobs - salaried
    own_sector = table["sector"][even_labels(int(own.sum()), table["self_employed_share"])]
    target = table["job_share"] * jobs.sum()
    target = target - np.array([(own_sector == code).sum() for code in table["sector"]])
    place = _sector_place(table)
    filled = _sizes(zone, place[sector], large, salaried, np.maximum(target, 1.0), draws, city)
    zone = np.concatenate([zone, np.repeat(np.arange(own.size), own)])
    sector = np.concatenate([sector, own_sector])
    filled = np.concatenate([filled, np.ones(own_sector.size, np.int64)])
    own_account = np.arange(zone.size) >= zone.size - own_sector.size
    employer = ~own_account | _without_staff(marginals, zone, table["group"][place[sector]], own_account)
    rank = _rank_in(zone * 100 + sector)
    key = mix_keys("business", city, sector, zone, rank)
    vacancies = round(shares["vacant_job_share"] / (1 - shares["vacant_job_share"]) * jobs.sum())
    order = np.argsort(draws.uniform("synthesis.vacant_jobs", key))
    vacant = np.zeros(zone.size, np.int64)
    one = np.zeros(zone.size, int)
    vacant[order] = round_within(one, np.where(own_account, 0.0, filled)[order], np.array([vacancies]))
    age = 13.3 * (-np.log(draws.uniform("synthesis.business_age", key))) ** (1 / 0.9) * (1 + 0.8 * (filled > 9))
    return {
        "key": key,
        "sector": sector.astype(np.int8),
        "zone": zone.astype(np.int16),
        "size": (filled + vacant).astype(np.int32),
        "birth_year": (start_year - 1 - np.minimum(np.floor(age), 90)).astype(np.int16),
        "productivity": (
            table["productivity"][place[sector]] * np.exp(0.2 * draws.normal("synthesis.productivity", key) - 0.02)
        ).astype(np.float32),
        "automation": np.clip(
            table["automation"][place[sector]] + 0.12 * draws.normal("synthesis.automation", key), 0.0, 1.0
        ).astype(np.float32),
        "technologies": np.zeros(zone.size, np.uint64),
        "vacant": vacant,
        "own_account": own_account,
        "employer": employer,
    }


def _without_staff(marginals: Marginals, zone: np.ndarray, group: np.ndarray, own_account: np.ndarray) -> np.ndarray:
    """Self-employed units that the published establishments include: employers without staff at the end of the year.

    Establishments by sector group outnumber those by size (1 to 9, 10 and more), which leave out the former.
    """
    have = np.zeros(marginals.establishments.shape)
    np.add.at(have, (zone[~own_account], group[~own_account]), 1.0)
    need = np.maximum(np.floor(marginals.establishments - have + 0.5), 0)
    mine = np.flatnonzero(own_account)
    rank = _rank_in(zone[mine] * 10 + group[mine])
    chosen = np.zeros(zone.size, bool)
    chosen[mine] = rank < need[zone[mine], group[mine]]
    return chosen


def _sector_place(table: Columns) -> np.ndarray:
    """Row of the sector table for each sector code."""
    place = np.zeros(len(Sector), np.int64)
    place[table["sector"]] = np.arange(table["sector"].size)
    return place


def _rank_in(group: np.ndarray) -> np.ndarray:
    """Running number of each member within its group, in the order given."""
    order = np.argsort(group, kind="stable")
    _, first, counts = np.unique(group[order], return_index=True, return_counts=True)
    rank = np.empty(group.size, np.int64)
    rank[order] = np.arange(group.size) - np.repeat(first, counts)
    return rank


def _establishments(marginals: Marginals, salaried: np.ndarray, table: Columns, draws: Draws, city: str) -> tuple:
    """Zone, sector and size class of every establishment with employees."""
    small = whole(marginals.small_establishments)
    large = np.minimum(whole(marginals.large_establishments), salaried // 10)
    small = np.minimum(small, np.maximum(salaried - 10 * large, 0))
    small = np.where((salaried > 0) & (small + large == 0), 1, small)
    groups = integerise(marginals.establishments + 1e-9, small + large)
    zone, group = (np.repeat(column, groups.ravel()) for column in np.indices(groups.shape).reshape(2, -1))
    sector = np.empty(zone.size, np.int64)
    for code in range(groups.shape[1]):
        mine, rows = group == code, table["group"] == code
        sector[mine] = table["sector"][rows][even_labels(int(mine.sum()), table["establishment_share"][rows])]
    order = draws.uniform("synthesis.large", mix_keys("establishment", city, zone, _rank_in(zone)))
    is_large = select(zone, large, table["large_weight"][_sector_place(table)[sector]], order)
    return zone, sector, is_large


def _sizes(
    zone: np.ndarray, place: np.ndarray, large: np.ndarray, salaried: np.ndarray, target: np.ndarray,
    draws: Draws, city: str,
) -> np.ndarray:  # fmt: skip
    """Filled salaried jobs of every establishment: exact by zone, near the target by sector."""
    key = mix_keys("establishment", city, zone, _rank_in(zone))
    lot = draws.uniform("synthesis.size", key)
    weights = np.arange(1, 10) ** -1.15
    excess = np.searchsorted(np.cumsum(weights / weights.sum()), lot).astype(float)
    tail = np.minimum(10.0 * (1.0 - lot) ** (-1 / 1.05), LARGEST) - 10.0
    size = np.where(large, 10, 1)
    zones, spare = salaried.size, salaried - np.bincount(zone, weights=size, minlength=salaried.size)
    raw_small = np.bincount(zone, weights=np.where(large, 0, excess), minlength=zones)
    any_large = np.bincount(zone, weights=large, minlength=zones) > 0
    small_total = np.where(any_large, np.minimum(raw_small, spare), spare)
    small = ~large
    result = size.astype(np.int64)
    small_total = np.floor(np.where(np.bincount(zone, weights=small, minlength=zones) > 0, small_total, 0))
    result[small] += round_within(zone[small], excess[small], small_total)
    rest = salaried - np.bincount(zone, weights=result, minlength=zones)
    wanted = np.maximum(target - np.bincount(place, weights=result, minlength=target.size), 0.0)
    fitted = np.maximum(tail[large], 0.5)
    for _ in range(60):
        got = np.bincount(place[large], weights=fitted, minlength=target.size)
        scale = np.divide(wanted, got, out=np.ones(target.size), where=got > 0)
        fitted = np.maximum(fitted * scale[place[large]], 1e-3)
        got = np.bincount(zone[large], weights=fitted, minlength=zones)
        fitted *= np.divide(rest, got, out=np.ones(zones), where=got > 0)[zone[large]]
    result[large] += round_within(zone[large], fitted, rest)
    return result


def make_jobs(businesses: Columns, reference: Reference, groups: np.ndarray, draws: Draws) -> Columns:
    """Jobs table without holders, plus `filled`; occupations by sector, raked to the area's social groups.

    Parameters
    ----------
    groups
        Residents by occupation [5] (workers, clerical, intermediate, executives, self-employed).
    """
    table, kinds = reference("sectors"), reference("occupations")
    size = businesses["size"].astype(np.int64)
    business = np.repeat(np.arange(size.size), size)
    rank = np.arange(business.size) - np.repeat(np.cumsum(size) - size, size)
    sector = businesses["sector"][business].astype(np.int64)
    own = businesses["own_account"][business]
    key = mix_keys("job", businesses["key"][business], rank)
    occupation = np.empty(business.size, np.int64)
    for code, liberal in [(int(s), LIBERAL.get(s)) for s in Sector]:
        mine = own & (sector == code)
        occupation[mine] = Occupation.SELF_EMPLOYED if liberal is None else liberal
    salaried = np.flatnonzero(~own)
    shares = _occupation_shares(table, np.bincount(sector[salaried], minlength=len(Sector)), groups[:4])
    place = _sector_place(table)
    for code in Sector:
        mine = salaried[sector[salaried] == code]
        mine = mine[np.argsort(draws.uniform("synthesis.occupation", key[mine], index=int(code)))]
        occupation[mine] = even_labels(mine.size, shares[place[code]])
    requirement = kinds["mean_requirement"][occupation] + 0.09 * draws.normal("synthesis.requirement", key)
    ability = kinds["telework_share"][occupation] * np.where(np.isin(sector, _ON_SITE), 0.45, 1.1)
    return {
        "key": key,
        "business": business.astype(np.int32),
        "sector": sector.astype(np.int8),
        "zone": businesses["zone"][business],
        "occupation": occupation.astype(np.int8),
        "requirement": np.clip(requirement, 0.02, 0.98).astype(np.float32),
        "telework_eligible": draws.uniform("synthesis.telework_eligible", key) < ability,
        "wage": np.zeros(business.size, np.float32),
        "holder": np.full(business.size, NONE, np.int32),
        "commuter": np.full(business.size, NONE, np.int32),
        "filled": rank < (size - businesses["vacant"])[business],
    }


_ON_SITE = np.array(
    [Sector.AGRICULTURE, Sector.CONSTRUCTION, Sector.RETAIL, Sector.HOSPITALITY, Sector.EDUCATION, Sector.HEALTH_CARE,
     Sector.SOCIAL_CARE, Sector.PERSONAL_SERVICES]
)  # fmt: skip


def _occupation_shares(table: Columns, jobs_by_sector: np.ndarray, groups: np.ndarray, rounds: int = 60) -> np.ndarray:
    """Salaried occupations by row of the sector table [sector, 4], raked to the social groups of the area."""
    seed = np.stack([table[name] for name in ("manual_worker", "clerical", "intermediate", "executive")], axis=1)
    jobs = jobs_by_sector[table["sector"]].astype(float)
    fitted = seed / seed.sum(axis=1, keepdims=True) * jobs[:, None]
    for _ in range(rounds):
        fitted *= groups / groups.sum() * jobs.sum() / fitted.sum(axis=0)
        fitted *= (jobs / np.maximum(fitted.sum(axis=1), 1e-9))[:, None]
    return fitted + 1e-12
