"""Who uses several channels looks valuable; what a second channel causes is far less.

Serves: L3.1(2) L3.3 L5.1 C6 I7.3
"""

from functools import cache

import numpy as np
import pytest

from sim.evidence.parameters import load_parameters
from sim.model.loyalty_model import LoyaltyModel
from sim.playbook.strategies import Play, Strategy
from sim.world.population import ACTIVE, PROSPECT
from tests.worlds import DO_NOTHING, Z_LIMIT, assert_share, lever_of, strategy
from tests.worlds import unvalued_world as world

P = load_parameters().values("omnichannel")
WEEKS = 40


def omnichannel(audience: str = "everyone", reach: float = 1.0, **settings: float) -> Strategy:
    return strategy(
        Play(
            lever="omnichannel",
            settings=settings,
            audience=audience,
            reach=reach,
            owner="technology",
        )
    )


def first_week(plays: Strategy, **options: float) -> LoyaltyModel:
    model = world(plays=plays, n=4_000, weeks=5, start="posterior", **options)
    model.step()
    return model


# -- selection against cause ----------------------------------------------------------------------
@cache
def _trial() -> dict[str, float]:
    """A random half is nudged hard, at the highest effect held possible; the same luck without it."""
    likely = load_parameters().replace(
        "omnichannel",
        second_channel_lift=0.15,
        nudge_success=0.2,
        second_channel_half_life_weeks=104,
    )
    options = {"n": 4_000, "weeks": WEEKS, "start": "posterior", "parameters": likely}
    nudged = world(plays=omnichannel(reach=0.5, nudges=52), **options)
    known = nudged.customers.columns["status"] == ACTIVE
    several = nudged.customers.columns["multichannel"].copy()
    reached = nudged.state.draws.uniform("reach omnichannel:everyone") < 0.5
    start = nudged.customers.columns["frequency"].copy()
    own = nudged.customers.columns["category_rate"] * nudged.customers.columns["base_share"]
    usual = world(plays=DO_NOTHING, **options).run().customers.columns["frequency"] - start
    trips = nudged.run().customers.columns["frequency"] - start
    one = known & ~several
    gain = (trips - usual).astype(float)
    followed = nudged.customers.columns["multichannel"][one & reached].mean()
    effect = (gain[one & reached].mean() - gain[one & ~reached].mean()) / followed
    spread = np.sqrt(
        gain[one & reached].var(ddof=1) / (one & reached).sum()
        + gain[one & ~reached].var(ddof=1) / (one & ~reached).sum()
    )
    mean = usual[one].mean()
    return {
        "observed": own[known & several].mean() / own[one].mean() - 1,
        "caused": effect / mean,
        "error": spread / followed / mean,
    }


def test_the_observed_premium_of_several_channels_is_far_above_the_randomised_one() -> None:
    trial = _trial()
    assert trial["observed"] > 5 * (trial["caused"] + Z_LIMIT * trial["error"]), trial


def test_a_randomised_nudge_shows_the_lift_that_was_put_in() -> None:
    trial = _trial()
    # it acts from the week of winning over, and fades: between nothing and all of it
    assert trial["caused"] > Z_LIMIT * trial["error"], trial
    assert trial["caused"] < np.expm1(0.15) + Z_LIMIT * trial["error"], trial


def test_using_several_channels_at_week_0_changes_nothing() -> None:
    model = first_week(omnichannel(nudges=1))
    week, mechanism = model.state.lever_view(), lever_of(model, "omnichannel")
    own = model.state.own(mechanism)
    term = mechanism.effects(week, [], own)["purchase"]
    assert own["multichannel"].any()
    assert not term[own["multichannel"] & (own["second_channel"] == 0)].any()


def test_average_customers_use_several_channels_as_often_as_assumed() -> None:
    same = load_parameters().replace("omnichannel", multichannel_slope=0.0)
    several = first_week(omnichannel(handover=1), parameters=same).customers.columns["multichannel"]
    assert_share(several.sum(), several.size, P["multichannel_share"], "users of several channels")


# -- nudges ---------------------------------------------------------------------------------------
def test_only_users_of_one_channel_are_written_to_and_won_over() -> None:
    model = world(plays=omnichannel(nudges=52), n=2_000, weeks=20, start="posterior")
    before = model.customers.columns["multichannel"].copy()
    there = model.customers.columns["status"] == ACTIVE
    model.step()
    people = model.customers.columns
    reached = model.last_week.plays["omnichannel"][0].reached
    customer = there & (people["status"] == ACTIVE) & reached
    assert not people["fatigue"][before & customer].any()
    assert (people["fatigue"][~before & customer] > 0).all()
    model.run()
    won = people["second_channel"] > 0
    assert won.any() and not (won & before).any() and people["multichannel"][won].all()


