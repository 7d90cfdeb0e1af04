"""Who may adopt what: conditions of the catalogue on the adopter, its home and its reference person.

A condition is a value, a list of values, or {min, max}; names of codes (`owner_outright`, `d`) stand for their numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from citysim.city import codes
from citysim.core.kernels import diffusion
from citysim.core.kernels.columns import carried, looked_up
from citysim.core.technology import TABLE_OF_ADOPTER

CODES: dict[str, Any] = {
    "sex": codes.Sex,
    "education": codes.Education,
    "labour": codes.Labour,
    "occupation": codes.Occupation,
    "sector": codes.Sector,
    "tenure": codes.Tenure,
    "tenure_class": codes.TenureClass,
    "energy_class": codes.EnergyClass,
    "heat_source": codes.HeatSource,
    "health": codes.Health,
    "residence": codes.Residence,
    "type": codes.HouseholdType,
    "commute_mode": codes.Mode,
    "diet": codes.Diet,
    "food_channel": codes.FoodChannel,
}
# Where a condition on a kind of adopter is looked up, in this order: table and the link that leads there.
PLACES = {
    "household": (
        ("households", ()),
        ("dwellings", (("households", "dwelling"),)),
        ("persons", (("households", "reference_person"),)),
    ),
    "person": (
        ("persons", ()),
        ("households", (("persons", "household"),)),
        ("dwellings", (("persons", "household"), ("households", "dwelling"))),
    ),
    "business": (("businesses", ()),),
}


EIGHT = 8


def code_of(column: str, value: Any) -> Any:
    """Number of a named code; other values as they are.

    Raises
    ------
    ValueError
        If the column has codes and the name is none of them.
    """
    if not isinstance(value, str):
        return value
    try:
        return int(CODES[column][value.upper()])
    except KeyError:
        known = ", ".join(codes.names(CODES[column])) if column in CODES else "numbers"
        raise ValueError(f"{column} cannot be {value!r}; allowed: {known}") from None


def meets(column: str, values: NDArray[Any], condition: Any) -> NDArray[np.bool_]:
    """Whether each value of a column meets a condition.

    Parameters
    ----------
    condition
        A value, a list of values, or a mapping with `min` and `max` (both included).
    """
    if isinstance(condition, Mapping):
        unknown = set(condition) - {"min", "max"}
        if unknown:
            raise ValueError(f"{column}: a condition has min and max, not {', '.join(sorted(unknown))}")
        met = np.ones(values.size, dtype=bool)
        if "min" in condition:
            met &= values >= code_of(column, condition["min"])
        if "max" in condition:
            met &= values <= code_of(column, condition["max"])
        return met
    if isinstance(condition, Sequence | np.ndarray) and not isinstance(condition, str):
        met = np.zeros(values.size, dtype=bool)
        for value in condition:
            met |= values == code_of(column, value)
        return met
    return np.asarray(values == code_of(column, condition))


class Eligibility:
    """Masks of the entries whose conditions each agent of one kind meets.

    Parameters
    ----------
    kind
        household, person or business.
    conditions
        Conditions of each entry of that kind, in the order of their bits; None where nobody meets them.
    """

    def __init__(self, kind: str, conditions: Sequence[Mapping[str, Any] | None]) -> None:
        self.kind = kind
        self.number = len(conditions)
        self._groups: dict[tuple[str, ...], tuple[dict[str, Any], int]] = {}
        for bit, asked in enumerate(conditions):
            if asked is None:
                continue
            name = tuple(sorted(f"{column}={condition}" for column, condition in asked.items()))
            known, bits = self._groups.get(name, (dict(asked), 0))
            self._groups[name] = (known, bits | 1 << bit)

        self.asked = bool(self._groups)
        bits = [group_bits for _, group_bits in self._groups.values()]
        # By eights of groups of conditions: the entries that each pattern of conditions met allows.
        self._patterns = [_patterns(bits[first : first + EIGHT]) for first in range(0, len(bits), EIGHT)]
        places = np.arange(self.number, dtype=np.uint64)
        self._allows = [((masks[:, None] >> places) & np.uint64(1)).astype(float) for masks in self._patterns]

    def codes(self, city: Any) -> list[NDArray[np.uint8]]:
        """Which groups of conditions each agent meets, eight to a code, uint8 [n] each."""
        size = city.table(TABLE_OF_ADOPTER[self.kind]).size
        found = [np.zeros(size, dtype=np.uint8) for _ in self._patterns]
        tested: dict[str, NDArray[np.bool_]] = {}
        for group, (conditions, _) in enumerate(self._groups.values()):
            met: NDArray[np.bool_] | None = None
            for column, condition in conditions.items():
                name = f"{column}={condition}"
                if name not in tested:
                    tested[name] = self._test(city, column, condition)
                met = tested[name] if met is None else met & tested[name]
            bit = np.uint8(1 << group % EIGHT)
            found[group // EIGHT] += bit if met is None else met.view(np.uint8) * bit
        return found

    def masks_of(self, codes: list[NDArray[np.uint8]], size: int) -> NDArray[np.uint64]:
        """Bits of the entries whose conditions are met, uint64 [n], from codes."""
        masks = np.zeros(size, dtype=np.uint64)
        for patterns, code in zip(self._patterns, codes, strict=True):
            masks |= looked_up(patterns, code)
        return masks

    def masks(self, city: Any) -> NDArray[np.uint64]:
        """Bits of the entries whose conditions each agent meets, uint64 [n]."""
        return self.masks_of(self.codes(city), city.table(TABLE_OF_ADOPTER[self.kind]).size)

    def counts(self, codes: list[NDArray[np.uint8]], group: NDArray[Any], groups: int) -> NDArray[np.float64]:
        """Count the eligible agents of each group by entry, float64 [groups, T]."""
        total = np.zeros((groups, self.number))
        for allows, code in zip(self._allows, codes, strict=True):
            total += diffusion.pair_counts(group, code, groups, allows.shape[0]).astype(np.float64) @ allows
        return total

    def _test(self, city: Any, column: str, condition: Any) -> NDArray[np.bool_]:
        for table, links in PLACES[self.kind]:
            if column not in city.table(table):
                continue
            met = meets(column, city.table(table)[column], condition)
            for start, link in reversed(links):
                rows = city.table(start)[link]
                met = carried(met, rows, False)
            return met
        places = ", ".join(table for table, _ in PLACES[self.kind])
        raise LookupError(f"no column {column!r} in {places}, which a {self.kind} entry requires")


def _patterns(bits: Sequence[int]) -> NDArray[np.uint64]:
    met = np.arange(1 << len(bits))
    patterns = np.zeros(met.size, dtype=np.uint64)
    for group, entries in enumerate(bits):
        patterns[(met >> group) & 1 == 1] |= np.uint64(entries)
    return patterns
