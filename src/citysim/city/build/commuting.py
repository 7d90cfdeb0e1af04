"""Who works where: a gravity table of commuting, then one job for each employed resident and in-commuter.

Flows T_ij = A_i B_j O_i D_j exp(-decay x minutes by car) (Wilson 1967), balanced to the workers of each origin
(zones and outside places) and the filled jobs of each zone. Inside a workplace zone, workers and jobs are matched by
rank: diplomas to occupations, then men and women to sectors.
"""

from __future__ import annotations

import numpy as np

from citysim.city.build.employers import even_labels
from citysim.city.build.families import People
from citysim.city.build.raking import deal, integerise, order_within, rake, select, whole
from citysim.city.build.traits import Columns, Reference, Scores
from citysim.city.codes import NONE, Labour, Occupation, Sector, Sex
from citysim.core.draws import mix_keys

FEMALE_LEAN = {  # judgement: sectors where women (positive) or men (negative) are many
    Sector.AGRICULTURE: -0.5, Sector.INDUSTRY: -0.7, Sector.CONSTRUCTION: -1.5, Sector.RETAIL: 0.1,
    Sector.TRANSPORT: -0.9, Sector.HOSPITALITY: 0.0, Sector.INFORMATION: -0.6, Sector.FINANCE_REAL_ESTATE: 0.3,
    Sector.BUSINESS_SERVICES: -0.1, Sector.PUBLIC_ADMINISTRATION: 0.1, Sector.EDUCATION: 0.7,
    Sector.HEALTH_CARE: 1.0, Sector.SOCIAL_CARE: 1.2, Sector.PERSONAL_SERVICES: 0.8,
}  # fmt: skip


def assign_work(
    people: People, labour: np.ndarray, education: np.ndarray, jobs: Columns, minutes: np.ndarray,
    external: dict[str, np.ndarray], shares: dict, reference: Reference, scores: Scores, city: str,
) -> tuple[Columns, Columns]:  # fmt: skip
    """Give every employed resident a job in the city or a workplace outside, and the other filled jobs to commuters.

    Writes `holder` and `commuter` into `jobs`.

    Returns
    -------
    tuple
        Columns of persons (job, workplace, occupation, sector, telework_eligible), and the commuters table.
    """
    internal = minutes.shape[0] - external["code"].size
    closeness = np.exp(-shares["commute_decay"] * minutes)
    working = np.flatnonzero(labour == Labour.EMPLOYED)
    skill = education + 0.9 * scores.shared("occupation", 0.05)
    target = np.where(labour == Labour.EMPLOYED, people.zone.astype(int), 0)
    filled = np.flatnonzero(jobs["filled"])
    # a share of the employed works outside, and whoever finds no job in a dormitory town
    leaving = max(round(shares["out_commuter_share"] * working.size), working.size - filled.size)
    outside = _choose_out(people, working, leaving, closeness, external, scores, internal)
    target[working] = outside
    inside = working[outside < 0]
    flows = _flows(people.zone[inside], jobs["zone"][filled], closeness, external, internal)
    target[inside] = deal(people.zone[inside].astype(int), flows[:internal], skill[inside])
    from_zone, to_zone = (
        np.repeat(c, flows[internal:].ravel()) for c in np.indices(flows[internal:].shape).reshape(2, -1)
    )
    taken = _commuter_jobs(jobs, filled, np.bincount(to_zone, minlength=internal), scores)
    open_jobs = np.setdiff1d(filled, taken, assume_unique=True)
    job = np.full(labour.size, NONE)
    job[inside] = _match(people, inside, target[inside], skill, jobs, open_jobs, reference, scores)
    jobs["holder"][job[inside]] = inside
    commuters = _commuters(jobs, taken, from_zone + internal, to_zone, city)
    persons = {
        "job": job.astype(np.int32),
        "workplace": np.where(labour == Labour.EMPLOYED, target, NONE).astype(np.int16),
    }
    persons.update(_last_jobs(people, labour, job, skill, jobs, scores))
    return persons, commuters


def _choose_out(
    people: People,
    working: np.ndarray,
    number: int,
    closeness: np.ndarray,
    external: dict,
    scores: Scores,
    internal: int,
) -> np.ndarray:
    """External workplace of each worker, -1 for those who work in the city."""
    zone = people.zone[working].astype(int)
    out_share = external["out_share"]
    # nearness counts less for those who leave: the sqrt keeps far places in reach (weekly commuters, train)
    pull = np.sqrt(closeness[:internal, internal:])
    weight = (pull / pull.mean(axis=0) * out_share).sum(axis=1)
    order = zone + scores.uniform("out")[working]
    leaves = select(np.zeros(working.size, int), np.array([number]), weight[zone], order)
    by_zone = np.bincount(zone[leaves], minlength=internal)
    table = rake(pull * out_share, [((1,), out_share * number), ((0,), by_zone.astype(float))])
    target = np.full(working.size, NONE)
    lot = scores.uniform("out_where")[working[leaves]]
    target[leaves] = internal + deal(zone[leaves], integerise(table, by_zone), lot)
    return target


def _flows(homes: np.ndarray, works: np.ndarray, closeness: np.ndarray, external: dict, internal: int) -> np.ndarray:
    """Whole commuters [origin zone or outside place, workplace zone]; both margins exact."""
    residents = np.bincount(homes, minlength=internal)
    jobs = np.bincount(works, minlength=internal)
    coming = whole(external["in_share"] * (jobs.sum() - residents.sum()))
    origins = np.concatenate([residents, coming])
    seed = closeness[:, :internal] * jobs
    flows = integerise(rake(seed, [((1,), jobs.astype(float)), ((0,), origins.astype(float))]), origins)
    error = flows.sum(axis=0) - jobs
    while error.any():  # a few units of rounding
        over, under = int(np.argmax(error)), int(np.argmin(error))
        row = int(np.argmax(flows[:, over]))
        flows[row, over] -= 1
        flows[row, under] += 1
        error[over] -= 1
        error[under] += 1
    return flows


