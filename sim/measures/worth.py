"""What customers are worth to the firm: customer equity, its two parts, and two other views of it."""

from sim.measures.equity import discounted, equity, worth_after
from sim.measures.measure import Measure

#: Measures of worth, in the order in which tables show them.
WORTH: dict[str, Measure] = {
    "customer_equity": Measure(
        label="customer equity",
        kind="money",
        unit="currency",
        definition=(
            "Discounted profit in the horizon, plus the discounted margin that the customers of "
            "the last week, and who comes back of those who left, still bring with all levers off; "
            "rewards are charged when promised"
        ),
        window="the horizon and after",
        higher_is_better=True,
        scaled=True,
        shown=("report", "terminal"),
        sources=("L1.1d", "C3.4"),
        function=equity,
    ),
    "equity_within": Measure(
        label="customer equity from within the horizon",
        kind="money",
        unit="currency",
        definition="The part of customer equity that is discounted profit in the horizon",
        window="the horizon",
        higher_is_better=True,
        scaled=True,
        sources=("L1.1d", "C3.4"),
        function=lambda columns, discount: discounted(columns, "profit", discount),
    ),
    "equity_after": Measure(
        label="customer equity from after the horizon",
        kind="money",
        unit="currency",
        definition=(
            "The part of customer equity that the customers of the last week still bring, with all "
            "levers off"
        ),
        window="after the horizon",
        higher_is_better=True,
        scaled=True,
        sources=("L1.1d", "C3.4"),
        function=worth_after,
    ),
    "equity_with_future_customers": Measure(
        label="customer equity with future customers",
        kind="money",
        unit="currency",
        definition=(
            "Customer equity, plus what those bring who are won after the horizon as usual, less what "
            "winning them costs"
        ),
        window="the horizon and after",
        higher_is_better=True,
        scaled=True,
        shown=("report",),
        sources=("L1.1b", "L1.1d"),
        function=lambda columns, discount: (
            equity(columns, discount) + worth_after(columns, discount, "future_customers_equity")
        ),
    ),
    "sustained_equity": Measure(
        label="customer equity if kept up",
        kind="money",
        unit="currency",
        definition=(
            "Customer equity if all levers and their costs go on after the horizon as in its last "
            "week"
        ),
        window="the horizon and after",
        higher_is_better=True,
        scaled=True,
        sources=("L1.1d",),
        function=lambda columns, discount: equity(columns, discount, "sustained_equity"),
    ),
    "firm_view_equity": Measure(
        label="customer equity as the firm's records show it",
        kind="money",
        unit="currency",
        definition=(
            "Customer equity as the firm would work it out from its own records, by the "
            "Pareto/NBD law and the market's law of spend; it takes promoted purchases for loyalty "
            "and overlooks a lower risk of leaving"
        ),
        window="the horizon and ten years after",
        higher_is_better=True,
        scaled=True,
        sources=("L1.1d", "I5.4"),
        function=lambda columns, discount: equity(columns, discount, "firm_view_equity"),
    ),
}
