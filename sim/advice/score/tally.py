"""The score of the advice, from what was advised, foretold and true in every world.

Money of firms of all sizes is made comparable by the yearly budget of each: a gain of .5 is half a
year's budget. In every world doing nothing, which gains nothing, is one of the plans. A world counts as
one draw: intervals of means and shares are bootstrapped over worlds, those of counts are Wilson's, all
of 90 %.

Who the best plan is cannot be told by the lives by which it is then judged, or luck would count as
knowledge: the best by the first half of the lives is judged by the second half, and the other way round.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from statsmodels.stats.proportion import proportion_confint

from sim.advice.score.definitions import NOTHING_WORKS, SHARES
from sim.analysis.choice import MATTERS
from sim.playbook.strategies import BASELINE

ALPHA = 0.10
_RESAMPLES, _SEED = 4_000, 1
#: Bins of a stated probability.
_BINS = (0.0, 0.05, 0.2, 0.5, 0.8, 1.0)


@dataclass(frozen=True)
class Figure:
    """One figure of the score.

    Attributes
    ----------
    name : str
    value, low, high : float
        With its 90 % interval; NaN where nothing is there to tell it by.
    n : int
        Worlds, or plans in worlds, that it rests on.
    """

    name: str
    value: float
    low: float
    high: float
    n: int


def worlds_of(table: pd.DataFrame) -> pd.DataFrame:
    """Return a row per world: what the advice brings, and what else could have been chosen.

    Parameters
    ----------
    table : DataFrame
        A row per world and plan (`sim.advice.score.score.table_of`).

    Returns
    -------
    DataFrame
        Index: kind, number. In yearly budgets: ``advice``; ``best`` (full knowledge), ``knowable``
        (the largest mean gain in many more futures; NaN in worlds of another structure), ``largest``
        (whatever has the largest mean gain, if above nil), ``random`` (any plan as likely), and a
        column ``always PLAN`` for each. ``pays`` says whether the best plan's gain matters, ``chosen``
        whether the advice is a plan, ``truly_best`` whether it is the best of all lives,
        ``nothing_best`` whether no plan gains in them, ``promised`` the advised plan's gain as foretold.
        Of one trial: ``after`` (what it brings itself, and following what is advised after it; NaN in a
        run without trials), ``tried`` whether a plan led and was tried, ``silenced`` whether nothing is
        advised afterwards, ``kept`` whether the plan is, ``kept_again`` whether it is in the same futures
        without the trial, and ``earns`` whether it truly gains.
    """
    found = {key: _world(rows) for key, rows in table.groupby(["kind", "number"], sort=True)}
    return pd.DataFrame.from_dict(found, orient="index").rename_axis(["kind", "number"])


def _world(rows: pd.DataFrame) -> dict[str, float | bool | str]:
    plans, budget = rows.set_index("plan"), float(rows["budget"].iloc[0])
    advised = str(rows["advised"].iloc[0])
    true = plans["true"] / budget
    halves = [plans[name] / budget for name in ("first_lives", "later_lives")]

    def brings(by: pd.Series, judged: pd.Series) -> float:
        return float(judged[by.idxmax()]) if by.max() > 0 else 0.0

    best = np.mean([brings(a, b) for a, b in (halves, halves[::-1])])
    foreseen = plans["knowable"]
    return {
        "advice": 0.0 if advised == BASELINE else float(true[advised]),
        "best": float(best),
        "knowable": brings(foreseen, true) if foreseen.notna().all() else np.nan,
        "largest": brings(plans["gain"], true),
        "random": float(true.mean()),
        **{f"always {name}": float(gain) for name, gain in true.items()},
        "pays": bool(best >= MATTERS),
        "chosen": advised != BASELINE,
        "truly_best": advised == (true.idxmax() if true.max() > 0 else BASELINE),
        "nothing_best": bool(true.max() <= 0),
        "verdict": str(rows["verdict"].iloc[0]),
        **_of_trial(rows, true),
        "promised": 0.0 if advised == BASELINE else float(plans["gain"][advised] / budget),
    }


def _of_trial(rows: pd.DataFrame, true: pd.Series) -> dict[str, float | bool]:
    """Return what one trial of the plan that leads came to, the plans' true gains being known."""
    tried, again, after = (rows[name].iloc[0] for name in ("tried", "again", "after"))
    there, gain = isinstance(tried, str), np.nan
    if isinstance(after, str):
        gain = 0.0 if after == BASELINE else float(true[after])
        gain += float(rows["trial_share"].iloc[0]) * float(true[tried]) if there else 0.0
    return {
        "after": gain,
        "tried": there,
        "silenced": there and after == BASELINE,
        "kept": there and tried == after,
        "kept_again": there and tried == again,
        "earns": there and bool(true[tried] > 0),
    }


