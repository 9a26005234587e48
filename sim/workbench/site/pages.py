"""What is put into a page of the site when it is built; the page itself stays as it is written."""

from collections.abc import Callable, Mapping

from sim.common.formatting import MINUS
from sim.workbench.site.evidence_links import with_links
from sim.workbench.site.evidence_page import evidence_sections
from sim.workbench.site.lever_page import with_figure

_LEVERS = "playbook/levers/"
#: Keeps a minus and its amount on one line.
_JOINER = "\u2060"


def completed(page: str, text: str, makers: Mapping[str, Callable[[], str]]) -> str:
    """Return the text of a page as the site shows it.

    Parameters
    ----------
    page : str
        Path of the page in the checkout, without its ending: ``playbook/levers/incentives``.
    text : str
        What is written there, as Markdown.
    makers : mapping of str to callable
        What makes the text for ``<!-- site: NAME -->``, by name, beside those made here.

    Returns
    -------
    str
        With its generated parts, if it has a place for them, and a link at each id of a finding.
    """
    for name, make in {"evidence": evidence_sections, **makers}.items():
        place = f"<!-- site: {name} -->"
        if place in text:
            return text.replace(place, make())
    if page.startswith(_LEVERS):
        text = with_figure(page.removeprefix(_LEVERS), text)
    return with_links(text.replace(f"{MINUS}$", f"{MINUS}{_JOINER}$"))
