"""Cases an expert can check by hand: `<domain>.yaml` names a function, what is given and what to expect.

- name: rents fall when a quarter of homes stand empty
  function: citysim.domains.housing.supply:rent_change
  given: {vacancy: 0.25, natural_vacancy: 0.07, speed: 0.5}
  expect: -0.05
  tolerance: 1.0e-6
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
import yaml

FOLDER = Path(__file__).parent
CASES = [
    pytest.param(case, id=f"{file.stem}: {case['name']}")
    for file in sorted(FOLDER.glob("*.yaml"))
    for case in yaml.safe_load(file.read_text(encoding="utf-8"))
]


def as_given(value):
    return np.array(value) if isinstance(value, list) else value


def compare(result, expected, tolerance):
    if isinstance(expected, dict):
        for name, part in expected.items():
            compare(result[name] if isinstance(result, dict) else getattr(result, name), part, tolerance)
    else:
        np.testing.assert_allclose(
            np.asarray(result, dtype=float), np.asarray(expected, dtype=float), atol=tolerance, rtol=tolerance
        )


@pytest.mark.parametrize("case", CASES)
def test_case(case):
    unknown = set(case) - {"name", "function", "given", "expect", "tolerance", "note", "source"}
    assert not unknown, f"unknown keys {unknown}"
    module, _, function = case["function"].partition(":")
    given = {name: as_given(value) for name, value in case["given"].items()}
    result = getattr(import_module(module), function)(**given)
    compare(result, case["expect"], float(case.get("tolerance", 1e-6)))
