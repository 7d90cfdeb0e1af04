"""Composition: files, groups and overrides become one typed configuration."""

import re

import pytest

from citysim.config import ConfigError, compose


def refused(*overrides):
    """The lines that a refusal prints."""
    with pytest.raises(ConfigError) as error:
        compose(*overrides)
    return [str(problem) for problem in error.value.problems]


def test_defaults(folder):
    config = compose()
    assert (config.seed, config.seeds, config.scale) == (1, 1, 1.0)
    assert (config.calendar.start, config.calendar.end, config.calendar.warmup) == (2025, 2050, 2)
    assert config.snapshots == (2025, 2035, 2050)
    assert config.domains == ("demography", "housing", "health")
    assert config.choices.scenario == "trend"
    assert config.scenario.title_fr == "Tendanciel"
    assert all(config.coupling.values())
    assert len(config.coupling) > 10


def test_domain_list_is_selection_and_order(folder):
    assert compose("domain=[housing,demography]").domains == ("housing", "demography")
    assert compose("domain=housing").domains == ("housing",)


def test_every_technology_unless_named(folder):
    assert compose().choices.technology == ("heat_pump",)
    assert compose("technology=all").choices.technology == ("heat_pump",)
    assert compose("technology=[]").choices.technology == ()


def test_scenario_selects_options(folder):
    choices = compose("scenario=decline").choices
    assert (choices.demographics, choices.adoption, choices.policy) == ("ageing", "decline", "decline")


def test_command_line_wins_over_scenario(folder):
    choices = compose("scenario=frugal", "policy=trend").choices
    assert (choices.policy, choices.context) == ("trend", "frugal")
    choices = compose("policy=trend", "scenario=frugal").choices
    assert (choices.policy, choices.context) == ("trend", "frugal")


def test_main_overrides(folder):
    config = compose("seed=7", "scale=0.1", "calendar.end=2030", "coupling.heat=false", "output.root=elsewhere")
    assert (config.seed, config.scale, config.calendar.end) == (7, 0.1, 2030)
    assert config.coupling["heat"] is False
    assert config.output.root == "elsewhere"
    assert compose("calendar={end: 2040}").calendar.start == 2025


def test_city_path(folder):
    assert compose("city.path=my_city/").city["path"] == "my_city/"


def test_own_city_with_its_own_settings(folder, tmp_path):
    mine = tmp_path / "my_city"
    mine.mkdir()
    (mine / "city.yaml").write_text(
        "title: Mine\nassumptions:\n  gp_per_100000: {value: 60, range: [55, 95], source: judgement}\n",
        encoding="utf-8",
    )
    config = compose(f"city.path={mine}")
    assert (config.city["title"], config.city["name"]) == ("Mine", "my_city")
    assert config.city["assumptions"]["gp_per_100000"]["value"] == 60
    assert config.city_folder == mine
    again = compose(f"city.path={mine}", "city.assumptions.gp_per_100000=65")
    assert again.city["assumptions"]["gp_per_100000"]["value"] == 65


def test_bare_city_figure_keeps_its_range(folder):
    figure = compose("city.assumptions.gp_per_100000=80").city["assumptions"]["gp_per_100000"]
    assert figure == {"value": 80, "range": [55, 95], "source": "override"}


