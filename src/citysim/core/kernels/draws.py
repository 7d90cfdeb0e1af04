"""Compiled inner loops of the draws: the hash, logarithm, exponential and normal quantile of the engine.

Logarithms and exponentials are computed by polynomials of our own (Cephes form, relative error below 1e-15), so that
results do not depend on a platform's mathematics library and loops can be vectorised.
"""

from __future__ import annotations

import numpy as np
from numba import njit

SHIFT_30, SHIFT_27, SHIFT_31, SHIFT_11 = (np.uint64(n) for n in (30, 27, 31, 11))
FIRST, SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
GAMMA = np.uint64(0x9E3779B97F4A7C15)
UNIT, HALF_UNIT = 2.0**-53, 2.0**-54
LN2_HIGH, LN2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10
LOG2_E = 1.4426950408889634
EXP_TOP = (1.26177193074810590878e-4, 3.02994407707441961300e-2, 9.99999999999999999910e-1)
EXP_LOW = (3.00198505138664455042e-6, 2.52448340349684104192e-3, 2.27265548208155028766e-1, 2.0)


@njit(inline="always", cache=True)
def mix(state):
    state = (state ^ (state >> SHIFT_30)) * FIRST
    state = (state ^ (state >> SHIFT_27)) * SECOND
    return state ^ (state >> SHIFT_31)


@njit(inline="always", cache=True)
def to_unit(bits):
    return np.float64(bits >> SHIFT_11) * UNIT + HALF_UNIT


@njit(inline="always", cache=True)
def keyed_unit(stream, key):
    return to_unit(mix(stream + key * GAMMA))


@njit(inline="always", cache=True)
def logarithm(x):
    """Natural logarithm of a positive normal number (fdlibm's reduction and polynomial, no branches)."""
    bits = np.float64(x).view(np.uint64)
    bits = bits + np.uint64(0x3FF0000000000000 - 0x3FE6A09E667F3BCD)
    exponent = np.float64(np.int64(bits >> np.uint64(52)) - 1023)
    bits = (bits & np.uint64(0x000FFFFFFFFFFFFF)) + np.uint64(0x3FE6A09E667F3BCD)
    f = np.uint64(bits).view(np.float64) - 1.0
    s = f / (2.0 + f)
    z = s * s
    w = z * z
    odd = w * (0.3999999999940941908 + w * (0.2222219843214978396 + w * 0.1531383769920937332))
    even = z * (
        0.6666666666666735130 + w * (0.2857142874366239149 + w * (0.1818357216161805012 + w * 0.1479819860511658591))
    )
    half = 0.5 * f * f
    return exponent * LN2_HIGH - ((half - (s * (half + odd + even) + exponent * LN2_LOW)) - f)


# Wichura's coefficients, highest power first: of the centre, of the tails, and far out in them.
CENTRE_TOP = (
    2.5090809287301226727e3, 3.3430575583588128105e4, 6.7265770927008700853e4, 4.5921953931549871457e4,
    1.3731693765509461125e4, 1.9715909503065514427e3, 1.3314166789178437745e2, 3.3871328727963666080e0,
)  # fmt: skip
CENTRE_LOW = (
    5.2264952788528545610e3, 2.8729085735721942674e4, 3.9307895800092710610e4, 2.1213794301586595867e4,
    5.3941960214247511077e3, 6.8718700749205790830e2, 4.2313330701600911252e1, 1.0,
)  # fmt: skip
MIDDLE_TOP = (
    7.74545014278341407640e-4, 2.27238449892691845833e-2, 2.41780725177450611770e-1, 1.27045825245236838258e0,
    3.64784832476320460504e0, 5.76949722146069140550e0, 4.63033784615654529590e0, 1.42343711074968357734e0,
)  # fmt: skip
MIDDLE_LOW = (
    1.05075007164441684324e-9, 5.47593808499534494600e-4, 1.51986665636164571966e-2, 1.48103976427480074590e-1,
    6.89767334985100004550e-1, 1.67638483018380384940e0, 2.05319162663775882187e0, 1.0,
)  # fmt: skip
TAIL_TOP = (
    2.01033439929228813265e-7, 2.71155556874348757815e-5, 1.24266094738807843860e-3, 2.65321895265761230930e-2,
    2.96560571828504891230e-1, 1.78482653991729133580e0, 5.46378491116411436990e0, 6.65790464350110377720e0,
)  # fmt: skip
TAIL_LOW = (
    2.04426310338993978564e-15, 1.42151175831644588870e-7, 1.84631831751005468180e-5, 7.86869131145613259100e-4,
    1.48753612908506148525e-2, 1.36929880922735805310e-1, 5.99832206555887937690e-1, 1.0,
)  # fmt: skip


