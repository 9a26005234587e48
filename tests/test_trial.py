"""The trial to run first: how many it takes, when it stops, what it is worth, and how that is told.

Serves: C3.4
"""

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats
from typer.testing import CliRunner
from worlds import GAMMA_GAMMA, LOG_NORMAL, Z_LIMIT, with_spend

import sim.analysis.judged  # noqa: F401 - before what it reads is replaced below
from sim.analysis import trial as trials
from sim.analysis.margin_spread import margin_spread
from sim.analysis.trial import (
    AT_END,
    ERROR,
    FIRST_LOOK,
    POWER,
    Trial,
    _told,
    customers_of_an_arm,
    trial_of,
    warning_of,
)
from sim.analysis.value_of_information import loss
from sim.cli.main import app
from sim.common.formatting import money
from sim.common.results import MANIFEST
from sim.experiment.trial_design import LEAST_PAIRS, pairs_of_places
from sim.market.market import load_market
from sim.report.comparison.content import build_content
from sim.report.comparison.trial import trial_section
from sim.report.documents.brief import build_brief
from sim.report.phrases import in_language
from tests.synthetic import shared_comparison

N = 400_000


def _stays(drift: float) -> float:
    """Return how often a trial with one look stops at neither boundary, by its drift at the end."""
    both = stats.multivariate_normal([drift / math.sqrt(2), drift], [[1, 0.5**0.5], [0.5**0.5, 1]])
    return float(both.cdf([FIRST_LOOK, AT_END], lower_limit=[-FIRST_LOOK, -AT_END]))


def test_the_boundaries_keep_the_error_rate_and_the_customers_the_power():
    assert 1 - _stays(0.0) == pytest.approx(ERROR, abs=5e-4)
    needed = customers_of_an_arm(effect=1.0, spread=10.0)
    drift = 1.0 / (10.0 * math.sqrt(2 / needed))
    assert 1 - _stays(drift) == pytest.approx(POWER, abs=2e-3)


@pytest.mark.parametrize("law", [GAMMA_GAMMA, LOG_NORMAL], ids=["gamma_gamma", "log_normal"])
def test_the_spread_of_margins_is_that_of_customers_drawn_from_the_laws(law):
    """Within the error of a standard deviation of skewed sums, by their fourth moment."""
    market, weeks, rng = with_spend("music_shop", law), 26, np.random.default_rng(1)
    shape = market["purchase_shape"]
    rates = rng.gamma(shape, market.mean_trips / shape, N)
    counts = rng.poisson(rates * weeks)
    if law is GAMMA_GAMMA:
        p, q, v = (law[k] for k in ("spend_shape", "spend_shape_between", "spend_scale"))
        means = p * v / rng.gamma(q, 1.0, N)
        spend = rng.gamma(np.maximum(p * counts, 1e-12), means / p) * (counts > 0)
    else:
        b, w = law["spend_spread_between"], law["spend_spread_within"]
        means = law["spend_mean"] * np.exp(b * rng.normal(size=N) - b**2 / 2)
        each = np.exp(w * rng.normal(size=int(counts.sum())) - w**2 / 2)
        spend = means * np.bincount(np.repeat(np.arange(N), counts), each, minlength=N)
    margins = market["gross_margin"] * spend
    away = (margins - margins.mean()) ** 2
    error = away.std() / math.sqrt(N) / (2 * margins.std())
    assert abs(margins.std() - margin_spread(market, weeks)) < Z_LIMIT * error


def test_under_contracts_it_is_that_of_fees_that_fall_into_the_weeks():
    market, weeks, rng = load_market("subscription"), 26, np.random.default_rng(2)
    spread = market["fee_spread"]
    fees = market["fee_mean"] * np.exp(spread * rng.normal(size=N) - spread**2 / 2)
    margins = market["gross_margin"] * fees * (rng.uniform(size=N) < weeks / market.period)
    error = ((margins - margins.mean()) ** 2).std() / math.sqrt(N) / (2 * margins.std())
    assert abs(margins.std() - margin_spread(market, weeks)) < Z_LIMIT * error


def test_a_trial_is_worth_what_choosing_by_its_result_brings():
    """Drawn anew: the gain of who acts on the mean gain that a result lets expect."""
    rng, error = np.random.default_rng(3), 0.5
    seen = rng.normal(0.3, 1.0, N)
    gains = -0.2 + 0.8 * (seen - 0.3) + rng.normal(0, 0.6, N)
    result = seen + rng.normal(0, math.sqrt(error), N)
    slope = np.cov(result, gains)[0, 1] / result.var()
    acted = gains * (gains.mean() + slope * (result - result.mean()) > 0)
    worth = loss(float(gains.mean()), _told(gains, seen, error))
    assert abs(worth - acted.mean()) < Z_LIMIT * acted.std() / math.sqrt(N)
    few = rng.permutation(40)
    assert _told(gains[few], seen[few], 1e-9) > _told(gains[few], seen[few], 5.0) > 0.0


