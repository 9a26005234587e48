"""What a log leaves open is drawn jointly in every future, as its covariance says."""

import numpy as np
import pytest
from pydantic import ValidationError
from scipy import stats

from sim.experiment.futures import draw_futures, independent_values
from sim.experiment.uncertain_values import ranges_of, uncertain
from sim.market.covariances import Covariance, Joint, interval_of, joint_laws
from sim.market.market import Market, load_market
from sim.market.numbers import Number

#: One false alarm in 10,000 over all numbers of a test.
FALSE_ALARM, N = 1e-4, 1024
NAMES = ["purchase_shape", "purchase_alpha"]
MATRIX = [[0.04, 0.035], [0.035, 0.05]]
JOINT = {"values": NAMES, "scale": "log", "matrix": MATRIX}
ALONE = {"values": ["spend_rate_correlation"], "scale": "plain", "matrix": [[0.0004]]}


def _market(**changed) -> Market:
    content = load_market("grocery").model_dump() | {"covariances": [JOINT, ALONE]}
    return Market.model_validate(content | changed)


@pytest.fixture(scope="module")
def drawn() -> np.ndarray:
    """The logs of the jointly drawn values in many futures; shape (2, N)."""
    lives = [one for one in draw_futures(_market(), (), N, 1) if not one.luck]
    return np.log([[one.values[f"market.{name}"] for one in lives] for name in NAMES])


def test_draws_have_the_mean_and_covariance_that_the_file_states(drawn):
    """Scores go through a Latin hypercube, so that these limits, of independent draws, are generous."""
    market, matrix = _market(), np.array(MATRIX)
    limit = stats.norm.isf(FALSE_ALARM / 2 / 5)
    for k, name in enumerate(NAMES):
        error = np.sqrt(matrix[k, k] / N)
        assert abs(drawn[k].mean() - np.log(market[name])) < limit * error, name
    found = np.cov(drawn)
    for i, j in ((0, 0), (0, 1), (1, 1)):
        error = np.sqrt((matrix[i, i] * matrix[j, j] + matrix[i, j] ** 2) / (N - 1))
        assert abs(found[i, j] - matrix[i, j]) < limit * error, (i, j)


def test_the_mean_rate_is_known_better_than_its_parts(drawn):
    """Drawn one by one, shape and scale would make firms that the log rules out."""
    spread = (drawn[0] - drawn[1]).std()
    assert spread == pytest.approx(np.sqrt(0.04 + 0.05 - 2 * 0.035), rel=0.1)
    assert spread < min(drawn[0].std(), drawn[1].std())


def test_a_market_without_covariances_draws_what_it_drew():
    market, plain = _market(), load_market("grocery")
    assert not plain.covariances or plain.covariances != market.covariances
    plain = plain.model_copy(update={"covariances": []})
    whole, before = draw_futures(market, (), 8, 1), draw_futures(plain, (), 8, 1)
    for one, other in zip(whole, before, strict=True):
        assert one.values.keys() - other.values.keys() == {
            *(f"market.{name}" for name in NAMES),
            "market.spend_rate_correlation",
        }
        assert other.values.items() < one.values.items() and one.seed == other.seed
    assert not {f"market.{name}" for name in NAMES} & uncertain(plain, ()).keys()


@pytest.mark.parametrize("given", [2.0, (1.0, 2.0, 3.0)])
def test_what_is_stated_of_a_group_is_as_stated_and_the_others_keep_their_own_law(given):
    market = _market().with_values(purchase_shape=given)
    (law, _) = joint_laws(market.values, market.covariances)
    assert law.names == ("purchase_alpha",)
    assert law.root[0, 0] ** 2 == pytest.approx(MATRIX[1][1])
    shapes = {one.market(market)["purchase_shape"] for one in draw_futures(market, (), 8, 1)}
    assert shapes == {2.0} if given == 2.0 else 1.0 < min(shapes) < max(shapes) < 3.0


def test_a_file_corrected_by_hand_is_as_corrected():
    values = load_market("grocery").model_dump()["values"]
    values["purchase_alpha"] |= {"status": "published", "value": 3.0}
    lives = draw_futures(_market(values=values), (), 8, 1)
    assert all("market.purchase_alpha" not in one.values for one in lives)
    assert all("market.purchase_shape" in one.values for one in lives)


