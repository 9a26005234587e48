"""The first screen of the README says what the committed example says."""

import pandas as pd
import yaml
from scipy import stats

from sim.common.formatting import money
from sim.common.paths import root

README = (root() / "README.md").read_text(encoding="utf-8")
EXAMPLE = root() / "reports" / "example"


def _equity() -> pd.DataFrame:
    """Customer equity per draw and scenario, of the central variant of the example."""
    table = pd.read_csv(EXAMPLE / "summary.csv")
    rows = (table["variant"] == "central") & (table["segment"] == "total")
    columns = {table.columns[1]: "scenario"}
    table = table[rows].rename(columns=columns)
    return table.pivot(index="replication", columns="scenario", values="customer_equity")


def test_the_answer_in_the_readme_is_that_of_the_example() -> None:
    equity = _equity()
    gains = equity.drop(columns="baseline").sub(equity["baseline"], axis=0)
    best = gains[gains.mean().idxmax()]
    half = stats.t.isf(0.05, len(best) - 1) * best.sem()
    for value in (best.mean(), best.mean() - half, best.mean() + half):
        assert money(value, "USD") in README
    times = int((equity.idxmax(axis=1) == "baseline").sum())
    assert f"best in {times} of {len(equity)} simulated futures" in README


def test_the_readme_names_the_assumption_of_the_example() -> None:
    path = root() / "data" / "markets" / "grocery.yaml"
    attrition = yaml.safe_load(path.read_text(encoding="utf-8"))["values"]["yearly_attrition"]
    for end in ("value", "low", "high"):
        assert f"{100 * attrition[end]:.0f} %" in README.replace("\n", " ")


def test_the_readmes_links_and_commands_exist() -> None:
    makefile = (root() / "Makefile").read_text(encoding="utf-8")
    for target in ("report", "test", "lab"):
        assert f"\n{target}:" in makefile
        assert f"make {target}" in README
    for part in README.split("](")[1:]:
        link = part.split(")")[0].split("#")[0]
        assert link.startswith("http") or (root() / link).exists(), link
