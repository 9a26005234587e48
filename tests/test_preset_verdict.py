"""Each preset's page says why it is worth its cost or not, and from which size of the firm.

Serves: C3.4 I7.6
"""

import numpy as np
import pytest

from sim.analysis.acts_through import acts_through
from sim.analysis.effect_row import summarise_run
from sim.analysis.preset_effects import alone
from sim.checks import effect_tables
from sim.cli import plan_tables
from sim.evidence.parameters import Parameter, ParameterTable
from sim.market.market import load_market
from sim.model.loyalty_model import LoyaltyModel
from sim.model.scenario import Scenario
from sim.playbook import preset_verdict
from sim.playbook.effect_rows import Effect
from sim.playbook.preset_verdict import customers_needed, verdict_on
from sim.playbook.strategies import Play, Strategy


def effect(equity, won, before_fixed, fixed=6e5, **changed):
    """Return a row whose gains have these intervals (low, high)."""
    cells = {"market": "grocery", "lever": "community", "preset": "made_up", "settings": "hosts=20"}
    for name, ends in (("equity", equity), ("won", won), ("before_fixed", before_fixed)):
        cells |= {name: sum(ends) / 2, f"{name}_low": ends[0], f"{name}_high": ends[1]}
    cells |= {"fixed": fixed, "acts_through": "certain", "cost": 1.0, "retention": 0.0}
    cells |= {"trips": 0.0, "csat": 0.0, "shows_week": None, "customers": 5000, "weeks": 104}
    cells |= {"futures": 8, "made_from": "0" * 12}
    return Effect.model_validate(cells | changed)


def row(name, low, high, trades=("grocery",), no_effect=0.0):
    return Parameter(
        parameter=name,
        lever="community",
        value=high,
        low=low,
        high=high,
        distribution="pert",
        unit="log points",
        status="published",
        evidence=["E1"],
        no_effect=no_effect,
        trades=list(trades),
    )


@pytest.fixture(autouse=True)
def known(monkeypatch):
    """Parameters of which one is certain, one may be nil, and one rests on no finding."""
    table = ParameterTable(
        (row("certain", 0.1, 0.3), row("may_be_nil", -0.1, 0.3), row("unheard_of", 0.1, 0.3, ()))
    )
    monkeypatch.setattr(preset_verdict, "parameters_for", lambda _market: table)
    preset_verdict.parameters_in.cache_clear()
    yield
    preset_verdict.parameters_in.cache_clear()


def test_what_moves_nothing_and_costs_nothing_has_nothing_to_act_on():
    """As easy returns of a service under contract: they serve no other lever."""
    nothing = effect((0, 0), (0, 0), (0, 0), fixed=0.0, settings="easy_returns=1")
    assert verdict_on(nothing).reason == "nothing_to_act_on"
    paid = effect((-2, -1), (0, 0), (-2, -1), fixed=0.0, settings="easy_returns=1")
    assert verdict_on(paid).reason == "serves_others"


def test_what_averts_rare_events_is_not_said_to_serve_other_levers():
    """ "Does nothing by itself: it serves other levers", of staff who are trained to see deceit."""
    for settings, reason in (
        ("awareness_hours=4", "guards"),
        ("cleaning_hours=40", "serves_others"),
    ):
        idle = effect((-2, -1), (0, 0), (-2, -1), 0.0, lever="data_stewardship", settings=settings)
        assert verdict_on(idle).reason == reason


@pytest.mark.parametrize("settings", ["end_community=1", "end_programme=1"])
def test_where_there_is_nothing_to_end_nothing_serves_others(settings):
    """ "Does nothing by itself: it serves other levers", of a firm that runs no points programme."""
    nothing = effect((0, 0), (0, 0), (0, 0), fixed=0.0, settings=settings)
    assert verdict_on(nothing).reason == "nothing_to_end"
    assert "other levers" not in effect_tables.why(nothing, "USD")
    there = effect((1, 3), (-3, -1), (1, 3), fixed=0.0, settings=settings)
    assert verdict_on(there).reason == "pays"


