"""The ordinary life of a market keeps the laws that are known in closed form.

Serves: L1.1a C1.1 L1.2a
"""

from dataclasses import replace

import mesa
import numpy as np
import pytest
from scipy import stats

from sim.calibration.pareto_nbd import expected_purchases
from sim.common.kernels.encounters import value_of
from sim.model.residual_value.noncontractual import Relaxation, residual_margin
from sim.model.week.baseline import BaselinePath
from sim.model.week.satisfaction import expected_value
from sim.model.week.word_of_mouth import UsualTalk
from sim.world.population import ACTIVE
from sim.world.service_desk import ServiceDesk, erlang_b, erlang_c_wait
from sim.world.social_network import Ties
from tests.worlds import (
    FALSE_ALARM,
    GAMMA_GAMMA,
    Z_LIMIT,
    assert_books_agree,
    assert_mean,
    assert_share,
    uncoupled,
    with_spend,
)
from tests.worlds import (
    unvalued_world as world,
)

NOBODY_JOINS = {"inflow_per_year": 0.0, "prospects_per_customer": 0.01}


def test_survival_is_geometric_at_a_constant_hazard() -> None:
    hazard, weeks, n = 0.02, 30, 20_000
    model = world(
        "music_shop",
        n=n,
        weeks=weeks,
        parameters=uncoupled(),
        drop_out_shape=1e7,
        drop_out_beta=1e7 / hazard,
        **NOBODY_JOINS,
    ).run()
    alive = int((model.customers.columns["status"][:n] == ACTIVE).sum())
    assert_share(alive, n, float(np.exp(-hazard * weeks)), "survivors")


def test_purchases_of_a_cohort_follow_the_pareto_nbd_law() -> None:
    n, weeks = 30_000, 39
    model = world("music_shop", n=n, weeks=weeks, parameters=uncoupled(), **NOBODY_JOINS).run()
    market = model.market
    law = [market["purchase_shape"], market["purchase_alpha"], market["drop_out_shape"]]
    expected = float(expected_purchases(weeks, *law, market.drop_out_beta))
    people = model.customers.columns
    assert_mean(people["frequency"][:n].astype(float), expected, "purchases in 39 weeks")
    survivors = int((people["status"][:n] == ACTIVE).sum())
    beta = market.drop_out_beta
    assert_share(
        survivors, n, (beta / (beta + weeks)) ** market["drop_out_shape"], "alive at 39 weeks"
    )


def test_purchase_counts_are_negative_binomial_when_attitudes_are_uncoupled() -> None:
    n, weeks = 20_000, 26
    model = world(
        n=n, weeks=weeks, parameters=uncoupled(), yearly_attrition=1e-9, **NOBODY_JOINS
    ).run()
    r, alpha = model.market["purchase_shape"], model.market["purchase_alpha"]
    counts = np.minimum(model.customers.columns["frequency"][:n], 60)
    law = stats.nbinom(r, alpha / (alpha + weeks))
    expected = n * np.append(law.pmf(np.arange(60)), law.sf(59))
    observed = np.bincount(counts, minlength=61)
    p = stats.chisquare(observed, expected * observed.sum() / expected.sum()).pvalue
    assert p > FALSE_ALARM, f"chi-square p {p:.2g}, n {n}"


def test_spend_follows_the_gamma_gamma_law_without_correlation() -> None:
    n = 30_000
    market = with_spend("music_shop", GAMMA_GAMMA)
    model = world(market, n=n, weeks=8, spend_rate_correlation=0.0, parameters=uncoupled())
    spends = model.customers.columns["mean_spend"][:n]
    p, q, v = (model.market[k] for k in ("spend_shape", "spend_shape_between", "spend_scale"))
    # 1 / mean_spend is Gamma(q) / (p v): its moments exist where those of the mean spend may not.
    assert_mean(1 / spends, q / (p * v), "inverse of mean spend")
    model.run()
    people = model.customers.columns
    bought = people["frequency"][:n] > 0
    ratio = people["monetary_value"][:n][bought] / people["mean_spend"][:n][bought]
    assert_mean(ratio, 1.0, "spend over a customer's own mean")


@pytest.mark.parametrize(("servers", "load"), [(1, 0.5), (2, 1.5), (5, 4.0), (20, 19.0)])
def test_waiting_is_erlangs(servers: int, load: float) -> None:
    terms = np.cumprod(np.concatenate(([1.0], load / np.arange(1, servers + 1))))
    assert erlang_b(servers, load) == pytest.approx(terms[-1] / terms.sum(), rel=1e-10)
    waits = terms[-1] * servers / (servers - load)
    chance = waits / (terms[:-1].sum() + waits)
    assert erlang_c_wait(servers, load, 10.0) == pytest.approx(
        chance * 10.0 / (servers - load), rel=1e-10
    )


