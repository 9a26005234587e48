"""What easy channels, rewards and good handling make of failures: pure formulas."""

import math
from typing import Any


def worth_of_reward(reward: float, trip: float, parameters: Any) -> float:
    """Return what a reward does over what the usual one does, g: with falling returns, 1 at the usual.

    Parameters
    ----------
    reward, trip : float
        Money for a useful word, and the spend of an average trip.
    parameters : Parameters
    """
    usual = trip * parameters.reference_reward
    return -math.expm1(-reward / usual) / -math.expm1(-1.0)


def voiced(chosen: Any, trip: float, parameters: Any) -> float:
    """Return the share of failures that would go unsaid which are now complained about.

    Parameters
    ----------
    chosen : Settings
    trip : float
        Spend of an average trip, currency.
    parameters : Parameters

    Returns
    -------
    float
        1 - (1 - v_e ease)(1 - v_r g(reward))(1 - v_l loop), g being 1 at the usual reward.
    """
    p = parameters
    paid = worth_of_reward(chosen.reward, trip, p)
    silent = 1.0 - p.voice_by_ease * chosen.ease
    silent *= max(0.0, 1.0 - p.voice_by_reward * paid)
    silent *= 1.0 - p.voice_by_loop * chosen.close_loop
    return 1.0 - silent


def recovered(chosen: Any, parameters: Any) -> float:
    """Return the share of the harm which usual handling leaves that is mended too.

    The three kinds of justice add up with weights (orsingher2010): a fair outcome, which compensation
    brings with falling returns, decent treatment, and a quick procedure. Being told what was changed is
    part of the treatment.

    Parameters
    ----------
    chosen : Settings
    parameters : Parameters

    Returns
    -------
    float
        From 0 to `recovery_most`, so that no handling leaves a customer better off than no failure.
    """
    p = parameters
    outcome = 1.0 - 2.0 ** (-chosen.compensation / p.half_compensation)
    treatment = 1.0 - (1.0 - chosen.empathy) * (1.0 - p.loop_as_treatment * chosen.close_loop)
    treatment_weight = 1.0 - p.outcome_weight - p.procedure_weight
    fair = p.outcome_weight * outcome + treatment_weight * treatment
    return p.recovery_most * (fair + p.procedure_weight * chosen.speed)


def known(chosen: Any, parameters: Any) -> float:
    """Return the share of what customers miss that the firm knows of in the long run, if many complain.

    Some kinds of failures are not told by usual complaints, however many come; easy channels show these
    in proportion to their ease.
    """
    p = parameters
    heard = p.insight_usual + (1.0 - p.insight_usual) * chosen.ease
    return chosen.learning * heard
