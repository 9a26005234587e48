"""The score after one trial: what a true firm measures, and what is advised once it has learned."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from sim.advice.score import advised, tried
from sim.advice.score.lived import for_all, live_until_advice
from sim.advice.score.tried import after_trial
from sim.advice.score.world import draw_world, seed_of
from sim.analysis.load_comparison import load_comparison
from sim.analysis.trial import design_of, trial_of
from sim.experiment import learned_from
from sim.experiment.learned_from import TooFewFutures
from sim.market.learned import Learned, Plan
from sim.model.common_start import from_here
from sim.model.loyalty_model import LoyaltyModel
from sim.model.scenario import Scenario
from sim.playbook.strategies import DO_NOTHING
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


def test_a_trial_measures_what_true_customers_spend_more_with_the_plan_in_all_its_weeks(made):
    lived = live_until_advice(draw_world(QUICK, "prior", 0), SMALL)
    design = design_of(made[1].comparison, trial_of(made[1].comparison))
    difference, _ = tried._life(design, lived, SMALL, 1)
    seed = seed_of(f"trial {lived.world.seed} 1")
    people = (SMALL.customers, design.weeks, seed, lived.world.table)
    nothing = Scenario(lived.world.market, DO_NOTHING, *people)
    start = from_here(nothing, lived.state)
    plan = replace(nothing, strategy=for_all(design.plan, lived, SMALL))
    spent = [
        LoyaltyModel(each, start=start).run().weekly["spend"].sum() for each in (plan, nothing)
    ]
    assert abs(difference) > 0
    assert difference * lived.known == pytest.approx(spent[0] - spent[1], rel=1e-6)


def test_what_is_measured_is_the_mean_of_true_lives_and_the_chance_of_the_lot(made, monkeypatch):
    lived, advice = made
    design = design_of(advice.comparison, trial_of(advice.comparison))
    monkeypatch.setattr(tried, "_life", lambda *given: (given[-1] + 1.0, 8.0))
    worlds = [replace(lived, world=replace(lived.world, seed=seed)) for seed in range(300)]
    found = [tried._measured(design, one, SMALL) for one in worlds]
    assert found[0].error == pytest.approx((8.0 / design.customers) ** 0.5)
    lots = [(one.difference - 2.5) / one.error for one in found]  # mean of 1, 2, 3 and 4
    assert stats.kstest(lots, "norm").pvalue > 1e-3  # a false alarm in one of 1,000


def test_a_trial_is_simulated_in_more_futures_until_the_most_are_too_few(
    made, tmp_path, monkeypatch
):
    lived, advice = made
    asked, needed = [], iter([1_000, 9_000, 20_000])

    def too_few(_market, _trials, _plans, futures, *_, least):
        assert least == ENOUGH.futures
        asked.append(futures)
        fault = TooFewFutures("trial", "futures", "few", "more")
        fault.needed = next(needed)
        raise fault

    monkeypatch.setattr(tried, "learned_from", too_few)
    assert after_trial(leading(advice), lived, ENOUGH, SMALL, tmp_path) is None
    assert asked == [tried.FUTURES, 1_000, tried.MOST_FUTURES]


@pytest.mark.parametrize("idle", [1.0, 0.0])
def test_a_plan_that_was_shown_to_do_nothing_is_advised_no_more(made, tmp_path, monkeypatch, idle):
    lived, advice = made
    advice = leading(advice)

    def learned(market, trials, plans, *_, least):
        levers = [play.lever for play in plans[0][0].plays]
        plan = Plan(levers=levers, idle=[idle, idle])
        return Learned(
            seed=14, market="", parameters="", trials=trials, weights=[0.5, 0.5],
            plans={"rewards_first": plan},
        )  # fmt: skip

    monkeypatch.setattr(tried, "learned_from", learned)
    seen = {}
    monkeypatch.setattr(tried, "judge", lambda one, place, _: seen.setdefault(place.name, one))
    found = after_trial(advice, lived, ENOUGH, SMALL, tmp_path)
    gains = seen["after"].draws_of("customer_equity")
    added = gains["rewards_first"] - gains["baseline"]
    if idle:
        assert (added < 0).all() and found.advised == "baseline"
    else:
        assert added.max() > 0 or added.std() > 0
    for place, has_learned in (("after", True), ("again", False)):
        market = load_comparison(tmp_path / place).manifest.market
        assert (market.learned is not None) == has_learned
    design = design_of(advice.comparison, trial_of(advice.comparison))
    years = design.weeks / 52
    assert found.share == pytest.approx(design.customers / lived.firm_customers * years)


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

    found = {errors: by(errors) for errors in (0.0, 2.5, 1e6)}  # the last as no future allows
    assert [one.advised for one in found.values()] == ["baseline", "rewards_first", "baseline"]
    assert {one.again for one in found.values()} == {"baseline"}


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
