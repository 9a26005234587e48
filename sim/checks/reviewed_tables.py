"""The tables of the page on plans that are fixed or reviewed, from ``playbook/reviewed.csv``."""

from collections.abc import Callable

from sim.common.formatting import fixed, markdown_table, money_in, range_of, spaced
from sim.market.market import load_market
from sim.playbook.reviewed_rows import Reviewed, load_reviewed


def reviewed_table() -> str:
    """Return what reviews add to plans in each market, on average and in 9 of 10 futures."""
    rows = list(load_reviewed().values())
    signed = {row.market: money_in(load_market(row.market).currency, signed=True) for row in rows}
    table = markdown_table(
        (
            "market",
            "strategy",
            "fixed plan over nothing",
            "reviews add",
            "in 9 of 10 futures",
            "futures",
        ),
        (
            (
                spaced(row.market),
                f"`{row.strategy}`",
                signed[row.market](row.gain_fixed),
                f"**{signed[row.market](row.adds)}**",
                range_of(row.adds_low, row.adds_high, signed[row.market]),
                str(row.futures),
            )
            for row in rows
        ),
    )
    missing = [
        f"`{name}` in {spaced(market)}"
        for market in signed
        for name in dict.fromkeys(row.strategy for row in rows)
        if (market, name) not in load_reviewed()
    ]
    too_dear = f" Too dear for the firm, and not shown: {', '.join(missing)}." if missing else ""
    made = {(row.customers, row.weeks, row.made_on, row.version) for row in rows}
    said = "; ".join(
        f"{fixed(customers)} customers, {weeks} weeks, kept on {day} by version {version}"
        for customers, weeks, day, version in sorted(made)
    )
    sure = {
        "add": sum(row.adds_low > 0 for row in rows),
        "cost": sum(row.adds_high < 0 for row in rows),
    }
    found = (
        f"In {sure['add']} of {len(rows)} rows reviews add in all of the middle 90 % of futures, "
        f"in {sure['cost']} they cost in all of it"
    )
    return (
        f"Customer equity per known customer; {said}. {found}; in the others it "
        f"hangs on what is uncertain of people and market, and on luck."
        f"{too_dear}\n\n{table}"
    )


def reviewed_columns() -> str:
    """Return the columns of ``playbook/reviewed.csv``."""
    fields = Reviewed.model_fields.items()
    return markdown_table(
        ("column", "meaning"), ((f"`{name}`", field.description or "") for name, field in fields)
    )


#: Name of a generated part of ``playbook/reviewed.md`` -> what writes it.
PARTS: dict[str, Callable[[], str]] = {
    "reviewed": reviewed_table,
    "reviewed columns": reviewed_columns,
}
