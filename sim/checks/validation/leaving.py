"""Facts about leaving: cohorts lose fewer every year, and churn is contagious (S06, S13).

Retention is tested where data say who left; where attrition is assumed, a cohort's curve is an assumption
too. Contagion is estimated as an analyst would, from who left when and who is tied to whom, by Cox's
regression on risk sets sampled week by week; the estimator is told nothing of what friends have in
common. They resemble each other in this world as well (`sim.world.likeness`), which lifts the estimate,
as it does outside; that who leaves easily has left already lowers it.
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import minimize
from statsmodels.duration.hazard_regression import PHReg
from statsmodels.tools.sm_exceptions import ConvergenceWarning

from sim.calibration.shifted_beta_geometric import survival
from sim.checks.validation.statistic import Found, Untested, pooled, resampled
from sim.checks.validation.worlds import Setup, each, world
from sim.common.calendar import WEEKS_A_YEAR
from sim.common.random_numbers import Floats
from sim.evidence.own import parameters_for
from sim.market.market import Market, load_market
from sim.market.places import market_names
from sim.model.loyalty_model import LoyaltyModel
from sim.model.week.churn_contagion import lost_ties
from sim.world.population import ACTIVE, LAPSED
from sim.world.social_network import Ties

_YEARS = 5
#: The market whose data show who left.
WITH_CONTRACTS = "subscription"
_CONTROLS = 5  # sampled at risk per week and customer lost
_WINDOWS = (1, 2, 3, 4, 5, 6, 7, 8, 10, 12)
_USUAL_WINDOW = 5


# -- retention of a cohort (S06) -------------------------------------------------------------------
def retention(left: Floats) -> Floats:
    """Return the share of each year's customers who are there a year later, from counts by year."""
    return left[1:] / left[:-1]


def fit_to_cohort(left: Floats) -> tuple[float, float]:
    """Fit the shifted beta-geometric law to counts by maximum likelihood, without standard errors.

    A jackknife needs it once for each replication; the fit of a calibration looks at every customer.

    Parameters
    ----------
    left : ndarray, shape (years + 1,)
        Customers at the start and after each year.

    Returns
    -------
    tuple of float
        alpha and beta of the law of the yearly chance to leave.
    """
    lost, years = -np.diff(left), np.arange(left.size, dtype=float)

    def misses(logs: Floats) -> float:
        left_by_law = survival(years, np.exp(logs[0]), np.exp(logs[1]))
        chances = np.maximum(-np.diff(left_by_law), 1e-300)
        return -float(np.sum(lost * np.log(chances)) + left[-1] * np.log(left_by_law[-1]))

    share = max(float(lost[0] / left[0]), 1e-3)
    found = minimize(misses, np.log([1.0, 1.0 / share - 1.0]), method="Nelder-Mead")
    alpha, beta = np.exp(found.x)
    return float(alpha), float(beta)


def cohorts_settle(setup: Setup) -> Found:
    """S06: yearly retention of a cohort rises, and a shifted beta-geometric law foresees year five."""
    market = setup.market if _shows_leaving(setup.market) else contracts()
    if market is None:
        reason = "How many customers leave is assumed in this market, so its cohorts are as well."
        return {name: Untested(reason) for name in ("S06a", "S06b", "S06c")}
    where = setup.in_market(market)

    def one(seed: int) -> Floats:
        model = world(where, seed, _YEARS * WEEKS_A_YEAR + 1, start="fresh")
        left = [where.customers]
        while len(left) <= _YEARS:
            model.step()
            if (
                model.week % WEEKS_A_YEAR == 1 and model.week > 1
            ):  # the renewal of that year is over
                left.append(int(model.customers.columns["kept"].sum()))
        return np.array(left, dtype=float)

    def foresight(left: Floats) -> float:
        alpha, beta = fit_to_cohort(left[:_YEARS])
        foreseen = float(survival(np.array([_YEARS]), alpha, beta)[0])
        return abs(foreseen - left[_YEARS] / left[0])

    parts = each(where, one)
    rates = retention(np.sum(parts, axis=0))[: _YEARS - 1]
    note = f"Yearly retention in the market {market.name}: " + ", ".join(f"{r:.3f}" for r in rates)

    def yearly(parts: Sequence[Floats]) -> Floats:
        return retention(np.sum(parts, axis=0))[: _YEARS - 1]

    return {
        "S06a": pooled(parts, lambda p: float(np.diff(yearly(p)).min()), note),
        "S06b": pooled(parts, lambda p: float(yearly(p)[-1] - yearly(p)[0]), note),
        "S06c": pooled(parts, lambda p: foresight(np.sum(p, axis=0)), note),
    }


def _shows_leaving(market: Market) -> bool:
    """Return whether a market's data show who left."""
    return "yearly_attrition" not in market.values


def contracts() -> Market | None:
    """Return the market whose data show who left and when, if there is one."""
    return load_market(WITH_CONTRACTS) if WITH_CONTRACTS in market_names() else None


