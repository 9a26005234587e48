"""Under contracts customers pay once a period, leave at renewals only, and do so as the law says.

Serves: L1.1a L1.1b C1.1
"""

import numpy as np
import pytest

from sim.calibration.shifted_beta_geometric import chance_to_leave, fit_sbg, survival
from sim.calibration.subscription_cohort import firm_histories, read_cohort
from sim.common.errors import InputError
from sim.common.reading import validate
from sim.levers import MECHANISMS
from sim.market.market import Market, load_market
from sim.model.loyalty_model import LoyaltyModel
from sim.model.observers.diary import keep_tally
from sim.playbook.pages import load_page
from sim.playbook.strategies import Play
from sim.world.population import ACTIVE
from sim.world.removable_leaving import hazard_factor
from tests.benchmark.plain_mesa import PlainModel
from tests.worlds import (
    Z_LIMIT,
    assert_books_agree,
    assert_mean,
    assert_share,
    stating,
    strategy,
    uncoupled,
    world,
)

#: Survivors of 1000 who joined in one year (Fader & Hardie 2007, regular segment).
PUBLISHED = [1000, 631, 468, 382, 326, 289, 262, 241]
ALPHA, BETA = 0.704, 1.182
#: Nobody joins or comes back, and no friend's leaving counts.
ALONE = {"inflow_per_year": 0.0, "winback_per_year": 0.0, "defection_visible": 0.0}


def alone(n: int, weeks: int, duration: float = 1.0, **more) -> LoyaltyModel:
    values = {"prospects_per_customer": 0.01, **ALONE, **more}
    market = stating(load_market("subscription"), renewal_duration=duration)
    return world(market, n=n, weeks=weeks, parameters=uncoupled(), **values)


# --- the published cohort -------------------------------------------------------------------------
def test_the_published_fit_is_reproduced_by_maximum_likelihood():
    assert read_cohort().tolist() == PUBLISHED
    fitted = fit_sbg(PUBLISHED)
    assert fitted.values["renewal_alpha"] == pytest.approx(ALPHA, abs=5e-4)
    assert fitted.values["renewal_beta"] == pytest.approx(BETA, abs=5e-4)
    assert not fitted.unidentified()
    market = load_market("subscription")
    for name, value in fitted.values.items():
        assert market[name] == pytest.approx(value, rel=1e-5)
        assert market.values[name].standard_error == pytest.approx(fitted.errors[name], rel=1e-4)


def test_the_law_gives_the_published_curve_and_its_recursion():
    left = survival(np.arange(8), ALPHA, BETA)
    np.testing.assert_allclose(left, np.array(PUBLISHED) / 1000, atol=0.0075)
    t = np.arange(1, 8)
    np.testing.assert_allclose(left[1:] / left[:-1], (BETA + t - 1) / (ALPHA + BETA + t - 1))
    after = survival(np.arange(5), ALPHA, BETA, before=3)
    np.testing.assert_allclose(after, left[3:] / left[3])


def test_a_known_law_is_found_again_within_its_standard_errors():
    luck, n = np.random.default_rng(3), 20_000
    leaves = luck.geometric(np.maximum(luck.beta(0.8, 2.5, n), 1e-9))
    counts = [int((leaves > k).sum()) for k in range(9)]
    fitted = fit_sbg(counts)
    for name, value in {"renewal_alpha": 0.8, "renewal_beta": 2.5}.items():
        assert abs(np.log(fitted.values[name] / value)) < 3.89 * fitted.log_errors[name], name


def test_chances_to_leave_are_those_of_customers_who_renewed_so_far():
    luck = (np.arange(200_000) + 0.5) / 200_000
    for k in (0, 3):
        theta = chance_to_leave(luck, np.full(luck.size, k), ALPHA, BETA)
        assert theta.mean() == pytest.approx(ALPHA / (ALPHA + BETA + k), rel=1e-4)
        assert theta.max() < 1


def test_the_firms_ages_are_those_of_eight_equal_cohorts():
    table = firm_histories(read_cohort())
    ages = table.groupby("frequency").size()
    np.testing.assert_allclose(ages, 1000 * np.array(PUBLISHED) / sum(PUBLISHED), atol=1.0)
    since = table["T"] - 52 * table["frequency"]
    assert since.between(0, 52).all() and table["recency"].equals(52.0 * table["frequency"])
    assert since.mean() == pytest.approx(26.0, abs=1e-9)


