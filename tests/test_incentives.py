"""Incentives show what is known of them: paired runs, with and without, on the same luck.

Serves: L3.4 I3.1 I5.3 I2.3
"""

from functools import cache

import numpy as np
import pytest
from scipy import stats

from sim.evidence.parameters import ParameterTable, load_parameters
from sim.levers.incentives.tiers import change_of_standing, relax
from sim.model.loyalty_model import LoyaltyModel
from sim.model.week import forward_buying, reference_price
from sim.playbook.strategies import Play, Strategy
from tests.worlds import (
    DO_NOTHING,
    FALSE_ALARM,
    assert_books_agree,
    assert_share,
    strategy,
)
from tests.worlds import (
    unvalued_world as world,
)

GOAL = {"rebate": 0.02, "reward_trips": 8}  # a reward to be reached within weeks
PROGRAMME = {"rebate": 0.01, "reward_trips": 10}
TIERS = {"rebate": 0.01, "tier_trips": 45, "review_weeks": 13}
PROMOTED_WEEK = 10


def incentives(start_week: int = 0, **settings: float) -> Strategy:
    return strategy(
        Play(
            lever="incentives",
            settings=settings,
            owner="market",
            start_week=start_week,
        )
    )


def parameters(**values: float) -> ParameterTable:
    return load_parameters().replace("incentives", **values)


def assert_between(observed: list[float] | np.ndarray, low: float, high: float, what: str) -> None:
    """Fail unless the mean of independent replications lies in a range, luck allowed for."""
    values = np.asarray(observed, dtype=float)
    error = values.std(ddof=1) / np.sqrt(values.size)
    margin = stats.t.isf(FALSE_ALARM, values.size - 1) * error
    message = f"{what}: mean {values.mean():.4g}, error {error:.2g}, n {values.size}"
    assert low - margin < values.mean() < high + margin, message
    assert margin < high - low, f"{message}: too few runs to tell"


def weekly_trips(model: LoyaltyModel, watch=None) -> np.ndarray:
    """Run a model and give everybody's trips, shape (weeks, people)."""
    columns = model.customers.columns
    trips = np.zeros((model.setting.weeks, len(model.customers)), dtype=np.int64)
    while model.week < model.setting.weeks:
        week, before = model.week, columns["frequency"].copy()
        state = None if watch is None else watch(model)
        model.step()
        trips[week] = np.maximum(columns["frequency"] - before, 0)
        if state is not None:
            state(trips[week])
    return trips


# -- promotions and buying ahead (S14) -----------------------------------------------------------
@cache
def _promotion(seed: int) -> dict[str, float]:
    """Effects of one week with a fifth off everything, over the bump in own trips."""
    options = {"n": 4_000, "weeks": PROMOTED_WEEK + 8, "seed": seed, "start": "posterior"}
    once = incentives(
        start_week=PROMOTED_WEEK, promotion=0.2, basket_share=1, promotion_every=PROMOTED_WEEK
    )
    on, off = (
        world(plays=p, shared=True, **options)
        .run()
        .weekly.groupby("week")[["trips", "rival_trips"]]
        .sum()
        for p in (once, DO_NOTHING)
    )
    change = (on - off).to_numpy()
    bump, after = change[PROMOTED_WEEK, 0], slice(PROMOTED_WEEK + 1, PROMOTED_WEEK + 7)
    return {
        "lift": bump / off["trips"].iloc[PROMOTED_WEEK],
        "dip": -change[after, 0].sum() / bump,
        "switched": -change[PROMOTED_WEEK, 1] / bump,
        "new": change[PROMOTED_WEEK:].sum() / bump,
    }


@pytest.mark.parametrize(
    ("part", "low", "high"),
    # Without stock two thirds are new, and the dip is only what the reference price leaves; with extra
    # trips taken from rivals only, nothing is new; with an elasticity in logs, the lift doubles.
    [("lift", 0.4, 1.25), ("dip", 0.04, 0.25), ("switched", 0.2, 0.45), ("new", 0.2, 0.45)],
)
def test_a_promotion_has_a_bump_a_dip_and_a_third_of_new_demand(part, low, high) -> None:
    assert_between([_promotion(seed)[part] for seed in range(6)], low, high, part)


