"""The rules of the week for one person at a time, in plain Python: a second writing of them.

Written from the specification and the modules' docstrings, not from their code, so that the two
writings can be held against each other. Nothing here is imported from the week or from the levers.
"""

from functools import lru_cache
from math import cbrt, ceil, exp, expm1, floor, log, log1p, pi, sqrt
from typing import Any

from scipy import special, stats

WEEKS_A_YEAR = 52
NEAR_BUDGET = 0.02  # a play that may end so much above what it has goes on


# -- luck: one uniform, inverted ------------------------------------------------------------------
def alpha_ahead(market: dict[str, float]) -> float:
    """Return the scale of fresh purchase rates: the log's, at the level of the time ahead."""
    return market["purchase_alpha"] / market.get("purchase_level", 1.0)


def expit(x: float) -> float:
    return 1 / (1 + exp(-x)) if x >= 0 else exp(x) / (1 + exp(x))


def logit(share: float) -> float:
    return log(share / (1 - share))


def normal(u: float) -> float:
    return float(special.ndtri(u))


def gamma(u: float, shape: float, rate: float) -> float:
    return float(special.gammaincinv(shape, u)) / rate


def time_without_pauses(m: dict[str, float]) -> float:
    """Share of time, in the long run, for which a customer of either kind does not pause."""
    back, quick = m["pause_return"], m["quick_pausers"]
    often, seldom = back / (back + m["quick_pausing"]), back / (back + m["slow_pausing"])
    return quick * often + (1 - quick) * seldom


def poisson(u: float, mean: float) -> int:
    """The smallest k with P(K <= k) >= u."""
    if mean > 500:
        return int(stats.poisson.ppf(u, mean))
    k, chance = 0, exp(-mean)
    below = chance
    while u > below and (chance > 0 or k < mean):
        k += 1
        chance *= mean / k
        below += chance
    return k


def binomial(u: float, trials: int, chance: float) -> int:
    """The smallest k with P(K <= k) >= u."""
    if trials == 0 or chance <= 0:
        return 0
    if chance >= 1:
        return trials
    k, p = 0, exp(trials * log1p(-chance))
    below = p
    while u > below and k < trials:
        p *= (trials - k) / (k + 1) * chance / (1 - chance)
        below += p
        k += 1
    return k


_STEP = 16 / 640  # of the grid of normal scores from -8 to 8 on which quantiles of spend are tabled


@lru_cache(maxsize=200_000)
def _cube_root_of_quantile(shape: float, point: int) -> float:
    score = -8 + point * _STEP
    if score < 0:
        return cbrt(special.gammaincinv(shape, special.ndtr(score)))
    return cbrt(special.gammainccinv(shape, special.ndtr(-score)))


def gamma_sum(u: float, count: int, shape: float) -> float:
    """The sum of some gamma variables of rate 1: straight lines between cube roots of quantiles."""
    if count > 16:
        return float(special.gammaincinv(shape * count, u))
    place = min(max((normal(u) + 8) / _STEP, 0.0), 639.999999)
    point = int(place)
    low = _cube_root_of_quantile(shape * count, point)
    high = _cube_root_of_quantile(shape * count, point + 1)
    return (low + (place - point) * (high - low)) ** 3


# -- what an encounter does -----------------------------------------------------------------------
class Feelings:
    """Expectation, disconfirmation and satisfaction.

    `life` are the parameters of the ordinary life, `failures` those per trip in the baseline, `scale`
    the spread of satisfaction after the warm-up, `mean_weight` that of the experiences of a year before
    they are scaled.
    """

    def __init__(self, life, failures: float, scale: float, mean_weight: float) -> None:
        self.life, self.scale, self.mean_weight = life, scale, mean_weight
        self.variance = 1 + failures * (1 - failures) * life.failure_damage**2
        self.usual_failures_kept = failures * (1 - life.complaint_share * life.failure_recovered)
        self.usual_failure_harm = life.failure_damage * self.usual_failures_kept
        rho, loss = life.expectation_own_weight, life.loss_aversion
        self.quality_unit = scale * 2 / ((1 - rho) * (1 + loss))

    def saturated(self, units: float) -> float:
        cap = self.life.quality_cap
        if units < 0:
            return self.quality_unit * units
        return self.quality_unit * cap * (1 - exp(-units / cap))

    def wait_harm(self, minutes: float) -> float:
        return self.life.wait_effect * log(1 + minutes / 10)

    def weight(self, experience: int) -> float:
        """Weight of the first, second, ... experience: the gain of a filter, settled after 64."""
        settled = 1 - self.life.satisfaction_memory
        gain = settled
        if experience <= 64:
            unsure = max(1 / self.life.prior_experiences, settled / (1 - settled))
            for _ in range(experience - 1):
                unsure = unsure / (1 + unsure) + settled**2 / (1 - settled)
            gain = unsure / (1 + unsure)
        return settled * gain / self.mean_weight

    def after(self, satisfaction: float, expectation: float, quality: float, n: int, before: int):
        """Satisfaction S and expectation W after n encounters of some mean quality, `before` others."""
        p = self.life
        rho, a, loss = p.expectation_own_weight, p.expectation_learning, p.loss_aversion
        difference = quality - rho * expectation  # the market's own level stays at 0
        value = difference if difference > 0 else loss * difference
        spread = sqrt(
            self.variance / n
            + rho**2 * a * self.variance / (2 - a)
            + (1 - rho) ** 2 * p.suitability_spread**2
        )
        centre = -(loss - 1) * spread / sqrt(2 * pi)
        kept = 1.0
        for k in range(before + 1, before + n + 1):
            kept *= 1 - self.weight(k)
        satisfaction = kept * satisfaction + (1 - kept) * (value - centre) / self.scale
        expectation += (1 - (1 - a) ** n) * (quality - expectation)
        return satisfaction, expectation


