"""What a report calls levers, mechanisms, measures, values of a market, outcomes and segments.

An English label stands in the one record of what it names, in that record's room. Another language
names it anew in the part ``names`` of its catalogue, by kind and name (``names.measure.retention``);
under contracts by ``names.measure_in_contracts.retention`` where the record has a label of its own
for them.
"""

from dataclasses import replace

import numpy as np

from sim.common.formatting import percent, spaced
from sim.common.translated import translated
from sim.intake.own_ids import LOG
from sim.levers import BY_NAME, lever_label
from sim.levers import outcomes as _outcomes
from sim.market import values as _values
from sim.market.market import Market
from sim.measures import definitions as _definitions
from sim.measures import weekly as _weekly
from sim.measures.measure import MeasureRecord
from sim.report.phrases import keys, named, say
from sim.world.removable_leaving import hazard_factor

#: Up to this part of what it is a mean change is told in figures.
_HALF = 0.5


def mechanism_label(name: str) -> str:
    """Return what a report calls a lever, what acts beside the levers, or all of the latter."""
    if name in keys("names.mechanism"):
        return say(f"names.mechanism.{name}")
    return named("lever", name, lever_label(name) if name in BY_NAME else spaced(name))


def department_label(name: str) -> str:
    """Return what a report calls a department."""
    return say(f"names.department.{name}")


def mechanism_meanings() -> dict[str, str]:
    """Return what each mechanism that is no lever is, by its name, in the order of a table."""
    return {name: say(f"names.meaning.{name}") for name in keys("names.meaning")}


def measures_in(
    contract: bool, place: _definitions.Place | None = None
) -> dict[str, MeasureRecord]:
    """Return the measures that make sense in a market, under the labels of the language."""
    return {
        name: replace(
            word,
            label=named("measure", name, word.label, contract and bool(word.contract_label)),
        )
        for name, word in _definitions.measures_in(contract, place).items()
    }


def outcome_labels(contract: bool) -> dict[str, str]:
    """Return what a report calls each outcome, in a market with contracts or without."""
    return {
        name: named(
            "outcome", name, label, contract and bool(_outcomes.OUTCOMES[name].contract_label)
        )
        for name, label in _outcomes.outcome_labels(contract).items()
    }


def segment_labels() -> dict[str, str]:
    """Return what a report calls all customers and each segment of them."""
    return {name: named("segment", name, label) for name, label in _weekly.SEGMENT_LABELS.items()}


def value_label(name: str, contract: bool = False) -> str:
    """Return what a report calls a value of a market, with contracts or without."""
    own = contract and name in _values.VALUES and bool(_values.VALUES[name].contract_label)
    return named("value", name, _values.value_label(name, contract), own)


def change_by(outcome: str, term: float, removable: float) -> str:
    """Write by how much a term moves an outcome; of all leaving it moves the removable part only."""
    part = removable if outcome == "churn" else 1.0
    return percent(float(hazard_factor(np.asarray(term), part)) - 1.0, signed=True)


def mean_change(term: float) -> str:
    """Write by how much a mean term moves its outcome, no further down than by half.

    Terms are log odds and people count alike: where a message less takes all that rare buyers bought,
    few of them carry the mean anywhere, while the firm's purchases hardly change.
    """
    if term >= np.log(_HALF):
        return percent(float(np.expm1(term)), signed=True)
    return say("names.half_or_more", half=percent(-_HALF, signed=True))


def source_of_data(market: Market) -> str:
    """Return what a market's data are called; of a case, which has none, that it is one."""
    if market.based_on:
        return say("page.no_data")
    source = market.data.source
    if source == LOG:  # what an intake calls the log of each client
        return say("page.own_log")
    if source in keys("page.public_log"):
        return say(f"page.public_log.{source}")
    return translated(source)
