"""What a trial taught of a number is told from what chance would do; the others keep their ranges.

Serves: C3.4
"""

from functools import lru_cache

import numpy as np
import pytest
from scipy import stats
from worlds import FALSE_ALARM as FAILS

from sim.evidence.own import parameters_for
from sim.evidence.parameters import pert_quantile
from sim.experiment.latin_hypercube import spread
from sim.experiment.taught import FALSE_ALARM, taught
from sim.experiment.uncertain_values import uncertain
from sim.market.learned import Foretold, Learned, Plan, Tried
from sim.market.market import load_market
from sim.report.comparison.learned import known_better
from sim.report.phrases import in_language

FUTURES = 600
NIL = Foretold(mean=0.0, low=0.0, high=0.0)
TRIED = Tried(
    name="balanced", strategy="balanced", title="Balanced", finding="F01", day="2026-11-29", weeks=26,
    tried=900, control=880, difference=-1.5, error=4.0, gain=5e5, before=NIL, after=NIL,
)  # fmt: skip
MARKET = load_market("grocery")
ROWS = parameters_for(MARKET).rows


def _told(weights, levers=(), idle=None, seed=14):
    """Return what is known of a market whose trials left such weights."""
    weights, idle = np.asarray(weights), np.zeros(len(weights)) if idle is None else idle
    plan = Plan(levers=list(levers), idle=idle.tolist())
    learned = Learned(
        seed=seed, market="", parameters="", trials=[TRIED], plans={"balanced": plan},
        weights=(weights / weights.sum()).tolist(),
    )  # fmt: skip
    market = MARKET.model_copy(update={"learned": learned})
    return market, taught(market, ROWS)


@pytest.mark.parametrize("futures", [200, 400, 1_000, 1_500])
def test_where_a_trial_tells_nothing_numbers_are_called_informed_as_seldom_as_stated(
    futures, monkeypatch
):
    """Whatever futures are worth: nearly as many equal ones, as a weak trial leaves, or a tenth."""
    monkeypatch.setattr("sim.experiment.taught.spread", lru_cache(maxsize=None)(spread))
    rng, cases, alarms = np.random.default_rng(futures), 20, dict.fromkeys((1e-4, 0.1, 0.7, 1.5), 0)
    for seed in range(cases):
        for strength in alarms:
            weights = np.exp(strength * rng.normal(size=futures))
            alarms[strength] += bool(_told(weights, seed=seed)[1].informed)
    most = stats.binom.isf(FAILS / len(alarms), cases, FALSE_ALARM)
    assert max(alarms.values()) <= most, alarms


@pytest.mark.parametrize("futures", [200, 400, 1_000, 1_500])
def test_a_number_that_drives_the_weights_is_found(futures):
    """Of all uncertain numbers, by weights that leave about a third of its law."""
    address = "market.gross_margin"
    weights = stats.norm.pdf(spread(address, futures, 14), 0.3, 0.1)
    assert _told(weights)[1].informed[0].address == address


def test_equal_weights_teach_nothing():
    for futures in (200, 1_000, 1_500):
        assert not _told(np.ones(futures))[1].informed


def test_of_two_futures_nothing_can_be_told():
    assert not _told([0.9, 0.1])[1].informed


def test_a_number_that_moved_is_known_better_only_where_its_law_is_narrower():
    address = "market.gross_margin"
    ends = np.abs(spread(address, FUTURES, 14) - 0.5) > 0.3
    market, known = _told(np.where(ends, 1.0, 0.02))
    (one,) = known.informed
    assert one.address == address and one.narrower < 0
    assert "Known better" not in known_better(market, known)
    assert "Moved by it, though no narrower: 1 of" in known_better(market, known)
    with in_language("zh"):
        assert "没有收窄" in known_better(market, known)


def test_the_number_that_a_trial_tells_of_has_the_law_that_theory_gives_it():
    """Futures count by a normal law of one place: it follows that law, cut at 0 and 1."""
    address = "market.gross_margin"
    low, likely, high = uncertain(MARKET, ROWS)[address]
    middle, sd = 0.7, 0.1
    market, known = _told(stats.norm.pdf(spread(address, FUTURES, 14), middle, sd))
    (one,) = [each for each in known.informed if each.address == address]
    assert known.informed[0] == one and known.uncertain > 100
    cut = stats.truncnorm(-middle / sd, (1 - middle) / sd, middle, sd)
    for end, before, now in zip((0.05, 0.95), one.before, one.now, strict=True):
        apart = 1 / FUTURES  # a place stands within its slice of the law
        for found, place in ((before, end), (now, float(cut.ppf(end)))):
            ends = (max(place - 2 * apart, 0.0), min(place + 2 * apart, 1.0))
            least, most = (pert_quantile(u, low, likely, high) for u in ends)
            assert least <= found <= most
    assert one.narrower > 0.5
    assert "gross margin" in known_better(market, known)
    with in_language("zh"):
        assert "更确知" in known_better(market, known)


def test_a_number_of_a_lever_that_was_tried_is_judged_where_it_acts():
    address = next(one for one in uncertain(MARKET, ROWS) if one.startswith("service_quality."))
    low, likely, high = uncertain(MARKET, ROWS)[address]
    idle = np.where(spread(address, FUTURES, 14) < 0.5, 1.0, 0.0)
    _, known = _told(np.ones(FUTURES), ["service_quality"], idle)
    (one,) = known.informed
    assert one.address == address and one.now[0] >= pert_quantile(0.5, low, likely, high)
    _, elsewhere = _told(np.ones(FUTURES), ["incentives"], idle)
    assert not [each for each in elsewhere.informed if each.address == address]


def test_nothing_is_told_of_a_market_without_a_trial():
    assert taught(MARKET, ROWS) is None
    market, known = _told(np.ones(FUTURES))
    assert not known.informed and "none is known better" in known_better(market, known)
