"""Stored runs and manifests, to look at or to change."""

from pathlib import Path
from typing import Any

import pandas as pd

from sim.common.results import MANIFEST
from sim.common.writing import write_json
from sim.experiment.manifest import SEAL, Key, Manifest, seal_of
from sim.experiment.result_store import read_runs


def run_of(folder: Path, manifest: Manifest, key: Key) -> pd.DataFrame:
    """Return the weekly table of one run."""
    ((_, table),) = read_runs(folder, {key: manifest.runs[key]})
    return pd.DataFrame(table)


def write_sealed(folder: Path, content: Any) -> None:
    """Write a manifest; a mapping gets the digest that fits what it holds now."""
    if isinstance(content, dict):
        rest = {name: value for name, value in content.items() if name != SEAL}
        content = rest | {SEAL: seal_of(rest)}
    write_json(folder / MANIFEST, content)
