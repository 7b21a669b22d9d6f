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


def extract_searchable_text(record: Record, vocabulary: Vocabulary, site: Record | None = None) -> SearchableText:
    """All texts of a record that its page shows, including translations, those of `site` too; its aliases are words to
    find it by."""
    title = get_title(record)
    texts = [text for text in _iter_texts(record, vocabulary) if text and text != title]
    of_site = [translated for text in texts for translated in site.translate_text(text).values()] if site else []
    return SearchableText(title, "\n".join((*texts, *of_site)), record.translated_titles, " · ".join(record.aliases))


def _iter_texts(model: Model, vocabulary: Vocabulary) -> Iterator[str]:
    if isinstance(model, Body):
        yield strip_markup(model.html)
    elif not isinstance(model, Stage | Level) or model.verified:
        for name, vocabulary_name in _text_fields(type(model)):
            yield from _iter_value_texts(getattr(model, name), vocabulary, vocabulary_name)


def _iter_value_texts(value: object, vocabulary: Vocabulary, vocabulary_name: str) -> Iterator[str]:
    if isinstance(value, str):
        if not vocabulary_name or value not in vocabulary.terms[vocabulary_name]:
            yield value
    elif isinstance(value, PartialDate):
        yield value.words
    elif isinstance(value, Model):
        yield from _iter_texts(value, vocabulary)
    elif isinstance(value, tuple | dict):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _iter_value_texts(item, vocabulary, vocabulary_name)


@cache
def _text_fields(model: type[Model]) -> tuple[tuple[str, str], ...]:
    """The text fields of a model; with a vocabulary if the field may hold one of its keys, which are not searchable
    text."""
    specs = sorted(key_table(model).own_first, key=lambda spec: spec.key != "summary")
    return tuple((spec.attribute, spec.vocabulary if spec.free else "") for spec in specs
                 if spec.key not in _UNSEARCHED_KEYS and (spec.is_text or spec.model or spec.type is PartialDate))
