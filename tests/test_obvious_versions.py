"""Where a formula replaces an obvious one that fails, the obvious one would turn a test red here.

Each test computes both, shows that ours keeps what is known, and that the other misses it by far more
than luck allows.
"""

import numpy as np
import pytest
from scipy import stats

from sim.calibration.pareto_nbd import expected_purchases
from sim.common.kernels.encounters import value_of
from sim.common.random_numbers import Draws, gamma
from sim.evidence.parameters import load_parameters
from sim.model.week import churn_contagion
from sim.model.week.satisfaction import expected_value
from sim.playbook.strategies import Play
from sim.world.population import ACTIVE
from sim.world.week_zero import make_people
from tests.worlds import DO_NOTHING, Z_LIMIT, assert_mean, strategy, uncoupled
from tests.worlds import unvalued_world as world

NOBODY_JOINS = {"inflow_per_year": 0.0, "prospects_per_customer": 0.01}


def test_a_beta_share_of_independent_purchases_has_a_category_rate_without_end() -> None:
    """Ours: rivals' rate gamma with the same scale, so that rate over share is a gamma as well."""
    n = 200_000
    market = world().market
    people = make_people(market, Draws(4, n), n, 0.5, start="fresh")
    r, alpha, mean = (
        market["purchase_shape"],
        market["purchase_alpha"],
        market["share_of_wallet"],
    )
    b = r * (1 - mean) / mean
    assert_mean(people["category_rate"], (r + b) / alpha, "category rate")
    assert_mean(people["base_share"], mean, "share of wallet")
    tie = stats.spearmanr(people["category_rate"], people["base_share"])[0]
    assert abs(tie) < Z_LIMIT / np.sqrt(n - 1)
    # The obvious version: lambda over an independent beta share; with r below 1 its mean is infinite.
    luck = Draws(4, n)
    rate = gamma(luck.uniform("rate"), r, alpha)
    share = stats.beta.ppf(luck.uniform("share"), 0.8, 0.8 * (1 - mean) / mean)
    assert (rate / share).mean() > 10 * (r + b) / alpha


def test_a_value_that_is_not_centred_drifts_down_with_each_encounter() -> None:
    model = world(n=4_000, weeks=1, parameters=uncoupled())
    experience, n = model.state.experience, np.full(4_000, 2)
    fit = model.customers.columns["suitability"][:4_000]
    luck = stats.norm.ppf(model.state.draws.uniform("trial")[:4_000])
    quality = fit + luck * np.sqrt(experience.encounter_variance / 2)
    felt = value_of(quality - 0.5 * fit, experience.life.loss_aversion)
    noise = np.full(4_000, np.sqrt(experience.encounter_variance / 2))
    loss = float(expected_value(0.5 * fit, noise, experience.life.loss_aversion).mean())
    spread = felt.std() / np.sqrt(felt.size)
    assert abs(felt.mean() - loss) < Z_LIMIT * spread
    assert felt.mean() < -Z_LIMIT * spread
    assert experience.centre(n)[0] < 0


def test_trips_before_drop_out_bring_too_many_purchases() -> None:
    """Within the week, what is bought after leaving is what the obvious order adds."""
    n, weeks, seeds = 20_000, 39, 6
    ours, too_many = [], []
    for seed in range(seeds):
        model = world(
            "music_shop", n=n, seed=seed, weeks=weeks, parameters=uncoupled(), **NOBODY_JOINS
        )
        extra = 0.0
        for _ in range(weeks):
            model.step()
            rows, stays = model.last_week.at_risk, model.last_week.stays
            people = model.customers.columns
            rate = (people["category_rate"] * people["base_share"])[rows]
            extra += float(np.sum(rate * (1 - stays)))
        total = float(model.customers.columns["frequency"][:n].sum())
        ours.append(total / n)
        too_many.append((total + extra) / n)
    market = model.market
    law = [market["purchase_shape"], market["purchase_alpha"], market["drop_out_shape"]]
    expected = float(expected_purchases(weeks, *law, market.drop_out_beta))
    assert_mean(np.array(ours), expected, "purchases in 39 weeks")
    # A whole week counts for whoever leaves within it: the sum of survival at the start of each week
    # against its integral, by the Pareto law of survival, times the mean rate.
    s, beta, t = market["drop_out_shape"], market.drop_out_beta, np.arange(weeks)
    lived = beta / (s - 1) * (1 - (beta / (beta + weeks)) ** (s - 1))
    excess = law[0] / law[1] * (float(np.sum((beta / (beta + t)) ** s)) - lived)
    assert_mean(np.subtract(too_many, ours), excess, "purchases too many")
    assert excess > 0


def test_a_joining_hazard_that_is_not_relative_to_its_path_loses_inflow() -> None:
    """As prospects are used up, a constant hazard brings fewer and fewer."""
    n, weeks = 3_000, 104
    options = {"prospects_per_customer": 0.5, "inflow_per_year": 0.2, "winback_per_year": 0.0}
    options |= {"talk_share_of_inflow": 0.0, "yearly_attrition": 1e-4}
    joined = np.array(
        [
            world(n=n, weeks=weeks, seed=s, plays=DO_NOTHING, **options)
            .run()
            .weekly["new_joined"]
            .sum()
            for s in range(8)
        ],
        dtype=float,
    )
    usual = 0.2 * n * weeks / 52
    assert_mean(joined, usual, "new customers in two years")
    prospects, obvious = 0.5 * n, 0.0
    for _ in range(weeks):
        new = (0.2 * n / 52) / (0.5 * n) * prospects
        obvious, prospects = obvious + new, prospects - new
    assert obvious < 0.75 * usual


