"""A firm's own trial moves its own parameters and no other market's, and is named in its report.

Serves: C3.4
"""

import csv
import shutil
import stat

import pytest
from test_calibration_own_log import _write_log
from typer.testing import CliRunner

from sim.analysis.load_comparison import load_comparison
from sim.calibration.calibrate import calibrate
from sim.checks.check import check, fix
from sim.cli import main
from sim.common.errors import InputError
from sim.common.paths import root
from sim.evidence.own import as_measured, parameters_for
from sim.evidence.parameters import load_parameters
from sim.experiment.compare import compare
from sim.experiment.fingerprint import describe, identify
from sim.market.market import load_market
from sim.model.scenario import Scenario
from sim.playbook.strategy_files import load_strategy
from sim.report.comparison.provenance import made_table, studies, unknowns
from tests.quick import make_quick

TRIAL = {
    "id": "F01", "lever": "incentives", "finding": "Of 4,000 vouchers sent out, 55 % were redeemed",
    "effect_measure": "share redeemed", "value": "0.55", "low": "0.52", "high": "0.58",
    "context": "our own shop, spring 2024", "authors": "the firm", "year": "2024",
    "title": "Voucher trial", "journal": "internal", "bib_key": "own", "grade": "A",
    "verified": "yes", "caveat": "One season", "direction": "none", "role": "input",
    "range_basis": "source", "informs": "incentives.redemption", "conversion": "same",
    "discount": "1",
}  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def quick():
    """Which evidence is used is tested here, not what a comparison finds."""
    with pytest.MonkeyPatch.context() as patch:
        make_quick(patch.setattr)
        yield


@pytest.fixture(scope="module")
def calibrated(tmp_path_factory):
    """Return a folder with the market of a client."""
    folder = tmp_path_factory.mktemp("calibrated")
    calibrate(str(_write_log(folder / "sales.csv", "panel", n=150)), "shop", folder=folder / "shop")
    return folder / "shop"


@pytest.fixture
def shop(calibrated, tmp_path, monkeypatch):
    """Return the folder of a client with a market."""
    monkeypatch.setenv("LOYALTY_CLIENTS", str(tmp_path / "clients"))
    return shutil.copytree(calibrated, tmp_path / "clients" / "shop")


def _write(folder, *rows):
    with (folder / "evidence.csv").open("w", encoding="utf-8", newline="") as file:
        lines = csv.DictWriter(file, TRIAL)
        lines.writeheader()
        lines.writerows(rows)


def _call(*words):
    return CliRunner().invoke(main.app, list(words))


def _pool():
    done = _call("parameters", "--market", "shop")
    assert done.exit_code == 0, done.output
    return done.output


def _identity():
    return identify(describe(load_market("shop"), [load_strategy("rewards_first")]))


def _data():
    files = (path for name in ("data", "playbook") for path in (root() / name).rglob("*"))
    return {path: path.stat().st_mtime_ns for path in files if path.is_file()}


def test_a_trial_moves_its_own_parameter_in_its_own_market_and_nothing_else(shop):
    before, untouched = load_parameters(), _data()
    alone = _identity()
    assert as_measured("shop") == before
    _write(shop, TRIAL)
    assert "1 of them with evidence of the firm's own; written anew" in _pool()
    assert "unchanged" in _pool()
    assert stat.S_IMODE((shop / "parameters.csv").stat().st_mode) == 0o600
    own = {(row.lever, row.parameter): row for row in as_measured("shop").rows}
    moved = [row for row in before.rows if own[row.lever, row.parameter] != row]
    assert [row.parameter for row in moved] == ["redemption"]
    row = own["incentives", "redemption"]
    assert (row.value, row.low, row.high) == (0.55, 0.52, 0.58)
    assert (row.status, row.evidence) == ("estimated", ["F01"])
    assert row in parameters_for("shop").rows, "what the firm found itself is direct"
    assert as_measured("grocery") is load_parameters() == before
    for name, value in (("shop", 0.55), ("grocery", 0.75)):
        scenario = Scenario(load_market(name), load_strategy("balanced"), 100, 4)
        assert scenario.parameters.values("incentives")["redemption"] == value
    assert _identity() != alone
    assert check() == []
    assert _data() == untouched


