"""What the numbers of a file say: decimal mark and currency signs, concluded from whole columns.

A decimal mark is concluded only if numbers read with it and not with the other one. A number that reads
with both and differs (``1.234``) is no evidence: where there are only such, nobody can tell. Nor is one
stray number among many such: with the other mark it would be left out as unreadable, and the rest stay.
"""

from dataclasses import dataclass

from sim.common.errors import InputError
from sim.intake.findings import Conclusion, Phrase
from sim.intake.mapping import Mapping
from sim.intake.masked import shape
from sim.intake.refused import MOST_UNREADABLE
from sim.intake.sql import Database, row, text_of

#: Whole digits and decimals of money, exact: a sum has no order.
MONEY = "decimal(18, 6)"
_DECIMAL = ("point", "comma")
_WIDE = ("０１２３４５６７８９，．－−‐‑–　", "0123456789,.----- ".ljust(18))
#: Signs and letters of currencies within a cell.
_SIGNS = (
    r"(US\$|HK\$|NT\$|R\$|[€$£¥￥₩₹元円圓]|(?i:eur|usd|gbp|chf|cny|rmb|jpy|twd|hkd|cad|aud|sek|nok|dkk|pln"
    r"|mxn|brl|kr|zł|fr\.))"
)
#: Signs that stand for one currency alone.
CURRENCY_OF = {
    **{"€": "EUR", "£": "GBP", "元": "CNY", "円": "JPY", "圓": "TWD", "US$": "USD", "HK$": "HKD"},
    **{"NT$": "TWD", "R$": "BRL", "₩": "KRW", "₹": "INR", "RMB": "CNY", "ZŁ": "PLN", "￥": "¥"},
}
#: How digits may stand, by the decimal mark: in groups of three, or of two as in India.
_FORMS = {
    "point": (
        r"^(\d+|\d{1,3}(,\d{3})+|\d{1,2}(,\d{2})+,\d{3}|\d{1,3}( \d{3})+|\d{1,3}(''\d{3})+)?"
        r"(\.\d*)?$"
    ),
    "comma": r"^(\d+|\d{1,3}(\.\d{3})+|\d{1,3}( \d{3})+|\d{1,3}(''\d{3})+)?(,\d*)?$",
}
_EXACT = r"^\d+(\.\d+)?[eE][+-]?\d+$"


@dataclass(frozen=True)
class Numbers:
    """Tables of the different numbers of a file, by column: what each text is worth."""

    tables: dict[str, str]
    conclusions: tuple[Conclusion, ...]


def read_numbers(
    database: Database, where: str, raw: str, roles: list[str], mapping: Mapping
) -> Numbers:
    """Conclude how the numbers of a file are written, and read each different one.

    Parameters
    ----------
    database : Database
    where : str
        The file, for messages.
    raw : str
        Table of its cells as text.
    roles : list of str
        Columns of `raw` that hold numbers; one file has one decimal mark.
    mapping : Mapping
        What the client says.

    Returns
    -------
    Numbers
        For each column a table of ``text``, ``value`` (NULL if it cannot be read) and ``sign`` (of a
        currency, or NULL).

    Raises
    ------
    InputError
        If both decimal marks are possible, or both are needed.
    """
    for role in roles:
        _spell_out(database, raw, role)
    every = " union all ".join(f"select * from number_{role}" for role in roles)
    counted = row(
        database,
        f"select coalesce(sum(n) filter (point and not comma), 0), "
        f"coalesce(sum(n) filter (comma and not point), 0), "
        f"coalesce(sum(n) filter (point and comma and as_point is distinct from as_comma), 0), "
        f"min(text) filter (point and not comma), min(text) filter (comma and not point), "
        f"min(text) filter (point and comma and as_point is distinct from as_comma) from ({every})",
    )
    mark, conclusions = _decimal(where, counted, mapping)
    for role in roles:
        database.execute(
            f"alter table number_{role} add column value {MONEY}; "
            f"update number_{role} set value = as_{mark}"
        )
    return Numbers({role: f"number_{role}" for role in roles}, conclusions)


