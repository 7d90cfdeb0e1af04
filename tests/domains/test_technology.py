"""Facts of diffusion that the engine has to show, and the parts that make them."""

from __future__ import annotations

import numpy as np
import pytest

from citysim.core.draws import Draws, mix_keys
from citysim.core.kernels import diffusion
from citysim.core.kernels.circles import circle_tables
from citysim.core.technology import TABLE_OF_ADOPTER, bit_of
from citysim.domains.technology.eligibility import Eligibility, code_of
from citysim.domains.technology.measures import fifths
from citysim.domains.technology.profiles import LEVELS, level_of
from citysim.domains.technology.rates import bass_step, start_level

YEARS = 26


def series(model, measure, group):
    rows = [
        row for row in model.history if row.domain == "technology" and row.measure == measure and row.group == group
    ]
    return np.array([row.value for row in sorted(rows, key=lambda row: row.year)])


@pytest.fixture(scope="module")
def lived(live):
    return live((), YEARS)


def test_published_diffusion_is_met_by_bass_steps():
    """p = 0.03, q = 0.38 reach 78 % after 10 years, 98 % after 15 (Sultan, Farley and Lehmann 1990; Bass equation)."""
    share, path = 0.0, []
    for _ in range(15):
        share = float(bass_step(share, 1.0, 0.03, 0.38))
        path.append(share)
    assert path[9] == pytest.approx(0.78, abs=0.06)
    assert path[14] == pytest.approx(0.98, abs=0.02)


def test_smartphones_in_france_are_met_by_bass_steps():
    """Smartphones, share of people of 12 and more (Arcep, Credoc: Baromètre du numérique), fitted to 2011-2016 only."""
    seen = [0.17, 0.29, 0.39, 0.46, 0.58, 0.65]
    path = [seen[0]]
    for _ in seen[1:]:
        path.append(float(bass_step(path[-1], 0.92, 0.0927, 0.234)))
    assert np.max(np.abs(np.array(path) - seen)) < 0.025


def test_agents_alike_follow_the_bass_equation():
    """Without differences and with many agents, the engine's share is the solution of the Bass equation."""
    number, zones, ceiling, innovation, imitation = 40_000, 8, 0.6, 0.01, 0.4
    keys = mix_keys("alike", np.arange(number))
    zone = np.arange(number) % zones
    circles = np.stack([zone, np.full(number, -1), np.full(number, -1)]).astype(np.int16)
    held, path, share = np.zeros(number, np.uint64), [], 0.0
    everything = np.full(number, 1, np.uint64)
    for year in range(15):
        counts = diffusion.bit_counts(held, zone, zones)[:, :1]
        around = np.minimum(counts / (number / zones) / ceiling, 1.0).T
        groups = (zones, 1, 1)
        table = circle_tables(np.uint64(5), keys, held, circles, groups)
        streams = np.array([[Draws(1, 2025 + year).stream("alike")], [Draws(1, 0).stream("life")]], np.uint64)
        held, _, _ = diffusion.spread(
            streams, np.uint64(5), keys, keys, np.array([False]), held, everything, circles,
            table, groups, np.zeros(number, np.int16), 0.1, np.array([innovation]), np.array([imitation]),
            around, np.ones((1, 1)), np.zeros(1), np.ones((1, 1)), np.array([ceiling]), np.array([ceiling]),
            np.zeros(1), np.zeros(1, np.uint64), np.zeros(1, bool),
        )  # fmt: skip
        share += (1.0 - np.exp(-(innovation + imitation * share / ceiling))) * (ceiling - share)
        path.append(abs((held > 0).mean() - share))
    assert share > 0.3
    assert max(path) < 0.02


def test_the_base_year_is_anchored(live):
    model = live((), 1)
    for row, entry in enumerate(model.technologies):
        if entry.adopter in ("household", "person") and not entry.held_where and entry.start_share >= 0.1:
            grown = float(bass_step(entry.start_share, entry.ceiling, entry.innovation, entry.imitation))
            share = float(model.city.technologies["share"][row])
            assert share == pytest.approx(grown, rel=0.25), entry.name


