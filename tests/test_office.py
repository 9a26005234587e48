"""The check with LibreOffice fails where nothing was opened, and where a file was not opened whole."""

import office
import pytest

#: A program that writes a PDF of as many pages as it is told, or none.
STAND_IN = """#!{python}
import sys
from pathlib import Path
from pypdf import PdfWriter
file, pages = Path(sys.argv[-1]), {pages}
if pages:
    book = PdfWriter()
    for _ in range(pages):
        book.add_blank_page(100, 100)
    book.write(file.with_suffix(".pdf"))
"""


def test_where_libreoffice_is_absent_that_is_said_and_fails(monkeypatch, capsys):
    monkeypatch.setattr(office, "which", lambda _name: None)
    assert office.main() == 1
    assert "LibreOffice is not installed" in capsys.readouterr().err


@pytest.mark.parametrize(("pages", "code"), [(100, 0), (2, 1), (0, 1)])
def test_a_file_that_is_not_opened_whole_is_a_fault(tmp_path, monkeypatch, capsys, pages, code):
    program = tmp_path / "soffice"
    program.write_text(STAND_IN.format(python=office.sys.executable, pages=pages))
    program.chmod(0o755)
    file = tmp_path / "report.pptx"
    file.write_bytes(b"")
    monkeypatch.setattr(office, "which", lambda _name: str(program))
    monkeypatch.setattr(office, "_written", lambda _place: [(file, 12)])
    assert office.main() == code
    assert ("not opened whole" in capsys.readouterr().err) == bool(code)
