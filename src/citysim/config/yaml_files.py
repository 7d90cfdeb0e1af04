"""Reads YAML as Hydra does (1e-5 is a number, a key may occur once), many times faster for large files."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from citysim.config.errors import ConfigError
from citysim.core.problems import Problem

FLOAT = re.compile(
    r"""^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+]?[0-9]+)?
    |[-+]?[0-9][0-9_]*[eE][-+]?[0-9]+
    |\.[0-9_]+(?:[eE][-+]?[0-9]+)?
    |[-+]?\.(?:inf|Inf|INF)
    |\.(?:nan|NaN|NAN))$""",
    re.VERBOSE,
)


class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Safe loader that refuses a key given twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Build a mapping, refusing duplicates."""
        seen = set()
        for key_node, _ in node.value:
            if key_node.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"{key_node.value!r} twice", key_node.start_mark)
            seen.add(key_node.value)
        content: dict[Any, Any] = super().construct_mapping(node, deep)
        return content


Loader.add_implicit_resolver("tag:yaml.org,2002:float", FLOAT, list("-+0123456789."))


def read_mapping(path: Path, name: str) -> dict[str, Any]:
    """Content of a YAML file; an empty file is an empty mapping.

    Parameters
    ----------
    path
        The file.
    name
        What messages call it.

    Raises
    ------
    ConfigError
        If it is not YAML, gives a key twice, or is not a mapping.
    """
    return dict(_read(path, path.stat().st_mtime_ns, name))


@cache
def _read(path: Path, modified: int, name: str) -> dict[str, Any]:
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f"line {mark.line + 1}: " if mark is not None else ""
        raise ConfigError([Problem(path.stem, name, f"{line}{getattr(error, 'problem', error)}", "YAML")]) from None
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise ConfigError([Problem(path.stem, name, "is not a mapping", "key: value")])
    return {str(key): value for key, value in content.items()}
