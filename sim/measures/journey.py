"""Measures of a customer's way: who stays, where failures are met, who waits how long, what is heard."""

from collections.abc import Callable

from sim.market.touchpoints import FAILURES_AT
from sim.measures.measure import WINDOW, Measure, ratio, recent
from sim.measures.weekly import Columns

_LAST_YEAR = f"last {WINDOW} weeks"


def newcomers_kept(columns: Columns) -> float:
    """Return the share of those who became customers within the horizon who are so at its end."""
    came = float(columns["new_joined"].sum() + columns["new_won_back"].sum())
    here = float(columns["n_active"][-1] - columns["n_start_active"][-1])
    return ratio(here, came)


#: Of those who came within the horizon, also back, whether by an offer or without.
NEWCOMERS: dict[str, Measure] = {
    "newcomers_kept": Measure(
        label="newcomers kept",
        kind="share",
        unit="share",
        definition=(
            "Customers at the end who joined or came back within the horizon, of all who did"
        ),
        window="last week",
        higher_is_better=True,
        sources=("C1.2", "C2.1", "C2.3b"),
        function=lambda columns, _: newcomers_kept(columns),
    ),
}

#: Failures by touchpoint, of which the largest is a journey's weakest link.
FAILURES: dict[str, Measure] = {
    FAILURES_AT[touchpoint]: Measure(
        label=f"failures {where} per 1,000 purchases",
        contract_label=f"failures {under_contract} per 1,000 uses",
        kind="count",
        unit="failures per 1000 trips",
        definition=(
            f"Failures that customers notice {told}; complaints are told of all failures alike"
        ),
        window=_LAST_YEAR,
        higher_is_better=False,
        sources=("L2.2", "I6.3"),
        function=recent(FAILURES_AT[touchpoint], "trips", 1000.0),
    )
    for touchpoint, where, under_contract, told in (
        (
            "purchase",
            "at the purchase",
            "in choosing and ordering",
            "in choosing, ordering and paying",
        ),
        ("use", "in delivery or use", "in use", "in delivery or use"),
        (
            "after_sale",
            "after the sale",
            "in bills and repair",
            "in bills, returns, refunds and repair",
        ),
    )
}


def wait_of_those_first(columns: Columns) -> float:
    """Return the mean wait of contacts that go first, minutes; of all contacts where none do."""
    first = float(columns["n_contacts_first"][-WINDOW:].sum())
    end = "_first" if first > 0 else ""
    return ratio(
        float(columns[f"wait_minutes{end}"][-WINDOW:].sum()),
        float(columns[f"n_contacts{end}"][-WINDOW:].sum()),
    )


#: What is promised at the desk.
PRIORITY: dict[str, Measure] = {
    "response_minutes_first": Measure(
        label="minutes until service answers those who go first",
        kind="minutes",
        unit="minutes",
        definition="Mean wait of contacts that are answered first; of all contacts where none are",
        window=_LAST_YEAR,
        higher_is_better=False,
        shown=(),
        sources=("I5.5", "C2.3"),
        function=lambda columns, _: wait_of_those_first(columns),
    ),
}


def of_what_is_heard(column: str) -> Callable[[Columns, float], float]:
    """Return the function that gives a part of complaints and suggestions as a share of both."""

    def share(columns: Columns, _: float) -> float:
        names = (column, "n_complaints", "n_suggestions")
        part, *heard = (float(columns[name][-WINDOW:].sum()) for name in names)
        return ratio(part, sum(heard))

    return share


#: Whether what customers say reaches the firm, and whether something comes of it.
LOOP: dict[str, Measure] = {
    "failures_told": Measure(
        label="failures that the firm is told of",
        kind="share",
        unit="share",
        definition="Complaints, of all failures that customers notice",
        window=_LAST_YEAR,
        higher_is_better=True,
        sources=("I6", "L6.1"),
        function=recent("n_complaints", "n_failures"),
    ),
    "loop_answered": Measure(
        label="what is heard that is answered",
        kind="share",
        unit="share",
        definition="Complaints and suggestions whose senders hear what came of them, of both",
        window=_LAST_YEAR,
        higher_is_better=True,
        sources=("I6.2", "L6.1"),
        function=of_what_is_heard("n_answered"),
    ),
    "loop_acted_on": Measure(
        label="what is heard that is acted on",
        kind="share",
        unit="share",
        definition="Complaints whose cause is mended and suggestions that are used, of both",
        window=_LAST_YEAR,
        higher_is_better=True,
        sources=("I6.3", "L3.4b"),
        function=of_what_is_heard("n_acted_on"),
    ),
    "useful_suggestions": Measure(
        label="useful suggestions per 1,000 purchases",
        contract_label="useful suggestions per 1,000 uses",
        kind="count",
        unit="suggestions per 1000 trips",
        definition="Suggestions that the firm can use; none are counted where nobody is invited",
        window=_LAST_YEAR,
        higher_is_better=True,
        shown=(),
        sources=("L3.4b", "I6.2"),
        function=recent("n_suggestions_useful", "trips", 1000.0),
    ),
}
