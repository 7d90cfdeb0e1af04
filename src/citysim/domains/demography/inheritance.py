"""Where a household of owners ends by death or in a nursing home, its homes pass to a child in town or heirs elsewhere.

Demography names the heir of each dwelling (`dwellings.heir`, `dwellings.inherited`); what the heir does with it - live
in it, let it, sell it or leave it empty - is the housing domain's part.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from citysim.city.codes import NONE, Tenure
from citysim.domains.demography.kin import eldest_children
from citysim.domains.demography.year import Rows, Year


def forget_heirs(now: Year) -> None:
    """Heirs are named for one year."""
    now.city.dwellings["heir"] = NONE


def inherit(now: Year, gone: Rows, homes: NDArray[Any]) -> None:
    """Name the heirs of dwellings whose owners' household has lost its last member.

    Parameters
    ----------
    gone
        People who have just died or moved to a nursing home.
    homes
        Household that each of them belonged to, -1 for none.
    """
    persons, households, dwellings = now.city.persons, now.city.households, now.city.dwellings
    ended = np.zeros(households.size, dtype=bool)
    ended[homes[homes >= 0]] = True
    household = persons["household"]
    ended[household[household >= 0]] = False
    if not ended.any() or not dwellings.size:
        return
    last = (homes >= 0) & ended[homes]
    gone, homes = gone[last], homes[last]
    child = eldest_children(now, gone)
    heir = np.full(households.size, NONE, dtype=np.int64)
    order = np.argsort(persons.key[gone], kind="stable")  # of two who end together one names the heir: not row order
    order = order[child[order] >= 0]
    heir[homes[order]] = child[order]
    owner, home = dwellings["owner"], households["dwelling"]
    passes = (owner >= 0) & ended[owner]
    owned = np.flatnonzero(ended & (households["tenure"] <= Tenure.MORTGAGED) & (home >= 0))
    passes[home[owned]] = True
    rows = np.flatnonzero(passes)
    theirs = owner[rows].astype(np.int64)
    last_lived = np.full(dwellings.size, NONE, dtype=np.int64)
    last_lived[home[owned]] = owned
    theirs = np.where(theirs >= 0, theirs, last_lived[rows])
    dwellings["heir"][rows] = heir[theirs]
    dwellings["inherited"][rows] = now.year
    now.count("inherited_dwellings", rows.size)
    now.count("inherited_in_town", np.count_nonzero(heir[theirs] >= 0))
