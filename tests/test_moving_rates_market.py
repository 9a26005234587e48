"""A market may say how rates move: the section is whole or refused, and drawn as one law in a future."""

from typing import Any

import numpy as np
import pytest

from sim.calibration.rfm_histories import COLUMNS
from sim.common.errors import InputError
from sim.common.reading import validate
from sim.evidence.parameters import load_parameters
from sim.experiment.futures import draw_futures
from sim.experiment.uncertain_values import LAW
from sim.market.market import Market, load_market
from sim.world.week_zero import read_history
from tests.moving import LEAVING, PAUSES, section, with_moving_histories, with_section

#: What is wrong, over a section that is right: values, and what the error says.
_FAULTS = {
    "a value of another kind": ({"gross_margin": 0.3}, ["gross_margin", "where rates move"]),
    "both kinds of being away": ({"pause_return": 0.2}, ["either quick_leavers", "quick_pausers"]),
    "no drift": ({"rate_drift": None}, ["rate_drift", "required"]),
    "a kind of customers without hazard": ({"slow_leaving": None}, ["slow_leaving", "required"]),
    "no fresh rates": ({"purchase_alpha": None}, ["purchase_alpha", "required"]),
    "half a phase": ({"purchase_phases": 1.5}, ["purchase_phases", "whole number"]),
    "a hazard out of range": ({"quick_leaving": 40.0}, ["quick_leaving", "from 0 to 3"]),
}


@pytest.mark.parametrize("fault", _FAULTS)
def test_a_section_that_is_not_whole_is_refused_by_the_name_of_what_is_wrong(fault):
    changed, said = _FAULTS[fault]
    content = load_market("grocery").model_dump()
    content["moving_rates"] = section(LEAVING).model_dump()
    values: dict[str, Any] = content["moving_rates"]["values"]
    for name, value in changed.items():
        if value is None:
            del values[name]
        else:
            values[name] = dict(values["rate_drift"]) | {"value": value}
    with pytest.raises(InputError) as error:
        validate(Market, content, "trial.yaml")
    assert all(word in str(error.value) for word in said), str(error.value)


def test_a_market_with_contracts_has_no_moving_rates():
    content = load_market("subscription").model_dump()
    content["moving_rates"] = section(PAUSES).model_dump()
    with pytest.raises(InputError, match="contracts"):
        validate(Market, content, "trial.yaml")


def test_leaving_of_two_kinds_takes_the_place_of_the_markets_own_drop_out_and_a_pause_does_not():
    market = load_market("grocery")
    leaving = with_section(market, LEAVING).with_moving_rates()
    assert leaving.rates_move and not market.rates_move
    assert not {"drop_out_shape", "drop_out_beta", "yearly_attrition"} & set(leaving.values)
    assert leaving["winback_per_year"] == LEAVING["winback_per_year"]
    pauses = with_section(market, PAUSES).with_moving_rates()
    assert pauses["yearly_attrition"] == market["yearly_attrition"]
    assert pauses["purchase_shape"] == PAUSES["purchase_shape"]
    assert pauses["gross_margin"] == market["gross_margin"]


def test_a_market_that_does_not_say_how_rates_move_says_so():
    market = load_market("grocery").model_copy(update={"moving_rates": None})
    with pytest.raises(InputError, match="moving_rates"):
        market.with_moving_rates()


def test_histories_without_what_rates_that_move_need_are_refused(tmp_path):
    market = with_section(load_market("grocery"), LEAVING)
    read_history(market)[list(COLUMNS)].to_csv(tmp_path / "plain.csv", index=False)
    with pytest.raises(InputError, match="moving_shape"):
        read_history(market.with_histories(tmp_path / "plain.csv"))
    assert "quick_here" in read_history(with_moving_histories(market, tmp_path))


def test_histories_with_some_of_the_columns_or_chances_above_one_are_refused(tmp_path):
    market = with_moving_histories(with_section(load_market("grocery"), LEAVING), tmp_path)
    table = read_history(market).copy()
    table.drop(columns="quick_here").to_csv(tmp_path / "some.csv", index=False)
    with pytest.raises(InputError, match="all or none"):
        read_history(market.with_histories(tmp_path / "some.csv"))
    table.loc[3, "quick_here"] = 0.9
    table.to_csv(tmp_path / "high.csv", index=False)
    with pytest.raises(InputError, match="line 5.*add up to 1"):
        read_history(market.with_histories(tmp_path / "high.csv"))


def test_one_law_holds_in_a_future_and_as_often_as_its_weight_says():
    market = with_section(load_market("grocery"), LEAVING, weight=0.25)
    futures = [f for f in draw_futures(market, load_parameters().rows, 64, 3) if not f.luck]
    laws = np.array([future.values[LAW] for future in futures])
    assert (
        set(laws) == {0.0, 1.0} and laws.sum() == 16
    )  # a Latin hypercube of 64: exactly a quarter
    for future in futures:
        assert future.market(market).rates_move == bool(future.values[LAW])


def test_the_law_of_a_future_moves_no_other_value_and_hangs_on_its_own_address():
    plain = load_market("grocery").model_copy(update={"moving_rates": None})
    market = with_section(plain, LEAVING, weight=0.5)
    for one, other in zip(
        draw_futures(plain, (), 8, 3), draw_futures(market, (), 8, 3), strict=True
    ):
        assert one.seed == other.seed
        assert dict(one.values) == {k: v for k, v in other.values.items() if k != LAW}
    seen = {
        tuple(f.values[LAW] for f in draw_futures(market, (), 8, s) if not f.luck)
        for s in range(20)
    }
    assert len(seen) > 1  # 20 seeds: all the same by chance once in 70^19


@pytest.mark.parametrize("weight", [0.0, 1.0])
def test_a_law_that_is_certain_holds_in_every_future(weight):
    market = with_section(load_market("grocery"), PAUSES, weight)
    assert {f.values[LAW] for f in draw_futures(market, (), 9, 1)} == {weight}
