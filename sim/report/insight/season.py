"""When customers buy, and why a short log says little of a season."""

from __future__ import annotations

import pandas as pd

from sim.common.formatting import fixed_percent
from sim.insight.records import Insight
from sim.report.phrases import say
from sim.report.section import Section, Table

#: Years of a log with less of which a season cannot be told from growth.
_YEARS = 2


def season_section(found: Insight) -> Section:
    """Return how sales differ by day of the week and by month."""
    season, label = found.season, say("insight.season.label")
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
    kind = "cohort" if season.cohort else "short" if season.years < _YEARS else "long"
    says = [say(f"insight.season.months.{kind}")]
    tables = [
        _heights(say("insight.season.day"), {_weekday(k): v for k, v in season.weekdays.items()})
    ]
    if season.months:
        tables.append(_heights(say("column.month"), season.months))
    return Section("season", heading, says, tables=tables, label=label)


def _weekday(day: int) -> str:
    return say(f"insight.season.weekday.{('mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun')[day]}")


def _heights(name: str, heights: dict[str, float]) -> Table:
    rows = [
        {name: part, say("insight.season.sales_a_day"): fixed_percent(height)}
        for part, height in heights.items()
    ]
    return Table(say("insight.season.table"), pd.DataFrame(rows))
