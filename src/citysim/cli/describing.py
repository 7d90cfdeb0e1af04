"""`citysim describe <topic>`: what the model is made of, as tables or as JSON."""

from __future__ import annotations

import json
import math
import textwrap
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from citysim.config.catalogue import plain
from citysim.config.check import check
from citysim.config.city import rows as assumptions
from citysim.config.compose import compose
from citysim.config.errors import ConfigError
from citysim.config.folders import chosen_by, options, read_option
from citysim.config.schema import Config
from citysim.core.domain import Domain
from citysim.core.problems import Problem
from citysim.core.sources import RESERVED
from citysim.experiment.prepare import check_city, known_domains
from citysim.outputs.schema import COST_SPLITS, COST_UNIT, COSTS

Row = Mapping[str, Any]
Classes = Mapping[str, type[Domain]]
WIDTH_OF_KEYS = 46  # descriptions of parameters are wrapped to it
SHORTEST = 100  # columns assumed where the output is not a terminal and the environment names none


def describe(topic: str, overrides: Sequence[str], as_json: bool = False) -> int:
    """Print one topic under the given settings."""
    config = compose(*overrides)
    classes = known_domains()
    check(config, classes)
    closing = ""
    if topic == "city":
        from citysim.cli.describing_city import fit, marks  # loads the whole model

        check_city(config)
        rows = fit(config)
        closing = marks(rows)
    else:
        rows = TOPICS[topic](config, classes)
    if as_json:
        print(json.dumps(_without_nan(rows), indent=2, ensure_ascii=False, default=str, allow_nan=False))
    else:
        show(
            f"{topic}: scenario {config.scenario.name}, {config.city.get('title', config.choices.city)}",
            [brief(row) for row in rows] if topic == "parameters" else rows,
            SHOWN.get(topic),
        )
        if closing:
            print(closing)
    return 0


