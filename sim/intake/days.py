"""What the dates of a file say: the order of day, month and year, concluded from the whole column.

A year of four digits in front, a month by its name and a day that the file stores as one can be read in
one way. All others are read by each order; an order is concluded only if dates are no days in another,
and more of them than that other reading could leave out as unreadable.
"""

from datetime import date as Date
from typing import Any

from sim.common.errors import InputError
from sim.intake.findings import Conclusion, Phrase
from sim.intake.mapping import Mapping
from sim.intake.refused import MOST_UNREADABLE
from sim.intake.sql import Database, rows, text_of

EARLIEST = Date(1950, 1, 1)
#: Year from which on a date is no plan but what stands for none, as 9999-12-31 does.
_NEVER = 2100
#: Orders by where year, month and day stand.
_ORDERS = {"ymd": (1, 2, 3), "dmy": (3, 2, 1), "mdy": (3, 1, 2)}
_NAMED = {
    "ymd": Phrase("year, month, day"),
    "dmy": Phrase("day, month, year"),
    "mdy": Phrase("month, day, year"),
}
_MONTHS = """jan jan january januar janvier enero ene janner;feb fev february februar fevrier febrero;
    mar mrz mars march marz marzo;apr avr avril april abr abril;may mai mayo;jun june juni juin junio;
    jul july juli juillet julio;aug august aout ago agosto;sep sept september septembre septiembre;
    oct okt october oktober octobre octubre;nov november novembre noviembre;
    dec dez december dezember decembre dic diciembre"""
_WIDE = ("０１２３４５６７８９／．－", "0123456789/.-")
#: A time of day at the end, which is cut off.
_TIME = r"([T ]+|, *)(上午|下午|午前|午後)? *\d{1,2}[:h]\d{2}.*$"
_NUMERIC = r"^(\d{1,4})[./\-](\d{1,2})[./\-](\d{1,4})\.?$"


def read_days(database: Database, where: str, raw: str, mapping: Mapping) -> tuple[Conclusion, ...]:
    """Conclude how the dates of a file are written, and read each different one.

    Makes the table ``days`` of ``text`` (as `date_text` cuts it), ``day``, NULL if it cannot be read or
    has not been, and ``written``: the day that it is read as, whether it has been or not.

    Parameters
    ----------
    database : Database
    where : str
        The file, for messages.
    raw : str
        Table of its cells as text.
    mapping : Mapping
        What the client says.

    Raises
    ------
    InputError
        If several orders are possible, or several are needed.
    """
    _spell_out(database, raw)
    order, conclusions = _order(database, where, mapping)
    day = f"coalesce(exact, {order})" if order else "exact"
    written = f"coalesce(written, {order}_written)" if order else "written"
    database.execute(
        f"create or replace table days as select text, {day} as day, {written} as written from dates"
    )
    return conclusions


def why_no_day() -> str:
    """Return the SQL of why a line has no day: by the table ``days`` as ``d``, and the cell ``date``.

    Systems write the first or last day that they know where a day is not known, people nines or noughts.
    """
    figures = r"regexp_replace(date, '\D', '', 'g')"
    first, last = f"d.written < date '{EARLIEST}'", f"year(d.written) >= {_NEVER}"
    return (
        f"case when {first} or {last} or regexp_matches({figures}, '^(9+|0+)$') then 'placeholder_day' "
        f"when d.written > current_date then 'future_day' else 'no_day' end"
    )


def date_text(column: str) -> str:
    """Return the SQL that cuts the time of day off a date; most dates have none, which is seen faster."""
    cut = f"regexp_replace(trim({column}), {text_of(_TIME)}, '')"
    return f"if(contains({column}, ':') or contains({column}, 'h'), {cut}, trim({column}))"


