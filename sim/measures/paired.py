"""Measures of a run beside doing nothing, with the same customers and the same luck."""

from sim.measures.equity import break_even_ratio, payback_week, return_on_cost
from sim.measures.measure import PairedMeasure

#: Every measure of a run beside doing nothing.
PAIRED: dict[str, PairedMeasure] = {
    "return": PairedMeasure(
        label="return on cost",
        kind="share",
        unit="currency per currency spent",
        definition=(
            "Gain in customer equity over doing nothing, per discounted cost; none if nothing is "
            "spent"
        ),
        window="the horizon and after",
        higher_is_better=True,
        shown=("terminal",),
        sources=("L1.1b",),
        function=return_on_cost,
    ),
    "payback_week": PairedMeasure(
        label="payback week",
        kind="weeks",
        unit="week",
        definition=(
            "First week from which the running total of profit stays at or above that of doing "
            "nothing until the end of the horizon; infinite if there is none"
        ),
        window="the horizon",
        higher_is_better=False,
        shown=("terminal",),
        sources=("C3.1",),
        function=lambda columns, base, _: payback_week(
            columns["profit"] - base["profit"], columns["week"]
        ),
    ),
    "break_even_ratio": PairedMeasure(
        label="keeping over winning at which nothing is gained",
        kind="share",
        unit="ratio",
        definition=(
            "Cost of keeping a customer for a year over that of winning one at which the gain in "
            "customer equity over doing nothing would be nil, all else the same"
        ),
        window="the horizon and after",
        higher_is_better=True,
        shown=(),
        sources=("L1.1b",),
        function=break_even_ratio,
    ),
}
