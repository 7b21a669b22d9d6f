"""What of each record can be found: where it stands, and every text of it that its page shows."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Annotated, get_args, get_origin

from pydantic import BeforeValidator, PlainValidator

from ..dates import UNKNOWN, When
from ..library import Library
from ..markup import plain
from ..paths import place_of, url_of
from ..progress import Progress
from ..records import Body, Case, Issue, Level, Model, Record, Refers, SiteTerm, Stage, title_of
from ..vocabulary import Vocabulary
from .index import Entry, Text

_NOT_SHOWN = frozenset({
    "aliases", "owners", "geometry", "code", "file", "consent", "id", "level", "stages_shown", "key", "matches",
    "statistic", "stage", "timezone", "url", "email", "privacy_allow", "unit", "version",
})
"""Keys whose text is a name for the program, or stands on no page."""


def entries_of(library: Library, progress: Mapping[str, Progress], when: Mapping[str, When],
               keys: Mapping[str, str]) -> Iterator[Entry]:
    """Every record that has a page or a place on one.

    `when`: record → the date it is listed by; `keys`: record → what is another whenever its file is.
    """
    for path, record in records_of(library).items():
        topics = record.topic if isinstance(record, Issue | Case) else ()
        status = progress[path].status if path in progress else ""
        place = path if path in library.places else place_of(path)
        dated = _written(when.get(path, UNKNOWN))
        yield Entry(path, keys[path], url_of(path), record.kind_of_record, place, topics, status, dated)


def records_of(library: Library) -> dict[str, Record]:
    """The records that can be found, by path."""
    return {**library.places, **dict(library.records_of_places()), **library.methods, **library.pages,
            **library.sources}


def text_of(record: Record, vocabulary: Vocabulary) -> Text:
    """Every text of a record that its page shows, its translations among them."""
    titles = {tag: one.title for tag, one in record.translations.items() if one.title}
    title = title_of(record)
    return Text(title, "\n".join(text for text in _texts(record, vocabulary) if text and text != title), titles)


def _written(when: When) -> str:
    """A date as far as it is known; the last possible day where only that is."""
    return "" if when.day is None else when.day.isoformat()[:{"month": 7, "year": 4}.get(when.precision, 10)]


def _texts(model: Model, vocabulary: Vocabulary) -> Iterator[str]:
    if isinstance(model, Body):
        yield plain(model.html)
    elif not isinstance(model, Stage | Level) or model.verified:
        for name, closed in _telling(type(model)):
            yield from _within(getattr(model, name), vocabulary, closed)


def _within(value: object, vocabulary: Vocabulary, closed: str) -> Iterator[str]:
    if isinstance(value, str):
        if not closed or value not in vocabulary.terms[closed]:
            yield value
    elif isinstance(value, Model):
        yield from _texts(value, vocabulary)
    elif isinstance(value, tuple | dict):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _within(one, vocabulary, closed)


@cache
def _telling(model: type[Model]) -> tuple[tuple[str, str], ...]:
    """The fields of a model that hold text to be read; with the vocabulary of those that may hold one of its values."""
    return tuple(_telling_fields(model))


def _telling_fields(model: type[Model]) -> Iterator[tuple[str, str]]:
    def place(name: str) -> tuple[bool, bool]:
        return name in Record.model_fields, name != "summary"

    for name in sorted(model.model_fields, key=place):
        info = model.model_fields[name]
        free = next((mark.name for mark in info.metadata if isinstance(mark, SiteTerm) and mark.free), "")
        if name not in _NOT_SHOWN and (free or _tells(info.annotation, info.metadata)):
            yield name, free


def _tells(annotation: object, marks: Iterable[object] = ()) -> bool:
    """Whether what is annotated so may hold text: not a date, a closed value or a reference."""
    if any(isinstance(mark, BeforeValidator | PlainValidator | Refers | SiteTerm) for mark in marks):
        return False
    if isinstance(annotation, type) and get_origin(annotation) is None:
        return issubclass(annotation, str | Model)
    inner = get_args(annotation)
    if get_origin(annotation) is Annotated:
        return _tells(inner[0], inner[1:])
    return any(map(_tells, inner[1:] if get_origin(annotation) is dict else inner))
