"""From a number to its evidence: each id of a finding becomes a link to the finding's own section."""

import re

from sim.evidence.findings import load_evidence

PAGE = "/docs/evidence.md"
#: What is left as it is: blocks of code, code, links and images, headings, HTML; then the ids.
_PARTS = re.compile(
    r"(?P<left>^---\n.*?^---$|^```.*?^```$|`[^`\n]*`|!?\[[^\]\n]*\]\([^)\n]*\)|^#.*?$|<[^>\n]*>)"
    r"|\b(?P<id>E\d{2,3})\b(?:[–-](?P<last>E\d{2,3})\b)?",
    re.MULTILINE | re.DOTALL,
)


def with_links(text: str) -> str:
    """Return a page in which each id of a finding, as ``E93``, links to its evidence.

    Parameters
    ----------
    text : str
        A page in Markdown. Its front matter, code, headings and links stay as they are.

    Returns
    -------
    str

    Examples
    --------
    >>> with_links("See E93, `E93` and E00.")
    'See [E93](/docs/evidence.md#e93), `E93` and E00.'
    """
    known = {finding.id for finding in load_evidence()}

    def linked(name: str) -> str:
        return f"[{name}]({PAGE}#{name.lower()})" if name in known else name

    def replaced(found: re.Match[str]) -> str:
        if found["left"]:
            return found["left"]
        if found["last"]:
            return f"{linked(found['id'])}–{linked(found['last'])}"
        return linked(found["id"])

    return _PARTS.sub(replaced, text)
