"""A fault is told alone: nothing that only follows from it is told beside it."""

import pytest

from sim.common.errors import InputError
from sim.market.market import load_market
from sim.playbook.strategy_files import load_strategy
from tests.right_files import GOOD, Spoil, client_of, fields, own_market, rename, spoiled


@pytest.fixture
def client(tmp_path, monkeypatch):
    monkeypatch.setenv("LOYALTY_CLIENTS", str(tmp_path))
    return client_of(tmp_path)


#: Misspelt fields on which others hang, by the field that alone is told.
MISSPELT: dict[str, Spoil] = {
    "plays.3.phse": rename("plays", 3, "phase", to="phse"),
    "plays.2.ending_week": rename("plays", 2, "end_week", to="ending_week"),
    "plays.7.audence": lambda content: content["plays"].append(
        {"lever": "pricing", "preset": "open_prices", "audence": "new"}
    ),
    "play": rename("plays", to="play"),
    "goal": rename("goals", to="goal"),
    "review": rename("reviews", to="review"),
    "reviews.rules.2.gaol": rename("reviews", "rules", 2, "goal", to="gaol"),
    "reviews.rules.0.ply": rename("reviews", "rules", 0, "play", to="ply"),
}


@pytest.mark.parametrize("field", MISSPELT)
def test_a_misspelt_field_is_told_and_nothing_that_follows_from_it_alone(field, client):
    client("mine", spoiled(GOOD, MISSPELT[field]))
    with pytest.raises(InputError) as refused:
        load_strategy("mine", "shop")
    assert fields(refused) == {field}


def test_goals_that_are_no_list_make_no_rule_wrong(client):
    client("mine", {**GOOD, "goals": {"measure": "csat"}})
    with pytest.raises(InputError) as refused:
        load_strategy("mine", "shop")
    assert fields(refused) == {"goals"}


@pytest.mark.parametrize(
    "name", ["fee", "fees", "contract_weeks", "renewal_day", "quick_leave", "drop_out", "pauses"]
)
def test_a_value_that_there_is_not_makes_no_other_market_of_one(name, client):
    content = own_market()
    content["values"][name] = dict(content["values"]["gross_margin"])
    client("shop", content)
    with pytest.raises(InputError) as refused:
        load_market("shop")
    assert fields(refused) == {f"values.{name}"}
