"""Facts about what people make of an experience, and what they say of it (S09 to S11).

Impulses come from outside: for one week the firm suits everybody better or worse, or nobody's purchase
fails. Both lives of the market have the same luck, so that each person is compared with themselves.
"""

import numpy as np
from numpy.typing import NDArray

from sim.checks.validation.statistic import Found, mean_of, ratio
from sim.checks.validation.worlds import BASELINE, Setup, each, play, watch, world
from sim.common.calendar import WEEKS_A_YEAR
from sim.common.random_numbers import Floats
from sim.evidence.own import parameters_for
from sim.model.loyalty_model import LoyaltyModel
from sim.model.week.satisfaction import expectation_elsewhere
from sim.playbook.strategies import Strategy

_IMPULSE_WEEK = 8
#: As expected: within this many standard deviations of it.
_NEAR = 0.25
_FOLLOWED_WEEKS = 13
_BEST_RECOVERY = {"compensation": 2.0, "empathy": 1.0, "speed": 1.0}


# -- a good and a bad surprise (S09) ---------------------------------------------------------------
def surprise(model: LoyaltyModel) -> tuple[NDArray[np.int64], Floats]:
    """Run a week and return what buyers met, less what they had expected.

    Parameters
    ----------
    model : LoyaltyModel
        Before the week.

    Returns
    -------
    tuple of ndarray, each of shape (buyers,)
        Rows of the buyers, and their disconfirmation d = x - R, SD of an encounter, where the mean
        quality x of the week is told by how far expectation moved.
    """
    people, life = model.customers.columns, model.state.life
    before, week = people["will_expectation"].copy(), model.week
    panel = watch(model, "trips")
    model.step()
    trips = panel["trips"][week]
    rows = np.flatnonzero(
        (people["tenure"] > 1) & (trips > 0)
    )  # who has just joined has met nothing yet
    learnt = 1 - (1 - life.expectation_learning) ** trips[rows]
    met = before[rows] + (people["will_expectation"][rows] - before[rows]) / learnt
    return rows, met - model.state.experience.reference(
        before[rows], expectation_elsewhere(model.market["expectation_drift"], week)
    )


def _satisfaction_after(setup: Setup, seed: int, impulse: float) -> LoyaltyModel:
    """Run until a week in which the firm suits everybody better by an impulse, and through it."""
    model = world(setup, seed, _IMPULSE_WEEK + 1)
    while model.week < _IMPULSE_WEEK:
        model.step()
    model.customers.columns["suitability"] += impulse
    model.step()
    return model


def bad_counts_more(setup: Setup) -> Found:
    """S09: one SD below expectation moves satisfaction more than one SD above."""

    def one(seed: int) -> Floats:
        usual = world(setup, seed, _IMPULSE_WEEK + 1)
        while usual.week < _IMPULSE_WEEK:
            usual.step()
        rows, surprised = surprise(usual)
        size = float(surprised.std())
        as_expected = np.abs(surprised) < _NEAR * size
        moved = []
        for impulse in (-size, size):
            after = _satisfaction_after(setup, seed, impulse).customers.columns["satisfaction"]
            change = np.abs(after[rows] - usual.customers.columns["satisfaction"][rows])
            moved += [change[as_expected].mean(), change.mean()]
        return np.array(moved)

    found = np.array(each(setup, one))
    everybody = float(found[:, 1].mean() / found[:, 3].mean())
    note = (
        "Among those whose week would have been as expected. Over everybody, whose weeks differ by "
        f"luck as well, it is {everybody:.2f}: a push up or down takes part of them across the point "
        "where gains turn into losses."
    )
    return {"S09": ratio(found[:, [0, 2]], note)}


# -- failures and their recovery (S10) -------------------------------------------------------------
def _later_trips(
    setup: Setup, seed: int, strategy: Strategy, handled: float, spared: bool
) -> tuple[Floats, Floats]:
    """Return everybody's failures in one week and trips in the quarter after it.

    Parameters
    ----------
    setup : Setup
    seed : int
    strategy : Strategy
    handled : float
        Share of failures that the firm hears of and handles.
    spared : bool
        Whether nobody's purchase fails in that week.
    """
    table = parameters_for(setup.market).replace("market_life", complaint_share=handled)
    model = world(setup, seed, _IMPULSE_WEEK + 1 + _FOLLOWED_WEEKS, strategy, table)
    panel, market = watch(model, "n_failures", "trips"), model.market
    while model.week < model.setting.weeks:
        spare = spared and model.week == _IMPULSE_WEEK
        model.state.market = market.with_values(failures_per_trip=0.0) if spare else market
        model.step()
    return panel["n_failures"][_IMPULSE_WEEK], panel["trips"][_IMPULSE_WEEK + 1 :].sum(axis=0)


def no_recovery_paradox(setup: Setup) -> Found:
    """S10: customers whose failure was handled perfectly buy no more than without the failure."""
    best = play("feedback", _BEST_RECOVERY)

    def one(seed: int) -> Floats:
        trips = []
        for strategy, handled in ((best, 1.0), (BASELINE, 0.0)):
            failures, after = _later_trips(setup, seed, strategy, handled, spared=False)
            _, without = _later_trips(setup, seed, strategy, handled, spared=True)
            trips += [after[failures > 0].sum(), without[failures > 0].sum()]
        return np.array(trips)

    found = np.array(each(setup, one))
    unhandled = float(found[:, 2].mean() / found[:, 3].mean())
    note = (
        "Purchases of the quarter after; every failure heard of, paid for, explained and settled the "
        f"same day. Where none is handled it is {unhandled:.3f}."
    )
    return {"S10": ratio(found[:, :2], note)}


# -- word of mouth (S11) ---------------------------------------------------------------------------
def praise_outnumbers_blame(setup: Setup) -> Found:
    """S11: about three messages in four are praise."""

    def one(seed: int) -> float:
        weekly = world(setup, seed, WEEKS_A_YEAR).run().weekly
        return float(weekly["n_positive_talk"].sum() / weekly["n_negative_talk"].sum())

    return {"S11": mean_of(each(setup, one))}
