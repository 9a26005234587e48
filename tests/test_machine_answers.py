"""With --json a command does all that it was asked for, and its one object names it."""

import json

from typer.testing import CliRunner

from sim.advice.search.read import ANSWER, BESIDE
from sim.cli.main import app
from sim.common.own_digest import with_seal
from sim.common.writing import write_json
from tests.quick import make_quick
from tests.test_searched import ANSWERED

SMALL = "--strategies balanced --customers 200 --weeks 4 --futures 2 --jobs 1".split()


def _call(*arguments):
    return CliRunner().invoke(app, list(arguments))


def test_a_machine_gets_the_report_and_the_search_that_it_asks_for(monkeypatch, tmp_path):
    """What is told besides goes to standard error."""
    make_quick(monkeypatch.setattr)
    place, page = tmp_path / "new", tmp_path / "report.html"
    command = ("compare", "--market", "grocery", *SMALL, "--out", str(place), "--json")
    plain = json.loads(_call(*command).stdout)
    assert plain["report"] is plain["search"] is None

    def written(folder, _out, say, *_):
        assert folder == place
        say("There already.")
        page.write_text("made", "utf-8")
        return page

    def sought(_market, folder, *_):
        (folder / BESIDE).mkdir()
        write_json(folder / BESIDE / ANSWER, with_seal(ANSWERED))

    monkeypatch.setattr("sim.report.html_page.make_report", written)
    monkeypatch.setattr("sim.workbench.search.search_beside", sought)
    done = _call(*command, "--report", "--search")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert told["report"] == str(page) and page.read_text("utf-8") == "made"
    answer = json.loads(json.dumps(ANSWERED))
    assert answer["verdict"] == "choose"  # by the futures alone; half of the gain is beyond belief
    assert told["search"] == {"folder": str(place / BESIDE), **answer, "verdict": "too_good"}
    assert "There already." in done.stderr and str(page) in done.stderr
