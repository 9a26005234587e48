"""What a log says before anything is simulated: counted rightly, beside luck alone, and of nobody alone.

Serves: I5.4, L4.1a
"""

import json
from dataclasses import replace
from functools import cache
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from insight_logs import cohort_log, log_of, steady_panel
from scipy import stats
from typer.testing import CliRunner

from sim.calibration import describe_log as facts
from sim.calibration.describe_log import Portrait
from sim.calibration.origins import origins_of
from sim.calibration.panel_window import panel_histories, window_of
from sim.calibration.rfm_histories import cohort_histories
from sim.cli import main
from sim.common.few import FEWEST
from sim.insight import halves, kept
from sim.insight.kept import read_insight
from sim.insight.look import look
from sim.insight.records import Share
from sim.market.market import load_market
from sim.report.comparison.content import SECTIONS
from sim.report.insight.sections import insight_content, insight_section, insight_sections
from sim.report.phrases import in_language
from sim.world import customer_stage

FALSE_ALARM = 1e-4
GROUPS = (*halves.WORTH, halves.NOTHING)


def _portrait(log, cohort):
    market = load_market("grocery")
    if cohort:
        return Portrait(log, market, cohort_histories(log.occasions, log.last_day), None)
    window = window_of(log.occasions, log.last_day, origins_of(log.occasions))
    return Portrait(log, market, panel_histories(log.occasions, window), window)


@cache
def _found(kind):
    log = {
        "steady": steady_panel,
        "slow": lambda: steady_panel(scale=15.0),
        "leaving": lambda: steady_panel(leaving=0.3),
        "cohort": cohort_log,
    }[kind]()
    return log, look(_portrait(log, kind == "cohort"))


# -- luck alone ------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["steady", "slow"])
def test_where_customers_stay_as_they_are_what_is_counted_is_what_luck_gives(kind):
    """Binomial, at one false alarm in 10,000 over all cells; that all stay where they were is far off."""
    moves = _found(kind)[1].change.worth
    cells = [(move, to) for move in moves for to in move.to.values() if isinstance(to, Share)]
    limit = stats.norm.isf(FALSE_ALARM / 2 / len(cells))
    for move, to in cells:
        error = np.sqrt(max(to.steady * (1 - to.steady), 1 / move.customers) / move.customers)
        assert abs(to.counted - to.steady) < limit * error, (move.group, to)
    best = moves[0].to["high_value"]
    assert best.counted < 1 - limit * np.sqrt(best.steady * (1 - best.steady) / moves[0].customers)


def test_sales_of_the_best_fall_by_luck_alone_and_of_the_others_rise():
    best, _, rest = _found("steady")[1].change.worth
    assert best.sales.counted < 1 < rest.sales.counted
    assert best.sales.steady < 1 < rest.sales.steady


def test_customers_who_left_show_as_more_than_luck():
    """Of the best 30 % left: fewer of them stay than luck alone keeps, by more than luck can."""
    move = _found("leaving")[1].change.worth[0]
    kept, limit = move.to["high_value"], stats.norm.isf(FALSE_ALARM)
    error = np.sqrt(kept.steady * (1 - kept.steady) / move.customers)
    assert kept.counted < kept.steady - limit * error
    assert move.to["nothing"].counted > move.to["nothing"].steady + 0.1


@pytest.mark.parametrize("kind", ["steady", "slow"])
def test_the_best_fifth_bring_what_the_nbd_expects_where_it_made_the_log(kind):
    """By a bootstrap over customers; that all are alike, and differ by luck, is far off."""
    log, found = _found(kind)
    grouped = log.occasions.groupby("customer")["amount"]
    luck, limit = np.random.default_rng(3), stats.norm.isf(FALSE_ALARM / 8)
    held = found.concentration
    for values, share in ((grouped.sum(), held.sales), (grouped.size(), held.purchases)):
        drawn = luck.choice(values.to_numpy(), (200, len(values)))
        error = np.std([facts.share_of_top(one) for one in drawn], ddof=1)
        assert abs(share.counted - share.steady) < limit * error
    alike = facts.share_of_top(luck.poisson(grouped.size().mean(), 3_000))
    assert held.purchases.counted > alike + limit * error


# -- what is counted -------------------------------------------------------------------------------


