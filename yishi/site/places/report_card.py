"""The report card of a place, for its residents, printed on one sheet of A4.

It fits because entries per section and lengths of texts are limited; everything else is linked.
"""

from collections import Counter
from collections.abc import Iterator
from itertools import islice

from msgspec import Struct
from msgspec.structs import replace

from ...core.outputs import Output
from ...model.records import Issue
from ..format_stat import get_statistic_path
from ..layout import build_breadcrumbs, build_page
from ..page_context import (
    Link,
    LocalizedText,
    PageContext,
    RecordRow,
    join_items,
    link_to_record,
    localize_name,
    localize_summary,
)
from ..recommendations import RecommendationView, list_place_recommendations
from ..record_parts import Reply
from ..taking_part import (
    AnswerBack,
    ContactOffice,
    NextMeeting,
    find_contact_office,
    find_next_meeting,
    find_ways_to_answer,
)
from .key_figures import build_stat_sentences
from .objections import ObjectionToResult, list_answered_objections

MAX_PER_SECTION = 3
"""Maximum number of entries in each section."""

MAX_TITLE_COLUMNS = 70
"""Maximum columns of a title; a Chinese character takes two columns."""

MAX_TEXT_COLUMNS = 110
"""Maximum columns of a text."""

_LADDER_ORDER = ("lasting", "confirmed", "done")


Highlight = tuple[RecordRow, str, LocalizedText | None]
"""A case, or an issue whose result lasts; why it is a highlight; and its summary."""


class ReportCardView(Struct, frozen=True):
    """The view of the card. Its counts cover all records, also those that are not listed.

    `open_issues`: each with the promised day in words; `findings` of reviewers: each with its review.
    """

    path: str
    name: LocalizedText
    kind: str
    sentences: tuple[Link, ...]
    highlights: tuple[Highlight, ...]
    open_count: Link
    open_issues: tuple[tuple[RecordRow, str], ...]
    ratings_summary: str
    recommendations: tuple[RecommendationView, ...]
    findings: tuple[tuple[str, Link], ...]
    objections: tuple[ObjectionToResult, ...]
    next_meeting: NextMeeting | None
    contact_office: ContactOffice | None
    answer_back: AnswerBack


def build_report_card(context: PageContext, path: str) -> Output:
    """The report card of the place at `path`."""
    view = build_report_card_view(context, path)
    return build_page(context, f"{path}/report/index.html", "pages/report_card.html",
                      context.text("Report card of {place}", place=view.name.text), view,
                      trail=build_breadcrumbs(context, path, Link(context.text("Report card"))))


def build_report_card_view(context: PageContext, path: str) -> ReportCardView:
    """The view of the card of the place at `path`."""
    place = context.library.places[path]
    pending = context.record_lists.open_issues_in.get(path) or ()
    recommendations = list_place_recommendations(context, path)[:MAX_PER_SECTION]
    return ReportCardView(
        path=path, name=localize_name(context, place), kind=context.label("place_kind", place.kind),
        sentences=build_stat_sentences(context, path),
        highlights=tuple(islice(_highlights(context, path), MAX_PER_SECTION)),
        open_count=Link(_open_count_text(context, len(pending)), get_statistic_path("by_status", path),
                        value=str(len(pending))),
        open_issues=tuple((_shorten_row(context.rows[issue]), _promise_text(context, context.library.issues[issue]))
                          for issue in pending[:MAX_PER_SECTION]),
        ratings_summary=_summarise_ratings(context, path),
        recommendations=tuple(map(_shorten_recommendation, recommendations)),
        findings=tuple(islice(_reviewer_findings(context, path), MAX_PER_SECTION - len(recommendations))),
        objections=tuple(map(_shorten_objection, islice(list_answered_objections(context, path), MAX_PER_SECTION - 1))),
        next_meeting=find_next_meeting(context, path), contact_office=find_contact_office(context, path),
        answer_back=find_ways_to_answer(context, path, f"{path}/report/index.html", localize_name(context, place).text),
    )


# --- highlights -------------------------------------------------------------------------------------------------------


def _highlights(context: PageContext, place: str) -> Iterator[Highlight]:
    """The cases, lasting results first, then the newest; then the lasting issues that no case is about."""
    list_items = context.site_data.list_items
    record_lists = context.record_lists
    cases = [path for path in record_lists.cases_in.get(place, ()) if not list_items[path].draft
             and _has_no_relapse(context, path)]
    for path in sorted(cases, key=lambda path: _LADDER_ORDER.index(_lowest_ladder_step(context, path))):
        yield _highlight(context, path, _lowest_ladder_step(context, path))
    covered = {issue for path in cases for issue in list_items[path].issues}
    yield from (_highlight(context, path, "lasting") for path in record_lists.lasting_issues_in.get(place) or ()
                if path not in covered)


