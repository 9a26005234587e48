"""What campaigns brought is learned from only where it can be told from whom the firm chose.

Serves: C3.4
"""

import json
import shutil
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from insight_logs import campaign_world
from typer.testing import CliRunner
from worlds import Z_LIMIT

from sim.cli.main import app
from sim.common.errors import InputError
from sim.common.paths import root
from sim.experiment import learned_from
from sim.experiment.campaigns_as_trial import campaigns_as_trial
from sim.experiment.trial_design import RECORDS, trial_designs
from sim.insight.campaigns.contacts import CONTACTS
from sim.insight.campaigns.panel import AFTER
from sim.market.market import load_market
from sim.report.comparison.learned import learned_section
from sim.report.phrases import in_language
from tests.own_trials import findings
from tests.synthetic import shared_comparison

EFFECT, BEGIN, PLAN = 0.3, pd.Timestamp("2024-01-01"), "personal_omnichannel"


def _client(folder, panel):
    """Make a client whose log and contacts are those of a made-up firm."""
    shop = folder / "clients" / "shop"
    shop.mkdir(parents=True)
    who, week = np.nonzero(panel.sales)
    day = np.random.default_rng(1).integers(0, 7, len(week))
    days = (BEGIN + pd.to_timedelta(7 * week + day, "D")).strftime("%Y-%m-%d")
    amounts = panel.sales[who, week].round(2)
    log = pd.DataFrame({"customer": who, "date": days, "amount": amounts})
    log["customer"] = log["customer"].map("K{:03d}".format)
    log.to_csv(shop / "log.csv", index=False)
    who, week = np.nonzero(panel.contacts)
    table = pd.DataFrame({"customer": [f"K{k:03d}" for k in who]})
    table["date"] = (BEGIN + pd.to_timedelta(7 * week, "D")).strftime("%Y-%m-%d")
    table.assign(campaign=[str(w) for w in week]).to_parquet(shop / CONTACTS)
    data = root() / "data" / "markets"
    text = (data / "grocery.yaml").read_text("utf-8").replace("name: grocery", "name: shop")
    read = f"loyalty calibrate {shop / 'log.csv'} --name shop"
    text = text.replace("loyalty calibrate complete-journey --name shop", read)
    text = text.replace("loyalty calibrate complete-journey --name grocery", read)
    (shop / "shop.yaml").write_text(text, "utf-8")
    shutil.copy(data / "grocery.history.csv", shop / "shop.history.csv")
    return shop


@pytest.fixture
def shop(tmp_path, monkeypatch):
    """Return the folder of a client who chose whom to write to long before each contact."""
    monkeypatch.setenv("LOYALTY_CLIENTS", str(tmp_path / "clients"))
    return _client(tmp_path, campaign_world(3, EFFECT, AFTER))


def test_the_effect_on_the_contacted_is_carried_over_as_a_share_of_what_customers_spend(shop):
    found = campaigns_as_trial("shop", PLAN)
    log = pd.read_csv(shop / "log.csv")
    weeks = (pd.to_datetime(log["date"]).max() - BEGIN).days / 7 + 1 / 7
    base = log["amount"].sum() / log["customer"].nunique() / weeks * AFTER
    assert abs(found.difference - EFFECT * base) < Z_LIMIT * found.error
    assert 0 < found.error < EFFECT * base
    taken = found.design
    assert (taken.unit, taken.weeks, taken.plan.name) == (RECORDS, AFTER, PLAN)
    assert taken.customers == found.tried
    assert all((play.start_week, play.ramp_weeks) == (0, 1) for play in taken.plan.plays)
    assert not (shop / "trials").exists()


def test_a_plan_of_the_clients_own_may_be_named_and_any_other_by_its_path(shop, tmp_path):
    own = (root() / "playbook" / "strategies" / f"{PLAN}.yaml").read_text("utf-8")
    (shop / "strategies").mkdir()
    text = own.replace(f"name: {PLAN}", "name: mail")
    (shop / "strategies" / "mail.yaml").write_text(text, "utf-8")
    named = campaigns_as_trial("shop", "mail")
    assert named.design.plan.name == "mail"
    moved = (shop / "strategies" / "mail.yaml").rename(tmp_path / "mail.yaml")
    assert campaigns_as_trial("shop", str(moved)) == named


