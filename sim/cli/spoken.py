"""The language in which the command line answers.

A command computes and writes in English and speaks only while it shows something, so that its files are
the same in every language.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import typer

from sim.common.translated import ENGLISH

#: Names the language, if no option does.
VARIABLE = "LOYALTY_LANG"
_CHOSEN: ContextVar[str] = ContextVar("language of the command line", default=ENGLISH)


def choose(context: typer.Context, language: str) -> str:
    """Take a language for one command, as an option says, and return it.

    Raises
    ------
    InputError
        If there is no such language.
    """
    if language != ENGLISH:
        from sim.report.documents.formats import check_language

        check_language(language)
    token = _CHOSEN.set(language)
    context.find_root().call_on_close(lambda: _CHOSEN.reset(token))
    return language


def asked(words: list[str]) -> str:
    """Return the language that a command's words or the environment ask for."""
    said = [after for word, after in zip(words, words[1:], strict=False) if word == "--lang"]
    said += [word.removeprefix("--lang=") for word in words if word.startswith("--lang=")]
    return said[-1] if said else os.environ.get(VARIABLE, ENGLISH)


def again(language: str) -> str:
    """Return the option by which a next command answers in the same language."""
    return "" if language == ENGLISH else f" --lang {language}"


@contextmanager
def speaking() -> Iterator[None]:
    """Show things in the language that was chosen inside the block."""
    language = _CHOSEN.get()
    if language == ENGLISH:
        yield
        return
    from sim.report.phrases import in_language

    with in_language(language):
        yield
