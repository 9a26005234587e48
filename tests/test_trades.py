"""Each trade has a set of declared values, that a market can take."""

import pytest
import yaml
from test_calibration_own_log import _write_log
from typer.testing import CliRunner

from sim.calibration.calibrate import calibrate
from sim.calibration.market_file import complete
from sim.calibration.said import Said
from sim.checks import check
from sim.cli.main import app
from sim.common.errors import InputError
from sim.common.paths import root
from sim.common.reading import read_yaml, validate
from sim.experiment.futures import draw_futures
from sim.market.case_market import read_case_market
from sim.market.declared import declared
from sim.market.market import load_market
from sim.market.matters import FIRST, WHY, first_to_check
from sim.market.missing import completed, missing_values
from sim.market.numbers import Number
from sim.market.places import market_names
from sim.market.trade_names import TRADES
from sim.market.trades import Trade, load_trades
from sim.market.values import VALUES

#: What a trade says something of: no log shows it, and no firm chooses it.
SPOKEN_OF = {
    "share_of_wallet", "gross_margin", "yearly_attrition", "prospects_per_customer",
    "inflow_per_year", "talk_share_of_inflow", "acquisition_cost", "winback_per_year",
    "expectation_drift", "failures_per_trip", "contacts_per_trip", "handling_minutes", "desk_hours",
    "wage_per_hour", "staff_per_1000_customers", "usual_messages", "usual_matching",
    "usual_rebate", "usual_enrolment",
    "removable_drop_out", "breaches_per_year", "best_in_class", "analyst_wage_ratio",
    "engineer_wage_ratio",
}  # fmt: skip
#: What the firm chooses or knows better than its trade.
NO_TRADE_KNOWS = {"budget_share", "survey_share", "execution"}


@pytest.fixture(scope="module")
def written():
    return read_yaml(root() / "data" / "trades.yaml")


def test_the_file_has_a_set_for_each_trade_and_no_other(written):
    assert tuple(written) == TRADES


@pytest.mark.parametrize("name", TRADES)
def test_a_trade_says_all_that_a_log_does_not_show_but_what_the_firm_chooses(name, written):
    values = set(written[name]["values"])
    assert values >= SPOKEN_OF and not values & NO_TRADE_KNOWS


@pytest.mark.parametrize("name", TRADES)
def test_every_number_of_a_trade_is_assumed_with_a_wide_range_and_a_reason(name):
    trade = load_trades()[name]
    for value, number in trade.values.items():
        assert number.status == "assumed" and len(number.source) > 15, value
        least, most = VALUES[value].range
        assert least <= number.low < number.high <= most, value
        if number.low > 0:  # wide: the ends lie a factor of a quarter apart at least
            assert number.high / number.low >= 1.25, value


def test_what_people_expect_rises_where_fashion_and_technology_move_and_may_rise_everywhere():
    drift = {name: trade.values["expectation_drift"] for name, trade in load_trades().items()}
    moving = {"fashion", "electronics", "subscription", "bank"}
    assert {name for name, number in drift.items() if number.value > 0} == moving
    assert all(number.low >= 0 and number.high >= 0.05 for number in drift.values())


@pytest.mark.parametrize("name", TRADES)
def test_doing_nothing_neither_grows_nor_shrinks_a_firm_of_a_trade(name):
    values = load_trades()[name].values
    assert values["inflow_per_year"].value == values["yearly_attrition"].value


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda t: t["values"].update(gross_margn=t["values"]["gross_margin"]), "gross_margn"),
        (lambda t: t["values"]["gross_margin"].update(unit="percent"), "gross_margin.unit"),
        (lambda t: t["values"]["gross_margin"].update(value=1.5, high=2), "gross_margin.value"),
        (lambda t: t["rivals"].pop(), "rivals"),
    ],
)
def test_a_slip_in_a_set_is_named(change, named):
    spoiled = load_trades()["bank"].model_dump()
    change(spoiled)
    with pytest.raises(Exception, match=named):
        validate(Trade, spoiled, "data/trades.yaml")


