"""What a column says of each line, a sale or a return, is found by its name or its words, and told so."""

from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from sim.cli import main
from sim.common.errors import InputError
from sim.intake.intake import take_in


def _log(made) -> pd.DataFrame:
    return pd.read_parquet(made.log)


def _file(folder: Path, text: str) -> Path:
    path = folder / "export.csv"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("header", ["交易別", "Vorgangskz"])
@pytest.mark.parametrize("words", ["銷售 退貨", "sale return"])
def test_a_column_that_says_which_lines_are_returns_is_found_by_its_words_whatever_its_name(
    clients, tmp_path, header, words
):
    """Its name was not known, and goods that came back for money counted as sold."""
    sale, back = words.split()
    lines = f"a,2024-01-01,30,{sale}\na,2024-01-09,10,{back}\nb,2024-02-02,40,{sale}\n"
    made = take_in([_file(tmp_path, f"customer,date,amount,{header}\n" + lines)], "shop")
    assert sorted(_log(made)["amount"]) == [20.0, 40.0]


@pytest.mark.parametrize("cells", ["sale sale sale", "sale gift sale", "return return return"])
def test_a_column_with_other_words_or_without_a_sale_beside_a_return_says_nothing_of_lines(
    clients, tmp_path, cells
):
    one, two, three = cells.split()
    lines = f"a,2024-01-01,30,{one}\na,2024-01-09,10,{two}\nb,2024-02-02,40,{three}\n"
    made = take_in([_file(tmp_path, "customer,date,amount,Vorgangskz\n" + lines)], "shop")
    assert sorted(_log(made)["amount"]) == [10.0, 30.0, 40.0]


def test_two_columns_that_may_say_which_lines_are_returns_are_asked_about(clients, tmp_path):
    lines = "a,2024-01-01,30,sale,paid\na,2024-01-09,10,return,paid\nb,2024-02-02,40,sale,void\n"
    path = _file(tmp_path, "customer,date,amount,Vorgangskz,Kz\n" + lines)
    with pytest.raises(InputError, match='--set status="Vorgangskz", --set status="Kz"'):
        take_in([path], "shop")
    made = take_in([path], "shop", ["status=-"])
    assert sorted(_log(made)["amount"]) == [10.0, 30.0, 40.0]


def test_what_the_client_says_of_a_word_of_a_state_is_not_told_as_known(clients, tmp_path):
    """ "Refunded: return (known words)" stood where the client alone had said so."""
    lines = "a,2024-01-01,30,paid\na,2024-01-09,10,refunded\nb,2024-02-02,40,paid\n"
    path = _file(tmp_path, "customer,date,amount,status\n" + lines)
    said = ["--name", "shop", "--set", "statuses.refunded=return"]
    told = CliRunner().invoke(main.app, ["intake", str(path), *said]).stdout
    assert "refunded: return (known words, and as the mapping says)" in told


def test_the_command_that_comes_next_asks_for_a_currency_that_no_file_tells(clients, tmp_path):
    """It named none, and a market in another one took a wage in dollars."""
    path = _file(tmp_path, "customer,date,amount\na,2024-01-01,30\nb,2024-02-02,40\n")
    told = CliRunner().invoke(main.app, ["intake", str(path), "--name", "shop"]).stdout
    assert "--name shop --currency CODE --wage WAGE_PER_HOUR" in " ".join(told.split())


def test_a_column_of_other_types_is_left_alone_in_the_next_export_too(clients, tmp_path):
    """It was written down as one of states, and the second export of the same form was refused."""
    lines = "a,2024-01-01,30,shirt\na,2024-01-09,10,shoe\nb,2024-02-02,40,shirt\n"
    path = _file(tmp_path, "customer,date,amount,type\n" + lines)
    for _ in range(2):
        assert sorted(_log(take_in([path], "shop"))["amount"]) == [10.0, 30.0, 40.0]