# --- who stays and who pays ------------------------------------------------------------------------
def test_a_fresh_cohort_renews_by_the_shifted_beta_geometric_law():
    n = 10_000
    model = alone(n, 52 * 7 + 1, purchase_alpha=100.0)
    market = model.market
    law = survival(np.arange(8), market["renewal_alpha"], market["renewal_beta"])
    model.run()
    kept = model.weekly.groupby("week")["n_start_active"].sum()
    for year in range(1, 8):
        assert kept[52 * year - 1] == kept[52 * (year - 1)], "nobody leaves between renewals"
        assert_share(kept[52 * year], n, law[year], f"left after {year} renewals")
        # The sample of 1000 that was published is as far from its own law as luck allows.
        assert_share(PUBLISHED[year], 1000, kept[52 * year] / n, "the published cohort")


def test_each_customer_pays_once_a_period_and_leaves_at_a_renewal_only():
    n, weeks = 300, 120
    model = world("subscription", n=n, weeks=weeks, start="posterior")
    people = model.customers.columns
    due = people["renewal_week"].copy()
    active = people["status"] == ACTIVE
    for week in range(weeks):
        before, paid = due.copy(), people["renewals"].copy()
        model.step()
        left = active & (people["status"] != ACTIVE)
        came = ~active & (people["status"] == ACTIVE)
        assert (before[left] == week).all(), "left between renewals"
        stays = active & ~left
        renewed = stays & (before == week)
        assert (people["renewals"][renewed] == paid[renewed] + 1).all()
        assert (people["renewals"][stays & ~renewed] == paid[stays & ~renewed]).all()
        payers = renewed | came
        assert (people["renewal_week"][renewed] == week + 52).all()
        assert (people["renewal_week"][came] == week + 53).all()
        fees = people["mean_spend"][payers].sum()
        found = model.weekly.loc[lambda t, w=week: t["week"] == w, "spend"].sum()
        assert found == pytest.approx(fees, rel=1e-12)
        due, active = people["renewal_week"].copy(), people["status"] == ACTIVE
    assert_books_agree(model)


def test_renewal_dates_are_spread_evenly_over_the_period():
    model = world("subscription", n=20_000, weeks=1, start="posterior")
    weeks = model.customers.columns["renewal_week"][:20_000]
    assert weeks.min() >= 0 and weeks.max() <= 52
    for quarter in range(4):
        inside = (weeks >= 13 * quarter) & (weeks < 13 * (quarter + 1))
        assert_share(inside.sum(), 20_000, 0.25, f"renewals of quarter {quarter + 1}")


def test_use_goes_on_and_costs_nothing_more():
    model = alone(4_000, 20, renewal_alpha=0.1, renewal_beta=1e4)
    tally = keep_tally(model.state, "trips", "spend")
    model.run()
    rate = model.market["purchase_shape"] / model.market["purchase_alpha"]
    assert_mean(tally.sums["trips"][:4_000], 20 * rate, "uses")
    assert not tally.sums["spend"][:4_000].any(), "no fee is due in the first 20 weeks"
    assert model.weekly["n_failures"].sum() > 0


def test_the_expected_path_of_the_baseline_is_that_of_everyones_own_chance():
    n, weeks = 8_000, 110
    calm = {"defection_visible": 0.0, "talk_share_of_inflow": 0.0, "purchase_alpha": 50.0}
    table = uncoupled()
    model = world("subscription", n=n, weeks=weeks, start="posterior", parameters=table, **calm)
    people = model.customers.columns
    stays, first = np.exp(-people["drop_out_rate"][:n]), people["renewal_week"][:n]
    for week in (30, 80):
        made = (first <= week).astype(int) + (first + 52 <= week)
        lost = np.sum((stays ** (made - 1) - stays**made)[(week - first) % 52 == 0])
        new = model.state.baseline.path.lost[week] - lost
        assert new == pytest.approx(0, abs=1e-6) if week < 53 else new > 0
    model.run()
    joined = model.weekly[["new_joined", "new_won_back"]].sum().sum()
    allowed = Z_LIMIT * 0.5 * np.sqrt(n + joined)  # nobody's chance varies by more than a half
    assert abs(model.n_active - n * model.state.baseline.path.active[-1] - _gain(model)) < allowed


def _gain(model: LoyaltyModel) -> float:
    """Return what the last week, whose path stands before it, is expected to add."""
    n = model.setting.n_customers
    return float(n * model.market["inflow_per_year"] / 52 - model.state.baseline.path.lost[-1])


# --- what moves renewals ----------------------------------------------------------------------------
def test_satisfaction_moves_renewals_and_leaves_their_mean():
    model = world("subscription", n=20_000, weeks=53, **ALONE, prospects_per_customer=0.01)
    theta = -np.expm1(-model.customers.columns["drop_out_rate"][:20_000])
    diary = keep_tally(model.state, "new_dropped_out")
    before = model.customers.columns["satisfaction"][:20_000].copy()
    model.run()
    gone = diary.sums["new_dropped_out"][:20_000]
    assert_mean(gone - theta, 0.0, "left at the first renewal, less the chance")
    assert (gone - theta)[before > 0.5].mean() < (gone - theta)[before < -0.5].mean()


