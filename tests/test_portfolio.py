"""A portfolio: many comparisons, each with its report, and one page that sets them side by side."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from test_searched import ANSWERED, PLAY, TOLD
from typer.testing import CliRunner

from sim.advice.search.read import ANSWER, BESIDE
from sim.cli import main
from sim.common.errors import InputError
from sim.common.own_digest import with_seal
from sim.common.paths import root
from sim.common.reading import read_yaml
from sim.common.writing import write_json
from sim.experiment import compare as comparing
from sim.experiment.of_client import outside
from sim.experiment.portfolio_file import read_portfolio
from sim.report import html_page
from sim.report.phrases import in_language
from sim.report.portfolio.page import answer_of_all, build_index
from sim.report.portfolio.state import State
from sim.report.portfolio.tables import markets_table
from sim.report.rendering import render
from sim.workbench.comparison import read_comparison
from sim.workbench.portfolio.run import run_portfolio
from sim.workbench.portfolio.work import _answer
from tests.portfolios import make_client, state_of, without_documents
from tests.quick import make_quick
from tests.synthetic import shared_comparison

EXAMPLE = root() / "playbook" / "portfolios" / "three_markets.yaml"
TINY = {"customers": 100, "futures": 2, "weeks": 4}


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """How a portfolio is carried out is tested here, not what is found."""
    make_quick(monkeypatch.setattr)
    without_documents(monkeypatch.setattr)


def _call(*words: str):
    return CliRunner().invoke(main.app, list(words))


def _written(path: Path, markets: list, **more: object) -> Path:
    content = {"strategies": ["balanced"], **TINY, **more, "markets": markets}
    path.write_text(json.dumps(content), encoding="utf-8")  # JSON is YAML
    return path


def _bytes(folder: Path) -> dict[str, tuple[int, bytes]]:
    return {
        str(p.relative_to(folder)): (p.stat().st_mtime_ns, p.read_bytes())
        for p in folder.rglob("*")
        if p.is_file()
    }


class _Links(HTMLParser):
    """The links of a page, and what else it would load."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "a":
            self.links.append(given["href"])
        elif given.get("src", "data:")[:5] != "data:" or tag in ("script", "link", "iframe"):
            self.loaded.append(tag)


