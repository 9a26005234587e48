"""Logs that break naive code become a market or are refused with a word that says why.

Serves: L4.1b L1.2c
"""

import numpy as np
import pandas as pd
import pytest

from sim.calibration.calibrate import calibrate
from sim.calibration.transactions import read_log
from sim.common.errors import InputError
from sim.market.market import load_market
from sim.model.loyalty_model import LoyaltyModel
from sim.model.scenario import Scenario
from sim.playbook.strategy_files import load_strategy


def _shop(customers: int = 120, weeks: int = 60, seed: int = 1) -> pd.DataFrame:
    """Return the log of a shop whose customers buy every few weeks all the time."""
    luck = np.random.default_rng(seed)
    trips = 2 + luck.poisson(luck.gamma(2.0, 6.0, customers))
    who = np.repeat(np.arange(customers), trips)
    level = luck.gamma(4.0, 10.0, customers)
    day = pd.Timestamp("2023-01-02") + pd.to_timedelta(luck.integers(7 * weeks, size=who.size), "D")
    paid = np.round(level[who] * luck.gamma(3.0, 1 / 3, who.size), 2) + 0.01
    names = [f"c{i}" for i in who]
    log = pd.DataFrame({"customer": names, "date": day.strftime("%Y-%m-%d"), "amount": paid})
    return log.drop_duplicates(["customer", "date"], ignore_index=True)


def _write(folder, log: pd.DataFrame, name: str = "log.csv") -> str:
    log.to_csv(folder / name, index=False)
    return str(folder / name)


def _make(folder, log: pd.DataFrame, name: str = "log.csv"):
    return calibrate(_write(folder, log, name), "shop", drop_out="assumed", folder=folder)


@pytest.fixture(scope="module")
def usual(tmp_path_factory):
    return _make(tmp_path_factory.mktemp("usual"), _shop())


def _one_zero(log):
    return log.assign(amount=log["amount"].where(log.index % 3 > 0, 0.0))


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (lambda log: log.assign(customer="ann"), "customers"),
        (lambda log: log.assign(date="2024-01-05"), "two days"),
        (lambda log: log.assign(amount=9.99), "amounts that differ"),
        (lambda log: log.assign(amount=0.0), "some amounts above 0"),
        (lambda log: log.assign(amount=-log["amount"]), "an amount of 0 or more"),
        (lambda log: log.head(1), "customers"),
        (lambda log: log.head(0), "no rows"),
        (lambda log: log.assign(amount=1e300 * log["amount"]), "amount"),
    ],
    ids=["one customer", "one day", "equal", "zero", "negative", "one row", "none", "huge"],
)
def test_a_log_without_what_a_market_needs_is_refused_with_the_reason(tmp_path, change, word):
    with pytest.raises(InputError, match=word):
        _make(tmp_path, change(_shop()))
    assert not list(tmp_path.glob("shop*"))


def test_dates_out_of_order_make_the_same_market(usual, tmp_path):
    mixed = _make(tmp_path, _shop().sample(frac=1, random_state=1))
    assert mixed.market.values == usual.market.values
    pd.testing.assert_frame_equal(mixed.histories, usual.histories)


def test_every_row_twice_doubles_what_was_spent_and_leaves_how_often(usual, tmp_path):
    twice = _make(tmp_path, pd.concat([_shop(), _shop()])).histories
    assert twice["frequency"].tolist() == usual.histories["frequency"].tolist()
    spent = usual.histories["monetary_value"].sort_values().to_numpy()
    assert twice["monetary_value"].sort_values().to_numpy() == pytest.approx(2 * spent, abs=1e-3)


def test_occasions_that_cost_nothing_count_as_visits(usual, tmp_path):
    free = _make(tmp_path, _one_zero(_shop())).histories
    assert free["frequency"].tolist() == usual.histories["frequency"].tolist()
    assert free["monetary_value"].sum() < usual.histories["monetary_value"].sum()


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16", "cp1252"])
def test_a_log_that_is_not_utf_8_is_read_in_its_encoding(tmp_path, encoding):
    text = _shop().to_csv(index=False).replace("c0,", "Zoë,", 1)
    (tmp_path / "log.csv").write_bytes(text.encode(encoding))
    assert read_log(str(tmp_path / "log.csv")).n_customers == 121


@pytest.mark.parametrize(
    "customer", ["=cmd()", "@SUM(1+1)*cmd|' /C calc'!A0", "<script>alert(1)</script>", "{{ 7*7 }}"]
)
def test_an_id_with_markup_or_a_formula_is_one_customer_and_reaches_no_file(
    usual, tmp_path, customer
):
    log = _shop()
    made = _make(tmp_path, log.assign(customer=log["customer"].replace("c1", customer)))
    pd.testing.assert_frame_equal(made.histories, usual.histories)
    for path in made.written:
        assert customer not in path.read_text(encoding="utf-8")


def test_a_million_rows_are_read_and_counted_in_full(tmp_path):
    log = _shop(customers=400).head(4000)
    head, body = log.to_csv(index=False).split("\n", 1)
    (tmp_path / "log.csv").write_text(head + "\n" + 250 * body, encoding="utf-8")
    read = read_log(str(tmp_path / "log.csv"))
    assert read.n_lines == 250 * len(log) == 1_000_000
    assert read.n_customers == log["customer"].nunique()
    assert read.occasions["amount"].sum() == pytest.approx(250 * log["amount"].sum())


def test_a_market_made_from_an_odd_log_lives(checkout, tmp_path):
    source = _write(tmp_path, _one_zero(_shop()), "sales <b>&.csv")
    calibrate(source, "shop", drop_out="assumed")
    scenario = Scenario(load_market("shop"), load_strategy("balanced"), 200, 8)
    weekly = LoyaltyModel(scenario).run().weekly
    assert np.isfinite(weekly.drop(columns="segment").to_numpy(float)).all()
    assert weekly["trips"].sum() > 0


def test_columns_that_may_be_customers_are_not_named(tmp_path):
    path = tmp_path / "wide.csv"
    path.write_text(
        "date," + ",".join(f"Planted77{i}" for i in range(20)) + "\n2022-01-01" + ",1" * 20
    )
    with pytest.raises(InputError) as refused:
        read_log(str(path))
    assert "date" in str(refused.value) and "Planted" not in str(refused.value)


def test_truth_is_no_amount(tmp_path):
    days = pd.date_range("2022-01-01", periods=40)
    table = pd.DataFrame({"customer": range(40), "date": days, "amount": True})
    table.to_parquet(tmp_path / "log.parquet")
    with pytest.raises(InputError, match="a number"):
        read_log(str(tmp_path / "log.parquet"))


def test_a_column_that_pandas_stored_as_an_index_is_a_column(tmp_path):
    days = pd.date_range("2022-01-01", periods=40)
    ids = [f"c{i}" for i in range(40)]
    table = pd.DataFrame({"customer": ids, "date": days, "amount": 2.0})
    table.set_index("customer").to_parquet(tmp_path / "log.parquet")
    assert read_log(str(tmp_path / "log.parquet")).n_customers == 40
