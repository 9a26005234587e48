"""Whose a line is: ids that are missing, shared by many or rounded are taken out, others get a pseudonym.

A pseudonym is HMAC-SHA-256 (RFC 2104) of the id by the client's key (`sim.intake.keys`), cut at 128 bits:
without the key nobody can tell whose a pseudonym is.
"""

from collections.abc import Iterable

from sim.common.errors import InputError
from sim.intake.cell_words import nobody, shared, totals
from sim.intake.mapping import Mapping
from sim.intake.masked import shape_in_sql
from sim.intake.names import plain
from sim.intake.sql import Database, row, text_of

_BLOCK = 64
#: Lines from which it counts that nearly each has an id of its own, and how nearly.
_ENOUGH, _OWN = 50, 0.95
_ROUNDED = r"^\d([.,]\d+)?[eE]\+?\d+$"


def pseudonym_in_sql(key: bytes, text: str) -> str:
    """Return the SQL of the pseudonym of a text."""
    padded = key.ljust(_BLOCK, b"\0")
    inner, outer = (bytes(byte ^ pad for byte in padded).hex() for pad in (0x36, 0x5C))
    first = f"sha256(unhex('{inner}') || encode({text}))"
    return f"left(sha256(unhex('{outer}') || unhex({first})), 32)"


def word_in_sql(text: str) -> str:
    """Return the SQL of what `sim.intake.names.plain` makes of a text."""
    return rf"regexp_replace(strip_accents(lower({text})), '[^\p{{L}}\p{{N}}]', '', 'g')"


def adds_up_in_sql(cells: Iterable[str]) -> str:
    """Return the SQL of whether a line without a day adds others up: it says so, or is nobody's.

    Parameters
    ----------
    cells : iterable of str
        Columns that may hold the word; a date may have the year beside it.
    """
    words = ", ".join(map(text_of, totals()))
    named = " or ".join(
        rf"regexp_replace({word_in_sql(cell)}, '\d', '', 'g') in ({words})" for cell in cells
    )
    return f"(coalesce({named}, false) or (customer is null and date is null))"


def sort_customers(database: Database, where: str, mapping: Mapping) -> None:
    """Make the table ``ids`` of each ``customer``; take lines of nobody out.

    Raises
    ------
    InputError
        If nobody is left.
    """
    own = [*shared(), *(plain(one) for one in mapping.shared_ids)]
    word = word_in_sql("customer")
    lists = {"no_customer": list(nobody()), "shared_customer": own, "total": list(totals())}
    cases = " ".join(
        f"when {word} in ({', '.join(map(text_of, words))}) then '{reason}'"
        for reason, words in lists.items()
    )
    first = "'^0*[1-9]$'"  # who numbers customers from 1 to 9 may have a customer 0
    database.execute(
        f"create table ids as with counts as (select customer, count(*) as n from lines group by 1) "
        f"select customer, n, case when customer is null then 'no_customer' {cases} "
        f"when regexp_matches(customer, '^0+$') and length(customer) not in (select length(customer) "
        f"from counts where regexp_matches(customer, {first})) then 'shared_customer' "
        f"when regexp_matches({word}, '^(9{{6,}}|)$') or customer = '-1' then 'shared_customer' "
        f"when regexp_matches(customer, '{_ROUNDED}') then 'rounded_customer' end as reason from counts"
    )
    ids, others = row(database, "select count(*) filter (reason is null), count(reason) from ids")
    if others:
        move_out(
            database,
            "customer in (select customer from ids where reason is not null) or customer is null",
            "(select reason from ids where ids.customer is not distinct from lines.customer)",
            f"coalesce({shape_in_sql('customer')}, '')",
        )
    if not ids:
        expected = "lines with a customer's own id"
        raise InputError(where, "customer", "no line with a customer", expected)


def check_own_ids(database: Database, where: str) -> None:
    """Refuse a column in which nearly each line has an id of its own: a number of lines or invoices.

    Raises
    ------
    InputError
        That says how to name another column, or this one.
    """
    n, ids = row(database, "select coalesce(sum(n), 0), count(*) from ids where reason is null")
    if n >= _ENOUGH and ids > _OWN * n:
        found = f"{ids:,} different ids in {n:,} lines"
        expected = "customers some of whom buy again: a number of lines or invoices is no customer"
        hint = "Name the column: --set customer=COLUMN"
        raise InputError(where, "customer", found, expected, hint=hint)


def add_pseudonyms(database: Database, key: bytes) -> None:
    """Add to the table ``ids`` the pseudonym of each customer, and ``who``, its place in their order."""
    database.execute(
        f"create or replace table ids as select *, row_number() over (order by pseudonym) as who from "
        f"(select *, case when reason is null then {pseudonym_in_sql(key, 'customer')} end as pseudonym "
        f"from ids)"
    )


def move_out(database: Database, condition: str, reason: str, example: str = "''") -> None:
    """Move lines from those that count to those that are left out."""
    database.execute(
        f"insert into rejected select file, line, {reason}, customer, day, amount, {example} "
        f"from lines where {condition}; delete from lines where {condition}"
    )