def test_where_no_future_agrees_it_is_refused_and_nothing_is_kept(shop, monkeypatch):
    monkeypatch.setattr(learned_from, "simulated", lambda *_: np.zeros((1, 100)))
    before = sorted(path.name for path in shop.rglob("*"))
    done = CliRunner().invoke(app, ["learn", "shop", "--campaigns", PLAN])
    assert done.exit_code == 2 and "Name a plan that does what the campaigns did" in done.stderr
    after = [path.name for path in shop.rglob("*") if path.name != ".lock"]
    assert sorted(after) == [name for name in before if name != ".lock"]


def test_a_small_effect_is_learned_from_in_lives_that_are_simulated(tmp_path, monkeypatch):
    """The whole way, nothing replaced: what was uncertain of the plan is less so afterwards."""
    monkeypatch.setenv("LOYALTY_CLIENTS", str(tmp_path / "clients"))
    _client(tmp_path, campaign_world(3, 0.0, AFTER, customers=300))
    monkeypatch.setattr(learned_from, "LEAST_EFFECTIVE", 5)
    command = ["learn", "shop", "--campaigns", PLAN, "--futures", "100", "--jobs", "1", "--json"]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 0, done.output
    (one,) = json.loads(done.stdout)["trials"]
    assert not one["by_lot"] and one["before"]["low"] < one["before"]["high"]
    assert trial_designs("shop")["campaigns"].unit == RECORDS


def test_where_the_groups_ran_apart_before_the_contact_nothing_is_learned(tmp_path, monkeypatch):
    monkeypatch.setenv("LOYALTY_CLIENTS", str(tmp_path / "clients"))
    shop = _client(tmp_path, campaign_world(3, EFFECT, 0))
    with pytest.raises(InputError, match="weeks before the contact"):
        campaigns_as_trial("shop", PLAN)
    assert not (shop / "trials").exists()


def test_a_plan_that_is_none_or_contacts_that_are_nowhere_are_refused(shop):
    with pytest.raises(InputError, match="balanced"):
        campaigns_as_trial("shop", "balancde")
    (shop / CONTACTS).unlink()
    with pytest.raises(InputError, match="no contacts"):
        campaigns_as_trial("shop", PLAN)
    both = CliRunner().invoke(app, ["learn", "shop", "trial.csv", "--campaigns", PLAN])
    assert both.exit_code == 2 and "at a time" in both.stderr


def test_campaigns_are_learned_once_as_a_finding_of_their_own_and_told_as_no_trial(
    shop, monkeypatch
):
    measured = campaigns_as_trial("shop", PLAN)
    spread = 3 * measured.error * np.random.default_rng(5).normal(size=(1, 400))
    monkeypatch.setattr(learned_from, "simulated", lambda *_: measured.difference + spread)
    done = CliRunner().invoke(app, ["learn", "shop", "--campaigns", PLAN])
    assert done.exit_code == 0, done.output
    assert "weeks campaigns, taken for Personal" in " ".join(done.stdout.split())
    (finding,) = findings(shop)
    assert finding["grade"] == "C" and "drawn by lot" in finding["caveat"]
    market = load_market("shop")
    (one,) = market.learned.trials
    assert not one.by_lot and one.gain is None and one.difference == measured.difference
    again = CliRunner().invoke(app, ["learn", "shop", "--campaigns", PLAN])
    assert again.exit_code == 2 and "count twice" in again.stderr
    table = shop / "trial.csv"
    table.write_text("customer,arm,spend\na,campaigns,1\nb,baseline,2\n")
    assert CliRunner().invoke(app, ["learn", "shop", str(table)]).exit_code == 2
    comparison = shared_comparison()
    told = learned_section(replace(comparison, market=market))
    assert told.heading.startswith("What campaigns brought")
    assert "not drawn by lot" in " ".join(told.sentences) and "9 times in 10" in told.bullets[0]
    with in_language("zh"):
        told = learned_section(replace(comparison, market=market))
        assert "营销活动带来的效果" in told.heading
