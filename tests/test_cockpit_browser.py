"""The cockpit in a browser: the keyboard suffices, the number changes, and nothing leaves the machine."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import sim
from sim.common.paths import CLIENTS
from sim.playbook.strategy_files import load_strategy
from tests.driven_browser import PROGRAM, Page, opened
from tests.portfolios import make_client
from tests.served_cockpit import GAIN, served

browser = pytest.mark.skipif(PROGRAM is None, reason="no Chromium: the cockpit is not opened here")
SAID = "[...document.querySelectorAll('.lw-said, .lw-wrong')].map(x => x.innerText).join('|')"


@pytest.fixture
def cockpit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Serve the cockpit, with a client, and return its address."""
    monkeypatch.setenv(CLIENTS, str(tmp_path / "clients"))
    make_client(tmp_path / "clients", "shop")
    with served(tmp_path / "voila.log") as at:
        yield at.address


def _changed(page: Page, before: str) -> str:
    """Wait for another gain than before, and return it."""
    return page.until(f"{GAIN} !== {before!r} && {GAIN}", 120)


def _press(page: Page, label: str, says: str) -> None:
    """Press a button by the keyboard, and wait for what it says."""
    page.tab_to(label)
    page.key(" ", 32, " ")
    page.until(f"{SAID}.includes({says!r})", 120)


@browser
def test_a_plan_is_moved_saved_and_compared_by_the_keyboard_and_nothing_leaves_the_machine(
    cockpit, tmp_path
):
    with opened(cockpit, tmp_path / "browser") as page:
        page.until(GAIN, 180)
        page.tab_to("Market")
        page.type("shop")
        before = page.until(GAIN, 120)

        page.tab_to("Share of them")
        for _ in range(6):
            page.key("ArrowLeft", 37)
        moved = _changed(page, before)
        assert moved != before

        page.tab_to("Name")
        page.write("moved")
        page.key("Enter", 13, "\r")
        page.until(GAIN, 120)
        _press(page, "Save as YAML", "moved.yaml")
        _press(page, "Save as YAML", "moved_2")
        assert page.until("!!document.querySelector('.lw-wrong[role=alert]')")

        page.until(f"+{GAIN.replace('?.innerText', '')}?.dataset.futures >= 2", 120)
        _press(page, "Pin this plan", "moved")
        assert "moved" in page.until("document.querySelector('.lw-table caption')?.innerText && "
                                     "document.body.innerText")  # fmt: skip
        for label, number in (("Customers", "100"), ("Weeks", "4"), ("Futures", "2")):
            page.tab_to(label)
            page.call("Runtime.evaluate", expression="document.activeElement.select()")
            page.write(number)
            page.key("Enter", 13, "\r")
        _press(page, "Compare in full", "loyalty compare --market shop --strategies moved")
        page.until("document.body.innerText.includes('Results: ')", 180)

        page.tab_to("Language")
        page.key("End", 35)
        page.until("document.body.innerText.includes('用户生命周期总价值增量')", 60)
        assert page.asked and page.left_the_machine() == []

    plan = load_strategy("moved", "shop")
    assert plan.plays[0].reach == pytest.approx(0.7)
    found = sim.compare("shop", ["moved"], customers=100, weeks=4, futures=2)
    assert list(found.gains.index) == ["moved"]
    assert (tmp_path / "clients" / "shop" / "results" / "shop" / "summary.csv").exists()


def _works_for_pages(process: int) -> list[str]:
    """Return the processes that a server has started."""
    place = Path(f"/proc/{process}/task/{process}/children")
    return place.read_text("utf-8").split()


@browser
@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="processes are read from /proc")
def test_what_worked_for_a_page_ends_after_the_page_was_closed(tmp_path):
    with served(tmp_path / "voila.log", unseen=3) as at:
        with opened(at.address, tmp_path / "browser") as page:
            page.until(GAIN, 180)
            time.sleep(6)  # longer than what is closed is kept
            assert _works_for_pages(at.process)
        end = time.monotonic() + 60
        while _works_for_pages(at.process) and time.monotonic() < end:
            time.sleep(0.2)
        assert not _works_for_pages(at.process)
