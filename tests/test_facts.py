"""Facts are measured rightly where the answer is known, and measuring changes nothing."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sim.calibration.shifted_beta_geometric import survival
from sim.checks.validation import (
    bias,
    brands,
    contact,
    equity,
    experience,
    incentives,
    leaving,
    purchase_counts,
)
from sim.checks.validation.worlds import Setup, run_watched, world
from sim.common.random_numbers import Draws
from sim.market.market import load_market
from tests.worlds import assert_mean

GROCERY = Setup(load_market("grocery"), 1_000, 3)
PEOPLE = 100_000


# -- known answers ---------------------------------------------------------------------------------
def _counts(law, n: int = PEOPLE) -> np.ndarray:
    return law.ppf(Draws(1, n).uniform("counts"))


def test_nbd_counts_fit_an_nbd_and_a_split_market_does_not() -> None:
    shape, mean = 0.6, 2.0
    nbd = _counts(stats.nbinom(shape, shape / (shape + mean)))
    classes = purchase_counts._classes(nbd)
    assert purchase_counts.nbd_shape(nbd.mean(), float(np.mean(nbd == 0))) == pytest.approx(
        shape, rel=0.05
    )
    assert purchase_counts.misfit(classes[:-1], nbd.mean()) < 0.05
    all_the_same = _counts(stats.binom(4, 0.5))
    assert (
        purchase_counts.misfit(purchase_counts._classes(all_the_same)[:-1], all_the_same.mean())
        > 0.15
    )


def test_the_heaviest_fifth_of_equal_buyers_make_a_fifth_of_the_purchases() -> None:
    assert purchase_counts.share_of_heaviest(np.array([0.0, 2.0, 2.0, 2.0])) == pytest.approx(0.2)
    assert purchase_counts.share_of_heaviest(np.array([6.0, 1.0, 1.0, 1.0, 1.0])) == pytest.approx(
        0.6
    )
    exponential = -np.log(Draws(1, PEOPLE).uniform("rates"))
    expected = 0.2 * (1 - np.log(0.2))  # Lorenz curve of the exponential law
    assert purchase_counts.share_of_heaviest(exponential) == pytest.approx(expected, abs=0.01)


def test_trips_to_rivals_are_split_by_a_dirichlet_law_and_add_up() -> None:
    shape, shares = 1.5, (0.6, 0.3, 0.1)
    draws, rate = Draws(1, PEOPLE), stats.gamma(shape)
    total = rate.ppf(Draws(2, PEOPLE).uniform("all"))
    trips = np.array([stats.poisson.ppf(Draws(w, PEOPLE).uniform("t"), 3 * total) for w in (3, 4)])
    split = brands.split_trips(draws, shape, shares, trips.astype(np.int64))
    np.testing.assert_array_equal(split.sum(axis=0), trips)
    for j, share in enumerate(shares):
        assert_mean(split[j].sum(axis=0) - share * trips.sum(axis=0), 0.0, f"trips to rival {j}")
        none = float(np.mean(split[j, 0] == 0))
        expected = (1 + 3.0) ** -(shape * share)  # each rival's trips are again NBD
        assert none == pytest.approx(expected, abs=5 * np.sqrt(none * (1 - none) / PEOPLE))


def _dirichlet_market(shapes: tuple[float, ...], mean: float) -> brands.Brands:
    """Brands bought at independent gamma rates of one scale."""
    luck = [Draws(j, PEOPLE) for j in range(len(shapes))]
    rates = [stats.gamma(s).ppf(d.uniform("rate")) for s, d in zip(shapes, luck, strict=True)]
    trips = [
        stats.poisson.ppf(d.uniform("trips"), r * mean) for r, d in zip(rates, luck, strict=True)
    ]
    return brands.Brands.of(np.array(trips).astype(np.int64))


def test_a_dirichlet_market_shows_double_jeopardy_and_duplication() -> None:
    found = _dirichlet_market((0.5, 0.3, 0.2, 0.1, 0.05), 1.0)
    assert found.double_jeopardy() == pytest.approx(1.0)
    assert found.unevenness() < 0.1
    slope, fit = found.duplication()
    assert slope == pytest.approx(1.0, abs=0.05)  # independent rates: nobody's buyers are special
    assert fit > 0.95


def test_a_market_of_loyal_niches_shows_neither() -> None:
    """Small brands with few buyers who buy it all the time, and no one in common."""
    trips = np.zeros((5, PEOPLE), dtype=np.int64)
    first = 0
    for j, size in enumerate((0.5, 0.2, 0.15, 0.1, 0.05)):
        last = first + int(size * PEOPLE)
        trips[j, first:last] = 1 + 2 * j
        first = last
    trips[1, :10] = 1
    found = brands.Brands.of(trips)
    assert found.double_jeopardy() < 0
    assert found.unevenness() > 0.2
    assert found.duplication()[1] < 0.8


def test_the_law_of_brands_in_closed_form_is_what_its_buyers_show() -> None:
    """In a short window w (1 - b) is all but constant by the law, in a long one it is not."""
    market = GROCERY.market
    shape, alpha = market["purchase_shape"], market["purchase_alpha"]
    elsewhere = shape * (1 / market["share_of_wallet"] - 1)
    shapes = (shape, *(elsewhere * rival.share.value for rival in market.rivals))
    for weeks in (1, 12):
        found = _dirichlet_market(shapes, weeks / alpha).unevenness()
        assert found == pytest.approx(brands.unevenness_by_law(market, weeks), rel=0.05)
    assert brands.unevenness_by_law(market, 1) < 0.2 < brands.unevenness_by_law(market, 12)


def test_brands_are_added_up_over_replications() -> None:
    one = brands.Brands.of(np.array([[1, 0], [2, 3]]))
    two = brands.Brands.total([one, one])
    np.testing.assert_array_equal(two.per_buyer, one.per_buyer)
    np.testing.assert_array_equal(two.penetration, one.penetration)


def test_a_shifted_beta_geometric_cohort_is_fitted_and_foreseen() -> None:
    left = 1000 * survival(np.arange(6.0), 0.704, 1.182)
    np.testing.assert_allclose(leaving.retention(left)[:2], [0.627, 0.756], atol=0.002)
    alpha, beta = leaving.fit_to_cohort(left[:5])
    assert alpha == pytest.approx(0.704, rel=0.01)
    assert beta == pytest.approx(1.182, rel=0.01)


def _risk_sets(slope: float, weeks: int = 60, at_risk: int = 400) -> pd.DataFrame:
    """Made-up weeks in which each tie lost moves the hazard by a known factor."""
    tables = []
    for week in range(weeks):
        draws = Draws(5, at_risk)
        ties = stats.poisson.ppf(draws.uniform("ties", week), 0.3)
        left = draws.uniform("left", week) < 0.03 * np.exp(slope * ties)
        noise = stats.poisson.ppf(draws.uniform("noise", week), 0.3)
        columns = {f"ties_{w}": ties if w == 5 else noise for w in leaving._WINDOWS}
        known = draws.uniform("known", week)
        tables.append(pd.DataFrame({"stratum": week, "left": left, "ties": known, **columns}))
    return pd.concat(tables).astype(float)


def test_cox_finds_the_hazard_ratio_and_the_weeks_that_are_built_in() -> None:
    table = _risk_sets(np.log(1.5))
    fit = leaving.cox(table)
    assert abs(fit.slope - np.log(1.5)) < 4 * fit.error < 0.5
    assert leaving.hazard_ratio([fit, fit]) == pytest.approx(np.exp(fit.slope))
    likely = np.array([leaving.cox(table, w).log_likelihood for w in leaving._WINDOWS])
    assert leaving.felt_weeks([likely, likely]) == 5


def test_of_several_regressions_the_surer_counts_more() -> None:
    sure, unsure = (
        leaving.Regression(np.log(ratio), error, 0.0) for ratio, error in ((1.2, 0.1), (2.0, 0.3))
    )
    expected = np.exp((9 * np.log(1.2) + np.log(2.0)) / 10)
    assert leaving.hazard_ratio([sure, unsure]) == pytest.approx(expected)


def test_a_hazard_factor_raises_retention_by_a_hundredth() -> None:
    hazard = np.array([0.001, 0.002, 0.01])
    factor = equity.hazard_factor(hazard, 52)
    before, after = (equity.yearly_retention(f * hazard, 52) for f in (1.0, factor))
    assert after == pytest.approx(1.01 * before)


def test_an_effect_that_halves_in_thirty_weeks_is_said_to() -> None:
    size = np.array([8.0, 4.0])
    assert incentives._half_life([size, size]) == pytest.approx(30)


def test_the_best_rate_and_the_loss_beside_it_are_those_of_the_curve() -> None:
    rates = contact._RATES
    worth = 100 + 8 * rates - rates**2  # best at 4, where it is 116
    assert contact.best_rate(rates, worth) == pytest.approx(4.0, abs=0.1)
    for factor in (0.5, 1.5):
        loss = contact.loss_beside_the_best(rates, worth, factor)
        assert loss == pytest.approx(-4 / 116, abs=0.004)


def _selected(effect: float, n: int = PEOPLE) -> bias.Sides:
    """People of whom the heavier half joins when asked, and then buys more by an effect."""
    usual = 1.0 + Draws(1, n).uniform("usual")
    half = Draws(2, n).uniform("half") < 0.5
    joins = half & (usual > 1.5)
    bought = usual * np.where(joins, 1 + effect, 1.0)

    def add(rows: np.ndarray) -> np.ndarray:
        return np.array([rows.sum(), bought[rows].sum(), usual[rows].sum()])

    return bias.Sides(add(joins), add(half & ~joins), add(half), add(~half), add(joins))


@pytest.mark.parametrize("effect", [0.0, 0.1])
def test_an_experiment_finds_the_effect_and_records_the_selection_too(effect) -> None:
    parts = [_selected(effect)]
    assert bias.randomised(parts) == pytest.approx(effect, abs=1e-12)
    assert bias.randomised(parts, of_wallet=True) == pytest.approx(1.75 * effect, abs=0.01)
    assert bias.naive(parts) == pytest.approx(1.75 * (1 + effect) / 1.25 - 1, abs=0.01)
    assert bias.naive(parts, of_wallet=True) == pytest.approx(0.5 + 1.75 * effect, abs=0.01)


def test_set_against_their_own_past_heavy_buyers_look_no_better_than_they_are_made() -> None:
    """Of people who buy as ever, records still show a premium, and growth on one's own past none."""
    usual = 1.0 + Draws(1, PEOPLE).uniform("usual")
    joins = usual > 1.5
    for effect in (0.0, 0.1):
        bought = usual * np.where(joins, 1 + effect, 1.0)

        def add(rows: np.ndarray, size: np.ndarray, bought: np.ndarray = bought) -> np.ndarray:
            return np.array([size[rows].sum(), bought[rows].sum(), usual[rows].sum()])

        raw, own = (
            bias.Sides(add(joins, size), add(~joins, size), *(add(joins, size),) * 3)
            for size in (np.ones(PEOPLE), usual)
        )
        assert bias.naive([own]) == pytest.approx(effect, abs=1e-12)
        assert bias.naive([raw]) > effect + 0.3


