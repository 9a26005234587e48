"""A plan says who does what for whom from when, and its costs are those of the run.

Serves: C3.1 C3.3 L1.1b
"""

from dataclasses import replace

import numpy as np
import pytest
from typer.testing import CliRunner

from sim.cli import main, plan_budget, plan_tables
from sim.cli.terminal import show_table
from sim.common.errors import InputError
from sim.common.formatting import money
from sim.experiment import plan as plans
from sim.experiment.budget import size_strategies
from sim.market.market import load_market
from sim.model.loyalty_model import LoyaltyModel
from sim.model.scenario import Scenario
from sim.playbook.audiences import AUDIENCES
from sim.playbook.pages import load_page
from sim.playbook.strategies import Play
from sim.report.phrases import in_language
from sim.report.wrapping import width_of
from sim.world.renting import Start


@pytest.fixture(scope="module")
def made() -> plans.Plan:
    return plans.make_plan("segmented_care", "grocery", 30)


def test_costs_add_up_to_those_of_the_same_run_scaled_to_the_firm(made):
    sized = size_strategies(made.market, ["segmented_care"], 30)["segmented_care"]
    run = LoyaltyModel(Scenario(made.market, sized, plans.CUSTOMERS, 30, plans.SEED)).run()
    scale = made.market["firm_customers"] / plans.CUSTOMERS
    for play in sized.plays:
        weekly = run.weekly.groupby("week")[f"cost.{play.lever}"].sum().to_numpy() * scale
        quarters = [weekly[:13].sum(), weekly[13:26].sum(), weekly[26:].sum()]
        np.testing.assert_allclose(made.costs[play.key], quarters, rtol=1e-9)


def test_every_play_is_told_with_its_department_audience_and_weeks(made):
    head, *rows = plan_tables.who_does_what(made)
    assert head == ("who", "does what", "for whom", "when")
    assert [row[0].split()[0] for row in rows] == ["Market", "Market", "Service"]
    told = {row[1].splitlines()[0]: row for row in rows}
    who, what, whom, when = told["Service quality, trained and staffed"]
    play = next(p for p in made.strategy.plays if p.lever == "service_quality")
    assert whom.splitlines()[0] == "high-value customers"
    assert whom.splitlines()[1] == f"{made.addressed[play.key]:,.0f} people"
    assert when.splitlines() == ["from week 5", "in full from week 17", "to the end"]
    play = next(p for p in made.strategy.plays if p.lever == "service_quality")
    assert (
        f"extra training, hours per employee and year: {play.settings['training_hours']:.0f}"
        in (" ".join(what.split()))
    )


def test_new_customers_are_told_by_the_year_since_nobody_is_new_at_the_start():
    made = plans.make_plan("whole_journey", "grocery", 26)
    (play,) = (p for p in made.strategy.plays if p.audience == "new")
    assert made.addressed[play.key] == 0 and made.arriving.keys() == {play.key}
    # the same run: who joins is new from the week after, and counts once
    model = LoyaltyModel(Scenario(made.market, made.strategy, plans.CUSTOMERS, 26, plans.SEED))
    joined = model.run().weekly.query("week < 25")["new_joined"].sum() * model.scale
    assert made.arriving[play.key] == pytest.approx(joined * 52 / 26)
    whom = next(row[2] for row in plan_tables.who_does_what(made) if "guided" in row[1])
    assert whom == f"new customers\n{made.arriving[play.key]:,.0f} a year, as they come"


def test_the_people_whom_a_play_is_for_are_those_whom_the_firm_sees_in_its_first_week(made):
    sized = size_strategies(made.market, ["segmented_care"], 30)["segmented_care"]
    model = LoyaltyModel(Scenario(made.market, sized, plans.CUSTOMERS, 30, plans.SEED))
    scoring = next(p for p in sized.plays if p.lever == "segmentation")
    for _ in range(scoring.start_week + 1):
        model.step()
    expected = model.last_week.view.customers.sum() * model.scale
    assert made.addressed[scoring.key] == pytest.approx(expected)


def test_phase_end_and_reach_are_told(made):
    play = made.strategy.plays[0].model_copy(
        update={"phase": "first_steps", "start_week": 3, "end_week": 20, "reach": 0.9}
    )
    assert plan_tables._when(play, 30).splitlines() == [
        "phase first steps:",
        "from week 4",
        "until week 20",
    ]
    assert plan_tables._whom(play, made).startswith("90.0% of ")
    assert " of " not in plan_tables._whom(play.model_copy(update={"reach": 0.9999}), made)
    conduct = {"lever": "emotional_connection", "settings": {"responsibility": 0.02}, "reach": 0.44}
    told = plan_tables._whom(Play.model_validate(conduct), made)
    assert told == f"{AUDIENCES['everyone']}, at 44.0% of what is written"


