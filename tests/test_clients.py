"""A client's files live apart: a calibration touches nothing of the workbench.

Serves: C3.4
"""

import stat

import pytest
from test_calibration_own_log import _write_log

from sim.calibration.calibrate import calibrate
from sim.checks.check import check
from sim.common.errors import InputError
from sim.common.paths import root
from sim.experiment.compare import compare
from sim.experiment.results_folder import results_of
from sim.market.market import load_market, market_names
from sim.playbook.strategy_files import load_strategy, strategy_path


@pytest.fixture
def clients(tmp_path, monkeypatch):
    monkeypatch.setenv("LOYALTY_CLIENTS", str(tmp_path / "clients"))
    return tmp_path / "clients"


def test_a_client_goes_from_a_log_to_results_in_a_folder_of_its_own(clients, tmp_path):
    built_in = market_names()
    made = calibrate(str(_write_log(tmp_path / "sales.csv", "panel")), "shop")
    folder = clients / "shop"
    assert {path.parent for path in made.written} == {folder}
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in made.written)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert market_names() == built_in
    assert check() == []
    market = load_market("shop")
    assert market.history_path.is_relative_to(folder)
    (folder / "strategies").mkdir()
    text = strategy_path("balanced").read_text(encoding="utf-8")
    own = folder / "strategies" / "our_plan.yaml"
    own.write_text(text.replace("name: balanced", "name: our_plan"), encoding="utf-8")
    assert load_strategy("our_plan", "shop").name == "our_plan"
    with pytest.raises(InputError, match="our_plan"):
        load_strategy("our_plan")
    results = compare(market, ["our_plan"], 100, 4, 2, 1, jobs=1)
    assert results == results_of("shop") / "shop" == folder / "results" / "shop"


@pytest.mark.parametrize("name", ["grocery", "coffee_chain"])
def test_a_name_of_a_built_in_market_is_refused(clients, tmp_path, name):
    names = [path.stem for path in (root() / "playbook" / "cases").glob("*.yaml")]
    name = name if name == "grocery" else names[0]
    with pytest.raises(InputError, match="no built-in market has"):
        calibrate(str(_write_log(tmp_path / "sales.csv", "panel")), name)
    assert not clients.exists()
