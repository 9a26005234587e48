"""Values that a firm states of itself: read from what was typed, and written into its market file.

A comma ends the value, and is a decimal point to half of those who type one. So that none is guessed, a
source may not begin with a digit where the value has no decimal point: ``0,42,accounts`` is refused.
"""

import re
from collections.abc import Sequence
from typing import Any

import yaml

from sim.common.errors import InputError, nearest, refuse_all
from sim.common.paths import client_names, shown
from sim.common.reading import parse_yaml, read_text, validate
from sim.common.writing import lock, write_text
from sim.market.market import Market, load_market, market_of
from sim.market.missing import with_wage
from sim.market.numbers import Number
from sim.market.places import path_of
from sim.market.renamed import renamed_to
from sim.market.values import VALUES, WAGE, range_of_value

#: Values that any market may be without, and that its firm may state all the same.
ADDED = tuple(name for name, one in VALUES.items() if one.optional and one.kind == "all")
_KEY = re.compile(r"( *)(['\"]?)(\w+)\2\s*:")


def state(name: str, said: Sequence[str]) -> Market:
    """State values of a client's market: each certain from then on, with its source.

    Parameters
    ----------
    name : str
        A client's market.
    said : sequence of str
        ``NAME=VALUE,SOURCE`` each.

    Returns
    -------
    Market
        As it is now. Its file keeps its comments, its order and all else.

    Raises
    ------
    InputError
        With all faults at once; nothing is written then.
    """
    if name not in client_names():
        load_market(name)  # which says so if there is none
        raise InputError(
            "loyalty assume",
            "market",
            name,
            "a market of your own: " + (", ".join(client_names()) or "none is there yet"),
            hint="Markets that come with the workbench stay as they are for everybody. "
            "`loyalty calibrate LOG --name NAME` makes your own.",
        )
    path = path_of(name)
    says_wage = any(one.partition("=")[0].strip() == WAGE for one in said)
    with lock(path.parent):
        text = read_text(path, shown(path))
        if says_wage:
            text = with_wage(text, shown(path))
        numbers = stated_numbers(market_of(text, path), said)
        for value, number in numbers.items():
            text = with_number(text, value, number, shown(path))
        changed = validate(Market, parse_yaml(text, shown(path)), shown(path))
        write_text(path, text, private=True)
    return changed


def stated_numbers(market: Market, said: Sequence[str]) -> dict[str, Number]:
    """Return what was typed as numbers of a market, by name.

    Raises
    ------
    InputError
        With all that is wrong: a form, a name, a number out of its range, one that is said twice.
    """
    numbers: dict[str, Number] = {}
    faults = []
    for one in said:
        try:
            name, number = _number(market, one)
            if name in numbers:
                raise InputError("--set", name, one, "each name once")
            numbers[name] = number
        except InputError as fault:
            faults.append(fault)
    refuse_all(faults)
    return numbers


def _number(market: Market, said: str) -> tuple[str, Number]:
    """Read one ``NAME=VALUE,SOURCE``."""
    name, _, rest = said.partition("=")
    typed, _, source = (part.strip() for part in rest.partition(","))
    name = name.strip()
    known = {value: number.unit for value, number in market.values.items()} | {
        value: VALUES[value].unit for value in ADDED if value not in market.values
    }
    if name not in known:
        close = _meant(name, list(known))
        expected = "one of the values of this market (`loyalty assume MARKET` names the first)"
        raise InputError("--set", "NAME", name, expected, close)
    _check_comma(name, said, typed, source)
    if not re.search(r"[^\W\d]", source):
        expected = "NAME=VALUE,SOURCE, as gross_margin=0.31,accounts of 2024"
        raise InputError("--set", name, said, expected)
    least, most = range_of_value(name)
    whole = name in VALUES and VALUES[name].whole
    unit = known[name]
    try:
        value = _value(typed, unit, most)
    except ValueError:
        value = float("nan")
    if not least <= value <= most or (whole and value != round(value)):
        kind = "whole number" if whole else "number"
        expected = f"a {kind} from {least:g} to {most:g} ({unit})"
        raise InputError("--set", name, typed, expected)
    return name, Number(value=value, unit=unit, status="stated", source=source)


