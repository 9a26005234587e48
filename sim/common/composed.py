"""Texts whose gaps are filled already, said in the language that is spoken.

A calibration writes what to beware of, and a case what it takes over from where, as whole sentences into
a market's file; a refusal says what would be right where it is raised. In another language they are
read by their patterns, sentence by sentence; what has none stays as written.
"""

import re
from collections.abc import Sequence
from functools import cache

from sim.common.translated import refusals, translated

#: As `sim.calibration.fit_told`, `said`, `panel_window`, `moving_market` and `sim.market.case_market`
#: write them, what a calibration and a forecast say while they fit, what
#: `loyalty check` notes, and why a fact is not told in `sim.checks.validation`; the first one counts.
PATTERNS = (
    "as in the market {base}: {reason}",
    "Left out of the fits, since next to nothing was bought in between: {days}.",
    "Each customer's first purchase in the log is taken for the first one ever; about {old} seem to have "
    "been customers before the log begins.",
    "The log follows one cohort, acquired within about {weeks} weeks: how many new customers a year "
    "brings is assumed.",
    "Purchase rates come from the log's {window} and from those who bought in it; how many leave in a "
    "year {how}.",
    "About {new} of the customers seem to have come during the log, or to have left.",
    "Who first appears in its {window} counts from then.",
    "{seen} customers bought again after more than a year without a purchase, where the law of purchases "
    "expects {expected}: it knows nobody who leaves and is won anew.",
    "The log has {weeks} weeks and {repeating} customers who came back: whether purchase rates move is "
    "not told by less than {least_weeks} weeks and {least_repeating} such customers, and they are taken "
    "to stay.",
    "The log has no amounts: all money rests on the {said} that the firm says a purchase brings on "
    "average.",
    "The table {file} measures nothing: with the log it has fewer than {weeks} weeks or {customers} "
    "customers in common.",
    "Returns in the export measure nothing: in the log's last year fewer than {customers} customers sent "
    "something back, or it has fewer than {weeks} weeks.",
    "Returns in the export measure nothing: they come to more than {most} of what was bought, so that "
    "some are of purchases that are not in it.",
    "weight from half towards what foretold better from earlier days of this log, by their share of a "
    "year; purchases as {regularity}, the highest likelihood within calibration, by more than chance; "
    "people stay away for {weeks} weeks on average, so that away is {kind}",
    "{alike} in this log; any {size} value says so",
    "The table {file} measures nothing: of fewer than {least} customers who joined in the log's last "
    "year it says how they came, or fewer than {few} came one way.",
    "{known} of those who joined in the log's last year say how they came: the others are taken to have "
    "come likewise.",
    "{known} of the log's purchases in its last year say where they were made: channels stay assumed.",
    "The log's channels measure nothing: all purchases are in one, or fewer than {least} customers "
    "bought in its last year.",
    "{table}.parquet, {first} to {last}",
    "{table}.parquet, newcomers of the year to {last}",
    "{count} weeks",
    "{count} years later",
    "Fitting rates that move to {customers} customers",
    "Fitting the laws to {customers} customers",
    "Forecasting {customers} customers",
    "data/effects.csv: {count} of {all} effects not run yet ({levers}). `loyalty effects` runs them.",
    "data/effects.csv: {count} of {all} effects made by an earlier state ({levers}). `loyalty effects` "
    "runs them.",
    "{where}: another list of {lists}. `loyalty check --fix` renews it.",
    "The market names {count} rivals; {least} are needed.",
    "No rate of contact up to {rate} messages a month is a best one within.",
    "Too few of {customers} customers leave: simulate more of them.",
    "The interval holds {end}, an end of the band: more lives would tell.",
    "{title}: never reviewed",
    "Plan {number}",
    "In a trial over {weeks} weeks customers with {strategy} spent {difference} {currency} each against "
    "those without.",
    "{tried} customers of the firm with the plan and {control} without.",
    "In the {weeks} weeks after campaigns, taken for {strategy}, customers spent {difference} {currency} "
    "each against comparable ones.",
    "{tried} contacts in the firm's records and {control} rows of others.",
)
#: What fills gaps, and sentences without any.
PLAIN = (
    "is assumed, not measured",
    "is read from those who fell silent in it, as if rates of leaving were exponential",
    "How many come in a year and how often they buy is read from those whom the log first shows in it, "
    "customers who buy seldom taken to leave sooner.",
    "Fewer seem to leave than do, customers seem to buy less often, and how many come in a year is "
    "assumed.",
    "Who joined in it is not told apart: where newcomers buy seldom and leave soon, others buy "
    "oftener, and more leave, than this says.",
    "How far customers and purchases differ in it is assumed.",
    "The log is a table of weeks: a purchase is a week in which something was bought, and spend is that "
    "of such a week.",
    "The log is a table of months: a purchase is a month in which something was bought, and spend is "
    "that of such a month.",
    "The log is a table of periods: a purchase is a period in which something was bought, and spend is "
    "that of such a period.",
    "The table tickets.parquet does not say which are complaints: questions and failures stay assumed "
    "(`--set tickets.kind=COLUMN`).",
    "The table customers.parquet does not say how customers came: how many word of mouth brings stays "
    "assumed (`--set customers.source=COLUMN`).",
    "last year",
    "the year of joining",
    "Each customer's first purchase in the log is taken for the first one ever.",
    "If most were customers before, calibrate anew with drop-out assumed.",
    "The log does not tell the rate of drop-out; it is assumed.",
    "Customers still count from their first purchase, each by their own weeks.",
    "The currency was not given (--currency): amounts are called units.",
    "The currency was not given (--currency): amounts are called units, and wage_per_hour is assumed in "
    "dollars.",
    "the firm's own data; not for distribution",
    "stated by the firm with --wage: an hour of a service employee with overheads",
    "beside pauses all customers are taken to leave at one rate",
    "a year of a shop may be a fifth better or worse than the last for all customers at once; this log "
    "is too short to say",
    "the log's last year tells how many leave, not how their rates differ: exponential",
    "all customers buy at much the same rate",
    "all customers leave at much the same rate",
    "a customer spends much the same each time",
    "all customers spend much the same",
    "large",
    "small",
    "binomial days",
    "leaving",
    "a pause",
    "data/score.csv: the advice of an earlier state. `loyalty score --record` scores this one's.",
    "Both arms lived in one market: what they told each other is in both.",
    "Nothing was drawn by lot: it rests on the firm having chosen by what the log holds.",
)
_GAP, _GAPS = re.compile(r"\\{(\w+)\\}"), re.compile(r"\{\w+\}")
_SENTENCES = re.compile(r"(?<=\.) (?=[A-Z`])")
#: What fills a gap of a refusal and is a name or a number: it stays as it is.
_WORD = re.compile(r"\S+")


