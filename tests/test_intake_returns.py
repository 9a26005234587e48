"""What share of spend is sent back is measured where an export shows returns, and assumed where not."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom, norm
from typer.testing import CliRunner

from sim.calibration.calibrate import calibrate
from sim.calibration.forgetting.forget import forget
from sim.calibration.measured import measured_beside
from sim.calibration.measured_returns import measured_returns, too_few_returns, too_many_returns
from sim.cli import main
from sim.intake.intake import take_in
from sim.intake.keys import key_path, pseudonym
from sim.market.market import load_market
from tests.quick import foresee_little

#: Chance that a figure misses its tolerance though all is right: 1 in 10 000, both sides.
_CHANCE = 1e-4
#: Numbers of a market are written in six digits.
_ROUNDED = 1e-5
RATE = 0.12
WHO = "card-017"


def _lines(luck, customers=150, days=600, rate=RATE):
    """Lines of a shop of whose sales a share comes back within three weeks: customer, day, amount."""
    n = luck.negative_binomial(1, 0.06, customers) + 2
    who = np.repeat([f"card-{one:03d}" for one in range(customers)], n)
    day = luck.integers(0, days, len(who))
    paid = luck.lognormal(3, 0.5, len(who)).round(2)
    sold = pd.DataFrame({"customer": who, "day": day, "amount": paid})
    back = sold[luck.random(len(sold)) < rate]
    later = back["day"] + luck.integers(1, 21, len(back))
    back = back.assign(day=later, amount=-back["amount"])[later < days]
    return pd.concat([sold, back], ignore_index=True)


def _written(folder, table, name="sales.csv"):
    """Write lines as an export, and return its path."""
    day = pd.Timestamp("2023-01-01") + pd.to_timedelta(table["day"], "D")
    table = table.assign(day=day.dt.strftime("%Y-%m-%d")).rename(columns={"day": "date"})
    table.to_csv(folder / name, index=False)
    return folder / name


def _share(table, last):
    """Return what came back over what was sold, in the 364 days up to one."""
    amount = table.loc[table["day"].between(last - 363, last), "amount"]
    return -amount[amount < 0].sum() / amount[amount > 0].sum()


def _last(table):
    return table.loc[table["amount"] > 0, "day"].max()


def test_the_interval_of_the_rate_holds_the_true_one_as_often_as_it_says(tmp_path):
    """In 200 made-up shops; how often it holds is binomial, and misses by luck once in 10 000."""
    luck, shops = np.random.default_rng(3), 200
    hits = 0
    for _ in range(shops):
        table = _lines(luck, customers=400)
        date = pd.Timestamp("2023-01-01") + pd.to_timedelta(table["day"], "D")
        table = table.assign(
            date=date, bought=table["amount"].clip(lower=0), returned=-table["amount"].clip(upper=0)
        )
        each = table.groupby(["customer", "date"], as_index=False)[["bought", "returned"]].sum()
        each.to_parquet(tmp_path / "returns.parquet")
        log = table[table["amount"] > 0]
        found = measured_returns(log, str(tmp_path / "log.parquet"))[0]["return_rate"]
        hits += abs(found["value"] - RATE) < norm.isf(0.025) * found["standard_error"]
    assert binom.cdf(hits, shops, 0.95) > _CHANCE / 2
    assert binom.sf(hits - 1, shops, 0.95) > _CHANCE / 2


@pytest.mark.parametrize("how", ["negative", "apart", "words", "cancelled"])
def test_returns_count_alike_however_an_export_writes_them(clients, tmp_path, how):
    table = _lines(np.random.default_rng(4))
    export, said = table.copy(), []
    if how == "apart":
        said = ["returns=apart"]
    if how in ("words", "cancelled"):
        export["status"] = np.where(export["amount"] < 0, "Retoure", "bezahlt")
        export["amount"] = export["amount"].abs()
    if how == "cancelled":
        export = pd.concat([export, export.iloc[:300].assign(status="storniert", amount=70.0)])
    made = take_in([_written(tmp_path, export)], "shop", said)
    number = measured_beside(str(made.log))[0]["return_rate"]
    assert number["value"] == pytest.approx(_share(table, _last(table)), rel=_ROUNDED)
    assert number["status"] == "estimated" and "95 % interval" in number["method"]
    assert number["source"].startswith("returns.parquet, 2023-")
    assert made.returned == (table["amount"] < 0).sum()


def test_a_calibration_tells_the_rate_and_writes_it_to_the_market(clients, tmp_path, monkeypatch):
    foresee_little(monkeypatch.setattr)
    path = _written(tmp_path, _lines(np.random.default_rng(5)))
    words = ["intake", str(path), "--name", "shop"]
    assert "lines of returns" in CliRunner().invoke(main.app, words).output
    log = clients / "shop" / "intake" / "log.parquet"
    done = CliRunner().invoke(main.app, ["calibrate", str(log), "--name", "shop"])
    assert done.exit_code == 0, done.output
    told = [line for line in done.output.splitlines() if "return_rate" in line]
    number = load_market("shop").values["return_rate"]
    assert "+-" in told[0] and number.status == "estimated"
    assert abs(number.value - RATE) < norm.isf(_CHANCE / 2) * number.standard_error


def test_an_export_without_returns_leaves_the_rate_assumed_and_says_so(clients, tmp_path):
    table = _lines(np.random.default_rng(6))
    take_in([_written(tmp_path, table)], "shop")
    path = _written(tmp_path, table[table["amount"] > 0])
    done = CliRunner().invoke(main.app, ["intake", str(path), "--name", "shop", "--force"])
    assert done.exit_code == 0 and "what is sent back stays assumed" in done.output, done.output
    log = clients / "shop" / "intake" / "log.parquet"  # of an earlier intake nothing is left
    assert measured_beside(str(log)) == ({}, [])
    calibrate(str(log), "shop")
    assert load_market("shop").values["return_rate"].status == "assumed"


def test_returns_that_say_too_little_or_too_much_measure_nothing_and_say_so(clients, tmp_path):
    table = _lines(np.random.default_rng(7))
    back = table["amount"] < 0
    few = table["customer"].isin(table.loc[back, "customer"].unique()[:20])
    path = _written(tmp_path, table[~back | few])
    assert measured_beside(str(take_in([path], "shop").log)) == ({}, [too_few_returns()])
    table.loc[back, "amount"] *= 20.0
    made = take_in([_written(tmp_path, table)], "shop", force=True)
    assert measured_beside(str(made.log)) == ({}, [too_many_returns(0.9)])


def test_a_market_up_to_a_day_takes_no_return_after_it(clients, tmp_path):
    table = _lines(np.random.default_rng(8))
    made = take_in([_written(tmp_path, table)], "shop")
    day = pd.Timestamp("2024-03-01")
    until = (day - pd.Timestamp("2023-01-01")).days
    bought = table.loc[(table["amount"] > 0) & (table["day"] <= until), "day"]
    found = measured_beside(str(made.log), until=f"{day:%Y-%m-%d}")[0]["return_rate"]
    assert found["value"] == pytest.approx(_share(table, bought.max()), rel=_ROUNDED)
    assert found["value"] != pytest.approx(_share(table, _last(table)), rel=_ROUNDED)


def test_whoever_is_forgotten_sent_nothing_back(clients, tmp_path):
    path = _written(tmp_path, _lines(np.random.default_rng(9)))
    made = take_in([path], "shop")
    theirs = pseudonym(key_path("shop").read_bytes(), WHO)
    returns = made.log.with_name("returns.parquet")
    assert theirs in set(pd.read_parquet(returns)["customer"])
    forget(WHO, "shop")
    assert theirs not in set(pd.read_parquet(returns)["customer"])
    take_in([path], "shop")
    assert theirs not in set(pd.read_parquet(returns)["customer"])
