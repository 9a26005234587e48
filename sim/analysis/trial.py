"""The trial to run first: arms, who is drawn, how many, how long, when to stop, and what it is worth.

The plan with the largest mean gain is tried beside the firm as it is. Each arm takes

    n = 2 R s^2 (z_{1-a/2} + z_{1-b})^2 / d^2

customers (Chow, Shao & Wang 2008), s the spread of margin between customers over the weeks
(`margin_spread`), d the effect of interest, error a = .05 and power 1 - b = .8. R = 1.008 pays for one
look at half time, by the boundaries of O'Brien & Fleming (1979): |z| of 2.797 then and 1.977 at the end
(Jennison & Turnbull 2000, tables 2.3 and 2.4; from memory, and worked out again by a test). What is held
against nil is margin less what the plan costs, so that one that only breaks even is taken for a success
with a chance of a / 2. The effect of interest is what the trial is for. A plan that is believed is tried
for whether it is worth its cost: the effect is as much again as it costs in the weeks, so that one that
brings in twice its cost is seen with the power. One whose promise is doubted is tried for whether that
promise is there: the effect is what the futures promise in the weeks beyond its cost, or, where they
promise nothing beyond it so early, as of a plan that is believed.

What the trial is worth is the expected value of sample information of normal laws (Raiffa & Schlaifer
1961; by regression over the futures as Strong et al. 2015): with r the correlation over futures of the
gain with what the trial measures, margin less cost, whose variance is t^2, and 2 s^2 / n the variance of
the trial,

    (1 - weeks / horizon) loss(mean gain, spread of the gain x r x sqrt(t^2 / (t^2 + 2 s^2 / n))),

as until its end the firm goes on as it is; of a gain that comes early or late alike. Where the horizon
ends with the trial no time is left in which its result could be used: what it is worth is not known then,
rather than nil.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy import stats

from sim.analysis.answers import Answers
from sim.analysis.doubts import futures_in
from sim.analysis.leaning import leader_of
from sim.analysis.margin_spread import margin_spread
from sim.analysis.value_of_information import loss
from sim.common.calendar import WEEKS_A_YEAR
from sim.common.random_numbers import Floats
from sim.common.size import ENOUGH_FUTURES
from sim.experiment.trial_design import Design
from sim.levers import BY_NAME
from sim.playbook.strategies import BASELINE, Play

#: Error rate of both sides, and power.
ERROR, POWER = 0.05, 0.8
#: Boundaries of O'Brien & Fleming with one look at half time, and what that costs in customers.
FIRST_LOOK, AT_END, _INFLATION = 2.797, 1.977, 1.008
#: Lengths that are tried, shortest first.
WEEKS = (13, 26, 52)
#: Levers that act on all who come to a place: no customer of it can go without.
_OF_A_PLACE = ("pricing", "service_quality", "organisation")


@dataclass(frozen=True)
class Trial:
    """A trial of a plan beside the firm as it is; all money is the firm's.

    Attributes
    ----------
    strategy : str
    by_place : tuple of str
        Levers of the plan that no customer of a place can go without: where there are such, places
        are drawn and not customers.
    weeks : int
    effect, price, spread : float
        The effect of interest beyond what the plan costs, what it costs, and the spread between
        customers: money per customer over the weeks.
    of_promise : bool
        Whether the effect of interest is what the futures promise, and not as much again as it costs.
    needed, there : int
        Customers of each arm that it takes, and half of those the firm has.
    cost : float
        What the plan costs the arm that has it, over the weeks.
    worth : float or None
        Expected value of sample information; None where the horizon ends with the trial or before.
    left : float
        What the plan would bring after the trial, if it does what the futures say.
    horizon : int
        Weeks that the comparison looks ahead.
    """

    strategy: str
    by_place: tuple[str, ...]
    weeks: int
    effect: float
    price: float
    spread: float
    of_promise: bool
    needed: int
    there: int
    cost: float
    worth: float | None
    left: float
    horizon: int

    @property
    def pays_from(self) -> float:
        """Chance that the plan does what the futures say, from which on a trial pays.

        That is so where nothing is done without one. The futures take the plan for what it seems, so
        that `worth` leaves out the doubt for which it is tried: with a chance p that it brings ``left``,
        and nothing else, the trial pays where p left > cost.
        """
        return self.cost / self.left if self.left > 0 else math.inf

    @property
    def is_too_small(self) -> bool:
        """Whether the firm has too few customers to tell."""
        return self.needed > self.there

    @property
    def is_worth_it(self) -> bool:
        """Whether its result is worth more than it costs, with as many customers as there are."""
        return self.worth is not None and self.worth > self.cost

    def costs_too_much(self, is_doubted: bool) -> bool:
        """Return whether it is known not to pay, of a plan that is believed or one that is doubted."""
        pays = self.is_worth_it or (is_doubted and self.pays_from < 1)
        return self.worth is not None and not pays


def trial_of(comparison: Answers, is_doubted: bool = False) -> Trial | None:
    """Return the trial of the plan with the largest mean gain.

    Parameters
    ----------
    comparison : Answers
    is_doubted : bool
        Whether its promise is not to be believed before a trial, which is then sized for that promise.

    Returns
    -------
    Trial or None
        None of fewer than `ENOUGH_FUTURES`, and of a plan that costs nothing: there is nothing that it
        has to bring in.
    """
    name = leader_of(comparison.verdict)
    known = futures_in(comparison)
    firm: Floats = known.firm.to_numpy(dtype=float)
    cost, margin = (_per_customer(comparison, name, each, firm) for each in ("cost", "margin"))
    if len(firm) < ENOUGH_FUTURES or not cost.mean() > 0:
        return None
    size, a_week = float(firm.mean()), float(cost.mean()) / WEEKS_A_YEAR
    promised = float((margin - cost).mean()) / WEEKS_A_YEAR
    of_promise = is_doubted and promised > 0
    sought = promised if of_promise else a_week
    there, plays = int(size / 2), comparison.manifest.strategies[name].sized.plays
    for weeks in WEEKS:
        spread = margin_spread(comparison.market, weeks)
        needed = customers_of_an_arm(sought * weeks, spread)
        if needed <= there:
            break
    arm = min(needed, there)
    gains = known.per_customer[name].to_numpy(dtype=float)
    horizon = comparison.manifest.weeks
    left = max(0.0, 1.0 - weeks / horizon)
    part = _told(gains, (margin - cost) * weeks / WEEKS_A_YEAR, 2.0 * spread**2 / arm)
    return Trial(
        strategy=name,
        by_place=tuple(dict.fromkeys(play.lever for play in plays if _is_of_a_place(play))),
        weeks=weeks,
        effect=sought * weeks,
        price=a_week * weeks,
        spread=spread,
        of_promise=of_promise,
        needed=needed,
        there=there,
        cost=arm * a_week * weeks,
        worth=left * size * loss(float(gains.mean()), part) if left > 0 else None,
        left=left * size * float(gains.mean()),
        horizon=horizon,
    )


def design_of(comparison: Answers, trial: Trial) -> Design:
    """Return a trial as the firm gets it, whether or not it is worth it, with the plan as sized."""
    gains = comparison.effects_on("customer_equity")["difference"]
    return Design(
        arm=trial.strategy,
        unit="place" if trial.by_place else "customer",
        customers=min(trial.needed, trial.there),
        weeks=trial.weeks,
        first_look=FIRST_LOOK,
        at_end=AT_END,
        cost=trial.price,
        currency=comparison.market.currency,
        gain=float(gains[trial.strategy]),
        comparison=comparison.manifest.id,
        plan=comparison.manifest.strategies[trial.strategy].sized,
    )


def warning_of(trial: Trial, currency: str, is_doubted: bool) -> str:
    """Return why a trial is not to be run as designed, for the file of its design; nothing if it is."""
    if trial.is_too_small:
        needs = f"it takes {trial.needed} customers in each arm to show what it is for"
        return f"{needs}, and the firm has {trial.there} for each."
    if trial.worth is not None and trial.costs_too_much(is_doubted):
        worth = f"knowing its result is worth {trial.worth:.0f} {currency}"
        return f"it costs {trial.cost:.0f} {currency}, and {worth}."
    return ""


def customers_of_an_arm(effect: float, spread: float) -> int:
    """Return how many customers each arm takes to see an effect through a spread, with one look."""
    steps = stats.norm.isf(ERROR / 2) + stats.norm.ppf(POWER)
    return math.ceil(2.0 * _INFLATION * (spread * steps / effect) ** 2)


def _per_customer(comparison: Answers, name: str, measure: str, firm: Floats) -> Floats:
    """Return what a plan adds to a yearly measure, per customer, future by future."""
    draws = comparison.draws_of(measure)
    added: Floats = (draws[name] - draws[BASELINE]).to_numpy(dtype=float) / firm
    return added


def _told(gains: Floats, seen: Floats, error: float) -> float:
    """Return the spread of what a trial lets expect of the gain; noise is nil, by adjusted r^2."""
    of_seen = float(seen.var(ddof=1))
    if of_seen <= 0 or gains.std() <= 0:
        return 0.0
    n, share = len(gains), float(np.corrcoef(gains, seen)[0, 1]) ** 2
    adjusted = max(1.0 - (1.0 - share) * (n - 1) / (n - 2), 0.0)
    return float(gains.std(ddof=1)) * math.sqrt(adjusted * of_seen / (of_seen + error))


def _is_of_a_place(play: Play) -> bool:
    """Return whether no customer of a place can go without a play."""
    return play.lever in _OF_A_PLACE or BY_NAME[play.lever].changes_the_firm(play.settings)
