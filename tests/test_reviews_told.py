"""A report says what flexibility is worth: a reviewed plan beside the same plan that nobody reviews.

Serves: L3.1 C3.4
"""

from dataclasses import replace

import pandas as pd
import pytest

from sim.analysis.intervals import paired_interval
from sim.analysis.reviewed import COLUMNS, reviewed
from sim.common.formatting import money, range_of
from sim.playbook.reviews import Reviews
from sim.playbook.strategies import Play
from sim.report.comparison.content import build_content
from sim.report.documents.brief import build_brief
from sim.report.phrases import in_language, say
from tests.sections import parts_of
from tests.synthetic import synthetic_comparison

LANGUAGES = ("en", "zh")


def _compared(partner: bool = True):
    """A comparison in which the first strategy is the second one, reviewed."""
    found = synthetic_comparison("winner")
    first, second = found.ranking[:2]
    chosen, reviews = dict(found.manifest.chosen), Reviews(every_weeks=26, judged_by="held_out")
    play = Play(lever="incentives", owner="market", settings={"rebate": 0.01})
    other = play if partner else play.model_copy(update={"settings": {"rebate": 0.02}})
    for name, change in (
        (first, {"reviews": reviews, "plays": [play]}),
        (second, {"plays": [other]}),
    ):
        chosen[name] = chosen[name].model_copy(update=change)
    key = play.key
    rows = [(first, 0, 26, "loses", key, 1.0), (first, 0, 26, "stop", key, 1.0)]
    return replace(
        found,
        manifest=found.manifest.model_copy(update={"chosen": chosen}),
        reviews=pd.DataFrame(rows, columns=COLUMNS),
    )


def _plain(text: str) -> str:
    return text.replace("\u2060", "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_worth_of_reviews_is_the_paired_gain_over_the_same_plan_never_reviewed(language):
    compared = _compared()
    (first, second), draws = compared.ranking[:2], compared.draws_of("customer_equity")
    worth = paired_interval((draws[first] - draws[second]).to_numpy())
    gains = compared.effects_on("customer_equity")["difference"]
    assert worth.mean == pytest.approx(gains[first] - gains[second])
    assert worth.expected_low < worth.mean < worth.expected_high

    def signed(value: float) -> str:
        return money(value, compared.market.currency, signed=True)

    with in_language(language):
        section = parts_of(compared, "reviews")["reviews"]
        row = section.tables[0].frame.iloc[0]
        assert row[say("column.gain_with_reviews")] == signed(gains[first])
        assert row[say("column.gain_never_reviewed")] == signed(gains[second])
        assert row[say("column.reviews_add")] == signed(worth.mean)
        ends = range_of(worth.expected_low, worth.expected_high, signed)
        assert row[say("column.its_90_interval")] == ends
        assert _plain(money(abs(worth.mean), compared.market.currency)) in _plain(section.heading)


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_and_brief_tell_what_reviews_are_worth(language):
    compared = _compared()
    with in_language(language):
        report = build_content(compared)
        told = {"story": report["reviews"].story, "brief": build_brief(compared, report)["reviews"]}
        for where, section in told.items():
            assert section.heading == report["reviews"].heading, where
            (table,) = section.tables
            assert table.frame.equals(report["reviews"].tables[0].frame), where


def test_what_was_decided_and_in_how_many_futures_is_told_beside_it():
    compared = _compared()
    (_, decided) = parts_of(compared, "reviews")["reviews"].tables
    row = decided.frame.iloc[0]
    share = _plain(str(row[say("column.decided")]))
    assert "5.00%" in share  # one future of twenty
    assert row[say("column.after_week")] == "26"


def test_where_nothing_is_reviewed_or_no_plan_is_the_same_nothing_is_told_of_it():
    for compared in (synthetic_comparison("winner"), _compared(partner=False)):
        assert not reviewed(compared)
        report = build_content(compared)
        assert "reviews" not in report.sections
        assert "reviews" not in build_brief(compared, report).sections
