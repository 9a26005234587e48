"""How numbers and names are written for a reader: three digits, units, plain words."""

from collections.abc import Iterable
from typing import Literal

import numpy as np

SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "CNY": "CN¥", "INR": "₹"}
MINUS = "\N{MINUS SIGN}"
NONE = "\N{EN DASH}"

_SIZES = ((1e9, "bn"), (1e6, "m"), (1e3, "k"), (1.0, ""))
#: A plan this near to its budget is called on budget.
NEAR_BUDGET = 0.02

Kind = Literal["money", "share", "points", "count", "minutes", "weeks", "ratio"]


def spaced(name: str) -> str:
    """Write a name of the code with blanks."""
    return name.replace("_", " ")


def capital(text: str) -> str:
    """Write the first letter large, and leave the others as they are."""
    return text[:1].upper() + text[1:]


def listing(words: list[str]) -> str:
    """Join words as in a sentence: ``a``, ``a and b``, ``a, b and c``."""
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1]


def some(words: list[str], most: int = 4) -> str:
    """Join the first few words as in a sentence, and count the others."""
    if len(words) <= most + 1:
        return listing(words)
    return listing([*words[:most], f"{len(words) - most} others"])


def digits(value: float) -> str:
    """Write a number with three significant digits, with commas and no exponent below a billion."""
    if value is None or not np.isfinite(value):
        return NONE
    if value == 0:
        return "0"
    rounded = float(f"{value:.3g}")
    decimals = max(0, 2 - int(np.floor(np.log10(abs(rounded)))))
    if decimals > 6:
        return f"{rounded:.2e}".replace("-", MINUS)
    return f"{rounded:,.{decimals}f}".replace("-", MINUS)


def compact(value: float) -> str:
    """Write a number as a person would put it in: three digits, no zeros at its end."""
    text = digits(value)
    return text.rstrip("0").rstrip(".") if "." in text and "e" not in text else text


def money(value: float, currency: str, signed: bool = False) -> str:
    """Write an amount of money in three digits: ``$1.24m``, ``$412k``, ``$87.3``.

    Parameters
    ----------
    value : float
        Amount in the market's currency.
    currency : str
        ISO code of the currency.
    signed : bool
        Whether a gain carries a plus sign.
    """
    if value is None or not np.isfinite(value):
        return NONE
    rounded = float(f"{abs(value):.3g}")
    if rounded < 0.005:
        return SYMBOLS.get(currency, currency + " ") + "0"
    symbol = SYMBOLS.get(currency, currency + " ")
    for size, letter in _SIZES:
        if rounded >= size or letter == "":
            amount = (
                symbol + (digits(rounded / size) if rounded >= 1 else f"{rounded:.2f}") + letter
            )
            break
    return _sign(value if rounded else 0.0, signed) + amount


def brief_money(value: float, currency: str) -> str:
    """Write an amount for a narrow column: two digits below ten, whole ones above (``$1.2m``)."""
    symbol = SYMBOLS.get(currency, currency + " ")
    amount = abs(value)
    size, letter = next((s, c) for s, c in _SIZES if amount >= 0.9995 * s or not c)
    amount /= size
    text = f"{amount:.1f}" if letter and amount < 9.95 else f"{amount:.0f}"
    return _sign(value if text != "0" else 0.0, False) + symbol + text + letter


def budget_use(needed: float, budget: float) -> str:
    """Return how what a strategy's design costs compares with its budget, which is a cap.

    Parameters
    ----------
    needed, budget : float
        A year, in the same unit; the budget is above 0.
    """
    share = needed / budget
    if share < 1.0 - NEAR_BUDGET:
        return f"costs {share:.0%} of the budget: its design cannot use more"
    if share > 1.0 + NEAR_BUDGET:
        return (
            f"would cost {share:.0%} of the budget: each play stops for the rest of the year when its "
            "share is used up"
        )
    return "costs what the budget allows"


def _sign(value: float, signed: bool) -> str:
    """Return the sign to write before an absolute value."""
    if value < 0:
        return MINUS
    return "+" if signed and value > 0 else ""


def percent(share: float, signed: bool = False) -> str:
    """Write a share as a percentage with at most three digits and at most two decimals."""
    if share is None or not np.isfinite(share):
        return NONE
    value = round(abs(share) * 100, 2)
    text = digits(value) if value >= 1 else f"{value:.2f}"
    return _sign(share if value else 0.0, signed) + text + "%"


def points(share: float, signed: bool = True) -> str:
    """Write a difference of two shares in percentage points."""
    text = percent(share, signed).removesuffix("%")
    return text if text == NONE else text + " points"


def quantity(value: float, kind: Kind, currency: str) -> str:
    """Write the value of a measure of some kind."""
    if kind == "money":
        return money(value, currency)
    if kind == "share":
        return percent(value)
    return digits(value)


def change(value: float, kind: Kind, currency: str) -> str:
    """Write the difference of two values of a measure of some kind, with its sign."""
    if kind == "money":
        return money(value, currency, signed=True)
    if kind == "share":
        return points(value)
    if value is None or not np.isfinite(value):
        return NONE
    return _sign(value, True) + digits(abs(value))


def range_of(low: float, high: float, write) -> str:
    """Write an interval; `write` turns each end into text."""
    return f"{write(low)} to {write(high)}"


def markdown_table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Write a Markdown table, with a line end after its last row."""
    head = list(head)
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(cell or " " for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def futures(share: float, n: int) -> str:
    """Write a share of n simulated futures as a count."""
    return f"{round(share * n)} of {n}"
