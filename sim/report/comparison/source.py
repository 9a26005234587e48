"""Where a notebook gets its comparison from: a finished folder, or a small one made on the spot."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from sim.analysis.comparison import Comparison
from sim.analysis.load_comparison import load_comparison


@contextmanager
def without_widgets() -> Iterator[None]:
    """Keep quiet what Mesa says on being loaded in a notebook: its progress bar asks for widgets."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="IProgress not found")
        yield


def comparison_for(
    results_dir: str,
    market: str,
    strategies: list[str],
    customers: int,
    weeks: int,
    replications: int,
    seed: int,
) -> Comparison:
    """Return the comparison that a notebook reports.

    Parameters
    ----------
    results_dir : str
        Folder of a finished comparison; the other arguments do not matter then. Empty: run a
        comparison here and now, in this process, and keep no files.
    market : str
        Name of a market.
    strategies : list of str
        Names of strategies.
    customers, weeks, replications, seed : int
        As in `sim.experiment.compare.compare`.

    Returns
    -------
    Comparison

    Raises
    ------
    InputError
        If the folder is no finished comparison, or an argument is wrong.
    """
    if results_dir:
        return load_comparison(Path(results_dir))
    command = (
        f"loyalty compare --market {market} --strategies {','.join(strategies)} --customers "
        f"{customers} --weeks {weeks} --replications {replications} --seed {seed}"
    )
    with without_widgets():
        from sim.experiment.compare import compare
    with TemporaryDirectory() as folder:
        compare(
            market,
            strategies,
            customers,
            weeks,
            replications,
            seed,
            Path(folder) / "comparison",
            jobs=1,
            command=command,
        )
        return load_comparison(Path(folder) / "comparison")
