"""Futures draw all that is uncertain, each value through its range, alike however many there are."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats
from scipy.special import betainc

from sim.common.errors import InputError
from sim.evidence.parameters import load_parameters, set_parameters
from sim.experiment.futures import draw_futures, second_lives
from sim.experiment.uncertain_values import LAW, draw_values, uncertain
from sim.market.market import load_market
from sim.market.places import market_names
from sim.market.values import NEVER_DRAWN
from tests.worlds import FALSE_ALARM

N = 256
ROWS = load_parameters().rows


@pytest.fixture(scope="module")
def futures():
    """Many futures of the grocer, without second lives."""
    return [one for one in draw_futures(load_market("grocery"), ROWS, N, 1) if not one.luck]


@pytest.fixture(scope="module")
def draws():
    """Each value of them as drawn: shares do not add up to 1 yet."""
    return draw_values(load_market("grocery"), ROWS, N, 1)


def _uniforms(draws) -> dict[str, np.ndarray]:
    """Return where in its PERT law each value was drawn: address -> shares below it."""
    found = {}
    for address, (low, mode, high) in uncertain(load_market("grocery"), ROWS).items():
        if address == LAW:  # one of two: its uniforms cannot be told from it
            continue
        values = np.array(draws[address])
        first = 1 + 4 * (mode - low) / (high - low)
        found[address] = betainc(first, 6 - first, (values - low) / (high - low))
    return found


@pytest.mark.parametrize("n", [2, 3, 8, 31])
def test_the_first_futures_of_a_seed_are_the_same_however_many_there_are(futures, n):
    few = draw_futures(load_market("grocery"), ROWS, n, 1)
    assert [one for one in few if not one.luck] == futures[:n]
    many = {
        (one.number, one.luck): one for one in draw_futures(load_market("grocery"), ROWS, 40, 1)
    }
    assert [many[one.number, one.luck] for one in few] == few


def test_of_the_first_values_one_lies_in_each_part_of_equal_chance(draws):
    uniforms = _uniforms(draws)
    assert len(uniforms) > 100
    for m in 2 ** np.arange(9):
        for address, u in uniforms.items():
            parts = np.floor(m * u[:m]).astype(int)
            assert sorted(parts) == list(range(m)), (address, m)


def test_values_have_the_mean_of_their_pert_law(draws):
    """One of n lies in each n-th of the law, so that no mean is off by more than a range over n."""
    for address, (low, mode, high) in uncertain(load_market("grocery"), ROWS).items():
        mean = np.mean(draws[address])
        expected = mode if address == LAW else (low + 4 * mode + high) / 6
        assert abs(mean - expected) <= (high - low) / N, address
        assert all(low <= value <= high for value in draws[address])


def test_values_are_drawn_independently_of_each_other(draws):
    """No correlation is larger than chance allows, of all pairs of values.

    The correlation of n pairs of independent values has the variance 1 / (n - 1). Of those drawn
    within parts it is larger by what the parts of each doubling have in common: less than 2 / n for
    each of log2(n) of them.
    """
    uniforms = np.array(list(_uniforms(draws).values()))
    pairs = len(uniforms) * (len(uniforms) - 1) / 2
    limit = stats.norm.isf(FALSE_ALARM / 2 / pairs)
    limit *= np.sqrt((1 + 2 * np.log2(N) / N) / (N - 1))
    correlations = np.corrcoef(uniforms)[np.triu_indices(len(uniforms), 1)]
    assert np.abs(correlations).max() < limit


def test_another_seed_shares_no_value_and_no_luck():
    grocery = load_market("grocery")
    one, other = (draw_futures(grocery, ROWS, 20, seed) for seed in (1, 2))
    for address in one[0].values.keys() - {LAW}:
        assert not {x.values[address] for x in one} & {x.values[address] for x in other}, address
    every = [x.seed for seed in range(200) for x in draw_futures(grocery, (), 20, seed)]
    assert len(set(every)) == len(every)


def test_a_second_life_has_the_values_of_the_first_and_other_luck():
    assert [second_lives(n) for n in (2, 7, 8, 11, 12, 100)] == [0, 0, 2, 2, 3, 25]
    drawn = draw_futures(load_market("grocery"), ROWS, 16, 1)
    first, again = drawn[:16], drawn[16:]
    assert [(x.number, x.luck) for x in drawn] == [
        *((k, 0) for k in range(16)),
        *((k, 1) for k in range(4)),
    ]
    for life in again:
        assert life.values == first[life.number].values
        assert life.seed not in {x.seed for x in first}


def test_a_value_with_a_range_is_not_drawn_once_somebody_has_measured_it():
    market = load_market("grocery")
    assumed = market.values["gross_margin"]
    assert assumed.status == "assumed" and "market.gross_margin" in uncertain(market, ())
    for status in ("published", "estimated"):
        measured = assumed.model_copy(update={"status": status, "standard_error": 0.01})
        known = market.model_copy(update={"values": market.values | {"gross_margin": measured}})
        assert "market.gross_margin" not in uncertain(known, ())


@pytest.mark.parametrize("name", market_names())
def test_nothing_is_drawn_that_is_stated_or_chosen(name):
    market = load_market(name)
    drawn = uncertain(market, ROWS)
    for value, number in market.values.items():
        known = number.status != "assumed" or number.low == number.high
        assert (f"market.{value}" in drawn) == (not known and value not in NEVER_DRAWN), value
    for row in ROWS:
        assert (row.key in drawn) == (row.distribution == "pert" and row.low < row.high), row.key


def test_a_value_that_is_set_is_certain_and_one_with_a_range_is_drawn_from_it():
    market = load_market("grocery").with_values(gross_margin=0.3, share_of_wallet=(0.2, 0.3, 0.35))
    futures = draw_futures(market, (), 8, 1)
    assert all("market.gross_margin" not in one.values for one in futures)
    assert {one.market(market)["gross_margin"] for one in futures} == {0.3}
    shares = [one.market(market)["share_of_wallet"] for one in futures]
    assert len(set(shares)) == 8 and 0.2 < min(shares) < max(shares) < 0.35
    with pytest.raises(InputError, match="in this order"):
        market.with_values(gross_margin=(0.3, 0.2, 0.4))


def test_a_parameter_that_is_set_is_certain_and_one_with_a_range_is_drawn_from_it():
    own = {"incentives.redemption": 0.7, "incentives.half_life_weeks": (5, 6, 9)}
    table = replace(load_parameters(), rows=tuple(set_parameters(ROWS, own)))
    futures = draw_futures(load_market("grocery"), table.rows, 8, 1)
    values = [one.parameters(table).values("incentives") for one in futures]
    assert {one["redemption"] for one in values} == {0.7}
    lives = [one["half_life_weeks"] for one in values]
    assert len(set(lives)) == 8 and 5 < min(lives) < max(lives) < 9


@pytest.mark.parametrize(
    ("own", "words"),
    [
        ({"incentives.redemtion": 0.7}, ["incentives.redemtion", "incentives.redemption"]),
        ({"redemption": 0.7}, ["LEVER.NAME"]),
        ({"incentives.redemption": (0.8, 0.7, 0.9)}, ["incentives.redemption", "in this order"]),
    ],
)
def test_a_parameter_that_there_is_not_or_a_range_out_of_order_is_refused(own, words):
    with pytest.raises(InputError) as refused:
        set_parameters(ROWS, own)
    for word in words:
        assert word in str(refused.value)


@pytest.mark.parametrize("name", market_names())
def test_shares_of_rivals_and_channels_add_up_to_one_in_every_future(name):
    market = load_market(name)
    for future in draw_futures(market, (), 8, 1):
        drawn = future.market(market)
        for parts in (drawn.rivals, drawn.channels):
            assert sum(part.share.value for part in parts) == pytest.approx(1, abs=1e-12)
            assert all(part.share.value > 0 for part in parts)
        if len(market.rivals) > 1 and market.rivals[0].share.status == "assumed":
            assert drawn.rivals[0].share.value != market.rivals[0].share.value


def test_a_value_more_or_less_moves_no_other():
    market = load_market("grocery")
    whole = draw_futures(market, ROWS, 4, 1)
    fewer = draw_futures(market.with_values(gross_margin=0.3), ROWS[3:], 4, 1)
    for one, other in zip(whole, fewer, strict=True):
        assert other.values.items() < one.values.items()
        assert "market.gross_margin" in one.values.keys() - other.values.keys()
        assert one.seed == other.seed


def test_whole_weeks_are_drawn_whole():
    market = load_market("subscription").with_values(renewal_weeks=(2, 4, 9))
    periods = {one.market(market)["renewal_weeks"] for one in draw_futures(market, (), 16, 1)}
    assert len(periods) > 2 and all(period == round(period) for period in periods)


@pytest.mark.parametrize("name", market_names())
def test_a_share_is_recorded_as_it_is_simulated_and_is_the_one_drawn_over_their_sum(name):
    """Bit by bit: what is recorded and what is run are one number."""
    market = load_market(name)
    drawn = draw_values(market, (), 16, 1)
    for future in draw_futures(market, (), 16, 1)[:16]:
        lived = future.market(market)
        for kind in ("rivals", "channels"):
            known = {part.name: part.share.value for part in getattr(market, kind)}
            raw = {
                part: drawn.get(f"{kind}.{part}", [x] * 16)[future.number]
                for part, x in known.items()
            }
            for part in getattr(lived, kind):
                recorded = future.values.get(f"{kind}.{part.name}", known[part.name])
                assert part.share.value == recorded
                if raw != known:
                    assert recorded == raw[part.name] / sum(raw.values())


def test_a_stated_share_is_recorded_beside_those_drawn_and_has_no_range():
    market = load_market("grocery")
    first = market.rivals[0]
    stated = first.model_copy(
        update={"share": first.share.model_copy(update={"status": "published"})}
    )
    market = market.model_copy(update={"rivals": [stated, *market.rivals[1:]]})
    assert len(market.rivals) > 2
    address = f"rivals.{stated.name}"
    assert address not in uncertain(market, ())
    for future in draw_futures(market, (), 8, 1):
        assert future.values[address] == future.market(market).rivals[0].share.value
