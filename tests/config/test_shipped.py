"""The shipped configuration against the real domains."""

from pathlib import Path

import pytest

import citysim
from citysim.config import ConfigError, compose
from citysim.config.city import ASSUMPTIONS
from citysim.config.folders import SCENARIO_GROUPS, default_domains, options, read_option
from citysim.core.params import Layer, stack
from citysim.core.problems import ParameterError
from citysim.core.values import is_dated
from citysim.experiment.prepare import known_domains, prepared

SOURCES = Path(citysim.__file__).parent


@pytest.fixture(scope="module")
def real_domains():
    return known_domains()


@pytest.mark.parametrize("scenario", options("scenario"))
def test_every_scenario_passes_the_check(scenario):
    config = prepared([f"scenario={scenario}"])
    assert config.scenario.name == scenario


def test_the_nine_domains_are_in_the_year_and_every_domain_has_a_class(real_domains):
    assert len(default_domains()) == 9
    assert set(default_domains()) <= set(real_domains)
    assert sorted(real_domains) == options("domain")


def test_at_least_24_technologies_in_every_domain_of_life():
    entries = [read_option("technology", name) for name in options("technology")]
    assert len(entries) >= 24
    assert {"housing", "mobility", "work", "health", "food", "training"} <= {entry["domain"] for entry in entries}


def _entries(group, option):
    for domain, entries in read_option(group, option)["domains"].items():
        for name, entry in entries.items():
            yield domain, name, entry


def _plain(value):
    """A dated value that never changes is its only figure."""
    figures = list(value.values()) if is_dated(value) else [value]
    return figures[0] if all(figure == figures[0] for figure in figures) else value


@pytest.mark.parametrize("group", SCENARIO_GROUPS)
def test_trend_is_what_the_domains_say_themselves(group):
    """Leaving a scenario group out of a study changes nothing: files of domains hold the trend."""
    for domain, name, entry in _entries(group, "trend"):
        own = read_option("domain", domain).get(name)
        assert own is not None, f"{domain}.{name} is not in configs/domain/{domain}.yaml"
        assert _plain(own["value"]) == _plain(entry["value"]), f"{domain}.{name}"


@pytest.mark.parametrize(("group", "option"), [(g, o) for g in SCENARIO_GROUPS for o in options(g)])
def test_scenarios_start_from_the_same_year(group, option):
    """Nothing jumps in 2026 because a scenario begins elsewhere than the trend."""
    trend = {(domain, name): entry["value"] for domain, name, entry in _entries(group, "trend")}
    for domain, name, entry in _entries(group, option):
        before = trend[domain, name]
        if is_dated(before) and is_dated(entry["value"]):
            assert entry["value"][min(entry["value"])] == before[min(before)], f"{domain}.{name}"


@pytest.mark.parametrize(("group", "option"), [(g, o) for g in SCENARIO_GROUPS for o in options(g)])
def test_scenario_groups_set_futures_and_levers_only(real_domains, group, option):
    wanted = "lever" if group == "policy" else "exogenous"
    for domain, name, _ in _entries(group, option):
        assert real_domains[domain].params[name].role == wanted, f"domains.{domain}.{name}"


def test_every_lever_names_its_payer_and_its_cost(real_domains):
    levers = [
        (domain, name, param)
        for domain, declared in real_domains.items()
        for name, param in declared.params.items()
        if param.role == "lever"
    ]
    assert len(levers) >= 18
    for domain, name, param in levers:
        assert param.payer, f"{domain}.{name}"
        assert param.cost, f"{domain}.{name}"


def test_every_feedback_switch_is_read_by_a_domain(real_domains):
    read = {name for domain in real_domains.values() for name in domain.couplings}
    assert set(compose().coupling) == read


def test_no_target_is_read_by_a_domain():
    for file in (SOURCES / "domains").rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        assert "scenario.targets" not in text, file
        assert ".targets" not in text, file


