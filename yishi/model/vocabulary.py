"""The closed values and their labels in each language, from `vocabulary.yaml`; the meanings of keys, from
`meanings.yaml`."""

import difflib
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

import yaml
from msgspec import Struct

from ..core.traditional import pick_translation

_PACKAGE = "yishi.model"

SITE_VOCABULARIES = ("topic", "stakeholder", "channel")
"""The vocabularies that a site may extend or replace (site.yaml: topics, stakeholders, channels)."""


class Term(Struct, frozen=True):
    """One closed value: its key, its labels by language, further accepted words, its group ("": none).

    A status of issues also has the `colour` of its notes, and is `open` while the issue is not solved. A status or a
    rating has a `shape` beside its label, so that colour is never the only sign.
    """

    key: str
    labels: Mapping[str, str]
    synonyms: tuple[str, ...] = ()
    group: str = ""
    colour: str = ""
    shape: str = ""
    open: bool = False

    def label(self, language: str) -> str:
        """The label in `language`, else in the first language that has one, else the key."""
        return pick_translation(language, self.labels, str) or next(iter(self.labels.values()), self.key)


class Vocabulary(Struct, frozen=True):
    """All closed values of a site. `terms[name][key]` is a Term; `words[name][word]` is a key."""

    terms: Mapping[str, Mapping[str, Term]]
    groups: Mapping[str, Term]
    words: Mapping[str, Mapping[str, str]]

    def key(self, name: str, text: str, *, free: bool = False) -> str | None:
        """The key for `text` (a key, a label in any language or another accepted word) in vocabulary `name`; None if
        there is none. `free`: a word that says more than the label, such as 自来水公司, stays a word of its own."""
        words = self.words[name]
        word = normalize_word(text)
        key = words.get(text) or words.get(word)
        if key is None and len(word) > 3 and word.isascii():  # dog bin, dog bins
            key = words.get(f"{word}s") or words.get(word.removesuffix("s"))
        return None if key and free and self.is_other_word(name, text, key) else key

    def is_other_word(self, name: str, text: str, key: str) -> bool:
        """Whether `text` is neither the key nor a label of it, nor a longer or shorter form of a label."""
        names = map(normalize_word, (key, *self.terms[name][key].labels.values()))
        word = normalize_word(text)
        return not any(word in one or one in word for one in names)

    def label(self, name: str, key: str, language: str) -> str:
        """The label of `key` in vocabulary `name`; `key` itself if it is unknown."""
        term = self.terms[name].get(key)
        return term.label(language) if term else key

    def allowed(self, name: str) -> str:
        """The allowed values, for a message in any language."""
        return encode_choices(encode_bilingual(term.label("zh-Hans"), term.key) for term in self.terms[name].values())

    def nearest(self, name: str, text: str) -> str | None:
        """The accepted word that `text` most likely means, or None."""
        return find_nearest_word(text, [word for term in self.terms[name].values()
                                        for word in (term.key, *term.labels.values())])


def normalize_word(text: str) -> str:
    """`text` normalised for comparing words: NFKC, trimmed, case-folded."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


def encode_bilingual(chinese: str, english: str) -> str:
    """A word in both languages for a message whose language is not known yet; `problems.describe_problem` chooses
    one."""
    return f"\t{chinese}\t{english}"


def encode_choices(words: Iterable[str]) -> str:
    """Several words for a message; `problems.describe_problem` lists the first of them."""
    return "\x1e".join(words)


def find_nearest_word(text: str, words: Iterable[str]) -> str | None:
    """The word that `text` most likely means (typing error, homophone, unique part), or None: a wrong guess is worse
    than none."""
    candidates = {normalize_word(word): word for word in words}
    wanted = normalize_word(text)
    likely = difflib.get_close_matches(wanted, list(candidates), n=3, cutoff=0.6)
    for is_near, among in ((_is_typing_error, likely), (_is_homophone, candidates), (_contains_other, candidates)):
        matches = [word for word in among if is_near(wanted, word)]
        if matches and (is_near is not _contains_other or len(matches) == 1):
            return candidates[matches[0]]
    return None


_HAN = re.compile("[\u4e00-\u9fff]+")


def _is_han(word: str) -> bool:
    return _HAN.fullmatch(word) is not None


def _is_typing_error(wanted: str, word: str) -> bool:
    """Whether two words differ by a typing error: one letter, or two in long words; the first letter is the same.

    A Chinese character is a word of its own, and two different ones mean different things: one may be missing or added
    in a word of at least three, and one may differ in a word of at least four.
    """
    if _HAN.search(wanted + word):
        shorter, longer = sorted((wanted.replace(" ", ""), word), key=len)
        most = 1 if len(shorter) >= 3 + (len(shorter) == len(longer)) else 0
        return longer[:1] == shorter[:1] and _edit_distance(shorter, longer) <= most
    return wanted[0] == word[0] and _edit_distance(wanted, word) <= (1 if min(len(wanted), len(word)) < 7 else 2)


def _edit_distance(one: str, other: str) -> int:
    """The number of letters to insert, delete, replace or swap to turn one word into the other."""
    before = list(range(len(other) + 1))
    last = list[int]()
    for row, letter in enumerate(one, 1):
        now = [row]
        for column, other_letter in enumerate(other, 1):
            now.append(min(before[column] + 1, now[-1] + 1, before[column - 1] + (letter != other_letter)))
            if row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == other_letter:
                now[-1] = min(now[-1], last[column - 2] + 1)
        last, before = before, now
    return before[-1]


def _contains_other(wanted: str, word: str) -> bool:
    """Whether one word is a prefix of the other; for Chinese, any part of it."""
    shorter, longer = sorted((wanted, word), key=len)
    if _HAN.search(wanted):
        return len(shorter) >= 2 and shorter in longer
    return len(shorter) >= 4 and longer.startswith(shorter)


def _is_homophone(wanted: str, word: str) -> bool:
    """Whether a Chinese word is typed with other characters of the same sounds, as happens with a phonetic keyboard."""
    if len(wanted) != len(word) or len(wanted) < 2 or not (_is_han(wanted) and _is_han(word)):
        return False
    from pypinyin import lazy_pinyin  # takes 0.3 s to import; only needed for an unknown word

    return bool(lazy_pinyin(wanted) == lazy_pinyin(word))


def build_vocabulary(terms: Mapping[str, Mapping[str, Term]], groups: Mapping[str, Term]) -> Vocabulary:
    """The vocabulary of these terms and groups, with its lookup table of words."""
    words = {name: MappingProxyType(dict(_word_key_pairs(values.values()))) for name, values in terms.items()}
    return Vocabulary(MappingProxyType(dict(terms)), MappingProxyType(dict(groups)), MappingProxyType(words))


def extend_vocabulary(base: Vocabulary, name: str, values: Mapping[str, Term], groups: Mapping[str, Term],
                      *, replacing: bool = False) -> Vocabulary:
    """`base` with a site's `values` added to vocabulary `name`, or replacing it."""
    own = dict(values) if replacing else {**base.terms[name], **values}
    return build_vocabulary({**base.terms, name: own}, {**base.groups, **groups})


