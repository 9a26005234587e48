"""Law B: rates that move. Customers drift, change their ways, pause, and leave in two manners.

A customer buys at a rate lambda ~ Gamma(r, alpha) a week that drifts (its log by `drift` in variance a
week, without a trend in the rate) and is drawn anew at rate `redraw` a week. A share `quick` of customers
goes away at hazard `quick_hazard`, the others at the lower `slow_hazard`; whoever is away comes back at
hazard `back`, which covers pauses, with a rate drawn anew. Purchases are days by chance (binomial) or
regular (Erlang), whichever gives what was seen up to the end of calibration the higher likelihood.

The rates stand on a grid, their drift is a birth-and-death process on it that keeps the mean, and hidden
states of customers are filtered from counts by steps of some weeks (`rate_filter`).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy.linalg import expm, expm_frechet
from scipy.optimize import minimize
from scipy.special import gammainc

from sim.calibration.forecast.histories import Histories
from sim.calibration.forecast.one_thread import one_thread
from sim.calibration.forecast.prediction import Predict, Prediction, finished
from sim.calibration.forecast.rate_filter import Known, Moves, RateFilter
from sim.calibration.forecast.rate_horizon import StateForecast
from sim.calibration.forecast.step_counts import StepCounts, count_steps, step_days

#: Rates of the grid; customers that the law is fitted on, when there are more.
_RATES, _FITTED = 30, 3_000
#: Rates are spaced evenly in their log, but for those far below this one (per week).
_EVEN_BELOW = 0.015
NAMES = ("r", "alpha", "drift", "redraw", "quick", "quick_hazard", "slow_hazard", "back")
#: Where a fit begins and what it is weakly drawn to (r and alpha: see `_usual`), and how weakly: standard
#: deviations of a log. A log of few customers says little of drift and pauses.
_USUAL = (0.002, 0.001, 0.27, 0.1, 0.005, 0.002)
WEAKLY = 2.5
_DIFFERENCE = 1e-4
#: A loss of the parameters on the scale of the fit, with its gradient.
Loss = Callable[[np.ndarray], tuple[float, np.ndarray]]
#: By so much the log-likelihood must rise for a more regular law: what one parameter gains by chance.
_WORTH = 2.0
#: Numbers of phases that are tried, one after the other, as long as each is better than the last.
_PHASES = (1, 2, 3)
#: Most steps of a fit; after so many first ones a law that lags by more than `_HOPELESS` is given up.
_STEPS, _FIRST, _HOPELESS = 300, 10, 20.0


@dataclass(frozen=True)
class MovingRates:
    """A fitted law of moving rates.

    Attributes
    ----------
    parameters : dict of str to float
        By `NAMES`; rates and hazards per week.
    phases : int
        1 for days by chance, more for regular purchases.
    rate : numpy.ndarray
        The grid, per week.
    days : int
        Days of a step of the filter.
    likelihoods : dict of int to float
        Log-likelihood by the number of phases tried, of the customers fitted on.
    """

    parameters: dict[str, float]
    phases: int
    rate: np.ndarray
    days: int
    likelihoods: dict[int, float]

    def described(self) -> dict[str, object]:
        """Return parameters, and why purchases are taken to be regular or not."""
        kinds = {1: "binomial days"} | {k: f"Erlang-{k}" for k in _PHASES[1:]}
        found = {kinds[k]: round(value, 2) for k, value in self.likelihoods.items()}
        return self.parameters | {
            "regularity": kinds[self.phases],
            "regularity_reason": "the highest likelihood within calibration, by more than chance",
            "log_likelihoods": found,
        }

    def ahead(self, weeks: int, most: int) -> Predict:
        """Prepare the forecast of the weeks ahead."""
        logs = scale_of_fit(self.parameters)
        step, week = (moves_of(logs, self.rate, days / 7.0) for days in (self.days, 7))
        horizon = StateForecast.of(week, self.rate, self.phases, weeks, most)

        def predict(histories: Histories) -> Prediction:
            counts, known = self._filtered(histories, step)
            state = _flat(known)
            means, squares = state @ horizon.mean, state @ horizon.square
            customers = counts.customers.astype(float)
            gone = known.away.sum(axis=0, dtype=float)
            pmf = finished(state @ horizon.counts)
            return Prediction(
                pmf[counts.inverse],
                means.sum(axis=1, dtype=float)[counts.inverse],
                np.clip(1.0 - gone, 0.0, 1.0)[counts.inverse],
                customers @ means,
                customers @ (squares - means**2),
            )

        return predict

    def at(self, logs: np.ndarray) -> "MovingRates":
        """Return the law with other parameters, on the scale of the fit."""
        values = dict(zip(NAMES, _natural(logs).tolist(), strict=True))
        return replace(self, parameters=values)

    def known_at_end(self, histories: Histories) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return what is known of customers at the end of calibration, quick ones first.

        Returns
        -------
        here, away, inverse : numpy.ndarray
            Probabilities by kind, course and rate, shape (2, n, S); of being away, (2, n); and the course
            of each customer.
        """
        step = moves_of(scale_of_fit(self.parameters), self.rate, self.days / 7.0)
        counts, known = self._filtered(histories, step)
        return known.here.sum(axis=2), known.away, counts.inverse

    def _filtered(self, histories: Histories, step: Moves) -> tuple[StepCounts, Known]:
        """Return courses of purchases, and what is known of them at the end."""
        counts = count_steps(histories, self.days)
        return counts, RateFilter(counts, self.rate, self.days, self.phases).forward(step)[1]


