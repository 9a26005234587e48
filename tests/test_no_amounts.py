"""A log without amounts becomes a market of measured frequency, whose money rests on what the firm says.

Serves: L4.1a
"""

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from sim.calibration.forgetting.forget import forget
from sim.cli import main
from sim.common.errors import InputError
from sim.common.paths import clients_folder
from sim.intake.intake import take_in
from sim.market.market import load_market
from sim.world.week_zero import read_history
from tests.quick import foresee_little, foretell_little, make_quick, without_a_kernel


def _visits(folder, customers=150):
    luck = np.random.default_rng(5)
    n = luck.negative_binomial(1, 0.12, customers) + 1
    day = pd.Timestamp("2023-01-01") + pd.to_timedelta(luck.integers(0, 360, n.sum()), "D")
    who = [f"card-{one:03d}" for one in np.repeat(np.arange(customers), n)]
    path = folder / "visits.csv"
    pd.DataFrame({"card number": who, "date": day.strftime("%Y-%m-%d")}).to_csv(path, index=False)
    return path


def _run(*words):
    done = CliRunner().invoke(main.app, [str(word) for word in words])
    return done.exit_code, done.output


def test_spend_and_its_currency_are_asked_for_by_the_option_that_says_them(clients, tmp_path):
    path = _visits(tmp_path)
    code, told = _run("intake", path, "--name", "shop")
    assert code == 2 and "--set spend=AMOUNT --set currency=CODE" in told
    code, told = _run("intake", path, "--name", "shop", "--set", "spend=24.5")
    assert code == 2 and "--set currency=CODE" in told and not (clients / "shop").exists()
    code, told = _run("calibrate", path, "--name", "shop")
    assert code == 2 and "loyalty intake" in told
    priced = tmp_path / "priced.csv"
    pd.read_csv(path).assign(amount=12.5).to_csv(priced, index=False)
    with pytest.raises(InputError, match="a file without amounts"):
        take_in([priced], "shop", ["spend=24.5", "currency=EUR"])
    assert take_in([priced], "shop", ["spend=24.5", "currency=EUR", "amount=-"]).currency == "EUR"


def test_several_lines_of_a_day_are_one_purchase_and_a_return_takes_one_away(clients, tmp_path):
    path = tmp_path / "lines.csv"
    lines = "a,2024-01-01,sale\na,2024-01-01,sale\na,2024-02-01,sale\na,2024-02-03,return\n"
    lines += "b,2024-01-05,sale\n"
    path.write_text("customer,date,status\n" + lines)
    made = take_in([path], "shop", ["spend=10", "currency=EUR"])
    log = pd.read_parquet(made.log)
    assert len(log) == 2 and set(log["stated_amount"]) == {10.0} and "amount" not in log


def test_the_chain_from_visits_to_a_report_says_where_money_rests_on_the_firms_word(
    clients, tmp_path, monkeypatch
):
    for quick in (make_quick, foresee_little, foretell_little, without_a_kernel):
        quick(monkeypatch.setattr)
    path = _visits(tmp_path)
    code, told = _run(
        "intake", path, "--name", "shop", "--set", "spend=24.5", "--set", "currency=EUR"
    )
    assert code == 0 and "24.50 EUR a purchase" in told, told
    log = clients_folder() / "shop" / "intake" / "log.parquet"
    code, told = _run("calibrate", log, "--name", "shop", "--currency", "EUR", "--wage", "25")
    assert code == 0 and "all money rests on the 24.50 EUR" in told, told
    market = load_market("shop")
    assert market.values["spend_mean"].status == "stated" and market["spend_mean"] == 24.5
    assert market.values["purchase_shape"].status == "estimated"
    for name in ("spend_spread_between", "spend_spread_within", "spend_rate_correlation"):
        assert market.values[name].status == "assumed"
    assert not read_history(market)["monetary_value"].any()
    (held,) = market.hold_out.figures.values()
    assert set(held) == {"active", "repeat", "frequency"}
    out = clients / "shop" / "forecast"
    code, told = _run("forecast", "--market", "shop", "--horizon-weeks", "4", "--out", out)
    assert code == 0, told
    ahead = pd.read_csv(out / "forecast.csv")
    assert len(ahead) == market.data.n_customers
    page = (out / "forecast.html").read_text("utf-8")
    assert "(shop)" in page and "log.parquet" not in page  # its name, as in its other documents
    small = [
        "--strategies",
        "balanced",
        "--customers",
        "100",
        "--weeks",
        "8",
        "--futures",
        "3",
        "--jobs",
        "1",
    ]
    code, told = _run("compare", "--market", "shop", *small, "--report")
    assert code == 0, told
    page = next((clients / "shop").rglob("report.html")).read_text(encoding="utf-8")
    assert "all money rests on the 24.50 EUR" in page
    code, told = _run("report", clients / "shop" / "results" / "shop", "--lang", "zh")
    assert code == 0, told
    forget("card-003", "shop")
    assert load_market("shop").data.n_customers == market.data.n_customers - 1
