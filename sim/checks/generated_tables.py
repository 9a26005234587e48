"""Tables that the read-me files take from the code and the playbook, so that they cannot drift.

`loyalty check` compares it with what it should be, and `loyalty check --fix` writes it anew.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from pydantic import BaseModel

from sim.advice.score.scored import Scored
from sim.checks import reviewed_tables, score_tables
from sim.checks.coverage import coverage_table, idle_table, no_row_table
from sim.checks.effect_tables import effects_of
from sim.checks.playbook_in import cases_in, levers_in, strategies_in
from sim.checks.playbook_tables import (
    assumed_of,
    cases_table,
    evidence_of,
    further_strategies_table,
    levers_table,
    settings_table,
    strategies_table,
)
from sim.checks.start_tables import start_of_lever
from sim.common.formatting import markdown_table
from sim.common.paths import root
from sim.evidence.findings import Fact, Finding
from sim.evidence.parameters import Definition
from sim.levers import MECHANISMS
from sim.market.touchpoints import FAILURES_AT
from sim.market.values import VALUES
from sim.measures.definitions import measures_in
from sim.playbook.acting import Acting
from sim.playbook.cases import case_names
from sim.playbook.claims import Claim
from sim.playbook.effect_rows import Effect
from sim.world.population import (
    COLUMNS,
    CONTRACT_COLUMNS,
    NOTICED_COLUMNS,
    PAUSE_COLUMNS,
    REGULAR_COLUMNS,
)

#: Columns of ``data/parameters.csv``.
PARAMETER_COLUMNS = {
    "parameter": "name, as in the lever's `Parameters` (for `market_life`: `LifeParameters`)",
    "lever": "the lever, or `market_life` for how people behave when the firm does nothing new",
    "value": "most likely value",
    "low": "low end",
    "high": "high end",
    "distribution": "`pert`: drawn between low and high, most often near the value; `fixed`: a "
    "definition, not drawn",
    "unit": "unit of all three; `1` for a pure number",
    "status": "`estimated` from data, `published` by others, or `assumed` by us",
    "evidence": "ids of `evidence.csv`, with blanks between: first the findings that the value rests on, "
    "then those that give direction or background; none for a plain assumption",
    "note": "what a reader should know",
    "pooling": "scale of `parameter_definitions.csv` on which the value moves",
    "no_effect": "what it would be without an effect, likewise",
    "trades": "trades of the findings that the value rests on; none for an assumption or a firm's own",
    "relations": "their relations, likewise: in a market elsewhere the value counts for less "
    "(`sim/evidence/indirectness.py`)",
}

#: Which markets have a value.
MARKETS = {
    "all": "all",
    "purchases": "without contracts",
    "contracts": "with contracts",
    "moving": "where rates move",
}

#: Columns of the weekly table of a run: pattern -> unit, meaning.
WEEKLY = {
    "week": ("week", "number of the week, from 0"),
    "bound.LEVER": (
        "people",
        "those for whom a strength of the lever is at a bound of the model",
    ),
    "life": ("number", "where rare events are weighed: 0 without a breach, 1 with one or more"),
    "weight": ("probability", "where rare events are weighed: the chance of that life"),
    "segment": ("name", "value segment: high_value, potential or ordinary, fixed at week 0"),
    "n_active": ("people", "active customers at the end of the week"),
    "n_prospect": ("people", "prospects at the end of the week"),
    "n_lapsed": ("people", "people who dropped out less than a year ago"),
    "n_start": ("people", "customers active at week 0 (the same in every week)"),
    "n_start_active": ("people", "those of them who never dropped out since"),
    "n_bought_12w": ("people", "active customers who bought in the last 12 weeks"),
    "new_joined": ("people", "prospects who became customers this week"),
    "new_by_talk": ("people", "of them, those whom word of mouth brought"),
    "new_referred": ("people", "of them, those whom a customer's recommendation brought"),
    "new_by_platform": ("people", "of them, those whom a presence on social platforms brought"),
    "n_taking_part": ("people", "customers who are there in the firm's community"),
    "n_opted_out": ("people", "active customers who have opted out of messages"),
    "platform_reach": ("ratio", "prospects' reach on social platforms beyond the usual, over it"),
    "platform_posts": (
        "ratio",
        "what is posted of the firm there beyond the usual, over it, in the same way",
    ),
    "reputation": ("SD", "the firm's reputation with prospects, beyond the usual"),
    "new_won_back": ("people", "lapsed customers who came back this week"),
    "new_dropped_out": ("people", "customers who dropped out this week"),
    "n_due": ("people", "customers whose contract came up for renewal (markets with contracts)"),
    "new_returned": ("people", "lapsed people who became prospects again this week"),
    "trips": ("trips", "trips to the firm"),
    "rival_trips": ("trips", "trips of active customers to rivals"),
    "spend": ("currency", "spend at the firm, at list prices"),
    "rival_spend": ("currency", "spend of active customers at rivals"),
    "margin": ("currency", "spend times gross margin, before the cost of levers"),
    "acquisition_cost": (
        "currency",
        "paid for those whom paid reach won this week; no lever's cost",
    ),
    "satisfaction_sum": ("SD", "sum of satisfaction over active customers"),
    "n_surveyed": ("people", "customers who answered the survey"),
    "n_satisfied": ("people", "of these, the satisfied"),
    "n_promoter": ("people", "of these, the promoters"),
    "n_detractor": ("people", "of these, the detractors"),
    "n_positive_talk": ("messages", "messages of praise, each to all who listen to its sender"),
    "n_negative_talk": ("messages", "messages of blame"),
    "n_contacts": ("contacts", "questions and complaints, automated answers included"),
    "wait_minutes": ("minutes", "sum of the waits of those who came to the desk"),
    "n_contacts_first": ("contacts", "of the contacts, those that go first, where anybody does"),
    "wait_minutes_first": ("minutes", "sum of the waits of those at the desk"),
    "n_failures": ("failures", "purchases with something wrong that the customer noticed"),
    "n_complaints": ("complaints", "failures that were told to the firm"),
    "n_suggestions": ("suggestions", "what customers suggest, as expected, where they are invited"),
    "n_suggestions_useful": ("suggestions", "of them, those that the firm can use"),
    "n_answered": ("complaints, suggestions", "of both, those whose senders heard what came of it"),
    "n_acted_on": ("complaints, suggestions", "of both, those of which something was changed"),
    FAILURES_AT["purchase"]: ("failures", "of them, those met in choosing, ordering and paying"),
    FAILURES_AT["use"]: ("failures", "of them, those met in delivery or use"),
    FAILURES_AT["after_sale"]: (
        "failures",
        "of them, those met in bills, returns, refunds and repair",
    ),
    "residual_equity": (
        "currency",
        "discounted margin after the horizon, in money of the last week; 0 in all other weeks",
    ),
    "sustained_equity": ("currency", "the same if levers and costs go on; in the last week"),
    "firm_view_equity": (
        "currency",
        "the same as the firm's own records would say; in the last week",
    ),
    "future_customers_equity": (
        "currency",
        "margin less cost of winning of those who join after the horizon; in the last week",
    ),
    "cost.LEVER": ("currency", "what the lever cost this week, discounts and rewards included"),
    "exposed.OUTCOME": (
        "people",
        "people to whom the terms of an outcome apply (of churn under contracts: all customers, as if "
        "their renewal were this week)",
    ),
    "term.OUTCOME.MECHANISM": (
        "link scale",
        "sum over them of what a lever, `satisfaction`, `word_of_mouth`, `platform`, `reputation` or "
        "`offset` adds",
    ),
}


def customers_table() -> str:
    """Return the columns of a customer: those of the ordinary life, then each lever's."""
    owned = [("", column) for column in COLUMNS]
    owned += [("under contracts", column) for column in CONTRACT_COLUMNS]
    owned += [("where people pause", column) for column in PAUSE_COLUMNS]
    owned += [("where purchases are regular", column) for column in REGULAR_COLUMNS]
    owned += [("where talk becomes public", column) for column in NOTICED_COLUMNS]
    owned += [(m.name, column) for m in MECHANISMS for column in m.columns]
    return markdown_table(
        ("column", "type", "unit", "meaning", "written by"),
        (
            (f"`{c.name}`", c.dtype, c.unit, c.meaning, owner or "ordinary life")
            for owner, c in owned
        ),
    )