def test_the_last_row_is_the_sum_of_the_others(made):
    head, *rows = plan_tables.what_it_costs(made)
    assert head == ("play", "Q1", "Q2", "Q3", "total")
    assert len(rows) == len(made.strategy.plays) + 1
    total = sum(costs.sum() for costs in made.costs.values())
    assert rows[-1][-1] == plan_tables.brief_money(total, "USD")


def test_the_risks_of_each_lever_are_told_once(made):
    head, *rows = plan_tables.what_may_go_wrong(made)
    levers = {play.lever for play in made.strategy.plays}
    assert len(rows) == len(levers)
    risks = dict(rows)["Service quality"].splitlines()
    assert len(set(risks)) == len(risks) > 0


def test_a_risk_of_what_the_plan_does_not_do_is_not_told(made):
    promoted = "A promotion sells today"
    assert any(promoted in risk.says for risk in load_page("incentives").risks)
    plans = [
        replace(made, strategy=made.strategy.model_copy(update={"plays": [play]}), presets=[None])
        for play in (
            Play(lever="incentives", owner="market", settings=settings)
            for settings in ({"rebate": 0.01}, {"promotion": 0.1, "promotion_every": 8})
        )
    ]
    said = [promoted in plan_tables.what_may_go_wrong(plan)[1][1] for plan in plans]
    assert said == [False, True]


def test_doing_nothing_is_no_plan():
    with pytest.raises(InputError, match="nothing to plan"):
        plans.make_plan("baseline", "grocery", 8)


def test_a_strategy_that_is_unknown_is_told_as_the_argument_that_it_is():
    done = CliRunner().invoke(main.app, ["plan", "balancd"])
    assert done.exit_code == 2 and "STRATEGY: strategy: found 'balancd'" in done.stderr
    assert "--strategy" not in done.stderr and "'balanced'" in done.stderr


def test_the_command_prints_both_tables_and_the_budget():
    done = CliRunner().invoke(main.app, ["plan", "balanced", "--weeks", "13"])
    assert done.exit_code == 0, done.output
    for words in ("Service", "department", "Incentives", "people", "What it costs", "Budget: $",
                  "In the market grocery"):  # fmt: skip
        assert words in done.output


def test_a_strategy_of_a_case_is_planned_in_its_market_unless_told_another(monkeypatch):
    asked = []

    def stop(strategy: str, market: str, weeks: int) -> None:
        asked.append(market)
        raise InputError("plan", "plan", market, "nothing more")

    monkeypatch.setattr("sim.experiment.plan.make_plan", stop)
    own, other = ["plan", "ask_after_the_flight"], ["--market", "music_shop"]
    for words in (own, [*own, *other], ["plan", "service_first"]):
        CliRunner().invoke(main.app, words)
    # the airline's page names service_first as well, which is no strategy of its own
    assert asked == ["airline", "music_shop", "grocery"]


