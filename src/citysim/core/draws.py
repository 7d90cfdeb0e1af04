"""Chance that belongs to a person, a decision and a year, so that two scenarios share every draw they can.

u = hash(seed, decision name, year, agent key[, alternative key][, index]): a pure function, without stream, order or
state. The hash is the splitmix64 finaliser (Steele, Lea and Flood 2014) on state + key * golden gamma; common random
numbers as in Vivarium and explicit errors as in ActivitySim, without their slots and streams.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from citysim.core.kernels import draws as kernels
from citysim.core.kernels.columns import fixed

Keys = NDArray[np.uint64]
MASK = (1 << 64) - 1
GOLDEN = 0x9E3779B97F4A7C15


def mix64(state: int) -> int:
    """Scramble 64 bits (splitmix64 finaliser); the scalar reference of the kernels."""
    state &= MASK
    state = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    state = ((state ^ (state >> 27)) * 0x94D049BB133111EB) & MASK
    return state ^ (state >> 31)


@lru_cache(maxsize=4096)
def name_hash(name: str) -> int:
    """FNV-1a hash of a name, 64 bits."""
    state = 0xCBF29CE484222325
    for byte in name.encode():
        state = ((state ^ byte) * 0x100000001B3) & MASK
    return state


@lru_cache(maxsize=4096)
def _scrambled(part: int) -> int:
    return mix64(part + GOLDEN)  # names and years come again and again


def combine(state: int, part: int) -> int:
    """Fold one more integer into a hash; order matters."""
    return mix64((state ^ _scrambled(part)) + GOLDEN)


def mix_keys(*parts: str | int | NDArray[Any]) -> Keys:
    """Identity of new agents: a hash of who they come from, when and in which rank.

    Parameters
    ----------
    parts
        Names, integers and integer arrays [n] (or keys), at least one of them an array.

    Returns
    -------
    Keys
        uint64 [n].
    """
    first, keys = 0, None  # one number until the first array comes
    for part in parts:
        if isinstance(part, str):
            part = name_hash(part)
        if keys is None and isinstance(part, int):
            first = combine(first, part & MASK)
            continue
        values = np.array(part & MASK if isinstance(part, int) else part, ndmin=1).astype(np.uint64)
        keys = kernels.fold(np.array([first], dtype=np.uint64) if keys is None else keys, values)
    return np.array([first], dtype=np.uint64) if keys is None else keys


def mix_array(state: Keys) -> Keys:
    """`mix64` on an array; the NumPy reference of the kernels."""
    state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return state ^ (state >> np.uint64(31))


class RepeatedDrawError(RuntimeError):
    """The same decision was drawn twice for the same agent in one year."""


EMPTY = np.zeros(0, np.uint64), np.zeros(0, np.bool_)


class Drawn:
    """Who has drawn one decision so far."""

    def __init__(self) -> None:
        # Key arrays are never changed in place (tables re-allocate them), so a reference is enough. They are put into
        # a hash table only if others draw the same decision later: mostly there is one group.
        self._waiting: list[Keys] = []
        self._number = 0
        self._table, self._used = EMPTY
        self.alone: set[int] = set()

    def add(self, keys: Keys) -> None:
        """Note a group of agents."""
        self._waiting.append(keys)

    def has(self, keys: Keys) -> bool:
        """Whether one of these agents has been noted."""
        if self._waiting:
            self._settle()
        return bool(self._number and kernels.any_noted(self._table, self._used, keys))

    def _settle(self) -> None:
        self._number += sum(keys.size for keys in self._waiting)
        if 2 * self._number > self._table.size:
            old = self._table[self._used]
            size = 1 << (4 * self._number).bit_length()
            self._table, self._used = np.zeros(size, np.uint64), np.zeros(size, np.bool_)
            kernels.note(self._table, self._used, old)
        for keys in self._waiting:
            kernels.note(self._table, self._used, keys)
        self._waiting.clear()


class Draws:
    """Keyed draws of one run in one year.

    Parameters
    ----------
    seed
        Replication.
    year
        Calendar year; draws of two years are independent.
    """

    def __init__(self, seed: int, year: int) -> None:
        self.seed = int(seed)
        self.year = int(year)
        self._root = combine(mix64(self.seed + GOLDEN), self.year & MASK)
        self._drawn: dict[tuple[str, int], Drawn] = {}

    def stream(self, name: str, index: int = 0) -> np.uint64:
        """State from which the draws of one decision start."""
        state = combine(self._root, name_hash(name))
        return np.uint64(combine(state, index) if index else state)

    def uniform(self, name: str, keys: Keys, alternatives: Keys | None = None, index: int = 0) -> NDArray[np.float64]:
        """Draw uniforms on (0, 1).

        Parameters
        ----------
        name
            Decision, `<domain>.<decision>`.
        keys
            uint64 [n], who draws.
        alternatives
            Keys of alternatives: [J] (the same for all) or [n, J]; the result is then [n, J].
        index
            Month, week, probe or rank within the year.

        Raises
        ------
        RepeatedDrawError
            If an agent draws the same decision and index twice in a year.
        """
        stream = self.claim(name, keys, index)
        if alternatives is None:
            return kernels.uniform(stream, fixed(keys))
        return kernels.uniform_pairs(stream, keys, self._alternatives(alternatives, keys.size))

    def normal(self, name: str, keys: Keys, alternatives: Keys | None = None, index: int = 0) -> NDArray[np.float64]:
        """Draw standard normals: the inverse distribution function of the keyed uniform (Wichura 1988, AS 241)."""
        if alternatives is None:
            return kernels.normal(self.claim(name, keys, index), fixed(keys))
        return kernels.normal_quantile(self.uniform(name, keys, alternatives, index))

    def gumbel(self, name: str, keys: Keys, alternatives: Keys | None = None, index: int = 0) -> NDArray[np.float64]:
        """Draw standard Gumbel errors, -ln(-ln u): the errors whose argmax is the multinomial logit."""
        return np.asarray(-np.log(-np.log(self.uniform(name, keys, alternatives, index))))

    def integers(self, name: str, keys: Keys, number: int | NDArray[Any], index: int = 0) -> NDArray[np.int64]:
        """Draw whole numbers from 0 to `number` - 1 (a number, or one per key)."""
        return np.asarray(self.uniform(name, keys, index=index) * number).astype(np.int64)

    def claim(self, name: str, keys: Keys, index: int = 0) -> np.uint64:
        """Note that these agents draw this decision, and return the state to draw from.

        Kernels that fuse a draw with its use call this instead of `uniform`.
        """
        if keys.dtype != np.uint64:
            raise TypeError(f"keys of {name!r} are {keys.dtype}, not uint64")
        earlier = self._drawn.get((name, index))
        if earlier is None:
            earlier = self._drawn[name, index] = Drawn()
        alone = earlier.alone
        if keys.size == 1:
            # One agent at a time (citysim.core.rules): a set, so that asking n agents takes n steps.
            repeated = int(keys[0]) in alone
            alone.add(int(keys[0]))
        else:
            repeated = not alone.isdisjoint(keys.tolist()) if alone else False
        if repeated or earlier.has(keys):
            raise RepeatedDrawError(
                f"{name!r} (index {index}) was already drawn in {self.year} for some of these agents; "
                "give the second draw its own name or index"
            )
        if keys.size > 1:
            earlier.add(keys)
        return self.stream(name, index)

    @staticmethod
    def _alternatives(alternatives: Keys, size: int) -> Keys:
        array = np.asarray(alternatives, dtype=np.uint64)
        return array if array.ndim == 2 else np.broadcast_to(array, (size, array.size))
