"""What the cockpit says of a plan, as HTML in the language that is spoken; names are escaped."""

import re
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from sim.cockpit.as_opened import not_seen
from sim.cockpit.estimate import Estimate
from sim.cockpit.evidence import Known
from sim.cockpit.pins import Beside
from sim.common.calendar import WEEKS_A_YEAR
from sim.common.errors import InputError
from sim.common.formatting import fixed, money
from sim.common.style import clauses
from sim.common.templates import templates_in
from sim.common.translated import told, translated
from sim.market.market import Market
from sim.playbook.play import Play
from sim.report.names import mechanism_label
from sim.report.parts_words import studies_in_words

#: The field of a fault that is of one play: its place, and what of it.
_OF_PLAY = re.compile(r"plays\.(\d+)\.(\w+)")
_TEMPLATE = Path(__file__).with_name("words.html.j2")


def gain_html(estimate: Estimate, market: Market, most: int) -> str:
    """Return the gain of a plan with its interval, named for what it is, and how small the sample is.

    Parameters
    ----------
    estimate : Estimate
    market : Market
    most : int
        Futures to which the sample grows.
    """
    currency, gain = market.currency, estimate.gain
    lines = [
        told(
            "One firm's expected gain lies between {low} and {high}, 9 times in 10 by this sample.",
            low=money(gain.expected_low, currency, True),
            high=money(gain.expected_high, currency, True),
        ),
        told(
            "The mean over all such futures lies between {low} and {high}, 9 times in 10.",
            low=money(gain.ci_low, currency, True),
            high=money(gain.ci_high, currency, True),
        ),
        told(
            "A small sample: {futures} of {most} futures, {customers} customers, {weeks} weeks. "
            "It shows which way a plan leans; a full comparison decides.",
            futures=estimate.futures,
            most=most,
            customers=fixed(estimate.customers),
            weeks=estimate.weeks,
        ),
    ]
    if late := not_seen(estimate.plan.plays, estimate.weeks):
        lines.insert(0, _late(late, estimate.weeks))
    if estimate.too_expensive:
        lines.append(
            told(
                "The budget does not pay this plan: it costs {times} times as much as written. "
                "The gain is that of a firm that pays for it all the same.",
                times=fixed(estimate.too_expensive.written, 1),
            )
        )
    label = translated("Gain in customer equity over doing nothing")
    amount = money(gain.mean, currency, True)
    return str(_parts().gain(label, amount, gain.mean < 0, estimate.futures, lines))


def _late(plays: Sequence[Play], weeks: int) -> str:
    """Return that a sample ends before some plays start."""
    starts = clauses(
        told("{lever} starts in week {week}", lever=mechanism_label(one.lever), week=one.start_week)
        for one in plays
    )
    return told(
        "The sample ends after {weeks} weeks and shows nothing of what starts later: {starts}. "
        "A full comparison looks further, over as many weeks as are chosen below.",
        weeks=weeks,
        starts=starts,
    )


def parts_html(estimate: Estimate, market: Market) -> str:
    """Return what the gain is the sum of, and what each lever brings where that was run."""
    currency, weeks = market.currency, estimate.weeks
    labels = {
        "before": told("Profit of the {weeks} weeks before the plan's cost", weeks=weeks),
        "cost": translated("The plan's cost"),
        "after": told("What customers still bring after the {weeks} weeks", weeks=weeks),
    }
    rows = [[labels[name], money(value, currency, True)] for name, value in estimate.parts.items()]
    rows.append([translated("Gain"), money(estimate.gain.mean, currency, True)])
    head = ["", translated("in today's money")]
    found = table_html(translated("What the gain is made of"), head, rows)
    if estimate.brings:
        rows = [
            [
                mechanism_label(lever),
                money(one.mean, currency, True),
                _between(one.ci_low, one.ci_high, currency),
            ]
            for lever, one in estimate.brings.items()
        ]
        head = [translated("lever"), translated("brings"), translated("its mean, 9 times in 10")]
        caption = told("What the plan loses without a lever, in {n} futures", n=_first(estimate))
        found += table_html(caption, head, rows)
    return found


def _first(estimate: Estimate) -> int:
    """Return in how many futures it was asked what each lever brings."""
    return next(iter(estimate.brings.values())).n


