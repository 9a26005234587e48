"""The first screen of the README says what the committed example says."""

import io
import re

import numpy as np
import pandas as pd
import yaml
from scipy import stats

from sim.advice.score.scored import scored
from sim.advice.score.tally import figures_of
from sim.analysis.titles import DOING_NOTHING
from sim.common.formatting import MINUS, money
from sim.common.paths import root
from sim.playbook.strategies import BASELINE
from sim.playbook.strategy_files import load_strategy
from sim.report.comparison.content import SECTIONS

README = (root() / "README.md").read_text(encoding="utf-8")
EXAMPLE = root() / "reports" / "example"


def _equity(luck: int) -> pd.DataFrame:
    """Customer equity per future and scenario of the example, in first (0) or second lives (1)."""
    table = pd.read_csv(EXAMPLE / "summary.csv")
    rows = table[(table["luck"] == luck) & (table["segment"] == "total")]
    return rows.pivot(index="future", columns="scenario", values="customer_equity")


def test_the_answer_in_the_readme_is_that_of_the_example() -> None:
    equity, again = _equity(0), _equity(1)
    gains = equity.drop(columns="baseline").sub(equity["baseline"], axis=0)
    name = gains.mean().idxmax()
    best, lived_again = gains[name], again[name] - again["baseline"]
    luck = ((best - lived_again).dropna() ** 2).mean() / 2
    pairs, n = len(again), len(best)
    surely = luck / stats.f.ppf(0.9, pairs, n - 1)
    shrunk = np.sqrt(min(1 - surely / best.var() + 1 / n, 1))
    ends = np.quantile(best, [0.05, 0.95], method="weibull") - best.mean()
    for value in (best.mean(), *(best.mean() + shrunk * ends)):
        assert money(value, "USD") in README
    chosen = equity.mean().idxmax()
    # which is best is told of what one firm may see, with rare events and without: the page has it
    page = (EXAMPLE / "report.html").read_text(encoding="utf-8")
    table = next(t for t in pd.read_html(io.StringIO(page)) if "Best in" in t).set_index("Strategy")
    title = DOING_NOTHING if chosen == BASELINE else load_strategy(str(chosen)).title
    assert f"best in {table.loc[title, 'Best in']} simulated futures" in README


def test_the_example_holds_all_that_the_first_command_brings() -> None:
    """Parts that another version made are left out of a page that is written anew, without a word."""
    page = (EXAMPLE / "report.html").read_text(encoding="utf-8")
    of_others = {"reviews", "influence", "learned", "quality"}  # plans that learn, and clients
    there = {one.removeprefix("more-") for one in re.findall(r'id="([\w-]+)"', page)}
    assert SECTIONS.keys() - there == of_others


def test_the_readme_names_the_assumption_of_the_example() -> None:
    path = root() / "data" / "markets" / "grocery.yaml"
    customers = yaml.safe_load(path.read_text(encoding="utf-8"))["values"]["firm_customers"]
    for end in ("value", "low", "high"):
        assert f"{customers[end]:,.0f}" in README


def test_the_readmes_links_and_commands_exist() -> None:
    makefile = (root() / "Makefile").read_text(encoding="utf-8")
    for target in ("report", "test", "lab"):
        assert f"\n{target}:" in makefile
        assert f"make {target}" in README
    for part in README.split("](")[1:]:
        link = part.split(")")[0].split("#")[0]
        assert link.startswith("http") or (root() / link).exists(), link


def test_the_score_in_the_readme_is_that_of_the_committed_worlds() -> None:
    table = next(iter(scored().values()))
    found = {one.name: one for one in figures_of(table)}
    names = ("share_of_best_prior", "share_of_best", "false_winners", "false_winners_advised")
    prior, best, lost, advised = (found[name] for name in names)
    said = " ".join(README.split())
    ends, all_ends = (
        " to ".join(f"{end:.2f}".replace("-", MINUS) for end in (one.low, one.high))
        for one in (prior, best)
    )
    for words in (
        f"{best.n} made-up firms",
        f"brought {prior.value:.2f} of the gain of the best plan ({ends}, 9 times in 10), and",
        f"{best.value:.2f} ({all_ends}) over all",
        f"In {lost.value:.2f} of the firms a plan that loses was advised, {advised.value:.2f} of all",
        f"90 % held what plans really bring in {100 * found['coverage_90'].value:.0f} %",
    ):
        assert words in said, words
