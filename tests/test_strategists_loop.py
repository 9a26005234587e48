"""A strategist changes a file and compares again: nothing is refused, and the report says what changed.

Serves: C3.4
"""

import shutil
from dataclasses import replace

import numpy as np
import pytest
from synthetic import synthetic_comparison
from weekly_tables import made_up_manifest, write_comparison

from sim.analysis.changes import changes_of, changes_since
from sim.analysis.kept_judgement import as_judged, keep_judgement
from sim.analysis.load_comparison import load_comparison
from sim.checks.check import check, fix, notes
from sim.common.composed import retold
from sim.common.errors import InputError, InputErrors
from sim.common.reading import digest
from sim.experiment import results_folder
from sim.experiment.compare import compare
from sim.experiment.designs import designs_of
from sim.experiment.manifest import read_manifest
from sim.experiment.result_store import SUMMARY, write_manifest
from sim.experiment.summary import summary_csv
from sim.market.market import load_market
from sim.playbook.strategies import Play, Strategy
from sim.playbook.strategy_files import load_strategy
from sim.report.comparison.changes import since_the_last
from sim.report.phrases import in_language
from tests.quick import make_quick

SIZE = {"customers": 100, "weeks": 4, "futures": 2, "seed": 1, "jobs": 1}


@pytest.fixture(scope="module", autouse=True)
def quick():
    """Which folder is taken and what is told of it is tested here, not what is found."""
    with pytest.MonkeyPatch.context() as patch:
        make_quick(patch.setattr)
        yield


@pytest.fixture
def results(tmp_path, monkeypatch):
    monkeypatch.setattr(results_folder, "results_of", lambda _market: tmp_path)
    return tmp_path


def test_another_comparison_gets_a_folder_of_its_own_and_the_same_one_is_found_again(results):
    market = load_market("grocery").with_values(yearly_attrition=0.2)
    first = compare(market, ["balanced"], **SIZE)
    assert first == results / "grocery"
    balanced = load_strategy("balanced")
    longer = balanced.model_copy(update={"title": "More balanced"})
    second = compare(market, [longer], **SIZE)
    assert second == results / "grocery-2"
    (results / "grocery-3").mkdir()
    (results / "grocery-3" / "notes.txt").write_text("mine")
    assert compare(market, ["service_first"], **SIZE) == results / "grocery-4"
    assert compare(market, ["balanced"], **SIZE) == first
    assert compare(market, [longer], **SIZE) == second
    with pytest.raises(InputError, match="never overwritten"):
        compare(market, ["service_first"], **SIZE, out=first)
    assert [read_manifest(results / f).previous for f in ("grocery", "grocery-2")] == [
        "",
        "grocery",
    ]
    said = since_the_last(load_comparison(second))[0]
    assert "changed: More balanced" in said and "new:" not in said
    assert "nswer" in said


def test_an_unfinished_comparison_is_continued_where_it_is(results):
    market = load_market("grocery")
    folder = compare(market, ["balanced"], **SIZE)
    manifest = read_manifest(folder)
    write_manifest(folder, manifest.model_copy(update={"finished": False}))
    assert compare(market, ["balanced"], **SIZE) == folder
    assert read_manifest(folder) == manifest


def test_every_kind_of_change_is_told():
    market = load_market("grocery")
    plans = {"balanced": {"incentives": 1.0}, "service_first": {"feedback": 1.0}}
    before = made_up_manifest(market, plans)
    assert changes_since(before, before).added == []
    dearer = market.with_values(gross_margin=0.3)
    now = made_up_manifest(
        dearer, {"balanced": {}, "care": {}}, weeks=52, seed=2, code="other", history="other"
    )
    found = changes_since(before, now)
    assert (found.added, found.removed) == (["Care"], ["Service first"])
    assert found.market == ["gross_margin"]
    assert found.settings == {"weeks": (104, 52), "seed": (1, 2)}
    assert found.code and found.history


def _sum_up(folder):
    """Write the summary of a comparison, as the end of one does."""
    manifest = read_manifest(folder)
    summary = summary_csv(folder, manifest)
    (folder / SUMMARY).write_bytes(summary)
    write_manifest(folder, manifest.model_copy(update={"summary": digest(summary)}))


@pytest.mark.parametrize(
    ("judged", "told"),
    [
        ("winner", " The answer was: choose Balanced. It is now: do nothing."),
        ("too_good", " The answer was: try Balanced first, whose gain is too much to be believed before "
         "a trial. It is now: do nothing."),
        (None, ""),
    ],
)  # fmt: skip
def test_a_former_answer_is_told_beside_the_new_one_as_it_was_judged(
    results, tmp_path, judged, told
):
    market = load_market("grocery")
    write_comparison(tmp_path / "grocery", market, {"balanced": [5e6, 6e6, 7e6] * 7})
    write_comparison(tmp_path / "grocery-2", market, {"balanced": [-5e6, -6e6, -7e6] * 7})
    _sum_up(tmp_path / "grocery")
    if judged:
        _judge(tmp_path / "grocery", judged)
    second = read_manifest(tmp_path / "grocery-2")
    write_manifest(tmp_path / "grocery-2", second.model_copy(update={"previous": "grocery"}))
    said = since_the_last(load_comparison(tmp_path / "grocery-2"))
    assert said == [f"Since the last comparison of this market: nothing of note has changed.{told}"]


def _judge(folder, kind):
    """Keep that the leading strategy of a comparison was believed, or not."""
    found = load_comparison(folder)
    keep_judgement(folder, found.manifest, replace(found.verdict, kind=kind))


