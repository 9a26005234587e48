"""The model's calendar: one step is a week, and a year is 52 of them."""

WEEKS_A_YEAR = 52
