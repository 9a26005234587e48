"""A browser without a screen, cut off from the network, that notes what it asks for."""

import socket
import subprocess
import tempfile
import threading
from pathlib import Path
from shutil import which

PROGRAM = which("chromium") or which("chromium-browser") or which("google-chrome")
#: Nothing of the browser's own making is asked for beside the page.
_QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--disable-default-apps",
    "--disable-extensions", "--disable-domain-reliability", "--metrics-recording-only",
    "--proxy-bypass-list=<-loopback>", "--virtual-time-budget=5000",
)  # fmt: skip
#: Whom the browser asks on its own account, whatever page is open.
_OWN = ("clients2.google.com", "update.googleapis.com", "accounts.google.com")


def open_page(address: str) -> tuple[str, list[str]]:
    """Open a page, let its scripts run, and return its HTML and what was asked of the network.

    All requests go to a proxy here that writes down their first line and answers nothing.
    """
    asked: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as server, tempfile.TemporaryDirectory() as home:
        listener = threading.Thread(target=_note, args=(server, asked), daemon=True)
        listener.start()
        proxy = f"--proxy-server=http://127.0.0.1:{server.getsockname()[1]}"
        done = subprocess.run(
            [str(PROGRAM), *_QUIET, proxy, f"--user-data-dir={home}", "--dump-dom", address],
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )
        server.shutdown(socket.SHUT_RDWR)
        listener.join(10)
    return done.stdout, [one for one in asked if not any(host in one for host in _OWN)]


def _note(server: socket.socket, asked: list[str]) -> None:
    while True:
        try:
            one, _ = server.accept()
        except OSError:
            return
        with one:
            one.settimeout(5)
            asked.append(one.recv(1000).split(b"\r\n")[0].decode("latin-1"))


def as_address(path: Path, query: str = "") -> str:
    """Return the address of a file."""
    return path.resolve().as_uri() + query
