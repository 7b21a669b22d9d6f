"""Residents' voice: where it was said that something is not solved, and what was answered."""

from collections.abc import Iterator

from msgspec import Struct

from ...model.records import Objection
from ..page_context import PageContext, RecordRow
from ..record_parts import Reply, build_reply


class ObjectionView(Struct, frozen=True):
    """One objection to the result of an issue; a missing `answer` is said in words by `silence`."""

    row: RecordRow
    text: str
    answer: Reply | None
    no_answer_text: str


def list_objections(context: PageContext, place: str) -> tuple[tuple[str, Objection], ...]:
    """Every objection to the issues of a place ("" = the site) as (issue, objection), newest issue first.

    Left out is what statistics leave out, and what only the press reports: nobody here was asked for an answer.
    """
    return tuple((path, one) for path in context.record_lists.objected_issues_in.get(place) or ()
                 for one in context.library.issues[path].objections
                 if one.date.earliest is None or one.date.earliest <= context.as_of)


def summarise_objections(context: PageContext, place: str) -> str:
    """How often it was said that something is not solved, and how many were answered; "" if never."""
    found = [one for _, one in list_objections(context, place)]
    if not found:
        return ""
    answered = context.number(sum(bool(one.answer) for one in found))
    return context.plural("{n} objection says that something is not solved; answered: {answered}.",
                          "{n} objections say that something is not solved; answered: {answered}.",
                          len(found), answered=answered)


def build_objection_views(context: PageContext, place: str) -> Iterator[ObjectionView]:
    """The objections, those without an answer first."""
    for path, one in sorted(list_objections(context, place), key=lambda found: bool(found[1].answer)):
        yield ObjectionView(context.rows[path], one.text, build_reply(context, one.answer, one.answered_on),
                            context.text("No answer has been recorded yet."))
