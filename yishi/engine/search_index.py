"""The search index of a build, updated incrementally from the last one."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache as memoised
from functools import partial
from pathlib import Path
from typing import NamedTuple

from msgspec.structs import replace

from ..analysis.summaries import RecordSummary
from ..core import files
from ..core.dependencies import LazyDict
from ..core.hashes import compute_digest
from ..core.outputs import Output, OutputPlan
from ..library import Library
from ..model.dates import UNKNOWN_DATE, PartialDate
from ..model.kinds import BULK, TABLES
from ..model.language import get_language
from ..model.paths import get_place_of, list_self_and_ancestors
from ..model.records import Record, get_title
from ..search import (
    SYNONYMS_FILE,
    IndexedRecord,
    IndexState,
    SearchableText,
    SearchIndex,
    build_index,
    encode_synonyms,
    extract_searchable_text,
    fingerprint_index_file,
    update_index,
)
from .cache import Cache, CacheStage

INDEX_STATE = CacheStage("search", IndexState)
"""The shard is the path of the output folder."""


def plan_search_index(library: Library, summaries: Mapping[str, RecordSummary], date_of: Mapping[str, PartialDate],
                      program_fingerprint: str, cache: Cache, output: Path) -> list[OutputPlan]:
    """The plans of the index files, patched if little has changed, else made in full.

    `date_of`: record → the date it is listed by. Every file is recorded by digest, so the saved state stays valid if
    this build fails.
    """
    other_records = _extract_other_texts(library)
    describe = create_context_describer(library)
    entries = [*_index_summarised_records(library, summaries, describe),
               *_index_other_records(library, other_records, date_of, describe)]
    entry_of = {entry.path: entry for entry in entries}
    shard, fingerprint = str(output.resolve()), compute_digest(f"{program_fingerprint} {library.site!r}".encode())
    previous = cache.get(INDEX_STATE, shard, fingerprint) or IndexState()

    def load_text(path: str) -> SearchableText:
        entry, text = entry_of[path], summaries[path].search_text if path in summaries else other_records[path][1]
        words = (text.words, describe(entry.place, entry.topics, entry.status).words)
        return replace(text, words=" · ".join(filter(None, words)))

    build_whole = partial(build_index, entries, load_text)
    index = _try_incremental_update(previous, entries, load_text, output) or build_whole()
    if index.state != previous:
        cache.put(INDEX_STATE, shard, fingerprint, index.state)
    rebuilt = LazyDict(("",), lambda _: build_whole().files)
    bodies = LazyDict(index.state.digests, lambda name: index.files.get(name) or rebuilt[""][name])
    synonyms = encode_synonyms(_list_synonyms(library))
    return [OutputPlan(SYNONYMS_FILE, build_index_file, {SYNONYMS_FILE: synonyms}, (SYNONYMS_FILE,),
                       fingerprint_index_file(synonyms)),
            *(OutputPlan(name, build_index_file, bodies, (name,), digest)
              for name, digest in index.state.digests.items())]


def _list_synonyms(library: Library) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The label of each topic and status in the site's own language, with the other words for it: of a status those of
    the log entry that brings it, and of each that is not final the word for all of them."""
    tags = library.site.languages
    terms = library.vocabulary.terms
    for topic in terms["topic"].values():
        yield topic.label(tags[0]), topic.synonyms
    for key, status in terms["status"].items():
        said = terms["reserved_stage"][key].synonyms if key in terms["reserved_stage"] else ()
        yield status.label(tags[0]), (*said, *(get_language(tag).text("open") for tag in tags if status.open))


def collect_searchable_texts(library: Library, summaries: Mapping[str, RecordSummary]) -> dict[str, SearchableText]:
    """Record → its searchable text, for all records with a table."""
    return {**{path: summaries[path].search_text for kind in BULK for path in library.of_kind(kind)},
            **{path: text for path, (_, text) in _extract_other_texts(library).items()}}


