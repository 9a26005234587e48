"""Describe a purchase log before anything is simulated."""

from dataclasses import dataclass, field, replace
from functools import cached_property
from html import escape
from pathlib import Path

import pandas as pd

from sim.calibration.calibrate import build_market
from sim.calibration.describe_log import Portrait, draw_portrait
from sim.calibration.fit import DropOut
from sim.calibration.forecast.forecast import forecast_log
from sim.calibration.forecast.groups import Worth
from sim.calibration.own_source import OwnLog
from sim.calibration.subscription_cohort import SOURCE as COHORT
from sim.calibration.transactions import Log
from sim.checks.validation.own_log import hold_out_of, weeks_held_out
from sim.insight.campaigns.contacts import check_contacts, contacts_of
from sim.insight.look import look
from sim.market.hold_out import HoldOut
from sim.market.market import Market, load_market
from sim.market.places import market_names
from sim.report.forecast.sections import About, forecast_content, in_one
from sim.report.insight.sections import in_short, insight_sections
from sim.report.likeness import likeness_section
from sim.report.purchase_log.cohort import cohort_content
from sim.report.purchase_log.sections import log_content
from sim.report.section import Content, Section
from sim.workbench.frame import Frame, ShownSection
from sim.workbench.given import checked

#: Customers of a log that a notebook forecasts.
_FORECAST = 600


@dataclass(frozen=True, repr=False)
class LogDescription:
    """What a purchase log shows, and what a market calibrated on it would hold.

    Each question is a section that shows itself in a notebook: its finding, figure and tables, whose
    numbers are in ``section.tables[0].frame``.

    Attributes
    ----------
    market : Market
        The market that the log calibrates; no file is written (`loyalty calibrate` writes one).
    histories : Frame
        One row per customer, without ids: ``frequency`` (repeat purchases), ``recency`` and ``T`` (age
        at the last purchase and now, weeks), ``monetary_value``.

    Examples
    --------
    >>> log = describe_log("cdnow")
    >>> int(log.histories["frequency"].max())
    43
    >>> print(log)
    cdnow: 2,357 customers and 6,696 purchases, 1997-01-01 to 1998-06-30
    """

    content: Content
    market: Market
    histories: Frame
    portrait: Portrait | None = field(default=None, repr=False)
    drop_out: DropOut = "auto"
    own: OwnLog | None = field(default=None, repr=False)
    campaigns: str = ""

    @property
    def log(self) -> Log | None:
        """The log itself; None of a table of subscribers."""
        return self.portrait.log if self.portrait else None

    @property
    def source(self) -> ShownSection:
        """Where the log comes from, and what to beware of."""
        return ShownSection.of(self.content["data"])

    @property
    def cohorts(self) -> ShownSection:
        """Whether new customers come back."""
        return ShownSection.of(self.content["cohorts"])

    @property
    def frequency(self) -> ShownSection:
        """How often customers buy, beside the law of steady rates."""
        return ShownSection.of(self.content["frequency"])

    @property
    def concentration(self) -> ShownSection:
        """Who brings the sales."""
        return ShownSection.of(self.content["concentration"])

    @property
    def segments(self) -> ShownSection:
        """Groups by frequency and recency, and what is to come from each."""
        return ShownSection.of(self.content["segments"])

    @property
    def laws(self) -> ShownSection:
        """The values of a market that the log tells, with standard errors."""
        return ShownSection.of(self.content["calibration"])

    @property
    def forecast(self) -> ShownSection:
        """How well the laws, fitted on the first part, foresee the rest."""
        return ShownSection.of(self.content["foresight"])

    @property
    def insight(self) -> ShownSection:
        """What the log says before anything is simulated, in short."""
        return self._said("insight")

    @property
    def change(self) -> ShownSection:
        """Who stays among the best customers, beside what luck alone would keep."""
        return self._said("change")

    @property
    def stages(self) -> ShownSection:
        """What became of stages of life, and of segments by recency, frequency and money."""
        return self._said("stages")

    @property
    def silence(self) -> ShownSection:
        """Who falls silent, beside how many do by chance."""
        return self._said("silence")

    @property
    def what_campaigns_brought(self) -> ShownSection:
        """A naive estimate of what campaigns brought beside a defensible one."""
        return self._said("campaigns")

    @property
    def season(self) -> ShownSection:
        """On which days and in which months is bought."""
        return self._said("season")

    @cached_property
    def _insight(self) -> dict[str, Section]:
        """What the log says beside luck alone; worked out when it is first asked for."""
        if self.portrait is None:
            return {}
        log, contacts = self.portrait.log, None
        if self.own is not None:
            contacts = contacts_of(self.own, log, Path(self.campaigns) if self.campaigns else None)
        found = look(self.portrait, contacts)
        made = insight_sections(found)
        parts = {part.key: part for part in (in_short(found, made), *made)}
        source = log.source
        return {key: replace(one, heading=f"{source}: {one.heading}") for key, one in parts.items()}

    def _said(self, key: str) -> ShownSection:
        """Return a part of that; of subscribers, whose renewals say it, where to look."""
        return ShownSection.of(self._insight.get(key) or self.content["who_buys_again"])

    @cached_property
    def who_buys_again(self) -> ShownSection:
        """The last quarter foreseen by the laws of `loyalty forecast`, beside what came, and worth.

        It is worked out when it is first asked for, on 600 customers at most.
        """
        if self.log is None:
            return ShownSection.of(self.content["who_buys_again"])
        weeks = weeks_held_out(self.log)
        last = self.log.last_day - pd.Timedelta(weeks=weeks)
        worth = Worth(self.market["discount_rate"], self.market["gross_margin"])
        made = forecast_log(self.log, weeks, last, worth=worth, most=_FORECAST)
        about = About(self.log.source, self.market.currency, worth)
        return ShownSection.of(in_one(forecast_content(made, about)))

    @cached_property
    def likeness(self) -> ShownSection:
        """Whether the simulated market looks like the last quarter of its own log.

        Of a public log it stands in the market that comes with the workbench; else it is worked out when
        it is first asked for. No file is written (`loyalty calibrate` stores it).
        """
        held = None if self.log is None else _held_out(self.log, self.drop_out)
        made = likeness_section(self.market, held)
        return ShownSection.of(replace(made, heading=f"{self.market.data.source}: {made.heading}"))

    def __repr__(self) -> str:
        return self.content.title

    def _repr_html_(self) -> str:
        return f"<p>{escape(self.content.title)}</p>"


