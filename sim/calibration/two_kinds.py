"""Two kinds of customers who leave at a hazard each: what a history says of the purchases to come.

Rates are Gamma(r, alpha) and stay; a share of customers leaves at the quick hazard, the others at the
slow one. For x purchases, the last at t_x, in T weeks, and a hazard mu, up to what both kinds share,

    alive: e^(-mu T),   left: mu int_{t_x}^{T} ((alpha + T) / (alpha + t))^(r + x) e^(-mu t) dt

(Schmittlein, Morrison & Colombo 1987 before the mixture over mu). With
w = ((alpha + t_x) / (alpha + t))^s, s = r + x - 1, the integral is one of a smooth function over w, taken
by Gauss and Legendre's rule.
"""

from collections.abc import Callable, Sequence

import numpy as np

from sim.common.random_numbers import Floats

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(24)
_MOST_LOG = 600.0  # odds beyond e to this are as good as certain


def chances_alive(
    x: Floats, t_x: Floats, age: Floats, rates: tuple[float, float], kinds: Sequence[float]
) -> tuple[Floats, Floats]:
    """Return the chances to be alive and of the quick kind, and alive and of the slow one.

    Parameters
    ----------
    x, t_x, age : ndarray, shape (n,)
        Purchases, week of the last, weeks since the first.
    rates : tuple of float
        r and alpha (weeks) of the gamma law of purchase rates.
    kinds : sequence of float
        Share of the quick kind, and the hazards of both per week.

    Returns
    -------
    tuple of ndarray, each of shape (n,)
    """
    (r, alpha), (share, *hazards) = rates, kinds
    s = r + x - 1.0
    s = np.where(np.abs(s) < 1e-6, 1e-6, s)
    log_ratio = np.log((alpha + age) / (alpha + t_x))
    end = np.exp(-np.clip(s * log_ratio, -_MOST_LOG, _MOST_LOG))
    # w from its value at T to 1; the last axis is that of the nodes
    w = end[:, None] + (1.0 - end)[:, None] * (1.0 + _NODES) / 2.0
    time = (alpha + t_x)[:, None] * np.exp(np.minimum(-np.log(w) / s[:, None], _MOST_LOG)) - alpha
    alive, left = [], np.zeros(x.size)
    for part, hazard in zip((share, 1.0 - share), hazards, strict=True):
        alive.append(part * np.exp(-hazard * age))
        at_nodes = np.exp(-hazard * np.minimum(time, age[:, None]))
        mean = np.sum(at_nodes * _WEIGHTS, axis=1) / 2.0
        left += part * hazard * (alpha + age) / (s * end) * (1.0 - end) * mean
    total = alive[0] + alive[1] + left
    return alive[0] / total, alive[1] / total


def purchases_ahead_of_two_kinds(
    x: Floats, t_x: Floats, age: Floats, rates: tuple[float, float], kinds: Sequence[float]
) -> Callable[[float], Floats]:
    """Return a function: weeks to come -> purchases expected; parameters as in `chances_alive`."""
    chances = chances_alive(x, t_x, age, rates, kinds)
    rate = (rates[0] + x) / (rates[1] + age)

    def expected(weeks: float) -> Floats:
        there = np.zeros(x.size)
        for chance, hazard in zip(chances, kinds[1:], strict=True):
            there += chance * (-np.expm1(-hazard * weeks) / hazard if hazard > 0 else weeks)
        return rate * there

    return expected
