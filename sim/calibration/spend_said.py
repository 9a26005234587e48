"""What a purchase brings where a log has no amounts: as the firm says, the rest of the law assumed.

Frequency is then measured and money is not. Which customer spends much nobody knows: histories hold no
amounts, and a simulation draws each customer's mean from the law (`sim.world.noncontractual_start`).
"""

from typing import Any

import pandas as pd

from sim.calibration.transactions import Log
from sim.market.values import VALUES

#: Section of the assumptions on how spend differs.
SECTION = "no-amounts"
SOURCE = "stated by the firm when its log was taken in, which has no amounts"


def spend_said(log: Log) -> dict[str, dict[str, Any]]:
    """Return the mean of spend, as the firm states it."""
    return {
        "spend_mean": {
            "value": log.spend,
            "unit": VALUES["spend_mean"].unit,
            "status": "stated",
            "source": SOURCE,
        }
    }


def without_amounts(histories: pd.DataFrame) -> pd.DataFrame:
    """Return histories without what purchases brought."""
    return histories.assign(monetary_value=0.0)


def caution(spend: float, currency: str) -> str:
    """Return that money rests on what the firm says."""
    said = f"{spend:,.2f} {currency}"
    return (
        f"The log has no amounts: all money rests on the {said} that the firm says a purchase brings on "
        "average. How far customers and purchases differ in it is assumed."
    )
