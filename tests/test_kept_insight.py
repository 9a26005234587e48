"""What was found in the logs that come with the workbench is what looking at them gives now."""

import json

import pytest

from sim.insight.kept import insight_path, numbers_path, page_folder, read_insight, write_insight
from sim.insight.look import look_at_market
from sim.market.market import load_market
from tests.portfolios import make_client


@pytest.mark.parametrize("name", ["grocery", "music_shop"])
def test_what_is_kept_of_a_built_in_log_is_what_looking_gives_now(name, tmp_path):
    market = load_market(name)
    found = read_insight(market)
    there = tmp_path / "x.json"
    write_insight(market, look_at_market(market), there)
    assert json.loads(there.read_text()) == json.loads(insight_path(market).read_text())
    assert found is not None and found.history == market.data.history


def test_what_comes_with_the_workbench_is_renewed_only_where_somebody_asks(clients, tmp_path):
    market = load_market("grocery")
    assert numbers_path(market) == page_folder(market) / "grocery.insight.json"
    assert numbers_path(market, tmp_path) == tmp_path / "grocery.insight.json"
    assert numbers_path(market, renews=True) == insight_path(market)
    make_client(clients, "shop")
    shop = load_market("shop")
    assert numbers_path(shop) == insight_path(shop) == clients / "shop" / "shop.insight.json"
    assert numbers_path(shop, tmp_path) == tmp_path / "shop.insight.json"
