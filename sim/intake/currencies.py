"""What the amounts are in: one currency, or several converted by the client's rates; never added up."""

from collections.abc import Mapping as Named
from decimal import Decimal

from sim.common.errors import InputError
from sim.intake.amounts import CURRENCY_OF, MONEY
from sim.intake.columns import Columns, with_told_by_cells
from sim.intake.customers import move_out
from sim.intake.findings import Conclusion, Phrase
from sim.intake.mapping import Mapping
from sim.intake.masked import shape
from sim.intake.names import COMMON, SHARED_SIGNS, currency_in
from sim.intake.source import Source
from sim.intake.sql import Database, row, rows, text_of

#: Share of lines that may lack a currency where others have one.
_MOST_WITHOUT = 0.01
#: First lines of a file, which tell which columns can be of codes alone.
_FIRST = 1_000


def with_currencies(
    database: Database, where: str, source: Source, columns: Columns, mapping: Mapping
) -> Columns:
    """Return the columns of purchases, with one of currencies that only its cells tell.

    A column that nobody knows by its name and that holds codes of currencies alone, several of them, says
    what each amount is in: left alone, amounts in all of them would be added up.

    Raises
    ------
    InputError
        If several columns are such.
    """
    if "currency_code" in columns.names or mapping.currency_code is not None:
        return columns
    free = [name for name in source.names if name not in columns.names.values()]
    free = [name for name in dict.fromkeys(free) if source.names.count(name) == 1]
    likely = _codes(database, source, free, f"limit {_FIRST}")
    codes = _codes(database, source, list(likely), "")
    found = [name for name, many in codes.items() if many > 1]
    return with_told_by_cells(where, columns, "currency_code", Phrase("currency"), found)


def _codes(database: Database, source: Source, names: list[str], part: str) -> dict[str, int]:
    """Return how many codes of currencies columns hold that hold nothing else in a part of a file."""
    if not names:
        return {}
    known = ", ".join(text_of(code) for code in dict.fromkeys((*COMMON, *CURRENCY_OF.values())))
    cells = (f"nullif(upper(trim({source.cells[name].plain})), '')" for name in names)
    counts = (
        f"if(coalesce(bool_and({cell} in ({known})), true), count(distinct {cell}), null)"
        for cell in cells
    )
    query = f"select {', '.join(counts)} from (select * from {source.table} {part})"
    found = zip(names, row(database, query), strict=True)
    return {name: int(many) for name, many in found if many is not None}


def settle_currency(
    database: Database, where: str, mapping: Mapping, in_headers: set[str]
) -> tuple[str | None, tuple[Conclusion, ...]]:
    """Return the currency of all amounts, if it is known; convert what is in others.

    Parameters
    ----------
    database : Database
    where : str
        The files, for messages.
    mapping : Mapping
        What the client says: ``currency``, and ``rates`` to it.
    in_headers : set of str
        Currencies that the names of the columns of amounts tell; lines have them already.

    Raises
    ------
    InputError
        If amounts are in several currencies and a rate is missing.
    """
    names = " ".join(
        f"when {text_of(sign)} then {text_of(code)}" for sign, code in CURRENCY_OF.items()
    )
    database.execute(
        f"update lines set sign = case sign {names} else sign end where sign is not null"
    )
    found = rows(database, "select sign, count(*) from lines group by 1 order by 2 desc, 1")
    signs = {str(sign): int(n) for sign, n in found if sign is not None}
    lacking = sum(int(n) for sign, n in found if sign is None)
    if signs and lacking and (len(signs) > 1 or not _by_zero(database)):
        _without(database, where, mapping, lacking / (lacking + sum(signs.values())))
    if len(signs) > 1:
        return _converted(database, where, mapping, signs)
    ((one, n),) = signs.items() or {"": 0}.items()
    stated = mapping.currency or (one if len(one) == 3 and one.isalpha() else None)
    if mapping.currency and len(one) == 3 and one.isalpha() and one != mapping.currency:
        expected = f"the currency of the file, {one}, or a rate: --set rates.{one}=RATE"
        if one not in mapping.rates:
            raise InputError(where, "currency", mapping.currency, expected)
        return _converted(database, where, mapping, signs)
    if stated is None:
        return None, ()
    why = Phrase("{count} lines say so", {"count": f"{n:,}"})
    if one in in_headers:
        why = Phrase("as the names of columns say")
    if not one:
        why = Phrase("as the mapping says")
    return stated, (Conclusion(Phrase("currency"), stated, why),)


