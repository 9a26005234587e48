"""A trial of a client's own, and what it measured, for tests."""

import csv
import shutil

import numpy as np

from sim.common.paths import root
from sim.experiment.trial_design import CONTROL, Design, write_design
from sim.playbook.strategy_files import load_strategy


def design(unit="customer", weeks=4):
    plan = load_strategy("balanced")
    plan = plan.model_copy(update={"budget": 20.0, "planned": {p.key: 10.0 for p in plan.plays}})
    return Design(
        arm="balanced", unit=unit, customers=900, weeks=weeks, first_look=2.797, at_end=1.977,
        cost=1.0, currency="USD", gain=5e5, comparison="abc", plan=plan,
    )  # fmt: skip


def table(path, lines, columns=("customer", "arm", "spend")):
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([columns, *lines])
    return path


def made_up(n, more, seed=1):
    """Return a table in which the tried arm spends so much more."""
    spends = np.random.default_rng(seed).gamma(1.0, 50.0, 2 * n)
    arms = ["balanced", CONTROL] * n
    return [(f"id{k}", arm, f"{x + more * (arm != CONTROL):.2f}")
            for k, (arm, x) in enumerate(zip(arms, spends, strict=True))]  # fmt: skip


def own_shop(tmp_path, monkeypatch):
    """Return the folder of a client whose market is the grocer's, with a trial designed."""
    monkeypatch.setenv("LOYALTY_CLIENTS", str(tmp_path / "clients"))
    folder, data = tmp_path / "clients" / "shop", root() / "data" / "markets"
    folder.mkdir(parents=True)
    text = (data / "grocery.yaml").read_text("utf-8").replace("name: grocery", "name: shop")
    (folder / "shop.yaml").write_text(text, "utf-8")
    shutil.copy(data / "grocery.history.csv", folder / "shop.history.csv")
    assert write_design("shop", design()).name == "balanced.yaml"
    return folder


def findings(shop):
    return list(csv.DictReader((shop / "evidence.csv").read_text("utf-8").splitlines()))