@njit(inline="always", cache=True)
def polynomial(coefficients, x):
    """Value at `x` of a polynomial by its coefficients, highest power first (Horner's rule)."""
    value = 0.0
    for coefficient in coefficients:
        value = value * x + coefficient
    return value


@njit(inline="always", cache=True)
def quantile(p):
    """Standard normal quantile (Wichura 1988, algorithm AS 241, PPND16)."""
    q = p - 0.5
    if abs(q) <= 0.425:
        r = 0.180625 - q * q
        return q * polynomial(CENTRE_TOP, r) / polynomial(CENTRE_LOW, r)
    r = np.sqrt(-logarithm(p if q < 0.0 else 1.0 - p))
    if r <= 5.0:
        r -= 1.6
        size = polynomial(MIDDLE_TOP, r) / polynomial(MIDDLE_LOW, r)
    else:
        r -= 5.0
        size = polynomial(TAIL_TOP, r) / polynomial(TAIL_LOW, r)
    return -size if q < 0.0 else size


@njit(inline="always", cache=True)
def exponential(x):
    """Exponential (Cephes' reduction and quotient, no branches); beyond +-700 that of +-700."""
    x = min(max(x, -700.0), 700.0)
    power = np.floor(LOG2_E * x + 0.5)
    x = (x - power * LN2_HIGH) - power * LN2_LOW
    top = x * polynomial(EXP_TOP, x * x)
    scale = np.int64((np.int64(power) + 1023) << 52).view(np.float64)
    return scale * (1.0 + 2.0 * top / (polynomial(EXP_LOW, x * x) - top))


@njit(cache=True)
def uniform(stream, keys):
    out = np.empty(keys.size, dtype=np.float64)
    for i in range(keys.size):
        out[i] = keyed_unit(stream, keys[i])
    return out


@njit(cache=True)
def uniform_pairs(stream, keys, alternatives):
    out = np.empty(alternatives.shape, dtype=np.float64)
    for i in range(keys.size):
        state = mix(stream + keys[i] * GAMMA)
        for j in range(alternatives.shape[1]):
            out[i, j] = to_unit(mix(state + alternatives[i, j] * GAMMA))
    return out


@njit(cache=True)
def normal(stream, keys):
    out = np.empty(keys.size, dtype=np.float64)
    for i in range(keys.size):
        out[i] = quantile(keyed_unit(stream, keys[i]))
    return out


@njit(cache=True)
def normal_quantile(probability):
    out = np.empty(probability.shape, dtype=np.float64)
    flat, result = probability.ravel(), out.ravel()
    for i in range(flat.size):
        result[i] = quantile(flat[i])
    return result.reshape(probability.shape)


@njit(cache=True)
def fold(states, parts):
    """Fold one more number into each hash (`citysim.core.draws.combine`); one state or one number may serve for all."""
    out = np.empty(max(states.size, parts.size) if min(states.size, parts.size) else 0, dtype=np.uint64)
    last_state, last_part = states.size - 1, parts.size - 1
    for i in range(out.size):
        out[i] = mix((states[min(i, last_state)] ^ mix(parts[min(i, last_part)] + GAMMA)) + GAMMA)
    return out


@njit(cache=True)
def any_noted(table, used, keys):
    """Whether one of some keys is in a hash table: keys and used places, of a power of two."""
    last = np.uint64(table.size - 1)
    for key in keys:
        place = mix(key) & last
        while used[place]:
            if table[place] == key:
                return True
            place = (place + np.uint64(1)) & last
    return False


@njit(cache=True)
def note(table, used, keys):
    """Put keys into a hash table that has room for them."""
    last = np.uint64(table.size - 1)
    for key in keys:
        place = mix(key) & last
        while used[place] and table[place] != key:
            place = (place + np.uint64(1)) & last
        table[place] = key
        used[place] = True
