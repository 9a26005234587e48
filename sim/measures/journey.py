"""Measures of a customer's way: where failures are met."""

from sim.measures.measure import WINDOW, Measure, recent

_LAST_YEAR = f"last {WINDOW} weeks"

#: Failures by touchpoint, of which the largest is a journey's weakest link.
FAILURES: dict[str, Measure] = {
    column: Measure(
        label=f"failures {where} per 1,000 purchases",
        contract_label=f"failures {where} per 1,000 uses",
        kind="count",
        unit="failures per 1000 trips",
        definition=(
            f"Failures that customers notice {told}; complaints are told of all failures alike"
        ),
        window=_LAST_YEAR,
        higher_is_better=False,
        sources=("L2.2", "I6.3"),
        function=recent(column, "trips", 1000.0),
    )
    for column, where, told in (
        ("failures_at_purchase", "at the purchase", "in choosing, ordering and paying"),
        ("failures_in_use", "in delivery or use", "in delivery or use"),
        ("failures_after_sale", "after the sale", "in bills, returns, refunds and repair"),
    )
}
