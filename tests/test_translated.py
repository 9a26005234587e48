"""What playbook, data and command line say is said in Chinese too, by the English of today."""

import ast
import re
from collections.abc import Iterator
from string import Formatter
from typing import Any, get_args

import pytest

from sim.advice.search.optimise import STAGES
from sim.analysis.titles import DOING_NOTHING
from sim.calibration.fit import _ALIKE, _set
from sim.calibration.in_words import USE
from sim.calibration.said import Said
from sim.calibration.spend_said import SECTION, SOURCE
from sim.checks.effect_tables import WHY as VERDICTS
from sim.checks.playbook_in import ENDING, HEADINGS, monday_list
from sim.checks.validation.bias import WORDS
from sim.checks.validation.catalogue import NO_REASON, REASONS
from sim.cli.intake import COUNTED
from sim.cli.reproduce import KINDS
from sim.cli.review_words import DEEDS, FINDINGS, JUDGED_BY, MEASURES
from sim.cli.terminal import OUTSIDE
from sim.common.composed import PATTERNS, PLAIN, refused, retold
from sim.common.errors import InputError
from sim.common.paths import root
from sim.common.reading import read_yaml
from sim.common.text_tables import FOLDERS, REFUSALS, rows_of, texts_in, texts_of
from sim.common.translated import translated
from sim.evidence.findings import load_evidence, load_facts
from sim.evidence.parameters import load_parameters
from sim.experiment import cluster, compare, results_folder, runs_beside
from sim.intake.cell_words import channels
from sim.levers import BY_NAME
from sim.market.market import load_market
from sim.market.matters import WHY
from sim.market.numbers import Number
from sim.market.values import VALUES
from sim.playbook.audiences import AUDIENCES
from sim.playbook.cases import case_names, load_case
from sim.playbook.pages import DEPARTMENTS, load_page
from sim.playbook.strategy_files import load_strategy
from sim.playbook.strategy_places import known_strategies
from sim.report.comparison.assumptions import unit_shown
from tests.refusals import literals, refusals

CHINESE = [path.stem for path in (root() / "playbook").glob("??.csv")]
#: Texts that are handed to the command line by what runs, or chosen by a number there.
HANDED_ON = {
    *"who;does what;for whom;when;Q1;Q2;Q3;Q4;year 2;year 3;year 3+".split(";"),
    *(*STAGES.values(), cluster.NO_WORKER, compare.DRAWING, results_folder.WAITING),
    runs_beside.WAITING,
    *("runs", "futures", "weeks", "markets", "running", "finished before: nothing to run"),
    *"Foreseeing the last part of the log;Working out how sure that is;Done;steps".split(";"),
    *"planning what each strategy costs;Reading the log;Scoring, beside the classics".split(";"),
    "finding how many customers and futures make the most of the time",
}
#: What is called with a text that is shown.
_TELLING = ("told", "translated", "Untested", "Phrase")
MARKETS = sorted(path.stem for path in (root() / "data" / "markets").glob("*.yaml"))


def _of_strategies() -> set[str]:
    found = [load_strategy(name) for name in known_strategies()]
    return {text for one in found for text in (one.title, one.summary)} | {DOING_NOTHING}


def _of_levers() -> set[str]:
    """Return what the pages say, the names of their presets, and what each setting is."""
    pages = [load_page(lever) for lever in BY_NAME]
    said = {text for page in pages for text in (page.title, page.summary)}
    said |= {risk.says for page in pages for risk in page.risks}
    said |= {ENDING} | {text for page in pages for text in page.risks_of_ending}
    said |= {text for page in pages for text in monday_list(page.id)}
    for page in pages:
        for name, preset in page.presets.items():
            said |= {name.replace("_", " "), preset.summary}
    fields = [lever.Settings.model_fields for lever in BY_NAME.values()]
    return said | {str(field.description) for some in fields for field in some.values()}


def _of_cases() -> set[str]:
    return {
        text for name in case_names() for text in (load_case(name).title, load_case(name).summary)
    }


def _of_markets() -> set[str]:
    """Return what the head of a market says: its title, its data and what to beware of."""
    found = [load_market(name) for name in {*MARKETS, *(load_case(n).market for n in case_names())}]
    heads = {text for m in found for text in (m.title, m.data.source, m.data.licence)}
    return heads | {caution for market in found for caution in market.cautions}


