"""The customers of a log in its two halves: what they bought in each, their worth and their stage.

Groups are formed by the first half alone and looked at in the second, so that nobody is in a group for
what happened later (no immortal time; Suissa 2008).
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.calibration.transactions import Log
from sim.common.random_numbers import Floats
from sim.insight.steady import Steady, steady_law

#: Groups by what customers spent: the first and the next share of them, as in a simulation.
WORTH_SHARES = (0.2, 0.3)
WORTH = ("high_value", "potential", "ordinary")
#: A customer who bought nothing in a half.
NOTHING = "nothing"
#: Stages of life that a log shows, as in `sim.world.customer_stage`: silences of so many of a customer's
#: own gaps, and of so many weeks at least.
STAGES = ("active", "at_risk", "lapsed")
RISK_GAPS, LOSS_GAPS = 3.0, 6.0
RISK_WEEKS, LOSS_WEEKS = 4.0, 13.0
#: Days that a log covers at least, and customers of its first half, for its halves to say anything.
LEAST_DAYS, LEAST_CUSTOMERS = 56, 50


@dataclass(frozen=True)
class Halves:
    """What the customers of a log's first half did in both.

    Attributes
    ----------
    middle, end : Timestamp
        Last days of the halves.
    people : DataFrame
        One row per customer who bought in the first half, by customer: ``first``, ``last`` (days of the
        first and last purchase in it), ``purchases``, ``sales`` (in it), ``later_purchases``,
        ``later_sales`` (in the second), ``gap`` (weeks between purchases as is usual for them),
        ``worth``, ``later_worth`` (0, 1, 2 in the order of `WORTH`; 3 for nothing), ``stage`` and
        ``later_stage`` (in the order of `STAGES`).
    law : Steady
        Of the first half.
    """

    middle: pd.Timestamp
    end: pd.Timestamp
    people: pd.DataFrame
    law: Steady

    @property
    def weeks(self) -> float:
        """Weeks of the second half."""
        return (self.end - self.middle).days / 7.0


def halves_of(log: Log, cohort: bool) -> Halves | None:
    """Return the customers of a log in its halves; None for a log that is too short or too small.

    Parameters
    ----------
    log : Log
    cohort : bool
        Whether first purchases in the log are customers' first.
    """
    days = (log.last_day - log.first_day).days + 1
    middle = log.first_day + pd.Timedelta(days=days // 2 - 1)
    seen, later = _parts(log.occasions, middle)
    if days < LEAST_DAYS or seen["customer"].nunique() < LEAST_CUSTOMERS:
        return None
    law = steady_law(log, cohort, middle)
    people = _counted(seen, later)
    people["gap"] = _usual_gap(law, people.index)
    people["worth"] = worth_of(people["sales"].to_numpy())
    people["later_worth"] = worth_of(people["later_sales"].to_numpy())
    silence = (middle - people["last"]).dt.days / 7.0
    people["stage"] = stage_of(silence, people["gap"])
    last = later.groupby("customer")["day"].max().reindex(people.index).fillna(people["last"])
    people["later_stage"] = stage_of((log.last_day - last).dt.days / 7.0, people["gap"])
    return Halves(middle, log.last_day, people, law)


def _parts(occasions: pd.DataFrame, middle: pd.Timestamp) -> tuple[pd.DataFrame, pd.DataFrame]:
    early = (occasions["day"] <= middle).to_numpy()
    return occasions[early], occasions[~early]


def _counted(seen: pd.DataFrame, later: pd.DataFrame) -> pd.DataFrame:
    """Return what each customer of the first half bought in both halves."""
    people = seen.groupby("customer").agg(
        first=("day", "min"),
        last=("day", "max"),
        purchases=("day", "size"),
        sales=("amount", "sum"),
    )
    then = later.groupby("customer").agg(
        later_purchases=("day", "size"), later_sales=("amount", "sum")
    )
    return people.join(then.reindex(people.index).fillna(0.0))


def _usual_gap(law: Steady, customers: pd.Index) -> Floats:
    """Return the weeks between purchases that are usual for each customer.

    The inverse of the rate that is expected given the purchases, up to the last of them: the silence
    since is what is to be judged. Of somebody who bought once it is nearly that of all.
    """
    history = law.histories.reindex(customers)
    x, until = history["frequency"].to_numpy(float), history["recency"].to_numpy(float)
    return (law.scale + until) / (law.shape + x)


def worth_of(sales: Floats) -> np.ndarray:
    """Return the group of each customer by what they spent: the best fifth, the next 30 %, the rest.

    Parameters
    ----------
    sales : ndarray, shape (..., customers)

    Returns
    -------
    ndarray of int8
        0, 1, 2; 3 for who spent nothing. Shares are of all customers, equal sales in the order given.
    """
    spent = np.asarray(sales, dtype=float)
    order = np.argsort(-spent, axis=-1, kind="stable")
    rank = np.empty_like(order)
    np.put_along_axis(rank, order, np.broadcast_to(np.arange(spent.shape[-1]), spent.shape), -1)
    bounds = np.round(np.cumsum(WORTH_SHARES) * spent.shape[-1])
    group = np.searchsorted(bounds, rank, side="right").astype(np.int8)
    return np.where(spent > 0, group, np.int8(len(WORTH)))


def stage_of(silence: Floats | pd.Series, gap: Floats | pd.Series) -> np.ndarray:
    """Return each customer's stage by the weeks since the last purchase and their usual gap.

    Examples
    --------
    >>> stage_of(np.array([2.0, 7.0, 40.0]), np.array([2.0, 2.0, 4.0])).tolist()
    [0, 1, 2]
    """
    quiet, usual = np.asarray(silence, dtype=float), np.asarray(gap, dtype=float)
    risk = quiet > np.maximum(RISK_GAPS * usual, RISK_WEEKS)
    lost = quiet > np.maximum(LOSS_GAPS * usual, LOSS_WEEKS)
    return (risk.astype(np.int8) + lost).astype(np.int8)
