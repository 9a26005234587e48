"""Measures: what a run says about loyalty and money, each with its definition and window.

Flows are per year over the horizon, so that they compare with a budget; shares and survey scores
are of the last 52 weeks, so that a whole year's seasons are in them and the ramp of a new play
mostly is not; states are those of the last week. Money over time is in `sim.measures.equity`.
"""

from collections.abc import Callable
from typing import NamedTuple

from sim.common.calendar import WEEKS_A_YEAR
from sim.measures.equity import (
    break_even_ratio,
    equity,
    payback,
    retention_cost,
    retention_to_acquisition,
    return_on_cost,
)
from sim.measures.weekly import Columns

#: Weeks at the end of the horizon over which shares and survey scores are taken.
WINDOW = WEEKS_A_YEAR


class Measure(NamedTuple):
    """How one measure is worked out and what it means; `scaled` ones are turned into the firm's.

    `sources` names the claims of ``playbook/sources.csv`` that the measure is there for.
    """

    function: Callable[[Columns, float], float]
    unit: str
    definition: str
    window: str
    higher_is_better: bool | None
    scaled: bool = False
    sources: tuple[str, ...] = ()


def _ratio(over: float, under: float) -> float:
    return float(over / under) if under > 0 else float("nan")


def _yearly(flow: str) -> Callable[[Columns, float], float]:
    return lambda columns, _: float(columns[flow].mean() * WEEKS_A_YEAR)


def _at_end(over: str, under: str) -> Callable[[Columns, float], float]:
    return lambda columns, _: _ratio(columns[over][-1], columns[under][-1])


def _recent(over: str, under: str, times: float = 1.0) -> Callable[[Columns, float], float]:
    return lambda columns, _: (
        times * _ratio(columns[over][-WINDOW:].sum(), columns[under][-WINDOW:].sum())
    )


_YEARLY = "the horizon, per year"
_LAST_YEAR = f"last {WINDOW} weeks"
_END = "last week"

