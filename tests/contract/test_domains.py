"""What every domain promises, checked for each one that is found: nothing to register, nothing to forget."""

from __future__ import annotations

import ast
import inspect
import re
from pathlib import Path

import pytest
import yaml

from citysim import domains as package
from citysim.config.folders import configs_folder
from citysim.core.domain import discover
from citysim.core.tables import split_name

DOMAINS = discover(package)
COLUMNS = {full: name for name, one in DOMAINS.items() for full in one.columns}
MODULES = sorted(path for path in Path(package.__path__[0]).rglob("*.py"))
NAMED = {
    "demography": "population births deaths net_migration households mean_household_size share_65_plus share_75_plus "
    "total_fertility_rate life_expectancy_female life_expectancy_male",
    "housing": "vacancy_rate mean_rent moves_per_household dwellings share_energy_class_fg rent_burden_over_40",
    "mobility": "commute_share_car commute_share_public_transport commute_share_bike commute_share_walk "
    "cars_per_household electric_car_share telework_share",
    "work": "unemployment_rate unemployment_rate_ilo participation_rate employment median_wage businesses gini_income",
    "health": "dependent_share_60_plus gp_wait unmet_need teleconsultation_share",
    "food": "insecurity_share short_chain_share egrocery_share meat_kg_per_person",
    "training": "adult_training_rate low_digital_skill_share tertiary_share_25_64",
    "environment": "co2_per_person home_energy_per_person",
}
each_domain = pytest.mark.parametrize("name", sorted(DOMAINS))


def test_the_nine_domains_are_found():
    assert set(DOMAINS) >= {*NAMED, "technology"}


@each_domain
def test_names_agree(name):
    assert DOMAINS[name].__module__.split(".")[2] == name
    assert (configs_folder() / "domain" / f"{name}.yaml").is_file()
    if name in NAMED:  # a domain just added may have its page later
        assert (configs_folder().parent / "docs" / "domains" / f"{name}.md").is_file()


@each_domain
def test_every_parameter_has_value_and_source_and_no_file_has_more(name):
    said = yaml.safe_load((configs_folder() / "domain" / f"{name}.yaml").read_text(encoding="utf-8"))
    assert set(said) == set(DOMAINS[name].params)
    for key, entry in said.items():
        assert {"value", "source"} <= set(entry), key
        if entry["source"] == "judgement":
            assert "range" in entry, key


@each_domain
def test_every_description_says_something(name):
    one = DOMAINS[name]
    for declared in (one.params, one.columns, one.measures):
        for key, declaration in declared.items():
            assert len(declaration.description) > 2, key


@each_domain
def test_fixed_measures_are_declared(name):
    missing = set(NAMED.get(name, "").split()) - set(DOMAINS[name].measures)
    assert not missing


@each_domain
def test_reads_name_columns_of_others(name):
    for full in DOMAINS[name].reads:
        assert COLUMNS.get(full) != name, full
        split_name(full)


@each_domain
def test_the_module_tells_what_it_does_and_on_whose_authority(name):
    text = inspect.getmodule(DOMAINS[name]).__doc__ or ""
    assert text.split("\n")[0].strip().endswith("."), "the first line is one sentence"


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(package.__path__[0])))
def test_no_column_is_kept_between_steps(module):
    """A column view kept on `self` goes stale in silence when the table is re-allocated."""
    tables = {"persons", "households", "dwellings", "businesses", "jobs", "vehicles", "commuters"}
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Subscript):
            source = node.value.value
            kept = any(isinstance(t, ast.Attribute) and getattr(t.value, "id", "") == "self" for t in node.targets)
            if kept and isinstance(source, ast.Attribute):
                assert source.attr not in tables, f"{module}:{node.lineno} keeps a column on self"


def test_no_target_is_read_by_a_domain():
    for module in MODULES:
        text = module.read_text(encoding="utf-8")
        assert ".targets" not in text, module


def test_every_coupling_of_the_configuration_is_obeyed_by_some_domain():
    config = yaml.safe_load((configs_folder() / "config.yaml").read_text(encoding="utf-8"))
    obeyed = {coupling for one in DOMAINS.values() for coupling in one.couplings}
    unknown = obeyed - set(config["coupling"])
    assert not unknown
    assert set(config["coupling"]) - obeyed == set(), "switches that nobody obeys"


@each_domain
def test_every_parameter_is_read_by_its_domain(name):
    """By its name as an attribute, or as one of a family (`getattr(p, f"meals_{diet}")`)."""
    folder = Path(package.__path__[0])
    modules = [*folder.glob(f"{name}.py"), *(folder / name).rglob("*.py")]  # a domain is a file or a folder
    text = "\n".join(path.read_text(encoding="utf-8") for path in modules)

    def is_read(key):
        family = any(key.startswith(start) for start in re.findall(r"f\"([a-z_]+_)\{", text))
        return family or re.search(rf"\.{key}\b", text) is not None

    assert [key for key in DOMAINS[name].params if not is_read(key)] == []
