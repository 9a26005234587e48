"""Strategy files of the earlier format are converted, and intensities say how much is done.

Serves: L2.2
"""

import pytest
import yaml

from sim.checks import check
from sim.common.errors import InputError
from sim.common.reading import validate
from sim.levers import BY_NAME
from sim.playbook.formats import in_present_format
from sim.playbook.strategies import Play, Strategy, resolve

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
        validate(Strategy, yaml.safe_load(OLD), "old.yaml")


def test_whoever_has_a_file_converted_is_told_what_it_means_now(checkout):
    path = checkout / "playbook" / "strategies" / "old.yaml"
    path.write_text(OLD, encoding="utf-8")
    (said,) = (line for line in check.fix() if "old.yaml" in line)
    assert "shares of the budget are gone" in said and "`intensity`" in said


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
