"""The first screen says of whom it speaks, why that one, and one interval in one wording.

Serves: C3.4
"""

from dataclasses import replace

import pytest

from sim.cli.terminal import show_table
from sim.report.comparison import glance
from sim.report.comparison.findings import tells_apart
from sim.report.comparison.plans_found import verdict
from sim.report.comparison.sentences import headline
from sim.report.phrases import in_language, say
from tests.sections import parts_of
from tests.synthetic import shared_comparison
from tests.test_searched import ANSWERED

SURE = {**ANSWERED, "plays_of_plan": [{**ANSWERED["plays_of_plan"][0], "look_twice": False}]}


def _title(comparison):
    picture = parts_of(comparison, "answer")["answer"].pictures[0]
    return picture.figure.texts[0].get_text().replace("\n", " ")


def test_doing_nothing_is_not_called_best_beside_a_leader_that_gains():
    found = shared_comparison("undecided")
    leader = found.title(found.ranking[0])
    assert found.verdict.gain.mean > 0 and _title(found).startswith(f"{leader} looks best so far")
    open_ = replace(found, verdict=replace(found.verdict, strategy=None))
    assert _title(open_).startswith("No strategy adds enough to matter so far")
    effects = found.effects.copy()
    effects["difference"] = -effects["difference"].abs()
    assert _title(replace(open_, effects=effects)).startswith("Doing nothing looks best so far")


def _of_one_interval(comparison):
    """Return a comparison whose futures tell nothing of luck: then both intervals are the wider one."""
    effects = comparison.effects.copy()
    effects[["expected_low", "expected_high"]] = effects[["low", "high"]].to_numpy()
    return replace(comparison, effects=effects)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_futures_that_do_not_tell_luck_apart_are_said_to_be_too_few(language):
    two = shared_comparison()
    one = _of_one_interval(two)
    assert tells_apart(two) and not tells_apart(one)
    with in_language(language):
        name = say("column.what_one_firm_may_see")
        told = {
            apart: parts_of(which, "answer", "comparison")
            for apart, which in ((True, two), (False, one))
        }
        said = say("common.one_interval")
    for apart, content in told.items():
        assert (name in content["comparison"].tables[0].frame) == apart
        assert (said in content["comparison"].sentences) == (not apart)
    risks = [content["answer"].bullets[0] for content in told.values()]
    words = {"en": "too few to tell luck apart", "zh": "情景太少，无法将运气分开"}[language]
    assert [words in risk for risk in risks] == [False, True]


@pytest.mark.parametrize(
    ("leading", "why"), [("found_1", "gains most"), ("found_2", "fewest plays")]
)
def test_a_chosen_plan_is_told_with_what_it_consists_of_and_why_it_is_this_one(leading, why):
    said = verdict({**SURE, "leading": leading})
    reason, gain = said.split(": it adds")
    assert why in reason and '"votes only' in reason
    assert "$45.0k" in gain


def test_one_wording_stands_for_one_interval():
    wording = "(expected gain, 9 in 10: "
    assert wording in headline(shared_comparison()) and wording in verdict(SURE)
    assert "9 times in 10" not in verdict(SURE)


@pytest.mark.parametrize(
    "amount", ["\N{MINUS SIGN}\N{EURO SIGN}88.0k", "\N{MINUS SIGN}TWD\N{NO-BREAK SPACE}92.4k"]
)
def test_the_answer_on_a_screen_of_80_columns_breaks_no_amount(amount, monkeypatch, capsys):
    """A long heading that could not be parted took the room, and "1.8" stood above "4k"."""
    monkeypatch.setenv("COLUMNS", "80")
    _, (head, *rows) = glance.at_a_glance(shared_comparison("undecided"))
    plain = amount.removeprefix("\N{MINUS SIGN}")
    cells = (amount, f"{amount} to +{plain}", "1 of 8", plain, "100% / 94%", "\N{MINUS SIGN}103%")
    show_table([head, *((row[0], *cells) for row in rows)], "Answer")
    printed = capsys.readouterr().out
    assert printed.count(amount) == 2 * len(rows)
    assert printed.count(plain) == 4 * len(rows)
    assert max(map(len, printed.splitlines())) <= 80
