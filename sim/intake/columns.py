"""Which column of a file is for what: as the client says, else by its name; two readings are refused."""

from collections.abc import Mapping as Named
from dataclasses import dataclass
from functools import partial

from sim.common.errors import InputError, refuse_all
from sim.intake.findings import Conclusion, Phrase
from sim.intake.kinds import PURCHASES, Kind
from sim.intake.mapping import NO_COLUMN, Mapping
from sim.intake.masked import columns_in_words, is_header
from sim.intake.names import bare, hinted, names_of, near

_WHAT = {
    "customer": Phrase("customer"),
    "date": Phrase("date"),
    "amount": Phrase("amount"),
    "minutes": Phrase("minutes"),
    "score": Phrase("score"),
    "kind": Phrase("kind"),
    "joined": Phrase("day of joining"),
    "source": Phrase("how the customer came"),
    "quantity": Phrase("quantity"),
    "price": Phrase("unit price"),
    "invoice": Phrase("invoice"),
    "currency_code": Phrase("currency"),
    "status": Phrase("status"),
    "channel": Phrase("channel"),
}


#: Columns without which a table can be read.
_MAY_LACK = ("invoice", "currency_code", "status", "channel")


@dataclass(frozen=True)
class Columns:
    """The columns of a file: by role the name, and why."""

    names: dict[str, str]
    conclusions: tuple[Conclusion, ...]


def find_columns(where: str, found: list[str], mapping: Mapping, kind: Kind = PURCHASES) -> Columns:
    """Return the columns of a file by role.

    Parameters
    ----------
    where : str
        The file, for messages.
    found : list of str
        Names of its columns.
    mapping : Mapping
        What the client says.
    kind : Kind
        What the table is of.

    Raises
    ------
    InputError
        With all columns that are not there, may be one of several, or lack.
    """
    said, faults = mapping.columns(), list[InputError]()
    names: dict[str, str] = {}
    conclusions = []
    for role in kind.roles:
        try:
            by_name = partial(_of_name, where, found, role, kind)
            one = _said(where, found, role, said, kind) if role in said else by_name()
        except InputError as fault:
            faults.append(fault)
            continue
        if one is not None:
            names[role] = one
            why = Phrase("as the mapping says") if role in said else Phrase("by its name")
            value = one
            what = _WHAT[kind.called(role)]
            conclusions.append(Conclusion(what, value, why, role, one))
    refused = {fault.field for fault in faults}
    faults += _lacking(where, found, names, refused, kind)
    if kind is PURCHASES:
        faults += _lacking_money(where, found, names, refused, mapping)
    faults += _twice(where, names)
    refuse_all(faults)
    return Columns(names, tuple(conclusions))


def _said(where: str, found: list[str], role: str, said: Named[str, str], kind: Kind) -> str | None:
    """Return the column that the client names, None where there is none."""
    wanted = said[role]
    if wanted == NO_COLUMN:
        return None
    if found.count(wanted) != 1:
        close = _instead(wanted, found, role, kind) if is_header(found) else None
        expected = f"one of {columns_in_words(found)}"
        hint = f"Name the column: --set {role}=COLUMN"
        raise InputError(where, role, wanted, expected, close, hint)
    return wanted


def _instead(wanted: str, found: list[str], role: str, kind: Kind) -> str | None:
    """Return the column that is likely meant by a name that none has: of its role, else spelled so."""
    for names in names_of(role, kind.key):
        if fitting := [name for name in found if bare(name) in names]:
            return fitting[0] if len(fitting) == 1 else near(wanted, fitting)
    return near(wanted, found)


def _of_name(where: str, found: list[str], role: str, kind: Kind) -> str | None:
    """Return the column with a name of the role, if one name is better than all others."""
    for names in names_of(role, kind.key):
        fitting = [name for name in found if bare(name) in names]
        if fitting:
            return only(where, role, fitting)
    return _of_last_word(where, found, role, kind)


def _of_last_word(where: str, found: list[str], role: str, kind: Kind) -> str | None:
    """Return the column whose name ends in a word for currency: unread, two would be added up."""
    words = names_of(role, kind.key)[0] if role == "currency_code" else ()
    fitting = [name for name in found if bare(name).endswith(words)] if words else []
    return only(where, role, fitting) if fitting else None


