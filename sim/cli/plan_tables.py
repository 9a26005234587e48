"""A plan of work in words: who does what, for whom, from when, and what it costs."""

from collections.abc import Sequence

import numpy as np

from sim.common.formatting import (
    brief_money,
    capital,
    compact,
    fixed,
    money,
    percent,
    rough,
)
from sim.common.random_numbers import Floats
from sim.common.style import item, labelled, style
from sim.common.translated import told, translated
from sim.experiment.plan import Plan
from sim.levers import BY_NAME
from sim.market.market import Market
from sim.playbook.audiences import AUDIENCES
from sim.playbook.pages import DEPARTMENTS, load_page
from sim.playbook.preset_verdict import customers_needed
from sim.playbook.strategies import Play

#: From this share on an audience is reached as a whole.
_ALL = 0.995


def who_does_what(plan: Plan) -> list[tuple[str, ...]]:
    """Return the plan in words: a header, then a row per play, by department and start."""
    head = ("who", "does what", "for whom", "when")
    rows: list[tuple[str, ...]] = [tuple(map(translated, head))]
    return rows + [
        (
            translated(capital(play.owner or "") + " department"),
            "\n".join(
                [
                    _what(play, preset, plan.market),
                    *_as_it_is(play, plan.market),
                    *_start(plan, play.key),
                ]
            ),
            _whom(play, plan),
            _when(play, plan.weeks, plan.stops.get(play.key, [])),
        )
        for play, preset in _in_order(plan)
    ]


def what_it_costs(plan: Plan) -> list[tuple[str, ...]]:
    """Return the costs in words, for a narrow screen: a header, a row per play, and their total.

    The first year is told by quarters, the years after it one by one or, beyond the second, together.
    """
    periods = _periods(len(next(iter(plan.costs.values()))))

    def row(name: str, costs: Floats) -> tuple[str, ...]:
        amounts = [*(costs[part].sum() for part in periods.values()), costs.sum()]
        return (name, *(brief_money(amount, plan.market.currency) for amount in amounts))

    names = _short_names(plan)
    plays = [row(names[play.key], plan.costs[play.key]) for play, _ in _in_order(plan)]
    total = np.sum(list(plan.costs.values()), axis=0)
    head = (translated("play"), *map(translated, periods), translated("total"))
    return [head, *plays, row(translated("all plays"), total)]


def below_nothing(plan: Plan) -> list[str]:
    """Return what the amounts below nothing are in the table of costs, if there are any."""
    parts, says = _periods(len(next(iter(plan.costs.values())))).values(), []
    names = _short_names(plan)
    for play, _ in _in_order(plan):
        least = min(float(plan.costs[play.key][part].sum()) for part in parts)
        none = brief_money(0.0, plan.market.currency)
        if least >= 0 or brief_money(least, plan.market.currency).strip("\N{MINUS SIGN}") == none:
            continue
        if play.ends_something:
            text = "{play}: an amount below nothing is saved of what the firm spends as it is."
        elif play.settings.get("rebate", 0) > 0 and not plan.market["usual_rebate"] > 0:
            text = (
                "{play}: an amount below nothing is points that were charged when they were promised, "
                "and are released since customers who held them were lost, more than are promised anew."
            )
        else:
            text = "{play}: an amount below nothing is less than what the firm does as it is costs."
        says.append(told(text, play=names[play.key]))
    return says


def without_effect(plan: Plan) -> list[str]:
    """Return which plays do nothing within the plan's weeks: those that begin later, or reach nobody."""
    says, names = [], _short_names(plan)
    for play, _ in _in_order(plan):
        if play.start_week >= plan.weeks:
            text = "{play}: begins in week {week}, after these {weeks} weeks: it does nothing."
            says.append(
                told(text, play=names[play.key], week=play.start_week + 1, weeks=plan.weeks)
            )
        elif play.reach == 0:
            says.append(
                told("{play}: reaches nobody, so that it does nothing.", play=names[play.key])
            )
    return says


def what_may_go_wrong(plan: Plan) -> list[tuple[str, ...]]:
    """Return the risks of what the plan does or ends: a header, then a row per lever that has any."""
    plays, rows = [play for play, _ in _in_order(plan)], list[tuple[str, ...]]()
    for lever in dict.fromkeys(play.lever for play in plays):
        of_lever = [play for play in plays if play.lever == lever]
        page, run = load_page(lever), [play for play in of_lever if not play.ends_something]
        done = {name for play in run for name, level in play.settings.items() if level > 0}
        risks = [one.says for one in page.risks if run and (not one.of or done & set(one.of))]
        risks += page.risks_of_ending * (len(run) < len(of_lever))
        if risks:
            rows.append((translated(page.title), "\n".join(map(item, map(translated, risks)))))
    return [(translated("lever"), translated("what may go wrong")), *rows]


def _periods(quarters: int) -> dict[str, slice]:
    """Return the periods of the cost table by their names, as slices of the quarters."""
    found = {f"Q{i + 1}": slice(i, i + 1) for i in range(min(quarters, 4))}
    if quarters > 4:
        found["year 2"] = slice(4, 8)
    if quarters > 8:
        found["year 3" if quarters <= 12 else "year 3+"] = slice(8, quarters)
    return found


