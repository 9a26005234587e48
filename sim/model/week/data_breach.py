r"""A breach of customers' data: it may happen to any firm, whatever it does.

A breach happens with the market's yearly rate, less what the firm's protection averts. It costs trust
at once and, through fewer purchases, spend: on the log of own sales `breach_effect`,
halving every few weeks,

    D <- 2^(-1/h) D + (1 - breach_softened openness) 1{breach},   purchase = breach_effect D / (1 - S),

openness being how much customers know of their data and may decide about them (martin2017). The
week of a breach is the same in all strategies on the same luck, unless it is averted. A history without
a breach is what a market is calibrated on, so that its rare loss is not put back.
"""

import numpy as np

from sim.common.calendar import WEEKS_A_YEAR
from sim.levers.base import Week
from sim.model.week.life_parameters import LifeParameters

_NOTHING = 1e-6


def draw_breach(week: Week, life: LifeParameters) -> float:
    """Draw whether there is a breach this week, and let the damage of earlier ones fade.

    Parameters
    ----------
    week : Week
        `breach_left` of its firm is written.
    life : LifeParameters

    Returns
    -------
    float
        Trust that everybody loses at once, SD.
    """
    firm = week.firm
    firm.breach_left *= 2.0 ** (-1.0 / life.breach_half_life_weeks)
    if firm.breach_left < _NOTHING:
        firm.breach_left = 0.0
    rate = week.market["breaches_per_year"] * (1.0 - firm.protection) / WEEKS_A_YEAR
    if week.firm_luck("breach") >= -np.expm1(-rate):
        return 0.0
    damage = 1.0 - life.breach_softened * firm.openness
    firm.breach_left += damage
    return life.breach_trust_loss * damage