def only(where: str, role: str, fitting: list[str]) -> str:
    """Return the one column that fits a role; refuse several, of which nobody knows which is meant."""
    if len(fitting) == 1:
        return fitting[0]
    ways = ", ".join(f'--set {role}="{name}"' for name in dict.fromkeys(fitting))
    hint = f"Say which: {ways}"
    if role in _MAY_LACK:
        hint = f"Say which: {ways}; if none is meant: --set {role}=-"
    raise InputError(where, role, ", ".join(fitting), "one column that is meant", hint=hint)


def with_told_by_cells(
    where: str, columns: Columns, role: str, what: Phrase, fitting: list[str]
) -> Columns:
    """Return columns with the one that cells tell of a role, if any does; refuse several."""
    if not fitting:
        return columns
    name = only(where, role, fitting)
    told = Conclusion(what, name, Phrase("by its words"), role, name)
    return Columns(columns.names | {role: name}, (*columns.conclusions, told))


def _lacking(
    where: str, found: list[str], names: Named[str, str], refused: set[str], kind: Kind
) -> list[InputError]:
    """Return a fault for each column that is needed and not found, but for money."""
    faults = []
    seen = columns_in_words(found)
    needed = ("customer", *(("date",) if kind.needs_day else ()))
    for role in (*needed, *(("amount",) if kind.needs_number else ())):
        if role not in names and role not in refused:
            hint = f"Name the column: --set {role}=COLUMN"
            expected = "a column with a common name"
            close = _close(found, role, kind)
            faults.append(InputError(where, role, seen, expected, close, hint))
    return faults


def _lacking_money(
    where: str, found: list[str], names: Named[str, str], refused: set[str], mapping: Mapping
) -> list[InputError]:
    """Return a fault if nothing says what was paid."""
    faults, seen = list[InputError](), columns_in_words(found)
    if mapping.spend is not None:
        return _spend_said(where, names, mapping)
    if "amount" in names or {"amount", "price", "quantity"} & refused:
        return faults
    if "price" not in names:
        hint = (
            "Name the column: --set amount=COLUMN; if there is none, say what a purchase brings on "
            "average: --set spend=AMOUNT --set currency=CODE"
        )
        expected = "a column of amounts, or of quantities and unit prices"
        close = _close(found, "amount", PURCHASES)
        faults.append(InputError(where, "amount", seen, expected, close, hint))
    elif "quantity" not in names:
        price = names["price"]
        ways = f"--set amount={price}, or --set quantity=COLUMN if it is the price of a piece"
        hint = f"Say which: {ways}"
        expected = "what was paid for a line, or a quantity beside the price"
        faults.append(InputError(where, "amount", price, expected, hint=hint))
    return faults


def _spend_said(where: str, names: Named[str, str], mapping: Mapping) -> list[InputError]:
    """Return what is wrong with saying what a purchase brings: the file says it, or no currency does."""
    faults = []
    if "amount" in names or {"price", "quantity"} <= set(names):
        column = names.get("amount") or names["price"]
        expected = "a file without amounts, where the client says what a purchase brings"
        hint = (
            "Leave spend out, of --set and mapping.yaml, or say that the file has no amounts: "
            "--set amount=- --set price=-"
        )
        faults.append(InputError(where, "spend", column, expected, hint=hint))
    if mapping.currency is None:
        expected = "what the spend per purchase is in"
        hint = "Say it: --set currency=CODE, as EUR"
        faults.append(InputError(where, "currency", "nothing", expected, hint=hint))
    return faults


def _close(found: list[str], role: str, kind: Kind) -> str | None:
    """Return the column that is likely meant for a role that has none, if the first line is a header."""
    return hinted(found, role, kind.key) if is_header(found) else None


def _twice(where: str, names: Named[str, str]) -> list[InputError]:
    """Return a fault if one column is for two things."""
    used = list(names.values())
    twice = [name for name in dict.fromkeys(used) if used.count(name) > 1]
    if twice == [names.get("price")] == [names.get("amount")]:
        return []  # a price that is what was paid
    expected = "a column of its own for each"
    return [InputError(where, "columns", name, expected) for name in twice]