def weekly_table() -> str:
    """Return the columns of a run's weekly table."""
    return markdown_table(
        ("column", "unit", "meaning"), ((f"`{k}`", u, m) for k, (u, m) in WEEKLY.items())
    )


def evidence_table() -> str:
    """Return the columns of ``data/evidence.csv``."""
    return _schema_table(Finding)


def facts_table() -> str:
    """Return the columns of ``data/stylised_facts.csv``."""
    return _schema_table(Fact)


def definitions_of_parameters_table() -> str:
    """Return the columns of ``data/parameter_definitions.csv``."""
    return _schema_table(Definition)


def parameters_table() -> str:
    """Return the columns of ``data/parameters.csv``."""
    return markdown_table(
        ("column", "meaning"), ((f"`{k}`", m) for k, m in PARAMETER_COLUMNS.items())
    )


def market_table() -> str:
    """Return the values of a market file."""
    return markdown_table(
        ("value", "unit", "meaning", "markets"),
        ((f"`{v.name}`", v.unit, v.meaning, MARKETS[v.kind]) for v in VALUES.values()),
    )


def definitions_table() -> str:
    """Return all measures."""
    words = {True: "higher", False: "lower", None: "neither"}
    return markdown_table(
        ("measure", "unit", "window", "definition", "better"),
        (
            (f"`{name}`", m.unit, m.window, m.definition, words[m.higher_is_better])
            for name, m in measures_in(contract=False).items()
        ),
    )