def _spell_out(database: Database, raw: str, role: str) -> None:
    """Make the table of the different texts of a column, with the value of each by either mark."""
    wide = f"translate(text, {text_of(_WIDE[0])}, {text_of(_WIDE[1])})"
    blank = r"[\x{00A0}\x{202F}\x{2009}\t ]+"
    forms = ", ".join(
        f"regexp_matches(body, '{form}|{_EXACT}') and regexp_matches(body, '\\d') as {mark}"
        for mark, form in _FORMS.items()
    )
    values = ", ".join(
        f"case when {mark} then try_cast(case when negative then '-' else '' end || "
        f"{_plain(mark)} as {MONEY}) end as as_{mark}"
        for mark in _FORMS
    )
    database.execute(
        f"""
        create or replace table number_{role} as
        with texts as (select {role} as text, count(*) as n from {raw}
            where {role} is not null group by 1),
        signs as (select text, n, replace({wide}, '’', '''') as t,
            nullif(upper(regexp_extract(text, {text_of(_SIGNS)}, 1)), '') as sign from texts),
        bare as (select text, n, sign, trim(regexp_replace(regexp_replace(
            t, {text_of(_SIGNS)}, '', 'g'), {text_of(blank)}, ' ', 'g')) as t from signs),
        bodies as (select text, n, sign,
            starts_with(t, '-') or ends_with(t, '-') or regexp_matches(t, '^\\(.*\\)$') as negative,
            trim(regexp_replace(t, '^[-+] ?|-$|^\\(|\\)$', '', 'g')) as body from bare),
        fitting as (select *, {forms} from bodies)
        select text, n, sign, point, comma, {values} from fitting
        """
    )


def _plain(mark: str) -> str:
    """Return the SQL of a number's digits as a cast reads them."""
    other = "," if mark == "point" else "."
    parted = f"regexp_replace(body, '[{other} '']', '', 'g')"
    read = f"replace({parted}, ',', '.')" if mark == "comma" else parted
    return f"(case when regexp_matches(body, '{_EXACT}') then body else {read} end)"


def _decimal(where: str, counted: tuple, mapping: Mapping) -> tuple[str, tuple[Conclusion, ...]]:
    """Return the decimal mark by what was counted, and what to tell of it.

    Raises
    ------
    InputError
        If numbers read with either mark and differ, but for a stray one, or some need one and some the
        other.
    """
    point, comma, either, *examples = counted
    what, said = Phrase("decimal mark"), mapping.decimal
    named = {"point": Phrase("point"), "comma": Phrase("comma")}
    if said is not None:
        return said, (Conclusion(what, named[said], Phrase("as the mapping says")),)
    hint = f"Say which: {', '.join(f'--set decimal={mark}' for mark in _DECIMAL)}"
    if point and comma:
        found = f"{shape(examples[0])} ({point:,} like it), {shape(examples[1])} ({comma:,})"
        expected = "one decimal mark in all numbers of a file"
        raise InputError(where, "decimal", found, expected, hint=hint)
    if 0 < point + comma <= MOST_UNREADABLE * (point + comma + either):
        only = shape(examples[0] or examples[1])
        found = f"{shape(examples[2])} ({either:,} like it), {only} ({point + comma:,})"
        expected = "more than one number in a hundred that shows whether the mark parts decimals"
        raise InputError(where, "decimal", found, expected, hint=hint)
    if point or comma:
        mark, example = ("point", examples[0]) if point else ("comma", examples[1])
        why = Phrase(
            "{example} occurs; {count} numbers read so only",
            {"example": shape(example), "count": f"{point or comma:,}"},
        )
        return mark, (Conclusion(what, named[mark], why, "decimal", mark),)
    if either:
        found = f"{shape(examples[2])} ({either:,} like it)"
        expected = "some number that shows whether the mark parts thousands or decimals"
        raise InputError(where, "decimal", found, expected, hint=hint)
    return "point", ()


def check_price(database: Database, where: str, names: dict[str, str]) -> None:
    """Refuse a column of amounts that is a unit price: equal to it where the quantity is not 1."""
    if not {"amount", "quantity", "price"} <= set(names):
        return
    several, equal = row(
        database,
        "select count(*), count(*) filter (abs(a.value) = abs(p.value)) from raw "
        "join number_amount a on a.text = amount join number_quantity q on q.text = quantity "
        "join number_price p on p.text = price where abs(q.value) not in (0, 1) and p.value != 0",
    )
    if several and equal > 0.5 * several:
        found = f"{names['amount']}, equal to {names['price']} whatever the quantity"
        ways = "--set amount=- for quantity x unit price, --set price=- to take it as it is"
        hint = f"Say which: {ways}"
        raise InputError(where, "amount", found, "what was paid for a line", hint=hint)
