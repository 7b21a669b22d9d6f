"""The briefs of all issues and cases: from their memos where nothing they rest on has changed, else made by workers."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple, Self, TypeVar

from msgspec import DecodeError, Raw, Struct
from msgspec.json import Decoder, decode, encode
from msgspec.structs import astuple

from ..analysis.breakdowns import OwnBreakdown, break_down_issues, describe_breakdown_inputs
from ..analysis.statistics import (
    PlaceTotals,
    add_up_contributions,
    collect_meeting_stakeholders,
    is_uncounted_duplicate,
)
from ..analysis.summaries import RecordSummary, summarise_record
from ..core.hashes import compute_digest
from ..core.json_format import encode_json
from ..core.parallel import map_parallel
from ..library import Library, LinkContext, LinkedRecord, RecordedLookups, ResolveRecords, resolve_record
from ..model.paths import get_place_of, group_by_place
from ..model.problems import Finding, Severity
from ..model.records import Record
from .cache import CacheTable, CacheTables, open_cache_tables

_LINKABLE_DIGEST_KEY = "names"
"""The key under which a shelf keeps the digest of all that its records could name."""


class _CachedRecord(NamedTuple):
    """What is kept of a record, as texts: the key of its reading, its company, what it asked ("" = not to be kept),
    what was found when it was resolved, and the parts of its brief."""

    reading_key: str
    related_values: str
    lookups: str
    link_result: str
    encoded_summary: tuple[str, ...]

    @classmethod
    def decode(cls, text: str) -> Self:
        """The memo kept as `text`."""
        key, company, asked, found, *brief = text.split("\t")
        return cls(key, company, asked, found, tuple(brief))

    @property
    def encoded(self) -> str:
        """The memo as one line of text."""
        return "\t".join((self.reading_key, self.related_values, self.lookups, self.link_result, *self.encoded_summary))


class _ResolveInputs(Struct, frozen=True):
    """What briefs are made with: the records, what they may name, all other records, and the keys of readings."""

    records: Mapping[str, Record]
    context: LinkContext
    library: Library
    reading_keys: Mapping[str, str]


def create_cached_resolver(content: Path, code: str, keys: Mapping[str, str], jobs: int, *, full: bool,
                           keeps: bool = True) -> ResolveRecords:
    """What resolves issues and cases for `library.link`, each with its brief.

    `keys`: path → the key of its reading; `code`: the digest of the program; with `full` no memo is used, without
    `keeps` none is kept.
    """
    def resolve(paths: Collection[str], records: Mapping[str, Record], around: LinkContext,
                library: Library) -> dict[str, LinkedRecord]:
        desk, places = _ResolveInputs(records, around, library, keys), group_by_place(paths)
        ground = compute_digest(f"{code} {_shared_inputs_digest(around, library)}".encode())
        kept = open_cache_tables(content, "briefs", ground, places, full=full, keeps=keeps)
        names = _linkable_digest(around)
        known: dict[str, LinkedRecord] = {}
        changed: dict[str, list[str]] = {}
        for place, below in places.items():
            known |= _load_valid_records(desk, kept.tables[place], below, names)
            if not _is_table_current(kept.tables[place], below, known, names):
                changed[place] = below
        made: dict[str, _CachedRecord] = {}
        for part in map_parallel(partial(_resolve_all, desk), [path for path in paths if path not in known], jobs):
            made |= part
        _save_tables(kept, changed, known, made, names)
        return {path: known[path] if path in known else _decode_linked_record(made[path]) for path in paths}

    return resolve


# --- what a brief rests on --------------------------------------------------------------------------------------------


def _shared_inputs_digest(around: LinkContext, library: Library) -> str:
    """What the briefs of all records rest on: the site, its methods, its places, its events, the day of the report."""
    events = [(path, event.date) for path, event in library.events.items()]
    places = [(path, place.method, place.draft) for path, place in around.places.items()]
    unreadable = sorted(around.withheld.unreadable.items())
    return compute_digest(repr((around.as_of, library.site, around.methods, places, events, unreadable)).encode())


def _linkable_digest(around: LinkContext) -> str:
    """The digest of all that a record may name."""
    withheld = (sorted(around.withheld.invalid.items()), sorted(around.withheld.drafts.items()),
                sorted(around.withheld.withdrawn.items()))
    return compute_digest(repr((list(around.records), withheld, sorted(around.files))).encode())


def _related_values(desk: _ResolveInputs, path: str, linked: LinkedRecord) -> str:
    """What the statistics of an issue take from its meetings, its location and the issue that it repeats."""
    library, as_of = desk.library, desk.context.as_of
    locations = (library.locations.get(target) for target, key in linked.references if key == "issue.location")
    repeats = [is_uncounted_duplicate(library, target, as_of) for target,
               key in linked.references if key == "issue.duplicate_of"]
    return encode_json([sorted(collect_meeting_stakeholders(library, path, as_of)),
                        [location.kind for location in locations if location], repeats])


def _load_valid_records(desk: _ResolveInputs, shelf: CacheTable, paths: Iterable[str],
                        names: str) -> Iterator[tuple[str, LinkedRecord]]:
    """What is kept of those records of a place for which nothing has changed that they rest on."""
    same_names = shelf.get(_LINKABLE_DIGEST_KEY) == names
    for path in paths:
        if path in shelf and (memo := _CachedRecord.decode(shelf[path])).reading_key == desk.reading_keys.get(path):
            linked = _decode_linked_record(memo)
            still_named = same_names or _decode_lookups(memo.lookups).still_valid(get_place_of(path), desk.context)
            # its company: of records that are there
            if still_named and memo.related_values == _related_values(desk, path, linked):
                yield path, linked


def _is_table_current(shelf: CacheTable, paths: Collection[str], known: Mapping[str, LinkedRecord], names: str) -> bool:
    """Whether the shelf of a place is already what has to be kept of it."""
    return shelf.get(_LINKABLE_DIGEST_KEY) == names and len(shelf) == len(paths) + 1 and all(path in known
                                                                                             for path in paths)


# --- made and kept ----------------------------------------------------------------------------------------------------


def _resolve_all(desk: _ResolveInputs, paths: Sequence[str]) -> dict[str, _CachedRecord]:
    return {path: _resolve_and_summarise(desk, path) for path in paths}


def _resolve_and_summarise(desk: _ResolveInputs, path: str) -> _CachedRecord:
    linked = resolve_record(path, desk.records[path], desk.context)
    assert linked.record is not None
    brief = summarise_record(path, linked.record, desk.context.methods[linked.method], desk.library, desk.context.as_of)
    asked = linked.lookups
    meant = [[kinds, text, paths] for (kinds, text), paths in asked.references.items()]
    findings = [astuple(one) for one in linked.findings]
    found = [linked.references, findings, linked.dropped_refs, linked.links, linked.photos, linked.attachments,
             linked.method, linked.draft]
    wrong = any(one.level == "error" for one in linked.findings)  # what is told of them names records yet to come
    answers = "" if wrong else encode_json([meant, asked.visibilities, asked.files])
    return _CachedRecord(desk.reading_keys.get(path, ""), _related_values(desk, path, linked), answers,
                         encode_json(found), brief)


def _save_tables(kept: CacheTables, changed: Mapping[str, Sequence[str]], known: Mapping[str, LinkedRecord],
                 made: Mapping[str, _CachedRecord], names: str) -> None:
    """Keeps the shelves of the places in which something was made, or whose records could name others before."""
    for place, paths in changed.items():
        before = {path: kept.tables[place][path] for path in paths if path in known}
        after = {path: made[path].encoded for path in paths if path in made and made[path].lookups}
        kept.save_table(place, {_LINKABLE_DIGEST_KEY: names, **before, **after})


def _decode_linked_record(memo: _CachedRecord) -> LinkedRecord:
    """What was found when a record was resolved."""
    named, findings, lost, links, photos, used, method, draft = decode(memo.link_result)
    return LinkedRecord(None, [(target, key) for target, key in named], [_decode_finding(*one) for one in findings],
                        lost, links,
                        photos, used, method, draft, encoded_summary=memo.encoded_summary,
                        fingerprint=compute_digest((memo.reading_key + memo.link_result).encode()))


def _decode_finding(record: str, keys: list[str | int], code: str, values: list[list[str]], near: str, level: Severity,
                    line: int | None) -> Finding:
    return Finding(record, tuple(keys), code, tuple((name, value) for name, value in values), near, level, line)


def _decode_lookups(text: str) -> RecordedLookups:
    meant, standing, files = decode(text)
    return RecordedLookups({(tuple(kinds), word): paths for kinds, word, paths in meant}, standing, files)


# --- totals and breakdowns --------------------------------------------------------------------------------------------


class _CachedTotals(Struct, frozen=True):
    """The totals of a place's own issues; `stamp`: the digest of all that they are made of."""

    fingerprint: str
    totals: PlaceTotals


