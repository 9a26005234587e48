"""Count customers who came back after more than a year, beside what the law of purchases allows for.

The Pareto/NBD knows nobody who left and is a customer again. Where a log holds such people, their silence
counts as that of a customer who buys seldom: rates come out low, fewer seem to leave, and who came anew
is not seen to come. A silence of a year that ends is rare for others, so that their number tells: it is
drawn from the law, histories and all, at parameters that are drawn from their own errors.
"""

import numpy as np
import pandas as pd
from scipy import stats

from sim.calibration.maximum_likelihood import Estimate
from sim.common.calendar import WEEKS_A_YEAR
from sim.common.random_numbers import Floats

#: Logs drawn from the law, and customers of each at most.
_DRAWS, _CUSTOMERS = 40, 5_000
#: Chance to warn where the law holds.
_FALSE_ALARM = 1e-4
_DAYS = 7 * WEEKS_A_YEAR


def came_back(
    occasions: pd.DataFrame, histories: pd.DataFrame, law: Estimate
) -> tuple[int, int] | None:
    """Return how many customers bought again after a year of silence, and how many the law expects.

    Parameters
    ----------
    occasions : DataFrame
        ``customer``, ``day``, one row per customer-day.
    histories : DataFrame
        Of all its customers from their first purchase: ``T``, weeks.
    law : Estimate
        Of purchases: r, alpha, and s, beta of drop-out if it is known.

    Returns
    -------
    tuple of int, or None
        None where the law allows for as many.
    """
    counted = occasions.sort_values(["customer", "day"])
    silent = counted.groupby("customer")["day"].diff().dt.days > _DAYS
    seen = int(counted.loc[silent, "customer"].nunique())
    if not seen:
        return None
    luck, weeks = np.random.default_rng(0), histories["T"].to_numpy(float)
    some = luck.permutation(weeks)[:_CUSTOMERS]
    drawn = [_drawn(some, _values(law, luck), luck) for _ in range(_DRAWS)]
    more = weeks.size / some.size
    expected, spread = more * float(np.mean(drawn)), max(float(np.std(drawn, ddof=1)), 1.0)
    # the errors of parameters are the same for all customers: as if luck were so too
    error = more * spread * np.sqrt(1.0 + 1.0 / _DRAWS)
    limit = float(stats.t.isf(_FALSE_ALARM, _DRAWS - 1))
    return (seen, round(expected)) if seen - expected > limit * error else None


def _values(law: Estimate, luck: np.random.Generator) -> dict[str, float]:
    """Return the parameters of a law, drawn by the errors of their logs."""
    names = list(law.log_errors)
    if law.covariance is None:
        return law.values
    off = luck.multivariate_normal(np.zeros(len(names)), np.asarray(law.covariance))
    moved = {name: law.values[name] * np.exp(by) for name, by in zip(names, off, strict=True)}
    return law.values | moved


def _drawn(weeks: Floats, values: dict[str, float], luck: np.random.Generator) -> int:
    """Return how many of customers seen for so many weeks come back after a year, drawn from a law."""
    n = weeks.size
    rate = luck.gamma(values["purchase_shape"], 1.0 / values["purchase_alpha"], n)
    life = weeks
    if "drop_out_beta" in values:
        hazard = luck.gamma(values["drop_out_shape"], 1.0 / values["drop_out_beta"], n)
        life = np.minimum(weeks, luck.exponential(size=n) / np.maximum(hazard, 1e-12))
    who = np.repeat(np.arange(n), luck.poisson(rate * life))
    who = np.r_[np.arange(n), who]
    at = np.r_[np.zeros(n), luck.random(who.size - n) * life[who[n:]]]
    order = np.lexsort((at, who))
    who, at = who[order], at[order]
    again = (np.diff(at) > WEEKS_A_YEAR) & (who[1:] == who[:-1])
    return int(np.unique(who[1:][again]).size)
