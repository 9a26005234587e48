"""How strong the evidence on each lever is: how well its effect is known, not how good it is."""

from collections.abc import Iterable

from sim.evidence.findings import Finding, load_evidence

_GRADE_POINTS = {"A": 3.0, "B": 2.0, "C": 1.0, "D": 0.0}
#: Points needed for each level from 1 to 5.
_LEVELS = (1.0, 3.0, 6.0, 10.0, 15.0)
_WITHOUT_VERIFIED_A = 3
_AGREEMENT = 2 / 3


def strength(lever: str, findings: Iterable[Finding] | None = None) -> int:
    """Return the strength of the evidence on a lever, by a fixed rule.

    1. Findings that say nothing of whether the lever works (direction `none`) do not count, and a work
       counts once, by its best finding.
    2. A work gives 3 points for grade A, 2 for B, 1 for C and none for D; half of them if it was not
       verified, half if it is in words only, and half if it is of one trade, or of a laboratory, and no
       work of another trade or of several has the same direction: elsewhere it is indirect (guyatt2011).
    3. 1, 3, 6, 10 and 15 points make the levels 1 to 5.
    4. One level is taken off if less than two thirds of the points are of the same direction.
    5. Without a verified work of grade A the level is 3 at most.

    Parameters
    ----------
    lever : str
        Its name, as in the evidence.
    findings : iterable of Finding, optional
        Others than those of ``data/evidence.csv``.

    Returns
    -------
    int
        0 (nobody studied it) to 5.
    """
    best: dict[str, tuple[float, Finding]] = {}
    for finding in load_evidence() if findings is None else findings:
        if finding.lever == lever and finding.direction != "none":
            worth = _points(finding)
            if finding.bib_key not in best or worth > best[finding.bib_key][0]:
                best[finding.bib_key] = worth, finding
    best = {work: (_carried(f, worth, best), f) for work, (worth, f) in best.items()}
    total = sum(worth for worth, _ in best.values())
    level = sum(total >= needed for needed in _LEVELS)
    same_way: dict[str, float] = {}
    for worth, finding in best.values():
        same_way[finding.direction] = same_way.get(finding.direction, 0.0) + worth
    if total > 0 and max(same_way.values()) < _AGREEMENT * total - 1e-9:
        level -= 1
    if not any(f.grade == "A" and f.verified == "yes" for _, f in best.values()):
        level = min(level, _WITHOUT_VERIFIED_A)
    return max(level, 0)


def _points(finding: Finding) -> float:
    """Return what one finding is worth."""
    points = _GRADE_POINTS[finding.grade]
    for known in (finding.verified == "yes", finding.value is not None):
        points /= 1 if known else 2
    return points


def _carried(finding: Finding, worth: float, best: dict[str, tuple[float, Finding]]) -> float:
    """Return what a finding is worth without a market at hand: half where one trade alone has it."""
    agree = {other.trade for _, other in best.values() if other.direction == finding.direction}
    return worth if len(agree) > 1 or "several" in agree else worth / 2
