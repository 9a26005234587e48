"""Why a strategy does what it does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.figure import Figure

from sim.analysis.answers import VISIBLE
from sim.common.formatting import capital, fixed_percent, listing
from sim.report.figure_style import INK, WIDTH, bar, house_style, most_important, title
from sim.report.names import mechanism_label, outcome_labels
from sim.report.phrases import say
from sim.report.wrapping import wrapped

if TYPE_CHECKING:
    from sim.analysis.answers import Answers
#: Mechanisms with a bar of their own.
_MOST = 9
#: Letters in a line of a panel's title.
_TITLE = 14


def why_figure(comparison: Answers, strategy: str) -> Figure:
    """Draw what one strategy changes in people's behaviour, and through which mechanism.

    Parameters
    ----------
    comparison : Answers
        A finished comparison.
    strategy : str
        The strategy to explain.

    Returns
    -------
    Figure
        One panel per outcome, one bar per mechanism (the largest, and the sum of the others): change
        in per cent of the odds (choosing us, recommending us), the hazard (leaving, joining) or the
        amount (spend), ``exp(term) - 1`` of the average term per person. Blue helps the firm, orange
        and hatched hurts it.
    """
    terms = most_important(
        comparison.contributions_of(strategy).T,
        _MOST,
        say("common.all_others_together"),
    ).T
    words = outcome_labels(comparison.market.is_contractual)
    shown = [name for name in words if name in terms.columns]
    change = np.expm1(terms[shown].to_numpy()) * 100
    low, high = min(change.min(initial=0.0), 0.0), max(change.max(initial=0.0), 0.0)
    room = 0.6 * max(high - low, 0.1)
    with house_style():
        figure = Figure(figsize=(WIDTH, 1.6 + 0.34 * max(len(terms), 3)), layout="constrained")
        panels = figure.subplots(1, len(shown), sharex=True, sharey=True, squeeze=False)[0]
        for axes, outcome in zip(panels, shown, strict=True):
            values = change[::-1, shown.index(outcome)]
            helps = values <= 0 if outcome == "churn" else values >= 0
            for row, (value, good) in enumerate(zip(values, helps, strict=True)):
                axes.barh(row, value, height=0.62, **bar(good))
            axes.axvline(0, color=INK, lw=1)
            for row, value in enumerate(values):
                if abs(value) >= 0.05:
                    axes.annotate(
                        _percent(value),
                        (value, row),
                        xytext=(3 if value > 0 else -3, 0),
                        textcoords="offset points",
                        ha="left" if value > 0 else "right",
                        va="center",
                        size=9,
                    )
            axes.set_title("\n".join(wrapped(capital(words[outcome]), _TITLE)), size=9.5)
            axes.set_xticks([])
            axes.spines[["left", "bottom"]].set_visible(False)
        panels[0].set_xlim(low - room, high + room)
        panels[0].set_ylim(len(terms) - max(len(terms), 3) - 0.6, len(terms) - 0.4)
        panels[0].set_yticks(
            range(len(terms)), [capital(mechanism_label(n)) for n in terms.index[::-1]]
        )
        title(figure, why_finding(comparison, strategy), _note(words))
    return figure


def _note(words: dict[str, str]) -> str:
    """Return how to read the figure."""
    told: dict[str, Any] = {
        name: words[name] for name in ("purchase", "talk", "churn", "join", "spend")
    }
    return say("comparison.why_figure.average_change_per_person_in", **told)


def why_finding(comparison: Answers, strategy: str, name: str = "") -> str:
    """Return which mechanism moves purchases and which moves leaving the most; of a title or a name."""
    terms, name = comparison.contributions_of(strategy), name or comparison.title(strategy)
    if terms.empty:
        return say("comparison.why_figure.changes_hardly_anything_in_how", name=name)
    contract = comparison.market.is_contractual
    does = {"purchase": "use" if contract else "purchase", "churn": "churn"}
    ways: dict[str, list[str]] = {}
    for outcome, verb in does.items():
        if outcome in terms:
            good = -terms[outcome] if outcome == "churn" else terms[outcome]
            if min(good.max(), good.sum()) >= VISIBLE:  # more than others lose
                way = mechanism_label(str(good.idxmax()))
                ways.setdefault(way, []).append(say(f"comparison.why_figure.wins.{verb}"))
    if not ways:
        return say(f"comparison.why_figure.wins_nothing.{does['purchase']}", name=name)
    parts = [
        say("comparison.why_figure.mostly_through", names=listing(verbs), way=way)
        for way, verbs in ways.items()
    ]
    return say("comparison.why_figure.does", name=name, ways=listing(parts))


def _percent(value: float) -> str:
    """Write a change in per cent for the end of a bar."""
    return fixed_percent(value / 100, 1, signed=True)