def test_what_is_bought_ahead_is_later_not_bought_once() -> None:
    stored, kept, extra = 0.6, 0.7, np.array([0.0, 1.0, 5.0])
    held = forward_buying.after_week(np.zeros(3), extra, stored, kept)
    still = forward_buying.trips_saved_later(held, stored, kept)
    saved = np.zeros(3)
    for _ in range(80):
        saved += forward_buying.trips_saved_now(held, stored, kept)
        held = forward_buying.after_week(held, np.zeros(3), stored, kept)
    np.testing.assert_allclose(saved, stored**2 * extra, atol=1e-5)
    np.testing.assert_allclose(still, saved, atol=1e-5)


def test_a_promotion_lifts_own_trips_as_told_and_takes_its_part_from_rivals() -> None:
    lift, share = np.full(5, 1e-4), 0.4
    logit = np.full(5, np.log(share / (1 - share)))
    new, beyond = forward_buying.promoted(logit, lift, 0.3, share)
    np.testing.assert_allclose(new * beyond / share - 1, 1e-4, rtol=1e-3)
    np.testing.assert_allclose(new / share - 1, 0.3e-4, rtol=1e-3)
    none = forward_buying.promoted(logit, np.zeros(5), 0.3, share)
    np.testing.assert_array_equal(none[1], 1.0)


def test_the_usual_price_feels_dear_after_a_long_promotion() -> None:
    """With a reference price that never moves only the waits of a busier desk are remembered, -1 %."""
    long = incentives(promotion=0.3, basket_share=1, promotion_every=520, promotion_weeks=16)
    options = {"n": 3_000, "weeks": 36, "start": "posterior"}
    later = []
    for seed in range(6):
        on, off = (
            world(plays=p, seed=seed, shared=True, **options)
            .run()
            .weekly.groupby("week")["trips"]
            .sum()
            for p in (long, DO_NOTHING)
        )
        later.append(float(on[26:].sum() / off[26:].sum() - 1))  # the stock is used up by then
    assert_between(later, -0.15, -0.015, "later purchases")


def test_the_reference_price_follows_what_is_paid_and_losses_count_more() -> None:
    paid = np.log(np.array([0.8, 0.8, 1.0]))
    reference = reference_price.after_trips(np.ones(3), paid, np.array([1, 50, 3]), 0.1)
    np.testing.assert_allclose(reference, [0.98, 0.8, 1.0], atol=2e-3)
    gain = reference_price.reference_term(np.ones(1), np.log([0.8]), 0.15, 2.0, 0.4)
    loss = reference_price.reference_term(np.array([0.8]), np.zeros(1), 0.15, 2.0, 0.4)
    assert gain > 0
    np.testing.assert_allclose(loss, -2 * gain)


# -- tiers (S18) ---------------------------------------------------------------------------------
def test_falling_hurts_more_than_rising_helped_and_heals_slowly() -> None:
    ratio, half_life = 2.0, 26.0
    tier = np.array([0, 1], dtype=np.int8)
    standing = change_of_standing(np.array([0.0, 1.0]), 0.01, ratio)
    assert standing[1] == pytest.approx(0.01)
    standing = standing + change_of_standing(np.array([0.0, -1.0]), 0.01, ratio)
    assert standing[1] == pytest.approx(-0.01)
    for _ in range(26):
        standing = relax(standing, np.zeros_like(tier), 0.01, half_life)
    np.testing.assert_allclose(standing, [0.0, -0.005])


@cache
def _tiers(seed: int) -> tuple[float, float]:
    """Trips over those without any feeling for tiers, of those who rose and of those who fell."""
    runs = []
    for lift in (0.1, 0.0):  # large, so that it is seen among few
        model = world(
            plays=incentives(**TIERS),
            n=8_000,
            weeks=40,
            seed=seed,
            start="posterior",
            parameters=parameters(status_lift=lift, membership_lift=0.0, goal_gradient=0.0),
        )
        tiers: list[np.ndarray] = []
        trips = weekly_trips(model, lambda m, t=tiers: t.append(m.customers.columns["tier"].copy()))
        runs.append((trips, tiers))
    (on, tier), (off, other) = runs
    # Reviews take place in weeks 13 and 26; 14 and 27 show their outcome.
    same = (tier[14] == other[14]) & (tier[27] == other[27])
    rose = same & (tier[14] == 1)
    fell = rose & (tier[27] == 0)

    def change(rows: np.ndarray, weeks: slice) -> float:
        return float(np.log(on[weeks, :][:, rows].sum() / off[weeks, :][:, rows].sum()))

    return change(rose, slice(14, 26)), change(fell, slice(27, 39))


