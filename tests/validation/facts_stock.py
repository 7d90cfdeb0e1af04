"""Stylised facts of the stock of homes: H2 and H6 of the model's specification, works, land and energy."""

from __future__ import annotations

import numpy as np

from citysim.city.codes import DwellingStatus, EnergyClass, TenureClass, ZoneGroup
from validation.lived import FIRST, Fact, Lived

ENERGY = "environment.home_energy_per_m2"
COLD = (EnergyClass.F, EnergyClass.G)
ERAS = (1949, 1975, 1990, 2005)


class Deals:
    """Prices and rents of the homes taken each year, with what a valuer would know of each."""

    def __init__(self) -> None:
        self.deals: list[np.ndarray] = []

    def watch(self, model) -> None:
        households, dwellings = model.city.households, model.city.dwellings
        moved = (households["last_move_year"] == model.year) & (households["dwelling"] >= 0)
        home = households["dwelling"][moved]
        home = home[dwellings["tenure_class"][home] != TenureClass.SOCIAL]
        bought = dwellings["tenure_class"][home] == TenureClass.OWNER_OCCUPIED
        value = np.where(bought, dwellings["price_m2"][home], dwellings["rent_m2"][home])
        era = np.searchsorted(ERAS, dwellings["year_built"][home], side="right")
        self.deals.append(
            np.stack([
                np.log(value), bought, dwellings["zone"][home], dwellings["house"][home], era,
                np.log(dwellings["surface"][home]), dwellings["energy_class"][home], np.full(home.size, model.year),
            ])
        )  # fmt: skip


class Empty:
    """Vacant homes per home in the centre and around it, and hectares taken over the year's budget."""

    def __init__(self) -> None:
        self.centre: list[float] = []
        self.ring: list[float] = []
        self.over_budget: list[float] = []

    def watch(self, model) -> None:
        city, housing = model.city, model.domains["housing"]
        status = city.dwellings["status"]
        vacant = (status == DwellingStatus.MARKET_VACANT) | (status == DwellingStatus.STRUCTURAL_VACANT)
        central = city.zones["group"][city.dwellings["zone"]] == ZoneGroup.CENTRE
        self.centre.append(float(vacant[central].mean()))
        self.ring.append(float(vacant[~central].mean()))
        p = housing.at(model.year)
        in_use = np.count_nonzero(status <= DwellingStatus.MARKET_VACANT)
        budget = p.land_base * in_use / 1000 * (1 - p.land_limit * p.land_path)
        self.over_budget.append(housing.flows.land - 1.05 * budget)  # the stock has changed a little since the plans


WATCHERS = {"deals": Deals, "empty": Empty}


def gradient(lived: Lived) -> float:
    """Vacancy of the centre less that around it, mean over the years."""
    empty = lived.watchers["empty"]
    return float(np.mean(empty.centre) - np.mean(empty.ring))


def discount(lived: Lived) -> float:
    """Log price or rent of a taken F or G home against D, for the same place, type, era, size, market and year.

    Least squares on dummies of submarket, era and year, as hedonic studies of the energy label do.
    """
    value, bought, zone, house, era, surface, label, year = np.concatenate(lived.watchers["deals"].deals, axis=1)
    cell = np.unique((zone * 2 + house) * 2 + bought, return_inverse=True)[1]
    dummies = [cell[:, None] == np.arange(cell.max() + 1), era[:, None] == np.arange(1, len(ERAS) + 1)]
    dummies.append(year[:, None] == np.arange(FIRST + 1, year.max() + 1))
    others = [label == one for one in EnergyClass if one not in (EnergyClass.D, *COLD)]
    cold = np.isin(label, COLD)
    columns = np.column_stack([cold, *others, surface * bought, surface * (1 - bought), *dummies]).astype(float)
    return float(np.linalg.lstsq(columns, value, rcond=None)[0][0])


def saving(lived: Lived) -> float:
    """Yearly change of the energy of homes per square metre."""
    energy = lived.series(ENERGY)
    return float((energy[-1] / energy[0]) ** (1.0 / (energy.size - 1)) - 1.0)


def first_years(measure: str):
    return lambda lived: float(lived.series(measure)[:5].mean())


def built_into_vacancy(lived: Lived) -> float:
    """Rise of the stock of homes since the start less that of households, where positive, per home."""
    homes, households = lived.series("housing.dwellings"), lived.series("demography.households")
    return float(max(0.0, homes[-1] - homes[0]) / homes[0]) if households[-1] < households[0] else 0.0


FACTS = (
    Fact("H2a", "vacancy of the centre above that around it", 0.01, 0.08, gradient, 0.03),
    Fact("H2b", "vacant homes", 0.08, 0.16, lambda lived: float(lived.series("housing.vacancy_rate").mean()), 0.01),
    Fact("H6", "log price and rent of F and G against D", -0.10, -0.06, discount, 0.03),
    Fact(
        "deep", "deep retrofits in the first years", 0.0018, 0.0030, first_years("housing.deep_retrofit_rate"), 0.0015
    ),
    Fact(
        "one", "single measures in the first years", 0.014, 0.019, first_years("housing.renovation_gesture_rate"), 0.003
    ),
    Fact("built", "homes added while households get fewer", 0.0, 0.01, built_into_vacancy, 0.01),
    Fact("land", "hectares over the budget", 0.0, 0.0, lambda lived: max(0.0, *lived.watchers["empty"].over_budget)),
    Fact("saved", "yearly change of energy per m2 of homes", -0.02, -0.008, saving, 0.003),
)