def gains_table(worlds: pd.DataFrame) -> pd.DataFrame:
    """Return what each way of choosing brings on average, in yearly budgets, with its interval.

    What the advice brings after a trial is told once all trials are run: where none leads there is none.
    """
    ways = ["advice", "after", "largest", "knowable", "best", "random"]
    ways += [name for name in worlds if str(name).startswith("always ")]
    if worlds["after"].isna().any():
        ways.remove("after")
    rows = {}
    for way in ways:
        values = worlds[way].dropna().to_numpy(dtype=float)
        if len(values):
            low, high = interval_over_worlds(lambda x: x.mean(axis=-1), values)
            rows[way] = {"mean": values.mean(), "low": low, "high": high, "worlds": len(values)}
    return pd.DataFrame.from_dict(rows, orient="index")


def figures_of(table: pd.DataFrame) -> list[Figure]:
    """Return the figures of the score of some worlds.

    Parameters
    ----------
    table : DataFrame
        A row per world and plan.
    """
    worlds = worlds_of(table)
    paying, not_paying = worlds[worlds["pays"]], worlds[~worlds["pays"]]
    own = worlds[worlds["knowable"].notna()]
    chosen = worlds[worlds["chosen"]]
    kinds = worlds.index.get_level_values("kind")
    figures = [
        _share("share_of_best_prior", worlds[kinds == "prior"], "best"),
        _share("share_of_best", worlds, "best"),
        _share("share_of_knowable", own, "knowable"),
        _mean("loss_where_nothing_works", -worlds.loc[kinds == NOTHING_WORKS, "advice"]),
        _mean("loss_where_nothing_pays", -not_paying["advice"]),
        _count("truly_best", worlds["truly_best"]),
        _count("nothing_best", worlds["nothing_best"]),
        _count("false_winners", chosen["advice"] < 0, len(worlds)),
        _count("false_winners_advised", chosen["advice"] < 0),
        _count("missed_winners", ~paying["chosen"]),
    ]
    figures += [
        _share(
            "came_of_promised_prior",
            chosen[chosen.index.get_level_values("kind") == "prior"],
            "promised",
        ),
        _share("came_of_promised", chosen, "promised"),
    ]
    tried = worlds[worlds["tried"]]
    at_nil = tried.index.get_level_values("kind") == NOTHING_WORKS
    figures.append(_count("silenced_where_nothing_works", tried.loc[at_nil, "silenced"]))
    for asked in ("kept", "kept_again"):
        figures.append(_count(f"{asked}_that_lose", tried.loc[~tried["earns"], asked]))
        figures.append(_count(f"{asked}_that_earn", tried.loc[tried["earns"], asked]))
    figures += [_coverage(table[table["kind"] == "prior"], share, "prior_") for share in SHARES]
    figures += [_coverage(table, share) for share in SHARES]
    figures += [_missed(table, side) for side in ("below", "above")]
    led = table.loc[table.groupby(["kind", "number"])["gain"].idxmax()]
    figures += [_coverage(led, share, "leader_") for share in SHARES]
    return [*figures, *_probabilities(table)]


def reliability(table: pd.DataFrame) -> pd.DataFrame:
    """Return how often what was said with some probability came true, by bins of the probability.

    Returns
    -------
    DataFrame
        Index: ``what`` (``best``, ``loses``), ``from``, ``to``. ``said`` (mean), ``came``, ``n``.
    """
    rows = []
    for what, said, came in _said(table):
        place = np.clip(np.digitize(said, _BINS) - 1, 0, len(_BINS) - 2)
        for k in np.unique(place):
            here = place == k
            rows.append(
                (
                    what,
                    _BINS[k],
                    _BINS[k + 1],
                    said[here].mean(),
                    came[here].mean(),
                    int(here.sum()),
                )
            )
    names = ["what", "from", "to", "said", "came", "n"]
    return pd.DataFrame(rows, columns=names).set_index(["what", "from", "to"])