def test_a_result_that_goes_with_nothing_is_worth_nothing():
    rng, worth = np.random.default_rng(4), []
    for _ in range(200):
        worth.append(_told(rng.normal(size=30), rng.normal(size=30), 0.1))
    assert np.median(worth) == 0.0


TRIAL = Trial(
    "balanced", (), 26, 12.0, 12.0, 80.0, False, 900, 5_000, 10_800.0, 250_000.0, 90_000.0, 104
)


def _section(monkeypatch, trial):
    monkeypatch.setattr("sim.report.comparison.trial.trial_of", lambda *_: trial)
    return trial_section(shared_comparison())


def test_a_trial_that_pays_is_told_with_arms_lot_weeks_stop_and_money(monkeypatch):
    section = _section(monkeypatch, TRIAL)
    assert section.heading == "The trial to run first: Balanced, for 26 weeks"
    said = " ".join(section.bullets)
    for words in ("for 900 customers", "each customer", "less the $12.0", "2.80", "1.98",
                  "$10.8k", "$250k"):  # fmt: skip
        assert words in said, words
    placed = _section(monkeypatch, replace(TRIAL, by_place=("pricing",)))
    placed = " ".join([*placed.bullets, *placed.sentences])
    assert "shops or regions" in placed and "9 pairs" in placed and "90 or more" in placed
    assert "A firm with fewer than 18 places cannot run it so" in placed


def test_a_brief_holds_the_trial(monkeypatch):
    monkeypatch.setattr("sim.report.comparison.trial.trial_of", lambda *_: TRIAL)
    comparison = shared_comparison()
    brief = build_brief(comparison, build_content(comparison))
    assert brief["trial"].bullets == trial_section(comparison).bullets


def test_a_firm_too_small_or_a_trial_too_dear_is_an_answer(monkeypatch):
    small = _section(monkeypatch, replace(TRIAL, needed=9_000))
    assert small.heading == "The firm is too small to try Balanced by itself"
    assert "takes 9,000 customers" in small.sentences[0]
    both = _section(monkeypatch, replace(TRIAL, worth=5_000.0, needed=9_000))
    assert both.heading == small.heading, "what it costs is no reason where it shows nothing"
    dear = _section(monkeypatch, replace(TRIAL, worth=5_000.0))
    assert dear.heading == "No trial of Balanced is worth what it costs"
    assert _section(monkeypatch, None).appendix


def test_it_is_told_in_chinese_and_at_the_command_line(monkeypatch, tmp_path):
    with in_language("zh"):
        assert _section(monkeypatch, TRIAL).heading == "首先要做的试验：均衡型，为期26周"
    monkeypatch.setattr(
        "sim.analysis.load_comparison.load_comparison", lambda _: shared_comparison()
    )
    (tmp_path / MANIFEST).touch()
    said = CliRunner().invoke(app, ["trial", str(tmp_path)])
    assert said.exit_code == 0
    assert "The trial to run first: Balanced" in said.stdout


def test_a_trial_is_designed_from_the_futures_of_a_comparison():
    comparison = shared_comparison()
    trial = trial_of(comparison)
    cost = comparison.effects_on("cost").loc[trial.strategy, "difference"]
    assert trial.strategy == comparison.ranking[0]
    assert trial.effect == pytest.approx(cost / 900 * trial.weeks / 52, rel=1e-6)
    assert trial.price == trial.effect and not trial.of_promise
    assert trial.needed == customers_of_an_arm(trial.effect, trial.spread)
    assert trial.there == 450
    assert trial.cost == pytest.approx(min(trial.needed, 450) * trial.effect)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_doubted_plan_is_tried_for_what_it_promises_and_the_text_says_for_which_effect(language):
    comparison, name = shared_comparison(), shared_comparison().ranking[0]
    added = {x: comparison.effects_on(x).loc[name, "difference"] for x in ("margin", "cost")}
    promised = (added["margin"] - added["cost"]) / 900 / 52
    assert promised > 0  # so that there is something promised to be told from nothing
    trial = trial_of(comparison, is_doubted=True)
    assert trial.of_promise and trial.effect == pytest.approx(promised * trial.weeks, rel=1e-6)
    assert trial.price == pytest.approx(added["cost"] / 900 * trial.weeks / 52, rel=1e-6)
    assert trial.needed == customers_of_an_arm(trial.effect, trial.spread)
    assert trial.cost == pytest.approx(min(trial.needed, 450) * trial.price)
    with in_language(language):
        section = trial_section(comparison, is_doubted=True)
        said, effect = " ".join([*section.sentences, *section.bullets]), money(trial.effect, "USD")
    assert effect in said and {"en": "promised", "zh": "所承诺"}[language] in said


