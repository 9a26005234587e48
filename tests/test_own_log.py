"""A market set beside its own log: right markets pass, wrong ones are told, and the report says so."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from joining_logs import SHOP, WHOLESALER, joining_log
from scipy import stats

from sim.calibration.calibrate import calibrate
from sim.calibration.transactions import Log, read_log
from sim.checks.validation import own_log
from sim.checks.validation.foreseen import SURE, compare
from sim.checks.validation.level_of_weeks import at_level_of
from sim.checks.validation.own_log import hold_out_of
from sim.experiment.uncertain_values import draw_values
from sim.market.hold_out import Foreseen, HoldOut
from sim.market.market import load_market
from sim.report.likeness import caution, headline, likeness_section
from sim.workbench.log import describe_log
from sim.world.noncontractual_start import _rows
from tests.customer_lives import START, live
from tests.quick import foretell_little
from tests.sections import parts_of
from tests.synthetic import synthetic_comparison

#: Futures that a log is set beside here: ranges widen as they get fewer, so that they hold as often.
FUTURES = 20


@pytest.fixture(scope="module", autouse=True)
def few_futures():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(own_log, "_FUTURES", FUTURES)
        yield


def _log(table: pd.DataFrame) -> Log:
    """Return a log in memory, as a file of it would be read."""
    table = table.assign(lines=1).reset_index(drop=True)
    return Log("shop.csv", table, "a shop", "own", "made up")


def _short(keep: float = 1.0) -> Log:
    """Return seventeen weeks of a shop of whose purchases in the last four a share is kept."""
    table = live(600, 17, seed=4, law=(1.5, 3.0, 1.0, 400.0), joined=3)
    luck = np.random.default_rng(8).uniform(size=len(table))
    late = table["day"] >= START + pd.Timedelta(weeks=13)
    return _log(table[~late | (luck < keep)])


@pytest.fixture(scope="module")
def held() -> HoldOut:
    """The log as it came: customers who live by the laws that are fitted."""
    return hold_out_of(_short(), "assumed")


@pytest.fixture(scope="module")
def missed() -> HoldOut:
    """The log of which most of the last weeks is gone."""
    return hold_out_of(_short(keep=0.4), "assumed")


def test_ranges_hold_all_that_comes_of_a_right_market_as_often_as_they_say():
    luck, times, futures = np.random.default_rng(3), 2_000, 40
    right = 0
    for _ in range(times):
        draws = luck.normal(10, 1, (futures + 1, 6))
        named = [{"total": dict(zip("abcdef", row, strict=True))} for row in draws]
        right += all(each.inside for each in compare(named[0], named[1:])["total"].values())
    share = right / times
    # Bonferroni's bound for independent figures is nearly reached; 1 in 10,000 on either side
    sd = np.sqrt(SURE * (1 - SURE) / times)
    assert SURE - 3.9 * sd <= share <= (1 - (1 - SURE) / 6) ** 6 + 3.9 * sd


def test_a_range_over_two_laws_holds_what_comes_of_either():
    luck, times = np.random.default_rng(5), 1_000
    laws = [0.0] * 16 + [1.0] * 24
    right = 0
    for _ in range(times):
        law = int(luck.uniform() < 0.6)
        means = [*(10 + 8 * np.array(laws)), 10 + 8 * law]
        draws = [{"total": {"a": luck.normal(mean, 1)}} for mean in means]
        found = compare(draws[-1], draws[:-1], laws)["total"]["a"]
        right += found.inside
        assert found.high - found.low < 8 + 8  # not the spread of two laws taken for one's
    assert right / times >= SURE - 3.9 * np.sqrt(SURE * (1 - SURE) / times)


@pytest.mark.parametrize("rare", [0.02, 0.05, 0.2, 0.6])
def test_one_large_account_that_stops_is_no_miss_where_few_futures_hold_such_a_one(rare):
    """A share near 1: most of 40 futures are alike, and their spread leaves out what does happen."""
    luck, times, n = np.random.default_rng(11), 1_500, 36
    missed = {True: 0, False: 0}
    for _ in range(times):
        shares = 1 - luck.binomial(n, rare / n, 41) / n
        named = [{"high_value": {"active": share}} for share in shares]
        for told in missed:
            found = compare(named[0], named[1:], sizes={"high_value": n} if told else None)
            missed[told] += not found["high_value"]["active"].inside
    # rounding to six digits costs nothing here; 1 in 10,000 by chance
    assert stats.binom.sf(missed[True] - 1, times, 1 - SURE) > 1e-4
    assert missed[True] < missed[False] / 3


def test_a_share_of_many_is_held_as_it_was():
    luck = np.random.default_rng(12)
    named = [{"total": {"active": share}} for share in luck.binomial(500, 0.99, 41) / 500]
    plain, told = (compare(named[0], named[1:], sizes=sizes) for sizes in (None, {"total": 500}))
    assert plain == told


def test_what_is_held_out_is_the_last_quarter_of_the_log_customer_by_customer(held):
    assert (held.weeks, held.customers, held.futures) == (4, 600, FUTURES)
    assert held.newcomers == 0
    assert sum(len(group) for group in held.figures.values()) == 24


def _panel(seed: int, customers: int = 200, weeks: int = 17) -> Log:
    """Return a window on customers of long standing none of whom leaves: rates are gamma."""
    luck = np.random.default_rng(1_000 + seed)
    counts = luck.poisson(luck.gamma(1.0, 0.25, customers) * weeks)
    who = np.repeat(np.arange(customers), counts)
    day = START + pd.to_timedelta(np.floor(7 * weeks * luck.random(who.size)), "D")
    table = pd.DataFrame({"customer": who, "day": day}).drop_duplicates()
    table = table.sort_values(["customer", "day"], ignore_index=True)
    return _log(table.assign(amount=np.round(luck.gamma(2.0, 15.0, len(table)), 2) + 0.01))


@pytest.mark.parametrize("logs", [4, pytest.param(24, marks=pytest.mark.slow)])
def test_no_more_right_markets_are_warned_of_than_one_in_twenty(logs):
    warned = sum(bool(hold_out_of(_panel(seed), "assumed").outside) for seed in range(logs))
    assert stats.binom.sf(warned - 1, logs, 1 - SURE) > 1e-4  # seen by chance less often: an alarm


@pytest.mark.parametrize(
    ("firm", "logs"),
    [(SHOP, 3), pytest.param(SHOP, 12, marks=pytest.mark.slow),
     pytest.param(WHOLESALER, 12, marks=pytest.mark.slow)],
)  # fmt: skip
def test_a_firm_whose_customers_joined_over_years_is_not_warned_of(firm, logs, monkeypatch):
    """Newcomers taken for old customers who buy seldom rank ordinary, and then buy thrice as much."""
    monkeypatch.setattr(own_log, "_FUTURES", 40)  # so that errors are nearly normal
    held = [hold_out_of(joining_log(firm, seed)) for seed in range(3, 3 + logs)]
    warned = sum(bool(each.outside) for each in held)
    assert stats.binom.sf(warned - 1, logs, 1 - SURE) > 1e-4  # seen by chance less often: an alarm
    off = [_errors_off(each, group) for each in held for group in ("total", "ordinary")]
    limit = stats.norm.isf(1e-4 / 2 / 2) / np.sqrt(logs)
    assert np.abs(np.reshape(off, (logs, 2)).mean(axis=0)).max() < limit


def _errors_off(held: HoldOut, group: str) -> float:
    """Return by how many standard errors a group's purchases lie off what was foreseen."""
    level = 1 - (1 - SURE) / 2 / sum(map(len, held.figures.values()))
    figure = held.figures[group]["frequency"]
    error = (figure.high - figure.expected) / stats.t.ppf(level, held.futures - 1)
    return (figure.came - figure.expected) / error


