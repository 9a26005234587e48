"""Clients whose market is that of the built-in grocer, under names of their own."""

import shutil
from pathlib import Path

from sim.common.paths import root


def make_client(clients: Path, name: str) -> str:
    """Make a client with the grocer's market and histories, and return its name."""
    home, source = clients / name, root() / "data" / "markets"
    home.mkdir(parents=True)
    text = (source / "grocery.yaml").read_text(encoding="utf-8")
    named = text.replace("name: grocery\n", f"name: {name}\n", 1)
    (home / f"{name}.yaml").write_text(named, encoding="utf-8")
    for path in source.glob("grocery.*csv"):
        shutil.copy(path, home / path.name.replace("grocery", name))
    return name