def _of_numbers() -> set[str]:
    """Return units, names of parts and reasons of the numbers of built-in markets and parameters."""
    markets = [
        load_market(name) for name in {*MARKETS, *(load_case(n).market for n in case_names())}
    ]
    numbers = [number for market in markets for number in market.values.values()]
    parts = [part for market in markets for part in (*market.rivals, *market.channels)]
    moving = [market.moving_rates for market in markets if market.moving_rates is not None]
    own = set(channels().values())  # of a client's log
    numbers += [part.share for part in parts] + [n for one in moving for n in one.values.values()]
    units = {row.unit for row in load_parameters().rows} | {value.unit for value in VALUES.values()}
    units |= {number.unit for number in numbers}
    units |= {unit_shown(unit, contract=True) for unit in units}
    units |= {unit.removeprefix("currency ") for unit in units}
    said = {_own_reason(number.source) for number in numbers} | {one.reason for one in moving}
    return said | own | {part.name.replace("_", " ") for part in parts} | units - {"1", ""}


def _own_reason(source: str) -> str:
    """Return the reason of a number, without the market that a case takes it over from."""
    return re.sub(r"^as in the market \w+: ", "", source)


def _of_evidence() -> set[str]:
    """Return what was found, and what a report calls each parameter and says of it."""
    rows, found = load_parameters().rows, load_evidence()
    names = {row.parameter.replace("_", " ") for row in rows}
    told = {text for one in found for text in (one.finding, one.context, one.caveat)}
    told |= {one.journal for one in found if re.match(r"(?!arXiv)[a-z]", one.journal)}  # no name
    return (names | told | {row.note for row in rows}) - {""}


def _of_any_firm() -> set[str]:
    """Return the reasons of what is assumed of a firm of which a log and perhaps the trade are known."""
    written = [read_yaml(root() / "data" / f"{name}.yaml") for name in ("assumptions", "trades")]
    given = [written[0]["default"], written[0][SECTION], written[1]]
    return {row["source"] for row in _rows(given)} | {SOURCE}


def _rows(given: Any) -> Iterator[dict[str, Any]]:
    """Yield every mapping with a source in what a YAML file holds."""
    if isinstance(given, dict) and isinstance(given.get("source"), str):
        yield given
    elif isinstance(given, dict | list):
        for one in given.values() if isinstance(given, dict) else given:
            yield from _rows(one)


def _of_facts() -> set[str]:
    """Return the statistics of the facts, why one may lie outside its band, and the test of bias."""
    found = {row.statistic for row in load_facts()} | {
        text for two in WORDS.values() for text in two
    }
    return found | {*REASONS.values(), NO_REASON}


def _in_code() -> set[str]:
    """Return the texts that the code gives to `told`, `translated` and `Untested`."""
    found: set[str] = set()
    for path in (root() / "sim").rglob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        named: dict[str, list[ast.expr]] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                named.setdefault(node.targets[0].id, []).append(node.value)
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in _TELLING:
                found |= set().union(*(_constants(text, named) for text in node.args[:1]))
    return found


def _constants(given: ast.expr, named: dict[str, list[ast.expr]]) -> set[str]:
    """Return the texts that an expression may be: itself, by its name, or by a condition."""
    if isinstance(given, ast.Constant):
        return {given.value} if isinstance(given.value, str) else set()
    if isinstance(given, ast.IfExp):
        return _constants(given.body, named) | _constants(given.orelse, named)
    if isinstance(given, ast.Name):
        return set().union(*(_constants(value, {}) for value in named.get(given.id, [])))
    return set()


def _of_command_line() -> set[str]:
    plays = [play for name in known_strategies() for play in load_strategy(name).plays]
    words = [*AUDIENCES, *(play.phase for play in plays if play.phase)]
    return (
        {word.replace("_", " ") for word in words}
        | {*AUDIENCES.values(), *OUTSIDE.values(), *WHY.values(), *HANDED_ON, *VERDICTS.values()}
        | {*MEASURES.values(), *FINDINGS.values(), *DEEDS.values(), *JUDGED_BY.values()}
        | {*USE.values(), *COUNTED.values(), *KINDS.values()}
        | {f"{name.capitalize()} department" for name in DEPARTMENTS}
        | set(get_args(Number.model_fields["status"].annotation))
        | {*PATTERNS, *PLAIN, *_in_code()}
    )


