"""A report is a folder of its own, whole or not there, and never overwritten."""

import base64
import json
import shutil
from threading import Event

import pandas as pd
import pytest

from sim.common import writing
from sim.common.errors import InputError
from sim.common.reading import digest
from sim.experiment import result_store
from sim.report import html_page
from sim.report.html_page import make_report
from sim.report.notebook_format import nbformat
from tests.stored import id_of, write_sealed
from tests.synthetic import content_of, shared_comparison

KINDS = ["winner", "no_clear_winner", "do_nothing"]
MEGABYTES = 1024 * 1024
#: More seconds than a loaded machine needs for any one step.
PATIENCE = 120.0


@pytest.fixture
def finished(tmp_path, monkeypatch):
    """A folder of a finished comparison; its notebook is copied without a kernel."""
    comparison = shared_comparison()
    folder = tmp_path / "comparison"
    folder.mkdir()
    wide = comparison.measures.pivot_table(
        index=["scenario", "future", "luck", "segment"], columns="measure", values="value"
    )
    summary = wide.to_csv().encode()
    (folder / result_store.SUMMARY).write_bytes(summary)
    made = comparison.manifest.model_copy(update={"summary": digest(summary)})
    result_store.write_manifest(folder, made)

    def run(path, out, parameters):
        assert parameters["results_dir"] == str(folder)
        shutil.copyfile(path, out)
        return out

    monkeypatch.setattr(html_page, "run_notebook", run)
    monkeypatch.setattr(html_page, "build_content", lambda _comparison: content_of())
    monkeypatch.setattr(html_page, "judged_comparison", lambda _folder: comparison)
    monkeypatch.setattr(html_page, "reports_folder", lambda _market: tmp_path / "reports")
    return folder


def _another(folder, seed):
    manifest = json.loads((folder / result_store.MANIFEST).read_text()) | {"seed": seed}
    write_sealed(folder, {**manifest, "id": id_of(manifest)})


def test_a_bundle_holds_the_page_its_figure_and_its_sources(finished, tmp_path):
    page = make_report(finished)
    assert page == tmp_path / "reports" / "shop" / "report.html"
    names = {path.name for path in page.parent.iterdir()}
    documents = {"report.html", "brief.pdf"}
    assert names == documents | {"report.ipynb", "figure.png", "summary.csv", "manifest.json"}
    nbformat.validate(nbformat.read(page.parent / "report.ipynb", as_version=4))
    assert (page.parent / "figure.png").read_bytes().startswith(b"\x89PNG")
    assert str(finished) not in page.read_text()
    encoded = base64.b64encode((page.parent / "figure.png").read_bytes()).decode()
    assert encoded in page.read_text()
    assert pd.read_csv(page.parent / "summary.csv")["customer_equity"].notna().all()


def test_a_report_is_kept_and_another_comparison_gets_its_own_folder(finished, tmp_path):
    said = []
    page = make_report(finished, say=said.append)
    before = page.stat().st_mtime_ns
    assert [one.partition(":")[0] for one in said] == ["Left out"], (
        "no runs can be made beside these"
    )
    assert make_report(finished, say=said.append) == page
    assert "left as they are" in said[1]
    assert page.stat().st_mtime_ns == before
    _another(finished, 2)
    assert make_report(finished).parent.name == "shop-2"
    assert page.stat().st_mtime_ns == before
    with pytest.raises(InputError, match="never overwritten"):
        make_report(finished, page.parent)


def test_a_document_asked_for_later_is_added_and_the_others_are_left(finished):
    page, said = make_report(finished, formats=["html"]), []
    before = page.stat().st_mtime_ns
    added = make_report(finished, say=said.append, formats=["html", "xlsx"])
    assert added == page and page.stat().st_mtime_ns == before
    assert "report.html is there already" in said[0]
    assert (page.parent / "report.xlsx").read_bytes().startswith(b"PK")


