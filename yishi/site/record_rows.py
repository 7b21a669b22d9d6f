"""How each record stands in a list; `build_page_context` makes the rows of a language as they are asked for."""

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
    localize_title,
)
from .site_data import SiteData

DateAndSubject = tuple[str, LocalizedText]
"""When a record is of, and what it is about, in words."""


def build_page_context(book: SiteData, spoken: Language, base_url: str) -> PageContext:
    """The edition in the language `spoken`."""
    bare = PageContext(book, spoken, base_url, {})
    around = (path for path, _ in book.library.of_kinds(ACTIVITIES))
    rows = LazyDict((*book.list_items, *around), partial(_build_row, bare))
    return replace(bare, rows=RecordingDict(f"row-{spoken.tag}", rows, book.dependencies.reads))


def set_row_status(edition: PageContext, row: RecordRow, status: str, colour: str) -> RecordRow:
    """The row of an issue as it stands, or stood, with this status."""
    return replace(row, status=status, status_label=format_status(edition, status, reported=row.from_press),
                   colour=colour,
                   shape=STATUS_SHAPES[status])


def _build_row(edition: PageContext, path: str) -> RecordRow:
    """How the record at `path` stands in a list."""
    if path not in edition.site_data.list_items:
        return _build_activity_row(edition, path)
    one = edition.site_data.list_items[path]
    about, title = LocalizedText(format_topics(edition, one.topics)), localize_title(edition, one.title,
                                                                                     one.translated_titles)
    when = format_raised(edition, one.listed_date) if one.status else format_span(edition, one.span_text,
                                                                                  one.listed_date, one.end_date)
    row = replace(_make_row(edition, path, title, (when, about), press=one.from_press, draft=one.draft), tag=one.tag,
                  topics=" ".join(one.topics), day=one.listed_date.latest.isoformat() if one.listed_date.latest else "")
    return set_row_status(edition, row, one.status, one.colour) if one.status else row


def _build_activity_row(edition: PageContext, path: str) -> RecordRow:
    record = edition.library.record(path)
    assert record is not None
    when = edition.record_lists.date_of[path]
    said = (edition.language.when(when) if when.day else "", _activity_subject(edition, record))
    return _make_row(edition, path, localize_name(edition, record), said, press=record.basis == "press",
                     draft=record.draft)


def _activity_subject(edition: PageContext, record: Record) -> LocalizedText:
    """What a record of what is done around the issues is about."""
    match record:
        case Forum():
            return LocalizedText(edition.label("forum_kind", record.kind))
        case Meeting():
            return LocalizedText(edition.label("attendance_mode", record.mode) if record.mode else "")
        case Event():
            return LocalizedText(edition.label("event_kind", record.kind))
        case Review():
            return LocalizedText(record.reviewer_role or "", edition.original_language)
        case Plan():
            return LocalizedText(format_plan_status(edition, record))
        case _:
            return LocalizedText("")


def format_plan_status(edition: PageContext, plan: Plan) -> str:
    """How far a plan is, in words; "" where that is not recorded."""
    return format_status(edition, plan.status, reported=plan.basis == "press", vocabulary="plan_status") if (
        plan.status) else ""


def _make_row(edition: PageContext, path: str, title: LocalizedText, said: DateAndSubject, *, press: bool,
              draft: bool) -> RecordRow:
    place = edition.library.places.get(get_place_of(path))
    name = localize_name(edition, place) if place else LocalizedText("")
    when, about = said
    return RecordRow(title=title.text, lang=title.lang, target=get_record_url(path), place=name.text,
                     place_lang=name.lang, date_text=when,
                     subject=about.text, subject_lang=about.lang, from_press=press, is_draft=draft)
