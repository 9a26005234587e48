"""A firm states what it knows, and is told which numbers matter most."""

import json
import shutil

import pytest
import yaml
from test_calibration_own_log import _write_log
from typer.testing import CliRunner

from sim.calibration.calibrate import calibrate
from sim.cli.main import app
from sim.common.errors import InputError
from sim.experiment.compare import compare
from sim.experiment.futures import draw_futures
from sim.market.hold_out import Foreseen, HoldOut
from sim.market.market import load_market
from sim.market.matters import FIRST, first_to_check
from sim.market.stated import state
from sim.workbench.assumed import what_matters
from tests.quick import make_quick


@pytest.fixture(scope="module")
def calibrated(tmp_path_factory):
    """A folder of clients, with the market of one."""
    folder = tmp_path_factory.mktemp("assume")
    log = str(_write_log(folder / "sales.csv", "panel", n=150))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LOYALTY_CLIENTS", str(folder / "clients"))
        calibrate(log, "shop", drop_out="assumed", trade="fashion", currency="USD")
    return folder / "clients"


@pytest.fixture
def shop(calibrated, tmp_path, monkeypatch):
    """The file of a client's market, with a comment of somebody who edited it."""
    make_quick(monkeypatch.setattr)
    monkeypatch.setenv("LOYALTY_CLIENTS", str(tmp_path / "clients"))
    shutil.copytree(calibrated, tmp_path / "clients")
    path = tmp_path / "clients" / "shop" / "shop.yaml"
    text = path.read_text(encoding="utf-8").replace(
        "  desk_load:", "  # as the desk says\n  desk_load:"
    )
    path.write_text(text, encoding="utf-8")
    return path


def _call(*arguments):
    return CliRunner().invoke(app, ["assume", *arguments])


def test_a_stated_value_is_certain_and_the_file_keeps_all_else(shop):
    before = shop.read_text(encoding="utf-8")
    market = state("shop", ["gross_margin=0.31,accounts of 2024, audited", "desk_hours=50,door"])
    assert market == load_market("shop")
    margin = market.values["gross_margin"]
    assert (margin.value, margin.status, margin.low) == (0.31, "stated", None)
    assert margin.source == "accounts of 2024, audited"
    drawn = {name for future in draw_futures(market, (), 4, 1) for name in future.values}
    assert "market.share_of_wallet" in drawn
    assert not drawn & {"market.gross_margin", "market.desk_hours"}
    after = shop.read_text(encoding="utf-8")
    assert "# as the desk says\n  desk_load:" in after
    assert [x for x in after.splitlines() if x[:1] == "#"] == [
        x for x in before.splitlines() if x[:1] == "#"
    ]
    old, new = yaml.safe_load(before), yaml.safe_load(after)
    for name in ("gross_margin", "desk_hours"):
        del old["values"][name], new["values"][name]
    assert old == new and shop.stat().st_mode & 0o777 == 0o600


def test_what_is_estimated_can_be_stated_and_the_rest_keeps_its_errors(shop):
    name = next(n for n, v in load_market("shop").values.items() if v.status == "estimated")
    value = load_market("shop")[name]
    market = state("shop", [f"{name}={value},a longer log"])
    assert market.values[name].status == "stated"
    assert f"market.{name}" not in draw_futures(market, (), 2, 1)[0].values


def test_a_value_that_a_market_may_be_without_is_stated_and_stated_anew(shop):
    before = yaml.safe_load(shop.read_text(encoding="utf-8"))
    for value in (0.4, 0.7):
        market = state("shop", [f"public_notice={value},press of 2024"])
        assert market == load_market("shop") and market.public_notice == value
    after = shop.read_text(encoding="utf-8")
    assert after.count("public_notice") == 1 and "# as the desk says\n  desk_load:" in after
    content = yaml.safe_load(after)
    del content["values"]["public_notice"]
    assert content == before


def test_all_faults_are_told_at_once_and_nothing_is_written(shop):
    before = shop.read_bytes()
    said = ["gros_margin=0.3,a", "gross_margin=30,a", "desk_hours=fifty,a", "desk_load=0.5", "x"]
    done = _call("shop", *(part for one in said for part in ("--set", one)))
    assert done.exit_code == 2
    assert len(done.stderr.strip().splitlines()) == len(said)
    for told in ("Did you mean 'gross_margin'", "from 0.001 to 1", "'fifty'", "NAME=VALUE,SOURCE"):
        assert told in done.stderr
    with pytest.raises(InputError, match="once"):
        state("shop", ["gross_margin=0.3,a", "gross_margin=0.4,b"])
    assert shop.read_bytes() == before