def test_no_parameter_is_named_like_a_target(real_domains):
    targets = {
        name for option in options("scenario") for name in read_option("scenario", option)["scenario"]["targets"]
    }
    named = {name for domain in real_domains.values() for name in domain.params}
    assert not targets & named


def test_every_value_of_the_default_run_has_a_source():
    config = compose()
    layers: tuple[Layer, ...] = config.layers
    for domain in config.domains:
        for name in {name for layer in layers for name in layer.entries.get(domain, {})}:
            entry = stack(domain, name, layers)
            assert config.book.knows(entry.source), f"{domain}.{name}"


def test_a_city_of_the_past_has_its_own_years_and_past():
    config = prepared(["city=bourges_plus_2009"])
    assert (config.calendar.start, config.calendar.end, config.calendar.warmup) == (2009, 2022, 0)
    assert config.snapshots == (2009, 2022)
    assert config.notes == []
    assert "reconstruction" in config.city["title"]
    fertility = config.parameters({name: one.params for name, one in known_domains().items()})["demography"]
    assert fertility.at(2012).total_fertility_rate == 1.99  # WPP 2024
    assert fertility.at(2050).total_fertility_rate == 1.55  # the scenario's


def test_the_command_of_the_backtest_is_accepted():
    config = prepared(["city=bourges_plus_2009", "calendar.start=2009", "calendar.end=2022"])
    assert config.hash == prepared(["city=bourges_plus_2009"]).hash


def test_a_city_is_never_taken_for_that_of_an_earlier_year():
    with pytest.raises(ConfigError) as refusal:
        prepared(["calendar.start=2009", "calendar.end=2022"])
    (line,) = [str(problem) for problem in refusal.value.problems]
    assert line.startswith("calendar.start (command line): 2009 comes before the city's figures, which are of 2023")
    assert "from 2023 to 2100" in line


def test_a_later_start_is_noted_in_one_line():
    (note,) = prepared(["calendar.start=2030"]).notes
    assert "configs/city/bourges_plus.yaml" in note and "2023" in note and "2028" in note
    assert prepared([]).notes == prepared(["calendar.start=2024"]).notes == []


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("calendar: 2009", "city.calendar"),
        ("calendar: {begin: 2009}", "city.calendar.begin"),
        ("start_year: soon", "city.start_year"),
        ("domains: [housing]", "city.domains"),
        ("domains: {housing: 3}", "city.domains.housing"),
        ("foo: 1", "city.foo"),
        ("start_yer: 2000", "city.start_yer"),
        ("seed: 4", "city.seed"),
        ("title: [1, 2]", "city.title"),
        ("assumptions: 3", "city.assumptions"),
        ("assumptions: {social_shar_of_tenants: 0.3}", "city.assumptions.social_shar_of_tenants"),
        ("assumptions: {social_share_of_tenants: 30}", "city.assumptions.social_share_of_tenants"),
        ("assumptions: {social_share_of_tenants: {value: 30}}", "city.assumptions.social_share_of_tenants"),
        (
            "assumptions: {social_share_of_tenants: {source: judgement}}",
            "city.assumptions.social_share_of_tenants.value",
        ),
        (
            "assumptions: {social_share_of_tenants: {value: 0.3, range: 3}}",
            "city.assumptions.social_share_of_tenants.range",
        ),
        (
            "assumptions: {social_share_of_tenants: {value: 0.3, rnge: 3}}",
            "city.assumptions.social_share_of_tenants.rnge",
        ),
        ("assumptions: {no_car_share: 0.9}", "city.assumptions.no_car_share"),
        ("domains: {housing: {move_rat: {value: 1, source: judgement}}}", "domains.housing.move_rat"),
    ],
)
def test_a_city_file_that_makes_no_sense_is_refused_in_one_line(tmp_path, text, key):
    (tmp_path / "city.yaml").write_text(text + "\n", encoding="utf-8")
    with pytest.raises(ParameterError) as refusal:
        prepared([f"city.path={tmp_path}"])
    (line,) = [str(problem) for problem in refusal.value.problems]
    assert line.startswith(f"{key} ({tmp_path / 'city.yaml'})")


