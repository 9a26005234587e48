"""Results that a disk or a hand has changed are seen: runs are made again, manifests are refused."""

import json
import random
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sim.analysis.load_comparison import load_comparison
from sim.cli import main
from sim.common.errors import InputError
from sim.common.own_digest import SEAL
from sim.common.results import MANIFEST
from sim.experiment import results_folder
from sim.experiment.manifest import Key, read_manifest
from sim.experiment.result_store import (
    FAILURES,
    SUMMARY,
    TIMING,
    missing_runs,
    run_files,
    run_place,
)
from tests.quick import make_quick
from tests.stored import run_of, write_sealed

SIZE = "--customers 100 --weeks 4 --futures 2 --jobs 1".split()
KEY, OTHER = ("balanced", 1, 0), ("balanced", 0, 0)
FLIPS = 150


def _compare(*words: str):
    with pytest.MonkeyPatch.context() as patch:
        make_quick(patch.setattr)
        return CliRunner().invoke(main.app, ["compare", "--market", "grocery", *SIZE, *words])


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    """A finished comparison, to copy and spoil."""
    folder = tmp_path_factory.mktemp("made") / "comparison"
    done = _compare("--strategies", "balanced", "--out", str(folder))
    assert done.exit_code == 0, done.output
    return folder


@pytest.fixture
def folder(made, tmp_path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "comparison"))


def _bytes(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != TIMING)
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def _run_file(folder: Path, key: Key) -> Path:
    """Return the one file of a run."""
    (path,) = run_files(run_place(folder, key, read_manifest(folder).runs[key]))
    return path


def _edit(folder: Path, change, seal: bool = False) -> None:
    """Change the manifest, as an editor would, or with a digest that fits."""
    content = json.loads((folder / MANIFEST).read_text())
    change(content)
    if seal:
        write_sealed(folder, content)
    else:
        (folder / MANIFEST).write_text(json.dumps(content, indent=2))


def test_no_flipped_bit_of_a_run_is_ever_read(folder):
    manifest, luck = read_manifest(folder), random.Random(5)
    path = _run_file(folder, KEY)
    right = path.read_bytes()
    for _ in range(FLIPS):
        wrong = bytearray(right)
        wrong[luck.randrange(len(wrong))] ^= 1 << luck.randrange(8)
        path.write_bytes(wrong)
        assert missing_runs(folder, manifest.runs) == [KEY]
        with pytest.raises(InputError, match="damaged or changed"):
            run_of(folder, manifest, KEY)


@pytest.mark.parametrize("how", ["zeroed block", "another run's content", "cut", "emptied"])
def test_a_damaged_run_is_told_and_the_same_command_makes_it_again(folder, made, how):
    path = _run_file(folder, KEY)
    other = _run_file(folder, OTHER)
    content = path.read_bytes()
    middle = len(content) // 2
    spoiled = {
        "zeroed block": content[:middle] + bytes(512) + content[middle + 512 :],
        "another run's content": other.read_bytes(),
        "cut": content[:middle],
        "emptied": b"",
    }
    path.write_bytes(spoiled[how])
    with pytest.raises(InputError, match="1 of 4 runs are missing or damaged"):
        load_comparison(folder)
    assert _compare("--strategies", "balanced", "--out", str(folder)).exit_code == 0
    assert _bytes(folder) == _bytes(made)


def test_a_run_put_in_the_place_of_another_is_made_again(folder, made):
    path = _run_file(folder, KEY)
    other = _run_file(folder, OTHER)
    path.unlink()
    shutil.copy(other, path.with_name(path.name.split("-")[0] + "-" + other.name.split("-")[1]))
    assert missing_runs(folder, read_manifest(folder).runs) == [KEY]
    assert _compare("--strategies", "balanced", "--out", str(folder)).exit_code == 0
    assert _bytes(folder) == _bytes(made)


@pytest.mark.parametrize(
    "change",
    [
        lambda m: m.update(seed=m["seed"] + 1),
        lambda m: m["market"]["values"]["gross_margin"].update(value=0.5),
        lambda m: m["strategies"]["balanced"]["plan"].update(incentives=1.0),
        lambda m: m["strategies"]["balanced"].update(code="0" * 12),
        lambda m: m["parameters"].pop(),
        lambda m: m.pop(SEAL),
    ],
    ids=["seed", "margin", "plan", "code", "parameters", "seal"],
)
def test_an_edited_manifest_is_refused_by_whatever_reads_it(folder, change):
    _edit(folder, change)
    before = _bytes(folder)
    report = CliRunner().invoke(main.app, ["report", str(folder)])
    for refused in (_compare("--strategies", "balanced", "--out", str(folder)), report):
        assert refused.exit_code == 2, refused.output
        assert "edited or damaged" in refused.stderr
        assert "Traceback" not in refused.output
    assert _bytes(folder) == before