def _spell_out(database: Database, raw: str) -> None:
    """Make the table of the different dates, with the day that each is by every order."""
    names = "map {" + ", ".join(f"'{name}': {at}" for name, at in _months().items()) + "}"
    plain = f"translate(text, {text_of(_WIDE[0])}, {text_of(_WIDE[1])})"
    east = r"regexp_replace(" + plain + r", '^(\d{4})年(\d{1,2})月(\d{1,2})日?$', '\1-\2-\3')"
    east = rf"regexp_replace({east}, '^(\d{{4}})年(\d{{1,2}})月$', '\1-\2')"
    eight = r"regexp_matches(t, '^\d{8}$')"
    orders = ", ".join(
        f"case when {eight} then {_of_eight(order)} else {_of_marked(order)} end as {order}"
        for order in _ORDERS
    )
    known = f"between date '{EARLIEST}' and current_date"
    sane = ", ".join(
        f"case when {order} {known} then {order} end as {order}, {order} as {order}_written"
        for order in _ORDERS
    )
    database.execute(
        f"""
        create or replace table dates as
        with texts as (select {date_text("date")} as text, count(*) as n from {raw}
            where date is not null group by 1),
        spelt as (select text, n, {east} as t from texts),
        parted as (select *, regexp_extract_all(t, '\\d+') as figures,
            {names}[strip_accents(lower(regexp_extract(t, '(\\p{{L}}{{3,}})', 1)))] as month from spelt),
        read as (select text, n, {_exact()} as exact, {_first_of_month()} as first, {orders} from parted)
        select text, n, case when exact {known} then exact end as exact, exact as written, first,
            exact is not null as is_exact, {sane} from read
        """
    )
    database.execute("update dates set ymd = null, dmy = null, mdy = null where is_exact")


def _months() -> dict[str, int]:
    """Return the months by their names in four languages, without accents."""
    return {
        name: at for at, names in enumerate(_MONTHS.split(";"), start=1) for name in names.split()
    }


def _exact() -> str:
    """Return the SQL of the day that can be read in one way only."""
    iso = r"try_cast(regexp_replace(t, '^(\d{4})[./\-](\d{1,2})[./\-](\d{1,2})\.?$', '\1-\2-\3') as date)"
    year = _year("figures[2]")
    return (
        rf"case when regexp_matches(t, '^\d{{4}}[./\-]\d{{1,2}}[./\-]\d{{1,2}}\.?$') then {iso} "
        f"when month is not null and len(figures) = 2 and len(figures[1]) <= 2 "
        f"then try(make_date({year}, month, figures[1]::int)) "
        rf"when regexp_matches(t, '^[2-5]\d{{4}}(\.\d+)?$') "
        f"then date '1899-12-30' + trunc(t::double)::int "
        rf"when regexp_matches(t, '^1\d{{9}}$') then epoch_ms(t::bigint * 1000)::date "
        rf"when regexp_matches(t, '^1\d{{12}}$') then epoch_ms(t::bigint)::date end"
    )


def _first_of_month() -> str:
    """Return the SQL of the first day of what is a month and no day: 2024-01, 01/2024, January 2024."""
    return (
        r"case when regexp_matches(t, '^\d{4}([/\-]\d{1,2}|\.\d{2})$') "  # 2024.1 may be October
        r"then try(make_date(figures[1]::int, figures[2]::int, 1)) "
        r"when regexp_matches(t, '^\d{1,2}[./\-]\d{4}$') "
        r"then try(make_date(figures[2]::int, figures[1]::int, 1)) "
        r"when month is not null and len(figures) = 1 and len(figures[1]) = 4 "
        r"then try(make_date(figures[1]::int, month, 1)) end"
    )


def _take_months(database: Database, what: Phrase) -> tuple[Conclusion, ...]:
    """Take a column of months, in which there is no day, as their first days."""
    days = " or ".join(f"{order} is not null" for order in _ORDERS)
    if _example(database, f"exact is not null or {days}") is not None:
        return ()
    example = _example(database, f"first between date '{EARLIEST}' and current_date")
    if example is None:
        return ()
    known = f"between date '{EARLIEST}' and current_date"
    database.execute(
        f"update dates set exact = case when first {known} then first end, written = first"
    )
    value = Phrase("months, each taken for its first day")
    return (Conclusion(what, value, Phrase("{example} occurs", {"example": example})),)


def _year(figures: str) -> str:
    """Return the SQL of a year of two or four digits; of two, one that has been."""
    short = f"(case when {figures}::int + 2000 > year(current_date) then 1900 else 2000 end)"
    return (
        f"(case len({figures}) when 4 then {figures}::int when 2 then {figures}::int + {short} end)"
    )


def _of_marked(order: str) -> str:
    """Return the SQL of the day of three numbers between marks, by an order."""
    year, month, day = (f"figures[{place}]" for place in _ORDERS[order])
    fits = f"regexp_matches(t, '{_NUMERIC}') and len({month}) <= 2 and len({day}) <= 2"
    made = f"try(make_date({_year(year)}, {month}::int, {day}::int))"
    return f"(case when {fits} then {made} end)"


