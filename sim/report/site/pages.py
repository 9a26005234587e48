"""What is put into a page of the site when it is built; the page itself stays as it is written."""

from collections.abc import Callable, Mapping
from typing import Any

from sim.report.site.api_page import api_sections
from sim.report.site.evidence_links import with_links
from sim.report.site.evidence_page import evidence_sections
from sim.report.site.lever_page import with_figure
from sim.report.site.reference_page import reference_tables

_LEVERS = "playbook/levers/"


def completed(
    page: str, text: str, read_references: Callable[[], Mapping[str, Mapping[str, Any]]]
) -> str:
    """Return the text of a page as the site shows it.

    Parameters
    ----------
    page : str
        Path of the page in the checkout, without its ending: ``playbook/levers/incentives``.
    text : str
        What is written there, as Markdown.
    read_references : callable
        Returns the reference simulations by version.

    Returns
    -------
    str
        With its generated parts, if it has a place for them, and a link at each id of a finding.
    """
    makers = {
        "<!-- site: evidence -->": evidence_sections,
        "<!-- site: api -->": api_sections,
        "<!-- site: reference -->": lambda: reference_tables(read_references()),
    }
    for place, make in makers.items():
        if place in text:
            return text.replace(place, make())
    if page.startswith(_LEVERS):
        text = with_figure(page.removeprefix(_LEVERS), text)
    return with_links(text)