def _flat(known: Known) -> np.ndarray:
    """Return states in one row per course: class by class, phase by phase, rates and then away."""
    classes, n = known.away.shape
    rows = [np.c_[known.here[c].reshape(n, -1), known.away[c]] for c in range(classes)]
    return np.concatenate(rows, axis=1)


def scale_of_fit(parameters: dict[str, float]) -> np.ndarray:
    """Return parameters on the scale of the fit: logs, and the log odds of the share."""
    values = np.array([parameters[name] for name in NAMES])
    logs = np.log(values)
    logs[4] -= np.log1p(-values[4])
    return logs


def _natural(logs: np.ndarray) -> np.ndarray:
    """Return the parameters from the scale of the fit, within what a grid can bear."""
    logs = np.clip(logs, -12.0, 8.0)
    values = np.exp(logs)
    values[4] /= 1.0 + values[4]
    values[5:] = np.minimum(values[5:], 3.0)
    values[6] = min(values[5], values[6])
    return values


def moves_of(logs: np.ndarray, rate: np.ndarray, weeks: float) -> Moves:
    """Return how states move in so many weeks (arguments as `_flows`)."""
    start, flows = _flows(logs, rate)
    return Moves(start, np.array([expm(flow * weeks) for flow in flows]))


def _flows(logs: np.ndarray, rate: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return who customers are at first, and the rates at which states move, by class.

    Parameters
    ----------
    logs : numpy.ndarray
        Parameters on the scale of the fit; shape (8,).
    rate : numpy.ndarray
        The grid; shape (S,).

    Returns
    -------
    start, flows : numpy.ndarray
        Shapes (2, S) and (2, S + 1, S + 1), per week: customers who are quick to go, and the others.
    """
    r, alpha, drift, redraw, quick, *hazards, back = _natural(logs)
    edges = np.sqrt(rate[1:] * rate[:-1])
    fresh = np.diff(np.r_[0.0, gammainc(r, alpha * edges), 1.0])
    n = len(rate)
    flow = np.zeros((n + 1, n + 1))
    down, up = rate[1:-1] - rate[:-2], rate[2:] - rate[1:-1]
    inner = np.arange(1, n - 1)
    # Second differences on an uneven grid: the mean stays, the variance grows by drift * rate^2.
    flow[inner, inner + 1] = np.minimum(drift * rate[1:-1] ** 2 / (up * (up + down)), 20.0)
    flow[inner, inner - 1] = np.minimum(drift * rate[1:-1] ** 2 / (down * (up + down)), 20.0)
    flow[:n, :n] += redraw * fresh
    flow[n, :n] = back * fresh
    made = []
    for hazard in hazards:
        flow[:n, n] = hazard
        np.fill_diagonal(flow, 0.0)
        np.fill_diagonal(flow, -flow.sum(axis=1))
        made.append(flow.copy())
    return np.outer([quick, 1.0 - quick], fresh), np.array(made)


def rate_grid(histories: Histories) -> np.ndarray:
    """Return the rates of the grid, up to somewhat above the busiest customer's."""
    busiest = ((histories.frequency + 2.0) / np.maximum(histories.observed, 2.0)).max()
    low, high = 5e-4 + _EVEN_BELOW, float(np.clip(1.4 * busiest, 0.3, 12.0)) + _EVEN_BELOW
    edges = np.geomspace(low, high, _RATES + 1) - _EVEN_BELOW
    return np.sqrt(edges[1:] * edges[:-1])


@one_thread()
def fit_moving_rates(histories: Histories, phases: int | None = None) -> MovingRates:
    """Fit the law of moving rates, on a sample where customers are many.

    Parameters
    ----------
    histories : Histories
    phases : int, optional
        How regular purchases are; chosen by likelihood without it.
    """
    sample = histories.sample(_FITTED)
    days = step_days((int(sample.first_ago.max()) + 1) / 7.0)
    rate = rate_grid(histories)
    counts = count_steps(sample, days)
    usual = _usual(sample)
    chosen = phases or _PHASES[0]
    hidden = RateFilter(counts, rate, days, chosen)
    best, found = _fit(hidden, rate, days, usual, usual, _STEPS)
    tried = {chosen: found}
    for more in _PHASES[1:] if phases is None else ():
        hidden = RateFilter(counts, rate, days, more)
        logs, tried[more] = _fit(hidden, rate, days, usual, best, _FIRST)
        if tried[more] > found - _HOPELESS:
            logs, tried[more] = _fit(hidden, rate, days, usual, logs, _STEPS)
        if tried[more] < found + _WORTH:
            break
        best, found, chosen = logs, tried[more], more
    values = dict(zip(NAMES, _natural(best).tolist(), strict=True))
    return MovingRates(values, chosen, rate, days, tried)


def _usual(histories: Histories) -> np.ndarray:
    """Return where a fit begins, on its scale: rates of about the size of those seen."""
    rate = max(float(histories.frequency.sum()), 1.0) / float(histories.observed.sum())
    values = dict(zip(NAMES, (0.6, 0.6 / rate, *_USUAL), strict=True))
    return scale_of_fit(values)


def _fit(
    hidden: RateFilter,
    rate: np.ndarray,
    days: int,
    usual: np.ndarray,
    begin: np.ndarray,
    steps: int,
) -> tuple[np.ndarray, float]:
    """Return the parameters of the highest likelihood (scale of the fit), and its log.

    It goes on to the maximum itself: where it stops earlier is a matter of rounding, so that another
    processor would give other parameters.
    """
    loss = _loss(hidden, rate, days, usual)
    options = {"maxiter": steps, "ftol": 1e-13, "gtol": 1e-8, "maxcor": 20}
    made = minimize(loss, begin, jac=True, method="L-BFGS-B", options=options)
    likely, _ = hidden.forward(moves_of(made.x, rate, days / 7.0))
    return made.x, float(hidden.counts.customers @ likely)


def loss_of(histories: Histories, rate: np.ndarray, phases: int) -> tuple[Loss, float]:
    """Return what a fit makes small (arguments as of the fit), and how many customers it is of."""
    sample = histories.sample(_FITTED)
    days = step_days((int(sample.first_ago.max()) + 1) / 7.0)
    hidden = RateFilter(count_steps(sample, days), rate, days, phases)
    return _loss(hidden, rate, days, _usual(sample)), float(len(sample))


def _loss(hidden: RateFilter, rate: np.ndarray, days: int, usual: np.ndarray) -> Loss:
    """Return minus the penalised log-likelihood per customer, and its gradient, on the scale of a fit."""
    customers = float(hidden.counts.customers.sum())

    def loss(logs: np.ndarray) -> tuple[float, np.ndarray]:
        kept: list = []
        law = moves_of(logs, rate, days / 7.0)
        likely, _ = hidden.forward(law, kept)
        off = (logs - usual) / WEAKLY
        slope = off / WEAKLY - _slope(logs, rate, days / 7.0, hidden.gradient(law, kept))
        value = 0.5 * off @ off - float(hidden.counts.customers @ likely)
        return value / customers, slope / customers

    return loss


def _slope(logs: np.ndarray, rate: np.ndarray, weeks: float, lean: Moves) -> np.ndarray:
    """Return how the log-likelihood leans on each parameter, from how it leans on starts and moves.

    What leans on exp(A) by G leans on A by the derivative of the exponential at A', in direction G
    (Najfeld & Havel 1995); from there to the parameters by small differences.
    """
    _, flows = _flows(logs, rate)
    pairs = zip(flows, lean.moves, strict=True)
    by_flow = np.array([expm_frechet((f * weeks).T, g, compute_expm=False) for f, g in pairs])
    slope = np.empty(len(logs))
    for i, shift in enumerate(np.eye(len(logs)) * _DIFFERENCE):
        (more, faster), (less, slower) = _flows(logs + shift, rate), _flows(logs - shift, rate)
        change = (lean.start * (more - less)).sum() + weeks * (by_flow * (faster - slower)).sum()
        slope[i] = change / (2.0 * _DIFFERENCE)
    return slope