def _without(path, *names):
    """Take values out of a market file, and give back its text."""
    text = path.read_text(encoding="utf-8")
    head = "".join(line for line in text.splitlines(keepends=True) if line.startswith("#"))
    content = yaml.safe_load(text)
    for name in names:
        del content["values"][name]
    path.write_text(head + yaml.safe_dump(content, sort_keys=False, width=100), encoding="utf-8")
    return path.read_text(encoding="utf-8")


def test_a_market_that_lacks_a_value_is_refused_with_the_command_that_completes_it(checkout):
    _without(checkout / "data" / "markets" / "grocery.yaml", "handling_minutes")
    with pytest.raises(InputError, match="handling_minutes.*loyalty check --fix"):
        load_market("grocery")
    _without(checkout / "data" / "markets" / "music_shop.yaml", "purchase_shape")
    with pytest.raises(InputError) as refused:  # what only a log shows no command can add
        load_market("music_shop")
    assert "purchase_shape" in str(refused.value) and "--fix" not in str(refused.value)


def test_check_fix_completes_market_files_by_their_trade_and_changes_nothing_else(checkout):
    folder, lacking = checkout / "data" / "markets", ("handling_minutes", "best_in_class")
    before = {path: path.read_text(encoding="utf-8") for path in folder.glob("*.yaml")}
    for path in before:
        assert _without(path, *lacking) != before[path]
    changed = check.fix()
    assert {f"data/markets/{path.name}" for path in before} <= set(changed)
    for name in market_names():
        market = load_market(name)
        for value in lacking:
            assert market.values[value] == Number.model_validate(
                declared(market.trade).values[value]
            )
    assert {path: path.read_text(encoding="utf-8") for path in before} == before
    assert not set(changed) & set(check.fix())


def test_a_case_is_completed_by_its_trade_and_else_stands_on_its_base(checkout):
    path = checkout / "playbook" / "cases" / "hotel_group.yaml"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    start = next(i for i, line in enumerate(lines) if line.startswith("  handling_minutes:"))
    path.write_text("".join(lines[:start] + lines[start + 5 :]), encoding="utf-8")
    assert "handling_minutes" not in read_case_market("hotel_group").values
    assert "playbook/cases/hotel_group.yaml" in check.fix()
    assert path.read_text(encoding="utf-8") == "".join(lines)
    ours, trade = load_market("hotel_group"), load_trades()["hotel"]
    assert ours["handling_minutes"] == trade.values["handling_minutes"].value
    assert ours["discount_rate"] == load_market("grocery")["discount_rate"]  # no trade knows it


def test_a_wage_in_another_currency_is_never_added(checkout):
    text = (checkout / "data" / "markets" / "grocery.yaml").read_text(encoding="utf-8")
    content = yaml.safe_load(text) | {"currency": "TWD"}
    del content["values"]["wage_per_hour"], content["values"]["handling_minutes"]
    assert set(missing_values(content)) == {"handling_minutes"}
    assert set(missing_values(content | {"currency": "USD"})) >= {"wage_per_hour"}


def test_a_comment_and_another_indentation_stay_where_they_are():
    text = (
        "name: a\ncurrency: USD\nvalues:  # ours\n    # the wage\n    wage_per_hour: {value: 1}\n"
    )
    new = completed(text, "a.yaml")
    assert [line for line in new.splitlines() if line in text.splitlines()] == text.splitlines()
    assert new.index("handling_minutes") < new.index("# the wage") < new.index("survey_share")


