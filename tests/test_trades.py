"""Each trade has a set of declared values, that a market can take."""

import pytest
import yaml

from sim.common.paths import root
from sim.common.reading import read_yaml, validate
from sim.market.trades import TRADES, Trade, load_trades
from sim.market.values import VALUES

#: What the firm chooses or knows better than its trade, and what only its log or its contracts say.
NO_TRADE_KNOWS = {
    "budget_share", "survey_share", "execution", "discount_rate", "desk_load", "drop_out_shape",
}  # fmt: skip


@pytest.fixture(scope="module")
def written():
    return read_yaml(root() / "data" / "trades.yaml")


def test_the_file_has_a_set_for_each_trade_and_no_other(written):
    assert tuple(written) == TRADES


@pytest.mark.parametrize("name", TRADES)
def test_a_trade_says_all_that_a_log_does_not_show_but_what_the_firm_chooses(name, written):
    default = set(read_yaml(root() / "data" / "assumptions.yaml")["default"]["values"])
    rarely = {"defection_visible", "data_quality"}  # where the trade is like any other
    assert default - set(written[name]["values"]) <= NO_TRADE_KNOWS | rarely


@pytest.mark.parametrize("name", TRADES)
def test_every_number_of_a_trade_is_assumed_with_a_wide_range_and_a_reason(name):
    trade = load_trades()[name]
    for value, number in trade.values.items():
        assert number.status == "assumed" and len(number.source) > 15, value
        least, most = VALUES[value].range
        assert least <= number.low < number.high <= most, value
        if number.low > 0:  # wide: the ends lie a factor of a quarter apart at least
            assert number.high / number.low >= 1.25, value


@pytest.mark.parametrize("name", TRADES)
def test_doing_nothing_neither_grows_nor_shrinks_a_firm_of_a_trade(name):
    values = load_trades()[name].values
    assert values["inflow_per_year"].value == values["yearly_attrition"].value


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda t: t["values"].update(gross_margn=t["values"]["gross_margin"]), "gross_margn"),
        (lambda t: t["values"]["gross_margin"].update(unit="percent"), "gross_margin.unit"),
        (lambda t: t["values"]["gross_margin"].update(value=1.5, high=2), "gross_margin.value"),
        (lambda t: t["rivals"].pop(), "rivals"),
    ],
)
def test_a_slip_in_a_set_is_named(written, change, named):
    spoiled = yaml.safe_load(yaml.safe_dump(written["bank"]))
    change(spoiled)
    with pytest.raises(Exception, match=named):
        validate(Trade, spoiled, "data/trades.yaml")
