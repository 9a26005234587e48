"""What a column of states says of each line: a purchase, a return, or cancelled."""

from collections.abc import Mapping as Named

from sim.common.errors import InputError
from sim.intake.cell_words import is_told, states
from sim.intake.columns import Columns, with_told_by_cells
from sim.intake.findings import Conclusion, Phrase
from sim.intake.kinds import PURCHASES, Kind
from sim.intake.mapping import Mapping
from sim.intake.masked import shape
from sim.intake.names import bare, names_of, plain
from sim.intake.personal import without_personal
from sim.intake.source import Source
from sim.intake.sql import Database, row, rows

#: Different words that a column of states has at most.
MOST_STATES = 40
#: Lines that must have a word for a message to show it: one that few have may be somebody's.
SHOWN_FROM = 3
#: What a column of states must hold, by what its words are called in the mapping.
_EXPECTED = {
    "statuses": "words that say purchase, return or cancelled",
    "kinds": "words that say complaint or question",
    "sources": "words that say recommendation or other",
}
#: Lines by which a column is dismissed that has too many different cells.
SAMPLED = 10_000


def with_states(
    database: Database, where: str, source: Source, columns: Columns, mapping: Mapping
) -> Columns:
    """Return the columns of purchases, with one of states that only its words tell.

    A column that nobody knows by its name and that holds nothing but known words, one for purchases and
    one for returns or cancelled ones among them, says what each line is: left alone, money that went
    back would count as paid.

    Raises
    ------
    InputError
        If several columns are such.
    """
    if "status" in columns.names or mapping.status is not None:
        return columns
    free = [name for name in source.names if name not in columns.names.values()]
    found = [name for name in free if _holds_states(database, source, name, mapping)]
    return with_told_by_cells(where, columns, "status", Phrase("status"), found)


def _holds_states(database: Database, source: Source, name: str, mapping: Mapping) -> bool:
    """Return whether a column holds known words for states alone, of purchases and of others."""
    cell = f"nullif(trim({source.cells[name].plain}), '')"
    lines = f"select {cell} as word from {source.table}"
    few = f"select count(distinct word) from ({lines} limit {SAMPLED})"
    if not 2 <= row(database, few)[0] <= MOST_STATES:
        return False
    query = f"select distinct word from ({lines}) where word is not null limit {MOST_STATES + 1}"
    known = states() | {plain(word): state for word, state in mapping.statuses.items()}
    said = {known.get(plain(str(word))) for (word,) in rows(database, query)}
    return None not in said and "purchase" in said and len(said) > 1


def find_states(
    database: Database,
    where: str,
    names: dict[str, str],
    mapping: Mapping,
    kind: Kind = PURCHASES,
) -> tuple[Conclusion, ...]:
    """Make the table ``states`` of ``text`` and ``state``; take a column out that is of something else.

    Raises
    ------
    InputError
        If a word of the column is known to nobody.
    """
    if "status" not in names:
        return ()
    query = "select status, count(*) from raw where status is not null group by 1"
    found = rows(database, f"{query} limit {MOST_STATES + 1}")
    counts = {str(word): int(count) for word, count in sorted(found)}
    words, many = list(counts), len(counts) > MOST_STATES
    given: Named[str, str] = getattr(mapping, kind.words)
    if kind.tells_kind:  # whatever tells nothing is as an empty cell
        told_by = {plain(word) for word in given}
        words = [word for word in words if is_told(word) or plain(word) in told_by]
    known_words = states(kind.key) | {plain(word): state for word, state in given.items()}
    known = {word: known_words.get(plain(word)) for word in words}
    strong = mapping.status is not None or bare(names["status"]) in names_of("status", kind.key)[0]
    if not strong and (many or None in known.values()):
        del names["status"]  # a type of something else
        return ()
    unknown = [word for word, state in known.items() if state is None]
    if unknown or many:
        seen = [
            without_personal(word) if counts[word] >= SHOWN_FROM else shape(word)
            for word in unknown[:8]
        ]
        expected = _EXPECTED[kind.words]
        ways = "--set statuses.WORD=purchase (or return, or cancelled), or --set status=-"
        which = "a return takes money back in a line of its own, a cancelled purchase did not stay"
        hint = f"Say what each means ({which}): {ways}"
        if kind.tells_kind:
            first, second = kind.known
            hint = (
                f"Say what each is: --set {kind.key}.{kind.words}.WORD={first} (or {second}), or "
                f"--set {kind.key}.{kind.tells}=-"
            )
        found_words = ", ".join(seen) or f"more than {MOST_STATES} words"
        raise InputError(where, kind.tells, found_words, expected, hint=hint)
    database.execute("create or replace table states (text varchar, state varchar)")
    if known:
        database.executemany(
            "insert into states values (?, ?)", [list(one) for one in known.items()]
        )
    told = ", ".join(f"{without_personal(word)}: {state}" for word, state in known.items())
    stated = {plain(word) for word in given} & {plain(word) for word in known}
    why = Phrase("known words, and as the mapping says") if stated else Phrase("known words")
    return (Conclusion(Phrase("status"), told, why),)
