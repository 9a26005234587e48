"""A finished report is made again, and what differs is named: input or version, file and field."""

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from sim.cli import main
from sim.common.paths import shown
from sim.common.reading import digest
from sim.common.results import MANIFEST
from sim.experiment import result_store
from sim.experiment.compare import compare
from sim.experiment.manifest import Manifest, read_manifest
from sim.experiment.reproduce import versions
from sim.experiment.reproduce.differences import leaves
from sim.experiment.reproduce.numbers import compare_numbers
from sim.experiment.reproduce.reproduce import reproduce
from sim.experiment.result_store import SUMMARY, write_manifest
from sim.market.market import load_market
from tests.quick import make_quick
from tests.stored import write_sealed

COMMAND = "compare --market grocery --strategies balanced --customers 100 --weeks 4 --futures 2"
DIFFERS = 3


@pytest.fixture(scope="module", autouse=True)
def quick():
    """Whether numbers come out again is tested here, not what they are."""
    with pytest.MonkeyPatch.context() as patch:
        make_quick(patch.setattr)
        yield


def _call(*words: str):
    return CliRunner().invoke(main.app, list(words))


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made") / "comparison"
    done = _call(*COMMAND.split(), "--jobs", "1", "--out", str(folder))
    assert done.exit_code == 0, done.output
    return folder


def _bytes(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) >= 1, old
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def _edit_margin(checkout: Path, now: str) -> None:
    path = checkout / "data" / "markets" / "grocery.yaml"
    head, mark, rest = path.read_text(encoding="utf-8").partition("gross_margin:\n    value: ")
    assert mark
    path.write_text(head + mark + now + "\n" + rest.partition("\n")[2], encoding="utf-8")


def test_a_report_that_comes_out_again_is_said_to_and_ends_with_0(report, tmp_path):
    before, folder = _bytes(report), tmp_path / "again"
    done = _call("reproduce", str(report), "--jobs", "1", "--out", str(folder))
    assert done.exit_code == 0, done.output
    assert "The numbers are the same" in done.stdout
    assert _bytes(report) == before, "the report was touched"
    runs = [path.name for path in folder.glob("runs/*/*.parquet")]
    assert len(runs) == len(read_manifest(report).runs)


def test_all_is_run_again_though_the_runs_lie_among_the_results_of_the_market(
    report, checkout, monkeypatch
):
    here = checkout / "data" / "results" / "grocery"
    shutil.copytree(report, here)
    taken = []
    monkeypatch.setattr(result_store, "take_over", lambda *given: taken.append(given) or [])
    first, second = reproduce(here, jobs=1), reproduce(here, jobs=1)
    assert not taken
    assert first.same and second.same
    made = read_manifest(report).id
    beside = checkout / "data" / "reproduced"
    folders = [beside / f"grocery-{made}", beside / f"grocery-{made}-2"]
    assert [one.folder for one in (first, second)] == folders


def test_what_was_stopped_goes_on_in_the_same_folder(report, checkout, monkeypatch):
    class Stopped(Exception):
        pass

    def stop(done: int, total: int, _what: str) -> None:
        if done == 2:
            raise Stopped

    with pytest.raises(Stopped):
        reproduce(report, jobs=1, say=stop)
    (begun,) = (checkout / "data" / "reproduced").iterdir()
    there = {path: path.stat().st_mtime_ns for path in begun.glob("runs/*/*.parquet")}
    done = reproduce(report, jobs=1)
    assert done.folder == begun and done.same
    assert there and all(path.stat().st_mtime_ns == time for path, time in there.items())


def test_an_edited_margin_is_named_with_both_values_before_anything_is_run(
    report, checkout, monkeypatch, tmp_path
):
    was = load_market("grocery")["gross_margin"]
    _edit_margin(checkout, "0.27")
    folder = tmp_path / "again"
    done = _call("reproduce", str(report), "--out", str(folder))
    assert done.exit_code == DIFFERS, done.output
    assert f"grocery.yaml: values.gross_margin.value: {was} then, 0.27 now" in done.stdout
    assert "Nothing was run" in done.stdout
    assert not folder.exists()

    told = json.loads(_call("reproduce", str(report), "--json").stdout)
    (named,) = told["inputs"]
    assert (named["field"], named["then"], named["now"]) == ("values.gross_margin.value", was, 0.27)
    assert told["same"] is None and told["numbers"] is None


