"""Markets of tests in which customers' rates move, by laws that are written down here."""

from pathlib import Path

import numpy as np

from sim.calibration.forecast.moving_rates import moves_of
from sim.calibration.rfm_histories import MOVING_COLUMNS
from sim.evidence.parameters import ParameterTable, load_parameters
from sim.market.market import Market, load_market
from sim.market.moving_rates import MovingRates
from sim.market.numbers import Number
from sim.market.values import VALUES
from sim.model.loyalty_model import LoyaltyModel
from sim.model.scenario import Scenario
from sim.playbook.strategies import Strategy
from sim.world.week_zero import read_history
from tests.worlds import DO_NOTHING

_RATES = {"purchase_shape": 0.8, "purchase_alpha": 1.6, "rate_drift": 0.006, "rate_redraw": 0.01}
#: Away is leaving: two kinds of customers in place of the market's own drop-out.
LEAVING = {**_RATES, "quick_leavers": 0.3, "quick_leaving": 0.08, "slow_leaving": 0.004,
           "winback_per_year": 0.05}  # fmt: skip
#: Away is a pause: the market's own drop-out stays.
PAUSES = {**_RATES, "quick_pausers": 0.4, "quick_pausing": 0.12, "slow_pausing": 0.02,
          "pause_return": 0.25}  # fmt: skip


def section(values: dict[str, float], weight: float = 0.5) -> MovingRates:
    """Return a section of a market's file with these values, as certain as can be."""
    numbers = {
        name: Number(value=value, unit=VALUES[name].unit, status="published", source="a test")
        for name, value in values.items()
    }
    return MovingRates(weight=weight, reason="as a test wants it", values=numbers)


def with_section(market: Market, values: dict[str, float], weight: float = 0.5) -> Market:
    """Return a market that says how rates may move; its histories are not touched."""
    content = market.model_dump() | {"moving_rates": section(values, weight).model_dump()}
    return Market.model_validate(content)


def moving_market(values: dict[str, float], name: str = "grocery") -> Market:
    """Return a market as it is where rates move, for a fresh start: its newcomers are as this cohort."""
    market = load_market(name)
    kept = {key: value for key, value in market.values.items() if key != "newcomer_purchases"}
    return with_section(market.model_copy(update={"values": kept}), values).with_moving_rates()


def with_moving_histories(market: Market, folder: Path) -> Market:
    """Return a market whose histories say what a calibration says where rates may move."""
    table = read_history(load_market(market.name)).copy()
    table["moving_shape"] = table["frequency"] + 0.8
    table["moving_scale"] = table["T"] + 1.6
    for column, chance in zip(MOVING_COLUMNS[2:], (0.2, 0.1, 0.05), strict=True):
        table[column] = chance + 0.01 * (np.arange(len(table)) % 3)
    path = folder / "moving.history.csv"
    table.to_csv(path, index=False)
    return market.with_histories(path)


def moving_world(
    values: dict[str, float],
    n: int = 2_000,
    weeks: int = 26,
    plays: Strategy = DO_NOTHING,
    parameters: ParameterTable | None = None,
    seed: int = 1,
    **others: float,
) -> LoyaltyModel:
    """Return a model of a fresh cohort whose rates move, not yet run."""
    market = moving_market(values).with_any_values(**{"opted_out": 0.0} | others)
    return LoyaltyModel(
        Scenario(market, plays, n, weeks, seed, parameters or load_parameters(), "fresh")
    )


def grid_moments(
    values: dict[str, float], weeks: int, attrition: float = 0.0
) -> tuple[float, float]:
    """Return mean and variance of a new customer's purchases, worked out on a grid of rates.

    The moves are those of the forecast's law (`sim.calibration.forecast.moving_rates.moves_of`), a
    matrix exponential on a fine grid; the moments are carried back from the end, week by week, with
    purchases Poisson and leaving at any time in a week. It shares no code with the simulation.
    """
    rate = np.geomspace(1e-4, 14.0, 400)
    pauses = "pause_return" in values
    nothing = 1e-5  # of hazards that are not there: the fit knows no zero
    hazards = [values[f"{kind}_pausing"] if pauses else nothing for kind in ("quick", "slow")]
    quick = values["quick_pausers" if pauses else "quick_leavers"]
    back = values["pause_return"] if pauses else nothing
    natural = [values[name] for name in ("purchase_shape", "purchase_alpha", "rate_drift")]
    logs = np.log([*natural, values["rate_redraw"], quick / (1 - quick), *hazards, back])
    law = moves_of(logs, rate, 1.0)
    total = np.zeros(2)
    for kind, start, move in zip(("quick", "slow"), law.start, law.moves, strict=True):
        leave = attrition if pauses else values[f"{kind}_leaving"]
        stay = np.exp(-leave)
        time = (1 - stay) / leave if leave else 1.0
        square = 2 * (1 - stay * (1 + leave)) / leave**2 if leave else 1.0
        first, second = np.zeros(len(rate) + 1), np.zeros(len(rate) + 1)
        here = np.append(rate, 0.0)
        for _ in range(weeks):
            second = here * time + here**2 * square + 2 * here * stay * first + stay * second
            first = here * time + stay * first
            first, second = move @ first, move @ second
        total += [start @ first[:-1], start @ second[:-1]]
    return float(total[0]), float(total[1] - total[0] ** 2)
