r"""What customers are worth after the horizon, once the firm goes back to doing nothing new.

Levers stop at week H and every state relaxes by its own law, trust, attachment, habit and fatigue as in
`sim.model.week.attitudes`, the usual price as in `sim.model.week.reference_price`, and what a lever
leaves behind as its module says; then

    sum_i alive_i sum_k e^(-delta k) m_i lambda_i(H + k) exp(-sum_{j<=k} mu_i f(eta_i(H + j)))

over 520 weeks, f as in `sim.world.removable_leaving`, and m lambda / (mu + delta) for what is left.
Attitudes relax in expectation: with trips at rate lambda a time step D keeps exp(-lambda D g) of
satisfaction, g being the weight of the next experience (`sim.model.week.experience_weights`), and
exp(-lambda D a) of expectation (the mean of w^N over a Poisson N); a rate that moves counts by its mean
(`rates_ahead`). The Pareto/NBD expression at the calibrated rates would credit a lapsed promotion and
overlook most of a lasting cut in hazard.
"""

from collections.abc import Iterator

import numpy as np
from scipy.special import expit

from sim.common.kernels import for_each
from sim.common.kernels.states import anybody, approach, learn
from sim.common.kernels.worth import earn
from sim.common.random_numbers import Floats, Ints
from sim.model.residual_value.after_horizon import AfterHorizon
from sim.model.residual_value.rates_ahead import Rates, RatesAhead, SteadyRates
from sim.model.week import attitudes, forward_buying, reference_price
from sim.model.week.data_breach import felt_for
from sim.model.week.life_parameters import LifeParameters
from sim.model.week.satisfaction import Experience, expected_value, usual_encounters
from sim.world.population import People
from sim.world.regular_purchases import chance_of_a_purchase
from sim.world.removable_leaving import hazard_factor
from sim.world.usual_contact import NO_CONTACT, UsualContact

#: What is left where no lever was.
NOTHING_LEFT = AfterHorizon(lambda weeks: 0.0, lambda weeks: {}, lambda weeks: 0.0)
#: Weekly for a quarter, then every four weeks for most of a year, then by quarters: 520 weeks.
STEPS = (1,) * 13 + (4,) * 10 + (13,) * 35 + (12,)


class Relaxation:
    """The terms of purchase and churn after the horizon, but for satisfaction, as they fade.

    Parameters
    ----------
    people : dict of ndarray
        Columns at the horizon.
    rows : ndarray of int, shape (m,)
        Active customers.
    life : LifeParameters
    trip_share : float
        Mean share of wallet behind a trip.
    removable : float
        Share of leaving that a firm can remove.
    breach_left : float
        What is left of breaches at the horizon.
    after : AfterHorizon
        What levers leave behind, and what the market gives elsewhere.
    rates : RatesAhead, optional
        Customers' rates when nothing is done; those of the horizon without it.
    usual : UsualContact, optional
        What customers are used to, to which messages in mind return.
    recoverable : float
        Part of the time that a breach is felt which backups spare.
    """

    def __init__(
        self,
        people: People,
        rows: Ints,
        life: LifeParameters,
        trip_share: float,
        removable: float,
        breach_left: float = 0.0,
        after: AfterHorizon = NOTHING_LEFT,
        rates: RatesAhead | None = None,
        usual: UsualContact = NO_CONTACT,
        recoverable: float = 0.0,
    ) -> None:
        self.rows, self.life, self.trip_share, self.usual = rows, life, trip_share, usual
        self.removable = removable
        self.breach_left, self.after = breach_left, after
        self.breach_half_life = felt_for(life.breach_half_life_weeks, recoverable)
        self.rates = SteadyRates(people, rows) if rates is None else rates
        half_lives = {
            "trust": life.trust_half_life_weeks,
            "attachment": life.attachment_half_life_weeks,
            "fatigue": life.fatigue_half_life_weeks,
        }
        start = {name: people[name][rows] for name in half_lives}
        self.fading = {name: half for name, half in half_lives.items() if start[name].any()}
        # a state that nobody has is not looked through in each step
        self.start = {
            name: state if name in self.fading else state[:0] for name, state in start.items()
        }
        moving = ("habit", "usual_habit", "reference_price")
        self.state = {name: people[name][rows].copy() for name in moving}
        self.priced = anybody(self.state["reference_price"], 1.0)
        self.referred = life.referred_churn * people["referred"][rows]
        self.everybody = slice(None)

    def terms(self, since: float, passed: float = 0.0) -> tuple[Floats, Floats]:
        """Return the sums of the terms of purchase and churn some weeks after the horizon.

        Habit, which time is passed for in steps, is that of the last one and fades for the weeks passed
        since towards what is usual.
        """
        p, state = self.life, self.state | self.start
        if passed:
            above = state["habit"] - state["usual_habit"]
            state["habit"] = state["usual_habit"] + above * (1 - 1 / p.habit_memory_weeks) ** passed
        for name, half_life in self.fading.items():
            state[name] = attitudes.faded(self.start[name], since, half_life)
        purchase, churn = np.zeros(self.rows.size), self.referred.copy()
        for _, term in attitudes.purchase_terms(state, self.everybody, p, self.usual):
            purchase += term
        for _, term in attitudes.churn_terms(state, self.everybody, p, self.usual):
            churn += term
        if self.priced:
            purchase += reference_price.reference_term(
                state["reference_price"], 0.0, p.reference_effect, p.loss_aversion, self.trip_share
            )
        damage = p.breach_effect * self.breach_left * 2.0 ** (-since / self.breach_half_life)
        purchase += damage / (1.0 - self.trip_share)
        left = self.after.terms(since)
        if "purchase" in left:
            purchase += left["purchase"]
        if "churn" in left:
            churn += left["churn"]
        return purchase, churn

    def pass_time(self, rate: Floats, step: float, usual: Rates) -> None:
        """Move habit and the usual price on, in expectation.

        Parameters
        ----------
        rate : ndarray, shape (m,)
            Purchases per week of whoever is here.
        step : float
            Weeks that pass.
        usual : Rates
            The rates that hold in them when nothing is done.
        """
        p, price = self.life, self.state["reference_price"]
        kept, phases = (1.0 - 1.0 / p.habit_memory_weeks) ** step, self.rates.phases
        bought = chance_of_a_purchase(phases, rate) * usual.here
        approach(self.state["habit"], bought, for_each(kept, bought.size))
        if self.rates.moves:  # what is usual goes with rates that move
            often = chance_of_a_purchase(phases, usual.own) * usual.here
            approach(self.state["usual_habit"], often, for_each(kept, often.size))
        if self.priced:
            self.state["reference_price"] = 1.0 + (price - 1.0) * np.exp(
                -rate * usual.here * step * p.reference_learning
            )


