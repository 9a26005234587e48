"""What a column of states says of each line: a purchase, a return, or cancelled."""

from sim.common.errors import InputError
from sim.intake.findings import Conclusion, Phrase
from sim.intake.kinds import PURCHASES, Kind
from sim.intake.mapping import Mapping
from sim.intake.masked import shape
from sim.intake.names import bare, names_of, plain, states
from sim.intake.personal import without_personal
from sim.intake.sql import Database, rows

#: Different words that a column of states has at most.
MOST_STATES = 40
#: Lines that must have a word for a message to show it: one that few have may be somebody's.
SHOWN_FROM = 3


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
    words = list(counts)
    given = mapping.kinds if kind.tells_kind else mapping.statuses
    known_words = states(kind.tells_kind) | {plain(word): state for word, state in given.items()}
    known = {word: known_words.get(plain(word)) for word in words}
    strong = mapping.status is not None or bare(names["status"]) in names_of("status", kind.key)[0]
    if not strong and (len(words) > MOST_STATES or None in known.values()):
        del names["status"]  # a type of something else
        return ()
    unknown = [word for word, state in known.items() if state is None]
    if unknown or len(words) > MOST_STATES:
        seen = [
            without_personal(word) if counts[word] >= SHOWN_FROM else shape(word)
            for word in unknown[:8]
        ]
        expected = "words that say purchase, return or cancelled"
        ways = "--set statuses.WORD=purchase (or return, or cancelled), or --set status=-"
        which = "a return takes money back in a line of its own, a cancelled purchase did not stay"
        hint = f"Say what each means ({which}): {ways}"
        if kind.tells_kind:
            expected = "words that say complaint or question"
            table = kind.key
            hint = (
                f"Say what each is: --set {table}.kinds.WORD=complaint (or question), or "
                f"--set {table}.kind=-"
            )
        found_words = ", ".join(seen) or f"more than {MOST_STATES} words"
        raise InputError(where, "status", found_words, expected, hint=hint)
    database.execute("create or replace table states (text varchar, state varchar)")
    if known:
        database.executemany(
            "insert into states values (?, ?)", [list(one) for one in known.items()]
        )
    told = ", ".join(f"{without_personal(word)}: {state}" for word, state in known.items())
    return (Conclusion(Phrase("status"), told, Phrase("known words")),)
