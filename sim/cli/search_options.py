"""What a search keeps to, as options of the commands that seek."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from sim.common.size import SEARCH_SIZE

if TYPE_CHECKING:
    from sim.workbench.search import Kept

Budget = Annotated[
    float | None,
    typer.Option(
        metavar="MONEY",
        help="Most to spend in a year, discounts included, in the market's currency.  "
        "[default: the market's own share of its margin]",
    ),
]
MaxPlays = Annotated[
    int | None,
    typer.Option(
        metavar="K",
        min=1,
        max=20,
        help=f"Plays of a plan, at most.  [default: {SEARCH_SIZE['max_plays']}]",
    ),
]
Avoid = Annotated[
    list[str] | None, typer.Option(metavar="LEVER", help="A lever to leave alone; repeatable.")
]
Include = Annotated[
    list[str] | None,
    typer.Option(metavar="LEVER:PRESET", help="A play that every plan has; repeatable."),
]
Capacity = Annotated[
    list[str] | None,
    typer.Option(
        metavar="DEPARTMENT=HOURS",
        help="Hours a week that a department has for leading plays; repeatable.",
    ),
]


def kept_to(
    budget: float | None,
    max_plays: int | None,
    avoid: list[str] | None,
    include: list[str] | None,
    capacity: list[str] | None,
) -> "Kept":
    """Return what a search is to keep to, as the options say.

    Raises
    ------
    InputError
        With every capacity that is not so written.
    """
    from sim.workbench.search import Kept

    most = SEARCH_SIZE["max_plays"] if max_plays is None else max_plays
    return Kept(budget, most, avoid or [], include or [], _hours(capacity or []))


def kept_beside(
    search: bool,
    budget: float | None,
    max_plays: int | None,
    avoid: list[str] | None,
    include: list[str] | None,
    capacity: list[str] | None,
) -> "Kept | None":
    """Return what a search beside a comparison is to keep to; None where none is asked for.

    Raises
    ------
    InputError
        As `kept_to`, or with all that is given without a search.
    """
    from sim.common.errors import InputError, refuse_all

    if search:
        return kept_to(budget, max_plays, avoid, include, capacity)
    given = {"--budget": budget, "--max-plays": max_plays, "--avoid": avoid}
    given |= {"--include": include, "--capacity": capacity}
    expected = "--search beside it: this is what a search keeps to"
    refuse_all(
        [
            InputError("loyalty compare", name, one, expected)
            for name, one in given.items()
            if one is not None and one != []
        ]
    )
    return None


def _hours(given: Sequence[str]) -> dict[str, float]:
    """Return departments with their hours, as ``DEPARTMENT=HOURS`` says.

    Raises
    ------
    InputError
        With all that are not so written.
    """
    from sim.common.errors import InputError, check_all

    found: dict[str, float] = {}

    def read(text: str) -> None:
        name, _, hours = text.partition("=")
        if name in found:
            raise InputError("--capacity", "capacity", text, "each department once")
        try:
            found[name] = float(hours)
        except ValueError:
            expected = "a department and its hours a week, as service=8"
            raise InputError("--capacity", "capacity", text, expected) from None

    check_all(*(lambda text=text: read(text) for text in given))
    return found
