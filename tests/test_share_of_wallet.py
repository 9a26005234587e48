"""The share of wallet that is entered is that of known buyers; that behind their trips turns lifts."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from sim.common.random_numbers import Draws
from sim.market.market import load_market
from sim.model.common_start import prepare
from sim.model.scenario import Scenario
from sim.model.week.baseline import share_behind_a_trip
from sim.world.population import ACTIVE
from sim.world.traits import rival_shape
from sim.world.week_zero import make_people
from tests.worlds import DO_NOTHING, Z_LIMIT

N = 4_000


def _known(market, seed=1):
    """Return what active known customers buy here and elsewhere, per week."""
    people = make_people(market, Draws(seed, 2 * N), N, 0.5)
    active = people["status"][:N] == ACTIVE
    category = people["category_rate"][:N][active]
    own = category * people["base_share"][:N][active]
    return own, category - own


def _tolerance(share, own, shape):
    """Return how far the share may lie off: what is bought elsewhere is a mean of gamma draws.

    Its relative error is 1 / sqrt(n b), and the share moves by share (1 - share) times it.
    """
    return Z_LIMIT * share * (1 - share) / np.sqrt(own.size * shape)


@pytest.mark.parametrize("entered", [0.1, 0.35, 0.8])
@pytest.mark.parametrize("moving", [False, True])
@pytest.mark.parametrize("name", ["grocery", "music_shop", "subscription"])
def test_known_buyers_have_the_share_of_wallet_that_is_entered(name, moving, entered):
    market = load_market(name).with_values(share_of_wallet=entered)
    if moving and market.moving_rates is None:
        pytest.skip("this market has one law")
    own, elsewhere = _known(market.with_moving_rates() if moving else market)
    shape = rival_shape(market.with_moving_rates() if moving else market, own.mean())
    found = own.sum() / (own.sum() + elsewhere.sum())
    assert found == pytest.approx(entered, abs=_tolerance(entered, own, shape))


def test_so_have_buyers_of_a_log_that_holds_good_customers_only(tmp_path):
    """The obvious version, the rivals of new customers for everybody, makes 35 % some 80 %."""
    market = load_market("music_shop").with_values(share_of_wallet=0.35)
    table = pd.read_csv(market.history_path)
    best = table[table["frequency"] >= 5]
    best.to_csv(tmp_path / "best.csv", index=False)
    own, elsewhere = _known(market.with_histories(tmp_path / "best.csv"))
    found = own.sum() / (own.sum() + elsewhere.sum())
    limit = _tolerance(0.35, own, rival_shape(market, own.mean()))
    assert found == pytest.approx(0.35, abs=limit)
    obvious = rival_shape(market) / market.alpha_ahead  # what new customers buy elsewhere
    assert own.mean() / (own.mean() + obvious) > 0.35 + 20 * limit


def test_a_fresh_cohort_has_the_textbook_s_law():
    market = load_market("grocery")
    r, share = market["purchase_shape"], market["share_of_wallet"]
    assert rival_shape(market) == r * (1 - share) / share
    people = make_people(market, Draws(1, N), N, 0.5, start="fresh")
    assert rival_shape(market, r / market.alpha_ahead) == pytest.approx(rival_shape(market))
    assert people["base_share"].mean() == pytest.approx(share, abs=Z_LIMIT * 0.5 / np.sqrt(N))


# -- the share behind a trip ------------------------------------------------------------------------
LIFT = 1e-3  # log points


def _lifted(start, behind):
    """Return by how much week 0's own trips rise for a lift put on the logit, log points."""
    rows = start.baseline.start
    category, logit = start.people["category_rate"][rows], start.baseline.logit_share[rows]
    usual, lifted = (
        np.sum(category * expit(logit + term)) for term in (0.0, LIFT / (1.0 - behind))
    )
    return float(np.log(lifted / usual))


def _bend(behind):
    """Return the most that the curve of the logit can take off: half the term squared."""
    return (LIFT / (1.0 - behind)) ** 2 / 2


def _start(market):
    return prepare(Scenario(market, DO_NOTHING, N, 1, start="posterior"))


@pytest.mark.parametrize("name", ["grocery", "music_shop", "subscription"])
def test_a_lift_of_own_trips_comes_out_as_it_was_found(name):
    start = _start(load_market(name))
    behind = start.baseline.share_behind_a_trip
    assert _lifted(start, behind) == pytest.approx(LIFT, abs=_bend(behind))
    over_people = start.people["base_share"][start.baseline.start].mean()
    assert _lifted(start, over_people) < LIFT - 5 * _bend(over_people)


def test_so_it_does_for_buyers_of_a_log_that_holds_good_customers_only(tmp_path):
    """The obvious version, the share behind a trip of a fresh cohort, brings a third too much."""
    market = load_market("music_shop").with_values(share_of_wallet=0.35)
    table = pd.read_csv(market.history_path)
    table[table["frequency"] >= 5].to_csv(tmp_path / "best.csv", index=False)
    start = _start(market.with_histories(tmp_path / "best.csv"))
    behind, shape = start.baseline.share_behind_a_trip, market["purchase_shape"]
    assert _lifted(start, behind) == pytest.approx(LIFT, abs=_bend(behind))
    fresh = (shape + 1) / (shape / market["share_of_wallet"] + 1)
    assert abs(_lifted(start, fresh) - LIFT) > 5 * _bend(fresh)


def test_who_pauses_has_no_part_in_the_trips_of_week_0():
    share, start = np.array([0.2, 0.6, 0.9]), np.array([True, True, True])
    people = {"base_share": share, "category_rate": np.ones(3), "status": np.full(3, ACTIVE)}
    people["pausing"] = np.array([False, False, True])
    assert share_behind_a_trip(people, start) == pytest.approx((0.2**2 + 0.6**2) / 0.8)
