r"""How well each play is carried out: what the firm manages, its department's hours, its hand-overs.

What the market calls `execution` holds what is lost as departments are today. Only what differs from it
acts: a play that takes what other plays make (`TAKES`) loses more if more of them belong to another
department than by the pages of the playbook, and less if fewer do,

    carried out = min(1, execution e^(-hand_over_loss (apart - usually apart) hand_over))
                  min(1, H / (l n)),

hand_over being what teams across departments leave of such losses (`sim.levers.organisation`), H the
hours a week that a department has for leading plays, l those that one takes and n the plays that it
leads now, each by its effort. So one department may own all and hand over nothing, until its people
have no time. Sources: none measured either; losses in hand-overs are what firms tell (L1.2c).
"""

from functools import cache
from math import exp

from sim.levers import BY_NAME
from sim.model.firm import Department, Firm
from sim.model.week.life_parameters import LifeParameters
from sim.playbook.pages import load_page
from sim.playbook.strategies import Play

#: Lever -> levers whose results its plays take, where a strategy has them.
TAKES = {
    "personalisation": ("segmentation", "data_stewardship"),
    "incentives": ("segmentation",),
    "omnichannel": ("data_stewardship",),
    "service_quality": ("feedback",),
    "emotional_connection": ("service_quality",),
    "iteration": ("feedback", "cocreation"),
}


@cache
def usual_owner(lever: str) -> str:
    """Return the department that owns a lever by its page."""
    return load_page(lever).owner


def further_hand_overs(play: Play, plays: list[Play]) -> int:
    """Return how many hand-overs between departments a play has beyond the usual, negative for fewer.

    Parameters
    ----------
    play : Play
    plays : list of Play
        All of the plan.
    """
    further = 0
    for lever in TAKES.get(play.lever, ()):
        owners = {one.owner for one in plays if one.lever == lever}
        if owners:
            further += play.owner not in owners
            further -= usual_owner(play.lever) != usual_owner(lever)
    return further


def hours_left(department: Department, life: LifeParameters) -> float:
    """Return the part of the hours its plays need that a department has, at most 1."""
    needed = life.lead_hours * sum(department.effort.values())
    return min(1.0, life.department_hours / needed) if needed > 0.0 else 1.0


def carried_out(firm: Firm, life: LifeParameters) -> dict[str, float]:
    """Return the share of each play that reaches customers as designed, by its key.

    What builds the firm's capability is not itself carried out in part, and takes hours all the same.
    """
    plays = [play for one in firm.departments for play in one.plays]
    able, shares = firm.capability, {}
    for department in firm.departments:
        left = hours_left(department, life)
        for play in department.plays:
            lost = life.hand_over_loss * further_hand_overs(play, plays) * able.hand_over
            share = min(1.0, able.execution * exp(-lost)) * left
            shares[play.key] = 1.0 if BY_NAME[play.lever].builds_capability else share
    return shares
