"""A report says on what its answer leans, from where on it is another one, and how much is luck.

Serves: C3.4
"""

import functools
import re

import pytest

from tests.sections import parts_of
from tests.synthetic import DRIVER, synthetic_comparison


@functools.cache
def _made(drives=0.0, n=20):
    """Return a comparison that has a winner, and what its report says."""
    comparison = synthetic_comparison("winner", n=n, drives=drives)
    return comparison, parts_of(comparison, "answer", "leanings")


def test_an_assumption_that_turns_the_verdict_is_named_first():
    comparison, content = _made(3e6)
    first = comparison.leanings[0]
    assert (first.address, first.changes, first.low.best) == (DRIVER, True, "baseline")
    said = content["answer"].sentences[0]
    assert said.startswith("Main assumption: customers lost per year, assumed at 50% (30% to 70%).")
    # the mean gain is nil at 0.5 - 0.4 * 1.2e6 / 3e6 = 0.34 but for what futures scatter
    (at,) = re.findall(r"Below ([\d.]+)%, doing nothing is better", said)
    assert float(at) == pytest.approx(100 * first.turns[0].at, abs=0.05)
    section = content["leanings"]
    assert section.heading == "The answer changes with customers lost per year"
    assert section.bullets[0] == f"Customers lost per year: Below {at}%, doing nothing is better."
    frame = section.tables[0].frame
    assert list(frame["Same answer"][:2]) == ["no", "yes"]
    assert list(frame["Best there"][:2]) == ["doing nothing", "Balanced"]
    assert list(frame["Value"][:2]) == ["30%", "70%"]
    assert set(frame["Of the spread"][:2]) == {f"{first.share:.0%}"}


def test_an_assumption_that_moves_the_gain_and_not_the_answer_is_named_with_its_share():
    comparison, content = _made(1e6)
    (first,) = (one for one in comparison.leanings if one.address == DRIVER)
    assert first.clear
    assert not first.changes
    said = content["answer"].sentences[0]
    assert said.startswith("Main assumption: customers lost per year, assumed at 50% (30% to 70%).")
    assert f"{first.share:.0%} of the spread of the gain" in said
    assert "the answer is the same whether it is low or high" in said


def test_where_no_assumption_stands_out_the_report_says_so():
    comparison, content = _made()
    assert not comparison.leanings
    assert "none stands out among 20 futures" in content["answer"].sentences[0]
    assert content["leanings"].heading == "No single assumption stands out among 20 futures"
    assert not content["leanings"].tables


def test_too_few_futures_are_not_asked_on_what_the_answer_leans():
    content = _made(n=4)[1]
    assert content["leanings"].heading.startswith("It takes 8 futures or more")
    assert any("it takes 8 futures or more" in said for said in content["answer"].sentences)
    assert not any("none stands out" in said for said in content["answer"].sentences)


def test_luck_is_told_as_a_share_and_as_unknown_where_no_future_was_lived_twice():
    comparison, content = _made()
    share = comparison.verdict.gain.luck
    assert f"Luck makes {share:.0%} of the variance" in " ".join(content["leanings"].sentences)
    few = _made(n=6)[1]  # a quarter of six would be one
    assert any("is not known here" in text for text in few["leanings"].sentences)
