"""The search index of a build: only what has changed since the last one is made anew."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, partial
from pathlib import Path

from msgspec.structs import replace

from ..analysis.briefs import Brief
from ..core import files
from ..core.digests import digest
from ..core.facts import Later
from ..core.outputs import Output, Plan
from ..core.workers import begun
from ..library import Library
from ..model.dates import UNKNOWN, When
from ..model.kinds import BULK, TABLES
from ..model.paths import place_of
from ..model.records import Record, title_of
from ..search import Entry, Index, Kept, Text, index_of, sign, text_of, updated


def index_plans(library: Library, briefs: Mapping[str, Brief], when: Mapping[str, When], code: str, content: Path,
                output: Path, jobs: int, *, full: bool) -> Callable[[], list[Plan]]:
    """What gives the plans of the files of the index; if it has to be made whole, another process does so meanwhile.

    `when`: record → the date it is listed by; `code`: the digest of the program. With `full` nothing of the last build
    is used. What is kept for the next build tells every file by its digest, so it holds whatever becomes of this one.
    """
    others = {path: (record, text_of(record, library.vocabulary))
              for path, record in library.of_kinds(kind for kind in TABLES if kind not in BULK)}
    bare = [*_of_bulk(library, briefs), *_of_others(library, others, when)]
    words = words_of(library, bare)
    entries = [entry._replace(key=f"{entry.key} {digest(words[entry.path].encode())[:16]}") for entry in bare]
    kept, made_by = files.cache_file(content, "search", output), digest(f"{code} {library.site!r}".encode())
    before = Kept() if full else _loaded(kept, made_by)

    def text(path: str) -> Text:
        return replace(briefs[path].said if path in briefs else others[path][1], words=words[path])

    whole = partial(index_of, entries, text)
    index = _updated(before, entries, text, output)
    coming = partial(_itself, index) if index else begun(whole, jobs)

    def plans() -> list[Plan]:
        made = coming()
        if made.kept != before:
            files.write_cache(kept, _dumped(made.kept, made_by))
        again = Later(("",), lambda _: whole().files)
        bodies = Later(made.kept.digests, lambda name: made.files.get(name) or again[""][name])
        return [Plan(name, index_file, bodies, (name,), told) for name, told in made.kept.digests.items()]

    return plans


def index_file(bodies: Mapping[str, bytes], name: str) -> Output:
    """A file of the index; one that was lost makes the index be made whole."""
    return Output(name, body=bodies[name])


class _Damaged(Exception):
    """A file of the last index does not lie as it was written; its name."""


def _itself(index: Index) -> Index:
    return index


def _updated(before: Kept, entries: list[Entry], text: Callable[[str], Text], output: Path) -> Index | None:
    """The index made of the last one; None if that is not there."""
    def read(name: str) -> bytes:
        data = files.read(output, name)
        if sign(data) != before.digests[name]:
            raise _Damaged(name)
        return data

    try:
        return updated(before, entries, text, read) if before.size else None
    except (_Damaged, OSError):
        return None


# --- what can be found ------------------------------------------------------------------------------------------------


def words_of(library: Library, entries: Iterable[Entry]) -> dict[str, str]:
    """Record → what is said of it beside its own text: the names of its place and of those above it, its topics and its
    status, in the languages of the site."""
    vocabulary, tags = library.vocabulary, library.site.languages

    @cache
    def words(place: str, topics: tuple[str, ...], status: str) -> str:
        places = [library.places[path] for path in _upwards(place) if path in library.places]
        names = [name for one in places for name in (title_of(one), *_translated(one))]
        terms = [("topic", topic) for topic in topics] + [("status", status)] * bool(status)
        return " · ".join(filter(None, (*names, *(vocabulary.label(*term, tag) for term in terms for tag in tags))))

    return {entry.path: words(entry.place, entry.topics, entry.status) for entry in entries}


def _translated(record: Record) -> Iterator[str]:
    """The title of a record in the languages that it was translated to."""
    return (told.title for told in record.translations.values() if told.title)


def _upwards(place: str) -> Iterator[str]:
    """A place and those above it."""
    while place:
        yield place
        place = place.rpartition("/")[0]


def _of_bulk(library: Library, briefs: Mapping[str, Brief]) -> Iterator[Entry]:
    for kind in BULK:
        for path in library.of_kind(kind):
            one = briefs[path].listing
            yield Entry(path, library.stamps[path], kind, place_of(path), one.topics, one.status, _written(one.when),
                        reported=one.press and one.open)


def _of_others(library: Library, others: Mapping[str, tuple[Record, Text]],
               when: Mapping[str, When]) -> Iterator[Entry]:
    for path, (record, text) in others.items():
        place = path if path in library.places else place_of(path)
        yield Entry(path, digest(repr(text).encode()), record.kind_of_record, place,
                    when=_written(when.get(path, UNKNOWN)))


def _written(when: When) -> str:
    """A date as far as it is known; the last possible day where only that is."""
    return "" if when.day is None else when.day.isoformat()[:{"month": 7, "year": 4}.get(when.precision, 10)]


# --- what the last build kept -----------------------------------------------------------------------------------------


def _dumped(kept: Kept, made_by: str) -> bytes:
    told = {"by": made_by, "size": kept.size, "records": kept.records, "digests": kept.digests}
    return json.dumps(told, separators=(",", ":")).encode()


def _loaded(cache: Path, made_by: str) -> Kept:
    try:
        found = json.loads(files.read_cache(cache))
        if found["by"] == made_by:
            records = {path: (number, key) for path, (number, key) in found["records"].items()}
            return Kept(found["size"], records, found["digests"])
    except (ValueError, TypeError, KeyError, AttributeError):
        pass
    return Kept()
