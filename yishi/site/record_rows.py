"""Rows of records in lists; `build_page_context` builds each row of a language on first use."""

from functools import partial

from msgspec.structs import replace

from ..core.dependencies import LazyDict, RecordingDict
from ..model.kinds import ACTIVITIES
from ..model.language import Language
from ..model.paths import get_place_of, get_record_url
from ..model.records import Event, Forum, Meeting, Plan, Record, Review
from .page_context import (
    STATUS_SHAPES,
    LocalizedText,
    PageContext,
    RecordRow,
    format_raised,
    format_span,
    format_status,
    format_topics,
    localize_name,
    localize_phrase,
    localize_text,
    localize_title,
)
from .site_data import SiteData

DateAndSubject = tuple[str, LocalizedText]
"""The date of a record, and its subject, as text."""


def build_page_context(site_data: SiteData, language: Language, base_url: str) -> PageContext:
    """The page context for a language; rows are built on first use, and their reads are recorded."""
    bare = PageContext(site_data, language, base_url, {})
    activities = (path for path, _ in site_data.library.of_kinds(ACTIVITIES))
    rows = LazyDict((*site_data.list_items, *activities), partial(_build_row, bare))
    return replace(bare, rows=RecordingDict(f"row-{language.tag}", rows, site_data.dependencies.reads))


def set_row_status(context: PageContext, row: RecordRow, status: str, colour: str) -> RecordRow:
    """The row of an issue with this status (today's, or that on an earlier day)."""
    return replace(row, status=status, status_label=format_status(context, status, reported=row.from_press),
                   colour=colour, shape=STATUS_SHAPES[status])


def _build_row(context: PageContext, path: str) -> RecordRow:
    """The row of the record at `path`."""
    if path not in context.site_data.list_items:
        return _build_activity_row(context, path)
    item = context.site_data.list_items[path]
    subject = LocalizedText(format_topics(context, item.topics))
    title = localize_title(context, item.title, item.translated_titles)
    tag = localize_phrase(context, item.tag, item.translated_tags)
    span = localize_phrase(context, item.span_text, item.translated_spans).text
    when = (format_raised(context, item.listed_date) if item.status
            else format_span(context, span, item.listed_date, item.end_date))
    row = replace(_make_row(context, path, title, (when, subject), press=item.from_press, draft=item.draft),
                  tag=tag.text, tag_lang=tag.lang, topics=" ".join(item.topics),
                  day=item.listed_date.latest.isoformat() if item.listed_date.latest else "")
    return set_row_status(context, row, item.status, item.colour) if item.status else row


def _build_activity_row(context: PageContext, path: str) -> RecordRow:
    record = context.library.record(path)
    assert record is not None
    when = context.record_lists.date_of[path]
    date_and_subject = (context.language.when(when) if when.day else "", _activity_subject(context, record))
    return _make_row(context, path, localize_name(context, record), date_and_subject, press=record.from_press,
                     draft=record.draft)


def _activity_subject(context: PageContext, record: Record) -> LocalizedText:
    """The subject of an activity: its kind, the reviewer's role or the plan's status."""
    match record:
        case Forum():
            return LocalizedText(context.label("forum_kind", record.kind))
        case Meeting():
            return LocalizedText(context.label("attendance_mode", record.mode) if record.mode else "")
        case Event():
            return LocalizedText(context.label("event_kind", record.kind))
        case Review():
            return localize_text(context, record, record.reviewer_role)
        case Plan():
            return LocalizedText(format_plan_status(context, record))
        case _:
            return LocalizedText("")


def format_plan_status(context: PageContext, plan: Plan) -> str:
    """The label of a plan's status; "" if it is not recorded."""
    return format_status(context, plan.status, reported=plan.from_press, vocabulary="plan_status") if (
        plan.status) else ""


def _make_row(context: PageContext, path: str, title: LocalizedText, date_and_subject: DateAndSubject, *,
              press: bool, draft: bool) -> RecordRow:
    place = context.library.places.get(get_place_of(path))
    name = localize_name(context, place) if place else LocalizedText("")
    when, subject = date_and_subject
    return RecordRow(title=title.text, lang=title.lang, target=get_record_url(path), place=name.text,
                     place_lang=name.lang, date_text=when, subject=subject.text, subject_lang=subject.lang,
                     from_press=press, is_draft=draft)
