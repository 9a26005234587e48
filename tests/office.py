"""Open slides and workbook with LibreOffice, a second program: each becomes a PDF of enough pages.

Run by `make test-documents`. A program that cannot read a file writes no PDF, or one with fewer pages
than there are slides or sheets. Where LibreOffice is not installed nothing was opened, and this says
so and fails.
"""

import subprocess
import sys
import tempfile
from pathlib import Path
from shutil import which

from pypdf import PdfReader

from sim.report.comparison.content import build_content
from sim.report.documents.brand import Brand
from sim.report.documents.formats import file_in, make_document
from sim.report.documents.sheets import build_sheets
from sim.report.documents.slides import build_slides
from sim.report.phrases import in_language, languages
from tests.synthetic import synthetic_comparison

PROGRAMS = ("soffice", "libreoffice")
#: Seconds that a file may take.
_PATIENCE = 300


def main() -> int:
    """Return 0 if every file was opened whole, else 1 with what was not."""
    program = next(filter(None, map(which, PROGRAMS)), None)
    if program is None:
        print(
            f"No document was opened: LibreOffice is not installed ({' or '.join(PROGRAMS)} is not "
            "on the path). Install it, for instance with `apt-get install libreoffice`, and run "
            "`make test-documents` again.",
            file=sys.stderr,
        )
        return 1
    faults = []
    with tempfile.TemporaryDirectory() as place:
        for file, least in _written(Path(place)):
            pages = pages_of(program, file)
            print(f"{file.name}: {pages} pages, at least {least} wanted")
            if pages < least:
                faults.append(file.name)
    for name in faults:
        print(f"{name}: not opened whole", file=sys.stderr)
    return int(bool(faults))


def pages_of(program: str, file: Path) -> int:
    """Return the pages of a file as the program prints it, 0 if it cannot."""
    profile = (file.parent / "profile").as_uri()
    command = [program, "--headless", f"-env:UserInstallation={profile}", "--convert-to", "pdf"]
    subprocess.run(
        [*command, "--outdir", str(file.parent), str(file)],
        check=False,
        timeout=_PATIENCE,
        capture_output=True,
    )
    made = file.with_suffix(".pdf")
    if not made.exists():
        return 0
    pages = len(PdfReader(made).pages)
    made.unlink()
    return pages


def _written(place: Path) -> list[tuple[Path, int]]:
    """Write slides and workbook in each language; return them with the pages each has at least."""
    comparison, made = synthetic_comparison("winner"), []
    for language in languages():
        with in_language(language):
            content = build_content(comparison)
            sheets = build_sheets(comparison, content)
            slides = build_slides(comparison, content, sheets)
            # a cover before the slides, a sheet to calculate in beside the others
            for name, least in (("pptx", len(slides) + 1), ("xlsx", len(sheets) + 1)):
                file = place / file_in(f"report.{name}", language)
                file.write_bytes(make_document(name, comparison, content, Brand()))
                made.append((file, least))
    return made


if __name__ == "__main__":
    sys.exit(main())
