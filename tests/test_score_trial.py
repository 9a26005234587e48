"""The score after one trial: what a true firm measures, and what is advised once it has learned."""

from dataclasses import replace

import numpy as np
import pytest

from sim.advice.score import advised, tried
from sim.advice.score.lived import live_until_advice
from sim.advice.score.tried import After, after_trial
from sim.advice.score.world import draw_world
from sim.analysis.load_comparison import load_comparison
from sim.analysis.trial import design_of, trial_of
from sim.experiment import learned_from
from sim.market.learned import Learned, Plan
from tests.quick import make_quick
from tests.test_score import QUICK, SMALL

ENOUGH = QUICK.advice.model_copy(update={"futures": 19})


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A small firm in which no lever does anything, and what it is advised of one plan."""
    with pytest.MonkeyPatch.context() as patch:
        make_quick(patch.setattr)
        lived = live_until_advice(draw_world(QUICK, "nothing_works", 0), SMALL)
        place = tmp_path_factory.mktemp("advice")
        return lived, advised.advise(lived, ["rewards_first"], ENOUGH, SMALL, place)


def leading(advice, kind="undecided"):
    """Return the advice as it would be if its plan led."""
    verdict = replace(advice.comparison.verdict, kind=kind, strategy="rewards_first")
    return replace(advice, comparison=replace(advice.comparison, verdict=verdict))


def test_a_trial_measures_nothing_where_no_lever_does_anything_but_for_the_lot(made):
    lived, advice = made
    design = design_of(advice.comparison, trial_of(advice.comparison))
    difference, variance = tried._life(design, lived, SMALL, 0)
    assert difference == 0 and variance > 0
    found = tried._measured(design, lived, SMALL)
    assert abs(found.difference) < 4 * found.error
    more = design.model_copy(update={"customers": 4 * design.customers})
    assert tried._measured(more, lived, SMALL).error == pytest.approx(found.error / 2)


@pytest.mark.parametrize("idle", [1.0, 0.0])
def test_a_plan_that_was_shown_to_do_nothing_is_advised_no_more(made, tmp_path, monkeypatch, idle):
    lived, advice = made
    advice = leading(advice)

    def learned(market, trials, plans, *_):
        levers = [play.lever for play in plans[0][0].plays]
        plan = Plan(levers=levers, idle=[idle, idle])
        return Learned(
            seed=14, market="", parameters="", trials=trials, weights=[0.5, 0.5],
            plans={"rewards_first": plan},
        )  # fmt: skip

    monkeypatch.setattr(tried, "learned_from", learned)
    seen = {}
    monkeypatch.setattr(tried, "judge", lambda one, *_: seen.setdefault("after", one))
    found = after_trial(advice, lived, ENOUGH, SMALL, tmp_path)
    gains = seen["after"].draws_of("customer_equity")
    added = gains["rewards_first"] - gains["baseline"]
    if idle:
        assert (added < 0).all() and found == After("rewards_first", "baseline")
    else:
        assert added.max() > 0 or added.std() > 0
    before = load_comparison(tmp_path / "after")
    assert before.manifest.market.learned is not None


def test_what_is_doubted_is_advised_only_once_a_trial_has_shown_it(made, tmp_path, monkeypatch):
    lived, advice = made
    doubted = leading(advice, "too_good")
    monkeypatch.setattr(tried, "compared", lambda *_: doubted.comparison)
    monkeypatch.setattr(tried, "judge", lambda one, *_: one)
    monkeypatch.setattr(
        learned_from, "simulated", lambda *_: np.random.default_rng(7).normal(0.0, 9.0, (1, 300))
    )
    measured = tried._measured

    def by(errors):
        def told(*given):
            one = measured(*given)
            return one.model_copy(update={"difference": errors * one.error})

        monkeypatch.setattr(tried, "_measured", told)
        return after_trial(doubted, lived, ENOUGH, SMALL, tmp_path)

    assert by(0.0) == After("rewards_first", "baseline")
    assert by(2.5) == After("rewards_first", "rewards_first")
    assert by(1e6) == After("rewards_first", "baseline"), "no future allows it"


def test_no_trial_is_run_where_nothing_leads(made, tmp_path):
    lived, advice = made
    nothing = replace(advice.comparison.verdict, kind="do_nothing", strategy=None)
    advice = replace(advice, comparison=replace(advice.comparison, verdict=nothing))
    assert after_trial(advice, lived, ENOUGH, SMALL, tmp_path) is None


def test_a_plan_that_is_not_believed_before_a_trial_is_not_advised(made, tmp_path, monkeypatch):
    lived, advice = made
    make_quick(monkeypatch.setattr)
    for kind, chosen in (("too_good", "baseline"), ("winner", "rewards_first")):
        told = leading(advice, kind).comparison
        monkeypatch.setattr(advised, "judge", lambda *_, told=told: told)
        found = advised.advise(lived, ["rewards_first"], QUICK.advice, SMALL, tmp_path / kind)
        assert found.chosen == chosen