def test_documents_in_another_language_stand_beside_and_take_nobodys_place(finished):
    page = make_report(finished, formats=["html", "xlsx"])
    before = {path.name: path.stat().st_mtime_ns for path in page.parent.iterdir()}
    other, said = make_report(finished, formats=["html", "xlsx"], language="zh"), []
    names = {path.name for path in page.parent.iterdir()}
    assert other == page.with_name("report.zh.html")
    assert names - set(before) == {"report.zh.html", "report.zh.xlsx", "figure.zh.png"}
    assert all(page.with_name(name).stat().st_mtime_ns == before[name] for name in before)
    assert '<html lang="zh">' in other.read_text(encoding="utf-8")
    assert make_report(finished, say=said.append, formats=["html"], language="zh") == other
    assert "report.zh.html已经存在" in said[0]


@pytest.mark.parametrize("step", ["make_document", "run_notebook"])
def test_a_report_that_fails_leaves_nothing_behind(finished, tmp_path, monkeypatch, step):
    def fail(*_arguments):
        raise OSError("no space left")

    monkeypatch.setattr(html_page, step, fail)
    with pytest.raises(OSError, match="no space"):
        make_report(finished)
    assert not list((tmp_path / "reports").iterdir())


def test_the_notebook_runs_while_documents_are_written(finished, monkeypatch):
    """Each waits until the other has begun."""
    began = {step: Event() for step in ("run_notebook", "make_document")}

    def meeting(step, other):
        do = getattr(html_page, step)

        def meet(*arguments):
            began[step].set()
            assert began[other].wait(PATIENCE), f"{other} has not begun"
            return do(*arguments)

        monkeypatch.setattr(html_page, step, meet)

    meeting(*began)
    meeting(*reversed(began))
    assert (make_report(finished).parent / "report.ipynb").exists()


def test_a_report_that_fails_does_not_wait_for_its_notebook(finished, tmp_path, monkeypatch):
    failed = Event()

    def fail(*_arguments):
        raise OSError("no space left")

    def wait(*_arguments):
        failed.wait(PATIENCE)
        raise OSError("nobody waits for this")

    monkeypatch.setattr(html_page, "make_document", fail)
    monkeypatch.setattr(html_page, "run_notebook", wait)
    with pytest.raises(OSError, match="no space"):
        make_report(finished)
    assert not failed.is_set() and not list((tmp_path / "reports").iterdir())
    failed.set()


def test_a_comparison_that_has_been_read_is_not_read_again(finished, monkeypatch):
    page, judged = make_report(finished, formats=["html"]), html_page.judged_comparison(finished)
    before = page.read_bytes()
    page.unlink()

    def read(_folder):
        raise AssertionError("read again")

    monkeypatch.setattr(html_page, "judged_comparison", read)
    assert make_report(finished, formats=["html"], judged=judged).read_bytes() == before


def test_what_a_killed_report_left_is_cleared_by_the_next(finished, tmp_path):
    left = tmp_path / "reports" / ".shop.partial" / "shop"
    left.mkdir(parents=True)
    (left / "report.html").write_text("half")
    (left.parent / "report.ipynb").write_text("half")
    page = make_report(finished)
    assert "half" not in page.read_text()[:20]
    assert [path.name for path in (tmp_path / "reports").iterdir()] == ["shop"]


def test_two_commands_do_not_write_the_same_report(finished, tmp_path):
    left = tmp_path / "reports" / ".shop.partial"
    (left / "shop").mkdir(parents=True)
    with writing.lock(left), pytest.raises(InputError, match="in use by"):
        make_report(finished)
    assert (left / "shop").is_dir()


def test_an_unfinished_comparison_gets_no_report(finished, tmp_path):
    manifest = json.loads((finished / result_store.MANIFEST).read_text())
    write_sealed(finished, {**manifest, "finished": False})
    with pytest.raises(InputError, match="Continue it with"):
        make_report(finished)
    assert not (tmp_path / "reports").exists()
