"""Tables that the playbook takes from the code, the evidence and the simulation."""

from sim.checks.effect_tables import in_short, market_currencies
from sim.checks.levers import bounds
from sim.common.formatting import (
    NONE,
    compact,
    markdown_table,
    range_of,
    spaced,
)
from sim.evidence.findings import Finding, load_evidence
from sim.evidence.strength import strength
from sim.levers import MECHANISMS
from sim.market.case_market import Assumed, read_case_market
from sim.market.market import load_market
from sim.market.numbers import Number
from sim.market.places import market_names
from sim.market.values import value_label
from sim.playbook.cases import case_names, load_case
from sim.playbook.effect_rows import load_effects
from sim.playbook.pages import load_page
from sim.playbook.strategy_files import load_strategy
from sim.playbook.strategy_places import further_strategy_names, strategy_names


def levers_table() -> str:
    """Return all levers: effect and cost of the first preset per market, strength of the evidence."""
    markets, currencies = market_names(), market_currencies()
    rows = []
    for page in (load_page(mechanism.name) for mechanism in MECHANISMS):
        first = next(iter(page.presets))
        effects = [load_effects().get((market, page.id, first)) for market in markets]
        rows.append(
            (
                f"[{page.title}](levers/{page.id}.md)",
                *(in_short(effect, currencies) for effect in effects),
                _circles(strength(page.id)),
                page.summary,
                page.owner,
                ", ".join(f"`{name}`" for name in page.presets),
            )
        )
    head = (
        "lever",
        *(spaced(m) for m in markets),
        "evidence",
        "in one sentence",
        "owner",
        "presets",
    )
    return markdown_table(head, rows)


def _circles(level: int) -> str:
    """Write a strength of evidence from 0 to 5 in digits and circles."""
    return f"{level} of 5<br>{'●' * level}{'○' * (5 - level)}"


def settings_table() -> str:
    """Return the settings of all levers, with their bounds."""
    rows = []
    for mechanism in MECHANISMS:
        for name, field in mechanism.Settings.model_fields.items():
            ends = [NONE if end is None else f"{end:g}" for end in bounds(field)]
            rows.append(
                (
                    mechanism.name,
                    f"`{name}`",
                    field.description or "",
                    f"{field.default:g}" if isinstance(field.default, int | float) else NONE,
                    " to ".join(ends),
                )
            )
    return markdown_table(("lever", "setting", "meaning", "if left out", "bounds"), rows)


def strategies_table() -> str:
    """Return the strategies of the playbook, each with its plays."""
    return _strategies(strategy_names(), "strategies")


def further_strategies_table() -> str:
    """Return the strategies that are compared only when named, each with its plays."""
    return _strategies(further_strategy_names(), "strategies/further")


def _strategies(names: list[str], folder: str) -> str:
    rows = []
    for name in names:
        strategy = load_strategy(name)
        plays = "; ".join(f"{p.lever} for {p.audience.replace('_', '-')}" for p in strategy.plays)
        rows.append((f"[`{name}`]({folder}/{name}.yaml)", strategy.summary, plays or "none"))
    return markdown_table(("strategy", "in one sentence", "plays"), rows)


def evidence_of(lever: str) -> str:
    """Return how well a lever is known, the findings its page rests on, and the beliefs they contradict.

    Parameters
    ----------
    lever : str

    Returns
    -------
    str
        A sentence, a Markdown table with what each finding says, how far to trust it and what to beware
        of, and a line per belief.
    """
    page = load_page(lever)
    known = {finding.id: finding for finding in load_evidence()}
    rows = [_finding(known[key]) for key in page.evidence if key in known]
    head = (
        "id",
        "finding",
        "size",
        "who was studied",
        "source",
        "speaks",
        "grade",
        "verified",
        "beware",
    )
    table = f"Strength of the evidence: {strength(lever)} of 5.\n\n{markdown_table(head, rows)}"
    beliefs = [f"- *{belief}* {key} says otherwise." for key, belief in page.beliefs.items()]
    if not beliefs:
        return table
    return "\n".join([table, "Against popular belief:", "", *beliefs]) + "\n"


def _finding(finding: Finding) -> tuple[str, ...]:
    size = NONE if finding.value is None else f"{compact(finding.value)} ({finding.effect_measure})"
    return (
        finding.id,
        finding.finding.replace("|", "/"),
        size.replace("|", "/"),
        finding.context.replace("|", "/"),
        f"{finding.authors} {finding.year}".replace("|", "/"),
        NONE if finding.direction == "none" else finding.direction,
        finding.grade,
        "yes" if finding.verified == "yes" else "**no**, from memory",
        finding.caveat.replace("|", "/"),
    )


def cases_table() -> str:
    """Return the cases of the playbook, each with its market and strategies."""
    return markdown_table(
        ("case", "in one sentence", "market", "strategies to try"),
        (
            (
                f"[{case.title}](cases/{case.id}.md)",
                case.summary,
                f"`{case.market}`",
                ", ".join(f"`{name}`" for name in case.strategies),
            )
            for case in map(load_case, case_names())
        ),
    )


def assumed_of(name: str) -> str:
    """Return what a case assumes: what its own file states, or the assumed values of its market."""
    case = load_case(name)
    market = load_market(case.market)
    head = ("value", "most likely", "range", "why")
    if not market.based_on:
        values = {k: v for k, v in market.values.items() if v.status == "assumed"}
        return markdown_table(head, (_assumed(value_label(key), values[key]) for key in values))
    stated = read_case_market(case.market)
    rows = [
        _assumed("purchases of a customer a year", stated.purchases_per_year),
        _assumed(f"spend of a purchase, {stated.currency}", stated.spend_per_purchase),
        *(_assumed(value_label(key), number) for key, number in stated.values.items()),
        *(_assumed(f"share of rivals: {part.name}", part.share) for part in stated.rivals),
        *(_assumed(f"share of channels: {part.name}", part.share) for part in stated.channels),
    ]
    rest = (
        f"All else, such as the discount rate and how unequal customers are, is as in the market "
        f"{spaced(stated.based_on)}. The numbers stand in [{stated.name}.yaml]({stated.name}.yaml)."
    )
    return f"{markdown_table(head, rows)}\n{rest}\n"


def _assumed(name: str, number: Number | Assumed) -> tuple[str, ...]:
    ends = range_of(number.low or 0.0, number.high or 0.0, compact)
    return name, compact(number.value), ends, number.source
