"""Writes the generated half of docs/odd.md from the domains' own declarations: `python docs/build_odd.py`."""

from __future__ import annotations

import sys
from pathlib import Path

from citysim import domains as package
from citysim.core.domain import Domain, discover

PAGE = Path(__file__).parent / "odd.md"
BEGIN, END = "<!-- generated from declarations: begin -->", "<!-- generated from declarations: end -->"
ORDER = ("demography", "training", "work", "housing", "technology", "mobility", "food", "health", "environment")


def generated() -> str:
    """State variables, feedbacks, parameters and measures of every domain, as Markdown."""
    found = discover(package)
    parts = [one for name in ORDER if name in found for one in section(found[name])]
    return "\n".join([BEGIN, "", *parts, END])


def section(one: type[Domain]) -> list[str]:
    """Return one domain's part of the page."""
    lines = [f"### {one.name}", "", (one.__doc__ or "").strip().split("\n")[0], ""]
    lines += [f"Reads: {', '.join(f'`{full}`' for full in one.reads) or 'nothing of others'}.", ""]
    if one.couplings:
        obeyed = "; ".join(f"`{key}`: {text}" for key, text in one.couplings.items())
        lines += [f"Feedbacks it obeys: {obeyed}.", ""]
    lines += table(("state variable", "type", "unit", "meaning"), [
        (f"`{full}`", column.dtype, column.unit, column.description) for full, column in one.columns.items()
    ])  # fmt: skip
    lines += table(("parameter", "unit", "role", "meaning"), [
        (f"`{key}`", param.unit, param.role, param.description) for key, param in one.params.items()
    ])  # fmt: skip
    lines += table(("measure", "unit", "by", "meaning"), [
        (f"`{key}`", measure.unit, measure.split or ", ".join(measure.by), measure.description)
        for key, measure in one.measures.items()
    ])  # fmt: skip
    return lines


def table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> list[str]:
    """Return a Markdown table, or nothing where there are no rows."""
    if not rows:
        return []
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return [*lines, *("| " + " | ".join(cell.replace("|", "/") for cell in row) + " |" for row in rows), ""]


def updated(page: str) -> str:
    """Put today's declarations between the marks of the page."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return before + generated() + after


if __name__ == "__main__":
    PAGE.write_text(updated(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    sys.stdout.write(f"{PAGE.name} written\n")
