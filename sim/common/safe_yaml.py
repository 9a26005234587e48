"""Read YAML that people write: plain values only, each key once, and of bounded size.

What differs from PyYAML's safe loader: dates stay text; ``1e-5`` is a number, and ``1:30``, ``0x1F``
and ``1_000`` are text; a key given twice, deep nesting and aliases that grow beyond a bound are faults.
"""

import re
from functools import lru_cache
from typing import Any

import yaml

from sim.common.errors import InputError
from sim.common.text import TEXT, unshown

#: Values that a file may hold, those that aliases repeat counted each time, and how deep they nest.
MOST_VALUES, DEEPEST = 20_000, 20

_INT, _FLOAT = "tag:yaml.org,2002:int", "tag:yaml.org,2002:float"
_REPLACED = (_INT, _FLOAT, "tag:yaml.org,2002:timestamp")


class _Bounded(yaml.composer.Composer, yaml.constructor.SafeConstructor, yaml.resolver.Resolver):
    """What makes values of the events of a text, with bounds."""

    yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in rules if tag not in _REPLACED]
        for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def __init__(self) -> None:
        yaml.composer.Composer.__init__(self)
        yaml.constructor.SafeConstructor.__init__(self)
        yaml.resolver.Resolver.__init__(self)
        self.values = self.depth = 0
        self.sizes: dict[int, int] = {}

    def compose_node(self, parent: Any, index: Any) -> Any:
        """Compose a node, counting it with all that is in it; an alias counts as what it repeats."""
        event = self.peek_event()
        mark, before = event.start_mark, self.values
        self.depth += 1
        if self.depth > DEEPEST:
            raise _fault(f"values nested more than {DEEPEST} deep", mark)
        node = super().compose_node(parent, index)
        self.depth -= 1
        if isinstance(event, yaml.AliasEvent):
            if id(node) not in self.sizes:
                raise _fault("an alias within what it repeats", mark)
            self.values += self.sizes[id(node)]
        else:
            self.values += 1
            self.sizes[id(node)] = self.values - before
        if self.values > MOST_VALUES:
            raise _fault(f"more than {MOST_VALUES} values", mark)
        return node

    def construct_scalar(self, node: Any) -> Any:
        """Return the text of a node, without what no text may have."""
        text = super().construct_scalar(node)
        if isinstance(text, str):
            if len(text) > TEXT:
                raise _fault(f"a text of {len(text)} characters, {TEXT} at most", node.start_mark)
            if unshown(text) is not None:
                raise _fault("a control character", node.start_mark)
        return text

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        """Return a mapping, each of whose keys is given once."""
        seen = set()
        for key, _ in node.value if isinstance(node, yaml.MappingNode) else ():
            if not isinstance(key, yaml.ScalarNode) or key.value == "<<":
                continue
            name = self.construct_object(key)  # `yes` and `true` are one key, as 1 and 1.0 are
            if name in seen:
                raise _fault(f"the key {key.value[:60]!r} a second time", key.start_mark)
            seen.add(name)
        return super().construct_mapping(node, deep)


_WHOLE = r"[-+]?(?:0|[1-9][0-9]{0,17})"
_Bounded.add_implicit_resolver(_INT, re.compile(f"{_WHOLE}$"), list("-+0123456789"))
_Bounded.add_implicit_resolver(
    _FLOAT,
    re.compile(
        r"""[-+]?(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?$
        |[-+]?\.(?:inf|Inf|INF)$|\.(?:nan|NaN|NAN)$""",
        re.VERBOSE,
    ),
    list("-+0123456789."),
)


class _Loader(_Bounded, yaml.reader.Reader, yaml.scanner.Scanner, yaml.parser.Parser):
    """Reads a text as PyYAML does, whose messages say what is wrong and where."""

    def __init__(self, text: str) -> None:
        yaml.reader.Reader.__init__(self, text)
        yaml.scanner.Scanner.__init__(self)
        yaml.parser.Parser.__init__(self)
        _Bounded.__init__(self)


def _quick_loader() -> type[_Bounded] | None:
    """Return a loader on libyaml, three times as fast, where PyYAML was built with it."""
    if not yaml.__with_libyaml__:
        return None

    class Quick(_Bounded, yaml.cyaml.CParser):
        def __init__(self, text: str) -> None:
            yaml.cyaml.CParser.__init__(self, text)
            _Bounded.__init__(self)

    return Quick


_QUICK = _quick_loader()
#: What the two loaders read in different ways: texts with it are left to PyYAML's.
_READ_APART = re.compile(r"[\t!\ufeff\x85\u2028\u2029]|[|>][-+0-9]*#|\?[^\s\"]")


def _fault(problem: str, mark: Any) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(problem=problem, problem_mark=mark)


def parse_yaml(text: str, where: str, lines_before: int = 0) -> dict[str, Any]:
    """Read a YAML mapping from text.

    Parameters
    ----------
    text : str
    where : str
        The file, for messages.
    lines_before : int
        Lines of the file above the text.

    Returns
    -------
    dict
        The mapping as written.

    Raises
    ------
    InputError
        If the text is not YAML, or not a mapping.
    """
    try:
        content = _copied(_content(text))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f"line {mark.line + 1 + lines_before}" if mark else "file"
        found = getattr(error, "problem", None) or getattr(error, "reason", None) or "not YAML"
        raise InputError(where, line, found, "valid YAML") from None
    except Exception as error:  # what else the reader raises on odd tags, dates and depths
        found = str(error) or type(error).__name__
        raise InputError(where, "file", found, "valid YAML") from None
    if not isinstance(content, dict):
        raise InputError(where, "file", type(content).__name__, "a mapping of keys to values")
    return content


@lru_cache(maxsize=256)  # more than a check reads: of fewer it would find none when it looks again
def _content(text: str) -> Any:
    """Parse YAML; the same text is read many times over, as each market is for each page.

    What is wrong with a text is told by one loader, whichever reads the others.
    """
    if _QUICK is not None and not _READ_APART.search(text):
        try:
            return yaml.load(text, _QUICK)
        except Exception:  # noqa: BLE001 - the other loader says what it is
            pass
    return yaml.load(text, _Loader)


def _copied(content: Any) -> Any:
    """Return what was parsed as the reader's own; all of it is mappings and lists of plain values."""
    if isinstance(content, dict):
        return {key: _copied(value) for key, value in content.items()}
    if isinstance(content, list):
        return [_copied(value) for value in content]
    return content
