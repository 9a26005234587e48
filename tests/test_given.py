"""What is given to a comparison is what is run: people, histories, plans, values, budgets."""

import pandas as pd
import pytest
from scipy.stats import spearmanr

from sim.common.errors import InputError, InputErrors
from sim.experiment.compare import compare
from sim.experiment.manifest import read_manifest
from sim.market.market import load_market
from sim.model.common_start import from_here, prepare
from sim.model.loyalty_model import LoyaltyModel
from sim.model.scenario import Scenario
from sim.playbook.strategies import DO_NOTHING
from sim.workbench.plans import size
from tests.quick import make_quick

SIZE = {"customers": 150, "weeks": 6, "futures": 8, "seed": 3, "jobs": 1}


@pytest.fixture
def made(monkeypatch, tmp_path):
    """Give the manifest of a comparison that is quickly made."""
    make_quick(monkeypatch.setattr)

    def make(market, plans, **given):
        return read_manifest(compare(market, plans, **SIZE, out=tmp_path / "made", **given))

    return make


def _starts(manifest):
    return [prepare(manifest.scenario(one, _table(manifest))).people for one in manifest.drawn]


def _table(manifest):
    from sim.evidence.own import parameters_for

    return parameters_for(manifest.market.name).with_rows(manifest.parameters)


def test_people_who_are_given_are_the_same_in_all_futures_and_have_other_luck_in_each(made):
    # nothing is drawn that people's traits hang on
    market = load_market("music_shop")
    traits = (
        "purchase_shape",
        "purchase_alpha",
        "drop_out_shape",
        "drop_out_beta",
        "purchase_level",
    )
    market = market.model_copy(update={"moving_rates": None}).with_values(
        share_of_wallet=0.3,
        prospects_per_customer=1,
        failures_per_trip=0.04,
        inflow_per_year=0.1,
        **{name: market[name] for name in traits},
    )
    given, drawn = made(market, ["balanced"], people=5), None
    first, *others = [one["category_rate"] for one in _starts(given)]
    assert all((one == first).all() for one in others)
    assert len({future.seed for future in given.drawn}) == len(given.drawn)
    drawn = given.model_copy(update={"people": None})
    rates = [tuple(one["category_rate"]) for one in _starts(drawn)]
    assert len(set(rates)) == len(rates)


def test_histories_that_are_given_are_those_that_customers_start_from(made, tmp_path):
    market, file = load_market("grocery"), tmp_path / "mine.csv"
    table = pd.read_csv(market.history_path)
    usual = table["frequency"].median()
    mine = table[table["frequency"] > usual]
    assert 0 < len(mine) < len(table)
    mine.to_csv(file, index=False)
    manifest = made(market.with_histories(file), ["balanced"])
    assert manifest.history != read_digest(market)
    for people in _starts(manifest):
        assert people["frequency"][: SIZE["customers"]].min() > usual


def read_digest(market):
    from sim.experiment.fingerprint import history_digest

    return history_digest(market)


def test_histories_that_were_changed_after_they_were_given_are_refused(tmp_path):
    market, file = load_market("grocery"), tmp_path / "mine.csv"
    file.write_bytes(market.history_path.read_bytes())
    given = market.with_histories(file)
    file.write_bytes(file.read_bytes().replace(b"1", b"2", 1))
    with pytest.raises(InputError, match="histories"):
        compare(given, ["balanced"], **SIZE, out=tmp_path / "made")


def test_a_fixed_plan_is_run_as_it_is_and_budgets_stand_beside_each_other(made):
    plans = [size("balanced", "grocery", budget_share=share, weeks=6) for share in (0.02, 0.08)]
    manifest = made("grocery", plans)
    assert list(manifest.strategies) == ["balanced_at_2_percent", "balanced_at_8_percent"]
    for plan in plans:
        assert manifest.strategies[plan.name].sized == plan
    small, large = (manifest.budget(plan.name) for plan in plans)
    assert large == pytest.approx(4 * small, rel=1e-9)


def test_values_set_to_a_range_are_drawn_from_it_and_those_set_to_a_number_are_not(made):
    market = load_market("grocery").with_values(gross_margin=(0.1, 0.2, 0.3), share_of_wallet=0.4)
    manifest = made(market, ["balanced"])
    margins = [future.values["market.gross_margin"] for future in manifest.drawn]
    assert len(set(margins)) == SIZE["futures"] and 0.1 < min(margins) < max(margins) < 0.3
    assert all("market.share_of_wallet" not in future.values for future in manifest.drawn)


def test_values_that_cannot_be_are_refused_together_with_their_range():
    with pytest.raises(InputErrors) as refused:
        load_market("grocery").with_values(gross_margin=-1, share_of_wallet=(0.2, 0.3, 1.5))
    told = str(refused.value)
    assert "values.gross_margin" in told and "a number from 0.001 to 1" in told
    assert "values.share_of_wallet" in told and "a number from 0.001 to 0.999" in told


@pytest.mark.parametrize("share", [0.0, -0.1, 1.5])
def test_a_budget_that_is_no_share_is_refused(share):
    with pytest.raises(InputError, match="budget_share"):
        size("balanced", "grocery", budget_share=share)


def test_doing_nothing_is_no_plan():
    with pytest.raises(InputError, match="a strategy with plays"):
        size("baseline", "grocery")


def test_people_who_are_given_keep_what_is_decided_of_them_once_whatever_their_luck():
    """How sociable a person is goes with their ties, whoever's luck they have."""
    market = load_market("music_shop")
    for people in (None, 7):
        scenario = Scenario(market, DO_NOTHING, 400, 1, seed=3, people=people)
        start = prepare(scenario)
        view = LoyaltyModel(scenario, start=start).state.lever_view()
        ties = pd.Series(start.ties.starts).diff().dropna().to_numpy()
        # about .8 where the two go together, 0 else: 800 people tell them apart
        assert spearmanr(ties, view.sociability()).statistic > 0.5, people


def test_expectations_that_have_drifted_stay_where_they_are_in_a_start_from_the_middle_of_a_run():
    market = load_market("music_shop").model_copy(update={"moving_rates": None})
    market = market.with_values(expectation_drift=0.52)
    model = LoyaltyModel(Scenario(market, DO_NOTHING, 50, 9))
    for _ in range(3):
        model.step()
    once = Scenario(market, DO_NOTHING, 50, 6)
    start = from_here(once, model.state)
    assert start.baseline.elsewhere == pytest.approx(0.03)
    later = LoyaltyModel(once, start=start)
    later.step()
    twice = from_here(Scenario(market, DO_NOTHING, 50, 2), later.state)
    assert twice.baseline.elsewhere == pytest.approx(0.04)


def test_a_budget_smaller_than_any_that_a_market_states_is_planned_with():
    small = size("balanced", "grocery", budget_share=0.0005, weeks=6)
    assert small.budget > 0
    limit = load_market("grocery").with_any_values(yearly_attrition=1e-9)
    assert limit["yearly_attrition"] == 1e-9
