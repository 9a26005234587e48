"""`loyalty forecast`: right where the truth is known, never a failure, nothing learnt from what came."""

import json
import re
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from sim.calibration.forecast import moving_rates
from sim.calibration.forecast.classics import Classic
from sim.calibration.forecast.folder import check_folder, write_forecast
from sim.calibration.forecast.forecast import make_forecast
from sim.calibration.forecast.histories import histories_until, purchases_after
from sim.calibration.forecast.in_words import glance
from sim.calibration.forecast.laws import fit_own
from sim.calibration.forecast.outlook import look_ahead
from sim.cli.main import app
from sim.common.errors import InputError
from sim.report.forecast.scores import score_rows
from tests.customer_lives import START, live, simulated_end
from tests.quick import foretell_little


def _written(folder, table: pd.DataFrame, name: str = "log.csv") -> str:
    ids = [f"id-{code:05}" for code in table["customer"]]
    table.assign(customer=ids).rename(columns={"day": "date"}).to_csv(folder / name, index=False)
    return str(folder / name)


def test_on_a_market_that_lives_by_pareto_nbd_hardly_anything_is_lost_to_the_true_law():
    law = (0.6, 6.0, 0.7, 12.0)
    n, weeks = 700, 26
    occasions, end = live(n, 52 + weeks, law=law), simulated_end(52)
    known = histories_until(occasions, end)
    actual, _ = purchases_after(occasions, known, end, weeks)
    truth = Classic("pareto_nbd", dict(zip(("r", "alpha", "s", "beta"), law, strict=True)))
    own = fit_own(occasions, known, end, weeks)[0]["own"]
    best, ours = (look_ahead(one, known, weeks, actual).scores for one in (truth, own))
    lost = ours.log_score - best.log_score
    assert lost.mean() <= 0.005 + 3.7 * lost.std() / np.sqrt(n)  # 1 in 10,000
    # Whole numbers: an interval's ends are randomised, and the bound is that of n customers.
    assert abs(best.coverage.mean() - 0.9) < 3.9 * np.sqrt(0.09 / n)


@contextmanager
def _hurried():
    """Let fits end early, where forecasts are compared with each other, not with what is true."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(moving_rates, "_STEPS", 15)
        yield


@pytest.fixture(scope="module")
def usual(tmp_path_factory):
    """A shop's log of 28 weeks and 22 more, its forecast, and where it was written."""
    place = tmp_path_factory.mktemp("forecast")
    source = _written(place, live(150, 50, seed=2))
    with _hurried():
        return place, source, make_forecast(source, 20, "2023-07-16")


@pytest.fixture(scope="module")
def told(usual, tmp_path_factory):
    """What the command writes and says of that forecast: the folder, the arguments and the result."""
    folder = tmp_path_factory.mktemp("told") / "out"
    arguments = ["forecast", "--transactions", usual[1], "--calibration-end", "2023-07-16"]
    arguments += ["--horizon-weeks", "20", "--out", str(folder), "--json"]
    with _hurried():
        return folder, arguments, CliRunner().invoke(app, arguments)


def test_what_comes_after_the_end_moves_nothing_but_the_score(usual, tmp_path):
    table = live(150, 50, seed=2)
    late = table["day"] > pd.Timestamp("2023-07-16")
    other = table[~late | (table["customer"] % 2 == 0)]
    source = _written(tmp_path, pd.concat([other, table[late].tail(1)]).drop_duplicates())
    with _hurried():
        made = make_forecast(source, 20, "2023-07-16")
    pd.testing.assert_frame_equal(made.customers, usual[2].customers)
    columns = ["week", "expected", "low", "high"]
    pd.testing.assert_frame_equal(made.weekly[columns], usual[2].weekly[columns])
    assert made.laws == usual[2].laws
    assert made.score is not None
    assert made.score["purchases"] < usual[2].score["purchases"]


def test_a_forecast_holds_together(usual):
    made = usual[2]
    table = made.customers
    assert (table["low"] <= table["median"]).all()
    assert (table["median"] <= table["high"]).all()
    assert table["p_active"].between(0, 1).all()
    assert table["expected"].sum() == pytest.approx(made.weekly["expected"].sum(), rel=1e-3)
    assert made.total["low"] < made.total["expected"] < made.total["high"]
    assert made.weekly["actual"].sum() == made.score["purchases"]
    rows = made.score["by_frequency"]
    assert sum(row["customers"] for row in rows) == len(table)
    assert {"own", "nbd", "bg_nbd", "pareto_nbd"} <= set(made.score["models"])


def test_the_same_log_gives_the_same_bytes_for_its_owner_alone(usual, told, tmp_path):
    write_forecast(usual[2], tmp_path / "one")
    names = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert names == ["forecast.csv", "laws.json", "score.json", "weekly.csv"]
    for name in names:
        path = tmp_path / "one" / name
        assert path.read_bytes() == (told[0] / name).read_bytes()
        assert path.stat().st_mode & 0o077 == 0
    assert (tmp_path / "one").stat().st_mode & 0o077 == 0


