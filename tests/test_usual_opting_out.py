"""A firm that writes has customers who have opted out already, and loses more each week to as usual.

Serves: I7.3
"""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sim.levers.personalisation import Personalisation, consent
from sim.levers.personalisation.listeners import Listeners
from sim.model.loyalty_model import LoyaltyModel
from sim.model.week.opting_out import usual_opting_out
from sim.playbook.strategies import DO_NOTHING, Play
from sim.world.population import ACTIVE, LAPSED, PROSPECT
from tests.worlds import assert_share, strategy, unvalued_world, world

OUT = 0.25


def writing(n: int = 2_000, weeks: int = 12, out: float = OUT, **settings: float) -> LoyaltyModel:
    play = Play(lever="personalisation", owner="market", settings=settings)
    options = {"n": n, "weeks": weeks, "start": "posterior", "shared": True}
    return world(plays=strategy(play) if settings else DO_NOTHING, opted_out=out, **options)


def share_out(model: LoyaltyModel) -> np.ndarray:
    """The share of active customers who have opted out, week by week."""
    found = model.weekly.groupby("week")[["n_opted_out", "n_active"]].sum()
    return (found["n_opted_out"] / found["n_active"]).to_numpy()


def column(model: LoyaltyModel, name: str) -> np.ndarray:
    return model.customers.columns[name]


def of_market(name: str) -> LoyaltyModel:
    return unvalued_world(name, n=20_000, weeks=52, start="posterior", opted_out=OUT)


@pytest.mark.parametrize("market", ["grocery", "music_shop", "subscription"])
def test_the_share_who_have_opted_out_stays_when_nothing_new_is_done(market: str) -> None:
    model = of_market(market)
    model.run()
    active = column(model, "status") == ACTIVE
    out = column(model, "let_in")[active] == 0.0
    assert_share(out.sum(), active.sum(), OUT, f"opted out in {market}")


@pytest.mark.parametrize("market", ["grocery", "subscription"])
def test_without_a_weekly_chance_newcomers_would_thin_them_out(market: str) -> None:
    """The obvious version, those of week 0 alone, fails the test above."""
    model = of_market(market)
    path = model.state.baseline.path
    never = replace(path, opting_out=np.zeros_like(path.opting_out))
    model.state.baseline = replace(model.state.baseline, path=never)
    model.run()
    active = column(model, "status") == ACTIVE
    out = column(model, "let_in")[active] == 0.0
    with pytest.raises(AssertionError, match="opted out"):
        assert_share(out.sum(), active.sum(), OUT, "opted out")


def test_as_many_opt_out_as_newcomers_make_up_for() -> None:
    """Of customers who all stay at one rate: newcomers over those who are in, times the share out."""
    weeks, new, out = 30, 0.01, 0.4
    left = (1.0 - new) ** np.arange(weeks + 1)
    chance = usual_opting_out(out, np.ones(weeks), left[:-1], np.full(weeks, new), left)
    # a week's newcomers come after those who opt out in it
    np.testing.assert_allclose(chance, out * new / ((1.0 - out) * (1.0 - new)), rtol=1e-9)
    assert not usual_opting_out(out, left[:-1], left[:-1], np.zeros(weeks), left).any()
    assert not usual_opting_out(0.0, np.ones(weeks), left[:-1], np.full(weeks, new), left).any()


@pytest.mark.parametrize("market", ["grocery", "subscription"])
def test_opting_out_of_the_usual_messages_moves_nothing_else(market: str) -> None:
    size = {"n": 1_000, "weeks": 20, "start": "posterior"}
    some, none = (world(market, opted_out=out, **size).run() for out in (0.6, 0.0))
    assert some.weekly["n_opted_out"].sum() > 0
    terms = [name for name in some.weekly if "personalisation" in name]
    assert not some.weekly[terms].to_numpy().any()
    rest = some.weekly.drop(columns=["n_opted_out", *terms])
    pd.testing.assert_frame_equal(rest, none.weekly[rest.columns])


def test_who_has_opted_out_before_is_neither_moved_nor_paid_for() -> None:
    model = writing(messages=8.0, matching=0.6)
    before = column(model, "let_in_as_usual") == 0.0
    for _ in range(6):
        model.step()
    here = before & (column(model, "status") == ACTIVE)
    assert here.sum() > 100
    assert not column(model, "fatigue")[here].any() and not column(model, "missed")[here].any()
    (mechanism,) = (m for m in model.state.levers.in_use if isinstance(m, Personalisation))
    week, plays = model.last_week.view, model.last_week.plays["personalisation"]
    own = model.state.own(mechanism)
    for outcome, term in mechanism.effects(week, plays, own).items():
        assert not term[here].any() and term[~before].any(), outcome
    paid = np.asarray(mechanism.cost(week, plays[0], own).per_person)
    out = column(model, "let_in")[plays[0].rows] == 0.0
    assert not paid[out].any() and (paid[~out] > 0.0).all()


