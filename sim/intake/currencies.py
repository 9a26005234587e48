"""What the amounts are in: one currency, or several converted by the client's rates; never added up."""

import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal

from sim.common.errors import InputError
from sim.intake.amounts import CURRENCY_OF, MONEY
from sim.intake.customers import move_out
from sim.intake.findings import Conclusion, Phrase
from sim.intake.mapping import Mapping
from sim.intake.masked import shape
from sim.intake.sql import Database, row, rows, text_of

#: Codes of currencies that the name of a column may end in.
COMMON = "EUR USD GBP CHF CNY JPY TWD HKD CAD AUD SEK NOK DKK PLN MXN BRL INR KRW".split()


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
        Currencies that the names of the columns of amounts tell.

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
    if signs and any(sign is None for sign, _ in found):
        if len(signs) == 1 and not in_headers and len(found) == 2 and _by_zero(database):
            pass
        else:
            move_out(database, "sign is null", "'no_currency'")
    signs |= {code: 0 for code in in_headers if code not in signs}
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
    why = (
        Phrase("{count} lines say so", {"count": f"{n:,}"})
        if n
        else Phrase("as the names of columns say")
    )
    why = Phrase("as the mapping says") if not one else why
    return stated, (Conclusion(Phrase("currency"), stated, why),)


def currencies_in(names: Iterable[str]) -> set[str]:
    """Return the currencies that names of columns tell, as ``Amount (EUR)`` and ``Umsatz in CHF``."""
    found = set()
    for name in names:
        text = unicodedata.normalize("NFKC", name).strip(" )]")
        last = re.split(r"[(\[]| in |_", text)[-1].strip()
        code = CURRENCY_OF.get(last, last)
        if code in COMMON or code in CURRENCY_OF.values():
            found.add(code)
    return found


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