@pytest.mark.parametrize(
    ("override", "expected"),
    [
        ("sede=2", "sede (command line): unknown key; allowed: .*nearest: seed$"),
        ("+sede=2", "sede .*unknown key.*nearest: seed$"),
        (
            "++calendar.ends=2030",
            "calendar.ends .*unknown key; allowed: start, end, warmup; nearest: calendar.end$",
        ),
        ("coupling.heatt=false", "coupling.heatt .*unknown key.*nearest: coupling.heat$"),
        ("scenari=frugal", "scenari .*nearest: scenario$"),
        ("polcy=trend", "polcy .*nearest: policy$"),
        ("scenario=frugl", "scenario .*unknown option 'frugl'; allowed: .*shocks, trend; nearest: frugal$"),
        ("demographics=insee", "demographics .*unknown option 'insee'"),
        ("domain=[housing,workk]", "domain .*unknown option 'workk'"),
        ("domain=[housing,housing]", "domain .*named twice"),
        ("domain=[]", "domain .*no domain would live"),
        ("domains.housing.move_rat=0.1", "domains.housing.move_rat .*nearest: domains.housing.move_rate$"),
        (
            "domains.housng.move_rate=0.1",
            "domains.housng.move_rate .*not a domain of this run.*nearest: housing$",
        ),
        (
            "domains.mobility.bike_level=2",
            "domains.mobility.bike_level .*'mobility' is not a domain of this run",
        ),
        ("seed=abc", "seed .command line.: 'abc' is refused; allowed: a whole number"),
        ("seed=1.5", "seed .*1.5 is refused"),
        ("seeds=0", "seeds .*0 is refused"),
        ("scale=0.3", "scale .*0.3 is refused; allowed: 1/n"),
        ("scale=true", "scale .*True is refused"),
        ("force=1", "force .*allowed: true or false"),
        ("alignment=insee_lo", "alignment .*allowed: none, insee_low, .*nearest: insee_low$"),
        ("calendar.end=2020", "calendar.end .*refused"),
        ("calendar.start=2040 calendar.end=2030", "calendar.end .*before the start"),
        ("snapshots=[2025,2060]", "snapshots .*2060 is not simulated"),
        ("snapshots=[2035,2035]", "snapshots .*a list of years, each once"),
        ("seed=-1", "seed .*from 0 to 2147483647$"),
        ("snapshots=2050", "snapshots .*a list of years"),
        ("calendar=3", "calendar .*is a group of settings; allowed: start, end, warmup"),
        ("seed=1,2", "seed=1,2 .*several values for one run; allowed: one value, or citysim run -m"),
        ("~scenario", "~scenario .*cannot be removed"),
        ("hydra.verbose=true", "hydra.verbose=true .*belong to a sweep"),
        ("seed==1", "seed==1 .*not readable"),
        ("nonsense", "nonsense .*not readable as an override; allowed: key=value"),
        ("seed=[1", "seed=.1 .*not readable"),
        (
            "technologies.heat_pum.cost=3",
            "technologies.heat_pum.cost .*allowed: heat_pump; nearest: technologies.heat_pump.cost$",
        ),
        ("scenario.targets.electric_car_share=most", "electric_car_share .command line.: 'most' is refused"),
        ("domains.housing=5", "domains.housing .*is a group of settings; allowed: move_rate"),
        ("domains=5", "domains .*is a group of settings; allowed: demography, housing, health$"),
        ("domains.housing.move_rate.valu=3", "move_rate.valu .*a value is given whole.*nearest: value$"),
        ("city.pth=x", "city.pth .*nearest: city.path$"),
    ],
)
def test_refused_in_one_line(folder, override, expected):
    lines = refused(*override.split(" "))
    assert len(lines) == 1
    assert "\n" not in lines[0]
    assert re.search(expected.replace("(command line)", r"\(command line\)"), lines[0]), lines[0]


def test_all_problems_at_once(folder):
    assert len(refused("sede=2", "scale=0.3", "coupling.heatt=false")) == 3


def test_hash_depends_on_what_changes_results_only(folder):
    base = compose()
    assert base.hash == compose("output.root=elsewhere", "force=true").hash
    assert base.hash != compose("seed=2").hash
    assert base.hash != compose("domains.housing.move_rate=0.11").hash
    assert base.hash != compose("technology=[]").hash
    assert base.with_seed(2).hash == compose("seed=2").hash


def test_dates_of_a_scenario_replace_those_of_the_file(folder):
    entry = compose("demographics=insee_central").entries()["demography"]["total_fertility_rate"]
    assert entry["value"] == {2025: 1.6, 2030: 1.8, 2050: 1.8}
    assert entry["origin"] == "configs/demographics/insee_central.yaml"


def test_missing_default_option_is_one_line(folder):
    (folder / "domain" / "health.yaml").unlink()
    (line,) = refused()
    assert "domain/health" in line


@pytest.mark.parametrize(
    ("file", "text", "expected"),
    [
        ("domain/housing.yaml", "a: [1\n", r"\(configs/domain/housing.yaml\): line 2"),
        (
            "domain/housing.yaml",
            "a: {value: 1}\na: {value: 2}\n",
            r"\(configs/domain/housing.yaml\): line 2: 'a' twice",
        ),
        ("domain/housing.yaml", "- a\n", r"\(configs/domain/housing.yaml\): is not a mapping"),
        ("policy/trend.yaml", "domains: [1\n", "configs"),
        ("config.yaml", "defaults: [\n", "configs"),
        ("city/toyville.yaml", "name: [\n", "configs"),
    ],
)
def test_a_file_that_is_not_yaml_is_one_line(folder, file, text, expected):
    (folder / file).write_text(text, encoding="utf-8")
    (line,) = refused()
    assert re.search(expected, line), line
    assert "\n" not in line


def test_numbers_as_hydra_reads_them(folder):
    path = folder / "domain" / "housing.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("value: 0.107", "value: 1e-1"), encoding="utf-8")
    assert compose().entries()["housing"]["move_rate"]["value"] == 0.1
