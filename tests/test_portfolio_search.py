"""A portfolio seeks the best plan of a market where its file says so."""

from test_portfolio import TINY, _written

from sim.workbench.portfolio import work
from sim.workbench.portfolio.run import run_portfolio
from tests.portfolios import without_documents
from tests.quick import make_quick


def test_the_best_plan_is_sought_where_the_file_asks_for_it_before_the_report(
    checkout, monkeypatch
):
    make_quick(monkeypatch.setattr)
    without_documents(monkeypatch.setattr)
    sought = list[tuple[str, int, int]]()

    def seek(market, folder, weeks, seed, _jobs, _say):
        sought.append((market, weeks, seed))
        assert (folder / "manifest.json").exists()

    monkeypatch.setattr(work, "search_beside", seek)
    plain = run_portfolio(_written(checkout / "one.yaml", ["grocery"]), jobs=1)
    assert not sought
    both = ["grocery", {"market": "music_shop", "search": False}]
    found = run_portfolio(_written(checkout / "some.yaml", both, search=True), jobs=1)
    assert [one.word for one in found.states] == ["done", "done"]
    assert sought == [("grocery", TINY["weeks"], TINY.get("seed", 1))]
    again = run_portfolio(_written(checkout / "one.yaml", ["grocery"], search=True), jobs=1)
    assert again.folder == plain.folder.with_name("one-2") and len(sought) == 2
