"""What happens while a trial is simulated changes nothing of what is kept of it, and loses none.

Serves: C3.4
"""

import numpy as np
import pytest

from sim.common.errors import InputError
from sim.experiment import learn as learning
from sim.experiment import learned_from
from sim.experiment.trial_design import CONTROL, write_design
from sim.market.market import load_market
from tests.own_trials import design, findings, made_up, own_shop, table


@pytest.fixture
def shop(tmp_path, monkeypatch):
    return own_shop(tmp_path, monkeypatch)


def test_who_learns_meanwhile_waits_and_no_trial_is_lost(shop, monkeypatch, tmp_path):
    """Two trials at once: one is learned, the other refused, and learned after it."""
    assert write_design("shop", design(weeks=5)).name == "balanced_2.yaml"
    first = table(tmp_path / "first.csv", made_up(300, 1.0))
    other = [
        (who, CONTROL if arm == CONTROL else "balanced_2", x)
        for who, arm, x in made_up(300, 1.0, seed=2)
    ]
    second, refused = table(tmp_path / "second.csv", other), list[InputError]()
    outcomes = np.random.default_rng(7).normal(0.0, 1.0, 100)

    def meanwhile(_market, plans, *_):
        if not refused:
            with pytest.raises(InputError, match="in use by") as fault:
                refused.append(InputError("", "", "", ""))
                learning.learn("shop", second, futures=100, jobs=1)
            refused[0] = fault.value
        return np.tile(outcomes, (len(plans), 1))

    monkeypatch.setattr(learned_from, "simulated", meanwhile)
    learning.learn("shop", first, futures=100, jobs=1)
    assert "Wait until that command ends" in str(refused[0])
    learning.learn("shop", second, futures=100, jobs=1)
    trials = load_market("shop").learned.trials
    assert [(one.name, one.finding) for one in trials] == [
        ("balanced", "F01"),
        ("balanced_2", "F02"),
    ]
    assert [row["id"] for row in findings(shop)] == ["F01", "F02"]


@pytest.mark.parametrize("name", ["shop.yaml", "evidence.csv", "trials/balanced.yaml"])
def test_a_file_that_changes_while_its_trial_is_simulated_is_never_told_as_what_was_simulated(
    shop, monkeypatch, tmp_path, name
):
    outcomes = np.random.default_rng(7).normal(0.0, 1.0, (1, 100))

    def meanwhile(*_):
        with (shop / name).open("a", encoding="utf-8") as file:
            file.write("# as an editor saves it\n")
        return outcomes

    monkeypatch.setattr(learned_from, "simulated", meanwhile)
    path = table(tmp_path / "t.csv", made_up(300, 1.0))
    with pytest.raises(InputError, match="loyalty learn shop .*t.csv --futures 100") as refused:
        learning.learn("shop", path, futures=100, jobs=1)
    assert refused.value.where.endswith(name)
    assert not (shop / "learned.yaml").exists()
    monkeypatch.setattr(learned_from, "simulated", lambda *_: outcomes)
    if name != "evidence.csv":  # which is none yet
        learning.learn("shop", path, futures=100, jobs=1)
        assert load_market("shop").learned.market == learning._of_file("shop")
