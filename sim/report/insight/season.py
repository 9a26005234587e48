"""When customers buy, and why a short log says little of a season."""

from __future__ import annotations

import pandas as pd

from sim.common.formatting import capital, fixed_percent
from sim.insight.records import Insight
from sim.report.insight.words import by_day, no_day, sales
from sim.report.phrases import say
from sim.report.section import Section, Table

#: Years of a log with less of which a season cannot be told from growth.
_YEARS = 2


def season_section(found: Insight) -> Section:
    """Return how sales differ by day of the week and by month."""
    season, label = found.season, say("insight.season.label")
    if not by_day(found):
        return _by_period(found, label)
    if not season.weekdays:
        return Section("season", say("insight.season.too_few"), label=label)
    best = max(season.weekdays, key=lambda day: season.weekdays[day])
    least = min(season.weekdays, key=lambda day: season.weekdays[day])
    heading = say(
        "insight.season.weekdays",
        best=_weekday(best),
        high=fixed_percent(season.weekdays[best] - 1, signed=True),
        least=_weekday(least),
        low=fixed_percent(season.weekdays[least] - 1, signed=True),
    )
    says = [_months(found)]
    column = capital(say("insight.season.sales_a_day", sales=sales(found)))
    caption = capital(say("insight.season.table", sales=sales(found)))
    days = {_weekday(k): v for k, v in season.weekdays.items()}
    tables = [_heights(caption, say("insight.season.day"), column, days)]
    if season.months:
        tables.append(_heights(caption, say("column.month"), column, season.months))
    return Section("season", heading, says, tables=tables, label=label)


def _by_period(found: Insight, label: str) -> Section:
    """Return what a table of periods says of when is bought: its months, where it is one of months."""
    season = found.season
    kind = "weekdays" if found.grain == "month" else "season"
    if not season.months:
        says = [no_day(found, kind), *([_months(found)] if season.cohort else [])]
        return Section("season", say("insight.season.none"), says, label=label)
    best = max(season.months, key=lambda month: season.months[month])
    least = min(season.months, key=lambda month: season.months[month])
    heading = say(
        "insight.season.by_month",
        best=best,
        high=fixed_percent(season.months[best] - 1, signed=True),
        least=least,
        low=fixed_percent(season.months[least] - 1, signed=True),
    )
    says = [no_day(found, kind), _months(found)]
    column = capital(say("insight.season.sales_a_month", sales=sales(found)))
    caption = capital(say("insight.season.months_table", sales=sales(found)))
    tables = [_heights(caption, say("column.month"), column, season.months)]
    return Section("season", heading, says, tables=tables, label=label)


def _months(found: Insight) -> str:
    """Return how far months tell a season."""
    if found.season.cohort:
        return say("insight.season.months.cohort", sales=sales(found))
    return say(f"insight.season.months.{'short' if found.season.years < _YEARS else 'long'}")


def _weekday(day: int) -> str:
    return say(f"insight.season.weekday.{('mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun')[day]}")


def _heights(caption: str, name: str, column: str, heights: dict[str, float]) -> Table:
    rows = [{name: part, column: fixed_percent(height)} for part, height in heights.items()]
    return Table(caption, pd.DataFrame(rows))
