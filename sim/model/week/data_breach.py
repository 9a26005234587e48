r"""A breach of customers' data: it may happen to any firm, whatever it does.

A breach happens with the market's yearly rate, less what the firm's protection averts. It costs trust
at once and, through fewer purchases, spend: on the log of own sales `breach_effect`,
halving every few weeks,

    D <- 2^(-1/(h (1 - recoverable))) D + (1 - breach_softened openness) 1{breach},
    purchase = breach_effect D / (1 - S),

recoverable being the part of that time which backups spare, openness how much customers know of their
data and may decide about them (martin2017). The
week of a breach is the same in all strategies on the same luck, unless it is averted. A history without
a breach is what a market is calibrated on, so that its rare loss is not put back.

Where breaches are weighed (`sim.model.rare_events`) the first of a run comes in a week that is given, or
none comes at all; further ones are drawn.
"""

from dataclasses import dataclass

import numpy as np

from sim.common.calendar import WEEKS_A_YEAR
from sim.levers.base import Week
from sim.model.week.life_parameters import LifeParameters

_NOTHING = 1e-6


@dataclass(frozen=True)
class FirstBreach:
    """The first breach of a run, unless the firm averts it.

    Attributes
    ----------
    week : float
        In which it comes; infinite if none does.
    place : float
        From 0 to 1: protection of more than 1 less this averts it.
    """

    week: float
    place: float = 0.0


def chance_of_a_week(rate: float) -> float:
    """Return the chance of a breach in a week from a yearly rate, 1 - exp(-rate / 52)."""
    return -float(np.expm1(-rate / WEEKS_A_YEAR))


def felt_for(half_life: float, recoverable: float) -> float:
    """Return the half-life of a breach's harm in weeks, less what backups spare of it."""
    return half_life * (1.0 - recoverable)


def draw_breach(week: Week, life: LifeParameters, first: FirstBreach | None = None) -> float:
    """Draw whether there is a breach this week, and let the damage of earlier ones fade.

    Parameters
    ----------
    week : Week
        `breach_left` of its firm is written.
    life : LifeParameters
    first : FirstBreach, optional
        Of the run, where it is given; without it every week draws.

    Returns
    -------
    float
        Damage of this week's breach, 1 less what openness spares; 0 without one.
    """
    firm = week.firm
    firm.breach_left *= 2.0 ** (-1.0 / felt_for(life.breach_half_life_weeks, firm.recoverable))
    if firm.breach_left < _NOTHING:
        firm.breach_left = 0.0
    rate = week.market["breaches_per_year"]
    if _luck(week, rate, first) >= chance_of_a_week(rate * (1.0 - firm.protection)):
        return 0.0
    damage = 1.0 - life.breach_softened * firm.openness
    firm.breach_left += damage
    return damage


def _luck(week: Week, rate: float, first: FirstBreach | None) -> float:
    """Return the uniform that a week's chance of a breach is held against."""
    if first is None or week.number > first.week:
        return week.firm_luck("breach")
    return first.place * chance_of_a_week(rate) if week.number == first.week else 1.0
