"""Inputs spoiled in the ways that people, spreadsheets and disks spoil them, for hypothesis."""

import csv
import io
from collections.abc import Iterator
from copy import deepcopy
from datetime import datetime, timedelta
from typing import Any

import pandas as pd
import yaml
from hypothesis import strategies as st

NASTY = (
    "", " ", "nan", "inf", "-inf", "NULL", "0", "-1", "-0.0", "1e309", "1e-320", "1_000", "1,5",
    "0x10", "$9", "=cmd()", "=1+1|' /C calc'!A0", "<script>alert(1)</script>", "'\"", "a\nb", "{}",
    "[", "- ", "---", "2024-02-30", "0000-00-00", "9999-12-31", "20240230", "2024-01-05T99:99",
    "\u0662\u0660\u0662\u0664-\u0660\u0661-\u0660\u0665", "\u202e", "\U0001f4b6", "\x00", "x" * 300,
)  # fmt: skip
#: Single characters that files hold more often than luck would put there.
SIGNS = b",;\t\"'\n\r\x00:-{}[]#&*!|>%@`\xff\xfe\xe9 0"

texts = st.one_of(st.sampled_from(NASTY), st.text(max_size=6))
numbers = st.one_of(
    st.sampled_from([0, 1, -1, 0.5, 2, 1e-12, 1e12, 1e-300, 1e300, 10**30, -(10**30)]),
    st.integers(-5, 1000),
    st.floats(),
)
leaves = st.one_of(numbers, texts, st.none(), st.booleans(), st.dates())
values = st.recursive(
    leaves,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(texts, inner, max_size=2)),
    max_leaves=3,
)


@st.composite
def spoiled_bytes(draw: st.DrawFn, content: bytes) -> bytes:
    """A file as it was, or with bytes or lines lost, added, doubled, or in another encoding."""
    for _ in range(draw(st.sampled_from([0, 0, 1, 1, 2, 4]))):
        at, length = draw(st.integers(0, len(content))), draw(st.integers(0, 40))
        lines = content.splitlines(keepends=True) or [b""]
        line = draw(st.integers(0, len(lines) - 1))
        content = draw(
            st.sampled_from(
                [
                    content[:at] + content[at + length :],
                    content[:at],
                    content[:at] + bytes([draw(st.sampled_from(SIGNS))]) + content[at:],
                    content[:at] + draw(st.binary(max_size=4)) + content[at:],
                    content[:at] + draw(st.binary(min_size=1, max_size=1)) + content[at + 1 :],
                    content[:at] + content[at : at + length] + content[at:],
                    b"".join(lines[:line] + lines[line + 1 :]),
                    b"".join(lines[: line + 1] + lines[line:]),
                    content.replace(b"\n", b"\r\n"),
                    content.decode("utf-8", "replace").encode("utf-16"),
                    content.decode("utf-8", "replace").encode("cp1252", "replace"),
                ]
            )
        )
    return content


def _places(tree: Any) -> Iterator[tuple[Any, Any]]:
    """Return every container in a tree of mappings and lists, with each of its keys."""
    keys = tree if isinstance(tree, dict) else range(len(tree)) if isinstance(tree, list) else ()
    for key in keys:
        yield tree, key
        yield from _places(tree[key])


@st.composite
def spoiled_tree(draw: st.DrawFn, tree: Any) -> Any:
    """What YAML holds, with values replaced, numbers moved, keys lost, misspelt or swapped."""
    tree = deepcopy(tree)
    for _ in range(draw(st.integers(0, 3))):
        places = list(_places(tree))
        if not places:
            break
        inside, key = draw(st.sampled_from(places))
        how = draw(st.sampled_from(["value", "number", "number", "lose", "rename", "swap"]))
        if how == "lose":
            del inside[key]
        elif how == "rename" and isinstance(inside, dict):
            inside[draw(st.one_of(texts, st.just(f"{key}s"), numbers))] = inside.pop(key)
        elif how == "swap":
            other, place = draw(st.sampled_from(places))
            inside[key], other[place] = other[place], deepcopy(inside[key])
        elif how == "number":
            inside[key] = draw(numbers)
        else:
            inside[key] = draw(values)
    return tree


