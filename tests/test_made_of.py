"""What a gain is made of: one thing is different at a time, on the same people and luck.

Serves: L1.2c C3.1
"""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sim import Play, Strategy, made_of
from sim.analysis.made_of import Parts, findings_behind, largest_first, parts_table
from sim.common.errors import InputError
from sim.evidence.own import parameters_for
from sim.experiment.budget import size_strategies
from sim.experiment.futures import Future
from sim.experiment.left_out import without_lever
from sim.experiment.made_of import (
    WHOLE,
    Case,
    Gain,
    Setup,
    ends_cases,
    parts_cases,
    work_out,
)
from sim.experiment.terms_at_work import terms_at_work
from sim.levers import MECHANISMS
from sim.market.market import load_market
from sim.model.loyalty_model import LoyaltyModel
from sim.model.scenario import Rare, Scenario
from sim.playbook.pages import load_page
from sim.playbook.strategies import DO_NOTHING
from sim.playbook.strategy_files import load_strategy
from sim.report.parts_figure import parts_finding
from sim.report.parts_words import part_label, studies_in_words
from tests.quick import make_quick
from tests.worlds import strategy

MARKET = load_market("grocery")
TABLE = parameters_for(MARKET)


def _play(lever: str) -> Play:
    page = load_page(lever)
    return Play(lever=lever, settings=next(iter(page.presets.values())).settings, owner=page.owner)


def _scenario(plays: Strategy, n: int = 400, weeks: int = 27, **others) -> Scenario:
    return Scenario(MARKET, plays, n, weeks, 3, TABLE, **others)


def _lived(scenario: Scenario):
    """What people did and felt in a run, without what the firm spent."""
    table = LoyaltyModel(scenario).run().weekly
    felt = [name for name in table if name.startswith("term.") and name.endswith(".trust")]
    seen = ["trips", "spend", "margin", "n_active", "satisfaction_sum", "acquisition_cost"]
    return table[[*seen, *felt]]


@pytest.mark.parametrize("lever", [mechanism.name for mechanism in MECHANISMS])
def test_a_lever_with_all_its_terms_off_is_paid_for_and_changes_nobody(lever: str) -> None:
    scenario = _scenario(strategy(_play(lever)))
    off = replace(scenario, off=tuple(terms_at_work(scenario)))
    nothing = _lived(replace(scenario, strategy=DO_NOTHING))
    assert _lived(off).equals(nothing)
    if scenario.off != off.off:
        assert LoyaltyModel(off).run().weekly[f"cost.{lever}"].sum() > 0
        assert not _lived(scenario).equals(nothing)


def test_a_term_that_is_off_acts_neither_in_a_week_nor_after_the_horizon() -> None:
    scenario = _scenario(strategy(_play("personalisation")), weeks=8)
    on, off = (
        LoyaltyModel(one).run()
        for one in (scenario, replace(scenario, off=("personalisation.churn",)))
    )
    named = "term.churn.personalisation"
    assert on.weekly[named].any() and named not in off.weekly
    assert "term.purchase.personalisation" in off.weekly
    lever = next(x for x in off.state.levers.in_use if x.name == "personalisation")
    own = off.state.own(lever)
    view = off.state.lever_view()
    assert "churn" not in lever.lasting_terms(view, own, 1.0)
    assert "churn" in on.state.levers.in_use[0].lasting_terms(view, own, 1.0)


def test_what_is_rare_is_weighed_in_all_cases_where_a_lever_changes_it(tmp_path) -> None:
    plan = strategy(_play("data_stewardship"))
    life = Future(0, 0, 5, rare=Rare(0.3, 0.9))
    off = Case("term", "data_stewardship.capability.protection")
    for breaches, weighed in (("drawn", None), ("weighed", Rare(0.3, 0.9))):
        firm = Setup(MARKET, plan, TABLE, 200, 8, [life, life], breaches=breaches)
        for case in (WHOLE, off):
            assert firm.scenario(case, life, {}).rare == weighed
    gains = work_out(firm, [WHOLE, off], {}, tmp_path / "runs", 1)
    assert np.isfinite(gains[off].equity).all()


def test_a_term_that_no_lever_has_is_refused() -> None:
    with pytest.raises(InputError, match="off: found 'personalisation.leaving', expected terms"):
        _scenario(DO_NOTHING, off=("personalisation.leaving",))