def test_a_trial_is_pooled_with_what_is_published(shop):
    published = next(row for row in load_parameters().rows if row.parameter == "half_life_weeks")
    trial = TRIAL | {
        "informs": "incentives.half_life_weeks",
        "value": "10",
        "low": "8",
        "high": "12",
    }
    _write(shop, trial)
    _pool()
    row = next(row for row in parameters_for("shop").rows if row.parameter == "half_life_weeks")
    assert 10 < row.value < published.value
    assert row.evidence == ["E31", "F01"]


def test_parameters_that_the_evidence_has_left_behind_are_refused_and_renewed(checkout, shop):
    market = load_market("shop")
    _write(shop, TRIAL)
    for found in ("no parameters of its own", "parameters of an earlier state"):
        with pytest.raises(InputError, match=found) as refused:
            Scenario(market, load_strategy("balanced"), 100, 4)
        assert "`loyalty parameters --market shop`" in str(refused.value)
        assert any(found in str(fault) for fault in check())
        assert fix() == ["clients/shop/parameters.csv"]
        assert check() == []
        _write(shop, TRIAL | {"value": "0.54"})


@pytest.fixture
def read(monkeypatch):
    """Let a check read what is written and leave generated tables alone, half of its time."""
    monkeypatch.setattr("sim.checks.check._check_generated", lambda: [])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"id": "E01"}, ["line 2", "id", "E01"]),
        ({"value": "much"}, ["line 2", "value", "much"]),
        ({"lever": "incentive"}, ["F01", "'incentive'", "'incentives'"]),
        ({"bib_key": "owned"}, ["F01", "bib_key", "'owned'"]),
        ({"informs": "incentives.redemtion"}, ["F01", "informs", "incentives.redemption"]),
        ({"conversion": "sane"}, ["F01", "'sane'", "'same'"]),
        ({"value": "7", "low": "7", "high": "7"}, ["F01", "conversion", "from 0 to 1"]),
    ],
)
def test_a_fault_in_a_firms_evidence_is_told_with_its_place(shop, read, change, words):
    _write(shop, TRIAL | change)
    _call("parameters", "--market", "shop")
    told = "\n".join(map(str, check()))
    for word in [str(shop), *words]:
        assert word in told
    assert "data/evidence.csv" not in told.replace(str(shop), "")


def test_a_finding_that_stands_there_twice_is_told(shop, read):
    _write(shop, TRIAL, TRIAL)
    assert any("each id once" in str(fault) for fault in check())


def test_a_market_without_evidence_of_its_own_has_no_parameters_of_its_own(shop):
    for name in ("shop", "grocery", "nobody"):
        done = _call("parameters", "--market", name)
        assert done.exit_code == 2
        assert "clients/NAME/evidence.csv" in done.stderr
    assert not (shop / "parameters.csv").exists()


def test_the_report_names_the_firms_own_evidence(shop):
    sizes = {"customers": 100, "weeks": 4, "futures": 2, "seed": 1, "jobs": 1}
    _write(shop, TRIAL)
    _pool()
    comparison = load_comparison(compare("shop", ["rewards_first"], **sizes))
    assert studies(comparison)[0].id == "F01"
    made = made_table(comparison).frame.to_string()
    assert "Evidence of the firm's own" in made
    assert "clients/shop/evidence.csv (F01)" in made
    told = " ".join(unknowns(comparison))
    assert "tried itself (F01)" in told
    assert "Nothing here was tried" not in told
    other = load_comparison(compare("shop", ["service_first"], **sizes))
    assert "Nothing here was tried" in " ".join(unknowns(other))
    assert "F01" not in made_table(other).frame.to_string()
