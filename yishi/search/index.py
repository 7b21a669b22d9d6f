"""The files of the index: made whole, or, after small changes, only those that change.

`search/records.json` holds the order of the records, `search/filters.json` what they are filtered by, `search/words/`
the tokens and who has them, `search/texts/` the texts against which every hit is checked before it is shown, and
`search/characters/` what the traditional characters of a query are folded to.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from itertools import chain
from unicodedata import normalize

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

_FEW = 0.05
"""Where a larger share of the records has changed, the index is made whole."""


@dataclass(frozen=True, slots=True)
class Text:
    """What a record says. `titles`: its title in languages other than the one it is written in."""

    title: str
    text: str
    titles: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entry:
    """A record that can be found. `key` is another whenever its text is.

    `url` is the page below its language's root; `when` a day, month or year (`2025-09-11`, `2025-09`, `2025`, "").
    """

    path: str
    key: str
    url: str
    kind: str
    place: str = ""
    topics: tuple[str, ...] = ()
    status: str = ""
    when: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """What an index was made of: how many numbers there are; record → its number and the key of its text."""

    size: int = 0
    records: Mapping[str, tuple[int, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Index:
    """The files of the index; None: as it was. `kept` is for the next build."""

    files: Mapping[str, bytes | None]
    kept: Kept


Texts = Callable[[str], Text]
"""The text of the record at a path."""


def index_of(entries: Iterable[Entry], text_of: Texts, before: Kept | None = None,
             read: Callable[[str], bytes] | None = None) -> Index:
    """The index of `entries`. With what the last one was `before`, and how to `read` its files, only what changes.

    The files are the same whichever way they are made.
    """
    found = {entry.path: entry for entry in entries}
    size, numbers = numbered(found)
    kept = Kept(size, {path: (number, f"{found[path].key} {found[path].status}") for path, number in numbers.items()})
    changed = _changed(before, kept) if before and read and before.size == size else None
    if changed is None or not before or not read or len(changed) > _FEW * len(numbers) + 1:
        made: Mapping[str, bytes] = dict(_whole(kept, found, text_of))
    else:
        made = dict(_patches(before, kept, changed, found, text_of, read))
    own = {**{_characters(part): _folds(part) for part in range(_PARTS)},
           RECORDS: _records(kept, [found[path] for path in numbers]),
           FILTERS: _filters([found[path] for path in numbers])}
    return Index({name: own.get(name) or made.get(name) for name in names_of(kept)}, kept)


def names_of(kept: Kept) -> list[str]:
    """The files of an index."""
    parts = (*map(_characters, range(_PARTS)), *map(_words, range(kept.size // TOGETHER)))
    return sorted({RECORDS, FILTERS, *parts, *(_texts(number) for number, _ in kept.records.values())})


def _changed(before: Kept, after: Kept) -> Set[str]:
    """The records that are new, gone, changed or numbered anew."""
    return {path for path, _ in before.records.items() ^ after.records.items()}


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
        for token in tokens_of(_all(text)):
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
    return folded(f"{text.title}\n{text.text}")


def _told(entry: Entry, text: Text) -> Sequence[object]:
    """A record as the page shows it, and the characters in it that are folded."""
    title, told = normalize("NFC", text.title), normalize("NFC", text.text)
    return entry.url, title, told, entry.kind, entry.place, entry.status, foldable(f"{title}\n{told}"), text.titles


# --- only what changes ------------------------------------------------------------------------------------------------


def _patches(before: Kept, after: Kept, changed: Set[str], entries: Mapping[str, Entry], text_of: Texts,
             read: Callable[[str], bytes]) -> Iterator[tuple[str, bytes]]:
    gone = {before.records[path][0] for path in changed if path in before.records}
    come = {after.records[path][0]: path for path in changed if path in after.records}
    texts = {number: text_of(path) for number, path in come.items()}
    lying = {_texts(number) for number, _ in before.records.values()}
    touched = {name: json.loads(read(name)) if name in lying else {} for name in map(_texts, gone | come.keys())}
    old = (_facts(number, Text(*touched[_texts(number)][str(number)][1:3])) for number in gone)
    new = (_facts(number, text) for number, text in texts.items())
    yield from _patched_words({*chain(*old)} ^ {*chain(*new)}, after.size // TOGETHER, read)
    for number in gone:
        del touched[_texts(number)][str(number)]
    for number, path in come.items():
        touched[_texts(number)][str(number)] = _told(entries[path], texts[number])
    yield from ((name, as_json(dict(sorted(told.items(), key=_number)))) for name, told in touched.items())


def _facts(number: int, text: Text) -> Iterator[tuple[str, int, bool]]:
    """Each token of a record, its number, and whether the token is one of its title."""
    yield from ((token, number, False) for token in tokens_of(_all(text)))
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
        "status": _column([entry.status for entry in entries]),
    })


def _column(values: Sequence[str]) -> tuple[Sequence[str], str]:
    """The values that occur, and record by record which of them it has."""
    found = sorted(set(values))
    code = {value: chr(FIRST + number) for number, value in enumerate(found)}
    return found, "".join(map(code.__getitem__, values))