def _meant(name: str, names: list[str]) -> str | None:
    """Return the name that was meant: its newer one, the one that begins as it does, or the closest."""
    renamed = renamed_to(name)
    if renamed is not None and renamed.new in names:
        return renamed.new
    begin = [one for one in names if name and one.startswith(name)]
    return begin[0] if len(begin) == 1 else nearest(name, names)


def _check_comma(name: str, said: str, typed: str, source: str) -> None:
    """Refuse a comma that may be a decimal comma, or one between thousands, naming both readings."""
    decimals = re.match(r"\d+", source)
    grouped = re.fullmatch(r"[+-]?\d{1,3}(\.\d{3})+", typed)
    if decimals is None or not re.fullmatch(r"[+-]?\d+", typed) and grouped is None:
        return
    number = typed.replace(".", "") if grouped else typed
    rest = source[decimals.end() :].strip(" ,") or "SOURCE"
    other = f'{number}.{decimals[0]} with source "{rest}"'
    expected = f'{other}, or {typed} with source "{source}": a comma ends the value'
    hint = (
        f'Write "{name}={number}.{decimals[0]},{rest}", or a word before the digits of the source.'
    )
    raise InputError("--set", name, said, expected, hint=hint)


def _value(typed: str, unit: str, most: float) -> float:
    """Read a number; one in per cent only where the unit is a share, of which 100 % is all."""
    if typed.endswith("%") and unit.startswith("share") and most <= 1.0:
        return float(typed.removesuffix("%")) / 100.0
    return float(typed)


def with_number(text: str, name: str, number: Number, where: str) -> str:
    """Return the text of a market file with another number, where rates move too.

    Parameters
    ----------
    text : str
        YAML.
    name : str
        Of a value.
    number : Number
    where : str
        The file, for messages.

    Raises
    ------
    InputError
        If the file is not written in lines, one or more for each value.
    """
    old, lines = parse_yaml(text, where), text.splitlines(keepends=True)
    if name not in old["values"]:
        _make_room(lines, name, old["values"])
    places: list[tuple[str, ...]] = [("values", name)]
    if name in ((old.get("moving_rates") or {}).get("values") or {}):
        places.append(("moving_rates", "values", name))
    wanted = parse_yaml(text, where)
    for place in places:
        _at(wanted, place[:-1])[name] = number.written()
        _replace(lines, place, number.written())
    new = "".join(lines)
    if parse_yaml(new, where) != wanted:
        hint = "Write the number into the file by hand."
        raise InputError(where, name, "another form", "each value on lines of its own", hint=hint)
    return new


def _make_room(lines: list[str], name: str, values: dict[str, Any]) -> None:
    """Write the name of a value that the file lacks before its first one, if that is found."""
    begun = next((i for i, line in enumerate(lines) if line.startswith("values:")), len(lines))
    for i in range(begun + 1, len(lines)):
        found = _KEY.match(lines[i])
        if found and found[3] in values:
            lines.insert(i, f"{found[1]}{name}:\n")
            return


def _at(content: dict[str, Any], path: Sequence[str]) -> dict[str, Any]:
    for key in path:
        content = content[key]
    return content


def _replace(lines: list[str], path: Sequence[str], number: dict[str, Any]) -> None:
    """Write a number over the lines of the one at a path, if they are found."""
    start, end, indent = 0, len(lines), ""
    for key in path:
        keys = [(i, found) for i in range(start, end) if (found := _KEY.match(lines[i]))]
        level = keys[0][1][1] if keys else ""
        own = [(i, found[3]) for i, found in keys if found[1] == level]
        at = next((n for n, (_, found) in enumerate(own) if found == key), None)
        if at is None:
            return
        after = own[at + 1][0] if at + 1 < len(own) else end
        first, start, end, indent = own[at][0], own[at][0] + 1, after, level
    while end > start and lines[end - 1].lstrip()[:1] in ("#", ""):
        end -= 1
    body = yaml.safe_dump({path[-1]: number}, sort_keys=False, width=100, allow_unicode=True)
    lines[first:end] = [indent + line for line in body.splitlines(keepends=True)]
