"""The house stays small and plain: rooms, files, functions, names, docstrings, imports.

A function's docstring is not counted among its lines: the rules ask for one, with shapes and units.
"""

import ast
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parent.parent
LONGEST_FILE, LONGEST_FUNCTION, MOST_ROOMS = 300, 50, 19

#: File, or file:function, that may be longer, and why.
MAY_BE_LONG = {
    "sim/cli/optimise.py:optimise": "an option of the command line takes four lines, and it has 13",
    "sim/cli/runs.py:compare": "an option of the command line takes four lines, and it has nine",
    "sim/cli/validation.py:validate": "an option of the command line takes four lines, and it has seven",
}
#: Words with which no docstring opens: they tell of a conversation, not of what a function does.
NO_OPENING = ("Give", "Gives", "Say", "Says", "Tell", "Tells")
#: Words in no name of a function: the field has a plainer one.
NO_NAME = ("befall", "befalls", "beyond", "dear", "dearer", "hurt", "hurts", "astray", "luckless")
#: Names that only libraries call, and the decorators that hand a function to one.
CALLED_BY_LIBRARIES = re.compile(
    r"__\w+|visit_\w+|handle_starttag|loglikeobs|_constructor_\w+|_repr_mimebundle_"
)
HANDS_OVER = re.compile(r"validator|command|callback|overload")
#: Modules that some systems lack, for which a library or a fallback is used.
POSIX_ONLY = ("fcntl", "grp", "posix", "pwd", "resource", "syslog", "termios", "tty")


@cache
def _files(*folders: str) -> tuple[str, ...]:
    found = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    return tuple(sorted(path.relative_to(ROOT).as_posix() for path in found))


def _tree(file: str) -> ast.Module:
    return ast.parse((ROOT / file).read_text(encoding="utf-8"))


class Function(NamedTuple):
    """What the rules ask of a function."""

    name: str
    lines: int
    docstring: str


@cache
def _functions(file: str) -> tuple[Function, ...]:
    """Return the functions of a file, read once: trees of all files are too large to be kept."""
    return tuple(
        Function(node.name, _lines(node), ast.get_docstring(node) or "")
        for node in ast.walk(_tree(file))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )


