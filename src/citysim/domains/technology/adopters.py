"""Households, people and businesses that take up technologies they see around them.

h_i = [p + q (1/2 A_zone + 1/2 A_acquaintances) / m] * eagerness_i,  adopted if u_i < 1 - exp(-h_i) and v_i < m
with u_i a draw of the year and v_i a draw for life: a share m at most ever adopts (Bass 1969 at agent level). Shares
are those of last year. Acquaintances are eight keyed others: four of the zone, two of the place of work, two of
the same birth decade and education, one in ten of them anywhere (Watts and Strogatz 1998).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from citysim.core.draws import Draws, Keys
from citysim.core.kernels import diffusion
from citysim.core.kernels.circles import circle_tables
from citysim.core.kernels.columns import carried, has_bit, rows_where, sums_by_link
from citysim.core.kernels.draws import uniform
from citysim.core.technology import NEW_AGENT, TABLE_OF_ADOPTER, Technology, parents_first
from citysim.domains.technology.eligibility import Eligibility
from citysim.domains.technology.profiles import CLASSES, People, Profile, circles_of, profile_of
from citysim.domains.technology.rates import eagerness, shift_share, start_level

Floats = NDArray[np.float64]
Masks = NDArray[np.uint64]
ONE = np.uint64(1)
LIFE = 0  # the year under which draws for life are keyed


class Adopters:
    """All agents of one kind and the entries of the catalogue that they decide on.

    Parameters
    ----------
    kind
        household, person or business.
    catalogue
        All entries.
    """

    def __init__(self, kind: str, catalogue: Sequence[Technology]) -> None:
        self.kind = kind
        self.table = TABLE_OF_ADOPTER[kind]
        self.rows = np.array([row for row, entry in enumerate(catalogue) if entry.adopter == kind], dtype=np.int64)
        self.entries = [catalogue[row] for row in self.rows]
        self.number = len(self.entries)
        self.eligibility = Eligibility(kind, [entry.requires for entry in self.entries])
        self.given = Eligibility(kind, [entry.held_where or None for entry in self.entries])
        self.ceiling = self._array("ceiling")
        self.start_share = self._array("start_share")
        self.available = self._array("available")
        self.per_worker = np.array([entry.cost_unit.startswith("EUR/person") for entry in self.entries], dtype=bool)
        self.at_home = np.array([entry.home_bound for entry in self.entries], dtype=bool)
        self.home_bound = self._mask(entry.home_bound for entry in self.entries)
        self.lapses = np.array([entry.lapses for entry in self.entries], dtype=bool)
        bit = {entry.name: index for index, entry in enumerate(self.entries)}
        self.prerequisites = np.array(
            [sum(1 << bit[name] for name in entry.prerequisites if name in bit) for entry in self.entries], np.uint64
        )
        position = {entry.name: row for row, entry in enumerate(catalogue)}
        self.outside: dict[int, np.uint64] = {}  # rows of prerequisites held by others: bits that need them
        for index, entry in enumerate(self.entries):
            for name in entry.prerequisites:
                if name not in bit:
                    row = position[name]
                    self.outside[row] = self.outside.get(row, np.uint64(0)) | ONE << np.uint64(index)
        place = {row: index for index, row in enumerate(self.rows.tolist())}
        self.order = [place[row] for row in parents_first(catalogue) if row in place]
        self.local = np.zeros((self.number, 1))
        self.users = np.zeros(self.number, dtype=np.int64)
        self.eligible = np.zeros(self.number, dtype=np.int64)
        self.share = self.start_share.copy()
        self.norm = np.ones(self.number)
        self._life: Keys | None = None

    def _array(self, field: str) -> Floats:
        return np.array([getattr(entry, field) for entry in self.entries], dtype=np.float64)

    @staticmethod
    def _mask(flags: Any) -> np.uint64:
        return np.uint64(sum(1 << index for index, flag in enumerate(flags) if flag))

    def factors(self, costs: Floats, params: Any, profile: Profile) -> Floats:
        """Eagerness of each entry and class, mean 1 over the base year's eligible agents, [T, classes]."""
        net = costs * (1.0 - self._array("aid"))
        sizes = np.where(self.per_worker[:, None], profile.size, 1.0)
        income, digital = (
            np.array([entry.gradient.get(name, response) for entry in self.entries], dtype=np.float64)[:, None]
            for name, response in (("income", params.income_response), ("digital", params.digital_response))
        )
        relative = net[:, None] * sizes / profile.income
        raw = eagerness(relative, profile.wealth, profile.digital, params.price_response, income, digital)
        return raw / self.norm[:, None]

    def start(
        self, city: Any, draws: Draws, costs: Floats, params: Any, people: People, equipped: Masks, willing: Floats
    ) -> None:
        """Give the base year's stock to those who are the most likely to have it.

        Parameters
        ----------
        costs
            [T], EUR.
        equipped
            uint64 [n], bits of the entries whose prerequisites outside this kind are met.
        willing
            [T], share of those who are ready who may ever adopt.
        """
        profile = profile_of(self.kind, city, people)
        keys = decision_keys(self.kind, city)
        homes = home_keys(self.kind, city, keys)
        eligible = self.eligibility.masks(city)
        allowed = eligible & equipped
        factor = self.factors(costs, params, profile)
        held = self.given.masks(city)
        for index in self.order:
            if self.entries[index].held_where:
                continue
            bit = ONE << np.uint64(index)
            may = has_bit(allowed, np.uint64(index)) & ((held & self.prerequisites[index]) == self.prerequisites[index])
            counted = sums_by_link(profile.kind, CLASSES, where=has_bit(eligible, np.uint64(index)))
            if counted.sum():
                self.norm[index] = float((factor[index] * counted).sum() / counted.sum())
            may &= self.for_life(draws, index, keys, homes) < willing[index]
            number = sums_by_link(profile.kind, CLASSES, where=may).astype(np.float64)
            level = start_level(factor[index], number, self.start_share[index] * counted.sum())
            chance = np.minimum(level * factor[index], 1.0)[profile.kind]
            drawn = draws.uniform(f"technology.start.{self.entries[index].name}", keys)
            held[np.flatnonzero(may & (drawn < chance))] |= bit
        city.table(self.table)["technologies"] = held

    def for_life(self, draws: Draws, index: int, keys: Keys, homes: Keys) -> Floats:
        """Draw, once for ever, how far an entry must be able to spread for each agent, or its home, to take it."""
        owners = homes if self.at_home[index] else keys
        return uniform(Draws(draws.seed, LIFE).stream(f"technology.for_life.{self.entries[index].name}"), owners)

    def _life_streams(self, draws: Draws) -> Keys:
        """State of the draws for life of each entry, uint64 [T]; the same in all years of a run."""
        if self._life is None:
            life = Draws(draws.seed, LIFE)
            states = [life.stream(f"technology.for_life.{entry.name}") for entry in self.entries]
            self._life = np.array(states, dtype=np.uint64)
        return self._life

    def equip_newcomers(
        self,
        city: Any,
        draws: Draws,
        keys: Keys,
        factor: Floats,
        allowed: Masks,
        given: Masks,
        profile: Profile,
        willing: Floats,
    ) -> None:
        """Let agents that are new bring what agents like them have by now.

        The places they come from have not stood still: a donor's stock of the base year would hold diffusion back.
        """
        held = city.table(self.table)["technologies"]
        new = rows_where(held >= NEW_AGENT)  # the highest bit
        if not new.size:
            return
        mask = held[new] & given[new]
        keys = keys[new]
        classes, allowed = profile.kind[new], allowed[new]
        ready_share = np.minimum(self.ceiling / np.maximum(willing, 1e-9), 1.0)
        among = np.minimum(self.share / np.maximum(ready_share * willing, 1e-9), 1.0)
        brought = np.array([index for index in self.order if not self.at_home[index]], dtype=np.int64)
        streams = np.stack([np.zeros_like(self.prerequisites), self._life_streams(draws)])
        for index in brought:  # what is fixed in the home is found there, or not
            streams[0, index] = draws.claim(f"technology.newcomer.{self.entries[index].name}", keys)
        mask = diffusion.equip(
            streams, keys, mask, allowed, brought, self.prerequisites, willing,
            shift_share(among[:, None], factor), classes,
        )  # fmt: skip
        held[new] = mask | (held[new] & self.home_bound)

    def spread(
        self,
        city: Any,
        year: int,
        draws: Draws,
        keys: Keys,
        factor: Floats,
        allowed: Masks,
        ceiling: Floats,
        willing: Floats,
        people: People,
        profile: Profile,
        params: Any,
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Adopt and give up for one year; new adopters and leavers by entry, int64 [T]."""
        on_sale = year >= self.available
        innovation = self._array("innovation") * on_sale
        imitation = self._array("imitation") * params.imitation_factor * on_sale
        held = city.table(self.table)["technologies"]
        circle_stream = Draws(draws.seed, LIFE).stream("technology.circle")
        circles, groups = circles_of(self.kind, city, people)
        table = circle_tables(circle_stream, keys, held, circles, groups)
        highest = innovation + imitation * 0.5 * (1.0 + self.local.max(axis=1, initial=0.0))
        bound = -np.expm1(-highest[:, None] * factor)
        names = [entry.name for entry in self.entries]
        streams = np.array(
            [
                [draws.claim(f"technology.{name}", keys) for name in names],
                self._life_streams(draws),
            ],
            dtype=np.uint64,
        )
        after, gained, lost = diffusion.spread(
            streams,
            circle_stream,
            keys,
            home_keys(self.kind, city, keys),
            self.at_home,
            held,
            allowed,
            circles,
            table,
            groups,
            profile.kind,
            float(params.rewiring),
            innovation,
            imitation,
            self.local,
            factor,
            self._array("lifetime"),
            bound,
            ceiling,
            willing,
            self._array("abandonment"),
            self.prerequisites,
            self.lapses,
        )
        city.table(self.table)["technologies"] = after
        return gained, lost

    def mean_size(self, city: Any) -> Floats:
        """Mean number of jobs of the businesses that use each entry priced by worker, [T]; 1 for the others."""
        held, size = city.businesses["technologies"], city.businesses["size"]
        sizes = np.ones(self.number)
        for index in np.flatnonzero(self.per_worker):
            users = (held & (ONE << np.uint64(index))) != 0
            if users.any():
                sizes[index] = float(size[users].mean())
        return sizes

    def count(self, city: Any, people: People, codes: list[NDArray[np.uint8]], eligible: Masks) -> None:
        """Count users: by zone for next year's imitation, and for the whole city."""
        held = city.table(self.table)["technologies"]
        zone = people.zone if self.kind == "person" else city.table(self.table)["zone"]
        zones = city.zones.size
        users = diffusion.bit_counts(held & eligible, zone, zones)[:, : self.number]
        number = self.eligibility.counts(codes, zone, zones)
        self.local = np.minimum((users / np.maximum(number, 1)).T / np.maximum(self.ceiling, 1e-9)[:, None], 1.0)
        self.users = users.sum(axis=0)
        self.eligible = number.sum(axis=0)
        self.share = self.users / np.maximum(self.eligible, 1)


def decision_keys(kind: str, city: Any) -> Keys:
    """Keys under which agents of a kind decide."""
    if kind == "household":
        return city.household_decision_keys()
    return city.persons.key if kind == "person" else city.businesses.key


def home_keys(kind: str, city: Any, keys: Keys) -> Keys:
    """Keys of the homes of households; of those who have none, and of other agents, their own `keys`."""
    if kind != "household" or not city.dwellings.size:
        return keys
    dwelling = city.households["dwelling"]
    homes = carried(city.dwellings.key, dwelling, np.uint64(0))
    without = np.flatnonzero(dwelling < 0)
    homes[without] = keys[without]
    homes.flags.writeable = False
    return homes
