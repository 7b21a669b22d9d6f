"""Objections of residents to the results of issues, and the answers."""

from collections.abc import Iterator

from ...core.outputs import Output
from ...model.records import Objection
from ..layout import build_breadcrumbs, build_page, join_place_path
from ..page_context import Link, PageContext, RecordRow, Section, link_to_record
from ..record_parts import DatedEntry, build_objection_entry

OBJECTIONS_PAGE = "objections/index.html"

MAX_OBJECTIONS = 300
"""Maximum number of objections on a page; those of the places have the others."""

ObjectionToResult = tuple[RecordRow, DatedEntry]
"""An issue, and an objection to its result with the answer."""


def build_objections_page(context: PageContext, place: str) -> Output:
    """The objections to the issues of a place ("" = the site), first those without an answer."""
    scope = link_to_record(context, place)
    title = context.text("Objections and answers")
    return build_page(context, join_place_path(place, OBJECTIONS_PAGE), "pages/objections.html",
                      context.text("Objections and answers: {place}", place=scope.text) if scope else title,
                      _list_page_sections(context, place), trail=build_breadcrumbs(context, place, Link(title)),
                      description=summarise_objections(context, place).text)


def _list_page_sections(context: PageContext, place: str) -> tuple[Section[ObjectionToResult], ...]:
    listed = tuple(list_answered_objections(context, place))
    groups = {"open": context.text("Not answered yet"), "answered": context.text("Answered")}
    of_group = {"open": tuple(one for one in listed if not one[1].reply),
                "answered": tuple(one for one in listed if one[1].reply)}
    return tuple(Section(title, of_group[key][:MAX_OBJECTIONS], Link(context.number(len(of_group[key]))), key)
                 for key, title in groups.items() if of_group[key])


def list_objections(context: PageContext, place: str) -> tuple[tuple[str, Objection], ...]:
    """All objections to the issues of a place ("" = the site) as (issue, objection), newest issue first.

    Without issues that statistics exclude, and without those known only from the press, which nobody here could answer.
    """
    return tuple((path, objection) for path in context.record_lists.objected_issues_in.get(place) or ()
                 for objection in context.library.issues[path].objections
                 if objection.date.earliest is None or objection.date.earliest <= context.as_of)


def summarise_objections(context: PageContext, place: str) -> Link:
    """Say how many objections there are and how many were answered, with a link to them; no text if there are none."""
    objections = [objection for _, objection in list_objections(context, place)]
    if not objections:
        return Link("")
    answered = context.number(sum(bool(objection.answer) for objection in objections))
    return Link(context.plural("{n} objection to a result; answered: {answered}.",
                               "{n} objections to results; answered: {answered}.",
                               len(objections), answered=answered), join_place_path(place, OBJECTIONS_PAGE))


def list_answered_objections(context: PageContext, place: str) -> Iterator[ObjectionToResult]:
    """The objections with their answers, those without an answer first."""
    for path, objection in sorted(list_objections(context, place), key=lambda pair: bool(pair[1].answer)):
        yield context.rows[path], build_objection_entry(context, context.library.issues[path], objection)
