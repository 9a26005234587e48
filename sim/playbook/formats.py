"""Strategy files of an earlier format, and how they get the present one.

Format 1 gave each play a share of the budget (`budget_share`), and plays were scaled to it. In format 2
they run as they are written, and nothing takes the place of the share.
"""

import re

#: What a strategist must know whose file is converted.
WHAT_CHANGES = (
    "shares of the budget are gone: plays run as written, `intensity` says how much of each"
)
_SHARE = r"budget_share:[ \t]*[^\s,}#]+"


def in_present_format(text: str) -> str:
    r"""Return the text of a strategy file without shares of a budget.

    Parameters
    ----------
    text : str
        YAML; all else stays as it is, comments and order too.

    Returns
    -------
    str

    Examples
    --------
    >>> in_present_format("name: a\nplays:\n  - {lever: pricing, budget_share: 1}\n")
    'format: 2\nname: a\nplays:\n  - {lever: pricing}\n'
    """
    if not re.search(rf"(^|[{{,\s]){_SHARE}", text):
        return text
    text = re.sub(rf"^(\s*)-([ \t]+){_SHARE}[^\n]*\n\s+", r"\1-\2", text, flags=re.MULTILINE)
    text = re.sub(rf"^[ \t]*{_SHARE}[^\n]*(\n|\Z)", "", text, flags=re.MULTILINE)
    text = re.sub(rf",\s*{_SHARE}(?=\s*[,}}])", "", text)
    text = re.sub(rf"(?<={{){_SHARE},\s*", "", text)
    has_format = re.search(r"^format:", text, flags=re.MULTILINE)
    return text if has_format else f"format: 2\n{text}"
