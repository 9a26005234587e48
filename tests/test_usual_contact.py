"""Messages count from the usual ones, and what is personal acts only where something carries it.

Serves: I7
"""

import numpy as np
import pandas as pd
import pytest

from sim.levers.personalisation.response import reminded_above, share_term
from sim.market.market import Market, load_market
from sim.playbook.strategies import Play
from sim.world.population import ACTIVE
from tests.contact import contact, terms
from tests.worlds import DO_NOTHING, assert_share, strategy, world


# -- what is usual -------------------------------------------------------------------------------
@pytest.mark.parametrize("market", ["grocery", "subscription"])
def test_the_usual_contact_alone_moves_nothing_whatever_it_is(market: str) -> None:
    # counted from zero, the obvious version, people would be reminded and tired all of a sudden
    neutral = strategy(Play(lever="personalisation", settings={}, owner="market"))
    size = {"market": market, "n": 400, "weeks": 20, "start": "posterior"}
    none, some = (
        world(plays=neutral, usual_messages=u, usual_matching=0.5, **size).run().weekly
        for u in (0.0, 6.0)
    )
    pd.testing.assert_frame_equal(none, some, check_exact=True)


def _gain(usual: float, messages: float) -> dict[str, float]:
    """Mean terms of a second week of matched messages, all matched as usual, and their attention."""
    model = contact(messages=messages, matching=0.6, usual_messages=usual, usual_matching=0.6)
    model.step()
    active = model.customers.columns["status"] == ACTIVE
    found = {name: float(term[active].mean()) for name, term in terms(model).items()}
    return found | {"tired": float(np.median(model.customers.columns["fatigue"][active]))}


def test_further_messages_bring_less_the_more_are_usual() -> None:
    gains = [_gain(usual, 2.0) for usual in (0.0, 1.0, 2.0, 4.0)]
    for name, sign in (("purchase", 1), ("churn", -1), ("spend", 1)):
        size = sign * np.array([gain[name] for gain in gains])
        assert (np.diff(size) < 0).all() and size[0] > 0, name
    assert len({round(gain["tired"], 9) for gain in gains}) == 1  # each tires as much


def test_a_firm_can_write_less_than_usual_and_no_less_than_nothing() -> None:
    fewer, most = _gain(2.0, -1.0), _gain(2.0, -2.0)
    assert most["tired"] < fewer["tired"] < 0
    assert most["purchase"] < fewer["purchase"] < 0 < fewer["churn"] < most["churn"]
    assert _gain(2.0, -9.0) == most
    assert not any(_gain(0.0, -2.0).values())


@pytest.mark.parametrize("reminded", [0.0, 0.9])
def test_reminders_above_the_usual_follow_their_law_and_settle_at_the_usual(
    reminded: float,
) -> None:
    usual, half_life, kept = 0.3, 10.0, 2.0 ** (-1 / 10)
    closed = 1 - 2**-usual
    balance = closed / (1 - kept * (1 - closed))
    mind, above = reminded, np.array([reminded - balance])
    for relevant in [1.3] * 5 + [usual] * 300:
        mind = kept * mind + (1 - kept * mind) * (1 - 2**-relevant)
        above = reminded_above(above, np.array([relevant]), usual, half_life)
        assert above[0] == pytest.approx(mind - balance, abs=1e-12)
    assert above[0] == pytest.approx(0.0, abs=1e-9)
    assert not reminded_above(np.zeros(1), np.array([usual]), usual, half_life).any()


def test_after_the_horizon_reminders_fade_to_what_is_usual_as_fast_as_in_the_run() -> None:
    model = contact(messages=8, matching=1, usual_messages=4.0, usual_matching=0.5)
    week, mechanism = model.state.lever_view(), model.state.levers.in_use[0]
    own, weeks = model.state.own(mechanism), 6
    foretold = mechanism.lasting_terms(week, own, weeks)["churn"]
    model.customers.columns["fatigue"][:] = 0.0
    rested = model.state.lever_view()
    for _ in range(weeks):
        mechanism.update(rested, [], own)
    stayed = model.customers.columns["status"] == ACTIVE
    lived = mechanism.effects(rested, [], own)["churn"]
    assert lived[stayed].any()
    np.testing.assert_allclose(foretold[stayed], lived[stayed], rtol=1e-9)


# -- what carries it ------------------------------------------------------------------------------
def test_without_contact_matching_changes_nothing_but_its_cost() -> None:
    matched = Play(lever="personalisation", settings={"matching": 0.6}, owner="market")
    size = {"n": 600, "weeks": 20, "start": "posterior", "usual_messages": 0.0}
    off, on = (world(plays=p, **size).run().weekly for p in (DO_NOTHING, strategy(matched)))
    lived = off.columns.drop("sustained_equity")  # which has the cost go on
    pd.testing.assert_frame_equal(off[lived], on[lived], check_exact=True)
    assert on["cost.personalisation"].sum() > 0
    for name in on.columns.difference(off.columns).drop("cost.personalisation"):
        assert not on[name].any(), name


def test_matching_alone_acts_through_the_usual_messages() -> None:
    few, many = (terms(contact(matching=0.6, usual_messages=u)) for u in (1.0, 4.0))
    for name in ("purchase", "spend"):
        assert many[name].sum() > few[name].sum() > 0


def test_matched_offers_raise_spend_on_a_screen_only() -> None:
    few, many = (contact(messages=2, matching=1, market=on_a_screen(share)) for share in (0.1, 0.9))
    online = [m.customers.columns["channel"] == 1 for m in (few, many)]
    for model, screen in zip((few, many), online, strict=True):
        gain, reached = terms(model)["spend"], model.last_week.plays["personalisation"][0].reached
        assert (gain[screen & reached] > 0).all() and not gain[~screen].any()
    assert_share(online[0].sum(), online[0].size, 0.1, "online of 10 %")
    assert_share(online[1].sum(), online[1].size, 0.9, "online of 90 %")


def on_a_screen(share: float) -> Market:
    return load_market("grocery").with_shares(channels={"store": 1 - share, "online": share})


def test_a_channel_is_online_by_what_is_stated_or_else_by_its_name() -> None:
    part = load_market("grocery").channels[0]
    names = {"own web or app": True, "apparel store": False, "E-Mail": True, "main": False}
    for name, screen in names.items():
        assert part.model_copy(update={"name": name}).is_online == screen, name
    assert part.model_copy(update={"name": "Filiale 7", "online": True}).is_online
    assert not part.model_copy(update={"name": "web", "online": False}).is_online


def test_who_buys_here_alone_is_moved_by_a_finite_amount_where_fewer_messages_are_heard():
    """As exp(-usual / room) times expm1(fewer / room) it would be nil times infinity."""
    share, category = np.array([1.0 - 1e-15, 0.4]), np.array([1.0, 1.0])
    found = share_term(share, category, np.array([-0.01, -0.01]), 0.01, 0.3)
    assert np.isfinite(found).all() and found[1] < 0
    more = share_term(share, category, np.array([0.01, 0.01]), 0.01, 0.3)
    assert np.isfinite(more).all() and more[1] > 0
