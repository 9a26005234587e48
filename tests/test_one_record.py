"""A measure, an outcome and a mechanism are each declared once, and seen wherever they matter."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from worlds import world

from sim.checks.generated_tables import definitions_table
from sim.levers import BY_NAME
from sim.levers.outcomes import OUTCOMES, outcome_labels
from sim.measures.definitions import MEASURES, measures_in
from sim.measures.measure import Measure
from sim.measures.of_run import horizon_measures
from sim.playbook.strategy_files import load_strategy
from sim.report.comparison.tables import measures_table
from sim.report.names import mechanism_label
from sim.report.phrases import spoken
from tests.synthetic import synthetic_comparison

NEW = Measure(
    label="failures a year",
    kind="count",
    unit="failures per year",
    definition="Purchases with something wrong that the customer noticed",
    window="the horizon, per year",
    higher_is_better=False,
    shown=("report", "terminal"),
    function=lambda columns, _: float(columns["n_failures"].mean() * 52),
)


@pytest.fixture
def added(monkeypatch):
    """The one entry that a new measure is."""
    monkeypatch.setitem(MEASURES, "failures", NEW)


def test_a_measure_is_worked_out_and_explained_by_its_one_entry(added):
    run = world(n=200, weeks=4).run()
    found = horizon_measures(run.weekly, run.market, 1.0)
    assert (found["measure"] == "failures").sum() == found["segment"].nunique()
    assert "| `failures` | failures per year |" in definitions_table()


def test_a_measure_is_shown_where_its_one_entry_says(added):
    comparison = synthetic_comparison()
    like = comparison.effects[comparison.effects["measure"] == "csat"]
    effects = pd.concat([comparison.effects, like.assign(measure="failures")], ignore_index=True)
    comparison = replace(comparison, effects=effects)
    assert "Failures a year" in set(measures_table(comparison).frame["Measure"])
    for contract in (False, True):
        assert "failures" in measures_in(contract, "terminal")
        assert "failures" not in measures_in(contract, "short")


def test_every_measure_is_written_with_its_unit_in_one_way_or_the_other():
    for name, measure in measures_in(contract=False).items():
        money = measure.unit.startswith("currency") and "per currency" not in measure.unit
        assert money == (measure.kind == "money"), name


def test_every_term_of_a_run_belongs_to_an_outcome_and_to_a_mechanism_that_has_a_label():
    run = world(plays=load_strategy("balanced"), n=300, weeks=6, start="posterior").run()
    terms = [name.split(".") for name in run.weekly.columns if name.startswith("term.")]
    assert terms
    for _, outcome, mechanism in terms:
        assert outcome in OUTCOMES
        assert mechanism in BY_NAME or f"names.mechanism.{mechanism}" in spoken().phrases, mechanism
        assert "_" not in mechanism_label(mechanism)


def test_no_two_mechanisms_and_no_two_outcomes_share_a_label():
    beside = [key for key in spoken().phrases if key.startswith("names.mechanism.")]
    labels = [mechanism_label(name.split(".")[-1]) for name in (*BY_NAME, *beside)]
    assert len(set(labels)) == len(labels)
    for contract in (False, True):
        said = outcome_labels(contract)
        assert (
            len(set(said.values())) == len(said) == np.sum([bool(text) for text in said.values()])
        )
