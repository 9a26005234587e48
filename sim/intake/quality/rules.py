"""The rules that the lines of an export are held against, by dimension of data quality.

The dimensions are those of DAMA UK (2013, The six primary dimensions for data quality assessment; from
memory) but validity, which an intake enforces: what cannot be read is left out, and stands under the
dimension that it takes something from. Timeliness is told by the last day and by gaps.
"""

from collections.abc import Iterable
from typing import Literal

from pydantic import BaseModel

from sim.intake.findings import NO_SALES, REASONS, LeftOut, Phrase
from sim.intake.refused import SHOWN_AS_THEY_ARE
from sim.intake.sql import Database, row

Dimension = Literal["completeness", "accuracy", "consistency", "uniqueness"]

#: Dimension of each reason for which lines are left out.
_OF_REASON: dict[str, Dimension] = {
    **dict.fromkeys(("malformed", "no_customer", "shared_customer"), "completeness"),
    **dict.fromkeys(("no_day", "placeholder_day", "no_amount", "no_currency"), "completeness"),
    **dict.fromkeys(("rounded_customer", "future_day"), "accuracy"),
    **dict.fromkeys(("total", "cancelled", "returned", "returned_before"), "consistency"),
    "nothing_bought": "consistency",
    "repeated": "uniqueness",
}
#: What is only told of lines that count, by rule: its dimension, and what was looked for and done.
_KEPT: dict[str, tuple[Dimension, Phrase]] = {
    "nil": ("accuracy", Phrase("lines with an amount of nil, kept as purchases of nothing")),
    "negative": ("consistency", Phrase("lines of returns, set against purchases before")),
    "shared_invoice": (
        "consistency",
        Phrase("lines of invoices that several customers have, kept as they are"),
    ),
    "same_line": (
        "uniqueness",
        Phrase("lines that the same file has already (customer, day, amount, invoice), kept"),
    ),
    "like_ids": (
        "uniqueness",
        Phrase("lines under ids that differ only by case, blanks or leading noughts, kept apart"),
    ),
}
#: The SQL of the lines that a rule finds.
_FOUND = {
    "nil": "select * from lines where amount = 0",
    "negative": "select * from lines where amount < 0",
    "shared_invoice": "select * from lines where invoice in (select invoice from lines where invoice "
    "is not null group by 1 having min(customer) != max(customer))",
    "same_line": "select unnest(range(1, n)), amount from (select amount, count(*) as n from lines "
    "group by file, customer, day, amount, invoice, state having count(*) > 1)",
    "like_ids": "select * from lines where customer in (select unnest(list(customer)) from ids where "
    "reason is null group by ltrim(lower(regexp_replace(customer, '\\s', '', 'g')), '0') "
    "having count(*) > 1)",
}


class Rule(BaseModel):
    """What a rule found: how many lines, their shares, and forms of cells.

    Attributes
    ----------
    rule : str
        Key of `what_of`.
    dimension : str
    lines : int
    share : float
        Of all lines.
    share_of_sales : float
        Of the sales in the files, returns counted as they are without their sign.
    examples : tuple of str
    """

    rule: str
    dimension: Dimension
    lines: int
    share: float
    share_of_sales: float
    examples: tuple[str, ...] = ()

    @property
    def masked(self) -> bool:
        """Whether its examples are forms, in which 9 is any digit and a any letter."""
        return bool(self.examples) and self.rule not in SHOWN_AS_THEY_ARE


def what_of(rule: str) -> Phrase:
    """Return what was looked for and done."""
    return REASONS[rule] if rule in REASONS else _KEPT[rule][1]


def held_against(database: Database, left_out: Iterable[LeftOut], lines: int) -> list[Rule]:
    """Return what each rule found, also where that is nothing, by dimension.

    Parameters
    ----------
    database : Database
        With ``lines``, ``ids`` and ``rejected``.
    left_out : iterable of LeftOut
    lines : int
        In all files.
    """
    sales, gone = row(
        database,
        "select (select coalesce(sum(abs(amount)), 0)::double from lines), (select coalesce("
        f"sum(abs(amount)), 0)::double from rejected where reason not in {NO_SALES})",
    )
    whole, out = sales + gone, {one.reason: one for one in left_out}
    found = []
    for reason, dimension in _OF_REASON.items():
        one = out.get(reason, LeftOut(reason, 0, 0.0, ()))
        share, examples = one.lines / max(lines, 1), one.examples
        found.append(Rule(rule=reason, dimension=dimension, lines=one.lines, share=share,
                          share_of_sales=one.share, examples=examples))  # fmt: skip
    for rule, (dimension, _) in _KEPT.items():
        query = f"select count(*), coalesce(sum(abs(amount)), 0)::double from ({_FOUND[rule]})"
        n, money = row(database, query)
        found.append(Rule(rule=rule, dimension=dimension, lines=int(n), share=n / max(lines, 1),
                          share_of_sales=money / whole if whole else 0.0))  # fmt: skip
    order = list(dict.fromkeys(_OF_REASON.values()))
    return sorted(found, key=lambda one: (order.index(one.dimension), -one.lines))
