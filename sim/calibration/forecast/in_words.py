"""A forecast in a few lines and one table, for the terminal, in words that need no textbook."""

from typing import Any

from sim.calibration.forecast.forecast import Forecast
from sim.common.formatting import fixed, money

#: Models that are told of; the two laws that the forecast mixes stand in ``score.json`` alone.
_NAMES = {"own": "Forecast", "nbd": "NBD", "bg_nbd": "BG/NBD", "pareto_nbd": "Pareto/NBD"}
_METRICS = {
    "log_score": ("Surprise at what each customer did", "{:.3f}"),
    "crps": ("Distance of the odds from it", "{:.3f}"),
    "mae_median": ("Usual miss of a customer, purchases", "{:.3f}"),
    "rmse": ("The same, large misses counting more", "{:.3f}"),
    "weekly_mape": ("Usual miss of a week", "{:.1%}"),
    "coverage_90": ("Customers inside their range", "{:.0%}"),
    "weeks_inside_90": ("Weeks inside their range", "{:.0%}"),
    "total_error": ("All purchases, against what came", "{:+.1%}"),
    "total_inside_90": ("All purchases inside their range", ""),
}
#: How to read the table.
READING = (
    "Of the first five rows less is better. A range should hold nine in ten. NBD, BG/NBD and "
    "Pareto/NBD are the classic laws of repeat buying."
)


def score_rows(score: dict[str, Any]) -> list[tuple[str, ...]]:
    """Return the table of metrics by model, the header first."""
    models = score["models"]
    order = [name for name in _NAMES if name in models]
    rows = [("", *(_NAMES[name] for name in order))]
    for key, (label, form) in _METRICS.items():
        rows.append((label, *(_cell(models[name][key], form) for name in order)))
    return rows


def _cell(found: float | bool, form: str) -> str:
    """Return a value as it is shown; an empty form is for yes and no."""
    return form.format(found) if form else ("yes" if found else "no")


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
