"""The normal form of a source: what it means for results, without what is only shown to people.

Left out are comments and layout, docstrings, the texts of fields such as ``description`` and
``label``, messages of errors, and how an object prints itself. An edit of these changes no digest; an
edit of a formula, a bound, a name or the address of a random number does.
"""

import ast
from collections import deque
from collections.abc import Collection, Iterator

#: Fields of records, and names in a class, that hold texts for people.
SHOWN = frozenset(
    {"contract_label", "description", "label", "meaning", "phrase", "title", "unit", "words"}
)
#: Methods by which an object shows itself.
_SHOWING = frozenset({"__dir__", "__repr__", "__str__", "_repr_html_"})
#: What may hold a statement.
_HOLDERS = (ast.stmt, ast.excepthandler, ast.match_case)


def normalise(source: bytes, for_people: Collection[str] = ()) -> tuple[str, list[str]]:
    """Return a source in its normal form: the same text for all sources that differ in shown texts only.

    Parameters
    ----------
    source : bytes
    for_people : collection of str
        Modules whose import means nothing for results.

    Returns
    -------
    str
        One line per part of its syntax, the same in all versions of Python that read it alike.
    list of str
        Names under ``sim`` that the source imports: modules, and what may be modules.
    """
    tree = ast.parse(source)
    names = [name for node in _statements(tree) for name in _imported(node)]
    dropper = _Dropper(for_people, dict(_shown_places(tree)))
    lines: list[str] = []
    _write(dropper.visit(tree), "", lines)
    return "\n".join(lines), [name for name in names if name.split(".")[0] == "sim"]


def _statements(tree: ast.Module) -> Iterator[ast.AST]:
    """Yield all statements, outer ones first: imports and classes are none of an expression's parts."""
    waiting = deque[ast.AST]([tree])
    while waiting:
        node = waiting.popleft()
        yield node
        waiting.extend(part for part in ast.iter_child_nodes(node) if isinstance(part, _HOLDERS))


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module and not node.level:
        return [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return []


def _shown_places(tree: ast.Module) -> Iterator[tuple[str, set[int]]]:
    """Yield, for each class of the source, the places among its fields that hold shown texts."""
    for node in _statements(tree):
        if isinstance(node, ast.ClassDef):
            fields = [
                part.target.id
                for part in node.body
                if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name)
            ]
            yield node.name, {i for i, name in enumerate(fields) if name in SHOWN}


class _Dropper(ast.NodeTransformer):
    """Removes from a syntax tree what is only shown."""

    def __init__(self, for_people: Collection[str], places: dict[str, set[int]]) -> None:
        self.for_people, self.places = for_people, {"Column": {3, 4}, **places}

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:  # noqa: N802
        """Drop docstrings."""
        return None if isinstance(node.value, ast.Constant) else self.generic_visit(node)

    def visit_Raise(self, node: ast.Raise) -> ast.AST:  # noqa: N802
        """Keep that an error is raised, and drop what it says."""
        return ast.Raise()

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST | None:  # noqa: N802
        """Drop methods by which an object shows itself."""
        return None if node.name in _SHOWING else self.generic_visit(node)

    def visit_Import(self, node: ast.Import) -> ast.AST | None:  # noqa: N802
        """Drop the import of modules for people."""
        return None if set(_imported(node)) & set(self.for_people) else node

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.AST | None:  # noqa: N802
        """Drop imports from modules for people."""
        return None if node.module in self.for_people else node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST | None:  # noqa: N802
        """Drop a shown text that a class states of itself."""
        shown = isinstance(node.target, ast.Name) and node.target.id in SHOWN
        return None if shown else self.generic_visit(node)

    def visit_Assign(self, node: ast.Assign) -> ast.AST | None:  # noqa: N802
        """Drop a shown text that a class states of itself."""
        names = {target.id for target in node.targets if isinstance(target, ast.Name)}
        return None if names and names <= SHOWN else self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> ast.AST:  # noqa: N802
        """Drop arguments for fields that hold shown texts."""
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        places = self.places.get(name, set())
        node.args = [part for i, part in enumerate(node.args) if i not in places]
        node.keywords = [part for part in node.keywords if part.arg not in SHOWN]
        return self.generic_visit(node)


def _write(node: object, indent: str, lines: list[str]) -> None:
    """Write a tree as indented lines; empty fields are left out, for versions of Python differ there."""
    if isinstance(node, ast.AST):
        lines.append(indent + type(node).__name__)
        for name, value in ast.iter_fields(node):
            if value not in (None, []) or isinstance(node, ast.Constant):
                lines.append(f"{indent}.{name}")
                _write(value, indent + " ", lines)
    elif isinstance(node, list):
        for part in node:
            _write(part, indent, lines)
    else:
        lines.append(indent + repr(node))
