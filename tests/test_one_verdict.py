"""A comparison has one verdict, whoever reads it: terminal, machine, page, notebook, portfolio, trial.

Serves: C2.1
"""

import json
import re
from dataclasses import replace

import pytest
from typer.testing import CliRunner

import sim
import sim.analysis.judged  # noqa: F401 - before what it reads is replaced below
from sim.analysis.kept_judgement import as_judged
from sim.analysis.plain import plain_answer
from sim.cli.main import app
from sim.common.paths import root
from sim.common.results import MANIFEST
from sim.experiment.result_store import JUDGED
from sim.report.comparison.content import build_content
from sim.report.html_page import as_reported
from sim.workbench.portfolio.work import _answer
from tests.synthetic import shared_comparison
from tests.test_belief import with_plays

NOT_BELIEVED = "Not to be believed before a trial"
#: What may read the runs of a comparison without its verdict, and why.
READS_RUNS = {
    "sim/analysis/judged.py": "gives the verdict",
    "sim/cli/asked.py": "judges it, unless another one is asked for",
    "sim/advice/score/advised.py": "judges it, and reads the gains of the same plans in other futures",
    "sim/workbench/assumed.py": "on which values it leans",
    "sim/workbench/explained.py": "what its plays are worth",
    "sim/report/comparison/chosen.py": "a plan that a search found, which judged it",
}


@pytest.fixture(params=[0.6, 0.4])
def read(request, monkeypatch, tmp_path):
    """A comparison in a folder, of whose gain a share is beyond belief, and the verdict due."""
    found = with_plays(request.param)
    runs = replace(found, worths=None, folder=tmp_path)
    (tmp_path / MANIFEST).write_text("{}")  # the command looks whether there is one
    monkeypatch.setattr("sim.analysis.judged.load_comparison", lambda _: runs)
    monkeypatch.setattr("sim.analysis.load_comparison.load_comparison", lambda _: runs)
    monkeypatch.setattr("sim.analysis.judged.worths_in_plan", lambda *_: found.worths)
    monkeypatch.setattr("sim.experiment.compare.compare", lambda *_, **__: tmp_path)
    return tmp_path, "too_good" if request.param > 0.5 else "winner"


def _call(*arguments):
    done = CliRunner().invoke(app, [*map(str, arguments)])
    assert done.exit_code == 0, done.output
    return done.stdout


def test_all_voices_say_the_same_verdict_of_a_comparison(read):
    folder, due = read
    asked = ("compare", "--market", "grocery", "--strategies", "balanced", "--out", folder)
    api, page = sim.read_comparison(folder), as_reported(folder)
    kinds = {
        "machine": json.loads(_call(*asked, "--json"))["verdict"],
        "api": api.verdict.kind,
        "page": page.verdict.kind,
        "plain": plain_answer(page)["verdict"],
        "portfolio": _answer(page, folder)["verdict"],
    }
    assert kinds == dict.fromkeys(kinds, due)
    said = {
        "terminal": _call(*asked),
        "answer": api.answer,
        "shown": repr(api),
        "in a notebook": api._repr_html_(),
        "its section": api.section("answer").heading,
        "page": build_content(page).answer,
    }
    for voice, text in said.items():
        assert (NOT_BELIEVED in text, "Choose Balanced" in text) == (
            due == "too_good",
            due == "winner",
        ), voice


def test_what_was_judged_is_kept_for_the_next_comparison_of_the_market(read):
    folder, due = read
    judged = as_reported(folder)
    runs = replace(judged.verdict, kind="winner", doubtful=())
    kept = as_judged(folder, judged.manifest, runs)
    assert kept is not None and kept.kind == due
    assert kept.doubtful == judged.verdict.doubtful
    content = json.loads((folder / JUDGED).read_text(encoding="utf-8"))
    (folder / JUDGED).write_text(json.dumps(content | {"verdict": "do_nothing"}))
    assert as_judged(folder, judged.manifest, runs) is None, "edited since"


def test_the_command_designs_the_trial_that_the_report_tells(read):
    folder, due = read
    trial = json.loads(_call("trial", folder, "--json"))["trial"]
    assert trial["of_promise"] == (due == "too_good")
    told = build_content(as_reported(folder))["trial"]
    assert _call("trial", folder).startswith(told.heading)


def test_the_plays_that_are_not_believed_are_named_where_the_report_is_on_another_plan(read):
    folder, due = read
    other = replace(as_reported(folder), worths=None)
    named = "feedback" in build_content(other).answer.lower()
    assert named == (due == "too_good")


def test_whoever_tells_a_verdict_reads_it_where_it_is_given():
    imports = re.compile(r"^\s*from sim\.analysis\.load_comparison import load_comparison", re.M)
    found = {
        str(path.relative_to(root()))
        for path in (root() / "sim").rglob("*.py")
        if imports.search(path.read_text(encoding="utf-8"))
    }
    assert found == set(READS_RUNS)


def test_where_nothing_leads_nothing_is_run(monkeypatch, tmp_path):
    nothing = shared_comparison("do_nothing")
    monkeypatch.setattr("sim.analysis.judged.load_comparison", lambda _: nothing)
    monkeypatch.setattr("sim.analysis.judged.worths_in_plan", None)
    assert sim.read_comparison(tmp_path).verdict == nothing.verdict
