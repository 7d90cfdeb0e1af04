"""Compiled sums and numbers by group agree with NumPy."""

import numpy as np
import pytest

from citysim.core.draws import Draws, mix_keys
from citysim.core.kernels.groups import as_bits, common_bits, group_medians
from twins import groups


def lots(name, size):
    return Draws(1, 2030).uniform(f"test.{name}", mix_keys("test", np.arange(size)))


@pytest.mark.parametrize("size", [0, 1, 63, 64, 65, 5000])
def test_common_bits_are_the_rows_selected_in_each_group(size):
    group, selected = np.floor(lots("group", size) * 5), lots("selected", size) < 0.3
    masks = np.array([as_bits(group == code) for code in range(5)])
    found = common_bits(masks, as_bits(selected))
    np.testing.assert_array_equal(found, groups.common_bits(masks, as_bits(selected)))
    np.testing.assert_array_equal(found, [np.count_nonzero(selected & (group == code)) for code in range(5)])


@pytest.mark.parametrize("size", [0, 1, 4, 5, 5000])
def test_medians_by_group(size):
    places = np.floor(lots("place", size) * 8).astype(np.uint16)
    places[places == 2] = 3  # a group without rows
    for values in (np.sort(lots("value", size)), np.sort(np.floor(lots("value", size) * 9))):
        np.testing.assert_array_equal(group_medians(places, 7, values), groups.group_medians(places, 7, values))
