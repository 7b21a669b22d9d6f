"""The texts by which a record is found: those that its page shows."""

from collections.abc import Iterator
from functools import cache

from ..content.markup import strip_markup
from ..model.dates import PartialDate
from ..model.keys import key_table
from ..model.records import Body, Level, Model, Record, Stage, get_title
from ..model.vocabulary import Vocabulary
from .index import SearchableText

_UNSEARCHED_KEYS = frozenset({"aliases", "consent", "email", "privacy_allow", "stages_shown", "unit", "version"})
"""Keys of texts that no page shows."""


def extract_searchable_text(record: Record, vocabulary: Vocabulary) -> SearchableText:
    """All texts of a record that its page shows, including translations."""
    titles = {tag: one.title for tag, one in record.translations.items() if one.title}
    title = get_title(record)
    return SearchableText(title, "\n".join(text for text in _iter_texts(record, vocabulary) if text and text != title),
                          titles)


def _iter_texts(model: Model, vocabulary: Vocabulary) -> Iterator[str]:
    if isinstance(model, Body):
        yield strip_markup(model.html)
    elif not isinstance(model, Stage | Level) or model.verified:
        for name, closed in _text_fields(type(model)):
            yield from _iter_value_texts(getattr(model, name), vocabulary, closed)


def _iter_value_texts(value: object, vocabulary: Vocabulary, closed: str) -> Iterator[str]:
    if isinstance(value, str):
        if not closed or value not in vocabulary.terms[closed]:
            yield value
    elif isinstance(value, PartialDate):
        yield value.words
    elif isinstance(value, Model):
        yield from _iter_texts(value, vocabulary)
    elif isinstance(value, tuple | dict):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _iter_value_texts(one, vocabulary, closed)


@cache
def _text_fields(model: type[Model]) -> tuple[tuple[str, str], ...]:
    """The text fields of a model; with a vocabulary if the field may hold one of its keys, which are not searchable
    text."""
    specs = sorted(key_table(model).own_first, key=lambda spec: spec.key != "summary")
    return tuple((spec.attribute, spec.vocabulary if spec.free else "") for spec in specs
                 if spec.key not in _UNSEARCHED_KEYS and (spec.is_text or spec.model or spec.type is PartialDate))
