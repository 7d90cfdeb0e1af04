"""Splits of people, homes and jobs by which measures are reported: zone, age band, income quintile and the like."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from citysim.city import codes
from citysim.city.city import City
from citysim.core.kernels.columns import carried, looked_up
from citysim.core.kernels.ranks import rising
from citysim.outputs.recorder import Split

Codes = NDArray[Any]
AGE_BANDS = ("0-14", "15-29", "30-44", "45-59", "60-74", "75-89", "90+")
OLDEST = 120
BAND_OF_AGE = np.searchsorted([15, 30, 45, 60, 75, 90], np.arange(OLDEST + 1), side="right").astype(np.int16)
QUINTILES = ("1", "2", "3", "4", "5")
HOUSEHOLD_TYPES = ("single", "couple", "couple_children", "single_parent", "other")


class Splitter:
    """Computes the splits of one year, each at most once.

    Parameters
    ----------
    city
        The city after all domains have acted.
    """

    def __init__(self, city: City) -> None:
        self._city = city
        self._splits: dict[tuple[str, str], Split | None] = {}
        self._zone_names = tuple(city.geometry.name) if city.geometry is not None else ()

    def split(self, table: str, group_by: str) -> Split | None:
        """Split the rows of a table; None where the table cannot be split so."""
        if (table, group_by) not in self._splits:
            maker = self._makers().get(group_by)
            made = maker(table) if maker else None
            self._splits[table, group_by] = made and Split(np.asarray(made.codes, dtype=np.int16), made.names)
        return self._splits[table, group_by]

    def _makers(self) -> dict[str, Callable[[str], Split | None]]:
        return {
            "zone": self._zone,
            "age_band": self._age_band,
            "sex": lambda table: self._column(table, "sex", codes.names(codes.Sex), ("persons",)),
            "education": lambda table: self._column(table, "education", codes.names(codes.Education), ("persons",)),
            "sector": lambda table: self._column(
                table, "sector", codes.names(codes.Sector), ("persons", "jobs", "businesses", "commuters")
            ),
            "mode": lambda table: self._column(table, "commute_mode", codes.names(codes.Mode), ("persons",)),
            "tenure": self._tenure,
            "income_quintile": self._quintile,
            "type": self._type,
        }

    def _data(self, table: str, column: str) -> Codes:
        return self._city.tables[table].column(column)

    def _column(self, table: str, column: str, names: tuple[str, ...], allowed: tuple[str, ...]) -> Split | None:
        return Split(self._data(table, column), names) if table in allowed else None

    def _by_household(self, household_codes: Codes) -> Codes:
        return carried(household_codes, self._data("persons", "household"), household_codes.dtype.type(-1))

    def _zone(self, table: str) -> Split | None:
        if table == "zones":
            internal = ~self._data("zones", "external")
            return Split(np.where(internal, np.arange(internal.size), -1), self._zone_names)
        if table == "persons":
            return Split(self._city.person_zone(), self._zone_names)
        if "zone" not in self._city.tables[table].columns:
            return None
        return Split(self._data(table, "zone"), self._zone_names)

    def _age_band(self, table: str) -> Split | None:
        if table == "persons":
            age = self._data("persons", "age")
        elif table == "households":
            age = self._data("persons", "age")[self._data("households", "reference_person")]
        else:
            return None
        return Split(looked_up(BAND_OF_AGE, np.clip(age, 0, OLDEST)), AGE_BANDS)

    def _tenure(self, table: str) -> Split | None:
        if table == "dwellings":
            return Split(self._data("dwellings", "tenure_class"), codes.names(codes.TenureClass))
        if table not in ("persons", "households"):
            return None
        tenure = self._data("households", "tenure")
        return Split(tenure if table == "households" else self._by_household(tenure), codes.names(codes.Tenure))

    def _quintile(self, table: str) -> Split | None:
        """Quintiles of people by the disposable income per consumption unit of their household."""
        if table not in ("persons", "households"):
            return None
        split = self._splits.get(("households", "income_quintile"))
        if split is None:
            units = np.maximum(self._data("households", "consumption_units"), 1.0)
            standard = self._data("households", "income") / units
            size = self._data("households", "size").astype(np.int64)
            order = rising(standard.astype(np.float32))
            below = np.cumsum(size[order]) - size[order]
            quintile = np.empty(order.size, np.int8)
            quintile[order] = np.minimum(below * 5 // max(int(size.sum()), 1), 4)
            split = Split(quintile, QUINTILES)
            self._splits["households", "income_quintile"] = split
        return split if table == "households" else Split(self._by_household(split.codes), QUINTILES)

    def _type(self, table: str) -> Split | None:
        if table == "dwellings":
            return Split(self._data("dwellings", "house").astype(np.int8), ("flat", "house"))
        if table not in ("persons", "households"):
            return None
        kind = self._data("households", "type")
        return Split(kind if table == "households" else self._by_household(kind), HOUSEHOLD_TYPES)