def test_wait_of_a_single_server_is_that_of_the_m_m_1_queue() -> None:
    load = 0.7
    assert erlang_c_wait(1, load, 3.0) == pytest.approx(load / (1 - load) * 3.0, rel=1e-12)


def _desk(usual: float, load: float = 0.8, handling: float = 30.0) -> ServiceDesk:
    return ServiceDesk(mesa.Model(), 1.0, usual, load, handling, hours=40.0)


@pytest.mark.parametrize("contacts", [0.05, 1.0, 12.0])
def test_a_desk_that_few_ask_has_one_server_and_answers_within_the_hour(contacts: float) -> None:
    """A fraction of a server, always at its usual load, would let one contact a week wait for days."""
    desk = _desk(contacts)
    load = contacts * 0.5 / 40
    assert desk.servers_usual == 1
    assert desk.usual_wait == pytest.approx(load / (1 - load) * 30.0)
    assert desk.usual_wait < 60


@pytest.mark.parametrize(("contacts", "servers"), [(64.0, 1), (64.1, 2), (128.0, 2), (640.0, 10)])
def test_a_desk_has_as_few_whole_servers_as_keep_its_load(contacts: float, servers: int) -> None:
    assert _desk(contacts).servers_usual == servers


def test_extra_staff_that_fills_no_whole_seat_sits_there_for_a_part_of_the_hours() -> None:
    desk = _desk(128.0)  # 1.6 Erlang at two servers
    waits = [erlang_c_wait(c, 1.6, 30.0) for c in (2, 3)]
    assert desk.serve(128.0, 0.25) == pytest.approx(sum(waits) / 2)
    assert desk.serve(128.0, 0.5) == pytest.approx(waits[1])


def test_queue_above_capacity_carries_its_backlog_over() -> None:
    desk = world(n=1_000).state.firm.desk
    capacity = 0.98 * desk.servers_usual * desk.hours * 60 / desk.handling_minutes
    desk.serve(1.5 * capacity / desk.scale, 0.0)
    assert desk.backlog == pytest.approx(0.5 * capacity)
    first = desk.wait
    desk.serve(capacity / desk.scale, 0.0)
    assert desk.backlog == pytest.approx(0.5 * capacity)
    assert desk.wait > first > desk.usual_wait
    desk.serve(0.0, 0.0)
    assert desk.backlog == 0.0


def test_waits_do_not_depend_on_how_many_customers_are_simulated() -> None:
    """With the sample's own luck in the queue, the small world's wait would be five times as long."""
    logs = {}
    for n, seeds in ((1_000, 16), (8_000, 6)):
        waits = []
        for seed in range(seeds):
            table = world(n=n, weeks=20, seed=seed, start="posterior").run().weekly
            served = table["n_contacts"].sum()
            waits.append(np.log(table["wait_minutes"].sum() / served))
        logs[n] = np.array(waits)
    p = stats.ttest_ind(logs[1_000], logs[8_000], equal_var=False).pvalue
    assert p > FALSE_ALARM, {n: float(np.exp(x.mean())) for n, x in logs.items()}


def test_residual_equals_lifetime_value_at_constant_retention_and_margin() -> None:
    model = world(n=500, parameters=uncoupled())
    people = model.customers.columns
    rows = np.flatnonzero(people["status"] == ACTIVE)
    delta = model.market.weekly_discount
    value = residual_margin(
        people,
        rows,
        model.state.experience,
        model.state.baseline.offsets,
        Relaxation(people, rows, model.state.life, model.state.baseline.share_behind_a_trip, 0.5),
        0.25,
        delta,
    )
    rate = people["category_rate"][rows] * people["base_share"][rows]
    closed = 0.25 * people["mean_spend"][rows] * rate / (people["drop_out_rate"][rows] + delta)
    np.testing.assert_allclose(value, closed, rtol=1e-10)


