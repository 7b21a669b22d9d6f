"""A place's main numbers, and further ones in sentences that a resident understands, each leading to what it tells."""

from collections.abc import Callable, Iterator, Mapping

from msgspec import Struct

from ..analysis.progress import COLOURS
from ..analysis.statistics import Stat
from .edition import SHAPES, Edition, Link, status_in
from .numbers import machine_value, number_at, number_link, said, slices, stat_of
from .shell import page_of
from .voice import objections_in_words


class Count(Struct, frozen=True):
    """A main number, leading to how it is counted, and what it counts, leading to that; that of a status with the shape
    and colour of its notes."""

    name: Link
    number: Link
    shape: str = ""
    colour: str = ""


def main_numbers(edition: Edition, place: str) -> tuple[Count, ...]:
    """The issues of a place ("" = the site), how many stand at each status, and the cases."""
    return tuple(_main_numbers(edition, place))


def _main_numbers(edition: Edition, place: str) -> Iterator[Count]:
    issues, cases, status = (stat_of(edition, place, key) for key in ("issues", "cases", "by_status"))
    values = status.value if status and isinstance(status.value, Mapping) else {}
    text = edition.text
    yield Count(Link(text("issues made public"), page_of(place, "issues/index.html")),
                number_link(edition, "issues", place, (issues and issues.numerator) or 0))
    for key in edition.library.vocabulary.terms["status"]:
        if values.get(key):
            target = f"{place}/index.html#status-{key}" if place else f"status/{key}/index.html"
            number = number_link(edition, "by_status", place, values[key])
            yield status_count(key, Link(status_in(edition, place, key), target), number)
    yield Count(Link(text("case studies"), page_of(place, "cases/index.html")),
                number_link(edition, "cases", place, (cases and cases.numerator) or 0))


def status_count(status: str, name: Link, number: Link) -> Count:
    """How many issues stand at a status."""
    return Count(name, number, SHAPES[status], COLOURS[status])


def sentences_on(edition: Edition, place: str) -> tuple[Link, ...]:
    """A few sentences on a place ("" = the site); none where there is no public record yet."""
    issues = stat_of(edition, place, "issues")
    if issues is None or not issues.value:
        return ()
    return tuple(_sentences(edition, place, issues))


def _sentences(edition: Edition, place: str, issues: Stat) -> Iterator[Link]:
    yield Link(_how_many(edition, place, issues), number_at("by_status", place), value=str(issues.numerator))
    for key, told in _TOLD.items():
        stat = stat_of(edition, place, key)
        if stat and (sentence := told(edition, stat)):
            yield Link(sentence, number_at(key, place), value=machine_value(stat))
    if objections := objections_in_words(edition, place):
        yield Link(objections)


def _how_many(edition: Edition, place: str, issues: Stat) -> str:
    stat = stat_of(edition, place, "by_status")
    parts = [edition.text("{label} {number}", label=one.name.text, number=one.number)
             for one in (slices(edition, "by_status", stat, place) if stat else ())]
    return edition.plural("{n} issue has been made public here: {parts}.",
                          "{n} issues have been made public here: {parts}.", issues.numerator or 0,
                          parts=edition.text(", ").join(parts))


def _how_soon(edition: Edition, stat: Stat) -> str:
    """"" where too few dates are exact: the sentence on solutions says so already."""
    if stat.value is None:
        return ""
    days = said(edition, "median_days_to_first_reply", stat).value
    return edition.text("Half of the issues had a first reply within {days}.", days=days)


def _how_long(edition: Edition, stat: Stat) -> str:
    if stat.value is None:
        return edition.text("How long a solution takes cannot be said yet: too few have exact dates.")
    days = said(edition, "median_days_to_resolve", stat).value
    return edition.text("Half of those solved took no longer than {days}.", days=days)


def _how_lasting(edition: Edition, stat: Stat) -> str:
    if not stat.denominator:
        return edition.text("Whether the results last is not known yet: no follow-up has fallen due.")
    return edition.plural("Of {n} solution whose follow-up has fallen due, {lasting} has been found to last.",
                          "Of {n} solutions whose follow-ups have fallen due, {lasting} have been found to last.",
                          stat.denominator, lasting=edition.number(stat.numerator or 0))


_TOLD: dict[str, Callable[[Edition, Stat], str]] = {
    "median_days_to_first_reply": _how_soon, "median_days_to_resolve": _how_long, "lasting_share": _how_lasting}
"""Statistic → how it is told."""
