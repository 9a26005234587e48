"""What rivals' campaigns of a week do to the choice of the firm, one rival and one week at a time."""

from math import expm1
from typing import Any

from tests.benchmark import plain_rules as rules


def rivals_term(model: Any) -> float:
    """What campaigns of this week do to everybody's logit, beyond what they usually do."""
    length = max(1, round(model.life.rival_campaign_weeks))
    rate = model.market["rival_campaigns_per_year"] / rules.WEEKS_A_YEAR
    total, behind = 0.0, model.share_behind_a_trip
    for name, share in model.rivals.items():
        runs = False
        for began in range(model.week, model.week - length, -1):
            luck = model.draws.uniform(f"firm: campaign of {name}", began + length, size=1)[0]
            runs = runs or luck < -expm1(-rate)
        sold = share * (1 - behind)
        extra = model.market["rival_campaign_lift"] * sold
        loss = model.life.promotion_switching * extra / (1 - sold)
        total += loss * (-expm1(-rate * length) - runs)
    return total / (1 - behind)
