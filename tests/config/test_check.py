"""Settings that make no sense are refused before the first year, each reason in one line."""

import re

import pytest

from citysim.config import ConfigError, check, compose
from citysim.config.check import incomplete_option
from citysim.config.folders import SCENARIO_GROUPS, options


def lines(domains, *overrides):
    with pytest.raises(ConfigError) as error:
        check(compose(*overrides), domains)
    return [str(problem) for problem in error.value.problems]


def rewrite(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_resolves(folder, domains):
    parameters = check(compose(), domains)
    assert parameters["housing"].at(2030).rent_elasticity.tolist() == [0.2, 0.4]
    assert parameters["demography"].at(2050).total_fertility_rate == 1.55
    assert parameters["demography"].at(2025).life_expectancy_gain.tolist() == [3.9, 2.2]


@pytest.mark.parametrize("scenario", options("scenario"))
def test_every_shipped_scenario_passes(folder, domains, scenario):
    check(compose(f"scenario={scenario}"), domains)


@pytest.mark.parametrize(
    ("group", "option"), [(group, option) for group in SCENARIO_GROUPS for option in options(group)]
)
def test_every_option_says_all_that_its_group_says(group, option):
    assert incomplete_option(group, option) == []


@pytest.mark.parametrize(
    ("group", "option"),
    [("demographics", o) for o in options("demographics")] + [("adoption", o) for o in options("adoption")],
)
def test_every_option_can_be_chosen(folder, domains, group, option):
    check(compose(f"{group}={option}"), domains)


def test_wanted_options_exist():
    assert {"trend", "insee_central", "insee_low", "insee_high", "ageing", "refuge"} <= set(options("demographics"))
    assert {"trend", "frugal", "cooperation", "green_tech", "repair_gamble", "frozen"} <= set(options("adoption"))
    scenarios = {"trend", "frugal", "cooperation", "green_tech", "repair_gamble", "decline", "refuge", "shocks"}
    assert set(options("scenario")) == scenarios


def test_dated_override(folder, domains):
    config = compose("domains.demography.total_fertility_rate={2025: 1.8, 2050: 1.7}")
    parameters = check(config, domains)
    assert parameters["demography"].at(2050).total_fertility_rate == 1.7
    (row,) = [row for row in parameters.rows() if row["key"] == "domains.demography.total_fertility_rate"]
    assert (row["source"], row["set_by"]) == ("override", "command line")


def test_vector_override(folder, domains):
    config = compose("domains.housing.rent_elasticity={owner: 0.3, tenant: 0.5}")
    assert check(config, domains)["housing"].at(2030).rent_elasticity.tolist() == [0.3, 0.5]


def test_value_with_source(folder, domains):
    override = ("domains.housing.move_rate.value=0.12", "domains.housing.move_rate.source=judgement")
    assert check(compose(*override), domains)["housing"].at(2030).move_rate == 0.12


def test_provenance_names_the_file(folder, domains):
    rows = {row["key"]: row for row in check(compose("scenario=decline"), domains).rows()}
    assert rows["domains.housing.move_rate"]["set_by"] == "configs/domain/housing.yaml"
    assert rows["domains.housing.renovation_aid"]["set_by"] == "configs/policy/decline.yaml"
    assert rows["domains.demography.net_migration_rate"]["set_by"] == "configs/demographics/ageing.yaml"
    assert rows["domains.housing.renovation_aid"]["payer"] == "state"


@pytest.mark.parametrize(
    ("override", "expected"),
    [
        (
            "domains.housing.move_rate=2",
            "domains.housing.move_rate .command line.: 2 is out of bounds; allowed: from 0 to 1",
        ),
        ("domains.housing.move_rate={}", "move_rate .command line.: {} holds no value"),
        ("domains.housing.move_rate=often", "'often' has the wrong type"),
        ("domains.housing.move_rate.value=0.2", "a new value under the unchanged source somebody_2020"),
        ("domains.housing.move_rate={2025: 0.1, 2050: 3}", "3 is out of bounds"),
        ("domains.housing.rent_elasticity=0.3", "one value where one per name is needed; allowed: owner, tenant"),
        ("domains.housing.rent_elasticity={ownr: 0.3, tenant: 0.4}", "unknown name 'ownr'.*nearest: owner"),
        ("alignment=insee_central", "alignment .*assumes a fertility of 1.80, the scenario has 1.55"),
        ("domains.health.teleconsultation_ceiling=0.4", "exceeds the share that can be remote; allowed: up to 0.3"),
        ("scenario.targets.teleconsultation_share=0.5", "teleconsultation_share .command line.: 0.5 exceeds"),
        ("technologies.heat_pump.ceiling=1.5", "heat_pump.ceiling .command line.: 1.5 is out of bounds"),
        ("technologies.heat_pump.cost=cheap", "heat_pump.cost .command line.: 'cheap' has the wrong type"),
        ("technologies.heat_pump.adopter=cat", "heat_pump.adopter .command line.: 'cat' is unknown"),
        ("technologies.heat_pump.available=soon", "heat_pump.available .command line.: 'soon' has the wrong type"),
    ],
)
def test_override_refused(folder, domains, override, expected):
    (line,) = lines(domains, override)
    assert re.search(expected, line), line


def test_alignment_agrees_with_fitting_fertility(folder, domains):
    check(compose("alignment=insee_central", "demographics=insee_central"), domains)
    check(compose("alignment=insee_low"), domains)
    check(compose("scenario=frugal", "alignment=insee_central"), domains)


def test_impossible_retrofit_target(folder, domains):
    rewrite(folder / "scenario" / "frugal.yaml", "deep_retrofit_rate: 0.03", "deep_retrofit_rate: 0.08")
    (line,) = lines(domains, "scenario=frugal")
    assert "needs more hours than the renovation trades have" in line


def test_less_meat_needs_a_cause(folder, domains):
    rewrite(folder / "scenario" / "frugal.yaml", "short_chain_share: 0.4", "short_chain_share: 0.1")
    (line,) = lines(domains, "scenario=frugal")
    assert "meat_change" in line


def test_a_missing_key_of_an_option(folder, domains):
    rewrite(folder / "policy" / "frugal.yaml", "    land_limit:", "    # land_limit:")
    (line,) = lines(domains, "scenario=frugal")[:1]
    assert line == "domains.housing.land_limit (configs/policy/frugal.yaml): missing; other options of policy set it"


def test_no_value_at_the_horizon(folder, domains):
    rewrite(
        folder / "policy" / "frugal.yaml",
        "land_limit: {value: {2025: 0.6, 2050: 1.0}",
        "land_limit: {value: {2025: 0.6, 2040: 1.0}",
    )
    (line,) = lines(domains, "scenario=frugal")
    assert "no value for 2050" in line


def test_set_in_two_groups(folder, domains):
    for option in options("context"):
        path = folder / "context" / f"{option}.yaml"
        rewrite(path, "  housing:\n", "  housing:\n    land_limit: {value: 0.5, range: [0, 1], source: judgement}\n")
    assert any("also set in configs/context/trend.yaml" in line for line in lines(domains))


def test_unknown_source_of_the_city(folder, domains):
    rewrite(folder / "city" / "toyville.yaml", "judgement", "jugement")
    (line,) = lines(domains)
    assert line.startswith("city.assumptions.gp_per_100000.source (configs/city/toyville.yaml): unknown source")
    assert line.endswith("nearest: judgement")


def test_unknown_source_of_a_technology(folder, domains):
    rewrite(folder / "technology" / "heat_pump.yaml", "source: somebody_2020", "source: somebody_2021")
    (line,) = lines(domains)
    assert "technologies.heat_pump.cost.source" in line
    assert "nearest: somebody_2020" in line


def test_technology_with_unknown_key_and_quantity(folder, domains):
    rewrite(folder / "technology" / "heat_pump.yaml", "ceiling: 0.55", "ceiling: 0.55\nceilng: 0.5")
    rewrite(folder / "technology" / "heat_pump.yaml", "housing.heating", "housing.heatng")
    found = lines(domains)
    assert any("technologies.heat_pump.ceilng" in line and "nearest: ceiling" in line for line in found)
    assert any("no domain offers 'housing.heatng'" in line and "nearest: housing.heating" in line for line in found)


def test_technology_without_a_figure(folder, domains):
    rewrite(folder / "technology" / "heat_pump.yaml", "imitation: 0.22\n", "")
    (line,) = lines(domains)
    assert line == "technologies.heat_pump.imitation (configs/technology/heat_pump.yaml): missing"


def test_coupling_that_no_main_setting_lists(folder, domains):
    rewrite(folder / "config.yaml", "  housing_cost: true\n", "")
    (line,) = lines(domains)
    assert line.startswith("coupling.housing_cost (configs/config.yaml): missing; housing reads it")


def test_domain_without_a_class(folder, domains):
    del domains["health"]
    (line,) = lines(domains)
    assert line.startswith("domain (configs/domain/health.yaml): no class for 'health'")


def test_a_domain_left_out_is_not_checked(folder, domains):
    check(compose("domain=[demography]"), domains)


def test_a_scenario_without_a_title(folder):
    rewrite(folder / "scenario" / "frugal.yaml", "title_fr:", "titl_fr:")
    with pytest.raises(ConfigError) as error:
        compose("scenario=frugal")
    assert "scenario.titl_fr (configs/scenario/frugal.yaml): unknown key" in str(error.value)
    assert "nearest: title_fr" in str(error.value)
