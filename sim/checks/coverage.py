"""What serves each claim of the sources: which lever, case and measure, and which test holds it.

A page names the ids it serves under ``sources``, a measure in its entry, and a test module in a line
``Serves: L1.1a L2.1`` of its docstring.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from sim.common.errors import InputError, nearest
from sim.common.formatting import markdown_table, spaced
from sim.common.paths import root
from sim.common.reading import read_text
from sim.levers import MECHANISMS
from sim.measures.definitions import MEASURES, PAIRED
from sim.measures.measure import MeasureRecord
from sim.playbook.acting import MARKET, OUTCOMES, REVIEWS, Acting, load_acting
from sim.playbook.cases import case_names, load_case
from sim.playbook.claims import Claim, load_sources
from sim.playbook.no_row import NO_ROW
from sim.playbook.pages import load_page
from sim.playbook.strategies import Strategy
from sim.playbook.strategy_files import load_strategy
from sim.playbook.strategy_places import case_strategy_names, known_strategies

_MEASURES: dict[str, MeasureRecord] = {**MEASURES, **PAIRED}
_DOCSTRING = re.compile(r'"""(.*?)"""', re.DOTALL)
#: What a setting is part of -> the levers, or reviews of a plan.
PARTS = {
    "plans that learn": (REVIEWS,),
    "feedback": ("feedback", "cocreation", "iteration"),
    "platforms and participation": ("community",),
    "the journey": ("service_quality", "omnichannel", "incentives"),
    "what is personal": ("personalisation", "segmentation", "data_stewardship"),
    "the brand": ("emotional_connection", "pricing"),
    "the organisation": ("organisation",),
    MARKET: (MARKET,),
}
#: So many strategies are named for a claim.
_FEW = 3
#: What runs where it is the market that acts.
_ANY = "any strategy"
#: Outcomes of which there is less, not fewer.
_NOT_COUNTED = ("satisfaction_sum", "wait_minutes", "n_positive_talk", "spend")
#: Outcomes that are good or bad, not many or few.
_GRADED = ("reputation",)
_STRATEGY = re.compile(r"\(strategies/(?:further/)?([a-z0-9_]+)\.yaml\)")
_SERVES = re.compile(r"^Serves: ((?:[LCI][\w.()]+[ ,\n]*)+)", re.MULTILINE)


class Served(NamedTuple):
    """One claim and what serves it, each as Markdown.

    Attributes
    ----------
    claim : Claim
    told : list of str
        Pages of levers and cases that name it.
    acts : list of str
        Settings that move an outcome in the direction stated; a test runs each with and without.
    measured : list of str
        Measures that name it, and those in which what acts on it shows.
    runs : list of str
        Strategies with such a setting, and those of cases that tell it.
    tests : list of str
        Test modules that name it.
    """

    claim: Claim
    told: list[str]
    acts: list[str]
    measured: list[str]
    runs: list[str]
    tests: list[str]


def coverage() -> list[Served]:
    """Return what serves each claim.

    Returns
    -------
    list of Served
        In the order of ``playbook/sources.csv``.

    Raises
    ------
    InputError
        If a page or the list of claims is wrong.
    """
    served = {key: Served(claim, [], [], [], [], []) for key, claim in load_sources().items()}

    def put(column: str, keys: Iterable[str], link: str) -> None:
        for key in keys:
            # an id that no source has is told by `loyalty check`
            if key in served and link not in getattr(served[key], column):
                getattr(served[key], column).append(link)

    for mechanism in MECHANISMS:
        page = load_page(mechanism.name)
        put("told", page.sources, f"[{page.title}](levers/{page.id}.md)")
    for name in case_names():
        case = load_case(name)
        put("told", case.sources, f"[{case.title}](cases/{name}.md)")
        told = [key for key in case.sources if key in served and served[key].claim.nothing_acts]
        for strategy in set(case.strategies) & set(case_strategy_names()):
            put("runs", told, f"`{strategy}`")
    for name, measure in _MEASURES.items():
        put("measured", measure.sources, f"`{name}`")
    strategies = [load_strategy(name) for name in _listed()]
    for row in load_acting():
        put("acts", row.serves, _acting(row))
        put("measured", row.serves, f"`{OUTCOMES[row.outcome][0]}`")
        for strategy in _with(row, strategies):
            put("runs", row.serves, strategy if strategy == _ANY else f"`{strategy}`")
    for path, keys in serving_tests():
        put("tests", keys, f"[{path.stem.removeprefix('test_')}](../tests/{path.name})")
    return list(served.values())


def _acting(row: Acting) -> str:
    """Return what is set and what moves, as a reader sees it."""
    where = f" in a market made for it ({_values(row.market)})" if row.market else ""
    elsewhere = f" ({row.elsewhere})" if row.elsewhere else ""
    return f"{_set(row)}{where}: {_moves(row)}{elsewhere}"


def _set(row: Acting) -> str:
    """Return what is set, and beside what."""
    settings = ", ".join(f"`{name}`" for name in row.settings)
    beside = f" beside {spaced(row.beside.partition('.')[0])}" if row.beside else ""
    return f"{spaced(row.name)} {settings}{beside}"


def _values(values: Mapping[str, float]) -> str:
    """Return values of a market."""
    return " and ".join(f"`{name}` {value:,.10g}" for name, value in values.items())


def _moves(row: Acting) -> str:
    """Return what moves, and in which direction."""
    outcome = OUTCOMES[row.outcome][1]
    column = row.outcome.partition(".")[0]
    if column in _GRADED:
        more, less = "a better", "a worse"
    else:
        more, less = "more", "less" if column in _NOT_COUNTED else "fewer"
    return f"{more if row.direction == '+' else less} {outcome}"


def _with(row: Acting, strategies: list[Strategy]) -> list[str]:
    """Return the strategies in which a play has one of the settings; every one lives in the market."""
    if row.lever == MARKET:
        return [_ANY]
    if row.lever == REVIEWS:
        return [strategy.name for strategy in strategies if strategy.reviews is not None]
    return [
        strategy.name
        for strategy in strategies
        if any(
            play.lever == row.name and any(play.settings.get(one) for one in row.settings)
            for play in strategy.plays
        )
    ]


@cache
def serving_tests() -> list[tuple[Path, list[str]]]:
    """Return each test module with the ids that its docstring names, sorted by name."""
    modules = []
    for path in sorted((root() / "tests").glob("test_*.py")):
        text = read_text(path, f"tests/{path.name}")
        docstring = _DOCSTRING.match(text)
        found = _SERVES.search(docstring[1]) if docstring else None
        modules.append((path, found[1].replace(",", " ").split() if found else []))
    return modules


def unknown_ids() -> Iterator[InputError]:
    """Return a fault for each id that a measure or a test names and no source has."""
    known = load_sources()
    named = [
        (f"tests/{path.name}", "Serves", key) for path, keys in serving_tests() for key in keys
    ]
    named += [
        ("sim/measures/definitions.py", f"{name}.sources", key)
        for name, measure in _MEASURES.items()
        for key in measure.sources
    ]
    for where, field, key in named:
        if key not in known:
            yield InputError(
                where, field, key, "an id of playbook/sources.csv", nearest(key, known)
            )


def coverage_table() -> str:
    """Return the claims of the sources, each with where it is told, what acts, is measured and runs."""
    return markdown_table(
        ("id", "what the source says", "told", "acts", "measured", "runs"),
        (
            (
                row.claim.id,
                row.claim.claim,
                ", ".join(row.told) or "here only",
                _acts(row),
                ", ".join(row.measured) or "nothing, as nothing acts",
                _few(row.runs) or ("no strategy yet" if row.acts else "none by itself"),
            )
            for row in coverage()
        ),
    )


def _acts(row: Served) -> str:
    """Return what acts on a claim, and why nothing does on the rest of it, or on all."""
    if not row.acts:
        return f"nothing: {row.claim.nothing_acts}"
    part = f"; of the rest: {row.claim.in_part}" if row.claim.in_part else ""
    return "; ".join(row.acts) + part


def idle_table() -> str:
    """Return where what acts moves its outcome, and where not at all, by what it is part of."""
    rows = [row for row in load_acting() if row.idle_where]
    rows.sort(key=lambda row: list(PARTS).index(part_of(row)))
    return markdown_table(
        ("of", "setting", "where it matters", "what moves", "where nothing moves"),
        (
            (
                part_of(row),
                _set(row),
                _values(row.market) or "the built-in grocery",
                _moves(row),
                _values(row.idle_where),
            )
            for row in rows
        ),
    )


def part_of(row: Acting) -> str:
    """Return which of `PARTS` a row is of."""
    return next((part for part, levers in PARTS.items() if row.name in levers), MARKET)


def no_row_table() -> str:
    """Return the settings that have no row in ``acting.csv``, each with the reason."""
    return markdown_table(
        ("lever", "setting", "why it has no row"),
        ((spaced(lever), f"`{name}`", why) for (lever, name), why in NO_ROW.items()),
    )


def _listed() -> list[str]:
    """Return the strategies of the playbook, by its list: a new file of a user is not in it yet."""
    text = read_text(root() / "playbook" / "README.md", "playbook/README.md")
    names = [*_STRATEGY.findall(text), *case_strategy_names()]
    known = known_strategies()
    return [name for name in dict.fromkeys(names) if name in known]


def _few(names: list[str]) -> str:
    """Return the first few names, and how many more there are."""
    more = len(names) - _FEW
    return ", ".join(names[:_FEW]) + (f" and {more} more" if more > 0 else "")
