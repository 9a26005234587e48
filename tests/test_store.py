"""Comparisons of a market share what they have in common: a run is made once, and only if it is whole."""

import gc
import json
import shutil
import weakref
from dataclasses import replace
from pathlib import Path

import pytest

from sim.analysis.load_comparison import load_comparison
from sim.common.errors import InputError
from sim.common.results import MANIFEST
from sim.evidence.own import parameters_for
from sim.experiment import budget, results_folder, summary, workers
from sim.experiment import compare as experiment
from sim.experiment.manifest import Manifest, read_manifest
from sim.experiment.result_store import missing_runs, read_runs, run_files, run_place
from sim.experiment.run_id import run_id
from sim.market.market import load_market
from sim.model import rare_events
from sim.playbook.strategies import BASELINE
from sim.playbook.strategy_files import load_strategy
from tests.quick import make_quick
from tests.stored import write_sealed

SIZE = {"customers": 100, "weeks": 4, "seed": 3, "jobs": 1}
#: Futures, and so runs of each scenario, where second lives do not matter.
FEW = 2


@pytest.fixture(scope="module", autouse=True)
def quick():
    """Which runs are made is tested here, not what they find."""
    with pytest.MonkeyPatch.context() as patch:
        make_quick(patch.setattr)
        yield


@pytest.fixture
def results(tmp_path, monkeypatch):
    """Return the folder among whose folders comparisons lie."""
    for module in (results_folder, experiment):
        monkeypatch.setattr(module, "results_of", lambda _market: tmp_path / "results")
    return tmp_path / "results"


@pytest.fixture
def made(monkeypatch):
    """Return a list to which the name of the strategy of each run that is made is added."""
    names = []

    class Counted(rare_events.LoyaltyModel):
        """Tells that it was made."""

        def __init__(self, scenario, **more):
            names.append(scenario.strategy.name)
            super().__init__(scenario, **more)

    monkeypatch.setattr(rare_events, "LoyaltyModel", Counted)
    return names


def _compare(*strategies, futures=FEW, market="grocery", **more):
    return experiment.compare(market, strategies, futures=futures, **(SIZE | more))


def _bytes(folder):
    """Return the runs and the summary of a comparison."""
    files = [*folder.glob("runs/*/*"), folder / "summary.csv"]
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def _from_nothing(tmp_path, monkeypatch, *strategies, **more):
    """Return the same comparison where there is no other."""
    monkeypatch.setattr(experiment, "results_of", lambda _market: tmp_path / "nowhere")
    return _bytes(_compare(*strategies, out=tmp_path / "alone" / "x", **more))


def test_a_strategy_more_is_run_alone_and_all_has_the_bytes_of_a_comparison_from_nothing(
    results, made, tmp_path, monkeypatch
):
    _compare("balanced", futures=8)
    made.clear()
    second = _compare("balanced", "service_first", futures=8)
    assert second == results / "grocery-2"
    assert made == ["service_first"] * 10  # two futures are lived through twice
    alone = _from_nothing(tmp_path, monkeypatch, "balanced", "service_first", futures=8)
    assert _bytes(second) == alone


def test_more_futures_begin_with_those_that_were_run_before(results, made, tmp_path, monkeypatch):
    first = read_manifest(_compare("balanced", futures=8))
    made.clear()
    second = _compare("balanced", futures=12)
    assert len(made) == 2 * (12 - 8 + 1)  # four futures and a second life more, of two scenarios
    runs = read_manifest(second).runs
    assert first.runs.items() < runs.items()
    assert _bytes(second) == _from_nothing(tmp_path, monkeypatch, "balanced", futures=12)


