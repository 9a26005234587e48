"""What of a report's inputs is another one on disk now than when the report was made."""

import shlex
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from sim.common.errors import InputError
from sim.common.paths import client_folder, root, shown
from sim.common.reading import read_yaml
from sim.evidence.own import PARAMETERS, evidence_folder
from sim.evidence.parameters import FILE
from sim.experiment.designs import designs_of
from sim.experiment.fingerprint import history_digest, parameters_of
from sim.experiment.manifest import Manifest
from sim.experiment.reproduce.differences import Difference, Kind, decides, leaves
from sim.market.learned import FILE as LEARNED
from sim.market.market import Market, load_market
from sim.market.places import case_market_paths, path_of
from sim.playbook.strategy_places import called, is_path, known_strategies, strategy_path


def made_in_code(manifest: Manifest) -> bool:
    """Return whether a program made the comparison, so that no file on disk holds its inputs."""
    return not manifest.command.startswith("loyalty ")


def inputs_changed(manifest: Manifest) -> list[Difference]:
    """Return which inputs on disk are others than those that a comparison was made from.

    Parameters
    ----------
    manifest : Manifest

    Returns
    -------
    list of Difference
        Market, histories, strategies and parameters, in this order. Of a comparison that a program made
        only the histories: it keeps all else itself.

    Raises
    ------
    InputError
        If an input is gone, or is wrong by itself.
    """
    if made_in_code(manifest):
        return list(_history(manifest, manifest.market))
    market = load_market(manifest.market.name)
    if "--budget" in shlex.split(manifest.command):  # the command states it, not the market's file
        market = market.with_any_values(budget_share=manifest.market["budget_share"])
    return [
        *_market(manifest, market),
        *_history(manifest, market),
        *_strategies(manifest),
        *_parameters(manifest, market),
    ]


def _market(manifest: Manifest, market: Market) -> Iterator[Difference]:
    file, client = _file_of(market.name), client_folder(market.name)
    then, now = (one.model_dump(mode="json") for one in (manifest.market, market))
    for path, *values in leaves(then, now):
        learned = path.partition(".")[0] == "learned" and client is not None
        where = shown(client / LEARNED) if learned and client else file
        yield _difference("market", where, path, values)


def _file_of(market: str) -> str:
    of_case = {path.stem: path for path in case_market_paths()}
    return shown(of_case.get(market, path_of(market)))


def _history(manifest: Manifest, market: Market) -> Iterator[Difference]:
    digests = [manifest.history, history_digest(market)]
    if digests[0] != digests[1]:
        yield _difference("history", shown(market.history_path), "digest of the file", digests)


def _strategies(manifest: Manifest) -> Iterator[Difference]:
    """Yield in what strategies differ, with their presets as the pages of the levers have them."""
    market, known = manifest.market.name, known_strategies(manifest.market.name)
    files = _files_named(manifest.command)
    there = {name for name in manifest.chosen if name in known} - {*files}
    there |= {name for name, path in files.items() if strategy_path(path).is_file()}
    asked = [files.get(name, name) for name in manifest.chosen if name in there]
    designs = designs_of(market, asked, manifest.weeks) if asked else []
    now = {design.name: design for design in designs}
    for name, strategy in manifest.chosen.items():
        path = strategy_path(files.get(name, name), market)
        if name not in now:
            yield Difference("strategy", shown(path), "file", name, None)
            continue
        then, present = (one.model_dump(mode="json") for one in (strategy, now[name]))
        for field, *values in leaves(then, present):
            yield _difference("strategy", _where_said(path, field), field, values)


def _files_named(command: str) -> dict[str, str]:
    """Return the paths that a command gives for names of strategies, by what these are called."""
    words = shlex.split(command)
    said = [after for word, after in pairwise(words) if word == "--strategies"]
    return {called(one): one for part in said for one in part.split(",") if is_path(one)}


def _where_said(path: Path, field: str) -> str:
    """Return the file that says a field of a strategy: its own, or the page with a play's preset."""
    steps = field.split(".")
    try:
        written = read_yaml(path)["plays"][int(steps[1])] if steps[0] == "plays" else {}
        own = written.get("settings", {}) if steps[2:3] == ["settings"] else written
        if written.get("preset") is None or steps[-1] in own:
            return shown(path)
        return shown(root() / "playbook" / "levers" / f"{written['lever']}.md")
    except (InputError, KeyError, IndexError, TypeError, ValueError, AttributeError):
        return shown(path)


def _parameters(manifest: Manifest, market: Market) -> Iterator[Difference]:
    own = evidence_folder(market.name)
    file = shown(own / PARAMETERS) if own else FILE
    used = {play.lever for one in manifest.chosen.values() for play in one.plays}
    then, now = (
        {row.key: row.model_dump(mode="json") for row in rows}
        for rows in (manifest.parameters, parameters_of(used, market))
    )
    for path, *values in leaves(then, now):
        yield _difference("parameter", file, path, values)


def _difference(kind: Kind, file: str, field: str, values: Iterable[Any]) -> Difference:
    then, now = values
    return Difference(kind, file, field, then, now, decides(field))
