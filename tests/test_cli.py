"""The command line teaches, starts at once, and answers mistakes with a message."""

import errno
import json
import os
import signal
import time
import warnings
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sim.cli import machine, main
from sim.common.errors import InputError
from tests.quick import make_quick
from tests.started import Started


@pytest.fixture(scope="module", autouse=True)
def quick():
    """What the command line says is tested here, not what is found."""
    with pytest.MonkeyPatch.context() as patch:
        make_quick(patch.setattr)
        yield


def _call(*arguments: str):
    return CliRunner().invoke(main.app, list(arguments))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("comparre",), ["comparre", "compare"]),
        (("report", "--oot", "x"), ["--oot", "--out"]),
        (("run", "--market", "grocery"), ["--strategy"]),
        (("compare", "--market", "grocery", "--customers", "99"), ["--customers", "100"]),
        (("compare", "--market", "grocery", "--customers", "10000001"), ["--customers"]),
        (("compare", "--market", "grocery", "--weeks", "3"), ["--weeks", "4"]),
        (("compare", "--market", "grocery", "--futures", "1"), ["--futures", "2"]),
        (
            ("compare", "--market", "grocery", "--futures", "9", "--minutes", "5"),
            ["--futures", "9", "--minutes alone"],
        ),
        (("compare", "--market", "grocery", "--seed", "-1"), ["--seed", "0"]),
        (("compare", "--market", "grocery", "--jobs", "-1"), ["--jobs", "0"]),
        (("compare", "--market", "grocery", "--weeks", "many"), ["--weeks", "whole number from 4"]),
        (("calibrate", "x.csv", "--name", "x", "--drop-out", "guess"), ["--drop-out", "measured"]),
    ],
)
def test_a_wrong_option_ends_with_code_2_and_names_what_would_be_right(arguments, words):
    done = _call(*arguments)
    assert done.exit_code == 2
    for word in words:
        assert word in done.stderr
    assert "Traceback" not in done.output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("compare", "--market", "grocerie"), ["--market", "'grocerie'", "'grocery'"]),
        (
            ("compare", "--market", "grocery", "--strategies", "balancd"),
            ["'balancd'", "'balanced'"],
        ),
        (("report", "/no/such/folder"), ["/no/such/folder"]),
    ],
)
def test_a_wrong_name_ends_with_code_2_and_the_nearest_name(arguments, words):
    done = _call(*arguments)
    assert done.exit_code == 2, done.output
    for word in words:
        assert word in done.stderr


def _failing(error: BaseException):
    def call(*_, **__):
        raise error

    return call


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (InputError("file", "field", 3, "4"), 2, "file: field: found 3, expected 4."),
        (KeyboardInterrupt(), 130, "The same command continues it."),
        (OSError(errno.ENOSPC, "No space left on device", "x.parquet"), 1, "The disk is full"),
        (PermissionError(errno.EACCES, "Permission denied", "x"), 1, "Permission denied (x)"),
        (MemoryError(), 1, "Not enough memory"),
    ],
)
def test_what_goes_wrong_in_the_middle_ends_in_one_message(monkeypatch, error, code, words):
    monkeypatch.setattr("sim.experiment.compare.compare", _failing(error))
    done = _call("compare", "--market", "grocery")
    assert done.exit_code == code
    assert words in done.stderr
    assert "Traceback" not in done.output


def test_a_bug_is_not_hidden_behind_a_friendly_message(monkeypatch):
    monkeypatch.setattr("sim.experiment.compare.compare", _failing(ValueError("a bug")))
    assert isinstance(_call("compare", "--market", "grocery").exception, ValueError)


@pytest.fixture
def no_table(monkeypatch):
    """Have `compare` print no answer: nothing was run."""
    monkeypatch.setattr("sim.report.comparison.searched.on_terminal", lambda _folder, said: [said])
    monkeypatch.setattr("sim.analysis.judged.judged_comparison", lambda folder, *_: folder)
    monkeypatch.setattr("sim.report.comparison.size.is_a_look", lambda _folder: False)
    monkeypatch.setattr("sim.report.comparison.glance.at_a_glance", lambda _folder: ("", [("",)]))


