"""Logs of firms whose customers joined over years, by laws that stay the same throughout."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import gamma

from sim.calibration.transactions import Log
from sim.common.calendar import WEEKS_A_YEAR

START = pd.Timestamp("2021-01-04")


@dataclass(frozen=True)
class Firm:
    """A firm whose customers join at a steady pace, all leave at one rate and buy by a gamma law.

    Attributes
    ----------
    customers : int
        Who ever joined.
    years, logged : float
        Since the firm opened, and of these the last that its log holds.
    rate, shape : float
        Mean purchases a week, and the shape of their gamma law.
    lost : float
        Share of customers lost in a year.
    spend, between, within : float
        Mean amount, and spreads of its log between customers and of one.
    """

    customers: int
    years: float
    logged: float
    rate: float
    shape: float
    lost: float
    spend: float
    between: float = 0.6
    within: float = 0.4


#: A wholesaler's accounts, 1.4 of whom of 2 were there before the log; and all of whom opened within it.
WHOLESALER = Firm(270, 8, 3, 0.57, 1.5, 0.09, 1968)
YOUNG_WHOLESALER = Firm(218, 4, 4, 0.57, 1.5, 0.09, 1968)
#: A shop whose customers leave fast, a little more than half of them seen in two years being old ones.
SHOP = Firm(550, 8, 2, 0.24, 1.2, 0.30, 35)
YOUNG_SHOP = Firm(300, 4, 4, 0.24, 1.2, 0.30, 35)
#: Young shops whose customers buy seldom, over one year and over two.
SELDOM = (Firm(600, 1, 1, 0.05, 1.0, 0.5, 35), Firm(600, 2, 2, 0.06, 0.7, 0.3, 35))


class Truth(NamedTuple):
    """What is true at the end of a log, of those who bought in its last year.

    Attributes
    ----------
    inflow : float
        Newcomers expected in a year over those active.
    active : int
        Customers still.
    hazard : float
        Their mean hazard of leaving, per week.
    """

    inflow: float
    active: int
    hazard: float


@dataclass(frozen=True)
class Stock:
    """A firm with customers of long standing and newcomers, by the law that a market has for both.

    Attributes
    ----------
    customers : int
        At the start of the log.
    weeks : int
        Of the log.
    r, alpha, beta, w : float
        As in `sim.world.newcomers`; weeks.
    growth : float
        Newcomers over those who leave.
    """

    customers: int = 1500
    weeks: int = 110
    r: float = 1.2
    alpha: float = 10.0
    beta: float = 260.0
    w: float = 0.5
    growth: float = 1.0

    def log(self, seed: int) -> tuple[Log, Truth]:
        """Return a log and what is true at its end."""
        luck, n = np.random.default_rng(seed), self.customers
        come = n * self.growth / self.beta
        new = luck.poisson(come * self.weeks)
        light = (1.0 - self.w) * self.r
        rate = np.r_[
            luck.gamma(self.r, 1.0, n), np.maximum(luck.gamma(self.w * self.r, 1.0, new), 1e-12)
        ]
        leaving = np.r_[luck.gamma(1.0, 1 / self.beta, n), luck.gamma(2.0, 1 / self.beta, new)]
        leaving *= gamma(self.r) / gamma(self.w * self.r) * rate**-light
        born = np.r_[np.zeros(n), luck.uniform(0, self.weeks, new)]
        end = np.minimum(born + luck.exponential(1 / leaving), self.weeks)
        counts = luck.poisson(rate / self.alpha * (end - born))
        who = np.repeat(np.arange(n + new), counts)
        at = born[who] + luck.uniform(size=who.size) * (end - born)[who]
        table = pd.DataFrame({"customer": np.r_[who, np.arange(n, n + new)]})
        table["day"] = np.floor(7 * np.r_[at, born[n:]]).astype(int)
        table["amount"] = np.round(np.exp(luck.normal(3.0, 0.5, len(table))), 2)
        table = table.groupby(["customer", "day"], as_index=False)["amount"].sum()
        seen = table.loc[table["day"] >= 7 * self.weeks - 365, "customer"].unique()
        active = seen[end[seen] >= self.weeks]
        truth = Truth(come * 365 / 7 / active.size, active.size, float(leaving[active].mean()))
        table["day"] = START + pd.to_timedelta(table["day"], "D")
        return Log("log.csv", table.assign(lines=1), "a firm", "own", "made up"), truth


def joining_log(firm: Firm, seed: int) -> Log:
    """Return the log of a firm, as a file of it would be read; a customer joins by a purchase."""
    luck, n = np.random.default_rng(seed), firm.customers
    weeks = firm.years * WEEKS_A_YEAR
    born = luck.uniform(0, weeks, n)
    life = luck.exponential(-WEEKS_A_YEAR / np.log1p(-firm.lost), n)
    life = np.minimum(life, weeks - born)
    rate = luck.gamma(firm.shape, firm.rate / firm.shape, n)
    counts = luck.poisson(rate * life)
    who = np.repeat(np.arange(n), counts)
    at = np.r_[born, born[who] + luck.uniform(size=who.size) * life[who]]
    mean = firm.spend * np.exp(firm.between * luck.normal(size=n) - firm.between**2 / 2)
    days = np.floor(7 * (at - weeks + firm.logged * WEEKS_A_YEAR)).astype(int)
    table = pd.DataFrame({"customer": np.r_[np.arange(n), who], "day": days})
    own = np.exp(firm.within * luck.normal(size=len(table)) - firm.within**2 / 2)
    table["amount"] = np.round(mean[table["customer"]] * own, 2) + 0.01
    table = table[table["day"] >= 0].groupby(["customer", "day"], as_index=False)["amount"].sum()
    table["day"] = START + pd.to_timedelta(table["day"], "D")
    return Log("log.csv", table.assign(lines=1), "a firm", "own", "made up")