def test_of_many_runs_those_of_a_few_futures_are_in_memory_at_a_time(results, monkeypatch):
    """What one reading gave is gone at the next but one: answers keep measures, no weekly tables."""
    folder, readings = _compare("balanced", futures=8), []
    monkeypatch.setattr(summary, "_AT_ONCE", FEW)

    def read(place, runs, really=summary.read_runs):
        gc.collect()
        assert len(runs) == 2 * FEW
        assert all(one() is None for former in readings[:-1] for one in former)
        readings.append([])
        for key, weekly in really(place, runs):
            readings[-1] += [weakref.ref(column) for column in weekly.values()]
            yield key, weekly

    monkeypatch.setattr(summary, "read_runs", read)
    load_comparison(folder)
    assert len(readings) == (8 + 2) / FEW  # two futures are lived through twice


def test_what_is_told_otherwise_is_not_run_again(results, made):
    """Another title makes another comparison, of the same runs."""
    _compare("balanced")
    made.clear()
    balanced = load_strategy("balanced").model_copy(update={"title": "More balanced"})
    assert _compare(balanced) == results / "grocery-2"
    assert made == []


def test_a_market_or_a_parameter_that_is_known_better_is_run_anew(results, made):
    _compare("balanced")
    made.clear()
    better = load_market("grocery").with_values(gross_margin=0.3)
    _compare("balanced", market=better)
    assert len(made) == 2 * FEW
    made.clear()
    _compare("balanced", parameters={"incentives.redemption": 0.7})
    assert made == ["balanced"] * FEW  # nobody redeems anything where nothing is done


def test_a_damaged_run_of_another_comparison_is_not_taken_over(results, made):
    first = _compare("balanced")
    whole = _bytes(first)
    key = ("balanced", 1, 0)
    (path,) = run_files(run_place(first, key, read_manifest(first).runs[key]))
    path.write_bytes(path.read_bytes()[:-9])
    made.clear()
    second = _compare("balanced", "service_first")
    assert made.count("balanced") == 1
    runs = {name: content for name, content in _bytes(second).items() if name in whole}
    del whole["summary.csv"], runs["summary.csv"]
    assert runs == whole


def test_a_run_of_another_name_is_not_taken_for_the_one_that_is_missing(results, made):
    """A file under the name of another run does not hold what its name says."""
    first = _compare("balanced")
    runs = read_manifest(first).runs
    places = [run_place(first, ("balanced", k, 0), runs["balanced", k, 0]) for k in range(FEW)]
    (right,), (other,) = map(run_files, places)
    right.unlink()
    shutil.copy(other, right.with_name(f"{places[0].stem}-{other.stem.split('-')[1]}.parquet"))
    made.clear()
    _compare("balanced", "service_first")
    assert made.count("balanced") == 1


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("libraries", {"numpy": "1.0"}),
        ("code_digest", "0123456789ab"),
    ],
)
def test_runs_of_other_libraries_or_other_code_are_not_taken_over(
    results, made, monkeypatch, name, other
):
    _compare("balanced")
    made.clear()
    with monkeypatch.context() as patch:
        for module in (experiment, results_folder):
            patch.setattr(module, name, lambda *_, **_named: other, raising=False)
        second = _compare("balanced", "service_first")
    assert len(made) == 3 * FEW
    manifest = json.loads((second / MANIFEST).read_text())
    assert other in (manifest["libraries"], manifest["baseline_code"])


def test_a_strategy_that_is_sized_is_run_at_its_own_budget(results, made, tmp_path, monkeypatch):
    first = read_manifest(_compare("balanced"))
    sized = first.strategies["balanced"].sized
    made.clear()
    monkeypatch.setattr(experiment, "size_strategies", _never)
    second = read_manifest(_compare(sized))
    assert second.strategies["balanced"].sized == sized
    assert made == []
    dearer = sized.model_copy(update={"name": "dearer", "budget": 2 * sized.budget})
    both = read_manifest(_compare(sized, dearer))
    assert both.strategies["dearer"].sized.budget == 2 * sized.budget
    assert set(made) == {"dearer"}


def _never(*_arguments, **_options):
    raise AssertionError("sized again")


