"""A small made-up comparison, so that the report can be tested without running the model."""

import functools
from copy import copy
from dataclasses import astuple, fields
from typing import Any

import numpy as np
import pandas as pd
from weekly_tables import made_up_manifest

from sim.analysis.answers import Answers
from sim.analysis.choice import equity_of
from sim.analysis.intervals import Interval, paired_interval
from sim.analysis.known_futures import Futures
from sim.analysis.leaning import Leaning, leanings
from sim.analysis.verdict import Verdict, decide, gains_over_nothing
from sim.evidence.parameters import Parameter
from sim.experiment.manifest import Manifest
from sim.experiment.uncertain_values import uncertain
from sim.market.market import Market
from sim.market.numbers import MarketPart, Number
from sim.market.source import Source
from sim.market.values import VALUES, is_required
from sim.report.comparison.content import build_content
from sim.report.section import Content

GAINS = {
    "winner": {
        "balanced": 1.2e6,
        "service_first": 4e5,
        "points_and_tiers": -2e5,
        "deep_discounts": -9e5,
    },
    "no_clear_winner": {
        "balanced": 4.8e5,
        "service_first": 4.6e5,
        "points_and_tiers": -2e5,
        "deep_discounts": -9e5,
    },
    "do_nothing": {
        "balanced": -3e5,
        "service_first": -5e5,
        "points_and_tiers": -7e5,
        "deep_discounts": -1.9e6,
    },
}
GAINS["undecided"] = {"balanced": 1e5, "service_first": 7e4, "points_and_tiers": -2e4}
GAINS["many"] = {f"plan_{i}": 1.2e6 - 2e5 * i for i in range(11)}
GAINS["alone"] = {"balanced": -3e5}
#: Measures of a segment that are parts of those of all customers.
IN_PARTS = ("customer_equity", "equity_within", "equity_after", "profit", "margin", "cost",
            "discounted_cost")  # fmt: skip
#: Address of the value that may drive the gain.
DRIVER = "market.yearly_attrition"
SEGMENTS = {"total": 1.0, "high_value": 0.55, "potential": 0.3, "ordinary": 0.15}
LEVERS = ["service_quality", "incentives", "personalisation", "feedback", "cocreation"]
BASE = {
    "customer_equity": 2.4e7, "equity_within": 1.4e7, "equity_after": 1e7,
    "profit": 9e6, "margin": 9e6, "cost": 0.0, "discounted_cost": 0.0, "retention": 0.78,
    "repeat_rate": 0.64, "share_of_wallet": 0.31, "csat": 0.72, "nps": 21.0,
    "positive_talk_share": 0.74, "messages": 812.0, "trips": 17.2, "active_customers": 5.1e4,
    "new_customers": 6100.0, "response_minutes": 6.4, "acquisition_cost": 52.0, "retention_cost": 8.0,
    "retention_to_acquisition": 0.15, "break_even_ratio": 0.0, "return": np.nan,
    "payback_week": np.nan,
    "failures_at_purchase": 9.0, "failures_in_use": 18.0, "failures_after_sale": 6.0,
}  # fmt: skip


def _market(title: str) -> Market:
    def number(unit: str, **extra) -> Number:
        return Number(value=0.5, unit=unit, **{"status": "estimated", "standard_error": 0.02,
                      "source": "the firm's own log", **extra})  # fmt: skip

    assumed = {"status": "assumed", "standard_error": None, "low": 0.3, "high": 0.7,
               "source": "typical of retail", "show_ends": True}  # fmt: skip
    values = {
        name: number(value.unit)
        for name, value in VALUES.items()
        if is_required(name, contract=False)
    }
    for name in ("spend_shape", "spend_shape_between", "spend_scale"):  # one law of spend of two
        values[name] = number(VALUES[name].unit)
    values["firm_customers"] = values["firm_customers"].model_copy(update={"value": 900.0})
    values["likeness_of_friends"] = values["likeness_of_friends"].model_copy(update={"value": 0.1})
    values["best_in_class"] = values["best_in_class"].model_copy(update={"value": 1.3})
    values["agency_wage_ratio"] = values["agency_wage_ratio"].model_copy(update={"value": 1.6})
    values["likeness_of_friends"] = values["likeness_of_friends"].model_copy(update={"value": 0.1})
    values["yearly_attrition"] = number("share per year", **assumed)
    values["share_of_wallet"] = number("share", **assumed)
    whole = Number(value=1, unit="share", status="assumed", low=0, high=1, source="one of each")
    return Market(
        name="shop", title=title, currency="USD", values=values,
        rivals=[MarketPart(name="rivals", share=whole)], channels=[MarketPart(name="store", share=whole)],
        data=Source(source="shop log", description="two years of sales", licence="own",
                    provenance="the firm", n_customers=900, n_transactions=12000,
                    first_date="2022-01-01", last_date="2023-12-31",
                    command="loyalty calibrate log.csv --name shop",
                    cautions=["Whether the data describe real households is disputed."]),
    )  # fmt: skip


