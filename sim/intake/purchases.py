r"""Lines become purchases: lines of a day are joined, returns are netted or kept apart.

A return is set against what the same customer bought on that day and, as far as it is more, on the days
before, latest first. With :math:`S_t` the sum of a customer's amounts from day *t* on, what these days
leave to the days before is :math:`\max(0, \max_{k \ge t} S_k) - S_t`: Lindley's recursion, solved.
"""

from sim.common.errors import InputError
from sim.intake.channels import note_channels
from sim.intake.customers import move_out
from sim.intake.mapping import Mapping
from sim.intake.sql import Database, row, rows

#: Lines of a file that an earlier one may have too by chance, of those on days that both have.
_BY_CHANCE = 0.01


def check_repeated(database: Database, where: str, mapping: Mapping) -> None:
    """Count lines that two files have once, or as often as they are there, as the client says.

    Raises
    ------
    InputError
        If more lines are in two files than chance brings, and the client has not said what they are.
    """
    if row(database, "select count(distinct file) from lines")[0] < 2:
        return
    key = "customer, day, amount, invoice"
    shared = "day in (select day from lines group by day having count(distinct file) > 1)"
    database.execute(  # what one file alone has a day of, no other file has too
        f"create temp table numbered as select file, line, {key}, row_number() over "
        f"(partition by file, {key} order by line) as nth from lines where day is null or {shared}; "
        f"create temp table again as select file, line from (select *, row_number() over "
        f"(partition by {key}, nth order by file) as copy from numbered) where copy > 1"
    )
    (again,) = row(database, "select count(*) from again")
    (both,) = row(database, f"select count(*) from lines where {shared}")
    if mapping.repeated is None and again > _BY_CHANCE * both:
        hint = "Say which: --set repeated=once, --set repeated=kept"
        expected = "files that have no lines in common, or a word whether these count once"
        raise InputError(
            where, "repeated", f"{again:,} lines that an earlier file has too", expected, hint=hint
        )
    if mapping.repeated == "once":
        move_out(database, "(file, line) in (select (file, line) from again)", "'repeated'")
    database.execute("drop table again; drop table numbered")


def make_purchases(database: Database, returns: str, spend: float | None = None) -> int:
    """Make the table ``purchases`` of ``who``, ``day``, ``amount``, ``lines`` and ``channel``.

    Who it is says ``ids``. With `spend` each brings what the client says, however many lines it has.

    Returns
    -------
    int
        How many lines took money back.
    """
    move_out(database, "state = 'cancelled'", "'cancelled'")
    sent_back = _note_returns(database)
    note_channels(database)
    if returns == "apart":
        move_out(database, "amount < 0", "'returned'")
    database.execute(
        "create table days_of as select customer, day, sum(amount) as net, "
        "coalesce(sum(amount) filter (amount > 0), 0) as bought, count(*) as lines, "
        "count(*) filter (amount >= 0) as paid from lines group by 1, 2"
    )
    amount, counts = "net" if spend is None else f"{spend}::double", "true"
    if row(database, "select count(*) from lines where amount < 0")[0]:
        _net(database)
        counts = "paid > 0 and not (bought > 0 and net <= 0)"
    database.execute(
        f"create table purchases as select who, day, {amount} as amount, lines, channel "
        f"from days_of join ids using (customer) left join bought_in using (customer, day) where {counts}"
    )
    return sent_back


def _note_returns(database: Database) -> int:
    """Make the table ``returns`` of what was ``bought`` and ``returned`` by ``customer`` and ``day``.

    It is empty where no line took money back: that none is seen does not say that there are none. What
    is more than was bought before counts as well: purchases before the files begin come back in them, as
    those at their end come back later.
    """
    (lines,) = row(database, "select count(*) from lines where amount < 0")
    database.execute(
        "create table returns as select customer, day, "
        "coalesce(sum(amount) filter (amount > 0), 0)::double as bought, "
        "coalesce(-sum(amount) filter (amount < 0), 0)::double as returned "
        f"from lines where {int(lines)} > 0 group by 1, 2"
    )
    return int(lines)


def _net(database: Database) -> None:
    """Set returns against purchases; what is more than was bought before is noted."""
    database.execute(
        """
        create temp table sums as select *, sum(net) over (partition by customer order by day desc) as s
            from days_of where customer in (select customer from days_of where net < 0);
        create temp table owed as select customer, day, net,
            greatest(0, max(s) over (partition by customer order by day desc)) - s as after_it,
            greatest(0, coalesce(max(s) over (partition by customer order by day desc
                rows between unbounded preceding and 1 preceding), 0)) - (s - net) as before_it from sums;
        update days_of set net = o.net - before_it + after_it from owed o
            where o.customer = days_of.customer and o.day = days_of.day;
        insert into rejected select first(file order by file, line), first(line order by file, line),
            'returned_before', customer, first(day order by file, line), -any_value(after_it), ''
            from lines
            join (select customer, after_it, row_number() over (partition by customer order by day) as nth
                from owed) using (customer)
            where nth = 1 and after_it > 0 and amount < 0 group by customer;
        drop table sums; drop table owed
        """
    )


def years_of(database: Database) -> list[tuple[int, float, int, int]]:
    """Return by year the sales, customers and purchases."""
    found = rows(
        database,
        "select year(day), sum(amount)::double, count(distinct who), count(*) "
        "from purchases group by 1 order by 1",
    )
    return [(int(year), float(sales), int(who), int(n)) for year, sales, who, n in found]


def in_words(files: list[str]) -> str:
    """Return the names of files, for messages on all of them."""
    return ", ".join(files[:3]) + (", ..." if len(files) > 3 else "")
