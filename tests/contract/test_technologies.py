"""What every entry of the catalogue promises, checked for each file that is found."""

from __future__ import annotations

import numpy as np
import pytest
import yaml

from citysim import domains as package
from citysim.config.folders import configs_folder
from citysim.core.domain import discover
from citysim.core.technology import TABLE_OF_ADOPTER, bit_of, parents_first
from citysim.core.units import UNITS
from citysim.domains.technology.eligibility import CODES, code_of
from citysim.technologies import FIGURE_KEYS, load_technologies, read_folder

FOLDER = configs_folder() / "technology"
RAW = read_folder(FOLDER)
CATALOGUE = load_technologies(RAW)
DOMAINS = discover(package)
OFFERED = {f"{name}.{quantity}" for name, domain in DOMAINS.items() for quantity in domain.offers}
SOURCES = yaml.safe_load((configs_folder() / "sources.yaml").read_text(encoding="utf-8"))
BY_NAME = {entry.name: entry for entry in CATALOGUE}
each = pytest.mark.parametrize("entry", CATALOGUE, ids=lambda entry: entry.name)
FIGURES = ("start_share", "ceiling", "innovation", "imitation", "cost", "learning_rate")


def test_there_are_enough_across_all_domains():
    assert len(CATALOGUE) >= 40
    changed = {effect.quantity.split(".")[0] for entry in CATALOGUE for effect in entry.effects}
    assert changed >= {"housing", "mobility", "work", "health", "food", "training", "environment"}


def test_identifiers_are_unique():
    identifiers = [entry.identifier for entry in CATALOGUE]
    assert len(set(identifiers)) == len(identifiers)


def test_prerequisites_exist_and_make_no_circle():
    for name, entry in RAW.items():
        for parent in entry.get("prerequisites", ()):
            assert parent in RAW, f"{name} needs {parent}"
    assert sorted(parents_first(CATALOGUE)) == list(range(len(CATALOGUE)))


def test_every_kind_has_bits_left():
    bits = [(entry.adopter, bit_of(CATALOGUE, row)) for row, entry in enumerate(CATALOGUE)]
    assert len(set(bits)) == len(bits)


def test_the_template_is_a_sound_entry():
    template = configs_folder().parent / "templates" / "technology.yaml"
    (entry,) = load_technologies({"green_roof": yaml.safe_load(template.read_text(encoding="utf-8"))})
    assert {effect.quantity for effect in entry.effects} <= OFFERED


@each
def test_the_file_says_where_it_belongs(entry):
    first = (FOLDER / f"{entry.name}.yaml").read_text(encoding="utf-8").splitlines()[0]
    assert first == f"# @package technologies.{entry.name}"
    assert entry.domain in DOMAINS
    assert entry.title_en
    assert entry.title_fr


def test_the_page_of_the_catalogue_names_its_entries():
    """An entry just added may join the page later; the shipped ones are there."""
    page = (configs_folder().parent / "docs" / "technologies.md").read_text(encoding="utf-8")
    assert sum(f"`{name}`" in page for name in RAW) >= 65


@each
def test_every_figure_has_a_range_that_holds_it_and_a_known_source(entry):
    for figure in FIGURES:
        said = RAW[entry.name][figure]
        assert set(said) <= FIGURE_KEYS
        low, high = said["range"]
        assert low <= said["value"] <= high, figure
        assert said["source"] == "judgement" or said["source"] in SOURCES, figure


@each
def test_it_has_a_real_influence(entry):
    assert entry.effects
    for effect in entry.effects:
        assert effect.quantity in OFFERED, f"no domain offers {effect.quantity}"
        assert effect.low <= effect.value <= effect.high
        assert effect.value != 0.0
        assert effect.unit in UNITS
        assert effect.source == "judgement" or effect.source in SOURCES
        if entry.adopter in ("city", "turnover"):
            assert effect.operation != "cap", "a share cannot cap"


@each
def test_shares_are_in_order(entry):
    assert 0.0 <= entry.start_share <= entry.ceiling <= 1.0
    for parent in entry.prerequisites:
        assert entry.start_share <= BY_NAME[parent].start_share, "more adopters than of what it needs"
    if entry.available > 2025:
        assert entry.start_share == 0.0


@each
def test_conditions_name_codes_that_exist(entry):
    for conditions in (entry.requires, entry.held_where):
        for column, condition in conditions.items():
            values = condition.values() if isinstance(condition, dict) else np.ravel(condition).tolist()
            for value in values:
                if isinstance(value, str):
                    assert column in CODES
                    assert code_of(column, value) >= 0
    if entry.adopter not in TABLE_OF_ADOPTER:
        assert not entry.requires


def test_children_never_outnumber_their_parents(live):
    model = live((), 4)
    city, share = model.city, model.city.technologies["share"]
    masks = {kind: city.table(table)["technologies"] for kind, table in TABLE_OF_ADOPTER.items()}
    for row, entry in enumerate(model.technologies):
        for name in entry.prerequisites:
            parent = next(i for i, one in enumerate(model.technologies) if one.name == name)
            if model.technologies[parent].adopter == entry.adopter and entry.adopter in masks:
                mask = masks[entry.adopter]
                child_bit = np.uint64(1) << np.uint64(bit_of(model.technologies, row))
                parent_bit = np.uint64(1) << np.uint64(bit_of(model.technologies, parent))
                assert not np.any((mask & child_bit != 0) & (mask & parent_bit == 0)), entry.name
            if entry.adopter == "city":
                assert share[row] <= max(share[parent], entry.start_share) + 1e-6


def test_all_run_and_stay_below_their_ceilings(live):
    model = live((), 4)
    share = np.asarray(model.city.technologies["share"])
    assert np.all((share >= 0.0) & (share <= 1.0))
    for row, entry in enumerate(model.technologies):
        if entry.adopter != "turnover" and not entry.held_where:
            assert share[row] <= entry.ceiling + 0.1, entry.name