# -- word of mouth --------------------------------------------------------------------------------
def log_mean_of_blame(kappa: float, memory: float) -> float:
    """ln E exp(-kappa B) for blame that arrives at rate 1 and fades."""
    kept, weight, total = 1 - 1 / memory, 1.0, 0.0
    while weight > 1e-12:
        total += expm1(-kappa * weight)
        weight *= kept
    return total


# -- the firm -------------------------------------------------------------------------------------
class Desk:
    """A queue for the firm's true number of contacts: Erlang's formula up to a load of .98."""

    def __init__(self, scale: float, usual: float, market: dict[str, float]) -> None:
        self.scale, self.minutes, self.hours = (
            scale,
            market["handling_minutes"],
            market["desk_hours"],
        )
        load = usual * self.minutes / 60 / self.hours
        self.usual_servers = 1
        while load / market["desk_load"] > self.usual_servers + 1e-9:
            self.usual_servers += 1
        self.backlog = 0.0
        self.usual_wait = self._queue(usual, self.usual_servers)

    def _queue(self, contacts: float, seats: float) -> float:
        """Some hours with the whole servers, the rest with one more."""
        fewer = floor(seats)
        wait = self._wait(contacts, fewer) * (fewer + 1 - seats)
        return wait + (self._wait(contacts, fewer + 1) * (seats - fewer) if seats > fewer else 0)

    def _wait(self, contacts: float, servers: int) -> float:
        load = min(contacts * self.minutes / 60 / self.hours, 0.98 * servers)
        if load <= 0:
            return 0.0
        loss = 1.0  # Erlang B by its recursion over the number of servers
        for c in range(1, servers + 1):
            loss = load * loss / (c + load * loss)
        waiting = loss / (1 - load / servers * (1 - loss))
        return waiting * self.minutes / (servers - load)

    def serve(self, contacts: float, extra_staff: float) -> float:
        seats = self.usual_servers * (1 + extra_staff)
        wanted = contacts * self.scale + self.backlog
        capacity = 0.98 * seats * self.hours * 60 / self.minutes
        left = max(0.0, wanted - capacity)
        queue_ahead = (self.backlog + left) / 2
        wait = self._queue(wanted, seats) + queue_ahead / max(capacity, 1e-9) * self.hours * 60
        self.backlog = left
        return wait


def bill(hours: float, market: dict[str, float], role: str = "") -> float:
    """What the firm pays for a week's hours of a role: half-time posts, and an agency for the rest."""
    wage = market["wage_per_hour"] * (market[f"{role}_wage_ratio"] if role else 1)
    posts = floor(hours / 20)
    rest = min(20, (hours - 20 * posts) * market["agency_wage_ratio"])
    return wage * (20 * posts + rest)


def quantile(values: list[float], share: float) -> float:
    """The value below which a share of the values lies, straight lines between them."""
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low, high = ordered[floor(place)], ordered[ceil(place)]
    return low + (high - low) * (place - floor(place))


def hazard(usual: float, terms: float, removable: float) -> float:
    """Return the sum of the unavoidable and the removable hazard of leaving."""
    return usual * (1 - removable) + usual * removable * exp(terms)


def pulls(members: list[Any], others: float, goal: float, p: Any) -> tuple[float, float]:
    """Return the lift of a new member and the pull of a full card, at which sales rise as was found."""
    weeks, found, open_, drawn = round(p.found_weeks), 0.0, 0.0, 0.0
    for one in members:
        a_week = one.usual_rate * one.mean_spend
        sales, answer = one.willingness * a_week, (1 - one.base_share) / others
        room = answer * headroom(one.usual_rate, goal / one.mean_spend / p.goal_weeks)
        found += weeks * p.membership_lift * sales
        for ago in range(weeks):
            left = sales * room * 2 ** (-ago / p.half_life_weeks)
            open_ += left
            drawn += left * p.goal_gradient * min(ago * a_week / goal, 0.5)
    if drawn >= found:
        return 0.0, p.goal_gradient * found / drawn
    return min((found - drawn) / open_, log(2)), p.goal_gradient


def share_behind_a_trip(people: list[Any]) -> float:
    """Return the mean share of wallet over the trips that customers make in week 0."""
    buyers = [one for one in people if one.n_start and not one.pausing]
    trips = sum(one.usual_rate for one in buyers)
    return sum(one.usual_rate * one.base_share for one in buyers) / trips


def headroom(rate: float, unaided: float) -> float:
    return min(1.0, max(0.0, 1 - rate / unaided))


def generosity(rebate: float, reference: float) -> float:
    return (1 - exp(-rebate / reference)) / (1 - exp(-1))