def _measures(
    gains: dict[str, float], manifest: Manifest, drives: float, rng: np.random.Generator
) -> pd.DataFrame:
    rows = []
    low, most_likely, high = uncertain(manifest.market, manifest.parameters)[DRIVER]
    fates = [rng.normal(size=1 + len(gains)) for _ in range(manifest.futures)]
    for future in manifest.drawn:
        luck = rng.normal()
        driven = drives * (future.values[DRIVER] - most_likely) / (high - low)
        shared, *fate = fates[future.number]
        for i, (scenario, gain) in enumerate({"baseline": 0.0, **gains}.items()):
            noise = 0.3 * shared + 0.2 * fate[i - 1] + 0.1 * luck + 0.08 * rng.normal()
            for measure, base in BASE.items():
                for segment, share in SEGMENTS.items():
                    part = share if measure in IN_PARTS else 1.0
                    value = np.nan_to_num(base) * part * (1 + 0.02 * luck)
                    if scenario != "baseline":
                        value += _effect(measure, gain + driven, part, noise)
                    rows.append((scenario, segment, measure, future.number, future.luck, value))
    names = ["scenario", "segment", "measure", "future", "luck", "value"]
    return pd.DataFrame(rows, columns=names)


def _effect(measure, gain, part, noise):
    size = 1 + 0.4 * noise
    return {
        "customer_equity": part * (gain + 4e5 * noise),
        "equity_within": part * (0.4 * gain + 2e5 * noise),
        "equity_after": part * (0.6 * gain + 2e5 * noise),
        "profit": part * (gain * 0.4 + 2e5 * noise),
        "margin": part * (gain * 0.4 + 4.1e5 + 2e5 * noise),
        "cost": part * 4.1e5 * (1 + 0.1 * noise),
        "discounted_cost": part * 8.2e5,
        "return": gain / 8.2e5 * size,
        "break_even_ratio": 0.15 * (1 + gain / 8.2e5) * size,
        "payback_week": np.where(noise > 0.3, np.inf, 60 + 20 * noise)
        if gain > 0
        else noise + np.inf,
        "retention": 0.012 * size,
        "csat": 0.03 * size,
        "nps": 4 * size,
        "response_minutes": -2.4 * size,
        "active_customers": 620 * size,
        "trips": 0.31 * size,
        "new_customers": 110 * size,
    }.get(measure, BASE[measure] * 0.02 * size)


def _effects(measures: pd.DataFrame) -> pd.DataFrame:
    keys = ["luck", "scenario", "segment", "measure"]
    values = {key: part.to_numpy() for key, part in measures.groupby(keys, sort=False)["value"]}
    rows = []
    for (luck, *key), value in values.items():
        if luck or key[0] == "baseline" or key[2] == "payback_week":
            continue
        paired = key[2] in ("return", "break_even_ratio")
        base = 0 * value if paired else values[(0, "baseline", *key[1:])]
        again = values.get((1, *key), np.empty(0))
        if not paired and len(again):
            again = again - values[(1, "baseline", *key[1:])]
        gap = paired_interval(value - base, again)
        rows.append((*key, base.mean(), value.mean(), *astuple(gap)))
    ends = [field.name for field in fields(Interval)][1:]
    names = ["baseline_mean", "mean", "difference", *ends]
    return pd.DataFrame(rows, columns=[*keys[1:], *names])


def _paths(gains: dict[str, float], weeks: int) -> pd.DataFrame:
    week = np.arange(1, weeks + 1)
    t, parts = week / weeks, []
    for name, gain in gains.items():
        profit = -6e5 * t + (gain * 0.5 + 6e5) * t**2
        for measure, line, spread in (
            ("cumulative_profit", profit, 4e5 * t),
            ("retention", 0.012 * (1 + gain / 2e6) * t, 0.006 * t),
            ("satisfaction", 0.12 * (1 + gain / 3e6) * (1 - np.exp(-5 * t)), 0.05 * t),
            ("share_of_wallet", 0.01 * t, 0.005 * t),
            ("active_customers", 620 * t, 200 * t),
        ):
            parts.append(pd.DataFrame({"scenario": name, "week": week, "measure": measure,
                                       "difference": line, "low": line - spread,
                                       "high": line + spread}))  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def _contributions(gains: dict[str, float], rng: np.random.Generator) -> pd.DataFrame:
    rows = []
    for name in gains:
        for mechanism in [*LEVERS, "satisfaction", "word_of_mouth", "offset"]:
            for outcome in ("purchase", "churn", "spend", "join", "talk"):
                size = 0.0 if mechanism == "offset" else rng.normal(0.01, 0.02)
                size = -size if outcome == "churn" else size
                for segment in SEGMENTS:
                    rows.append((name, segment, outcome, mechanism, size))
    return pd.DataFrame(rows, columns=["scenario", "segment", "outcome", "mechanism", "difference"])


