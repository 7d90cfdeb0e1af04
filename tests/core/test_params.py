"""Values: dated, vector, bounded, sourced, with provenance."""

import numpy as np
import pytest

from citysim.core.declare import Param
from citysim.core.params import CITY, COMMAND_LINE, Layer, resolve
from citysim.core.problems import ParameterError
from citysim.core.sources import Source, SourceBook
from citysim.core.units import UNITS, annual_probability, require_unit

RATE = Param("1/year", "a rate", low=0, high=1)
BOOK = SourceBook({"somebody_2020": Source("somebody_2020", "Somebody", "Title", 2020, "somewhere", "seen")})


def file(**entries):
    return Layer("configs/domain/housing.yaml", "domain", {"housing": entries})


def group(**entries):
    return Layer("configs/policy/frugal.yaml", "policy", {"housing": entries})


def command(**entries):
    return Layer(COMMAND_LINE, "", {"housing": entries})


def entry(value, **more):
    return {"value": value, "source": "somebody_2020", **more}


def at(param, year, *layers):
    return resolve({"housing": {"p": param}}, layers, BOOK).at("housing", year).p


def lines(param, *layers):
    with pytest.raises(ParameterError) as error:
        resolve({"housing": {"p": param}}, layers, BOOK)
    return [str(problem) for problem in error.value.problems]


def test_plain_value_holds_in_every_year():
    assert at(RATE, 2025, file(p=entry(0.1))) == at(RATE, 2050, file(p=entry(0.1))) == 0.1


@pytest.mark.parametrize(
    ("year", "expected"), [(2020, 0.2), (2025, 0.2), (2030, 0.3), (2035, 0.4), (2045, 0.4), (2060, 0.4)]
)
def test_linear_between_dates_constant_outside(year, expected):
    assert at(RATE, year, file(p=entry({2025: 0.2, 2035: 0.4, 2050: 0.4}))) == pytest.approx(expected)


def test_step_waits_for_the_date():
    layer = file(p=entry({2025: 0.2, 2032: 0.9}, path="step"))
    assert [at(RATE, year, layer) for year in (2025, 2031, 2032, 2040)] == [0.2, 0.2, 0.9, 0.9]


def test_logistic_meets_both_ends_and_the_middle():
    layer = file(p=entry({2025: 0.0, 2035: 1.0}, path="logistic"))
    values = [at(RATE, year, layer) for year in range(2025, 2036)]
    assert values[0] == 0.0
    assert values[-1] == 1.0
    assert values[5] == pytest.approx(0.5)
    assert all(np.diff(values) > 0)
    assert values[1] < 0.1


def test_dates_written_as_text_are_dates():
    assert at(RATE, 2030, file(p=entry({"2025": 0.2, "2035": 0.4}))) == pytest.approx(0.3)


def test_vector_in_declared_order_and_read_only():
    param = Param("1", "by mode", index=("walk", "car"))
    value = at(param, 2030, file(p=entry({"car": 2.0, "walk": 1.0})))
    assert value.tolist() == [1.0, 2.0]
    with pytest.raises(ValueError, match="read-only"):
        value[0] = 3


def test_dated_vector():
    param = Param("1", "by mode", index=("walk", "car"))
    value = at(param, 2030, file(p=entry({2025: {"walk": 0, "car": 1}, 2035: {"walk": 1, "car": 2}})))
    assert value.tolist() == [0.5, 1.5]
    assert not value.flags.writeable


def test_flags_and_choices():
    assert at(Param("flag", "on"), 2030, file(p=entry(True))) is True
    word = Param("1", "kind", choices=("low", "high"))
    assert at(word, 2030, file(p=entry({2025: "low", 2030: "high"}))) == "high"
    assert at(word, 2029, file(p=entry({2025: "low", 2030: "high"}))) == "low"


@pytest.mark.parametrize(
    ("param", "value", "expected"),
    [
        (RATE, 1.5, "1.5 is out of bounds; allowed: from 0 to 1 1/year"),
        (Param("1", "a share", low=0, high=1), 2.0, "2.0 is out of bounds; allowed: from 0 to 1$"),
        (RATE, -0.1, "out of bounds"),
        (RATE, {2025: 0.1, 2050: 7}, "7 is out of bounds"),
        (RATE, "much", "'much' has the wrong type"),
        (RATE, True, "True has the wrong type"),
        (RATE, None, "None has the wrong type"),
        (RATE, [1, 2], "wrong type"),
        (RATE, float("nan"), "wrong type"),
        (RATE, {"walk": 1}, "names walk make no sense here"),
        (RATE, {25: 0.1}, "dates 25 make no sense"),
        (Param("flag", "on"), 1, "allowed: true or false"),
        (
            Param("1", "kind", choices=("low", "high")),
            "hihg",
            "'hihg' is not a choice; allowed: low, high; nearest: high",
        ),
        (Param("1", "v", index=("walk", "car")), 1.0, "one value where one per name"),
        (Param("1", "v", index=("walk", "car")), {"walk": 1}, "no value for car"),
        (Param("1", "v", index=("walk", "car")), {"walk": 1, "cra": 1}, "unknown name 'cra'.*nearest: car"),
    ],
)
def test_value_refused_in_one_line(param, value, expected):
    (line,) = lines(param, file(p=entry(value)))
    assert line.startswith("domains.housing.p (configs/domain/housing.yaml): ")
    import re

    assert re.search(expected, line)