@pytest.mark.parametrize(
    ("override", "expected"),
    [
        ("assumptions.social_share_of_tenants=30", "30 is out of bounds; allowed: from 0 to 1"),
        ("assumptions.social_share_of_tenants=-1", "-1 is out of bounds"),
        ("assumptions.social_share_of_tenants=abc", "'abc' has the wrong type"),
        ("assumptions.social_share_of_tenants={2025: 0.3}", "{2025: 0.3} is not one number"),
        ("assumptions.institution_share=0.9", "0.9 is out of bounds; allowed: from 0 to 0.1"),
        ("assumptions.institution_shar=0.02", "nearest: city.assumptions.institution_share"),
        ("assumptions={institution_shar: 0.02}", "nearest: city.assumptions.institution_share"),
        ("assumptions={}", "is a group of settings"),
        ("assumptions.no_car_share=0.9", "add up to more than 1"),
        ("start_year=abc", "'abc' is refused; allowed: a whole number"),
        ("start_year=1.5", "1.5 is refused"),
        ("centre=5", "5 is refused; allowed: text"),
        ("title=[1,2]", "[1, 2] is refused; allowed: text"),
    ],
)
def test_a_city_setting_of_the_command_line_that_cannot_be_is_refused_in_one_line(override, expected):
    with pytest.raises(ParameterError) as refusal:
        prepared(["city=smallville", f"city.{override}"])
    (line,) = [str(problem) for problem in refusal.value.problems]
    assert line.startswith("city.") and "(command line)" in line and expected in line


def test_every_shipped_assumption_lies_within_its_bounds_and_no_bound_is_left_over():
    shares = prepared([]).city["assumptions"]
    assert list(shares) == list(ASSUMPTIONS)
    for name, param in ASSUMPTIONS.items():
        low, high = shares[name]["range"]
        assert param.low <= low <= shares[name]["value"] <= high <= param.high, name


def test_an_assumption_of_the_command_line_stands_over_that_of_ones_own_folder(tmp_path):
    (tmp_path / "city.yaml").write_text("assumptions: {social_share_of_tenants: 30}\n", encoding="utf-8")
    city = compose(f"city.path={tmp_path}", "city.assumptions.social_share_of_tenants=0.2").city
    assert city["assumptions"]["social_share_of_tenants"] == 0.2


@pytest.mark.parametrize(
    ("override", "expected"),
    [
        ("requires={hous: true}", "technologies.heat_pump.requires.hous (command line): unknown column"),
        ("requires={heat_source: gaz}", "technologies.heat_pump.requires.heat_source (command line): "),
        ("held_where={house: yes please}", "technologies.heat_pump.held_where.house (command line): "),
        ("effects=3", "technologies.heat_pump.effects (command line): 3 is not a list"),
        ("gradient={digitl: 0.1}", "technologies.heat_pump.gradient.digitl (command line): unknown key"),
        ("gradient={digital: much}", "technologies.heat_pump.gradient.digital (command line): 'much' has"),
        ("lifetime=-3", "technologies.heat_pump.lifetime (command line): -3 is out of bounds"),
        ("payer=cat", "technologies.heat_pump.payer (command line): 'cat' is unknown"),
        ("ceiling=0.05", "technologies.heat_pump (command line): start_share 0.12 and ceiling 0.05"),
        ("cost_unit=EURO", "technologies.heat_pump (command line): unit 'EURO'"),
    ],
)
def test_a_technology_that_nobody_could_adopt_is_refused_before_a_run(override, expected):
    with pytest.raises(ParameterError) as refusal:
        prepared(["city=smallville", f"technologies.heat_pump.{override}"])
    (line,) = [str(problem) for problem in refusal.value.problems]
    assert line.startswith(expected)


def test_technologies_that_need_one_another_are_refused_before_a_run():
    with pytest.raises(ParameterError, match="prerequisite of itself"):
        prepared(["city=smallville", "technologies.ai_tutor.prerequisites=[ai_tutor]"])
