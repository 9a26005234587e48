"""A market with contracts is compared, reported and told in its own words: uses, fees and renewals.

Serves: L1.1a C3.4
"""

import re
from collections.abc import Iterable

import pytest

from sim.analysis.load_comparison import load_comparison
from sim.calibration.subscription_cohort import read_cohort
from sim.experiment import compare as experiment
from sim.experiment.customer_stories import follow_customers
from sim.levers.outcomes import outcome_labels
from sim.measures.definitions import measures_in
from sim.report.comparison.content import build_content
from sim.report.one_scenario.diary_tables import as_customer
from sim.report.one_scenario.sections import life_section, market_picture, measures_of_both
from sim.report.purchase_log.cohort import compare_with_law
from sim.report.section import Section
from sim.workbench.log import describe_log
from tests.quick import make_quick

#: Words of a shop, which a subscription does not know.
_SHOP = re.compile(
    r"\b(trips?|purchases?|bought|buys?|buying|share of wallet|basket)\b", re.IGNORECASE
)


def _texts(parts: Iterable[Section]) -> list[str]:
    """Return every sentence and cell of some sections."""
    said = []
    for part in parts:
        said += [part.heading, *part.sentences, *part.bullets, *(p.alt for p in part.pictures)]
        for picture in part.pictures:
            said += [
                t.get_text() for t in picture.figure.findobj(match=lambda a: hasattr(a, "get_text"))
            ]
        for table in part.tables:
            cells = table.frame.astype(str).to_numpy().ravel()
            said += [table.caption, table.note, *map(str, table.frame.columns), *cells]
    return said


@pytest.fixture(scope="module", autouse=True)
def small_pilots():
    with pytest.MonkeyPatch.context() as patch:
        make_quick(patch.setattr)
        yield


@pytest.fixture(scope="module")
def comparison(tmp_path_factory):
    folder = tmp_path_factory.mktemp("contracts") / "comparison"
    asked = {"customers": 200, "weeks": 60, "futures": 2, "seed": 1}
    experiment.compare("subscription", ["service_first"], **asked, out=folder, jobs=1)
    return load_comparison(folder)


def test_a_comparison_is_reported_without_the_words_of_a_shop(comparison):
    content = build_content(comparison)
    kept = [key for key in content.sections if key not in ("assumptions", "trail", "unknown")]
    wrong = [text for text in _texts(content[key] for key in kept) if _SHOP.search(text)]
    assert not wrong
    unknown = " ".join(content["unknown"].bullets)
    assert "renewal" in unknown and "A sales log" not in unknown


def test_a_comparison_has_every_measure_but_shares_of_what_is_bought_elsewhere(comparison):
    table = comparison.measures
    means = table[table["segment"] == "total"].groupby("measure")["value"].mean()
    assert set(measures_in(False)) - set(measures_in(True)) == {"share_of_wallet", "share_of_voice"}
    for name in ("customer_equity", "sustained_equity", "firm_view_equity", "profit", "retention"):
        assert means[name] > 0, name
    assert "promotion" not in outcome_labels(True)


def test_lives_under_contract_are_told_by_uses_and_renewals():
    story = follow_customers("subscription", "balanced", 400, 60, 1)
    market = Section(
        "market", "", pictures=[market_picture(story)], tables=[measures_of_both(story)]
    )
    said = _texts([market, *(life_section(story, life) for life in story.lives)])
    assert not [text for text in said if _SHOP.search(text)]
    for life in story.lives:
        mine = as_customer(life.diary)
        paid = mine.index[mine["spend"] > 0]
        due = set(mine.index[mine["renewal_week"].diff() > 0])
        assert set(paid) <= due | {0}
        left = life.diary.index[life.diary["new_dropped_out"] > 0]
        assert (life.diary["renewal_week"].loc[left] == left).all()


def test_a_cohort_is_told_with_its_law_in_place_of_the_laws_of_purchase():
    content = describe_log("subscription-cohort").content
    assert list(content.sections) == list(your_data_keys())
    table = compare_with_law(read_cohort(), (0.704, 1.182), 2)
    assert len(table) == 10 and table["left"].isna().sum() == 2
    assert table["retention"].iloc[4] == pytest.approx(0.853, abs=1e-3)
    assert "63.1%" in content["cohorts"].heading
    assert "to within 1.14 points" in content["foresight"].heading


def your_data_keys() -> list[str]:
    """The keys that the notebook shows, whatever the data."""
    return (
        "data cohorts frequency concentration who_buys_again segments calibration foresight".split()
    )
