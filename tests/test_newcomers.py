"""Newcomers of a panel are the flow that keeps it steady; a log of first purchases says who they are."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from scipy import special, stats

from sim.advice.score.structure import changed
from sim.common.random_numbers import Draws
from sim.evidence.indirectness import in_market
from sim.evidence.parameters import load_parameters
from sim.market.market import Market, load_market
from sim.model.common_start import prepare
from sim.model.loyalty_model import LoyaltyModel
from sim.model.residual_value.rates_ahead import ExpectedRates
from sim.model.scenario import Scenario
from sim.world.newcomers import (
    leaves_by_history,
    leaves_by_rate,
    newcomers_survival,
)
from sim.world.population import ACTIVE
from sim.world.week_zero import make_people
from tests.moving import LEAVING, with_section
from tests.worlds import DO_NOTHING, FALSE_ALARM, uncoupled

N = 400_000
HORIZONS = (0, 13, 52, 260)


def _market(w: float) -> Market:
    """The grocer's, whose newcomers buy so much of what customers do."""
    return load_market("grocery").with_values(newcomer_purchases=w)


@cache
def _stock(w: float) -> tuple[np.ndarray, np.ndarray]:
    """Draw rates and hazards of present customers, written down here by themselves."""
    rng, market, n = np.random.default_rng(11), _market(w), N
    r, alpha, w = (market[x] for x in ("purchase_shape", "purchase_alpha", "newcomer_purchases"))
    rate = rng.gamma(r, 1 / alpha, n)
    tied = special.gamma(r) / special.gamma(w * r) * (alpha * rate) ** (-(1 - w) * r)
    own = rng.gamma(market["drop_out_shape"], 1 / market.drop_out_beta, n)
    return rate, own * tied


@cache
def _newcomers(w: float) -> tuple[np.ndarray, np.ndarray]:
    """Draw rates and hazards as the workbench draws those of prospects."""
    people = make_people(_market(w), Draws(3, N + 100), 100, 0.5)
    rows = slice(100, None)
    rate = (people["category_rate"] * people["base_share"])[rows]
    return rate, people["drop_out_rate"][rows]


@pytest.mark.parametrize("w", [1.0, 0.7, 0.4])
@pytest.mark.parametrize("power", [0, 1])
def test_as_many_come_as_leave_of_each_sort(w, power):
    """E_f[x e^(-mu t)] = E_g[mu x e^(-mu t)] / E_g[mu], of customers (x = 1) and sales (x = lambda)."""
    (rate, hazard), (new, leaving) = _stock(w), _newcomers(w)
    limit = stats.norm.isf(FALSE_ALARM / 2 / len(HORIZONS) / 6)
    for weeks in HORIZONS:
        come = new**power * np.exp(-leaving * weeks)
        flow = hazard * rate**power * np.exp(-hazard * weeks)
        expected = flow.mean() / hazard.mean()
        ratio_error = (flow - expected * hazard).std() / hazard.mean()  # of a ratio of means
        error = np.hypot(come.std(), ratio_error) / np.sqrt(N)
        assert abs(come.mean() - expected) < limit * error + 1e-9 * (1 - power)
        # the obvious version: who comes is as who is there
        if weeks >= 52:
            same = rate**power * np.exp(-hazard * weeks)
            assert abs(same.mean() - expected) > 3 * limit * error


@pytest.mark.parametrize("w", [1.0, 0.4])
def test_the_share_of_newcomers_that_is_left_is_that_of_those_who_are_drawn(w):
    leaving, path = _newcomers(w)[1], newcomers_survival(_market(w), 260)
    for weeks in HORIZONS:
        left = np.exp(-leaving * weeks)
        error = stats.norm.isf(FALSE_ALARM / 2 / len(HORIZONS) / 2) * left.std() / np.sqrt(N)
        # half a step of the grid of rates besides, of which one in 512 is not told from its neighbour
        assert abs(left.mean() - path[weeks]) < error + 1 / 1024


def test_a_firm_whose_inflow_is_its_losses_keeps_customers_and_sales_though_newcomers_buy_less():
    market, weeks, n = load_market("grocery"), 104, 3_000
    yearly = 52 * market["drop_out_shape"] / market.drop_out_beta
    market = market.with_values(
        newcomer_purchases=0.4,
        inflow_per_year=yearly,
        winback_per_year=0.0,
        talk_share_of_inflow=0.0,
    )
    model = LoyaltyModel(Scenario(market, DO_NOTHING, n, weeks, 5, uncoupled()), valued=False)
    columns = model.customers.columns
    rate = columns["category_rate"] * columns["base_share"]
    then = columns["status"] == ACTIVE
    model.run()
    now = columns["status"] == ACTIVE
    left, came = rate[then & ~now], rate[now & ~then]
    noise = stats.norm.isf(FALSE_ALARM / 4) * np.sqrt((left**2).sum() + (came**2).sum())
    assert abs(came.sum() - left.sum()) < noise
    turned = stats.norm.isf(FALSE_ALARM / 4) * np.sqrt(left.size + came.size)
    assert abs(came.size - left.size) < turned
    # the obvious version: who leaves buys as much as any
    assert left.size * (rate[then].mean() - came.mean()) > noise


