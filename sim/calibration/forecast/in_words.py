"""A forecast in a few lines, for the terminal, in words that need no textbook."""

from sim.calibration.forecast.forecast import Forecast
from sim.common.formatting import fixed, money, range_of
from sim.common.style import day, style
from sim.common.translated import told, translated


def glance(made: Forecast) -> list[str]:
    """Return what the forecast says, in lines and in the language that is spoken."""
    total, table, weeks = made.total, made.customers, len(made.weekly)
    spent = table["expected_spend"].sum()
    sales = (
        money(spent, made.currency)
        if made.currency
        else told("{amount} of the log's money", amount=fixed(spent))
    )
    lines = [
        told(
            "{customers} up to {end}; about {active} still active, as far as their silence tells.",
            customers=_customers(len(table)),
            end=day(made.end.date()),
            active=fixed(float(table["p_active"].sum())),
        ),
        told(
            "In the week after: {came} expected, for {sales}; with nine chances in ten {ends}."
            if weeks == 1
            else "In the {weeks} weeks after: {came} expected, for {sales}; with nine chances in ten "
            "{ends}.",
            weeks=weeks,
            came=_purchases(round(total["expected"])),
            sales=sales,
            ends=range_of(total["low"], total["high"], fixed),
        )
        + style().gap
        + translated("All that a customer buys on a day is one purchase."),
    ]
    if made.laws["left_out"]:
        days = style().comma.join(made.laws["left_out"])
        lines.append(told("Left out, since next to nothing was bought: {days}", days=days))
    if made.score is not None:
        lines.append(told("What came: {came}.", came=_purchases(made.score["purchases"])))
    elif made.weekly["actual"].notna().any():
        says = "The log goes on for a part of these weeks: weekly.csv shows it, no score."
        lines.append(translated(says))
    return lines


def _customers(number: int) -> str:
    return told("{number} customer" if number == 1 else "{number} customers", number=fixed(number))


def _purchases(number: int) -> str:
    return told("{number} purchase" if number == 1 else "{number} purchases", number=fixed(number))
