"""The week over columns agrees with a plain Mesa model that lives it one person at a time.

Events agree exactly, person by person and week by week; what is measured on a continuous scale agrees to
one part in a thousand million (of the value, or of its unit where it passes through zero), since sums
and elementary functions may differ in their last digits.
"""

from typing import Any

import numpy as np
import pytest

from sim.market.market import load_market
from sim.model.horizon import WORTH_COLUMNS
from sim.model.loyalty_model import LoyaltyModel
from sim.model.observers.diary import Diary, keep_diary
from sim.model.scenario import Scenario
from sim.playbook.strategies import Play, Strategy
from tests.benchmark.plain_mesa import PlainModel
from tests.moving import LEAVING, PAUSES, with_moving_histories, with_section
from tests.worlds import DO_NOTHING, GAMMA_GAMMA, LOG_NORMAL, strategy, with_spend, world

TOLERANCE = 1e-9
#: Of the weekly table, what is money, minutes or a sum of states; all else is a count of events.
_MEASURED = ("spend", "rival_spend", "margin", "acquisition_cost", "satisfaction_sum", "n_contacts")
_MEASURED += ("wait_minutes", "failures_at_purchase", "failures_in_use", "failures_after_sale")
#: Worked out once, at the horizon, and no part of the week.
_WORTH = set(WORTH_COLUMNS)


def _is_measured(name: str) -> bool:
    return name in _MEASURED or name.startswith(("term.", "cost."))


class Agreement:
    """The largest differences met so far; the first that is too large fails.

    Attributes
    ----------
    largest : dict of str to float
        Largest relative difference by name.
    events : dict of str to float
        Number of events compared by name.
    """

    def __init__(self) -> None:
        self.largest: dict[str, float] = {}
        self.events: dict[str, float] = {}

    def compare(self, name: str, week: int, columns: np.ndarray, plain: Any, exact: bool) -> None:
        plain = np.asarray(plain, dtype=float)
        columns = np.asarray(columns, dtype=float)
        off = np.abs(columns - plain)
        allowed = 0.0 if exact else TOLERANCE * np.maximum(np.abs(plain), 1.0)
        wrong = np.flatnonzero(~(off <= allowed))
        if wrong.size:
            who = wrong[0]
            raise AssertionError(
                f"{name} in week {week}, person {who} and {wrong.size - 1} more: "
                f"columns {columns[who]!r}, plain {plain[who]!r}"
            )
        share = float((off / np.maximum(np.abs(plain), 1.0)).max(initial=0.0))
        self.largest[name] = max(self.largest.get(name, 0.0), share)
        if exact:
            self.events[name] = self.events.get(name, 0) + float(plain.sum())


def live_together(model: LoyaltyModel, plain: PlainModel, weeks: int) -> Agreement:
    """Run both, week by week, and compare everybody's events and states after each."""
    diary, agreement = keep_diary(model.state, range(len(model.customers))), Agreement()
    for week in range(weeks):
        model.step()
        plain.step()
        _compare_events(diary, plain, week, agreement)
        for name, column in model.customers.columns.items():
            if hasattr(plain.people[0], name):
                values = [getattr(person, name) for person in plain.people]
                exact = column.dtype.kind != "f"
                agreement.compare(f"state {name}", week, column, values, exact)
        if "reward_face" in model.customers.columns:
            rewards = model.customers.columns["reward_face"] > 0
            given = [person.reward_face > 0 for person in plain.people]
            agreement.compare("rewards", week, rewards, given, exact=True)
    return agreement


def _compare_events(diary: Diary, plain: PlainModel, week: int, agreement: Agreement) -> None:
    nothing = np.zeros(len(plain.people))
    flags = {name for name in diary.events if name.startswith("bound.")}  # of reports, no event
    for name in sorted((diary.events.keys() | plain.events.keys()) - _WORTH - flags):
        mine = np.zeros(len(plain.people))
        for row, value in plain.events.get(name, {}).items():
            mine[row] = value
        page = diary.events[name][week] if name in diary.events else nothing
        agreement.compare(name, week, page, mine, exact=not _is_measured(name))


