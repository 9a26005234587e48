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
    begin, end = occasions["day"].min(), occasions["day"].max()
    days = (end - begin).days + 1
    grouped = occasions.groupby("customer")["day"]
    seen = pd.DataFrame({"day": (grouped.min() - begin).dt.days, "x": grouped.size()})
    alike = seen.value_counts().reset_index(name="customers").sort_values(["day", "x"])
    t, x = (alike["day"].to_numpy() + 0.5) / days, alike["x"].to_numpy(dtype=float)
    weight = alike["customers"].to_numpy(dtype=float) / len(seen)
    long_standing, later = x * (1 - t) ** (x - 1), np.ones_like(t)
    found = []
    for burst in _BURSTS:
        densities = np.stack([long_standing, (t <= burst) / burst, later])
        shares = _shares(densities, weight)
        found.append((float(np.sum(weight * np.log(shares @ densities))), burst, shares))
    _, burst, shares = max(found, key=lambda each: each[0])
    old, start, steady = (round(float(share), _DIGITS) for share in shares)
    return Origins(old, start, steady, float(burst) * days / 7)


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
