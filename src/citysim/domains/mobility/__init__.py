"""Who owns a car, who teleworks, and how people travel: licences, cars, modes, times and traffic of each year.

Discrete choices by logit with errors keyed by person (McFadden 1974), coefficients of eqasim (Hörl and Balac 2021),
congestion by successive averages (Sheffi 1985); constants are fitted to the base year once, then frozen.
"""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from citysim.core.declare import Statistic
from citysim.core.domain import Domain
from citysim.core.draws import Draws
from citysim.domains.mobility import calibrate, modes, ownership, reporting, travel
from citysim.domains.mobility.declarations import COLUMNS, COUPLINGS, MEASURES, OFFERS, PARAMS
from citysim.domains.mobility.state import Base, Day, People

Array = NDArray[Any]


class Mobility(Domain):
    """Licences, cars, telework, modes of travel, travel times and traffic."""

    name = "mobility"
    reads = (
        "persons.household", "persons.age", "persons.labour", "persons.workplace", "persons.job", "persons.enrolled",
        "persons.telework_eligible", "persons.health",
        "households.zone", "households.income", "households.size", "households.children", "households.dwelling",
        "households.reference_person", "households.founded_year", "households.last_move_year",
        "households.food_channel", "dwellings.house", "dwellings.rooms", "jobs.zone", "jobs.sector", "jobs.business",
        "businesses.size", "commuters.zone", "commuters.job",
    )  # fmt: skip
    rows = ("vehicles",)
    params = PARAMS
    columns = COLUMNS
    measures = MEASURES
    offers = OFFERS
    couplings = COUPLINGS
    base: Base
    day: Day

    def start(self, city: Any, draws: Draws) -> None:
        """Fit constants to the base year and let its day run once."""
        p = self.at(draws.year)
        calibrate.start_licences(city, p, draws)
        calibrate.start_fleet(city, p, self._electric_odds(city, p, np.arange(city.households.size)), draws)
        self.base = base = calibrate.make_base(city, p)
        calibrate.fit_cars(city, base, p, self._cars_wanted(city))
        shifts = self._shifts(city, p, draws.year)
        factors = calibrate.start_factors(city, p)
        peak = travel.make_offer(city, base, p, shifts, factors)
        city.travel.update(base.network.between_zones(modes.door_to_door(peak)))
        zone = travel.home_zones(city)
        workers = travel.workers_of(city, zone)
        base.network = travel.network_for(city, base.network, workers)
        calibrate.start_telework(city, base, p, self.offered, workers, draws)
        people = travel.find_people(city, p, base.network, zone, workers)
        calibrate.fit_commute(city, base, p, shifts, peak, people)
        travel.choose_modes(city, base, p, shifts, peak, people, np.ones(people.workers.size, bool), draws)
        off_peak = travel.make_offer(city, base, p, shifts, travel.off_peak_factors(factors, p))
        base.online = travel.online_share(city)
        rates = travel.rates_by_segment(city, base, p, people, online=False)
        attraction, services = travel.attraction_of(city, base, p, people.number)
        bike = travel.mean_bike_shift(people, shifts.bike)
        others = calibrate.fit_trips(city, base, p, off_peak, people, rates, attraction, bike)
        minutes = modes.door_to_door(peak)
        outside = travel.in_commuter_flows(city, base.network, p, shifts.occupancy)
        flows = np.zeros_like(outside)
        self.day = Day(
            factors, peak, off_peak, minutes, others, people.number, flows, outside, services, shifts.occupancy
        )
        calibrate.fit_capacity(city, base, p, people, self.day)
        self._publish(city, p, people, shifts, always=True)
        calibrate.fit_electric(city, base, p, self._electric_odds(city, p, np.arange(city.households.size)))
        base.footfall = np.maximum(travel.present_people(city, people, self.day), 1e-6)
        city.zones["footfall"] = 1.0

    def step(self, city: Any, year: int, draws: Draws) -> None:
        """Live one year: licences, cars, telework, modes and traffic."""
        p = self.at(year)
        ownership.update_licences(city, p, draws)
        changed = self._own_cars(city, p, year, draws)
        zone = travel.home_zones(city)
        workers = travel.workers_of(city, zone)
        self.base.network = travel.network_for(city, self.base.network, workers)
        travel.decide_telework(city, self.base, p, self.offered, workers, draws)
        people = travel.find_people(city, p, self.base.network, zone, workers)
        shifts = self._shifts(city, p, year)
        self._travel(city, p, shifts, people, changed, draws)
        self._publish(city, p, people, shifts, always=False)
        if self.coupled("telework_footfall"):
            city.zones["footfall"] = travel.present_people(city, people, self.day) / self.base.footfall
        self._book_levers(city, p, self.at(year - 1))

    def measure(self, city: Any, year: int) -> dict[str, Statistic]:
        """Report modes, cars, telework, km, minutes and CO2."""
        p = self.at(year)
        return {
            **reporting.commute_measures(city, self.base),
            **reporting.car_measures(city, p, self.day, year),
            **reporting.travel_measures(city, self.base, p, self.day),
        }

    def _own_cars(self, city: Any, p: SimpleNamespace, year: int, draws: Draws) -> Array:
        """Let households choose how many cars they keep, and renew the fleet."""
        income, deciders = ownership.log_income(city), city.household_decision_keys()
        income = income - (self.base.log_income if self.coupled("income") else float(income.mean()))
        changed = ownership.choose_cars(city, self.base, p, year, self._cars_wanted(city), income, deciders, draws)

        def odds(rows: Array) -> Array:
            return self._electric_odds(city, p, rows) + self.base.electric_constant

        bought, electric = ownership.renew_fleet(city, p, year, income, odds, deciders, draws)
        self.day = replace(self.day, new_cars=bought, new_electric=electric)
        return changed

    def _travel(
        self, city: Any, p: SimpleNamespace, shifts: travel.Shifts, people: People, changed: Array, draws: Draws
    ) -> None:
        """Let choices and congestion settle, then draw the commuters' modes once."""
        base, network = self.base, self.base.network
        review = travel.reviewing_commuters(city, network, p, people, changed, draws)
        online = self.coupled("online_substitution")
        rates = travel.rates_by_segment(city, base, p, people, online)
        attraction, services = travel.attraction_of(city, base, p, people.number)
        bike = travel.mean_bike_shift(people, shifts.bike)
        outside = travel.in_commuter_flows(city, network, p, shifts.occupancy)

        def spread(factors: Array) -> tuple[modes.Offer, Any]:
            offer = travel.make_offer(city, base, p, shifts, travel.off_peak_factors(factors, p))
            return offer, travel.spread_other_trips(city, base, p, offer, people, rates, attraction, bike)

        _, others = spread(self.day.factors)
        factors = travel.find_balance(city, base, p, shifts, people, review, self.day.factors, others, outside)
        off_peak, others = spread(factors)
        peak = travel.make_offer(city, base, p, shifts, factors)
        travel.choose_modes(city, base, p, shifts, peak, people, review, draws)
        self.day = replace(
            self.day, factors=factors, peak=peak, off_peak=off_peak, minutes=modes.door_to_door(peak), others=others,
            people=people.number, outside_flows=outside, service_jobs=services,
            commute_occupancy=shifts.occupancy, autonomous=shifts.autonomous,
        )  # fmt: skip

    def _publish(self, city: Any, p: SimpleNamespace, people: People, shifts: travel.Shifts, always: bool) -> None:
        """Write what others read: km and minutes of people, times between zones, traffic of zones."""
        flows = travel.car_flows(city, self.base, p, people, self.day)
        self.day = replace(self.day, car_flows=flows)
        if always or self.coupled("travel_times"):
            city.travel.update(self.base.network.between_zones(self.day.minutes))
        travel.write_travel(city, self.base, p, people, self.day)
        travel.write_zones(city, self.base, p, people, self.day, shifts.delivery_km)

    def _cars_wanted(self, city: Any) -> Array:
        """Utility per car that technologies such as car sharing add or take."""
        return self.offered("cars_wanted", np.zeros(city.households.size, np.float32), over="households")

    def _electric_odds(self, city: Any, p: SimpleNamespace, rows: Array) -> Array:
        """Log-odds that households' new cars are electric, without the constant."""
        shift = self.offered("electric_utility", np.zeros(city.households.size, np.float32), over="households")
        gap = float(self.offered("electric_price", p.electric_price_gap))
        anxiety = float(self.offered("range_anxiety", p.range_anxiety))
        return ownership.electric_log_odds(city, p, gap, anxiety, shift, rows)

    def _shifts(self, city: Any, p: SimpleNamespace, year: int) -> travel.Shifts:
        """Everything that technologies change in travel this year."""
        persons = city.persons.size
        monthly = np.asarray(city.households["income"]) / 12.0
        online = self.coupled("online_substitution")
        return travel.Shifts(
            car_time=float(self.offered("car_time", 1.0)),
            ride_time=float(self.offered("public_transport_time", 1.0)),
            wait_time=float(self.offered("public_transport_wait", 1.0)),
            car_cost=float(self.offered("car_cost", p.car_km_cost * p.car_cost_factor)),
            parking=np.asarray(self.offered("parking_minutes", p.parking_minutes)),
            public_transport=float(self.offered("public_transport_utility", 0.0)),
            car=self.offered("car_utility", np.zeros(persons, np.float32), over="persons"),
            bike=self.offered("bike_utility", np.zeros(persons, np.float32), over="persons"),
            occupancy=float(self.offered("car_occupancy", p.car_occupancy_commute)),
            delivery_km=float(self.offered("delivery_km", p.delivery_km)) if online else p.delivery_km,
            autonomous=modes.autonomous_adoption(year, p, monthly, float(self.offered("autonomous_utility", 0.0))),
        )

    def _book_levers(self, city: Any, p: SimpleNamespace, before: SimpleNamespace) -> None:
        """Note what the year's offer costs the commune beyond that of the start."""
        people, start = city.persons.size, self.base.levels
        service = (p.public_transport_level - start.public_transport_level) * p.public_transport_cost
        self.book("public_transport", service * people, payer="commune", payee="operators")
        built = max(p.bike_level - before.bike_level, 0.0) * p.bike_level_cost
        kept = (p.bike_level - start.bike_level) * p.bike_upkeep_cost
        self.book("bike_network", (built + kept) * people, payer="commune", payee="businesses")
        calmed = max(p.speed30_share - before.speed30_share, 0.0) * p.speed30_cost
        self.book("speed_limits", calmed * people, payer="commune", payee="businesses")
