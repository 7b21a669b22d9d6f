"""The files of the index: made whole, or, after small changes, only those that change.

`search/records.json` holds the order of the records, `search/filters.json` what they are filtered by, `search/words/`
the tokens and who has them, `search/texts/` the texts against which every hit is checked before it is shown, and
`search/characters/` what the traditional characters of a query are folded to.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from itertools import chain
from typing import Any, NamedTuple

from msgspec import Struct, field
from msgspec.structs import replace

from ..core.digests import digest
from ..model.paths import url_of
from .postings import FIRST, as_json, numbered, shard_of, steps, written
from .postings import read as postings
from .tokens import FOLDS, foldable, folded, tokens_of

FOLDER = "search"
RECORDS = f"{FOLDER}/records.json"
FILTERS = f"{FOLDER}/filters.json"

TOGETHER = 8
"""So many numbers share a file of texts; there are as many files of tokens. About a third of the numbers are taken."""

_PARTS = 16
"""The characters that are folded are in so many files, by their code."""

REPORTED = ".reported"
"""What stands behind an open status that is only known from a published report."""

_FEW = 0.05
"""Where a larger share of the records has changed, the index is made whole."""


class Text(Struct, frozen=True):
    """What a record says. `titles`: its title in languages other than the one it is written in; `words`: those of its
    place, topics and status, by which it is found too."""

    title: str
    text: str
    titles: Mapping[str, str] = field(default_factory=dict)
    words: str = ""


class Entry(NamedTuple):
    """A record that can be found. `key` is another whenever its text is.

    `when` is a day, month or year (`2025-09-11`, `2025-09`, `2025`, "").
    """

    path: str
    key: str
    kind: str
    place: str = ""
    topics: tuple[str, ...] = ()
    status: str = ""
    when: str = ""
    reported: bool = False
    """Whether its status is only known from a published report."""

    @property
    def status_found_by(self) -> str:
        """The status that it is filtered and shown by; that of a report is another than the same of today."""
        return f"{self.status}{REPORTED}" if self.status and self.reported else self.status


class Kept(Struct, frozen=True):
    """What an index was made of: how many numbers there are; record → its number and the key of its text; and what was
    made: file → the digest of its bytes."""

    size: int = 0
    records: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    digests: Mapping[str, str] = field(default_factory=dict)


class Index(Struct, frozen=True):
    """An index: the files that were made, all of them or those that may have changed. `kept` is for the next build."""

    files: Mapping[str, bytes]
    kept: Kept


Texts = Callable[[str], Text]
"""The text of the record at a path."""


def index_of(entries: Iterable[Entry], text_of: Texts) -> Index:
    """The index of `entries`, made whole."""
    found = {entry.path: entry for entry in entries}
    kept = _kept(found)
    folds = ((_characters(part), _folds(part)) for part in range(_PARTS))
    return _index(kept, {}, {**dict(folds), **dict(_whole(kept, found, text_of)), **_tables(kept, found)})


def updated(before: Kept, entries: Iterable[Entry], text_of: Texts, read: Callable[[str], bytes]) -> Index | None:
    """The index of `entries`, made of the last one: the same files as if made whole. None: too much has changed.

    `read`: the bytes of a file of the last index, as it was made; raises what `read` raises.
    """
    found = {entry.path: entry for entry in entries}
    kept = _kept(found, before)
    changed = {path for path, _ in before.records.items() ^ kept.records.items()}
    if kept.size != before.size or len(changed) > _FEW * len(found) + 1:
        return None
    patches = dict(_patches(before, kept, changed, found, text_of, read)) if changed else {}
    return _index(kept, before.digests, {**patches, **_tables(kept, found)})


def _kept(entries: Mapping[str, Entry], before: Kept | None = None) -> Kept:
    """What an index of `entries` is made of; where they have the paths they had before, they have the same numbers."""
    if before and before.records.keys() == entries.keys():
        size, numbers = before.size, {path: number for path, (number, _) in before.records.items()}
    else:
        size, numbers = numbered(entries)
    return Kept(size, {path: (number, f"{entries[path].key} {entries[path].status}")
                       for path, number in numbers.items()})


def _index(kept: Kept, before: Mapping[str, str], made: Mapping[str, bytes]) -> Index:
    """The index of which these files were `made`, an empty one of them to go; `before`: the digests of the last one."""
    digests = {**before, **{name: sign(body) if body else "" for name, body in made.items()}}
    return Index({name: body for name, body in made.items() if body},
                 replace(kept, digests={name: told for name, told in digests.items() if told}))


def sign(body: bytes) -> str:
    """By what the bytes of a file are known again."""
    return digest(body)[:32]


def _tables(kept: Kept, entries: Mapping[str, Entry]) -> dict[str, bytes]:
    """What every record is found, sorted and filtered by."""
    in_order = [entries[path] for path in kept.records]
    return {RECORDS: _records(kept, in_order), FILTERS: _filters(in_order)}


def _characters(part: int) -> str:
    return f"{FOLDER}/characters/{part}.json"


def _folds(part: int) -> bytes:
    """Traditional characters, then the simplified ones that stand for them."""
    folds = {letter: plain for letter, plain in FOLDS.items() if ord(letter) % _PARTS == part}
    return as_json("".join((*folds, *folds.values())))


def _words(shard: int) -> str:
    return f"{FOLDER}/words/{shard}.json"


def _texts(number: int) -> str:
    return f"{FOLDER}/texts/{number // TOGETHER}.json"


# --- made whole -------------------------------------------------------------------------------------------------------


def _whole(kept: Kept, entries: Mapping[str, Entry], text_of: Texts) -> Iterator[tuple[str, bytes]]:
    has: defaultdict[str, list[int]] = defaultdict(list)
    has_in_title: defaultdict[str, list[int]] = defaultdict(list)
    texts: defaultdict[str, dict[int, object]] = defaultdict(dict)
    for path, (number, _) in kept.records.items():
        text = text_of(path)
        for token in tokens_of(folded(_all(text))):
            has[token].append(number)
        for token in tokens_of(folded(text.title)):
            has_in_title[token].append(number)
        texts[_texts(number)][number] = _told(entries[path], text)
    yield from ((name, as_json(told)) for name, told in texts.items())
    shards: list[dict[str, str]] = [{} for _ in range(kept.size // TOGETHER)]
    for token, numbers in has.items():
        shards[shard_of(token, len(shards))][token] = written(numbers, has_in_title.get(token, ()))
    yield from ((_words(shard), _shard(tokens)) for shard, tokens in enumerate(shards))


def _shard(tokens: Mapping[str, str]) -> bytes:
    """A file of tokens, without those that nobody has any more."""
    return as_json({token: tokens[token] for token in sorted(tokens) if tokens[token]})


def _all(text: Text) -> str:
    return f"{text.title}\n{text.text}\n{text.words}"


def _told(entry: Entry, text: Text) -> Sequence[object]:
    """A record as the page shows it, and the characters in it that are folded."""
    return (url_of(entry.path), text.title, text.text, entry.kind, entry.place, entry.status_found_by,
            foldable(_all(text)), text.titles, text.words, " ".join(entry.topics))


# --- only what changes ------------------------------------------------------------------------------------------------


def _patches(before: Kept, after: Kept, changed: Set[str], entries: Mapping[str, Entry], text_of: Texts,
             read: Callable[[str], bytes]) -> Iterator[tuple[str, bytes]]:
    gone = {before.records[path][0] for path in changed if path in before.records}
    come = {after.records[path][0]: path for path in changed if path in after.records}
    texts = {number: text_of(path) for number, path in come.items()}
    lying = {_texts(number) for number, _ in before.records.values()}
    touched = {name: json.loads(read(name)) if name in lying else {} for name in map(_texts, gone | come.keys())}
    old = (_facts(number, _old_text(touched[_texts(number)][str(number)])) for number in gone)
    new = (_facts(number, text) for number, text in texts.items())
    yield from _patched_words({*chain(*old)} ^ {*chain(*new)}, after.size // TOGETHER, read)
    for number in gone:
        del touched[_texts(number)][str(number)]
    for number, path in come.items():
        touched[_texts(number)][str(number)] = _told(entries[path], texts[number])
    for name, told in touched.items():
        yield name, as_json(dict(sorted(told.items(), key=_number))) if told else b""


def _old_text(told: Sequence[Any]) -> Text:
    """The text of which `_told` was made."""
    return Text(told[1], told[2], told[7], told[8])


def _facts(number: int, text: Text) -> Iterator[tuple[str, int, bool]]:
    """Each token of a record, its number, and whether the token is one of its title."""
    yield from ((token, number, False) for token in tokens_of(folded(_all(text))))
    yield from ((token, number, True) for token in tokens_of(folded(text.title)))


def _number(told: tuple[str, object]) -> int:
    return int(told[0])


def _patched_words(facts: Set[tuple[str, int, bool]], shards: int,
                   read: Callable[[str], bytes]) -> Iterator[tuple[str, bytes]]:
    """The files of tokens in which `facts` are turned over: those that held hold no longer, the others do now."""
    turned: defaultdict[str, tuple[set[int], set[int]]] = defaultdict(lambda: (set(), set()))
    for token, number, in_title in facts:
        turned[token][in_title].add(number)
    by_shard: defaultdict[int, list[str]] = defaultdict(list)
    for token in turned:
        by_shard[shard_of(token, shards)].append(token)
    for shard, tokens in by_shard.items():
        has = json.loads(read(_words(shard)))
        for token in tokens:
            pairs = zip(postings(has.get(token, "")), turned[token], strict=True)
            has[token] = written(*(sorted({*numbers} ^ other) for numbers, other in pairs))
        yield _words(shard), _shard(has)


# --- what is filtered and sorted by -----------------------------------------------------------------------------------


def _records(kept: Kept, entries: Sequence[Entry]) -> bytes:
    """The numbers of all records, and their dates."""
    return as_json({
        "shards": kept.size // TOGETHER, "together": TOGETHER,
        "numbers": steps([number for number, _ in kept.records.values()]),
        "month": _column([entry.when[:7] for entry in entries]), "day": _column([entry.when[8:] for entry in entries]),
    })


def _filters(entries: Sequence[Entry]) -> bytes:
    return as_json({
        "kind": _column([entry.kind for entry in entries]), "place": _column([entry.place for entry in entries]),
        "topic": _column([" ".join(entry.topics) for entry in entries]),
        "status": _column([entry.status_found_by for entry in entries]),
    })


def _column(values: Sequence[str]) -> tuple[Sequence[str], str]:
    """The values that occur, and record by record which of them it has."""
    found = sorted(set(values))
    code = {value: chr(FIRST + number) for number, value in enumerate(found)}
    return found, "".join(map(code.__getitem__, values))
