"""Hold the model against what is known of markets."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from sim.checks.validation import validate as validation
from sim.common.errors import InputError
from sim.experiment.compare import BOUNDS
from sim.report.validation.sections import sections_of
from sim.workbench.frame import Frame, ShownSection
from sim.workbench.given import checked


@dataclass(frozen=True, repr=False)
class Validation:
    """Stylised facts, each with its band, what the model shows, and the verdict.

    Attributes
    ----------
    facts : Frame
        One row per statistic: its band, the simulated value with its interval, ``verdict``.
    bias : Frame
        What records seem to show of a lever, and what an experiment says.
    sections : dict of str to ShownSection
        By the name of a fact (``S14``), and ``all`` and ``bias``: what shows itself in a notebook.

    Examples
    --------
    >>> facts = validate("grocery", facts=["S10"], customers=200, replications=2)
    >>> facts["S10"].key
    'S10'
    """

    facts: Frame
    bias: Frame
    sections: dict[str, ShownSection]

    def __getitem__(self, name: str) -> ShownSection:
        """Return the section of one fact."""
        return self.sections[name]

    def __repr__(self) -> str:
        return self.sections["all"].heading

    def _ipython_display_(self) -> None:
        self.sections["all"]._ipython_display_()


@checked(customers=(1, BOUNDS["customers"][1]))
def validate(
    market: str = "grocery",
    *,
    facts: Iterable[str] | None = None,
    customers: int = 1_000,
    replications: int = 5,
    more: int = 1,
    seed: int = 1,
    out: Path | str | None = None,
    jobs: int = 1,
    on_progress: Callable[[int, int, str], None] | None = None,
    command: str = "",
) -> Validation:
    """Hold the model, at central parameters, against what is known of every market.

    Parameters
    ----------
    market : str
        Name of a market.
    facts : iterable of str, optional
        Names of facts; all by default.
    customers, replications : int
        Customers in the simulation; lives of each simulated market.
    more : int
        Where a verdict is undecided, the fact is tested again in so many times as many worlds.
    seed : int
        The same seed gives the same numbers.
    out : Path or str, optional
        Folder for the tables; without it no file is kept.
    jobs : int
        Facts at a time; 0 takes all cores.
    on_progress : callable, optional
        Called with (facts done, facts in all, what was last done).
    command : str
        What continues the validation, for its manifest.

    Returns
    -------
    Validation

    Raises
    ------
    InputError
        If an argument is wrong, or the folder holds something else.

    Examples
    --------
    >>> validate("grocery", facts=["S10"], customers=200, replications=2).facts["id"].iloc[0]
    'S10'
    """
    names = list(facts) if facts is not None else None
    with TemporaryDirectory() as temporary:
        folder = Path(temporary) / "facts" if out is None else Path(out)
        validation.validate(
            market, folder, names, customers, replications, seed, jobs, on_progress, command, more
        )
        return read_validation(folder)


@checked()
def read_validation(folder: Path | str) -> Validation:
    """Read a validation that `validate` or `loyalty validate` wrote.

    Parameters
    ----------
    folder : Path or str

    Returns
    -------
    Validation

    Raises
    ------
    InputError
        If it is none.

    Examples
    --------
    >>> _ = validate("grocery", facts=["S10"], customers=200, replications=2, out="facts")
    >>> list(read_validation("facts").sections)
    ['all', 'S10']
    """
    folder = Path(folder)
    if not (folder / validation.TABLE).is_file():
        raise InputError(
            str(folder),
            "validation",
            "no such folder" if not folder.is_dir() else f"no {validation.TABLE}",
            f"a folder with {validation.TABLE}",
            hint="Make one with `loyalty validate --out DIR`.",
        )
    found = validation.read_facts(folder)
    table, bias = validation.table_of(found), validation.bias_table(found)
    sections = {name: ShownSection.of(part) for name, part in sections_of(table, bias).items()}
    return Validation(Frame(table), Frame(bias), sections)
