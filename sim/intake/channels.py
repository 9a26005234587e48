"""A column of purchases that says where each was made: in which channel."""

from sim.common.few import FEWEST
from sim.common.text import NAME, shows
from sim.intake.cell_words import channels, is_told
from sim.intake.findings import Conclusion, Phrase
from sim.intake.mapping import Mapping
from sim.intake.names import plain
from sim.intake.personal import without_personal
from sim.intake.sql import Database, rows
from sim.market.numbers import is_on_screen

#: Channels of a firm at most: more are its shops, partners or campaigns.
MOST_CHANNELS = 12
#: Words that a column of channels has at most.
_MOST_WORDS = 200
_WHAT = Phrase("channel")
#: Words of the client's own that are named.
_TOLD = 6
#: What channels are called of which each by itself is not told.
OTHER = "other"


def find_channels(
    database: Database, names: dict[str, str], mapping: Mapping
) -> tuple[Conclusion, ...]:
    """Make the table ``channels`` of ``text`` and ``name``; take a column out that has too many words.

    A known word is its channel, any other one is a channel of its own, but for those that tell nothing,
    as "unknown". Words of fewer than five customers are not shown.

    Parameters
    ----------
    database : Database
        With the table ``raw``.
    names : dict
        Columns by role.
    mapping : Mapping
        What the client says: ``channels``.
    """
    if "channel" not in names:
        return ()
    found = rows(
        database,
        "select channel, count(*), count(distinct customer) from raw where channel is not null "
        f"group by 1 order by 2 desc, 1 limit {_MOST_WORDS + 1}",
    )
    said, many = {plain(word): name for word, name in mapping.channels.items()}, len(found)
    found = [one for one in found if is_told(str(one[0])) or plain(str(one[0])) in said]
    known, spelled = channels() | said, dict[str, str]()
    for text, _, _ in found:  # of several spellings the one that most lines have
        word = plain(str(text))
        spelled.setdefault(word, known.get(word) or _one_line(str(text)) or OTHER)
    if many > _MOST_WORDS or len(set(spelled.values())) > MOST_CHANNELS:
        del names["channel"]
        says = "more than {most} channels: `--set channels.WORD=store` (or online, app) joins words"
        return (Conclusion(_WHAT, Phrase("not read"), Phrase(says, {"most": MOST_CHANNELS})),)
    database.execute("create or replace table channels (text varchar, name varchar)")
    if found:
        listed = [[str(text), spelled[plain(str(text))]] for text, *_ in found]
        database.executemany("insert into channels values (?, ?)", listed)
    shown = {str(text): spelled[plain(str(text))] for text, _, people in found if people >= FEWEST}
    told = ", ".join(f"{_one_line(text)}: {name}" for text, name in shown.items())
    stated = set(said) & set(spelled)
    why = Phrase("words, and as the mapping says") if stated else Phrase("by its words")
    named = Conclusion(_WHAT, told, why)
    own = [_one_line(text) for text in shown if plain(text) not in known]
    if off := [name for name in own if name and not is_on_screen(name)]:
        words = ", ".join(off[:_TOLD]) + (", ..." if len(off) > _TOLD else "")
        says = "no known words: a channel of its own each, not online; else `--set channels.WORD=online`"
        return (named, Conclusion(_WHAT, words, Phrase(says)))
    return (named,)


def _one_line(text: str) -> str:
    """Return a word as a name of a channel: without what is personal, in one line."""
    printable = "".join(one if one.isprintable() else " " for one in without_personal(text))
    name = " ".join(printable.split())[:NAME].rstrip()
    return name if shows(name) else ""


def note_channels(database: Database) -> None:
    """Make the table ``bought_in``: by ``customer`` and ``day`` the ``channel`` of most lines bought."""
    database.execute(
        "create table bought_in as select customer, day, channel from (select customer, day, channel, "
        "row_number() over (partition by customer, day order by count(*) desc, channel) as nth "
        "from lines where channel is not null and amount >= 0 group by 1, 2, 3) where nth = 1"
    )