def refused(text: str) -> str:
    """Return what a refusal says in the language that is spoken; names, numbers and commands stay."""
    if text != "nothing" and _WORD.fullmatch(text):
        return text
    specific = sorted(filter(_GAPS.search, refusals()), key=lambda one: -len(_GAPS.sub("", one)))
    return retold(text, specific)


def retold(text: str, patterns: Sequence[str] = PATTERNS) -> str:
    """Return a text in the language that is spoken, else as it is written.

    Parameters
    ----------
    text : str
        Of a market's file, unless there are other patterns.
    patterns : sequence of str
        What it may have been written by; the first that fits counts.
    """
    known = translated(text)
    if known != text:
        return known
    for written in patterns:
        found, other = _pattern(written).fullmatch(text), translated(written)
        if found and other != written:
            return other.format(
                **{gap: _filled(gap, what, patterns) for gap, what in found.groupdict().items()}
            )
    sentences = _SENTENCES.split(text)
    if len(sentences) == 1:
        return text
    said = [retold(sentence, patterns) for sentence in sentences]
    # a language of its own has its own full stop, and no blank after it
    whole = all(new != old for new, old in zip(said, sentences, strict=True))
    return ("" if whole else " ").join(said)


def _filled(gap: str, what: str, patterns: Sequence[str]) -> str:
    """Return what fills a gap: a name stays, units and sentences are told."""
    name = patterns is not PATTERNS and gap != "unit" and _WORD.fullmatch(what)
    return what if name else retold(what, patterns)


@cache
def _pattern(written: str) -> re.Pattern[str]:
    """Return what a text with its gaps filled looks like; of a sentence, no gap reaches into the next."""
    filled = r"(?P<\1>(?:(?!\. ).)+?)" if written.endswith(".") else r"(?P<\1>.+?)"
    return re.compile(_GAP.sub(filled, re.escape(written)), re.DOTALL)