def test_contagion_counted_from_nought_breeds_losses_that_nobody_saw() -> None:
    """Ours counts lost ties above the usual number; the obvious version counts all of them."""
    model = world(n=3_000, weeks=30, defection_visible=1.0, parameters=uncoupled()).run(
        on_week=lambda week: None
    )
    model.state.week = 29
    active = model.customers.columns["status"] == ACTIVE
    centred = churn_contagion.term(model.state)[active]
    model.state.baseline.path.lost[:] = 0.0
    uncentred = churn_contagion.term(model.state)[active]
    error = centred.std() / np.sqrt(active.sum())
    assert abs(centred.mean()) < Z_LIMIT * error
    assert uncentred.mean() > Z_LIMIT * error


def test_offsets_come_from_expected_rates_and_not_from_what_happened() -> None:
    """Two lives of the same people on other luck in the first week share their offsets to the bit."""
    first, second = (world(n=2_000, weeks=4, seed=5, start="posterior") for _ in range(2))
    second.state.draws.seed += 1  # luck of all weeks to come
    first.run(), second.run()
    assert first.weekly["trips"].sum() != second.weekly["trips"].sum()
    assert first.state.baseline.offsets == second.state.baseline.offsets
    realised = np.log(second.weekly["trips"].sum() / first.weekly["trips"].sum())
    assert abs(realised) > 1e-6  # an offset from counts would carry this luck


def test_the_warm_up_moves_attitudes_only() -> None:
    model = world(n=2_000, weeks=4, start="posterior")
    people, draws = model.customers.columns, model.state.draws
    fresh = make_people(
        model.market, draws, 2_000, model.state.life.suitability_spread, "posterior"
    )
    moved = {name for name in fresh if not np.array_equal(fresh[name], people[name])}
    assert moved == {"satisfaction", "will_expectation", "praise_heard", "blame_heard"}


def _worth(table) -> tuple[float, float]:
    last = table[table["week"] == table["week"].max()]
    return float(last["residual_equity"].sum()), float(last["firm_view_equity"].sum())


def test_the_closed_form_credits_a_promotion_that_is_over() -> None:
    """Ours knows that levers stop; calibrated rates take the promotion's purchases for a habit."""
    promotion = {
        "promotion": 0.3,
        "basket_share": 1.0,
        "promotion_every": 26,
        "promotion_weeks": 12,
    }
    play = Play(lever="incentives", settings=promotion, owner="market", end_week=12)
    options = {"n": 3_000, "weeks": 26, "start": "posterior", "execution": 1.0, "valued": True}
    gains = []
    for seed in range(4):
        on, off = (
            _worth(world(plays=p, seed=seed, shared=True, **options).run().weekly)
            for p in (strategy(play), DO_NOTHING)
        )
        gains.append([a / b - 1 for a, b in zip(on, off, strict=True)])
    ours, firm = np.mean(gains, axis=0)
    assert abs(ours) < 0.01
    assert firm > 0.03


def test_the_closed_form_hardly_sees_a_lasting_cut_in_hazard() -> None:
    cut, n = 0.2, 4_000
    table = load_parameters()
    options = {"n": n, "weeks": 26, "parameters": table, "start": "posterior", "valued": True}
    model, other = (world("music_shop", **options) for _ in range(2))
    other.customers.columns["drop_out_rate"] *= 1 - cut
    usual, calmer = (_worth(m.run().weekly) for m in (model, other))
    ours, firm = (a / b - 1 for a, b in zip(calmer, usual, strict=True))
    assert ours > 0.03
    assert firm < 0.5 * ours


def test_enrolment_without_headroom_would_pay_heavy_buyers_to_change() -> None:
    """Among members, pull falls to nothing with the usual rate; the obvious version is flat."""
    play = Play(
        lever="incentives",
        settings={"rebate": 0.01, "reward_trips": 10},
        owner="market",
    )
    model = world(plays=strategy(play), n=6_000, weeks=10, start="posterior", execution=1.0).run()
    people = model.customers.columns
    lever = next(m for m in model.state.levers.all if m.name == "incentives")
    week, plays = model.state.lever_view(), model.last_week.plays["incentives"]
    term = lever.effects(week, plays, model.state.own(lever))["purchase"]
    members = people["enrolled"] & (people["status"] == ACTIVE)
    rate = (people["category_rate"] * people["base_share"])[members]
    heavy = rate > np.quantile(rate, 0.8)
    assert term[members][heavy].mean() < 0.2 * term[members][~heavy].mean()


@pytest.mark.parametrize("stored", [0.0, 0.58])
def test_a_dip_after_a_promotion_needs_a_stock(stored) -> None:
    # Further encounters move satisfaction as well, which is no stock: it is left out.
    alone = {"reference_effect": 0.0, "satisfaction_on_purchase": 0.0}
    table = load_parameters().replace("market_life", stored=stored, **alone)
    once = Play(
        lever="incentives",
        settings={"promotion": 0.2, "basket_share": 1, "promotion_every": 20, "promotion_weeks": 1},
        owner="market",
        start_week=10,
        end_week=21,
    )
    # Promotions fall on weeks that are whole multiples of 20: week 20 is the only one of the play.
    dips = []
    for seed in range(6):
        options = {
            "n": 3_000,
            "weeks": 27,
            "seed": seed,
            "parameters": table,
            "execution": 1.0,
            "shared": True,
        }
        on, off = (
            world(plays=p, **options).run().weekly.groupby("week")["trips"].sum().to_numpy()
            for p in (strategy(once), DO_NOTHING)
        )
        dips.append(((off - on)[21:].sum()) / (on - off)[20])
    error = np.std(dips, ddof=1) / np.sqrt(len(dips))
    if stored:
        assert np.mean(dips) > 0.04
    else:
        assert abs(np.mean(dips)) < stats.t.isf(5e-5, len(dips) - 1) * error