def all_three_levers(reward_trips: int, budget: float = 12.0) -> Strategy:
    """Segments scored anew, service for the best, points for two audiences, a budget that runs out."""
    chosen = strategy(
        Play(lever="segmentation", settings={"rescore_weeks": 8}, owner="market"),
        Play(
            lever="service_quality",
            settings={"training_hours": 30, "staff": 0.1, "automation": 0.3, "proactive": 0.4},
            audience="high_value",
            start_week=3,
            ramp_weeks=6,
            owner="service",
        ),
        Play(
            lever="incentives",
            settings={"rebate": 0.01, "reward_trips": reward_trips},
            audience="potential",
            reach=0.8,
            ramp_weeks=4,
            owner="market",
        ),
        Play(
            lever="incentives",
            settings={"rebate": 0.02, "reward_trips": 2 * reward_trips},
            audience="ordinary",
            start_week=5,
            owner="market",
        ),
    )
    return chosen.model_copy(update={"budget": budget})


#: What the plain model does not know is switched off, here and where speeds are compared.
LEFT_OUT = {"expectation_drift": 0.0, "breaches_per_year": 0.0, "opted_out": 0.0}
#: Customers who come and go.
FAST = {"winback_per_year": 0.8, "inflow_per_year": 0.5}
#: Market, strategy, whether all that is uncertain is drawn, values of the market.
CASES = {
    "grocery": ("grocery", all_three_levers(4), False, {}),
    "music shop": ("music_shop", all_three_levers(1, 120.0), True, {}),
    "coming and going": (with_spend("music_shop", GAMMA_GAMMA), DO_NOTHING, False, FAST),
    "log-normal spend": (with_spend("grocery", LOG_NORMAL), all_three_levers(4), False, {}),
}


@pytest.mark.parametrize("n", [180, pytest.param(500, marks=pytest.mark.slow)])
@pytest.mark.parametrize("law", ["leaving", "regular and pauses"])
@pytest.mark.parametrize("start", ["posterior", "fresh"])
def test_columns_and_plain_objects_live_the_same_year_where_rates_move(tmp_path, law, start, n):
    regular = {**PAUSES, "purchase_phases": 2}
    values, weeks = {"leaving": LEAVING, "regular and pauses": regular}[law], 60
    stated = with_moving_histories(with_section(load_market("grocery"), values), tmp_path)
    market = stated.with_moving_rates().with_values(**LEFT_OUT, winback_per_year=0.8)
    model = LoyaltyModel(Scenario(market, all_three_levers(2), n, weeks, 7, start=start))
    agreement = live_together(model, PlainModel(model), weeks)
    for name in ("trips", "new_dropped_out", "new_joined", "new_won_back", "new_returned"):
        assert agreement.events[name] > 0, name
    if values is regular:
        assert agreement.events["state pausing"] > 0
        assert agreement.events["state purchase_phase"] > 0
    assert agreement.largest["state base_share"] < TOLERANCE


@pytest.mark.parametrize("n", [200, pytest.param(2_000, marks=pytest.mark.slow)])
@pytest.mark.parametrize("case", CASES)
def test_columns_and_plain_objects_live_the_same_year(case: str, n: int) -> None:
    market, plays, drawn, values = CASES[case]
    weeks = 52
    model = world(
        market,
        plays,
        n,
        weeks,
        seed=7,
        start="posterior",
        drawn=drawn,
        **LEFT_OUT,
        **values,
    )
    agreement = live_together(model, PlainModel(model), weeks)
    # An agreement about nothing would show nothing.
    for name in ("trips", "new_dropped_out", "new_joined", "n_failures", "n_positive_talk"):
        assert agreement.events[name] > 0, name
    if plays.plays:
        assert agreement.events["rewards"] > 0
        assert agreement.events["state enrolled"] > 0
    else:
        assert agreement.events["new_won_back"] > 0
        assert agreement.events["new_returned"] > 0