def test_a_long_plan_is_told_by_quarters_and_years_on_a_narrow_screen(made, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    quarters = np.arange(1.0, 17.0) * 123_456.0
    long = replace(made, weeks=208, costs=dict.fromkeys(made.costs, quarters))
    head, *rows = plan_tables.what_it_costs(long)
    assert head == ("play", "Q1", "Q2", "Q3", "Q4", "year 2", "year 3+", "total")
    assert rows[0][1:] == ("$123k", "$247k", "$370k", "$494k", "$3.2m", "$12m", "$17m")
    show_table([head, *rows], "Costs")
    printed = capsys.readouterr().out
    assert "\N{HORIZONTAL ELLIPSIS}" not in printed
    assert all(cell in printed for row in rows for cell in row[1:])
    assert max(map(len, printed.splitlines())) <= 80


def test_where_chinese_amounts_do_not_fit_their_currency_is_kept_whole(made, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    long = replace(
        made, weeks=208, costs=dict.fromkeys(made.costs, np.arange(1.0, 17.0) * 123_456.0)
    )
    with in_language("zh"):
        table = plan_tables.what_it_costs(long)
        show_table(table, "t")
    printed = capsys.readouterr().out
    amounts = [cell for row in table[1:] for cell in row[1:]]
    assert printed.count("美元") == len(amounts) == sum(cell.endswith("美元") for cell in amounts)
    assert max(map(width_of, printed.splitlines())) <= 80


def test_no_line_ends_between_a_currency_and_its_amount(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    cells = [f"{'x' * n} {money(-654, 'CHF')} and more words" for n in range(30)]
    for words in (True, False):
        show_table([("", ""), *(("a", cell) for cell in cells)], "t", words)
        assert capsys.readouterr().out.count("−CHF\xa0654") == len(cells)


@pytest.mark.parametrize(("quarters", "last"), [(1, "Q1"), (4, "Q4"), (6, "year 2"), (9, "year 3")])
def test_the_periods_hold_every_quarter_once(quarters, last):
    periods = plan_tables._periods(quarters)
    assert list(periods)[-1] == last
    covered = [i for part in periods.values() for i in range(quarters)[part]]
    assert covered == list(range(quarters))


def test_plays_of_one_lever_are_told_apart_by_whom_they_are_for(made):
    plays = [play.model_copy(update={"lever": "incentives"}) for play in made.strategy.plays]
    strategy = made.strategy.model_copy(update={"plays": plays})
    names = plan_tables._short_names(replace(made, strategy=strategy))
    assert len(set(names.values())) == len(plays)
    alone = plan_tables._short_names(made)
    assert "Service quality" in alone.values()


@pytest.mark.parametrize(("written", "planned"), [(0.52, 0.52), (1.0, 1.0), (3.13, 1.0)])
def test_the_plan_says_what_it_costs_as_written_planned_and_in_fact(made, written, planned):
    """A plan of three times the budget was said to be planned at three times."""
    budget = made.strategy.budget
    costs = {"planned": {"all": planned * budget}, "as_written": written * budget}
    quarters = np.full(1, 1.21 * budget * made.market["firm_customers"] * made.weeks / 52)
    spent = {key: quarters / len(made.costs) for key in made.costs}
    plan = replace(made, strategy=made.strategy.model_copy(update=costs), costs=spent)
    said = plan_budget.budget_in_words(plan)
    for words in (f"({written:.0%} of the budget)", f"({planned:.0%} of the budget)",
                  "(121% of the budget)", "the actual cost is above it"):  # fmt: skip
        assert words in said
    assert "too dear for this firm" not in said


def test_a_plan_that_reaches_fewer_says_how_many_and_why(made):
    assert "they were written for" not in plan_budget.budget_in_words(replace(made, reach=1.0))
    said = plan_budget.budget_in_words(replace(made, reach=0.305))
    assert "all plays reach 30.5% of those they were written for" in said


def test_a_play_that_uses_up_its_part_of_the_budget_is_said_to_stop(made):
    """It was said to run in full to the end."""
    key = made.strategy.plays[0].key
    plan = replace(made, stops={key: [7]})
    when = {row[3] for row in plan_tables.who_does_what(plan)[1:]}
    assert any("is used up" in text and "to the end" not in text for text in when)
    assert "pauses for the rest of the year" in plan_budget.budget_in_words(plan)


def test_a_plan_that_the_firm_cannot_pay_is_said_to_be_too_dear_and_runs_without_a_cap(monkeypatch):
    poor = load_market("grocery").with_values(budget_share=0.001, firm_customers=500.0)
    monkeypatch.setattr(plans, "load_market", lambda _name: poor)
    monkeypatch.setattr(plans, "CUSTOMERS", 500)
    monkeypatch.setattr("sim.experiment.budget.PILOT_CUSTOMERS", 500)
    plan = plans.make_plan("rewards_first", "grocery", 26)
    assert plan.strategy.is_unaffordable and not plan.stops
    text = plan_budget.budget_in_words(plan)
    assert "too dear for this firm" in text and "times the budget" in text


def test_a_plan_says_whether_what_a_play_starts_with_is_built_or_rented_and_for_how_much(made):
    key = made.strategy.plays[0].key
    dear = Start(building=97_000.0, whole_setup=300.0, setup=300.0, fees=3_700.0)
    for start, words in (
        (dear, "rented: $3.7k in fees, set up for $300 (building it costs $97k)"),
        (replace(dear, building=2_000.0), "built for $2.0k (renting it over the plan costs $4.0k)"),
    ):
        _, *rows = plan_tables.who_does_what(replace(made, starts={key: start}))
        assert sum(words in row[1].splitlines() for row in rows) == 1
    assert not plan_tables._start(replace(made, starts={}), key)


def test_the_starts_of_a_plan_are_those_of_its_run():
    made = plans.make_plan("rewards_first", "music_shop", 26)
    assert made.starts.keys() == {p.key for p in made.strategy.plays if p.lever == "incentives"}
    assert all(start.is_rented for start in made.starts.values())


@pytest.mark.parametrize(
    ("language", "words", "amounts", "reward"),
    [
        ("en", "each friend who joins costs ", ["$5.6m", "148,890", "0.0275"], "joins: $10.0"),
        ("zh", "在计划期内租用需要的金额是", ["−5.6万美元", "148,890", "0.0275"], "10.0美元"),
    ],
)
def test_a_narrow_screen_breaks_no_number_and_money_to_customers_has_its_currency(
    capsys, monkeypatch, language, words, amounts, reward
):
    monkeypatch.setenv("COLUMNS", "80")
    plan = plans.make_plan("friends_bring_friends", "grocery", 4)
    # of each length, so that some amount meets the end of a line
    cells = [words * 3 + words[:cut] + amount for amount in amounts for cut in range(len(words))]
    with in_language(language):
        show_table([("", ""), *(("a", cell) for cell in cells)], "t", words=language == "en")
        printed = capsys.readouterr().out
        assert reward in plan_tables.who_does_what(plan)[1][1]
    assert [printed.count(amount) for amount in amounts] == [len(words)] * 3
    assert max(map(len, printed.splitlines())) <= 80
