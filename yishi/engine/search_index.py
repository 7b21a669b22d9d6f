"""The search index of a build: only what has changed since the last one is made anew."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, partial
from pathlib import Path

from msgspec.structs import replace

from ..analysis.summaries import RecordSummary
from ..core import files
from ..core.dependencies import LazyDict
from ..core.hashes import compute_digest
from ..core.outputs import Output, OutputPlan
from ..core.parallel import run_in_background
from ..library import Library
from ..model.dates import UNKNOWN_DATE, PartialDate
from ..model.kinds import BULK, TABLES
from ..model.paths import get_place_of
from ..model.records import Record, get_title
from ..search import (
    IndexedRecord,
    IndexState,
    SearchableText,
    SearchIndex,
    build_index,
    extract_searchable_text,
    fingerprint_index_file,
    update_index,
)


def plan_search_index(library: Library, briefs: Mapping[str, RecordSummary], when: Mapping[str, PartialDate], code: str,
                      content: Path,
                      output: Path, jobs: int, *, full: bool) -> Callable[[], list[OutputPlan]]:
    """What gives the plans of the files of the index; if it has to be made whole, another process does so meanwhile.

    `when`: record → the date it is listed by; `code`: the digest of the program. With `full` nothing of the last build
    is used. What is kept for the next build tells every file by its digest, so it holds whatever becomes of this one.
    """
    others = {path: (record, extract_searchable_text(record, library.vocabulary))
              for path, record in library.of_kinds(kind for kind in TABLES if kind not in BULK)}
    bare = [*_index_summarised_records(library, briefs), *_index_other_records(library, others, when)]
    words = collect_context_words(library, bare)
    entries = [entry._replace(fingerprint=f"{entry.fingerprint} {compute_digest(words[entry.path].encode())[:16]}")
               for entry in bare]
    kept, made_by = files.locate_cache_file(content, "search",
                                            output), compute_digest(f"{code} {library.site!r}".encode())
    before = IndexState() if full else _read_index_state(kept, made_by)

    def text(path: str) -> SearchableText:
        return replace(briefs[path].search_text if path in briefs else others[path][1], words=words[path])

    whole = partial(build_index, entries, text)
    index = _try_incremental_update(before, entries, text, output)
    coming = partial(_return_index, index) if index else run_in_background(whole, jobs)

    def plans() -> list[OutputPlan]:
        made = coming()
        if made.state != before:
            files.write_cache(kept, _encode_index_state(made.state, made_by))
        again = LazyDict(("",), lambda _: whole().files)
        bodies = LazyDict(made.state.digests, lambda name: made.files.get(name) or again[""][name])
        return [OutputPlan(name, build_index_file, bodies, (name,), told) for name, told in made.state.digests.items()]

    return plans


def build_index_file(bodies: Mapping[str, bytes], name: str) -> Output:
    """A file of the index; one that was lost makes the index be made whole."""
    return Output(name, body=bodies[name])


class _DamagedIndexFile(Exception):
    """A file of the last index does not lie as it was written; its name."""


def _return_index(index: SearchIndex) -> SearchIndex:
    return index


def _try_incremental_update(before: IndexState, entries: list[IndexedRecord], text: Callable[[str], SearchableText],
                            output: Path) -> SearchIndex | None:
    """The index made of the last one; None if that is not there."""
    def read(name: str) -> bytes:
        data = files.read_file(output, name)
        if fingerprint_index_file(data) != before.digests[name]:
            raise _DamagedIndexFile(name)
        return data

    try:
        return update_index(before, entries, text, read) if before.size else None
    except (_DamagedIndexFile, OSError):
        return None


# --- what can be found ------------------------------------------------------------------------------------------------


def collect_context_words(library: Library, entries: Iterable[IndexedRecord]) -> dict[str, str]:
    """Record → what is said of it beside its own text: the names of its place and of those above it, its topics and its
    status, in the languages of the site."""
    vocabulary, tags = library.vocabulary, library.site.languages

    @cache
    def words(place: str, topics: tuple[str, ...], status: str) -> str:
        places = [library.places[path] for path in _place_and_ancestors(place) if path in library.places]
        names = [name for one in places for name in (get_title(one), *_translated_titles(one))]
        terms = [("topic", topic) for topic in topics] + [("status", status)] * bool(status)
        return " · ".join(filter(None, (*names, *(vocabulary.label(*term, tag) for term in terms for tag in tags))))

    return {entry.path: words(entry.place, entry.topics, entry.status) for entry in entries}


def _translated_titles(record: Record) -> Iterator[str]:
    """The title of a record in the languages that it was translated to."""
    return (told.title for told in record.translations.values() if told.title)


def _place_and_ancestors(place: str) -> Iterator[str]:
    """A place and those above it."""
    while place:
        yield place
        place = place.rpartition("/")[0]


def _index_summarised_records(library: Library, briefs: Mapping[str, RecordSummary]) -> Iterator[IndexedRecord]:
    for kind in BULK:
        for path in library.of_kind(kind):
            one = briefs[path].list_item
            yield IndexedRecord(path, library.fingerprints[path], kind, get_place_of(path), one.topics, one.status,
                                _format_known_date(one.listed_date),
                                reported=one.from_press and one.is_open)


def _index_other_records(library: Library, others: Mapping[str, tuple[Record, SearchableText]],
                         when: Mapping[str, PartialDate]) -> Iterator[IndexedRecord]:
    for path, (record, text) in others.items():
        place = path if path in library.places else get_place_of(path)
        yield IndexedRecord(path, compute_digest(repr(text).encode()), record.kind_of_record, place,
                            date=_format_known_date(when.get(path, UNKNOWN_DATE)))


def _format_known_date(when: PartialDate) -> str:
    """A date as far as it is known; the last possible day where only that is."""
    return "" if when.day is None else when.day.isoformat()[:{"month": 7, "year": 4}.get(when.precision, 10)]


# --- what the last build kept -----------------------------------------------------------------------------------------


def _encode_index_state(kept: IndexState, made_by: str) -> bytes:
    told = {"by": made_by, "size": kept.size, "records": kept.records, "digests": kept.digests}
    return json.dumps(told, separators=(",", ":")).encode()


def _read_index_state(cache: Path, made_by: str) -> IndexState:
    try:
        found = json.loads(files.read_cache(cache))
        if found["by"] == made_by:
            records = {path: (number, key) for path, (number, key) in found["records"].items()}
            return IndexState(found["size"], records, found["digests"])
    except (ValueError, TypeError, KeyError, AttributeError):
        pass
    return IndexState()