def test_ctrl_c_within_a_compiled_library_ends_as_any_other(monkeypatch):
    def stopped(*_, **__):
        raise SystemError("returned a result with an exception set") from KeyboardInterrupt()

    monkeypatch.setattr("sim.experiment.compare.compare", stopped)
    result = _call("compare", "--market", "grocery")
    assert result.exit_code == 130 and "Traceback" not in result.output


@pytest.mark.usefixtures("no_table")
def test_strategies_come_by_commas_or_repeated_and_all_when_none_is_named(monkeypatch):
    given, compare = [], "sim.experiment.compare.compare"
    monkeypatch.setattr(compare, lambda market, names, **_: given.append(names) or Path(market))
    _call("compare", "--market", "grocery", "--strategies", "balanced, service_first")
    _call(
        "compare", "--market", "grocery", *("--strategies", "win_back", "--strategies", "balanced")
    )
    _call("compare", "--market", "grocery")
    from sim.playbook.strategy_places import strategy_names

    assert given == [["balanced", "service_first"], ["win_back", "balanced"], strategy_names()]


@pytest.mark.usefixtures("no_table")
def test_the_command_line_accepts_just_what_a_comparison_accepts(monkeypatch):
    from sim.experiment.compare import BOUNDS

    monkeypatch.setattr("sim.experiment.compare.compare", lambda *_, **__: Path("grocery"))
    for name, (low, high) in BOUNDS.items():
        codes = [
            _call("compare", "--market", "grocery", f"--{name}", str(value)).exit_code
            for value in (low - 1, low, high, high + 1)
        ]
        assert codes == [2, 0, 0, 2], name


def test_check_prints_every_fault_and_ends_with_code_2(monkeypatch):
    faults = [InputError("a.yaml", "x", 1, "2"), InputError("b.yaml", "y", 3, "4")]
    monkeypatch.setattr("sim.checks.check.check", lambda: faults)
    done = _call("check")
    assert done.exit_code == 2
    assert "a.yaml: x" in done.stderr
    assert "b.yaml: y" in done.stderr
    assert "2 faults" in done.stderr


SMALL = "--strategies balanced --customers 200 --weeks 4 --futures 2 --jobs 1".split()


def _nasty(monkeypatch):
    """Give the strategy titles that a terminal could take for orders of its own."""
    from sim.playbook import strategy_files

    real, title = strategy_files.read_strategy, "[/off] [red]<b>&[link=x]"
    monkeypatch.setattr(
        strategy_files,
        "read_strategy",
        lambda name, market: real(name, market).model_copy(update={"title": title}),
    )


def test_a_title_is_never_taken_for_markup_and_a_machine_gets_one_json_object(
    monkeypatch, tmp_path
):
    _nasty(monkeypatch)
    command = ("compare", "--market", "grocery", *SMALL, "--out", str(tmp_path / "new"))
    shown = _call(*command)
    assert shown.exit_code == 0, shown.output
    assert "[/off]" in "".join(shown.stdout.split())
    told = json.loads(_call(*command, "--json").stdout)
    assert told["folder"] == str(tmp_path / "new")
    assert told["verdict"] in ("winner", "no_clear_winner", "do_nothing", "undecided")
    assert told["ci_low"] <= told["gain"] <= told["ci_high"]
    assert 0 <= told["probability_low"] <= told["probability"] <= told["probability_high"] <= 1
    assert {"id", "market", "currency", "strategy", "runner_up"} <= told.keys()


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        (("compare", "--market", "grocerie"), "market"),
        (("compare", "--market", "grocery", "--customers", "many"), "--customers"),
        (("compare", "--market", "grocery", "--bogus"), "options"),
        (("validate", "--facts", "S99"), "facts"),
    ],
)
def test_faults_come_as_json_with_the_same_exit_code(arguments, field):
    done = _call(*arguments, "--json")
    assert done.exit_code == 2, done.output
    (fault,) = json.loads(done.stdout)["faults"]
    assert fault.keys() == {"where", "field", "found", "expected", "nearest", "hint"}
    assert fault["field"] == field