def test_with_what_the_report_kept_it_comes_out_again_though_the_margin_was_edited(
    report, checkout, tmp_path
):
    _edit_margin(checkout, "0.27")
    done = _call("reproduce", str(report), "--kept", "--jobs", "1", "--out", str(tmp_path / "k"))
    assert done.exit_code == 0, done.output
    assert "values.gross_margin.value" in done.stdout and "are the same" in done.stdout


def test_a_source_that_was_reworded_is_told_and_stops_nothing(report, checkout, tmp_path):
    market = checkout / "data" / "markets" / "grocery.yaml"
    number = load_market("grocery").values["gross_margin"]
    _edit(market, number.source, "our own books")
    done = reproduce(report, tmp_path / "again", jobs=1)
    assert [(one.field, one.decides) for one in done.inputs] == [
        ("values.gross_margin.source", False)
    ]
    assert done.same


@pytest.mark.parametrize(
    ("file", "name", "then", "now"),
    [
        ("playbook/strategies/balanced.yaml", "ramp_weeks", 13, 12),
        ("playbook/levers/service_quality.md", "training_hours", 20, 21),
    ],
)
def test_a_strategy_or_a_preset_that_was_edited_is_named_with_its_file(
    report, checkout, file, name, then, now
):
    _edit(checkout / file, f"{name}: {then}", f"{name}: {now}")
    done = reproduce(report)
    assert done.numbers is None
    (named,) = done.inputs
    assert (named.kind, named.file) == ("strategy", file)
    assert named.field.endswith(name) and (named.then, named.now) == (then, now)


def test_parameters_that_were_pooled_anew_are_named_row_by_row(report, checkout):
    path = checkout / "data" / "parameters.csv"
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    used = {row.key for row in read_manifest(report).parameters}
    keys = table["lever"] + "." + table["parameter"]
    row = table.index[keys.isin(used) & (table["low"] != table["value"])][0]
    key = keys[row]
    table.loc[row, "low"] = table.loc[row, "value"]
    table.to_csv(path, index=False, lineterminator="\n")
    done = reproduce(report)
    assert [(one.kind, one.field) for one in done.inputs] == [("parameter", f"{key}.low")]
    assert done.inputs[0].file == "data/parameters.csv"


def test_histories_that_are_others_cannot_be_left_aside(report, checkout):
    path = load_market("grocery").history_path
    path.write_bytes(path.read_bytes() + b"\n")
    (named,) = reproduce(report).inputs
    assert (named.kind, named.file) == ("history", shown(path))
    done = _call("reproduce", str(report), "--kept")
    assert done.exit_code == DIFFERS
    assert "does not keep them" in " ".join(done.stdout.split())


def _changed(report: Path, folder: Path, **update: object) -> Path:
    """Return a copy of a report that another workbench would have made."""
    shutil.copytree(report, folder)
    write_manifest(folder, read_manifest(folder).model_copy(update=update))
    return folder


def test_numbers_that_differ_are_counted_and_the_version_that_differs_is_named(report, tmp_path):
    table = pd.read_csv(report / SUMMARY)
    place = (table["scenario"] == "balanced") & (table["segment"] == "total") & (table["luck"] == 0)
    table.loc[place & (table["future"] == 1), "customer_equity"] *= 1.01
    content = table.to_csv(index=False, float_format="%.10g", lineterminator="\n").encode()
    libraries = read_manifest(report).libraries | {"numpy": "0.9"}
    old = _changed(report, tmp_path / "old", libraries=libraries, summary=digest(content))
    (old / SUMMARY).write_bytes(content)
    done = _call("reproduce", str(old), "--jobs", "1", "--out", str(tmp_path / "again"))
    assert done.exit_code == DIFFERS, done.output
    said = " ".join(done.stdout.split())
    assert "The numbers differ: 1 of" in said and "library numpy: 0.9 then" in said
    assert "customer_equity of balanced in future 2, total" in said
    assert "The largest by 0.99%" in said
    found = compare_numbers(old, tmp_path / "again")
    assert found.others == 1 and found.most.by == pytest.approx(1 - 1 / 1.01)
    then, now = found.gains["balanced"]
    assert then > now


