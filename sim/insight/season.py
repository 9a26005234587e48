"""When customers buy: days of the week, and months."""

import pandas as pd

from sim.calibration.transactions import Log
from sim.common.calendar import MONTHS_A_YEAR, WEEKS_A_YEAR
from sim.common.few import FEWEST
from sim.insight.records import Season


def season_of_sales(log: Log, cohort: bool) -> Season:
    """Return how sales differ by day of the week and by month; days of gaps are left out.

    Parameters
    ----------
    log : Log
    cohort : bool
        Whether one cohort is followed: its months say nothing of a season, and are left out.
    """
    years = ((log.last_day - log.first_day).days + 1) / 7.0 / WEEKS_A_YEAR
    if log.grain != "day":
        months = {} if cohort or log.grain != "month" else _table_of_months(log)
        if log.grain == "month":  # the last one is dated by one of its days, and whole
            begin, end = log.first_day.to_period("M"), log.last_day.to_period("M")
            years = ((end - begin).n + 1) / MONTHS_A_YEAR
        return Season(weekdays={}, months=months, years=years, cohort=cohort)
    days = log.occasions.groupby("day").agg(sales=("amount", "sum"), people=("customer", "size"))
    days = days.reindex(pd.date_range(log.first_day, log.last_day), fill_value=0)
    for gap in log.gaps:
        days = days[(days.index < gap.first) | (days.index > gap.last)]
    week = days.groupby(days.index.day_of_week).agg(
        sales=("sales", "mean"), people=("people", "sum")
    )
    week = week[week["people"] >= FEWEST]["sales"] / days["sales"].mean()
    return Season(
        weekdays={int(day): float(height) for day, height in week.items()},
        months={} if cohort else _months(log, days),
        years=years,
        cohort=cohort,
    )


def _table_of_months(log: Log) -> dict[str, float]:
    """Return the sales of each month of a table of months over those of a mean month."""
    month = log.occasions["day"].dt.to_period("M")
    sold = log.occasions.groupby(month).agg(sales=("amount", "sum"), people=("customer", "size"))
    kept = sold[sold["people"] >= FEWEST]["sales"]
    return {str(name): float(sales / sold["sales"].mean()) for name, sales in kept.items()}


def _months(log: Log, days: pd.DataFrame) -> dict[str, float]:
    """Return the sales a day of each whole month over those of all such days."""
    month = days.index.to_period("M")
    whole = (month.start_time >= log.first_day) & (month.end_time.normalize() <= log.last_day)
    kept, names = days[whole], month[whole]
    by_month = kept.groupby(names).agg(sales=("sales", "mean"), people=("people", "sum"))
    by_month = by_month[by_month["people"] >= FEWEST]
    return {
        str(name): float(sales / kept["sales"].mean()) for name, sales in by_month["sales"].items()
    }