# -- contagion of churn (S13) ----------------------------------------------------------------------
def risk_sets(setup: Setup, seed: int, weeks: int = 2 * WEEKS_A_YEAR) -> pd.DataFrame:
    """Return who left in each week beside others who could have, and how many of their friends had left.

    Parameters
    ----------
    setup : Setup
    seed, weeks : int

    Returns
    -------
    DataFrame
        One row per person and week sampled: ``stratum`` (seed and week), ``left`` (1 or 0), ``ties``,
        the number of outgoing ties, and ``ties_1`` to ``ties_12``, those lost within so many weeks
        before. All who left in a week are in it, and some of the others, at random: that leaves Cox's
        partial likelihood as it is (nested case-control sampling; Thomas 1977).
    """
    model, longest = world(setup, seed, weeks), max(_WINDOWS)
    chance, rows = model.state.draws, []
    while model.week < weeks:
        people, week = model.customers.columns, model.week
        ago = np.where(people["status"] == LAPSED, week - people["week_lapsed"], 0)
        at_risk = _at_risk(model)
        model.step()
        lost = at_risk & (people["status"] == LAPSED) & (people["week_lapsed"] == week)
        if week < longest or not lost.any():
            continue
        lottery = chance.uniform("risk set", week + 1)
        others = np.flatnonzero(at_risk & ~lost)
        few = others[np.argsort(lottery[others])[: _CONTROLS * int(lost.sum())]]
        sampled = np.union1d(np.flatnonzero(lost), few)
        table: dict[str, Any] = {"ties": np.diff(model.state.ties.starts)[sampled]}
        table |= {f"ties_{w}": _lost_within(model.state.ties, ago, w)[sampled] for w in _WINDOWS}
        rows.append(pd.DataFrame({"stratum": seed * 1000 + week, "left": lost[sampled], **table}))
    return pd.concat(rows, ignore_index=True).astype(float)


def _at_risk(model: LoyaltyModel) -> np.ndarray:
    """Return who could leave this week: with contracts, only those whose period is over."""
    people = model.customers.columns
    active = people["status"] == ACTIVE
    return active & (people["renewal_week"] == model.week) if "renewal_week" in people else active


def _lost_within(ties: Ties, ago: np.ndarray, weeks: int) -> Floats:
    return lost_ties(ties, (ago >= 1) & (ago <= weeks))


@dataclass(frozen=True)
class Regression:
    """What Cox's regression on risk sets gives.

    Attributes
    ----------
    slope, error : float
        Log hazard ratio per tie lost within the window, and its standard error.
    log_likelihood : float
    """

    slope: float
    error: float
    log_likelihood: float


def cox(table: pd.DataFrame, window: int = _USUAL_WINDOW) -> Regression:
    """Regress leaving on the ties lost of late, given the number of ties (Cox 1972).

    Whoever has more ties loses more of them without being likelier to leave for it, since the model
    holds losses against what is usual for so many: without that number the slope comes out lower.

    Parameters
    ----------
    table : DataFrame
        As `risk_sets` gives it; each week is a stratum.
    window : int
        Weeks that a loss is taken to be felt.

    Returns
    -------
    Regression

    Raises
    ------
    ConvergenceWarning
        If so few ties were lost that the likelihood has no clear maximum.
    """
    law = PHReg(
        np.ones(len(table)),
        table[[f"ties_{window}", "ties"]].to_numpy(),
        status=table["left"].to_numpy(),
        strata=table["stratum"].to_numpy(),
        ties="efron",  # contracts end in the same weeks
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error", ConvergenceWarning)
        fit = law.fit()
    return Regression(float(fit.params[0]), float(fit.bse[0]), float(fit.llf))


def hazard_ratio(fits: Sequence[Regression]) -> float:
    """Return the hazard ratio of several regressions together, weighted by their precision."""
    weight = np.array([fit.error**-2 for fit in fits])
    slope = np.array([fit.slope for fit in fits])
    return float(np.exp(np.sum(weight * slope) / np.sum(weight)))


def felt_weeks(log_likelihoods: Sequence[Floats]) -> float:
    """Return the window in which a loss is felt: the likeliest, shape (windows,) per replication."""
    return float(_WINDOWS[int(np.argmax(np.sum(log_likelihoods, axis=0)))])


def churn_is_contagious(setup: Setup) -> Found:
    """S13: a customer is likelier to leave for some weeks after a friend has left."""
    where, note = _seen(setup)
    built_in = parameters_for(where.market).values("market_life")["contagion_ratio"]

    def one(seed: int) -> dict[int, Regression]:
        table = risk_sets(where, seed)
        return {window: cox(table, window) for window in _WINDOWS}

    try:
        parts = each(where, one)
    except (np.linalg.LinAlgError, ConvergenceWarning):  # hardly a tie was lost before anybody left
        few = Untested(f"Too few of {where.customers:,} customers leave: simulate more of them.")
        return {"S13a": few, "S13b": few}
    usual = [part[_USUAL_WINDOW] for part in parts]
    likely = [np.array([part[w].log_likelihood for w in _WINDOWS]) for part in parts]
    return {
        "S13a": pooled(
            usual,
            hazard_ratio,
            f"{note} Built in is {built_in:.2f}, on the removable part of leaving. That friends resemble "
            "each other lifts the estimate; that those who leave easily leave first lowers it.",
        ),
        "S13b": resampled(likely, felt_weeks, f"{note} The window of the likeliest regression."),
    }


def _seen(setup: Setup) -> tuple[Setup, str]:
    """Return a market in which friends see that somebody leaves."""
    market = setup.market
    if market["defection_visible"]:
        return setup, f"In the market {market.name}."
    other = contracts()
    if other is not None and other["defection_visible"]:
        return setup.in_market(other), f"In the market {other.name}."
    values: dict[str, float] = {"defection_visible": 1.0}
    attrition = market.values.get("yearly_attrition")
    if attrition is not None and attrition.high is not None:
        values["yearly_attrition"] = attrition.high  # more leave, so that the estimate is surer
    return setup.in_market(market.with_any_values(**values)), (
        f"In {market.name}, had its customers' leaving been seen by their friends, at the high end "
        "of the attrition assumed."
    )
