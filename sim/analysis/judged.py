"""A finished comparison as it is told: who says a verdict, or on what it leans, reads it here.

Whether the gain of a strategy that leads is to be believed hangs on what its plays bring one by one, for
which there are runs beside those of the comparison. Whatever read its runs alone would say *choose it*
of a plan that others call too good to be believed. So it is with a value of a lever on which the answer
seems to lean: runs beside those of the comparison say whether it does anything in the leading strategy.
What was judged is kept beside the comparison, so that the next one of the market tells its answer as it
was told.
"""

from dataclasses import replace
from pathlib import Path

from sim.analysis.answers import Answers
from sim.analysis.kept_judgement import keep_judgement
from sim.analysis.load_comparison import load_comparison
from sim.analysis.parts_of_plan import leanings_that_act, worths_in_plan
from sim.analysis.plausibility import doubted
from sim.analysis.verdict import has_leader
from sim.experiment.workers import Progress


def judged_comparison(folder: Path | str, jobs: int = 0, say: Progress | None = None) -> Answers:
    """Read a finished comparison, judged.

    Parameters
    ----------
    folder : Path or str
    jobs, say
        As `sim.analysis.parts_of_plan.parts_of_plan` takes them.

    Returns
    -------
    Answers
        With the verdict that its leading strategy is too good where it is, its plays' worths where a
        strategy leads, and no leaning on a value that does nothing in it; what its runs alone say where
        other code or libraries made them, or nothing may be written beside them.

    Raises
    ------
    InputError
        As `sim.analysis.load_comparison.load_comparison`.
    """
    return judge(load_comparison(folder), Path(folder), jobs, say)


def judge(comparison: Answers, folder: Path, jobs: int = 0, say: Progress | None = None) -> Answers:
    """Return a comparison that was read from a folder as `judged_comparison` does."""
    comparison = _acting(comparison, folder, jobs, say)
    if not has_leader(comparison.verdict, comparison.futures):
        return comparison
    worths = worths_in_plan(comparison, comparison.ranking[0], folder, jobs, say)
    judged = doubted(replace(comparison, worths=worths))
    if worths is not None:
        keep_judgement(folder, comparison.manifest, judged.verdict)
    return judged


def alone_comparison(folder: Path | str, jobs: int = 0, say: Progress | None = None) -> Answers:
    """Read the comparison of a plan that a search found, by itself: the search has judged the plan.

    Parameters
    ----------
    folder, jobs, say
        As `judged_comparison` takes them.

    Returns
    -------
    Answers
        With the verdict of its runs alone, and no leaning on a value that does nothing in the plan.
    """
    return _acting(load_comparison(folder), Path(folder), jobs, say)


def _acting(comparison: Answers, folder: Path, jobs: int, say: Progress | None) -> Answers:
    return replace(comparison, leanings=leanings_that_act(comparison, folder, jobs, say))
