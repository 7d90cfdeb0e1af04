"""Doctors, shops, schools and the standing features of zones: density, buses, air, greenery.

Published counts of facilities stay where they are; general practitioners follow pharmacies and people, nursing-home
beds the residents of institutions. Levels of public transport, cycling, air and green space are judgement by density.
"""

from __future__ import annotations

import numpy as np

from citysim.city.build.families import People
from citysim.city.build.marginals import Marginals
from citysim.city.build.raking import integerise, whole
from citysim.city.build.traits import Columns, Reference
from citysim.city.codes import DwellingStatus, FacilityKind, Labour, Residence, ZoneGroup
from citysim.city.zones import Zones
from citysim.core.draws import mix_keys

NURSING_OCCUPANCY = 0.97
PUBLISHED = (
    FacilityKind.SUPERMARKET, FacilityKind.CONVENIENCE, FacilityKind.LOWER_SECONDARY, FacilityKind.UPPER_SECONDARY,
    FacilityKind.PHARMACY,
)  # fmt: skip
PEAK_SHARE = 0.12  # of daily car trips in the peak hour (model.md 6.4)


def levels(zones: Zones, people_by_zone: np.ndarray, group: np.ndarray) -> Columns:
    """Centrality, public transport and cycling of all zones, internal then external."""
    inside = zones.internal
    centre = np.flatnonzero(group == ZoneGroup.CENTRE)
    weight = people_by_zone[centre]
    x, y = np.average(zones.x_km[centre], weights=weight), np.average(zones.y_km[centre], weights=weight)
    away = np.hypot(zones.x_km - x, zones.y_km - y)
    density = people_by_zone / np.maximum(zones.area_km2[:inside], 0.1)
    public = np.select([group == ZoneGroup.CENTRE, group == ZoneGroup.SUBURB], [2.2, 1.5], 0.5)
    public = np.where((group == ZoneGroup.CENTRE) & (density > 1800), 3.0, public)
    bike = np.select([group == ZoneGroup.CENTRE, group == ZoneGroup.SUBURB], [1.4, 0.9], 0.3)
    outside = zones.code[inside:]
    return {
        "centrality": np.exp(-away / 6.0),
        "public_transport": np.concatenate([public, np.full(len(outside), 0.5)]),
        "bike": np.concatenate([bike, np.full(len(outside), 0.2)]),
        "density": np.concatenate([density, np.full(len(outside), 50.0)]),
    }


def zone_table(
    zones: Zones, marginals: Marginals, people: People, labour: np.ndarray, dwellings: Columns, jobs: Columns,
    facilities: Columns, group: np.ndarray, level: Columns, city: str,
) -> Columns:  # fmt: skip
    """The zones table; figures of external zones are neutral."""
    inside, total = zones.internal, len(zones.code)
    adults = (people.age >= 15) & (people.age < 65)
    active = np.isin(labour, (Labour.EMPLOYED, Labour.UNEMPLOYED)) & adults
    active_by_zone = np.bincount(people.zone[active], minlength=inside)
    without = np.bincount(people.zone[(labour == Labour.UNEMPLOYED) & adults], minlength=inside)
    population = np.bincount(people.zone, minlength=inside)
    filled = np.bincount(jobs["zone"][jobs["filled"]], minlength=inside)
    status, place = dwellings["status"], dwellings["zone"]
    offered = np.bincount(place[status == DwellingStatus.MARKET_VACANT], minlength=inside)
    taken = np.bincount(place[status == DwellingStatus.OCCUPIED], minlength=inside)
    floor = np.bincount(place, weights=dwellings["surface"], minlength=inside)
    central = level["centrality"]
    green = np.clip(0.75 - 0.09 * np.log(np.maximum(level["density"], 10.0) / 10.0), 0.1, 0.8)

    def pad(values: np.ndarray, outside: float = 0.0) -> np.ndarray:
        return np.concatenate([values, np.full(total - inside, outside)]).astype(np.float32)

    def facility(kind: int) -> np.ndarray:
        mine = facilities["kind"] == kind
        return np.bincount(facilities["zone"][mine], weights=facilities["capacity"][mine], minlength=inside)

    gp_fte = facility(FacilityKind.GP)
    ratio = population / np.maximum(gp_fte, 1e-6) / (population.sum() / max(gp_fte.sum(), 1e-6))
    shops = (facilities["kind"] == FacilityKind.SUPERMARKET) | (facilities["kind"] == FacilityKind.CONVENIENCE)
    floats: Columns = {
        "x_km": zones.x_km, "y_km": zones.y_km, "area_km2": zones.area_km2, "centrality": central,
        "public_transport": level["public_transport"], "bike": level["bike"],
        "road_capacity": pad(np.maximum(PEAK_SHARE * 2.6 * (population + filled), 150 * marginals.scale), 1e5),
        "rent_index": np.ones(total), "price_index": np.ones(total),
        "market_vacancy": pad(offered / np.maximum(offered + taken, 1)), "floor_capacity": pad(0.06 * floor),
        "gp_fte": pad(gp_fte), "nursing_beds": pad(facility(FacilityKind.NURSING_HOME)),
        "gp_wait_days": np.zeros(total), "gp_demand_ratio": pad(np.minimum(ratio, 3.0), 1.0),
        "outlets": pad(np.bincount(facilities["zone"][shops], minlength=inside)),
        "short_chain_supply": np.where(zones.external, 0.0, 0.06 + 0.06 * (1 - central)),
        "jobs": pad(filled), "unemployment": pad(without / np.maximum(active_by_zone, 1)),
        "access_jobs": np.zeros(total), "access_services": np.zeros(total), "congestion": np.ones(total),
        "pm25": 8.3 + 1.6 * central, "no2": 7.0 + 9.0 * central, "heat_index": 0.2 + 1.8 * central * (1 - green),
        "green_share": green,
    }  # fmt: skip
    table = {name: np.asarray(value, dtype=np.float32) for name, value in floats.items()}
    return {
        "key": mix_keys("zone", city, np.arange(total)),
        "code": np.array(zones.code, dtype=str),
        "external": zones.external.copy(),
        "group": np.concatenate([group, np.full(total - inside, ZoneGroup.PERIPHERY)]).astype(np.int8),
        **table,
    }


