"""Logs of customers whose law of buying is known."""

import numpy as np
import pandas as pd

START = pd.Timestamp("2023-01-02")


def live(
    customers: int,
    weeks: int,
    seed: int = 1,
    law: tuple[float, ...] = (0.6, 6.0, 0.7, 12.0),
    joined: int = 12,
) -> pd.DataFrame:
    """Return occasions of customers who live by the Pareto/NBD and join within some weeks."""
    luck = np.random.default_rng(seed)
    r, alpha, s, beta = law
    rate, gone = luck.gamma(r, 1 / alpha, customers), luck.gamma(s, 1 / beta, customers)
    born = luck.uniform(0, joined, customers)
    life = np.minimum(luck.exponential(1 / gone), weeks - born)
    counts = luck.poisson(rate * life)
    who = np.repeat(np.arange(customers), counts)
    at = born[who] + luck.uniform(size=who.size) * life[who]
    customer, when = np.r_[np.arange(customers), who], np.r_[born, at]
    table = pd.DataFrame({"customer": customer, "day": np.floor(7 * when).astype(int)})
    table = table.drop_duplicates().sort_values(["customer", "day"], ignore_index=True)
    table["day"] = START + pd.to_timedelta(table["day"], "D")
    return table.assign(amount=np.round(luck.gamma(2.0, 15.0, len(table)), 2) + 0.01)


def simulated_end(weeks: int) -> pd.Timestamp:
    """Return the last day of so many weeks."""
    return START + pd.Timedelta(days=7 * weeks - 1)
