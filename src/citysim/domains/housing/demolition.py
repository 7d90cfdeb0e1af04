"""Homes that go: some that stand empty for good, few others, those of a programme, and social blocks nobody wants.

Yearly chances: 0.9 % of homes out of use, 0.1 % of others; social landlords pull down old homes that have long stood
empty, the more the further vacancy of their stock is above its natural rate. Residents have to look for another home.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from citysim.city.codes import DwellingStatus, EnergyClass, TenureClass
from citysim.core.draws import Draws
from citysim.core.kernels.columns import rows_where
from citysim.domains.housing.rents import submarkets

Array = NDArray[Any]
NEW_FOR = 30  # years in which a home is not pulled down
OLD_SOCIAL = 1980  # social blocks built before are pulled down rather than sold


@dataclass(frozen=True)
class Demolished:
    """Homes pulled down in a year.

    Attributes
    ----------
    rows
        Dwellings.
    programme
        bool, by the programme, to be rebuilt.
    social
        bool, by social landlords for lack of demand.
    in_use
        [zone, type], those lived in or on the market for which households want another one.
    rebuilt
        [zone, type, market], those of the programme.
    """

    rows: Array
    programme: Array
    social: Array
    in_use: Array
    rebuilt: Array


def excess(vacant: float, natural: float) -> float:
    """How far vacancy is above its natural rate: 0 below it, 1 at its double and beyond."""
    return float(np.clip((vacant - natural) / max(natural, 0.01), 0.0, 1.0))


def long_empty_social(dwellings: Any, rows: Array, years: float, year: int) -> Array:
    """Whether each home is a social one that nobody has taken for some years."""
    since = dwellings["vacant_since"][rows]
    return (dwellings["tenure_class"][rows] == TenureClass.SOCIAL) & (since > 0) & (year - since >= years)


def demolish(
    city: Any, p: SimpleNamespace, draws: Draws, shape: tuple[int, ...], social_excess: float, year: int
) -> Demolished:
    """Choose the homes to pull down this year.

    Parameters
    ----------
    shape
        Zones, types and markets.
    social_excess
        Excess vacancy of social housing, 0 to 1.
    """
    dwellings = city.dwellings
    lot = draws.uniform("housing.demolish", dwellings.key)
    disposal = p.social_disposal * social_excess
    highest = max(p.demolition_structural, p.demolition_occupied) + disposal + p.demolition_programme
    rows = rows_where(lot <= highest)  # the others need not be looked at
    status, built, lot = dwellings["status"][rows], dwellings["year_built"][rows], lot[rows]
    chance = np.where(status == DwellingStatus.STRUCTURAL_VACANT, p.demolition_structural, p.demolition_occupied)
    unwanted = long_empty_social(dwellings, rows, p.structural_years, year) & (built < OLD_SOCIAL)
    limits = np.where(built >= year - NEW_FOR, 0.0, chance + np.where(unwanted, disposal, 0.0))
    cold = dwellings["energy_class"][rows] >= EnergyClass.F
    goes = np.flatnonzero(lot < limits + p.demolition_programme * cold)
    rows, status, lot, limits, chance = rows[goes], status[goes], lot[goes], limits[goes], chance[goes]
    programme, social = lot >= limits, (lot >= chance) & (lot < limits)
    in_use = (
        ~programme & ~social & (status != DwellingStatus.STRUCTURAL_VACANT) & (status != DwellingStatus.SECOND_HOME)
    )
    code = submarkets(dwellings, rows)
    size = int(np.prod(shape))
    replaced = np.bincount(code[in_use], minlength=size).reshape(shape).sum(axis=2).astype(float)
    return Demolished(rows, programme, social, replaced, np.bincount(code[programme], minlength=size).reshape(shape))
