"""What computes now, beside what computed a report."""

from collections.abc import Iterator

from sim.common.version import __version__
from sim.experiment.fingerprint import code_digest, libraries, machine
from sim.experiment.manifest import Manifest
from sim.experiment.reproduce.differences import Difference

#: What code is said to be of that takes part in every run.
ALL_RUNS = "all runs"


def versions_changed(manifest: Manifest) -> list[Difference]:
    """Return in what workbench, code, libraries and machine differ from those that a manifest names.

    Of code a digest is known, for doing nothing and for each strategy; what a manifest of an earlier
    workbench does not name is left out.
    """
    return [*_code(manifest), *_others(manifest)]


def _code(manifest: Manifest) -> Iterator[Difference]:
    if manifest.workbench != __version__:
        yield Difference("workbench", "", "version", manifest.workbench, __version__)
    market = manifest.market
    base = code_digest([], market=market)
    if manifest.baseline_code != base:
        yield Difference("code", "", ALL_RUNS, manifest.baseline_code, base)
        return  # that of doing nothing is in that of all strategies
    for name, one in manifest.strategies.items():
        now = code_digest({play.lever for play in one.sized.plays}, market=market)
        if one.code != now:
            yield Difference("code", "", name, one.code, now)


def _others(manifest: Manifest) -> Iterator[Difference]:
    for name, now in libraries().items():
        if (then := manifest.libraries.get(name)) != now:
            yield Difference("library", "", name, then, now)
    for name, now in machine().items():
        if (then := manifest.machine.get(name, now)) != now:
            yield Difference("machine", "", name, then, now)
