"""What half of a gain rests on has to be believable, of a written strategy and of a found plan alike.

Serves: C2.1
"""

from dataclasses import replace
from functools import cache

import pytest

from sim.analysis.plausibility import (
    MOST_RETURN,
    doubted,
    doubtful_plays,
    is_doubtful,
    is_half_doubtful,
)
from sim.analysis.shapley import Value
from sim.analysis.worth_of_plays import WorthOfPlays
from sim.common.calendar import WEEKS_A_YEAR
from sim.common.size import ENOUGH_FUTURES
from sim.playbook.strategies import Play, Strategy
from sim.report.comparison.chosen import is_chosen
from sim.report.comparison.findings import subject
from sim.report.comparison.plans_found import verdict
from sim.report.phrases import in_language
from tests.sections import parts_of
from tests.synthetic import shared_comparison
from tests.test_searched import ANSWERED, PLAY

CHEAP, DEAR = "feedback", "incentives"


@cache
def with_plays(share: float, times: float = 2 * MOST_RETURN):
    """A winner with two plays: the cheap one brings a share of the gain, and so many times its cost."""
    found = shared_comparison()
    name, years = found.ranking[0], found.manifest.weeks / WEEKS_A_YEAR
    gain = found.verdict.gain.mean
    plays = [Play(lever=CHEAP, owner="service"), Play(lever=DEAR, owner="market")]
    plan = Strategy(name=name, title="Balanced", plays=plays)
    worths = [share * gain, (1 - share) * gain]
    values = [Value(i, one, 0.5 * one, 1.5 * one) for i, one in enumerate(worths)]
    money = found.money.copy()
    money.loc[name, [f"cost.{CHEAP}", f"cost.{DEAR}"]] = worths[0] / times / years, gain
    told = WorthOfPlays(plan, 20, 60, gain, 0.5 * gain, 1.5 * gain, values, [])
    return replace(found, money=money, worths=told)


def test_a_play_is_beyond_belief_above_ten_times_its_cost():
    assert is_doubtful(10.1, 1.0) and not is_doubtful(9.9, 1.0)
    # what saves money is beyond belief if it gains more than it saves
    assert not is_doubtful(0.1 + 0.2, -0.3)
    assert is_doubtful(5.1, -5.0) and not is_doubtful(4.9, -5.0), "it adds what it saves"


def test_a_gain_is_beyond_belief_from_half_of_it_on():
    assert is_half_doubtful(100.0, [30.0, 20.0])
    assert not is_half_doubtful(100.0, [30.0, 19.0]) and not is_half_doubtful(-1.0, [])


@pytest.mark.parametrize(
    ("share", "times", "kind"),
    [(0.6, 2 * MOST_RETURN, "too_good"), (0.4, 2 * MOST_RETURN, "winner"), (0.6, 9.0, "winner")],
)
def test_a_written_strategy_is_not_chosen_where_half_of_its_gain_is_beyond_belief(
    share, times, kind
):
    judged = doubted(with_plays(share, times))
    assert judged.verdict.kind == kind
    assert is_chosen(judged) == (kind == "winner")
    assert bool(doubtful_plays(judged)) == (times > MOST_RETURN)


def test_a_loss_and_too_few_futures_are_not_turned_into_too_good():
    one = with_plays(0.6)
    few = replace(one, manifest=one.manifest.model_copy(update={"futures": ENOUGH_FUTURES - 1}))
    assert doubted(few).verdict.kind == "winner"  # as it was
    nothing = shared_comparison("do_nothing")
    assert doubted(nothing) is nothing


@pytest.mark.parametrize("language", ["en", "zh"])
def test_written_and_found_plans_beyond_belief_are_told_in_the_same_words(language):
    with in_language(language):
        content = parts_of(doubted(with_plays(0.6)), "answer")
        found = verdict({**ANSWERED, "plays_of_plan": [PLAY]})
        whose = subject(doubted(with_plays(0.6)))
    begins = {"en": "Not to be believed before a trial", "zh": "未经试验不可轻信"}[language]
    assert content.answer.startswith(begins) and found.startswith(begins)
    ends = {"en": "Do nothing new until a trial has shown it", "zh": "在试验证明之前，请维持现状"}[
        language
    ]
    assert ends in content.answer and ends in found
    # nothing of it reads as if it were chosen
    assert begins.lower() in whose.lower()
    assert begins in content["answer"].bullets[0]