def test_days_on_which_the_shop_was_shut_are_not_foreseen():
    """A shop that is shut for 20 days of its last 10 weeks: without them it buys as it did."""
    table = live(500, 43, seed=5, law=(1.2, 3.0, 1.0, 1e6), joined=8)
    shut = START + pd.Timedelta(weeks=36)
    log = _log(table[~table["day"].between(shut, shut + pd.Timedelta(days=19))])
    assert len(log.gaps) == 1
    held = hold_out_of(log, "assumed")
    assert held.weeks == 10
    open_days = (log.last_day - pd.Timestamp(held.cut)).days - log.gaps[0].days
    assert open_days == 7 * held.weeks
    frequency = held.figures["total"]["frequency"]
    less, _ = held.noticed
    assert frequency.inside and less < log.gaps[0].days / (7 * held.weeks)


@pytest.mark.parametrize("assumed", [False, True])
def test_a_quarter_of_a_year_has_half_of_a_year_s_spread_of_level(assumed):
    market = load_market("music_shop")
    if assumed:
        market = market.with_values(purchase_level=(0.8, 1.0, 1.2))
    quarter = at_level_of(market, 13)
    addresses = [draw_values(one, (), 200, 1)["market.purchase_level"] for one in (market, quarter)]
    year, part = map(np.std, addresses)
    assert part == pytest.approx(year / 2, rel=0.02)
    others = [draw_values(one, (), 20, 1) for one in (market, quarter)]
    assert all(others[0][key] == others[1][key] for key in others[0] if "purchase_level" not in key)


def test_a_part_of_a_log_that_is_too_short_for_rates_that_move_is_said_to_be():
    log = _log(live(400, 30, seed=3, law=(1.2, 3.0, 1.0, 60.0), joined=8))
    held = hold_out_of(log, "auto", lambda _doing: None)
    assert held.rates_stay
    market = load_market("music_shop").model_copy(update={"hold_out": held})
    said = likeness_section(market).sentences
    assert any("takes them to stay" in text for text in said)
    less, more = held.noticed
    assert 0 < less < 1 and more > 0
    assert any("would have been noticed" in text for text in said)


