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

from ..core.hashes import compute_digest
from ..model.paths import get_record_url
from .postings import CODE_OF_ZERO, assign_numbers, encode_deltas, encode_index_json, encode_postings, get_shard
from .postings import decode_postings as postings
from .tokens import FOLDS, fold_text, list_fold_pairs, tokenize

INDEX_FOLDER = "search"
RECORDS_FILE = f"{INDEX_FOLDER}/records.json"
FILTERS_FILE = f"{INDEX_FOLDER}/filters.json"

RECORDS_PER_SHARD = 8
"""So many numbers share a file of texts; there are as many files of tokens. About a third of the numbers are taken."""

_FOLD_SHARDS = 16
"""The characters that are folded are in so many files, by their code."""

REPORTED_SUFFIX = ".reported"
"""What stands behind an open status that is only known from a published report."""

_MAX_CHANGED_SHARE = 0.05
"""Where a larger share of the records has changed, the index is made whole."""


class SearchableText(Struct, frozen=True):
    """What a record says. `titles`: its title in languages other than the one it is written in; `words`: those of its
    place, topics and status, by which it is found too."""

    title: str
    text: str
    titles: Mapping[str, str] = field(default_factory=dict)
    words: str = ""


class IndexedRecord(NamedTuple):
    """A record that can be found. `key` is another whenever its text is.

    `when` is a day, month or year (`2025-09-11`, `2025-09`, `2025`, "").
    """

    path: str
    fingerprint: str
    kind: str
    place: str = ""
    topics: tuple[str, ...] = ()
    status: str = ""
    date: str = ""
    reported: bool = False
    """Whether its status is only known from a published report."""

    @property
    def status_filter(self) -> str:
        """The status that it is filtered and shown by; that of a report is another than the same of today."""
        return f"{self.status}{REPORTED_SUFFIX}" if self.status and self.reported else self.status


class IndexState(Struct, frozen=True):
    """What an index was made of: how many numbers there are; record → its number and the key of its text; and what was
    made: file → the digest of its bytes."""

    size: int = 0
    records: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    digests: Mapping[str, str] = field(default_factory=dict)


class SearchIndex(Struct, frozen=True):
    """An index: the files that were made, all of them or those that may have changed. `kept` is for the next build."""

    files: Mapping[str, bytes]
    state: IndexState


GetSearchableText = Callable[[str], SearchableText]
"""The text of the record at a path."""


def build_index(entries: Iterable[IndexedRecord], text_of: GetSearchableText) -> SearchIndex:
    """The index of `entries`, made whole."""
    found = {entry.path: entry for entry in entries}
    kept = _index_state(found)
    folds = ((_fold_file(part), _encode_folds(part)) for part in range(_FOLD_SHARDS))
    return _assemble_index(kept, {}, {**dict(folds), **dict(_build_all_files(kept, found, text_of)),
                                      **_record_tables(kept, found)})


def update_index(before: IndexState, entries: Iterable[IndexedRecord], text_of: GetSearchableText,
                 read: Callable[[str], bytes]) -> SearchIndex | None:
    """The index of `entries`, made of the last one: the same files as if made whole. None: too much has changed.

    `read`: the bytes of a file of the last index, as it was made; raises what `read` raises.
    """
    found = {entry.path: entry for entry in entries}
    kept = _index_state(found, before)
    changed = {path for path, _ in before.records.items() ^ kept.records.items()}
    if kept.size != before.size or len(changed) > _MAX_CHANGED_SHARE * len(found) + 1:
        return None
    patches = dict(_patch_files(before, kept, changed, found, text_of, read)) if changed else {}
    return _assemble_index(kept, before.digests, {**patches, **_record_tables(kept, found)})


