"""Decisions of agents: events, logit choices with keyed errors, and the sharing out of limited places.

Choice: argmax(V + Gumbel error keyed by agent and alternative), the multinomial logit of McFadden (1974) with explicit
error terms, so that improving one alternative moves people only towards it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from citysim.core.draws import Draws, Keys
from citysim.core.kernels import choice as kernels
from citysim.core.kernels.columns import fixed
from citysim.core.kernels.ranks import best_in_group, first_above

HINTS = 1024  # steps of a lot (a power of two), for each of which a `Lottery` knows where to begin


def shares_of(utilities: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Logit shares along the last axis, and their logsum: P_j = exp(V_j) / sum exp(V).

    NumPy reduces a short last axis slowly; whole slices are combined instead.
    """
    slices = [utilities[..., j] for j in range(utilities.shape[-1])]
    top = slices[0]
    for part in slices[1:]:
        top = np.maximum(top, part)
    weights = np.exp(utilities - top[..., None])
    total = weights[..., 0].copy()
    for j in range(1, utilities.shape[-1]):
        total += weights[..., j]
    weights /= total[..., None]
    return weights, top + np.log(total)


def happens(
    draws: Draws,
    name: str,
    keys: Keys,
    probability: NDArray[Any] | float,
    index: int = 0,
    cell: NDArray[Any] | None = None,
) -> NDArray[np.bool_]:
    """Whether an event of a given probability happens to each agent.

    Parameters
    ----------
    probability
        A number, one per key, or with `cell` one per cell.
    cell
        int [n], position in `probability` of each agent (negative: the event cannot happen).

    Returns
    -------
    NDArray
        bool [n]; a larger probability only adds agents.
    """
    stream = draws.claim(name, keys, index)
    if cell is not None:
        return kernels.happens_in_cell(
            stream, fixed(keys), fixed(np.asarray(cell)), np.asarray(probability, dtype=np.float64)
        )
    chances = np.asarray(probability, dtype=np.float64)
    chances = chances if chances.shape == keys.shape else np.full(keys.shape, chances)
    return kernels.happens(stream, fixed(keys), fixed(chances))


def choose(
    draws: Draws,
    name: str,
    keys: Keys,
    utilities: NDArray[Any],
    alternatives: Keys | None = None,
    index: int = 0,
    cell: NDArray[Any] | None = None,
) -> NDArray[np.int64]:
    """Pick the alternative of the largest utility plus keyed Gumbel error.

    Parameters
    ----------
    utilities
        float [n, J], or with `cell` one row per cell; -inf where an alternative is not available.
    alternatives
        uint64 [J], identities of the alternatives (their position by default).
    cell
        int [n], row of `utilities` of each agent.

    Returns
    -------
    NDArray
        int64 [n], -1 where nothing is available.
    """
    stream = draws.claim(name, keys, index)
    if alternatives is None:
        alternatives = np.arange(utilities.shape[1], dtype=np.uint64)
    rows = np.empty(0, np.int64) if cell is None else np.asarray(cell)
    return kernels.choose(stream, fixed(keys), fixed(rows), np.ascontiguousarray(utilities), alternatives)


def choose_linear(
    draws: Draws,
    name: str,
    keys: Keys,
    constants: NDArray[Any],
    coefficients: NDArray[Any],
    attributes: NDArray[Any],
    available: NDArray[np.bool_] | None = None,
    index: int = 0,
) -> NDArray[np.int64]:
    """Choose as `choose` does among utilities that are linear in attributes, without making a table of them.

    Parameters
    ----------
    constants
        float [J], alternative-specific constants.
    coefficients
        float [K, J].
    attributes
        float [K, n], one row per attribute.
    available
        bool [J, n]; all alternatives by default.

    Returns
    -------
    NDArray
        int64 [n], -1 where nothing is available.
    """
    stream = draws.claim(name, keys, index)
    number = np.asarray(constants).size
    mask = np.empty((number, 0), dtype=bool) if available is None else np.ascontiguousarray(available)
    return kernels.choose_linear(
        stream,
        keys,
        np.asarray(constants, dtype=np.float64),
        np.ascontiguousarray(coefficients, dtype=np.float64),
        np.ascontiguousarray(attributes, dtype=np.float32),
        mask,
        np.arange(number, dtype=np.uint64),
    )


def ration(
    draws: Draws,
    name: str,
    keys: Keys,
    group: NDArray[Any],
    capacity: NDArray[Any],
    priority: NDArray[Any] | None = None,
    index: int = 0,
) -> NDArray[np.bool_]:
    """Give limited places to agents, by priority and then by their own keyed draw.

    Parameters
    ----------
    group
        int [n], queue of each agent (negative: in none).
    capacity
        [G], places of each queue (the whole part counts); may be infinite.
    priority
        float [n], larger is served first.

    Returns
    -------
    NDArray
        bool [n], who gets a place.
    """
    lot = draws.uniform(name, keys, index=index)
    score = -lot
    if priority is not None:
        score[np.lexsort((lot, -priority))] = -np.arange(lot.size)
    places = np.minimum(np.append(0.0, np.floor(capacity)), lot.size)  # the first queue: those who are in none
    return best_in_group(score, np.maximum(group, -1).astype(np.int32) + 1, places)


class Lottery:
    """One item of each group is drawn by its weight: a table of lots says where to begin (Chen and Asau 1974).

    Parameters
    ----------
    groups
        Items of each group, at least one.
    weight
        float [items].
    """

    def __init__(self, groups: Sequence[NDArray[Any]], weight: NDArray[Any]) -> None:
        self._items = np.concatenate(groups)
        self._last = np.cumsum([group.size for group in groups]) - 1
        bounds = [np.cumsum(weight[group]) for group in groups]
        self._bounds = np.concatenate(bounds)
        steps = np.arange(HINTS + 1) / HINTS
        inside = [np.searchsorted(own, steps * own[-1], side="right") for own in bounds]
        first = self._last + 1 - [group.size for group in groups]
        self._hints = np.minimum(np.stack(inside) + first[:, None], self._last[:, None])

    def drawn(self, group: NDArray[np.int64], lot: NDArray[np.float64]) -> NDArray[Any]:
        """Item that each lot (from 0 to 1) draws from a group."""
        return np.asarray(self._items[first_above(self._bounds, self._last, self._hints, group, lot)])