def _without_nan(value: Any) -> Any:
    """Plain copies in which a number that is none is null: JSON knows no NaN."""
    if isinstance(value, Mapping):
        return {key: _without_nan(below) for key, below in value.items()}
    if isinstance(value, list | tuple):
        return [_without_nan(below) for below in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


# Columns of the wide topics that fit a screen; --json gives all.
SHOWN: dict[str, tuple[str, ...]] = {
    "plan": ("step", "domain", "does", "reads", "changes", "couplings"),
    "domains": ("domain", "selected", "does", "parameters", "columns", "measures", "offers"),
    "parameters": ("key", "value", "role", "source"),
    "technologies": ("technology", "domain", "title_en", "adopter", "start_share", "ceiling", "cost", "cost_unit"),
    "scenarios": ("scenario", "title_en", "demographics", "adoption", "context", "policy", "targets_2050"),
    "bands": ("scenario", "target_of", "year", "target", "reached", "gap"),
    "sources": ("source", "figures", "publisher", "title", "year", "confidence"),
    "city": ("name", "zone", "kind", "target", "synthetic", "difference", "source", "year", "passes"),
}


def show(title: str, rows: Sequence[Row], shown: Sequence[str] | None = None) -> None:
    """Print rows as a table, with a column for each field that any row fills; known gaps follow as lines."""
    console = Console()
    if not console.is_terminal:
        console.width = max(console.width, 2 * SHORTEST)
    gaps = [row["known_gap"] for row in rows if "known_gap" in row]
    rows = [row for row in rows if "known_gap" not in row]
    names = list(dict.fromkeys(name for row in rows for name in row))
    names = [name for name in shown or names if any(row.get(name) not in (None, "", [], {}) for row in rows)]
    table = Table()
    for place, name in enumerate(names):
        table.add_column(name.replace("_", " "), overflow="fold", no_wrap=place == 0)
    for row in rows:
        table.add_row(*(text(row.get(name)) for name in names))
    console.print(title, style="bold", markup=False)
    console.print(table)
    for gap in gaps:
        console.print(f"known gap: {gap}", markup=False)


def text(value: Any) -> str:
    """Write a plain value for people."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {text(below)}" for key, below in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(text(below) for below in value)
    return str(value).replace("[", r"\[")


def plan(config: Config, classes: Classes) -> list[Row]:
    """Tell who acts when in a year, what it reads, what it changes, which feedbacks it obeys."""
    rows = []
    for rank, name in enumerate(config.domains, 1):
        domain = classes[name]
        owned = {column.split(".")[0] for column in domain.columns}
        rows.append(
            {
                "step": rank,
                "domain": name,
                "does": _first_line(domain),
                "reads": list(domain.reads),
                "changes": sorted(owned),
                "adds_and_removes": list(domain.rows),
                "couplings": {switch: config.coupling.get(switch, True) for switch in domain.couplings},
            }
        )
    return rows


def domains(config: Config, classes: Classes) -> list[Row]:
    """Tell what each domain declares."""
    return [
        {
            "domain": name,
            "selected": name in config.domains,
            "does": _first_line(domain),
            "parameters": len(domain.params),
            "columns": len(domain.columns),
            "measures": list(domain.measures),
            "offers": list(domain.offers),
        }
        for name, domain in classes.items()
    ]


def parameters(config: Config, classes: Classes) -> list[Row]:
    """List every parameter, and every assumption of the city, with value, unit, range, source and who set it."""
    file = f"configs/city/{config.choices.city}.yaml"
    own = config.parameters({name: classes[name].params for name in config.domains}).rows()
    return own + assumptions(config.city, config.origins, file)


def brief(parameter: Row) -> Row:
    """Write a parameter for a screen of 120 columns: two facts to a cell, files without what they all share."""
    unit = "" if parameter["unit"] == "1" else f" {parameter['unit']}"
    cost = str(parameter["cost"] or "").replace("_", " ")
    cells = {
        "key": (parameter["key"], textwrap.fill(parameter["description"], WIDTH_OF_KEYS)),
        "value": (text(parameter["value"]) + unit, f"range {text(parameter['range'])}" if parameter["range"] else ""),
        "role": (parameter["role"], f"paid by {parameter['payer']}: {cost}" if parameter["payer"] else ""),
        "source": (parameter["source"] or "", str(parameter["set_by"]).removeprefix("configs/").removesuffix(".yaml")),
    }
    return {name: "\n".join(filter(None, cell)) for name, cell in cells.items()}


def technologies(config: Config, _: Classes) -> list[Row]:
    """List the catalogue."""
    fields = ("identifier", "domain", "title_en", "adopter", "available", "start_share", "ceiling", "cost", "cost_unit")
    return [
        {
            "technology": name,
            **{field: plain(entry.get(field)) for field in fields},
            "payer": entry.get("payer", "households"),
            "effects": [
                f"{effect['quantity']} {effect['operation']} {plain(effect['value']):+g}"
                for effect in entry.get("effects") or ()
            ],
        }
        for name, entry in config.technologies.items()
    ]


def scenarios(_: Config, __: Classes) -> list[Row]:
    """List the shipped scenarios: what they choose and what they are expected to reach."""
    rows = []
    for name in options("scenario"):
        content = read_option("scenario", name)["scenario"]
        rows.append(
            {
                "scenario": name,
                "title_fr": content["title_fr"],
                "title_en": content["title_en"],
                "description": content["description"],
                **chosen_by(name),
                "fitting_alignment": content["insee_variant"],
                "targets_2050": content["targets"],
            }
        )
    return rows


def bands(config: Config, _: Classes) -> list[Row]:
    """Compare the stored runs of this city, the newest of each scenario, with what was expected of them."""
    from citysim.outputs.store import RunStore
    from citysim.report.bands import newest, reached

    stored = RunStore(config.output.root).select(city=config.city_name)
    if not stored:
        none = Problem("output.root", config.output.root, f"no finished run of {config.city_name}", "citysim run first")
        raise ConfigError([none])
    return [row for run in newest(stored) for row in reached(run)]


def indicators(config: Config, classes: Classes) -> list[Row]:
    """List every measure of the selected domains, and what all of them cost."""
    rows: list[Row] = [
        {
            "domain": name,
            "measure": measure,
            "unit": declaration.unit,
            "whole_city": not declaration.split,
            "by": [declaration.split] if declaration.split else list(declaration.by),
            "description": declaration.description,
        }
        for name in config.domains
        for measure, declaration in classes[name].measures.items()
    ]
    domain, measure = COSTS
    told = "what has been paid; by policy_payer, what policy levers cost"
    rest = {"unit": COST_UNIT, "whole_city": True, "by": list(COST_SPLITS), "description": told}
    return [*rows, {"domain": domain, "measure": measure, **rest}]


def sources(config: Config, classes: Classes) -> list[Row]:
    """List the book of sources, with how many figures of this run rest on each."""
    used = [str(row["source"]) for row in parameters(config, classes)]
    used += list(_sources_in(config.technologies))
    rows: list[Row] = [
        {
            "source": source.key,
            "figures": used.count(source.key),
            "publisher": source.publisher,
            "title": source.title,
            "year": source.year,
            "address": source.address,
            "confidence": source.confidence,
        }
        for source in config.book.values()
    ]
    return rows + [{"source": key, "figures": used.count(key)} for key in RESERVED if key in used]


def _sources_in(settings: Any) -> list[str]:
    if isinstance(settings, Mapping):
        here = [str(settings["source"])] if isinstance(settings.get("source"), str) else []
        return here + [key for below in settings.values() for key in _sources_in(below)]
    if isinstance(settings, list | tuple):
        return [key for below in settings for key in _sources_in(below)]
    return []


def _first_line(domain: type[Domain]) -> str:
    return (domain.__doc__ or "").strip().splitlines()[0] if domain.__doc__ else ""


TOPICS: dict[str, Callable[[Config, Classes], list[Row]]] = {
    "plan": plan,
    "domains": domains,
    "parameters": parameters,
    "technologies": technologies,
    "scenarios": scenarios,
    "bands": bands,
    "indicators": indicators,
    "sources": sources,
}
