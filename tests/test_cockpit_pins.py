"""Pinned plans are compared in the same futures, whenever each was pinned."""

import pytest

from sim.cockpit import words
from sim.cockpit.draft import opened
from sim.cockpit.estimate import Estimate
from sim.cockpit.sample import Sample
from sim.cockpit.session import Session
from sim.market.market import load_market
from tests.quick import make_quick

SIZE = {"customers": 150, "weeks": 14, "seed": 3}


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    make_quick(monkeypatch.setattr)


def _until(session: Session, futures: int) -> None:
    """Look at the plan until it was tried in so many futures, and let it be."""
    for one in session.sample.steps(session.draft.design(session.market)):
        if isinstance(one, Estimate) and one.futures == futures:
            break
    session._seen = {
        n: session.sample.estimate(one.plan, n) for n in session.sample.stages if n <= futures
    }


def test_plans_pinned_after_fewer_futures_are_compared_in_those_that_all_were_tried_in():
    session = Session("grocery", **SIZE, stages=(2, 4, 8))
    for name, futures in (("service_first", 8), ("balanced", 2), ("rewards_first", 4)):
        session.history.take(opened(name, "grocery"))
        _until(session, futures)
        assert session.pin() == name and session.estimate.futures == futures
    pinned = session.pinned()
    assert {one.name for one in pinned} == {"service_first", "balanced", "rewards_first"}
    assert (
        {len(one.estimate.gains) for one in pinned}
        == {2}
        == {one.estimate.futures for one in pinned}
    )
    gains = [one.estimate.gain.mean for one in pinned]
    assert gains == sorted(gains, reverse=True)
    market = session.sample.market
    assert "each in the same 2 futures" in words.pins_html(pinned, market)
    session.look(lambda _: None)
    assert session.background.wait(120)
    sharper = session.pinned()
    assert {one.estimate.futures for one in sharper} == {8}, "all are sharpened while one looks"
    whole = Sample(load_market("grocery"), **SIZE, stages=(8,))
    for one in sharper:
        *_, last = filter(None, whole.steps(opened(one.name, "grocery").design("grocery")))
        assert one.estimate.gains == pytest.approx(last.gains, rel=1e-9)


def test_a_pin_keeps_its_own_numbers_when_the_same_plays_are_looked_at_with_reviews():
    session = Session("grocery", **SIZE, stages=(2,))
    session.history.take(opened("balanced", "grocery"))
    _until(session, 2)
    session.pin()
    before = session.pinned()[0].estimate
    session.history.take(opened("balanced_reviewed", "grocery"))
    assert session.draft.plays == session.pins["balanced"].draft.plays
    session.look(lambda _: None)
    assert session.background.wait(120)
    assert session.pinned()[0].estimate is before