def test_terms_come_from_the_parameters_that_move_them_and_rest_on_their_studies() -> None:
    found = terms_at_work(_scenario(strategy(_play("personalisation"))))
    assert "personalisation.reminder_churn" in found["personalisation.churn"]
    assert "personalisation.reminder_churn" not in found["personalisation.spend"]
    fits = ["matching_spend", "portrait_half_life_weeks", "portrait_purchases"]
    assert found["personalisation.spend"] == [f"personalisation.{name}" for name in fits]
    behind = findings_behind(MARKET, TABLE.rows)
    parts = Parts(MARKET, DO_NOTHING, 2, 1, 1, None, found, behind)  # type: ignore[arg-type]
    cited = {one.id for one in parts.rests_on("personalisation.churn")}
    informs = {one.id for one in behind["personalisation.reminder_churn"]}
    assert cited and informs <= cited <= {x.id for x in parts.rests_on("personalisation")}
    assert studies_in_words([]) == "nothing measured"
    first = parts.rests_on("personalisation.churn")[0]
    assert str(first.year) in studies_in_words(parts.rests_on("personalisation.churn"))


def test_parameters_by_which_a_lever_begins_count_as_well() -> None:
    found = terms_at_work(_scenario(strategy(_play("incentives"))))
    assert {"incentives.enrolment_slope", "incentives.membership_lift"} <= set(
        found["incentives.purchase"]
    )


def test_who_leaves_a_lever_out_spends_nothing_more_on_the_others() -> None:
    whole = size_strategies(MARKET, ["personal_omnichannel"], 52)["personal_omnichannel"]
    left = without_lever(whole, "personalisation")
    assert whole.planned["personalisation:everyone"] > 0
    assert {play.lever for play in left.plays} == {"data_stewardship", "omnichannel"}
    before, after = whole.allowances(), left.allowances()
    assert before is not None and after is not None
    assert after == pytest.approx({key: before[key] for key in after})


@pytest.fixture(scope="module")
def setup() -> Setup:
    plan = strategy(_play("service_quality"), _play("personalisation"))
    lives = [Future(k, 0, seed) for k, seed in enumerate((5, 6))]
    return Setup(MARKET, plan, TABLE, 200, 8, lives)


def test_a_value_at_its_centre_gives_the_gain_as_it_is_and_what_ran_is_not_run_again(
    setup, tmp_path
) -> None:
    row = next(r for r in TABLE.rows if r.key == "personalisation.reminder_churn")
    cases = [WHOLE, Case("parameter", row.key, row.value), Case("parameter", row.key, row.low)]
    cases.append(Case("messages", "", MARKET["usual_messages"]))
    found = work_out(setup, cases, {}, tmp_path / "runs", 1)
    equity = {case: gain.equity.tolist() for case, gain in found.items()}
    assert equity[cases[1]] == equity[cases[3]] == equity[WHOLE] != equity[cases[2]]
    said: list[tuple[int, int, str]] = []
    again = work_out(setup, cases, {}, tmp_path / "runs", 1, lambda *told: said.append(told))
    # in two futures: the plan and doing nothing as it is, and both at that end, since messages that some
    # have opted out of go on without a play
    assert said == [(8, 8, "finished before: nothing to run")]
    assert {case: gain.equity.tolist() for case, gain in again.items()} == equity


def test_what_an_end_costs_is_counted_over_doing_nothing_and_is_a_saving(tmp_path) -> None:
    """The cost of all that goes on, the obvious version, is above nothing where only half is saved."""
    market = MARKET.with_values(usual_rebate=0.03, usual_community=0.2)
    play = Play(lever="community", settings={"end_community": 1}, owner="brand")
    firm = Setup(market, strategy(play), TABLE, 200, 8, [Future(0, 0, 5)])
    gain = work_out(firm, [WHOLE], {}, tmp_path / "runs", 1)[WHOLE]
    assert gain.cost[0] < 0
    whole = LoyaltyModel(Scenario(market, firm.strategy, 200, 8, 5, TABLE)).run()
    assert sum(whole.weekly[name].sum() for name in whole.weekly if name.startswith("cost.")) > 0