def _commuter_jobs(jobs: Columns, filled: np.ndarray, number: np.ndarray, scores: Scores) -> np.ndarray:
    """Jobs of in-commuters: a spread over occupations, a little more of the qualified ones."""
    zone = jobs["zone"][filled].astype(int)
    occupation = jobs["occupation"][filled]
    odds = np.array([1.0, 0.85, 1.1, 1.2, 0.6])[occupation]
    order = occupation + scores.draws.uniform("synthesis.commuter_jobs", jobs["key"][filled])
    return filled[select(zone, number, odds, order)]


def _match(
    people: People, workers: np.ndarray, target: np.ndarray, skill: np.ndarray, jobs: Columns, open_jobs: np.ndarray,
    reference: Reference, scores: Scores,
) -> np.ndarray:  # fmt: skip
    """One open job in the target zone for each worker."""
    kinds = reference("occupations")
    job_key = jobs["key"][open_jobs]
    level = kinds["education_score"][jobs["occupation"][open_jobs]]
    level = level + 0.10 * scores.draws.normal("synthesis.job_level", job_key)
    by_level = open_jobs[order_within(jobs["zone"][open_jobs], level)]
    ordered = workers[order_within(target, skill[workers])]
    occupation = jobs["occupation"][by_level].astype(int)  # worker `ordered[i]` gets this occupation
    cell = jobs["zone"][by_level].astype(int) * len(Occupation) + occupation
    lean = np.array([FEMALE_LEAN[code] for code in Sector])[jobs["sector"][by_level]]
    lean = lean + 0.8 * scores.draws.normal("synthesis.job_lean", jobs["key"][by_level])
    sexed = 1.2 * (people.sex[ordered] == Sex.FEMALE) + scores.draws.normal(
        "synthesis.worker_lean", people.key[ordered]
    )
    result = np.empty(people.key.size, np.int64)
    result[ordered[order_within(cell, sexed)]] = by_level[order_within(cell, lean)]
    return result[workers]


def _commuters(jobs: Columns, taken: np.ndarray, origin: np.ndarray, workplace: np.ndarray, city: str) -> Columns:
    """In-commuters table; origins are dealt over the zone's commuter jobs."""
    order = np.lexsort((np.arange(taken.size), jobs["zone"][taken]))
    places = np.argsort(workplace, kind="stable")
    # shuffle origins within a workplace by the golden section, so that no sector gets one origin only
    rank = (np.arange(places.size) * 0.6180339887) % 1.0
    places = places[np.lexsort((rank, workplace[places]))]
    mine = taken[order]
    zone = origin[places]
    first = np.argsort(zone, kind="stable")
    mine, zone = mine[first], zone[first]
    jobs["commuter"][mine] = np.arange(mine.size)
    return {
        "key": mix_keys("commuter", city, jobs["key"][mine], zone),
        "zone": zone.astype(np.int16),
        "sector": jobs["sector"][mine],
        "job": mine.astype(np.int32),
    }


def _last_jobs(
    people: People, labour: np.ndarray, job: np.ndarray, skill: np.ndarray, jobs: Columns, scores: Scores
) -> Columns:
    """Occupation and sector of all active people: of their job, or of the kind of job they had or have elsewhere."""
    occupation, sector = np.full(labour.size, NONE), np.full(labour.size, NONE)
    held = job >= 0
    occupation[held], sector[held] = jobs["occupation"][job[held]], jobs["sector"][job[held]]
    eligible = np.zeros(labour.size, bool)
    eligible[held] = jobs["telework_eligible"][job[held]]
    mix = np.bincount(jobs["occupation"], minlength=len(Occupation)).astype(float)
    kinds = {
        Labour.EMPLOYED: mix * [1.0, 0.9, 1.15, 1.3, 0.3],
        Labour.UNEMPLOYED: mix * [1.75, 1.35, 0.55, 0.3, 0.5],
    }
    by_education = np.array([0, 1, 4, 2, 3])  # occupations in order of usual diplomas
    for state, shares in kinds.items():
        rows = np.flatnonzero((labour == state) & ~held)
        rows = rows[np.argsort(skill[rows])]
        lot = (np.arange(rows.size) + 0.5) / max(rows.size, 1)
        edges = np.cumsum(shares[by_education] / shares.sum())
        occupation[rows] = by_education[np.minimum(np.searchsorted(edges, lot), 4)]
        if state == Labour.EMPLOYED:
            ability = np.array([0.01, 0.2, 0.4, 0.7, 0.1])[occupation[rows]]
            eligible[rows] = scores.draws.uniform("synthesis.telework_out", people.key[rows]) < ability
    for code in Occupation:
        rows = np.flatnonzero((occupation == code) & (sector < 0))
        rows = rows[np.argsort(scores.draws.uniform("synthesis.sector", people.key[rows], index=int(code)))]
        shares = np.bincount(jobs["sector"][jobs["occupation"] == code], minlength=len(Sector)).astype(float)
        sector[rows] = even_labels(rows.size, shares + 1e-9)
    return {
        "occupation": occupation.astype(np.int8), "sector": sector.astype(np.int8), "telework_eligible": eligible,
    }  # fmt: skip