@st.composite
def spoiled_yaml(draw: st.DrawFn, tree: Any) -> bytes:
    """A YAML file with such a content, whose bytes may be spoiled besides."""
    text = yaml.safe_dump(draw(spoiled_tree(tree)), allow_unicode=True, sort_keys=False)
    return draw(spoiled_bytes(text.encode("utf-8", "surrogatepass")))


@st.composite
def spoiled_table(draw: st.DrawFn, content: bytes) -> bytes:
    """A CSV file with cells replaced, moved or lost, columns misspelt, and bytes spoiled besides."""
    rows = list(csv.reader(io.StringIO(content.decode())))
    for _ in range(draw(st.integers(0, 3))):
        row = rows[draw(st.integers(0, min(len(rows) - 1, 40)))]
        if not row:
            continue
        cell = draw(st.integers(0, len(row) - 1))
        how = draw(st.sampled_from(["text", "number", "number", "other", "lose", "add"]))
        if how == "lose":
            del row[cell]
        elif how == "add":
            row.insert(cell, draw(texts))
        elif how == "other":
            other = draw(st.sampled_from(rows))
            row[cell] = other[min(cell, len(other) - 1)] if other else ""
        else:
            row[cell] = str(draw(numbers if how == "number" else texts))
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    whole = text.getvalue().encode("utf-8", "surrogatepass")
    return draw(spoiled_bytes(whole)) if draw(st.booleans()) else whole


_IDS = st.one_of(st.sampled_from(["ann", "bob", "=cmd()", "<b>x</b>", "7", "007"]), texts)
_DAYS = st.one_of(
    st.dates().map(str), st.sampled_from(["2024-01-05", "20240106", "2024-02-01 10:00"]), texts
)
_AMOUNTS = st.one_of(st.sampled_from(["10", "20.5", "0", "1e3", "-3"]), texts, numbers.map(str))


@st.composite
def log_files(draw: st.DrawFn) -> bytes:
    """A CSV log: mostly of the right form, with cells of every kind."""
    separator = draw(st.sampled_from(",,,,;\t|"))
    names = draw(
        st.one_of(
            st.just(["customer", "date", "amount"]),
            st.permutations(["Customer-ID", "day", "total", "note"]),
            st.lists(st.one_of(st.sampled_from(["id", "date", "amount"]), texts), max_size=5),
        )
    )
    row = st.tuples(_IDS, _DAYS, _AMOUNTS, *[texts] * max(0, len(names) - 3))
    rows = draw(st.lists(row, max_size=8))
    if draw(st.booleans()):  # keep to what is right, so that more than the first check is reached
        rows = [("ann", "2024-01-05", "10", *["x"] * max(0, len(names) - 3)), *rows[:1]]
    lines = [separator.join(names), *(separator.join(cells) for cells in rows)]
    return draw(spoiled_bytes("\n".join(lines).encode("utf-8", "surrogatepass") + b"\n"))


@st.composite
def parquet_tables(draw: st.DrawFn) -> pd.DataFrame:
    """A table of three columns whose stored types may be anything that Parquet holds."""
    n = draw(st.integers(0, 4))
    columns = {}
    for name in ("customer", "date", "amount"):
        right = {"customer": "int64", "date": "datetime", "amount": "float64"}[name]
        kind = draw(st.one_of(st.just(right), st.sampled_from(sorted(_STORED))))
        columns[name] = draw(_column(kind, n))
    table = pd.DataFrame(columns)
    if draw(st.booleans()):
        table.index = pd.Index(
            [f"row {i}" for i in range(n)], name=draw(st.sampled_from(["customer", "i"]))
        )
    return table


@st.composite
def _column(draw: st.DrawFn, kind: str, n: int) -> pd.Series:
    cells = draw(st.lists(_STORED[kind], min_size=n, max_size=n))
    return pd.Series(
        cells,
        dtype={
            "datetime": "datetime64[us]",
            "zoned": "datetime64[us, Asia/Tokyo]",
            "category": "category",
            "Int64": "Int64",
            "int64": "int64",
            "float64": "float64",
            "boolean": "boolean",
        }.get(kind, object),
    )