@pytest.mark.parametrize(
    ("reason", "equity", "won", "before_fixed", "through"),
    [
        ("pays", (1, 3), (2, 4), (1, 3), "certain"),
        ("serves_others", (-2, -1), (0, 0), (-1, 0), "certain"),
        ("harms", (-3, -2), (-2, -1), (-3, -2), "certain"),
        ("size", (-3, -1), (2, 4), (1, 3), "certain"),
        ("evidence", (-3, -1), (-1, 3), (-3, 1), "may_be_nil"),
        ("evidence", (-3, -1), (-1, 3), (-3, 1), "unheard_of may_be_nil"),
        ("evidence", (-3, 1), (-1, 3), (-3, 1), ""),
        ("costs_more", (-3, -1), (1, 3), (-3, -1), "may_be_nil"),
        ("costs_more", (-3, -1), (1, 3), (-3, -1), "certain"),
        ("not_settled", (-3, 1), (1, 3), (-3, 2), "certain may_be_nil"),
        ("not_settled", (-1, 3), (1, 5), (1, 4), "certain"),
    ],
)
def test_the_first_reason_that_applies_is_told(reason, equity, won, before_fixed, through):
    found = verdict_on(effect(equity, won, before_fixed, acts_through=through))
    assert found.reason == reason
    assert (found.from_customers is not None) == (reason == "size")


def test_what_surely_loses_is_not_called_unsettled_where_only_its_gains_are():
    loses = effect((-3, -1), (-1, 3), (-3, -1), acts_through="certain")
    open_still = effect((-3, 1), (-1, 3), (-3, 1), acts_through="certain")
    assert [verdict_on(one).reason for one in (loses, open_still)] == ["not_settled"] * 2
    assert effect_tables.why(loses, "USD") == effect_tables.LOSES
    assert effect_tables.why(open_still, "USD") == effect_tables.WHY["not_settled"]


@pytest.mark.parametrize(
    ("gain", "said"), [(9.0, False), (10.0, False), (11.0, True), (-1.0, False)]
)
def test_a_return_that_a_comparison_flags_is_doubted_where_the_preset_s_number_stands(gain, said):
    """ "Pays", of a rise that returns a thousand to one, as of any other play."""
    found = effect((gain - 0.5, gain + 0.5), (gain + 0.5, gain + 1.5), (gain, gain + 1))
    assert ("not to be believed before a trial" in effect_tables.why(found, "USD")) == said
    saves = effect((gain - 0.5, gain + 0.5), (gain - 2, gain - 1), (gain, gain + 1))
    assert "not to be believed" not in effect_tables.why(saves, "USD")


def test_a_firm_of_the_size_that_is_told_would_break_even():
    small = effect((-3, -1), (2, 4), (1, 3), fixed=6e5)
    needed = verdict_on(small).from_customers
    assert needed == 300_000
    assert small.before_fixed - small.fixed / needed == 0
    assert "makes sense from about 300,000 customers" in effect_tables.why(small, "USD")


def test_a_preset_that_pays_in_no_firm_of_the_world_is_not_too_dear_for_its_size_alone():
    none = verdict_on(effect((-3, -1), (2, 4), (1, 3), fixed=2.01e9))
    assert (none.reason, none.from_customers) == ("costs_more", None)
    assert verdict_on(effect((-3, -1), (2, 4), (1, 3), fixed=2e9)).from_customers == 1e9


def test_a_row_made_before_its_figures_were_asked_for_says_so():
    old = effect((-3, -1), (2, 4), (1, 3)).model_copy(update={"won": None})
    assert effect_tables.why(old, "USD") == effect_tables.NOT_RUN


def test_what_is_returned_for_each_unit_spent_is_told():
    dear = effect((-3, -1), (0.5, 1.5), (-3, -1))
    assert verdict_on(dear).returned == pytest.approx(1 / 3)
    said = effect_tables.why(dear, "USD")
    assert said == "costs more than it wins: $0.33 for each $1.00"


def test_that_even_the_high_end_would_not_pay_is_told():
    for high, told in ((3, True), (9, False)):
        doubtful = effect((-6, -4), (high - 8, high), (-6, -4), acts_through="may_be_nil")
        doubtful = doubtful.model_copy(update={"equity": doubtful.won - 5.0, "equity_high": 1.0})
        assert ("would not pay for it" in effect_tables.why(doubtful, "USD")) == told


def test_that_nothing_is_proven_is_told_beside_the_size():
    small = effect((-3, -1), (2, 4), (1, 3), acts_through="may_be_nil")
    assert effect_tables.why(small, "USD").endswith("whether it does anything is not proven")


