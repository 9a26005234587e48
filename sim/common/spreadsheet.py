"""Text from outside in a table that somebody opens in a spreadsheet."""

import pandas as pd

#: A cell that begins so is worked out as a formula.
_BEGINS = ("=", "+", "-", "@", "\t", "\r")


def safe_cells(column: pd.Series) -> pd.Series:
    """Return a column in which no text is taken for a formula: an apostrophe goes before it.

    So the OWASP Foundation advises against CSV injection. Whoever joins the table to another one takes
    the apostrophe off again.

    Parameters
    ----------
    column : pandas.Series
        Text.

    Examples
    --------
    >>> safe_cells(pd.Series(["=1+1", "A-1"])).tolist()
    ["'=1+1", 'A-1']
    """
    text = column.astype(str)
    return text.where(~text.str.startswith(_BEGINS), "'" + text)