def _index_state(entries: Mapping[str, IndexedRecord], before: IndexState | None = None) -> IndexState:
    """What an index of `entries` is made of; where they have the paths they had before, they have the same numbers."""
    if before and before.records.keys() == entries.keys():
        size, numbers = before.size, {path: number for path, (number, _) in before.records.items()}
    else:
        size, numbers = assign_numbers(entries)
    return IndexState(size, {path: (number, f"{entries[path].fingerprint} {entries[path].status}")
                             for path, number in numbers.items()})


def _assemble_index(kept: IndexState, before: Mapping[str, str], made: Mapping[str, bytes]) -> SearchIndex:
    """The index of which these files were `made`, an empty one of them to go; `before`: the digests of the last one."""
    digests = {**before, **{name: fingerprint_index_file(body) if body else "" for name, body in made.items()}}
    return SearchIndex({name: body for name, body in made.items() if body},
                       replace(kept, digests={name: told for name, told in digests.items() if told}))


def fingerprint_index_file(body: bytes) -> str:
    """By what the bytes of a file are known again."""
    return compute_digest(body)[:32]


def _record_tables(kept: IndexState, entries: Mapping[str, IndexedRecord]) -> dict[str, bytes]:
    """What every record is found, sorted and filtered by."""
    in_order = [entries[path] for path in kept.records]
    return {RECORDS_FILE: _encode_records(kept, in_order), FILTERS_FILE: _encode_filters(in_order)}


def _fold_file(part: int) -> str:
    return f"{INDEX_FOLDER}/characters/{part}.json"


def _encode_folds(part: int) -> bytes:
    """Traditional characters, then the simplified ones that stand for them."""
    folds = {letter: plain for letter, plain in FOLDS.items() if ord(letter) % _FOLD_SHARDS == part}
    return encode_index_json("".join((*folds, *folds.values())))


def _token_file(shard: int) -> str:
    return f"{INDEX_FOLDER}/words/{shard}.json"


def _text_file(number: int) -> str:
    return f"{INDEX_FOLDER}/texts/{number // RECORDS_PER_SHARD}.json"


# --- made whole -------------------------------------------------------------------------------------------------------