def test_client_ids_stand_in_forecast_csv_and_nowhere_else(usual, told):
    made, (folder, arguments, done) = usual[2], told
    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout)
    assert said["customers"] == len(made.customers)
    assert said["expected"] == pytest.approx(made.total["expected"])
    assert said["score"]["own"]["log_score"] > 0
    assert "id-0" not in done.output + "".join(glance(made)) + str(score_rows(made.score))
    for path in folder.iterdir():
        assert ("id-0" in path.read_text()) == (path.name == "forecast.csv"), path.name
    written = pd.read_csv(folder / "forecast.csv")
    assert written["customer"].tolist() == made.customers["customer"].tolist()
    again = CliRunner().invoke(app, arguments)
    assert again.exit_code == 2
    assert json.loads(again.stdout)["faults"][0]["hint"] == "Choose another name."


def _six_weeks(table):
    return table[table["day"] < START + pd.Timedelta(weeks=6)]


@pytest.mark.parametrize(
    "change",
    [
        lambda table: table.drop_duplicates("customer"),
        lambda table: table[table["customer"] == table["customer"].mode()[0]],
        _six_weeks,
        lambda table: table[table["customer"] < 50],
        lambda table: table.assign(amount=10.0),
        lambda table: table[table["day"] == table.groupby("customer")["day"].transform("min")],
        lambda table: table[table["customer"].isin(table["customer"].value_counts().index[:2])],
        lambda table: table.assign(day=table["day"].where(table["customer"] > 9, START)),
    ],
    ids=["one each", "one customer", "six weeks", "50", "equal", "no repeat", "two", "some once"],
)
def test_a_poor_log_gets_an_answer(tmp_path, change):
    table = change(live(70, 20, seed=3)).drop_duplicates(["customer", "day"])
    made = make_forecast(_written(tmp_path, table), 8)
    numbers = made.customers.drop(columns="customer").to_numpy(float)
    assert np.isfinite(numbers).all()
    assert (numbers >= 0).all()
    assert np.isfinite(made.weekly[["expected", "low", "high"]].to_numpy(float)).all()
    assert len(made.customers) == table["customer"].nunique()


def test_a_market_that_nobody_leaves_keeps_its_customers(tmp_path, monkeypatch):
    foretell_little(monkeypatch.setattr)
    luck = np.random.default_rng(4)
    day = luck.choice(140, (80, 20))
    table = pd.DataFrame({"customer": np.repeat(np.arange(80), 20), "day": day.ravel()})
    table["day"] = START + pd.to_timedelta(table["day"], "D")
    table = table.drop_duplicates().assign(amount=5.0)
    made = make_forecast(_written(tmp_path, table), 10)
    assert made.customers["p_active"].mean() > 0.9
    assert made.total["expected"] == pytest.approx(len(table) * 10 / 20, rel=0.1)


@pytest.mark.parametrize(
    ("end", "weeks", "field"),
    [
        ("yesterday", 8, "calibration-end"),
        ("2022-01-01", 8, "calibration-end"),
        ("2033-01-01", 8, "calibration-end"),
        (None, 0, "horizon-weeks"),
        (None, 1000, "horizon-weeks"),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason(usual, end, weeks, field):
    with pytest.raises(InputError) as caught:
        make_forecast(usual[1], weeks, end)
    assert caught.value.field == field


def test_columns_with_names_of_their_own_are_read(tmp_path, monkeypatch):
    foretell_little(monkeypatch.setattr)
    table = pd.read_csv(_written(tmp_path, live(60, 20, seed=3)))
    names = dict(zip(table.columns[:3], ("account", "bought_on", "net_eur"), strict=True))
    (tmp_path / "own.csv").write_text(table.rename(columns=names).to_csv(index=False))
    asked = {"customer": "account", "date": "bought_on", "amount": "net_eur"}
    made = make_forecast(str(tmp_path / "own.csv"), 4, **asked)
    assert len(made.customers) == table[table.columns[0]].nunique()


def test_a_log_of_one_day_is_refused_with_the_reason(tmp_path):
    table = live(80, 30).drop_duplicates("customer").assign(day=START)
    with pytest.raises(InputError, match="longer log"):
        make_forecast(_written(tmp_path, table), 8)


def test_a_folder_that_holds_something_is_refused_before_any_work(tmp_path):
    (tmp_path / "kept.txt").write_text("mine")
    with pytest.raises(InputError, match="never overwritten"):
        check_folder(tmp_path)
    check_folder(tmp_path / "new")


def test_no_id_of_a_customer_is_a_formula_in_a_spreadsheet(usual, tmp_path):
    made = usual[2]
    odd = ["=2+5", "+1", "-1", "@SUM(A1)", "plain-1"]
    ids = [*odd, *made.customers["customer"][len(odd) :]]
    write_forecast(replace(made, customers=made.customers.assign(customer=ids)), tmp_path / "out")
    written = pd.read_csv(tmp_path / "out" / "forecast.csv", dtype=str)["customer"]
    assert written[:5].tolist() == ["'=2+5", "'+1", "'-1", "'@SUM(A1)", "plain-1"]
    assert written[5:].tolist() == ids[5:]


def test_the_terminal_speaks_plainly_of_one_customer_and_of_many(usual):
    made = usual[2]
    said = " ".join(glance(made)) + str(score_rows(made.score))
    assert "150 customers" in said
    assert not re.search(r"CRPS|MAPE|MAE|RMSE|log score|law [AB]", said)
    alone = replace(made, customers=made.customers.head(1), currency="EUR")
    first, second, *_ = glance(alone)
    assert first.startswith("1 customer up to")
    assert "\N{EURO SIGN}" in second
