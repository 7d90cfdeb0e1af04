"""Who uses a technology: by person, household, home or business, or as a share of the city."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from citysim.core.kernels.columns import carried, has_bit
from citysim.core.technology import TABLE_OF_ADOPTER, Technology, bit_of

Adopted = NDArray[np.bool_] | NDArray[np.float64] | float


def adopted(city: Any, technologies: Sequence[Technology], position: int, over: str | None) -> Adopted:
    """Use of one entry of the catalogue.

    - adopted by agents, over their own table: bool per row;
    - over another table: a person shares what its household has; a household has what any of its members has; a home
      has what its occupants have, or what is fixed in it; a job has what its business has, or else its holder;
      a vehicle has what its household has;
    - over zones: share of the zone's agents of that kind;
    - over None: share of eligible adopters, as a number;
    - deployed by the city: share deployed, whatever the table;
    - turnover: fall of the price since the base year, 0 to 1, whatever the table.

    Parameters
    ----------
    position
        Row of the entry in the table `technologies`.
    over
        Table whose rows are asked for, or None.

    Raises
    ------
    ValueError
        If no rule leads from that kind of adopter to that table.
    """
    technology = technologies[position]
    if technology.adopter == "turnover":
        cost = float(city.technologies["cost"][position])
        return max(0.0, 1.0 - cost / technology.cost) if technology.cost > 0.0 else 0.0
    if technology.adopter == "city" or over is None:
        return float(city.technologies["share"][position])
    bit = np.uint64(bit_of(technologies, position))
    if over == "dwellings" and technology.home_bound:
        return _bits(city.dwellings["technologies"], bit)
    table = TABLE_OF_ADOPTER[technology.adopter]
    return _carry(city, _bits(city.table(table)["technologies"], bit), table, over)


def _bits(masks: NDArray[np.uint64], bit: np.uint64) -> NDArray[np.bool_]:
    return np.asarray(has_bit(masks, bit))


def _carry(city: Any, has: NDArray[np.bool_], table: str, over: str) -> Adopted:
    """Bring a property of the rows of one table to the rows of another."""
    if table == over:
        return has
    if over == "zones":
        zone = city.person_zone() if table == "persons" else city.table(table)["zone"]
        return _share_by_zone(has, zone, city.zones.size)
    if (table, over) == ("households", "persons"):
        return _linked(has, city.persons["household"])
    if (table, over) == ("households", "vehicles"):
        return _linked(has, city.vehicles["household"])
    if (table, over) == ("households", "dwellings"):
        return _any(has, city.households["dwelling"], city.dwellings.size)
    if (table, over) == ("persons", "households"):
        return _any(has, city.persons["household"], city.households.size)
    if (table, over) == ("persons", "jobs"):
        return _linked(has, city.jobs["holder"])
    if (table, over) == ("businesses", "jobs"):
        return _linked(has, city.jobs["business"])
    if (table, over) == ("businesses", "persons"):
        return _linked(_linked(has, city.jobs["business"]), city.persons["job"])
    raise ValueError(f"an effect of what {table} adopt cannot be told over {over}")


def _linked(has: NDArray[np.bool_], link: NDArray[np.int32]) -> NDArray[np.bool_]:
    return np.asarray(carried(has, link, False))


def _any(has: NDArray[np.bool_], link: NDArray[np.int32], size: int) -> NDArray[np.bool_]:
    found = np.zeros(size, dtype=bool)
    found[link[has & (link >= 0)]] = True
    return found


def _share_by_zone(has: NDArray[np.bool_], zone: NDArray[Any], zones: int) -> NDArray[np.float64]:
    inside = zone >= 0
    number = np.bincount(zone[inside], minlength=zones)
    return np.bincount(zone[inside], has[inside], minlength=zones) / np.maximum(number, 1)
