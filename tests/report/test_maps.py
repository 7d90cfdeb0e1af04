"""Names on maps stand in the middle of their zones and do not run into the next."""

import numpy as np
import pytest

from citysim.report.maps import _centre, _in_lines


def test_a_name_stands_at_the_centroid():
    square = np.array([[0.0, 0.0], [2.0, 0.0], [2.0, 2.0], [0.0, 2.0]])
    np.testing.assert_allclose(_centre(square), [1.0, 1.0])
    closed_triangle = np.array([[0.0, 0.0], [0.0, 3.0], [3.0, 0.0], [0.0, 0.0]])
    np.testing.assert_allclose(_centre(closed_triangle), [1.0, 1.0])


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Trouy", "Trouy"),
        ("Marmagnes-lès", "Marmagnes-\nlès"),
        ("La Chapelle-Saint-Ursin", "La Chapelle-\nSaint-Ursin"),
        ("Villequiersans", "Villequiersans"),
    ],
)
def test_long_names_take_two_lines(name, shown):
    assert _in_lines(name) == shown
