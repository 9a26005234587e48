"""When customers buy: days of the week, and months."""

import pandas as pd

from sim.calibration.transactions import Log
from sim.common.calendar import WEEKS_A_YEAR
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
        years=((log.last_day - log.first_day).days + 1) / 7.0 / WEEKS_A_YEAR,
        cohort=cohort,
    )


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