def _of_eight(order: str) -> str:
    """Return the SQL of the day of eight digits, by an order."""
    year, month, day = {"ymd": (1, 5, 7), "dmy": (5, 3, 1), "mdy": (5, 1, 3)}[order]
    figures = (f"t[{at}:{at + size - 1}]::int" for at, size in ((year, 4), (month, 2), (day, 2)))
    return f"try(make_date({', '.join(figures)}))"


def _order(
    database: Database, where: str, mapping: Mapping
) -> tuple[str | None, tuple[Conclusion, ...]]:
    """Return the order that the dates show, None if all can be read in one way.

    Raises
    ------
    InputError
        If several orders fit and differ, or some dates need one and some another.
    """
    what, said = Phrase("order of dates"), mapping.date_order
    if months := _take_months(database, what):
        return None, months
    if said is not None:
        return said, (Conclusion(what, _NAMED[said], Phrase("as the mapping says")),)
    counts = {order: _counted(database, order) for order in _ORDERS}
    most = max(n for n, *_ in counts.values())
    if not most:
        return None, _exact_told(database, what)
    best = [order for order, (n, *_) in counts.items() if n == most]
    order = best[0]
    ways = [one for one, (n, *_) in counts.items() if n]
    hint = f"Say which: {', '.join(f'--set date_order={one}' for one in ways)}"
    if len(best) > 1 and _differ(database, best):
        example = _example(database, " is not null and ".join(best) + " is not null")
        expected = "some date that shows which number is the day"
        raise InputError(where, "date_order", f"{example} ({most:,} like it)", expected, hint=hint)
    for other in _ORDERS:
        only = _example(database, f"{other} is not null and {order} is null")
        if only is not None:
            mine = _example(database, f"{order} is not null and {other} is null")
            found = f"{mine} and {only}"
            expected = "one order of day, month and year in all dates of a file"
            raise InputError(where, "date_order", found, expected, hint=hint)
    others = [one for one in _ORDERS if one != order and counts[one][0]]
    for other in others:
        _refuse_stray(database, where, order, other, hint)
    against = " or ".join(f"{one} is null" for one in others) or "true"
    example = _example(database, f"{order} is not null and ({against})")
    why = Phrase("{example} occurs", {"example": example or ""})
    return order, (Conclusion(what, _NAMED[order], why, "date_order", order),)


def _refuse_stray(database: Database, where: str, order: str, other: str, hint: str) -> None:
    """Refuse dates of which too few tell an order from another one by which most are days as well."""
    differ, only = rows(
        database,
        f"select coalesce(sum(n) filter ({order} != {other}), 0)::bigint, "
        f"coalesce(sum(n) filter ({order} is not null and {other} is null), 0)::bigint from dates",
    )[0]
    if differ and only <= MOST_UNREADABLE * (only + differ):
        either = _example(database, f"{order} != {other}")
        mine = _example(database, f"{order} is not null and {other} is null")
        found = f"{either} ({differ:,} like it), {mine} ({only:,})"
        expected = "more than one date in a hundred that shows which number is the day"
        raise InputError(where, "date_order", found, expected, hint=hint)


def _counted(database: Database, order: str) -> tuple[Any, ...]:
    """Return how many lines have a day by an order."""
    return rows(
        database, f"select coalesce(sum(n) filter ({order} is not null), 0)::bigint from dates"
    )[0]


def _differ(database: Database, orders: list[str]) -> bool:
    """Return whether some date is another day by another order."""
    first, *others = orders
    other = " or ".join(f"{first} is distinct from {one}" for one in others)
    return bool(rows(database, f"select count(*) from dates where {other}")[0][0])


def _example(database: Database, condition: str) -> str | None:
    """Return a date that fulfils a condition, if there is one: what reads as a day is no id."""
    found = rows(database, f"select min(text) from dates where {condition}")
    return None if found[0][0] is None else str(found[0][0])


def _exact_told(database: Database, what: Phrase) -> tuple[Conclusion, ...]:
    """Return what to tell of dates that can be read in one way only."""
    example = _example(database, "exact is not null")
    if example is None:
        return ()
    why = Phrase("{example} can be no other day", {"example": example})
    return (Conclusion(what, Phrase("written out"), why),)
