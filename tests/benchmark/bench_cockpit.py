"""How long the cockpit takes from a key press to the new gain, in a browser.

`python -m tests.benchmark.bench_cockpit --pictures FOLDER` measures it by itself, and takes pictures.
"""

import argparse
import tempfile
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, sleep

import numpy as np

from tests.driven_browser import PROGRAM, Page, opened
from tests.served_cockpit import GAIN, served

#: How often the share of the people served is moved down, by a twentieth each.
MOVES = 10
#: Seconds that a page or a new gain may take before something is wrong.
_PATIENCE = 180
_FUTURES = "+document.querySelector('.lw-gain')?.dataset.futures"
_SHOWN = "(document.querySelector('.lw-gain')?.innerText ?? '')"


@dataclass(frozen=True)
class Moved:
    """What moves in the cockpit took.

    Attributes
    ----------
    opening : float
        Seconds from the address to the first gain.
    moves : tuple of float
        From each key press to another gain, of few futures.
    futures : int
        In which the first gain after a move was seen.
    """

    opening: float
    moves: tuple[float, ...]
    futures: int


def time_moves(moves: int = MOVES, pictures: Path | None = None) -> Moved | None:
    """Return what moves take in a page of its own, or None where there is no browser.

    Parameters
    ----------
    moves : int
    pictures : Path, optional
        A folder for a picture of the page as it opens, and after the last move, when all futures are in.
    """
    if PROGRAM is None:
        return None
    with tempfile.TemporaryDirectory() as folder, served(Path(folder) / "log") as at:
        before = perf_counter()
        with opened(at.address, Path(folder) / "browser") as page:
            page.until(GAIN, _PATIENCE)
            opening = perf_counter() - before
            _picture(page, pictures, "opened")
            page.tab_to("Share of them")
            took, futures = [], 0
            for _ in range(moves):
                seconds, futures = _move(page)
                took.append(seconds)
            _settled(page)
            _picture(page, pictures, "moved")
    return Moved(opening, tuple(took), futures)


def _move(page: Page) -> tuple[float, int]:
    """Press a key, and return the seconds to another gain and in how many futures it was seen."""
    shown = _settled(page)
    before = perf_counter()
    page.key("ArrowLeft", 37)
    page.until(f"{_SHOWN} !== {shown!r} && {GAIN}", _PATIENCE)
    return perf_counter() - before, int(page.value(_FUTURES))


def _settled(page: Page, quiet: float = 2.0) -> str:
    """Wait until a gain has not changed for some seconds, and return it: a person reads, then moves."""
    shown, since, end = page.value(_SHOWN), perf_counter(), perf_counter() + _PATIENCE
    while perf_counter() - since < quiet or not shown:
        assert perf_counter() < end, page.value("document.body.innerText")
        sleep(0.05)
        now = page.value(_SHOWN)
        if now != shown:
            shown, since = now, perf_counter()
    return str(shown)


def _picture(page: Page, folder: Path | None, name: str) -> None:
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        page.picture(folder / f"{name}.png")


def cockpit_lines(moved: Moved | None) -> list[str]:
    """Return the table of what moves took."""
    if moved is None:
        return ["Not measured: there is no Chromium on this machine."]
    took = np.array(moved.moves)
    return [
        f"`make cockpit`, grocery, in Chromium: {took.size} moves of one control by the keyboard, each "
        "when the numbers have come to rest.",
        "",
        "| from | to | seconds |",
        "|---|---|--:|",
        f"| the address | the first gain | {moved.opening:.1f} |",
        f"| a key press | another gain, of {moved.futures} futures: median | {np.median(took):.2f} |",
        f"| | the longest | {took.max():.2f} |",
    ]


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pictures", type=Path, help="folder for pictures of the page")
    print("\n".join(cockpit_lines(time_moves(pictures=parser.parse_args().pictures))))


if __name__ == "__main__":
    main()
