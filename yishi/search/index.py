"""The files of the search index: built in full, or patched after small changes.

`search/records.json` holds the order of the records, `search/filters.json` their filter values, `search/words/` the
postings of each token, `search/texts/` the texts against which every hit is checked before it is shown,
`search/synonyms.json` the words that stand for others, and `search/characters.json` the simplified forms of traditional
characters in queries.
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
from .postings import (
    CODE_OF_ZERO,
    assign_numbers,
    decode_postings,
    encode_deltas,
    encode_index_json,
    encode_postings,
    get_shard,
)
from .tokens import FOLDS, fold_text, list_fold_pairs, tokenize

INDEX_FOLDER = "search"
RECORDS_FILE = f"{INDEX_FOLDER}/records.json"
FILTERS_FILE = f"{INDEX_FOLDER}/filters.json"
SYNONYMS_FILE = f"{INDEX_FOLDER}/synonyms.json"

CHARACTERS_FILE = f"{INDEX_FOLDER}/characters.json"

RECORDS_PER_SHARD = 64
"""Record numbers per text file; there are as many token files. About a third of the numbers are taken.

More would make a query fetch more than it shows: ten hits and their words are some 50 KB of compressed files. Fewer
would make the index most of the files of a site.
"""

REPORTED_SUFFIX = ".reported"
"""Suffix of an open status that is only known from a published report."""

_MAX_CHANGED_SHARE = 0.05
"""If a larger share of the records has changed, the index is rebuilt in full."""


class SearchableText(Struct, frozen=True):
    """The searchable text of a record.

    `titles`: language → its title in other languages than its own; `words`: its other names, and names of its place,
    topics and status, by which it can be found too; `translations`: language → its texts in other languages.
    """

    title: str
    text: str
    titles: Mapping[str, str] = field(default_factory=dict)
    words: str = ""
    translations: Mapping[str, str] = field(default_factory=dict)

    @property
    def all_titles(self) -> str:
        """Its title in every language."""
        return "\n".join((self.title, *self.titles.values()))

    @property
    def all_texts(self) -> str:
        """Its texts in every language."""
        return "\n".join((self.text, *self.translations.values()))


class IndexedRecord(NamedTuple):
    """A record in the index; its `fingerprint` changes whenever its text does.

    `date` is a day, month or year (`2025-09-11`, `2025-09`, `2025`, ""), or a day not later than which it was
    (`2025-09-11-by`).
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
        """The status by which it is filtered and shown; a reported status differs from a current one."""
        return f"{self.status}{REPORTED_SUFFIX}" if self.status and self.reported else self.status


class IndexState(Struct, frozen=True):
    """The state of an index for the next build: the number range, record → (number, fingerprint of its text), file →
    digest."""

    size: int = 0
    records: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    digests: Mapping[str, str] = field(default_factory=dict)


class SearchIndex(Struct, frozen=True):
    """The files of an index, all or only those that may have changed, and its state for the next build."""

    files: Mapping[str, bytes]
    state: IndexState


GetSearchableText = Callable[[str], SearchableText]
"""Path of a record → its searchable text."""


def build_index(entries: Iterable[IndexedRecord], text_of: GetSearchableText) -> SearchIndex:
    """Build the index of `entries` in full."""
    entry_of = {entry.path: entry for entry in entries}
    state = _index_state(entry_of)
    return _assemble_index(state, {}, {CHARACTERS_FILE: encode_index_json("".join((*FOLDS, *FOLDS.values()))),
                                       **dict(_build_all_files(state, entry_of, text_of)),
                                       **_record_tables(state, entry_of)})


def update_index(previous: IndexState, entries: Iterable[IndexedRecord], text_of: GetSearchableText,
                 read: Callable[[str], bytes]) -> SearchIndex | None:
    """Update the last index to `entries`: the same files as a full build; None if too much has changed.

    `read`: returns the bytes of a file of the last index; what it raises is passed on.
    """
    entry_of = {entry.path: entry for entry in entries}
    state = _index_state(entry_of, previous)
    changed = {path for path, _ in previous.records.items() ^ state.records.items()}
    if state.size != previous.size or len(changed) > _MAX_CHANGED_SHARE * len(entry_of) + 1:
        return None
    patches = dict(_patch_files(previous, state, changed, entry_of, text_of, read)) if changed else {}
    return _assemble_index(state, previous.digests, {**patches, **_record_tables(state, entry_of)})


