"""Which lines are too many to be left out, and what each fault among them is told as."""

from sim.common.errors import InputError, refuse_all
from sim.intake.sql import Database, row, rows

#: Share of lines that may be unreadable for one reason; more says that the file is read wrongly. A
#: reading that leaves no more than that unreadable is possible: so few are no evidence against it.
MOST_UNREADABLE = 0.01
#: By the reason why a line is left out the field that is wrong, and what would be right.
_RIGHT = {
    "malformed": ("lines", "as many fields in each line as in the header"),
    "no_customer": ("customer", "a customer's id in each line"),
    "shared_customer": ("customer", "ids that are one customer's each"),
    "total": ("customer", "purchases, and no lines that add others up"),
    "rounded_customer": ("customer", "ids that no spreadsheet has rounded"),
    "no_day": ("date", "a day from 1950 to today in each line"),
    "future_day": ("date", "days that have been"),
    "placeholder_day": ("date", "days that are known, where these stand for an unknown one"),
    "no_amount": ("amount", "a number in each line"),
    "no_currency": ("currency", "a currency in each line, or in none"),
    "nothing_bought": ("amount", "a line for each purchase, and none where nothing was bought"),
    "cancelled": ("status", "purchases that were not cancelled"),
    "returned": ("amount", "an amount of 0 or more in each line"),
}
#: What to do.
_HOW = {"no_day": "Write days as 2024-01-31, or months as 2024-01, alike in all lines."}
#: Reasons whose examples are days, no forms: what reads as a day is no id.
SHOWN_AS_THEY_ARE = ("future_day", "placeholder_day")


def refuse_left_out(
    database: Database, where: str, place: int, most: float, needs_day: bool = True
) -> None:
    """Refuse a file if more than a share of its lines is left out for one reason.

    Parameters
    ----------
    database : Database
    where : str
        The file, for messages.
    place : int
        Its number.
    most : float
        The share.
    needs_day : bool
        Whether a line without a day is of no use.

    Raises
    ------
    InputError
        With each such reason, the first line that has it, and the form of what is wrong there.
    """
    (kept,) = row(database, f"select count(*) from lines where file = {place}")
    bad = rows(
        database,
        f"select reason, count(*), min(line), first(example order by line) from rejected "
        f"where file = {place} group by 1 order by 1",
    )
    total = kept + sum(int(n) for _, n, *_ in bad)
    faults = []
    for reason, count, line, example in bad:
        if count > most * total:
            field, expected = _RIGHT[reason]
            found = f"{count:,} of {total:,} lines, first line {line} of the data"
            if "9" in (example or "") and reason not in SHOWN_AS_THEY_ARE:
                found += f": {example} (9 is any digit)"
            elif example:
                found += f": {example}"
            hint = _HOW.get(reason)
            if field == "date" and not needs_day:
                hint = (
                    f"Leave cells empty where the day is not known, or read none: --set {field}=-"
                )
            faults.append(InputError(where, field, found, expected, hint=hint))
    refuse_all(faults)
