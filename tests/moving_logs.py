"""Logs of firms whose customers' rates move, by laws that are written down here."""

import numpy as np
import pandas as pd

#: By `sim.calibration.forecast.moving_rates.NAMES`; rates and hazards per week.
NO_AWAY = {"r": 0.9, "alpha": 1.8, "drift": 0.004, "redraw": 0.004, "quick": 0.3,
           "quick_hazard": 1e-9, "slow_hazard": 1e-9, "back": 1e-3}  # fmt: skip
LEAVING = NO_AWAY | {"quick_hazard": 0.12, "slow_hazard": 0.004, "back": 0.008}
#: Pauses of 17 weeks: those that end within a step of the filter would count as rates drawn anew.
PAUSES = NO_AWAY | {"quick_hazard": 0.03, "slow_hazard": 0.003, "back": 0.06}


def moving_log(law: dict[str, float], n: int, weeks: int, seed: int) -> pd.DataFrame:
    """Return the log of a firm whose customers all began in its first four weeks, week by week.

    Within a week rates stay, and days come by chance; a customer-day is a line.
    """
    rng = np.random.default_rng(seed)
    fresh = rng.gamma(law["r"], 1.0 / law["alpha"], (weeks + 1, n))
    hazard = np.where(rng.random(n) < law["quick"], law["quick_hazard"], law["slow_hazard"])
    rate, away, begun = fresh[0].copy(), np.zeros(n, dtype=bool), rng.integers(0, 28, n)
    customers, days = [np.arange(n)], [begun]
    for week in range(weeks):
        bought = rng.random((7, n)) < -np.expm1(-rate / 7.0) * ~away
        day, customer = np.nonzero(bought)
        day = day + 7 * week
        kept = day > begun[customer]
        customers.append(customer[kept])
        days.append(day[kept])
        old = 7 * week + 3 >= begun  # nobody moves before the first purchase
        turn, change, step = rng.random(n), rng.random(n), rng.standard_normal(n)
        leaves = old & ~away & (turn < -np.expm1(-hazard))
        returns = old & away & (turn < -np.expm1(-law["back"]))
        redrawn = (old & ~away & (change < -np.expm1(-law["redraw"]))) | returns
        rate *= np.where(old, np.exp(np.sqrt(law["drift"]) * step - law["drift"] / 2.0), 1.0)
        rate = np.where(redrawn, fresh[week + 1], rate)
        away = (away | leaves) & ~returns
    log = pd.DataFrame({"customer": np.concatenate(customers), "day": np.concatenate(days)})
    log["day"] = pd.Timestamp("2022-01-03") + pd.to_timedelta(log["day"], "D")
    log["amount"] = np.round(20.0 * rng.gamma(4.0, 0.25, len(log)) + 0.01, 2)
    return log.sort_values(["customer", "day"], ignore_index=True)
