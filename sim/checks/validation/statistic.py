"""The simulated statistic of a fact, its interval, and whether it meets the published band.

A fact may be looked at twice, the second time with the lives of the first look among those of the second.
Two looks at 99 % each would miss more often than one in a hundred. The error is therefore split evenly
over the looks beforehand (Bonferroni): each interval is one of 1 - (1 - .99) / 2, and both together hold
the truth with a chance of at least 99 %, however much the looks share and whatever their sizes. Pocock's
(1977) constant for equal looks at normal means would be a hundredth narrower, and knows neither four
times as many lives nor Student's law.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from sim.common.random_numbers import Draws

#: Confidence of a fact's intervals, over all looks that are taken at it.
LEVEL = 0.99
#: Looks at a fact at most: a second one where the first leaves its verdict undecided.
LOOKS = 2
#: Chance that the interval of one look misses the truth.
ERROR = (1.0 - LEVEL) / LOOKS

_RESAMPLES = 999

Verdict = Literal["green", "red", "undecided", "untested"]


@dataclass(frozen=True)
class Statistic:
    """A simulated value with its interval over replications.

    Attributes
    ----------
    value, low, high : float
        In the unit of the fact's statistic.
    note : str
        What a reader should know of how it was measured.
    """

    value: float
    low: float
    high: float
    note: str = ""


@dataclass(frozen=True)
class Untested:
    """Why a fact cannot be tested here."""

    reason: str


#: What a fact's function gives: each of its statistics, by name.
Found = dict[str, Statistic | Untested]


def mean_of(values: ArrayLike, note: str = "") -> Statistic:
    """Return the mean of independent replications with its t interval.

    Parameters
    ----------
    values : array_like, shape (replications,)
        At least two, finite.
    note : str
        For the reader.

    Returns
    -------
    Statistic
    """
    found = np.asarray(values, dtype=float)
    if found.size < 2 or not np.isfinite(found).all():
        raise ValueError(f"an interval needs two finite replications or more: {found}")
    half = _half_width(float(found.std(ddof=1)) / np.sqrt(found.size), found.size)
    return _around(float(found.mean()), half, note)


def pooled(parts: Sequence[Any], statistic: Callable[[Any], float], note: str = "") -> Statistic:
    """Return a statistic of all replications together, with its jackknife interval.

    For ratios and fits, whose mean over small replications is biased: the statistic is worked out once
    from everything and once without each replication (Efron & Stein 1981), the interval is t.

    Parameters
    ----------
    parts : sequence, of length replications
        What each replication gives.
    statistic : callable
        Takes a sequence of parts.
    note : str
        For the reader.

    Returns
    -------
    Statistic
    """
    n = len(parts)
    whole = statistic(parts)
    without = np.array([statistic([*parts[:i], *parts[i + 1 :]]) for i in range(n)])
    if n < 2 or not np.isfinite([whole, *without]).all():
        raise ValueError(f"an interval needs two finite replications or more: {whole}, {without}")
    spread = float(np.sqrt((n - 1) / n * np.sum((without - without.mean()) ** 2)))
    half = _half_width(spread, n)
    return _around(whole, half, note)


def resampled(parts: Sequence[Any], statistic: Callable[[Any], float], note: str = "") -> Statistic:
    """Return a statistic of all replications together, with its percentile bootstrap interval.

    For a statistic that jumps, such as the place of a maximum, of which the jackknife says nothing.
    Replications are drawn again with luck of their own address (Efron 1979).

    Parameters
    ----------
    parts, statistic, note
        As in `pooled`.

    Returns
    -------
    Statistic
    """
    n, found = len(parts), []
    for turn in range(_RESAMPLES):
        pick = np.floor(Draws(0, n).uniform("resampled replications", turn) * n).astype(int)
        found.append(statistic([parts[i] for i in pick]))
    low, high = np.quantile(found, [ERROR / 2, 1 - ERROR / 2])
    return Statistic(statistic(parts), float(low), float(high), note)


def ratio(pairs: ArrayLike, note: str = "") -> Statistic:
    """Return the ratio of two means over replications, shape (replications, 2), as `pooled`."""
    found = list(np.asarray(pairs, dtype=float))
    return pooled(found, lambda part: float(np.mean(part, 0)[0] / np.mean(part, 0)[1]), note)


def judge(found: Statistic | Untested, low: float, high: float) -> tuple[Verdict, str]:
    """Return whether a simulated value lies in the band of what was found, as far as its interval tells.

    Parameters
    ----------
    found : Statistic or Untested
    low, high : float
        The band; infinite where it is open.

    Returns
    -------
    tuple of str
        Verdict, and why there is none: green if the whole interval lies in the band, red if all of it
        lies outside, undecided if it holds an end of the band, untested if that was impossible.
    """
    if isinstance(found, Untested):
        return "untested", found.reason
    if found.low > high or found.high < low:
        return "red", ""
    if low <= found.low and found.high <= high:
        return "green", ""
    end = low if found.low < low else high
    return "undecided", f"The interval holds {end:g}, an end of the band: more lives would tell."


def _around(value: float, half: float, note: str) -> Statistic:
    return Statistic(float(value), float(value - half), float(value + half), note)


def _half_width(error: float, replications: int) -> float:
    return float(stats.t.isf(ERROR / 2, replications - 1)) * error
