"""How numbers and names are written for a reader: three digits, units, plain words."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Literal

import numpy as np

from sim.common.style import style

MINUS = "\N{MINUS SIGN}"
NONE = "\N{EN DASH}"
_BLANK = "\N{NO-BREAK SPACE}"

#: A plan this near to its budget is called on budget.
NEAR_BUDGET = 0.02

Kind = Literal["money", "share", "points", "count", "minutes", "weeks", "ratio"]


def marked(number: str) -> str:
    """Return a number, written with Python's marks, with those of the language."""
    marks = style()
    return number.translate({ord("."): marks.decimal, ord(","): marks.thousands})


def spaced(name: str) -> str:
    """Write a name of the code with blanks."""
    return name.replace("_", " ")


def capital(text: str) -> str:
    """Write the first letter large, and leave the others as they are."""
    return text[:1].upper() + text[1:]


def listing(words: list[str]) -> str:
    """Join words as in a sentence: ``a``, ``a and b``, ``a, b and c``."""
    if len(words) == 1:
        return words[0]
    return style().pair.format(style().comma.join(words[:-1]), words[-1])


def some(words: list[str], most: int = 4) -> str:
    """Join the first few words as in a sentence, and count the others."""
    if len(words) <= most + 1:
        return listing(words)
    return listing([*words[:most], style().others.format(len(words) - most)])


def digits(value: float) -> str:
    """Write a number with three significant digits, with commas and no exponent below a billion."""
    return marked(_digits(value))


def _digits(value: float) -> str:
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
    text = _digits(value)
    return marked(text.rstrip("0").rstrip(".") if "." in text and "e" not in text else text)


def rough(value: float) -> str:
    """Write a large number that is known roughly in two significant digits: ``42,000``."""
    return digits(float(f"{value:.2g}")) if value < 100 else fixed(float(f"{value:.2g}"))


def fixed(value: float, decimals: int = 0, signed: bool = False) -> str:
    """Write a number with so many decimals, and with commas."""
    return _sign(value, signed) + marked(f"{abs(value):,.{decimals}f}")


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
        return _amount("0", currency)
    size, letter = next(
        (size, letter) for size, letter in _sizes() if rounded >= size or not letter
    )
    number = _digits(rounded / size) if rounded >= 1 else f"{rounded:.2f}"
    return _sign(value if rounded else 0.0, signed) + _amount(number, currency, letter)


def money_in(currency: str, signed: bool = False) -> Callable[[float], str]:
    """Return what writes amounts of a currency, as `money` does."""
    return partial(money, currency=currency, signed=signed)


def brief_money(value: float, currency: str) -> str:
    """Write an amount for a narrow column: two digits below ten, whole ones above (``$1.2m``)."""
    amount = abs(value)
    size, letter = next((s, c) for s, c in _sizes() if amount >= 0.9995 * s or not c)
    amount /= size
    text = f"{amount:.1f}" if letter and amount < 9.95 else f"{amount:.0f}"
    return _sign(value if text != "0" else 0.0, False) + _amount(text, currency, letter)


def _sizes() -> tuple[tuple[float, str], ...]:
    """Return the sizes of amounts with their letters, the largest first."""
    named = sorted(((float(size), name) for name, size in style().sizes.items()), reverse=True)
    return (*named, (1.0, ""))


def _amount(number: str, currency: str, size: str = "") -> str:
    """Write a number as an amount of money, without a sign."""
    # a blank towards the number, at which no line ends
    symbol = style().symbols.get(currency) or f"{_BLANK}{currency}{_BLANK}"
    return style().money.format(symbol=symbol, number=marked(number), size=size).strip()


def _sign(value: float, signed: bool) -> str:
    """Return the sign to write before an absolute value."""
    if value < 0:
        return MINUS
    return "+" if signed and value > 0 else ""


def percent(share: float, signed: bool = False) -> str:
    """Write a share as a percentage with at most three digits and at most two decimals."""
    return _of_hundred(share, signed, style().percent)


def fixed_percent(share: float, decimals: int = 0, signed: bool = False) -> str:
    """Write a share as a percentage with so many decimals; a dash for what is none."""
    if not np.isfinite(share):
        return NONE
    number = f"{abs(share):.{decimals}%}".removesuffix("%")
    return _sign(share, signed) + style().percent.format(marked(number))


def points(share: float, signed: bool = True) -> str:
    """Write a difference of two shares in percentage points."""
    return _of_hundred(share, signed, style().points)


def _of_hundred(share: float, signed: bool, form: str) -> str:
    if share is None or not np.isfinite(share):
        return NONE
    value = round(abs(share) * 100, 2)
    text = _digits(value) if value >= 1 else f"{value:.2f}"
    return _sign(share if value else 0.0, signed) + form.format(marked(text))


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
    return style().span.format(write(low), write(high))


def markdown_table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Write a Markdown table, with a line end after its last row."""
    head = list(head)
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(cell or " " for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def futures(share: float, n: int) -> str:
    """Write a share of n simulated futures as a count."""
    return style().part.format(round(share * n), n)


def in_futures(share: float, n: int) -> str:
    """Write such a count within a sentence, where none and all are words.

    Examples
    --------
    >>> in_futures(0.0, 20), in_futures(0.5, 20), in_futures(1.0, 20)
    ('none of 20', '10 of 20', 'all 20')
    """
    count = round(share * n)
    if count in (0, n):
        return (style().every if count else style().none_of).format(n)
    return futures(share, n)
