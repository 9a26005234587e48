"""What is said with `loyalty calibrate` is refused at once where it is wrong; words tell the market."""

import subprocess
import sys

import pytest
from test_calibration_own_log import _write_log
from typer.testing import CliRunner

from sim.calibration.calibrate import calibrate
from sim.calibration.in_words import in_words, known_in_words
from sim.cli import main
from sim.common.errors import InputError
from sim.market.hold_out import Foreseen, HoldOut
from sim.market.stated import state


@pytest.fixture
def clients(tmp_path, monkeypatch):
    monkeypatch.setenv("LOYALTY_CLIENTS", str(tmp_path / "clients"))


def test_all_faulty_options_are_told_at_once_before_anything_is_fitted(
    clients, tmp_path, monkeypatch
):
    """Three runs told of three faults, one after another."""
    monkeypatch.setattr("sim.calibration.calibrate.fit_laws", None)
    log = str(_write_log(tmp_path / "sales.csv", "panel", n=150))
    asked = ["--name", "Shop2", "--wage", "-3", "--customer", "nope", "--currency", "EURO"]
    done = CliRunner().invoke(main.app, ["calibrate", log, *asked])
    assert done.exit_code == 2
    for told in ("--name", "--wage", "--customer", "'nope'", "Did you mean 'EUR'", "'shop2'"):
        assert told in done.stderr


def test_a_name_that_is_taken_is_refused_before_anything_is_fitted(clients, tmp_path, monkeypatch):
    log = str(_write_log(tmp_path / "sales.csv", "panel", n=150))
    calibrate(log, "shop", drop_out="assumed", currency="USD")
    assert calibrate(log, "shop", drop_out="assumed", currency="USD").written == ()
    monkeypatch.setattr("sim.calibration.calibrate.fit_laws", None)
    with pytest.raises(InputError, match="--force"):
        calibrate(log, "shop", drop_out="assumed", currency="USD", trade="fashion")


@pytest.mark.parametrize("since", ["a line", "a value"])
def test_a_market_that_differs_by_now_is_refused_before_anything_is_fitted(
    clients, tmp_path, monkeypatch, since
):
    path = _write_log(tmp_path / "sales.csv", "panel", n=80)
    calibrate(str(path), "shop", drop_out="assumed", currency="USD", wage=20)
    if since == "a line":
        path.write_text(path.read_text("utf-8") + path.read_text("utf-8").splitlines()[-1] + "\n")
    else:
        state("shop", ["gross_margin=0.31,accounts"])
    monkeypatch.setattr("sim.calibration.calibrate.fit_laws", None)
    with pytest.raises(InputError, match="--force"):
        calibrate(str(path), "shop", drop_out="assumed", currency="USD", wage=20)


def test_the_currency_that_a_log_states_is_not_taken_for_another(clients, tmp_path, monkeypatch):
    """Amounts in euros made a market in dollars, with the wage of dollars."""
    monkeypatch.setattr("sim.calibration.calibrate.fit_laws", None)
    log = tmp_path / "sales.csv"
    log.write_text("customer,date,amount (EUR)\na1,2024-01-13,9.50\nb2,2024-02-14,7.25\n")
    with pytest.raises(InputError, match="an hour of a service employee costs the firm, in EUR"):
        calibrate(str(log), "shop")
    with pytest.raises(InputError, match="amounts in USD, as --currency says"):
        calibrate(str(log), "shop", currency="USD")


def test_a_calibration_says_rate_spend_leaving_and_newcomers_in_words(clients, tmp_path):
    log = str(_write_log(tmp_path / "sales.csv", "panel", n=150))
    market = calibrate(log, "shop", drop_out="assumed", currency="USD").market
    held = HoldOut(
        figures={"total": {"x": Foreseen(came=1, expected=1, low=0, high=2)}}, newcomers=0.444
    )
    said = in_words(market.model_copy(update={"hold_out": held}))
    for words in (f"buys {52 * market.mean_trips:.3g} times a year", "leave in a year", "0.444",
                  f"{market['inflow_per_year']:g} ("):  # fmt: skip
        assert words in said
    assert "equal to the assumed attrition" not in market.values["inflow_per_year"].source


def test_how_often_known_customers_bought_stands_beside_the_rate_of_the_law(clients, tmp_path):
    """A panel's law has fewer purchases a year than the customers whom the books name, who all bought."""
    log = str(_write_log(tmp_path / "sales.csv", "panel", n=150))
    made = calibrate(log, "shop", drop_out="assumed", currency="USD")
    times = 52 * made.histories["frequency"].sum() / made.histories["T"].sum()
    assert times > 52 * made.market.mean_trips
    assert f"{len(made.histories)} customers bought since " in known_in_words(made)
    assert f", {times:.3g} times a year each" in known_in_words(made)


@pytest.mark.parametrize(
    ("typed", "meant"), [("grocer", "'grocery'"), ("b2b", "'b2b_supply'"), ("zzz", "")]
)
def test_a_trade_that_there_is_not_is_refused_in_plain_words_with_the_nearest(typed, meant):
    """ "Value error, 'grocer' is not one of ...", the words of a library, and no hint."""
    done = CliRunner().invoke(main.app, ["calibrate", "sales.csv", "--name", "a", "--trade", typed])
    assert done.exit_code == 2 and "Value error" not in done.stderr
    told = " ".join(done.stderr.split())
    assert f"'{typed}' is not one of 'grocery', 'fashion'" in told
    assert (f"Did you mean {meant}?" in told) if meant else ("Did you mean" not in told)


@pytest.mark.parametrize("name", ["salse.csv", "."])
def test_a_mistyped_log_is_told_before_the_libraries_of_a_calibration_are_loaded(tmp_path, name):
    (tmp_path / "sales.csv").touch()
    code = (
        "import sys\nfrom sim.cli import main\n"
        "try:\n    main.app(sys.argv[1:])\nexcept SystemExit as end:\n    assert end.code == 2\n"
        "print('loaded:', *[name for name in ('pandas', 'statsmodels') if name in sys.modules])"
    )
    arguments = ("calibrate", str(tmp_path / name), "--name", "shop")
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["loaded:"], done.stdout + done.stderr
    assert "sales.csv" in done.stderr if name == "salse.csv" else "regular file" in done.stderr
