"""The page of a portfolio says of a market what the market's own report says.

Serves: L4.3
"""

import pytest

from sim.common.formatting import in_futures
from sim.report.phrases import in_language, say
from sim.report.portfolio.page import build_index
from tests.portfolios import state_of


@pytest.mark.parametrize("language", ["en", "zh"])
def test_where_no_strategy_leads_the_page_says_so_as_the_report_of_the_market_does(language):
    """The rule is `Verdict.strategy`, which the answer keeps; a strategy that loses never leads."""
    state = state_of("shop", "USD", -100.0, "undecided")
    with in_language(language):
        leads = build_index("All", [state], "0", "1")["answer"].bullets[0]
        state.found["strategy"] = None
        content = build_index("All", [state], "0", "1")
        line = content["answer"].bullets[0]
        report = say("comparison.sentences.undecided.nothing", runs="", name="", does="",
                     futures=in_futures(1.0, 20), settle="")  # fmt: skip
    assert ("no strategy adds enough" if language == "en" else "没有策略增加足够") in line
    assert line != leads and "no strategy" not in leads and "没有策略" not in leads
    words = (
        report.split(". ")[1].split(";")[0]
        if language == "en"
        else report.split("。")[1].split("；")[0]
    )
    assert words in line, (words, line)  # in the very words of the market's own report