@pytest.mark.parametrize(
    "change",
    [
        lambda m: m.update(seed=m["seed"] + 1),
        lambda m: m.update(futures=m["futures"] + 1),
        lambda m: m["market"]["values"]["gross_margin"].update(status="stated"),
        lambda m: m["parameters"].pop(),
        lambda m: m.update(id="0123456789ab"),
    ],
    ids=["seed", "futures", "margin", "parameters", "id"],
)
def test_an_edited_manifest_that_is_sealed_anew_is_refused_by_its_id(folder, change):
    _edit(folder, change, seal=True)
    for words in (["report", str(folder)], ["stress", str(folder)]):
        refused = CliRunner().invoke(main.app, words)
        assert refused.exit_code == 2, refused.output
        assert "manifest.json: id: found" in refused.stderr
        assert "loyalty compare --market grocery" in refused.stderr


def test_no_name_in_a_manifest_leads_out_of_its_folder(folder):
    """Whoever can write a digest that fits still writes nowhere else."""

    def lead_out(content: dict) -> None:
        known = content["strategies"]
        known["../../../pwn"] = next(iter(known.values()))
        content["finished"] = False

    _edit(folder, lead_out, seal=True)
    refused = _compare("--strategies", "balanced", "--out", str(folder))
    assert refused.exit_code == 2, refused.output
    assert "Traceback" not in refused.output
    assert not list(folder.parents[1].rglob("pwn*"))


def test_an_edited_summary_gives_no_former_answer(folder, monkeypatch):
    monkeypatch.setattr(results_folder, "results_of", lambda _market: folder.parent)
    another = folder.with_name("another")
    assert _compare("--strategies", "service_first", "--out", str(another)).exit_code == 0
    assert load_comparison(another).manifest.previous == folder.name
    told = load_comparison(another).changes
    assert told is not None and told.verdict is not None
    path = folder / SUMMARY
    path.write_text(path.read_text().replace("0.", "9."))
    told = load_comparison(another).changes
    assert told is not None and told.verdict is None


@pytest.mark.parametrize("how", ["edited", "removed"])
def test_a_summary_that_was_changed_is_not_handed_on_and_is_made_again(folder, made, how, tmp_path):
    path = folder / SUMMARY
    if how == "edited":
        path.write_text(path.read_text().replace("1", "2", 1))
    else:
        path.unlink()
    report = CliRunner().invoke(main.app, ["report", str(folder), "--out", str(tmp_path / "page")])
    assert report.exit_code == 2, report.output
    assert "loyalty compare" in report.stderr
    assert not (tmp_path / "page").exists()
    assert _compare("--strategies", "balanced", "--out", str(folder)).exit_code == 0
    assert _bytes(folder) == _bytes(made)


@pytest.mark.parametrize("name", ["run", TIMING, SUMMARY, FAILURES])
def test_no_link_in_a_folder_of_results_leads_out_of_it(folder, made, tmp_path, name):
    victim = tmp_path / "thesis"
    victim.write_text("years of work")
    path = _run_file(folder, KEY)
    path.unlink()  # something is to be run
    path = path if name == "run" else folder / name
    path.unlink(missing_ok=True)
    path.symlink_to(victim)
    done = _compare("--strategies", "balanced", "--out", str(folder))
    assert done.exit_code == 0, done.output
    assert victim.read_text() == "years of work"
    assert not path.is_symlink()
    assert _bytes(folder) == _bytes(made)


def test_no_run_is_written_to_a_folder_behind_a_link(folder, tmp_path):
    elsewhere = folder / "runs"
    elsewhere = elsewhere.rename(tmp_path / "elsewhere")
    (folder / "runs").symlink_to(elsewhere)
    _run_file(folder, KEY).unlink()
    before = _bytes(elsewhere)
    refused = _compare("--strategies", "balanced", "--out", str(folder))
    assert refused.exit_code == 2, refused.output
    assert "a link to another folder" in refused.stderr
    assert _bytes(elsewhere) == before


def _folder_beside_a_damaged_run(folder: Path) -> None:
    path = _run_file(folder, KEY)
    path.write_bytes(b"")
    path.with_name(f"{path.stem[:-4]}0000.parquet").mkdir()


def _failures_are_a_folder(folder: Path) -> None:
    _run_file(folder, KEY).unlink()
    (folder / FAILURES).mkdir()


@pytest.mark.parametrize("spoil", [_folder_beside_a_damaged_run, _failures_are_a_folder])
def test_a_folder_in_the_place_of_a_file_is_told(folder, spoil):
    spoil(folder)
    refused = _compare("--strategies", "balanced", "--out", str(folder))
    assert refused.exit_code == 2, refused.output
    assert "a folder stands where the file should be" in refused.stderr
    assert "same command again" in refused.stderr
    assert "Traceback" not in refused.output


@pytest.mark.parametrize("content", ['{"sessions": 5}', '{"sessions": "a"}', "[]", "[" * 9999])
def test_a_timing_that_cannot_be_read_is_begun_anew(folder, content):
    (folder / TIMING).write_text(content)
    _run_file(folder, KEY).unlink()
    done = _compare("--strategies", "balanced", "--out", str(folder))
    assert done.exit_code == 0, done.output
    (session,) = json.loads((folder / TIMING).read_text())["sessions"]
    assert session["runs"] == 1


def test_links_that_lead_to_each_other_are_told(tmp_path):
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    for out in (tmp_path / "a", tmp_path / "a" / "x"):
        refused = _compare("--strategies", "balanced", "--out", str(out))
        assert refused.exit_code == 2, refused.output
        assert isinstance(refused.exception, SystemExit)
