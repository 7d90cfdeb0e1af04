"""The description of the model agrees with the code."""

import runpy
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"


def test_the_odd_page_is_up_to_date():
    builder = runpy.run_path(str(DOCS / "build_odd.py"))
    page = (DOCS / "odd.md").read_text(encoding="utf-8")
    assert builder["updated"](page) == page, "run `make docs`"