def test_the_demoted_buy_less_than_if_they_had_never_been_raised() -> None:
    """A fall that takes back no more than the rise gave would leave them where they were."""
    rise, fall = zip(*(_tiers(seed) for seed in range(6)), strict=True)
    assert_between(rise, 0.03, 0.2, "after promotion")
    assert_between(fall, -0.2, -0.02, "after demotion")
    step = (np.array(rise) - np.array(fall)) / np.array(rise)
    assert_between(step, 1.2, 3.0, "demotion over promotion")


def test_tiers_alone_add_next_to_nothing_to_sales() -> None:
    gains = []
    for seed in range(6):
        options = {"n": 2_500, "weeks": 52, "seed": seed, "start": "posterior"}
        with_tiers, without = (
            world(plays=incentives(**chosen), shared=True, **options).run().weekly["trips"].sum()
            for chosen in (TIERS, {"rebate": TIERS["rebate"]})
        )
        gains.append(float(with_tiers / without - 1))
    assert_between(gains, -0.01, 0.02, "tiers")


def test_points_at_a_tiers_rate_are_booked_to_the_cent() -> None:
    plays = incentives(rebate=0.01, tier_trips=20, tier_count=3, tier_rebate=0.01, review_weeks=13)
    model = world(plays=plays, n=800, weeks=45, start="posterior").run()
    c, ledger = model.customers.columns, model.ledger
    assert (c["tier"] > 1).any() and (c["point_value"] > 0.015).any()
    outstanding = float(np.sum(c["points"] * c["point_value"]))
    assert -ledger.balance("rewards_outstanding") == pytest.approx(outstanding, abs=0.02)
    assert_books_agree(model)


# -- referral rewards ------------------------------------------------------------------------------
def test_a_reward_for_friends_wins_some_and_is_paid_for_each() -> None:
    reward, minutes = 12.0, 6.0
    plays = incentives(referral_reward=reward)
    table = parameters(claimed_share=0.0, claim_minutes=minutes, referral_build_hours=0.0)
    model = world(plays=plays, n=6_000, weeks=40, start="posterior", parameters=table).run()
    each = reward + minutes / 60 * model.market["wage_per_hour"]
    table = model.weekly.sum(numeric_only=True)
    c = model.customers.columns
    winners = int(c["recommended"].sum())
    assert winners > 0
    assert table["cost.incentives"] >= each * winners  # some won more than one friend
    paid = table["cost.incentives"] / each
    assert paid == pytest.approx(round(paid)) and paid >= table["new_referred"] - 1e-9
    assert table["term.churn.incentives"] < 0  # and stay longer for it


@pytest.mark.parametrize("reach", [1.0, 0.5])
@pytest.mark.parametrize("by", ["talk", "reach"])
def test_a_reward_is_claimed_for_a_share_of_the_friends_who_come_anyway(by, reach) -> None:
    share, reward = 0.5, 12.0
    claimed = {"claimed_share": 0.0, "reach_claimed_share": 0.0}
    claimed["claimed_share" if by == "talk" else "reach_claimed_share"] = share
    table = parameters(referral_rate=0.0, claim_minutes=0.0, referral_build_hours=0.0, **claimed)
    play = Play(
        lever="incentives", settings={"referral_reward": reward}, owner="market", reach=reach
    )
    inflow = {"inflow_per_year": 1.0, "talk_share_of_inflow": 0.8 if by == "talk" else 0.2}
    model = world(plays=strategy(play), n=2_000, weeks=8, parameters=table, **inflow).run()
    sums = model.weekly.sum(numeric_only=True)
    assert sums["new_referred"] == 0 and not model.customers.columns["recommended"].any()
    paid = sums["cost.incentives"] / reward
    assert paid == pytest.approx(round(paid))
    # one that reaches half of the customers pays where one of these claims
    told = int(sums["new_by_talk"])
    friends = told if by == "talk" else int(sums["new_joined"]) - told
    assert_share(round(paid), friends, share * reach, f"friends of {by} who are paid for")


def test_a_larger_reward_for_friends_brings_less_than_in_proportion() -> None:
    asked = []
    for reward in (10.0, 40.0):
        model = world(plays=incentives(referral_reward=reward), n=4_000, weeks=2)
        model.step()
        week, plays = model.state.lever_view(), model.last_week.plays["incentives"]
        lever = model.state.levers.all[-1]
        asked.append(float(np.sum(lever.referrals(week, plays, model.state.own(lever)))))
    assert asked[0] < asked[1] < 4 * asked[0]
