"""The page on who buys again: what it says follows from the forecast, and a reader needs no textbook."""

import re

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from sim.calibration.calibrate import calibrate
from sim.calibration.forecast import forecast
from sim.calibration.forecast.forecast import make_forecast
from sim.calibration.forecast.groups import Worth
from sim.calibration.forecast.laws import fit_own
from sim.calibration.own_source import own_log
from sim.cli.main import app
from sim.common.errors import InputError
from sim.market.market import load_market
from sim.report.forecast.sections import About, forecast_content, in_one
from sim.report.rendering import render
from tests.customer_lives import START, live
from tests.quick import foretell_little

_END = "2023-07-16"


@pytest.fixture(scope="module", autouse=True)
def quick():
    """What the page says of a forecast is tested here, not the forecast."""
    with pytest.MonkeyPatch.context() as patch:
        foretell_little(patch.setattr)
        yield


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The forecast of a log that goes on, worth counted in sales."""
    source = tmp_path_factory.mktemp("page") / "log.csv"
    live(150, 50, seed=2).rename(columns={"day": "date"}).to_csv(source, index=False)
    return make_forecast(str(source), 20, _END)


def test_groups_hold_every_customer_once_and_add_up_to_the_forecast(made):
    groups = made.groups
    assert groups["customers"].sum() == len(made.customers)
    expected = (groups["customers"] * groups["expected"]).sum()
    assert expected == pytest.approx(made.weekly["expected"].sum(), rel=1e-3)
    came = (groups["customers"] * groups["came"]).sum()
    assert came == pytest.approx(made.score["purchases"])
    assert groups["again"].between(0, 1).all()
    assert (groups["worth_low"] <= groups["worth_high"]).all()


def test_a_worth_in_margin_is_that_in_sales_times_margin_and_discount(tmp_path, monkeypatch):
    fitted = []

    def fit_once(*asked):
        if not fitted:
            fitted.append(fit_own(*asked))
        return fitted[0]

    monkeypatch.setattr(forecast, "fit_own", fit_once)  # one log, counted in three ways
    source = tmp_path / "log.csv"
    live(60, 30, seed=3).rename(columns={"day": "date"}).to_csv(source, index=False)
    sales, kept, later = (
        make_forecast(str(source), 4, worth=worth).groups["worth"]
        for worth in (Worth(), Worth(0.0, 0.25), Worth(0.1, 1.0))
    )
    np.testing.assert_allclose(kept, 0.25 * sales, rtol=1e-9)
    # three years at ten per cent: between all at once and all at the end
    assert ((later < sales) & (later > sales / 1.1**3)).all()


def test_the_page_says_what_was_expected_and_came_without_a_textbooks_words(made):
    content = forecast_content(made, About("log.csv", "EUR"))
    assert list(content.sections) == ["answer", "weeks", "again", "worth", "scores"]
    assert f"{made.score['purchases']:,} came" in content.answer
    page = render(content)
    words = re.sub(r'src="[^"]*"', "", page)
    assert not re.search(r"CRPS|MAPE|MAE|RMSE|log score", words)
    (shown,) = content["weeks"].tables
    assert len(shown.frame) == 20


def test_a_log_that_ends_with_the_calibration_has_no_scores_and_no_column_of_what_came(tmp_path):
    source = tmp_path / "log.csv"
    live(60, 30, seed=3).rename(columns={"day": "date"}).to_csv(source, index=False)
    content = forecast_content(make_forecast(str(source), 30), About("log.csv", "EUR"))
    assert list(content.sections) == ["answer", "weeks", "again", "worth"]
    assert "Came" not in content["weeks"].tables[0].frame
    assert len(content["weeks"].tables[0].frame) == 8  # thirty weeks, by fours
    assert "are expected" in content["again"].heading


def test_in_a_notebook_all_stands_in_one_section(made):
    content = forecast_content(made, About("log.csv", "EUR"))
    one = in_one(content)
    assert len(one.tables) == 4
    assert len(one.pictures) == 1


def test_a_market_s_own_log_is_read_as_the_market_was_made(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    log = live(300, 40, seed=5, law=(1.5, 3.0, 1.0, 400.0)).rename(
        columns={"customer": "card", "day": "when"}
    )
    log.to_csv("sales.csv", index=False)
    end = START + pd.Timedelta(weeks=30)
    market = calibrate("sales.csv", "own_shop", f"{end:%Y-%m-%d}", customer="card", date="when",
                       drop_out="assumed", folder=tmp_path).market  # fmt: skip
    own = own_log(market)
    assert (own.source, own.customer, own.date) == ("sales.csv", "card", "when")
    assert own.until == f"{end:%Y-%m-%d}"
    (tmp_path / "sales.csv").unlink()
    with pytest.raises(InputError, match="the file that the market was made from"):
        own_log(market)


@pytest.mark.parametrize("name", ["hotel_group", "subscription"])
def test_a_market_without_a_log_is_refused(name):
    with pytest.raises(InputError, match="made from a purchase log"):
        own_log(load_market(name))


def test_a_command_names_a_log_or_a_market(tmp_path):
    done = CliRunner().invoke(
        app, ["forecast", "--horizon-weeks", "4", "--out", str(tmp_path / "x")]
    )
    assert done.exit_code == 2