def cost_html(estimate: Estimate, market: Market) -> str:
    """Return what the plan costs by quarter, lever by lever, and its budget."""
    currency = market.currency
    count = max((len(costs) for costs in estimate.quarters.values()), default=0)
    head = [translated("lever"), *(f"{k + 1}" for k in range(count)), translated("a year")]
    rows = []
    for lever, costs in estimate.quarters.items():
        year = float(costs.sum()) * WEEKS_A_YEAR / estimate.weeks
        each = [money(float(cost), currency) for cost in costs]
        rows.append([mechanism_label(lever), *each, money(year, currency)])
    if len(rows) > 1:
        sums = [float(sum(costs)) for costs in zip(*estimate.quarters.values(), strict=True)]
        each = [money(cost, currency) for cost in sums]
        rows.append([translated("together"), *each, money(estimate.cost.mean, currency)])
    said = told(
        "Planned: {planned} a year of a budget of {budget}, for the firm's size in these futures.",
        planned=money(estimate.plan.planned_cost * estimate.firm, currency),
        budget=money((estimate.plan.budget or 0.0) * estimate.firm, currency),
    )
    caption = translated("What the plan costs by quarter, over doing nothing")
    return table_html(caption, head, rows) + lines_html([said])


def evidence_html(known: Iterable[Known]) -> str:
    """Return how strong the evidence on each lever is, and the studies that its numbers rest on."""
    rows = [
        [
            mechanism_label(one.lever),
            told("{level} of 5", level=one.strength),
            studies_in_words(one.findings),
            told("{assumed} of {all}", assumed=one.assumed, all=one.parameters),
        ]
        for one in known
    ]
    head = [
        translated("lever"),
        translated("strength of the evidence"),
        translated("studies, grade A is best"),
        translated("numbers assumed"),
    ]
    table = _parts().table(translated("What the evidence is"), head, rows)
    return str(_parts().narrow(table))


def pins_html(pinned: Sequence[Beside], market: Market) -> str:
    """Return the pinned plans in order, each beside the first in the same futures."""
    if not pinned:
        return lines_html([translated("No plan is pinned yet.")])
    currency = market.currency
    rows = [
        [
            named(one.name, one.title),
            money(one.estimate.gain.mean, currency, True),
            _between(one.estimate.gain.expected_low, one.estimate.gain.expected_high, currency),
            money(one.estimate.cost.mean, currency),
            "" if one.behind is None else _behind(one, currency),
        ]
        for one in pinned
    ]
    head = [
        translated("plan"),
        translated("gain"),
        translated("one firm's expected gain"),
        translated("cost a year"),
        translated("behind the first, its mean 9 times in 10"),
    ]
    caption = told(
        "Pinned plans, each in the same {n} futures: a small sample", n=pinned[0].estimate.futures
    )
    return table_html(caption, head, rows)


def named(name: str, title: str) -> str:
    """Return the name by which files and commands know a thing, and its title in the language spoken."""
    return f"{name} · {translated(title)}" if title else name


def _behind(one: Beside, currency: str) -> str:
    """Return by how much a plan is behind the first, and where the mean of that lies."""
    assert one.behind is not None
    between = _between(one.behind.ci_low, one.behind.ci_high, currency)
    return f"{money(one.behind.mean, currency)} ({between})"


def _between(low: float, high: float, currency: str) -> str:
    """Return both ends of an interval."""
    return told("{low} to {high}", low=money(low, currency, True), high=money(high, currency, True))


def heading_html(text: str) -> str:
    """Return a heading."""
    return str(_parts().heading(text))


def lines_html(texts: Sequence[str]) -> str:
    """Return a paragraph for each text."""
    return str(_parts().lines(texts))


def line_html(text: str) -> str:
    """Return a paragraph; nothing where there is no text."""
    return lines_html([text]) if text else ""


def said_html(text: str, wrong: bool = False) -> str:
    """Return a message, marked and announced at once where something is wrong."""
    return str(_parts().said(text, wrong))


def fault_said(fault: InputError, plays: Sequence[Play]) -> str:
    """Return what is wrong; a play is named as its row shows it, and not as its file would."""
    said = []
    for one in fault.faults:
        at = _OF_PLAY.fullmatch(one.field)
        if at and int(at[1]) < len(plays):
            lever = mechanism_label(plays[int(at[1])].lever)
            row = told("Play {number}, {lever}", number=int(at[1]) + 1, lever=lever)
            one = InputError(row, at[2], one.found, one.expected, one.nearest, one.hint)
        said.append(str(one))
    return "\n".join(said)


def table_html(caption: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table with its caption; the first cell of a row is its heading."""
    return str(_parts().table(caption, head, rows))


@cache
def _parts() -> Any:
    """Return the macros of the template."""
    return templates_in(_TEMPLATE.parent).get_template(_TEMPLATE.name).module
