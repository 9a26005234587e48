"""Tables that the playbook takes from the code, the evidence and the simulation."""

from functools import cache

from sim.checks.levers import bounds
from sim.common.formatting import (
    NONE,
    change,
    compact,
    listing,
    markdown_table,
    money,
    range_of,
    spaced,
)
from sim.evidence.findings import Finding, load_evidence
from sim.evidence.strength import strength
from sim.levers import MECHANISMS, lever_label
from sim.market.case_market import Assumed
from sim.market.market import load_market, read_case_market
from sim.market.numbers import Number
from sim.market.places import market_names
from sim.market.values import value_label
from sim.playbook.cases import case_names, load_case
from sim.playbook.effect_rows import Effect, load_effects, settings_text
from sim.playbook.pages import Page, load_page
from sim.playbook.strategy_files import load_strategy, strategy_names

NOT_RUN = "not simulated yet"


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
                *(_in_short(effect, currencies) for effect in effects),
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


@cache
def market_currencies() -> dict[str, str]:
    """Return the currency of each market; reading a market takes milliseconds, and the pages are many."""
    return {name: load_market(name).currency for name in market_names()}


def _in_short(effect: Effect | None, currencies: dict[str, str]) -> str:
    """Write effect, cost and time until it shows of one preset in one market, for one cell."""
    if effect is None:
        return NOT_RUN
    currency = currencies[effect.market]
    cost = f"costs {money(effect.cost, currency)} a year"
    return "<br>".join((_gain(effect, currency), cost, _shows(effect)))


def _gain(effect: Effect, currency: str) -> str:
    ends = range_of(
        effect.equity_low, effect.equity_high, lambda end: money(end, currency, signed=True)
    )
    return f"**{money(effect.equity, currency, signed=True)}** ({ends})"


def _shows(effect: Effect) -> str:
    return "does not show" if effect.shows_week is None else f"shows from week {effect.shows_week}"


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
    rows = []
    for name in strategy_names():
        strategy = load_strategy(name)
        plays = "; ".join(f"{p.lever} for {p.audience.replace('_', '-')}" for p in strategy.plays)
        rows.append((f"[`{name}`](strategies/{name}.yaml)", strategy.summary, plays or "none"))
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


def effects_of(lever: str) -> str:
    """Return what the simulation says of each preset of a lever in each market.

    Parameters
    ----------
    lever : str

    Returns
    -------
    str
        A sentence that says how it was run, and a Markdown table.
    """
    page = load_page(lever)
    rows, sizes, currencies = [], set(), market_currencies()
    for preset in page.presets:
        for market, currency in currencies.items():
            effect = load_effects().get((market, lever, preset))
            if effect is not None:
                sizes.add((effect.customers, effect.weeks, effect.futures))
            rows.append((f"`{preset}`", spaced(market), *_cells(page, preset, effect, currency)))
    head = (
        "preset",
        "market",
        "customer equity",
        "cost a year",
        "customers kept",
        "purchases a year",
        "satisfied",
        "shows",
    )
    said = [
        f"{n:,} customers, {weeks} weeks, {runs} futures (joint draws of all that is uncertain)."
        for n, weeks, runs in sorted(sizes)
    ]
    intro = (
        "Each preset by itself, for everyone, from the first week and at its own cost, less doing "
        "nothing. Money is per known customer; in brackets the 90 % interval of the mean."
    )
    words = [intro, *said]
    if page.needs:
        needs = listing([lever_label(name) for name in page.needs])
        words.append(
            f"This lever needs {needs} to do much; here it has to do without, and a strategy shows "
            "what they do together."
        )
    return "\n".join([" ".join(words), "", markdown_table(head, rows)])


def _cells(page: Page, preset: str, effect: Effect | None, currency: str) -> tuple[str, ...]:
    if effect is None:
        return (NOT_RUN, *(NONE,) * 5)
    old = effect.settings != settings_text(page.presets[preset].settings)
    return (
        _gain(effect, currency) + " of earlier settings" * old,
        money(effect.cost, currency),
        NONE if effect.retention is None else change(effect.retention, "share", currency),
        NONE if effect.trips is None else change(effect.trips, "count", currency),
        NONE if effect.csat is None else change(effect.csat, "share", currency),
        _shows(effect),
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