def column_of_money(names: Named[str, str]) -> str | None:
    """Return the column that says what was paid, of a file's columns by role."""
    return names.get("amount") or names.get("price")


def currencies_of(names: Named[str, str]) -> set[str]:
    """Return the currency that the name of the column of amounts tells, of a file's columns by role."""
    code = currency_in(column_of_money(names) or "")
    return {code} if code else set()


def sign_in_sql(sign: str, column: str) -> str:
    """Return the SQL of the currency of a line: of its cell, else that of the column's name.

    Parameters
    ----------
    sign : str
        SQL of the sign in the cell.
    column : str
        Name of the column of amounts.
    """
    code = currency_in(column)
    if code is None:
        return sign
    alike = [one for one, codes in SHARED_SIGNS.items() if code in codes]
    same = f"upper({sign}) in ({', '.join(map(text_of, alike))})" if alike else "false"
    return f"case when {sign} is null or {same} then {text_of(code)} else {sign} end"


def _without(database: Database, where: str, mapping: Mapping, share: float) -> None:
    """Take lines without a currency out while they are few, or for what the client says.

    Raises
    ------
    InputError
        If they are many, and the client has not said what amounts are in.
    """
    if mapping.currency is not None:
        database.execute(f"update lines set sign = {text_of(mapping.currency)} where sign is null")
    elif share > _MOST_WITHOUT:
        (n,) = row(database, "select count(*) from lines where sign is null")
        found = f"{n:,} lines without one, where others have one"
        hint = "Say what they are in: --set currency=CODE"
        raise InputError(where, "currency", found, "a currency in each line, or in none", hint=hint)
    else:
        move_out(database, "sign is null", "'no_currency'")


def _by_zero(database: Database) -> bool:
    """Return whether all lines without a currency have an amount of nil, which is nil in all."""
    return row(database, "select count(*) from lines where sign is null and amount != 0")[0] == 0


def _seen(sign: str) -> str:
    """Return a currency as a message shows it: a text that is none may be somebody's id."""
    return sign if len(sign) <= 3 else shape(sign)


def _converted(
    database: Database, where: str, mapping: Mapping, signs: dict[str, int]
) -> tuple[str | None, tuple[Conclusion, ...]]:
    """Convert all amounts to the client's currency by the client's rates."""
    target = mapping.currency
    lacking = [sign for sign in signs if sign != target and sign not in mapping.rates]
    if target is None or lacking:
        told = ", ".join(f"{_seen(sign)} ({n:,} lines)" for sign, n in [*signs.items()][:6])
        into = target or "EUR"
        rates = " ".join(f"--set rates.{_seen(sign)}=RATE" for sign in lacking[:6] if sign != into)
        hint = f"Give what one unit of each is worth: --set currency={into} {rates}"
        expected = "amounts in one currency, or a rate for each other"
        raise InputError(where, "currency", told, expected, hint=hint)
    for sign, rate in mapping.rates.items():
        exact = Decimal(repr(rate))
        database.execute(
            f"update lines set amount = try_cast(amount::double * {exact} as {MONEY}) "
            f"where sign = {text_of(sign)}"
        )
    rates = ", ".join(f"{sign} x {mapping.rates[sign]:g}" for sign in signs if sign != target)
    why = Phrase("converted by the client's rates: {rates}", {"rates": rates})
    return target, (Conclusion(Phrase("currency"), target, why),)
