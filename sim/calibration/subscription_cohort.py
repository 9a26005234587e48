"""A published cohort of subscribers, made into a market with contracts.

The cohort is known by one table only: how many of 1000 customers who joined in the same year were left
after each renewal. From it come the law of renewal, by maximum likelihood, and the ages of a firm's
customers at week 0: those of a firm that has won as many customers in each of the last eight years as
this cohort held, spread evenly over each year, and lost them as the cohort did. An older firm would need
the curve beyond what was published, whose tail is so long that no steady mix exists (alpha below 1).
"""

from typing import Any

import numpy as np
import pandas as pd

from sim.calibration.fit import rounded
from sim.calibration.renewal_choice import NAMES, RenewalChoice, choose_renewals
from sim.calibration.shifted_beta_geometric import survival
from sim.calibration.source_file import COHORT
from sim.common.calendar import WEEKS_A_YEAR
from sim.common.paths import root
from sim.market.values import VALUES

SOURCE = COHORT
_ORIGIN = "cohort of 1000 subscribers, regular segment (Fader & Hardie 2007)"


def read_cohort() -> pd.Series:
    """Return the customers left after 0, 1, ... renewals, indexed by renewals."""
    table = pd.read_csv(root() / "data" / "subscription_cohort.csv")
    return table.set_index("renewals")["customers"]


def firm_histories(customers: pd.Series) -> pd.DataFrame:
    """Construct the histories of a firm's customers from a cohort's survival.

    Parameters
    ----------
    customers : Series
        As `read_cohort` gives them.

    Returns
    -------
    DataFrame
        One row for each customer of the cohort, with the columns of a history: ``frequency``
        (renewals), ``recency`` and ``T`` (weeks from joining to the last payment, and to week 0),
        ``monetary_value`` (0: no fee was published). Ages are in the proportion of the survivors,
        largest remainders rounded up, and even within each year.
    """
    n = int(customers.iloc[0])
    exact = n * customers.to_numpy() / customers.sum()
    rows = np.floor(exact).astype(int)
    rows[np.argsort(rows - exact, kind="stable")[: n - rows.sum()]] += 1
    renewals = np.repeat(customers.index.to_numpy(), rows)
    place = np.concatenate([(np.arange(m) + 0.5) / m for m in rows])
    weeks = WEEKS_A_YEAR * renewals.astype(float)
    return pd.DataFrame(
        {
            "frequency": renewals,
            "recency": weeks,
            "T": weeks + WEEKS_A_YEAR * place,
            "monetary_value": 0.0,
        }
    )


def cohort_content(name: str, command: str) -> tuple[dict[str, Any], dict[str, Any], RenewalChoice]:
    """Fit the law and return what a market file says of it.

    Parameters
    ----------
    name : str
        Of the market.
    command : str
        That made it.

    Returns
    -------
    tuple of dict, dict and RenewalChoice
        The market's ``name``, ``currency``, ``data`` and ``fit``; its estimated values; the law chosen.
    """
    customers = read_cohort()
    choice = choose_renewals(customers)
    fitted = choice.estimate
    values: dict[str, Any] = {
        key: {
            "value": rounded(value),
            "unit": VALUES[key].unit,
            "status": "estimated",
            "standard_error": rounded(fitted.errors[key]),
            "source": _ORIGIN,
            "method": f"maximum likelihood, {NAMES[choice.name]}",
        }
        for key, value in fitted.values.items()
    }
    expected = survival(customers.index, *fitted.values.values())
    miss = np.abs(customers / customers.iloc[0] - expected).max()
    content = {
        "name": name,
        "currency": "USD",
        "data": _data(customers, command),
        "fit": {
            "renewals_log_likelihood": rounded(float(fitted.results.llf)),
            "renewals_aic": rounded(float(fitted.results.aic)),
            "renewals_bic": rounded(float(fitted.results.bic)),
            "renewals_largest_miss": rounded(float(miss)),
            "renewals_gain_of_duration": rounded(choice.gain),
            **{f"renewals_holdout_miss_{law}": rounded(x) for law, x in choice.misses.items()},
        },
    }
    return content, values, choice


def _data(customers: pd.Series, command: str) -> dict[str, Any]:
    """Return what a market file says of the data: where they come from, and what to beware of."""
    return {
        "source": SOURCE,
        "description": "Yearly subscription: 1000 customers who joined in one year, followed "
        "over seven renewals; a published table of survivors",
        "licence": "seven published figures, cited",
        "provenance": "Fader & Hardie (2007), Journal of Interactive Marketing 21(1), regular "
        "segment; the firm is not named",
        "n_customers": int(customers.iloc[0]),
        "n_transactions": int(customers.sum()),
        "first_date": "the year of joining",
        "last_date": f"{customers.index[-1]} years later",
        "command": command,
        "cautions": [
            "Only the shares that renewed were published: fees, margin, use, new customers and "
            "the size of the firm are assumed, so that sums of money are an example.",
            "The ages of the customers at week 0 are constructed: a firm that won as many "
            "customers in each of eight years and lost them as the cohort did.",
            "The dates of the cohort are not published, and neither is what the firm did to keep "
            "its customers.",
        ],
    }
