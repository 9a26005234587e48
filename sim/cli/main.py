"""The command line: ``loyalty check``, ``compare``, ``report`` and what belongs to them.

Libraries are imported inside the commands, never at the top: pandas, mesa and statsmodels take
seconds, and `loyalty compare --help` should take none.
"""

import warnings

from sim.cli import (  # noqa: F401 - they register themselves
    assumed,
    calibration,
    doubts,
    effects,
    forecast,
    inputs,
    insight,
    intake,
    learn,
    one_run,
    optimise,
    portfolio,
    privacy,
    quality,
    reproduce,
    runs,
    score,
    validation,
)
from sim.cli.app import app


def main() -> None:
    """Run the command line."""
    # joblib replaces a worker that has grown, and its runs go on in the new one: nothing to act on
    warnings.filterwarnings("ignore", "A worker stopped", UserWarning)
    app()


if __name__ == "__main__":
    main()
