"""Values that a market file lacks, since the workbench asks for more of them than when it was written.

A file of ``data/markets`` or of a client gets what is declared of its trade, else of any firm. A case
takes what it does not state from the market it is based on; with a trade of its own it gets what that
trade says, which is nearer.
"""

import re
from collections.abc import Mapping
from typing import Any

import yaml

from sim.common.reading import parse_yaml
from sim.market.declared import SETS, declared, sections
from sim.market.numbers import Number
from sim.market.values import CONTRACT_VALUES, VALUES, WAGE, is_required

_KEY = re.compile(r"( +)(['\"]?)(\w+)\2\s*:")
#: What a case says of a number; its unit and that it is assumed go without saying.
_OF_CASE = ("value", "low", "high", "source")


def missing_values(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return the numbers that a market file lacks and that are declared of its trade.

    Parameters
    ----------
    content : mapping
        The file as read.

    Returns
    -------
    dict
        Name -> number as it is to be written, in the order of the records. Without the wage if the
        market's currency is another than that of the set: only the firm knows it.
    """
    trade, own = content.get("trade"), content.get("values") or {}
    is_case = "based_on" in content
    known = declared(trade)
    has_contracts = any(name in own for name in CONTRACT_VALUES)
    wanted = [name for name in VALUES if is_required(name, has_contracts) and name in known.values]
    if is_case:
        spoken_of = sections(SETS)[trade]["values"] if trade else {}
        wanted = [name for name in wanted if name in spoken_of]
    lacking = {name: known.values[name] for name in wanted if name not in own}
    if content.get("currency") != known.currency:
        lacking.pop(WAGE, None)
    if is_case:
        return {name: {key: number[key] for key in _OF_CASE} for name, number in lacking.items()}
    return {name: Number.model_validate(number).written() for name, number in lacking.items()}


def completed(text: str, where: str) -> str:
    """Return the text of a market file with the values that it lacks.

    Parameters
    ----------
    text : str
        YAML; comments, order and numbers that are there stay as they are.
    where : str
        The file, for messages.

    Returns
    -------
    str
        The same text if nothing is lacking, or if the file is not written in lines, one for each value.

    Raises
    ------
    InputError
        If the text is no YAML, or names no trade that there is.
    """
    content = parse_yaml(text, where)
    lacking = missing_values(content)
    lines = text.splitlines(keepends=True)
    for name, number in lacking.items():
        _insert(lines, name, number)
    new = "".join(lines)
    whole = content | {"values": (content.get("values") or {}) | lacking}
    return new if lacking and parse_yaml(new, where) == whole else text


def with_wage(text: str, where: str) -> str:
    """Return the text of a market file with room for a wage that it lacks, which is to be stated.

    Parameters
    ----------
    text : str
        YAML.
    where : str
        The file, for messages.

    Returns
    -------
    str
        The same text if it has a wage, or if it is not written in lines.
    """
    content = parse_yaml(text, where)
    if WAGE in (content.get("values") or {}):
        return text
    lines = text.splitlines(keepends=True)
    _insert(lines, WAGE, Number.model_validate(declared().values[WAGE]).written())
    return "".join(lines)


def _insert(lines: list[str], name: str, number: dict[str, Any]) -> None:
    """Write a number before the first value that comes after it in the order of the records."""
    start = next((i for i, line in enumerate(lines) if re.match(r"values:\s*(#.*)?$", line)), None)
    if start is None:
        return
    end = start + 1
    while end < len(lines) and (not lines[end].strip() or lines[end][0] in " #"):
        end += 1
    keys = [(i, found) for i in range(start + 1, end) if (found := _KEY.match(lines[i]))]
    if not keys:
        return
    indent, order = keys[0][1][1], list(VALUES)
    own = [(i, found[3]) for i, found in keys if found[1] == indent]
    later = [i for i, key in own if key in VALUES and order.index(key) > order.index(name)]
    place = later[0] if later else end
    while lines[place - 1].lstrip()[:1] in ("#", ""):  # what is said of the next value stays there
        place -= 1
    width = 100 - len(indent)  # lines break where they do in a file that is written whole
    body = yaml.safe_dump({name: number}, sort_keys=False, width=width, allow_unicode=True)
    if not lines[place - 1].endswith("\n"):
        lines[place - 1] += "\n"
    lines[place:place] = [indent + line for line in body.splitlines(keepends=True)]
