"""People opt out of messages above the usual, for good, and fewer do where they may choose.

Serves: I7.3 I7.C3
"""

import numpy as np
import pandas as pd
import pytest

from sim.common.calendar import WEEKS_A_MONTH
from sim.experiment.fingerprint import always_in
from sim.levers.personalisation import Personalisation
from sim.levers.personalisation.response import share_term
from sim.market.market import load_market
from sim.model.loyalty_model import LoyaltyModel
from sim.playbook.strategies import Play
from sim.world.population import ACTIVE
from tests.worlds import assert_share, strategy, world

LETTERS = {"messages": 8.0, "matching": 0.6}


def model_of(weeks: int = 20, n: int = 2_000, **settings: float) -> LoyaltyModel:
    play = Play(lever="personalisation", owner="market", settings=settings)
    return world(plays=strategy(play), n=n, weeks=weeks, start="posterior", shared=True)


def lever_of(model: LoyaltyModel) -> Personalisation:
    return next(m for m in model.state.levers.all if isinstance(m, Personalisation))


def opted_out(model: LoyaltyModel) -> np.ndarray:
    return model.customers.columns["let_in"] == 0.0


def step(model: LoyaltyModel, tired: float | None = None) -> None:
    """A week, before which everybody has as many messages above the usual in mind."""
    if tired is not None:
        model.customers.columns["fatigue"][:] = tired
    model.step()


def test_nobody_opts_out_for_the_usual_messages_or_for_fewer() -> None:
    for messages in (0.0, -2.0):
        assert not opted_out(model_of(messages=messages, matching=0.6).run()).any()


def test_each_message_above_the_usual_drives_out_its_share_whatever_lever_sent_it() -> None:
    model = model_of(n=20_000)
    active = model.customers.columns["status"] == ACTIVE
    above = 30.0  # a week
    step(model, above * model.state.usual.weeks_in_mind)
    expected = -np.expm1(-lever_of(model).parameters.opt_out * above)
    assert_share(opted_out(model)[active].sum(), active.sum(), expected, "opted out")
    assert not opted_out(model)[~active].any()


def test_where_people_may_choose_a_share_of_those_who_had_enough_takes_fewer_messages() -> None:
    free, choice = model_of(n=20_000), model_of(n=20_000, preference_centre=1.0)
    for model in (free, choice):
        step(model, 200.0)
    p, let_in = lever_of(choice).parameters, choice.customers.columns["let_in"]
    np.testing.assert_array_equal(let_in < 1.0, opted_out(free))  # who has had enough
    fewer = let_in == p.own_frequency
    (play,) = choice.last_week.plays["personalisation"]
    offered = opted_out(free) & play.reached
    assert not fewer[~offered].any()
    assert_share(fewer.sum(), offered.sum(), p.opt_down * play.strength, "took fewer")


def test_who_has_opted_out_gets_and_tires_of_nothing_and_stays_out() -> None:
    model = model_of(**LETTERS)
    step(model)
    out = np.flatnonzero(model.last_week.plays["personalisation"][0].reached)[::2]
    model.customers.columns["let_in"][out] = 0.0
    people, mechanism = model.customers.columns, lever_of(model)
    for _ in range(9):
        step(model)
    assert opted_out(model)[out].all()
    week, plays = model.state.lever_view(), model.last_week.plays["personalisation"]
    own = model.state.own(mechanism)
    here = out[people["status"][out] == ACTIVE]
    assert (people["fatigue"][here] < 0.0).all()  # the usual ones are missing
    found = mechanism.effects(week, plays, own)
    np.testing.assert_array_less(found["purchase"][here], 0.0)
    assert (found["spend"][here] <= 0.0).all() and found["spend"][here].any()  # of who buys online
    paid = mechanism.cost(week, plays[0], own).per_person
    np.testing.assert_array_equal(np.asarray(paid)[np.isin(plays[0].rows, out)], 0.0)


def test_what_is_missed_lasts_after_the_horizon() -> None:
    model = model_of()
    step(model, 400.0)
    mechanism, people, usual = lever_of(model), model.customers.columns, model.state.usual
    out = np.flatnonzero(opted_out(model))
    own = {name: column[out] for name, column in model.state.own(mechanism).items()}
    lost = mechanism.lasting_terms(model.state.lever_view(), own, 200.0)["purchase"]
    p, q = mechanism.parameters, model.market["data_quality"]
    # the plain part of them at least, and that part more for what fits
    plain = p.message_trips * usual.attention * usual.messages
    fits = plain * p.relevance_gain * usual.matching * q * 3.0
    least, most = (
        share_term(people["base_share"][out], people["category_rate"][out], -x, x, p.winnable_trips)
        for x in (plain, plain + fits)
    )
    assert out.size > 100
    assert (lost <= least).all() and (lost >= most).all()


def test_a_page_of_settings_is_built_and_kept_up() -> None:
    plain, choice = model_of(**LETTERS), model_of(**LETTERS, preference_centre=0.5)
    cost = []
    for model in (plain, choice):
        step(model)
        (play,) = model.last_week.plays["personalisation"]
        mechanism = lever_of(model)
        cost.append(mechanism.cost(model.last_week.view, play, model.state.own(mechanism)))
    assert cost[1].to_build - cost[0].to_build == pytest.approx(
        lever_of(choice).parameters.centre_build_hours
    )
    assert cost[1].fixed > cost[0].fixed


def test_people_opt_out_under_any_plan_that_writes_and_under_no_other() -> None:
    """Stories alone: some opt out, and lose the usual messages; care at the till writes to nobody."""
    told, quiet = (
        world(plays=strategy(Play(lever="emotional_connection", owner="brand", settings=settings)),
              n=2_000, weeks=12, start="posterior", shared=True, valued=False)
        for settings in ({"stories": 8.0}, {"warmth": 1.0})
    )  # fmt: skip
    assert "let_in" not in quiet.run().customers.columns
    assert not any("personalisation" in name for name in quiet.weekly)
    out = opted_out(told.run())
    people, p = told.customers.columns, lever_of(told).parameters
    # what was sent above the usual, had each message its chance: an upper end, as it also fades
    sent = 8.0 * told.state.firm.capability.execution * 12 / WEEKS_A_MONTH
    assert 0 < out.sum() < 1.5 * p.opt_out * sent * (people["status"] == ACTIVE).sum()
    assert (people["missed"][out & (people["status"] == ACTIVE)] < 0.0).all()
    assert told.weekly["term.purchase.personalisation"].sum() < 0.0
    assert told.weekly.get("cost.personalisation", pd.Series([0.0])).sum() == 0.0


def test_a_run_that_writes_depends_on_what_consent_does_and_no_other_where_nobody_has_opted_out():
    quiet = load_market("grocery").with_values(opted_out=0.0)
    assert "personalisation" in always_in({"cocreation"}, quiet)
    assert "personalisation" not in always_in({"service_quality", "pricing"}, quiet)
    assert "personalisation" in always_in({"pricing"}, load_market("grocery"))
