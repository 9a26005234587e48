"""A client's files live apart: a calibration touches nothing of the workbench.

Serves: C3.4
"""

import os
import shutil
import stat
from pathlib import Path

import pandas as pd
import pytest
from test_calibration_own_log import _write_log
from typer.testing import CliRunner

from sim.calibration import market_file
from sim.calibration.calibrate import calibrate
from sim.checks.check import check, fix
from sim.cli import main
from sim.common.errors import InputError, MachineError
from sim.common.paths import root
from sim.common.writing import write_text
from sim.experiment.compare import compare
from sim.experiment.results_folder import results_of
from sim.market.market import load_market
from sim.market.places import market_names
from sim.playbook.strategy_files import load_strategy
from sim.playbook.strategy_places import strategy_path
from tests.quick import foresee_little, make_quick, without_a_kernel


@pytest.fixture(scope="module", autouse=True)
def quick():
    """Where results lie and who may open them is tested here, not what they say."""
    with pytest.MonkeyPatch.context() as patch:
        make_quick(patch.setattr)
        foresee_little(patch.setattr)
        yield


def _small_log(path: Path, n: int = 150) -> str:
    """Write the log of a panel too small to tell whether rates move: files matter here, not laws."""
    return str(_write_log(path, "panel", n=n))


def test_a_client_goes_from_a_log_to_results_in_a_folder_of_its_own(clients, tmp_path):
    built_in = market_names()
    made = calibrate(_small_log(tmp_path / "sales.csv"), "shop")
    folder = clients / "shop"
    assert {path.parent for path in made.written} == {folder}
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in made.written)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert market_names() == built_in
    assert check() == []
    market = load_market("shop")
    assert market.history_path.is_relative_to(folder)
    (folder / "strategies").mkdir()
    text = strategy_path("balanced").read_text(encoding="utf-8")
    own = folder / "strategies" / "our_plan.yaml"
    own.write_text(text.replace("name: balanced", "name: our_plan"), encoding="utf-8")
    assert load_strategy("our_plan", "shop").name == "our_plan"
    with pytest.raises(InputError, match="our_plan"):
        load_strategy("our_plan")
    results = compare(market, ["our_plan"], 100, 4, 2, 1, jobs=1)
    assert results == results_of("shop") / "shop" == folder / "results" / "shop"


@pytest.mark.parametrize("name", ["grocery", "coffee_chain"])
def test_a_name_of_a_built_in_market_is_refused(clients, tmp_path, name):
    names = [path.stem for path in (root() / "playbook" / "cases").glob("*.yaml")]
    name = name if name == "grocery" else names[0]
    with pytest.raises(InputError, match="no built-in market has"):
        calibrate(_small_log(tmp_path / "sales.csv"), name)
    assert not clients.exists()


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    """Return the log from which the market of the client was made."""
    return _small_log(tmp_path_factory.mktemp("log") / "sales.csv")


@pytest.fixture(scope="module")
def calibrated(tmp_path_factory, log):
    """Return a folder with the market of a client, made by `CALIBRATE`."""
    folder = tmp_path_factory.mktemp("calibrated") / "shop"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LOYALTY_CLIENTS", str(folder.parent))
        assert _call("calibrate", log, *CALIBRATE).exit_code == 0
    return folder


@pytest.fixture
def shop(calibrated, clients):
    """Return the folder of a client with a market."""
    return shutil.copytree(calibrated, clients / "shop")


#: How the market of the client is made of its log.
CALIBRATE = ("--name", "shop", "--drop-out", "assumed")


def _call(*words: str):
    return CliRunner().invoke(main.app, list(words))


