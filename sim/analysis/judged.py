"""The verdict of a finished comparison as it is told: everything that says a verdict reads it here.

Whether the gain of a strategy that leads is to be believed hangs on what its plays bring one by one, for
which there are runs beside those of the comparison. Whatever read its runs alone would say *choose it*
of a plan that others call too good to be believed. What was judged is kept beside the comparison, so that
the next one of the market tells its answer as it was told.
"""

from dataclasses import replace
from pathlib import Path

from sim.analysis.answers import Answers
from sim.analysis.kept_judgement import keep_judgement
from sim.analysis.load_comparison import load_comparison
from sim.analysis.parts_of_plan import worths_in_plan
from sim.analysis.plausibility import doubted
from sim.analysis.verdict import has_leader
from sim.experiment.workers import Progress


def judged_comparison(folder: Path | str, jobs: int = 0, say: Progress | None = None) -> Answers:
    """Read a finished comparison, with the verdict that its leading strategy is too good where it is.

    Parameters
    ----------
    folder : Path or str
    jobs, say
        As `sim.analysis.parts_of_plan.parts_of_plan` takes them.

    Returns
    -------
    Answers
        Its plays' worths with it where a strategy leads; the verdict of its runs alone where other code
        or libraries made them, or nothing may be written beside them.

    Raises
    ------
    InputError
        As `sim.analysis.load_comparison.load_comparison`.
    """
    return judge(load_comparison(folder), Path(folder), jobs, say)


def judge(comparison: Answers, folder: Path, jobs: int = 0, say: Progress | None = None) -> Answers:
    """Return a comparison that was read from a folder as `judged_comparison` does."""
    if not has_leader(comparison.verdict, comparison.futures):
        return comparison
    worths = worths_in_plan(comparison, comparison.ranking[0], folder, jobs, say)
    judged = doubted(replace(comparison, worths=worths))
    if worths is not None:
        keep_judgement(folder, comparison.manifest, judged.verdict)
    return judged
