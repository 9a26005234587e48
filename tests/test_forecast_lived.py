"""The simulation without a strategy buys what the forecast of the same log foretells.

Serves: L4.1b I5.4
"""

from dataclasses import dataclass, replace

import numpy as np
import pytest
from scipy import stats

from sim.calibration.calibrate import market_of_log
from sim.calibration.forecast import laws
from sim.calibration.forecast.histories import histories_until
from sim.calibration.forecast.moving_rates import fit_moving_rates
from sim.calibration.forecast.outlook import Outlook, look_ahead
from sim.calibration.forecast.refined_prior import fit_refined_prior
from sim.calibration.market_file import history_csv
from sim.calibration.transactions import Log, read_log
from sim.evidence.parameters import load_parameters
from sim.market.market import Market
from sim.model.loyalty_model import LoyaltyModel
from sim.model.scenario import Scenario
from sim.playbook.strategies import DO_NOTHING
from tests.moving_logs import PAUSES, moving_log

WEEKS, SEEDS, Z_LIMIT = 52, 16, 3.89  # false alarm 1e-4, two-sided


@dataclass(frozen=True)
class Lived:
    """A log's market beside its forecasts, by law."""

    market: Market
    foretold: dict[str, Outlook]
    customers: int

    def purchases(self, market: Market, weeks: int = WEEKS) -> np.ndarray:
        """Return what the known customers buy in each week, without new ones; by seed and week."""
        quiet = market.with_values(inflow_per_year=0.0, prospects_per_customer=0.0)
        table = load_parameters()
        found = []
        for seed in range(SEEDS):
            setting = Scenario(quiet, DO_NOTHING, self.customers, weeks, seed, table)
            weekly = LoyaltyModel(setting, valued=False).run().weekly
            found.append(weekly.groupby("week")["trips"].sum().to_numpy(float))
        return np.array(found)


@pytest.fixture(scope="module", autouse=True)
def no_earlier_days():
    """Leave out the fits to earlier days, three of four: they say how the two laws are weighed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(laws, "look_back", lambda *_: [])
        yield


@pytest.fixture(scope="module")
def lived(tmp_path_factory) -> Lived:
    whole = read_log("cdnow").until("1997-12-31")
    third = whole.occasions["customer"] % 3 == 0
    log = replace(whole, occasions=whole.occasions[third].reset_index(drop=True))
    made = market_of_log(log, "shop", moving=lambda _doing: None)
    file = tmp_path_factory.mktemp("lived") / "shop.history.csv"
    made.histories.to_csv(file, index=False)
    known = histories_until(log.open_occasions, log.last_day)
    fitted = {"moving_rates": fit_moving_rates(known), "refined_prior": fit_refined_prior(known)}
    foretold = {name: look_ahead(law, known, WEEKS) for name, law in fitted.items()}
    return Lived(made.market.with_histories(file), foretold, len(known))


@pytest.fixture(scope="module")
def paused(tmp_path_factory) -> Lived:
    """A firm none of whose customers ever leaves: they pause."""
    occasions = moving_log(PAUSES, 400, 52, 6).assign(lines=1)
    log = Log("shop.csv", occasions, "a shop", "own", "made up")
    made = market_of_log(log, "shop", figures=False, moving=lambda _doing: None)
    file = tmp_path_factory.mktemp("paused") / "shop.history.csv"
    file.write_text(history_csv(made.histories))
    known = histories_until(log.open_occasions, log.last_day)
    law = fit_moving_rates(known)
    foretold = {f"{weeks}": look_ahead(law, known, weeks) for weeks in (52, 104)}
    return Lived(made.market.with_histories(file), foretold, len(known))


@pytest.fixture(scope="module")
def two_years(paused) -> np.ndarray:
    """What that firm's customers buy where rates move, by seed and week."""
    return paused.purchases(paused.market.with_moving_rates(), 104)


def _within(weekly: np.ndarray, expected: float, known: float) -> None:
    """Assert that runs agree with a mean, which stands for the simulated one up to a share `known`."""
    found = weekly.sum(axis=1)
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


def test_where_customers_pause_silence_counts_once_and_two_years_lose_hardly_anybody(
    paused, two_years
):
    """But for 4 %: leaving beside pauses is small, not none, which a year's log cannot tell.

    With the drop-out that was measured without pauses a sixth of two years is missing.
    """
    assert paused.market.with_moving_rates().has_pauses and "drop_out_beta" in paused.market.values
    _within(two_years, paused.foretold["104"].week_mean.sum(), 0.04)


def test_where_customers_pause_a_year_spreads_as_much_as_the_forecast_says(paused, two_years):
    """Luck of all customers' purchases at the parameters fitted: a variance has a chi-square law."""
    ratio = two_years[:, :WEEKS].sum(axis=1).var(ddof=1) / paused.foretold["52"].total_variance
    ends = stats.chi2.ppf([5e-5, 1 - 5e-5], SEEDS - 1) / (SEEDS - 1)
    assert ends[0] < ratio < ends[1], ratio
