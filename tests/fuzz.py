"""What the tests with generated input share: how many examples, and what counts as an answer."""

import os
from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, settings

from sim.calibration.rfm_histories import _read_histories
from sim.checks import check
from sim.common.errors import InputError
from sim.common.paths import root
from sim.evidence.own import parameters_for
from sim.experiment.futures import Future, draw_futures
from sim.experiment.uncertain_values import uncertain
from sim.market.market import Market
from sim.model.loyalty_model import LoyaltyModel
from sim.model.scenario import Scenario
from sim.playbook.strategies import Strategy
from tests.worlds import assert_books_agree

EXAMPLES = int(os.environ.get("EXAMPLES", "100"))


def share(part: float):
    """Spend a part of all examples on a test."""
    return settings(
        max_examples=max(1, round(EXAMPLES * part)),
        derandomize="EXAMPLES" not in os.environ,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


def works_or_says(function, *arguments):
    """Give what the function gives, or None if it said what is wrong."""
    try:
        return function(*arguments)
    except InputError as error:
        assert "expected" in error.message
        for line in error.message.splitlines():
            assert len(line) < 2000, line
        return None


def clear_caches() -> None:
    """Read everything from the disk again."""
    check.clear_caches()
    _read_histories.cache_clear()


def original(file: str) -> bytes:
    """Return what people wrote."""
    return (root() / file).read_bytes()


def put(checkout: Path, file: str, content: bytes) -> None:
    """Write into a checkout what somebody may have written."""
    (checkout / file).write_bytes(content)
    clear_caches()


def live(market: Market, strategy: Strategy, drawn: bool = False, weeks: int = 4) -> None:
    """Let a small market live for a few weeks: every number must be finite, and the books balance."""
    table = parameters_for(market.name)
    if drawn:
        future = draw_futures(market, table.rows, 1, 1)[0]
        market, table = future.market(market), future.parameters(table)
    model = LoyaltyModel(Scenario(market, strategy, 100, weeks, 1, table)).run()
    assert np.isfinite(model.weekly.drop(columns="segment").to_numpy(float)).all()
    assert_books_agree(model)


def live_at_both_ends(market: Market, strategy: Strategy, drawn: bool = False) -> None:
    """Let a market live with all that is uncertain of it at its low ends, then at its high ends."""
    ranges = uncertain(market, ())
    for end in (0, 2):
        values = {address: ends[end] for address, ends in ranges.items()}
        live(Future(0, 0, 1, values).market(market), strategy, drawn)