def test_each_version_that_is_another_one_now_is_named(report, monkeypatch):
    manifest = read_manifest(report)
    assert versions.versions_changed(manifest) == []
    other = manifest.model_copy(
        update={
            "workbench": "0.0.1",
            "libraries": manifest.libraries | {"scipy": "0.1"},
            "machine": manifest.machine | {"processor": "abacus"},
            "strategies": {
                name: one.model_copy(update={"code": "0"})
                for name, one in manifest.strategies.items()
            },
        }
    )
    named = {(one.kind, one.field, one.then) for one in versions.versions_changed(other)}
    assert named == {
        ("workbench", "version", "0.0.1"),
        ("library", "scipy", "0.1"),
        ("machine", "processor", "abacus"),
        ("code", "balanced", "0"),
    }
    whole = manifest.model_copy(update={"baseline_code": "1"})
    assert [one.field for one in versions.versions_changed(whole)] == ["all runs"]


def test_a_manifest_that_names_no_machine_is_read_as_before(report, tmp_path):
    folder = tmp_path / "old"
    shutil.copytree(report, folder)
    content = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    del content["machine"]
    write_sealed(folder, content)
    manifest = read_manifest(folder)
    assert isinstance(manifest, Manifest) and manifest.machine == {}
    assert versions.versions_changed(manifest) == []


def test_a_comparison_that_a_program_made_comes_out_again_from_what_it_kept(tmp_path):
    market = load_market("grocery").with_values(gross_margin=0.31)
    made = compare(market, ["balanced"], 100, 4, 2, 1, tmp_path / "made", jobs=1, command="a call")
    done = reproduce(made, tmp_path / "again", jobs=1)
    assert done.inputs == [] and done.same


@pytest.mark.parametrize("what", ["summary", "unfinished", "nothing", "itself", "run before"])
def test_what_is_no_finished_report_is_refused_with_code_2(report, tmp_path, what):
    shutil.copytree(report, run_before := tmp_path / "copy")
    out = {"itself": report, "run before": run_before}.get(what)
    folder, more = report if out else tmp_path / "other", ["--out", str(out)] if out else []
    if what == "nothing":
        folder.mkdir()
    elif not out:
        _changed(report, folder, finished=what != "unfinished")
        if what == "summary":
            (folder / SUMMARY).write_bytes((folder / SUMMARY).read_bytes() + b"\n")
    done = _call("reproduce", str(folder), *more)
    assert done.exit_code == 2, done.output
    assert "Traceback" not in done.output


def test_a_machine_gets_one_object_with_the_exit_code_of_a_person(report, tmp_path):
    done = _call("reproduce", str(report), "--jobs", "1", "--out", str(tmp_path / "m"), "--json")
    told = json.loads(done.stdout)
    assert done.exit_code == 0 and told["same"] is True
    assert told["numbers"]["others"] == 0 and told["numbers"]["of"] > 100
    assert told["inputs"] == told["versions"] == []


def test_it_is_told_in_chinese(report, checkout):
    _edit_margin(checkout, "0.27")
    done = _call("reproduce", str(report), "--lang", "zh")
    assert done.exit_code == DIFFERS
    assert "当时为0.25，现在为0.27" in done.stdout and "没有运行" in done.stdout


def test_values_that_differ_are_found_wherever_they_stand():
    then = {"a": [{"b": 1.0}, {"b": 2.0}], "c": list(range(9)), "d": {"e": 1}, "same": [1]}
    now = {"a": [{"b": 1.0}], "c": list(range(8)), "d": {"f": 2}, "same": [1]}
    assert list(leaves(then, now)) == [
        ("a.1", {"b": 2.0}, None),
        ("c", "9 values", "8 values"),
        ("d.e", 1, None),
        ("d.f", None, 2),
    ]