def test_the_example_is_carried_out_at_a_tiny_size(checkout):
    content = read_yaml(checkout / "playbook" / "portfolios" / EXAMPLE.name)
    assert content["markets"] and not set(TINY) - set(content)
    file = _written(checkout / "tiny.yaml", content["markets"])
    done = _call("portfolio", str(file), "--jobs", "1", "--json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert [one["state"] for one in told["entries"]] == ["done"] * len(content["markets"])
    folder = checkout / "reports" / "portfolios" / "tiny"
    assert told["page"] == str(folder / "index.html")
    page = _Links((folder / "index.html").read_text(encoding="utf-8"))
    reports = [one for one in page.links if not one.startswith("#")]
    assert len(reports) == len(content["markets"]) and not page.loaded
    assert all((folder / one).is_file() for one in reports)
    for one in told["entries"]:
        made = read_comparison(Path(one["answer"]["folder"]))
        first = made.gains.iloc[0]
        assert one["answer"]["gain"] == first["gain"]
        assert one["answer"]["expected_high"] == first["expected_high"]
        assert Path(one["answer"]["folder"]) == folder / "comparisons" / one["name"]
    # the market's own results, which `loyalty explain` and others read, are left as they are
    assert not [path for path in (checkout / "data" / "results").glob("*") if path.is_dir()]


def test_a_finished_portfolio_is_left_as_it_is_and_more_goes_beside_it(checkout, monkeypatch):
    more = {"market": "grocery", "name": "again", "futures": 3}
    file = _written(checkout / "two.yaml", ["grocery", more])
    first = run_portfolio(file, jobs=1)
    made = _bytes(first.folder)
    ran = []
    monkeypatch.setattr(comparing, "run_missing", lambda *given: ran.append(given))
    again = run_portfolio(file, jobs=1)
    changed = ("index.html", "portfolio.json")
    kept = {name: one for name, one in _bytes(first.folder).items() if name not in changed}
    assert again.folder == first.folder and not ran
    wider = run_portfolio(_written(checkout / "three.yaml", ["grocery"]), jobs=1)
    assert wider.folder != first.folder and not ran  # nor what one beside it has run
    assert kept == {name: one for name, one in made.items() if name not in changed}


def test_after_an_edit_of_a_market_the_former_answers_stay_beside_the_new(checkout):
    file = _written(checkout / "one.yaml", ["grocery"])
    first = run_portfolio(file, jobs=1)
    made = _bytes(first.folder)
    market = checkout / "data" / "markets" / "grocery.yaml"
    text = market.read_text(encoding="utf-8")
    assert "gross_margin:\n    value: 0.25" in text
    market.write_text(
        text.replace("gross_margin:\n    value: 0.25", "gross_margin:\n    value: 0.27")
    )
    second = run_portfolio(file, jobs=1)
    assert second.folder == first.folder.with_name("one-2")
    assert second.states[0].found["id"] != first.states[0].found["id"]
    assert _bytes(first.folder) == made
    with pytest.raises(InputError, match="new, empty or of this portfolio"):
        run_portfolio(file, first.folder, jobs=1)


def test_one_that_fails_stops_no_other_is_told_and_is_tried_again(checkout, monkeypatch):
    file = _written(checkout / "two.yaml", ["grocery", "airline"])
    real = html_page._write_documents

    def fail(bundle: Path, folder: Path, *given: object) -> None:
        if folder.name == "grocery":
            raise InputError("the disk", "room", "none", "some")
        real(bundle, folder, *given)

    monkeypatch.setattr(html_page, "_write_documents", fail)
    done = _call("portfolio", str(file), "--jobs", "1")
    assert done.exit_code == 1, done.output
    assert "the disk: room: found 'none', expected some." in done.stderr
    assert "Traceback" not in done.output
    page = checkout / "reports" / "portfolios" / "two" / "index.html"
    said = re.sub(r"<[^>]+>", " ", page.read_text(encoding="utf-8"))
    assert "1 done, 1 failed, 0 to do" in said and "the disk: room" in said
    monkeypatch.setattr(html_page, "_write_documents", real)
    done = _call("portfolio", str(file), "--jobs", "1")
    assert done.exit_code == 0, done.output
    assert not (page.parent / "failures.json").exists()


def test_a_fault_of_the_workbench_is_told_with_its_traceback_in_a_file(checkout, monkeypatch):
    def fail(*_given: object) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(html_page, "_write_documents", fail)
    done = run_portfolio(_written(checkout / "one.yaml", ["grocery"]), jobs=1)
    assert done.states[0].word == "failed"
    kept = json.loads((done.folder / "failures.json").read_text(encoding="utf-8"))
    assert "ZeroDivisionError" in kept["grocery"]["traceback"]


def test_all_that_is_wrong_in_a_file_is_told_at_once_with_the_nearest_names(tmp_path):
    path = tmp_path / "wrong.yaml"
    path.write_text(
        "strategies: [balancd]\nmarkets:\n  - grocerie\n  - market: airline\n    name: grocery\n"
        "  - grocery\n",
        encoding="utf-8",
    )
    with pytest.raises(InputError) as caught:
        read_portfolio(path)
    faults = {fault.field: fault for fault in caught.value.faults}
    assert set(faults) == {"markets.0.market", "markets.2.name", "strategies"}
    assert faults["markets.0.market"].nearest == "grocery"
    assert faults["strategies"].nearest == "balanced"
    assert all(fault.where == str(path) for fault in faults.values())

    path.write_text("marketz: [grocery]\nfutures: 1\nweeks: many\nmarkets: []\n", encoding="utf-8")
    done = _call("portfolio", str(path), "--json")
    assert done.exit_code == 2
    told = {fault["field"]: fault for fault in json.loads(done.stdout)["faults"]}
    assert set(told) == {"marketz", "futures", "weeks", "markets"}
    assert told["marketz"]["nearest"] == "markets"


def test_an_unknown_market_is_told_beside_what_else_is_wrong(tmp_path):
    path = tmp_path / "wrong.yaml"
    path.write_text("markets: [grocerie]\nfutures: true\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_portfolio(path)
    assert {fault.field for fault in caught.value.faults} == {"markets.0.market", "futures"}


def test_a_clients_portfolio_lies_in_the_clients_folder_which_is_sealed_with_it(clients):
    make_client(clients, "shop")
    done = run_portfolio(_written(clients / "brands.yaml", ["shop"]), jobs=1)
    assert done.folder == clients / "shop" / "portfolios" / "brands"
    assert [one.word for one in done.states] == ["done"], done.states[0].failure
    assert Path(done.states[0].found["folder"]) == done.folder / "comparisons" / "shop"
    assert not (clients / "shop" / "results").exists()
    assert done.page.stat().st_mode & 0o077 == 0
    assert outside("shop") == []


def test_a_plan_that_a_search_chose_is_the_answer_of_its_market(tmp_path):
    (tmp_path / BESIDE).mkdir()
    believed = ANSWERED | {"plays_of_plan": [PLAY | {"look_twice": False}]}
    write_json(tmp_path / BESIDE / ANSWER, with_seal(believed))
    found = _answer(replace(shared_comparison(), folder=tmp_path), tmp_path)
    assert (found["is_found"], found["plan"], found["gain"]) == (True, "found_1", TOLD["gain"])
    assert (found["expected_low"], found["expected_high"]) == (TOLD["low"], TOLD["high"])
    states = [State("made_up", "Made up", found, report="made_up/report.html")]
    assert answer_of_all(states) == "A plan is to be chosen: Made up (Plan 1)."
    assert markets_table(states, {"made_up": "Made up"}).frame["Best in futures"].iloc[0] == "–"
    with in_language("zh"):
        assert "计划1" in answer_of_all(states)


def test_a_client_who_is_sealed_is_told_to_be_opened(clients):
    clients.mkdir()
    (clients / "shop.sealed").write_bytes(b"")
    with pytest.raises(InputError) as caught:
        read_portfolio(_written(clients / "brands.yaml", ["shop"]))
    assert caught.value.field == "markets.0.market"
    assert "loyalty unseal shop" in caught.value.hint


def test_markets_stand_by_their_shares_and_no_currency_is_added_to_another():
    states = [
        state_of("shop", "EUR", 30.0),
        state_of("laden", "JPY", 60.0),
        state_of("mart", "USD", -5.0),
    ]
    states[1].found["nothing"] = 6000.0  # the largest amount is the second share
    page = render(build_index("All", states, "0", "1")).replace("\N{WORD JOINER}", "")
    table = page.partition("<tbody>")[2].partition("</tbody>")[0]
    rows = [re.sub(r"<[^>]+>", " ", row).split() for row in table.split("</tr>")[:-1]]
    assert [row[0] for row in rows] == ["Shop", "Laden", "Mart"]
    assert "+3%" in " ".join(rows[0]).replace(".00", "") and "+€3.00" in rows[0]
    assert "+¥6.00" in rows[1]
    amounts = re.findall(r"[+\u2212](?:€|¥|\$)[\d.]+", re.sub(r"<[^>]+>", " ", page))
    assert not {"85.0", "90.0", "9.00", "8.50"} & {one[2:] for one in amounts}
    assert "never added up" in page


@pytest.mark.parametrize(
    ("kinds", "said"),
    [
        (["do_nothing", "do_nothing"], "Do nothing new in any of the 2 markets."),
        (["winner", "do_nothing"], "In 1 of 2 markets a plan is to be chosen: A (Balanced)."),
        (["too_dear", "do_nothing"], "Do nothing new in any of the 2 markets."),
        (["too_good", "winner"], "In 1 of 2 markets a plan is to be chosen: B (Balanced)."),
        (
            ["undecided", "do_nothing"],
            "No plan is chosen yet: do nothing new in B; it is open in A.",
        ),
        (["undecided", "no_clear_winner"], "No plan is chosen yet in any of the 2 markets"),
    ],
)
def test_the_first_line_says_where_there_is_something_to_choose(kinds, said):
    states = [state_of(name, "USD", 1.0, kind) for name, kind in zip("ab", kinds, strict=True)]
    assert answer_of_all(states).startswith(said)


def test_nothing_is_ranked_by_a_firm_that_is_worth_nothing_and_what_is_to_do_is_said():
    lost = state_of("lost", "USD", 10.0)
    lost.found["nothing"] = -5.0
    content = build_index(
        "All", [lost, state_of("shop", "USD", 1.0), State("late", "Late")], "0", "1"
    )
    assert "Late is still to do" in content["answer"].sentences[0]
    table = content["markets"].tables[0].frame
    assert list(table["Market"]) == ["Shop", "Lost"] and table["Share added"].iloc[1] == "–"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_can_be_read_without_seeing_it_in_both_languages(language):
    failed = State("gone", "Gone", failure={"kind": "ended", "text": "", "code": -9})
    with in_language(language):
        states = [state_of("shop", "USD", 30.0, "winner"), failed]
        page = render(build_index("All", states, "0", "1"))
    assert f'<html lang="{language}">' in page
    assert page.count("<caption>") == page.count("<table>") == 2
    assert all(words for words in re.findall(r'<img alt="([^"]*)"', page))
    assert page.count("<h1>") == 1
    if language == "zh":
        text = re.sub(r"<style>.*?</style>|<[^>]+>", " ", page, flags=re.DOTALL)
        assert not re.findall(r"[A-Za-z]{2,}(?: [A-Za-z]{2,}){2,}", text)