def _said(table: pd.DataFrame) -> list[tuple[str, np.ndarray, np.ndarray]]:
    """Return of each kind of probability what was said, and in which share of lives it came, by plan."""
    return [
        (what, table[said].to_numpy(), table[came].to_numpy())
        for what, said, came in (
            ("best", "probability", "lives_best"),
            ("loses", "loses", "lives_lost"),
        )
    ]


def _probabilities(table: pd.DataFrame) -> list[Figure]:
    """Return the Brier score of each kind of probability, over lives; worlds are the draws.

    Of lives a share s of which saw what was said with probability p, the mean of (p - o)^2 over outcomes
    o of 0 and 1 is (p - s)^2 + s (1 - s).
    """
    figures = []
    key = [table["kind"], table["number"]]
    for what, said, came in _said(table):
        score = (said - came) ** 2 + came * (1 - came)
        by_world = pd.Series(score, index=table.index).groupby(key).mean()
        figures.append(_mean(f"brier_{what}", by_world))
    return figures


def _coverage(table: pd.DataFrame, share: int, of: str = "") -> Figure:
    """Return how often the true gain lies inside what was foretold, worlds being the draws."""
    inside = (table[f"low{share}"] <= table["true"]) & (table["true"] <= table[f"high{share}"])
    by_world = inside.groupby([table["kind"], table["number"]]).mean()
    return _mean(f"{of}coverage_{share}", by_world)


def _missed(table: pd.DataFrame, side: str) -> Figure:
    """Return how often the true gain lies beyond one end of the 90 % interval, worlds being the draws."""
    true = table["true"]
    out = true < table["low90"] if side == "below" else true > table["high90"]
    return _mean(f"{side}_90", out.groupby([table["kind"], table["number"]]).mean())


def _mean(name: str, values: pd.Series) -> Figure:
    x = values.to_numpy(dtype=float)
    if not len(x):
        return Figure(name, np.nan, np.nan, np.nan, 0)
    low, high = interval_over_worlds(lambda y: y.mean(axis=-1), x)
    return Figure(name, float(x.mean()), low, high, len(x))


def _share(name: str, worlds: pd.DataFrame, of: str) -> Figure:
    """Return what the advice brings over what another choice would have brought, of all worlds."""
    gained, there = (worlds[each].to_numpy(dtype=float) for each in ("advice", of))
    if not len(worlds) or there.sum() <= 0:
        return Figure(name, np.nan, np.nan, np.nan, len(worlds))

    def ratio(rows: np.ndarray) -> np.ndarray:
        under = there[rows].sum(axis=-1)
        return np.divide(
            gained[rows].sum(axis=-1), under, out=np.full(under.shape, np.nan), where=under > 0
        )

    low, high = interval_over_worlds(ratio, np.arange(len(worlds)))
    return Figure(name, float(gained.sum() / there.sum()), low, high, len(worlds))


def _count(name: str, hits: pd.Series, among: int | None = None) -> Figure:
    n = len(hits) if among is None else among
    if not n:
        return Figure(name, np.nan, np.nan, np.nan, 0)
    low, high = proportion_confint(int(hits.sum()), n, alpha=ALPHA, method="wilson")
    return Figure(name, float(hits.sum() / n), float(low), float(high), n)


def interval_over_worlds(
    statistic: Callable[[np.ndarray], np.ndarray], values: np.ndarray
) -> tuple[float, float]:
    """Return the percentile interval of a statistic when worlds are drawn anew with replacement."""
    rng = np.random.default_rng(_SEED)
    drawn = values[rng.integers(0, len(values), (_RESAMPLES, len(values)))]
    low, high = np.nanquantile(statistic(drawn), [ALPHA / 2, 1 - ALPHA / 2])
    return float(low), float(high)