def _lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function without its docstring and decorators."""
    lines = (function.end_lineno or function.lineno) - function.lineno + 1
    if ast.get_docstring(function) is not None:
        docstring = function.body[0]
        lines -= (docstring.end_lineno or docstring.lineno) - docstring.lineno + 1
    return lines


def _too_long() -> dict[str, int]:
    """Return what is too long, with its lines."""
    found = {}
    for file in _files("sim", "tests", "scripts"):
        lines = len((ROOT / file).read_text(encoding="utf-8").splitlines())
        if lines > LONGEST_FILE:
            found[file] = lines
        for function in _functions(file):
            if function.lines > LONGEST_FUNCTION:
                found[f"{file}:{function.name}"] = function.lines
    return found


def test_no_file_is_over_300_lines_and_no_function_over_50_but_for_a_written_reason() -> None:
    found = _too_long()
    assert {key: lines for key, lines in found.items() if key not in MAY_BE_LONG} == {}
    needless = sorted(set(MAY_BE_LONG) - set(found))
    assert needless == [], "no longer too long: take them off the list"
    assert all(len(reason.split()) > 3 for reason in MAY_BE_LONG.values())


def test_a_function_is_counted_without_its_docstring() -> None:
    code = 'def f():\n    """One.\n\n    Two.\n    """\n    return 1\n'
    assert _lines(ast.parse(code).body[0]) == 2


def test_no_module_lies_beside_the_rooms() -> None:
    assert [path.name for path in (ROOT / "sim").glob("*.py")] == ["__init__.py"]


def test_there_are_few_rooms_each_with_a_docstring_that_says_what_for() -> None:
    rooms = [path for path in (ROOT / "sim").iterdir() if (path / "__init__.py").exists()]
    assert len(rooms) <= MOST_ROOMS
    for room in rooms:
        assert ast.get_docstring(_tree(f"sim/{room.name}/__init__.py")), room.name


@pytest.mark.parametrize("words", [NO_OPENING], ids=["no " + ", ".join(NO_OPENING)])
def test_docstrings_open_with_a_plain_verb(words: tuple[str, ...]) -> None:
    opening = re.compile(rf"({'|'.join(words)})\b")
    found = [
        f"{file}:{function.name}"
        for file in _files("sim")
        for function in _functions(file)
        if opening.match(function.docstring)
    ]
    assert found == []


def test_no_function_has_a_mannered_name() -> None:
    found = [
        f"{file}:{function.name}"
        for file in _files("sim", "tests", "scripts")
        for function in _functions(file)
        if not function.name.startswith("test_")  # a sentence, not a name
        and set(function.name.strip("_").split("_")) & set(NO_NAME)
    ]
    assert found == []


def _defined(file: str) -> Iterator[str]:
    """Yield the functions, methods and classes of a file that somebody of this house must use."""
    for node in ast.walk(_tree(file)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            handed_over = any(HANDS_OVER.search(ast.unparse(each)) for each in node.decorator_list)
            if not handed_over and not CALLED_BY_LIBRARIES.fullmatch(node.name):
                yield node.name


def _words(*files: str) -> Counter[str]:
    """Return how often each word stands in some files."""
    return Counter(
        word
        for file in files
        for word in re.findall(r"\w+", (ROOT / file).read_text(encoding="utf-8"))
    )


def test_nothing_stands_in_sim_that_only_tests_or_nobody_use() -> None:
    """What is named once, where it is defined, is dead; pages, notebooks and templates may name it."""
    pages = [*ROOT.glob("docs/**/*.md"), *ROOT.glob("notebooks/*.ipynb")]
    pages += [
        ROOT / "README.md",
        ROOT / "Makefile",
        *ROOT.glob("sim/**/*.j2"),
        *ROOT.glob("docs/*.py"),
    ]
    others = [path.relative_to(ROOT).as_posix() for path in pages]
    words = _words(*_files("sim", "scripts"), *others)
    dead = [
        f"{file}:{name}" for file in _files("sim") for name in _defined(file) if words[name] == 1
    ]
    assert dead == []


def _is_guarded(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> bool:
    """Return whether an import stands in a `try` or an `if`, which is where a fallback is."""
    while node in parents:
        node = parents[node]
        if isinstance(node, ast.Try | ast.If):
            return True
    return False


def test_nothing_is_imported_that_only_some_systems_have_without_a_fallback() -> None:
    found, named = [], re.compile(rf"\b({'|'.join(POSIX_ONLY)})\b")
    for file in _files("sim", "tests", "scripts"):
        if not named.search((ROOT / file).read_text(encoding="utf-8")):
            continue
        tree = _tree(file)
        parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
        for node in ast.walk(tree):
            names = (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
            if set(names) & set(POSIX_ONLY) and not _is_guarded(node, parents):
                found.append(f"{file}: {', '.join(names)}")
    assert found == []


def test_mypy_sees_an_attribute_that_no_week_and_no_run_has(tmp_path: Path) -> None:
    """Mypy reads the state and a module that uses it, not what both import: that is for `make types`."""
    text = (ROOT / "sim/model/week/purchase.py").read_text(encoding="utf-8")
    lines = "    state.no_such_thing\n    state.run.nor_such_a_one\n"
    head = "def buy(state: WeekState) -> None:\n"
    assert text.count(head) == 1
    spoiled = tmp_path / "spoiled.py"
    spoiled.write_text(text.replace(head, head + lines), encoding="utf-8")
    alone = ["--follow-imports=skip", "--no-site-packages", f"--cache-dir={os.devnull}"]
    done = subprocess.run(
        [sys.executable, "-m", "mypy", *alone, "sim/model/week/state.py", str(spoiled)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    for name in ("no_such_thing", "nor_such_a_one"):
        assert f'has no attribute "{name}"' in done.stdout, done.stdout + done.stderr
    assert done.stdout.count("error:") == 2, done.stdout
