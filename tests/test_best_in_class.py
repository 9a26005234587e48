"""All levers together do not lift a firm beyond the best of its trade.

Serves: L1.2c
"""

from functools import cache

import pytest

from sim.levers import MECHANISMS
from sim.market.market import load_market
from sim.playbook.pages import load_page
from sim.playbook.strategies import Play, Strategy
from tests.worlds import DO_NOTHING, strategy
from tests.worlds import unvalued_world as world

SECOND_YEAR = slice(52, 104)


def _usual(lever: str) -> Play:
    page = load_page(lever)
    preset = next(iter(page.presets.values()))
    return Play(lever=lever, settings=preset.settings, owner=page.owner)


@cache
def _margin(market: str, kind: str) -> float:
    """Margin before costs per active customer and week, in the second year."""
    plays: Strategy = DO_NOTHING
    if kind == "everything":
        plays = strategy(*(_usual(m.name) for m in MECHANISMS))
    elif kind:
        plays = strategy(_usual(kind))
    model = world(market, plays, n=2_000, weeks=104, seed=2, start="posterior", execution=1.0)
    table = model.run().weekly.groupby("week")[["margin", "n_active"]].sum().iloc[SECOND_YEAR]
    return float(table["margin"].sum() / table["n_active"].sum())


@pytest.mark.parametrize("market", ["grocery", "music_shop", "subscription"])
def test_all_levers_in_full_stay_within_the_band_of_the_market_file(market: str) -> None:
    lifted = _margin(market, "everything") / _margin(market, "")
    band = load_market(market).values["best_in_class"]
    assert band.high is not None
    assert 1.0 < lifted < band.high, f"{market}: {lifted:.3f} against {band.high}"


def test_together_levers_bring_less_than_the_sum_of_each() -> None:
    usual = _margin("grocery", "")
    alone = sum(_margin("grocery", m.name) - usual for m in MECHANISMS)
    assert _margin("grocery", "everything") - usual < alone
