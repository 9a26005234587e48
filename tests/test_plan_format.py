"""Strategy files of the earlier format are converted, and intensities say how much is done.

Serves: L2.2
"""

import pytest
import yaml
from test_calibration_own_log import _write_log

from sim.calibration.calibrate import calibrate
from sim.checks import check, converted
from sim.common.errors import InputError
from sim.common.formatting import money
from sim.experiment.budget import size_strategies
from sim.levers import BY_NAME
from sim.market.market import load_market
from sim.playbook.formats import in_present_format
from sim.playbook.settings import resolve
from sim.playbook.strategies import Play, Strategy
from sim.playbook.strategy_files import load_strategy
from tests.quick import make_quick

OLD = """\
# a plan of old
name: old
plays:
  - budget_share: 0.25  # a quarter
    lever: pricing
    audience: everyone
  - lever: incentives
    budget_share: 0.5
    preset: points_programme
  - {lever: feedback, budget_share: 0.125, preset: easy_channels}
  - {budget_share: 0.125, lever: community}
"""

OLD_OF_ONE = """\
name: old
title: Old
summary: An easy way to complain.
plays:
  - {lever: feedback, budget_share: 0.25, preset: hear_and_mend, owner: service}
"""


def test_a_file_of_old_keeps_all_but_its_shares():
    new = in_present_format(OLD)
    before, after = yaml.safe_load(OLD), yaml.safe_load(new)
    assert after.pop("format") == 2
    for play in before["plays"]:
        play.pop("budget_share")
    assert after == before
    assert "# a plan of old" in new
    assert in_present_format(new) == new


def test_a_file_of_old_is_refused_with_the_command_that_converts_it():
    with pytest.raises(InputError, match="loyalty check --fix"):
        Strategy.of_file(yaml.safe_load(OLD), "old.yaml")


def test_whoever_has_a_file_converted_is_told_what_it_means_now(checkout):
    path = checkout / "playbook" / "strategies" / "old.yaml"
    path.write_text(OLD, encoding="utf-8")
    (said,) = (line for line in check.fix() if "old.yaml" in line)
    assert "shares of the budget are gone" in said and "`intensity`" in said


def test_whoever_has_a_file_of_no_market_converted_is_told_that_its_cost_is_not_known(checkout):
    path = checkout / "playbook" / "strategies" / "old.yaml"
    path.write_text(OLD, encoding="utf-8")
    (said,) = (line for line in check.fix() if "old.yaml" in line)
    assert "cannot be told" in said and "`loyalty plan old --market MARKET`" in said


def test_whoever_has_a_client_s_file_converted_is_told_what_it_costs_in_money(
    checkout, tmp_path, monkeypatch
):
    """An old plan was scaled to its shares; how much dearer it is as written was left to be found out."""
    monkeypatch.setenv("LOYALTY_CLIENTS", str(tmp_path / "clients"))
    monkeypatch.setattr(converted, "WEEKS", 26)
    make_quick(monkeypatch.setattr)
    log = str(_write_log(tmp_path / "sales.csv", "panel", n=150))
    calibrate(log, "shop", drop_out="assumed", trade="fashion", currency="USD")
    folder = tmp_path / "clients" / "shop"
    (folder / "strategies").mkdir(exist_ok=True)
    (folder / "strategies" / "old.yaml").write_text(OLD_OF_ONE, encoding="utf-8")
    (said,) = (line for line in check.fix() if "old.yaml" in line)
    sized = size_strategies(load_market("shop"), [load_strategy("old", "shop")], 26)["old"]
    firm, budget = load_market("shop")["firm_customers"], sized.budget
    change = money(abs(sized.as_written - 0.25 * budget) * firm, "USD")
    assert f"scaled to {money(0.25 * budget * firm, 'USD')} a year (25% of the budget)" in said
    assert f"as written it costs {money(sized.as_written * firm, 'USD')} a year" in said
    assert said.endswith(f", {change} {'more' if sized.as_written > 0.25 * budget else 'less'})")


def test_an_intensity_multiplies_what_is_done_once_and_nothing_else():
    written = {"rebate": 0.02, "reward_trips": 10}
    play = Play(lever="incentives", settings=written, intensity=1.5)
    once = resolve(Strategy(name="more", plays=[play]), "here")
    assert once.plays[0].settings == {"rebate": pytest.approx(0.03), "reward_trips": 10}
    assert resolve(once, "here") == once
    assert "rebate" in BY_NAME["incentives"].intensity_settings


def test_an_intensity_beyond_what_a_setting_can_be_is_refused():
    play = Play(lever="omnichannel", settings={"preferred": 0.6}, intensity=2.0)
    with pytest.raises(InputError, match=r"plays\.0\.settings\.preferred"):
        resolve(Strategy(name="more", plays=[play]), "here")
