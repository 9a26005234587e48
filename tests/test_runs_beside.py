"""Runs beside a comparison are made once, whoever asks for them at once."""

from dataclasses import replace
from threading import Event, Thread

import pytest

from sim.common.writing import lock
from sim.experiment.run_id import run_id
from sim.experiment.runs_beside import WAITING, run_beside
from sim.market.market import load_market
from sim.model.scenario import Scenario
from sim.playbook.strategies import BASELINE, DO_NOTHING
from sim.playbook.strategy_files import load_strategy

#: More seconds than a loaded machine needs for any one step.
PATIENCE = 120.0
KEPT = "finished before: nothing to run"


@pytest.fixture(scope="module")
def asked():
    """Names of two small runs, what they are, and that they do not start alike."""
    market = load_market("grocery")
    made = [Scenario(market, DO_NOTHING, 100, 2, seed) for seed in (1, 2)]
    scenarios = {(BASELINE, k, 0): one for k, one in enumerate(made)}
    names = {key: run_id(one, "", "", {}) for key, one in scenarios.items()}
    return names, scenarios, {key: key for key in names}


def test_of_two_that_ask_for_the_same_runs_one_waits_and_finds_them(tmp_path, asked):
    runs, waits, said = Event(), Event(), {"first": [], "second": []}

    def first(_done, _of, what):
        said["first"].append(what)
        if what == "running":
            runs.set()
            assert waits.wait(PATIENCE)

    def second(_done, _of, what):
        said["second"].append(what)
        if what == WAITING:
            waits.set()

    begun = Thread(target=run_beside, args=(tmp_path, *asked, 1, first))
    begun.start()
    assert runs.wait(PATIENCE)
    run_beside(tmp_path, *asked, 1, second)
    begun.join(PATIENCE)
    assert said == {"first": ["running", BASELINE, BASELINE], "second": [WAITING, KEPT]}
    assert len(list(tmp_path.rglob("*.parquet"))) == len(asked[0])


def test_where_all_runs_are_there_nobody_waits(tmp_path, asked):
    said: list[str] = []
    run_beside(tmp_path, *asked, 1, lambda *_: None)
    with lock(tmp_path):
        run_beside(tmp_path, *asked, 1, lambda *told: said.append(told[-1]))
    assert said == [KEPT]


def test_runs_that_share_a_start_are_those_that_each_has_made_alone(tmp_path, asked):
    """Names of their files hold the digest of what is in them."""
    names, scenarios, _ = asked
    (nothing, one), *_ = scenarios.items()
    some = {nothing: one}
    for k, name in enumerate(("balanced", "rewards_first"), start=1):
        some[name, k, 0] = replace(one, strategy=load_strategy(name))
    named = {key: names.get(key) or run_id(x, "", "", {}) for key, x in some.items()}
    found = []
    for place, starts in (
        ("alone", dict(zip(some, some, strict=True))),
        ("shared", dict.fromkeys(some)),
    ):
        run_beside(tmp_path / place, named, some, starts, 1, lambda *_: None)
        found.append(sorted(path.name for path in (tmp_path / place).rglob("*.parquet")))
    assert found[0] == found[1] and len(found[0]) == len(some)
