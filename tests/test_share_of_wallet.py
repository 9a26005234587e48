"""The share of wallet that is entered is the share that a firm's known buyers have."""

import numpy as np
import pandas as pd
import pytest

from sim.common.random_numbers import Draws
from sim.market.market import load_market
from sim.world.population import ACTIVE
from sim.world.traits import rival_shape
from sim.world.week_zero import make_people
from tests.worlds import Z_LIMIT

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
