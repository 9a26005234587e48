r"""Failures of a week: what levers leave of them at each touchpoint, and where they are counted.

A market says which share w_t of its failures, f a trip, is met at each touchpoint t. Where levers spare
customers the share a of all failures and a_t of those at t, the failures per trip that are left are

    f sum_t l_t,    l_t = w_t (1 - min(1, a + a_t)),

and a failure that happens is one of t with chance l_t / sum l. Nothing that a customer feels or does
depends on where a failure was met: no study that is known here tells the harm of one from that of another
by touchpoint. So it is not drawn; failures by touchpoint are counted by their chances.

Sources: what goes wrong in shops, by the words of customers (kelley1993, forbes2005); the shares by
touchpoint are assumed by trade.
"""

import numpy as np

from sim.common.kernels.rows import rows_above
from sim.common.random_numbers import Floats, Ints
from sim.levers.base import Delivery
from sim.market.market import Market
from sim.market.touchpoints import AVERTED_AT, FAILURES_AT, shares_of_failures
from sim.model.observers.recorder import Recorder


def left_at(market: Market, delivery: Delivery, rows: Ints) -> dict[str, Floats | float]:
    """Return what is left of some people's usual failures at each touchpoint, l_t, as a share of all."""
    everywhere, left = delivery.at("failures_averted", rows), {}
    for touchpoint, share in shares_of_failures(market).items():
        averted = everywhere + delivery.at(AVERTED_AT[touchpoint], rows)
        left[touchpoint] = share * (1.0 - _at_most_all(averted))
    return left


def all_left(delivery: Delivery, left: dict[str, Floats | float], rows: Ints) -> Floats | float:
    """Return the sum of what is left, to the last bit 1 - a where no lever acts at one touchpoint."""
    if not any(delivery.has(name) for name in AVERTED_AT.values()):
        return 1.0 - _at_most_all(delivery.at("failures_averted", rows))
    return sum(left.values())


def record(recorder: Recorder, left: dict[str, Floats | float], failed: Ints, rows: Ints) -> None:
    """Record failures, shape (m,), in all and by touchpoint: by the chances of what is left."""
    recorder.add("n_failures", failed, rows)
    met = rows_above(failed, 0)
    total = sum(_of(part, met) for part in left.values())
    for touchpoint, part in left.items():
        column = FAILURES_AT[touchpoint]
        recorder.expect(column)
        if met.size:
            recorder.add(column, failed[met] * (_of(part, met) / total), rows[met])


def _of(part: Floats | float, places: Ints) -> Floats | float:
    return part[places] if isinstance(part, np.ndarray) else part


def _at_most_all(share: Floats | float) -> Floats | float:
    return np.minimum(share, 1.0) if isinstance(share, np.ndarray) else min(share, 1.0)