def test_a_second_channel_is_forgotten_week_by_week_and_messages_are_paid_by_the_second() -> None:
    plays = omnichannel(nudges=52)
    brief = strategy(plays.plays[0].model_copy(update={"end_week": 1}))
    model = world(plays=brief, n=2_000, weeks=9, start="posterior", execution=1.0)
    model.step()
    people, (play,) = model.customers.columns, model.last_week.plays["omnichannel"]
    written_to = ~people["multichannel"] | (people["second_channel"] == 1.0)
    effort = play.effort * (play.reached & written_to).sum()
    due = effort * P["nudge_seconds"] / 3600 * model.market["wage_per_hour"]
    assert model.weekly["cost.omnichannel"].sum() == pytest.approx(due)
    won = people["second_channel"] == 1.0
    model.run()
    left = 2 ** (-8 / P["second_channel_half_life_weeks"])
    assert won.any()
    np.testing.assert_allclose(people["second_channel"][won], left)


def test_what_a_second_channel_does_fades_by_its_half_life_also_after_the_horizon() -> None:
    model = world(plays=omnichannel(nudges=52), n=2_000, weeks=20, start="posterior").run()
    week, mechanism = model.state.lever_view(), lever_of(model, "omnichannel")
    own, half = model.state.own(mechanism), P["second_channel_half_life_weeks"]
    now, later = (mechanism.lasting_terms(week, own, w)["purchase"] for w in (0.0, half))
    assert now.any()
    np.testing.assert_allclose(later, now / 2)


# -- hand-over, portability, preferred channel, showroom -------------------------------------------
def test_a_case_that_travels_along_averts_the_failures_of_changes_of_channel_only() -> None:
    @cache
    def failures(seed: int, handover: float) -> float:
        plays = omnichannel(handover=handover) if handover else DO_NOTHING
        options = {"n": 3_000, "weeks": 26, "seed": seed, "start": "posterior"}
        return (
            world(plays=plays, failures_per_trip=0.08, **options).run().weekly["n_failures"].sum()
        )

    saved = np.array([1 - failures(seed, 1.0) / failures(seed, 0.0) for seed in range(6)])
    assert (saved > 0).all()
    assert (saved < P["handover_failures"]).all()  # users of one channel meet as many as before


def test_portability_raises_what_users_of_several_channels_see_and_nobody_elses() -> None:
    from sim.levers.base import Delivery

    model = first_week(omnichannel(portability=1))
    mechanism, delivery = lever_of(model, "omnichannel"), Delivery()
    own = model.state.own(mechanism)
    mechanism.deliver(model.state.lever_view(), model.last_week.plays["omnichannel"], own, delivery)
    quality = np.asarray(delivery.quality)
    active = model.customers.columns["status"] == ACTIVE
    assert not quality[~own["multichannel"]].any()
    assert (quality[own["multichannel"] & active] > 0).mean() > 0.9


def test_serving_the_preferred_channel_moves_those_only_who_prefer_another_than_the_main_one() -> (
    None
):
    model = first_week(omnichannel(preferred=1))
    week, mechanism = model.state.lever_view(), lever_of(model, "omnichannel")
    plays, own = model.last_week.plays["omnichannel"], model.state.own(mechanism)
    term = mechanism.effects(week, plays, own)["purchase"]
    shares = np.bincount(week.people["channel"])
    main = week.people["channel"] == shares.argmax()
    assert term[~main].any() and not term[main].any()


@pytest.mark.parametrize("audience", ["everyone", "prospect"])
def test_a_showroom_brings_new_customers_whoever_it_is_meant_for(audience: str) -> None:
    model = first_week(omnichannel(audience, showroom=1))
    week, mechanism = model.state.lever_view(), lever_of(model, "omnichannel")
    plays, own = model.last_week.plays["omnichannel"], model.state.own(mechanism)
    join = mechanism.effects(week, plays, own)["join"]
    expected = P["showroom_joining"] * model.market["execution"]
    reached = join[week.people["status"] == PROSPECT]
    assert reached.size and np.median(reached) == pytest.approx(expected, rel=0.05)