_TIMES = st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2200, 1, 1))
_STORED = {
    "int64": st.integers(-5, 2**62),
    "Int64": st.one_of(st.none(), st.integers(0, 30_000_000)),
    "float64": st.floats(),
    "datetime": st.one_of(st.just(datetime(2024, 1, 5)), _TIMES),
    "zoned": st.just(datetime(2024, 1, 5)),
    "date": st.one_of(st.none(), st.dates()),
    "text": st.one_of(st.none(), st.text(st.characters(codec="utf-8"), max_size=5)),
    "bytes": st.binary(max_size=5),
    "boolean": st.one_of(st.none(), st.booleans()),
    "category": st.sampled_from(["a", "b", "2024-01-05", "10"]),
    "list": st.lists(st.integers(0, 3), max_size=2),
    "record": st.fixed_dictionaries({"x": st.integers(0, 3)}),
    "decimal": st.decimals(-100, 100, places=2),
    "span": st.timedeltas(timedelta(0), timedelta(9)),
    "none": st.none(),
}


_NAMES = st.one_of(
    st.sampled_from(
        ["grocery", "grocerie", "hotel_group", "balanced", "baseline", "care_for_life", "S01",
         "feedback", "S01,S14", "a,b", ","]
    ),
    texts,
)  # fmt: skip
_PLACES = st.one_of(
    st.sampled_from(
        ["new", "", ".", "..", "~", "/dev/null/x", "a/b", "log.csv", "\udcff", "x" * 300]
    ),
    texts.filter(lambda text: not text.startswith("/")),
)
_COUNTS = st.one_of(numbers.map(str), texts)
_OPTIONS = {
    "--market": _NAMES, "--strategy": _NAMES, "--strategies": _NAMES, "--name": _NAMES,
    "--lever": _NAMES, "--facts": _NAMES, "--out": _PLACES, "--customers": _COUNTS,
    "--weeks": _COUNTS, "--futures": _COUNTS, "--replications": _COUNTS, "--seed": _COUNTS,
    "--jobs": _COUNTS,
    "--until": texts, "--customer": texts, "--date": texts, "--amount": texts,
    "--currency": texts, "--drop-out": texts, "--trade": texts, "--wage": _COUNTS,
}  # fmt: skip
#: Each command with what it needs, and the options it has besides `--help`.
_COMMANDS: dict[str, tuple[list[str], str]] = {
    "check": ([], ""),
    "parameters": ([], ""),
    "calibrate": (
        ["log.csv", "--name", "shop"],
        "--name --until --customer --date --amount --currency --drop-out --trade --wage",
    ),
    "run": (
        ["--market", "grocery", "--strategy", "balanced", "--out", "new"],
        "--market --strategy --out --customers --weeks --seed",
    ),
    "compare": (
        ["--market", "grocery", "--strategies", "balanced"],
        "--market --strategies --out --customers --weeks --futures --minutes --seed --jobs",
    ),
    "report": (["log.csv"], "--out"),
    "plan": (["balanced"], "--market --weeks"),
    "effects": ([], "--lever --market --jobs"),
    "validate": (
        ["--out", "new"],
        "--market --facts --customers --replications --seed --jobs --out",
    ),
}


@st.composite
def command_lines(draw: st.DrawFn) -> list[str]:
    """A command with its needed options, some of them spoiled, and others added."""
    command = draw(st.sampled_from([*_COMMANDS, *_COMMANDS, ""]) | texts)
    needed, known = _COMMANDS.get(command, ([], ""))
    words = list(needed)
    for _ in range(draw(st.integers(0, 3))):
        own = known.split() if draw(st.integers(0, 3)) else []  # mostly options that there are
        option = draw(st.sampled_from(own or list(_OPTIONS)))
        words += [option, draw(_OPTIONS[option])]
    if draw(st.booleans()):
        words.insert(
            draw(st.integers(0, len(words))),
            draw(_PLACES | st.sampled_from(["--fix", "--force", "-h"])),
        )
    return [word.replace("\x00", "") for word in [command, *words]]