class _CachedBreakdowns(Struct, frozen=True):
    """The breakdowns of a place's own issues; `stamp`: the digest of all that they are made of."""

    fingerprint: str
    breakdowns: dict[str, Raw]


_CachedByPlace = TypeVar("_CachedByPlace", _CachedTotals, _CachedBreakdowns)


def compute_place_totals(content: Path, code: str, briefs: Mapping[str, RecordSummary], *, full: bool,
                         keeps: bool = True) -> dict[str, PlaceTotals]:
    """Place → what its own issues add up to; from their memos where no contribution has changed.

    With `full` no memo is used; without `keeps` none is written.
    """
    def stamp(paths: Iterable[str]) -> str:
        return compute_digest("".join(briefs[path].contributions_json for path in paths).encode())

    def make(paths: Sequence[str], stamp: str) -> _CachedTotals:
        return _CachedTotals(stamp, add_up_contributions(briefs[path].contributions for path in paths))

    kept = open_cache_tables(content, "sums", code, [""], full=full, keeps=keeps)
    return {place: one.totals for place, one in _load_or_compute_by_place(kept, briefs, _TOTALS_DECODER, stamp,
                                                                          make).items()}


def compute_own_breakdowns(content: Path, code: str, briefs: Mapping[str, RecordSummary], *, full: bool,
                           keeps: bool = True) -> dict[str, OwnBreakdown]:
    """Place → what stands behind each statistic of its own issues; from their memos where nothing has changed.

    With `full` no memo is used; without `keeps` none is written.
    """
    def stamp(paths: Iterable[str]) -> str:
        return compute_digest(describe_breakdown_inputs(paths, briefs).encode())

    def make(paths: Sequence[str], stamp: str) -> _CachedBreakdowns:
        return _CachedBreakdowns(stamp, {key: Raw(encode(one)) for key,
                                         one in break_down_issues(paths, briefs).items()})

    kept = open_cache_tables(content, "accounts", code, [""], full=full, keeps=keeps)
    return {place: one.breakdowns for place, one in _load_or_compute_by_place(kept, briefs, _BREAKDOWNS_DECODER, stamp,
                                                                              make).items()}


def _load_or_compute_by_place(kept: CacheTables, briefs: Mapping[str, RecordSummary], decoder: Decoder[_CachedByPlace],
                              stamp: Callable[[Iterable[str]], str],
                              make: Callable[[Sequence[str], str], _CachedByPlace]) -> dict[str, _CachedByPlace]:
    """What is kept for each place if its stamp is still the same, else made anew and kept."""
    shelf = kept.tables[""]
    found: dict[str, _CachedByPlace] = {}
    for place, paths in group_by_place(briefs).items():
        now = stamp(paths)
        before = _decode_or_none(decoder, shelf.get(place, ""))
        found[place] = before if before and before.fingerprint == now else make(paths, now)
    texts = {place: encode_json(one) for place, one in found.items()}
    if texts != shelf:
        kept.save_table("", texts)
    return found


def _decode_or_none(decoder: Decoder[_CachedByPlace], text: str) -> _CachedByPlace | None:
    try:
        return decoder.decode(text)
    except DecodeError:
        return None


_TOTALS_DECODER = Decoder(_CachedTotals)
_BREAKDOWNS_DECODER = Decoder(_CachedBreakdowns)