def test_a_fixed_parameter_is_fixed_in_all_futures_and_a_range_is_drawn_from(results):
    own = {"incentives.redemption": 0.7, "incentives.half_life_weeks": (5.0, 6.0, 9.0)}
    manifest = read_manifest(_compare("balanced", parameters=own, futures=8))
    values = [one.parameters(manifest.table).values("incentives") for one in manifest.drawn]
    assert {one["redemption"] for one in values} == {0.7}
    assert (
        len({one["half_life_weeks"] for one in values}) == 8
    )  # second lives have the values of the first
    assert all(5 < one["half_life_weeks"] < 9 for one in values)


def test_strategies_are_planned_with_the_parameters_that_are_set(results, monkeypatch):
    """Rewards that hardly anybody redeems cost less: as written, and so to more people for the money."""
    monkeypatch.setattr(budget, "PILOT_CUSTOMERS", 1000)
    planned = [
        read_manifest(_compare("rewards_first", parameters=own)).strategies
        for own in (None, {"incentives.redemption": 0.4})
    ]
    usual, fewer = (one["rewards_first"].sized for one in planned)
    assert 0 < fewer.as_written < usual.as_written
    assert fewer.plays[0].reach >= usual.plays[0].reach


def test_a_parameter_that_there_is_not_is_told_before_anything_is_written(results):
    with pytest.raises(InputError, match=r"incentives\.redemption"):
        _compare("balanced", parameters={"incentives.redemtion": 0.7})
    assert not results.exists()


def test_a_manifest_of_the_layout_before_is_refused_with_the_command_that_makes_it_anew(results):
    folder = _compare("balanced", command="loyalty compare --market grocery --out x")
    manifest = json.loads((folder / MANIFEST).read_text())
    write_sealed(folder, manifest | {"format": manifest["format"] - 1})
    with pytest.raises(InputError, match="another version") as refused:
        read_manifest(folder)
    assert "`loyalty compare --market grocery`" in str(refused.value)


def test_each_run_bears_the_name_of_all_that_determines_it(results):
    """The names of many runs are worked out together, of few by `run_id`: they are the same."""
    manifest = read_manifest(_compare("balanced", "rewards_first", futures=8))
    codes = {BASELINE: manifest.baseline_code}
    codes |= {name: one.code for name, one in manifest.strategies.items()}
    table = parameters_for(manifest.market).with_rows(manifest.parameters)
    named = {
        (name, future.number, future.luck): run_id(
            replace(manifest.scenario(future, table), strategy=plan),
            manifest.history,
            codes[name],
            manifest.libraries,
        )
        for future in manifest.drawn
        for name, plan in manifest.plans.items()
    }
    assert manifest.runs == named and len(set(named.values())) == len(named) == 3 * (8 + 2)


def test_runs_are_looked_for_by_one_look_into_each_folder_and_made_as_they_are_needed(
    results, monkeypatch
):
    """Thousands of futures take neither thousands of looks into a large folder nor their memory."""
    folder = _compare("balanced", futures=8)
    manifest, looks, glob = read_manifest(folder), list[Path](), Path.glob

    def counted(path, *given):
        looks.append(path)
        return glob(path, *given)

    monkeypatch.setattr(Path, "glob", counted)
    assert missing_runs(folder, manifest.runs) == []
    assert len(list(read_runs(folder, manifest.runs))) == 2 * (8 + 2)
    assert len(looks) == 2 * len(manifest.plans)
    monkeypatch.undo()
    drawn, scenario = list[int](), Manifest.scenario

    def noted(self, future, table):
        drawn.append(future.number)
        return scenario(self, future, table)

    monkeypatch.setattr(Manifest, "scenario", noted)
    next(workers._tasks(manifest, workers._by_future(list(manifest.runs))))
    assert drawn == [0]


def test_that_many_futures_are_drawn_is_said_before_it_takes_minutes(results, monkeypatch):
    said: list[str] = []
    for many in (1, 2):
        monkeypatch.setattr(experiment, "_MANY", many)
        _compare("balanced", seed=many, on_progress=lambda _done, _of, what: said.append(what))
    assert said.count(experiment.DRAWING) == 1
    assert said.index(experiment.DRAWING) < said.index("running")
