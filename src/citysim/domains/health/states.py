"""People move between four states of health, so that dependency by age follows the national projection.

Share at least in state k at age a: S_k(a) = 1 - (1 - S_{k+1}(a)) (1 - L_k(a)) with
L_k(a) = 1 / (1 + exp(-(a - m_k) / s_k)), S_3 = L_3 shifted by the dependency age gain (DREES, model LIVIA). The flow
that keeps this profile, deaths by state and recoveries r included, is
F_k(a + 1) = (S_k(a + 1) - S'_k(a) + r_k N'_k(a)) / N'_{k-1}(a), N the share in a state, ' after a year's deaths.
A person's odds are those of F times relative risks over their mean.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
OLDEST = 100  # profiles are flat from here: hardly anybody is older
BANDS = np.array([25, 45, 65, 75, 85])  # lower ages of the bands in which relative risks are averaged
SMALLEST_FLOW = 1e-7
RAKING_STEPS = 4


def logistic(x: NDArray[Any] | float) -> Floats:
    """1 / (1 + exp(-x))."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.asarray(x, dtype=np.float64))))


def prevalence(age: NDArray[Any], midpoint: NDArray[Any], spread: NDArray[Any], age_gain: float = 0.0) -> Floats:
    """Share of people in each state by age.

    Parameters
    ----------
    age
        [n], completed years; people are half a year older on average.
    midpoint, spread
        [3], years: chronic, limited, dependent.
    age_gain
        Years by which dependency sets in later.

    Returns
    -------
    Floats
        [n, 4], good, chronic, limited, dependent; rows add up to 1.
    """
    ages = np.minimum(np.asarray(age, dtype=np.float64), OLDEST) + 0.5
    shift = np.array([0.0, 0.0, age_gain])
    curve = logistic((ages[:, None] - shift - midpoint) / spread)
    at_least = np.ones((ages.size, 5))
    at_least[:, 4] = 0.0
    at_least[:, 3] = curve[:, 2]
    at_least[:, 2] = 1.0 - (1.0 - at_least[:, 3]) * (1.0 - curve[:, 1])
    at_least[:, 1] = 1.0 - (1.0 - at_least[:, 2]) * (1.0 - curve[:, 0])
    return -np.diff(at_least, axis=1)


def deaths_by_state(mortality: NDArray[Any], shares: NDArray[Any], ratio: NDArray[Any]) -> Floats:
    """Probability of death by state whose mean over the shares is the table's, q = 1 - exp(-mu r / mean r).

    Parameters
    ----------
    mortality
        [..., n], probability of death by age.
    shares
        [n, 4], base-year shares of the states.
    ratio
        [4], mortality relative to good health.
    """
    hazard = -np.log1p(-np.minimum(np.asarray(mortality, dtype=np.float64), 0.999))
    relative = ratio / (shares @ ratio)[:, None]
    return -np.expm1(-hazard[..., None] * relative)


def needed_flows(before: NDArray[Any], after: NDArray[Any], death: NDArray[Any], recovery: NDArray[Any]) -> Floats:
    """Probability of getting one state worse that turns one profile into the next.

    Parameters
    ----------
    before, after
        [..., 4], shares of the states a year ago and now, of the same people.
    death
        [..., 4], probability of death by state.
    recovery
        [3], probability of getting better from chronic, limited and dependent.

    Returns
    -------
    Floats
        [..., 3], from good, chronic and limited.
    """
    alive = before * (1.0 - death)
    alive = alive / alive.sum(axis=-1, keepdims=True)
    at_least = alive[..., ::-1].cumsum(axis=-1)[..., ::-1][..., 1:]
    wanted = after[..., ::-1].cumsum(axis=-1)[..., ::-1][..., 1:]
    flow = (wanted - at_least + recovery * alive[..., 1:]) / np.maximum(alive[..., :-1], 1e-12)
    return np.clip(flow, SMALLEST_FLOW, 1.0 - SMALLEST_FLOW)