def _shown() -> set[str]:
    """Return every text that a report, a plan or the command line shows."""
    records = _of_strategies() | _of_levers() | set(HEADINGS) | _of_cases()
    records |= _of_markets() | _of_numbers() | _of_evidence() | _of_any_firm() | _of_facts()
    return records | _of_command_line() | set(rows_of(REFUSALS, "zh"))


@pytest.mark.parametrize("language", CHINESE)
def test_each_text_that_is_shown_is_said_in_the_language_too(language):
    assert not (missing := sorted(_shown() - set(texts_of(language)))), "\n".join(missing)


@pytest.mark.parametrize("language", CHINESE)
def test_no_row_translates_what_no_record_says_any_more(language):
    assert sorted(set(texts_of(language)) - _shown()) == []


@pytest.mark.parametrize("language", CHINESE)
def test_a_text_keeps_its_gaps(language):
    for english, other in texts_of(language).items():
        assert _gaps(other) == _gaps(english), english


def _gaps(text: str) -> list[tuple[str, str | None, str | None]]:
    return sorted((name, form, conv) for _, name, form, conv in Formatter().parse(text) if name)


def test_there_is_a_chinese_table_in_each_folder():
    assert "zh" in CHINESE
    assert all((root() / folder / "zh.csv").exists() for folder in FOLDERS)


def test_each_lever_has_a_monday_list_of_several_steps():
    for lever in BY_NAME:
        steps = monday_list(lever)
        assert len(steps) >= 3 and all(step[0].isupper() and step[-1] in ".)" for step in steps)


def test_a_text_of_ones_own_is_shown_as_it_is_written():
    with texts_in("zh"):
        assert translated("Service first") == "服务优先"
        assert translated("My own plan") == "My own plan"
    assert translated("Service first") == "Service first"


def test_the_reason_of_a_number_that_a_case_takes_over_is_said_by_its_parts():
    market = load_market("airline")
    with texts_in("zh"):
        for number in market.values.values():
            assert re.search(r"[\u4e00-\u9fff]", retold(number.source)), number.source
        taken = retold("as in the market grocery: of room as text from nobody")
        assert taken == "与市场grocery相同：of room as text from nobody"
    source = market.values["discount_rate"].source
    assert retold(source) == source


def test_what_a_calibration_says_of_the_numbers_of_any_log_is_said_in_the_language():
    said = [_set(name, value)["source"] for name in _ALIKE for value in (1.0, 50.0)]
    said += [number["source"] for number in Said("EUR", wage=25.0).values().values()]
    moving = [one.reason for name in MARKETS if (one := load_market(name).moving_rates)]
    other = {re.sub(r"for [\d,]+ weeks", "for 1,027 weeks", reason) for reason in moving}
    assert said and other
    assert other.isdisjoint(moving)  # or their rows in the table would do
    with texts_in("zh"):
        left = [text for text in (*said, *other) if not re.match(r"[\u4e00-\u9fff]", retold(text))]
    assert left == []


def test_what_is_wrong_and_what_to_do_is_said_in_the_language_and_names_stay():
    found = refusals()
    assert len(found) > 100  # so that nothing is passed over in silence
    with texts_in("zh"):
        told = {text: refused(text.replace("{}", "x_7")) for text in found}
    left = {text: re.sub(r"`[^`]*`|--[a-z_-]+( \w+)?", "", said) for text, said in told.items()}
    assert [t for t, said in left.items() if re.search(r"[A-Za-z]{2,} [a-z]{2,}", said)] == []
    assert all("x_7" in told[text] for text in found if "{}" in text)
    assert refused("one of a, b") == "one of a, b"


def test_no_refusal_is_translated_that_the_code_does_not_raise():
    whole = "\n".join(literals())
    for text in rows_of(REFUSALS, "zh"):
        longest = max(re.split(r"\{\w+\}|, |; ", text), key=len)
        assert longest.strip(" .()") in whole, text


def test_a_language_without_tables_shows_the_english():
    with texts_in("xx"):
        assert translated("Service first") == "Service first"


def test_a_text_that_stands_twice_is_refused(monkeypatch, tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "yy.csv").write_text("english,other\na,b\na,c\n", encoding="utf-8")
    for module in ("text_tables", "reading"):
        monkeypatch.setattr(f"sim.common.{module}.root", lambda: tmp_path)
    with pytest.raises(InputError, match="each text once"):
        texts_of("yy")
