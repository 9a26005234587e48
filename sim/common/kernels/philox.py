"""Addressed random numbers and the inversion of discrete laws."""

from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from sim.common.kernels import compiled

#: Constants of Philox4x64 (Salmon, Moraes, Dror & Shaw 2011, table 2 and section 3.3).
_MULTIPLY_0, _MULTIPLY_1 = np.uint64(0xD2E7470EE14C6C93), np.uint64(0xCA5A826395121157)
_WEYL_0, _WEYL_1 = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBB67AE8584CAA73B)
_ROUNDS = 10
_STEP, _HALF_STEP = 2.0**-53, 2.0**-54  # the half moves 0 off zero, so that no inverse is infinite

_BLOCK = 512  # people whose intermediate results fit the processor's nearest cache
_ROUNDING = 1e-12  # far above that of the expressions compared, far below any chance


def _multiply(typing: Any, a: Any, b: Any) -> Any:  # runs inside the compiler
    """Return the upper and the lower half of the 128-bit product of two 64-bit numbers."""
    halves = types.UniTuple(types.uint64, 2)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        wide, word = ir.IntType(128), ir.IntType(64)
        product = builder.mul(*(builder.zext(argument, wide) for argument in arguments))
        upper = builder.trunc(builder.lshr(product, ir.Constant(wide, 64)), word)
        return context.make_tuple(builder, halves, (upper, builder.trunc(product, word)))

    return halves(types.uint64, types.uint64), generate


_product: Any = intrinsic(_multiply)


@compiled
def _philox(block: Any, week: Any, key_0: Any, key_1: Any) -> Any:
    """Return the four numbers of a block: Philox4x64-10 of counter (block, 0, 0, week)."""
    x_0, x_1, x_2, x_3 = np.uint64(block), np.uint64(0), np.uint64(0), np.uint64(week)
    for _ in range(_ROUNDS):
        high_0, low_0 = _product(_MULTIPLY_0, x_0)
        high_1, low_1 = _product(_MULTIPLY_1, x_2)
        x_0, x_1, x_2, x_3 = high_1 ^ x_1 ^ key_0, low_1, high_0 ^ x_3 ^ key_1, low_0
        key_0, key_1 = key_0 + _WEYL_0, key_1 + _WEYL_1
    return x_0, x_1, x_2, x_3


@compiled
def _unit(bits: Any) -> Any:
    return (bits >> np.uint64(11)) * _STEP + _HALF_STEP