def _short_names(plan: Plan) -> dict[str, str]:
    """Return each play a short name: its lever's, with whom it is for where a lever has several."""
    levers = [play.lever for play in plan.strategy.plays]
    several = {lever for lever in levers if levers.count(lever) > 1}
    names: dict[str, str] = {}
    for play, preset in _in_order(plan):
        name = translated(load_page(play.lever).title)
        if play.lever in several:
            name += style().comma + translated(play.audience.replace("_", " "))
        if name in names.values():
            name += style().comma + translated((preset or play.key).replace("_", " "))
        names[play.key] = name
    return names


def _in_order(plan: Plan) -> list[tuple[Play, str | None]]:
    """Return plays and their presets by department, then by start."""
    return sorted(
        zip(plan.strategy.plays, plan.presets, strict=True),
        key=lambda pair: (DEPARTMENTS.index(pair[0].owner or "market"), pair[0].start_week),
    )


def _what(play: Play, preset: str | None, market: Market) -> str:
    """Return what a play is: its lever, preset and settings that are not neutral, as sized.

    Where presets were simulated in its market, also whether it pays in a firm of that size.
    """
    fields, lines = BY_NAME[play.lever].Settings.model_fields, []
    for name, value in play.settings.items():
        if value != fields[name].default:
            says = str(fields[name].description)
            shown = money(value, market.currency) if says.startswith("money ") else compact(value)
            lines.append(item(labelled(translated(says), shown)))
    after = style().comma + translated(preset.replace("_", " ")) if preset else ""
    if (needed := customers_needed(play, market.name)) is not None:
        says = "does not pay in a firm of this size; makes sense from about {customers} customers"
        lines.append(told(says, customers=rough(needed)))
    return "\n".join([translated(load_page(play.lever).title) + after, *lines])


def _as_it_is(play: Play, market: Market) -> list[str]:
    """Return in place of what a play comes at the firm, or that there is nothing for it to end."""
    settings, usual = play.settings, market["usual_rebate"]
    if settings.get("end_programme", 0) > 0 and not usual > 0:
        return [translated("the firm runs no points programme: state it by `usual_rebate`")]
    if settings.get("end_community", 0) > 0 and not market["usual_community"] > 0:
        return [translated("the firm keeps no community: state it by `usual_community`")]
    if settings.get("easy_returns", 0) > 0 and market.is_contractual:
        return [translated("under contracts nothing is sent back: easy returns change nothing")]
    if settings.get("tryout", 0) > 0 and not np.any(market.online_channels):
        return [translated("the firm meets nobody on a screen: a try-out there changes nothing")]
    if play.lever == "incentives" and usual > 0 and settings.get("rebate", 0) > 0:
        says = "in place of what the firm gives back already: {usual}; no programme is started"
        return [told(says, usual=compact(usual))]
    return []


def _start(plan: Plan, key: str) -> list[str]:
    """Return whether the firm builds or rents what a play starts with, and for how much, if anything."""
    start = plan.starts.get(key)
    if start is None:
        return []
    building, renting, setup, fees = (
        brief_money(amount, plan.market.currency)
        for amount in (start.building, start.renting, start.setup, start.fees)
    )
    if start.is_rented:
        says = "rented: {fees} in fees, set up for {setup} (building it costs {building})"
        return [told(says, fees=fees, setup=setup, building=building)]
    says = "built for {building} (renting it over the plan costs {renting})"
    return [told(says, building=building, renting=renting)]


def _whom(play: Play, plan: Plan) -> str:
    """Return whom a play is for, and how many they are when it starts, or come in a year."""
    whom, share = translated(AUDIENCES[play.audience]), percent(play.reach)
    if play.reach <= _ALL and BY_NAME[play.lever].changes_the_firm(play.settings):
        whom = told("{whom}, at {share} of what is written", share=share, whom=whom)
    elif play.reach <= _ALL:
        whom = told("{share} of {whom}", share=share, whom=whom)
    if play.key in plan.arriving:
        came = told("{people} a year, as they come", people=fixed(plan.arriving[play.key]))
        return f"{whom}\n{came}"
    people = plan.addressed.get(play.key)
    return whom if people is None else f"{whom}\n{told('{people} people', people=fixed(people))}"


def _when(play: Play, weeks: int, stops: Sequence[int] = ()) -> str:
    """Return from when to when a play is on, and when its part of the budget is used up.

    The first week is week 1, as reports count: strategy files have 0 for it.
    """
    lines = [told("from week {week}", week=play.start_week + 1)]
    if play.phase:
        lines.insert(0, told("phase {phase}:", phase=translated(play.phase.replace("_", " "))))
    in_full = play.start_week + play.ramp_weeks - 1
    if play.ramp_weeks > 1 and (not stops or in_full < stops[0]):
        lines.append(told("in full from week {week}", week=in_full + 1))
    if stops:
        lines.append(
            told(
                "stops in week {weeks}:", weeks=style().comma.join(str(week + 1) for week in stops)
            )
        )
        lines.append(translated("its part of the year's budget is used up"))
    elif play.end_week is None:
        lines.append(translated("to the end"))
    else:
        lines.append(told("until week {week}", week=play.end_week))
    if play.start_week >= weeks:
        lines.append(translated("(after the horizon)"))
    return "\n".join(lines)