def test_values_come_from_the_source_then_the_trade_then_any_firm():
    content = yaml.safe_load((root() / "data" / "markets" / "grocery.yaml").read_text("utf-8"))
    values = {n: v for n, v in content.pop("values").items() if v["status"] == "estimated"}
    rest = {key: content[key] for key in ("name", "currency", "data", "fit")}
    own = complete(rest, values, "complete-journey")
    assert own.trade == "grocery" and own["acquisition_cost"] == 0.15
    assert own["handling_minutes"] == load_trades()["grocery"].values["handling_minutes"].value
    shop = dict(rest, trade="b2b_supply")
    firm = {"firm_customers": content_of_firm()}
    said, unsaid = (complete(one, values | firm, "sales.csv") for one in (shop, rest))
    assert said["handling_minutes"] == 15 and unsaid["handling_minutes"] == 10
    assert [part.name for part in said.rivals] == ["main rival supplier", "other suppliers"]
    assert said["execution"] == unsaid["execution"]
    with pytest.raises(InputError, match="grocery"):
        complete(dict(rest, trade="grocer"), values | firm, "sales.csv")


def content_of_firm():
    """Return the size of a firm as a log tells it."""
    return {"value": 500, "unit": "customers", "status": "assumed", "low": 400, "high": 600,
            "source": "customers of the log"}  # fmt: skip


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    return str(_write_log(tmp_path_factory.mktemp("log") / "sales.csv", "panel", n=150))


@pytest.fixture
def clients(tmp_path, monkeypatch):
    monkeypatch.setenv("LOYALTY_CLIENTS", str(tmp_path / "clients"))


@pytest.mark.parametrize(("currency", "trade"), [("TWD", None), ("EUR", "b2b_supply")])
def test_a_wage_in_dollars_is_taken_for_no_other_currency(log, clients, currency, trade):
    with pytest.raises(InputError, match=f"--wage.*service employee.*{currency}"):
        calibrate(log, "shop", currency=currency, trade=trade)
    with pytest.raises(InputError, match=r"--wage.*above 0"):
        calibrate(log, "shop", currency=currency, trade=trade, wage=-1)
    market = calibrate(log, "shop", currency=currency, trade=trade, wage=300).market
    wage = market.values["wage_per_hour"]
    assert (wage.value, wage.status, wage.low) == (300, "stated", None)
    assert not any("dollars" in text for text in market.cautions)
    assert market.trade == trade and "--wage 300" in market.data.command
    assert {name for future in draw_futures(load_market("shop"), (), 4, 1) for name in future.values
            if "wage_per_hour" in name} == set()  # fmt: skip
    # no other money of the market is declared in a currency
    money = [n for n, v in market.values.items() if v.unit.startswith("currency")]
    assert {n for n in money if market.values[n].status == "assumed"} == set()


def test_the_set_s_own_currency_and_one_that_nobody_stated_ask_for_no_wage(log):
    Said("USD", "hotel").check()
    Said("usd").check()
    Said(None, "hotel").check()
    assert Said().cautions(None) and not Said("USD").cautions("USD")
    with pytest.raises(InputError, match="restaurant"):
        Said(trade="restaurants").check()


def test_the_terminal_says_whose_values_were_taken_and_which_five_to_check(log, clients):
    asked = ["calibrate", log, "--name", "shop", "--trade", "grocery", "--drop-out", "assumed"]
    done = CliRunner().invoke(app, asked)
    assert done.exit_code == 0, done.output
    assert "as is usual in the trade grocery" in done.stdout
    market = load_market("shop")
    five = list(first_to_check(market))[:FIRST]
    assert len(five) == 5 and all(WHY[name] in done.stdout for name in five)
    assert done.stderr.count("Fitting rates that move") <= 1
    # 22 units an hour beside baskets of a thousand: a grocer in Taiwan who left the currency out
    assert (
        five[0] == "wage_per_hour"
        and "taken to cost as many of its units as dollars" in done.stdout
    )
    stated = market.model_copy(update={"currency": "USD"})
    assert next(iter(first_to_check(stated))) != "wage_per_hour"
    refused = CliRunner().invoke(app, [*asked, "--currency", "TWD"])
    assert refused.exit_code == 2 and "--wage" in refused.stderr


def test_every_value_to_ask_for_first_is_one_of_a_market():
    assert set(WHY) <= set(VALUES)
