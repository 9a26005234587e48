"""Whether the leading strategy of a comparison was believed, as it is kept beside its runs."""

from dataclasses import replace
from pathlib import Path

from sim.analysis.verdict import Verdict
from sim.common.errors import InputError
from sim.common.own_digest import read_sealed, with_seal
from sim.common.writing import write_json
from sim.experiment.manifest import Manifest
from sim.experiment.result_store import JUDGED

_MOST_BYTES = 1_000_000


def keep_judgement(folder: Path, manifest: Manifest, verdict: Verdict) -> None:
    """Keep the verdict on a comparison whose leading strategy was judged, if it is not kept already."""
    content = {
        "summary": manifest.summary,
        "verdict": verdict.kind,
        "doubtful": [*verdict.doubtful],
    }
    if _kept_in(folder) != content:
        write_json(folder / JUDGED, with_seal(content))


def as_judged(folder: Path, manifest: Manifest, verdict: Verdict) -> Verdict | None:
    """Return the verdict of a comparison's runs as it was judged; None if these were not judged."""
    match _kept_in(folder):
        case {"summary": manifest.summary, "verdict": str(kind), "doubtful": list(plays)}:
            return replace(verdict, kind=kind, doubtful=tuple(map(str, plays)))
    return None


def _kept_in(folder: Path) -> object:
    """Return what is kept, None if nothing that is as it was written."""
    try:
        return read_sealed(folder / JUDGED, _MOST_BYTES)
    except InputError:
        return None
