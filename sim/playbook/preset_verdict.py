"""Why a preset by itself is worth its cost in a market, or is not: one rule, read from its simulated figures.

With G the gain in customer equity, B the gain before what is fixed and what is built once, and W the gain
before any cost of the play, each a mean over futures with its 90 % interval, the first that applies counts:

1. *pays*: the interval of G lies above nil.
2. *serves others*: W is nil in every future: by itself it moves nothing.
3. *harms*: the interval of W lies below nil.
4. *size of the firm*: the interval of B lies above nil, and G does not. What is fixed, F for the whole firm, is
   then shared by too few; G(N) = B - F / N is nil at N = F / B customers. Of work that comes in half posts a
   larger firm also buys its hours cheaper, by `agency_wage_ratio` at the most, so that N is rather too large.
5. *evidence*: the interval of W or of G holds nil, and so may all that the preset acts through: each of these
   parameters has a range that reaches no effect in this market, by itself or because it was measured
   elsewhere (`sim.evidence.indirectness`), or no finding informs it.
6. *costs more than it wins*: the interval of W lies above nil, that of G below.
7. *not settled*: anything else; the luck of so few futures is larger than the effect.

What a preset acts through is found by simulation (`sim.analysis.acts_through`), of the lever's own
parameters for which no effect has a meaning. A preset without any acts through what nobody has measured.
"""

from typing import Literal, NamedTuple

from sim.evidence.own import parameters_for
from sim.evidence.parameters import Parameter
from sim.playbook.effect_rows import Effect, load_effects, settings_text
from sim.playbook.strategies import Play

Reason = Literal["pays", "serves_others", "harms", "size", "evidence", "costs_more", "not_settled"]


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


def verdict_on(effect: Effect) -> Verdict:
    """Return why a preset is worth its cost, or is not, by the rule of this module."""
    unproven = is_unproven(effect.market, effect.lever, effect.acts_through.split())
    reason = _reason(effect, unproven)
    needed = effect.fixed / effect.before_fixed if reason == "size" else None
    spent = effect.won - effect.equity
    returned = effect.won / spent if reason == "costs_more" else None
    return Verdict(reason, needed, returned, unproven)


def _reason(effect: Effect, unproven: bool) -> Reason:
    if effect.equity_low > 0:
        return "pays"
    if effect.won == effect.won_low == effect.won_high == 0:
        return "serves_others"
    if effect.won_high < 0:
        return "harms"
    if effect.before_fixed_low > 0 and effect.equity <= 0:
        return "size"
    won_more = effect.won_low > 0
    if unproven and (not won_more or effect.equity_high >= 0):
        return "evidence"
    return "costs_more" if won_more and effect.equity_high < 0 else "not_settled"


def is_unproven(market: str, lever: str, names: list[str]) -> bool:
    """Return whether all of some parameters of a lever may be nil in a market, or are known from nowhere."""
    rows = {row.parameter: row for row in parameters_for(market).rows if row.lever == lever}
    return all(_may_be_nil(rows[name]) for name in names if name in rows)


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
        None where the play is no preset, the market is another, or its size is not what stands against it.
    """
    settings = settings_text(play.settings)
    for effect in load_effects().values():
        if (effect.market, effect.lever, effect.settings) == (market, play.lever, settings):
            return verdict_on(effect).from_customers
    return None