def _index_state(entries: Mapping[str, IndexedRecord], previous: IndexState | None = None) -> IndexState:
    """The state of an index of `entries`; if the set of paths is unchanged, the records keep their numbers."""
    if previous and previous.records.keys() == entries.keys():
        size = previous.size
        numbers = {path: number for path, (number, _) in previous.records.items()}
    else:
        size, numbers = assign_numbers(entries)
    return IndexState(size, {path: (number, f"{entries[path].fingerprint} {entries[path].status}")
                             for path, number in numbers.items()})


def _assemble_index(state: IndexState, previous: Mapping[str, str], new_files: Mapping[str, bytes]) -> SearchIndex:
    """The index with these new files, where an empty file is one to delete; `previous`: digests of the last index."""
    digests = {**previous, **{name: fingerprint_index_file(body) if body else "" for name, body in new_files.items()}}
    return SearchIndex({name: body for name, body in new_files.items() if body},
                       replace(state, digests={name: digest for name, digest in digests.items() if digest}))


def fingerprint_index_file(body: bytes) -> str:
    """Shortened digest of an index file."""
    return compute_digest(body)[:32]


def encode_synonyms(terms: Iterable[tuple[str, Iterable[str]]]) -> bytes:
    """The file of synonyms, from each label with its synonyms: folded word → folded labels to search for besides it."""
    labels_of: defaultdict[str, set[str]] = defaultdict(set)
    for label, synonyms in terms:
        labels_of[fold_text(label)].update()
        for synonym in synonyms:
            labels_of[fold_text(synonym)].add(fold_text(label))
    return encode_index_json({word: sorted(labels - {word}) for word, labels in sorted(labels_of.items()) if word})


def _record_tables(state: IndexState, entries: Mapping[str, IndexedRecord]) -> dict[str, bytes]:
    """The files with the order and the filter values of all records."""
    in_order = [entries[path] for path in state.records]
    return {RECORDS_FILE: _encode_records(state, in_order), FILTERS_FILE: _encode_filters(in_order)}


