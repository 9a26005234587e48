"""Who falls silent: survival by segment where nobody says that they leave.

Without contracts an end is not seen. What is seen is a silence that is long for the customer's own
rhythm: the event is the day on which somebody has bought nothing for three times their usual gap, four
weeks at least. Time runs from the middle of the log; who is active then is followed, in groups that
were formed before it, until the event or the end of the log (right-censored). Curves are those of Kaplan
& Meier (1958), ratios those of Cox (1972) by `statsmodels`, ties as by Breslow (1974). Since who buys
often meets more gaps a week, customers are compared within fifths of the usual gap (strata). Some
silences are chance: the same is counted among customers who stay as they are, drawn by the law of the
first half.
"""

import numpy as np
import pandas as pd
from statsmodels.duration.hazard_regression import PHReg
from statsmodels.duration.survfunc import SurvfuncRight

from sim.calibration.transactions import Log
from sim.common.few import FEWEST
from sim.common.random_numbers import Floats
from sim.insight.halves import RISK_GAPS, RISK_WEEKS, STAGES, WORTH, Halves
from sim.insight.records import Curve, Hazard, Share, Silence

#: Weeks after the middle at which curves are told, as far as the log goes.
WEEKS = (4, 8, 13, 26, 39, 52)
#: The group that others are set beside.
BESIDE = "potential"
#: Customers that ratios are estimated from, at most: every so manieth of a larger log.
_MOST = 20_000
#: Events from which ratios are told, and the chance of a false alarm that they are not constant.
_EVENTS, _ALARM = 30, 3.29
_STRATA = 5
_SEED, _NORMAL = 153, 1.96


def silence_of(log: Log, halves: Halves) -> Silence | None:
    """Return who of the active customers falls silent after the middle of a log.

    Parameters
    ----------
    log : Log
    halves : Halves

    Returns
    -------
    Silence or None
        None where too few customers are active at the middle.
    """
    people = halves.people[halves.people["stage"] == STAGES.index("active")]
    people = people[people["worth"] < len(WORTH)]
    if len(people) < FEWEST:
        return None
    time, fell, back = _until_silent(people, _later(log, halves, people), halves)
    luck_time, luck_fell, _ = _until_silent(people, _drawn(halves, people), halves)
    weeks = [week for week in WEEKS if week <= halves.weeks]
    curves = tuple(
        _curve(name, inside, weeks, (time, fell), (luck_time, luck_fell))
        for place, name in enumerate(WORTH)
        if (inside := (people["worth"] == place).to_numpy()).sum() >= FEWEST
    )
    hazards, constant = _hazards(people, time, fell)
    some = fell.sum() >= FEWEST
    return Silence(
        customers=len(people),
        fell=Share(counted=float(fell.mean()), steady=float(luck_fell.mean())),
        came_back=float(back[fell].mean()) if some else None,
        weeks=tuple(weeks),
        curves=curves,
        hazards=hazards,
        constant=constant,
    )


def _later(log: Log, halves: Halves, people: pd.DataFrame) -> tuple[np.ndarray, Floats]:
    """Return the purchases after the middle: row of the customer, and weeks since the middle."""
    later = log.occasions[log.occasions["day"] > halves.middle]
    row = people.index.get_indexer(later["customer"])
    when = (later["day"] - halves.middle).dt.days.to_numpy() / 7.0
    return row[row >= 0], when[row >= 0]


def _drawn(halves: Halves, people: pd.DataFrame) -> tuple[np.ndarray, Floats]:
    """Return purchases of the same customers as they would come if nobody changed: at any time alike."""
    counts, _ = halves.law.next_sales(halves.weeks, _SEED)
    count = counts[0, halves.law.histories.index.get_indexer(people.index)].astype(int)
    luck = np.random.Generator(np.random.Philox(key=_SEED + 1))
    row = np.repeat(np.arange(len(people)), count)
    return row, np.ceil(7.0 * halves.weeks * luck.random(row.size)) / 7.0


