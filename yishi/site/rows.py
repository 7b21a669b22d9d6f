"""How each record stands in a list; `edition_of` makes the rows of a language as they are asked for."""

from functools import partial

from msgspec.structs import replace

from ..core.facts import Later, Noted
from ..model.kinds import ACTIVITIES
from ..model.language import Language
from ..model.paths import place_of, url_of
from ..model.records import Event, Forum, Meeting, Plan, Record, Review
from .book import Book
from .edition import (
    SHAPES,
    Edition,
    Row,
    Words,
    name_of,
    named,
    raised_in_words,
    span_in_words,
    status_in_words,
    topics_in_words,
)

About = tuple[str, Words]
"""When a record is of, and what it is about, in words."""


def edition_of(book: Book, spoken: Language, base_url: str) -> Edition:
    """The edition in the language `spoken`."""
    bare = Edition(book, spoken, base_url, {})
    around = (path for path, _ in book.library.of_kinds(ACTIVITIES))
    rows = Later((*book.listings, *around), partial(_row_of, bare))
    return replace(bare, rows=Noted(f"row-{spoken.tag}", rows, book.facts.uses))


def with_status(edition: Edition, row: Row, status: str, colour: str) -> Row:
    """The row of an issue as it stands, or stood, with this status."""
    return replace(row, status=status, label=status_in_words(edition, status, reported=row.press), colour=colour,
                   shape=SHAPES[status])


def _row_of(edition: Edition, path: str) -> Row:
    """How the record at `path` stands in a list."""
    if path not in edition.book.listings:
        return _row_of_practice(edition, path)
    one = edition.book.listings[path]
    about, title = Words(topics_in_words(edition, one.topics)), named(edition, one.title, one.titles)
    when = raised_in_words(edition, one.when) if one.status else span_in_words(edition, one.span, one.when, one.end)
    row = replace(_row(edition, path, title, (when, about), press=one.press, draft=one.draft), tag=one.tag,
                  topics=" ".join(one.topics), day=one.when.latest.isoformat() if one.when.latest else "")
    return with_status(edition, row, one.status, one.colour) if one.status else row


def _row_of_practice(edition: Edition, path: str) -> Row:
    record = edition.library.record(path)
    assert record is not None
    when = edition.holdings.when[path]
    said = (edition.language.when(when) if when.day else "", _about(edition, record))
    return _row(edition, path, name_of(edition, record), said, press=record.basis == "press", draft=record.draft)


def _about(edition: Edition, record: Record) -> Words:
    """What a record of what is done around the issues is about."""
    match record:
        case Forum():
            return Words(edition.label("forum_kind", record.kind))
        case Meeting():
            return Words(edition.label("attendance_mode", record.mode) if record.mode else "")
        case Event():
            return Words(edition.label("event_kind", record.kind))
        case Review():
            return Words(record.reviewer_role or "", edition.original)
        case Plan():
            return Words(plan_status(edition, record))
        case _:
            return Words("")


def plan_status(edition: Edition, plan: Plan) -> str:
    """How far a plan is, in words; "" where that is not recorded."""
    return status_in_words(edition, plan.status, reported=plan.basis == "press", vocabulary="plan_status") if (
        plan.status) else ""


def _row(edition: Edition, path: str, title: Words, said: About, *, press: bool, draft: bool) -> Row:
    place = edition.library.places.get(place_of(path))
    name = name_of(edition, place) if place else Words("")
    when, about = said
    return Row(title=title.text, lang=title.lang, target=url_of(path), place=name.text, place_lang=name.lang, when=when,
               about=about.text, about_lang=about.lang, press=press, draft=draft)