#: Every measure of a single run.
MEASURES: dict[str, Measure] = {
    "customer_equity": Measure(
        equity,
        "currency",
        "Discounted profit in the horizon, plus the discounted margin that the customers of the "
        "last week still bring with all levers off; rewards are charged when promised",
        "the horizon and after",
        higher_is_better=True,
        scaled=True,
        sources=("L1.1d", "C3.4"),
    ),
    "sustained_equity": Measure(
        lambda columns, discount: equity(columns, discount, "sustained_equity"),
        "currency",
        "Customer equity if all levers and their costs go on after the horizon as in its last week",
        "the horizon and after",
        higher_is_better=True,
        scaled=True,
        sources=("L1.1d",),
    ),
    "firm_view_equity": Measure(
        lambda columns, discount: equity(columns, discount, "firm_view_equity"),
        "currency",
        "Customer equity as the firm would work it out from its own records, by the Pareto/NBD and "
        "Gamma-Gamma laws; it takes promoted purchases for loyalty and overlooks a lower risk of leaving",
        "the horizon and ten years after",
        higher_is_better=True,
        scaled=True,
        sources=("L1.1d", "I5.4"),
    ),
    "profit": Measure(
        _yearly("profit"),
        "currency per year",
        "Margin less the cost of all levers (discounts and redeemed rewards are costs) and of winning "
        "customers",
        _YEARLY,
        higher_is_better=True,
        scaled=True,
        sources=("L1.1a", "L1.1b"),
    ),
    "margin": Measure(
        _yearly("margin"),
        "currency per year",
        "Spend at the firm times gross margin, before the cost of levers",
        _YEARLY,
        higher_is_better=True,
        scaled=True,
        sources=("L1.1a",),
    ),
    "cost": Measure(
        _yearly("cost"),
        "currency per year",
        "Cost of all levers, discounts and redeemed rewards included",
        _YEARLY,
        higher_is_better=False,
        scaled=True,
        sources=("L1.1b",),
    ),
    "retention": Measure(
        _at_end("n_start_active", "n_start"),
        "share",
        "Customers active at the start who never dropped out since, of all active at the start",
        _END,
        higher_is_better=True,
        sources=("L1.2a", "C1.1"),
    ),
    "repeat_rate": Measure(
        _at_end("n_bought_12w", "n_active"),
        "share",
        "Active customers who bought in the last 12 weeks, of all active customers",
        _END,
        higher_is_better=True,
        sources=("L1.1a", "I6.4"),
    ),
    "share_of_wallet": Measure(
        _recent("spend", "wallet"),
        "share",
        "Spend at the firm, of the spend at the firm and its rivals",
        _LAST_YEAR,
        higher_is_better=True,
        sources=("L1.2a", "I4.5"),
    ),
    "csat": Measure(
        _recent("n_satisfied", "n_surveyed"),
        "share",
        "Satisfied answers, of all answers to the survey (with its response bias)",
        _LAST_YEAR,
        higher_is_better=True,
        sources=("L1.2b", "L2.1", "C3.4", "I2.1", "I7.6"),
    ),
    "nps": Measure(
        _recent("n_net_promoter", "n_surveyed", 100.0),
        "points",
        "Promoters less detractors, per 100 answers to the survey (with its response bias)",
        _LAST_YEAR,
        higher_is_better=True,
        sources=("C3.4", "L2.3", "I2.2"),
    ),
    "positive_talk_share": Measure(
        _recent("n_positive_talk", "n_messages"),
        "share",
        "Positive messages, of all messages that customers send to each other about the firm",
        _LAST_YEAR,
        higher_is_better=True,
        sources=("L1.1c", "I2.4", "C3.4"),
    ),
    "messages": Measure(
        _recent("n_messages", "n_active", 1000.0 * WEEKS_A_YEAR),
        "messages per 1000 active customers and year",
        "Messages about the firm, positive and negative",
        _LAST_YEAR,
        higher_is_better=None,
        sources=("L1.1c", "I2.4"),
    ),
    "trips": Measure(
        _recent("trips", "n_active", WEEKS_A_YEAR),
        "trips per active customer and year",
        "Trips to the firm",
        _LAST_YEAR,
        higher_is_better=True,
        sources=("L1.1a", "I7.6"),
    ),
    "active_customers": Measure(
        lambda columns, _: float(columns["n_active"][-1]),
        "customers",
        "Active customers, old and new",
        _END,
        higher_is_better=True,
        scaled=True,
        sources=("C1.1",),
    ),
    "new_customers": Measure(
        _yearly("new_joined"),
        "customers per year",
        "People who became customers (those who came back after leaving are not counted)",
        _YEARLY,
        higher_is_better=True,
        scaled=True,
        sources=("L1.1b", "L1.1c", "C1.1"),
    ),
    "acquisition_cost": Measure(
        lambda columns, _: _ratio(columns["acquisition_cost"].sum(), columns["new_joined"].sum()),
        "currency per customer won",
        "What paid reach cost, over all who became customers, whatever brought them",
        "the horizon",
        higher_is_better=False,
        sources=("L1.1b",),
    ),
    "retention_cost": Measure(
        lambda columns, _: retention_cost(columns),
        "currency per customer kept and year",
        "Cost of all levers, over the customers who were so a week before too",
        _YEARLY,
        higher_is_better=False,
        sources=("L1.1b",),
    ),
    "retention_to_acquisition": Measure(
        lambda columns, _: retention_to_acquisition(columns),
        "ratio",
        "Cost of keeping a customer for a year over that of winning one",
        _YEARLY,
        higher_is_better=None,
        sources=("L1.1b",),
    ),
    "response_minutes": Measure(
        _recent("wait_minutes", "n_contacts"),
        "minutes",
        "Mean wait of those who contacted the service desk",
        _LAST_YEAR,
        higher_is_better=False,
        sources=("C2.3", "I3.3", "I2.6"),
    ),
}


class PairedMeasure(NamedTuple):
    """A measure that exists only against doing nothing with the same customers and luck."""

    function: Callable[[Columns, Columns, float], float]
    unit: str
    definition: str
    window: str
    higher_is_better: bool | None
    sources: tuple[str, ...] = ()


PAIRED: dict[str, PairedMeasure] = {
    "return": PairedMeasure(
        return_on_cost,
        "currency per currency spent",
        "Gain in customer equity over doing nothing, per discounted cost; none if nothing is spent",
        "the horizon and after",
        higher_is_better=True,
        sources=("L1.1b",),
    ),
    "payback_week": PairedMeasure(
        payback,
        "week",
        "First week from which the running total of profit stays at or above that of doing nothing "
        "until the end of the horizon; infinite if there is none",
        "the horizon",
        higher_is_better=False,
        sources=("C3.1",),
    ),
    "break_even_ratio": PairedMeasure(
        break_even_ratio,
        "ratio",
        "Cost of keeping a customer for a year over that of winning one at which the gain in customer "
        "equity over doing nothing would be nil, all else the same",
        "the horizon and after",
        higher_is_better=True,
        sources=("L1.1b",),
    ),
}
