"""How each record stands in a list; `edition_of` makes all rows of a language once."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import TypeVar

from ..language import Language
from ..library import Library
from ..paths import place_of, url_of
from ..progress import Progress
from ..records import Record
from ..statistics import Statistics
from .edition import SHAPES, Edition, Row, Words, name_of, raised_in_words, span_in_words, topics_in_words
from .holdings import Holdings

R = TypeVar("R", bound=Record)

About = tuple[str, Words]
"""When a record is of, and what it is about, in words."""


def edition_of(library: Library, progress: Mapping[str, Progress], statistics: Statistics, holdings: Holdings,
               spoken: Language, base_url: str) -> Edition:
    """The edition in the language `spoken`, its rows made once."""
    bare = Edition(library, progress, statistics, holdings, spoken, base_url, {})
    names = {path: name_of(bare, place) for path, place in library.places.items()}
    return replace(bare, rows=dict(_rows(bare, names)))


def with_status(edition: Edition, row: Row, progress: Progress) -> Row:
    """The row of an issue as it stands, or stood, by this progress."""
    return replace(row, status=progress.status, label=edition.label("status", progress.status),
                   colour=progress.colour, shape=SHAPES[progress.status])


def _rows(edition: Edition, names: Mapping[str, Words]) -> Iterator[tuple[str, Row]]:
    library = edition.library
    for path, issue in library.issues.items():
        when, about = raised_in_words(edition, issue.raised), topics_in_words(edition, issue.topic)
        row = _row(edition, path, issue, names, (when, Words(about)))
        row = replace(row, tag=(issue.wall and issue.wall.tag) or "")
        yield path, with_status(edition, row, edition.progress[path])
    for path, case in library.cases.items():
        about = topics_in_words(edition, case.topic)
        yield path, _row(edition, path, case, names, (span_in_words(edition, case), Words(about)))
    yield from _rows_of_practice(edition, names)


def _rows_of_practice(edition: Edition, names: Mapping[str, Words]) -> Iterator[tuple[str, Row]]:
    library = edition.library

    def rows(records: Mapping[str, R], about: Callable[[R], Words]) -> Iterator[tuple[str, Row]]:
        for path, record in records.items():
            yield path, _row(edition, path, record, names, (_dated(edition, path), about(record)))

    yield from rows(library.forums, lambda one: Words(edition.label("forum_kind", one.kind)))
    yield from rows(library.meetings, lambda one: Words(edition.label("attendance_mode", one.mode) if one.mode else ""))
    yield from rows(library.events, lambda one: Words(edition.label("event_kind", one.kind)))
    yield from rows(library.reviews, lambda one: Words(one.reviewer_role or "", edition.original))
    yield from rows(library.plans, lambda one: Words(edition.label("plan_status", one.status) if one.status else ""))
    yield from rows(library.registers, lambda one: Words(""))


def _dated(edition: Edition, path: str) -> str:
    when = edition.holdings.when[path]
    return edition.language.when(when) if when.day else ""


def _row(edition: Edition, path: str, record: Record, names: Mapping[str, Words], said: About) -> Row:
    title, place, (when, about) = name_of(edition, record), names.get(place_of(path), Words("")), said
    return Row(
        title=title.text, lang=title.lang, target=url_of(path), place=place.text, place_lang=place.lang,
        when=when, about=about.text, about_lang=about.lang, press=record.basis == "press", draft=record.draft,
    )
