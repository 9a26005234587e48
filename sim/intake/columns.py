"""Which column of a file is for what: as the client says, else by its name; two readings are refused."""

from collections.abc import Mapping as Named
from dataclasses import dataclass

from sim.common.errors import InputError, InputErrors, nearest
from sim.intake.findings import Conclusion, Phrase
from sim.intake.mapping import NO_COLUMN, ROLES, Mapping
from sim.intake.masked import columns_in_words, is_header
from sim.intake.names import bare, names_of, recognised

_NEEDED = ("customer", "date")
_WHAT = {
    "customer": Phrase("customer"),
    "date": Phrase("date"),
    "amount": Phrase("amount"),
    "quantity": Phrase("quantity"),
    "price": Phrase("unit price"),
    "invoice": Phrase("invoice"),
    "currency_code": Phrase("currency"),
    "status": Phrase("status"),
}


@dataclass(frozen=True)
class Columns:
    """The columns of a file: by role the name, and why."""

    names: dict[str, str]
    conclusions: tuple[Conclusion, ...]


def find_columns(where: str, found: list[str], mapping: Mapping) -> Columns:
    """Return the columns of a file by role.

    Parameters
    ----------
    where : str
        The file, for messages.
    found : list of str
        Names of its columns.
    mapping : Mapping
        What the client says.

    Raises
    ------
    InputError
        With all columns that are not there, may be one of several, or lack.
    """
    said, faults = mapping.columns(), list[InputError]()
    names: dict[str, str] = {}
    conclusions = []
    for role in ROLES:
        try:
            one = _said(where, found, role, said) if role in said else _of_name(where, found, role)
        except InputError as fault:
            faults.append(fault)
            continue
        if one is not None:
            names[role] = one
            why = Phrase("as the mapping says") if role in said else Phrase("by its name")
            value = one
            conclusions.append(Conclusion(_WHAT[role], value, why, role, one))
    refused = {fault.field for fault in faults}
    faults += _lacking(where, found, names, refused)
    faults += _twice(where, names)
    if faults:
        raise faults[0] if len(faults) == 1 else InputErrors(faults)
    return Columns(names, tuple(conclusions))


def _said(where: str, found: list[str], role: str, said: Named[str, str]) -> str | None:
    """Return the column that the client names, None where there is none."""
    wanted = said[role]
    if wanted == NO_COLUMN:
        return None
    if found.count(wanted) != 1:
        close = nearest(wanted, found) if is_header(found) else None
        expected = f"one of {columns_in_words(found)}"
        hint = f"Name the column: --set {role}=COLUMN"
        raise InputError(where, role, wanted, expected, close, hint)
    return wanted


def _of_name(where: str, found: list[str], role: str) -> str | None:
    """Return the column with a name of the role, if one name is better than all others."""
    for names in names_of(role):
        fitting = [name for name in found if bare(name) in names]
        if len(fitting) > 1:
            ways = ", ".join(f'--set {role}="{name}"' for name in dict.fromkeys(fitting))
            expected = "one column that is meant"
            raise InputError(where, role, ", ".join(fitting), expected, hint=f"Say which: {ways}")
        if fitting:
            return fitting[0]
    return None


def _lacking(
    where: str, found: list[str], names: Named[str, str], refused: set[str]
) -> list[InputError]:
    """Return a fault for each column that is needed and not found."""
    faults = []
    seen = columns_in_words(found)
    for role in _NEEDED:
        if role not in names and role not in refused:
            hint = f"Name the column: --set {role}=COLUMN"
            expected = "a column with a common name"
            faults.append(InputError(where, role, seen, expected, _close(found, role), hint))
    if "amount" in names or {"amount", "price", "quantity"} & refused:
        return faults
    if "price" not in names:
        hint = "Name the column: --set amount=COLUMN"
        expected = "a column of amounts, or of quantities and unit prices"
        faults.append(InputError(where, "amount", seen, expected, _close(found, "amount"), hint))
    elif "quantity" not in names:
        price = names["price"]
        ways = f"--set amount={price}, or --set quantity=COLUMN if it is the price of a piece"
        hint = f"Say which: {ways}"
        expected = "what was paid for a line, or a quantity beside the price"
        faults.append(InputError(where, "amount", price, expected, hint=hint))
    return faults


def _close(found: list[str], role: str) -> str | None:
    """Return a column whose name is close to one of a role."""
    known = [word for names in names_of(role) for word in names]
    unknown = [name for name in found if is_header(found) and recognised(name) is None]
    close = [name for name in unknown if nearest(bare(name), known)]
    return close[0] if close else None


def _twice(where: str, names: Named[str, str]) -> list[InputError]:
    """Return a fault if one column is for two things."""
    used = list(names.values())
    twice = [name for name in dict.fromkeys(used) if used.count(name) > 1]
    if twice == [names.get("price")] == [names.get("amount")]:
        return []  # a price that is what was paid
    expected = "a column of its own for each"
    return [InputError(where, "columns", name, expected) for name in twice]
