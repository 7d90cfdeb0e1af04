"""What a home uses to stay warm, and what it costs and emits.

Use = label * (p + (1 - p) e_D / e_label) * surface * climate * price: people in poor homes heat less than the label
says, people in good ones more (prebound; Sunikka-Blank and Galvin 2012), so a retrofit saves less than its label.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from citysim.city.codes import EnergyClass, HeatSource
from citysim.core.kernels.columns import either

Array = NDArray[Any]

LOWEST_STANDARD, HIGHEST_STANDARD = 0.3, 3.0  # nobody heats nothing, and comfort has an end


@dataclass(frozen=True)
class HomeEnergy:
    """Final energy of homes, kWh a year, each [households].

    Attributes
    ----------
    fuel
        Heating and hot water from the home's own source other than electricity.
    electricity
        All electricity, own solar power taken off.
    """

    fuel: Array
    electricity: Array


def final_per_m2(nominal: Array, conversion: float, standard_part: float, behaviour: float) -> Array:
    """Final energy really used for heating and hot water, kWh/m2 by class and source, [7, 6].

    Parameters
    ----------
    nominal
        [7], primary energy of the label.
    conversion
        Primary energy per kWh of electricity.
    standard_part
        Part of use that follows the label in proportion.
    behaviour
        Real over computed use of an average home.
    """
    used = nominal * (standard_part + (1.0 - standard_part) * nominal[EnergyClass.D] / nominal) * behaviour
    per_source = np.ones(len(HeatSource))
    per_source[[HeatSource.ELECTRIC, HeatSource.HEAT_PUMP]] = 1.0 / conversion
    return np.outer(used, per_source)


def heating_factor(warming: float, price: float, per_degree: float, elasticity: float) -> float:
    """Heating relative to the start: milder winters and dearer energy lower it.

    Parameters
    ----------
    warming
        Degrees since the start.
    price
        Real price relative to 2025.
    """
    return float((1.0 + per_degree) ** warming * price**elasticity)


def restraint(income: Array, units: Array, mean: float, elasticity: float) -> Array:
    """Heating relative to that of a household of the mean standard of living; the poor heat less, within bounds.

    Parameters
    ----------
    income, units
        [households], EUR a year and consumption units.
    mean
        Mean standard of living at the start, EUR a year.
    """
    standard = np.asarray(income, np.float64) / np.maximum(units, 1.0) / max(mean, 1.0)
    return np.clip(standard, LOWEST_STANDARD, HIGHEST_STANDARD) ** elasticity


def is_electric(source: Array) -> Array:
    """Whether a home heats with electricity, directly or through a heat pump."""
    return (source == HeatSource.ELECTRIC) | (source == HeatSource.HEAT_PUMP)


def split_use(
    heating: Array, hot_water: Array, appliances: Array, cooling: Array, own_solar: Array, pump: Array, source: Array,
    pump_ratio: float,
) -> HomeEnergy:  # fmt: skip
    """Fuel and electricity of homes.

    Parameters
    ----------
    heating, hot_water, appliances, cooling, own_solar
        kWh a year [households].
    pump
        [households], share of heating taken over by an added heat pump.
    source
        Heat source of the home.
    pump_ratio
        kWh of electricity per kWh of former heating.
    """
    pump = either(source == HeatSource.HEAT_PUMP, 0.0, pump)
    kept = heating * (1.0 - pump) + hot_water
    electric = is_electric(source)
    electricity = appliances + cooling + heating * pump * pump_ratio + either(electric, kept, 0.0)
    return HomeEnergy(either(electric, 0.0, kept), electricity - np.minimum(own_solar, electricity))


def bills(use: HomeEnergy, source: Array, housed: Array, p: SimpleNamespace) -> Array:
    """Yearly bill of each household, EUR."""
    price = p.energy_price * p.energy_price_factor
    paid = use.fuel * price[source] + use.electricity * price[HeatSource.ELECTRIC]
    return paid + np.where(housed, p.standing_charge, 0.0)


def fuel_factors(p: SimpleNamespace, district: float) -> Array:
    """CO2 per kWh of fuel by heat source, [6]; electricity is counted apart."""
    factors = np.zeros(len(HeatSource))
    factors[[HeatSource.GAS, HeatSource.OIL, HeatSource.WOOD]] = p.emission_factor[:3]
    factors[HeatSource.DISTRICT] = district
    return factors


def in_fuel_poverty(cost: Array, income: Array, units: Array, burden: float) -> Array:
    """Households of the lowest three deciles whose energy takes more than `burden` of income."""
    standard = income / np.maximum(units, 1.0)
    poorest = standard <= np.quantile(standard, 0.3) if standard.size else np.zeros(0, bool)
    return poorest & (cost > burden * np.maximum(income, 0.0))