def test_joining_follows_the_bass_recursion_with_complete_mixing() -> None:
    people, weeks, seeds = 600, 20, 24
    share, hazard = 0.8, 0.02
    table = uncoupled().replace(
        "market_life", talk_rate=1.0, talk_intercept=40.0, talk_slope=0.0, talk_memory_weeks=1.0
    )
    finals = []
    for seed in range(seeds):
        model = world(
            n=60,
            weeks=weeks,
            seed=seed,
            parameters=table,
            yearly_attrition=1e-9,
            prospects_per_customer=people / 60 - 1,
            talk_share_of_inflow=share,
            talk_spread=0.0,
        )
        everyone = np.arange(people)
        others = np.concatenate([np.delete(everyone, i) for i in everyone]).astype(np.int32)
        model.state.ties = Ties(np.arange(people + 1) * (people - 1), others)
        model.state.baseline = replace(
            model.state.baseline,
            talk=UsualTalk(np.zeros(people), 1.0, 60.0),
            path=BaselinePath(np.full(weeks, hazard), np.ones(weeks), *np.zeros((2, weeks))),
        )
        # Everybody talks with certainty: the rate 1 is the chance of a uniform being below it.
        model.run()
        finals.append(model.n_active)
    adopters = 60.0
    for _ in range(weeks):  # p = hazard (1 - share), q = hazard share N / 60
        rate = hazard * (1 - share) + hazard * share * adopters / 60.0
        adopters += (people - adopters) * -np.expm1(-rate)
    # The recursion of means is not the mean of the recursion: what luck adds comes from many lives of
    # the recursion alone.
    rng, lives = np.random.default_rng(1), 20_000
    lived = np.full(lives, 60)
    for _ in range(weeks):
        rate = hazard * (1 - share) + hazard * share * lived / 60.0
        lived = lived + rng.binomial(people - lived, -np.expm1(-rate))
    error = np.hypot(np.std(finals, ddof=1) / np.sqrt(seeds), lived.std() / np.sqrt(lives))
    off = np.mean(finals) - lived.mean()
    assert abs(off) < Z_LIMIT * error, f"{np.mean(finals):.1f} against {lived.mean():.1f}"
    assert abs(lived.mean() / adopters - 1) < 0.02  # and it is Bass's curve


def test_expected_value_of_a_normal_difference_is_its_integral() -> None:
    mean, spread, weight = np.array([-0.4, 0.0, 0.7]), np.array([0.5, 1.0, 2.0]), 2.3
    score, width = np.linspace(-9, 9, 20_001, retstep=True)
    density = stats.norm.pdf(score) * width
    exact = [
        float(value_of(m + s * score, weight) @ density) for m, s in zip(mean, spread, strict=True)
    ]
    np.testing.assert_allclose(expected_value(mean, spread, weight), exact, atol=1e-6)


def test_people_are_conserved_and_the_books_balance() -> None:
    model = world(n=800, weeks=60, start="posterior").run()
    table = model.weekly.groupby("week").sum(numeric_only=True)
    people = table[["n_active", "n_prospect", "n_lapsed"]].sum(axis=1)
    assert (people == len(model.customers)).all()
    change = table["n_active"].diff().dropna()
    flows = (table["new_joined"] + table["new_won_back"] - table["new_dropped_out"]).iloc[1:]
    assert (change == flows).all()
    assert_books_agree(model)


def test_a_lasting_gain_in_quality_lasts_in_satisfaction_but_not_in_full() -> None:
    model = world(n=4_000, weeks=1, parameters=uncoupled())
    experience, people = model.state.experience, model.customers.columns
    n, before = np.ones(4_000, dtype=np.int64), np.full(4_000, 1_000)
    s, w = people["satisfaction"][:4_000].copy(), people["will_expectation"][:4_000].copy()
    fit = people["suitability"][:4_000]
    path = []
    for turn in range(120):
        luck = stats.norm.ppf(model.state.draws.uniform("trial", turn)[:4_000])
        noise = luck * np.sqrt(experience.encounter_variance)
        quality = fit + 0.3 * experience.quality_unit + noise
        s, w = experience.after_encounters(s, w, quality, n, before)
        path.append(s.mean())
    peak, lasting = max(path), np.array(path[80:])
    # In the long run W = fit + q, and the difference from the reference is (1 - rho)(fit + q).
    p = experience.life
    mean = (1 - p.expectation_own_weight) * (fit + 0.3 * experience.quality_unit)
    spread = np.sqrt(experience.noise_variance(np.ones(4_000)))
    expected = expected_value(mean, spread, p.loss_aversion) - experience.centre(np.ones(4_000))
    expected = float(expected.mean()) / experience.scale
    # Turns follow each other closely: those a memory apart count as independent.
    apart = lasting[:: int(2 / experience.weights.weights[-1])]
    assert abs(apart.mean() - expected) < Z_LIMIT * path_error(experience, 4_000, apart.size)
    assert lasting.mean() < 0.9 * peak
    assert expected > 0.2  # about .3 by the definition of a quality unit, less for the kink


def path_error(experience, people: int, turns: int) -> float:
    """Standard error of mean satisfaction over people, for some turns taken as independent."""
    p = experience.life
    spread = p.loss_aversion * np.sqrt(experience.encounter_variance) / experience.scale
    weight = experience.weights.weights[-1]
    memory = np.sqrt(weight / (2 - weight))
    return float(spread * memory / np.sqrt(people * turns))
