"""Objections of residents to the results of issues, and the answers."""

from collections.abc import Iterator

from ...model.records import Objection
from ..page_context import PageContext, RecordRow
from ..record_parts import Reply, build_reply

ObjectionToResult = tuple[RecordRow, str, Reply | None]
"""An issue, an objection to its result, and the answer."""


def list_objections(context: PageContext, place: str) -> tuple[tuple[str, Objection], ...]:
    """All objections to the issues of a place ("" = the site) as (issue, objection), newest issue first.

    Without issues that statistics exclude, and without those known only from the press, which nobody here could answer.
    """
    return tuple((path, objection) for path in context.record_lists.objected_issues_in.get(place) or ()
                 for objection in context.library.issues[path].objections
                 if objection.date.earliest is None or objection.date.earliest <= context.as_of)


def summarise_objections(context: PageContext, place: str) -> str:
    """Say how many objections there are and how many were answered; "" if there are none."""
    objections = [objection for _, objection in list_objections(context, place)]
    if not objections:
        return ""
    answered = context.number(sum(bool(objection.answer) for objection in objections))
    return context.plural("{n} objection says that something is not solved; answered: {answered}.",
                          "{n} objections say that something is not solved; answered: {answered}.",
                          len(objections), answered=answered)


def list_answered_objections(context: PageContext, place: str) -> Iterator[ObjectionToResult]:
    """The objections with their answers, those without an answer first."""
    for path, objection in sorted(list_objections(context, place), key=lambda pair: bool(pair[1].answer)):
        yield context.rows[path], objection.text, build_reply(context, objection.answer, objection.answered_on)
