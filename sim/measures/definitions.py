"""Measures: what a run says about loyalty and money, each declared once.

Flows are per year over the horizon, so that they compare with a budget; shares and survey scores
are of the last 52 weeks, so that a whole year's seasons are in them and the ramp of a new play
mostly is not; states are those of the last week. Money over time is in `sim.measures.equity`.
Tables show them in the order in which they stand here.
"""

from dataclasses import replace

from sim.common.calendar import WEEKS_A_YEAR
from sim.measures.equity import discounted, retention_cost, retention_to_acquisition
from sim.measures.journey import FAILURES, LOOP, NEWCOMERS, PRIORITY
from sim.measures.measure import (
    WINDOW,
    Measure,
    MeasureRecord,
    Place,
    at_end,
    ratio,
    recent,
    yearly,
)
from sim.measures.paired import PAIRED
from sim.measures.public import ARRIVALS, PARTICIPATION
from sim.measures.worth import WORTH

_YEARLY = "the horizon, per year"
_LAST_YEAR = f"last {WINDOW} weeks"
_END = "last week"

#: Every measure of a single run.
MEASURES: dict[str, Measure] = {
    **WORTH,
    "profit": Measure(
        label="yearly profit after all loyalty costs",
        kind="money",
        unit="currency per year",
        definition=(
            "Margin less the cost of all levers (discounts and redeemed rewards are costs) and of "
            "winning customers"
        ),
        window=_YEARLY,
        higher_is_better=True,
        scaled=True,
        shown=("report", "short", "terminal"),
        sources=("L1.1a", "L1.1b"),
        function=yearly("profit"),
    ),
    "margin": Measure(
        label="yearly margin before loyalty costs",
        kind="money",
        unit="currency per year",
        definition="Spend at the firm times gross margin, before the cost of levers",
        window=_YEARLY,
        higher_is_better=True,
        scaled=True,
        sources=("L1.1a",),
        function=yearly("margin"),
    ),
    "cost": Measure(
        label="yearly cost of the strategy",
        kind="money",
        unit="currency per year",
        definition="Cost of all levers, discounts and redeemed rewards included",
        window=_YEARLY,
        higher_is_better=False,
        scaled=True,
        shown=("report", "terminal"),
        sources=("L1.1b",),
        function=yearly("cost"),
    ),
    "discounted_cost": Measure(
        label="cost of the strategy in today's money",
        kind="money",
        unit="currency",
        definition="Cost of all levers over the horizon, discounted to today",
        window="the horizon",
        higher_is_better=False,
        scaled=True,
        shown=(),
        sources=("L1.1b",),
        function=lambda columns, discount: discounted(columns, "cost", discount),
    ),
    "acquisition_cost": Measure(
        label="cost of winning a customer",
        kind="money",
        unit="currency per customer won",
        definition="What paid reach cost, over all who became customers, whatever brought them",
        window="the horizon",
        higher_is_better=False,
        sources=("L1.1b",),
        function=lambda columns, _: ratio(
            columns["acquisition_cost"].sum(), columns["new_joined"].sum()
        ),
    ),
    "retention_cost": Measure(
        label="cost of keeping a customer a year",
        kind="money",
        unit="currency per customer kept and year",
        definition="Cost of all levers, over the customers who were so a week before too",
        window=_YEARLY,
        higher_is_better=False,
        sources=("L1.1b",),
        function=lambda columns, _: retention_cost(columns),
    ),
    "retention_to_acquisition": Measure(
        label="keeping a customer a year over winning one",
        kind="share",
        unit="ratio",
        definition="Cost of keeping a customer for a year over that of winning one",
        window=_YEARLY,
        higher_is_better=None,
        sources=("L1.1b",),
        function=lambda columns, _: retention_to_acquisition(columns),
    ),
    "active_customers": Measure(
        label="active customers",
        kind="count",
        unit="customers",
        definition="Active customers, old and new",
        window=_END,
        higher_is_better=True,
        scaled=True,
        shown=("report", "terminal"),
        sources=("C1.1",),
        function=lambda columns, _: float(columns["n_active"][-1]),
    ),
    "retention": Measure(
        label="customers kept",
        kind="share",
        unit="share",
        definition=(
            "Customers active at the start who never dropped out since, of all active at the start"
        ),
        window=_END,
        higher_is_better=True,
        shown=("report", "short", "terminal"),
        sources=("L1.2a", "C1.1"),
        function=at_end("n_start_active", "n_start"),
    ),
    "new_customers": Measure(
        label="new customers a year",
        kind="count",
        unit="customers per year",
        definition=(
            "People who became customers (those who came back after leaving are not counted)"
        ),
        window=_YEARLY,
        higher_is_better=True,
        scaled=True,
        sources=("L1.1b", "L1.1c", "C1.1"),
        function=yearly("new_joined"),
    ),
    "conversion": Measure(
        label="prospects who become customers a year",
        kind="share",
        unit="share per year",
        definition="Prospects who become customers in a week, of all prospects, times the weeks a year",
        window=_LAST_YEAR,
        higher_is_better=True,
        sources=("I7.6", "C1.1", "C2.1"),
        function=recent("new_joined", "n_prospect", WEEKS_A_YEAR),
    ),
    **ARRIVALS,
    **NEWCOMERS,
    "repeat_rate": Measure(
        label="repeat rate",
        contract_label="customers who used it in the last quarter",
        kind="share",
        unit="share",
        definition="Active customers who bought in the last 12 weeks, of all active customers",
        window=_END,
        higher_is_better=True,
        shown=("report", "terminal"),
        sources=("L1.1a", "I6.4"),
        function=at_end("n_bought_12w", "n_active"),
    ),
    "trips": Measure(
        label="purchases per customer a year",
        contract_label="uses per customer a year",
        kind="count",
        unit="trips per active customer and year",
        definition="Trips to the firm",
        window=_LAST_YEAR,
        higher_is_better=True,
        shown=("report", "short"),
        sources=("L1.1a", "I7.6"),
        function=recent("trips", "n_active", WEEKS_A_YEAR),
    ),
    "share_of_wallet": Measure(
        label="share of wallet",
        in_contracts=False,
        kind="share",
        unit="share",
        definition="Spend at the firm, of the spend at the firm and its rivals",
        window=_LAST_YEAR,
        higher_is_better=True,
        shown=("report", "short", "terminal"),
        sources=("L1.2a", "I4.5"),
        function=recent("spend", "wallet"),
    ),
    "csat": Measure(
        label="satisfied customers",
        kind="share",
        unit="share",
        definition="Satisfied answers, of all answers to the survey (with its response bias)",
        window=_LAST_YEAR,
        higher_is_better=True,
        shown=("report", "short", "terminal"),
        sources=("L1.2b", "L2.1", "C3.4", "I2.1", "I7.6"),
        function=recent("n_satisfied", "n_surveyed"),
    ),
    "nps": Measure(
        label="net promoter score",
        kind="points",
        unit="points",
        definition=(
            "Promoters less detractors, per 100 answers to the survey (with its response bias)"
        ),
        window=_LAST_YEAR,
        higher_is_better=True,
        shown=("report", "short", "terminal"),
        sources=("C3.4", "L2.3", "I2.2"),
        function=recent("n_net_promoter", "n_surveyed", 100.0),
    ),
    "positive_talk_share": Measure(
        label="positive share of word of mouth",
        kind="share",
        unit="share",
        definition=(
            "Positive messages, of all messages that customers send to each other about the firm"
        ),
        window=_LAST_YEAR,
        higher_is_better=True,
        sources=("L1.1c", "I2.4", "C3.4"),
        function=recent("n_positive_talk", "n_messages"),
    ),
    "messages": Measure(
        label="messages per 1,000 customers a year",
        kind="count",
        unit="messages per 1000 active customers and year",
        definition="Messages about the firm, positive and negative",
        window=_LAST_YEAR,
        higher_is_better=None,
        sources=("L1.1c", "I2.4"),
        function=recent("n_messages", "n_active", 1000.0 * WEEKS_A_YEAR),
    ),
    **PARTICIPATION,
    **FAILURES,
    **PRIORITY,
    **LOOP,
    "response_minutes": Measure(
        label="minutes until service answers",
        kind="minutes",
        unit="minutes",
        definition="Mean wait of those who contacted the service desk",
        window=_LAST_YEAR,
        higher_is_better=False,
        sources=("C2.3", "I3.3", "I2.6"),
        function=recent("wait_minutes", "n_contacts"),
    ),
}


def measures_in(contract: bool, place: Place | None = None) -> dict[str, MeasureRecord]:
    """Return the measures that make sense in a market, with contracts or without.

    Parameters
    ----------
    contract : bool
        Whether the market has contracts.
    place : str, optional
        Only those that are shown there.

    Returns
    -------
    dict of str to MeasureRecord
        Name -> the measure, under the label that it has in such a market.
    """
    return {
        name: replace(measure, label=measure.contract_label or measure.label)
        if contract
        else measure
        for name, measure in {**MEASURES, **PAIRED}.items()
        if (measure.in_contracts or not contract) and (place is None or place in measure.shown)
    }
