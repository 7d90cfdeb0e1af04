"""Puts a run together from files and overrides: main settings, city, domains, technologies, the scenario's groups.

Hydra finds and merges the files; parameters are kept as layers, because a later value replaces an earlier one whole,
with its dates, its path and its source.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml
from hydra import compose as hydra_compose
from hydra import initialize_config_dir
from hydra.core.global_hydra import GlobalHydra
from hydra.errors import HydraException
from omegaconf import OmegaConf, open_dict
from omegaconf.errors import OmegaConfBaseException

from citysim.config import settings as main
from citysim.config.city import own_city, problems_of_keys
from citysim.config.errors import ConfigError, raise_if_any
from citysim.config.folders import (
    GROUPS,
    MAIN,
    SCENARIO_GROUPS,
    SINGLE_GROUPS,
    configs_folder,
    options,
    read_option,
    shown,
    source_book,
)
from citysim.config.overrides import Request, as_interpolated, read_request
from citysim.config.schema import Config
from citysim.core.params import CITY, COMMAND_LINE, ENTRY_KEYS, Layer
from citysim.core.problems import ParameterError, Problem, listed, nearest_name
from citysim.core.sources import OVERRIDE

PARAMETERS = "domains"
TECHNOLOGIES = "technologies"


def compose(*overrides: str) -> Config:
    """Compose the settings of one run and check all that can be checked without the domains' declarations.

    Parameters
    ----------
    overrides
        `key=value` or `group=option`, as on the command line.

    Raises
    ------
    ConfigError
        With one problem for each thing that is wrong.
    """
    request, problems = read_request(overrides)
    raise_if_any(problem for problem in problems if _hides_the_rest(problem))
    settings, choices = _hydra(request)
    choices |= {"domain": request.domains, "technology": request.technologies}
    raise_if_any(_missing_files(choices["domain"]))
    settings[TECHNOLOGIES] = {name: read_option("technology", name) for name in choices["technology"]}
    city_layer, own_origins = _take_city(settings, request, choices["city"])
    layers = [_layer("domain", name) for name in choices["domain"]]
    layers += [*(_layer(group, choices[group]) for group in SCENARIO_GROUPS), city_layer]
    known = _known_parameters(layers, choices["domain"])
    settings = {**settings, PARAMETERS: known}
    origins, command, found = _apply(settings, request, choices["domain"])
    problems += found
    if command.entries:
        layers.append(command)
    try:
        apart = (PARAMETERS, TECHNOLOGIES)
        settings |= as_interpolated({key: value for key, value in settings.items() if key not in apart})
    except OmegaConfBaseException as error:
        raise ConfigError([*problems, Problem("overrides", COMMAND_LINE, str(error).splitlines()[0])]) from None
    scenario, found = main.read_scenario(settings, choices["scenario"], origins)
    set_by = {**origins, **{key: file for key, file in own_origins.items() if key not in origins}}
    problems += found + main.problems_of(settings, set_by, f"configs/city/{choices['city']}.yaml")
    try:
        book = source_book()
    except ParameterError as error:
        raise ConfigError([*problems, *error.problems]) from None
    raise_if_any(problems)
    assert scenario is not None
    return Config(
        **{key: settings[key] for key in ("seed", "seeds", "force", "alignment", "coupling", "city")},
        scale=1.0 / round(1.0 / settings["scale"]),
        snapshots=main.read_snapshots(settings, origins),
        calendar=main.read_calendar(settings),
        output=main.read_output(settings),
        scenario=scenario,
        choices=main.read_choices(choices),
        technologies=settings[TECHNOLOGIES],
        layers=tuple(layers),
        overrides=tuple(overrides),
        origins=set_by,
        book=book,
        folder=configs_folder(),
    )


def _hides_the_rest(problem: Problem) -> bool:
    """Whether nothing can be composed because of a problem: an option without a file."""
    return problem.key in GROUPS


def _missing_files(domains: list[str]) -> list[Problem]:
    """Domains of the main settings that have no file."""
    known = options("domain")
    where = f"configs/{MAIN}.yaml"
    return [
        Problem("domain", where, f"there is no configs/domain/{name}.yaml", listed(known), nearest_name(name, known))
        for name in domains
        if name not in known
    ]


@contextmanager
def _hydra_at(folder: Path) -> Iterator[None]:
    """Set Hydra up on a folder; a sweep that is under way finds its own Hydra again afterwards."""
    shared = GlobalHydra.instance()
    under_way, shared.hydra = shared.hydra, None
    try:
        with initialize_config_dir(version_base="1.3", config_dir=str(folder), job_name="citysim"):
            yield
    finally:
        shared.hydra = under_way


def _hydra(request: Request) -> tuple[dict[str, Any], dict[str, Any]]:
    """Merged settings without overrides of keys, and the option chosen of each group."""
    try:
        with _hydra_at(configs_folder()):
            composed = hydra_compose(MAIN, request.hydra_overrides(), return_hydra_config=True)
    except HydraException as error:
        line = " ".join(part.strip() for part in str(error).split("Config search path")[0].splitlines())
        raise ConfigError([Problem("defaults", f"configs/{MAIN}.yaml", line)]) from None
    except yaml.YAMLError as error:
        raise ConfigError([Problem("config", "configs", " ".join(str(error).split()), "YAML")]) from None
    chosen = composed.hydra.runtime.choices
    choices = {group: str(chosen[group]) for group in SINGLE_GROUPS}
    with open_dict(composed):
        for apart in ("hydra", PARAMETERS):
            composed.pop(apart, None)
    settings = OmegaConf.to_container(composed, resolve=False)
    if not isinstance(settings, dict):
        raise ConfigError([Problem("config", f"configs/{MAIN}.yaml", "is not a mapping", "key: value")])
    return {str(key): value for key, value in settings.items()}, choices


def _take_city(settings: dict[str, Any], request: Request, option: str) -> tuple[Layer, dict[str, str]]:
    """Complete the city's settings, let its years stand for the usual ones.

    Returns
    -------
    tuple
        What the city says of parameters, and which of its keys a file of the user's own set.
    """
    where = f"configs/city/{option}.yaml"
    city, origins = dict(settings["city"]), {}
    own = request.values.get("city.path")
    if isinstance(own, str):
        city, origins = own_city(city, own)
        where = str(Path(own) / "city.yaml")
    raise_if_any(problems_of_keys(city, where))
    settings["city"] = city
    settings["calendar"] = {**settings["calendar"], **city.pop("calendar", {})}
    return Layer(where, CITY, city.pop(PARAMETERS, {})), origins


def _layer(group: str, option: str) -> Layer:
    """What one option file says of parameters."""
    content = read_option(group, option)
    entries = {option: content} if group == "domain" else content.get(PARAMETERS, {})
    return Layer(shown(configs_folder() / group / f"{option}.yaml"), group, entries)


def _known_parameters(layers: list[Layer], domains: list[str]) -> dict[str, dict[str, Any]]:
    """Parameters that a file of this run sets, by domain."""
    known: dict[str, dict[str, Any]] = {domain: {} for domain in domains}
    for layer in layers:
        for domain, entries in layer.entries.items():
            if domain in known:
                known[domain].update(entries)
    return known


def _apply(
    settings: dict[str, Any], request: Request, domains: list[str]
) -> tuple[dict[str, str], Layer, list[Problem]]:
    """Write the values of the command line into the settings, those of parameters into a layer of their own."""
    known = main.known_keys(settings)
    origins: dict[str, str] = {}
    entries: dict[str, dict[str, Any]] = {}
    problems = []
    for key, value in request.values.items():
        parts = key.split(".")
        if (
            parts[0] == PARAMETERS
            and len(parts) >= 3
            and parts[1] in domains
            and parts[2] in known[f"domains.{parts[1]}"]
        ):
            problems += _keep_parameter(entries.setdefault(parts[1], {}), parts, value)
        elif key not in known or (parts[0] == PARAMETERS and len(parts) > 2):
            problems.append(_unknown(key, known, domains))
        elif isinstance(known[key], Mapping) and not _is_entry(known[key]) and not _may_be(parts[0], value):
            problems.append(Problem(key, COMMAND_LINE, "is a group of settings", listed(known[key])))
        else:
            problems += _set(settings, parts, value)
            origins[key] = COMMAND_LINE
    return origins, Layer(COMMAND_LINE, "", entries), problems


def _may_be(top: str, value: Any) -> bool:
    """Whether a value may stand for a group: conditions of a technology and targets may be none, settings never."""
    return isinstance(value, Mapping) and (bool(value) or top in (TECHNOLOGIES, "scenario"))


def _keep_parameter(entries: dict[str, Any], parts: list[str], value: Any) -> list[Problem]:
    """Note an override of a parameter: whole, or one of its value, range, source and path."""
    name = parts[2]
    if len(parts) == 3:
        entries[name] = value
        return []
    key = ".".join(parts)
    if len(parts) > 4 or parts[3] not in ENTRY_KEYS:
        whole = ".".join(parts[:3])
        allowed = f"{whole}={{2025: …, 2050: …}} or {{name: …}}, or .value with .source"
        return [Problem(key, COMMAND_LINE, "a value is given whole", allowed, nearest_name(parts[3], ENTRY_KEYS))]
    said = entries.setdefault(name, {})
    if not isinstance(said, dict) or not all(part in ENTRY_KEYS for part in said):
        return [Problem(key, COMMAND_LINE, "the parameter is given twice", ".".join(parts[:3]))]
    said[parts[3]] = value
    return []


def _unknown(key: str, known: Mapping[str, Any], domains: list[str]) -> Problem:
    """One line for a key that nothing declares."""
    parts = key.split(".")
    if parts[0] == PARAMETERS and len(parts) >= 3 and parts[1] not in domains:
        nearest = nearest_name(parts[1], domains)
        return Problem(key, COMMAND_LINE, f"{parts[1]!r} is not a domain of this run", listed(domains), nearest)
    while len(parts) > 1 and ".".join(parts[:-1]) not in known:
        parts.pop()  # the first part that is unknown: what is below it tells nothing
    parent, rest = ".".join(parts[:-1]), key.split(".")[len(parts) :]
    siblings = known[parent] if isinstance(known.get(parent), Mapping) else None
    if siblings is None and len(parts) == 1:
        siblings = {name: None for name in known if "." not in name and name != PARAMETERS} | dict.fromkeys(GROUPS)
    nearest = nearest_name(parts[-1], siblings or [])
    nearest = ".".join([*filter(None, [parent]), nearest, *rest]) if nearest else ""
    nearest = nearest or nearest_name(key, [*known, *GROUPS])
    return Problem(key, COMMAND_LINE, "unknown key", listed(siblings or {}, 24), nearest)


def _set(settings: dict[str, Any], parts: list[str], value: Any) -> list[Problem]:
    """Set one known key; a bare value over `{value, range, source}` keeps the range and becomes an override."""
    for part in parts[:-1]:
        settings = settings[part]
    name = parts[-1]
    if name == "value" and "source" in settings:
        return [
            Problem(
                ".".join(parts),
                COMMAND_LINE,
                f"a new value under the unchanged source {settings['source']}",
                f"{'.'.join(parts[:-1])}=<value>",
            )
        ]
    if _is_entry(settings[name]) and not _is_entry(value):
        settings[name] = {**settings[name], "value": value, "source": OVERRIDE}
    else:
        settings[name] = value
    return []


def _is_entry(value: Any) -> bool:
    return isinstance(value, Mapping) and "value" in value and all(key in ENTRY_KEYS for key in value)
