"""The closed values and their labels in each language; the data is `vocabulary.yaml`, with `meanings.yaml` for keys."""

import difflib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

import yaml
from msgspec import Struct

from .traditional import in_language

SITE_OWN = ("topic", "stakeholder", "channel")
"""The vocabularies that a site may add to or replace (site.yaml: topics, stakeholders, channels)."""


class Term(Struct, frozen=True):
    """One closed value: its key, its labels by language, further accepted words, its group ("" = none)."""

    key: str
    labels: Mapping[str, str]
    also: tuple[str, ...] = ()
    group: str = ""

    def label(self, language: str) -> str:
        """The label in `language`, else in the first language that has one, else the key."""
        return in_language(language, self.labels, str) or next(iter(self.labels.values()), self.key)


class Vocabulary(Struct, frozen=True):
    """All closed values of a site. `terms[name][key]` is a Term; `words[name][word]` is a key."""

    terms: Mapping[str, Mapping[str, Term]]
    groups: Mapping[str, Term]
    words: Mapping[str, Mapping[str, str]]

    def key(self, name: str, text: str) -> str | None:
        """The key that `text` (a key or a label in any language) stands for in vocabulary `name`."""
        words = self.words[name]
        return words.get(text) or words.get(folded(text))

    def label(self, name: str, key: str, language: str) -> str:
        """The label of `key` in vocabulary `name`; the key itself if it is none of its values."""
        term = self.terms[name].get(key)
        return term.label(language) if term else key

    def allowed(self, name: str) -> str:
        """The allowed values in one line, key beside label: `照明 lighting, 绿化 greening`."""
        return ", ".join(f"{term.label('zh-Hans')} {term.key}" for term in self.terms[name].values())

    def nearest(self, name: str, text: str) -> str | None:
        """The accepted word nearest to `text`, if one is near."""
        return nearest(text, [word for term in self.terms[name].values() for word in _words_of(term)])


def folded(text: str) -> str:
    """`text` as words are compared: NFKC, trimmed, without case."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


def nearest(text: str, words: Iterable[str]) -> str | None:
    """The word of `words` nearest to `text`, or None if none is near enough to propose."""
    candidates = {folded(word): word for word in words}
    wanted = folded(text)
    matches = difflib.get_close_matches(wanted, list(candidates), n=1, cutoff=0.6)
    if not matches and len(wanted) <= 3:  # short Chinese words: one character of two in common
        matches = [word for word in candidates if len(word) <= 3 and set(word) & set(wanted)][:1]
    return candidates[matches[0]] if matches else None


def vocabulary_of(terms: Mapping[str, Mapping[str, Term]], groups: Mapping[str, Term]) -> Vocabulary:
    """The vocabulary with these terms and groups, its words looked up once."""
    words = {name: MappingProxyType(dict(_pairs(values.values()))) for name, values in terms.items()}
    return Vocabulary(MappingProxyType(dict(terms)), MappingProxyType(dict(groups)), MappingProxyType(words))


def extended(base: Vocabulary, name: str, values: Mapping[str, Term], groups: Mapping[str, Term],
             *, replacing: bool = False) -> Vocabulary:
    """`base` with a site's own `values` added to vocabulary `name`, or standing instead of it."""
    own = dict(values) if replacing else {**base.terms[name], **values}
    return vocabulary_of({**base.terms, name: own}, {**base.groups, **groups})


@cache
def built_in() -> Vocabulary:
    """The vocabulary that Yishi ships."""
    data = _data()
    terms = {name: _terms(values) for name, values in data["terms"].items()}
    return vocabulary_of(terms, _terms(data["groups"]))


@cache
def key_names() -> Mapping[str, str]:
    """English key → Chinese name, for every key of every record; `model.key` where a model has a name of its own."""
    return MappingProxyType({key: str(name) for key, name in _data()["keys"].items()})


@cache
def meanings() -> Mapping[str, Mapping[str, str]]:
    """Key → language → what it means to a writer, in a few plain words; `model.key` where a model means its own."""
    return MappingProxyType({key: MappingProxyType(dict(texts)) for key, texts in _file("meanings.yaml").items()})


def term_of(key: str, labels: Mapping[str, str], also: tuple[str, ...] = (), group: str = "") -> Term:
    """A Term that nobody can change."""
    return Term(key, MappingProxyType(dict(labels)), also, group)


def _terms(entries: Mapping[str, Mapping[str, object]]) -> dict[str, Term]:
    return {key: _term(key, entry) for key, entry in entries.items()}


def _term(key: str, entry: Mapping[str, object]) -> Term:
    labels = {name: str(value) for name, value in entry.items() if name not in ("also", "group")}
    also = entry.get("also", ())
    assert isinstance(also, list | tuple)
    return term_of(key, labels, tuple(map(str, also)), str(entry.get("group", "")))


def _pairs(terms: Iterable[Term]) -> Iterator[tuple[str, str]]:
    for term in terms:
        for word in _words_of(term):
            yield folded(word), term.key
            yield word, term.key


def _words_of(term: Term) -> list[str]:
    return [term.key, *term.labels.values(), *term.also]


@cache
def _data() -> dict[str, Any]:
    return _file("vocabulary.yaml")


def _file(name: str) -> dict[str, Any]:
    data: dict[str, Any] = yaml.load(resources.files("yishi").joinpath(name).read_text("utf-8"), yaml.CSafeLoader)
    return data