@pytest.mark.parametrize(
    ("said", "one", "other"),
    [
        (
            "gross_margin=0,42,accounts",
            '0.42 with source "accounts"',
            '0 with source "42,accounts"',
        ),
        (
            "gross_margin=0,42 accounts",
            '0.42 with source "accounts"',
            '0 with source "42 accounts"',
        ),
        ("wage_per_hour=28,5,payroll", '28.5 with source "payroll"', '28 with source "5,payroll"'),
        ("wage_per_hour=1.234,50,payroll", '1234.50 with source "payroll"', '"50,payroll"'),
    ],
)
def test_a_comma_that_may_be_a_decimal_one_is_refused_with_both_readings(shop, said, one, other):
    before = shop.read_bytes()
    done = _call("shop", "--set", said)
    assert done.exit_code == 2 and one in done.stderr and other in done.stderr
    assert shop.read_bytes() == before


def test_a_source_may_begin_with_a_year_after_a_decimal_point(shop):
    number = state("shop", ["gross_margin=0.42,2024 accounts"]).values["gross_margin"]
    assert (number.value, number.source) == (0.42, "2024 accounts")


def test_per_cent_is_read_where_the_unit_is_a_share_and_nowhere_else(shop):
    assert state("shop", ["gross_margin=42%,accounts"])["gross_margin"] == 0.42
    for said in ("wage_per_hour=42%,payroll", "inflow_per_year=42%,log", "gross_margin=420%,a"):
        with pytest.raises(InputError):
            state("shop", [said])


@pytest.mark.parametrize("name", ["gross_margin", "budget_share"])
def test_no_margin_and_no_budget_are_refused_where_they_are_read(shop, name):
    assert _call("shop", "--set", f"{name}=0,accounts").exit_code == 2
    text = shop.read_text(encoding="utf-8")
    content = yaml.safe_load(text)
    content["values"][name] |= {"value": 0.0, "low": 0.0}
    shop.write_text(yaml.safe_dump(content), encoding="utf-8")
    with pytest.raises(InputError, match=f"{name}.*from 0.001 to 1"):
        load_market("shop")


def test_a_name_that_is_begun_is_completed(shop):
    done = _call("shop", "--set", "wage=24,payroll")
    assert done.exit_code == 2 and "Did you mean 'wage_per_hour'" in done.stderr


def test_a_market_that_comes_with_the_workbench_stays_as_it_is(shop, monkeypatch):
    monkeypatch.setattr("sim.workbench.assumed._newest", lambda _market: None)  # of this checkout
    for name in ("grocery", "hotel_group"):
        done = _call(name, "--set", "gross_margin=0.3,a")
        assert done.exit_code == 2 and "loyalty calibrate LOG" in done.stderr
    assert _call("grocery").exit_code == 0  # looking is free


def test_without_set_the_five_that_matter_are_told_and_a_stated_one_no_more(shop):
    first = list(first_to_check(load_market("shop")))[:FIRST]
    told = json.loads(_call("shop", "--json").stdout)
    assert [one["name"] for one in told["matter"]] == first and told["comparison"] == ""
    assert all(one["why"] and one["source"] and "value" in one for one in told["matter"])
    told = json.loads(_call("shop", "--set", f"{first[0]}=0.4,accounts", "--json").stdout)
    assert told["stated"] == [first[0]]
    assert first[0] not in [one["name"] for one in told["matter"]]
    plain = _call("shop").stdout
    assert all(name in plain for name in first[1:]) and "no comparison" in plain


def test_a_finished_comparison_says_what_matters_for_this_market(shop, monkeypatch):
    folder = compare(load_market("shop"), ["balanced"], 100, 4, 2, 1, jobs=1)
    found, where = what_matters(load_market("shop"))
    assert len(found) == 5 and where and folder.name in where
    monkeypatch.setattr(
        "sim.workbench.assumed._leanings", lambda _folder: {"desk_load": "40 % of it"}
    )
    found, _ = what_matters(load_market("shop"))
    assert found[0].name == "usual_rebate"  # whether points, which the strategy is about, are there
    assert [found[1].name, found[1].why] == ["desk_load", "40 % of it"]
    others = [name for name in first_to_check(load_market("shop")) if name != "usual_rebate"]
    assert [one.name for one in found[2:]] == others[:3]