@pytest.mark.parametrize("name", ["smart_thermostat", "rooftop_solar", "electric_bike", "generative_ai"])
def test_a1_shares_rise_along_an_s(lived, name):
    """A1: growth is fastest between a tenth and nine tenths of the way, not at its ends."""
    share = series(lived, "adoption_share", name)
    growth = np.convolve(np.diff(share), np.ones(5) / 5, mode="valid")
    assert share[-1] > share[0] + 0.15
    peak = int(np.argmax(growth))
    assert growth[peak] > growth[-1]
    assert share[0] < share[peak + 2] < share[-1]
    assert np.all(np.diff(share) > -0.06)  # some hundred businesses, which open and close


def test_a2_adopters_cluster_by_income(lived):
    """A2: in the middle of diffusion the richest fifth is ahead for nearly all that costs money."""
    ahead = [
        series(lived, "adoption_gap", name)[2:15].mean()
        for name in ("rooftop_solar", "smart_thermostat", "heat_pump_water_heater", "fast_internet", "demand_response")
    ]
    assert sum(gap > 0.0 for gap in ahead) >= 4
    assert 0.01 < np.mean(ahead) < 0.35


def test_a3_few_give_up(lived):
    """A3: less than one use in twenty is given up in a year."""
    rate = series(lived, "abandonment_rate", "all")
    assert np.all((rate > 0.0) & (rate < 0.05))


def test_a4_the_gap_opens_and_closes(lived):
    """A4: the gap between rich and poor is larger on the way than at the start and the end."""
    gaps = np.mean(
        [
            series(lived, "adoption_gap", name)
            for name in ("rooftop_solar", "smart_thermostat", "heat_pump_water_heater", "heat_pump", "demand_response")
        ],
        axis=0,
    )
    smooth = np.convolve(gaps, np.ones(5) / 5, mode="valid")
    peak = int(np.argmax(smooth))
    assert smooth[peak] > smooth[0]
    assert smooth[peak] > smooth[-1]
    assert 0 < peak < smooth.size - 1


def test_nobody_holds_what_the_catalogue_does_not_have(lived):
    for kind, table in TABLE_OF_ADOPTER.items():
        number = sum(entry.adopter == kind for entry in lived.technologies)
        masks = lived.city.table(table)["technologies"]
        # agents that arrived after the engine acted carry the mark of newcomers, the last bit, until it acts again
        assert not np.any(masks & ~np.uint64((1 << number) - 1 | 1 << 63))


def test_what_is_fixed_stays_with_the_home(lived):
    city, technologies = lived.city, lived.technologies
    position = next(row for row, entry in enumerate(technologies) if entry.name == "rooftop_solar")
    bit = np.uint64(1) << np.uint64(bit_of(technologies, position))
    dwelling = city.households["dwelling"]
    home = np.flatnonzero(dwelling >= 0)
    same = (city.households["technologies"][home] & bit) == (city.dwellings["technologies"][dwelling[home]] & bit)
    assert same.mean() > 0.99


def test_costs_fall_by_learning_and_are_paid(lived):
    row = next(row for row, entry in enumerate(lived.technologies) if entry.name == "rooftop_solar")
    entry = lived.technologies[row]
    assert 0.4 < lived.city.technologies["cost"][row] / entry.cost < 0.75
    payers = {
        payer for (domain, _, payer, _), amount in lived.ledger.entries.items() if domain == "technology" and amount > 0
    }
    assert payers >= {"households", "commune", "businesses", "state"}


def test_the_level_of_the_start_meets_the_number_of_adopters():
    factor, number = np.array([0.2, 1.0, 5.0]), np.array([500.0, 300.0, 50.0])
    level = start_level(factor, number, 200.0)
    assert (number * np.minimum(level * factor, 1.0)).sum() == pytest.approx(200.0, abs=1e-6)
    assert start_level(factor, number, 900.0) == np.inf


def test_levels_and_fifths():
    levels = level_of(np.array([1.0, 6_000.0, 24_000.0, 90_000.0, 1e7]), 6_000.0, 90_000.0)
    assert levels.tolist() == [0, 0, 8, LEVELS - 1, LEVELS - 1]
    assert fifths(np.arange(10, dtype=np.int16)).tolist() == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]


def test_unknown_codes_are_refused_by_name():
    with pytest.raises(ValueError, match="allowed: owner_outright"):
        code_of("tenure", "squatter")
    with pytest.raises(ValueError, match="min and max"):
        Eligibility("person", [{"age": {"over": 3}}])._test(Town(), "age", {"over": 3})


class Town:
    """Three people and nothing else."""

    def table(self, name):
        return {"age": np.array([20, 30, 40])} if name == "persons" else {}