def test_leanings_are_read_from_parts_that_are_independent():
    """The gain goes with the mean rate alone: the shape's part has no share in it, the shape would."""
    market = _market()
    lives = [one for one in draw_futures(market, (), N, 1) if not one.luck]
    parts = independent_values(market, lives)
    own = np.log([parts[f"market.{name}"] for name in NAMES])
    limit = stats.norm.isf(FALSE_ALARM / 2) * np.sqrt((1 + 2 * np.log2(N) / N) / N)
    assert abs(np.corrcoef(own)[0, 1]) < limit
    raw = np.log([[one.values[f"market.{name}"] for one in lives] for name in NAMES])
    shares = [np.corrcoef(raw[0] - raw[1], part)[0, 1] ** 2 for part in own]
    assert sum(shares) == pytest.approx(1.0, abs=0.02)
    ranges = ranges_of(market, ())
    for name, part in zip(NAMES, own, strict=True):
        low, middle, high = np.log(ranges[f"market.{name}"])
        inside = np.mean((part >= low) & (part <= high))
        assert inside == pytest.approx(0.9, abs=2 / N * 10)
        assert middle == pytest.approx(np.log(market[name]))


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"values": ["purchase_shape", "loyalty"]}, "values of this market"),
        ({"matrix": [[0.04, 0.06], [0.06, 0.05]]}, "positive definite"),
        ({"matrix": [[0.04]]}, "2 rows of 2"),
        ({"values": ["purchase_shape", "purchase_shape"]}, "each value once"),
    ],
)
def test_a_covariance_that_is_none_is_refused(wrong, words):
    with pytest.raises(ValidationError, match=words):
        _market(covariances=[JOINT | wrong])


def test_the_logs_of_a_number_that_is_not_positive_are_refused():
    values = load_market("grocery").model_dump()["values"]
    values["spend_rate_correlation"]["value"] = -0.1
    with pytest.raises(ValidationError, match="above 0"):
        _market(values=values, covariances=[ALONE | {"scale": "log"}])


def test_errors_of_estimates_widen_what_a_firm_may_see():
    assert Covariance.model_validate(JOINT).values == NAMES
    market = _market()
    rates = [one.market(market).mean_trips for one in draw_futures(market, (), 64, 1)]
    plain = market.model_copy(update={"covariances": []})
    assert np.std(rates) > 0 == np.std([plain.mean_trips])


def test_the_range_that_a_report_shows_is_that_of_the_draws():
    market = _market()
    laws = joint_laws(market.values, market.covariances)
    scores = stats.norm.ppf((np.arange(20_000) + 0.5) / 20_000)
    for name, spread in zip(NAMES, np.sqrt(np.diag(MATRIX)), strict=True):
        drawn = market[name] * np.exp(spread * scores)
        shown = interval_of(name, market.values[name], laws)
        np.testing.assert_allclose(shown, np.quantile(drawn, [0.05, 0.95]), rtol=1e-3)


def test_no_range_reaches_beyond_what_can_be():
    """A normal law of a small share would show ends below nothing."""
    share = Number(
        value=0.17, unit="share", status="estimated", standard_error=0.35, source="a log"
    )
    assert interval_of("quick_leavers", share, []) == (
        0.0,
        pytest.approx(0.17 + 1.645 * 0.35, abs=1e-3),
    )
    law = joint_laws(
        {"quick_leavers": share},
        [Covariance(values=["quick_leavers"], scale="log", matrix=[[4.0]])],
    )
    low, high = interval_of("quick_leavers", share, law)
    assert 0.0 < low < 0.17 < high <= 1.0
    stated = share.model_copy(update={"low": 0.1, "high": 0.2})
    assert interval_of("quick_leavers", stated, law) == (0.1, 0.2)


def test_the_ends_of_an_estimated_share_are_cut_where_a_share_can_be():
    law = Joint(("quick_leavers",), True, np.log([0.238]), np.array([[1.7]]))
    low, middle, high = law.ranges()["quick_leavers"]
    assert 0 < low < middle and middle == pytest.approx(0.238)
    assert high == 1.0 == law.intervals()["quick_leavers"][1]