def test_a_log_that_follows_customers_from_their_first_purchase_says_who_newcomers_are():
    market = load_market("music_shop")
    assert not market.known_are_a_stock and market.newcomer_purchases == 1.0
    r, alpha = market["purchase_shape"], market.alpha_ahead
    s, beta = market["drop_out_shape"], market.drop_out_beta
    people = make_people(market, Draws(3, 5_000), 2_000, 0.5)
    rate = (people["category_rate"] * people["base_share"])[2_000:]
    assert stats.kstest(rate, stats.gamma(r, scale=1 / alpha).cdf).pvalue > FALSE_ALARM
    hazard = people["drop_out_rate"][2_000:]
    assert stats.kstest(hazard, stats.gamma(s, scale=1 / beta).cdf).pvalue > FALSE_ALARM
    expected = (beta / (beta + np.arange(53.0))) ** s
    assert newcomers_survival(market, 52) == pytest.approx(expected, rel=1e-12)


def test_known_customers_keep_their_mean_hazard_and_the_light_ones_leave_sooner():
    market = load_market("grocery")
    one, tied = (
        make_people(market.with_values(newcomer_purchases=w), Draws(3, 5_000), 2_000, 0.5)
        for w in (1.0, 0.4)
    )
    a, b = one["drop_out_rate"][:2_000], tied["drop_out_rate"][:2_000]
    assert b.mean() == pytest.approx(a.mean(), rel=1e-12)
    rate = (tied["category_rate"] * tied["base_share"])[:2_000]
    assert np.array_equal(rate, (one["category_rate"] * one["base_share"])[:2_000])
    by_purchases = (b / a)[np.argsort(tied["frequency"][:2_000], kind="stable")]
    assert (np.diff(by_purchases) <= 1e-12 * by_purchases[1:]).all()
    assert by_purchases[0] > 2 * by_purchases[-1]


@pytest.mark.parametrize("w", [0.7, 0.4])
def test_a_history_says_how_much_sooner_than_others_its_customer_leaves(w):
    """E[m(lambda) | x, T], by drawing rates and purchases from the law; its mean is 1 as that of m."""
    market = load_market("grocery").with_values(newcomer_purchases=w)
    r, alpha = market["purchase_shape"], market["purchase_alpha"]
    for x, age in ((0, 4.0), (1, 52.0), (40, 52.0)):
        law = stats.gamma(r + x, scale=1 / (alpha + age))
        expected = law.expect(lambda rate: leaves_by_rate(rate, market))
        for level in (1.0, 0.8):  # what lies ahead changes nothing of what was seen
            ahead = market.with_values(purchase_level=level)
            found = leaves_by_history(np.array([x]), np.array([age]), ahead)
            assert found == pytest.approx(expected, rel=1e-6)
    rng = np.random.default_rng(11)
    found = leaves_by_history(
        rng.poisson(52 * rng.gamma(r, 1 / alpha, N)), np.full(N, 52.0), market
    )
    assert abs(found.mean() - 1) < stats.norm.isf(FALSE_ALARM / 4) * found.std() / np.sqrt(N)


@pytest.mark.parametrize("moving", [False, True], ids=["rates stay", "rates move"])
def test_a_year_loses_the_known_customers_that_their_histories_say_whether_rates_move_or_not(
    moving,
):
    market, n = load_market("grocery"), 20_000
    market = market.with_moving_rates() if moving else market
    people = make_people(market, Draws(3, n + 100), n, 0.5)
    here = people["status"][:n] == ACTIVE
    rate = (people["category_rate"] * people["base_share"])[:n][here]
    x, age, hazard = (people[c][:n][here] for c in ("frequency", "tenure", "drop_out_rate"))
    s, beta = market["drop_out_shape"], market.drop_out_beta

    def lost(factor: np.ndarray) -> float:
        return 1 - float(np.power(beta / (beta + 52 * factor / factor.mean()), s).mean())

    left = np.exp(-52 * hazard)
    # of the mean, and of the mean hazard by which factors are divided
    error = np.hypot(left.std(), 52 * (hazard * left).mean() * hazard.std() / hazard.mean())
    limit = stats.norm.isf(FALSE_ALARM / 2) * error / np.sqrt(left.size)
    expected = lost(leaves_by_history(x, age, market))
    assert abs(1 - left.mean() - expected) < limit
    if moving:  # the obvious version: by the rate of the moment, hardly anybody leaves
        assert expected - lost(np.asarray(leaves_by_rate(rate, market))) > 3 * limit