class Reference:
    """Profile by age of the base year, and the transitions that keep it or shift it.

    Parameters
    ----------
    mortality
        [2, OLDEST + 1], probability of death by sex and age reached, at the base year.
    values
        Parameters of the health domain (`prevalence_midpoint`, `prevalence_spread`, `mortality_ratio`, …).
    """

    def __init__(self, mortality: NDArray[Any], values: Any) -> None:
        self._values = values
        self.mortality = mortality
        self.ages = np.arange(OLDEST + 1)
        self.shares = self.profile(0.0)

    def profile(self, age_gain: float) -> Floats:
        """Shares of the states by age, [OLDEST + 1, 4]."""
        return prevalence(self.ages, self._values.prevalence_midpoint, self._values.prevalence_spread, age_gain)

    def death(self, years: float = 0.0) -> Floats:
        """Probability of death in the year in which an age is reached, by the state before, [2, OLDEST + 1, 4].

        Parameters
        ----------
        years
            Years since the base year: mortality falls.
        """
        level = (1.0 - self._values.mortality_improvement) ** years
        before = self.shares[np.maximum(self.ages - 1, 0)]
        return deaths_by_state(self.mortality * level, before, self._values.mortality_ratio)

    def flows(self, gain_before: float, gain_now: float, years: float = 0.0) -> Floats:
        """Probability of getting worse by sex, age reached and state, [2, OLDEST + 1, 3]."""
        before, now = self.profile(gain_before), self.profile(gain_now)
        last = np.maximum(self.ages - 1, 0)
        return needed_flows(before[last], now, self.death(years), self._values.recovery)

    def by_education(self, weights: NDArray[Any], relative: NDArray[Any]) -> Floats:
        """Profile by age of each level of education that the transitions keep, given their gradient.

        Parameters
        ----------
        weights
            [2, OLDEST + 1, E], people by sex, age and education.
        relative
            [E], relative odds of getting worse, from the age at which education counts.

        Returns
        -------
        Floats
            [2, OLDEST + 1, E, 4], shares of the states.
        """
        flows, death = self.flows(0.0, 0.0), self.death()
        found = np.zeros((*weights.shape, 4))
        found[:, 0] = state = np.broadcast_to(self.shares[0], (2, weights.shape[2], 4))
        for age in range(1, OLDEST + 1):
            state = state * (1.0 - death[:, age, None, :])
            state = state / state.sum(axis=-1, keepdims=True)
            ratio = relative if age >= BANDS[0] else np.ones_like(relative)
            people = (weights[:, age] + 1e-9)[..., None] * (state[..., :3] + 1e-9)
            mean = (people * ratio[:, None]).sum(axis=1) / people.sum(axis=1)
            odds = flows[:, age] / (1.0 - flows[:, age])
            worse = state[..., :3] * share_of_odds(odds[:, None, :] * ratio[:, None] / mean[:, None, :])
            better = state[..., 1:] * self._values.recovery
            change = better - worse
            state[..., :3] += change
            state[..., 1:] -= change
            # Older cohorts had less schooling: what each level inherits must still add up to the profile of the age.
            found[:, age] = state = rake(state, weights[:, age], self.shares[age])
        return found


def rake(state: NDArray[Any], weights: NDArray[Any], target: NDArray[Any]) -> Floats:
    """Scale the shares of groups so that together they have a given profile.

    Parameters
    ----------
    state
        [..., groups, 4], shares of the states.
    weights
        [..., groups], people.
    target
        [4], shares of the states in the whole.
    """
    people = (weights + 1e-9)[..., None]
    for _ in range(RAKING_STEPS):
        mean = (people * state).sum(axis=-2, keepdims=True) / people.sum(axis=-2, keepdims=True)
        state = state * (target / np.maximum(mean, 1e-12))
        state = state / state.sum(axis=-1, keepdims=True)
    return state


def share_of_odds(odds: NDArray[Any]) -> NDArray[Any]:
    """Probability of given odds, o / (1 + o)."""
    return np.asarray(odds / (1.0 + odds))


def mean_risk(counts: NDArray[Any], relative: NDArray[Any]) -> Floats:
    """Mean relative risk of each cell.

    Parameters
    ----------
    counts
        [cells, codes], people.
    relative
        [codes], relative risk; 1 is returned for an empty cell.
    """
    people = counts.sum(axis=1)
    return np.asarray(np.where(people > 0, counts @ relative / np.maximum(people, 1), 1.0))


def group_of_independence(
    lot: NDArray[Any], age: NDArray[Any], assessed: NDArray[Any], at_onset: NDArray[Any]
) -> NDArray[np.int8]:
    """GIR group of people who have just become dependent.

    Parameters
    ----------
    lot
        [n], uniform draw.
    age
        [n], years.
    assessed
        [OLDEST + 1], share of dependants with a GIR of 1 to 4, by age.
    at_onset
        [4], shares of GIR 1 to 4 among them.

    Returns
    -------
    NDArray
        int8 [n]: 1 to 4, or 5 (dependent in the broad sense only).
    """
    share = assessed[np.minimum(age, OLDEST)]
    edges = np.cumsum(at_onset / at_onset.sum())
    inside = lot / np.maximum(share, 1e-9)
    group = np.minimum(np.searchsorted(edges, inside, side="right"), 3) + 1
    return np.where(lot < share, group, 5).astype(np.int8)


def healthy_years(mortality: NDArray[Any], unhealthy: NDArray[Any], age: int) -> float:
    """Healthy life expectancy at an age: years to live, those in bad health taken out (Sullivan 1971).

    Parameters
    ----------
    mortality
        [n], probability of death by age; the last age lasts until death.
    unhealthy
        [n], share of people in bad health by age.
    age
        Age at which years are counted.
    """
    death = mortality[age:]
    alive = np.concatenate([[1.0], np.cumprod(1.0 - death[:-1])])
    lived = alive * (1.0 - death / 2.0)
    hazard = -np.log1p(-min(float(death[-1]), 0.999))
    lived[-1] = alive[-1] / max(hazard, 1e-6)
    return float(np.sum(lived * (1.0 - unhealthy[age:])))