def _held_out(log: Log, drop_out: DropOut) -> HoldOut:
    """Return what a market foresaw of a log: as stored with a built-in market, or worked out."""
    for market in map(load_market, market_names()):
        if market.data.source == log.source and market.hold_out is not None:
            return market.hold_out
    return hold_out_of(log, drop_out, lambda what: None)


@checked()
def describe_log(
    source: str,
    *,
    customer: str = "",
    date: str = "",
    amount: str = "",
    drop_out: DropOut = "auto",
    currency: str = "",
    campaigns: str = "",
) -> LogDescription:
    """Read a purchase log and describe what it shows and what it does not. No file is written.

    Parameters
    ----------
    source : str
        Path of a clean log with one line per purchase, or a built-in one:
        ``complete-journey``, ``cdnow``, ``subscription-cohort`` (a table of survivors).
    customer, date, amount : str
        Columns of the log; where empty, common names are recognised.
    drop_out : {"auto", "measured", "assumed"}
        Whether the loss of customers is read from the log.
    currency : str
        Of the amounts of a file, as EUR; built-in logs have their own.
    campaigns : str
        Path of a table of who was contacted when: customer, date, campaign.

    Returns
    -------
    LogDescription

    Raises
    ------
    InputError
        If the log is wrong or too small.

    Examples
    --------
    >>> describe_log("cdnow").cohorts.heading
    'cdnow: 14.6% of new customers buy again in the next month, 7.72% in month 12'
    """
    if campaigns:  # before the log, which takes long to read
        check_contacts(Path(campaigns))
    if source == COHORT:
        cohort = build_market(source, "portrait")
        return LogDescription(cohort_content(), cohort.market, Frame(cohort.histories))
    made = draw_portrait(source, customer, date, amount, drop_out, currency)
    own = OwnLog(source, None, customer or None, date or None, amount or None)
    content, histories = log_content(made), Frame(made.histories)
    return LogDescription(content, made.market, histories, made, drop_out, own, campaigns)
