"""What the city's homes, travel and food use and emit, the air its people breathe and the heat they bear.

Home energy = label with prebound * surface * climate; CO2 = energy, km, meals and new homes * factors of the Base
Empreinte; air = background + traffic + wood; heat = heat island + warming (TRACC).
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from citysim.city.codes import HeatSource, Tenure
from citysim.core.declare import Statistic, by_group, mean, ratio
from citysim.core.domain import Domain
from citysim.core.draws import Draws
from citysim.core.kernels.columns import carried, either, looked_up, sums_by_link
from citysim.domains.environment import air, energy, footprint
from citysim.domains.environment.declarations import (
    COLUMNS,
    COUPLINGS,
    EMITTERS,
    MEASURES,
    OFFERS,
    PARAMS,
    SOURCES,
)

Array = NDArray[Any]
TEN_M2 = 10.0


class Environment(Domain):
    """Energy, CO2, air and heat."""

    name = "environment"
    reads = (
        "persons.household", "persons.age", "persons.diet", "persons.car_km", "persons.car_co2",
        "persons.public_transport_km", "households.dwelling", "households.zone", "households.size",
        "households.tenure", "households.income", "households.consumption_units", "households.cars",
        "households.electric_cars", "dwellings.surface", "dwellings.house", "dwellings.energy_class",
        "dwellings.heat_source", "dwellings.year_built", "zones.car_traffic", "zones.delivery_traffic",
    )  # fmt: skip
    params = PARAMS
    columns = COLUMNS
    measures = MEASURES
    offers = OFFERS
    couplings = COUPLINGS
    levels: SimpleNamespace
    standard_start: float
    green_start: Array
    density_start: Array
    by_emitter: dict[str, float]
    by_energy: dict[str, float]

    def start(self, city: Any, draws: Draws) -> None:
        """Note the base year's climate and green, and let the first year's energy and air follow."""
        p = self.levels = self.at(draws.year)
        people = np.bincount(np.maximum(city.person_zone(), 0), minlength=city.zones.size) * city.weight
        self.density_start = people / np.maximum(city.zones["area_km2"], 0.1)
        households = city.households
        standard = households["income"] / np.maximum(households["consumption_units"], 1.0)
        self.standard_start = float(standard.mean()) if standard.size else 1.0
        given = np.asarray(city.zones["green_share"], float).copy()
        guessed = air.green_share(self.density_start, p.heat_island_density)
        self.green_start = given if given.any() else guessed
        self._live(city, p, draws.year)

    def step(self, city: Any, year: int, draws: Draws) -> None:
        """Account for one year, and book what greening costs."""
        p = self.at(year)
        self._live(city, p, year)
        people, before = city.persons.size, self.at(year - 1)
        planted = max(p.green_factor - before.green_factor, 0.0) * p.green_cost
        kept = (p.green_factor - self.levels.green_factor) * p.green_upkeep
        self.book("greening", (planted + kept) * people, payer="commune", payee="businesses")

    def measure(self, city: Any, year: int) -> dict[str, Statistic]:
        """Report CO2, home energy, bills, air and heat."""
        p = self.at(year)
        persons, households, zones = city.persons, city.households, city.zones
        zone = np.maximum(city.person_zone(), 0).astype(np.intp)  # widened once for all that is looked up by it
        bill, income = households["energy_cost"], households["income"]
        poor = energy.in_fuel_poverty(bill, income, households["consumption_units"], p.poverty_burden)
        surface = self._homes(city)[0]
        by_zone = {name: mean(zones[name][zone], "persons") for name in ("pm25", "no2", "hot_days", "heat_index")}
        return {
            "co2_per_person": mean(persons["co2"] / 1000.0, "persons"),
            "co2": by_group({name: kilos / 1000.0 for name, kilos in self.by_emitter.items()}, "source"),
            "home_energy_per_person": ratio(households["home_energy"], households["size"], "households"),
            "home_energy_per_m2": ratio(households["home_energy"], surface, "households", where=surface > 0),
            "home_energy_by_source": by_group(self.by_energy, "source"),
            "energy_bill": mean(bill, "households"),
            "fuel_poverty_share": mean(poor, "households"),
            **by_zone,
            "green_share": mean(zones["green_share"][zone], "persons"),
        }

    def _live(self, city: Any, p: SimpleNamespace, year: int) -> None:
        """Heat and air first: hot days drive cooling."""
        homes = self._homes(city)
        self._breathe(city, p, homes)
        home_co2 = self._heat_homes(city, p, homes)
        self._emit(city, p, year, home_co2)

    def _homes(self, city: Any) -> tuple[Array, Array, Array]:
        """Heated surface, class and heat source of each household's home; guests count in their host's."""
        households, dwellings = city.households, city.dwellings
        dwelling = households["dwelling"]
        housed = (dwelling >= 0) & (households["tenure"] != Tenure.HOSTED)
        row = np.maximum(dwelling, 0)
        surface = either(housed, looked_up(dwellings["surface"], row), np.float32(0))
        return surface, looked_up(dwellings["energy_class"], row), looked_up(dwellings["heat_source"], row)

    def _heat_homes(self, city: Any, p: SimpleNamespace, homes: tuple[Array, Array, Array]) -> Array:
        """Energy and bill of every household, and its CO2, kg a year [households]."""
        households = city.households
        surface, label, source = homes
        table = energy.final_per_m2(p.nominal_energy, p.electricity_conversion, p.standard_part, p.behaviour)
        use = table.astype(np.float32).ravel()[label.astype(np.intp) * len(HeatSource) + source] * surface
        warming = p.warming - self.levels.warming
        climate = energy.heating_factor(warming, p.energy_price_factor, p.heating_per_degree, p.price_elasticity)
        need = use * np.float32((1 - p.hot_water_part) * climate)
        income, units = households["income"], households["consumption_units"]
        need *= energy.restraint(income, units, self.standard_start, p.income_elasticity).astype(np.float32)
        heating = self.offered("heating_energy", need, "households")
        water = self.offered("hot_water_energy", use * np.float32(p.hot_water_part), "households")
        housed = surface > 0
        appliances = np.where(housed, np.float32(p.appliances_home), np.float32(0))
        appliances += np.float32(p.appliances_person) * households["size"]
        appliances = self.offered("appliance_electricity", appliances, "households")
        cooling = self.offered("cooling_energy", self._cooling(city, p, surface), "households")
        nothing = np.zeros(households.size, np.float32)
        solar = self.offered("self_consumption", nothing, "households")
        pump = np.minimum(self.offered("heat_pump", nothing, "households"), 1.0)
        split = energy.split_use(heating, water, appliances, cooling, solar, pump, source, p.added_heat_pump)
        households["home_energy"] = split.fuel + split.electricity
        households["energy_cost"] = energy.bills(split, source, housed, p)
        self._note_energies(city, split, source)
        factors = energy.fuel_factors(p, float(self.offered("district_intensity", p.emission_factor[3])))
        return split.fuel * factors.astype(np.float32)[source] + split.electricity * np.float32(p.grid_intensity)

    def _cooling(self, city: Any, p: SimpleNamespace, surface: Array) -> Array:
        """Electricity of air conditioning, averaged over homes with and without, kWh a year."""
        days = city.zones["hot_days"][np.maximum(city.households["zone"], 0)]
        if not self.coupled("heat"):
            days = np.full_like(days, p.hot_days_start)
        return np.float32(p.cooling_share * p.cooling_day / TEN_M2) * days * surface

    def _note_energies(self, city: Any, split: energy.HomeEnergy, source: Array) -> None:
        """Final energy per inhabitant by energy."""
        people = max(int(city.households["size"].sum()), 1)
        fuel = sums_by_link(source, len(HeatSource), split.fuel) / people
        self.by_energy = {name: float(fuel[code]) for code, name in enumerate(SOURCES) if not _is_power(code)}
        self.by_energy["electricity"] = float(split.electricity.sum()) / people

    def _emit(self, city: Any, p: SimpleNamespace, year: int, home_co2: Array) -> None:
        """CO2 of every person, and per inhabitant by source."""
        persons, households, zones = city.persons, city.households, city.zones
        household = persons["household"]
        each = home_co2 / np.maximum(households["size"], 1)
        # people in institutions are heated like the average inhabitant
        home = carried(each, household, home_co2.sum() / max(int(households["size"].sum()), 1))
        electric = carried(households["electric_cars"] / np.maximum(households["cars"], 1), household, 0.0)
        driving = persons["car_km"] * electric * (p.electric_car_use * p.grid_intensity) + persons["car_co2"]
        riding = persons["public_transport_km"] * np.float32(p.public_transport_co2)
        diets = footprint.diet_co2(p) * float(self.offered("food_footprint", 1.0))
        food = footprint.food_co2(persons["diet"], persons["age"], diets, p.child_meal)
        shared = self._shared(city, p, year, float(zones["delivery_traffic"].sum()))
        persons["co2"] = home + driving + riding + food + sum(shared.values())
        own = {"home": home, "car": driving, "public_transport": riding, "food": food}
        means = {name: float(kilos.mean()) if kilos.size else 0.0 for name, kilos in own.items()} | shared
        self.by_emitter = {name: means[name] for name in EMITTERS}

    def _shared(self, city: Any, p: SimpleNamespace, year: int, delivery_km: float) -> dict[str, float]:
        """CO2 per inhabitant of what belongs to nobody in particular, kg a year."""
        people, dwellings = city.persons.size, city.dwellings
        waste = float(self.offered("residual_waste", p.residual_waste))
        electricity = float(self.offered("public_electricity", p.public_electricity))
        factor = p.construction_factor * float(self.offered("construction_intensity", 1.0))
        built = footprint.building_co2(
            dwellings["surface"], dwellings["house"], dwellings["year_built"], year, p.construction_co2, factor
        )
        shared = footprint.shared_co2(p, delivery_km, people, waste, electricity)
        return {**shared, "construction": built / max(people, 1)}

    def _breathe(self, city: Any, p: SimpleNamespace, homes: tuple[Array, Array, Array]) -> None:
        """Air and heat of every zone."""
        zones, households, number = city.zones, city.households, city.zones.size
        surface, _, source = homes
        wood = (source == HeatSource.WOOD) & (surface > 0)
        wood_homes = np.bincount(np.maximum(households["zone"], 0)[wood], minlength=number)
        owned = max(int(households["cars"].sum()), 1)
        thermal = 1.0 - int(households["electric_cars"].sum()) / owned
        traffic = (zones["car_traffic"] + zones["delivery_traffic"]) * city.weight
        zones["pm25"], zones["no2"] = air.concentrations(
            traffic, np.maximum(zones["area_km2"], 0.1), thermal, wood_homes * city.weight,
            float(self.offered("particle_background", 1.0)), float(self.offered("traffic_pollution", 1.0)), p,
        )  # fmt: skip
        green = np.minimum(self.green_start * p.green_factor, 1.0)
        zones["green_share"] = green
        island = air.heat_island(self.density_start, green, p.heat_island, p.heat_island_density, p.green_cooling)
        island = np.maximum(island - float(self.offered("heat_island", 0.0)) * (island > 0), 0.0)
        warming = p.warming - self.levels.warming
        zones["heat_index"] = island + warming
        zones["hot_days"] = air.hot_days(island, warming, p.extra_hot_days, p)


def _is_power(code: int) -> bool:
    """Whether a heat source is electricity."""
    return code in (HeatSource.ELECTRIC, HeatSource.HEAT_PUMP)