def _extract_other_texts(library: Library) -> dict[str, tuple[Record, SearchableText]]:
    """The records that have no summary, each with its searchable text."""
    return {path: (record, extract_searchable_text(record, library.vocabulary, library.site))
            for path, record in library.of_kinds(kind for kind in TABLES if kind not in BULK)}


def build_index_file(bodies: Mapping[str, bytes], name: str) -> Output:
    """One file of the index; if it is lost, the index is rebuilt in full."""
    return Output(name, body=bodies[name])


class _DamagedIndexFile(Exception):
    """A file of the last index was modified or deleted; holds its name."""


def _try_incremental_update(previous: IndexState, entries: list[IndexedRecord],
                            load_text: Callable[[str], SearchableText], output: Path) -> SearchIndex | None:
    """The last index, updated; None if there is none or one of its files is damaged."""
    def read(name: str) -> bytes:
        data = files.read_file(output, name)
        if fingerprint_index_file(data) != previous.digests[name]:
            raise _DamagedIndexFile(name)
        return data

    try:
        return update_index(previous, entries, load_text, read) if previous.size else None
    except (_DamagedIndexFile, OSError):
        return None


# --- entries of the index ---------------------------------------------------------------------------------------------


class ContextWords(NamedTuple):
    """Searchable words of a record besides its own text, and their digest."""

    words: str
    digest: str


DescribeContext = Callable[[str, tuple[str, ...], str], ContextWords]
"""Place, topics and status of a record → its context words."""


def create_context_describer(library: Library) -> DescribeContext:
    """A function that returns the context words of a record: names of its place and the places above it, its topics and
    its status, in all languages of the site."""
    vocabulary, tags = library.vocabulary, library.site.languages

    @memoised  # most records share them with others
    def describe(place: str, topics: tuple[str, ...], status: str) -> ContextWords:
        places = [library.places[path] for path in list_self_and_ancestors(place) if path in library.places]
        names = [name for one in places for name in (get_title(one), *one.translated_titles.values())]
        terms = [("topic", topic) for topic in topics] + [("status", status)] * bool(status)
        words = " · ".join(filter(None, (*names, *(vocabulary.label(*term, tag) for term in terms for tag in tags))))
        return ContextWords(words, compute_digest(words.encode())[:16])

    return describe


def _index_summarised_records(library: Library, summaries: Mapping[str, RecordSummary],
                              describe: DescribeContext) -> Iterator[IndexedRecord]:
    for kind in BULK:
        for path in library.of_kind(kind):
            list_item, place = summaries[path].list_item, get_place_of(path)
            context = describe(place, list_item.topics, list_item.status)
            yield IndexedRecord(path, f"{library.fingerprints[path]} {context.digest}", kind, place, list_item.topics,
                                list_item.status, _format_known_date(list_item.listed_date),
                                reported=list_item.from_press and list_item.is_open)


def _index_other_records(library: Library, other_records: Mapping[str, tuple[Record, SearchableText]],
                         date_of: Mapping[str, PartialDate], describe: DescribeContext) -> Iterator[IndexedRecord]:
    for path, (record, text) in other_records.items():
        place = path if path in library.places else get_place_of(path)
        fingerprint = f"{compute_digest(repr(text).encode())} {describe(place, (), '').digest}"
        yield IndexedRecord(path, fingerprint, record.kind_of_record, place,
                            date=_format_known_date(date_of.get(path, UNKNOWN_DATE)))


def _format_known_date(when: PartialDate) -> str:
    """The known part of a date (YYYY, YYYY-MM or YYYY-MM-DD); YYYY-MM-DD-by if only the last possible day is known."""
    if when.day is None or when.last_named is None:
        return ""
    if when.precision == "by":
        return f"{when.day.isoformat()}-by"
    if when.exact:
        return when.day.isoformat()
    return when.month or (f"{when.day.year}" if when.day.year == when.last_named.year else "")
