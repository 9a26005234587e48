"""Stored runs and manifests, to look at or to change."""

from pathlib import Path
from typing import Any

import pandas as pd

from sim.common.own_digest import SEAL, with_seal
from sim.common.results import MANIFEST
from sim.common.writing import write_json
from sim.experiment.fingerprint import identify
from sim.experiment.manifest import Key, Manifest
from sim.experiment.result_store import read_runs


def run_of(folder: Path, manifest: Manifest, key: Key) -> pd.DataFrame:
    """Return the weekly table of one run."""
    ((_, table),) = read_runs(folder, {key: manifest.runs[key]})
    return pd.DataFrame(table)


def write_sealed(folder: Path, content: Any) -> None:
    """Write a manifest; a mapping gets the digest that fits what it holds now."""
    if isinstance(content, dict):
        content = with_seal({name: value for name, value in content.items() if name != SEAL})
    write_json(folder / MANIFEST, content)


def id_of(content: dict[str, Any]) -> str:
    """Return the id of a comparison that follows from what its manifest describes."""
    return identify({name: content[name] for name in Manifest.described & content.keys()})
