"""Where households buy their food: shops within reach, prices, and the offer on line and from farms.

Multinomial logit over six channels (McFadden 1974): U = k + b_t minutes + b_p ln price + income (short chains)
+ digital skill, children, car (e-grocery); k solved so that the base year has the published shares of spending.
A minute is counted on the log-sum of all shops: t = -ln(sum_j n_j exp(-mu t_ij)) / mu.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from citysim.city.codes import FoodChannel, Mode
from citysim.core.choice import shares_of
from citysim.core.kernels.columns import either

Floats = NDArray[Any]
CHANNELS = len(FoodChannel)
CALIBRATION_STEPS = 30
PRICE_SLOPE = 0.25  # price counts 1.5 times as much in the bottom quintile and half as much in the top one


def travel_times(minutes: Floats, inside: int) -> Floats:
    """Minutes from zone to zone without and with a car, [2, internal, internal]."""
    within = minutes[:, :inside, :inside]
    without = np.minimum(np.minimum(within[Mode.WALK], within[Mode.BIKE]), within[Mode.PUBLIC_TRANSPORT])
    return np.stack([without, np.minimum(within[Mode.CAR], without)]).astype(np.float64)


def shop_minutes(minutes: Floats, outlets: Floats, decay: float) -> Floats:
    """Minutes to shops, the more shops the nearer, [2, internal].

    Parameters
    ----------
    minutes
        [2, internal, internal], see `travel_times`.
    outlets
        [internal], shops.
    decay
        Fall of the pull of a shop per minute.
    """
    pull = (np.exp(-decay * minutes) * outlets).sum(axis=2)
    return np.asarray(-np.log(np.maximum(pull, 1e-6)) / decay)


def utilities(
    place: NDArray[Any],
    access: Floats,
    quintile: NDArray[Any],
    digital: Floats,
    children: Floats,
    car: Floats,
    insecure: Floats,
    values: Any,
    short_chain: Floats | float,
    egrocery: Floats | float,
) -> Floats:
    """Utility of each channel, constants left out, float64 [n, CHANNELS]; -inf where food aid is not given.

    Parameters
    ----------
    place
        [n], row of `access`: 2 x zone + has a car.
    access
        [rows, 2], minutes to large and to small shops.
    quintile
        [n], income quintile 0 to 4.
    digital, children, car, insecure
        [n], digital skill of the reference person and flags.
    values
        Parameters of the food domain.
    short_chain, egrocery
        Further utility of these channels (technologies, support, shortage), per household or one number.
    """
    dear = values.price_effect * np.log(values.channel_price)
    table = np.multiply.outer(1.0 + PRICE_SLOPE * (2.0 - np.arange(5)), dear)
    table[:, FoodChannel.SHORT_CHAIN] += values.short_chain_income * np.arange(5) / 4.0
    table[:, FoodChannel.AID] = dear[FoodChannel.AID]
    reach = np.zeros((access.shape[0], CHANNELS))
    large, small = values.access_effect * access[:, 0], values.access_effect * access[:, 1]
    reach[:, FoodChannel.LARGE_STORE] = reach[:, FoodChannel.DISCOUNT] = large
    reach[:, FoodChannel.PROXIMITY] = small
    found = np.take(table, quintile, axis=0) + np.take(reach, place, axis=0)
    found[:, FoodChannel.SHORT_CHAIN] += short_chain
    found[:, FoodChannel.EGROCERY] += (
        values.egrocery_digital * digital + values.egrocery_children * children + values.egrocery_car * car + egrocery
    )
    aid = np.ascontiguousarray(found[:, FoodChannel.AID])
    found[:, FoodChannel.AID] = either(np.asarray(insecure, dtype=bool), aid, -np.inf)
    return found


def constants_for(utility: Floats, spending: Floats, target: Floats) -> Floats:
    """Constants at which channels have given shares of spending (Berry, Levinsohn and Pakes 1995, contraction).

    Parameters
    ----------
    utility
        [n, CHANNELS], constants left out.
    spending
        [n], EUR.
    target
        [CHANNELS], shares; they are rescaled to 1.
    """
    wanted = target / target.sum()
    constants = np.zeros(target.size)
    for _ in range(CALIBRATION_STEPS):
        reached = spending @ shares_of(utility + constants)[0] / spending.sum()
        constants += np.log(np.maximum(wanted, 1e-9)) - np.log(np.maximum(reached, 1e-9))
    return constants - constants[FoodChannel.LARGE_STORE]


def walk_reach(outlets: Floats, people: Floats, area: Floats, reach: float, density: float) -> Floats:
    """Chance that a home has a full shop within walking reach, P = 1 - exp(-n pi r2 / built area), [zones].

    Parameters
    ----------
    outlets, people, area
        [zones], full-range shops, residents and km2.
    reach
        Straight kilometres of a 15-minute walk.
    density
        People per km2 of built land: most of a commune's land has no homes.
    """
    built = np.maximum(np.minimum(area, people / density), 0.05)
    return np.asarray(-np.expm1(-outlets * np.pi * reach**2 / built))