@compiled
def uniforms(seed: Any, key: Any, week: Any, size: int) -> Any:
    """Return the first draws of a stream: those of ``Generator(Philox(...)).random``, moved off zero.

    Parameters
    ----------
    seed, key : int
        The two words of the Philox key, not negative.
    week : int
        Last word of the counter, not negative; numpy begins with block 1.
    size : int

    Returns
    -------
    ndarray of float, shape (size,)
    """
    out, key_0, key_1 = np.empty(size), np.uint64(seed), np.uint64(key)
    for block in range(size // 4):
        a, b, c, d = _philox(block + 1, week, key_0, key_1)
        at = 4 * block
        out[at], out[at + 1], out[at + 2], out[at + 3] = _unit(a), _unit(b), _unit(c), _unit(d)
    done = size - size % 4
    if done < size:
        a, b, c, d = _philox(size // 4 + 1, week, key_0, key_1)
        out[done] = _unit(a)
        if done + 1 < size:
            out[done + 1] = _unit(b)
        if done + 2 < size:
            out[done + 2] = _unit(c)
    return out


@compiled
def uniforms_at(seed: Any, key: Any, week: Any, rows: Any) -> Any:
    """Return the draws at some positions of a stream, those of `uniforms` there.

    Parameters
    ----------
    seed, key, week
        As in `uniforms`.
    rows : ndarray of int, shape (m,)
        Positions; quickest in ascending order, since four neighbours share a block.

    Returns
    -------
    ndarray of float, shape (m,)
    """
    out, key_0, key_1 = np.empty(rows.size), np.uint64(seed), np.uint64(key)
    last: Any = np.int64(-1)
    a: Any = np.uint64(0)
    b = c = d = a
    for i in range(rows.size):
        block, place = rows[i] >> 2, rows[i] & 3
        if block != last:
            a, b, c, d = _philox(block + 1, week, key_0, key_1)
            last = block
        low, high = b if place & 1 else a, d if place & 1 else c
        out[i] = _unit(high if place & 2 else low)
    return out


@compiled
def uniforms_in_turn(seed: Any, keys: Any, week: Any, rows: Any, times: Any) -> Any:
    """Return the draws of people who need several, each from the stream of its turn.

    Parameters
    ----------
    seed, week
        As in `uniforms`.
    keys : ndarray of uint64, shape (turns,)
        Of the streams; as many as anybody needs draws.
    rows : ndarray of int, shape (m,)
        Positions, as in `uniforms_at`.
    times : ndarray of int, shape (m,)
        Draws that each needs.

    Returns
    -------
    tuple of ndarray of int and of float, each of shape (sum of times,)
        Place among `rows`, and draw: all first ones, then all second ones, ...
    """
    place, k, begin = np.empty(times.sum(), np.int64), 0, 0
    for i in range(times.size):
        if times[i] > 0:
            place[k] = i
            k += 1
    out = np.empty(place.size)
    for turn in range(keys.size):
        end = k
        out[begin:end] = uniforms_at(seed, keys[turn], week, rows[place[begin:end]])
        for i in range(begin, end):
            if times[place[i]] > turn + 1:
                place[k] = place[i]
                k += 1
        begin = end
    return place, out


@compiled
def poisson(uniform: Any, mean: Any, none: Any, largest: float) -> Any:
    """Invert the Poisson law by recursion over its probabilities, up to a largest mean.

    Blocks of people take the first steps together, without a branch, until few are left.

    Parameters
    ----------
    uniform, mean : ndarray of float, shape (n,)
    none : ndarray of float, shape (n,)
        Probability of a count of 0, exp(-mean).
    largest : float
        Above it exp(-mean) leaves no digits to add up; the count is then left at 0.

    Returns
    -------
    ndarray of int, shape (n,)
    """
    out = np.zeros(uniform.size, np.int64)
    p, below = np.empty(_BLOCK), np.empty(_BLOCK)
    for start in range(0, uniform.size, _BLOCK):
        end = min(start + _BLOCK, uniform.size)
        u, m, count = uniform[start:end], mean[start:end], out[start:end]
        going: Any = 0
        for j in range(u.size):
            p[j] = below[j] = none[start + j]
            count[j] = np.int64(u[j] > below[j])
            going += count[j]
        k = 0
        while going > u.size // 8:
            k += 1
            going = 0
            for j in range(u.size):
                p[j] *= m[j] / k
                below[j] += p[j]
                more = (u[j] > below[j]) & ((p[j] > 0.0) | (k < m[j]))
                count[j] += np.int64(more)
                going += np.int64(more)
        for j in range(u.size):
            if m[j] > largest:
                count[j] = 0
            elif count[j] > k:
                count[j] = _poisson_from(k, u[j], m[j], p[j], below[j])
    return out


@compiled
def _poisson_from(k: int, u: float, m: float, p: float, below: float) -> int:
    """Go on with the recursion of one person from count k, which is too small."""
    while u > below and (p > 0.0 or k < m):
        k += 1
        p *= m / k
        below += p
    return k


@compiled
def binomial(uniform: Any, trials: Any, chance: Any) -> Any:
    """Invert the binomial law by recursion over its probabilities.

    Parameters
    ----------
    uniform : ndarray of float, shape (n,)
    trials : ndarray of int, shape (n,)
    chance : ndarray of float, shape (n,)

    Returns
    -------
    ndarray of int, shape (n,)
    """
    out = np.zeros(uniform.size, np.int64)
    for i in range(uniform.size):
        n, c, u = trials[i], chance[i], uniform[i]
        if c >= 1.0:
            out[i] = n
        # (1 - c)^n is at least 1 - n c (Bernoulli's inequality): most need no power
        elif n > 0 and c > 0.0 and u > 1.0 - n * c - _ROUNDING:
            odds = c / (1.0 - c)
            p = np.exp(n * np.log1p(-c))
            below, k = p, 0
            while u > below and k < n:
                p = p * (n - k) / (k + 1) * odds
                below += p
                k += 1
            out[i] = k
    return out


@compiled
def tabled_gamma_sum(score: Any, count: Any, roots: Any, first: float, step: float) -> Any:
    """Return sums of gamma variables from the cube roots of their quantiles on a grid of scores.

    Parameters
    ----------
    score : ndarray of float, shape (n,)
        Normal scores.
    count : ndarray of int, shape (n,)
        Terms of each sum; 0 gives 0, and so does more than the table holds.
    roots : ndarray of float, shape (largest count, points)
    first, step : float
        Of the grid; scores off it are brought to its ends.

    Returns
    -------
    ndarray of float, shape (n,)
    """
    out = np.zeros(score.size)
    end = roots.shape[1] - 1.000001
    for i in range(score.size):
        row = count[i] - 1
        if 0 <= row < roots.shape[0]:
            place = min(max((score[i] - first) / step, 0.0), end)
            left = int(place)
            low, high = roots[row, left], roots[row, left + 1]
            out[i] = (low + (place - left) * (high - low)) ** 3
    return out