def _sales_in(
    weeks: int, market: Market, known: ExpectedRates, new: ExpectedRates, leaving
) -> float:
    """Return sales in some week over those of week 0, where as many come a week as leave at first."""
    known_leaving, new_leaving = leaving
    then = (known.at(float(weeks)).own * np.exp(-known_leaving * weeks)).mean()
    since = np.array(
        [(new.at(float(w)).own * np.exp(-new_leaving * w)).mean() for w in range(0, weeks, 4)]
    )
    return (then + known_leaving.mean() * 4 * since.sum()) / known.own.mean()


def test_where_rates_move_a_newcomers_first_rate_is_light_and_sales_stay():
    market = load_market("grocery").with_moving_rates().with_values(newcomer_purchases=0.4)
    n = 50_000
    people = make_people(market, Draws(3, 2 * n), n, 0.5)
    known = np.flatnonzero(people["status"][:n] == ACTIVE)
    new = np.arange(n, 2 * n)
    rates = [ExpectedRates.of(people, rows, market) for rows in (known, new)]
    stock = market["purchase_shape"] / market.alpha_ahead
    assert rates[1].mean == pytest.approx(stock)
    noise = stats.norm.isf(FALSE_ALARM / 2) * rates[1].own.std() / np.sqrt(n)
    assert abs(rates[1].own.mean() - 0.4 * stock) < noise
    leaving = people["drop_out_rate"][known], people["drop_out_rate"][new]
    drift = _sales_in(416, market, *rates, leaving) - 1
    # the obvious version: a newcomer's rate is drawn anew by what newcomers buy, for good
    light = replace(rates[1], mean=0.4 * stock)
    lost = _sales_in(416, market, rates[0], light, leaving) - 1
    assert lost < -0.1 and abs(drift) < -lost / 3


@pytest.mark.parametrize("kind", ["other_leaving", "correlated"])
@pytest.mark.parametrize("w", [1.0, 0.4])
def test_a_world_of_another_structure_keeps_its_customers_mean_hazard(kind, w):
    market = load_market("grocery").with_values(newcomer_purchases=w)
    start = prepare(Scenario(market, DO_NOTHING, 2_000, 4, 5, uncoupled()), 5)
    active = start.people["status"] == ACTIVE
    before = start.people["drop_out_rate"][active]
    after = changed(start.copied(), kind).people["drop_out_rate"][active]
    if kind == "correlated":  # the same hazards, of other customers
        assert np.array_equal(np.sort(after), np.sort(before))
    else:
        noise = stats.norm.isf(FALSE_ALARM / 2) * after.std() / np.sqrt(after.size)
        assert abs(after.mean() - before.mean()) < noise


def test_of_two_kinds_that_leave_more_newcomers_are_of_the_quick_one_than_customers():
    own = load_market("grocery")
    stock = with_section(own, LEAVING).with_moving_rates()
    assert stock.leaves_in_two_kinds and stock.known_are_a_stock  # it states what newcomers buy
    left = newcomers_survival(stock.with_values(newcomer_purchases=1.0), 52)
    share, quick, slow = (LEAVING[x] for x in ("quick_leavers", "quick_leaving", "slow_leaving"))
    flow = share * quick / (share * quick + (1 - share) * slow)
    week = np.arange(53.0)
    assert left == pytest.approx(flow * np.exp(-quick * week) + (1 - flow) * np.exp(-slow * week))
    people = make_people(
        stock.with_values(newcomer_purchases=1.0), Draws(3, 9_000), 100, 0.5, "fresh"
    )
    found = int((people["drop_out_rate"][100:] == quick).sum())
    assert stats.binomtest(found, 8_900, flow).pvalue > FALSE_ALARM
    assert stats.binomtest(found, 8_900, share).pvalue < FALSE_ALARM  # the obvious version


def test_a_recommendation_measured_elsewhere_wins_fewer_friends_and_never_more_than_were_measured():
    rows = {
        m: in_market(load_parameters(), load_market(m)).rows for m in ("grocery", "subscription")
    }
    found = {
        m: next(row for row in table if row.parameter == "referral_conversion")
        for m, table in rows.items()
    }
    measured = load_parameters()
    own = next(row for row in measured.rows if row.parameter == "referral_conversion")
    assert found["grocery"].value == pytest.approx(own.value * (2 / 3) ** 2, abs=5e-3)
    assert found["subscription"].value == pytest.approx(own.value * 2 / 3, abs=5e-3)
    for row in found.values():
        assert row.low == 0.0 and row.high == own.high  # a range that widened both ways had .73
