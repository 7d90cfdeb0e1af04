"""Refuses, before the first year, a run whose settings make no sense; each reason is one line.

It compares the composed settings with what the domains declare, so it takes the domains as an argument: configuration
knows nothing of any particular domain.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from citysim.config import consistency
from citysim.config.catalogue import problems_of_technologies
from citysim.config.errors import raise_if_any
from citysim.config.folders import SCENARIO_GROUPS, chosen_by, options, read_option
from citysim.config.overrides import origin_of
from citysim.config.schema import Config
from citysim.core.domain import Domain
from citysim.core.params import Parameters
from citysim.core.problems import ParameterError, Problem, listed, nearest_name
from citysim.core.values import is_dated

HORIZON = 2050
Domains = Mapping[str, type[Domain]]


def check(config: Config, domains: Domains) -> Parameters:
    """Refuse settings that the domains do not accept or that contradict one another.

    Parameters
    ----------
    config
        Composed settings.
    domains
        Every known domain class by name.

    Returns
    -------
    The resolved parameters.

    Raises
    ------
    ConfigError
        With one problem for each thing that is wrong.
    """
    problems = list(_unknown_domains(config, domains))
    raise_if_any(problems)
    problems += _unknown_couplings(config, domains)
    problems += problems_of_technologies(config, domains)
    problems += _problems_of_city_sources(config)
    problems += set_in_two_groups(config)
    for group in SCENARIO_GROUPS:
        problems += incomplete_option(group, getattr(config.choices, group))
    declarations = {name: domains[name].params for name in config.domains}
    try:
        parameters = config.parameters(declarations)
    except ParameterError as error:
        problems += error.problems
        raise_if_any(problems)
        raise
    problems += _scenario_rules(config, parameters)
    raise_if_any(problems)
    return parameters


def _unknown_domains(config: Config, domains: Domains) -> Iterable[Problem]:
    for name in config.domains:
        if name not in domains:
            where = f"configs/domain/{name}.yaml"
            yield Problem("domain", where, f"no class for {name!r}", listed(domains), nearest_name(name, domains))


def _unknown_couplings(config: Config, domains: Domains) -> list[Problem]:
    """Switches that a domain reads and the main settings do not list."""
    return [
        Problem(f"coupling.{coupling}", "configs/config.yaml", f"missing; {name} reads it", "true or false")
        for name in config.domains
        for coupling in domains[name].couplings
        if coupling not in config.coupling
    ]


def _problems_of_city_sources(config: Config) -> list[Problem]:
    """Figures of the city's own settings name their source too."""
    where = f"configs/city/{config.choices.city}.yaml"
    return [
        Problem(
            f"{key}.source",
            where,
            f"unknown source {source!r}",
            config.book.where,
            config.book.nearest(source),
        )
        for key, source in _sources_below(config.city, "city")
        if not config.book.knows(source)
    ]


def _sources_below(settings: Mapping[str, Any], prefix: str) -> Iterable[tuple[str, str]]:
    for name, value in settings.items():
        if isinstance(value, Mapping):
            yield from _sources_below(value, f"{prefix}.{name}")
        elif name == "source":
            yield prefix, str(value)


def set_in_two_groups(config: Config) -> list[Problem]:
    """A parameter of the scenario is set in exactly one of its groups."""
    problems, seen = [], {}
    for layer in config.layers:
        if layer.group not in SCENARIO_GROUPS:
            continue
        for domain, entries in layer.entries.items():
            for name in entries:
                first = seen.setdefault((domain, name), layer)
                if first is not layer:
                    reason = f"also set in {first.origin}"
                    problems.append(Problem(f"domains.{domain}.{name}", layer.origin, reason, "one group only"))
    return problems


def incomplete_option(group: str, option: str) -> list[Problem]:
    """An option sets all that any option of its group sets, and says what holds in 2050 (rule 10)."""
    where = f"configs/{group}/{option}.yaml"
    expected = dict.fromkeys(key for other in options(group) for key in _keys_of(group, other))
    said = _keys_of(group, option)
    problems = [Problem(key, where, f"missing; other options of {group} set it") for key in expected if key not in said]
    for key, entry in said.items():
        value = entry.get("value") if isinstance(entry, Mapping) else None
        if is_dated(value) and max(int(year) for year in value) < HORIZON:
            problems.append(Problem(key, where, f"no value for {HORIZON}", f"{{2025: …, {HORIZON}: …}}"))
    return problems


def _keys_of(group: str, option: str) -> dict[str, Any]:
    content = read_option(group, option).get("domains", {})
    return {f"domains.{domain}.{name}": entry for domain, names in content.items() for name, entry in names.items()}


def _scenario_rules(config: Config, parameters: Parameters) -> list[Problem]:
    """The consistency rules that can be told before a run; a rule about a domain that is left out does not apply."""

    def at(domain: str, name: str, year: int) -> float:
        found = parameters[domain].parameters.get(name) if domain in parameters else None
        number = found.dated.at(year) if found is not None else math.nan
        return float(number) if isinstance(number, (int, float)) else math.nan

    where = f"scenario {config.choices.scenario}"
    own = chosen_by(config.choices.scenario)
    # Targets go with the options that the scenario chose; a user who chooses others asks what happens, not for these.
    kept = all(getattr(config.choices, group) == option for group, option in own.items())
    targets = config.scenario.targets if kept else {}
    fertility = at("demography", "total_fertility_rate", HORIZON)
    short_chain = _target(targets, "short_chain_share")
    return [
        Problem(key, origin_of(key, config.origins, where), reason, allowed)
        for key, reason, allowed in (
            *consistency.retrofit_exceeds_labour(_target(targets, "deep_retrofit_rate")),
            *consistency.electric_stock_out_of_reach(
                _target(targets, "electric_car_share"),
                at("mobility", "thermal_sales_ban_year", HORIZON),
                HORIZON,
            ),
            *consistency.fertility_against_alignment(config.alignment, fertility),
            *consistency.teleconsultation_exceeds_substitutable(
                at("health", "teleconsultation_ceiling", HORIZON), _target(targets, "teleconsultation_share")
            ),
            *consistency.less_meat_without_cause(
                _target(targets, "meat_change"), short_chain, at("food", "price_index", HORIZON)
            ),
        )
    ]


def _target(targets: Mapping[str, Any], name: str) -> float:
    value = targets.get(name, math.nan)
    return float(value) if isinstance(value, (int, float)) else math.nan
