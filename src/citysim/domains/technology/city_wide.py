"""What the city itself deploys, street by street, and what other domains' stocks turn over to.

Deployed share: Bass steps, never above the share of what it needs first. Paid by the one who deploys, as it is built.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from citysim.core.technology import Technology
from citysim.domains.technology.eligibility import meets
from citysim.domains.technology.rates import bass_step

Floats = NDArray[np.float64]


def ready_share(catalogue: Sequence[Technology], rows: NDArray[np.int64], shares: Floats) -> Floats:
    """Share of agents who have what each entry needs first: the least of the shares of its prerequisites.

    Parameters
    ----------
    rows
        Positions of the entries in the catalogue.
    shares
        Share of every entry of the catalogue.
    """
    position = {entry.name: index for index, entry in enumerate(catalogue)}
    parents = [[shares[position[name]] for name in catalogue[row].prerequisites] for row in rows]
    return np.array([min(found, default=1.0) for found in parents], dtype=np.float64)


def capped(catalogue: Sequence[Technology], rows: NDArray[np.int64], shares: Floats) -> Floats:
    """Ceiling of each entry, not above the share of what it needs first."""
    ceilings = np.array([catalogue[row].ceiling for row in rows], dtype=np.float64)
    return np.minimum(ceilings, ready_share(catalogue, rows, shares))


def deploy(
    catalogue: Sequence[Technology], rows: NDArray[np.int64], shares: Floats, imitation_factor: float, year: int
) -> Floats:
    """Share deployed after a year, for the city-wide entries of `rows`."""
    entries = [catalogue[row] for row in rows]
    on_sale = np.array([year >= entry.available for entry in entries], dtype=np.float64)
    now = shares[rows]
    return bass_step(
        now,
        np.maximum(capped(catalogue, rows, shares), now),
        on_sale * [entry.innovation for entry in entries],
        on_sale * [entry.imitation * imitation_factor for entry in entries],
    )


def extent(entry: Technology, city: Any) -> float:
    """Number of units that a full deployment of a city-wide entry pays for."""
    if entry.cost_unit.startswith("EUR/dwelling"):
        return float(city.dwellings.size)
    if entry.cost_unit.startswith("EUR/person"):
        return float(city.persons.size)
    return 1.0 / city.weight  # a price for the whole city; the weight of the sample brings it back


def measured_share(entry: Technology, city: Any) -> float:
    """Share of another domain's stock that has turned over to an entry."""
    table, column = entry.measured["table"], entry.measured["column"]
    values = city.table(table)[column]
    if not values.size:
        return 0.0
    return float(np.mean(meets(column, values, entry.measured["equals"])))
