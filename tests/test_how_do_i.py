"""The pages for strategists, consultants and engineers are true: what they say to type works.

Commands and code are read from the pages. Each command is one that the command line takes; the
strategist's comparison and the engineer's code run at the smallest size. The larger form runs all of all
pages in a copy of the checkout.
"""

import re
import shlex
import subprocess
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import typer
from typer.testing import CliRunner

from sim.cli import machine, machine_doubts, main
from sim.cockpit.serve import command
from sim.cockpit.view import Cockpit
from sim.levers import BY_NAME
from sim.playbook.pages import load_page
from sim.playbook.strategy_files import load_strategy
from tests.fresh import run_python
from tests.mutation import ROOT, copy_checkout
from tests.portfolios import make_client
from tests.quick import make_quick

LOYALTY = ".venv/bin/loyalty"
#: Serves until it is stopped: the test of the cockpit presses what the page says to press.
COCKPIT = "make cockpit"
NAMES = ("strategist", "consultant", "engineer")
PAGES = ROOT / "docs" / "how_do_i"
#: What makes a command small, by its name.
TINY = {
    "compare": "--customers 100 --weeks 8 --futures 2 --jobs 1",
    "optimise": "--customers 100 --weeks 8 --futures 10 --jobs 1",
}


def _blocks(page: str, language: str) -> list[str]:
    text = (PAGES / f"{page}.md").read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def _lines(page: str) -> list[str]:
    return [line for block in _blocks(page, "bash") for line in block.splitlines()]


def _asked(line: str) -> list[str]:
    """Return the words behind `loyalty`, with what makes the command small."""
    program, *words = shlex.split(line)
    assert program == LOYALTY, line
    return [*words, *TINY.get(words[0], "").split()]


def _write_export(path: Path, customers: int = 150, weeks: int = 60) -> None:
    """Write what a till may export: a line for each purchase, of customers who buy at various rates."""
    rng = np.random.default_rng(1)
    rates = rng.gamma(1.2, 0.25, customers)
    counts = 1 + rng.poisson(rates * weeks)
    who = np.repeat(np.arange(1, customers + 1), counts)
    day = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 7 * weeks, who.size), "D")
    table = pd.DataFrame(
        {
            "customer": [f"C{one}" for one in who],
            "date": day.strftime("%Y-%m-%d"),
            "amount": rng.lognormal(3, 0.5, who.size).round(2),
        }
    )
    table.sort_values("date").to_csv(path, index=False)


@pytest.mark.parametrize("page", NAMES)
def test_the_command_line_takes_what_a_page_says_to_type(page) -> None:
    known = typer.main.get_command(main.app).commands
    found = [_asked(line) for line in _lines(page) if line.startswith(LOYALTY)]
    assert len(found) >= 2
    for name, *words in found:
        for option in known[name].params:
            option.callback = None  # which looks whether a client or a folder is there
        known[name].make_context(name, list(words))


def test_each_command_that_answers_a_machine_is_named_in_the_help_and_described() -> None:
    known = typer.main.get_command(main.app).commands
    asked = {
        name
        for name, command in known.items()
        if any(machine.OPTION in option.opts for option in command.params)
    }
    epilog = str(main.app.info.epilog)
    (said,) = re.findall(r"each command; (.*?) answer a machine", epilog, re.DOTALL)
    assert set(re.findall(r"`(\w+)`", said)) == asked
    described = f"{machine.__doc__}{machine_doubts.__doc__}"
    for name in sorted(asked):
        assert re.search(rf"^ {{4}}{name} +\{{", described, re.MULTILINE), name


def test_a_wrong_option_on_a_page_would_be_noticed() -> None:
    known = typer.main.get_command(main.app).commands
    with pytest.raises(Exception, match="--markets"):
        known["compare"].make_context("compare", ["--markets", "grocery"])


def test_the_strategists_plan_and_comparison_are_found(tmp_path, monkeypatch) -> None:
    make_quick(monkeypatch.setattr)
    for line in _lines("strategist"):
        words = _asked(line.replace("data/results", str(tmp_path))) if LOYALTY in line else [""]
        if words[0] in ("plan", "compare") and "my_plan" not in words:
            done = CliRunner().invoke(main.app, words)
            assert done.exit_code == 0, f"{line}\n{done.output}"
    assert (tmp_path / "two_plans" / "manifest.json").exists()


def _controls(widget) -> dict:
    """Return the controls inside a widget by their labels."""
    found = {getattr(widget, "description", ""): widget}
    for one in getattr(widget, "children", ()):
        found |= _controls(one)
    return found


def test_what_the_strategist_is_told_to_press_in_the_cockpit_is_there_and_does_it(
    clients, monkeypatch
) -> None:
    make_quick(monkeypatch.setattr)
    name = make_client(clients, "shop")
    text = (PAGES / "strategist.md").read_text(encoding="utf-8")
    told = re.findall(r"\*\*([^*]+)\*\*", text.split(f"{COCKPIT}\n```")[1].split("\n## ")[0])
    cockpit = Cockpit(name, customers=100, weeks=8, stages=(2,))
    moved = {"Lever": "incentives", "Preset": list(load_page("incentives").presets)[1]}
    moved["Share of them"] = 0.5
    assert moved["Lever"] in BY_NAME
    for label in told:  # in the order of the page
        control = _controls(cockpit)[label]
        if label in moved:
            control.value = moved.pop(label)
            continue
        assert cockpit.session.background.wait(120)
        before = cockpit.gain.value
        assert "lw-gain" in before, before
        if label == "Compare in full":
            cockpit.full.size["customers"].value = 100
            cockpit.full.size["weeks"].value = 4
            cockpit.full.size["futures"].value = 2
        control.click()
        assert "lw-wrong" not in cockpit.said.value, cockpit.said.value
    assert moved == {} and cockpit.full.sent.wait(120)
    (plan,) = cockpit.session.pins
    (play,) = load_strategy(plan, name).plays
    assert (play.lever, play.reach) == ("incentives", 0.5)
    assert "loyalty report" in cockpit.full.told.value
    assert (clients / name / "results" / name / "summary.csv").exists()


def test_the_cockpit_is_opened_by_what_the_page_says_to_type() -> None:
    (line,) = (one for one in _lines("strategist") if one == COCKPIT)
    said = subprocess.run(
        [*shlex.split(line), "-n"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert re.search(r"python -m sim\.cockpit\.serve *$", said.stdout, re.MULTILINE)
    assert "voila" in command()


@pytest.mark.parametrize("number", range(3))
def test_the_code_for_engineers_runs(number, monkeypatch, capsys) -> None:
    make_quick(monkeypatch.setattr)
    exec(_blocks("engineer", "python")[number], {})
    assert capsys.readouterr().out.strip()


def test_no_code_for_engineers_is_left_out() -> None:
    assert len(_blocks("engineer", "python")) == 3


@pytest.mark.slow
@pytest.mark.parametrize("page", NAMES)
def test_all_that_a_page_says_to_type_works(page, tmp_path, monkeypatch) -> None:
    folder = copy_checkout(tmp_path / "copy")
    _write_export(folder / "export.csv")
    monkeypatch.setenv("LOYALTY_CLIENTS", str(folder / "clients"))
    for line in (one for one in _lines(page) if one != COCKPIT):
        if not line.startswith(LOYALTY):
            subprocess.run(["bash", "-c", line], cwd=folder, check=True)
            continue
        done = run_python(folder, "-m", "sim.cli.main", *_asked(line))
        assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
