"""Where an owners' household ends by death, in a nursing home or with a child, its homes pass to a child or to others.

Demography names the heir of each dwelling (`dwellings.heir`, `dwellings.inherited`); what the heir does with it - live
in it, let it, sell it or leave it empty - is the housing domain's part.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from citysim.city.codes import NONE, Tenure
from citysim.core.kernels.columns import carried
from citysim.domains.demography.kin import eldest_children
from citysim.domains.demography.year import Rows, Year


def note_ends(now: Year, gone: Rows, homes: NDArray[Any]) -> None:
    """Remember who has just died or moved to a nursing home or a child, and from which household (-1 for none)."""
    at_home = homes >= 0
    now.gone.append((gone[at_home], homes[at_home]))


def inherit(now: Year) -> None:
    """Name for this year the heirs of dwellings whose owners' household has lost its last member."""
    persons, households, dwellings = now.city.persons, now.city.households, now.city.dwellings
    dwellings["heir"] = NONE
    gone, homes = (np.concatenate(parts) for parts in zip(*now.gone, strict=True))
    # Sizes are those of the end of last year: nobody else has left a home yet, and nobody comes to a home that ends.
    last = np.bincount(homes, minlength=households.size)[homes] == households["size"][homes]
    gone, homes = gone[last], homes[last]
    if not homes.size or not dwellings.size:
        return
    child = eldest_children(now, gone, homes)
    heir = np.full(households.size, NONE, dtype=np.int64)
    order = np.argsort(persons.key[gone], kind="stable")  # of two who end together one names the heir: not row order
    order = order[child[order] >= 0]
    heir[homes[order]] = child[order]
    ended = np.zeros(households.size, dtype=bool)
    ended[homes] = True
    owner, home = dwellings["owner"], households["dwelling"]
    owned = homes[(households["tenure"][homes] <= Tenure.MORTGAGED) & (home[homes] >= 0)]
    rows = np.flatnonzero(carried(ended, owner, False))
    rows, theirs = np.concatenate([home[owned], rows]), np.concatenate([owned, owner[rows]])
    rows, first = np.unique(rows, return_index=True)
    theirs = theirs[first]
    dwellings["heir"][rows] = heir[theirs]
    dwellings["inherited"][rows] = now.year
    now.count("inherited_dwellings", rows.size)
    now.count("inherited_in_town", np.count_nonzero(heir[theirs] >= 0))