def _open_to_others(folder: Path) -> list[str]:
    """Return what lies in a folder and somebody else could open."""
    return [str(p) for p in (folder, *folder.rglob("*")) if stat.S_IMODE(p.stat().st_mode) & 0o077]


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX")
def test_all_that_is_written_for_a_client_is_its_owners_alone(clients, log, monkeypatch):
    without_a_kernel(monkeypatch.setattr)
    small = ("--customers", "100", "--weeks", "4", "--futures", "2", "--jobs", "1")
    one = ("compare", "--market", "shop", "--strategies", "balanced", *small)
    before = os.umask(0o022)
    try:
        assert _call("calibrate", log, *CALIBRATE).exit_code == 0
        done = _call(*one, "--report")
        assert done.exit_code == 0, done.output
        assert _open_to_others(clients) == []
        runs = sorted((clients / "shop" / "results" / "shop" / "runs").rglob("*.parquet"))
        runs[0].unlink()
        (clients / "shop" / "results" / "shop" / "summary.csv").chmod(0o644)
        assert _call(*one).exit_code == 0
    finally:
        os.umask(before)
    names = {path.name for path in clients.rglob("*") if path.is_file()}
    assert {"shop.history.csv", "summary.csv", "report.html", "report.ipynb", "figure.png"} <= names
    assert _open_to_others(clients) == []


def test_an_option_names_the_folder_of_the_clients_as_the_variable_does(shop, monkeypatch):
    monkeypatch.setenv("LOYALTY_CLIENTS", "")
    refused = _call("plan", "balanced", "--market", "shop", "--weeks", "4")
    assert refused.exit_code == 2
    done = _call("--clients", str(shop.parent), "plan", "balanced", "--market", "shop",
                 "--weeks", "4")  # fmt: skip
    assert done.exit_code == 0, done.output


def test_old_names_in_a_clients_market_are_told_and_converted(checkout, shop):
    path = shop / "shop.yaml"
    new = path.read_text(encoding="utf-8")
    path.write_text(new.replace("purchase_alpha:", "purchase_rate:"), encoding="utf-8")
    assert any("loyalty check --fix" in str(fault) for fault in check())
    assert fix() == ["clients/shop/shop.yaml"]
    assert path.read_text(encoding="utf-8") == new
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 or os.name != "posix"
    assert check() == []


def test_a_fault_in_a_clients_strategy_or_history_is_told_by_check(shop):
    (shop / "strategies").mkdir()
    (shop / "strategies" / "ours.yaml").write_text("name: theirs\n", encoding="utf-8")
    (shop / "shop.history.csv").unlink()
    told = "\n".join(map(str, check()))
    assert "ours.yaml" in told
    assert "shop.history.csv" in told


def test_a_log_that_is_refused_leaves_no_empty_client(clients, tmp_path):
    (tmp_path / "log.csv").write_text("customer,date,amount\nann,2024-01-05,10\n")
    with pytest.raises(InputError):
        calibrate(str(tmp_path / "log.csv"), "shop")
    assert not clients.exists()


def _never(*_arguments, **_options):
    raise AssertionError("worked before the target was tested")


@pytest.mark.parametrize(
    ("work", "words", "place"),
    [
        ("sim.experiment.compare.size_strategies", ("compare", "--market", "shop", "--report"),
         "shop/reports"),
        ("sim.experiment.compare.size_strategies", ("compare", "--market", "shop"),
         "shop/results"),
        ("sim.calibration.calibrate.read_log", ("calibrate", "LOG", "--name", "new"), "new"),
        ("sim.checks.validation.validate.in_any_order", ("validate", "--out", "OUT"), "out"),
        ("sim.experiment.run_once.size_strategies",
         ("run", "--market", "shop", "--strategy", "balanced", "--out", "OUT"), "out"),
    ],
)  # fmt: skip
def test_a_target_that_cannot_be_written_to_is_told_before_any_work(
    shop, monkeypatch, work, words, place
):
    monkeypatch.setattr(work, _never)
    (shop.parent / place).write_text("in the way", encoding="utf-8")
    log = shop.parent / "log.csv"
    log.write_text("customer,date,amount\n", encoding="utf-8")
    paths = {"OUT": str(shop.parent / "out" / "here"), "LOG": str(log)}
    done = _call(*(paths.get(word, word) for word in words))
    assert done.exit_code == 2, done.output
    assert str(shop.parent / place) in done.stderr
    assert (shop.parent / place).read_text(encoding="utf-8") == "in the way"


def test_effects_tell_a_page_that_cannot_be_written_before_any_run(checkout, monkeypatch):
    monkeypatch.setattr("sim.analysis.preset_effects.in_any_order", _never)
    monkeypatch.setattr("sim.common.writing.os.access", lambda *_: False)
    done = _call("effects", "--lever", "incentives")
    assert done.exit_code == 1, done.output
    assert "no permission to write" in done.stderr


