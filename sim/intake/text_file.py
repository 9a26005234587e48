"""A text file as a table: its separator and header line, by evidence, read by DuckDB as text."""

import csv
from dataclasses import dataclass
from pathlib import Path

from sim.common.errors import InputError
from sim.common.sql_files import file_in_sql
from sim.intake.encoding import as_utf_8, encoding_of, sample_of
from sim.intake.findings import Conclusion, Phrase
from sim.intake.mapping import Mapping
from sim.intake.names import recognised
from sim.intake.source import Cells, Source
from sim.intake.sql import name_of, text_of

SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}
MOST_COLUMNS = 1_000
#: Lines among which the header is looked for, and which are split to try a separator.
_FIRST, _TRIED = 30, 200
#: Names of columns that must be known words for a line to be the header by them alone.
_ENOUGH = 2


@dataclass(frozen=True)
class _Split:
    """What a separator makes of the first lines; `known` are the `words` of a header found by them."""

    separator: str
    header: tuple[str, ...]
    before: int
    known: int
    even: float
    words: int = 0


def open_text(path: Path, mapping: Mapping, folder: Path) -> Source:
    """Return a text file as a table of text.

    Parameters
    ----------
    path : Path
        A file that ends in ``.csv``, ``.txt`` or ``.tsv``, perhaps packed (``.gz``).
    mapping : Mapping
        What the client says.
    folder : Path
        Where a copy in UTF-8 is put, if one is needed.

    Raises
    ------
    InputError
        If its encoding, separator or header do not show.
    """
    encoding, concluded = encoding_of(path, mapping.encoding)
    sample = sample_of(path).decode(encoding, errors="ignore")
    lines = sample.splitlines(keepends=True)[:_TRIED]
    split = _best_split(path, lines, mapping)
    if len(split.header) > MOST_COLUMNS:
        expected = f"at most {MOST_COLUMNS} columns"
        raise InputError(path.name, "header", f"{len(split.header):,} columns", expected)
    names = {f"c{place}": "VARCHAR" for place in range(len(split.header))}
    mark = text_of(SEPARATORS[split.separator])
    given = f"delim = {mark}, quote = '\"', escape = '\"', skip = {split.before + 1}"
    utf_8 = as_utf_8(path, encoding, folder)
    table = (
        f"read_csv({file_in_sql(utf_8)}, auto_detect = false, header = false, all_varchar = true, "
        f"{given}, columns = {names}, store_rejects = true, max_line_size = 1000000)"
    )
    cells = {
        name: Cells(name_of(f"c{place}"), name_of(f"c{place}"))
        for place, name in enumerate(split.header)
    }
    told = (concluded, *_told(split, mapping))
    return Source(split.header, table, cells, told, split.before + 1)


def _told(split: _Split, mapping: Mapping) -> list[Conclusion]:
    """Return what was concluded of separator and header."""
    by_names = Phrase("{known} names of columns are known words", {"known": split.known})
    by_lines = Phrase("{count} fields in every line tried", {"count": len(split.header)})
    why = by_names if split.known >= _ENOUGH else by_lines
    said = Phrase("as the mapping says")
    name = {
        "comma": Phrase("comma"),
        "semicolon": Phrase("semicolon"),
        "tab": Phrase("tab"),
        "bar": Phrase("bar"),
    }[split.separator]
    told = [Conclusion(Phrase("separator"), name, said if mapping.separator else why)]
    if split.before:
        line = Phrase("line {line}", {"line": split.before + 1})
        told.append(Conclusion(Phrase("header"), line, why))
    return told


def _best_split(path: Path, lines: list[str], mapping: Mapping) -> _Split:
    """Return the separator and the header that the first lines show.

    Raises
    ------
    InputError
        If several separators fit as well, or none does.
    """
    if not "".join(lines).strip():
        raise InputError(path.name, "file", "an empty file", "a header and one line per purchase")
    asked = [mapping.separator] if mapping.separator else list(SEPARATORS)
    tried = [_split(lines, name, mapping) for name in asked]
    fitting = [one for one in tried if len(one.header) > 1]
    if not fitting:
        ways = ", ".join(f"--set separator={name}" for name in SEPARATORS)
        expected = "columns parted by commas, semicolons, tabs or bars"
        raise InputError(path.name, "separator", "one column", expected, hint=f"Say which: {ways}")
    most = max(one.known for one in fitting)
    if most >= _ENOUGH:
        best = [one for one in fitting if one.known == most]
    else:
        even = [one for one in fitting if one.even > 0.9]
        best = even or fitting[:1]
        telling = max(one.words for one in best)  # where one name is known, by one separator only
        best = [one for one in best if one.words == telling]
    if len(best) > 1:
        ways = ", ".join(f"--set separator={one.separator}" for one in best)
        found = "lines that several separators part evenly"
        expected = "one separator that the lines show"
        raise InputError(path.name, "separator", found, expected, hint=f"Say which: {ways}")
    return best[0]


def _split(lines: list[str], separator: str, mapping: Mapping) -> _Split:
    """Return what a separator makes of the first lines: the header is the line with most known names."""
    reader = csv.reader(lines, delimiter=SEPARATORS[separator], skipinitialspace=True)
    records: list[tuple[int, list[str]]] = []
    above = 0
    try:
        for record in reader:
            records.append((above, [cell.strip() for cell in record]))
            above = reader.line_num
    except csv.Error:  # an open quote, or a cell of thousands of letters
        pass
    named = set(mapping.columns().values())
    counts = [_known(cells, named) for _, cells in records[:_FIRST]]
    most = max(counts, default=0)
    place = counts.index(most) if most >= _ENOUGH else _first_wide(records)
    if not records:
        return _Split(separator, (), 0, 0, 0.0)
    before, header = records[place]
    after = [len(cells) for _, cells in records[place + 1 :] if any(cells)]
    even = sum(n == len(header) for n in after) / len(after) if after else 1.0
    words = _known(header, named)
    return _Split(separator, tuple(header), before, words if most >= _ENOUGH else 0, even, words)


def _known(cells: list[str], named: set[str]) -> int:
    """Return how many roles, or columns that the client names, a line names."""
    roles = {recognised(cell) for cell in cells} - {None}
    return max(len(roles), len(named & set(cells)))


def _first_wide(records: list[tuple[int, list[str]]]) -> int:
    """Return the first line that is as wide as most are: titles above a table are narrower."""
    widths = [len(cells) for _, cells in records]
    usual = max(set(widths), key=widths.count, default=0)
    return widths.index(usual) if widths else 0
