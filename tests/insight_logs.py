"""Purchase logs whose truth is known, for what is said of a log before anything is simulated."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from sim.calibration.transactions import Log
from sim.insight.campaigns.panel import AFTER, Panel

#: Whole weeks, so that both halves have as many days of each kind.
WEEKS = 52
BEGIN = pd.Timestamp("2023-01-02")
#: Of the gamma law of rates, and of the logs of amounts.
SHAPE, SCALE, BETWEEN, WITHIN = 1.2, 3.0, 0.5, 0.8


def log_of(customer: np.ndarray, day: np.ndarray, amount: np.ndarray, name: str = "made_up") -> Log:
    """Return a log of lines: lines of a customer's day are joined."""
    lines = pd.DataFrame(
        {"customer": customer, "day": BEGIN + pd.to_timedelta(day, "D"), "amount": amount}
    )
    joined = lines.groupby(["customer", "day"], as_index=False)["amount"].agg(
        amount="sum", lines="size"
    )
    return Log(name, joined, "made up", "none", "made up")


def steady_panel(
    customers: int = 3_000, seed: int = 1, leaving: float = 0.0, scale: float = SCALE
) -> Log:
    """Return a year of customers of long standing, each at a steady rate.

    With `leaving`, such a share of the best fifth by their true sales leaves at the middle.
    """
    luck = np.random.default_rng(seed)
    rate = luck.gamma(SHAPE, 1 / scale, customers)
    own = 20.0 * np.exp(BETWEEN * luck.standard_normal(customers))
    count = luck.poisson(rate * WEEKS)
    who = np.repeat(np.arange(customers), count)
    day = luck.integers(0, 7 * WEEKS, who.size)
    amount = own[who] * np.exp(WITHIN * luck.standard_normal(who.size) - WITHIN**2 / 2)
    best = rate * own > np.quantile(rate * own, 0.8)
    gone = best & (luck.random(customers) < leaving)
    kept = ~(gone[who] & (day >= 7 * WEEKS // 2))
    return log_of(who[kept], day[kept], amount[kept])


def cohort_log(customers: int = 2_000, seed: int = 2, joining: int = 84) -> Log:
    """Return a year of customers who first buy in its first `joining` days, of whom half leave soon."""
    luck = np.random.default_rng(seed)
    first = luck.integers(0, joining, customers)
    life = np.where(luck.random(customers) < 0.5, luck.exponential(40, customers), 1e9)
    rate = luck.gamma(SHAPE, 1 / SCALE, customers) / 7.0
    span = np.minimum(7 * WEEKS - first, life)
    count = luck.poisson(rate * span)
    who = np.repeat(np.arange(customers), count)
    day = first[who] + (luck.random(who.size) * span[who]).astype(int)
    who, day = np.r_[np.arange(customers), who], np.r_[first, day]
    return log_of(who, day, 20.0 * np.exp(0.8 * luck.standard_normal(who.size)))


def campaign_world(
    seed: int,
    effect: float,
    lead: int = 0,
    customers: int = 800,
    strength: float = 1.2,
    contacts: Sequence[int] = (18, 34),
) -> Panel:
    """Return the weeks of a firm that writes to whom it saw buying much, and what that brings.

    The chance to be chosen rises with sales over twelve weeks that end `lead` weeks before the contact.
    For eight weeks whoever was chosen buys more often, by the factor 1 + `effect`.
    """
    luck = np.random.default_rng(seed)
    rate = luck.gamma(SHAPE, 1 / SHAPE, customers)
    own = 30 * np.exp(BETWEEN * luck.standard_normal(customers))
    weeks = 46
    sales, lift = np.zeros((customers, weeks)), np.zeros((customers, weeks))
    reached, waves = np.zeros((customers, weeks), dtype=bool), []
    for week in range(weeks):
        if week in contacts:
            seen = np.log1p(sales[:, max(week - lead - 12, 0) : week - lead].mean(axis=1))
            score = (seen - seen.mean()) / seen.std()
            chance = 1 / (1 + np.exp(0.6 - strength * score))
            who = np.flatnonzero(luck.random(customers) < chance)
            waves.append((week, who))
            reached[who, week] = True
            lift[who, week : week + AFTER] = 1
        count = luck.poisson(rate * (1 + effect * lift[:, week]))
        paid = np.exp(WITHIN * luck.standard_normal(count.sum()) - WITHIN**2 / 2)
        sales[:, week] = own * np.bincount(
            np.repeat(np.arange(customers), count), paid, minlength=customers
        )
    return Panel(sales, reached, tuple(waves))


def chosen_by_customer(seed: int, customers: int = 200) -> tuple[Panel, float]:
    """Return the weeks of a firm that writes to whom it always sees buying much, and what that brings.

    Nothing but who one is decides who is chosen, and for eight weeks whoever was chosen buys for as much
    more as anybody, so that nothing moves sales but customer, week and contact: effects of customers and
    weeks are right there. What it brings is a share of what the chosen buy without it.
    """
    luck = np.random.default_rng(seed)
    weeks, contacts, gain = 40, (10, 26), 20.0
    usual, season = 20 * luck.gamma(1.0, 1.0, customers), 4 * np.sin(np.arange(weeks) / 6)
    sales = usual[:, None] + season + 10 * luck.standard_normal((customers, weeks))
    reached, waves = np.zeros((customers, weeks), dtype=bool), []
    for week in contacts:
        who = np.flatnonzero(luck.random(customers) < usual / (usual + 20))
        waves.append((week, who))
        reached[who, week] = True
        sales[who, week : week + AFTER] += gain
    # of x = usual / 20, exponential: E of x x / (x + 1) over E of x / (x + 1)
    x = -np.log1p(-(np.arange(100_000) + 0.5) / 100_000)
    level = 20 * (x * x / (x + 1)).mean() / (x / (x + 1)).mean()
    held = np.concatenate([season[week : week + AFTER] for week in contacts])
    return Panel(sales, reached, tuple(waves)), gain / (level + float(held.mean()))
