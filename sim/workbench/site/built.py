"""Whether a built site holds together: links in it lead somewhere, and nothing comes from elsewhere."""

import sys
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

#: What a browser fetches by itself, by tag and attribute; a link is followed only when it is clicked.
_FETCHED = {
    ("script", "src"),
    ("img", "src"),
    ("link", "href"),
    ("iframe", "src"),
    ("source", "src"),
}


class _Page(HTMLParser):
    """Collects what a page links to, what it fetches, and the places in it that links may name."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links, self.fetched, self.places = list[str](), list[str](), {""}
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("id", "name") and value:
                self.places.add(value)
            elif (tag, name) in _FETCHED and value:
                self.fetched.append(value)
            elif (tag, name) == ("a", "href") and value:
                self.links.append(value)


def faults_of(folder: Path) -> list[str]:
    """Return what is wrong with the pages of a built site, each fault in a sentence.

    Parameters
    ----------
    folder : Path
        What Sphinx wrote. Files that it copied for download are taken as they are.
    """
    home = folder.resolve()

    @cache
    def read(path: Path) -> _Page:
        return _Page(path.read_text(encoding="utf-8"))

    faults = []
    for path in sorted(home.rglob("*.html")):
        if "_downloads" in path.relative_to(home).parts:
            continue
        page, where = read(path), path.relative_to(home).as_posix()
        for target in [*page.links, *page.fetched]:
            parts = urlsplit(target)
            if parts.scheme or parts.netloc:
                if target in page.fetched and parts.scheme != "data":
                    faults.append(f"{where} fetches {target}.")
                continue
            aim = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if not aim.exists():
                faults.append(f"{where} links to {target}, which is not there.")
            elif aim.suffix == ".html" and unquote(parts.fragment) not in read(aim).places:
                faults.append(f"{where} links to {target}, and there is no such place.")
    return faults


def main() -> None:
    """Print what is wrong with the site in a folder; the exit code is 1 if anything is."""
    folder = Path(sys.argv[1])
    faults = faults_of(folder)
    print("\n".join(faults) or f"Open {folder}/index.html in a browser; no network is needed.")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
