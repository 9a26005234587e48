"""A forecast in a few lines, for the terminal, in words that need no textbook."""

from sim.calibration.forecast.forecast import Forecast
from sim.common.formatting import fixed, money


def glance(made: Forecast) -> list[str]:
    """Return what the forecast says, in lines."""
    total, table, weeks = made.total, made.customers, len(made.weekly)
    active = fixed(float(table["p_active"].sum()))
    spent = table["expected_spend"].sum()
    sales = money(spent, made.currency) if made.currency else f"{fixed(spent)} of the log's money"
    ahead = "In the week after" if weeks == 1 else f"In the {weeks} weeks after"
    came = counted(round(total["expected"]), "purchase")
    ends = f"{fixed(total['low'])} to {fixed(total['high'])}"
    lines = [
        f"{counted(len(table), 'customer')} up to {made.end:%Y-%m-%d}; about {active} still active, "
        "as far as their silence tells.",
        f"{ahead}: {came} expected, for {sales}; with nine chances in ten {ends}. "
        "All that a customer buys on a day is one purchase.",
    ]
    if made.laws["left_out"]:
        lines.append(
            "Left out, since next to nothing was bought: " + ", ".join(made.laws["left_out"])
        )
    if made.score is not None:
        lines.append(f"What came: {counted(made.score['purchases'], 'purchase')}.")
    elif made.weekly["actual"].notna().any():
        lines.append("The log goes on for a part of these weeks: weekly.csv shows it, no score.")
    return lines


def counted(number: int, what: str) -> str:
    """Write how many there are of something: ``1 customer``, ``2 customers``."""
    return f"{fixed(number)} {what}" + "s" * (number != 1)