def test_a_play_of_a_strategy_is_known_by_its_presets_settings(monkeypatch):
    small = effect((-3, -1), (2, 4), (1, 3))
    monkeypatch.setattr(preset_verdict, "load_effects", lambda: {small.key: small})
    play = Play(lever="community", settings={"hosts": 20.0}, owner="brand")
    assert customers_needed(play, "grocery") == 300_000
    assert customers_needed(play, "another") is None
    other = play.model_copy(update={"settings": {"hosts": 21.0}})
    assert customers_needed(other, "grocery") is None


def test_the_plan_of_work_says_which_play_does_not_pay_in_a_firm_of_its_size(monkeypatch):
    small = effect((-3, -1), (2, 4), (1, 3))
    monkeypatch.setattr(preset_verdict, "load_effects", lambda: {small.key: small})
    play = Play(lever="community", settings={"hosts": 20.0}, owner="brand")
    said = "does not pay in a firm of this size; makes sense from about 300,000 customers"
    grocery = load_market("grocery")
    another = grocery.model_copy(update={"name": "another"})
    assert plan_tables._what(play, None, grocery).splitlines()[-1] == said
    assert said not in plan_tables._what(play, None, another)


def _run(lever, preset, customers=400, market="grocery"):
    scenario = Scenario(load_market(market), alone(lever, preset), customers, 26)
    model = LoyaltyModel(scenario).run()
    return summarise_run(model, model.weekly)


def test_fixed_cost_is_what_does_not_grow_with_the_firm():
    """Samples for seeds, booked as fixed, would have made the sampling of a small firm too dear."""
    assert _run("community", "seed_at_random").fixed == 0.0
    kept = _run("community", "hosted_group")
    assert 0.0 < kept.fixed < kept.spent
    again = _run("community", "hosted_group", customers=800)
    # The firm is the same however many of it are simulated, but for posts that hosts share.
    np.testing.assert_allclose(again.fixed, kept.fixed, rtol=0.3)


def _fixed_of_firm(times, lever, **settings):
    """What is fixed of a play in a firm of so many times the customers, currency of the whole firm."""
    firm = load_market("grocery")
    larger = firm.with_values(firm_customers=times * firm["firm_customers"])
    plays = Strategy(name="alone", plays=[Play(lever=lever, settings=settings, owner="brand")])
    model = LoyaltyModel(Scenario(larger, plays, 400, 26)).run()
    found = summarise_run(model, model.weekly)
    assert found.spent > 0.0
    return found.fixed * found.firm_customers


@pytest.mark.parametrize(
    ("lever", "grows", "fixed"),
    [
        ("community", {"paid_reach": 0.01}, {"content": 20.0}),
        ("community", {"influencers": 0.01}, {"content": 20.0}),
        ("community", {"moderation": 0.5}, {}),
        ("emotional_connection", {"responsibility": 0.02}, {"stories": 1.0}),
        ("emotional_connection", {"moments": 6.0}, {"stories": 1.0}),
    ],
)
def test_what_grows_with_the_firm_is_fixed_in_none_and_else_it_is_the_same_in_all(
    lever, grows, fixed
):
    """ "Makes sense from 460,000 customers", of adverts that take the same share of any firm's margin."""
    assert _fixed_of_firm(1, lever, **grows) == _fixed_of_firm(4, lever, **grows) == 0.0
    if fixed:
        small, large = (_fixed_of_firm(times, lever, **grows, **fixed) for times in (1, 4))
        assert small == pytest.approx(large, rel=1e-9) and small > 0.0


def test_fixed_and_built_are_discounted_to_today():
    found = _run("omnichannel", "showroom")
    market = load_market("grocery")
    assert 0.0 < found.fixed == pytest.approx(found.spent)
    assert found.fixed < found.measures["cost"] / 2
    assert found.firm_customers == pytest.approx(market["firm_customers"])


@pytest.mark.parametrize(
    ("lever", "preset", "through"),
    [
        ("incentives", "members_discount", {"price_elasticity"}),
        ("incentives", "points_programme", {"membership_lift", "goal_gradient"}),
        ("segmentation", "yearly_by_value", set()),
    ],
)
def test_what_a_preset_acts_through_is_found_by_switching_it_off(lever, preset, through):
    assert set(acts_through(load_market("grocery"), alone(lever, preset))) == through
