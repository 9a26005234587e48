"""A table with a line for each customer and month stays one: what is read from it speaks of months.

Serves: L4.1a
"""

import json
import re

import numpy as np
import pandas as pd
import pytest
from insight_logs import log_of, steady_panel

from sim.calibration.calibrate import calibrate
from sim.calibration.in_words import in_words
from sim.common.grain import grain_of
from sim.insight.kept import as_kept
from sim.insight.look import look_at_market
from sim.intake.intake import take_in
from sim.market.market import load_market
from sim.report.insight.sections import insight_content, insight_sections
from sim.report.phrases import in_language
from sim.report.quality.sections import quality_content


def _table(folder, days, customers=150):
    """Write a table of months: who bought nothing in a month has a line of nil."""
    luck = np.random.default_rng(4)
    rate = luck.gamma(2.0, 0.15, customers)
    lines = [
        f"A{who:03d},{day:%Y-%m-%d},{20 * bought:.2f}"
        for who in range(customers)
        for day, bought in zip(days, luck.poisson(rate[who], len(days)), strict=True)
    ]
    path = folder / "months.csv"
    path.write_text("customer,date,amount\n" + "\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def shop(clients, tmp_path):
    """Return a client's intake of a table of 24 months, whose market is made."""
    made = take_in([_table(tmp_path, pd.date_range("2023-01-01", periods=24, freq="MS"))], "shop")
    calibrate(str(made.log), "shop")
    return made


def _words(sections):
    """Return all that sections say, with the heads of their tables."""
    heads = [name for one in sections for table in one.tables for name in table.frame.columns]
    told = [text for one in sections for text in (one.heading, *one.sentences, *one.bullets)]
    return " ".join([*told, *heads, *(table.caption for one in sections for table in one.tables)])


@pytest.mark.parametrize(
    ("language", "forbidden", "needed"),
    [
        (
            "en",
            ("Monday", "over a mean day", "by luck", "NBD", "gap next to nothing"),
            "active months",
        ),
        ("zh", ("星期一", "平均一天", "购买次数", "仅凭运气", "NBD", "段空缺"), "活跃月数"),
    ],
)
def test_a_table_of_months_is_never_told_by_days_and_counts_active_months(
    shop, language, forbidden, needed
):
    market = load_market("shop")
    assert shop.quality.grain == market.data.grain == "month"
    assert any("month" in str(one.value) for one in shop.conclusions[""])
    with in_language(language):
        parts = insight_sections(look_at_market(market))
        quality = quality_content(shop.quality, "shop", "1").sections.values()
        says = in_words(market)
    for words in (_words(parts), _words(quality)):
        assert needed in words and not any(word in words for word in forbidden), words
    assert ("months a year" if language == "en" else "个月购买") in says
    assert any("a table of months" in one for one in market.cautions)
    if language == "en":  # of the sentence on how a line of nil is read
        assert "purchases" not in _words(parts)
    season = next(one for one in parts if one.key == "season")
    assert len(season.tables[0].frame) == 24  # also the last month, dated by its first day


def test_luck_is_not_told_where_a_line_may_stand_for_many_purchases_and_one_sentence_says_why(shop):
    """The customers of this table are steady: a law of single purchases would call them changed."""
    found = look_at_market(load_market("shop"))
    kept = json.dumps(as_kept(found))
    assert '"steady": null' in kept and not re.search(r'"(steady|expected)": \d', kept)
    content = insight_content(found, "shop", "1")
    assert "its law counts purchases one by one" in " ".join(content["answer"].sentences)


def test_a_campaign_is_not_judged_by_a_table_of_months(shop):
    table = shop.log.parent.parent / "contacts.csv"
    who = pd.read_parquet(shop.log)["customer"].unique()[:40]
    table.write_text(
        "customer,date,campaign\n" + "".join(f"{one},2023-09-05,mail\n" for one in who)
    )
    found = look_at_market(load_market("shop"), table)
    assert found.campaigns is None
    section = next(one for one in insight_sections(found) if one.key == "campaigns")
    assert "table of months" in section.sentences[0] and len(section.sentences) == 1


@pytest.mark.parametrize(
    ("step", "grain"),
    [("D", "day"), ("3D", "day"), ("7D", "week"), ("MS", "month"), ("QS", "period")],
)
def test_what_a_day_stands_for_is_read_from_how_days_lie(step, grain):
    days = pd.date_range("2023-01-01", periods=12, freq=step)
    numbers = (days - days[0]).days.to_numpy()
    assert grain_of(numbers, 3 * len(days)) == grain
    assert grain_of(numbers, 3 * len(days) - 1) == "day"  # a few purchases of a small shop


def test_a_log_of_days_has_the_grain_of_days():
    assert steady_panel(200).grain == "day"
    assert log_of(np.arange(90) % 30, 7 * (np.arange(90) // 30), np.ones(90)).grain == "week"
