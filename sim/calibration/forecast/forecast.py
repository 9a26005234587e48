"""`loyalty forecast`: fit laws up to a day, forecast every customer, score what is known."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from sim.calibration.forecast.groups import SALES, Worth, groups_of
from sim.calibration.forecast.histories import histories_until, purchases_after
from sim.calibration.forecast.laws import OWN, fit_own, fit_rivals
from sim.calibration.forecast.one_thread import one_thread
from sim.calibration.forecast.outlook import Outlook, look_ahead
from sim.calibration.forecast.read import calibration_end, check_weeks, client_ids
from sim.calibration.forecast.rolling import Common
from sim.calibration.forecast.score_table import score
from sim.calibration.forecast.spend import spend_per_purchase
from sim.calibration.transactions import Log, read_log

#: Called with (done, of, what is being done).
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Forecast:
    """A forecast, and what is known of how good it is.

    Attributes
    ----------
    end : pandas.Timestamp
        Last day of calibration.
    customers : pandas.DataFrame
        One row per customer who bought up to then: ``customer`` (the client's own id), ``expected``,
        ``median``, ``low``, ``high``, ``p_active``, ``expected_spend``.
    weekly : pandas.DataFrame
        ``week`` (from 1), ``expected``, ``low``, ``high``, ``actual`` (missing where the log ends).
    total : dict
        ``expected``, ``low`` and ``high`` of all purchases in the horizon.
    laws : dict
        What was fitted and chosen, with the reasons.
    score : dict or None
        By model and metric, where the log covers the horizon.
    groups : pandas.DataFrame
        Who buys again and what they are worth, by calibration frequency (`groups_of`).
    currency : str or None
        Of the amounts, where it is known.
    """

    end: pd.Timestamp
    customers: pd.DataFrame
    weekly: pd.DataFrame
    total: dict[str, float]
    laws: dict[str, Any]
    score: dict[str, Any] | None
    groups: pd.DataFrame
    currency: str | None = None

    def named(self, ids: Mapping[str, str]) -> "Forecast":
        """Return the forecast with customers by other ids, where there is one."""
        named = [ids.get(who, who) for who in self.customers["customer"]]
        return replace(self, customers=self.customers.assign(customer=named))


def make_forecast(
    source: str,
    weeks: int,
    end: str | None = None,
    customer: str | None = None,
    date: str | None = None,
    amount: str | None = None,
    on_progress: Progress | None = None,
    worth: Worth = SALES,
    client: str | None = None,
) -> Forecast:
    """Read a log and forecast who buys again.

    Parameters
    ----------
    source : str
        ``cdnow``, ``complete-journey``, or the path of a clean log.
    weeks : int
        Horizon, from the day after the end of calibration.
    end : str, optional
        Last day of calibration, ``YYYY-MM-DD``; the log's last day by default. What comes after it is
        looked at for the score alone.
    customer, date, amount : str, optional
        Columns of the log; common names are recognised.
    on_progress : callable, optional
        Called with (done, of, what is being done).
    worth : Worth
        How a customer's worth is counted: by default in sales as they come.
    client : str, optional
        Whose log it is: who was forgotten there is in none that is read.

    Returns
    -------
    Forecast

    Raises
    ------
    InputError
        If the log or an argument is wrong, or the log is too short.
    """
    check_weeks(weeks)
    if on_progress is not None:
        on_progress(0, 4, "Reading the log")
    log = read_log(source, customer, date, amount, client)
    asked = {"customer": customer, "date": date, "amount": amount}
    ids = client_ids(source, log, asked, client)
    return forecast_log(log, weeks, calibration_end(log, end), ids, worth, on_progress)


@one_thread()
def forecast_log(
    log: Log,
    weeks: int,
    last: pd.Timestamp,
    ids: np.ndarray | None = None,
    worth: Worth = SALES,
    on_progress: Progress | None = None,
    most: int | None = None,
) -> Forecast:
    """Forecast who buys again, from a log that has been read.

    Parameters
    ----------
    log : Log
    weeks : int
        Horizon.
    last : pandas.Timestamp
        Last day of calibration.
    ids : numpy.ndarray, optional
        What the firm calls each customer, in the order in which the log numbers them.
    worth, on_progress
        As for `make_forecast`.
    most : int, optional
        An even choice of so many customers, where there are more, stands for all.
    """
    if most is not None:
        log = _some(log, last, most)
    say = on_progress or (lambda done, of, what: None)
    learnt = log.until(f"{last:%Y-%m-%d}")
    occasions = learnt.open_occasions
    known = histories_until(occasions, last)
    actual, weekly = purchases_after(log.occasions, known, last, weeks)
    seen = (log.last_day - last).days // 7  # whole weeks after the end that the log covers
    came = actual if seen >= weeks else None
    say(1, 4, f"Fitting the laws to {len(known):,} customers")
    laws, common = fit_own(occasions, known, last, weeks)
    say(2, 4, f"Forecasting {len(known):,} customers")
    own = look_ahead(laws[OWN], known, weeks, came)
    spend = spend_per_purchase(occasions, known)
    groups = groups_of(laws[OWN], own, known, spend, worth, came)
    made = None
    if came is not None:
        say(3, 4, "Scoring, beside the classics")
        laws |= fit_rivals(known)
        others = {
            name: look_ahead(law, known, weeks, actual) for name, law in laws.items() if name != OWN
        }
        made = score({OWN: own} | others, known, actual, weekly, common)
    total = own.total_interval(common.of_total(weeks))
    told: dict[str, Any] = {name: law.described() for name, law in laws.items()}
    told["left_out"] = [str(gap) for gap in learnt.gaps]
    told["common_movement"] = {"level": common.level, "week": common.shock}
    result = Forecast(
        last,
        _customers(known.codes if ids is None else ids[known.codes], own, spend),
        _weekly(own, common, np.where(np.arange(weeks) < seen, weekly, np.nan)),
        {"expected": float(own.week_mean.sum()), "low": total[0], "high": total[1]},
        told,
        made,
        groups,
        log.currency,
    )
    say(4, 4, "Done")
    return result


def _some(log: Log, last: pd.Timestamp, most: int) -> Log:
    """Return a log of at most so many of the customers who bought up to a day."""
    chosen = histories_until(log.occasions, last).sample(most).codes
    kept = log.occasions[log.occasions["customer"].isin(chosen)].reset_index(drop=True)
    return replace(log, occasions=kept, end=log.last_day)


def _customers(ids: np.ndarray, own: Outlook, spend: np.ndarray) -> pd.DataFrame:
    """Return one row per customer."""
    return pd.DataFrame(
        {
            "customer": ids,
            "expected": own.mean.round(4),
            "median": own.median.astype(int),
            "low": own.low.astype(int),
            "high": own.high.astype(int),
            "p_active": np.clip(own.active, 0.0, 1.0).round(4),
            "expected_spend": (own.mean * spend).round(2),
        }
    )


def _weekly(own: Outlook, common: Common, actual: np.ndarray) -> pd.DataFrame:
    """Return one row per week of the horizon."""
    low, high = own.week_interval(common.of_week)
    return pd.DataFrame(
        {
            "week": np.arange(1, len(low) + 1),
            "expected": own.week_mean.round(3),
            "low": low.astype(int),
            "high": high.astype(int),
            "actual": pd.array(actual, dtype="Int64"),
        }
    )