@cache
def get_built_in_vocabulary() -> Vocabulary:
    """The built-in vocabulary."""
    data = load_vocabulary()
    terms = {name: _terms(values) for name, values in data["terms"].items()}
    return build_vocabulary(terms, _terms(data["groups"]))


@cache
def get_key_names() -> Mapping[str, str]:
    """English key → Chinese name, for every key of every record; `MODEL.KEY` where a model has its own name."""
    return MappingProxyType({key: str(name) for key, name in load_vocabulary()["keys"].items()})


@cache
def get_former_keys() -> Mapping[str, str]:
    """Former name of a key, or `MODEL.NAME` → the English key that it was renamed to."""
    return MappingProxyType({former: str(key) for former, key in load_vocabulary()["former_keys"].items()})


@cache
def get_key_meanings() -> Mapping[str, Mapping[str, str]]:
    """Key → language → a short explanation for writers; `MODEL.KEY` where a model has its own."""
    return MappingProxyType({key: MappingProxyType(dict(texts)) for key, texts in _load_yaml("meanings.yaml").items()})


def translate_phrase(text: str) -> Mapping[str, str]:
    """Language → a phrase that many records write (a format, a role), or a topic or kind of stakeholder; {} for any
    other text."""
    return _load_phrases().get(text, {})


@cache
def _load_phrases() -> Mapping[str, Mapping[str, str]]:
    terms = get_built_in_vocabulary().terms
    labels = (term.labels for name in ("stakeholder", "topic") for term in terms[name].values())
    phrases = (*labels, *reversed(load_vocabulary()["phrases"]))  # of several for a word the first phrase holds
    return MappingProxyType({word: MappingProxyType(dict(texts)) for texts in phrases for word in texts.values()})


def create_term(key: str, labels: Mapping[str, str], also: tuple[str, ...] = (), group: str = "") -> Term:
    """An immutable Term."""
    return Term(key, MappingProxyType(dict(labels)), also, group)


def _terms(entries: Mapping[str, Mapping[str, object]]) -> dict[str, Term]:
    return {key: _term(key, entry) for key, entry in entries.items()}


_TERM_PROPERTIES = frozenset({"also", "group", "colour", "shape", "open"})
"""The properties of an entry of `vocabulary.yaml` besides its labels."""


def _term(key: str, entry: Mapping[str, object]) -> Term:
    labels = {name: str(value) for name, value in entry.items() if name not in _TERM_PROPERTIES}
    also = entry.get("also", ())
    assert isinstance(also, list | tuple)
    group, colour, shape = (str(entry.get(name, "")) for name in ("group", "colour", "shape"))
    return Term(key, MappingProxyType(labels), tuple(map(str, also)), group, colour, shape, entry.get("open") is True)


def _word_key_pairs(terms: Collection[Term]) -> Iterator[tuple[str, str]]:
    """Every accepted word and its key; the label of one term prevails over a further word of another."""
    words = [(word, term.key) for term in terms for word in term.synonyms]
    words += ((word, term.key) for term in terms for word in (*term.labels.values(), term.key))
    for word, key in words:
        yield normalize_word(word), key
        yield word, key


@cache
def load_vocabulary() -> dict[str, Any]:
    """The content of `vocabulary.yaml`."""
    return _load_yaml("vocabulary.yaml")


def _load_yaml(name: str) -> dict[str, Any]:
    data: dict[str, Any] = yaml.load(resources.files(_PACKAGE).joinpath(name).read_text("utf-8"), yaml.CSafeLoader)
    return data