def test_where_nothing_is_promised_beyond_the_cost_a_doubted_plan_is_tried_for_its_cost(
    monkeypatch,
):
    comparison = shared_comparison()
    monkeypatch.setattr(
        trials,
        "_per_customer",
        lambda _c, _n, what, firm: firm * 0 + {"cost": 2.0, "margin": 1.0}[what],
    )
    trial = trial_of(comparison, is_doubted=True)
    assert not trial.of_promise and trial.effect == trial.price == pytest.approx(
        2 * trial.weeks / 52
    )


def test_of_a_longer_trial_less_is_left_to_decide_on(monkeypatch):
    monkeypatch.setattr(trials, "_told", lambda *_: 1e6)
    comparison, worth = shared_comparison(), []
    horizon = comparison.manifest.weeks
    for part in (0.25, 0.5, 1.0):
        monkeypatch.setattr(trials, "WEEKS", (part * horizon,))
        worth.append(trial_of(comparison).worth)
    assert worth[0] > 0 and worth[2] is None
    assert worth[1] / worth[0] == pytest.approx(0.5 / 0.75)


def test_what_is_not_believed_is_not_called_too_dear_to_try(monkeypatch):
    monkeypatch.setattr(
        "sim.report.comparison.trial.trial_of", lambda *_: replace(TRIAL, worth=5_000.0)
    )
    comparison = shared_comparison()
    believed, doubted = trial_section(comparison), trial_section(comparison, is_doubted=True)
    assert believed.heading == "No trial of Balanced is worth what it costs"
    assert doubted.heading == "The trial to run first: Balanced, for 26 weeks"
    # $10.8k of cost against $90k that the plan brings after it, if it does what it seems to
    assert "above 12%" in doubted.bullets[-1] and "$5.00k" in doubted.bullets[-1]
    with in_language("zh"):
        assert "12%" in trial_section(comparison, is_doubted=True).bullets[-1]


def test_a_firm_too_small_for_a_trial_is_told_what_to_do_without_one(monkeypatch):
    small = replace(TRIAL, needed=9_000)
    monkeypatch.setattr("sim.report.comparison.trial.trial_of", lambda *_: small)
    doubted = trial_section(shared_comparison(), is_doubted=True)
    assert "18,000 customers in all; until then do nothing new" in doubted.sentences[0]
    assert "nothing new" not in trial_section(shared_comparison()).sentences[0]


@pytest.mark.parametrize("doubted", [False, True])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_where_the_horizon_leaves_no_time_for_a_result_no_worth_is_told_but_what_would_tell(
    monkeypatch, doubted, language
):
    ends = replace(TRIAL, weeks=52, horizon=52, worth=None, left=0.0)
    monkeypatch.setattr("sim.report.comparison.trial.trial_of", lambda *_: ends)
    with in_language(language):
        section = trial_section(shared_comparison(), doubted)
        paying = _section(monkeypatch, replace(TRIAL, weeks=52))
    assert section.heading == paying.heading, "it is designed all the same"
    said = section.bullets[-1]
    amount, sign = {"en": ("$10.8k", "$"), "zh": ("1.08万美元", "美元")}[language]
    assert "`--weeks 104`" in said and amount in said
    assert said.count(sign) == 1, "what it costs is the only amount"
    assert section.brief.bullets[-1] == said


def test_a_firm_that_can_believe_nothing_without_a_trial_hears_what_would_make_one_pay(monkeypatch):
    never = replace(TRIAL, worth=5_000.0, left=1_000.0)
    monkeypatch.setattr("sim.report.comparison.trial.trial_of", lambda *_: never)
    section = trial_section(shared_comparison(), is_doubted=True)
    assert section.heading == "No trial of Balanced is worth what it costs"
    (said,) = section.brief.sentences
    for words in ("do nothing new until", "more customers", "--weeks 208", "doubted plays alone"):
        assert words in said, words
    assert "nothing new" not in trial_section(shared_comparison()).sentences[0]


def test_of_fewer_pairs_of_places_no_lot_shows_anything():
    assert 2 * 0.5**LEAST_PAIRS <= ERROR < 2 * 0.5 ** (LEAST_PAIRS - 1)
    assert pairs_of_places(77) == (LEAST_PAIRS, 8)
    assert pairs_of_places(100_000) == (1_000, 10_000)


def test_a_design_that_shows_nothing_or_does_not_pay_says_so():
    for case, doubted, words in (
        (replace(TRIAL, needed=9_000), True, "takes 9000 customers in each arm"),
        (replace(TRIAL, worth=5_000.0), False, "costs 10800 USD"),
        (replace(TRIAL, worth=5_000.0), True, ""),  # doubted, it may pay by what it shows
        (replace(TRIAL, worth=None, left=0.0), False, ""),
        (TRIAL, False, ""),
    ):
        said = warning_of(case, "USD", doubted)
        assert words in said and bool(words) == bool(said)
