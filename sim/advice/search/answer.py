"""The answer of a search, as it is written down: plans that were judged, and the plan to carry out."""

from collections.abc import Mapping
from dataclasses import asdict
from statistics import fmean
from typing import Any

import numpy as np
import yaml

from sim.advice.search.candidates import Limits
from sim.advice.search.prune import without
from sim.advice.search.race import ALPHA, Race, earning
from sim.advice.search.read import PLAN, kind_of
from sim.advice.search.seek import Plays, Screened
from sim.advice.search.trials import Trials
from sim.advice.search.verdict import Verdict, describe
from sim.analysis.choice import MATTERS
from sim.analysis.intervals import paired_interval
from sim.analysis.plausibility import is_doubtful
from sim.analysis.shown_by_trial import found_of
from sim.common.calendar import WEEKS_A_YEAR
from sim.market.market import Market
from sim.playbook.strategies import BASELINE, DO_NOTHING, Strategy

#: Share of futures below which a play that earns its cost in no more of them is to be tried first.
SURE = 0.9


def told_of(
    trials: Trials,
    limits: Limits,
    screened: Screened,
    plans: Mapping[str, Strategy],
    race: Race,
    verdict: Verdict,
) -> dict[str, Any]:
    """Return the answer, ready for JSON.

    Costs and gains are means over futures, each at the firm's size there. ``size`` tells the size that
    the market states (``known``), its mean over futures (``drawn``), and the budget at that; ``budget``
    is as it was asked for, at the stated size.
    """
    known, drawn = trials.market["firm_customers"], fmean(trials.sizes("fresh"))
    table = describe(race, plans)
    options = []
    for name, row in table.iterrows():
        option = {"name": str(name), **{key: _plain(value) for key, value in row.items()}}
        plan = plans.get(str(name), DO_NOTHING)
        seen = range(len(race.gains[str(name)]))
        cost = sum(trials.spending(plan, "fresh", seen).values()) if plan.plays else 0.0
        option |= {"title": plan.title, "cost": cost, "out_after": race.out.get(str(name))}
        options.append(option)
    best = verdict.leading if verdict.recommended == BASELINE else verdict.recommended
    return {
        "verdict": verdict.kind,
        "recommended": verdict.recommended,
        "leading": verdict.leading,
        "unless": [asdict(one) for one in verdict.unless],
        "needed": verdict.needed,
        "budget": known * limits.budget,
        "customers": trials.size.customers,
        "size": {"known": known, "drawn": drawn, "budget": drawn * limits.budget},
        "indifferent": MATTERS * drawn * limits.budget,
        "options": options,
        "told": {"name": best, **_told(trials, plans.get(best, DO_NOTHING))},
        "screened": {
            "presets": screened.tried,
            "idle": list(screened.idle),
            "too_dear": list(screened.too_dear),
            "refused": list(screened.refused),
        },
    }


def plays_of(
    trials: Trials, race: Race, plan: Strategy, written: Plays | None
) -> list[dict[str, Any]]:
    """Return the plays of a plan: as they are planned, and what each adds where plans were judged.

    One that adds more than should be believed (`sim.analysis.plausibility`) is marked *look_twice*.
    """
    n = len(race.gains[plan.name])
    rest = [without(plan, play) for play in plan.plays]
    found = earning(trials, plan, rest, n)
    costs = trials.spending(plan, "fresh", range(n))
    presets = [play.preset for play in written] if written else [None] * len(plan.plays)
    years = trials.size.weeks / WEEKS_A_YEAR
    return [
        {
            **play.model_dump(mode="json", exclude={"preset", "intensity", "phase", "end_week"}),
            "preset": preset,
            "intensity": written[i].intensity if written else 1.0,
            "cost": costs.get(play.key, 0.0),
            "adds": added,
            "earns": share,
            "futures": n,
            "try_first": share < SURE,
            "look_twice": is_doubtful(added, costs.get(play.key, 0.0) * years),
        }
        for i, (play, preset, (added, share)) in enumerate(
            zip(plan.plays, presets, found, strict=True)
        )
    ]


def trial_of_plays(market: Market, plays: list[dict[str, Any]]) -> dict[str, Any]:
    """Return what trials found of the plays that are doubted, to be kept with an answer, if they did."""
    settings = {_key(play): play["settings"] for play in plays}
    found = found_of(market, settings, [_key(play) for play in plays if play["look_twice"]])
    return {} if found is None else {"trial": asdict(found)}


def _key(play: Mapping[str, Any]) -> str:
    """Return the name of a play within its plan."""
    return ":".join(filter(None, (play["lever"], play["audience"], play.get("phase"))))


def _told(trials: Trials, plan: Strategy) -> dict[str, Any]:
    """Return what a plan brings in futures that took no part in finding or choosing it.

    ``low`` and ``high`` are where its expected gain lies, as of strategies that are compared.
    """
    n, lives = trials.size.futures, range(len(trials.futures["again"]))
    gains, again = np.zeros(n), np.zeros(len(lives))
    if plan.plays:
        gains = trials.gains([plan], "told", range(n))[:, 0]
        again = trials.gains([plan], "again", lives)[:, 0]
    found = paired_interval(gains, again, alpha=ALPHA)
    return {
        "gain": found.mean,
        "low": found.expected_low,
        "high": found.expected_high,
        "loses": float(np.mean(gains < 0)),
        "futures": n,
    }


def file_of(market: str, plays: list[dict[str, Any]], kind: str) -> str:
    """Return the text of a strategy file; `kind` is the verdict as it is told."""
    content = _content(market, plays, kind)
    return yaml.safe_dump(content, sort_keys=False, width=100, allow_unicode=True)


def plan_of(market: str, answer: Mapping[str, Any]) -> Strategy:
    """Return the recommended plan of an answer, as its strategy file was written."""
    content = _content(market, answer["plays_of_plan"], kind_of(answer))
    return Strategy.model_validate(content)


def _content(market: str, plays: list[dict[str, Any]], kind: str) -> dict[str, Any]:
    """Return what a strategy file holds."""
    says = {
        "undecided": "Leads in a search by `loyalty optimise` that left it undecided whether to do it.",
        "too_good": "Leads in a search by `loyalty optimise`, and is not to be believed before a trial.",
        "not_settled": "Leads in a search by `loyalty optimise`, and its trial did not settle it.",
        "do_nothing": "Leads in a search by `loyalty optimise`, and did nothing in its trial.",
    }
    chosen = "The plan that `loyalty optimise` recommends."
    return {
        "format": 2,
        "name": PLAN.format(market=market).removesuffix(".yaml"),
        "title": f"Best plan for {market}",
        "summary": says.get(kind, chosen),
        "plays": [
            {
                "lever": play["lever"],
                **(
                    {"preset": play["preset"]} if play["preset"] else {"settings": play["settings"]}
                ),
                **({"intensity": play["intensity"]} if play["intensity"] != 1 else {}),
                "audience": play["audience"],
                **({"reach": round(play["reach"], 4)} if play["reach"] < 1 else {}),
                "start_week": play["start_week"],
                "ramp_weeks": play["ramp_weeks"],
                "owner": play["owner"],
            }
            for play in plays
        ],
    }


def _plain(value: Any) -> Any:
    """Return a cell as JSON holds it."""
    return value.item() if hasattr(value, "item") else value
