"""A comparison with a search for a stated budget: one budget for all, and the search's own limits."""

import json

import pytest
from typer.testing import CliRunner

import sim
from sim.advice.search import optimise as searching
from sim.advice.search.read import BESIDE, read_answer
from sim.advice.search.read import read_manifest as read_search
from sim.cli.main import app
from sim.experiment.manifest import read_manifest
from sim.experiment.reproduce.inputs import inputs_changed
from sim.market.market import load_market
from sim.playbook.strategies import BASELINE
from sim.workbench import search as beside
from tests.quick import make_quick

SMALL = ("--customers", "100", "--weeks", "4", "--futures", "2", "--jobs", "1")
LEFT = ("cocreation", "segmentation")
AVOID = [word for name in sim.lever_names() if name not in LEFT for word in ("--avoid", name)]
BUDGET = 200_000.0


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """What is kept to is tested here, not what is found."""
    make_quick(monkeypatch.setattr)
    monkeypatch.setattr(searching, "refine", lambda *_: None)
    monkeypatch.setattr(searching, "strategy_names", lambda: [BASELINE, "community_led"])
    size = {"customers": 100, "weeks": 4, "futures": 10, "max_plays": 4}
    monkeypatch.setattr(beside, "SEARCH_SIZE", size)


def _call(out, *arguments):
    words = ["compare", "--market", "grocery", "--strategies", "balanced", *SMALL]
    return CliRunner().invoke(app, [*words, *arguments, "--out", str(out)])


def _at(out, budget, *more):
    return _call(out, "--search", "--budget", str(budget), "--max-plays", "2", *AVOID, *more)


def test_one_budget_holds_for_what_is_compared_and_what_is_sought(tmp_path):
    out = tmp_path / "out"
    done = _at(out, BUDGET, "--capacity", "brand=4", "--json")
    assert done.exit_code == 0, done.output
    made, market = read_manifest(out), load_market("grocery")
    budget = made.strategies["balanced"].sized.budget
    assert budget * market["firm_customers"] == pytest.approx(BUDGET, rel=1e-9)
    assert made.market["budget_share"] != market["budget_share"]
    assert read_answer(out / BESIDE)["budget"] == pytest.approx(BUDGET, rel=1e-9)
    assert json.loads(done.stdout)["search"]["budget"] == pytest.approx(BUDGET, rel=1e-9)
    asked = read_search(out / BESIDE)["asked"]
    assert (asked["max_plays"], asked["capacity"]) == (2, {"brand": 4.0})
    assert set(asked["avoid"]) == set(AVOID[1::2])
    # the command says so: the market's file is not another one than that which was compared
    assert f"--search --budget {BUDGET:g} --max-plays 2" in made.command
    assert inputs_changed(made) == []

    before = {path: path.read_bytes() for path in out.rglob("*.json")}
    assert _at(out, BUDGET, "--capacity", "brand=4").exit_code == 0  # the same command goes on
    assert {path: path.read_bytes() for path in out.rglob("*.json")} == before
    other = _at(out, 2 * BUDGET, "--capacity", "brand=4")
    assert other.exit_code == 2 and "never overwritten" in other.stderr
    assert {path: path.read_bytes() for path in out.rglob("*.json")} == before


@pytest.mark.parametrize(
    "given",
    [
        ("--budget", "1000"),
        ("--max-plays", "4"),
        ("--avoid", "pricing"),
        ("--include", "pricing:open_prices"),
        ("--capacity", "brand=4"),
    ],
)
def test_what_a_search_keeps_to_is_refused_where_none_is_asked_for(tmp_path, given):
    done = _call(tmp_path / "out", *given)
    assert done.exit_code == 2 and given[0] in done.stderr and "--search" in done.stderr
    assert not (tmp_path / "out").exists()


def test_what_the_search_would_refuse_is_refused_before_anything_is_compared(tmp_path):
    out = tmp_path / "out"
    for given in (
        ("--budget", "0"),
        ("--budget", "10", "--include", "incentives:points_programme"),
        ("--avoid", "pricin"),
        ("--capacity", "brand=4", "--capacity", "brand=8"),
    ):
        done = _call(out, "--search", *given)
        assert done.exit_code == 2, done.output
        assert not out.exists()


def test_without_limits_the_market_is_compared_as_its_file_says():
    usual = beside.market_beside("grocery", beside.Kept(), 4, 1, 1)
    assert usual == load_market("grocery")
    assert beside.Kept().words == [] and beside.Kept(max_plays=3).words == ["--max-plays 3"]
