"""How numbers and names are written for a reader: three digits, units, plain words."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np

SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "CNY": "CN¥", "INR": "₹"}
MINUS = "\N{MINUS SIGN}"
NONE = "\N{EN DASH}"

_SIZES = ((1e9, "bn"), (1e6, "m"), (1e3, "k"), (1.0, ""))
#: A plan this near to its budget is called on budget.
NEAR_BUDGET = 0.02

Kind = Literal["money", "share", "points", "count", "minutes", "weeks", "ratio"]


@dataclass(frozen=True)
class Word:
    """A measure in plain words.

    Attributes
    ----------
    name : str
        What a strategist calls it.
    kind : str
        How its value is written.
    better : int
        +1 if more is better, -1 if less is, 0 if neither.
    """

    name: str
    kind: Kind
    better: int


MEASURES = {
    "customer_equity": Word("customer equity", "money", 1),
    "sustained_equity": Word("customer equity if kept up", "money", 1),
    "firm_view_equity": Word("customer equity as the firm's records show it", "money", 1),
    "profit": Word("yearly profit after all loyalty costs", "money", 1),
    "cumulative_profit": Word("cumulative profit", "money", 1),
    "margin": Word("yearly margin before loyalty costs", "money", 1),
    "cost": Word("yearly cost of the strategy", "money", -1),
    "retention": Word("customers kept", "share", 1),
    "repeat_rate": Word("repeat rate", "share", 1),
    "share_of_wallet": Word("share of wallet", "share", 1),
    "csat": Word("satisfied customers", "share", 1),
    "satisfaction": Word("satisfaction", "ratio", 1),
    "nps": Word("net promoter score", "points", 1),
    "positive_talk_share": Word("positive share of word of mouth", "share", 1),
    "messages": Word("messages per 1,000 customers a year", "count", 0),
    "trips": Word("purchases per customer a year", "count", 1),
    "active_customers": Word("active customers", "count", 1),
    "new_customers": Word("new customers a year", "count", 1),
    "acquisition_cost": Word("cost of winning a customer", "money", -1),
    "retention_cost": Word("cost of keeping a customer a year", "money", -1),
    "retention_to_acquisition": Word("keeping a customer a year over winning one", "share", 0),
    "response_minutes": Word("minutes until service answers", "minutes", -1),
    "return": Word("return on cost", "share", 1),
    "payback_week": Word("payback week", "weeks", -1),
    "break_even_ratio": Word("keeping over winning at which nothing is gained", "share", 1),
}
SEGMENTS = {
    "total": "all customers",
    "high_value": "high-value customers",
    "potential": "potential customers",
    "ordinary": "ordinary customers",
}
OUTCOMES = {
    "purchase": "choosing us",
    "promotion": "buying in promotions",
    "churn": "leaving",
    "spend": "spend per purchase",
    "join": "joining",
    "talk": "recommending us",
}
#: What reads otherwise under contracts: a use is not paid for by itself, and no fee is shared out.
CONTRACT_MEASURES = {
    "repeat_rate": Word("customers who used it in the last quarter", "share", 1),
    "trips": Word("uses per customer a year", "count", 1),
}
CONTRACT_OUTCOMES = {"purchase": "using us", "churn": "leaving at renewal", "spend": "the fee"}
MECHANISMS = {
    "fee": "the fee to pay",
    "satisfaction": "satisfaction",
    "word_of_mouth": "word of mouth",
    "reference_price": "the price one is used to",
    "incentives_price": "incentives: lower prices",
    "pricing_price": "pricing: the price itself",
    "fatigue": "too many messages",
    "breach": "a breach of customers' data",
    "contagion": "friends who left",
    "referral": "having been recommended",
    "attachment": "emotional attachment",
    "trust": "trust in the firm",
    "habit": "habit",
    "others": "all others together",
    "offset": "calibration offset",
    "cocreation": "co-creation",
    "market_life": "ordinary market life",
}
#: What each mechanism is that is not a lever, for a reader of the reasons.
MEANINGS = {
    "satisfaction": "how encounters compare with what the customer had come to expect",
    "trust": "belief that the firm keeps its promises: lost at once where one is broken and not made "
    "good, regained slowly",
    "attachment": "emotional tie that builds slowly through care felt as meant, and fades without it",
    "habit": "coming here again because one has come of late; it fades in those who do not come",
    "fatigue": "messages above the usual that are still in mind: they put off, and later ones are missed",
    "breach": "customers' data were lost or misused; the hurt fades over months",
    "contagion": "friends have just left, and leaving was seen",
    "word_of_mouth": "what customers tell others, good and bad",
    "referral": "having come on a friend's recommendation",
    "reference_price": "the price against what one is used to paying; a rise weighs more than a fall",
    "incentives_price": "what points and coupons take off the price",
    "pricing_price": "the price itself: a lower one wins customers and costs margin",
    "fee": "a lower or higher fee at the renewal",
}


def measures(contract: bool) -> dict[str, Word]:
    """Return the measures that make sense in a market, with contracts or without, in plain words."""
    if not contract:
        return MEASURES
    words = MEASURES | CONTRACT_MEASURES
    return {name: word for name, word in words.items() if name != "share_of_wallet"}


def outcomes(contract: bool) -> dict[str, str]:
    """Return what people do in a market, with contracts or without, in plain words."""
    if not contract:
        return OUTCOMES
    words = OUTCOMES | CONTRACT_OUTCOMES
    return {name: word for name, word in words.items() if name not in ("promotion", "price")}


def plain(name: str) -> str:
    """Write a name of the code (a lever, a strategy, a segment) in plain words."""
    for words in (SEGMENTS, MECHANISMS):
        if name in words:
            return words[name]
    if name in MEASURES:
        return MEASURES[name].name
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
