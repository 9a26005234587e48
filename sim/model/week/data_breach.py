r"""What befalls the firm whatever it does: a breach of its customers' data.

A breach happens with the market's yearly rate, less what the firm's protection averts. It costs trust
at once and, through fewer purchases, spend: on the log of own sales `breach_effect`,
halving every few weeks,

    D <- 2^(-1/h) D + (1 - breach_softened openness) 1{breach},   purchase = breach_effect D / (1 - S),

openness being how much customers know of their data and may decide about them (martin2017). The
week of a breach is the same in all strategies on the same luck, unless it is averted. A history without
a breach is what a market is calibrated on, so that its rare loss is not put back.
"""

from typing import TYPE_CHECKING

import numpy as np

from sim.common.calendar import WEEKS_A_YEAR
from sim.levers.base import Delivery, Week

if TYPE_CHECKING:
    from sim.model.loyalty_model import LoyaltyModel

_NOTHING = 1e-6


def befall(model: "LoyaltyModel", week: Week, delivery: Delivery) -> None:
    """Draw whether there is a breach this week, and let the hurt of earlier ones fade.

    Parameters
    ----------
    model : LoyaltyModel
    week : Week
    delivery : Delivery
        `trust_lost` is added to.
    """
    firm, life = week.firm, model.life
    firm.breach_left *= 2.0 ** (-1.0 / life.breach_half_life_weeks)
    if firm.breach_left < _NOTHING:
        firm.breach_left = 0.0
    rate = model.market["breaches_per_year"] * (1.0 - firm.protection) / WEEKS_A_YEAR
    if week.firm_luck("breach") < -np.expm1(-rate):
        damage = 1.0 - life.breach_softened * firm.openness
        firm.breach_left += damage
        delivery.trust_lost += life.breach_trust_loss * damage
