"""What was found in the logs that come with the workbench is what looking at them gives now."""

import json
from types import SimpleNamespace

import pytest

from sim.insight.kept import insight_path, read_insight, write_insight
from sim.insight.look import look_at_market
from sim.market.market import load_market


@pytest.mark.parametrize("name", ["grocery", "music_shop"])
def test_what_is_kept_of_a_built_in_log_is_what_looking_gives_now(name, tmp_path):
    market = load_market(name)
    found = read_insight(market)
    moved = SimpleNamespace(name=name, history_path=tmp_path / "x.csv")
    write_insight(moved, look_at_market(market))
    assert json.loads((tmp_path / f"{name}.insight.json").read_text()) == json.loads(
        insight_path(market).read_text()
    )
    assert found is not None and found.history == market.data.history