def _count_shards(size: int) -> int:
    """The number of token files for this number range."""
    return max(1, size // RECORDS_PER_SHARD)


def _token_file(shard: int) -> str:
    return f"{INDEX_FOLDER}/words/{shard}.json"


def _text_file(number: int) -> str:
    return f"{INDEX_FOLDER}/texts/{number // RECORDS_PER_SHARD}.json"


# --- full build -------------------------------------------------------------------------------------------------------


def _build_all_files(state: IndexState, entries: Mapping[str, IndexedRecord],
                     text_of: GetSearchableText) -> Iterator[tuple[str, bytes]]:
    postings_of: defaultdict[str, list[int]] = defaultdict(list)
    title_postings_of: defaultdict[str, list[int]] = defaultdict(list)
    texts: defaultdict[str, dict[int, object]] = defaultdict(dict)
    for path in sorted(state.records):  # place by place, as texts are cached
        number, text = state.records[path][0], text_of(path)
        for token in tokenize(fold_text(_full_text(text))):
            postings_of[token].append(number)
        for token in tokenize(fold_text(text.all_titles)):
            title_postings_of[token].append(number)
        texts[_text_file(number)][number] = _text_row(entries[path], text)
    yield from ((name, encode_index_json(dict(sorted(rows.items())))) for name, rows in texts.items())
    shards: list[dict[str, str]] = [{} for _ in range(_count_shards(state.size))]
    for token, numbers in postings_of.items():
        shards[get_shard(token, len(shards))][token] = encode_postings(sorted(numbers),
                                                                              sorted(title_postings_of.get(token, ())))
    yield from ((_token_file(shard), _encode_shard(tokens)) for shard, tokens in enumerate(shards))


def _encode_shard(tokens: Mapping[str, str]) -> bytes:
    """A token file, without tokens that no record has any more."""
    return encode_index_json({token: tokens[token] for token in sorted(tokens) if tokens[token]})


def _full_text(text: SearchableText) -> str:
    return f"{text.all_titles}\n{text.all_texts}\n{text.words}"


def _text_row(entry: IndexedRecord, text: SearchableText) -> Sequence[object]:
    """The row of a record in a text file: what the page shows of it, and its folded characters."""
    return (get_record_url(entry.path), text.title, text.text, entry.kind, entry.place, entry.status_filter,
            list_fold_pairs(_full_text(text)), text.titles, text.words, " ".join(entry.topics), text.translations)


# --- incremental update -----------------------------------------------------------------------------------------------


def _patch_files(previous: IndexState, state: IndexState, changed: Set[str], entries: Mapping[str, IndexedRecord],
                 text_of: GetSearchableText, read: Callable[[str], bytes]) -> Iterator[tuple[str, bytes]]:
    removed = {previous.records[path][0] for path in changed if path in previous.records}
    added = {state.records[path][0]: path for path in changed if path in state.records}
    texts = {number: text_of(path) for number, path in added.items()}
    existing_files = {_text_file(number) for number, _ in previous.records.values()}
    rows_by_file = {name: json.loads(read(name)) if name in existing_files else {}
                    for name in map(_text_file, removed | added.keys())}
    old_postings = (_iter_postings(number, _text_from_row(rows_by_file[_text_file(number)][str(number)]))
                    for number in removed)
    new_postings = (_iter_postings(number, text) for number, text in texts.items())
    yield from _patch_token_files({*chain(*old_postings)} ^ {*chain(*new_postings)}, _count_shards(state.size), read)
    for number in removed:
        del rows_by_file[_text_file(number)][str(number)]
    for number, path in added.items():
        rows_by_file[_text_file(number)][str(number)] = _text_row(entries[path], texts[number])
    for name, rows in rows_by_file.items():
        yield name, encode_index_json(dict(sorted(rows.items(), key=lambda row: int(row[0])))) if rows else b""


def _text_from_row(row: Sequence[Any]) -> SearchableText:
    """The searchable text in a row made by `_text_row`."""
    return SearchableText(row[1], row[2], row[7], row[8], row[10])


def _iter_postings(number: int, text: SearchableText) -> Iterator[tuple[str, int, bool]]:
    """Each token of a record with the record's number and whether the token is from the title."""
    yield from ((token, number, False) for token in tokenize(fold_text(_full_text(text))))
    yield from ((token, number, True) for token in tokenize(fold_text(text.all_titles)))


def _patch_token_files(toggled: Set[tuple[str, int, bool]], shard_count: int,
                       read: Callable[[str], bytes]) -> Iterator[tuple[str, bytes]]:
    """Token files after toggling postings: a posting that existed is removed, others are added."""
    changes: defaultdict[str, tuple[set[int], set[int]]] = defaultdict(lambda: (set(), set()))
    for token, number, in_title in toggled:
        changes[token][in_title].add(number)
    by_shard: defaultdict[int, list[str]] = defaultdict(list)
    for token in changes:
        by_shard[get_shard(token, shard_count)].append(token)
    for shard, tokens in by_shard.items():
        postings_of = json.loads(read(_token_file(shard)))
        for token in tokens:
            pairs = zip(decode_postings(postings_of.get(token, "")), changes[token], strict=True)
            postings_of[token] = encode_postings(*(sorted({*numbers} ^ changed_numbers)
                                                   for numbers, changed_numbers in pairs))
        yield _token_file(shard), _encode_shard(postings_of)


# --- filters and sort order -------------------------------------------------------------------------------------------


def _encode_records(state: IndexState, entries: Sequence[IndexedRecord]) -> bytes:
    """The numbers of all records, those of places (a place before the places in it), and the dates of all."""
    places = sorted((entry.path.count("/"), entry.path) for entry in entries if entry.kind == "place")
    return encode_index_json({
        "shards": _count_shards(state.size), "together": RECORDS_PER_SHARD,
        "numbers": encode_deltas([number for number, _ in state.records.values()]),
        "places": [state.records[path][0] for _, path in places],
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
    """The distinct values, sorted, and for each record a character with the index of its value."""
    distinct = sorted(set(values))
    code_of = {value: chr(CODE_OF_ZERO + number) for number, value in enumerate(distinct)}
    return distinct, "".join(map(code_of.__getitem__, values))