def _until_silent(
    people: pd.DataFrame, bought: tuple[np.ndarray, Floats], halves: Halves
) -> tuple[Floats, np.ndarray, np.ndarray]:
    """Return each one's weeks until they fall silent or the log ends, whether they did, and came back."""
    n = len(people)
    limit = np.maximum(RISK_GAPS * people["gap"].to_numpy(), RISK_WEEKS)
    before = (people["last"] - halves.middle).dt.days.to_numpy() / 7.0
    row, when = np.r_[np.arange(n), bought[0]], np.r_[before, bought[1]]
    order = np.lexsort((when, row))
    row, when = row[order], when[order]
    is_last = np.r_[row[1:] != row[:-1], True]
    following = np.where(is_last, halves.weeks, np.r_[when[1:], 0.0])
    silent = following - when > limit[row]
    time, fell, back = np.full(n, halves.weeks), np.zeros(n, dtype=bool), np.zeros(n, dtype=bool)
    places = np.flatnonzero(silent)[::-1]  # the first silence of each is written last
    time[row[places]] = np.ceil(7.0 * (when[places] + limit[row[places]])) / 7.0  # a day's end
    fell[row[places]], back[row[places]] = True, ~is_last[places]
    return time, fell, back


def _curve(
    name: str,
    inside: np.ndarray,
    weeks: list[int],
    counted: tuple[Floats, np.ndarray],
    luck: tuple[Floats, np.ndarray],
) -> Curve:
    """Return the shares of a group who have not fallen silent, counted and by luck alone."""
    left = [_left(time[inside], fell[inside], weeks) for time, fell in (counted, luck)]
    shares = tuple(
        None
        if 0 < round((1 - share) * inside.sum()) < FEWEST
        else Share(counted=share, steady=steady)
        for share, steady in zip(*left, strict=True)
    )
    return Curve(group=name, customers=int(inside.sum()), left=shares)


def _left(time: Floats, fell: np.ndarray, weeks: list[int]) -> list[float]:
    """Return the shares by Kaplan & Meier at some weeks."""
    if not fell.any():
        return [1.0] * len(weeks)
    curve = SurvfuncRight(time, fell)
    place = np.searchsorted(curve.surv_times, weeks, side="right") - 1
    return [float(curve.surv_prob[at]) if at >= 0 else 1.0 for at in place]


def _hazards(
    people: pd.DataFrame, time: Floats, fell: np.ndarray
) -> tuple[tuple[Hazard, ...], bool | None]:
    """Return how much sooner groups fall silent than the one beside, and whether that keeps."""
    every = slice(None, None, -(-len(people) // _MOST))
    worth, ended = people["worth"].to_numpy()[every], fell[every]
    groups = [
        name
        for place, name in enumerate(WORTH)
        if name != BESIDE and min(ended[worth == place].sum(), (worth == place).sum()) >= FEWEST
    ]
    if ended.sum() < _EVENTS or not groups or not ended[worth == WORTH.index(BESIDE)].any():
        return (), None
    known = np.isin(worth, [WORTH.index(name) for name in (*groups, BESIDE)])
    table = np.column_stack([worth[known] == WORTH.index(name) for name in groups]).astype(float)
    fifth = pd.qcut(people["gap"].iloc[every][known].rank(method="first"), _STRATA, labels=False)
    fitted = PHReg(
        time[every][known],
        table,
        status=ended[known].astype(int),
        strata=fifth.to_numpy(),
        ties="breslow",
    ).fit()
    if not (np.isfinite(fitted.params).all() and np.isfinite(fitted.bse).all()):
        return (), None
    hazards = tuple(
        Hazard(
            group=name,
            ratio=float(np.exp(fitted.params[place])),
            low=float(np.exp(fitted.params[place] - _NORMAL * fitted.bse[place])),
            high=float(np.exp(fitted.params[place] + _NORMAL * fitted.bse[place])),
        )
        for place, name in enumerate(groups)
    )
    return hazards, _is_constant(fitted.schoenfeld_residuals, time[every][known], len(groups))


def _is_constant(residuals: Floats, time: Floats, groups: int) -> bool:
    """Return whether ratios keep over time: Schoenfeld's residuals do not go with the rank of time."""
    seen = np.isfinite(residuals[:, :groups]).all(axis=1)
    rank = pd.Series(time[seen]).rank().to_numpy()
    found = [np.corrcoef(rank, residuals[seen, place])[0, 1] for place in range(groups)]
    return bool(np.all(np.abs(found) * np.sqrt(seen.sum()) < _ALARM))
