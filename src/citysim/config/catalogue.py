"""The catalogue of technologies: each file of configs/technology is an entry, checked against what it may declare."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, fields, replace
from typing import Any

from citysim.config.overrides import origin_of
from citysim.config.schema import Config
from citysim.core.declare import PAYERS
from citysim.core.domain import Domain
from citysim.core.params import ENTRY_KEYS
from citysim.core.problems import Problem, listed, nearest_name
from citysim.core.technology import ADOPTERS, Effect, Technology

DERIVED = ("name", "ranges", "sources")  # from the file's name and from the figures' own evidence
FIELDS = tuple(field.name for field in fields(Technology) if field.name not in DERIVED)
REQUIRED = tuple(
    field.name
    for field in fields(Technology)
    if field.name in FIELDS and field.default is MISSING and field.default_factory is MISSING
)
EFFECT_FIELDS = tuple(field.name for field in fields(Effect))
NUMBERS = tuple(field.name for field in fields(Technology) if field.type in ("float", "int"))
GRADIENTS = ("income", "digital")
SHARES = ("start_share", "ceiling", "innovation", "learning_rate", "aid", "abandonment")


def plain(value: Any) -> Any:
    """The value of `{value, range, source}`, or what was given."""
    if isinstance(value, Mapping) and "value" in value and all(key in ENTRY_KEYS for key in value):
        return value["value"]
    return value


def problems_of_technologies(config: Config, domains: Mapping[str, type[Domain]]) -> Iterable[Problem]:
    """What is wrong in the catalogue, entry by entry; the command line is named where it said what is wrong."""
    offered = {f"{name}.{quantity}" for name, domain in domains.items() for quantity in domain.offers}
    for name, entry in config.technologies.items():
        where = f"configs/technology/{name}.yaml"
        for problem in _problems_of_entry(f"technologies.{name}", where, entry, config, offered):
            yield replace(problem, where=origin_of(problem.key, config.origins, where))


def _problems_of_entry(
    key: str, where: str, entry: Mapping[str, Any], config: Config, offered: set[str]
) -> Iterable[Problem]:
    unknown = [field for field in entry if field not in FIELDS]
    for field in unknown:
        yield Problem(f"{key}.{field}", where, "unknown key", listed(FIELDS, 30), nearest_name(field, FIELDS))
    for field in REQUIRED:
        if field not in entry:
            yield Problem(f"{key}.{field}", where, "missing")
    yield from _problems_of_numbers(key, where, entry)
    for field in ("effects", "prerequisites"):
        if not isinstance(entry.get(field, []), (list, tuple)):
            yield Problem(f"{key}.{field}", where, f"{entry[field]!r} is not a list", "[…]")
            return
    yield from _problems_of_names(key, where, entry)
    yield from _problems_of_sources(key, where, entry, config)
    for effect in entry.get("effects", ()):
        yield from _problems_of_effect(f"{key}.effects", where, effect, offered)
    for other in entry.get("prerequisites", ()):
        if other not in config.technologies and not _exists(other):
            nearest = nearest_name(other, config.technologies)
            yield Problem(f"{key}.prerequisites", where, f"unknown technology {other!r}", "", nearest)


def _problems_of_names(key: str, where: str, entry: Mapping[str, Any]) -> Iterable[Problem]:
    """Who adopts, who pays, and what the hazard depends on."""
    for field, known in (("adopter", ADOPTERS), ("payer", PAYERS), ("aid_payer", PAYERS)):
        name = entry.get(field, known[0])
        if name not in known:
            yield Problem(
                f"{key}.{field}", where, f"{name!r} is unknown", listed(known), nearest_name(str(name), known)
            )
    for name, slope in dict(entry.get("gradient") or {}).items():
        if name not in GRADIENTS:
            nearest = nearest_name(str(name), GRADIENTS)
            yield Problem(f"{key}.gradient.{name}", where, "unknown key", listed(GRADIENTS), nearest)
        elif isinstance(slope, bool) or not isinstance(slope, (int, float)) or not math.isfinite(slope):
            yield Problem(f"{key}.gradient.{name}", where, f"{slope!r} has the wrong type", "a number")


def _exists(technology: str) -> bool:
    from citysim.config.folders import options

    return technology in options("technology")


def _problems_of_numbers(key: str, where: str, entry: Mapping[str, Any]) -> Iterable[Problem]:
    for field in NUMBERS:
        if field not in entry:
            continue
        value = plain(entry[field])
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            yield Problem(f"{key}.{field}", where, f"{value!r} has the wrong type", "a number")
        elif field in SHARES and not 0 <= value <= 1:
            yield Problem(f"{key}.{field}", where, f"{value!r} is out of bounds", "from 0 to 1")
        elif not 0 <= value < math.inf:
            yield Problem(f"{key}.{field}", where, f"{value!r} is out of bounds", "from 0")


def _problems_of_sources(key: str, where: str, entry: Mapping[str, Any], config: Config) -> Iterable[Problem]:
    named = [("source", entry.get("source", "judgement"))]
    named += [(f"{field}.source", value["source"]) for field, value in entry.items() if _has_source(value)]
    named += [("effects.source", effect["source"]) for effect in entry.get("effects", ()) if _has_source(effect)]
    for field, source in named:
        if not config.book.knows(str(source)):
            nearest = config.book.nearest(str(source))
            yield Problem(
                f"{key}.{field}",
                where,
                f"unknown source {source!r}",
                f"a key of {config.book.where}",
                nearest,
            )


def _has_source(value: Any) -> bool:
    return isinstance(value, Mapping) and "source" in value


def _problems_of_effect(key: str, where: str, effect: Any, offered: set[str]) -> Iterable[Problem]:
    if not isinstance(effect, Mapping):
        yield Problem(key, where, f"{effect!r} is not an effect", listed(EFFECT_FIELDS))
        return
    for field in effect:
        if field not in EFFECT_FIELDS:
            nearest = nearest_name(str(field), EFFECT_FIELDS)
            yield Problem(f"{key}.{field}", where, "unknown key", listed(EFFECT_FIELDS), nearest)
    quantity = str(effect.get("quantity", ""))
    if quantity not in offered:
        nearest = nearest_name(quantity, offered)
        yield Problem(f"{key}.quantity", where, f"no domain offers {quantity!r}", listed(sorted(offered), 30), nearest)
    try:
        Effect(**effect)
    except (TypeError, ValueError) as error:
        yield Problem(key, where, str(error))
