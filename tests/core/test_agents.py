"""Handles on rows behave as Mesa agents, on the Mesa that is installed."""

from __future__ import annotations

import gc

import mesa
import numpy as np
import pytest

from citysim.city.agents import Business, Household, Person, Worker
from citysim.config.compose import compose
from citysim.core.agents import DeadAgentError
from citysim.model import CityModel


def test_agent_sets_hold_everybody_once(live):
    model = live()
    by_type = model.agents_by_type
    assert set(by_type) == {Household, Person, Worker, Business}
    assert len(by_type[Household]) == model.city.households.size
    assert len(by_type[Person]) + len(by_type[Worker]) == model.city.persons.size
    assert len(model.agents) == sum(len(by_type[kind]) for kind in by_type)
    assert all(isinstance(agent, mesa.Agent) for agent in list(model.agents)[:50])


def test_sets_survive_garbage_collection_and_select(live):
    households = live().agents_by_type[Household]
    gc.collect()
    large = households.select(lambda household: household.size >= 4)
    gc.collect()
    assert 0 < len(large) < len(households)
    assert all(household.size >= 4 for household in large)
    assert len(households.select(at_most=10)) == 10


def test_agg_get_do_and_sort_work(live):
    model = live()
    workers = model.agents_by_type[Worker]
    wage = model.city.persons["wage"]
    assert workers.agg("wage", max) == pytest.approx(float(wage.max()))
    assert workers.get("age") == [worker.age for worker in workers]
    seen = []
    workers.select(at_most=5).do(lambda worker: seen.append(worker.key))
    assert len(seen) == 5
    ages = workers.select(at_most=100).sort("age", ascending=True).get("age")
    assert ages == sorted(ages)


def test_identity_is_the_key(live):
    model = live()
    worker = next(iter(model.agents_by_type[Worker]))
    assert worker.unique_id == worker.key == int(model.city.persons.key[worker.row])


def test_reading_and_writing_goes_to_the_column():
    model = CityModel(compose("city=smallville", "domain=[demography]", "calendar.warmup=0"))
    household = next(iter(model.agents_by_type[Household]))
    household.income = 12_345.0
    assert model.city.households["income"][household.row] == 12_345.0
    assert household.income == 12_345.0
    with pytest.raises(AttributeError, match="no attribute 'incom'"):
        _ = household.incom


def test_a_handle_on_the_dead_raises():
    model = CityModel(compose("city=smallville", "domain=[demography]", "calendar.warmup=0"))
    people = list(model.agents_by_type[Person])
    for _ in range(2):
        model.step()
    alive = set(model.city.persons.key.tolist())
    gone = [person for person in people if person.key not in alive]
    assert gone
    with pytest.raises(DeadAgentError, match="no longer in the model"):
        _ = gone[0].age
    with pytest.raises(TypeError):
        people[0].remove()


def test_data_collector_reads_the_model():
    model = CityModel(compose("city=smallville", "domain=[demography]", "calendar.warmup=0"))
    collector = mesa.DataCollector(
        model_reporters={"people": lambda m: m.city.persons.size, "mean_size": mean_size},
    )
    for _ in range(2):
        model.step()
        collector.collect(model)
    frame = collector.get_model_vars_dataframe()
    assert frame["people"].tolist()[-1] == model.city.persons.size
    assert np.isfinite(frame["mean_size"]).all()


def mean_size(model):
    return model.agents_by_type[Household].agg("size", lambda sizes: sum(sizes) / len(sizes))


def test_a_model_runs_to_the_end_of_its_calendar():
    model = CityModel(compose("city=smallville", "domain=[demography]", "calendar.end=2027"))
    model.run_model()
    assert model.year == 2027
    assert model.steps == 3
    assert not model.running


def test_no_year_is_lived_after_the_last():
    model = CityModel(compose("city=smallville", "domain=[demography]", "calendar.end=2025", "calendar.warmup=0"))
    model.step()
    assert not model.running
    with pytest.raises(RuntimeError, match="end is 2025"):
        model.step()
    assert model.year == 2025


def test_a_model_without_settings_is_refused():
    with pytest.raises(TypeError, match="not NoneType"):
        CityModel(None)
