"""Land for new homes: open land is held to a shrinking budget (no net land take by 2050), built land takes none.

Budget = base * stock * (1 - strictness * path), path 0.5 in 2031 and 1 in 2050 (French climate law of 2021). Homes
refused for lack of land are in part built as flats on built land, where that pays and as long as there is room.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from citysim.domains.housing.developers import FLAT, GREENFIELD, INFILL

Array = NDArray[Any]


def land_budget(p: SimpleNamespace, stock: float) -> float:
    """Hectares of open land that a year's plans may take."""
    return p.land_base * stock / 1000.0 * (1.0 - p.land_limit * p.land_path)


def within_budget(homes: Array, per_home: Array, budget: float, shift: float, pays: Array) -> tuple[Array, float]:
    """Hold plans to a land budget; some of the refused homes become flats on built land.

    Parameters
    ----------
    homes
        [zone, type, site], wanted.
    per_home
        [type], hectares of open land a home.
    budget
        Hectares a year.
    shift
        Share of refused homes that builders try to build as flats on built land.
    pays
        [zone], share of such flats that pay.

    Returns
    -------
    tuple
        Homes [zone, type, site] and hectares taken.
    """
    wanted = float((homes[:, :, GREENFIELD] * per_home).sum())
    if wanted <= budget:
        return homes, wanted
    share = max(budget, 0.0) / wanted
    refused = homes[:, :, GREENFIELD].sum(axis=1) * (1.0 - share)
    held = homes.copy()
    held[:, :, GREENFIELD] *= share
    held[:, FLAT, INFILL] += shift * pays * refused
    return held, wanted * share


def within_room(homes: Array, surface: Array, room: Array) -> Array:
    """Hold building on built land to the floor that a zone can still take.

    Parameters
    ----------
    homes
        [zone, type, site].
    surface
        [type], m2 of a home.
    room
        [zone], m2.
    """
    wanted = (homes[:, :, INFILL] * surface).sum(axis=1)
    fits = np.where(wanted > room, np.maximum(room, 0.0) / np.maximum(wanted, 1e-9), 1.0)
    held = homes.copy()
    held[:, :, INFILL] *= fits[:, None]
    return held
