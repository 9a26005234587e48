"""The simulation without a strategy buys what the forecast of the same log foretells.

Serves: L4.1b I5.4
"""

from dataclasses import dataclass, replace

import numpy as np
import pytest

from sim.calibration.calibrate import market_of_log
from sim.calibration.forecast.histories import histories_until
from sim.calibration.forecast.moving_rates import fit_moving_rates
from sim.calibration.forecast.outlook import Outlook, look_ahead
from sim.calibration.forecast.refined_prior import fit_refined_prior
from sim.calibration.transactions import read_log
from sim.evidence.parameters import load_parameters
from sim.market.market import Market
from sim.model.loyalty_model import LoyaltyModel
from sim.model.scenario import Scenario
from sim.playbook.strategies import DO_NOTHING

WEEKS, SEEDS, Z_LIMIT = 52, 16, 3.89  # false alarm 1e-4, two-sided


@dataclass(frozen=True)
class Lived:
    """A log's market beside its forecasts, by law."""

    market: Market
    foretold: dict[str, Outlook]
    customers: int

    def purchases(self, market: Market) -> np.ndarray:
        """Return what the known customers buy in a year without new ones, by seed."""
        quiet = market.with_values(inflow_per_year=0.0, prospects_per_customer=0.0)
        table = load_parameters()
        found = []
        for seed in range(SEEDS):
            setting = Scenario(quiet, DO_NOTHING, self.customers, WEEKS, seed, table)
            found.append(LoyaltyModel(setting).run().weekly["trips"].sum())
        return np.array(found, dtype=float)


@pytest.fixture(scope="module")
def lived(tmp_path_factory) -> Lived:
    whole = read_log("cdnow").until("1997-12-31")
    third = whole.occasions["customer"] % 3 == 0
    log = replace(whole, occasions=whole.occasions[third].reset_index(drop=True))
    made = market_of_log(log, "shop", moving=lambda _doing: None)
    file = tmp_path_factory.mktemp("lived") / "shop.history.csv"
    made.histories.to_csv(file, index=False)
    known = histories_until(log.open_occasions, log.last_day)
    laws = {"moving_rates": fit_moving_rates(known), "refined_prior": fit_refined_prior(known)}
    foretold = {name: look_ahead(law, known, WEEKS) for name, law in laws.items()}
    return Lived(made.market.with_histories(file), foretold, len(known))


def _within(found: np.ndarray, expected: float, known: float) -> None:
    """Assert that runs agree with a mean, which stands for the simulated one up to a share `known`."""
    error = found.std(ddof=1) / np.sqrt(len(found))
    off = abs(found.mean() / expected - 1)
    assert off < known + Z_LIMIT * error / expected, (found.mean(), expected, error)


def test_where_rates_move_customers_buy_what_the_law_of_moving_rates_foretells(lived):
    """But for 2 %: a customer's rate now is passed on by its first two moments."""
    found = lived.purchases(lived.market.with_moving_rates())
    _within(found, lived.foretold["moving_rates"].week_mean.sum(), 0.02)


def test_where_rates_stay_customers_buy_what_the_refined_prior_foretells(lived):
    """But for 5 %: the market's law is the Pareto/NBD before its spread of rates is refined."""
    found = lived.purchases(lived.market)
    _within(found, lived.foretold["refined_prior"].week_mean.sum(), 0.05)
