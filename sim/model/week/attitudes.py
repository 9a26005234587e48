r"""Trust, attachment, habit and fatigue: four states that move each by its own law, beside satisfaction.

All are 0 for an average customer of the average baseline week, habit being counted from what is usual
for that customer; none moves the mean of the baseline.

*Trust* T is lost at once where a promise is broken and comes back slowly. A failure that is not made good
costs d, each encounter is credited with what failures usually cost, and the rest fades by halves:

    T <- 2^(-1/h) T + d (n p u - f) + gained - lost,

f being the failures not made good among n encounters, p u their usual number in one; what levers do for
trust (openness, control of one's data) or against it (a breach) comes to this.

*Attachment* A builds slowly through care that is felt as relevant, below a ceiling of one, and decays
slowly:

    A <- 2^(-1/h) A + b care (1 - A)+.

It adds to the choice of the firm, next to nothing to staying (gustafsson2005), and makes people less
sensitive to what rivals offer and to a price above the usual one.

*Habit* H is the fading share of weeks with a purchase, H <- m H + (1 - m) 1{bought}, and acts by its
difference from what is usual at the calibrated rate, 1 - exp(-lambda).

*Fatigue* counts messages, F* + F <- 2^(-1/h) (F* + F + messages), F* being what the usual ones leave in
mind (`sim.world.usual_contact`) and F what is above or below. A message gets through with chance
exp(-(F* + F) / F0), so that the reward of writing more often has an inner best, and the tired react:
-c F (F + 2 F*) / F0^2 on the choice, as much as the square is above that of the usual, and with c' on
the log hazard. Care is counted from the usual as well.

| symbol | parameter | unit |
|---|---|---|
| d, h of T | trust_damage, trust_half_life_weeks | SD per failure, weeks |
| b, h of A | attachment_build, attachment_half_life_weeks | SD per touch, weeks |
| m | 1 - 1 / habit_memory_weeks | 1 |
| h of F, F0 | fatigue_half_life_weeks, fatigue_scale | weeks, messages |

Known limits: sizes are assumed but for those the parameters cite; no season in habit; a state does not
spread along ties.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.common.kernels import for_each
from sim.common.kernels.states import anybody, fade_and_add, left_of
from sim.common.random_numbers import Floats, Ints
from sim.levers.base import Delivery
from sim.model.week.life_parameters import LifeParameters
from sim.world.population import People
from sim.world.usual_contact import UsualContact

Term = tuple[str, Floats]
Rows = NDArray[np.int64] | slice
_NOTHING = 1e-9  # SD or messages; what has faded to less is gone


def attention(
    people: Mapping[str, NDArray[Any]], life: LifeParameters, usual: UsualContact
) -> Floats | float:
    """Return the chance that a message gets through to each person."""
    fatigue = people["fatigue"]
    if not anybody(fatigue):
        return usual.attention
    return usual.attention * np.exp(-fatigue / life.fatigue_scale)


def purchase_terms(
    people: People, rows: Rows, life: LifeParameters, usual: UsualContact
) -> list[Term]:
    """Return the terms of the four states on the logit of the share.

    Parameters
    ----------
    people : dict of ndarray
    rows : ndarray of int, shape (m,), or slice
    life : LifeParameters
    usual : UsualContact

    Returns
    -------
    list of (name, ndarray of shape (m,))
        Only states that anybody has.
    """
    habit = people["habit"][rows] - people["usual_habit"][rows]
    return [
        ("habit", life.habit_on_purchase * habit),
        *_scaled(people, rows, "trust", life.trust_on_purchase),
        *_scaled(people, rows, "attachment", life.attachment_on_purchase),
        *_tired(people, rows, -life.fatigue_on_purchase, life.fatigue_scale, usual),
    ]


def churn_terms(
    people: People, rows: Rows, life: LifeParameters, usual: UsualContact
) -> list[Term]:
    """Return the terms of the states on the log hazard; see `purchase_terms`."""
    return [
        *_scaled(people, rows, "trust", life.trust_on_churn),
        *_scaled(people, rows, "attachment", life.attachment_on_churn),
        *_tired(people, rows, life.fatigue_on_churn, life.fatigue_scale, usual),
    ]


def _scaled(people: People, rows: Rows, name: str, weight: float) -> list[Term]:
    state = people[name]
    return [(name, weight * state[rows])] if weight and anybody(state) else []


def _tired(
    people: People, rows: Rows, weight: float, scale: float, usual: UsualContact
) -> list[Term]:
    if not anybody(people["fatigue"]):
        return []
    above = people["fatigue"][rows]
    return [("fatigue", weight * (above * (above + 2.0 * usual.in_mind)) / scale**2)]


def resistance(people: People, rows: NDArray[np.int64], life: LifeParameters) -> Floats | float:
    """Return the share of rivals' pull, and of the effect of a high price, that attachment takes away."""
    attached = people["attachment"]
    if not anybody(attached):
        return 0.0
    return life.attachment_resists * np.minimum(attached[rows], 1.0)


def update_trust(
    people: People,
    rows: NDArray[np.int64],
    encounters: Ints,
    not_made_good: NDArray[np.floating],
    usual: float,
    life: LifeParameters,
) -> None:
    """Let trust fade by a week, and take in the failures of a week's encounters.

    Parameters
    ----------
    people : dict of ndarray
        `trust` is written.
    rows : ndarray of int, shape (m,)
        Who had encounters.
    encounters : ndarray of int, shape (m,)
    not_made_good : ndarray, shape (m,)
        Failures less what handling complaints made good.
    usual : float
        Their usual number in an encounter.
    life : LifeParameters
    """
    kept = 2.0 ** (-1.0 / life.trust_half_life_weeks)
    gain = life.trust_damage * (encounters * usual - not_made_good)
    fade_and_add(people["trust"], kept, rows, gain)


def update_states(
    people: People, bought: NDArray[np.int64], delivery: Delivery, life: LifeParameters
) -> None:
    """Move the states by what the levers delivered, and habit by who bought.

    Parameters
    ----------
    people : dict of ndarray
        `trust`, `attachment`, `habit` and `fatigue` are written.
    bought : ndarray of int
        Rows of those who bought this week.
    delivery : Delivery
    life : LifeParameters
    """
    kept = 1.0 - 1.0 / life.habit_memory_weeks
    fade_and_add(people["habit"], kept, bought, for_each(1.0 - kept, bought.size))
    if delivery.has("trust_gained") or delivery.has("trust_lost"):
        people["trust"] += delivery.trust_gained - np.asarray(delivery.trust_lost)
    if anybody(people["attachment"]) or delivery.has("care"):
        room = np.maximum(0.0, 1.0 - people["attachment"])
        people["attachment"][:] = faded(
            people["attachment"], 1.0, life.attachment_half_life_weeks
        ) + (life.attachment_build * delivery.care * room)
    if anybody(people["fatigue"]) or delivery.has("messages"):
        read = people["fatigue"] + delivery.messages
        people["fatigue"][:] = faded(read, 1.0, life.fatigue_half_life_weeks)


def faded(state: Floats, weeks: float, half_life: float) -> Floats:
    """Return a state some weeks later, when nothing feeds it."""
    return left_of(state, 2.0 ** (-weeks / half_life), _NOTHING)


def reset_states(people: People, rows: NDArray[np.int64]) -> None:
    """Reset the states of those who become customers, or do so again."""
    for name in ("trust", "attachment", "fatigue"):
        people[name][rows] = 0.0
    people["habit"][rows] = people["usual_habit"][rows]
