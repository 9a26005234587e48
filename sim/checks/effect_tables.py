"""What the simulation says of presets, as the playbook shows it: gain, cost, and why."""

from functools import cache

from sim.analysis.plausibility import MOST_RETURN, is_doubtful
from sim.common.formatting import (
    NONE,
    change,
    compact,
    listing,
    markdown_table,
    money,
    money_in,
    range_of,
    rough,
    spaced,
)
from sim.common.translated import told, translated
from sim.levers import lever_label
from sim.market.market import load_market
from sim.market.places import market_names
from sim.playbook.effect_rows import Effect, load_effects, settings_text
from sim.playbook.pages import Page, load_page
from sim.playbook.preset_verdict import verdict_on

NOT_RUN = "not simulated yet"
#: Why a preset is worth its cost, by reason.
WHY = {
    "pays": "pays",
    "nothing_to_end": "changes nothing here: the firm tried runs nothing of the kind that it could end",
    "nothing_to_act_on": "changes nothing here: there is nothing of the kind in such a market",
    "guards": "guards against what is rare: it averted nothing in the futures that were run",
    "serves_others": "does nothing by itself: it serves other levers",
    "harms": "harms: it loses before any cost",
    "size": "too dear for a firm of this size; makes sense from about {customers} customers",
    "evidence": "the evidence: it may do nothing",
    "costs_more": "costs more than it wins: {returned} for each {one}",
    "not_settled": "not settled: luck is larger than the effect",
}
TOO_LITTLE = ", and the high end of what it wins would not pay for it"
LOSES = "loses; whether it wins anything before its cost does not show in so few futures"
UNPROVEN = "; whether it does anything is not proven"
DOUBTED = (
    "; gains on average more than {times} times what it costs over the horizon: "
    "not to be believed before a trial shows it"
)


@cache
def market_currencies() -> dict[str, str]:
    """Return the currency of each market; reading a market takes milliseconds, and the pages are many."""
    return {name: load_market(name).currency for name in market_names()}


def in_short(effect: Effect | None, currencies: dict[str, str]) -> str:
    """Write effect, cost and time until it shows of one preset in one market, for one cell."""
    if effect is None:
        return NOT_RUN
    currency = currencies[effect.market]
    cost = f"costs {money(effect.cost, currency)} a year"
    return "<br>".join((_gain(effect, currency), why(effect, currency), cost, _shows(effect)))


def _gain(effect: Effect, currency: str) -> str:
    ends = range_of(effect.equity_low, effect.equity_high, money_in(currency, signed=True))
    return f"**{money(effect.equity, currency, signed=True)}** ({ends})"


def _shows(effect: Effect) -> str:
    return "does not show" if effect.shows_week is None else f"shows from week {effect.shows_week}"


def why(effect: Effect, currency: str) -> str:
    """Write why a preset is worth its cost in a market, or is not, in one phrase."""
    verdict = verdict_on(effect)
    if verdict is None:
        return translated(NOT_RUN)
    said = told(
        WHY[verdict.reason],
        customers=rough(verdict.from_customers or 0.0),
        returned=money(verdict.returned or 0.0, currency),
        one=money(1.0, currency),
    )
    wins_too_little = (effect.won_high or 0.0) < (effect.won or 0.0) - effect.equity
    if verdict.reason == "not_settled" and effect.equity_high < 0:
        return translated(LOSES)
    if verdict.reason == "evidence" and wins_too_little:
        said += translated(TOO_LITTLE)
    if verdict.unproven and verdict.reason in ("size", "costs_more"):
        said += translated(UNPROVEN)
    if _returns_too_much(effect):
        said += told(DOUBTED, times=compact(MOST_RETURN))
    return said


def _returns_too_much(effect: Effect) -> bool:
    """Return whether a comparison would flag this return, by the same rule; a saving has none."""
    spent = (effect.won or 0.0) - effect.equity
    return spent >= 0 and effect.equity > 0 and is_doubtful(effect.equity, spent)


def why_by_market(lever: str, preset: str) -> dict[str, list[str]]:
    """Return why a preset is worth its cost, or is not, and in which markets each answer holds."""
    found: dict[str, list[str]] = {}
    for market, currency in market_currencies().items():
        effect = load_effects().get((market, lever, preset))
        found.setdefault(why(effect, currency) if effect else translated(NOT_RUN), []).append(
            market
        )
    return found


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
        "why",
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
        "nothing. Money is per known customer; in brackets the 90 % interval of the mean. Why it "
        "is worth it or not follows from gains before any cost, before what is fixed, and after all. "
        "*Satisfied* is of those who answer a survey: at the music shop so few that half a point there "
        "is one answer."
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
        return (NOT_RUN, *(NONE,) * 6)
    old = effect.settings != settings_text(page.presets[preset].settings)
    return (
        _gain(effect, currency) + " of earlier settings" * old,
        why(effect, currency),
        money(effect.cost, currency),
        NONE if effect.retention is None else change(effect.retention, "share", currency),
        NONE if effect.trips is None else change(effect.trips, "count", currency),
        NONE if effect.csat is None else change(effect.csat, "share", currency),
        _shows(effect),
    )
