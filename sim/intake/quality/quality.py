"""The quality of what an intake read, as one record, and the history of these, an entry per intake."""

import datetime
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from sim.common.errors import InputError
from sim.common.grain import Grain
from sim.common.paths import clients_folder
from sim.common.reading import read_yaml, validate
from sim.intake.findings import LeftOut
from sim.intake.personal import Personal
from sim.intake.quality.drift import Drift, Month, Restated, drifts, restated, whole_months
from sim.intake.quality.rules import Rule, held_against
from sim.intake.quality.unusual import Outliers, Silence, outliers, silences
from sim.intake.sql import Database, row, rows

QUALITY = "quality.json"


class Taken(BaseModel):
    """What one intake found, for the history."""

    day: datetime.date
    files: tuple[str, ...]
    lines: int
    left_out: float
    customers: int
    purchases: int
    sales: float
    median_spend: float
    first_day: datetime.date
    last_day: datetime.date
    months: dict[str, float]

    def is_again(self, other: "Taken") -> bool:
        """Return whether another intake found the same, whenever that was."""
        return self.model_dump(exclude={"day"}) == other.model_dump(exclude={"day"})


class Quality(BaseModel):
    """The quality of a client's data.

    Attributes
    ----------
    currency : str or None
    grain : Grain
        What the day of a purchase stands for; days of a table of periods are not looked at.
    rules : tuple of Rule
    outliers : dict
        By what is looked at: purchase, customer, day.
    silences : tuple of Silence
        Days on which next to nothing was sold.
    months : tuple of Month
        The whole ones.
    drifts : tuple of Drift
        Of the last whole month.
    restated : tuple of Restated
        Months that the intake before had otherwise.
    personal : tuple of Personal
        What of persons stands in which columns of the files.
    history : tuple of Taken
        Of all intakes, this one last.
    """

    currency: str | None
    grain: Grain = "day"
    rules: tuple[Rule, ...]
    outliers: dict[str, Outliers]
    silences: tuple[Silence, ...]
    months: tuple[Month, ...]
    drifts: tuple[Drift, ...]
    restated: tuple[Restated, ...]
    personal: tuple[Personal, ...] = ()
    history: tuple[Taken, ...]

    @property
    def taken(self) -> Taken:
        """Return what this intake found."""
        return self.history[-1]

    @property
    def age(self) -> int:
        """Return how many days before the intake the last purchase was."""
        return (self.taken.day - self.taken.last_day).days

    def named(self, ids: Mapping[str, str]) -> "Quality":
        """Return the same with customers by other ids, where there is one."""
        found = {
            what: one.model_copy(
                update={
                    "farthest": tuple(
                        each.model_copy(update={"who": ids.get(each.who or "", each.who)})
                        for each in one.farthest
                    )
                }
            )
            for what, one in self.outliers.items()
        }
        return self.model_copy(update={"outliers": found})


def assess(
    database: Database,
    files: Mapping[str, str],
    lines: int,
    left_out: Sequence[LeftOut],
    currency: str | None,
    former: Quality | None,
    grain: Grain = "day",
) -> Quality:
    """Return the quality of what was read.

    Parameters
    ----------
    database : Database
        With ``lines``, ``ids``, ``rejected`` and ``purchases``.
    files : mapping
        Digests of the files by their names.
    lines : int
        In all files.
    left_out : sequence of LeftOut
    currency : str or None
    former : Quality or None
        What the intake before found.
    grain : Grain
        What the day of a purchase stands for.
    """
    months = whole_months(database, grain)
    customers, purchases, sales, median, first, last = row(
        database,
        "select count(distinct who), count(*), sum(amount)::double, median(amount)::double, "
        "min(day), max(day) from purchases",
    )
    (gone,) = row(database, "select count(*) from rejected where reason != 'returned_before'")
    taken = Taken(
        day=datetime.date.today(),
        files=tuple(files.values()),
        lines=lines,
        left_out=gone / lines,
        customers=customers,
        purchases=purchases,
        sales=sales,
        median_spend=median,
        first_day=first,
        last_day=last,
        months={one.month: one.sales for one in months},
    )
    before = former.history if former else ()
    if before and taken.is_again(before[-1]):
        before = before[:-1]  # the same command once more
    return Quality(
        currency=currency,
        grain=grain,
        rules=tuple(held_against(database, left_out, lines)),
        outliers=outliers(database, grain),
        silences=tuple(silences(database)) if grain == "day" else (),
        months=tuple(months),
        drifts=tuple(drifts(months)),
        personal=tuple(
            Personal.model_validate_json(found)
            for (found,) in rows(database, "select found from personal")
        ),
        restated=tuple(restated(months, before[-1].months if before else {})),
        history=(*before, taken),
    )


def quality_path(name: str) -> Path:
    """Return where the quality of a client's data is written."""
    return clients_folder() / name / "intake" / QUALITY


def read_quality(path: Path) -> Quality | None:
    """Read the quality of a client's data, None where no intake has written it.

    Raises
    ------
    InputError
        If the file was spoiled.
    """
    return validate(Quality, read_yaml(path), str(path), strict=False) if path.exists() else None


def needed_quality(name: str) -> Quality:
    """Read the quality of a client's data.

    Raises
    ------
    InputError
        If there is none, naming what makes it.
    """
    path = quality_path(name)
    found = read_quality(path)
    if found is None:
        expected = "a client whose export an intake has read"
        hint = f"This makes it: `loyalty intake FILE... --name {name}`."
        raise InputError("loyalty quality", "name", name, expected, hint=hint)
    return found


def as_written(quality: Quality) -> dict[str, Any]:
    """Return the quality as plain values, for ``quality.json``."""
    return quality.model_dump(mode="json")
