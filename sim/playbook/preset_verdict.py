"""Why a preset by itself is worth its cost in a market, or is not: one rule for all.

With G the gain in customer equity, B the gain before what is fixed and what is built once, and W the
gain before any cost of the play, each a mean over futures with its 90 % interval, the first that applies
counts:

1. *pays*: the interval of G lies above nil.
2. *serves others*: W is nil in every future: by itself it moves nothing; *nothing to end* where it ends
   what a firm does already (a setting `end_...`), as this firm then does nothing of the kind; *nothing to
   act on* where it does not even cost anything, such as easy returns of a service; *guards* where a
   setting averts what is rare (`Mechanism.guards`) and none of these futures held a case that it averts.
3. *harms*: the interval of W lies below nil.
4. *size of the firm*: the interval of B lies above nil, and G does not. What is fixed, F for the whole
   firm, is then shared by too few; G(N) = B - F / N is nil at N = F / B customers. What grows with the
   firm, such as adverts at a share of its margin, is no part of F. Of work that comes in half posts a
   larger firm also buys its hours cheaper, by `agency_wage_ratio` at the most, and it may build what a
   small one rents by the customer, so that N is rather too large. Where N is more than any firm has
   (`LARGEST_FIRM`), size is not what stands against it.
5. *evidence*: the interval of W or of G holds nil, and so may all that the preset acts through: each of
   these parameters has a range that reaches no effect in this market, by itself or because it was
   measured elsewhere (`sim.evidence.indirectness`), or no finding informs it.
6. *costs more than it wins*: the interval of W lies above nil, that of G below.
7. *not settled*: anything else; the luck of so few futures is larger than the effect, or, where the
   interval of G lies below nil, than what is won before the cost.

What a preset acts through is found by simulation (`sim.analysis.acts_through`), of the lever's own
parameters for which no effect has a meaning. A preset without any acts through what nobody has measured.
"""

from collections.abc import Mapping
from functools import cache
from typing import Literal, NamedTuple

from sim.evidence.own import parameters_for
from sim.evidence.parameters import Parameter
from sim.levers import BY_NAME
from sim.playbook.effect_rows import Effect, load_effects, settings_text
from sim.playbook.strategies import Play, ends

#: Customers: a billion, as the largest firms of the world have.
LARGEST_FIRM = 1e9
_GAINS = ("equity", "won", "before_fixed")
_FIGURES = (*(gain + end for gain in _GAINS for end in ("", "_low", "_high")), "fixed")
Reason = Literal[
    "pays",
    "nothing_to_end",
    "nothing_to_act_on",
    "guards",
    "serves_others",
    "harms",
    "size",
    "evidence",
    "costs_more",
    "not_settled",
]


class Verdict(NamedTuple):
    """Which of the reasons applies.

    Attributes
    ----------
    reason : str
    from_customers : float or None
        Customers from which the mean gain covers what is fixed, where the firm is too small.
    returned : float or None
        What is won for each unit of money that is spent, where it costs more than it wins.
    unproven : bool
        Whether all that the preset acts through may be nil.
    """

    reason: Reason
    from_customers: float | None
    returned: float | None
    unproven: bool


def verdict_on(effect: Effect) -> Verdict | None:
    """Return why a preset is worth its cost, or is not, by the rule of this module.

    None for a row that was made before its figures were asked for.
    """
    figures = {name: getattr(effect, name) for name in _FIGURES}
    if None in figures.values():
        return None
    unproven = is_unproven(effect.market, effect.lever, effect.acts_through.split())
    reason = _reason(figures, unproven, effect)
    needed = figures["fixed"] / figures["before_fixed"] if reason == "size" else None
    spent = figures["won"] - figures["equity"]
    returned = figures["won"] / spent if reason == "costs_more" else None
    return Verdict(reason, needed, returned, unproven)


def _reason(figures: Mapping[str, float], unproven: bool, effect: Effect) -> Reason:
    if figures["equity_low"] > 0:
        return "pays"
    if figures["won"] == figures["won_low"] == figures["won_high"] == 0:
        pairs = (one.split("=") for one in effect.settings.split())
        chosen = {name: float(value) for name, value in pairs}
        if any(ends(name, value) for name, value in chosen.items()):
            return "nothing_to_end"
        if figures["equity_low"] == figures["equity_high"] == 0:
            return "nothing_to_act_on"
        guards = BY_NAME[effect.lever].guards
        return "guards" if any(chosen.get(name, 0.0) > 0 for name in guards) else "serves_others"
    if figures["won_high"] < 0:
        return "harms"
    shared_by_more = figures["fixed"] <= LARGEST_FIRM * figures["before_fixed"]
    if figures["before_fixed_low"] > 0 and figures["equity"] <= 0 and shared_by_more:
        return "size"
    won_more, loses = figures["won_low"] > 0, figures["equity_high"] < 0
    if unproven and not (won_more and loses):
        return "evidence"
    return "costs_more" if won_more and loses else "not_settled"


def is_unproven(market: str, lever: str, names: list[str]) -> bool:
    """Return whether all of some parameters of a lever may be nil in a market, or rest on no finding."""
    rows = parameters_in(market)
    return all(_may_be_nil(rows[lever, name]) for name in names if (lever, name) in rows)


@cache
def parameters_in(market: str) -> dict[tuple[str, str], Parameter]:
    """Return the parameters of a market by lever and name: once for all the presets that are judged."""
    return {(row.lever, row.parameter): row for row in parameters_for(market).rows}


def _may_be_nil(row: Parameter) -> bool:
    nothing = row.no_effect
    return not row.trades or (nothing is not None and row.low <= nothing <= row.high)


def customers_needed(play: Play, market: str) -> float | None:
    """Return from how many customers a play makes sense, where a firm like this is too small for it.

    Parameters
    ----------
    play : Play
        Its settings are those of a preset.
    market : str
        A market in which presets were simulated.

    Returns
    -------
    float or None
        None where the play is no preset, the market is another, or size is not what stands against it.
    """
    settings = settings_text(play.settings)
    for effect in load_effects().values():
        if (effect.market, effect.lever, effect.settings) == (market, play.lever, settings):
            verdict = verdict_on(effect)
            return verdict.from_customers if verdict else None
    return None