def _build_all_files(kept: IndexState, entries: Mapping[str, IndexedRecord],
                     text_of: GetSearchableText) -> Iterator[tuple[str, bytes]]:
    has: defaultdict[str, list[int]] = defaultdict(list)
    has_in_title: defaultdict[str, list[int]] = defaultdict(list)
    texts: defaultdict[str, dict[int, object]] = defaultdict(dict)
    for path, (number, _) in kept.records.items():
        text = text_of(path)
        for token in tokenize(fold_text(_full_text(text))):
            has[token].append(number)
        for token in tokenize(fold_text(text.title)):
            has_in_title[token].append(number)
        texts[_text_file(number)][number] = _text_row(entries[path], text)
    yield from ((name, encode_index_json(told)) for name, told in texts.items())
    shards: list[dict[str, str]] = [{} for _ in range(kept.size // RECORDS_PER_SHARD)]
    for token, numbers in has.items():
        shards[get_shard(token, len(shards))][token] = encode_postings(numbers, has_in_title.get(token, ()))
    yield from ((_token_file(shard), _encode_shard(tokens)) for shard, tokens in enumerate(shards))


def _encode_shard(tokens: Mapping[str, str]) -> bytes:
    """A file of tokens, without those that nobody has any more."""
    return encode_index_json({token: tokens[token] for token in sorted(tokens) if tokens[token]})


def _full_text(text: SearchableText) -> str:
    return f"{text.title}\n{text.text}\n{text.words}"


def _text_row(entry: IndexedRecord, text: SearchableText) -> Sequence[object]:
    """A record as the page shows it, and the characters in it that are folded."""
    return (get_record_url(entry.path), text.title, text.text, entry.kind, entry.place, entry.status_filter,
            list_fold_pairs(_full_text(text)), text.titles, text.words, " ".join(entry.topics))


# --- only what changes ------------------------------------------------------------------------------------------------


def _patch_files(before: IndexState, after: IndexState, changed: Set[str], entries: Mapping[str, IndexedRecord],
                 text_of: GetSearchableText,
                 read: Callable[[str], bytes]) -> Iterator[tuple[str, bytes]]:
    gone = {before.records[path][0] for path in changed if path in before.records}
    come = {after.records[path][0]: path for path in changed if path in after.records}
    texts = {number: text_of(path) for number, path in come.items()}
    lying = {_text_file(number) for number, _ in before.records.values()}
    touched = {name: json.loads(read(name)) if name in lying else {} for name in map(_text_file, gone | come.keys())}
    old = (_iter_postings(number, _text_from_row(touched[_text_file(number)][str(number)])) for number in gone)
    new = (_iter_postings(number, text) for number, text in texts.items())
    yield from _patch_token_files({*chain(*old)} ^ {*chain(*new)}, after.size // RECORDS_PER_SHARD, read)
    for number in gone:
        del touched[_text_file(number)][str(number)]
    for number, path in come.items():
        touched[_text_file(number)][str(number)] = _text_row(entries[path], texts[number])
    for name, told in touched.items():
        yield name, encode_index_json(dict(sorted(told.items(), key=_row_number))) if told else b""


def _text_from_row(told: Sequence[Any]) -> SearchableText:
    """The text of which `_text_row` was made."""
    return SearchableText(told[1], told[2], told[7], told[8])


def _iter_postings(number: int, text: SearchableText) -> Iterator[tuple[str, int, bool]]:
    """Each token of a record, its number, and whether the token is one of its title."""
    yield from ((token, number, False) for token in tokenize(fold_text(_full_text(text))))
    yield from ((token, number, True) for token in tokenize(fold_text(text.title)))


def _row_number(told: tuple[str, object]) -> int:
    return int(told[0])


def _patch_token_files(facts: Set[tuple[str, int, bool]], shards: int,
                       read: Callable[[str], bytes]) -> Iterator[tuple[str, bytes]]:
    """The files of tokens in which `facts` are turned over: those that held hold no longer, the others do now."""
    turned: defaultdict[str, tuple[set[int], set[int]]] = defaultdict(lambda: (set(), set()))
    for token, number, in_title in facts:
        turned[token][in_title].add(number)
    by_shard: defaultdict[int, list[str]] = defaultdict(list)
    for token in turned:
        by_shard[get_shard(token, shards)].append(token)
    for shard, tokens in by_shard.items():
        has = json.loads(read(_token_file(shard)))
        for token in tokens:
            pairs = zip(postings(has.get(token, "")), turned[token], strict=True)
            has[token] = encode_postings(*(sorted({*numbers} ^ other) for numbers, other in pairs))
        yield _token_file(shard), _encode_shard(has)


# --- what is filtered and sorted by -----------------------------------------------------------------------------------


def _encode_records(kept: IndexState, entries: Sequence[IndexedRecord]) -> bytes:
    """The numbers of all records, and their dates."""
    return encode_index_json({
        "shards": kept.size // RECORDS_PER_SHARD, "together": RECORDS_PER_SHARD,
        "numbers": encode_deltas([number for number, _ in kept.records.values()]),
        "month": _encode_column([entry.date[:7] for entry in entries]),
        "day": _encode_column([entry.date[8:] for entry in entries]),
    })


def _encode_filters(entries: Sequence[IndexedRecord]) -> bytes:
    return encode_index_json({
        "kind": _encode_column([entry.kind for entry in entries]),
        "place": _encode_column([entry.place for entry in entries]),
        "topic": _encode_column([" ".join(entry.topics) for entry in entries]),
        "status": _encode_column([entry.status_filter for entry in entries]),
    })


def _encode_column(values: Sequence[str]) -> tuple[Sequence[str], str]:
    """The values that occur, and record by record which of them it has."""
    found = sorted(set(values))
    code = {value: chr(CODE_OF_ZERO + number) for number, value in enumerate(found)}
    return found, "".join(map(code.__getitem__, values))
