"""Histories have no ids: which row is whose is worked out from the log, and no other row goes.

Serves: L4.1c
"""

import hashlib

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from sim.calibration.calibrate import calibrate
from sim.calibration.forgetting.forget import forget
from sim.cli import main
from sim.common.paths import clients_folder
from sim.intake.forgotten import forgotten_since
from sim.intake.intake import take_in
from sim.market.market import load_market
from tests.quick import foretell_little


@pytest.fixture(scope="module", autouse=True)
def quick():
    """Whose row goes is tested here, not what is foretold."""
    with pytest.MonkeyPatch.context() as patch:
        foretell_little(patch.setattr)
        yield


def _log(folder, name, lines, seed=7):
    """Take a log of (customer, day) in, and return its table and path."""
    luck = np.random.default_rng(seed)
    who, days = zip(*lines, strict=True)
    when = pd.Timestamp("2022-01-01") + pd.to_timedelta(np.array(days), "D")
    table = pd.DataFrame({"customer": [f"P{k:02d}" for k in who], "date": when})
    table["amount"] = luck.lognormal(3, 0.5, len(table)).round(2)
    table.to_csv(folder / "export.csv", index=False)
    return table, take_in([folder / "export.csv"], name).log


def _gone(name, who):
    """Forget a customer, and return the numbers of the row that is gone."""
    path = clients_folder() / name / f"{name}.history.csv"
    before = path.read_text().splitlines()
    forget(who, name)
    after = path.read_text().splitlines()
    rows = [row for row in before if before.count(row) > after.count(row)]
    assert len(rows) == 1 and len(after) == len(before) - 1
    return [float(cell) for cell in rows[0].split(",")]


def test_the_row_in_a_panels_histories_is_that_of_its_window(clients, tmp_path):
    """Customers of long standing, of whom the last year counts; one of them did not buy in it."""
    luck = np.random.default_rng(7)
    lines = [(k, int(d)) for k in range(80) for d in luck.choice(600, luck.poisson(20) + 2, False)]
    table, log = _log(tmp_path, "panel", [one for one in lines if one[0] != 5 or one[1] < 200])
    made = calibrate(str(log), "panel", drop_out="assumed")
    assert made.window is not None and len(made.histories) == 79
    inside = table[(table["customer"] == "P03") & (table["date"] >= made.window.start)]
    row = _gone("panel", "P03")
    assert row[0] == len(inside)
    assert row[3] == pytest.approx(inside["amount"].mean(), abs=1e-4)
    path = clients_folder() / "panel" / "panel.history.csv"
    left = path.read_text()
    forget("P05", "panel")
    assert path.read_text() == left, "who is not in the histories takes nobody with them"
    data = load_market("panel").data
    assert (data.n_customers, data.histories) == (78, None)
    assert forgotten_since("panel", hashlib.sha256(path.read_bytes()).hexdigest()) == ()


def test_the_row_in_a_cohorts_histories_begins_with_the_first_purchase(clients, tmp_path):
    luck, lines = np.random.default_rng(3), []
    for k in range(99):
        first = int(luck.integers(0, 250))
        later = luck.choice(149, luck.poisson(4 * (k % 3)), False) + 1
        lines += [(k, first), *((k, first + int(d)) for d in later if first + d < 400)]
    table, log = _log(tmp_path, "cohort", lines)
    assert calibrate(str(log), "cohort").window is None
    for who in ("P04", "P03"):  # of those who bought once all with the same first day are alike
        own = table[table["customer"] == who].sort_values("date")
        weeks = (table["date"].max() - own["date"]).dt.days / 7
        again = own["amount"][1:].mean() if len(own) > 1 else 0.0
        expected = [len(own) - 1, weeks.iloc[0] - weeks.iloc[-1], weeks.iloc[0], again]
        assert _gone("cohort", who) == pytest.approx(expected, abs=1e-4)


def _raw(folder):
    """Write a log of 80 customers over a year, and return its table and path."""
    luck = np.random.default_rng(7)
    lines = [(k, int(d)) for k in range(80) for d in luck.choice(360, luck.poisson(6) + 1, False)]
    return _log(folder, "shop", lines)[0], folder / "export.csv"


def test_a_market_made_of_a_raw_log_can_forget_one_after_the_other(clients, tmp_path):
    _, raw = _raw(tmp_path)
    calibrate(str(raw), "shop")
    before = load_market("shop").data.n_customers
    assert forget("P03", "shop").market and forget("P04", "shop").market
    assert load_market("shop").data.n_customers == before - 2


def test_another_firms_log_with_the_same_id_by_chance_is_its_own(clients, tmp_path):
    table, _ = _raw(tmp_path)
    forget("P03", "shop")
    others = table.assign(customer=("B" + table["customer"]).replace("BP03", "P03"))
    others.to_csv(tmp_path / "others.csv", index=False)
    ahead = ["forecast", "--transactions", str(tmp_path / "others.csv"), "--horizon-weeks", "4"]
    done = CliRunner().invoke(main.app, [*ahead, "--out", str(tmp_path / "ahead")])
    assert done.exit_code == 0, done.output
    named = CliRunner().invoke(main.app, [*ahead, "--out", str(clients / "shop" / "others")])
    assert named.exit_code == 2 and "1 of those who asked" in named.output
    (clients / "shop" / "forgotten.json").write_text(
        "{"
    )  # a spoiled record is its own client's matter
    done = CliRunner().invoke(main.app, [*ahead, "--out", str(tmp_path / "again")])
    assert done.exit_code == 0, done.output
    named = CliRunner().invoke(main.app, [*ahead, "--out", str(clients / "shop" / "others")])
    assert named.exit_code == 2 and "forgotten.json" in named.output