@pytest.mark.parametrize("compared", [True, False])
def test_a_strategy_with_a_community_asks_whether_the_firm_keeps_one(shop, compared):
    assert "usual_community" in first_to_check(load_market("shop"))
    found, _ = what_matters(load_market("shop"))
    assert "usual_community" not in [one.name for one in found]
    play = {"lever": "community", "preset": "end_of_community", "audience": "everyone"}
    play |= {"owner": "brand", "start_week": 0}
    plan = {"format": 2, "name": "close", "title": "Close it", "summary": "No community."}
    own = shop.parent / "strategies" / "close.yaml"
    own.parent.mkdir(exist_ok=True)
    own.write_text(yaml.safe_dump(plan | {"plays": [play]}), encoding="utf-8")
    if compared:
        compare(load_market("shop"), ["close"], 100, 4, 2, 1, jobs=1)
    found, _ = what_matters(load_market("shop"))
    assert found[0].name == "usual_community"
    state("shop", ["usual_community=0.2,register"])
    found, _ = what_matters(load_market("shop"))
    assert found[0].name == "usual_hosting"  # which no future draws, and an end saves
    state("shop", ["usual_community=0,none is kept"])
    found, _ = what_matters(load_market("shop"))
    assert "usual_community" not in [one.name for one in found]


@pytest.mark.parametrize("leans", [{}, {"desk_load": "40 % of it"}])
def test_newcomers_of_the_log_outside_what_is_assumed_are_the_first_to_state(
    shop, monkeypatch, leans
):
    monkeypatch.setattr("sim.workbench.assumed._newest", lambda _name: shop)
    monkeypatch.setattr("sim.workbench.assumed._leanings", lambda _folder: leans)
    market = load_market("shop")
    assert market.values["inflow_per_year"].high < 0.9
    figures = {"total": {"frequency": Foreseen(came=1, expected=1, low=0, high=2)}}
    held = HoldOut(weeks=13, newcomers=0.9, figures=figures)
    (first, second, *_), _ = what_matters(market.model_copy(update={"hold_out": held}))
    assert first.name == "inflow_per_year" and "0.9 in its last 13 weeks" in first.why
    assert second.name == ("desk_load" if leans else next(iter(first_to_check(market))))
    inside = held.model_copy(update={"newcomers": market["inflow_per_year"]})
    quiet, _ = what_matters(market.model_copy(update={"hold_out": inside}))
    assert "the log shows" not in " ".join(one.why for one in quiet)
    known = state("shop", ["inflow_per_year=0.5,new accounts of 2024"])
    told, _ = what_matters(known.model_copy(update={"hold_out": held}))
    assert "inflow_per_year" not in [one.name for one in told]


def test_a_market_without_a_wage_in_its_own_currency_names_the_command_that_helps_and_it_does(shop):
    content = yaml.safe_load(shop.read_text(encoding="utf-8"))
    wage = content["values"].pop("wage_per_hour")["value"]
    lines = yaml.safe_dump(content | {"currency": "EUR"}, sort_keys=False)
    shop.write_text(lines, encoding="utf-8")
    refused = _call("shop")
    told = " ".join(refused.stderr.split())
    assert refused.exit_code == 2 and "values.wage_per_hour" in told and "check --fix" not in told
    assert '`loyalty assume shop --set "wage_per_hour=AMOUNT,SOURCE"` states it' in told
    assert _call("shop", "--set", "gross_margin=0.3,accounts").exit_code == 2
    assert shop.read_text(encoding="utf-8") == lines
    done = _call("shop", "--set", "wage_per_hour=27.5,payroll")
    assert done.exit_code == 0 and wage != 27.5
    stated = load_market("shop").values["wage_per_hour"]
    assert (stated.value, stated.status, stated.source) == (27.5, "stated", "payroll")
    # in the currency of the usual wage that one is assumed, as before
    shop.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    assert "`loyalty check --fix`" in _call("shop").stderr
