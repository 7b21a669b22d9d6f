"""The report card of a place: one page that prints on one sheet of A4, told to its residents.

It is short by construction: so many entries of each kind, so many columns of each text; the rest is a link away.
"""

from collections import Counter
from collections.abc import Iterator
from itertools import islice

from msgspec import Struct
from msgspec.structs import replace

from ...analysis.obligations import is_judged
from ...core.outputs import Output, OutputPlan
from ...model.records import Issue
from ..format_stat import get_statistic_path
from ..layout import build_breadcrumbs, build_page, plan_page
from ..page_context import Link, LocalizedText, PageContext, RecordRow, link_to_record, localize_name, localize_summary
from ..recommendations import RecommendationView, list_place_recommendations
from ..record_parts import Reply
from .contact_office import ContactOffice, find_contact_office
from .key_figures import build_stat_sentences
from .next_meeting import NextMeeting, find_next_meeting
from .objections import ObjectionView, build_objection_views

MAX_PER_SECTION = 3
"""So many entries of each kind stand on the card."""

MAX_TITLE_COLUMNS = 70
"""So many columns a title may take; a Chinese character takes two."""

MAX_TEXT_COLUMNS = 110
"""So many columns a text may take."""

_LADDER_ORDER = ("lasting", "confirmed", "done")


class Highlight(Struct, frozen=True):
    """A case, or an issue found lasting; `why` says what speaks for it."""

    row: RecordRow
    reason: str
    summary: LocalizedText | None


class OpenIssue(Struct, frozen=True):
    """An open issue and the day it is promised by, in words."""

    row: RecordRow
    promise_text: str


class ReviewerFinding(Struct, frozen=True):
    """What a reviewer found."""

    text: str
    review: Link


class ReportCardView(Struct, frozen=True):
    """Everything on the card. The counts are of all, also of those that are not shown."""

    path: str
    name: LocalizedText
    kind: str
    sentences: tuple[Link, ...]
    highlights: tuple[Highlight, ...]
    open_count: Link
    open_issues: tuple[OpenIssue, ...]
    ratings_summary: str
    recommendations: tuple[RecommendationView, ...]
    findings: tuple[ReviewerFinding, ...]
    objections: tuple[ObjectionView, ...]
    next_meeting: NextMeeting | None
    contact_office: ContactOffice | None


def plan_report_cards(edition: PageContext) -> Iterator[OutputPlan]:
    """The report card of every place."""
    for path in edition.library.places:
        yield plan_page(edition, f"{path}/report/index.html", build_report_card, path)


def build_report_card(edition: PageContext, path: str) -> Output:
    """The report card of the place at `path`."""
    view = build_report_card_view(edition, path)
    return build_page(edition, f"{path}/report/index.html", "pages/report_card.html",
                      edition.text("Report card of {place}", place=view.name.text), view,
                      trail=build_breadcrumbs(edition, path, Link(edition.text("Report card"))))


def build_report_card_view(edition: PageContext, path: str) -> ReportCardView:
    """The card of the place at `path`."""
    place, pending = edition.library.places[path], edition.record_lists.open_issues_in.get(path) or ()
    advice = list_place_recommendations(edition, path)[:MAX_PER_SECTION]
    return ReportCardView(
        path=path, name=localize_name(edition, place), kind=edition.label("place_kind", place.kind),
        sentences=build_stat_sentences(edition, path),
        highlights=tuple(islice(_highlights(edition, path), MAX_PER_SECTION)),
        open_count=Link(_open_count_text(edition, len(pending)), get_statistic_path("by_status", path),
                        value=str(len(pending))),
        open_issues=tuple(_open_issue(edition, one) for one in pending[:MAX_PER_SECTION]),
        ratings_summary=_summarise_ratings(edition, path), recommendations=tuple(map(_shorten_recommendation, advice)),
        findings=tuple(islice(_reviewer_findings(edition, path), MAX_PER_SECTION - len(advice))),
        objections=tuple(map(_shorten_objection, islice(build_objection_views(edition, path), MAX_PER_SECTION - 1))),
        next_meeting=find_next_meeting(edition, path), contact_office=find_contact_office(edition, path),
    )


# --- what there is to be proud of -------------------------------------------------------------------------------------


