"""Since when the customers of a log have been customers: before it begins, from its start, or later.

A log does not say so, but when customers first appear tells it. Time runs from 0 to 1 over the log, and a
customer with x purchases appears first at t:

- of long standing, at steady rates: the smallest of x uniform times, with the density x (1 - t)^(x - 1);
- acquired at the start, over a share J of the log: uniform from 0 to J, however often they buy;
- acquired later, steadily: uniform from 0 to 1.

The shares of the three are those of a finite mixture, fitted by EM (McLachlan & Peel 2000, chapter 2) for
each J of a grid; the J with the largest likelihood counts. Where x is 1 for all, nothing tells the first
from the third.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.common.random_numbers import Floats

_BURSTS = np.arange(1, 52) / 52
_ROUNDS, _STILL = 300, 1e-7
_DIGITS = 3  # shares of a few thousand customers are not known better


@dataclass(frozen=True)
class Origins:
    """Where the customers of a log come from.

    Attributes
    ----------
    long_standing, at_start, later : float
        Shares of those who were customers before the log, were acquired within its first weeks, and
        were acquired throughout it; 1 together.
    weeks : float
        Over how many weeks those at the start were acquired.
    """

    long_standing: float
    at_start: float
    later: float
    weeks: float


def origins_of(occasions: pd.DataFrame) -> Origins:
    """Return since when the customers of a log have been customers.

    Parameters
    ----------
    occasions : pandas.DataFrame
        ``customer``, ``day``, one row per customer-day.
    """
    t, x, customers, days = _first_seen(occasions)
    weight, found = customers / customers.sum(), []
    for burst in _BURSTS:
        densities = _densities(t, x, burst)
        shares = _shares(densities, weight)
        found.append((float(np.sum(weight * np.log(shares @ densities))), burst, shares))
    _, burst, shares = max(found, key=lambda each: each[0])
    old, start, steady = (round(float(share), _DIGITS) for share in shares)
    return Origins(old, start, steady, float(burst) * days / 7)


def share_of_new(occasions: pd.DataFrame, origins: Origins, since: pd.Timestamp) -> float:
    """Return the share of those who first appear from a day on who are not of long standing.

    The mean of the mixture's posterior probabilities; 0 where nobody first appears then.

    Parameters
    ----------
    occasions : pandas.DataFrame
        Of the whole log, as for `origins_of`.
    origins : Origins
        What that returned.
    since : pandas.Timestamp
    """
    t, x, customers, days = _first_seen(occasions)
    late = t > (since - occasions["day"].min()).days / days
    if not late.any():
        return 0.0
    shares = np.array([origins.long_standing, origins.at_start, origins.later])
    parts = shares[:, None] * _densities(t, x, 7 * origins.weeks / days)
    new = 1 - parts[0] / np.maximum(parts.sum(axis=0), np.finfo(float).tiny)
    return float(np.average(new[late], weights=customers[late]))


def _first_seen(occasions: pd.DataFrame) -> tuple[Floats, Floats, Floats, int]:
    """Return when in the log customers first appear, with how many purchases and how many; its days."""
    begin, end = occasions["day"].min(), occasions["day"].max()
    days = (end - begin).days + 1
    grouped = occasions.groupby("customer")["day"]
    seen = pd.DataFrame({"day": (grouped.min() - begin).dt.days, "x": grouped.size()})
    alike = seen.value_counts().reset_index(name="customers").sort_values(["day", "x"])
    t, x, customers = (alike[name].to_numpy(float) for name in ("day", "x", "customers"))
    return (t + 0.5) / days, x, customers, days


def _densities(t: Floats, x: Floats, burst: float) -> Floats:
    """Return the densities of the first times by origin, shape (3, n)."""
    return np.stack([x * (1 - t) ** (x - 1), (t <= burst) / burst, np.ones_like(t)])


def _shares(densities: Floats, weight: Floats) -> Floats:
    """Return the shares of a mixture that make weighted observations likeliest, by EM."""
    shares = np.full(len(densities), 1 / len(densities))
    for _ in range(_ROUNDS):
        parts = shares[:, None] * densities
        better = np.sum(weight * parts / parts.sum(axis=0), axis=1)
        if np.abs(better - shares).max() < _STILL:
            break
        shares = better
    return shares / shares.sum()
