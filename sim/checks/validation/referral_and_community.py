"""Facts about customers whom others bring, keep or gather (S19)."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sim.checks.validation import bias
from sim.checks.validation.statistic import Found, Statistic, Untested, pooled
from sim.checks.validation.worlds import Setup, each, play, watch, world
from sim.common.calendar import WEEKS_A_YEAR
from sim.common.random_numbers import Floats
from sim.model.loyalty_model import LoyaltyModel

_REWARD_TRIPS = 1.0  # reward for a friend, in average trips
_FOLLOWED_YEARS = 2


# -- referred customers ----------------------------------------------------------------------------
def _lifetimes(
    setup: Setup, seed: int, flag: bool | None = None
) -> tuple[NDArray[np.int64], NDArray[np.bool_], Floats]:
    """Run a programme of rewards for friends and return what its first year's joiners are worth.

    Parameters
    ----------
    setup : Setup
    seed : int
    flag : bool, optional
        Whether everybody who joins is made a referred customer, or nobody is; as it happens by default.

    Returns
    -------
    tuple of ndarray, each of shape (people,)
        Week of joining, -1 for those who do not; whether on a friend's word; and margin from then on,
        discounted to that week: in the horizon and, as the measures have it, after it.
    """
    reward = _REWARD_TRIPS * setup.market.mean_trip_spend
    strategy = play("incentives", {"referral_reward": reward})
    model = world(setup, seed, _FOLLOWED_YEARS * WEEKS_A_YEAR, strategy, valued=True)
    people = model.customers.columns
    panel = watch(model, "new_joined", "margin", "residual_equity")
    joined, referred = np.full(len(model.customers), -1), np.zeros(len(model.customers), dtype=bool)
    while model.week < model.setting.weeks:
        week = model.week
        model.step()
        new = (panel["new_joined"][week] > 0) & (joined < 0)
        if flag is not None:
            people["referred"][new] = flag
        if week < WEEKS_A_YEAR:
            joined[new], referred[new] = week, people["referred"][new]
    return joined, referred, _worth_since(model, joined, panel["margin"], panel["residual_equity"])


def _worth_since(
    model: LoyaltyModel, joined: NDArray[np.int64], margin: Floats, residual: Floats
) -> Floats:
    """Discount everybody's margin, each of shape (weeks, people), to the week in which they joined."""
    weeks = np.arange(len(margin))[:, None] - joined
    factor = np.where(weeks >= 0, np.exp(-model.market.weekly_discount * weeks), 0.0)
    return (factor * (margin + residual)).sum(axis=0)


def referred_are_worth_more(setup: Setup) -> Found:
    """S19a: customers who came on a friend's word are worth a little more, since they stay longer.

    Beside what the records show stands what being referred does: everybody who joins is made a referred
    customer in one life and nobody in another.
    """

    def one(seed: int) -> Floats:
        joined, referred, worth = _lifetimes(setup, seed)
        other = (joined >= 0) & ~referred
        return np.array([worth[referred].sum(), referred.sum(), worth[other].sum(), other.sum()])

    def made(seed: int) -> Floats:
        (first, _, with_it), (second, _, without) = (
            _lifetimes(setup, seed, flag) for flag in (True, False)
        )
        same = (first >= 0) & (first == second)
        return np.array([with_it[same].sum(), without[same].sum()])

    def premium(parts: Sequence[Floats]) -> float:
        worth, people, other_worth, others = np.sum(parts, axis=0)
        return float((worth / people) / (other_worth / others) - 1)

    def effect(parts: Sequence[Floats]) -> float:
        return float(np.divide(*np.sum(parts, axis=0)) - 1)

    parts, made_so = each(setup, one), each(setup, made)
    if any(part[1] == 0 for part in parts):
        return {"S19a": Untested("Nobody joins this market on a friend's word.")}
    does = effect(made_so)
    note = f"Referred against other customers of the same year. Being referred does {does:+.1%}."
    naive = pooled(parts, premium, note)
    return {
        "S19a": naive,
        "bias.referral.naive": naive,
        "bias.referral.randomised": pooled(made_so, effect),
    }


# -- channels and communities ----------------------------------------------------------------------
def _seen_and_done(
    setup: Setup, offer: bias.Offer, name: str, seen_row: str, done_row: str
) -> Found:
    """Return a premium as observed and the effect: of their ratio an effect near nil says nothing."""
    found = bias.both(setup, offer, name)
    seen, does = (found[f"bias.{name}.{kind}"] for kind in ("naive", "randomised"))
    if isinstance(seen, Statistic) and isinstance(does, Statistic):
        note = f"Observed {seen.value:+.1%}, effect {does.value:+.1%} of a year's spend."
        seen = replace(seen, note=note)
    return {seen_row: seen, done_row: does, **found}


def others_make_customers_look_better(setup: Setup) -> Found:
    """S19: what referral, several channels and a community seem to make of customers, and do."""
    return {
        **referred_are_worth_more(setup.times(2)),
        **_seen_and_done(setup, bias.CHANNELS, "channels", "S19b", "S19d"),
        **_seen_and_done(setup, bias.COMMUNITY, "community", "S19c", "S19e"),
    }