def _money(gains, effects) -> pd.DataFrame:
    frame = pd.DataFrame(index=pd.Index(list(gains), name="scenario"))
    cost = effects.query("segment == 'total' and measure == 'cost'")
    cost = cost.set_index("scenario")
    frame["actual_cost"] = cost["mean"]
    frame["low"], frame["high"] = cost["low"], cost["high"]
    frame["planned_cost"] = np.resize([4.08e5, 4.1e5, 3.5e5, 4.1e5], len(gains))
    frame["design_cost"] = frame["planned_cost"] * np.resize([1, 1, 1, 1.5], len(gains))
    frame["budget"], frame["owed_cost"] = 4.1e5, 0.0
    frame["off_plan"] = (frame["actual_cost"] / frame["planned_cost"] - 1).abs() > 0.05
    for i, lever in enumerate(LEVERS):
        # a strategy spends on the levers of its plan, see `_manifest`
        share = [(0.5, 0.3, 0.2, 0, 0)[(i - j % 4) % 5] for j in range(len(gains))]
        frame[f"cost.{lever}"] = frame["actual_cost"] * share
    frame["return"] = [gain / 8.2e5 for gain in gains.values()]
    frame["payback_week"] = [71.0 if gain > 0 else np.inf for gain in gains.values()]
    frame["payback_share"] = [0.8 if gain > 0 else 0.0 for gain in gains.values()]
    return frame


def _verdict(measures: pd.DataFrame) -> Verdict:
    return decide(equity_of(measures, 0), equity_of(measures, 1))


def _leanings(manifest: Manifest, measures: pd.DataFrame, verdict: Verdict) -> list[Leaning]:
    drawn = [future for future in manifest.drawn if not future.luck]
    futures = Futures(
        gains_over_nothing(equity_of(measures, 0)),
        pd.Series([manifest.firm] * len(drawn)),
        pd.DataFrame([dict(future.values) for future in drawn]),
        uncertain(manifest.market, manifest.parameters),
    )
    return leanings(futures, verdict, list(futures.ranges), [])


def _manifest(market: Market, names: list[str], n: int) -> Manifest:
    parameters = [
        Parameter(parameter="strength", lever=lever, value=0.1, low=0.02, high=0.2,
                  distribution="pert", unit="log odds", status=status, evidence=["E01", "E02"],
                  note="a made-up strength")
        for lever, status in zip(
            [*LEVERS, "market_life"], ["assumed", "published"] * 3, strict=True
        )
    ]  # fmt: skip
    plans = {name: dict.fromkeys(LEVERS[i % 4 : i % 4 + 3], 1.0) for i, name in enumerate(names)}
    return made_up_manifest(market, plans, parameters=parameters, futures=n)


def synthetic_comparison(
    kind: str = "winner", title: str = "Corner shop", n: int = 20, drives: float = 0.0
):
    """Give a comparison whose verdict is of the given kind; ``many`` are eleven, ``alone`` is one.

    Between the ends of the value `DRIVER` the gain of every strategy rises by `drives`.
    """
    market, gains = _market(title), GAINS[kind]
    return Answers(
        manifest=_manifest(market, list(gains), n),
        market=market,
        strategies=list(gains),
        **{name: copy(part) for name, part in _found(kind, n, drives).items()},
    )


@functools.cache
def _found(kind: str, n: int, drives: float) -> dict[str, Any]:
    """Give the numbers of a comparison, which are the same whatever its market is called."""
    rng, gains = np.random.default_rng(7), GAINS[kind]
    manifest = _manifest(_market(""), list(gains), n)
    measures = _measures(gains, manifest, drives, rng)
    effects = _effects(measures)
    verdict = _verdict(measures)
    return {
        "measures": measures,
        "effects": effects,
        "paths": _paths(gains, 104),
        "contributions": _contributions(gains, rng),
        "money": _money(gains, effects),
        "verdict": verdict,
        "leanings": _leanings(manifest, measures, verdict),
    }


def shared_comparison(kind: str = "winner") -> Answers:
    """Give the same comparison, made once, to tests that leave it as it is."""
    return _shared(kind)


@functools.cache
def _shared(kind: str) -> Answers:
    return synthetic_comparison(kind)


def content_of(kind: str = "winner") -> Content:
    """Give what a report says of a shared comparison; its pictures are drawn once."""
    return _content(kind)


@functools.cache
def _content(kind: str) -> Content:
    return build_content(_shared(kind))