def test_there_is_a_case_for_each_lever_each_term_and_both_ends_of_each_of_their_parameters(setup):
    terms = ["personalisation.churn", "service_quality.delivery.quality"]
    cases = parts_cases(setup.strategy, terms)
    assert [case.what for case in cases[1:]] == ["service_quality", "personalisation", *terms]
    alone = setup.strategy.model_copy(update={"plays": setup.strategy.plays[:1]})
    assert [case.kind for case in parts_cases(alone, terms)] == ["whole", "term", "term"]
    ends = ends_cases(alone, TABLE)
    rows = [r for r in TABLE.rows if r.lever == "service_quality" and r.low < r.high]
    assert {(e.what, e.value) for e in ends} == {(r.key, x) for r in rows for x in (r.low, r.high)}


def test_what_a_part_brings_is_paired_so_that_common_luck_drops_out() -> None:
    luck = np.array([-4e6, 3e6, 9e6, -7e6])
    own = np.array([0.9, 1.0, 1.1, 1.0])
    gains = {WHOLE: Gain(luck + own, luck), Case("term", "a.churn"): Gain(luck, luck)}
    row = parts_table(gains).iloc[1]
    assert row["gain_high"] - row["gain_low"] > 1e6
    assert -1.2 < row["change_low"] < row["change"] < row["change_high"] < -0.8


def test_parts_that_differ_by_rounding_alone_keep_their_order() -> None:
    change = pd.Series({"small": 1.0, "first": -256_000.0, "second": 256_000.0 * (1 + 1e-15)})
    assert list(largest_first(change)) == ["first", "second", "small"]
    assert list(largest_first(change * 0.0)) == ["small", "first", "second"]


def test_made_of_looks_at_terms_ends_messages_and_sizes(monkeypatch) -> None:
    make_quick(monkeypatch.setattr)
    size = {"customers": 100, "weeks": 4, "futures": 2}
    made = made_of("grocery", "service_first", **size)
    assert list(made.messages.index) == [0, 1, 2, 4]
    firm = MARKET["firm_customers"]
    assert list(made.sizes.index) == [0.1 * firm, firm, 10 * firm]
    assert np.isfinite(made.parts.table.drop(columns=["kind", "what", "value"])).all(axis=None)
    assert set(made.terms.index) == set(made.parts.comes_from)
    assert (made.ends["low"] < made.ends["high"]).all() and made.ends["moves"].any()
    assert "2 futures of 100 customers" in repr(made)
    assert made.parts.whole["gain"] == made.gain["gain"].iloc[0]
    finding = parts_finding(made.parts)
    assert made.parts.strategy.title in finding and finding in made.plot().alt
    with pytest.raises(InputError, match="terms, ends"):
        made_of("grocery", "service_first", parts=["thrms"])
    with pytest.raises(InputError, match="with plays"):
        made_of("grocery", "baseline")


def test_a_part_that_is_more_than_the_whole_gain_is_told_net_of_what_its_lever_loses() -> None:
    rows = [
        {"kind": kind, "what": what, "gain": gain, "change": gain - 90.0, "cost": 1.0}
        for kind, what, gain in (
            ("whole", "", 90.0),
            ("lever", "pricing", 60.0),
            ("lever", "community", 70.0),
            (
                "term",
                "pricing.delivery.markup",
                -10.0,
            ),  # the price brings 100, and the answer to it takes 70
            ("term", "pricing.price", 160.0),
            ("term", "community.talk", 70.0),
        )
    ]
    ends = {
        f"{name}_{end}": 0.0 if name == "gain" else -1.0
        for name in ("gain", "change")
        for end in ("low", "high")
    }
    table = pd.DataFrame([{"value": np.nan} | ends | row for row in rows])
    plan = Strategy(name="own", title="Own", plays=[])
    parts = Parts(MARKET, plan, 4, 100, 52, table)
    assert "all of pricing (+$30.0)" in parts_finding(parts)
    less = replace(parts, table=table[table["what"] != "pricing.delivery.markup"])
    assert "community" in parts_finding(less) and "all of" not in parts_finding(less)


def test_each_term_of_a_lever_has_a_name_for_people() -> None:
    plan = load_strategy("lifecycle_care_plan")
    for what in terms_at_work(_scenario(plan, n=100, weeks=60)):
        assert ": " in part_label(what)
