"""What only leads to a report that is to be made again is answered with the folder to give.

Serves: L4.3
"""

import pytest
from typer.testing import CliRunner

from sim.cli import main


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_only_leads_to_reports_is_answered_with_the_folders_to_give(tmp_path, language):
    """A portfolio's folder holds a report for each market; a page lies in the folder of its report."""
    folder = tmp_path / "brands"
    for name in ("shop", "laden"):
        (folder / name).mkdir(parents=True)
        (folder / name / "manifest.json").write_text("{}")
    page = folder / "shop" / "report.html"
    page.write_text("<html></html>")
    for given, named in ((folder, ["laden", "shop"]), (page, ["shop"])):
        done = CliRunner().invoke(main.app, ["reproduce", str(given), "--lang", language])
        assert done.exit_code == 2, done.output
        said = "".join(done.output.split())
        assert ", ".join(str(folder / name) for name in named).replace(" ", "") in said
        assert ("Givethefolderitself" in said) == (language == "en")
