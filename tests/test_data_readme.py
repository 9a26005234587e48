"""The tables in the read-me files say what the code and the playbook say."""

import re
from dataclasses import replace

import pytest

from sim.calibration.rfm_histories import AWAY_BY, RATE_BY
from sim.checks.check import check, fix
from sim.checks.generated_parts import renewed
from sim.checks.generated_tables import GENERATED, PARAMETER_COLUMNS, WEEKLY
from sim.common.paths import root
from sim.evidence.parameters import Parameter, load_parameters
from sim.levers.outcomes import OUTCOMES
from sim.model.rare_events import run_lives, table_of
from sim.model.scenario import Rare
from sim.playbook.strategies import Play
from sim.playbook.strategy_files import load_strategy
from sim.world.week_zero import read_history
from tests.worlds import strategy, world


@pytest.mark.parametrize("file", list(GENERATED))
def test_generated_parts_are_in_step(file):
    text = (root() / file).read_text(encoding="utf-8")
    assert renewed(text, GENERATED[file], file) == text, "run `loyalty check --fix`"


def test_fix_mends_what_check_finds_and_nothing_else(checkout):
    path = checkout / "data" / "README.md"
    right = path.read_text(encoding="utf-8")
    path.write_text(right.replace("| `csat` |", "| `csad` |"), encoding="utf-8")
    assert [fault.field for fault in check()] == ["generated tables"]
    assert fix() == ["data/README.md"]
    assert path.read_text(encoding="utf-8") == right
    assert fix() == [] and check() == []


def test_every_column_of_the_weekly_table_is_explained():
    plan = load_strategy("segmented_care")
    found = [
        name
        for market in ("grocery", "subscription")
        for name in world(market, plan, n=200, weeks=2, start="posterior").run().weekly.columns
    ]
    rare = replace(world(n=50, weeks=2).setting, rare=Rare(0.5, 0.5))
    pulled = load_parameters().replace("incentives", membership_lift=0.5)
    programme = strategy(Play(lever="incentives", settings={"rebate": 0.05}, owner="market"))
    found += list(table_of(run_lives(rare)))
    seen = strategy(
        Play(lever="community", settings={"content": 20.0}, owner="brand"),
        Play(lever="organisation", settings={"ambassadors": 1.0}, owner="service"),
    )
    found += list(world("grocery", seen, n=200, weeks=2).run().weekly)
    heard = {"suggestions": 1.0, "close_loop": 1.0, "learning": 1.0, "reward": 1.0}
    loop = strategy(Play(lever="feedback", settings=heard, owner="service"))
    found += list(world("grocery", loop, n=200, weeks=2).run().weekly)
    mail = strategy(Play(lever="personalisation", settings={"messages": 4.0}, owner="market"))
    found += list(world("grocery", mail, n=200, weeks=2).run().weekly)
    first = strategy(Play(lever="service_quality", settings={"priority": 1.0}, owner="service"))
    found += list(world("grocery", first, n=200, weeks=2).run().weekly)
    found += list(world("grocery", programme, n=200, weeks=2, parameters=pulled).run().weekly)
    names = {
        re.sub(r"^(cost|bound)\..+", r"\1.LEVER", re.sub(r"^exposed\..+", "exposed.OUTCOME", name))
        for name in found
        if not name.startswith("term.")
    }
    terms = [name.split(".") for name in found if name.startswith("term.")]
    assert terms and all(len(t) == 3 and t[1] in OUTCOMES for t in terms)
    assert names | {"term.OUTCOME.MECHANISM"} == set(WEEKLY)


def test_every_column_of_the_parameters_is_explained():
    assert set(PARAMETER_COLUMNS) == set(Parameter.model_fields)


def test_every_column_of_a_history_is_explained():
    text = (root() / "data" / "README.md").read_text(encoding="utf-8")
    for name in read_history(world(n=100, weeks=1).market).columns:
        kind = next((f"{by}VALUE" for by in (RATE_BY, AWAY_BY) if name.startswith(by)), name)
        assert f"| `{kind}` |" in text


def test_links_of_the_read_me_files_lead_somewhere():
    for name in ("README.md", *GENERATED):
        path = root() / name
        text = path.read_text(encoding="utf-8")
        for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text):
            if target.startswith("reports/example/"):  # made by `make report` for the repository
                continue
            assert (path.parent / target).exists(), f"{name}: {target}"