def residual_margin(
    people: People,
    rows: Ints,
    experience: Experience,
    offsets: dict[str, float],
    relaxation: Relaxation,
    gross_margin: float,
    weekly_discount: float,
) -> Floats:
    """Return each active customer's discounted margin after the horizon, in money of week H.

    Parameters
    ----------
    people : dict of ndarray
        Columns at the horizon.
    rows : ndarray of int, shape (m,)
        Active customers.
    experience : Experience
    offsets : dict
        Frozen offsets of purchase (logit) and churn (log hazard).
    relaxation : Relaxation
        Of the states other than satisfaction; it is used up.
    gross_margin : float
        Share of spend.
    weekly_discount : float
        Continuous rate per week, positive.

    Returns
    -------
    ndarray, shape (m,)
        Money; the season is left out, its mean over a year being one.
    """
    margin = people["mean_spend"][rows] * (gross_margin - relaxation.after.given_back)
    drop_out = people["drop_out_rate"][rows]
    total, alive = np.zeros(rows.size), np.ones(rows.size)
    unneeded = forward_buying.trips_saved_later(
        people["stock"][rows], experience.life.stored, experience.life.stock_kept
    )
    for since, step, rate, share, moved in relax(people, rows, experience, offsets, relaxation):
        leaving = drop_out * moved + weekly_discount
        faded = np.exp(-leaving * step)
        if not since:  # what was bought ahead is not bought in the first weeks
            total -= margin * share * unneeded
        earn(total, alive, margin, rate, leaving, faded)
    return total + alive * margin * rate / leaving


def relax(
    people: People,
    rows: Ints,
    experience: Experience,
    offsets: dict[str, float],
    relaxation: Relaxation,
) -> Iterator[tuple[float, int, Floats, Floats, Floats]]:
    """Let the states of customers relax after the horizon (parameters as in `residual_margin`).

    Yields
    ------
    tuple of float, int and three ndarray
        Weeks since the horizon, length of the step that begins there, and what holds in it, of shape
        (m,): expected trips per week, pauses counted, each one's share of the category's trips, and the
        factor on the hazard of leaving.
    """
    p, since = experience.life, 0.0
    satisfaction = people["satisfaction"][rows].copy()
    expectation = people["will_expectation"][rows].copy()
    suits, usual = people["suitability"][rows], usual_encounters(people, rows).astype(float)
    noise, centre = np.sqrt(experience.noise_variance(usual)), experience.centre(usual)
    so_far = people["frequency"][rows].astype(float)
    pull = 1.0 - attitudes.resistance(people, rows, p)
    for step in STEPS:
        # a state that fades counts as in the middle of a step
        eta_purchase, eta_churn = relaxation.terms(since + (step - 1) / 2, (step - 1) / 2)
        eta_purchase += offsets["purchase"] + p.satisfaction_on_purchase * satisfaction
        eta_churn += offsets["churn"] + p.satisfaction_on_churn * satisfaction
        # rates have moved by the time of a week's trips
        usual_rates = relaxation.rates.at(since + (step + 1) / 2)
        share, here = expit(usual_rates.logit_share + eta_purchase), usual_rates.here
        rate = usual_rates.category * share
        yield (
            since,
            step,
            rate * here,
            share,
            hazard_factor(eta_churn, relaxation.removable),
        )
        quality = suits + experience.saturated(relaxation.after.quality(since))
        elsewhere = relaxation.after.elsewhere(since)
        difference = quality - experience.reference(expectation, elsewhere * pull)
        felt = (expected_value(difference, noise, p.loss_aversion) - centre) / experience.scale
        passed = -rate * here * step
        kept = np.exp(passed * experience.weights.of_next(so_far))
        so_far -= passed
        learnt = -np.expm1(passed * p.expectation_learning)
        approach(satisfaction, felt, kept)
        learn(expectation, quality, learnt)
        relaxation.pass_time(rate, step, usual_rates)
        since += step
