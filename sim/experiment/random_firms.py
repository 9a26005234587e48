"""Firms that differ at random, each with a strategy at random: a field for correlations across firms.

What research finds across firms (whether satisfaction or recommendation goes with growth, say) is found
among firms that differ in everything at once. A firm is a market, drawn from those named, with all that
is uncertain drawn through its ranges (`sim.experiment.futures`), so that people, economics and
responses differ; and a strategy: each lever is played with a chance of a fifth, by any preset of its
page as likely, at an intensity between a quarter and all of what the preset says (log-uniform), for
everyone, under no budget. Each firm has people and luck of its own. Nobody chose these strategies, so
that what goes with what is owed to no strategist's choice; in real firms it is.

Half-way each firm asks its customers (`sim.measures.survey`), and what follows is counted apart.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from sim.common.random_numbers import Draws
from sim.evidence.own import parameters_for
from sim.experiment.futures import draw_futures
from sim.levers import BY_NAME
from sim.market.market import Market
from sim.measures.of_run import horizon_measures
from sim.measures.survey import Design, ask
from sim.measures.weekly import TOTAL
from sim.model.loyalty_model import LoyaltyModel
from sim.model.scenario import Scenario
from sim.playbook.pages import load_page
from sim.playbook.settings import resolve
from sim.playbook.strategies import Play, Strategy
from sim.world.population import ACTIVE

PLAYED, LEAST = 0.2, 0.25
_ABOVE, _BELOW = 5.0, 3.0  # promoters tick the highest answer, detractors one of the three lowest


def random_strategy(number: int, draws: Draws) -> Strategy:
    """Return the strategy of one firm; draws are those of all firms, a row for each."""
    plays = []
    for lever in BY_NAME:
        played, which, how_much = (
            float(draws.uniform(f"{lever}: {decision}")[number])
            for decision in ("played", "preset", "intensity")
        )
        names = list(load_page(lever).presets)
        if played < PLAYED and names:
            preset = names[int(which * len(names))]
            plays.append(Play(lever=lever, preset=preset, intensity=LEAST ** (1 - how_much)))
    return resolve(Strategy(name=f"firm_{number}", plays=plays), f"firm {number}")


def draw_firms(
    markets: Sequence[Market], firms: int, seed: int, customers: int, weeks: int
) -> list[Scenario]:
    """Return what is run of each firm.

    Parameters
    ----------
    markets : sequence of Market
        One of them is drawn for each firm.
    firms, seed, customers, weeks : int

    Returns
    -------
    list of Scenario
        The first k are the same however many there are.
    """
    draws, tables = Draws(seed, firms), [parameters_for(market) for market in markets]
    futures = [
        draw_futures(market, table.rows, firms, seed)
        for market, table in zip(markets, tables, strict=True)
    ]
    kinds = (draws.uniform("market of the firm") * len(markets)).astype(int)
    return [
        futures[k][n].scenario(markets[k], tables[k], random_strategy(n, draws), customers, weeks)
        for n, k in enumerate(kinds)
    ]


def follow(scenario: Scenario, design: Design) -> tuple[dict[str, Any], pd.DataFrame]:
    """Run one firm, and let it ask its customers half-way.

    Returns
    -------
    dict
        Of the firm: its market, levers, survey, growth after the survey, and measures.
    DataFrame
        Of each customer asked: the answers of `sim.measures.survey.ask`, ``trips_after`` and
        ``kept_after``, purchases after the survey and whether they are a customer at the end.
    """
    model = LoyaltyModel(scenario)
    while model.week < scenario.weeks // 2:
        model.step()
    people = model.customers.columns
    answers, before = ask(model, design), people["frequency"].copy()
    active = int(np.sum(people["status"] == ACTIVE))
    model.run()
    rows = answers["person"].to_numpy()
    answers["trips_after"] = (people["frequency"] - before)[rows]
    answers["kept_after"] = people["status"][rows] == ACTIVE
    measures = horizon_measures(model.weekly, model.market, 1.0)
    total = measures[measures["segment"] == TOTAL].set_index("measure")["value"]
    return {
        "market": scenario.market.name,
        "levers": " ".join(play.lever for play in scenario.strategy.plays),
        **_survey_of(answers),
        "growth_after": float(np.sum(people["status"] == ACTIVE)) / max(active, 1) - 1.0,
        **{name: float(value) for name, value in total.items()},
    }, answers


def _survey_of(answers: pd.DataFrame) -> dict[str, float]:
    """Return what a firm reads from its survey; NaN where nobody answered."""
    said = answers[answers["answered"]]
    recommend = said["recommendation"]
    promoters, detractors = recommend >= _ABOVE, recommend <= _BELOW
    return {
        "response_rate": float(answers["answered"].mean()),
        "mean_satisfaction_answer": float(said["satisfaction"].mean()),
        "mean_recommendation_answer": float(recommend.mean()),
        "mean_intention_answer": float(said["intention"].mean()),
        "net_promoters": float((promoters.astype(float) - detractors).mean()),
    }
