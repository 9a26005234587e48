"""Words that the site's search knows: English ones by their stems, Chinese by pairs of characters.

Chinese is written without blanks, so that a whole clause would be one word, found by nobody who types
a part of it. All pairs of neighbouring characters of what is typed must stand on a page that is found.
"""

import re

from sphinx.search.en import SearchEnglish

#: Ideographs, of which two make most words; as both languages of code write them.
_HAN = r"\u3400-\u9fff"
_RUN = re.compile(rf"[{_HAN}]+|[^\W{_HAN}]+")


class EnglishAndChinese(SearchEnglish):
    """English, with Chinese in pairs of characters where pages are read and where somebody searches."""

    js_splitter_code = rf"""
var splitQuery = (query) =>
  (query.match(/[{_HAN}]+|(?:(?![{_HAN}])[\p{{Letter}}\p{{Number}}_\p{{Emoji_Presentation}}])+/gu) ?? [])
    .flatMap((run) =>
      /^[{_HAN}]{{2,}}$/.test(run)
        ? Array.from({{ length: run.length - 1 }}, (_, k) => run.slice(k, k + 2))
        : [run]
    );
"""

    def split(self, input: str) -> list[str]:
        """Return the words of a text."""
        return [word for run in _RUN.findall(input) for word in pairs(run)]


def pairs(run: str) -> list[str]:
    """Return the pairs of neighbouring characters of Chinese, and any other word as it is."""
    if len(run) < 2 or not re.fullmatch(f"[{_HAN}]+", run):
        return [run]
    return [run[k : k + 2] for k in range(len(run) - 1)]