def test_check_tells_a_machine_every_fault(monkeypatch):
    faults = [InputError("a.yaml", "x", 1, "2"), InputError("b.yaml", "y", "z", "4", "zz", "Do.")]
    monkeypatch.setattr("sim.checks.check.check", lambda: faults)
    done = _call("check", "--json")
    assert done.exit_code == 2
    told = json.loads(done.stdout)
    assert [fault["where"] for fault in told["faults"]] == ["a.yaml", "b.yaml"]
    assert told["faults"][1]["hint"] == "Do."
    assert told["renewed"] == told["notes"] == []


def test_validate_tells_a_machine_each_fact(tmp_path, capsys):
    import pandas as pd

    row = dict.fromkeys(("id", "fact", "statistic", "verdict", "reason", "note"), "x")
    numbers = {"value": float("nan"), "low": 1.0, "high": 2.0, "band_low": 0.5, "band_high": 3.0}
    machine.tell(machine.of_facts(tmp_path, "grocery", pd.DataFrame([row | numbers])))
    told = json.loads(capsys.readouterr().out)
    assert told["facts"][0]["value"] is None
    assert (told["facts"][0]["low"], told["facts"][0]["band_high"]) == (1.0, 3.0)


def test_help_says_what_the_exit_codes_mean():
    told = _call("--help").stdout
    assert all(f"  {code} " in told for code in (0, 1, 2, 130))


def test_check_finds_nothing_wrong_in_this_checkout():
    done = _call("check")
    assert done.exit_code == 0, done.output


def _run_small(out):
    options = ("--customers", "200", "--weeks", "8", "--out", str(out))
    return _call("run", "--market", "grocery", "--strategy", "balanced", *options)


def test_run_writes_both_scenarios_says_what_made_them_and_never_overwrites(tmp_path):
    import pandas as pd

    folder = tmp_path / "new" / "run"
    done = _run_small(folder)
    assert done.exit_code == 0, done.output
    assert "difference" in done.stdout
    weekly = pd.read_parquet(folder / "weekly.parquet")
    assert set(weekly["scenario"]) == {"baseline", "balanced"}
    assert weekly.groupby("scenario")["week"].nunique().tolist() == [8, 8]
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["n_customers"], manifest["weeks"], manifest["seed"]) == (200, 8, 1)
    assert list(manifest["sized"]) == ["baseline", "balanced"]
    before = (folder / "weekly.parquet").read_bytes()
    again = _run_small(folder)
    assert again.exit_code == 2
    assert "never overwritten" in again.stderr
    assert (folder / "weekly.parquet").read_bytes() == before


@pytest.mark.skipif(os.name != "posix", reason="signals are sent the POSIX way")
def test_ctrl_c_ends_with_code_130_and_one_line(tmp_path):
    command = "run --market grocery --strategy service_first --customers 5000 --weeks 104 --out"
    process = Started([*command.split(), str(tmp_path / "x")], tmp_path / "errors")
    limit = time.monotonic() + 60
    # the first of ten lines of progress: it is at work
    while not (process.errors.exists() and "weeks" in process.errors.read_text(encoding="utf-8")):
        assert process.runs() and time.monotonic() < limit
        time.sleep(0.01)
    process.send(signal.SIGINT)
    code, error = process.end(60)
    assert code == 130, error
    assert error.strip().splitlines()[-1] == "Stopped."
    assert "Traceback" not in error


def test_a_command_says_nothing_of_a_worker_that_was_replaced(monkeypatch):
    monkeypatch.setattr("sys.argv", ["loyalty", "--help"])
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        with pytest.raises(SystemExit):
            main.main()
        for message in ("A worker stopped while some jobs were given to the executor.", "Another"):
            warnings.warn(message, UserWarning, stacklevel=1)
    assert [str(one.message) for one in said] == ["Another"]
