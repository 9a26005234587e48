"""A refusal of an export hints at a column only where that is likely meant: by meaning, else by spelling.

Serves: L4.1a
"""

import pandas as pd
import pytest

from sim.common.errors import InputError
from sim.intake.columns import find_columns
from sim.intake.intake import take_in
from sim.intake.mapping import Mapping
from sim.intake.names import hinted


@pytest.mark.parametrize(
    ("found", "role", "hint"),
    [
        (["Kunde", "Woche", "Artikel", "Umsatz"], "date", None),
        (["Kartennummer", "Quartal", "Filiale", "Umsatz"], "date", None),
        (["Cart", "visited", "store"], "amount", None),
        (["customer", "bought", "Custmer_ID"], "customer", "Custmer_ID"),  # by spelling
        (["Artikel", "Date of visit", "Datun"], "date", "Date of visit"),  # by meaning first
        (["Betrag bezahlt", "Konto"], "amount", "Betrag bezahlt"),
        (["Order no", "Total order"], "amount", "Total order"),  # no column of another role
    ],
)
def test_a_column_is_hinted_at_only_where_a_word_or_its_spelling_says_so(found, role, hint):
    assert hinted(found, role) == hint


def test_a_name_that_no_column_has_is_answered_by_the_column_of_that_meaning():
    """By letters alone ``Monat`` is as near to ``Konto`` as to any day."""
    with pytest.raises(InputError) as refused:
        find_columns("x.csv", ["Kunde", "Konto", "Belegdatum", "Betrag"], Mapping(date="Monat"))
    assert refused.value.nearest == "Belegdatum"
    with pytest.raises(InputError) as refused:
        find_columns("x.csv", ["Kunde", "Konto", "wann", "Betrag"], Mapping(date="Monat"))
    assert refused.value.nearest is None
    with pytest.raises(InputError) as refused:
        find_columns("x.csv", ["Kunde", "day_1", "day_2", "Betrag"], Mapping(date="day2"))
    assert refused.value.nearest == "day_2"


@pytest.mark.parametrize("name", ["month", "Monat", "月份"])
def test_months_are_days_of_a_purchase_where_no_other_column_says_them(clients, tmp_path, name):
    lines = [f"k{i % 7},2023-{1 + i % 12:02d},{5 + i}" for i in range(84)]
    path = tmp_path / "x.csv"
    path.write_text(f"customer,{name},amount\n" + "\n".join(lines) + "\n", encoding="utf-8")
    assert set(pd.read_parquet(take_in([path], "shop").log)["date"].dt.day) == {1}
    beside = find_columns("x.csv", ["customer", name, "time", "amount"], Mapping()).names
    assert beside["date"] == "time"


def test_a_log_of_visits_by_card_needs_no_word_on_whose_they_are():
    names = find_columns("visits.csv", ["Card No", "Date", "Total"], Mapping()).names
    assert names["customer"] == "Card No"