def make_facilities(
    marginals: Marginals,
    people: People,
    level: Columns,
    group: np.ndarray,
    reference: Reference,
    shares: dict,
    city: str,
) -> Columns:
    """Facilities table: one row per kind and zone that has any (practitioners, beds) or per establishment."""
    sizes = reference("facility_sizes")
    capacity = dict(zip(sizes["kind"].tolist(), sizes["capacity"].tolist(), strict=True))
    scale, zones = marginals.scale, group.size
    counts = np.stack([whole(column, marginals.commune) for column in (marginals.facilities / scale).T], axis=1)
    kind, zone, size = [], [], []
    for place, code in enumerate(PUBLISHED):
        where = np.repeat(np.arange(zones), counts[:, place])
        kind.append(np.full(where.size, int(code)))
        zone.append(where)
        size.append(np.full(where.size, capacity[int(code)] * scale))
    people_by_zone = np.bincount(people.zone, minlength=zones)
    fte = shares["gp_per_100000"] / 1e5 * people_by_zone.sum()
    pull = people_by_zone * 0.4 / people_by_zone.sum() + counts[:, 4] * 0.6 / max(counts[:, 4].sum(), 1)
    halves = integerise(pull[None, :], np.array([round(2 * fte / scale)]))[0] / 2  # by half a practitioner
    doctors = halves * (fte / max(halves.sum(), 1e-9))
    nursing = np.bincount(people.zone[people.residence == Residence.NURSING_HOME], minlength=zones)
    beds = np.ceil(nursing / NURSING_OCCUPANCY)
    central = np.argmax(np.where(group == ZoneGroup.CENTRE, level["centrality"][:zones], -1))
    centres = np.zeros(zones)
    centres[central] = capacity[int(FacilityKind.TRAINING_CENTRE)] * people_by_zone.sum() / 102_000 * 4
    for code, values in (
        (FacilityKind.GP, doctors),
        (FacilityKind.NURSING_HOME, beds),
        (FacilityKind.TRAINING_CENTRE, centres),
    ):
        where = np.flatnonzero(values > 0)
        kind.append(np.full(where.size, int(code)))
        zone.append(where)
        size.append(values[where])
    kinds, places = np.concatenate(kind), np.concatenate(zone)
    rank = np.arange(kinds.size)
    return {
        "key": mix_keys("facility", city, kinds, places, rank),
        "kind": kinds.astype(np.int8),
        "zone": places.astype(np.int16),
        "capacity": np.concatenate(size).astype(np.float32),
    }