def _highlights(edition: PageContext, place: str) -> Iterator[Highlight]:
    """The cases, those whose result lasts first, then the newest; then issues found lasting that no case tells of."""
    listings, held = edition.site_data.list_items, edition.record_lists
    cases = [path for path in held.cases_in.get(place, ()) if not listings[path].draft
             and _has_no_relapse(edition, path)]
    for path in sorted(cases, key=lambda path: _LADDER_ORDER.index(_lowest_ladder_step(edition, path))):
        yield _highlight(edition, path, _lowest_ladder_step(edition, path))
    told = {issue for path in cases for issue in listings[path].issues}
    yield from (_highlight(edition, path, "lasting") for path in held.lasting_issues_in.get(place) or ()
                if path not in told)


def _has_no_relapse(edition: PageContext, case: str) -> bool:
    """Whether nothing that the case tells of came back or was given up."""
    listings = edition.site_data.list_items
    return not any(listings[path].ladder in ("relapsed", "closed") for path in listings[case].issues)


def _lowest_ladder_step(edition: PageContext, case: str) -> str:
    """How far the results that a case tells of have proved themselves: as far as the least proved of them."""
    found = [edition.site_data.list_items[path].ladder for path in edition.site_data.list_items[case].issues]
    return max((step if step in _LADDER_ORDER else "done" for step in found), key=_LADDER_ORDER.index, default="done")


def _highlight(edition: PageContext, path: str, ladder: str) -> Highlight:
    why = {"lasting": edition.text("Follow-ups confirmed that the result lasts."),
           "confirmed": edition.text("A follow-up found that the result holds.")}.get(ladder, "")
    record = edition.library.cases.get(path) or edition.library.issues[path]
    summary = localize_summary(edition, record)
    return Highlight(_shorten_row(edition.rows[path]), why,
                     summary and replace(summary, text=shorten_text(summary.text, MAX_TEXT_COLUMNS)))


# --- what is open -----------------------------------------------------------------------------------------------------


def _open_count_text(edition: PageContext, number: int) -> str:
    return edition.plural("{n} issue is still open.", "{n} issues are still open.", number) if number else ""


def _open_issue(edition: PageContext, path: str) -> OpenIssue:
    issue = edition.library.issues[path]
    return OpenIssue(_shorten_row(edition.rows[path]), _promise_text(edition, issue))


def _promise_text(edition: PageContext, issue: Issue) -> str:
    if issue.due is None:
        return edition.text("no day promised yet") if is_judged(issue) else edition.text("from a press report")
    day = edition.language.day(issue.due)
    if is_judged(issue) and issue.due < edition.as_of:
        return edition.text("promised by {day}; the day has passed", day=day)
    return edition.text("promised by {day}", day=day)


# --- what reviewers said ----------------------------------------------------------------------------------------------


def _summarise_ratings(edition: PageContext, place: str) -> str:
    """How many ratings of each kind reviewers gave; "" if none."""
    reviews = (edition.library.reviews[path] for path in edition.record_lists.reviews_of.get(place, ()))
    found = Counter(one.rating for review in reviews if not review.draft for one in review.criteria if one.rating)
    if not found:
        return ""
    terms = edition.library.vocabulary.terms["rating"]
    parts = (edition.text("{name} ({n})", name=edition.label("rating", key), n=edition.number(found[key]))
             for key in terms if found[key])
    return edition.plural("Reviewers gave {n} rating: {parts}.", "Reviewers gave {n} ratings: {parts}.",
                          found.total(), parts=edition.text(", ").join(parts))


def _reviewer_findings(edition: PageContext, place: str) -> Iterator[ReviewerFinding]:
    for path in edition.record_lists.reviews_of.get(place, ()):
        review = edition.library.reviews[path]
        link = link_to_record(edition, path)
        for one in review.criteria if link and not review.draft else ():
            if one.finding and link:
                yield ReviewerFinding(shorten_text(one.finding, MAX_TEXT_COLUMNS), _shorten_link(link))


# --- short enough for one sheet ---------------------------------------------------------------------------------------


def shorten_text(text: str, columns: int) -> str:
    """`text`, cut with … where it takes more columns; a Chinese character takes two."""
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


def _shorten_recommendation(advice: RecommendationView) -> RecommendationView:
    return replace(advice, text=shorten_text(advice.text, MAX_TEXT_COLUMNS), answer=_shorten_reply(advice.answer),
                   review=_shorten_link(advice.review), about=advice.about and _shorten_link(advice.about), plan=None)


def _shorten_objection(voice: ObjectionView) -> ObjectionView:
    return replace(voice, row=_shorten_row(voice.row), text=shorten_text(voice.text, MAX_TEXT_COLUMNS),
                   answer=_shorten_reply(voice.answer))


def _shorten_reply(reply: Reply | None) -> Reply | None:
    return reply and replace(reply, text=shorten_text(reply.text, MAX_TEXT_COLUMNS))
