"""Which of its texts a record is found by: those that its page shows."""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Annotated, get_args, get_origin

from pydantic import BeforeValidator, PlainValidator

from ..content.markup import plain
from ..model.records import Body, Level, Model, Record, Refers, SiteTerm, Stage, title_of
from ..model.vocabulary import Vocabulary
from .index import Text

_NOT_SHOWN = frozenset({
    "aliases", "owners", "geometry", "code", "file", "consent", "id", "level", "stages_shown", "key", "matches",
    "statistic", "stage", "timezone", "url", "email", "privacy_allow", "unit", "version",
})
"""Keys whose text is a name for the program, or stands on no page."""


def text_of(record: Record, vocabulary: Vocabulary) -> Text:
    """Every text of a record that its page shows, its translations among them."""
    titles = {tag: one.title for tag, one in record.translations.items() if one.title}
    title = title_of(record)
    return Text(title, "\n".join(text for text in _texts(record, vocabulary) if text and text != title), titles)


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
