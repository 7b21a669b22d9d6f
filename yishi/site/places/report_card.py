"""The report card of a place, for its residents, printed on one sheet of A4.

It fits because entries per section and lengths of texts are limited; everything else is linked.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice

from msgspec import Struct
from msgspec.structs import replace

from ...core.outputs import Output
from ...model.language import marked
from ...model.records import Issue
from ..format_stat import SplitValue, get_statistic_path
from ..layout import build_absolute_url, build_breadcrumbs, build_page
from ..page_context import (
    Link,
    LocalizedText,
    PageContext,
    RecordRow,
    join_items,
    link_to_record,
    localize_name,
    localize_summary,
    localize_text,
)
from ..qr_codes import get_qr_path
from ..recommendations import RecommendationView, list_place_recommendations
from ..record_parts import Reply, link_sources
from ..taking_part import AnswerBack, NextMeeting, find_next_meeting, find_ways_to_raise
from ..wall_notes import WallColumnView, WallNote, build_status_columns
from .key_figures import build_stat_sentences
from .objections import ObjectionToResult, list_answered_objections
from .published_figures import PublishedFigure, list_published_figures
from .year import count_months_of_year, list_of_year

MAX_PER_SECTION = 3
"""Maximum number of entries in each section."""

MAX_NOTES = 4
"""Maximum number of notes in each column of the wall in small."""

REPORT_CARDS_PAGE = "report-cards/index.html"

MAX_TITLE_COLUMNS = 70
"""Maximum columns of a title; a Chinese character takes two columns."""

MAX_NOTE_COLUMNS = 20
"""Maximum columns of the title of a note in the wall in small."""

MAX_TEXT_COLUMNS = 90
"""Maximum columns of a text."""

_LADDER_ORDER = ("lasting", "confirmed", "done")


Highlight = tuple[RecordRow, str, LocalizedText | None]
"""A case, or an issue whose result lasts; why it is a highlight; and its summary."""


class ReportCardView(Struct, frozen=True):
    """The view of the card. Its counts cover all records, also those that are not listed. `is_short`: there are no
    recommendations and objections on it, so that it has room for larger type.

    `address`: its absolute URL, and `qr_code`: the path of its QR code, "" without a base URL; `years`: numbers of this
    year and the last, in turn; `wall`: the first notes of each column that has some; `open_issues`: each with the
    promised day in words; `findings` of reviewers: each with its review.
    """

    path: str
    from_press: bool
    sources: tuple[Link, ...]
    is_short: bool
    name: LocalizedText
    kind: str
    address: str
    qr_code: str
    sentences: tuple[Link, ...]
    years: tuple[SplitValue, ...]
    wall: tuple[WallColumnView, ...]
    published_figures: tuple[PublishedFigure, ...]
    highlights: tuple[Highlight, ...]
    open_count: Link
    open_issues: tuple[tuple[RecordRow, str], ...]
    ratings_summary: str
    recommendations: tuple[RecommendationView, ...]
    findings: tuple[tuple[LocalizedText, Link], ...]
    objections: tuple[ObjectionToResult, ...]
    next_meeting: NextMeeting
    answer_back: AnswerBack


def build_report_card(context: PageContext, path: str) -> Output:
    """The report card of the place at `path`."""
    view = build_report_card_view(context, path)
    return build_page(context, f"{path}/report/index.html", "pages/report_card.html",
                      context.text("Report card of {place}", place=view.name.text), view,
                      trail=build_breadcrumbs(context, path, Link(context.text("Report card"))))


def build_report_cards(context: PageContext, path: str) -> Output:
    """The cards of the places directly below the place at `path`, to be printed at once."""
    children = context.library.children[path]
    title = context.text("Report cards of {place}", place=localize_name(context, context.library.places[path]).text)
    return build_page(context, f"{path}/{REPORT_CARDS_PAGE}", "pages/report_cards.html", title,
                      tuple(build_report_card_view(context, child) for child in children),
                      trail=build_breadcrumbs(context, path, Link(context.text("Report cards"))))


def build_report_card_view(context: PageContext, path: str) -> ReportCardView:
    """The view of the card of the place at `path`."""
    place = context.library.places[path]
    pending = context.record_lists.open_issues_in.get(path) or ()
    recommendations = list_place_recommendations(context, path)[:MAX_PER_SECTION]
    objections = tuple(map(_shorten_objection, islice(list_answered_objections(context, path), MAX_PER_SECTION - 1)))
    return ReportCardView(
        path=path, from_press=place.from_press, sources=link_sources(context, path, place),
        is_short=not recommendations and not objections, name=localize_name(context, place),
        kind=context.label("place_kind", place.kind), qr_code=get_qr_path(context, f"{path}/report"),
        address=build_absolute_url(context, context.language.tag, f"{path}/report/index.html"),
        sentences=build_stat_sentences(context, path), years=tuple(_compare_years(context, path)),
        wall=tuple(_small_wall(context, path)),
        published_figures=tuple(islice(list_published_figures(context, path), MAX_PER_SECTION - 1)),
        highlights=tuple(islice(_highlights(context, path), MAX_PER_SECTION)),
        open_count=Link(_open_count_text(context, path, len(pending)), get_statistic_path("by_status", path),
                        value=str(len(pending))),
        open_issues=tuple((_shorten_row(context.rows[issue]), _promise_text(context, context.library.issues[issue]))
                          for issue in pending[:MAX_PER_SECTION]),
        ratings_summary=_summarise_ratings(context, path),
        recommendations=tuple(map(_shorten_recommendation, recommendations)),
        findings=tuple(islice(_reviewer_findings(context, path), MAX_PER_SECTION - len(recommendations))),
        objections=objections,
        next_meeting=find_next_meeting(context, path),
        answer_back=find_ways_to_raise(context, path, f"{path}/report/index.html", localize_name(context, place).text),
    )


# --- this year and the last, and the wall -----------------------------------------------------------------------------


def _compare_years(context: PageContext, place: str) -> Iterator[SplitValue]:
    """How many issues were raised and resolved and how many meetings were held in the year of the day of the report,
    each followed by the same of the year before; nothing if all are 0."""
    years = (context.as_of.year, context.as_of.year - 1)
    numbers = [(context.text(name, year=year), year, count(year))
               for name, count in _yearly_counts(context, place) for year in years]
    most = max(number for _, _, number in numbers)
    for text, year, number in numbers if most else ():
        target = f"{place}/{year}/index.html" if year in (context.record_lists.years_of.get(place) or ()) else ""
        yield SplitValue(Link(text, target), context.number(number), f"{100 * number / most:.1f}%")


def _yearly_counts(context: PageContext, place: str) -> Iterator[tuple[str, Callable[[int], int]]]:
    yield marked("Issues raised in {year}"), partial(count_months_of_year, context, place, "raised_by_month")
    yield marked("Issues resolved in {year}"), partial(count_months_of_year, context, place, "resolved_by_month")
    yield marked("Meetings held in {year}"), partial(_count_meetings_held, context, place)


def _count_meetings_held(context: PageContext, place: str, year: int) -> int:
    dates = (context.library.meetings[path].date.latest for path in list_of_year(context, place, year, "meetings"))
    return sum(day is not None and day <= context.as_of for day in dates)


def _small_wall(context: PageContext, place: str) -> Iterator[WallColumnView]:
    def build_note(path: str) -> WallNote:
        row = context.rows[path]
        return WallNote(replace(row, title=shorten_text(row.title, MAX_NOTE_COLUMNS)))

    for column in build_status_columns(context, place, context.record_lists.walls.get(place) or {}, build_note):
        if column.notes:
            yield replace(column, notes=column.notes[:MAX_NOTES])


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
            summary and _shorten(summary))


# --- open issues ------------------------------------------------------------------------------------------------------


def _open_count_text(context: PageContext, path: str, number: int) -> str:
    """How many issues are open; where none is, how many there are of which nobody knows what became."""
    if number:
        return context.plural("{n} issue is still open.", "{n} issues are still open.", number)
    unknown = len((context.record_lists.by_status_in.get(path) or {}).get("unknown", ()))
    return context.plural("No open issue is recorded; of {n}, what came of it is not known.",
                          "No open issue is recorded; of {n}, what came of them is not known.",
                          unknown) if unknown else context.text("No open issue is recorded.")


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


def _reviewer_findings(context: PageContext, place: str) -> Iterator[tuple[LocalizedText, Link]]:
    for path in context.record_lists.reviews_of.get(place, ()):
        review = context.library.reviews[path]
        link = link_to_record(context, path)
        for judgement in review.criteria if link and not review.draft else ():
            if judgement.finding and link:
                yield _shorten(localize_text(context, review, judgement.finding)), _shorten_link(link)


# --- shortening -------------------------------------------------------------------------------------------------------


def shorten_text(text: str, columns: int) -> str:
    """`text`, cut with … if it takes more columns; a Chinese character takes two."""
    taken = 0
    for number, character in enumerate(text):
        taken += 1 if character < "\u2e80" else 2
        if taken > columns:
            return text[:number].rstrip() + "…"
    return text


def _shorten(text: LocalizedText) -> LocalizedText:
    return replace(text, text=shorten_text(text.text, MAX_TEXT_COLUMNS))


def _shorten_row(row: RecordRow) -> RecordRow:
    return replace(row, title=shorten_text(row.title, MAX_TITLE_COLUMNS))


def _shorten_link(link: Link) -> Link:
    return replace(link, text=shorten_text(link.text, MAX_TITLE_COLUMNS // 2))


def _shorten_recommendation(view: RecommendationView) -> RecommendationView:
    return replace(view, text=_shorten(view.text), answer=_shorten_reply(view.answer),
                   review=_shorten_link(view.review), about=view.about and _shorten_link(view.about), plan=None)


def _shorten_objection(objection: ObjectionToResult) -> ObjectionToResult:
    row, entry = objection
    return _shorten_row(row), replace(entry, text=_shorten(entry.text), reply=_shorten_reply(entry.reply))


def _shorten_reply(reply: Reply | None) -> Reply | None:
    return reply and replace(reply, text=_shorten(reply.text))
