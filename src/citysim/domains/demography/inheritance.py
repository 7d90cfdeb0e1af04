"""Where an owners' household ends its homes pass on: to heirs, or with the one who moves in with a partner or with kin.

Demography names who gets each dwelling (`dwellings.heir`, `dwellings.inherited`); what he or she does with it - live
in it, let it, sell it or leave it empty - is the housing domain's part. Who moves in with others also brings the wealth
of the home that ended (`households.brought_wealth`), which the work domain adds; the wealth of the dead goes nowhere.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from citysim.city.codes import NONE, Tenure
from citysim.core.kernels.columns import carried, rows_where
from citysim.domains.demography.kin import eldest_children
from citysim.domains.demography.year import Rows, Year


def note_ends(now: Year, gone: Rows, homes: NDArray[Any]) -> None:
    """Remember who has just died or moved to a nursing home, and from which household (-1 for none)."""
    at_home = homes >= 0
    now.gone.append((gone[at_home], homes[at_home]))


def hand_on(now: Year, members: NDArray[Any], emptied: Rows) -> None:
    """Name for this year who gets the dwellings of owners whose household has ended, and bring wealth along.

    Parameters
    ----------
    members
        Members of each household at the end of the year.
    emptied
        Rows of the households without any.
    """
    persons, households, dwellings = now.city.persons, now.city.households, now.city.dwellings
    dwellings["heir"] = NONE
    households["brought_wealth"] = 0.0
    last = households["reference_person"][emptied]
    target = carried(persons["household"], last, NONE)
    moved = np.flatnonzero(target >= 0)
    ended, last, target = emptied[moved], last[moved], target[moved]
    brought = households["wealth"][ended] + households["home_cash"][ended] - households["home_debt"][ended]
    np.add.at(households["brought_wealth"], target, brought)
    successor = np.full(households.size, NONE, dtype=np.int64)
    successor[ended] = last
    estate = _heirs(now, members, successor)
    passes = estate.copy()
    passes[ended] = True
    rows, former = _owned(now, passes, emptied[passes[emptied]])
    dwellings["heir"][rows] = successor[former]
    dwellings["inherited"][rows] = now.year
    inherited = estate[former]
    now.count("inherited_dwellings", np.count_nonzero(inherited))
    now.count("inherited_in_town", np.count_nonzero(inherited & (successor[former] >= 0)))


def _heirs(now: Year, members: NDArray[Any], successor: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Name the eldest child, a minor if need be, for each household that its last members left by death or dependency.

    Returns
    -------
    NDArray
        Whether each household leaves an estate; its `successor` is written.
    """
    persons, households = now.city.persons, now.city.households
    gone, homes = (np.concatenate(parts) for parts in zip(*now.gone, strict=True))
    estate = np.zeros(households.size, dtype=bool)
    # Where somebody took over the home and left town later, it is the reference person who is not among the gone.
    estate[homes[(members[homes] == 0) & (households["reference_person"][homes] == gone)]] = True
    gone, homes = gone[estate[homes]], homes[estate[homes]]
    child = eldest_children(now, gone, homes, youngest=0)
    order = np.argsort(persons.key[gone], kind="stable")  # of two who end together one names the heir: not row order
    order = order[child[order] >= 0]
    successor[homes[order]] = child[order]
    return estate


def _owned(now: Year, passes: NDArray[np.bool_], own: Rows) -> tuple[Rows, NDArray[Any]]:
    """Dwellings that some households (flags and rows) owned, lived in or let, and whose each of them was."""
    households, dwellings = now.city.households, now.city.dwellings
    owner, home = dwellings["owner"], households["dwelling"]
    own = own[(households["tenure"][own] <= Tenure.MORTGAGED) & (home[own] >= 0)]
    let = rows_where(carried(passes, owner, False))
    former = np.full(owner.size, NONE, dtype=np.int32)
    former[let] = owner[let]
    former[home[own]] = own
    rows = rows_where(former >= 0)
    return rows, former[rows]
