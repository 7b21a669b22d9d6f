"""Which of its texts a record is found by: those that its page shows."""

from collections.abc import Iterator
from functools import cache

from ..content.markup import plain
from ..model.keys import key_table
from ..model.records import Body, Level, Model, Record, Stage, title_of
from ..model.vocabulary import Vocabulary
from .index import Text

_NOT_SHOWN = frozenset({"aliases", "consent", "email", "privacy_allow", "stages_shown", "unit", "version"})
"""Keys of texts that stand on no page."""


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
    specs = sorted(key_table(model).own_first, key=lambda spec: spec.key != "summary")
    return tuple((spec.attribute, spec.vocabulary if spec.free else "") for spec in specs
                 if spec.key not in _NOT_SHOWN and (spec.is_text or spec.model))
