r"""Rivals act: each runs campaigns, which draw customers for some weeks, the same in all strategies.

Rival j, which has a share s_j of what is bought elsewhere, begins campaigns at the market's yearly
rate (`sim.model.firm.Rival`); each lasts some weeks and lifts its own sales by a share L. Part of these
extra trips, `promotion_switching`, comes from others in proportion to what they sell (vanheerde2004),
so that the firm, with share S behind its average trip, loses

    k_j = switching L s_j (1 - S) / (1 - s_j (1 - S))        of the log of its own sales

while the campaign runs. What a log shows holds the usual campaigns already, so that a week differs
from it by

    purchase term = sum_j k_j [f_j - (1 - resistance_i) A_j] / (1 - S),

A_j being 1 in the weeks of a campaign and f_j their share in the long run, 1 - exp(-rate weeks / 52): on
average nothing for whoever is not attached, and a gain for whoever is. Known limits: rivals answer to
nothing that the firm does; contracts are not ended for a campaign; after the horizon campaigns count by
their mean for all.
"""

from collections.abc import Iterable

import numpy as np

from sim.common.calendar import WEEKS_A_YEAR
from sim.common.random_numbers import Floats, Ints
from sim.market.market import Market
from sim.model.week import attitudes
from sim.model.week.life_parameters import LifeParameters
from sim.world.population import People


def campaign_weeks(life: LifeParameters) -> int:
    """Return how many weeks a campaign lasts."""
    return max(1, round(life.rival_campaign_weeks))


def usual_share(market: Market, weeks: int) -> float:
    """Return the share of weeks in which a rival's campaign runs, in the long run."""
    return -float(np.expm1(-market["rival_campaigns_per_year"] * weeks / WEEKS_A_YEAR))


def pull(share: float, market: Market, life: LifeParameters, behind: float) -> float:
    """Return what a rival's campaign takes off the log of the firm's own sales, k_j.

    Parameters
    ----------
    share : float
        The rival's, of what is bought elsewhere.
    market : Market
    life : LifeParameters
    behind : float
        Mean share of wallet behind a trip, S.
    """
    sold = share * (1.0 - behind)
    return life.promotion_switching * market["rival_campaign_lift"] * sold / (1.0 - sold)


def purchase_term(
    people: People,
    rows: Ints,
    life: LifeParameters,
    market: Market,
    rivals: Iterable[tuple[float, bool]],
    behind: float,
) -> Floats | float:
    """Return the term of rivals' campaigns on the logit of the share, shape (m,) or for all.

    Parameters
    ----------
    people : dict of ndarray
    rows : ndarray of int, shape (m,)
    life : LifeParameters
    market : Market
    rivals : iterable of (float, bool)
        Of each its share of what is bought elsewhere, and whether its campaign runs.
    behind : float
        Mean share of wallet behind a trip, S.
    """
    often = usual_share(market, campaign_weeks(life))
    pulls = [(pull(share, market, life, behind), runs) for share, runs in rivals]
    usual = sum(each for each, _ in pulls) * often
    running = sum(each for each, runs in pulls if runs)
    spared = 1.0 - attitudes.resistance(people, rows, life)
    return (usual - running * spared) / (1.0 - behind)
