"""A trial counts once, and who learned from a wrong table is told how to correct it.

Serves: C3.4
"""

import numpy as np
import pytest

from sim.common.errors import InputError
from sim.evidence.own import clear_caches
from sim.experiment import learn as learning
from sim.experiment import learned_from
from sim.experiment.trial_design import write_design
from sim.market.market import load_market
from tests.own_trials import design, findings, made_up, own_shop, table


@pytest.fixture
def shop(tmp_path, monkeypatch):
    return own_shop(tmp_path, monkeypatch)


def test_a_wrong_table_is_corrected_by_what_the_refusal_of_the_right_one_says(
    shop, monkeypatch, tmp_path
):
    outcomes = np.random.default_rng(7).normal(0.0, 1.0, (2, 100))
    monkeypatch.setattr(learned_from, "simulated", lambda _, plans, *__: outcomes[: len(plans)])
    write_design("shop", design(weeks=5))
    wrong, right = (table(tmp_path / f"{x}.csv", made_up(300, x)) for x in (2.0, 1.0))
    second = [
        (who, arm.replace("balanced", "balanced_2"), x) for who, arm, x in made_up(300, 1.0, 2)
    ]
    then = table(tmp_path / "second.csv", second)
    for path in (wrong, then):
        learning.learn("shop", path, futures=100, jobs=1)
    learned, evidence = shop / "learned.yaml", shop / "evidence.csv"
    before = shop / "learned_before_balanced_2.yaml"
    with pytest.raises(InputError) as of_second:
        learning.learn("shop", then, futures=100, jobs=1)
    assert f"put {before} in the place of {learned} and delete F02 in" in str(of_second.value)
    with pytest.raises(InputError) as of_first:
        learning.learn("shop", right, futures=100, jobs=1)
    assert f"delete {learned} and F01, F02 in {evidence}" in str(of_first.value)
    learned.unlink()
    evidence.write_text(evidence.read_text().splitlines()[0] + "\n")
    before.unlink()
    for path in (right, then):
        learning.learn("shop", path, futures=100, jobs=1)
    (one, _) = load_market("shop").learned.trials
    assert [row["id"] for row in findings(shop)] == ["F01", "F02"]
    assert float(findings(shop)[0]["value"]) == pytest.approx(one.difference, rel=1e-5)
    lines = evidence.read_text().splitlines()
    before.replace(learned)
    evidence.write_text("\n".join(lines[:2]) + "\n")
    clear_caches()
    again = learning.learn("shop", then, futures=100, jobs=1).learned
    assert [trial.finding for trial in again.trials] == ["F01", "F02"]
