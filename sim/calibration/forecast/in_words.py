"""A forecast in a few lines and one table, for the terminal."""

from typing import Any

from sim.calibration.forecast.forecast import Forecast

_NAMES = {
    "own": "forecast",
    "refined_prior": "law A",
    "moving_rates": "law B",
    "nbd": "NBD",
    "bg_nbd": "BG/NBD",
    "pareto_nbd": "Pareto/NBD",
}
_METRICS = {
    "log_score": ("log score", "{:.3f}"),
    "crps": ("CRPS", "{:.3f}"),
    "mae_median": ("MAE of the median", "{:.3f}"),
    "mae_mean": ("MAE of the mean", "{:.3f}"),
    "rmse": ("RMSE", "{:.3f}"),
    "coverage_90": ("customers inside 90 %", "{:.0%}"),
    "weeks_inside_90": ("weeks inside 90 %", "{:.0%}"),
    "weekly_mape": ("weekly MAPE", "{:.1%}"),
    "total_error": ("total", "{:+.1%}"),
    "total_inside_90": ("total inside 90 %", ""),
}


def score_rows(score: dict[str, Any]) -> list[tuple[str, ...]]:
    """Return the table of metrics by model, the header first."""
    models = score["models"]
    order = sorted(models, key=list(_NAMES).index)
    rows = [("", *(_NAMES[name] for name in order))]
    for key, (label, form) in _METRICS.items():
        rows.append((label, *(_cell(models[name][key], form) for name in order)))
    return rows


def _cell(found: float | bool, form: str) -> str:
    """Return a value as it is shown; an empty form is for yes and no."""
    return form.format(found) if form else ("yes" if found else "no")


def glance(made: Forecast) -> list[str]:
    """Return what the forecast says, in lines."""
    total, table = made.total, made.customers
    active = float(table["p_active"].sum())
    lines = [
        f"{len(table):,} customers up to {made.end:%Y-%m-%d}, about {active:,.0f} of them active.",
        f"In the {len(made.weekly)} weeks after: {total['expected']:,.0f} purchase days "
        f"(90 %: {total['low']:,.0f} to {total['high']:,.0f}), "
        f"spending {table['expected_spend'].sum():,.0f}.",
    ]
    if made.score is not None:
        lines.append(f"What came: {made.score['purchases']:,} purchase days.")
    elif made.weekly["actual"].notna().any():
        lines.append("The log goes on for a part of the horizon: weekly.csv shows it, no score.")
    return lines
