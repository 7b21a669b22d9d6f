"""The main numbers of a place, and further ones in sentences for residents, each linked to its statistic."""

from collections.abc import Callable, Iterator

from msgspec import Struct

from ...analysis.progress import STATUS_COLOURS
from ...analysis.statistics import Stat
from ..format_stat import (
    build_split_values,
    encode_stat_value,
    format_parts,
    format_stat,
    get_definition_path,
    get_numerator,
    get_split_counts,
    get_stat,
    get_statistic_path,
)
from ..layout import join_place_path
from ..page_context import STATUS_SHAPES, Link, PageContext, format_place_status
from .objections import summarise_objections


class KeyFigure(Struct, frozen=True):
    """A main number: `number` links to the records that it counts, the name to how it is counted.

    The number of a status has the shape and colour of its notes.
    """

    name: Link
    number: Link
    shape: str = ""
    colour: str = ""


def build_key_figures(context: PageContext, place: str) -> tuple[KeyFigure, ...]:
    """The number of issues of a place ("" = the site), the number at each status, and the number of cases."""
    return tuple(_key_figures(context, place))


def _key_figures(context: PageContext, place: str) -> Iterator[KeyFigure]:
    values = get_split_counts(context, place, "by_status")
    issues, cases = (get_numerator(context, place, key) for key in ("issues", "cases"))
    yield _key_figure(context, context.plural("issue made public", "issues made public", issues), "issues", issues,
                      join_place_path(place, "issues/index.html"))
    for key in context.library.vocabulary.terms["status"]:
        if values.get(key):
            target = f"{place}/index.html#status-{key}" if place else f"status/{key}/index.html"
            name = Link(format_place_status(context, place, key), get_definition_path("by_status"))
            number = Link(context.number(values[key]), target, value=str(values[key]))
            yield build_status_figure(key, name, number)
    yield _key_figure(context, context.plural("case study", "case studies", cases), "cases", cases,
                      join_place_path(place, "cases/index.html"))


def _key_figure(context: PageContext, name: str, key: str, number: int, target: str) -> KeyFigure:
    return KeyFigure(Link(name, get_definition_path(key)), Link(context.number(number), target, value=str(number)))


def build_status_figure(status: str, name: Link, number: Link) -> KeyFigure:
    """The number of issues at a status, as a key figure."""
    return KeyFigure(name, number, STATUS_SHAPES[status], STATUS_COLOURS[status])


def build_stat_sentences(context: PageContext, place: str) -> tuple[Link, ...]:
    """A few sentences on a place ("" = the site); none without a public record."""
    issues = get_stat(context, place, "issues")
    if issues is None or not issues.value:
        return ()
    return tuple(_stat_sentences(context, place, issues))


def _stat_sentences(context: PageContext, place: str, issues: Stat) -> Iterator[Link]:
    yield Link(_issues_sentence(context, place, issues), get_statistic_path("by_status", place),
               value=str(issues.numerator))
    for key, write_sentence in _SENTENCE_OF_STATISTIC.items():
        stat = get_stat(context, place, key)
        if stat and (sentence := write_sentence(context, stat)):
            yield Link(sentence, get_statistic_path(key, place), value=encode_stat_value(stat))
    objections = summarise_objections(context, place)
    if objections.text:
        yield objections


def _issues_sentence(context: PageContext, place: str, issues: Stat) -> str:
    stat = get_stat(context, place, "by_status")
    statuses = build_split_values(context, "by_status", stat, place) if stat else ()
    parts = format_parts(context, ((status.name.text, status.number) for status in statuses))
    return context.plural("{n} issue has been made public here: {parts}.",
                          "{n} issues have been made public here: {parts}.", issues.numerator or 0,
                          parts=parts)


def _first_reply_sentence(context: PageContext, stat: Stat) -> str:
    """The sentence on first replies; "" with too few exact dates, as the sentence on results then says so."""
    if stat.value is None:
        return ""
    days = format_stat(context, "median_days_to_first_reply", stat).value
    return context.text("Half of the issues had a first reply within {days}.", days=days)


def _resolution_sentence(context: PageContext, stat: Stat) -> str:
    if stat.value is None:
        return context.text("How long a solution takes cannot be said yet: too few have exact dates.")
    days = format_stat(context, "median_days_to_resolve", stat).value
    return context.text("Half of those solved took no longer than {days}.", days=days)


def _lasting_sentence(context: PageContext, stat: Stat) -> str:
    if not stat.denominator and stat.excluded.get("press"):
        return context.text("Whether the results last cannot be said here: what is known only from press reports is "
                            "left out, and no other follow-up has fallen due.")
    if not stat.denominator:
        return context.text("Whether the results last is not known yet: no follow-up has fallen due.")
    return context.plural("Of {n} solution whose follow-up has fallen due, found to last: {lasting}.",
                          "Of {n} solutions whose follow-ups have fallen due, found to last: {lasting}.",
                          stat.denominator, lasting=context.number(stat.numerator or 0))


_SENTENCE_OF_STATISTIC: dict[str, Callable[[PageContext, Stat], str]] = {
    "median_days_to_first_reply": _first_reply_sentence, "median_days_to_resolve": _resolution_sentence,
    "lasting_share": _lasting_sentence}
"""Statistic → its sentence."""