def test_whoever_opts_out_of_the_usual_would_have_done_so_anyway() -> None:
    """Under a plan that writes too all do who do without one, and lose nothing by it."""
    usual, plan = writing(out=0.6), writing(out=0.6, messages=8.0)
    lost = []
    for model in (usual, plan):
        start = column(model, "let_in").copy()
        model.run()
        lost.append((start > 0.0) & (column(model, "let_in") == 0.0))
    anyway, more = lost[0], lost[1] & ~lost[0]
    both = (column(usual, "status") == ACTIVE) & (column(plan, "status") == ACTIVE)
    assert (lost[1] | ~both)[anyway].all() and anyway.sum() > 5
    assert not column(plan, "missed")[anyway & both].any()
    assert (column(plan, "missed")[more & both] < 0.0).all() and (more & both).any()


def test_what_is_missed_is_missed_no_longer_once_one_would_have_opted_out_anyway() -> None:
    model = writing(n=500)
    model.step()
    own, rows = model.customers.columns, np.flatnonzero(column(model, "status") == ACTIVE)[:50]
    own["let_in"][rows], own["let_in_as_usual"][rows], own["missed"][rows] = 0.0, 1.0, -0.1
    path = model.state.baseline.path
    sure = replace(path, opting_out=np.ones_like(path.opting_out))
    model.state.baseline = replace(model.state.baseline, path=sure)
    model.step()
    here = rows[column(model, "status")[rows] == ACTIVE]
    assert not own["missed"][here].any() and not own["let_in_as_usual"][here].any()


def test_fewer_messages_drive_out_fewer_and_a_page_of_settings_keeps_some() -> None:
    usual, fewer, choice = (
        writing(n=20_000, weeks=26, out=0.6, **settings)
        for settings in ({}, {"messages": -3.0}, {"preference_centre": 1.0, "matching": 0.2})
    )
    found = [share_out(model.run())[-1] for model in (usual, fewer, choice)]
    assert found[1] < found[0] and found[2] < found[0]
    let_in = column(choice, "let_in")
    p = next(m for m in choice.state.levers.in_use if isinstance(m, Personalisation)).parameters
    assert (let_in == p.own_frequency).any()
    takes_fewer = (let_in == p.own_frequency) & (column(choice, "let_in_as_usual") == 0.0)
    active = takes_fewer & (column(choice, "status") == ACTIVE)
    assert (column(choice, "missed")[active] > 0.0).all() and active.any()


def test_who_joins_again_a_year_after_leaving_is_asked_anew_and_who_comes_back_before_is_not() -> (
    None
):
    model = writing(n=500)
    model.step()
    own = model.customers.columns
    own["let_in"][:], own["let_in_as_usual"][:] = 0.0, 0.0
    own["status"][:100], own["status"][100:200] = PROSPECT, LAPSED
    view = model.state.lever_view()
    (mechanism,) = (m for m in model.state.levers.in_use if isinstance(m, Personalisation))
    consent.choose(view, [], own, mechanism.parameters)
    assert (own["let_in"][:100] == 1.0).all() and not own["let_in"][100:200].any()


def test_where_nobody_is_written_to_as_usual_nobody_has_opted_out() -> None:
    quiet = unvalued_world(n=500, weeks=4, opted_out=0.6, usual_messages=0.0)
    assert "let_in" not in quiet.run().customers.columns
    assert not any("opted_out" in name for name in quiet.weekly)


def test_what_is_kept_out_counts_from_what_each_lets_in_as_usual() -> None:
    model = writing(n=500, messages=4.0)
    model.step()
    (mechanism,) = (m for m in model.state.levers.in_use if isinstance(m, Personalisation))
    own = model.state.own(mechanism)
    here = Listeners(model.state.lever_view(), own, mechanism.parameters)
    own["let_in"][:3], own["let_in_as_usual"][:3] = (0.0, 0.0, 0.4), (0.0, 1.0, 0.0)
    expected = np.array([0.0, 1.0, -0.4]) * model.state.usual.messages
    np.testing.assert_allclose(here.kept_out(slice(3)), expected)
