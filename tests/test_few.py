"""No report, page or notebook shows a number of fewer than five customers, or a mean of so few.

Serves: L4.1c
"""

import re

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from sim.calibration.describe_log import Portrait
from sim.calibration.forecast.forecast import make_forecast
from sim.cli import main
from sim.common.few import FEWEST, shown
from sim.report.forecast.sections import About, forecast_content
from sim.report.purchase_log.sections import log_content
from sim.workbench.log import describe_log
from tests.quick import foresee_little, foretell_little


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    """A small log: cohorts of some months, and groups by frequency, have one to four customers."""
    luck = np.random.default_rng(11)
    n, first = luck.poisson(3, 90) + 1, luck.integers(0, 60, 90)
    first[:3], n[:3] = 300, 3  # three who came late
    n[3:5] = 30  # two who buy much
    day = [d for f, k in zip(first, n, strict=True) for d in np.sort(f + luck.choice(400 - f, k))]
    when = pd.Timestamp("2022-01-01") + pd.to_timedelta(day, "D")
    paid = luck.lognormal(3, 0.6, n.sum()).round(2)
    who = np.repeat([f"C{k}" for k in range(90)], n)
    path = tmp_path_factory.mktemp("few") / "log.csv"
    pd.DataFrame({"customer": who, "date": when.strftime("%Y-%m-%d"), "amount": paid}).to_csv(
        path, index=False
    )
    return str(path)


def _columns(section, name):
    return [table.frame[name] for table in section.tables if name in table.frame]


def _counts(section):
    return [
        int(cell.replace(",", "")) for column in _columns(section, "Customers") for cell in column
    ]


def test_small_groups_go_and_no_total_tells_what_they_hold():
    luck = np.random.default_rng(2)
    for _ in range(200):
        counts = luck.integers(0, 12, luck.integers(1, 9))
        seen = shown(counts)
        assert (counts[seen & (counts > 0)] >= FEWEST).all()
        hidden = counts[~seen].sum()
        assert hidden == 0 or hidden >= FEWEST or not seen[counts > 0].any()
    assert not shown([3, 50, 9])[2], "the smallest of the others goes along"


def test_a_forecast_shows_no_group_of_so_few(log, monkeypatch):
    foretell_little(monkeypatch.setattr)
    made = make_forecast(log, 8)
    assert (made.groups["customers"] < FEWEST).any(), "else the test shows nothing"
    content = forecast_content(made, About("log.csv", "EUR"))
    for name in ("again", "worth"):
        assert _counts(content[name]) and min(_counts(content[name])) >= FEWEST
        assert any("fewer than 5 customers" in text for text in content[name].sentences)


def test_a_described_log_shows_no_group_of_so_few(log, monkeypatch):
    foretell_little(monkeypatch.setattr)
    foresee_little(monkeypatch.setattr)
    made = describe_log(log, drop_out="assumed")
    for name in ("cohorts", "segments", "forecast"):
        section = getattr(made, name)
        assert min(_counts(section), default=FEWEST) >= FEWEST, name
    cohort = Portrait(made.log, made.market, made.histories, None)
    section = log_content(cohort)["cohorts"]
    months = _columns(section, "First purchase")[0].tolist()
    assert "2022-01" in months and "2022-10" not in months
    assert min(_counts(section)) >= FEWEST
    n = made.log.n_customers
    for cell in _columns(made.concentration, "Best customers")[0]:
        assert float(cell.rstrip("%")) / 100 * n >= FEWEST
    observed = _columns(made.frequency, "In the log")[0]
    assert min(float(re.sub("[^0-9.]", "", cell)) / 100 * n for cell in observed) > FEWEST - 1


def test_a_year_of_so_few_is_told_without_its_sales(clients, tmp_path):
    lines = [f"C{k},2023-0{1 + k % 9}-11,{10 + k}" for k in range(30)]
    lines += ["C1,2024-01-05,777.77", "C2,2024-01-06,1"]
    (tmp_path / "export.csv").write_text("customer,date,amount\n" + "\n".join(lines) + "\n")
    done = CliRunner().invoke(main.app, ["intake", str(tmp_path / "export.csv"), "--name", "shop"])
    assert done.exit_code == 0 and "fewer than 5" in done.output
    assert "778.77" not in done.output
