"""Reports that were made with a customer who was forgotten since are told, wherever they lie."""

from datetime import date

from test_portfolio import _call, _written

from sim.common.writing import write_text
from sim.experiment.fingerprint import history_digest
from sim.intake.forgotten import Forgotten, Record, record_path
from sim.market.market import load_market
from tests.portfolios import make_client, without_documents
from tests.quick import make_quick


def test_a_report_in_a_portfolio_made_with_a_forgotten_customer_is_told(clients, monkeypatch):
    make_quick(monkeypatch.setattr)
    without_documents(monkeypatch.setattr)
    make_client(clients, "shop")
    file = _written(clients / "brands.yaml", ["shop"])
    first = _call("portfolio", str(file), "--jobs", "1")
    assert first.exit_code == 0 and "forgotten" not in first.output
    gone = Forgotten(
        pseudonym="f" * 32,
        day=date(2026, 1, 2),
        before=history_digest(load_market("shop")),
        after="later",
    )
    write_text(record_path("shop"), Record(customers=(gone,)).model_dump_json())
    again = _call("portfolio", str(file), "--jobs", "1")
    report = clients / "shop" / "portfolios" / "brands" / "shop"
    says = "was made with customers who were forgotten since: ffffffffffff (2026-01-02)"
    assert f"{report} {says}" in " ".join(again.output.split())