def test_a_market_of_those_who_bought_of_late_is_checked_without_a_fault(clients, tmp_path):
    """Of a log over several years, a panel holds those who bought in the last."""
    table = pd.read_csv(_write_log(tmp_path / "log.csv", "panel", years=2))
    early = table.assign(customer="old" + table["customer"]).loc[table["date"] < "2021-06-01"]
    pd.concat([table, early]).to_csv(tmp_path / "log.csv", index=False)
    made = calibrate(str(tmp_path / "log.csv"), "shop", drop_out="assumed")
    assert len(made.histories) == made.market.data.histories < made.market.data.n_customers
    assert check() == []


def test_a_caution_goes_once_it_is_heeded(clients, log):
    made = calibrate(log, "shop", drop_out="assumed", currency="CNY", wage=60).market
    told = "wage_per_hour is assumed in dollars, not in CNY; correct it."  # by an earlier version
    data = made.data.model_copy(update={"cautions": [*made.data.cautions, told]})
    wage = load_market("music_shop").values["wage_per_hour"]
    market = made.model_copy(
        update={"data": data, "values": {**made.values, "wage_per_hour": wage}}
    )
    assert [text for text in market.cautions if "wage_per_hour" in text]
    wage = market.values["wage_per_hour"].model_copy(update={"source": "payroll"})
    heeded = market.model_copy(update={"values": {**market.values, "wage_per_hour": wage}})
    assert [text for text in heeded.cautions if "wage_per_hour" in text] == []
    assert len(heeded.cautions) == len(market.cautions) - 1


def test_a_calibration_stopped_between_its_files_gives_no_mixed_market(shop, tmp_path, monkeypatch):
    second = _small_log(tmp_path / "second.csv", n=120)

    def full(path, *_arguments, **_options):
        if path.suffix == ".yaml":
            raise MachineError(str(path), "writing", "the disk is full", "room", hint="Make room.")
        return write_text(path, *_arguments, **_options)

    monkeypatch.setattr(market_file, "write_text", full)
    again = ("calibrate", second, *CALIBRATE, "--force")
    assert _call(*again).exit_code == 1
    monkeypatch.undo()
    monkeypatch.setenv("LOYALTY_CLIENTS", str(shop.parent))
    refused = _call("plan", "balanced", "--market", "shop", "--weeks", "4")
    assert refused.exit_code == 2
    assert "another content" in refused.stderr and "loyalty calibrate" in refused.stderr
    assert _call(*again).exit_code == 0
    assert check() == []


def test_a_first_calibration_that_was_stopped_is_finished_by_the_same_command(shop, log):
    (shop / "shop.yaml").unlink()
    assert _call("calibrate", log, *CALIBRATE).exit_code == 0
    assert check() == []


@pytest.mark.parametrize("cell", ["Planted77", "O'Planted", 'Pla"nted'])
def test_no_cell_of_a_spoiled_history_is_quoted(shop, cell):
    path, market = shop / "shop.history.csv", shop / "shop.yaml"
    head, first, *rest = path.read_text(encoding="utf-8").splitlines()
    spoiled = "\n".join([head, cell + first[first.index(",") :], *rest])
    path.write_text(spoiled + "\n", encoding="utf-8")
    for text in (market.read_text(encoding="utf-8"), _without_digest(market)):
        market.write_text(text, encoding="utf-8")
        told = "\n".join(map(str, check()))
        assert "shop.history.csv" in told and "nted" not in told


def test_a_market_beside_a_spoiled_history_is_not_made_again_without_force(shop, log):
    with (shop / "shop.history.csv").open("a", encoding="utf-8") as file:
        file.write("Planted77\n")
    market = shop / "shop.yaml"
    market.write_text(_without_digest(market), encoding="utf-8")
    again = _call("calibrate", log, *CALIBRATE)
    assert again.exit_code == 2 and "by hand" in again.stderr, again.output
    assert "Planted" not in again.output


def _without_digest(market: Path) -> str:
    """The text of a market as it was made before it held a digest of its histories."""
    lines = market.read_text(encoding="utf-8").splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith("  history: "))
