"""Small worlds in which a law is known, and the statistics to judge a simulation against it."""

import re
from collections import deque
from dataclasses import replace
from functools import cache, partial
from math import sqrt
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from sim.common import paths
from sim.evidence.parameters import ParameterTable, load_parameters
from sim.experiment.futures import draw_futures
from sim.levers.base import Mechanism
from sim.market.covariances import without
from sim.market.market import Market, load_market
from sim.market.numbers import Number
from sim.market.values import SPEND_LAWS, VALUES
from sim.model.common_start import CommonStart, prepare
from sim.model.loyalty_model import LoyaltyModel
from sim.model.scenario import Scenario
from sim.playbook.strategies import Play, Strategy

#: Chance that a right simulation fails a test.
FALSE_ALARM = 1e-4
Z_LIMIT = stats.norm.isf(FALSE_ALARM / 2)

#: Values of a firm that rents nothing, for want of an offer that it can pay.
BUILT = {"rent_hours_per_month": 1e5}
DO_NOTHING = Strategy(name="baseline", title="Do nothing", summary="")
#: What the last shared worlds started from: as many as tests have seeds.
_STARTS: deque[CommonStart] = deque(maxlen=16)


#: A law of spend of each kind, near those of the committed markets.
GAMMA_GAMMA = {"spend_shape": 4.7, "spend_shape_between": 4.2, "spend_scale": 24.4}
LOG_NORMAL = {"spend_mean": 36.0, "spend_spread_between": 0.6, "spend_spread_within": 0.9}


def with_spend(name: str, law: dict[str, float]) -> Market:
    """A committed market with this law of spend, whatever its file says of it."""
    market = load_market(name)
    kept = {k: v for k, v in market.values.items() if k not in sum(SPEND_LAWS.values(), ())}
    tied = without(market.covariances, kept)
    return stating(market.model_copy(update={"values": kept, "covariances": tied}), **law)


def stating(market: Market, **values: float) -> Market:
    """A market with further values, stated for sure."""
    stated = {
        key: Number(value=value, unit=VALUES[key].unit, status="published", source="a test")
        for key, value in values.items()
    }
    return Market.model_validate(market.model_dump() | {"values": market.values | stated})


def uncoupled() -> ParameterTable:
    """Attitudes move but move nothing."""
    weights = [
        row.parameter
        for row in load_parameters().rows
        if row.lever == "market_life" and re.search("_on_(purchase|churn)$", row.parameter)
    ]
    return load_parameters().replace("market_life", **dict.fromkeys(weights, 0.0))


def unmoved_by_usual_messages() -> ParameterTable:
    """Nobody opts out, and what is heard of the usual messages moves nothing."""
    weights = dict.fromkeys(("opt_out", "message_trips", "care_in_message", "reminder_churn"), 0.0)
    return load_parameters().replace("personalisation", **weights)


def lever_of(model: LoyaltyModel, name: str) -> Mechanism:
    """A lever of a model, in use or not."""
    return next(mechanism for mechanism in model.state.levers.all if mechanism.name == name)


def strategy(*plays: Play) -> Strategy:
    """A strategy of the given plays, without a spending cap."""
    return Strategy(name="trial", title="", summary="", plays=list(plays))


def world(
    market: str | Market = "grocery",
    plays: Strategy = DO_NOTHING,
    n: int = 2_000,
    weeks: int = 26,
    seed: int = 1,
    start: str = "fresh",
    parameters: ParameterTable | None = None,
    drawn: bool = False,
    shared: bool = False,
    valued: bool = True,
    **values: float,
) -> LoyaltyModel:
    """A model of a committed market with some of its values replaced, not yet run.

    Nobody has opted out of messages, so that what reaches people is seen in all of them, unless `values`
    say so. All else that is uncertain is as most likely, or as in the first future of the seed if
    `drawn`. Worlds that are `shared` start from the same arrays where only their plays differ, which
    changes no bit (`test_common_start.py`), and leave them as they are.
    """
    stated = market if isinstance(market, Market) else _read(market, paths.root())
    beside = {name: value for name, value in values.items() if name not in stated.values}
    stated = stating(stated, **beside) if beside else stated
    firm, table = (
        stated.with_any_values(**{"opted_out": 0.0} | values),
        parameters or load_parameters(),
    )
    if drawn:
        future = draw_futures(firm, table.rows, 1, seed)[0]
        firm, table = future.market(firm), future.parameters(table)
    scenario = Scenario(firm, plays, n, weeks, seed, table, start)
    return LoyaltyModel(scenario, start=_start_of(scenario) if shared else None, valued=valued)


#: A model whose customers' worth nobody asks: half the time of a short run.
unvalued_world = partial(world, valued=False)


@cache
def _read(market: str, _checkout: Path) -> Market:
    """Read a market once."""
    return load_market(market)


def _start_of(scenario: Scenario) -> CommonStart:
    """What one of the last shared worlds started from, if it can be this one's, or a new start."""
    for start in _STARTS:
        if replace(start.scenario, strategy=scenario.strategy) == scenario:
            return start
    _STARTS.appendleft(prepare(scenario))
    return _STARTS[0]


def assert_mean(observed: np.ndarray, expected: float, what: str) -> None:
    """Fail when the mean of independent observations is off by more than luck allows."""
    n = observed.size
    error = observed.std(ddof=1) / sqrt(n)
    z = (observed.mean() - expected) / error
    message = f"{what}: observed {observed.mean():.6g}, expected {expected:.6g}, z {z:.2f}, n {n}"
    assert abs(z) < Z_LIMIT, message


def assert_share(hits: int, n: int, expected: float, what: str) -> None:
    """Fail when a share is off by more than binomial luck allows."""
    p = stats.binomtest(int(hits), int(n), expected).pvalue
    message = f"{what}: observed {hits / n:.6g}, expected {expected:.6g}, p {p:.2g}, n {n}"
    assert p > FALSE_ALARM, message


def assert_books_agree(model: LoyaltyModel) -> None:
    """Fail when an account does not hold what the weekly table says.

    Between two accounts half a cent at most is carried: all have one partner, but for cash.
    """
    books, table = model.ledger, model.weekly.sum(numeric_only=True)
    costs = {name: paid for name, paid in table.items() if str(name).startswith("cost.")}
    expected = {
        "sales": -table["spend"],
        "cost_of_goods": table["spend"] - table["margin"],
        "acquisition_cost": table["acquisition_cost"],
        "cash": table["spend"] - table["acquisition_cost"] - sum(costs.values()),
        **costs,
    }
    for name, amount in expected.items():
        carried = 0.005 * (2 + len(costs) if name == "cash" else 1)
        allowed = carried + 1e-9 * abs(amount)  # sums of floats besides
        assert books.balance(name) == pytest.approx(amount, abs=allowed, rel=0), name
