"""A strategy is named by its name, or by the path of its file: the same plan, wherever it lies."""

import json

import pytest
import yaml
from typer.testing import CliRunner

import sim
from sim.cli.main import app
from sim.common.errors import InputError
from sim.experiment.manifest import read_manifest
from sim.experiment.reproduce.inputs import inputs_changed
from sim.playbook.strategies import read_strategy
from sim.playbook.strategy_places import strategy_path
from tests.quick import make_quick

SMALL = ("--customers", "100", "--weeks", "4", "--futures", "2", "--jobs", "1")


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Where strategies lie is tested here, not what they cost."""
    make_quick(monkeypatch.setattr)


@pytest.fixture
def elsewhere(tmp_path):
    """A copy of a strategy of the playbook, in a folder with a blank in its name."""
    place = tmp_path / "my plans" / "win_back.yaml"
    place.parent.mkdir()
    place.write_text(strategy_path("win_back").read_text())
    return place


@pytest.fixture
def mine(tmp_path):
    """A plan of a name that no strategy has."""
    content = yaml.safe_load(strategy_path("win_back").read_text())
    place = tmp_path / "best_for_grocery.yaml"
    place.write_text(yaml.safe_dump({**content, "name": place.stem, "title": "Mine"}))
    return place


def _call(*arguments):
    return CliRunner().invoke(app, [*map(str, arguments)])


def _compare(out, *strategies):
    named = [word for one in strategies for word in ("--strategies", one)]
    return _call("compare", "--market", "grocery", *named, *SMALL, "--out", out)


def test_a_file_by_its_path_gives_the_same_runs_as_under_its_name(tmp_path, elsewhere):
    for out, strategy in (("named", "win_back"), ("by_path", elsewhere)):
        done = _compare(tmp_path / out, strategy)
        assert done.exit_code == 0, done.output
    named, by_path = (read_manifest(tmp_path / out) for out in ("named", "by_path"))
    assert named.runs == by_path.runs and len(named.runs) >= 4
    assert named.id == by_path.id


def test_a_plan_by_its_path_is_compared_continued_and_shown(tmp_path, mine):
    for _ in range(2):  # the same command goes on
        done = _compare(tmp_path / "out", mine, "balanced")
        assert done.exit_code == 0, done.output
    assert set(read_manifest(tmp_path / "out").chosen) == {"best_for_grocery", "balanced"}
    done = _call("plan", mine, "--market", "grocery", "--weeks", "4")
    assert done.exit_code == 0 and "Mine" in done.stdout
    assert sim.load_strategy(str(mine)).name == "best_for_grocery"


def test_what_was_compared_by_its_path_comes_out_again_until_the_file_is_edited(tmp_path, mine):
    assert _compare(tmp_path / "out", mine).exit_code == 0
    manifest = read_manifest(tmp_path / "out")
    assert inputs_changed(manifest) == []
    content = yaml.safe_load(mine.read_text())
    content["plays"][0]["start_week"] = 2
    mine.write_text(yaml.safe_dump(content))
    assert {one.file for one in inputs_changed(manifest)} == {str(mine)}
    mine.unlink()
    (gone,) = inputs_changed(manifest)
    assert (gone.file, gone.now) == (str(mine), None)


def test_a_run_says_by_which_path_it_is_made_again(tmp_path, elsewhere):
    size = ("--customers", "100", "--weeks", "4")
    done = _call(
        "run", "--market", "grocery", "--strategy", elsewhere, *size, "--out", tmp_path / "run"
    )
    assert done.exit_code == 0, done.output
    command = json.loads((tmp_path / "run" / "manifest.json").read_text())["command"]
    assert f"--strategy '{elsewhere}'" in command


def test_a_refused_name_says_where_files_may_lie(tmp_path):
    done = _call("plan", "best_for_grocery")
    assert done.exit_code == 2 and "named by its path" in done.stderr
    done = _compare(tmp_path / "out", tmp_path / "none.yaml")
    assert done.exit_code == 2 and "a file of a strategy that is there" in done.stderr
    assert not (tmp_path / "out").exists()
    for odd in ("\0.yaml", "x" * 5_000 + ".yaml", "~nobody/x.yaml", ".yaml", f"{tmp_path}/"):
        with pytest.raises(InputError):
            sim.load_strategy(odd)
    with pytest.raises(InputError, match="doing nothing"):
        nothing = tmp_path / "baseline.yaml"
        nothing.write_text(strategy_path("win_back").read_text().replace("win_back", "baseline"))
        read_strategy(str(nothing))
