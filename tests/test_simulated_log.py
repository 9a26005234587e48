"""A simulated world writes its purchase log, which says what happened; calibration finds the truth."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import sim
from sim.calibration.calibrate import build_market
from sim.calibration.origins import origins_of
from sim.calibration.transactions import read_log
from sim.common.errors import InputError
from sim.model.loyalty_model import LoyaltyModel
from sim.model.observers.diary import keep_diary
from sim.model.purchase_lines import purchase_lines
from sim.model.scenario import Scenario
from sim.playbook.strategy_files import load_strategy
from sim.world.population import ACTIVE, TO_COME
from tests.worlds import DO_NOTHING, FALSE_ALARM, GAMMA_GAMMA, LOG_NORMAL, with_spend

#: Nobody comes but the cohort, nobody comes back, and nobody leaves.
CLOSED = {"inflow_per_year": 0, "winback_per_year": 0, "prospects_per_customer": 0}
ALIVE = {**CLOSED, "drop_out_beta": 1e9}


def _model(
    market="music_shop", n=500, weeks=20, acquired_over=0, plays=DO_NOTHING, seed=3, **values
):
    start = "fresh" if acquired_over else "posterior"
    stated = sim.load_market(market) if isinstance(market, str) else market
    changed = stated.with_values(**values)
    setting = Scenario(changed, plays, n, weeks, seed, start=start, acquired_over=acquired_over)
    return LoyaltyModel(setting)


def _pages(model):
    """The lines of each week, beside the week."""
    while model.running:
        model.step()
        yield model.last_week, purchase_lines(model.last_week)


@pytest.fixture(scope="module")
def cohort():
    """A cohort acquired over twelve weeks of which nobody leaves, and its log."""
    values = {"spend_rate_correlation": 0, "purchase_alpha": 3.0}
    market = with_spend("music_shop", GAMMA_GAMMA)
    model = _model(market, n=3_000, weeks=30, acquired_over=12, **values, **ALIVE)
    log = pd.concat([page for _, page in _pages(model)], ignore_index=True)
    return model, log.assign(week=log["day"] // 7, weekday=log["day"] % 7)


# -- the log says what happened --------------------------------------------------------------------


@pytest.mark.parametrize(("market", "acquired_over"), [("grocery", 0), ("music_shop", 6)])
def test_the_lines_of_a_week_are_the_trips_and_the_spend_of_the_weekly_table(market, acquired_over):
    model = _model(market, acquired_over=acquired_over, plays=load_strategy("segmented_care"))
    weeks = []
    for week, page in _pages(model):
        mine = page.groupby("customer")["amount"].agg(["size", "sum"])
        np.testing.assert_array_equal(mine.index, np.flatnonzero(week.view.trips))
        np.testing.assert_array_equal(mine["size"], week.view.trips[mine.index])
        assert np.abs(mine["sum"] - week.view.spend[mine.index]).max() < 0.005 + 1e-9
        assert page["day"].between(7 * week.view.number, 7 * week.view.number + 6).all()
        weeks.append((len(page), page["amount"].sum(), len(mine)))
    lines, spend, buyers = np.array(weeks).T
    table = model.weekly.groupby("week")[["trips", "spend"]].sum()
    np.testing.assert_array_equal(lines, table["trips"])
    assert (np.abs(spend - table["spend"]) <= 0.005 * buyers + 1e-9 * spend).all()
    assert model.weekly["new_joined"].sum() > 0


def test_a_run_that_is_written_down_is_the_same_run_bit_by_bit():
    options = {"n": 300, "weeks": 10, "acquired_over": 4, "plays": load_strategy("balanced")}
    written, plain = _model(**options), _model(**options).run()
    assert sum(len(page) for _, page in _pages(written)) > 0
    pd.testing.assert_frame_equal(written.weekly, plain.weekly, check_exact=True)


def test_trips_of_a_week_fall_on_different_days_and_more_than_seven_go_round_again():
    model = _model(n=300, weeks=4, acquired_over=1, purchase_alpha=0.15, **ALIVE)
    often = 0
    for week, page in _pages(model):
        most = page.groupby(["customer", "day"]).size().groupby("customer").max()
        trips = week.view.trips[most.index]
        np.testing.assert_array_equal(most, -(-trips // 7))
        often += int((trips > 7).sum())
    assert often > 20


def test_each_day_of_the_week_is_as_likely_once_customers_are_there(cohort):
    _, log = cohort
    later = log[log["customer"].duplicated()]
    # days without replacement spread more evenly than a multinomial: false alarms are rarer still
    found = stats.chisquare(np.bincount(later["weekday"], minlength=7))
    assert found.pvalue > FALSE_ALARM, found


def test_whoever_leaves_within_a_week_buys_before():
    values = {"purchase_alpha": 2.0, "drop_out_beta": 0.5}
    model, few_days = _model(n=3_000, weeks=4, acquired_over=1, **values), 0
    for week, page in _pages(model):
        left = pd.Series(week.stays, index=week.at_risk)
        bought = page[page["customer"].isin(left.index[left < 1.0])]
        end = np.ceil(7 * left[bought["customer"]].to_numpy())
        room = week.view.trips[bought["customer"]] <= end
        assert (bought["day"] % 7 < end)[room].all()
        few_days += int((room & (end < 7)).sum())
    assert few_days > 20


@pytest.mark.parametrize("spend", ["Gamma-Gamma", "log-normal"])
def test_single_amounts_follow_the_law_of_spend_per_trip(cohort, spend):
    model, log = cohort
    shape = GAMMA_GAMMA["spend_shape"]
    law = stats.gamma(shape, scale=1 / shape)
    if spend == "log-normal":
        market, spread = with_spend("music_shop", LOG_NORMAL), LOG_NORMAL["spend_spread_within"]
        values = {"spend_rate_correlation": 0, "purchase_alpha": 3.0}
        model = _model(market, n=3_000, weeks=30, acquired_over=12, **values, **ALIVE)
        log = pd.concat([page for _, page in _pages(model)], ignore_index=True)
        log["week"] = log["day"] // 7
        law = stats.lognorm(spread, scale=np.exp(-(spread**2) / 2))
    several = log[log.groupby(["customer", "week"])["day"].transform("size") > 1]
    ratio = several["amount"] / model.state.people["mean_spend"][several["customer"]]
    assert len(ratio) > 2_000
    found = stats.kstest(ratio, law.cdf)
    assert found.pvalue > FALSE_ALARM, found
    # and those of one week are as if drawn one by one: neighbours have nothing in common
    pairs = (
        several.assign(ratio=ratio).groupby(["customer", "week"])["ratio"].agg(["first", "last"])
    )
    tied = stats.spearmanr(pairs["first"], pairs["last"])  # amounts are skewed: ranks are not
    assert tied.pvalue > FALSE_ALARM, tied


# -- a start over several weeks --------------------------------------------------------------------


def test_everybody_is_acquired_on_the_last_day_of_a_week_each_week_being_as_likely(cohort):
    model, log = cohort
    first = log.drop_duplicates("customer")
    np.testing.assert_array_equal(np.sort(first["customer"]), np.arange(3_000))
    assert (first["weekday"] == 6).all()
    found = stats.chisquare(np.bincount(first["week"], minlength=12))
    assert found.pvalue > FALSE_ALARM, found
    acquired = np.bincount(first["week"], minlength=30)
    table = model.weekly.groupby("week").sum(numeric_only=True)
    np.testing.assert_array_equal(table["new_joined"], acquired)
    np.testing.assert_array_equal(table["n_active"], np.cumsum(acquired))
    np.testing.assert_array_equal(table["n_start_active"], np.cumsum(acquired))
    assert (table["acquisition_cost"] == 0).all()


def test_before_they_are_acquired_customers_do_nothing_and_no_play_is_for_them():
    plan = load_strategy(
        "lifecycle_care_plan"
    )  # with plays for everyone and for each stage of life
    at_once = {"start_week": 0, "ramp_weeks": 1}
    plays = plan.model_copy(update={"plays": [p.model_copy(update=at_once) for p in plan.plays]})
    model = _model("grocery", n=400, weeks=12, acquired_over=12, plays=plays, inflow_per_year=2)
    diary = keep_diary(model.state, range(400))
    for week, _ in _pages(model):
        to_come = model.state.people["status"] == TO_COME
        assert not week.view.complaints[to_come].any()
        assert not week.view.referred_by[to_come].any()
        for play in [play for each in week.plays.values() for play in each]:
            assert not to_come[play.rows].any()
    came = np.argmax(diary.events["new_joined"], axis=0)
    before = np.arange(12)[:, None] < came
    assert (diary.events["new_joined"].sum(axis=0) == 1).all()
    counted = {"n_start"}  # the size of the cohort, the same in every week
    for name in diary.events.keys() - counted:
        assert not diary.events[name][before].any(), name
    assert (diary.states["status"][before] == TO_COME).all()
    assert (diary.states["status"][came, np.arange(400)] == ACTIVE).all()


def test_under_contracts_a_cohort_pays_its_first_fee_in_the_week_it_is_acquired():
    model = _model("subscription", n=400, weeks=12, acquired_over=6, **CLOSED)
    diary = keep_diary(model.state, range(400))
    model.run()
    paid = np.argmax(diary.events["spend"] > 0, axis=0)
    np.testing.assert_array_equal(paid, np.argmax(diary.events["new_joined"], axis=0))
    assert paid.max() == 5
    np.testing.assert_array_equal(
        model.state.people["renewal_week"][:400], paid + 1 + model.market.period
    )


@pytest.mark.parametrize("start", ["posterior", "fresh"])
@pytest.mark.parametrize("weeks", [-1, 11])
def test_a_start_that_cannot_be_is_refused(start, weeks):
    shop = sim.load_market("grocery")
    with pytest.raises(InputError, match="acquired_over"):
        Scenario(shop, DO_NOTHING, 100, 10, start=start, acquired_over=weeks)


def test_customers_are_won_on_all_days_of_the_week_and_all_else_is_as_long_after():
    market, weeks = with_spend("music_shop", GAMMA_GAMMA).with_values(**ALIVE), 20
    log = pd.DataFrame(sim.simulate_log(market, customers=3_000, weeks=weeks, acquired_over=12))
    log["day"] = (log["date"] - pd.Timestamp("2024-01-01")).dt.days
    assert log["day"].between(0, 7 * weeks - 1).all()
    first = log.groupby("customer")["day"].min()
    assert len(first) == 3_000
    found = stats.chisquare(np.bincount(first % 7, minlength=7))
    assert found.pvalue > FALSE_ALARM, found
    model = _model(market, n=3_000, weeks=weeks, acquired_over=12, seed=1)
    run = pd.concat([page for _, page in _pages(model)], ignore_index=True)
    sooner = run.groupby("customer")["day"].min() - first
    log["day"] += log["customer"].map(sooner)
    same = log[log["day"] < 7 * weeks].sort_values(["day", "customer"], ignore_index=True)
    pd.testing.assert_frame_equal(same[list(run)], run, check_dtype=False)


# -- the file, and what calibration finds in it ----------------------------------------------------


def test_a_log_is_the_same_bytes_each_time_and_reads_back_as_it_is(tmp_path):
    files = [tmp_path / "a.csv", tmp_path / "b.csv"]
    logs = [sim.simulate_log("grocery", customers=200, weeks=13, out=file) for file in files]
    assert files[0].read_bytes() == files[1].read_bytes()
    pd.testing.assert_frame_equal(logs[0], logs[1])
    lines = pd.read_csv(files[0], parse_dates=["date"])
    assert list(lines) == ["customer", "date", "amount"]
    pd.testing.assert_frame_equal(lines, pd.DataFrame(logs[0]), check_dtype=False)
    assert read_log(str(files[0])).n_lines == len(logs[0])
    other = sim.simulate_log("grocery", customers=200, weeks=13, seed=2, start_date="2020-02-29")
    assert other["date"].min() >= pd.Timestamp("2020-02-29")
    assert len(other) != len(logs[0])


#: Customers who come back often enough for their drop-out to be seen within a year and a half.
STEADY = {"purchase_shape": 1.5, "purchase_alpha": 8, "drop_out_shape": 1.2, "drop_out_beta": 60}


# joining over a quarter looks much like a panel: there the firm must say that its log tells who left
@pytest.mark.parametrize(
    ("law", "acquired_over", "drop_out"), [({}, 1, "auto"), (STEADY, 12, "measured")]
)
def test_calibration_finds_the_law_that_a_cohort_s_log_was_made_by(
    tmp_path, law, acquired_over, drop_out
):
    market = with_spend("music_shop", GAMMA_GAMMA)
    truth = market.with_values(**CLOSED, spend_rate_correlation=0, **law)
    log = tmp_path / "log.csv"
    sim.simulate_log(truth, customers=5_000, weeks=78, acquired_over=acquired_over, out=log)
    found = build_market(str(log), "found", drop_out=drop_out).market.values
    names = (
        "purchase_shape", "purchase_alpha", "drop_out_shape", "drop_out_beta",
        "spend_shape", "spend_shape_between", "spend_scale",
    )  # fmt: skip
    limit = stats.norm.isf(FALSE_ALARM / 2 / len(names))  # one false alarm in 10,000 for all
    z = {n: (found[n].value - truth[n]) / found[n].standard_error for n in names}
    assert max(map(abs, z.values())) < limit, z


def test_customers_with_histories_give_the_log_of_a_panel(tmp_path):
    log = tmp_path / "log.csv"
    sim.simulate_log(
        sim.load_market("grocery").with_values(**CLOSED, yearly_attrition=1e-4),
        customers=400, weeks=52, acquired_over=0, out=log,
    )  # fmt: skip
    assert origins_of(read_log(str(log)).occasions).long_standing > 0.8


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"market": "subscription"}, "without contracts.*table of survivors"),
        ({"customers": 0}, "customers: found 0"),
        ({"weeks": 0}, "weeks: found 0"),
        ({"weeks": 8, "acquired_over": 9}, "acquired_over: found 9.*from 0 to 8"),
        ({"start_date": "01.02.2024"}, "start_date.*YYYY-MM-DD"),
    ],
)
def test_what_cannot_be_written_is_refused_before_anything_runs(options, message):
    with pytest.raises(InputError, match=message):
        sim.simulate_log(**{"market": "grocery", **options})


def test_a_file_that_is_there_is_not_overwritten(tmp_path):
    log = tmp_path / "log.csv"
    log.write_text("mine")
    with pytest.raises(InputError, match="not there yet"):
        sim.simulate_log("grocery", customers=50, weeks=12, out=log)
    assert log.read_text() == "mine"
