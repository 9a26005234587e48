"""What a message shows of a client's file: forms of cells, and names of columns where they are names."""


def shape(value: object) -> str:
    """Return how a cell looks without what it says: digits as 9, letters as a."""
    text = "".join("9" if c.isdigit() else "a" if c.isalpha() else c for c in str(value)[:30])
    return text if len(str(value)) <= 30 else text + "..."


def shape_in_sql(text: str) -> str:
    """Return the SQL that works out the `shape` of a text."""
    cut = f"left({text}, 30)"
    return f"regexp_replace(regexp_replace({cut}, '\\p{{Nd}}', '9', 'g'), '\\p{{L}}', 'a', 'g')"


def is_header(cells: list[str]) -> bool:
    """Return whether a first line holds names: a number, date or empty cell says that it is data."""
    return all(any(c.isalpha() for c in cell) and "@" not in cell for cell in cells)


def columns_in_words(cells: list[str]) -> str:
    """Return the names of the columns, or what the first line is where it is no header."""
    if is_header(cells):  # a name with digits may be a customer's, in a column of their own
        names = [shape(cell) if any(c.isdigit() for c in cell) else cell for cell in cells[:12]]
        return "the columns " + ", ".join(names) + (", ..." if len(cells) > 12 else "")
    return f"{len(cells)} columns and no header line"
