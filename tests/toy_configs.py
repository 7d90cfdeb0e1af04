"""A small configuration folder: the real groups beside three small domains."""

import shutil
from pathlib import Path
from typing import ClassVar

import pytest

from citysim.config.folders import configs_folder
from citysim.core.declare import Param
from citysim.core.domain import Domain

REAL = configs_folder()

HOUSING = """# @package domains.housing
move_rate: {value: 0.107, range: [0.08, 0.13], source: somebody_2020}
rent_elasticity: {value: {owner: 0.2, tenant: 0.4}, range: [0.1, 0.6], source: judgement}
renovation_aid: {value: 0.68, range: [0.2, 0.95], source: judgement}
"""
DEMOGRAPHY = """# @package domains.demography
total_fertility_rate: {value: {2025: 1.6, 2050: 1.55}, range: [1.2, 2.1], source: judgement}
"""
HEALTH = """# @package domains.health
teleconsultation_ceiling: {value: 0.1, range: [0.02, 0.3], source: judgement}
"""
HEAT_PUMP = """# @package technologies.heat_pump
identifier: h01
domain: housing
adopter: household
title_en: Heat pump
title_fr: Pompe à chaleur
available: 2005
start_share: {value: 0.08, range: [0.05, 0.1], source: judgement}
ceiling: 0.55
innovation: 0.005
imitation: 0.22
cost: {value: 12000, range: [9000, 15000], source: somebody_2020}
cost_unit: EUR
learning_rate: 0.1
effects:
  - {quantity: housing.heating, operation: multiply, value: -0.5, low: -0.6, high: -0.4, source: judgement}
"""
SOURCES = """
somebody_2020: {publisher: Somebody, title: Moves, year: 2020, address: somebody.org, confidence: seen}
"""
CITY = """# @package city
name: toyville
path: city/toyville
assumptions:
  gp_per_100000: {value: 70, range: [55, 95], source: judgement}
"""


def lever(unit, low, high):
    return Param(unit, "what a policy decides", role="lever", low=low, high=high, payer="state", cost="event")


class Housing(Domain):
    """Moves."""

    name = "housing"
    offers = ("heating",)
    couplings: ClassVar = {"housing_cost": "rents to migration"}
    params: ClassVar = {
        "move_rate": Param("1/year", "share of households that look for a home", low=0, high=1),
        "rent_elasticity": Param("1", "answer to vacancy", low=0, high=1, index=("owner", "tenant")),
        "renovation_aid": lever("1", 0, 1),
        "renovation_obligation": lever("1", 0, 1),
        "new_build_multiplier": lever("1", 0, 3),
        "demolition_programme": lever("1/year", 0, 0.03),
        "vacant_home_programme": lever("1", 0, 1),
        "vacant_home_tax": lever("1", 0, 1),
        "centre_programme": lever("1", 0, 1),
        "social_production": lever("1/year", 0, 0.02),
        "land_limit": lever("1", 0, 1),
        "rental_ban_delay": lever("year", 0, 25),
        "rental_ban_enforcement": lever("1", 0, 1),
        "new_heat_pump": Param("1", "new homes with a heat pump", low=0, high=1),
        "deep_heat_pump": Param("1", "boilers that make way for one", low=0, high=1),
        "surface_per_person_trend": Param("1", "wanted surface", role="exogenous", low=-0.5, high=0.5),
    }


class Demography(Domain):
    """Births."""

    name = "demography"
    params: ClassVar = {
        "total_fertility_rate": Param("children/woman", "fertility", role="exogenous", low=0.5, high=4),
        "life_expectancy_gain": Param("year", "years gained", low=-5, high=15, index=("male", "female")),
        "net_migration_rate": Param("1/year", "balance", role="exogenous", low=-0.03, high=0.03),
        "shared_living_factor": Param("1", "shared homes", role="exogenous", low=0.5, high=2),
        "intergenerational_factor": Param("1", "adults who live with their parents", role="exogenous", low=0.5, high=2),
        "outside_wage_growth": Param("1/year", "wages elsewhere", role="exogenous", low=-0.03, high=0.05),
    }


class Health(Domain):
    """Care."""

    name = "health"
    params: ClassVar = {
        "teleconsultation_ceiling": Param("1", "remote visits", role="exogenous", low=0, high=0.5),
        "dependency_age_gain": Param("year", "later dependency", role="exogenous", low=-5, high=8),
        "gp_ratio": lever("1", 0, 3),
        "nursing_bed_ratio": lever("1", 0, 3),
    }


DOMAINS = {"demography": Demography, "housing": Housing, "health": Health}


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """The configuration folder that this test may change."""
    configs = tmp_path / "configs"
    for group in ("scenario", "demographics", "adoption", "context", "policy"):
        shutil.copytree(REAL / group, configs / group)
    text = (REAL / "config.yaml").read_text(encoding="utf-8")
    start = text.index("  - domain: [")
    text = text[:start] + "  - domain: [demography, housing, health]" + text[text.index("\n", start) :]
    (configs / "config.yaml").write_text(text.replace("city: bourges_plus", "city: toyville"), encoding="utf-8")
    sources = (REAL / "sources.yaml").read_text(encoding="utf-8")
    (configs / "sources.yaml").write_text(sources + SOURCES, encoding="utf-8")
    for group, name, content in (
        ("domain", "housing", HOUSING),
        ("domain", "demography", DEMOGRAPHY),
        ("domain", "health", HEALTH),
        ("technology", "heat_pump", HEAT_PUMP),
        ("city", "toyville", CITY),
    ):
        (configs / group).mkdir(exist_ok=True)
        (configs / group / f"{name}.yaml").write_text(content, encoding="utf-8")
    shutil.copytree(REAL / "city" / "smallville", configs / "city" / "toyville")
    shutil.copytree(REAL / "reference", configs / "reference")
    monkeypatch.setenv("CITYSIM_CONFIGS", str(configs))
    return configs


@pytest.fixture
def domains():
    """The three small domains, by name."""
    return dict(DOMAINS)