def test_unknown_path():
    (line,) = lines(RATE, file(p=entry({2025: 0.1, 2050: 0.2}, path="linaer")))
    assert "domains.housing.p.path" in line
    assert "nearest: linear" in line


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (0.1, "a bare value in a file"),
        ({"value": 0.1}, "domains.housing.p.source (configs/domain/housing.yaml): missing"),
        ({"value": 0.1, "source": "sombody_2020"}, "unknown source 'sombody_2020'"),
        ({"value": 0.1, "source": "judgement"}, "domains.housing.p.range .configs"),
        ({"value": 0.1, "source": "override"}, "override is for the command line"),
        ({"value": 0.1, "source": "somebody_2020", "rnge": [0, 1]}, "p.rnge .*nearest: range"),
        ({"value": 0.1, "source": "somebody_2020", "range": [1, 0]}, "is not a range"),
        ({"value": 0.1, "source": "somebody_2020", "range": 0.1}, "is not a range"),
        ({"value": 0.1, "source": "somebody_2020", "range": [0, 3]}, "leaves the bounds"),
        ({"value": 0.1, "source": "somebody_2020", "range": [0.2, 0.3]}, "lies outside its own range"),
    ],
)
def test_evidence_refused(raw, expected):
    import re

    (line,) = lines(RATE, file(p=raw))
    assert re.search(expected.replace("(", r"\(").replace(")", r"\)"), line), line


def test_nearest_source():
    (line,) = lines(RATE, file(p={"value": 0.1, "source": "sombody_2020"}))
    assert line.endswith("nearest: somebody_2020")


def test_declared_and_not_given():
    (line,) = lines(RATE)
    assert line.startswith("domains.housing.p (configs/domain/housing.yaml): no value for a declared parameter")


def test_given_and_not_declared():
    found = lines(RATE, file(p=entry(0.1), q=entry(1.0)))
    assert found[0].startswith("domains.housing.q")
    assert "unknown parameter" in found[0]


def test_bare_override_keeps_range_and_is_recorded():
    layers = file(p=entry(0.1, range=[0.05, 0.2])), command(p=0.15)
    (row,) = resolve({"housing": {"p": RATE}}, layers, BOOK).rows()
    assert (row["value"], row["source"], row["set_by"]) == (0.15, "override", "command line")
    assert row["range"] == [0.05, 0.2]


def test_dated_override_replaces_all_dates():
    layers = file(p=entry({2025: 0.2, 2030: 0.9, 2050: 0.2})), command(p={2025: 0.2, 2050: 0.4})
    assert at(RATE, 2030, *layers) == pytest.approx(0.24)


def test_new_value_under_unchanged_source_is_refused():
    found = lines(RATE, file(p=entry(0.1)), command(p={"value": 0.2}))
    assert found == [
        "domains.housing.p.value (command line): a new value under the unchanged source somebody_2020; "
        "allowed: write domains.housing.p=<value> (recorded as source: override), or give domains.housing.p.source too"
    ]
    assert at(RATE, 2030, file(p=entry(0.1)), command(p={"value": 0.2, "source": "override"})) == 0.2


def test_same_value_again_is_no_change():
    assert at(RATE, 2030, file(p=entry(0.1)), command(p={"value": 0.1})) == 0.1


def test_group_sets_value_with_its_own_source():
    layers = file(p=entry(0.1, range=[0, 0.5])), group(p={"value": 0.7, "source": "judgement", "range": [0.6, 0.8]})
    (row,) = resolve({"housing": {"p": RATE}}, layers, BOOK).rows()
    assert (row["value"], row["source"], row["set_by"]) == (0.7, "judgement", "configs/policy/frugal.yaml")
    assert row["range"] == [0.6, 0.8]


def test_years_are_cached_and_consistent():
    parameters = resolve({"housing": {"p": RATE}}, [file(p=entry({2025: 0.2, 2035: 0.4}))], BOOK)
    assert parameters["housing"].at(2030) is parameters["housing"].at(2030)


def test_annual_probability():
    assert annual_probability(0.0) == 0.0
    np.testing.assert_allclose(annual_probability([0.1, 1.0]), 1 - np.exp([-0.1, -1.0]))
    assert annual_probability(1e-12) == pytest.approx(1e-12)


def test_units_are_a_closed_list():
    for unit in UNITS:
        require_unit(unit)
    with pytest.raises(ValueError, match="nearest: 'EUR/month'"):
        require_unit("EUR/mnth")


def city(**entries):
    return Layer("configs/city/town.yaml", CITY, {"housing": entries})


def test_the_past_of_a_city_comes_before_any_future():
    future = Param("1", "what is to come", role="exogenous", low=0, high=9)
    layers = (file(p=entry({2025: 2.0})), group(p=entry({2025: 2.0, 2050: 4.0})), city(p=entry({2009: 1.0, 2023: 1.8})))
    resolved = resolve({"housing": {"p": future}}, layers, BOOK, 2009)
    assert [resolved.at("housing", year).p for year in (2000, 2009, 2016, 2024, 2050)] == [1.0, 1.0, 1.4, 1.9, 4.0]
    assert resolved["housing"].parameters["p"].entry.origin == "configs/policy/frugal.yaml"
    assert "configs/city/town.yaml" in resolved["housing"].parameters["p"].entry.note


def test_a_level_of_a_city_stands_for_that_of_the_domain_and_yields_to_the_command_line():
    layers = (file(p=entry(0.1)), city(p=entry(0.3)))
    assert at(RATE, 2025, *layers) == 0.3
    assert at(RATE, 2025, *layers, command(p=0.2)) == 0.2