def _schema_table(schema: type[BaseModel]) -> str:
    return markdown_table(
        ("column", "meaning"),
        ((f"`{name}`", f.description or "") for name, f in schema.model_fields.items()),
    )


#: File -> name of a generated part -> what writes it.
GENERATED: dict[str, dict[str, Callable[[], str]]] = {
    "data/README.md": {
        "customers": customers_table,
        "weekly": weekly_table,
        "measures": definitions_table,
        "parameters": parameters_table,
        "parameter definitions": definitions_of_parameters_table,
        "evidence": evidence_table,
        "stylised facts": facts_table,
        "market": market_table,
        "effects": partial(_schema_table, Effect),
        "score": partial(_schema_table, Scored),
    },
    "playbook/README.md": {
        "levers": levers_table,
        "settings": settings_table,
        "strategies": strategies_table,
        "further strategies": further_strategies_table,
        "cases": cases_table,
    },
    "playbook/zh.md": {
        "levers": partial(levers_in, "zh"),
        "strategies": partial(strategies_in, "zh"),
        "cases": partial(cases_in, "zh"),
    },
    "playbook/score.md": score_tables.PARTS,
    "playbook/reviewed.md": reviewed_tables.PARTS,
    "playbook/coverage.md": {
        "sources": partial(_schema_table, Claim),
        "acting": partial(_schema_table, Acting),
        "idle": idle_table,
        "no row": no_row_table,
        "coverage": coverage_table,
    },
    **{
        f"playbook/levers/{mechanism.name}.md": {
            **({"start": partial(start_of_lever, mechanism.name)} if mechanism.build_hours else {}),
            "evidence": partial(evidence_of, mechanism.name),
            "effects": partial(effects_of, mechanism.name),
        }
        for mechanism in MECHANISMS
    },
}


def generated_files() -> list[tuple[Path, str, dict[str, Callable[[], str]]]]:
    """Return the files with generated parts, cases among them: path, name for messages, parts."""
    cases: dict[str, dict[str, Callable[[], str]]] = {
        f"playbook/cases/{name}.md": {"assumed": partial(assumed_of, name)} for name in case_names()
    }
    return [(root() / name, name, parts) for name, parts in {**GENERATED, **cases}.items()]
