"""The model's calendar: one step is a week, and a year is 52 of them."""

WEEKS_A_YEAR = 52
WEEKS_A_QUARTER = WEEKS_A_YEAR // 4
MONTHS_A_YEAR = 12
WEEKS_A_MONTH = WEEKS_A_YEAR / MONTHS_A_YEAR
#: Hours that one full-time employee works.
WORK_HOURS_A_WEEK = 40
