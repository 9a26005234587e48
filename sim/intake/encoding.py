"""The encoding of a text file, by evidence: its first bytes, whether all bytes read, and the header."""

import codecs
import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from sim.common.errors import InputError
from sim.intake.findings import Conclusion, Phrase
from sim.intake.names import recognised

_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
#: Encodings of two bytes a character, which only a header tells apart.
_EAST = ("gb18030", "big5", "cp932", "euc_jp")
_WEST = "cp1252"
_BLOCK, _SAMPLE = 1 << 22, 1 << 18


def _open(path: Path) -> BinaryIO:
    """Open a file, unpacked if it is packed."""
    return gzip.open(path) if path.suffix.lower() == ".gz" else path.open("rb")  # type: ignore[return-value]


def _blocks(path: Path) -> Iterator[bytes]:
    with _open(path) as file:
        while block := file.read(_BLOCK):
            yield block


def sample_of(path: Path) -> bytes:
    """Return the first bytes of a file, unpacked."""
    with _open(path) as file:
        return file.read(_SAMPLE)


def reads_as(path: Path, encoding: str) -> bool:
    """Return whether every byte of a file reads in an encoding."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for block in _blocks(path):
            decoder.decode(block)
        decoder.decode(b"", True)
    except UnicodeDecodeError:
        return False
    return True


def encoding_of(path: Path, said: str | None) -> tuple[str, Conclusion]:
    """Return the encoding of a text file, and by what evidence.

    Raises
    ------
    InputError
        If it cannot be read as the client says, or may be of several encodings.
    """
    what = Phrase("encoding")
    if said is not None:
        _check(path, said)
        return said, Conclusion(what, said, Phrase("as the mapping says"))
    sample = sample_of(path)
    for mark, encoding in _MARKS.items():
        if sample.startswith(mark) and reads_as(path, encoding):
            name = encoding.removesuffix("-sig").upper()
            return encoding, Conclusion(what, name, Phrase("the mark at its start says so"))
    if b"\0" not in sample and reads_as(path, "utf-8"):
        why = Phrase("all its bytes read so")
        return "utf-8", Conclusion(what, "UTF-8", why)
    encoding, why = _of_other_bytes(path, sample)
    return encoding, Conclusion(what, encoding, why)


def _check(path: Path, said: str) -> None:
    """Refuse an encoding that there is not, or that the file does not read in."""
    try:
        fits = reads_as(path, codecs.lookup(said).name)
    except LookupError:
        expected = "the name of an encoding, as utf-8, cp1252, gb18030 or cp932"
        raise InputError("--set", "encoding", said, expected) from None
    if not fits:
        expected = "an encoding that all bytes of the file read in"
        raise InputError(path.name, "encoding", said, expected)


def _of_other_bytes(path: Path, sample: bytes) -> tuple[str, Phrase]:
    """Return the encoding of a file that is not UTF-8.

    Letters with accents stand alone between ASCII letters, where characters of two bytes stand together;
    which encoding of two bytes it is, the names of the columns tell.
    """
    together = _share_together(sample)
    if b"\0" not in sample and together < 0.5 and reads_as(path, _WEST):
        return _WEST, Phrase("letters with accents, each a byte alone among ASCII letters")
    known = {name: _known(sample, name) for name in _EAST if reads_as(path, name)}
    best = max(known.values(), default=0)
    fitting = [name for name, count in known.items() if count == best]
    if best >= 2 and len(fitting) == 1:
        return fitting[0], Phrase("{count} names of columns are known words in it", {"count": best})
    found = "bytes that are not UTF-8"
    expected = "an encoding that the bytes or the names of the columns show"
    ways = ", ".join(f"--set encoding={name}" for name in (*fitting, _WEST, "utf-16"))
    raise InputError(path.name, "encoding", found, expected, hint=f"Say which: {ways}")


def _share_together(sample: bytes) -> float:
    """Return the share of bytes beyond ASCII that stand beside another one."""
    high = [byte > 127 for byte in sample]
    beside = sum(
        h and (a or b) for a, h, b in zip([False, *high], high, [*high[1:], False], strict=False)
    )
    return beside / max(1, sum(high))


def _known(sample: bytes, encoding: str) -> int:
    """Return how many cells of the first lines are names of columns, read in an encoding."""
    lines = sample.decode(encoding, errors="replace").splitlines()[:30]
    cells = (cell.strip(' "') for line in lines for mark in ",;\t|" for cell in line.split(mark))
    return len({cell for cell in cells if recognised(cell) and not cell.isascii()})


def as_utf_8(path: Path, encoding: str, folder: Path) -> Path:
    """Return a file of the same text in UTF-8, unpacked: the file itself, or a copy in `folder`."""
    if path.suffix.lower() != ".gz" and encoding in ("utf-8", "utf-8-sig"):
        return path
    copy = folder / "text.csv"
    decoder = codecs.getincrementaldecoder(encoding)()
    with copy.open("w+b") as file:
        for block in _blocks(path):
            file.write(decoder.decode(block).encode("utf-8", "replace"))
        file.write(decoder.decode(b"", True).encode("utf-8", "replace"))
    return copy
