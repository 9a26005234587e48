"""A copy of the checkout in which recipes of CONTRIBUTING are followed."""

import fnmatch
import re
from hashlib import sha256
from pathlib import Path

from tests.fresh import run_python
from tests.mutation import ROOT, copy_checkout

CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
#: What `loyalty check --fix` may write: read-me files, pages, and the table of parameters.
GENERATED = ("data/README.md", "data/parameters.csv", "playbook/*.md", "playbook/*/*.md")


def _row(what: str) -> list[str]:
    """Return the files and folders that the row of a change names."""
    (row,) = re.findall(rf"^\| {re.escape(what)}[^|]* \|(.*)\|$", CONTRIBUTING, re.MULTILINE)
    named = [re.sub(r"<\w+>", "*", each) for each in re.findall(r"`([^`]+)`", row)]
    return [f"{each}*" if each.endswith("/") else each for each in named] + [
        "sim/levers/__init__.py"
    ]


class Copy:
    """A copy of the checkout in which recipes are followed, one after the other."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.allowed = copy_checkout(folder / "copy"), list[str]()

    def follow(self, change: str) -> None:
        """Begin with the recipe of a change: what follows may write to what its row names alone."""
        self.allowed = _row(change)

    def edit(self, file: str, old: str, new: str) -> None:
        """Replace text that stands once in a file that the recipe names."""
        text = (self.folder / file).read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{file}: {old!r} stands {text.count(old)} times"
        self.write(file, text.replace(old, new))

    def write(self, file: str, text: str) -> None:
        """Write a file that the recipe names."""
        assert any(fnmatch.fnmatch(file, each) for each in self.allowed), (file, self.allowed)
        (self.folder / file).write_text(text, encoding="utf-8")

    def python(self, *arguments: str) -> str:
        """Run Python in the copy and return what it printed."""
        done = run_python(self.folder, *arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def loyalty(self, *words: str) -> str:
        """Run the command in the copy and return what it printed."""
        return self.python("-m", "sim.cli.main", *words)

    def finish(self) -> str:
        """Renew what is generated: nothing is wrong then, and nothing else was written."""
        before = self._state()
        said = self.loyalty("check", "--fix")
        after = self._state()
        changed = [file for file in after if after[file] != before.get(file)]
        strange = [f for f in changed if not any(fnmatch.fnmatch(f, each) for each in GENERATED)]
        assert strange == []
        return said

    def _state(self) -> dict[str, str]:
        parts = [self.folder / part for part in ("data", "playbook", "sim")]
        files = [path for part in parts for path in part.rglob("*")]
        return {
            path.relative_to(self.folder).as_posix(): sha256(path.read_bytes()).hexdigest()
            for path in files
            if path.is_file()
        }

    def text(self, file: str) -> str:
        """Return what stands in a file of the copy."""
        return (self.folder / file).read_text(encoding="utf-8")
