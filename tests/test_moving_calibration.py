"""A calibration tells whether customers' rates move, how sure that is, and where each customer stands."""

import numpy as np
import pytest
from scipy import stats

from sim.calibration.calibrate import calibrate
from sim.calibration.forecast.histories import histories_until
from sim.calibration.forecast.moving_errors import covariance_of
from sim.calibration.forecast.moving_rates import NAMES, fit_moving_rates, scale_of_fit
from sim.calibration.market_file import history_csv
from sim.calibration.moving_market import LEAST_REPEATING, LEAST_WEEKS
from sim.calibration.rfm_histories import MOVING_COLUMNS
from sim.experiment.futures import draw_futures
from sim.model.loyalty_model import LoyaltyModel
from sim.model.scenario import Scenario
from sim.playbook.strategy_files import load_strategy
from tests.moving_logs import LEAVING, NO_AWAY, PAUSES, moving_log

#: One false alarm in 10,000 over all parameters of a test.
FALSE_ALARM = 1e-4


def _fitted(law: dict[str, float]):
    log = moving_log(law, 1000, 78, 3)
    known = histories_until(log, log["day"].max())
    return fit_moving_rates(known, phases=1), known


@pytest.mark.parametrize("law", [LEAVING, PAUSES], ids=["leaving", "pauses"])
def test_a_law_that_is_known_is_recovered_within_its_stated_errors(law):
    found, known = _fitted(law)
    logs, covariance = covariance_of(found, known)
    z = (logs - scale_of_fit(law)) / np.sqrt(np.diag(covariance))
    limit = stats.norm.isf(FALSE_ALARM / 2 / len(NAMES))
    assert (np.abs(z) < limit).all(), dict(zip(NAMES, z.round(1), strict=True))


def test_where_nobody_goes_away_hardly_anybody_is_found_to():
    """The share away at the end: with none in n, at most -ln(1e-4) / n could be and not be seen."""
    found, known = _fitted(NO_AWAY)
    _, away, inverse = found.known_at_end(known)
    assert away.sum(axis=0)[inverse].mean() < -np.log(FALSE_ALARM) / len(known)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A market of a small firm's log, with what was said meanwhile."""
    folder, said = tmp_path_factory.mktemp("moving"), []
    moving_log(PAUSES, 300, 40, 3).to_csv(folder / "log.csv", index=False)
    made = calibrate(str(folder / "log.csv"), "own", folder=folder, moving=said.append)
    return made, folder, said


def test_a_market_says_how_rates_move_how_sure_that_is_and_why(made):
    market, section = made[0].market, made[0].market.moving_rates
    assert section is not None and 0 < section.weight < 1
    assert "weeks on average" in section.reason and "earlier days" in section.reason
    (joint,) = section.covariances
    assert joint.scale == "log" and set(joint.values) == set(section.values)
    for k, name in enumerate(joint.values):
        number = section.values[name]
        assert number.standard_error == pytest.approx(
            number.value * joint.matrix[k][k] ** 0.5, rel=1e-4
        )
    drawn = [one.values for one in draw_futures(market, (), 8, 1)]
    assert len({one["moving.rate_drift"] for one in drawn}) == 8
    assert any("Fitting" in text for text in made[2])


def test_each_customer_has_a_law_of_the_rate_now_and_chances_of_being_away(made):
    histories = made[0].histories
    chances = histories[list(MOVING_COLUMNS[2:])]
    assert (histories[list(MOVING_COLUMNS[:2])] > 0).all(axis=None)
    assert (chances >= 0).all(axis=None) and (chances.sum(axis=1) <= 1).all()
    silent = histories["T"] - histories["recency"]
    gone = histories["quick_away"] + histories["slow_away"]
    assert gone[silent > 15].mean() > gone[silent < 2].mean()
    # Rates are those of days: on average they are those at which customers of the last weeks came.
    rate = histories["moving_shape"] / histories["moving_scale"]
    bought = histories["frequency"] / histories["T"]
    assert np.corrcoef(rate, bought)[0, 1] > 0.5


def test_the_market_as_it_is_where_rates_move_can_be_lived_through(made):
    market = made[0].market.with_histories(made[1] / "own.history.csv").with_moving_rates()
    assert (made[1] / "own.history.csv").read_text() == history_csv(made[0].histories)
    model = LoyaltyModel(Scenario(market, load_strategy("baseline"), 100, 4, 1)).run()
    assert np.isfinite(model.weekly.drop(columns="segment").to_numpy(float)).all()


def test_a_log_that_is_too_short_says_so_and_its_rates_stay(tmp_path):
    moving_log(PAUSES, 150, LEAST_WEEKS - 6, 3).to_csv(tmp_path / "log.csv", index=False)
    asked = {"folder": tmp_path, "drop_out": "assumed", "moving": lambda what: None}
    made = calibrate(str(tmp_path / "log.csv"), "own", **asked)
    assert made.market.moving_rates is None
    assert list(made.histories)[-1] not in MOVING_COLUMNS
    (told,) = [text for text in made.market.cautions if "rates move" in text]
    assert str(LEAST_WEEKS) in told and str(LEAST_REPEATING) in told


def test_without_being_asked_a_calibration_fits_no_law_of_rates_that_move(tmp_path):
    moving_log(PAUSES, 150, 30, 3).to_csv(tmp_path / "log.csv", index=False)
    made = calibrate(str(tmp_path / "log.csv"), "own", folder=tmp_path, drop_out="assumed")
    market = made.market
    assert market.moving_rates is None and not any("rates move" in x for x in market.cautions)
