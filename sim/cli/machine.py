"""What a machine gets with ``--json``: one JSON object on standard output, and nothing else there.

::

    compare   {"folder", "id", "market", "currency", "verdict", "strategy", "runner_up",
               "clearly_better": [name], "gain", "expected_low", "expected_high", "low", "high",
               "ci_low", "ci_high", "luck",
               "loses", "probability", "probability_low", "probability_high", "futures", "needed",
               "unaffordable": {name: {"written", "least", "play", "part", "from_customers"}},
               "report": its first document, null unless it was asked for, "search": what the search
               beside it answered, as of optimise, or null}, and where a trial tells of doubted plays
               "trial", as of optimise
    check     {"renewed": [name], "faults": [fault], "notes": [text]}
    validate  {"folder", "market", "facts": [{"id", "fact", "statistic", "verdict", "reason",
               "value", "low", "high", "band_low", "band_high"}]}
    assume    {"market", "stated": [name], "comparison": folder or "", "matter": [{"name", "label", "why",
               "value", "unit", "status", "source", "low", "high"}]}
    forecast  {"folder", "customers", "calibration_end", "weeks", "active", "expected", "low", "high",
               "spend", "score": {model: {metric: value}} or null}
    intake    {"folder", "files": [{"name", "digest"}], "lines", "forgotten", "customers", "currency",
               "returned",
               "conclusions": {file: [{"what", "value", "why"}]}, "left_out": [{"reason", "what",
               "lines", "share_of_sales", "examples"}], "years": [{"year", "sales", "customers",
               "purchases"}], "beside": {table: {"files", "lines", "forgotten", "customers",
               "conclusions", "left_out"}}, "quality": `sim.intake.quality.quality.Quality`}
    quality   {"folder", "quality": as of intake}
    insight   {"page", "kept", and what `sim.insight.records.Insight` says}
    optimise  {"folder", "market", "currency", "verdict", "recommended", "leading", "needed", "budget",
               "customers", "size": {"known", "drawn", "budget"}, "indifferent",
               "unless": [{"address", "value", "side"}], "options": [{"name", "title",
               "plays", "gain", "low", "high", "worst", "loses", "cost", "futures", "frontier",
               "out_after"}], "told": {"name", "gain", "low", "high", "loses", "futures"},
               "plays_of_plan": [play], "over_budget": [title], "screened": {"presets", "idle",
               "too_dear", "refused"}}, and where a trial tells of doubted plays "trial": {"outcome":
               "shown", "open" or "nothing", "difference", "low", "high", "weeks"}
    learn     {"market", "file", "evidence", "futures", "effective", "trials": [{"name", "strategy",
               "title", "finding", "day", "weeks", "tried", "control", "difference", "error", "gain",
               "before": {"mean", "low", "high"}, "after": likewise, "nothing": {"before", "now"}}],
               "uncertain": how many numbers are, "informed": [{"address", "before": [low, high],
               "now": likewise, "narrower"}]}
    portfolio {"folder", "id", "page", "entries": [{"name", "market", "state": "done", "failed" or
               "to_do", "failure": {"kind", "text", "fault"} or null, "report", "answer": as of
               compare, with "title", "plan", "plan_title", "is_found" (by a search), "best_in",
               "nothing" (customer equity under doing nothing), "customers" of the firm,
               "strategies", "simulated", "weeks"}]}
    reproduce {"report", "id", "market", "command", "same": true, false or null (nothing was run),
               "inputs": [difference], "versions": [difference], "folder", "numbers": {"of", "others",
               "most": {"scenario", "future", "luck", "segment", "measure", "then", "now", "by"},
               "only_then", "only_now", "gains": [{"strategy", "then", "now"}]}}
    a difference  {"kind", "file", "field", "then", "now", "decides"}
    explain, stress, sensitivity, trial: see `sim.cli.machine_doubts`
    score     {"folder", "figures": {name: {"value", "low", "high", "n"}}, "worlds", "gains":
               {way: {"mean", "low", "high", "worlds"}}, "reliability": [{"what", "from", "to",
               "said", "came", "n"}]}
    a fault   {"where", "field", "found", "expected", "nearest", "hint"}

What is wrong comes as ``{"faults": [fault]}``. Money is the firm's, in `currency`; `verdict` is
``winner``, ``no_clear_winner``, ``undecided`` (then `needed` says about how many futures would settle
it), ``do_nothing`` (then `strategy` is null), ``too_good`` (`strategy` leads, but half of its gain
or more is not to be believed before a trial) or ``not_settled`` (so after a trial as well), `gain` is
that of the best strategy, `unaffordable` are the strategies that the budget does not pay, by
`sim.playbook.affordability`, `clearly_better` are those that surely gain (of few futures none, and all is
undecided), intervals are those of `sim.analysis.intervals` and `sim.checks.validation.statistic`; a
number that is none is null. That of ``optimise`` is ``choose``, ``choose_unless``, ``do_nothing``,
``undecided``, ``too_good`` or ``not_settled``.
Exit codes are those of every command, and progress goes to standard error.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.common.errors import InputError, shown

if TYPE_CHECKING:
    from sim.analysis.answers import Answers

OPTION = "--json"

#: The option that several commands share.
Json = Annotated[bool, typer.Option(OPTION, help="Answer with one JSON object, for a machine.")]


def tell(content: dict[str, Any]) -> None:
    """Print the answer of a command."""
    typer.echo(json.dumps(_plain(content), ensure_ascii=True, allow_nan=False))


def fault(error: InputError) -> dict[str, Any]:
    """Return one fault as plain values."""
    told = {
        name: getattr(error, name) for name in ("where", "field", "expected", "nearest", "hint")
    }
    return told | {"found": shown(error.found)}


def usage_fault(error: Any) -> dict[str, Any]:
    """Return wrong options as a fault of plain values."""
    names = getattr(getattr(error, "param", None), "opts", None) or ["options"]
    expected = "what `loyalty COMMAND --help` lists"
    return fault(InputError("command line", names[0], str(error), expected))


def faults(errors: Iterable[InputError]) -> list[dict[str, Any]]:
    """Return faults as plain values; those of one file one by one."""
    return [fault(one) for error in errors for one in error.faults]


def of_comparison(folder: Path, comparison: Answers, report: Path | None = None) -> dict[str, Any]:
    """Return the answer of a finished comparison, judged (`sim.analysis.judged`).

    With it come the first document of its report, and what the search beside it answered.
    """
    from sim.advice.search.read import BESIDE
    from sim.analysis.plain import plain_answer
    from sim.report.comparison.chosen import search_of

    sought = search_of(comparison)
    return {
        "folder": str(folder),
        **plain_answer(comparison),
        "report": None if report is None else str(report),
        "search": None if sought is None else of_search(folder / BESIDE, sought),
    }


def of_search(folder: Path | None, answer: dict[str, Any]) -> dict[str, Any]:
    """Return the answer of a search, with the verdict that terminal and report tell."""
    from sim.advice.search.read import kind_of

    return {"folder": str(folder), **answer, "verdict": kind_of(answer)}


def of_facts(folder: Path, market: str, table: Any) -> dict[str, Any]:
    """Return the answer of a validation, from its table of facts."""
    shown_columns = ["id", "fact", "statistic", "verdict", "reason"]
    numbers = ["value", "low", "high", "band_low", "band_high"]
    rows = table[[*shown_columns, *numbers]].to_dict("records")
    return {"folder": str(folder), "market": market, "facts": rows}


def of_forecast(folder: Path, made: Any) -> dict[str, Any]:
    """Return the answer of a forecast; its customers' ids stand in its folder alone."""
    return {
        "folder": str(folder),
        "customers": len(made.customers),
        "calibration_end": f"{made.end:%Y-%m-%d}",
        "weeks": len(made.weekly),
        "active": float(made.customers["p_active"].sum()),
        **made.total,
        "spend": float(made.customers["expected_spend"].sum()),
        "score": made.score["models"] if made.score is not None else None,
    }


def of_learned(market: str, found: Any, known: Any) -> dict[str, Any]:
    """Return what trials found, and what they changed: an `Outcome`, and what it `Taught`."""
    from sim.experiment.trial_outcomes import NOTHING

    learned = found.learned
    return {
        "market": market,
        "file": str(found.file),
        "evidence": str(found.evidence),
        "futures": len(learned.weights),
        "effective": learned.effective,
        "trials": [
            one.model_dump(mode="json")
            | {"nothing": {"before": NOTHING, "now": learned.chance_of_nothing(one.strategy)}}
            for one in learned.trials
        ],
        "uncertain": known.uncertain,
        "informed": [asdict(one) | {"narrower": one.narrower} for one in known.informed],
    }


def _plain(content: Any) -> Any:
    """Return plain values: what is not finite is null."""
    if isinstance(content, dict):
        return {key: _plain(value) for key, value in content.items()}
    if isinstance(content, list):
        return [_plain(value) for value in content]
    return None if isinstance(content, float) and not math.isfinite(content) else content