def test_seventeen_weeks_whose_last_four_are_off_by_sixty_per_cent_give_a_caution(missed):
    assert ("total", "frequency") in missed.outside
    market = load_market("music_shop").model_copy(update={"hold_out": missed})
    (said,) = caution(market)
    assert said.startswith("Caution: the simulated market does not match all of its own records.")
    assert "more figures lie outside" in said
    section = likeness_section(market)
    assert section.heading == headline(missed)
    assert section.heading.startswith(
        f"The market misses its own records in {len(missed.outside)} of"
    )
    (table,) = section.tables
    assert (table.frame["Inside"] == "no").sum() == len(missed.outside)


def test_the_same_log_foresees_the_same_figures(missed):
    assert hold_out_of(_short(keep=0.4), "assumed") == missed


def test_what_came_after_the_cut_moves_nothing_that_was_foreseen(held, missed):
    assert held.cut == missed.cut
    for group, measures in held.figures.items():
        for measure, figure in measures.items():
            other = missed.figures[group][measure]
            assert other.expected == figure.expected


def test_a_log_too_short_to_be_cut_says_so():
    table = live(600, 14, seed=4, law=(1.5, 3.0, 1.0, 400.0), joined=3)
    held = hold_out_of(_log(table))
    assert held.figures == {}
    market = load_market("music_shop").model_copy(update={"hold_out": held})
    assert "14 weeks are too few" in caution(market)[0]
    assert "14 weeks are too few" in likeness_section(market).heading


def test_the_first_screen_says_what_lies_outside_and_only_then(held, missed):
    comparison = synthetic_comparison()
    quiet = parts_of(comparison, "answer", "likeness")
    assert not any("its own records" in text for text in quiet["answer"].sentences)
    assert "loyalty calibrate log.csv --name shop --force" in " ".join(quiet["likeness"].sentences)
    market = comparison.market.model_copy(update={"hold_out": missed})
    told = parts_of(replace(comparison, market=market), "answer", "likeness")
    assert told["answer"].sentences[0] == caution(market)[0]
    assert len(told["likeness"].pictures) == 1


@pytest.mark.parametrize(("name", "word"), [("hotel_group", "case"), ("subscription", "survivors")])
def test_a_market_without_a_log_says_that_it_has_none(name, word):
    assert word in likeness_section(load_market(name)).heading


def test_one_cohort_is_named_and_its_inflow_declared_as_assumed(held):
    market = load_market("music_shop").model_copy(update={"hold_out": held})
    (said,) = likeness_section(market).bullets
    assert said.startswith("The log follows one cohort")
    assert said.endswith("is assumed.")


def test_a_calibration_stores_what_was_foreseen_and_a_run_does_not_depend_on_it(tmp_path):
    _short().occasions[["customer", "day", "amount"]].rename(columns={"day": "date"}).to_csv(
        tmp_path / "log.csv", index=False
    )
    stand_in = HoldOut(cut="2023-04-02", weeks=4, customers=600, futures=40, figures={
        "total": {"frequency": Foreseen(came=1, expected=2, low=1.5, high=2.5)}})  # fmt: skip
    made = calibrate(str(tmp_path / "log.csv"), "own_shop", folder=tmp_path, drop_out="assumed",
                     foresee=lambda log, drop_out, moving, said: stand_in)  # fmt: skip
    assert made.market.hold_out == stand_in
    assert "hold_out:" in (tmp_path / "own_shop.yaml").read_text()
    log = read_log(str(tmp_path / "log.csv"))
    assert len(made.customers) == log.n_customers


def test_where_as_many_customers_as_histories_are_simulated_each_has_its_own():
    uniform = np.random.default_rng(1).uniform(size=50)
    assert sorted(_rows(uniform, 50)) == list(range(50))
    assert _rows(uniform, 7).max() == 6


def test_a_description_of_a_log_foresees_its_last_quarter_and_says_who_buys_again(
    tmp_path, monkeypatch
):
    foretell_little(monkeypatch.setattr)
    table = live(150, 28, seed=6, law=(1.5, 3.0, 1.0, 400.0), joined=3)
    table.rename(columns={"day": "date"}).to_csv(tmp_path / "log.csv", index=False)
    log = describe_log(str(tmp_path / "log.csv"), drop_out="assumed", currency="EUR")
    assert log.likeness.heading.startswith("log.csv: The market ")
    assert "in the 7 weeks after" in log.who_buys_again.heading
    assert len(log.who_buys_again.tables) == 4
    assert log.likeness is log.likeness  # worked out once


def test_a_table_of_survivors_foresees_no_purchases():
    log = describe_log("subscription-cohort")
    assert "under a contract" in log.who_buys_again.heading
    assert "no log" in log.likeness.heading
