"""Whatever is written as HTML says markup in a name as the text that it is."""

from html.parser import HTMLParser

import numpy as np
import pytest

from sim.cockpit import words
from sim.world.customer_view import CustomerView

NAME = '<b onclick="x">Plan & "more"</b>'


class _Read(HTMLParser):
    """What a browser makes of a piece of HTML: its elements, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append(tag)

    def handle_data(self, data):
        self.text += data


def _of_a_customer() -> str:
    columns = {"status": np.array([1]), "value_segment": np.array([0]), NAME: np.array([1.0])}
    return CustomerView(columns, 0)._repr_html_()


@pytest.mark.parametrize(
    ("page", "elements", "times"),
    [
        (words.table_html(NAME, [NAME, "of it"], [[NAME, NAME]]),
         "caption table tbody td th thead tr", 4),
        (words.said_html(NAME), "p", 1),
        (words.said_html(NAME, True), "p", 1),
        (words.heading_html(NAME), "h2", 1),
        (words.lines_html([NAME, NAME]), "p", 2),
        (_of_a_customer(), "caption table td th tr", 1),
    ],
)  # fmt: skip
def test_markup_in_a_name_is_shown_as_text(page, elements, times):
    read = _Read(page)
    assert " ".join(sorted(set(read.elements))) == elements
    assert read.text.count(NAME) == times


def test_a_message_that_something_is_wrong_is_announced():
    assert 'role="alert" class="lw-wrong"' in words.said_html("no", wrong=True)
    assert 'role="status" class="lw-said"' in words.said_html("yes")
