r"""Rates that move: at the start of a week customers' own rates drift, are drawn anew, and pauses turn.

Where a market says so (`sim.market.moving_rates`), the log of the rate lambda at which a customer buys
here goes by sigma z - sigma^2 / 2 a week (z ~ N(0, 1)), which keeps its mean, and at hazard kappa the
rate is drawn anew from Gamma(r, alpha). Where away is a pause, it begins at the customer's own hazard p
and ends at rho, with a rate drawn anew; one uniform u per customer and week gives the exact chances of
that process from week to week:

    here:    u < e^(-(p + kappa)): the rate drifts;   u >= 1 - p / (p + rho) (1 - e^(-(p + rho))): pauses;
             between: here, with a fresh rate
    pausing: u < rho / (p + rho) (1 - e^(-(p + rho))): here, with a fresh rate

While pausing a customer buys nothing in the category, here or elsewhere, and stays a customer: retention
counts them, attitudes stay where they are, they may talk, and leave by the market's own drop-out. A lever
does not end a pause.

The rest of the category stays: with lambda' bought elsewhere the category is lambda + lambda', the share
lambda / (lambda + lambda'), so that its logit moves by the change of the log of lambda. What is usual
goes with it: habit counts from the fading mean of the weeks' chances to buy, with habit's own memory, so
that it does not fight the move. A rate rises to 12 a week at most, as in the fit.

Only customers' rates move: a prospect's waits until they join. Whoever comes back, or is a prospect again
after a year, begins at the rate of a newcomer (`sim.world.newcomers`). All is drawn by address, so that
plans of a future meet the same moves.
"""

import numpy as np
from scipy.special import logit

from sim.common.kernels.rows import rows_with
from sim.common.random_numbers import Floats, Ints, gamma, normal
from sim.market.market import Market
from sim.model.week.state import WeekState
from sim.world.moving_start import MOST_TRIPS
from sim.world.newcomers import newcomers_shape
from sim.world.population import ACTIVE, People
from sim.world.regular_purchases import begin_phases, chance_of_a_purchase


def move_rates(state: WeekState) -> None:
    """Move customers' rates by a week, where the market says so.

    Parameters
    ----------
    state : WeekState
        Of its run `category_rate`, `base_share`, `usual_habit` and `logit_share` are written, and
        `pausing` where people pause.
    """
    run, market = state.run, state.run.market
    if not market.rates_move:
        return
    people, rows = run.people, rows_with(run.people["status"], ACTIVE)
    own = own_rate(people, rows)
    memory = 1.0 / run.life.habit_memory_weeks
    usual, bought = people["usual_habit"][rows], _chance_to_buy(people, market, rows, own)
    people["usual_habit"][rows] = usual + memory * (bought - usual)
    luck, drift = state.view.uniform("rate moves", rows), market["rate_drift"]
    redrawn = _turn(people, market, rows, luck)
    score = normal(state.view.uniform("rate drift", rows))
    moved = own * np.exp(np.sqrt(drift) * score - drift / 2.0)
    set_rates(state, rows, np.minimum(moved, np.maximum(own, MOST_TRIPS)), own)
    _draw_rates(state, rows[redrawn], state.run.market["purchase_shape"])


def own_rate(people: People, rows: Ints) -> Floats:
    """Return the trips a week that people make here when nothing is done, unless they pause."""
    return people["category_rate"][rows] * people["base_share"][rows]


def _chance_to_buy(people: People, market: Market, rows: Ints, own: Floats) -> Floats:
    """Return the chance of a purchase here in a week when nothing is done."""
    bought = chance_of_a_purchase(market.purchase_phases, own)
    return np.where(people["pausing"][rows], 0.0, bought) if "pausing" in people else bought


def _turn(people: People, market: Market, rows: Ints, luck: Floats) -> Ints:
    """Let pauses begin and end; return the places of those whose rate is drawn anew."""
    redraw = market["rate_redraw"]
    if not market.has_pauses:
        return np.flatnonzero(luck >= np.exp(-redraw))
    begin, end = people["pause_rate"][rows], market["pause_return"]
    pausing, turned = people["pausing"][rows], -np.expm1(-(begin + end)) / (begin + end)
    ends = pausing & (luck < end * turned)
    begins = ~pausing & (luck >= 1.0 - begin * turned)
    people["pausing"][rows] = (pausing & ~ends) | begins
    begin_phases(people, rows[ends])
    anew = ~pausing & ~begins & (luck >= np.exp(-(begin + redraw)))
    return np.flatnonzero(ends | anew)


def _draw_rates(state: WeekState, rows: Ints, shape: float) -> None:
    """Draw the rates of some people anew, by a shape; what is usual for them is not touched."""
    if rows.size:
        luck = state.view.uniform("fresh rate", rows)
        fresh = gamma(luck, shape, state.run.market.alpha_ahead)
        set_rates(state, rows, np.minimum(fresh, MOST_TRIPS), own_rate(state.run.people, rows))


def renew_rates(state: WeekState, rows: Ints) -> None:
    """Draw rates, and what is usual at them, for people who come back or are prospects again."""
    people, market = state.run.people, state.run.market
    _draw_rates(state, rows, newcomers_shape(market))
    often = chance_of_a_purchase(market.purchase_phases, own_rate(people, rows))
    people["usual_habit"][rows] = often


def set_rates(state: WeekState, rows: Ints, rate: Floats, before: Floats) -> None:
    """Set the rate at which people buy here; what they buy elsewhere stays the same."""
    people, run = state.run.people, state.run
    category = people["category_rate"][rows] - before + rate
    share = np.clip(rate / category, 1e-9, 1 - 1e-9)
    people["category_rate"][rows], people["base_share"][rows] = category, share
    run.logit_share[rows] = logit(share)
