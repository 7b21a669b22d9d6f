"""The texts by which a record is found: those that its page shows."""

from collections import defaultdict
from collections.abc import Iterator
from functools import cache

from ..content.markup import strip_markup
from ..model.dates import PartialDate
from ..model.keys import key_table
from ..model.records import Body, Issue, Level, Model, Record, Stage, get_title
from ..model.vocabulary import Vocabulary
from .index import SearchableText

_UNSEARCHED_KEYS = frozenset({"aliases", "consent", "email", "privacy_allow", "stages_shown", "unit", "version"})
"""Keys of texts that no page shows."""

_COST_WORDS = ("经费", "费用", "花费", "花钱", "花了多少钱", "多少钱", "谁出钱", "cost", "costs", "money", "funding",
               "who paid", "how much")
"""Words by which an issue is found whose money is recorded."""


def extract_searchable_text(record: Record, vocabulary: Vocabulary, site: Record | None = None) -> SearchableText:
    """All texts of a record that its page shows, and their translations, those of `site` too; its aliases are words to
    find it by, and so are words for money if its cost is recorded."""
    title = get_title(record)
    titles = {title, *record.translated_titles.values()}
    texts_of: defaultdict[str, list[str]] = defaultdict(list)
    for tag, text in _iter_texts(record, vocabulary):
        if text and text not in titles:
            texts_of[tag].append(text)
    if site:
        for text in tuple(texts_of[_ORIGINAL]):
            for tag, translated in site.translate_text(text).items():
                texts_of[tag].append(translated)
    joined = {tag: "\n".join(dict.fromkeys(texts)) for tag, texts in texts_of.items()}
    words = _COST_WORDS if isinstance(record, Issue) and record.funding else ()
    return SearchableText(title, joined.pop(_ORIGINAL, ""), record.translated_titles,
                          " · ".join((*record.aliases, *words)), joined)


_ORIGINAL = ""
"""Stands for the language in which a record is written."""


def _iter_texts(model: Model, vocabulary: Vocabulary, tag: str = _ORIGINAL) -> Iterator[tuple[str, str]]:
    """Each text of a model, with the language of a translation."""
    if isinstance(model, Body):
        yield tag, strip_markup(model.html)
    elif not isinstance(model, Stage | Level) or model.verified:
        for name, vocabulary_name in _text_fields(type(model)):
            if name == "translations":
                for language, translation in getattr(model, name).items():
                    yield from _iter_texts(translation, vocabulary, language)
            else:
                yield from _iter_value_texts(getattr(model, name), vocabulary, vocabulary_name, tag)


def _iter_value_texts(value: object, vocabulary: Vocabulary, vocabulary_name: str,
                      tag: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        if not vocabulary_name or value not in vocabulary.terms[vocabulary_name]:
            yield tag, value
    elif isinstance(value, PartialDate):
        yield tag, value.words
    elif isinstance(value, Model):
        yield from _iter_texts(value, vocabulary, tag)
    elif isinstance(value, tuple | dict):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _iter_value_texts(item, vocabulary, vocabulary_name, tag)


@cache
def _text_fields(model: type[Model]) -> tuple[tuple[str, str], ...]:
    """The text fields of a model; with a vocabulary if the field may hold one of its keys, which are not searchable
    text."""
    specs = sorted(key_table(model).own_first, key=lambda spec: spec.key != "summary")
    return tuple((spec.attribute, spec.vocabulary if spec.free else "") for spec in specs
                 if spec.key not in _UNSEARCHED_KEYS and (spec.is_text or spec.model or spec.type is PartialDate))