def test_a_judgement_of_other_runs_says_nothing(results, tmp_path):
    write_comparison(tmp_path / "old", load_market("grocery"), {"balanced": [5e6, 6e6, 7e6] * 7})
    _sum_up(tmp_path / "old")
    _judge(tmp_path / "old", "winner")
    found = load_comparison(tmp_path / "old")
    assert as_judged(tmp_path / "old", found.manifest, found.verdict) == found.verdict
    other = found.manifest.model_copy(update={"summary": "0" * 16})
    assert as_judged(tmp_path / "old", other, found.verdict) is None


def test_a_strategy_of_ones_own_is_a_note_and_no_fault(checkout):
    folder = checkout / "playbook" / "strategies"
    text = (folder / "balanced.yaml").read_text(encoding="utf-8")
    own = text.replace("name: balanced", "name: my_plan", 1)
    (folder / "my_plan.yaml").write_text(own, encoding="utf-8")
    assert check() == []
    assert any("another list of strategies" in note for note in notes())
    fix()
    assert not any("another list of strategies" in note for note in notes())


def test_other_strategies_alone_are_no_other_state_of_the_workbench(tmp_path, monkeypatch):
    make_quick(monkeypatch.setattr)
    size = {"customers": 100, "weeks": 4, "futures": 2, "seed": 1, "jobs": 1}
    for name, folder in (("service_first", "one"), ("balanced", "two")):
        compare("grocery", [name], **size, out=tmp_path / folder)
    before, now = (read_manifest(tmp_path / folder) for folder in ("one", "two"))
    assert before.code != now.code  # other levers take part
    assert not changes_since(before, now).code
    assert changes_since(before.model_copy(update={"code": "0"}), now).code


@pytest.mark.parametrize("kind", ["winner", "do_nothing"])
def test_the_former_answer_is_told_as_its_own_report_tells_it(results, tmp_path, kind):
    """A gain may be certain and too small to matter; second lives count in both."""
    market, luck = load_market("grocery"), np.random.default_rng(1)
    money = 1e3 * market["firm_customers"]  # the budget of `write_comparison`
    centre = {"winner": 0.3, "do_nothing": 0.01}[kind] * money
    folder = tmp_path / "before"
    write_comparison(folder, market, {"balanced": list(luck.normal(centre, centre / 10, 20))})
    _sum_up(folder)
    _judge(folder, kind)
    own = load_comparison(folder).verdict
    now = read_manifest(folder).model_copy(update={"previous": "before"})
    told = changes_of(tmp_path / "now", now)
    assert told is not None and told.verdict is not None
    assert told.verdict.kind == own.kind == kind
    assert told.verdict.gain.expected_low == pytest.approx(own.gain.expected_low, rel=1e-6)


def test_what_lies_beside_a_folder_elsewhere_is_no_former_comparison(results, tmp_path):
    """Nobody knows whose it is; the same holds for a copy of one that was among the results."""
    first = compare("grocery", ["balanced"], **SIZE)
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(first, elsewhere / "grocery")
    out = compare("grocery", ["service_first"], **SIZE, out=elsewhere / "mine")
    assert read_manifest(out).previous == ""
    second = compare("grocery", ["service_first"], **SIZE)
    assert read_manifest(second).previous == "grocery"
    assert load_comparison(second).changes is not None
    assert load_comparison(shutil.copytree(second, elsewhere / "copy")).changes is None


def test_what_to_do_next_names_the_folder_that_was_given(results, tmp_path):
    command = "loyalty compare --market grocery --strategies balanced --out first"
    first = compare("grocery", ["balanced"], **SIZE, command=command)
    copy = shutil.copytree(first, tmp_path / "a copy")
    for path in copy.glob("runs/balanced/*"):
        path.unlink()
    with pytest.raises(InputError) as refused:
        load_comparison(copy)
    right = command.replace("--out first", f"--out '{copy}'")
    assert f"`{right}`" in str(refused.value)
    assert read_manifest(copy).command_in(copy) == right
    called = read_manifest(copy).model_copy(update={"command": "the same call of sim.compare"})
    assert called.command_in(copy) == called.command


def test_strategies_that_share_a_title_are_told_apart_by_their_names():
    """A copied file whose title was left as it is, as the guide invites."""
    found = synthetic_comparison("winner")
    balanced, *_ = names = list(found.manifest.strategies)
    twins = {names[1]: found.manifest.strategies[names[1]].model_copy(update={"title": "Balanced"})}
    manifest = found.manifest.model_copy(update={"strategies": found.manifest.strategies | twins})
    told = replace(found, manifest=manifest)
    assert [told.title(name) for name in names[:2]] == [f"Balanced ({name})" for name in names[:2]]
    assert told.title(names[2]) == found.title(names[2]) and found.title(balanced) == "Balanced"
    with in_language("zh"):
        assert told.title(names[1]) == f"{retold('Balanced')}（{names[1]}）"


def test_what_is_wrong_in_several_plays_and_strategies_is_told_together():
    plays = [
        Play(lever="incentivs"),
        Play(lever="incentives", preset="points_programe"),
        Play(lever="pricing", settings={"nonsense": 1.0}),
    ]
    wrong = [Strategy(name="three", plays=plays), Strategy(name="one", plays=plays[:1])]
    with pytest.raises(InputErrors) as refused:
        designs_of("grocery", wrong, 104)
    told = [(fault.where, fault.field) for fault in refused.value.faults]
    assert told == [
        ("strategy three", "plays.0.lever"),
        ("strategy three", "plays.1.preset"),
        ("strategy three", "plays.2.settings.nonsense"),
        ("strategy one", "plays.0.lever"),
    ]
