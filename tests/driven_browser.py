"""A browser without a screen that tests drive by the keyboard, and what its pages ask for."""

import base64
import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import which
from typing import Any
from urllib.parse import urlparse
from urllib.request import urlopen

import websocket

PROGRAM = which("chromium") or which("chromium-browser") or which("google-chrome")
#: Nothing but this machine can be found, and nothing of the browser's own making is asked for.
_QUIET = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-extensions",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", "--window-size=1400,1000",
)  # fmt: skip
#: The label of what has the focus.
_FOCUSED = """(() => {
    const one = document.activeElement, row = one.closest('.jupyter-widgets');
    const label = one.tagName === 'BUTTON' ? one : row && row.querySelector('label, .widget-label');
    return label ? label.innerText.trim() : '';
})()"""
_HERE = ("127.0.0.1", "localhost")


class Page:
    """A page of the browser.

    Parameters
    ----------
    address : str
        Of its websocket.
    """

    def __init__(self, address: str) -> None:
        self._socket = websocket.create_connection(address, timeout=120, suppress_origin=True)
        self._count = 0
        self.asked: list[str] = []
        for domain in ("Page", "Network", "Runtime"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Call the browser and return its answer; on the way, note what the page asks for."""
        self._count += 1
        message = {"id": self._count, "method": method, "params": parameters}
        self._socket.send(json.dumps(message))
        while True:
            heard = json.loads(self._socket.recv())
            if heard.get("method") == "Network.requestWillBeSent":
                self.asked.append(heard["params"]["request"]["url"])
            if heard.get("method") == "Network.webSocketCreated":
                self.asked.append(heard["params"]["url"])
            if heard.get("id") == self._count:
                assert "error" not in heard, heard
                return heard["result"]

    def value(self, script: str) -> Any:
        """Return what a script gives in the page."""
        found = self.call("Runtime.evaluate", expression=script, returnByValue=True)
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    def until(self, script: str, seconds: float = 60.0) -> Any:
        """Wait until a script gives something that is true, and return that."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if found := self.value(script):
                return found
            time.sleep(0.05)
        raise AssertionError(
            f"not in {seconds} s: {script}\n{self.value('document.body.innerText')}"
        )

    def key(self, name: str, code: int, text: str = "", modifiers: int = 0) -> None:
        """Press and release a key."""
        for kind in ("keyDown", "keyUp"):
            typed = {"text": text} if text and kind == "keyDown" else {}
            self.call(
                "Input.dispatchKeyEvent",
                type=kind,
                key=name,
                code=name,
                windowsVirtualKeyCode=code,
                modifiers=modifiers,
                **typed,
            )

    def tab_to(self, label: str) -> None:
        """Press Tab until what has this label has the focus."""
        for _ in range(80):
            self.key("Tab", 9)
            if self.value(_FOCUSED) == label:
                return
        raise AssertionError(f"Tab comes to no {label}")

    def type(self, text: str) -> None:
        """Press a key for each letter."""
        for letter in text:
            self.key(letter, ord(letter.upper()), letter)

    def close(self) -> None:
        """Leave the page."""
        self._socket.close()

    def write(self, text: str) -> None:
        """Write into what has the focus."""
        self.call("Input.insertText", text=text)

    def picture(self, path: Path) -> None:
        """Take a picture of the window."""
        found = self.call("Page.captureScreenshot")
        path.write_bytes(base64.b64decode(found["data"]))

    def left_the_machine(self) -> list[str]:
        """Return what the page asked of other machines."""
        return [
            url
            for url in self.asked
            if urlparse(url).scheme in ("http", "https", "ws", "wss", "ftp")
            and urlparse(url).hostname not in _HERE
        ]


@contextmanager
def opened(url: str, folder: Path) -> Iterator[Page]:
    """Open a page in a browser of its own, which ends with the block.

    Parameters
    ----------
    url : str
    folder : Path
        For what the browser keeps.
    """
    place = ("--remote-debugging-port=0", f"--user-data-dir={folder}")
    browser = subprocess.Popen(
        [str(PROGRAM), *_QUIET, *place, "about:blank"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        told, end = folder / "DevToolsActivePort", time.monotonic() + 60
        while not (told.exists() and told.read_text()) and time.monotonic() < end:
            time.sleep(0.1)
        port = told.read_text().split("\n")[0]
        with urlopen(f"http://127.0.0.1:{port}/json/list", timeout=20) as answer:
            pages = [one for one in json.load(answer) if one["type"] == "page"]
        page = Page(pages[0]["webSocketDebuggerUrl"])
        page.call("Page.navigate", url=url)
        yield page
        page.close()
    finally:
        browser.terminate()
        browser.wait(20)