def test_a_lower_fee_keeps_customers_where_the_market_says_so():
    cut = {"discount": 0.3, "basket_share": 1.0}
    plan = strategy(Play(lever="incentives", settings=cut, audience="everyone", owner="market"))
    kept = {}
    for pull in (0.0, 1.0):
        values = {**ALONE, "fee_on_renewal": pull, "prospects_per_customer": 0.01, "execution": 1.0}
        model = world("subscription", plan, n=3_000, weeks=53, parameters=uncoupled(), **values)
        people = model.customers.columns
        hazard = people["drop_out_rate"][:3_000].copy()
        model.run()
        kept[pull] = people["status"][:3_000] == ACTIVE
        cheaper = hazard_factor(np.log([0.7**pull]), model.market["removable_drop_out"])
        expected = np.exp(-hazard * cheaper)
        assert_mean(kept[pull] - expected, 0.0, f"renewed at {pull}")
        table = model.weekly.sum(numeric_only=True)
        assert table["cost.incentives"] == pytest.approx(0.3 * table["spend"])
    assert kept[1.0].sum() > kept[0.0].sum() and (kept[1.0] | ~kept[0.0]).all()


def test_contagion_acts_and_its_reproduction_is_reported_and_stable():
    model = world("subscription", n=4_000, weeks=30, start="posterior")
    people, life = model.customers.columns, model.state.life
    theta = -np.expm1(-people["drop_out_rate"][:4_000])
    per_loss = (life.contagion_ratio - 1) * life.mean_ties * life.contagion_weeks
    removable = theta.mean() * model.market["removable_drop_out"]
    assert model.reproduction == pytest.approx(per_loss * removable / 52)
    model.run()
    assert (model.weekly["term.churn.contagion"] != 0).any()


def test_contagion_is_refused_where_contracts_are_too_short_for_it():
    with pytest.raises(InputError, match="R ="):
        world("subscription", n=500, renewal_weeks=4.0)


@pytest.mark.parametrize("mechanism", MECHANISMS, ids=lambda each: each.name)
def test_every_preset_lives_under_contracts_and_fees_are_all_that_is_paid(mechanism):
    page = load_page(mechanism.name)
    for preset in page.presets.values():
        play = Play(
            lever=mechanism.name,
            settings=preset.settings,
            audience="everyone",
            owner=page.owner,
        )
        model = world("subscription", strategy(play), n=150, weeks=6, start="posterior").run()
        table = model.weekly.drop(columns="segment").sum()
        assert np.isfinite(table.to_numpy(float)).all()
        assert table["spend"] > 0
        assert_books_agree(model)


def test_points_are_earned_by_paying_the_fee_and_not_by_use():
    chosen = {"rebate": 0.02, "reward_trips": 1000.0}
    plan = strategy(Play(lever="incentives", settings=chosen, audience="everyone", owner="market"))
    values = {"purchase_alpha": 50.0, "execution": 1.0}
    model = world("subscription", plan, n=3_000, weeks=52, start="posterior", **values).run()
    people = model.customers.columns
    member = people["enrolled"] & (people["week_enrolled"] == 0) & people["kept"]
    paid = member & (people["renewals"] > 0) & (people["renewal_week"] >= 53)
    assert paid.sum() > 100
    np.testing.assert_allclose(people["points"][paid], people["fee_paid"][paid])


# --- what is refused --------------------------------------------------------------------------------
def test_the_plain_model_refuses_contracts():
    with pytest.raises(ValueError, match="contracts"):
        PlainModel(world("subscription", n=100))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"yearly_attrition": "renewal_beta"}, "exactly one of"),
        ({"spend_scale": "fee_mean"}, "contracts"),
        ({"renewal_weeks": None}, "renewal_weeks"),
    ],
)
def test_a_market_that_mixes_contracts_with_purchases_is_refused(change, said):
    content = load_market("subscription").model_dump()
    for name, like in change.items():
        if like is None:
            del content["values"][name]
        else:
            content["values"][name] = content["values"][like]
    with pytest.raises(InputError, match=said):
        validate(Market, content, "subscription")


def test_a_period_that_is_no_whole_number_of_weeks_is_refused():
    content = load_market("subscription").model_dump()
    content["values"]["renewal_weeks"] |= {"value": 4.35}
    with pytest.raises(InputError, match="whole weeks"):
        validate(Market, content, "subscription")