def _has_no_relapse(context: PageContext, case: str) -> bool:
    """Whether no issue of the case has relapsed or was given up."""
    list_items = context.site_data.list_items
    return not any(list_items[path].ladder in ("relapsed", "closed") for path in list_items[case].issues)


def _lowest_ladder_step(context: PageContext, case: str) -> str:
    """How far the results of a case have been confirmed: the lowest step among its issues."""
    steps = [context.site_data.list_items[path].ladder for path in context.site_data.list_items[case].issues]
    return max((step if step in _LADDER_ORDER else "done" for step in steps), key=_LADDER_ORDER.index, default="done")


def _highlight(context: PageContext, path: str, ladder: str) -> Highlight:
    why = {"lasting": context.text("Follow-ups confirmed that the result lasts."),
           "confirmed": context.text("A follow-up found that the result holds.")}.get(ladder, "")
    record = context.library.cases.get(path) or context.library.issues[path]
    summary = localize_summary(context, record)
    return (_shorten_row(context.rows[path]), why,
            summary and replace(summary, text=shorten_text(summary.text, MAX_TEXT_COLUMNS)))


# --- open issues ------------------------------------------------------------------------------------------------------


def _open_count_text(context: PageContext, number: int) -> str:
    return context.plural("{n} issue is still open.", "{n} issues are still open.", number) if number else ""


def _promise_text(context: PageContext, issue: Issue) -> str:
    if issue.due is None:
        return context.text("no day promised yet") if issue.is_judged else context.text("from a press report")
    day = context.language.day(issue.due)
    if issue.is_judged and issue.due < context.as_of:
        return context.text("promised by {day}; the day has passed", day=day)
    return context.text("promised by {day}", day=day)


# --- ratings and findings ---------------------------------------------------------------------------------------------


def _summarise_ratings(context: PageContext, place: str) -> str:
    """Say how many ratings of each kind reviewers gave; "" if none."""
    reviews = (context.library.reviews[path] for path in context.record_lists.reviews_of.get(place, ()))
    numbers = Counter(judgement.rating for review in reviews if not review.draft
                      for judgement in review.criteria if judgement.rating)
    if not numbers:
        return ""
    terms = context.library.vocabulary.terms["rating"]
    parts = (context.text("{name} ({n})", name=context.label("rating", key), n=context.number(numbers[key]))
             for key in terms if numbers[key])
    return context.plural("Reviewers gave {n} rating: {parts}.", "Reviewers gave {n} ratings: {parts}.",
                          numbers.total(), parts=join_items(context, parts))


def _reviewer_findings(context: PageContext, place: str) -> Iterator[tuple[str, Link]]:
    for path in context.record_lists.reviews_of.get(place, ()):
        review = context.library.reviews[path]
        link = link_to_record(context, path)
        for judgement in review.criteria if link and not review.draft else ():
            if judgement.finding and link:
                yield shorten_text(judgement.finding, MAX_TEXT_COLUMNS), _shorten_link(link)


# --- shortening -------------------------------------------------------------------------------------------------------


def shorten_text(text: str, columns: int) -> str:
    """`text`, cut with … if it takes more columns; a Chinese character takes two."""
    taken = 0
    for number, character in enumerate(text):
        taken += 1 if character < "\u2e80" else 2
        if taken > columns:
            return text[:number].rstrip() + "…"
    return text


def _shorten_row(row: RecordRow) -> RecordRow:
    return replace(row, title=shorten_text(row.title, MAX_TITLE_COLUMNS))


def _shorten_link(link: Link) -> Link:
    return replace(link, text=shorten_text(link.text, MAX_TITLE_COLUMNS // 2))


def _shorten_recommendation(view: RecommendationView) -> RecommendationView:
    return replace(view, text=shorten_text(view.text, MAX_TEXT_COLUMNS), answer=_shorten_reply(view.answer),
                   review=_shorten_link(view.review), about=view.about and _shorten_link(view.about), plan=None)


def _shorten_objection(objection: ObjectionToResult) -> ObjectionToResult:
    row, entry = objection
    return _shorten_row(row), replace(entry, text=shorten_text(entry.text, MAX_TEXT_COLUMNS),
                                      reply=_shorten_reply(entry.reply))


def _shorten_reply(reply: Reply | None) -> Reply | None:
    return reply and replace(reply, text=shorten_text(reply.text, MAX_TEXT_COLUMNS))
