"""The texts by which input is refused, read from the code: what would be right, and what to do.

Gaps are written as ``{}``, whatever fills them. A helper that is handed such a text by a parameter called
`expected` or `hint` counts as well.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from sim.common.paths import root

#: Rooms whose refusals someone meets on the way from a log to a report.
ROOMS = (
    *("advice/search", "analysis", "calibration", "cli", "common", "experiment", "intake"),
    *("market", "playbook"),
    *("report/documents", "report/comparison"),
)
_HANDED = ("expected", "hint")
_RAISED = ("InputError", "MachineError", "with_hint", "ValueError")


def refusals() -> set[str]:
    """Return all texts of what would be right and what to do."""
    trees = [ast.parse(path.read_text("utf-8")) for path in _paths()]
    handed = _places(tree for tree in trees)
    found: set[str] = set()
    for tree in trees:
        named = _named(tree)
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            for text in _of_call(call, handed, named):
                found |= set(_sentences(text))
    return {text for text in found if re.search(r"[A-Za-z]+ [a-z]{2}", text)}


def literals() -> set[str]:
    """Return every text of the code, and every part of one that stands between gaps."""
    trees = [ast.parse(path.read_text("utf-8")) for path in (root() / "sim").rglob("*.py")]
    nodes = (node for tree in trees for node in ast.walk(tree))
    return {n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str)}


def _paths() -> Iterator[Path]:
    for room in ROOMS:
        yield from sorted((root() / "sim" / room).rglob("*.py"))
    yield root() / "sim" / "report" / "html_page.py"


def _sentences(text: str) -> list[str]:
    """Return the sentences of a hint, those that a gap stands for left out; a phrase stays as it is."""
    return re.split(r"(?<=[.}]) (?=[A-Z][a-z]|`)", text)


def _places(trees: Iterator[ast.Module]) -> dict[str, dict[str, int]]:
    """Return by the name of a function where it is handed what is expected and what to do."""
    found = {"InputError": {"expected": 3, "hint": 5}, "MachineError": {"expected": 3, "hint": 5}}
    found |= {"with_hint": {"hint": 0}, "ValueError": {"expected": 0}}
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                names = [one.arg for one in node.args.args if one.arg != "self"]
                places = {name: names.index(name) for name in _HANDED if name in names}
                if places and node.name != "__init__":
                    found.setdefault(node.name, places)
    return found


def _named(tree: ast.Module) -> dict[str, list[ast.expr]]:
    """Return what each name of a module is set to, wherever."""
    found: dict[str, list[ast.expr]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                pairs = [(target, node.value)]
                if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                    pairs = list(zip(target.elts, node.value.elts, strict=True))
                for name, value in pairs:
                    if isinstance(name, ast.Name):
                        found.setdefault(name.id, []).append(value)
    return found


def _of_call(
    call: ast.Call, handed: dict[str, dict[str, int]], named: dict[str, list[ast.expr]]
) -> Iterator[str]:
    """Yield the texts that a call is given as what is expected or what to do."""
    name = getattr(call.func, "id", getattr(call.func, "attr", ""))
    given = {word.arg: word.value for word in call.keywords}
    for what, place in handed.get(name, {}).items():
        value = given.get(what) or (call.args[place] if len(call.args) > place else None)
        if value is not None:
            yield from _texts(value, named)


def _texts(given: ast.expr, named: dict[str, list[ast.expr]], deep: bool = False) -> set[str]:
    """Return the texts that an expression may be; what no text can be read from is a gap."""
    if isinstance(given, ast.Constant):
        return {given.value} if isinstance(given.value, str) else set()
    if isinstance(given, ast.JoinedStr):
        return {
            "".join(str(x.value) if isinstance(x, ast.Constant) else "{}" for x in given.values)
        }
    if isinstance(given, ast.BinOp) and isinstance(given.op, ast.Add):
        left, right = _texts(given.left, named, deep), _texts(given.right, named, deep)
        return {a + b for a in left or {"{}"} for b in right or {"{}"}}
    if isinstance(given, ast.IfExp):
        return _texts(given.body, named, deep) | _texts(given.orelse, named, deep)
    if isinstance(given, ast.Name) and not deep:
        return set().union(*(_texts(value, named, True) for value in named.get(given.id, [])))
    return set()
