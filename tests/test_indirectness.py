"""Evidence from elsewhere counts for less by one rule, the same for every row and every market."""

from itertools import product

import pytest

from sim.evidence.findings import load_evidence
from sim.evidence.indirectness import carried_over, in_market, most_steps, steps_to
from sim.evidence.own import as_measured, parameters_for
from sim.evidence.parameters import Parameter, load_parameters, set_parameters
from sim.evidence.scales import rounded
from sim.experiment.futures import draw_futures
from sim.market.market import Market, load_market
from sim.model.scenario import Scenario
from sim.report.comparison.assumptions import measured_elsewhere
from tests.worlds import DO_NOTHING

GROCERY, CONTRACTS = load_market("grocery"), load_market("subscription")
INFORMED = [row for row in load_parameters().rows if row.trades]


def row(**content) -> Parameter:
    whole = {
        "parameter": "effect", "lever": "pricing", "value": 0.9, "low": 0.3, "high": 1.2,
        "distribution": "pert", "unit": "1", "status": "published", "evidence": ["E01"],
        "no_effect": 0.0, "trades": ["subscription"], "relations": ["contract"],
    }  # fmt: skip
    return Parameter(**(whole | content))


def ends(parameter: Parameter) -> tuple[float, float, float]:
    return parameter.value, parameter.low, parameter.high


@pytest.mark.parametrize(
    ("content", "one", "two"),
    [
        ({}, (0.6, 0.0, 1.2), (0.4, 0.0, 1.2)),
        (
            {"value": -0.9, "low": -1.2, "high": -0.3},
            (-0.6, -1.2, 0.0),
            (-0.4, -1.2, 0.0),
        ),
        ({"low": -0.2}, (0.6, -0.2, 1.2), (0.4, -0.2, 1.2)),
        # a ratio of 8 is 2^3, of which 2^2 and then 2^(4/3) are left; two thirds of 8 would be wrong
        (
            {"pooling": "log", "no_effect": 1.0, "value": 8, "low": 2, "high": 16},
            (4.0, 1.0, 16.0),
            (2.52, 1.0, 16.0),
        ),
        # a time keeps its value, and each end goes half as far again on the log scale
        (
            {"pooling": "log", "no_effect": None, "value": 8, "low": 2, "high": 32},
            (8, 1.0, 64.0),
            (8, round(8 * 4**-2.25, 2), round(8 * 4**2.25, 2)),
        ),
        ({"no_effect": None, "high": 1.1}, (0.9, 0.0, 1.2), (0.9, -0.45, 1.35)),
    ],
)
def test_a_step_keeps_two_thirds_of_an_effect_and_lets_its_range_reach_no_effect(content, one, two):
    measured = row(**content)
    assert carried_over(measured, 0) is measured
    assert ends(carried_over(measured, 1)) == pytest.approx(one)
    assert ends(carried_over(measured, 2)) == pytest.approx(two)


def test_a_share_stays_between_none_and_all_however_far_it_is_carried():
    share = row(pooling="logit", no_effect=None, value=0.85, low=0.7, high=0.95)
    for steps in (1, 2):
        far = carried_over(share, steps)
        assert far.value == 0.85
        assert 0 < far.low < 0.7 and 0.95 < far.high < 1


@pytest.mark.parametrize(
    ("trades", "relations", "market", "steps"),
    [
        (["subscription"], ["contract"], GROCERY, 2),
        (
            ["subscription"],
            ["contract"],
            CONTRACTS,
            1,
        ),  # its file states no trade: of another than any
        (["subscription"], ["either"], GROCERY, 1),
        (["several"], ["contract"], GROCERY, 1),
        (["several"], ["contract"], CONTRACTS, 0),
        (["fashion", "bank"], ["no_contract", "contract"], GROCERY, 0),
        (["other"], ["no_contract"], GROCERY, 1),
        ([], [], GROCERY, 0),
    ],
)
def test_a_step_for_another_trade_and_one_for_another_relation(trades, relations, market, steps):
    market = _without_trade(market)
    assert sum(steps_to(row(trades=trades, relations=relations), market)) == steps


def _without_trade(market: Market) -> Market:
    return market.model_copy(update={"trade": None}) if hasattr(market, "trade") else market


def test_every_finding_says_where_it_was_measured():
    for finding in load_evidence():
        assert finding.trade and finding.relation, finding.id
    assert {"several", "subscription", "grocery"} <= {f.trade for f in load_evidence()}


@pytest.mark.parametrize("market", [GROCERY, CONTRACTS], ids=lambda market: market.name)
def test_one_rule_holds_for_every_row_and_market(market):
    there = {parameter.key: parameter for parameter in parameters_for(market).rows}
    for parameter in as_measured(market.name).rows:
        used, steps = there[parameter.key], sum(steps_to(parameter, market))
        assert steps <= most_steps(parameter)
        if not steps:
            assert used == parameter
        elif parameter.no_effect is None:
            assert used.value == pytest.approx(parameter.value, abs=0.005)
            assert used.low < parameter.low and used.high > parameter.high
        else:
            assert used.low <= parameter.no_effect <= used.high
            assert max(abs(used.low), abs(used.high)) == max(
                abs(parameter.low), abs(parameter.high)
            )
            if parameter.pooling == "linear":
                assert used.value == rounded(parameter.value * (2 / 3) ** steps)


def test_runs_futures_and_pilots_live_with_the_market_s_own_parameters():
    measured = load_parameters().values("personalisation")["reminder_churn"]
    for market, steps in ((_without_trade(GROCERY), 2), (_without_trade(CONTRACTS), 1)):
        table = Scenario(market, DO_NOTHING, 100, 4).parameters
        kept = table.values("personalisation")["reminder_churn"]
        assert kept == rounded(measured * (2 / 3) ** steps)
        used = next(r for r in table.rows if r.key == "personalisation.reminder_churn")
        futures = draw_futures(market, table.rows, 8, 1)
        drawn = [future.values["personalisation.reminder_churn"] for future in futures]
        assert used.low <= min(drawn) and max(drawn) <= used.high == 0.0


def test_what_somebody_states_is_direct():
    stated = set_parameters(INFORMED, {"personalisation.reminder_churn": (-0.3, -0.2, -0.1)})
    number = next(r for r in stated if r.key == "personalisation.reminder_churn")
    assert steps_to(number, GROCERY) == (False, False)
    assert measured_elsewhere(number, GROCERY) == ""


def test_the_report_says_what_was_taken_off_and_why():
    far = {r.key: r for r in in_market(load_parameters(), _without_trade(GROCERY)).rows}
    said = measured_elsewhere(far["personalisation.reminder_churn"], _without_trade(GROCERY))
    assert said == (
        "measured in a subscription (with contracts), used for this firm (without contracts): five "
        "ninths taken off, and the range reaches to no effect"
    )
    said = measured_elsewhere(far["incentives.half_life_weeks"], _without_trade(GROCERY))
    assert said.endswith("its range is half as wide again")
    for parameter, market in product(INFORMED, (GROCERY, CONTRACTS)):
        assert bool(measured_elsewhere(parameter, market)) == any(steps_to(parameter, market))
