"""Segments are cut by what the firm sees: spend and frequency on record, potential and ties by a guess.

Serves: L3.1 C5.3 I7.1
"""

import numpy as np
import pytest
from scipy.stats import norm

from sim.common.errors import InputError
from sim.levers.segmentation import Segmentation
from sim.model.loyalty_model import LoyaltyModel
from sim.playbook.settings import resolve
from sim.playbook.strategies import Play
from tests.worlds import Z_LIMIT, strategy, world

TOP = 0.2


def scored(**settings: float) -> LoyaltyModel:
    """A firm that has just scored its customers, in a week 0 of its own."""
    play = Play(lever="segmentation", owner="market", settings={"rescore_weeks": 1, **settings})
    plays = resolve(strategy(play), "test")
    model = world(plays=plays, n=4_000, weeks=4, start="posterior", shared=True)
    model.step()
    return model


def lever_of(model: LoyaltyModel) -> Segmentation:
    return next(m for m in model.state.levers.all if isinstance(m, Segmentation))


def truth_of(model: LoyaltyModel) -> dict[str, np.ndarray]:
    """What each criterion is after, as a score of known customers."""
    people, week = model.customers.columns, model.last_week.view
    elsewhere = people["category_rate"] * (1 - people["base_share"]) * people["mean_spend"]
    every = {"potential": np.log(elsewhere), "ties": week.sociability()}
    known = week.customers
    return {name: (x[known] - x[known].mean()) / x[known].std() for name, x in every.items()}


@pytest.mark.parametrize("name", ["potential", "ties"])
def test_the_best_by_a_guess_are_as_much_above_the_mean_as_the_guess_is_worth(name: str) -> None:
    model = scored(by_value=0.0, **{f"by_{name}": 1.0})
    best = model.customers.columns["segment"][model.last_week.view.customers] == 0
    truth = truth_of(model)[name][best]
    correlation = getattr(lever_of(model).parameters, f"{name}_seen")
    # the mean of the top fifth of a normal score, of which the guess shows its correlation
    expected = correlation * norm.pdf(norm.isf(TOP)) / TOP
    assert abs(truth.mean() - expected) < Z_LIMIT * truth.std() / np.sqrt(truth.size)
    assert expected < 0.5  # a perfect sight, the obvious version, has 1.4


def test_a_firm_that_ranks_by_spend_alone_does_as_before() -> None:
    plain, named = scored(), scored(by_value=0.3)
    segments = [m.customers.columns["segment"] for m in (plain, named)]
    np.testing.assert_array_equal(*segments)


def test_several_criteria_together_count_by_their_ranks() -> None:
    spend, often = scored(), scored(by_value=0.0, by_conduct=1.0)
    both = scored(by_value=0.5, by_conduct=0.5)
    known = both.last_week.view.customers
    best = [m.customers.columns["segment"][known] == 0 for m in (spend, often, both)]
    assert (best[2] != best[0]).any() and (best[2] != best[1]).any()
    assert best[2][best[0] & best[1]].mean() > 0.95  # who is among the best by each is so by both
    assert not best[2][both.customers.columns["habit"][known] == 0.0].any()


def test_each_criterion_takes_analysts_the_hours_of_a_scoring() -> None:
    one, four = scored(), scored(by_conduct=1.0, by_potential=1.0, by_ties=1.0)
    paid = [m.weekly["cost.segmentation"].sum() for m in (one, four)]
    assert paid[1] > 2.0 * paid[0]


def test_a_firm_that_ranks_by_nothing_is_told_what_it_may_rank_by() -> None:
    with pytest.raises(InputError) as told:
        scored(by_value=0.0)
    assert "by_potential" in str(told.value) and "by_value" in str(told.value)
