"""Why a plan gains what it gains: what each play is worth, which pairs help or hurt; with frames."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import pandas as pd

from sim.analysis.load_comparison import load_comparison
from sim.analysis.made_of import Parts
from sim.analysis.parts_of_plan import check_plan, parts_of_plan, worths_in_plan
from sim.analysis.worth_of_plays import WorthOfPlays
from sim.workbench.frame import Frame
from sim.workbench.given import checked


@dataclass(frozen=True, repr=False)
class Explained:
    """Why a plan gains what it gains; all money is the firm's.

    Attributes
    ----------
    worths : WorthOfPlays
    parts : Parts

    Examples
    --------
    >>> kept = compare("grocery", ["balanced"], customers=100, weeks=4, futures=2, out="explained")
    >>> explained = explain("explained")
    >>> list(explained.plays.columns), len(explained.pairs)
    (['worth', 'low', 'high'], 0)
    """

    worths: WorthOfPlays
    parts: Parts

    @property
    def plays(self) -> Frame:
        """What each play is worth (Shapley), with its 90 % interval; worths add up to the gain."""
        rows = {
            self.worths.key_of(one.player): {"worth": one.mean, "low": one.low, "high": one.high}
            for one in self.worths.values
        }
        return Frame(pd.DataFrame.from_dict(rows, orient="index"))

    @property
    def pairs(self) -> Frame:
        """How much more two plays bring together than one by one, beside all others."""
        rows = [
            {
                **dict(zip(("play", "other"), map(self.worths.key_of, one.players), strict=True)),
                "more_together": one.mean,
                **{name: value for name, value in asdict(one).items() if name in ("low", "high")},
                "stands_out": one.is_told,
            }
            for one in self.worths.pairs
        ]
        return Frame(pd.DataFrame(rows))

    def __repr__(self) -> str:
        return repr(self.plays)

    def _repr_html_(self) -> str:
        return self.plays._repr_html_()


@checked()
def explain(
    folder: Path | str,
    plan: str = "",
    *,
    jobs: int = 0,
    on_progress: Callable[[int, int, str], None] | None = None,
) -> Explained:
    """Explain the gain of a plan of a finished comparison, by runs beside it that its folder keeps.

    Parameters
    ----------
    folder : Path or str
        Folder of a comparison.
    plan : str
        One of its strategies; the one that comes first where none is named.
    jobs : int
        Processes; 0 takes one per core where that saves time.
    on_progress : callable, optional
        Called with (runs done, runs in all, what was last done).

    Returns
    -------
    Explained

    Raises
    ------
    InputError
        If the folder is no finished comparison, was made by other code, or has no such plan.

    Examples
    --------
    >>> kept = compare("grocery", ["balanced"], customers=100, weeks=4, futures=2, out="explained")
    >>> explained = explain("explained", "balanced")
    >>> bool(abs(explained.plays["worth"].sum() - explained.worths.gain) < 1)
    True
    """
    folder = Path(folder)
    found = load_comparison(folder)
    name = plan or found.ranking[0]
    check_plan(found, name, folder)
    parts = parts_of_plan(found, name, folder, jobs, on_progress)
    worths = worths_in_plan(found, name, folder, jobs, on_progress)
    assert parts is not None and worths is not None  # as has been checked
    return Explained(worths, parts)
