"""The model's calendar: one step is a week, and a year is 52 of them."""

from math import log1p

WEEKS_A_YEAR = 52
WEEKS_A_QUARTER = WEEKS_A_YEAR // 4
MONTHS_A_YEAR = 12
WEEKS_A_MONTH = WEEKS_A_YEAR / MONTHS_A_YEAR
#: Hours that one full-time employee works.
WORK_HOURS_A_WEEK = 40


def weekly_rate(yearly: float) -> float:
    """Return the continuous rate per week of a yearly one: a discount, say."""
    return log1p(yearly) / WEEKS_A_YEAR
