"""What the reports say stands in one catalogue: no sentence in the code, no key without its phrase."""

import ast
import re
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import pytest

from sim.common.paths import root
from sim.report.phrases import PhraseError, gaps_of, say, spoken

REPORT = root() / "sim" / "report"
#: Modules that show nothing of a report: they speak at the command line, in messages and errors.
NO_REPORT = {"html_page.py", "run_notebook.py", "normalise_notebook.py", "formats.py", "brand.py"}
#: Text that no reader reads as words, and why it may look like them.
NO_WORDS = {
    "figure_style.py": "what a PNG file holds beside the picture",
    "fonts.py": "names of fonts",
    "per trip": "a unit in a market's file, which is data and stays in its language",
    "per use": "the same unit under contracts",
    "typesetting.py": "names of fonts",
    "workbook.py": "formats of numbers, and formulas",
    "rendering.py": "classes of HTML, and an attribute with its value",
    "Blues": "a map of colours",
    "outside lower center": "a place in a figure",
    "lower right": "a place in a figure",
    "lower left": "a place in a figure",
    "offset points": "a unit of distance",
}
#: Functions and arguments of matplotlib that write what they are given.
WRITES = {"set_title", "set_xlabel", "set_ylabel", "text", "annotate", "suptitle", "label", "title"}
#: Groups of phrases for all modules; every other key begins with the module that says it.
FOR_ALL = ("page", "label", "column", "common")


@cache
def _modules() -> dict[Path, ast.Module]:
    """Parse all modules of the reports."""
    found = (path for path in sorted(REPORT.rglob("*.py")) if path.name not in NO_REPORT)
    return {path: ast.parse(path.read_text("utf-8")) for path in found}


def _used() -> list[tuple[str, set[str] | None, str]]:
    """Return each use of a phrase: its key, ``*`` for a part worked out, its gaps, and the module."""
    found: list[tuple[str, set[str] | None, str]] = []
    for path, tree in _modules().items():
        module = ".".join(path.relative_to(REPORT).with_suffix("").parts)
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and getattr(node.func, "id", "") == "say"):
                continue
            gaps = {word.arg for word in node.keywords}
            if isinstance(node.args[0], ast.Constant):
                known = None if None in gaps else gaps  # a dict of gaps is seen at run time
                found.append((str(node.args[0].value), known, module))
            elif isinstance(node.args[0], ast.JoinedStr):
                parts = node.args[0].values
                key = "".join(p.value if isinstance(p, ast.Constant) else "*" for p in parts)
                found.append((key, None, module))
    for template in (REPORT / "template").glob("*.j2"):
        said = re.findall(r'say\("([\w.]+)"((?:, \w+=[\w.]+)*)\)', template.read_text())
        found += [(key, set(re.findall(r"(\w+)=", gaps)), "page") for key, gaps in said]
    return found


def _forms(phrase) -> list[str]:
    return [*phrase.values()] if isinstance(phrase, dict) else [phrase]


def test_each_key_in_the_code_has_its_phrase_and_fills_its_gaps():
    assert len(_used()) > 400
    for key, gaps, _module in _used():
        if gaps is None:
            assert any(fnmatch(known, key) for known in spoken().phrases), key
            continue
        assert key in spoken().phrases, key
        for form in _forms(spoken().phrases[key]):
            assert gaps - {"count"} <= gaps_of(form) <= gaps, key


def test_each_phrase_is_used():
    used = {key for key, _gaps, _module in _used()}
    unused = [key for key in spoken().phrases if not any(fnmatch(key, known) for known in used)]
    assert unused == []


def test_each_phrase_stands_under_the_module_that_says_it():
    sayers: dict[str, set[str]] = {}
    for key, _gaps, module in _used():
        sayers.setdefault(key, set()).add(module)
        assert key.startswith(f"{module}.") or key.split(".")[0] in FOR_ALL, f"{module}: {key}"
    lonely = [key for key, said in sayers.items() if key.startswith("common.") and len(said) == 1]
    assert lonely == [], "said by one module: they belong under it"


def _literals(path: Path, tree: ast.Module) -> set[str]:
    """Return the text in a module's code that is neither docstring, error, pattern, nor a key."""
    aside = set()
    for node in ast.walk(tree):
        name = (
            getattr(node.func, "id", getattr(node.func, "attr", ""))
            if isinstance(node, ast.Call)
            else ""
        )
        if name in ("say", "keys") or isinstance(node, ast.Raise) or name == "compile":
            aside |= {id(child) for child in ast.walk(node.args[0] if name == "say" else node)}
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            aside.add(id(node.value))
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in aside
    }


def _is_worded(text: str) -> bool:
    """Return whether a reader would take text as words: letters with a blank or a capital among them."""
    return bool(re.search(r"[^\W\d_]{2}", text) and re.search(r"\s|\b[A-Z]", text))


def test_no_words_stand_in_the_code():
    unused = set(NO_WORDS)
    for path, tree in _modules().items():
        for text in filter(_is_worded, _literals(path, tree)):
            assert path.name in NO_WORDS or text in NO_WORDS, f"{path.name}: {text!r}"
            unused -= {path.name, text}
    assert unused == set(), "no longer there: take them off the list"


def test_words_are_told_from_keys():
    for text in ("Study", "cost or gain", "in half", " of ", "99% Interval", "NBD"):
        assert _is_worded(text), text
    for text in ("customer_equity", "runs/central/", "term.purchase.", "#009e73", "x", "|", ""):
        assert not _is_worded(text), text


def test_a_figure_is_given_no_word_of_the_code():
    for path, tree in _modules().items():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            given = [word.value for word in node.keywords if word.arg in WRITES]
            if getattr(node.func, "attr", "") in WRITES:
                given += node.args
            words = [
                value.value
                for value in given
                if isinstance(value, ast.Constant) and re.search("[a-z]", str(value.value))
            ]
            assert words == [], f"{path.name}: {words}"


def test_no_phrase_is_said_when_a_module_is_loaded():
    for path, tree in _modules().items():
        for node in tree.body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                continue
            calls = [
                n for n in ast.walk(node) if getattr(getattr(n, "func", None), "id", "") == "say"
            ]
            assert calls == [], f"{path.name}, line {node.lineno}: the language would be fixed"


def test_a_phrase_is_given_exactly_what_it_asks_for():
    with pytest.raises(PhraseError, match="no such phrase"):
        say("page.nothing")
    with pytest.raises(PhraseError, match="gaps"):
        say("page.title")
    with pytest.raises(PhraseError, match="gaps"):
        say("page.title", market="Shop", more="words")
    with pytest.raises(PhraseError, match="depends on a number"):
        say("page.meta")


def test_one_and_many_have_their_own_form():
    gaps = {"futures": "4", "weeks": "52", "customers": "500", "source": "a log"}
    assert say("page.meta", count=1, **gaps).startswith("1 strategy and")
    assert say("page.meta", count=2, **gaps).startswith("2 strategies and")
