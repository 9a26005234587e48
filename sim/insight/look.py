"""Look at a log: all that it says before anything is simulated, in one record."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.calibration import describe_log as facts
from sim.calibration.describe_log import Portrait
from sim.calibration.origins import origins_of
from sim.calibration.own_source import own_log
from sim.calibration.panel_window import panel_histories, window_of
from sim.calibration.rfm_histories import cohort_histories
from sim.calibration.transactions import read_log
from sim.common.few import FEWEST, shown
from sim.insight.campaigns.contacts import contacts_of
from sim.insight.campaigns.effects import campaigns_of
from sim.insight.change import change_of
from sim.insight.halves import halves_of
from sim.insight.records import Concentration, Count, Frequency, Insight, Retention, Share
from sim.insight.season import season_of_sales
from sim.insight.silence import silence_of
from sim.insight.steady import steady_law
from sim.market.market import Market

#: The best customers whose part is told.
TOP = 0.2
#: Months after a first purchase that are told.
MONTHS = (1, 2, 3, 6, 12)
_SEED = 152
_ASSUMED, _MEASURED = "--drop-out assumed", "--drop-out measured"


def portrait_of(market: Market) -> Portrait:
    """Return a market beside the log that it was made from, read again.

    Parameters
    ----------
    market : Market

    Raises
    ------
    InputError
        If it was made from no log, or the log is no longer where it was.
    """
    own = own_log(market)
    log = read_log(own.source, own.customer, own.date, own.amount).until(own.until)
    origins, command = origins_of(log.open_occasions), market.data.command
    if _MEASURED in command or (_ASSUMED not in command and not origins.of_a_panel):
        return Portrait(log, market, cohort_histories(log.open_occasions, log.last_day), None)
    window = window_of(log.open_occasions, log.last_day, origins)
    return Portrait(log, market, panel_histories(log.open_occasions, window), window)


def look_at_market(market: Market, campaigns: Path | None = None) -> Insight:
    """Return what the log of a market says.

    Parameters
    ----------
    market : Market
    campaigns : Path, optional
        A table of who was contacted when; without it that which an intake left beside the log.
    """
    made = portrait_of(market)
    return look(made, contacts_of(own_log(market), made.log, campaigns))


def look(made: Portrait, contacts: pd.DataFrame | None = None) -> Insight:
    """Return what a log says before anything is simulated.

    Parameters
    ----------
    made : Portrait
        The log, with the market that it belongs to.
    contacts : DataFrame, optional
        Who was contacted when: of `sim.insight.campaigns.contacts.contacts_of`.
    """
    log, cohort = made.log, made.cohort
    halves = halves_of(log, cohort)
    found = Insight(
        source=log.source,
        currency=made.market.currency,
        first_day=log.first_day.date(),
        last_day=log.last_day.date(),
        customers=log.n_customers,
        purchases=len(log.occasions),
        history=made.market.data.history,
        grain=log.grain,
        amounts=log.spend is None,
        retention=_retention(made),
        frequency=_frequency(made),
        concentration=_concentration(made),
        change=None if halves is None else change_of(halves),
        silence=None if halves is None else silence_of(log, halves),
        season=season_of_sales(log, cohort),
        # a table of periods does not say what was bought after a contact
        campaigns=campaigns_of(log, contacts) if log.grain == "day" else None,
    )
    return (
        found if log.grain == "day" else Insight.model_validate(_without_luck(found.model_dump()))
    )


def _without_luck(value: Any) -> Any:
    """Return what was found without what luck alone would do, where a period may hold many purchases.

    Its law counts them one by one: in a table of months it would have frequent buyers, who are active in
    nearly every month, differ far more by chance than they do.
    """
    if isinstance(value, dict):
        unknown = ("steady", "expected")
        return {k: None if k in unknown else _without_luck(one) for k, one in value.items()}
    return tuple(map(_without_luck, value)) if isinstance(value, list | tuple) else value


def _retention(made: Portrait) -> Retention:
    """Return how many come back: by age where first purchases are known, else from month to month."""
    old = origins_of(made.log.open_occasions).long_standing
    if made.cohort:
        table = facts.cohorts(made.log)
        table = table[shown(table["customers"])]
        found = {}
        for month in MONTHS:
            share = table[month].dropna() if month in table else pd.Series(dtype=float)
            if len(share):
                people = table.loc[share.index, "customers"]
                found[month] = float(np.average(share, weights=people))
        return Retention(cohort=True, long_standing=old, months=found, again=None)
    months = facts.months(made.log)
    months = months[months["customers"] >= FEWEST].dropna()
    again = float(np.average(months["again"], weights=months["customers"])) if len(months) else None
    return Retention(cohort=False, long_standing=old, months={}, again=again)


def _frequency(made: Portrait) -> Frequency:
    table, law = facts.frequencies(made)
    return Frequency(
        weeks=law["weeks"],
        repeats=made.cohort,
        groups=tuple(
            Count(
                low=int(line.low),
                high=None if np.isinf(line.high) else int(line.high),
                counted=line.observed,
                expected=line.expected,
            )
            for line in table.itertuples()
        ),
    )


def _concentration(made: Portrait) -> Concentration:
    """Return what the best fifth bring, and would bring where customers stay as they are."""
    grouped = made.log.occasions.groupby("customer")
    drawn = steady_law(made.log, made.cohort).sales_of_as_many(_SEED)
    return Concentration(
        purchases=_top(grouped.size(), drawn[0]), sales=_top(grouped["amount"].sum(), drawn[1])
    )


def _top(counted: pd.Series, drawn: np.ndarray) -> Share:
    lives = [facts.share_of_top(one, TOP) for one in drawn]
    return Share(counted=facts.share_of_top(counted, TOP), steady=float(np.mean(lives)))
