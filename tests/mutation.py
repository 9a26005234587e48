"""Plant deliberate faults one at a time and say which test notices each: `make faults`.

Usage: python -m tests.mutation [WORD]   (only faults whose description or module holds WORD)

Faults are planted in copies of the checkout. Exit code 1 if one survives or no longer fits the code.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from queue import SimpleQueue

from tests.faults import FAULTS, Fault

ROOT = Path(__file__).resolve().parent.parent
#: Copies, and so faults, at a time.
WORKERS = 2
SURVIVED = "SURVIVED"


def copy_checkout(folder: Path) -> Path:
    """Copy what tests need: all but environments and results.

    Compiled code comes along: Python and numba make it anew of each file that is changed.
    """
    left_out = shutil.ignore_patterns(".*", "results", "reports", "*.egg-info")
    shutil.copytree(ROOT, folder, ignore=left_out, symlinks=True)
    return folder


def run_tests(folder: Path, names: str) -> str:
    """Run test files until one test fails; give its name, or nothing when all pass."""
    tests = folder / "tests"
    files = [str(tests / f"test_{name}.py") for name in names.split()]
    for name in names.split():  # a file that grew has parts: test_NAME_PART.py
        files += map(str, sorted(tests.glob(f"test_{name}_*.py")))
    files = [file for file in dict.fromkeys(files) if Path(file).exists()]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *files],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode == 0:
        return ""
    named = re.search(r"^(?:FAILED|ERROR) (?:tests/)?(\S+)", done.stdout, re.MULTILINE)
    if not named:
        raise SystemExit(f"The tests {names} could not be run:\n{done.stdout}{done.stderr}")
    return named[1]


@cache
def _modules() -> dict[Path, str]:
    """Return the text of each module, by its path in the checkout."""
    files = sorted((ROOT / "sim").rglob("*.py"))
    return {path.relative_to(ROOT): path.read_text(encoding="utf-8") for path in files}


def places(fault: Fault) -> list[Path]:
    """Return the modules that the fault can be planted in: one, if it fits the code."""
    holds = [path for path, text in _modules().items() if fault.old in text]
    named = [
        p for p in holds if f".{'.'.join(p.with_suffix('').parts)}".endswith(f".{fault.module}")
    ]
    return named or holds


def misfits(faults: Sequence[Fault]) -> list[str]:
    """Return which faults no longer fit the code: their text must stand once in one module."""
    said = []
    for fault in faults:
        found = places(fault)
        count = sum(_modules()[path].count(fault.old) for path in found)
        if count != 1:
            where = ", ".join(map(str, found)) or "nowhere"
            said.append(f"{fault.module}: {fault.what}: {count} times ({where}): {fault.old!r}")
    return said


def plant(fault: Fault, folder: Path) -> str:
    """Plant a fault in a copy, run its tests, and put the file right again; give what noticed."""
    path = folder / places(fault)[0]
    right = path.read_text(encoding="utf-8")
    path.write_text(right.replace(fault.old, fault.new), encoding="utf-8")
    try:
        return run_tests(folder, fault.tests) or SURVIVED
    finally:
        path.write_text(right, encoding="utf-8")


def main() -> None:
    """Plant all faults, or those that hold a word, and print what noticed each."""
    word = " ".join(sys.argv[1:])
    faults = [fault for fault in FAULTS if word in fault.what or word in fault.module]
    if not faults:
        raise SystemExit(f"No fault holds {word!r}.")
    if wrong := misfits(faults):
        raise SystemExit("tests/faults/ no longer fits the code:\n" + "\n".join(wrong))
    with tempfile.TemporaryDirectory() as place, ThreadPoolExecutor(WORKERS) as pool:
        copies: SimpleQueue[Path] = SimpleQueue()
        for i in range(WORKERS):
            copies.put(copy_checkout(Path(place) / f"copy{i}"))
        names = " ".join(sorted({name for fault in faults for name in fault.tests.split()}))
        if failed := run_tests(Path(place) / "copy0", names):
            raise SystemExit(f"Without any fault {failed} fails already.")

        def judge(fault: Fault) -> str:
            folder = copies.get()
            try:
                return plant(fault, folder)
            finally:
                copies.put(folder)

        survived = 0
        for fault, noticed in zip(faults, pool.map(judge, faults), strict=True):
            survived += noticed == SURVIVED
            print(f"| {fault.what} | {fault.module} | {noticed} |", flush=True)
    print(f"\n{len(faults) - survived} of {len(faults)} faults noticed.")
    sys.exit(survived > 0)


if __name__ == "__main__":
    main()
