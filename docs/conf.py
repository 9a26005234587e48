"""How Sphinx builds the site: sources stay where they are, and nothing is fetched or run.

The root of the checkout is the source folder, so that links between pages are the links that people
follow in the checkout. Clients' files, results and code are left out.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "docs")]

from search_words import EnglishAndChinese  # noqa: E402

from sim.common.version import __version__  # noqa: E402

project = "Loyalty workbench"
author = "the loyalty workbench authors"
version = release = __version__

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
root_doc = "docs/index"
include_patterns = [
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "docs/**.md",
    "playbook/**.md",
    "data/*.md",
    "notebooks/*.ipynb",
    "reports/README.md",
]
exclude_patterns = [
    ".venv",
    ".git",
    ".*_cache",
    "clients",
    "clients-keys",
    "data/results",
    "data/reproduced",
    "reports/*/*",
    "sim",
    "site",
    "tests",
]

nb_execution_mode = "off"  # notebooks are shown as they ran
nb_ipywidgets_js: dict[str, dict[str, str]] = {}  # these would come from the network
myst_heading_anchors = 4
myst_all_links_external = False
napoleon_google_docstring = False
napoleon_use_ivar = True  # what a class's docstring lists is described once
autodoc_typehints = "none"  # the docstrings say types in words
autodoc_member_order = "bysource"

html_theme = "alabaster"
html_theme_options = {
    "description": "Which loyalty strategy, for which customers, when, and how sure",
    "fixed_sidebar": True,
    "page_width": "96%",
    "sidebar_width": "250px",
    "show_powered_by": False,
    "font_family": "system-ui, 'Segoe UI', 'Noto Sans', 'Noto Sans CJK SC', sans-serif",
    "head_font_family": "system-ui, 'Segoe UI', 'Noto Sans', 'Noto Sans CJK SC', sans-serif",
}
html_sidebars = {"**": ["about.html", "searchfield.html", "navigation.html"]}
html_static_path = ["site.css"]
html_css_files = ["site.css"]
html_show_search_summary = False  # a page opened from a file may not read other files
html_search_scorer = str(ROOT / "docs" / "scorer.js")
html_extra_path = ["index.html"]  # leads from the folder of the site to its front page
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False
html_title = f"Loyalty workbench {version}"


#: A page into which something is put: for others the model, which takes seconds, is not loaded.
_WITH_PARTS = re.compile(r"<!-- site: |\bE\d{2,3}\b")


def _api() -> str:
    """Write the page of the Python interface."""
    import sim
    from sim.workbench.site.api_page import api_sections

    return api_sections({name: getattr(sim, name) for name in sim.__all__})


def _reference() -> str:
    """Write the page of the reference simulations."""
    from sim.workbench.reference import read_references
    from sim.workbench.site.reference_page import reference_tables

    return reference_tables(read_references())


def _complete(_app, page: str, source: list[str]) -> None:
    """Put into a page what is made when the site is built; notebooks stay as they ran."""
    if (ROOT / f"{page}.md").exists() and _WITH_PARTS.search(source[0]):
        from sim.workbench.site.pages import completed

        source[0] = completed(page, source[0], {"api": _api, "reference": _reference})


def setup(app) -> None:
    """Tell Sphinx whom to ask when it reads a page, and how words are told apart."""
    app.add_search_language(EnglishAndChinese)
    app.connect("source-read", _complete)
