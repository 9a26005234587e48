"""Manifests that somebody changed and gave a digest that fits, so that what lies behind it is tested."""

from pathlib import Path
from typing import Any

from sim.common.writing import write_json
from sim.experiment.manifest import MANIFEST, SEAL, seal_of


def write_sealed(folder: Path, content: Any) -> None:
    """Write a manifest; a mapping gets the digest of what it holds now."""
    if isinstance(content, dict):
        rest = {name: value for name, value in content.items() if name != SEAL}
        content = rest | {SEAL: seal_of(rest)}
    write_json(folder / MANIFEST, content)
