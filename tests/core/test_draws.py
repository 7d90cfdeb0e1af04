"""Keyed draws: known answers, uniformity, independence, and no draw taken twice."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from citysim.core.draws import GOLDEN, Drawn, Draws, RepeatedDrawError, combine, mix64, mix_keys, name_hash
from citysim.core.kernels import draws as kernels
from twins import draws as twins

KEYS = mix_keys("test", np.arange(50_000))


def test_mix64_is_the_published_splitmix64():
    # First outputs of splitmix64 from state 1234567 (the test vector that its public implementations share).
    state = 1234567
    expected = [6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431]
    for rank, answer in enumerate(expected, start=1):
        assert mix64(state + rank * GOLDEN) == answer


def test_name_hash_is_fnv_1a():
    assert name_hash("") == 0xCBF29CE484222325
    assert name_hash("a") == 0xAF63DC4C8601EC8C
    assert name_hash("foobar") == 0x85944171F73967E8


def test_a_draw_is_the_hash_of_seed_name_year_key_and_index():
    state = combine(combine(mix64(7 + GOLDEN), 2030), name_hash("demography.death"))
    bits = mix64(combine(state, 3) + int(KEYS[0]) * GOLDEN)
    drawn = Draws(7, 2030).uniform("demography.death", KEYS[:1], index=3)
    assert drawn[0] == (bits >> 11) * 2.0**-53 + 2.0**-54


def test_known_answers_do_not_change():
    draws = Draws(1, 2025)
    keys = np.array([1, 2, 3], dtype=np.uint64)
    assert draws.uniform("a", keys).tolist() == [0.3257016223820029, 0.8380312319559104, 0.9406699534109371]
    assert draws.normal("b", keys).tolist() == pytest.approx(
        [-0.6714405513174635, -1.2398010210588295, 0.007807293129174248], abs=1e-14
    )


@pytest.mark.parametrize("index", [0, 1])
def test_kernels_equal_their_numpy_twins(index):
    stream = Draws(3, 2041).stream("x", index)
    np.testing.assert_array_equal(kernels.uniform(stream, KEYS), twins.uniform(stream, KEYS))
    alternatives = np.broadcast_to(np.arange(5, dtype=np.uint64), (KEYS.size, 5))
    pairs = kernels.uniform_pairs(stream, KEYS, alternatives)
    np.testing.assert_array_equal(pairs, twins.uniform_pairs(stream, KEYS, alternatives))


def test_logarithm_is_accurate_to_the_last_bits():
    unit = twins.uniform(np.uint64(5), KEYS)
    gumbel = Draws(1, 1).gumbel("g", KEYS)
    assert np.isfinite(gumbel).all()
    ours = kernels.normal_quantile(unit)
    scale = np.abs(ours) + 1.0
    # The quantile is inverted by the error function: an independent check of AS 241 and of our logarithm.
    from math import erf, sqrt

    back = np.array([0.5 * (1 + erf(z / sqrt(2))) for z in ours[:5000]])
    assert np.max(np.abs(back - unit[:5000]) / scale[:5000]) < 1e-14


def test_exponential_is_accurate_to_the_last_bits():
    powers = np.append(np.linspace(-699, 699, 4001), [0.0, -1e9, -np.inf])
    ours = [kernels.exponential(power) for power in powers]
    np.testing.assert_allclose(ours, np.exp(np.maximum(powers, -700.0)), rtol=1e-15)


def test_uniforms_are_uniform_and_years_independent():
    one, two = Draws(1, 2025).uniform("x", KEYS), Draws(1, 2026).uniform("x", KEYS)
    counts = np.histogram(one, 100, (0, 1))[0]
    chi_square = np.sum((counts - 500.0) ** 2 / 500.0)
    assert chi_square < 149  # 99.9 % quantile of chi square with 99 degrees of freedom: 148.2
    assert abs(np.corrcoef(one, two)[0, 1]) < 4 / np.sqrt(KEYS.size)  # 4 standard errors


def test_small_consecutive_keys_draw_as_well_as_hashed_ones():
    keys = np.arange(50_000, dtype=np.uint64)
    drawn = Draws(1, 2025).uniform("x", keys)
    assert abs(np.corrcoef(drawn[:-1], drawn[1:])[0, 1]) < 4 / np.sqrt(keys.size)
    assert abs(drawn.mean() - 0.5) < 4 / np.sqrt(12 * keys.size)


def test_normals_are_standard():
    drawn = Draws(1, 2025).normal("x", KEYS)
    assert abs(drawn.mean()) < 4 / np.sqrt(KEYS.size)
    assert abs(drawn.std() - 1) < 4 / np.sqrt(2 * KEYS.size)


def test_order_of_agents_and_of_decisions_changes_nothing():
    forward, backward = Draws(1, 2025), Draws(1, 2025)
    a = forward.uniform("a", KEYS)
    b = forward.uniform("b", KEYS)
    np.testing.assert_array_equal(backward.uniform("b", KEYS[::-1]), b[::-1])
    np.testing.assert_array_equal(backward.uniform("a", KEYS), a)


def test_the_same_draw_twice_raises():
    draws = Draws(1, 2025)
    draws.uniform("moves", KEYS[:10])
    draws.uniform("moves", KEYS[10:20])
    draws.uniform("moves", KEYS[:10], index=1)
    with pytest.raises(RepeatedDrawError, match="moves"):
        draws.normal("moves", KEYS[9:12])


def test_whoever_drew_is_found_among_many_groups():
    drawn, groups = Drawn(), np.split(np.concatenate([KEYS[:9000], np.arange(1000, dtype=np.uint64)]), 100)
    for rank, group in enumerate(groups):
        assert not drawn.has(group)
        drawn.add(group)
        if rank % 10 == 0:
            asked = np.append(KEYS[20_000:20_010], groups[rank // 2][-1])
            assert drawn.has(asked) == np.isin(asked, np.concatenate(groups[: rank + 1])).any()
            assert not drawn.has(asked[:-1])


def test_keys_must_be_keys():
    with pytest.raises(TypeError, match="uint64"):
        Draws(1, 2025).uniform("x", np.arange(3))


def test_integers_stay_below_their_number():
    number = np.array([1, 2, 3, 10])
    drawn = Draws(1, 2025).integers("x", KEYS[:4], number)
    assert ((drawn >= 0) & (drawn < number)).all()


@given(st.integers(0, 2**31), st.integers(0, 2**31))
def test_identities_depend_on_every_part(one, other):
    first = mix_keys("arrival", np.array([one]), 2030)
    assert first[0] == mix_keys("arrival", np.array([one]), 2030)[0]
    assert first[0] != mix_keys("arrival", np.array([one]), 2031)[0]
    assert first[0] != mix_keys("dwelling", np.array([one]), 2030)[0]
    if one != other:
        assert first[0] != mix_keys("arrival", np.array([other]), 2030)[0]


def test_identities_are_unique():
    keys = mix_keys("person", np.repeat(np.arange(1000), 100), np.tile(np.arange(100), 1000))
    assert np.unique(keys).size == keys.size == 100_000


def test_an_identity_folds_its_parts_in_order():
    ranks = np.array([0, 3, -1])
    keys = mix_keys("person", 2025, np.array([7]), ranks, 2)
    expected = [name_hash("person"), 2025, 7, None, 2]
    for key, rank in zip(keys, ranks, strict=True):
        state = 0
        for part in expected:
            state = combine(state, int(rank) % 2**64 if part is None else part)
        assert key == state
    assert mix_keys("person", np.empty(0, np.int64), 2025).size == 0
    assert mix_keys("person", 2025).tolist() == [combine(combine(0, name_hash("person")), 2025)]