def test_a_panel_says_that_retention_cannot_be_known_and_a_cohort_gives_it():
    panel, (log, cohort) = _found("steady")[1], _found("cohort")
    assert not panel.retention.cohort and panel.retention.months == {}
    assert panel.retention.again == pytest.approx(
        np.average(
            (months := facts.months(_found("steady")[0]).dropna())["again"],
            weights=months["customers"],
        )
    )
    assert cohort.retention.cohort
    table = facts.cohorts(log)
    assert cohort.retention.months[1] == pytest.approx(
        np.average(table[1], weights=table["customers"])
    )
    with in_language("en"):
        said = {part.key: part for part in insight_sections(panel)}["retention"]
    assert "cannot be known" in said.heading


def test_months_are_counted_as_one_would_by_hand():
    log = log_of(np.array([0, 0, 1, 1, 2, 2]), np.array([0, 40, 3, 70, 35, 99]), np.full(6, 5.0))
    found = facts.months(log)  # 2 January to 11 April: February and March are whole
    assert found["buying"].tolist() == pytest.approx([2 / 3, 1 / 3])
    assert found["again"].iloc[0] == pytest.approx(0.0) and np.isnan(found["again"].iloc[1])
    assert found["customers"].tolist() == [2, 1]


def test_of_customers_who_joined_all_along_those_count_who_were_seen_for_half_of_the_log():
    """Somebody joined on the last day: the weeks that all were seen are none."""
    log = cohort_log(joining=364)
    table, law = facts.frequencies(_portrait(log, cohort=True))
    first = log.occasions.groupby("customer")["day"].min()
    known = first[(log.last_day - first).dt.days // 7 >= law["weeks"]].index
    days = log.occasions[log.occasions["customer"].isin(known)]
    after = (days["day"] - first.reindex(days["customer"]).to_numpy()).dt.days
    once = 1 - days["customer"][after.between(1, 7 * law["weeks"])].nunique() / len(known)
    assert law["weeks"] == 25 and table["low"].iloc[0] == 0
    assert table["observed"].iloc[0] == pytest.approx(once)


def test_groups_by_worth_are_shares_of_customers_and_nothing_is_a_group_of_its_own():
    sales = np.r_[np.arange(1.0, 9.0), 0.0, 0.0]
    group = halves.worth_of(sales)
    assert group.tolist() == [2, 2, 2, 1, 1, 1, 0, 0, 3, 3]


def test_stages_are_those_by_which_a_simulated_firm_sees_its_customers():
    here = (halves.RISK_GAPS, halves.LOSS_GAPS, halves.RISK_WEEKS, halves.LOSS_WEEKS)
    there = ("_RISK_GAPS", "_LOSS_GAPS", "_RISK_WEEKS", "_LOSS_WEEKS")
    assert here == tuple(getattr(customer_stage, name) for name in there)
    assert set(halves.STAGES) < set(customer_stage.STAGES)


def test_days_of_the_week_are_beside_a_mean_day():
    day = np.arange(364)
    log = log_of(day % 60, day, np.where(day % 7 == 5, 20.0, 10.0))
    market = load_market("grocery")
    window = window_of(log.occasions, log.last_day, origins_of(log.occasions))
    found = look(Portrait(log, market, panel_histories(log.occasions, window), window)).season
    assert found.weekdays[5] / found.weekdays[0] == pytest.approx(2.0)
    assert np.mean(list(found.weekdays.values())) == pytest.approx(1.0)


# -- nobody alone ----------------------------------------------------------------------------------


def test_groups_of_fewer_than_five_are_left_out_and_no_customer_is_kept():
    for kind in ("steady", "leaving", "cohort"):
        found = _found(kind)[1]
        change = found.change
        assert all(one.customers >= FEWEST for one in (*change.segments, *change.stages))
        for move in (*change.worth, *change.stages):
            for to in move.to.values():
                share = to.counted if isinstance(to, Share) else to
                assert share is None or not 0 < round(share * move.customers) < FEWEST
        assert "customer_id" not in found.model_dump_json()
    assert read_insight(load_market("grocery")).change.hidden  # so that it can fail


# -- kept, shown, and told -------------------------------------------------------------------------


def test_a_report_has_the_section_short_in_front_and_in_both_languages():
    firm = SimpleNamespace(market=load_market("grocery"))
    for language in ("en", "zh"):
        with in_language(language):
            made = insight_section(firm)
        assert made.short is not None and 4 <= len(made.short.bullets) <= 10
        assert made.short.tables == [] and len(made.tables) >= 6 and made.pictures
    assert "insight" in SECTIONS


def test_of_another_state_of_the_log_the_section_says_how_it_is_counted_again():
    market = load_market("grocery")
    data = market.data.model_copy(update={"history": "another"})
    other = SimpleNamespace(market=market.model_copy(update={"data": data}))
    assert "loyalty insight --renew --market grocery" in insight_section(other).heading
    assert insight_section(SimpleNamespace(market=load_market("subscription"))) is None


def test_a_page_says_each_finding_with_its_warning():
    with in_language("en"):
        content = insight_content(_found("steady")[1], "shop", "1")
    for key, part in content.sections.items():
        assert part.heading and (part.sentences or key == "answer"), key


@pytest.mark.parametrize(
    ("language", "money", "counted"),
    [
        ("en", ("sales", "money", "sold", "amounts and"), "purchases"),
        ("zh", ("销售", "金额与"), "购买次数"),
    ],
)
def test_a_log_without_amounts_is_told_of_purchases_and_never_of_sales(language, money, counted):
    log = steady_panel(400)
    log = replace(log, occasions=log.occasions.assign(amount=24.5), spend=24.5)
    contacts = pd.DataFrame({"customer": [], "day": pd.to_datetime([]), "campaign": []})
    with in_language(language):
        parts = insight_sections(look(_portrait(log, False), contacts))
    tables = [table for part in parts for table in part.tables]
    told = [text for part in parts for text in (part.label, part.heading, *part.sentences)]
    told += [text for one in tables for text in (one.caption, one.note, *one.frame.columns)]
    words = " ".join(filter(None, told)).lower()
    assert counted in words and not [word for word in money if word in words], words


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_finding_of_a_log_brings_its_own_stop(language):
    """A page, an answer on the command line and a list end a heading themselves."""
    found = _found("steady")[1]
    moves = tuple(
        one.model_copy(update={"to": dict.fromkeys(one.to, 0.5)}) for one in found.change.stages[1:]
    )
    for stages in (moves, moves[-1:]):  # also where nobody is at risk, and the next is told first
        change = found.change.model_copy(update={"stages": stages})
        with in_language(language):
            parts = insight_sections(found.model_copy(update={"change": change}))
        assert not [one.heading for one in parts if one.heading[-1] in ".。"]
        assert all(text[-1] in ".。" for one in parts for text in one.sentences)


@pytest.mark.parametrize(("language", "nobody"), [("en", "No customers were"), ("zh", "没有")])
def test_stages_whose_end_is_not_shown_are_not_said_to_hold_nobody(language, nobody):
    """Above a table with 52 customers at risk or lapsed stood that there were none."""
    found = _found("steady")[1]
    hidden = [one.model_copy(update={"to": dict.fromkeys(one.to)}) for one in found.change.stages]
    for stages in (tuple(hidden), tuple(hidden[:1])):  # groups under five are not there at all
        change = found.change.model_copy(update={"stages": stages})
        with in_language(language):
            parts = insight_sections(found.model_copy(update={"change": change}))
        heading = {part.key: part for part in parts}["stages"].heading
        assert nobody not in heading


def test_a_log_too_short_for_halves_says_so():
    log = steady_panel(customers=200)
    short = look(_portrait(log.until("2023-02-15"), False))
    assert short.change is None
    with in_language("en"):
        content = insight_content(short, "shop", "1")
    assert str(halves.LEAST_DAYS) in content["change"].heading


def test_the_command_answers_machines_and_refuses_what_has_no_log(tmp_path):
    there = kept.insight_path(load_market("music_shop"))
    before = there.stat().st_mtime_ns
    run = CliRunner().invoke
    made = run(main.app, ["insight", "--market", "music_shop", "--out", str(tmp_path), "--json"])
    assert made.exit_code == 0, made.output
    told = json.loads(made.stdout)
    assert told["customers"] == 2_357 and (tmp_path / "insight.html").exists()
    assert (
        told["change"] == json.loads((tmp_path / "music_shop.insight.json").read_text())["change"]
    )
    assert there.stat().st_mtime_ns == before
    refused = run(main.app, ["insight", "--market", "subscription"])
    assert refused.exit_code == 2 and "made from a purchase log" in refused.output