def test_the_gap_of_members_is_one_of_households_who_count_alike() -> None:
    """One who buys a thousand times in the category moves the gap by no more than one who buys ten."""
    found = np.array([incentives._membership(GROCERY.times(0.5), seed) for seed in (1, 2)])
    sides = [bias.compare(GROCERY.times(0.5), seed, bias.PROGRAMME) for seed in (1, 2)]
    # people are counted, not purchases
    assert all(side.members[0] == np.round(side.members[0]) for side in sides)
    assert (found[:, 4] > found[:, 0]).all()  # whoever buys elsewhere alone has no share here
    assert (found[:, 1] > 0).all() and (found[:, 1] < found[:, 0]).all()


# -- observers change nothing ----------------------------------------------------------------------
def test_a_run_that_is_watched_is_the_same_run() -> None:
    plain, watched = (world(GROCERY, 1, 6) for _ in range(2))
    panel = run_watched(watched, "trips", "rival_trips")
    pd.testing.assert_frame_equal(plain.run().weekly, watched.weekly)
    by_week = watched.weekly.groupby("week")[["trips", "rival_trips"]].sum()
    np.testing.assert_allclose(panel["trips"].sum(axis=1), by_week["trips"])
    np.testing.assert_allclose(panel["rival_trips"].sum(axis=1), by_week["rival_trips"])


def test_surprises_are_what_the_encounters_brought() -> None:
    """Whoever feels better than before met more than expected, and the other way round."""
    model = world(GROCERY, 1, 6)
    before = model.customers.columns["satisfaction"].copy()
    rows, surprised = experience.surprise(model)
    change = (model.customers.columns["satisfaction"] - before)[rows]
    assert stats.spearmanr(surprised, change).statistic > 0.7
