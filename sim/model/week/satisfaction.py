r"""From encounters to satisfaction: what was expected, how surprises count, how they are remembered.

An encounter of mean quality x (over the n encounters of a week) is compared with a reference made of
what the customer has come to expect from this firm, W, and of what the market gives elsewhere, M
(0 at week 0; it rises by `expectation_drift` a year and is never offset: standing still loses):

    R = rho W + (1 - rho) M,   d = x - R,   v = d if d > 0 else l d      (l > 1: bad counts more)
    S <- k S + (1 - k) (v - c_n) / s       (k: what n encounters leave, `experience_weights`)
    W <- W + (1 - (1 - a)^n) (x - W)
    c_n = -(l - 1) D_n / sqrt(2 pi),   D_n^2 = V / n + rho^2 a V / (2 - a) + (1 - rho)^2 tau^2

S is in standard deviations of the baseline's customers (s is their spread after the warm-up,
frozen); c_n makes 0 the average customer of the average baseline week. V is the variance of one
encounter, 1 for its small causes plus that of failures. As rho < 1 expectation adapts only in part,
so that a lasting gain in quality lasts in satisfaction. One quality unit is the lasting gain that
raises mean S by one SD: s 2 / ((1 - rho)(1 + l)), from the mean slope of v.

| symbol | parameter | unit |
|---|---|---|
| rho, a | expectation_own_weight, expectation_learning | share, per encounter |
| tau, l | suitability_spread, loss_aversion | SD, 1 |

Sources: oliver1999 (disconfirmation), anderson1993 (asymmetry), bolton1998 (the past), taylor1994
(waiting), knox2014 (recovery). Known limit: no fading of S without encounters.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit, ndtr

from sim.common.calendar import WEEKS_A_YEAR
from sim.common.kernels import encounters as kernels
from sim.common.kernels import for_each, is_each
from sim.common.kernels.sums import largest
from sim.common.random_numbers import Draws, Floats, Ints, normal, poisson
from sim.model.week.experience_weights import ExperienceWeights
from sim.model.week.life_parameters import LifeParameters
from sim.world.population import People

_NUMBERS = 32  # encounters of a week for which laws are tabled ahead
_WARM_UP_PASSES = 70  # of which somebody rare goes through 38 at S = 0: 0.85^38 = .002 is left
_MOST_SATISFIED = 3.0  # SD; who is more so is taken to meet the firm no more often
_WAIT_UNIT_MINUTES = 10.0


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
    weights : ExperienceWeights
        Of first and of later experiences.
    scale : float
        Spread s of satisfaction; set by `warm_up`.
    """

    life: LifeParameters
    failures_per_trip: float
    weights: ExperienceWeights = field(compare=False)  # of arrays; scale follows from them
    scale: float = 1.0
    _by_number: Floats = field(default_factory=lambda: np.zeros((2, 0)), repr=False, compare=False)

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
        between = ((1 - p.expectation_own_weight) * p.suitability_spread) ** 2
        spread = np.sqrt(self.noise_variance(encounters) + between)
        return -(p.loss_aversion - 1) * spread / np.sqrt(2 * np.pi)

    @property
    def usual_failures_kept(self) -> float:
        """Failures of an average trip of the baseline that are not made good."""
        p = self.life
        return self.failures_per_trip * (1 - p.complaint_share * p.failure_recovered)

    def saturated(self, quality_units: Floats | float) -> Floats | float:
        """Return what the levers' quality adds up to, SD of an encounter: gains saturate at the cap."""
        if not is_each(quality_units) and not quality_units:
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
        so_far: Ints,
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
        so_far : ndarray of int, shape (m,)
            Experiences before them.
        elsewhere : ndarray, shape (m,), or float
            What the market gives elsewhere, M, as far as it pulls; it rises where expectations drift.

        Returns
        -------
        tuple of ndarray
            New S and W.
        """
        p, n, elsewhere = self.life, encounters, for_each(elsewhere, encounters.size)
        kept = self.weights.kept(so_far, n)
        laws = kept, self._laws_by_number(largest(n)), p.expectation_own_weight, p.loss_aversion
        after = kernels.after_encounters(
            satisfaction, expectation, quality, n, elsewhere, *laws, self.scale
        )
        return after[0], after[1]

    def _laws_by_number(self, most: int) -> Floats:
        """Return what depends on the number of encounters alone: c_n and 1 - (1 - a)^n."""
        p = self.life
        if self._by_number.shape[1] < most:
            numbers = np.arange(1.0, max(most, _NUMBERS) + 1)
            learnt = 1 - (1 - p.expectation_learning) ** numbers
            self._by_number = np.stack([self.centre(numbers), learnt])
        return self._by_number

    def warm_up(
        self,
        people: People,
        rows: NDArray[np.int64],
        scored: NDArray[np.bool_],
        draws: Draws,
    ) -> None:
        """Bring customers' attitudes to where the baseline keeps them, and freeze the scale.

        Encounters, not weeks, are gone through, so that rare buyers arrive as well, each at the weight
        that an experience has for them today. Nothing but attitudes moves. Week 0 is any week, not one
        after an encounter: who is dissatisfied comes less often, and so stays dissatisfied for longer.
        In each pass a customer therefore meets the firm with a chance in proportion to that of a week
        at the S reached so far, and as often in it; the states of this chain are as frequent as those
        of a run at a random time (Ross 1996, on semi-Markov processes, from memory).

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
        suits, so_far = people["suitability"][rows], people["frequency"][rows].astype(np.int64)
        satisfaction, expectation = np.zeros(rows.size), suits.copy()
        choice, category = logit(people["base_share"][rows]), people["category_rate"][rows]
        most = -np.expm1(-self._rate(choice, category, _MOST_SATISFIED))
        some = np.flatnonzero(scored[rows])
        chances: NDArray[np.floating] = np.zeros(0)
        harms = chances
        for turn in range(_WARM_UP_PASSES):
            rate = self._rate(choice, category, satisfaction)
            meets = -np.expm1(-rate) / most
            uniform = draws.uniform("warm-up turn", turn, rows=rows)
            go = np.flatnonzero(uniform < meets)
            none = np.exp(-rate[go])
            n = poisson(none + uniform[go] / meets[go] * (1.0 - none), rate[go])
            if (most_met := int(largest(n))) >= chances.size:
                chances, harms = self._failures_among(np.arange(max(most_met, _NUMBERS) + 1))
            noise = normal(draws.uniform("warm-up encounter", turn, rows=rows[go])) / np.sqrt(n)
            failed = draws.uniform("warm-up failure", turn, rows=rows[go]) < chances[n]
            quality = suits[go] + self.usual_failure_harm + noise - np.where(failed, harms[n], 0.0)
            satisfaction[go], expectation[go] = self.after_encounters(
                satisfaction[go], expectation[go], quality, n, so_far[go]
            )
            spread = float(satisfaction[some].std()) if some.size else 0.0
            if spread > 0.0:
                self.scale *= spread
                satisfaction /= spread
        people["satisfaction"][rows] = satisfaction
        people["will_expectation"][rows] = expectation

    def _rate(self, choice: Floats, category: Floats, satisfaction: Floats | float) -> Floats:
        """Return the encounters a week of each at a satisfaction, SD, as the baseline has them."""
        rate: Floats = category * expit(choice + self.life.satisfaction_on_purchase * satisfaction)
        return np.maximum(rate, 1e-9)

    def _failures_among(self, n: Ints) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
        """Return the chance that some of n encounters fail, and their mean harm over all n if so."""
        life = self.life
        chance = 1 - (1 - self.failures_per_trip) ** n
        expected = n * self.failures_per_trip / np.maximum(chance, 1e-300)  # a firm may never fail
        mended = 1 - life.complaint_share * life.failure_recovered
        return chance, life.failure_damage * expected * mended / np.maximum(n, 1)


def expectation_elsewhere(drift_per_year: float, week: float) -> float:
    """Return what the market gives elsewhere, M, SD of an encounter: it drifts up from week 0."""
    return drift_per_year * week / WEEKS_A_YEAR


def usual_encounters(people: People, rows: NDArray[np.int64]) -> Ints:
    """Return the usual number of encounters in a week with at least one, rounded."""
    rate = people["category_rate"][rows] * people["base_share"][rows]
    return np.maximum(1, np.rint(rate / -np.expm1(-np.maximum(rate, 1e-9)))).astype(np.int64)
