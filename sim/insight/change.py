"""What changed between the halves of a log: groups by worth and stages of life, and who moved."""

import numpy as np
import pandas as pd

from sim.common.few import FEWEST, shown
from sim.common.random_numbers import Floats
from sim.insight.halves import NOTHING, STAGES, WORTH, Halves, worth_of
from sim.insight.records import Change, Move, Segment, Share

_SEED = 151


def change_of(halves: Halves) -> Change:
    """Return what became of the groups of the first half.

    Parameters
    ----------
    halves : Halves
    """
    segments, hidden = _segments(halves)
    return Change(
        middle=halves.middle.date(),
        weeks=halves.weeks,
        worth=_worth(halves),
        stages=_stages(halves),
        segments=segments,
        hidden=hidden,
    )


def _worth(halves: Halves) -> tuple[Move, ...]:
    """Return where the groups by worth went, and where they would have gone by luck alone."""
    people = halves.people
    _, sales = halves.law.next_sales(halves.weeks, _SEED)
    place = halves.law.histories.index.get_indexer(people.index)
    sales = sales[:, place]
    later = worth_of(sales)
    names = (*WORTH, NOTHING)
    moves = []
    for group, name in enumerate(WORTH):
        inside = (people["worth"] == group).to_numpy()
        counts = _counts(people.loc[inside, "later_worth"], len(names))
        if inside.sum() < FEWEST:
            continue
        luck = np.array([(later[:, inside] == to).mean() for to in range(len(names))])
        kept = shown(counts)
        moves.append(
            Move(
                group=name,
                customers=int(inside.sum()),
                to={
                    other: _share(counts[to] / inside.sum(), luck[to]) if kept[to] else None
                    for to, other in enumerate(names)
                },
                sales=_sales(halves, inside, sales),
            )
        )
    return tuple(moves)


def _sales(halves: Halves, inside: np.ndarray, drawn: Floats) -> Share:
    """Return a group's sales a week in the second half over those in the first, and by luck alone."""
    people = halves.people[inside]
    first = (halves.middle - halves.people["first"].min()).days + 1
    before = people["sales"].sum() / (first / 7.0)
    then = people["later_sales"].sum() / halves.weeks
    luck = drawn[:, inside].sum(axis=1).mean() / halves.weeks
    return _share(then / before, luck / before)


def _share(counted: float, steady: float) -> Share:
    return Share(counted=float(counted), steady=float(steady))


def _stages(halves: Halves) -> tuple[Move, ...]:
    """Return where the stages of life went."""
    moves = []
    for stage, name in enumerate(STAGES):
        later = halves.people.loc[halves.people["stage"] == stage, "later_stage"]
        if len(later) < FEWEST:
            continue
        counts = _counts(later, len(STAGES))
        kept = shown(counts)
        to = {
            other: float(counts[place] / len(later)) if kept[place] else None
            for place, other in enumerate(STAGES)
        }
        moves.append(Move(group=name, customers=len(later), to=to))
    return tuple(moves)


def _counts(groups: pd.Series, how_many: int) -> np.ndarray:
    return np.bincount(groups.to_numpy(), minlength=how_many)


def _segments(halves: Halves) -> tuple[tuple[Segment, ...], bool]:
    """Return the segments of the first half, and whether any holds too few people to be shown."""
    people, all_sales = halves.people, halves.people["sales"].sum()
    first = ((halves.middle - people["first"].min()).days + 1) / 7.0
    cells = people[people["worth"] < len(WORTH)].groupby(["worth", "stage"])
    table = cells.agg(
        customers=("sales", "size"),
        sales=("sales", "sum"),
        purchases=("purchases", "mean"),
        again=("later_purchases", lambda bought: (bought > 0).mean()),
        later=("later_sales", "sum"),
    )
    kept = shown(table["customers"])
    rows = tuple(
        Segment(
            worth=WORTH[worth],
            stage=STAGES[stage],
            customers=int(line["customers"]),
            of_sales=float(line["sales"] / all_sales),
            purchases=float(line["purchases"]),
            again=float(line["again"]),
            kept=float((line["later"] / halves.weeks) / (line["sales"] / first)),
        )
        for (worth, stage), line in table[kept].iterrows()
    )
    return rows, not kept.all()
