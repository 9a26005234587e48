"""What is known of the levers of a plan: how strong the evidence is, and the studies behind it."""

from dataclasses import dataclass

from sim.analysis.made_of import findings_behind
from sim.evidence.findings import Finding
from sim.evidence.own import parameters_for
from sim.evidence.strength import strength
from sim.market.market import Market
from sim.playbook.strategies import Strategy


@dataclass(frozen=True)
class Known:
    """What is known of a lever.

    Attributes
    ----------
    lever : str
    strength : int
        0 (nobody studied it) to 5, by `sim.evidence.strength`.
    findings : list of Finding
        On which the parameters of the lever rest in this market, each once.
    assumed, parameters : int
        How many of these parameters no finding informs, and how many there are.
    """

    lever: str
    strength: int
    findings: list[Finding]
    assumed: int
    parameters: int


def known_of(market: Market, plan: Strategy) -> list[Known]:
    """Return what is known of each lever of a plan, in the order of the plan."""
    rows = parameters_for(market).rows
    found = []
    for lever in dict.fromkeys(play.lever for play in plan.plays):
        behind = findings_behind(market, [row for row in rows if row.lever == lever])
        each = {one.id: one for findings in behind.values() for one in findings}
        assumed = sum(not findings for findings in behind.values())
        found.append(Known(lever, strength(lever), list(each.values()), assumed, len(behind)))
    return found
