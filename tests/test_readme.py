"""The first screen of the README says what the committed example says."""

import io
import re

import numpy as np
import pandas as pd
import yaml
from scipy import stats

from sim.advice.score.definitions import NOTHING_WORKS
from sim.advice.score.scored import OF_KINDS, numbered_together, scored
from sim.advice.score.tally import figures_of, worlds_of
from sim.advice.score.words import WORDS
from sim.analysis.titles import DOING_NOTHING
from sim.common.formatting import MINUS, money
from sim.common.paths import root
from sim.experiment.manifest import read_manifest
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


def test_the_size_that_money_in_the_readme_goes_with_is_that_of_the_futures() -> None:
    manifest = read_manifest(EXAMPLE)
    drawn = [one.values["market.firm_customers"] for one in manifest.drawn if not one.luck]
    assert f"{round(np.mean(drawn), -3):,.0f} on average" in " ".join(README.split())
    assert f"{manifest.market['firm_customers']:,.0f} customers" in " ".join(README.split())


def test_the_score_in_the_readme_is_that_of_the_committed_worlds() -> None:
    first, second = ({one.name: one for one in figures_of(x)} for x in scored().values())
    said = " ".join(README.split())

    def two(name: str, form: str, by: float = 1.0) -> list[str]:
        return [
            form.format(*(by * x for x in (one[name].value, one[name].low, one[name].high)))
            for one in (first, second)
        ]

    (a, a_ends), (b, b_ends) = (
        x.split("|") for x in two("share_of_best_prior", "{:.2f}|{:.2f} to {:.2f}")
    )
    over = two("share_of_best", "{:.2f} ({:.2f} to {:.2f})")
    lost, advised = two("false_winners", "{:.2f}"), two("false_winners_advised", "{:.2f}")
    held, in_prior = two("coverage_90", "{:.0f}", 100), two("prior_coverage_90", "{:.0f}", 100)
    lose, earn = second["kept_that_lose"], second["kept_that_earn"]
    nulls = worlds_of(numbered_together(scored(OF_KINDS), NOTHING_WORKS))
    tried, silenced, kept = (int(nulls[x].sum()) for x in ("tried", "silenced", "kept"))
    assert first["share_of_best"].n == second["share_of_best"].n == 64
    assert lose.value == 0
    for words in (
        f"brought {a} ({a_ends}, 9 times in 10) of the gain of the best plan in a first run",
        f"and {b} ({b_ends}) in fresh firms; the aim is {WORDS['share_of_best_prior'].aim.value:.2f}.",
        f"Over all 64 firms of each run, some made to mislead it, that was {' and '.join(over)}",
        f"In {' and '.join(two('nothing_best', '{:.2f}'))} of the firms nothing pays",
        f"the advice was right in {' and '.join(two('truly_best', '{:.2f}'))}.",
        f"was advised in {' and '.join(lost)} of the firms, which is {' and '.join(advised)} of all "
        f"plans that were; the aim is {WORDS['false_winners'].aim.value:.2f}",
        f"held what plans really bring in {' and '.join(held)} %; in {' and '.join(in_prior)} %",
        f"none of {lose.n} that lose was still advised, and {earn.value * earn.n:.0f} of {earn.n}",
        f"Of {len(nulls)} firms in which nothing works at all a plan led in {tried}; "
        f"after one trial of it nothing was advised in {silenced} of these, the plan itself in "
        f"{kept}, and in {tried - silenced - kept} another plan",
    ):
        assert words.replace("-", MINUS) in said, words
