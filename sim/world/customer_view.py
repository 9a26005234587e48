"""One person of a market, looked at through the columns that hold everybody."""

from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from sim.common.formatting import digits

_TEMPLATE = Path(__file__).with_name("customer.html.j2")
_STATUS = ("prospect", "active customer", "lapsed customer", "customer to come")
_VALUE = ("high value", "potential", "ordinary")


class CustomerView:
    """A window on one person: reads and writes through to the columns, and is never stored."""

    __slots__ = ("_columns", "row")

    def __init__(self, columns: dict[str, NDArray[Any]], row: int) -> None:
        object.__setattr__(self, "_columns", columns)
        object.__setattr__(self, "row", int(row))

    def __getattr__(self, name: str) -> Any:
        try:
            return self._columns[name][self.row].item()
        except KeyError:
            raise AttributeError(name) from None

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in self._columns:
            raise AttributeError(name)
        self._columns[name][self.row] = value

    def __dir__(self) -> list[str]:
        return ["row", *self._columns]

    def __repr__(self) -> str:
        width = max(len(name) for name in self._columns)
        return "\n".join([self._title(), *(f"  {n:{width}}  {v}" for n, v in self._facts())])

    def _repr_html_(self) -> str:
        from sim.common.templates import (
            templates_in,  # here: a run writes no page, and it takes time
        )

        page = templates_in(_TEMPLATE.parent).get_template(_TEMPLATE.name)
        return page.render(title=self._title(), facts=self._facts())

    def _title(self) -> str:
        kinds = f"{_STATUS[self.status]}, {_VALUE[self.value_segment]}"
        return f"Person {self.row}: {kinds}"

    def _facts(self) -> list[tuple[str, str]]:
        """Return every column with its value, numbers in three digits."""
        facts = []
        for name, column in self._columns.items():
            value = column[self.row].item()
            if isinstance(value, bool):
                text = "yes" if value else "no"
            else:
                text = str(value) if isinstance(value, int) else digits(value)
            facts.append((name, text))
        return facts
