r"""From encounters to satisfaction: what was expected, how surprises count, how they are remembered.

An encounter of mean quality x (over the n encounters of a week) is compared with a reference made of
what the customer has come to expect from this firm, W, and of what the market gives elsewhere, M
(0 at week 0; it rises by `expectation_drift` a year and is never offset: standing still loses):

    R = rho W + (1 - rho) M,   d = x - R,   v = d if d > 0 else l d      (l > 1: bad counts more)
    S <- w^n S + (1 - w^n) (v - c_n) / s
    W <- W + (1 - (1 - a)^n) (x - W)
    c_n = -(l - 1) D_n / sqrt(2 pi),   D_n^2 = V / n + rho^2 a V / (2 - a) + (1 - rho)^2 tau^2

S is in standard deviations of the baseline's customers (s is their spread after the warm-up, frozen);
c_n makes 0 the average customer of the average baseline week. V is the variance of one encounter, 1
for its many small causes plus that of failures. With rho < 1 expectation adapts only in part, so that a
lasting gain in quality lasts in satisfaction. One quality unit is the lasting gain that raises mean S
by one SD: s 2 / ((1 - rho)(1 + l)), from the mean slope (1 + l) / 2 of v at zero.

| symbol | parameter | unit |
|---|---|---|
| rho, a | expectation_own_weight, expectation_learning | share, per encounter |
| tau, l, w | fit_spread, loss_aversion, satisfaction_memory | SD, 1, per encounter |

Sources: expectation and disconfirmation (oliver1999), asymmetry (anderson1993), weight of the past
(bolton1998), waiting (taylor1994), recovery (knox2014). Known limit: no fading of S without encounters.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from scipy.special import ndtr

from sim.common.calendar import WEEKS_A_YEAR
from sim.common.kernels import encounters as kernels
from sim.common.kernels import for_each
from sim.common.kernels.sums import largest
from sim.common.random_numbers import Draws, Floats, Ints, normal
from sim.levers.base import Schema
from sim.world.population import People

_NUMBERS = 32  # encounters of a week for which laws are tabled ahead
_WARM_UP_PASSES = 40  # 0.85^40 = .0015 of the start is left
_WAIT_UNIT_MINUTES = 10.0


class LifeParameters(Schema):
    """How people behave in a market in which the firm does nothing new."""

    loss_aversion: float = Field(ge=1, description="weight of bad over good surprises, 1")
    expectation_own_weight: float = Field(ge=0, lt=1, description="own against market, share")
    expectation_learning: float = Field(gt=0, le=1, description="speed of W, per encounter")
    fit_spread: float = Field(ge=0, description="SD of fit between people, SD of an encounter")
    satisfaction_memory: float = Field(gt=0, lt=1, description="weight of the past, per encounter")
    satisfaction_on_purchase: float = Field(description="logit of share per SD of S")
    satisfaction_on_churn: float = Field(description="log hazard per SD of S")
    stored: float = Field(ge=0, le=1, description="extra trips that are bought ahead, share")
    stock_kept: float = Field(gt=0, lt=1, description="stock left after a week, share")
    promotion_switching: float = Field(gt=0, le=1, description="extra trips from rivals, share")
    reference_effect: float = Field(ge=0, description="log share per log price below the usual, 1")
    reference_learning: float = Field(gt=0, le=1, description="speed of the usual price, per trip")
    trust_damage: float = Field(ge=0, description="loss by a failure not made good, SD")
    trust_half_life_weeks: float = Field(gt=0, description="time in which half is mended, weeks")
    trust_on_purchase: float = Field(ge=0, description="logit of share per SD of trust")
    trust_on_churn: float = Field(le=0, description="log hazard per SD of trust")
    attachment_build: float = Field(ge=0, description="gain by a relevant touch, SD")
    attachment_half_life_weeks: float = Field(gt=0, description="time in which half fades, weeks")
    attachment_on_purchase: float = Field(ge=0, description="logit of share per SD of attachment")
    attachment_on_churn: float = Field(description="log hazard per SD of attachment")
    attachment_resists: float = Field(ge=0, le=1, description="rivals' pull taken away, share")
    habit_memory_weeks: float = Field(ge=1, description="how long a purchase counts, weeks")
    habit_on_purchase: float = Field(ge=0, description="logit of share per share of weeks")
    fatigue_half_life_weeks: float = Field(gt=0, description="time to forget a message, weeks")
    fatigue_scale: float = Field(gt=0, description="messages that cost two thirds of attention")
    fatigue_on_purchase: float = Field(ge=0, description="loss of logit of share at that many")
    fatigue_on_churn: float = Field(ge=0, description="gain of log hazard at that many")
    purchase_cap: float = Field(gt=0, description="most that levers lift together, logit of share")
    churn_cap: float = Field(gt=0, description="most that levers spare together, log hazard")
    spend_cap: float = Field(gt=0, description="most that levers lift together, log spend")
    breach_effect: float = Field(le=0, description="log of own sales in the week of a breach")
    breach_half_life_weeks: float = Field(gt=0, description="time to forget half of it, weeks")
    breach_softened: float = Field(ge=0, le=1, description="damage that openness spares, share")
    breach_trust_loss: float = Field(ge=0, description="trust that a breach costs, SD")
    quality_cap: float = Field(gt=0, description="most that all levers deliver, quality units")
    failure_damage: float = Field(ge=0, description="harm of a failure, SD of an encounter")
    complaint_share: float = Field(ge=0, le=1, description="failures complained about, share")
    failure_recovered: float = Field(ge=0, le=1, description="harm mended by handling, share")
    wait_effect: float = Field(le=0, description="SD per unit of ln(1 + wait / 10 minutes)")
    talk_rate: float = Field(ge=0, le=1, description="customers who talk in a week, share")
    talk_intercept: float = Field(description="log odds of praise at S = 0, 1")
    talk_slope: float = Field(ge=0, description="change of it per SD of S, 1")
    negative_talk_weight: float = Field(ge=0, description="impact of blame over praise, 1")
    talk_memory_weeks: float = Field(ge=1, description="carry-over of what was heard, weeks")
    mean_ties: float = Field(gt=0, description="people who hear one customer, people")
    ties_spread: float = Field(ge=0, description="SD of the log of that number, 1")
    referral_conversion: float = Field(ge=0, le=1, description="friends who join, share")
    referred_churn: float = Field(description="log hazard of a referred customer, 1")
    contagion_ratio: float = Field(ge=1, description="hazard ratio per tie just lost, 1")
    contagion_weeks: float = Field(ge=1, description="how long a loss is felt, weeks")
    survey_intercept: float = Field(description="log odds of answering at S = 0, 1")
    survey_extremity: float = Field(ge=0, description="change of it per SD of |S|, 1")
    survey_noise: float = Field(ge=0, description="SD of an answer around S, SD")
    csat_threshold: float = Field(description="answer above which a customer is satisfied, SD")
    promoter_threshold: float = Field(description="answer above which one is a promoter, SD")
    detractor_threshold: float = Field(description="answer below which one is a detractor, SD")


def expected_value(mean: Floats, spread: Floats, loss_aversion: float) -> Floats:
    """Return the mean of `value_of` over a normal difference.

    Parameters
    ----------
    mean, spread : ndarray
        Of the difference; spread positive.
    loss_aversion : float

    Returns
    -------
    ndarray
        mean - (l - 1) E[max(-d, 0)].
    """
    score = mean / spread
    peak, below = np.exp(-0.5 * score**2), ndtr(-score)
    return kernels.expected_value(mean, spread, peak, below, loss_aversion)


@dataclass
class Experience:
    """Turns a week's encounters into satisfaction.

    Parameters
    ----------
    life : LifeParameters
    failures_per_trip : float
        Of the baseline.
    scale : float
        Spread s of satisfaction; set by `warm_up`.
    """

    life: LifeParameters
    failures_per_trip: float
    scale: float = 1.0
    _by_number: Floats = field(default_factory=lambda: np.zeros((3, 0)), repr=False, compare=False)

    @property
    def encounter_variance(self) -> float:
        """Variance V of one encounter: 1 plus that of failures."""
        failures = self.failures_per_trip * (1 - self.failures_per_trip)
        return 1.0 + failures * self.life.failure_damage**2

    @property
    def quality_unit(self) -> float:
        """Lasting quality that raises mean satisfaction by one SD, in SD of an encounter."""
        p = self.life
        return self.scale * 2 / ((1 - p.expectation_own_weight) * (1 + p.loss_aversion))

    @property
    def usual_failure_harm(self) -> float:
        """Harm of failures that an average trip of the baseline brings, SD of an encounter."""
        p = self.life
        mended = p.complaint_share * p.failure_recovered
        return self.failures_per_trip * p.failure_damage * (1 - mended)

    def reference(self, expectation: Floats, elsewhere: Floats | float) -> Floats:
        """Return the reference R = rho W + (1 - rho) M that an encounter is compared with."""
        own = self.life.expectation_own_weight
        return own * expectation + (1 - own) * elsewhere

    def noise_variance(self, encounters: Floats) -> Floats:
        """Return the variance of the difference d around a person's own mean, for n encounters a week."""
        p = self.life
        remembered = p.expectation_own_weight**2 * p.expectation_learning
        return self.encounter_variance * (
            1.0 / encounters + remembered / (2 - p.expectation_learning)
        )

    def centre(self, encounters: Floats) -> Floats:
        """Return c_n, the mean value of an average baseline week with n encounters."""
        p = self.life
        between = ((1 - p.expectation_own_weight) * p.fit_spread) ** 2
        spread = np.sqrt(self.noise_variance(encounters) + between)
        return -(p.loss_aversion - 1) * spread / np.sqrt(2 * np.pi)

    @property
    def usual_failures_kept(self) -> float:
        """Failures of an average trip of the baseline that are not made good."""
        p = self.life
        return self.failures_per_trip * (1 - p.complaint_share * p.failure_recovered)

    def saturated(self, quality_units: Floats | float) -> Floats | float:
        """Return what the levers' quality adds up to, SD of an encounter: gains saturate at the cap."""
        if np.ndim(quality_units) == 0 and not quality_units:
            return 0.0
        cap = self.life.quality_cap
        gain = -cap * np.expm1(-np.maximum(quality_units, 0.0) / cap)
        return self.quality_unit * (gain + np.minimum(quality_units, 0.0))

    def wait_harm(self, minutes: float) -> float:
        """Return the effect of a wait on the encounter (0 or negative), SD; concave in the wait."""
        return self.life.wait_effect * float(np.log1p(minutes / _WAIT_UNIT_MINUTES))

    def after_encounters(
        self,
        satisfaction: Floats,
        expectation: Floats,
        quality: Floats,
        encounters: Ints,
        elsewhere: Floats | float = 0.0,
    ) -> tuple[Floats, Floats]:
        """Return satisfaction and expectation after a week's encounters.

        Parameters
        ----------
        satisfaction, expectation : ndarray, shape (m,)
            S and W before.
        quality : ndarray, shape (m,)
            Mean quality x of the encounters.
        encounters : ndarray of int, shape (m,)
            Their number n, at least 1.
        elsewhere : ndarray, shape (m,), or float
            What the market gives elsewhere, M, as far as it pulls; it rises where expectations drift.

        Returns
        -------
        tuple of ndarray
            New S and W.
        """
        p, n, elsewhere = self.life, encounters, for_each(elsewhere, encounters.size)
        laws = self._laws_by_number(largest(n)), p.expectation_own_weight, p.loss_aversion
        after = kernels.after_encounters(
            satisfaction, expectation, quality, n, elsewhere, *laws, self.scale
        )
        return after[0], after[1]

    def _laws_by_number(self, most: int) -> Floats:
        """Return what depends on the number of encounters alone: c_n, w^n and 1 - (1 - a)^n."""
        p = self.life
        if self._by_number.shape[1] < most:
            numbers = np.arange(1.0, max(most, _NUMBERS) + 1)
            learnt = 1 - (1 - p.expectation_learning) ** numbers
            kept = p.satisfaction_memory**numbers
            self._by_number = np.stack([self.centre(numbers), kept, learnt])
        return self._by_number

    def warm_up(
        self,
        people: People,
        rows: NDArray[np.int64],
        scored: NDArray[np.bool_],
        draws: Draws,
    ) -> None:
        """Bring customers' attitudes to where the baseline keeps them, and freeze the scale.

        Encounters, not weeks, are gone through, so that rare buyers arrive as well. Nothing but
        attitudes moves.

        Parameters
        ----------
        people : dict of ndarray
            Columns; `satisfaction` and `will_expectation` are written.
        rows : ndarray of int
            Known customers.
        scored : ndarray of bool, shape (people,)
            Those whose spread in satisfaction becomes the unit.
        draws : Draws
        """
        n = usual_encounters(people, rows)
        mean, root = people["fit"][rows] + self.usual_failure_harm, np.sqrt(n)
        chance, harm = self._failures_among(n)
        satisfaction, expectation = np.zeros(rows.size), people["fit"][rows].copy()
        for turn in range(_WARM_UP_PASSES):
            noise = normal(draws.uniform("warm-up encounter", turn, rows=rows)) / root
            failed = draws.uniform("warm-up failure", turn, rows=rows) < chance
            quality = mean + noise - np.where(failed, harm, 0.0)
            satisfaction, expectation = self.after_encounters(satisfaction, expectation, quality, n)
        spread = satisfaction[scored[rows]].std() if scored.any() else 0.0
        self.scale = float(spread) if spread > 0 else 1.0
        people["satisfaction"][rows] = satisfaction / self.scale
        people["will_expectation"][rows] = expectation

    def _failures_among(self, n: Ints) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
        """Return the chance that some of n encounters fail, and their mean harm over all n if so."""
        life = self.life
        numbers = np.arange(n.max(initial=0) + 1)
        chance = (1 - (1 - self.failures_per_trip) ** numbers)[n]
        expected = n * self.failures_per_trip / np.maximum(chance, 1e-300)  # a firm may never fail
        mended = 1 - life.complaint_share * life.failure_recovered
        return chance, life.failure_damage * expected * mended / n


def expectation_elsewhere(drift_per_year: float, week: float) -> float:
    """Return what the market gives elsewhere, M, SD of an encounter: it drifts up from week 0."""
    return drift_per_year * week / WEEKS_A_YEAR


def usual_encounters(people: People, rows: NDArray[np.int64]) -> Ints:
    """Return the usual number of encounters in a week with at least one, rounded."""
    rate = people["category_rate"][rows] * people["base_share"][rows]
    return np.maximum(1, np.rint(rate / -np.expm1(-np.maximum(rate, 1e-9)))).astype(np.int64)
