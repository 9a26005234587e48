"""What a report is made of, whatever it is rendered to."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from sim.report.figure_style import png


@dataclass(frozen=True)
class Table:
    """A table ready to print: every cell is text, columns have plain names.

    Attributes
    ----------
    caption : str
        What the table shows, as a phrase.
    frame : DataFrame
        Text cells; the index is not shown.
    note : str
        How to read it, if that needs saying.
    """

    caption: str
    frame: pd.DataFrame
    note: str = ""


@dataclass(frozen=True)
class Picture:
    """A figure with the words for those who cannot see it."""

    figure: Figure
    alt: str

    @cached_property
    def png(self) -> bytes:
        """Draw it once: a layout that is solved again may move by a pixel."""
        return png(self.figure)


@dataclass(frozen=True)
class Short:
    """What of a section stands under its heading in the story of a page, or in the brief.

    What is in the story, the very same sentence, figure or table, is not shown again in what opens on
    demand.
    """

    sentences: list[str] = field(default_factory=list)
    bullets: list[str] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)


@dataclass(frozen=True)
class Section:
    """One section: a heading that states the finding, sentences, figures, tables.

    Attributes
    ----------
    key : str
        Short name, stable over reports.
    heading : str
        The finding, as a sentence without its full stop.
    sentences : list of str
        Paragraphs, in order.
    bullets : list of str
        A list after the paragraphs; what stands before a colon is the label of a line.
    label : str
        Name in a list of contents.
    short : Short, optional
        What of it stands in the story of a page; all of it if nothing is said.
    brief : Short, optional
        What of it stands on the two pages of the brief; nothing if nothing is said.
    appendix : bool
        Whether nothing of it does: it opens on demand.
    """

    key: str
    heading: str
    sentences: list[str] = field(default_factory=list)
    bullets: list[str] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    label: str = ""
    short: Short | None = None
    brief: Short | None = None
    appendix: bool = False

    @property
    def story(self) -> Section | None:
        """Return what of it stands in the story of a page."""
        if self.appendix or self.short is None:
            return None if self.appendix else self
        return self.cut_to(self.short)

    def cut_to(self, short: Short) -> Section:
        """Return the section with what of it a shorter document holds."""
        return replace(self, **{part: getattr(short, part) for part in _PARTS})

    @property
    def rest(self) -> Section | None:
        """Return what of it opens on demand."""
        if self.appendix or self.short is None:
            return self if self.appendix else None
        left: dict[str, Any] = {
            part: [
                one for one in getattr(self, part) if not _stands(one, getattr(self.short, part))
            ]
            for part in _PARTS
        }
        return replace(self, **left) if any(left.values()) else None


#: What a section is made of under its heading.
_PARTS = ("sentences", "bullets", "pictures", "tables")


def _stands(part: object, among: list) -> bool:
    """Return whether a part is one of some; tables and figures are told apart by what they are."""
    return any(part is one or (isinstance(part, str) and part == one) for one in among)


@dataclass(frozen=True)
class Content:
    """All of a report.

    Attributes
    ----------
    title : str
        Title with the market.
    answer : str
        The headline sentence: which strategy, by how much, how sure, why.
    sections : dict
        Section by key, in reading order; the first one is ``answer``.
    meta : str
        What was compared, in a line under the title.
    footer : str
        Where it comes from, at the end.
    version : str
        Of the workbench that made it.
    id : str
        Of the comparison, for the properties of a file.
    kicker : str
        What kind of page it is, above the title; a report on strategies if nothing is said.
    """

    title: str
    answer: str
    sections: dict[str, Section]
    meta: str = ""
    footer: str = ""
    version: str = ""
    id: str = ""
    kicker: str = ""

    def __getitem__(self, key: str) -> Section:
        """Return one section."""
        return self.sections[key]
