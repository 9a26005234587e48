"""What levers add to an outcome, person by person."""

from typing import Any

import numpy as np

from sim.common.kernels import compiled

#: Partial sums that are kept apart, as in `sim.common.kernels.sums`.
_LANES = 8


@compiled
def add_gain(term: Any, favourable: int, cap: float, plain: Any, total: Any) -> None:
    """Combine what one more lever adds in favour of the firm with what others do.

    The rule is that of `sim.model.week.saturation`.

    Parameters
    ----------
    term : ndarray of float, shape (people,)
        The lever's.
    favourable : {1, -1}
        Sign of what is good for the firm.
    cap : float
        Most that all bring together.
    plain, total : ndarray of float, shape (people,)
        What the gains of the levers so far add up to, and what they bring together; written.
    """
    for i in range(term.size):
        gain = max(favourable * term[i], 0.0)
        more, less = max(total[i], gain), min(total[i], gain)
        plain[i] += gain
        total[i] = more + less * max(0.0, 1.0 - more / cap)


@compiled
def scale_gain(term: Any, favourable: int, factor: Any) -> Any:
    """Return a lever's term with what is in favour of the firm scaled, shape (people,)."""
    out = np.empty(term.size)
    for i in range(term.size):
        out[i] = term[i] * factor[i] if favourable * term[i] > 0 else term[i]
    return out


@compiled
def take_term(term: Any, rows: Any, segment: Any, eta: Any, column: Any, week: int) -> None:
    """Add some people's term to the sums of their terms, and to a week's sums by segment.

    Parameters
    ----------
    term : ndarray of float, shape (people,)
    rows : ndarray of int, shape (m,)
    segment : ndarray of int, shape (people,)
    eta : ndarray of float, shape (m,)
        Written.
    column : ndarray of float, shape (weeks, segments)
        Its row of that week is written.
    week : int
    """
    lanes = np.zeros((_LANES, column.shape[1]))
    for i in range(rows.size):
        value = term[rows[i]]
        eta[i] += value
        lanes[i % _LANES, segment[rows[i]]] += value
    sums = lanes.sum(axis=0)
    for k in range(sums.size):
        column[week, k] += sums[k]
