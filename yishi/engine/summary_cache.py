"""Linked records and summaries of all issues and cases: from the cache if nothing they depend on changed, else
computed in parallel."""

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
"""Key in a cache table of the digest of everything its records could refer to."""


class _CachedRecord(NamedTuple):
    """Cached result of resolving one record: key of its parsed file, values of related records that its statistics
    use, recorded lookups ("" if the record must not be cached), encoded link result, encoded summary."""

    reading_key: str
    related_values: str
    lookups: str
    link_result: str
    encoded_summary: tuple[str, ...]

    @classmethod
    def decode(cls, text: str) -> Self:
        """The entry encoded as `text`."""
        reading_key, related_values, lookups, link_result, *encoded_summary = text.split("\t")
        return cls(reading_key, related_values, lookups, link_result, tuple(encoded_summary))

    @property
    def encoded(self) -> str:
        """The entry as one line of text."""
        return "\t".join((self.reading_key, self.related_values, self.lookups, self.link_result, *self.encoded_summary))


class _ResolveInputs(Struct, frozen=True):
    """Inputs for resolving and summarising records."""

    records: Mapping[str, Record]
    context: LinkContext
    library: Library
    reading_keys: Mapping[str, str]


def create_cached_resolver(content: Path, program_fingerprint: str, reading_keys: Mapping[str, str], jobs: int, *,
                           full: bool, writes_cache: bool = True) -> ResolveRecords:
    """A function that resolves issues and cases for `library.link_records`, each with its summary.

    `reading_keys`: path → key of its parsed file; `full` ignores what is cached, `writes_cache=False` only reads it.
    """
    def resolve(paths: Collection[str], records: Mapping[str, Record], context: LinkContext,
                library: Library) -> dict[str, LinkedRecord]:
        inputs, places = _ResolveInputs(records, context, library, reading_keys), group_by_place(paths)
        shared_fingerprint = compute_digest(f"{program_fingerprint} {_shared_inputs_digest(context, library)}".encode())
        tables = open_cache_tables(content, "briefs", shared_fingerprint, places, full=full, writes_cache=writes_cache)
        linkable_digest = _linkable_digest(context)
        valid: dict[str, LinkedRecord] = {}
        changed: dict[str, list[str]] = {}
        for place, paths_of_place in places.items():
            valid |= _load_valid_records(inputs, tables.tables[place], paths_of_place, linkable_digest)
            if not _is_table_current(tables.tables[place], paths_of_place, valid, linkable_digest):
                changed[place] = paths_of_place
        resolved: dict[str, _CachedRecord] = {}
        for part in map_parallel(partial(_resolve_all, inputs), [path for path in paths if path not in valid], jobs):
            resolved |= part
        _save_tables(tables, changed, valid, resolved, linkable_digest)
        return {path: valid[path] if path in valid else _decode_linked_record(resolved[path]) for path in paths}

    return resolve


# --- dependencies of a summary ----------------------------------------------------------------------------------------


def _shared_inputs_digest(context: LinkContext, library: Library) -> str:
    """Digest of the inputs of every summary: the site, its methods, places and events, and the day of the report."""
    events = [(path, event.date) for path, event in library.events.items()]
    places = [(path, place.method, place.draft) for path, place in context.places.items()]
    unreadable = sorted(context.withheld.unreadable.items())
    return compute_digest(repr((context.as_of, library.site, context.methods, places, events, unreadable)).encode())


def _linkable_digest(context: LinkContext) -> str:
    """Digest of everything a record can refer to."""
    withheld = (sorted(context.withheld.invalid.items()), sorted(context.withheld.drafts.items()),
                sorted(context.withheld.withdrawn.items()))
    return compute_digest(repr((list(context.records), withheld, sorted(context.files))).encode())


def _related_values(inputs: _ResolveInputs, path: str, linked: LinkedRecord) -> str:
    """Values of the meetings, location and duplicated issue that an issue's statistics use."""
    library, as_of = inputs.library, inputs.context.as_of
    locations = (library.locations.get(target) for target, key in linked.references if key == "issue.location")
    repeats = [is_uncounted_duplicate(library, target, as_of) for target, key in linked.references
               if key == "issue.duplicate_of"]
    return encode_json([sorted(collect_meeting_stakeholders(library, path, as_of)),
                        [location.kind for location in locations if location], repeats])


def _load_valid_records(inputs: _ResolveInputs, table: CacheTable, paths: Iterable[str],
                        linkable_digest: str) -> Iterator[tuple[str, LinkedRecord]]:
    """The cached records of a place whose dependencies are unchanged."""
    same_linkables = table.get(_LINKABLE_DIGEST_KEY) == linkable_digest
    for path in paths:
        if path in table and (cached := _CachedRecord.decode(table[path])).reading_key == inputs.reading_keys.get(path):
            linked = _decode_linked_record(cached)
            references_valid = same_linkables or _decode_lookups(cached.lookups).still_valid(get_place_of(path),
                                                                                             inputs.context)
            # only records that still exist have related values
            if references_valid and cached.related_values == _related_values(inputs, path, linked):
                yield path, linked


def _is_table_current(table: CacheTable, paths: Collection[str], valid: Mapping[str, LinkedRecord],
                      linkable_digest: str) -> bool:
    """Whether the cache table of a place is already what would be saved."""
    return (table.get(_LINKABLE_DIGEST_KEY) == linkable_digest and len(table) == len(paths) + 1
            and all(path in valid for path in paths))


# --- compute and save -------------------------------------------------------------------------------------------------


def _resolve_all(inputs: _ResolveInputs, paths: Sequence[str]) -> dict[str, _CachedRecord]:
    return {path: _resolve_and_summarise(inputs, path) for path in paths}


def _resolve_and_summarise(inputs: _ResolveInputs, path: str) -> _CachedRecord:
    linked = resolve_record(path, inputs.records[path], inputs.context)
    assert linked.record is not None
    encoded_summary = summarise_record(path, linked.record, inputs.context.methods[linked.method], inputs.library,
                                       inputs.context.as_of)
    lookups = linked.lookups
    references = [[kinds, text, paths] for (kinds, text), paths in lookups.references.items()]
    findings = [astuple(one) for one in linked.findings]
    link_result = [linked.references, findings, linked.dropped_refs, linked.links, linked.photos, linked.attachments,
                   linked.method, linked.draft]
    # not cached if invalid: error messages may suggest records that are added later
    has_errors = any(one.level == "error" for one in linked.findings)
    encoded_lookups = "" if has_errors else encode_json([references, lookups.visibilities, lookups.files])
    return _CachedRecord(inputs.reading_keys.get(path, ""), _related_values(inputs, path, linked), encoded_lookups,
                         encode_json(link_result), encoded_summary)


def _save_tables(tables: CacheTables, changed: Mapping[str, Sequence[str]], valid: Mapping[str, LinkedRecord],
                 resolved: Mapping[str, _CachedRecord], linkable_digest: str) -> None:
    """Save the tables of places in which a record was resolved again, or whose records could refer to others before."""
    for place, paths in changed.items():
        unchanged = {path: tables.tables[place][path] for path in paths if path in valid}
        added = {path: resolved[path].encoded for path in paths if path in resolved and resolved[path].lookups}
        tables.save_table(place, {_LINKABLE_DIGEST_KEY: linkable_digest, **unchanged, **added})


def _decode_linked_record(cached: _CachedRecord) -> LinkedRecord:
    """The cached link result of a record."""
    references, findings, dropped_refs, links, photos, attachments, method, draft = decode(cached.link_result)
    return LinkedRecord(None, [(target, key) for target, key in references],
                        [_decode_finding(*one) for one in findings], dropped_refs, links, photos, attachments, method,
                        draft, encoded_summary=cached.encoded_summary,
                        fingerprint=compute_digest((cached.reading_key + cached.link_result).encode()))


def _decode_finding(record: str, keys: list[str | int], code: str, values: list[list[str]], near: str, level: Severity,
                    line: int | None, position: None) -> Finding:
    # only personal data, which is found while reading, knows its position
    return Finding(record, tuple(keys), code, tuple((name, value) for name, value in values), near, level, line,
                   position)


def _decode_lookups(text: str) -> RecordedLookups:
    references, visibilities, files = decode(text)
    return RecordedLookups({(tuple(kinds), word): paths for kinds, word, paths in references}, visibilities, files)


# --- totals and breakdowns --------------------------------------------------------------------------------------------


class _CachedTotals(Struct, frozen=True):
    """Totals of a place's own issues; `fingerprint`: digest of their inputs."""

    fingerprint: str
    totals: PlaceTotals


class _CachedBreakdowns(Struct, frozen=True):
    """Breakdowns of a place's own issues; `fingerprint`: digest of their inputs."""

    fingerprint: str
    breakdowns: dict[str, Raw]


_CachedByPlace = TypeVar("_CachedByPlace", _CachedTotals, _CachedBreakdowns)


def compute_place_totals(content: Path, program_fingerprint: str, summaries: Mapping[str, RecordSummary], *, full: bool,
                         writes_cache: bool = True) -> dict[str, PlaceTotals]:
    """Place → totals of its own issues; from the cache if no contribution changed.

    `full` ignores what is cached, `writes_cache=False` only reads it.
    """
    def fingerprint(paths: Iterable[str]) -> str:
        return compute_digest("".join(summaries[path].contributions_json for path in paths).encode())

    def compute(paths: Sequence[str], fingerprint: str) -> _CachedTotals:
        return _CachedTotals(fingerprint, add_up_contributions(summaries[path].contributions for path in paths))

    tables = open_cache_tables(content, "sums", program_fingerprint, [""], full=full, writes_cache=writes_cache)
    return {place: one.totals for place, one in _load_or_compute_by_place(tables, summaries, _TOTALS_DECODER,
                                                                          fingerprint, compute).items()}


def compute_own_breakdowns(content: Path, program_fingerprint: str, summaries: Mapping[str, RecordSummary], *,
                           full: bool, writes_cache: bool = True) -> dict[str, OwnBreakdown]:
    """Place → breakdown of each statistic of its own issues; from the cache if nothing changed.

    `full` ignores what is cached, `writes_cache=False` only reads it.
    """
    def fingerprint(paths: Iterable[str]) -> str:
        return compute_digest(describe_breakdown_inputs(paths, summaries).encode())

    def compute(paths: Sequence[str], fingerprint: str) -> _CachedBreakdowns:
        return _CachedBreakdowns(fingerprint,
                                 {key: Raw(encode(one)) for key, one in break_down_issues(paths, summaries).items()})

    tables = open_cache_tables(content, "accounts", program_fingerprint, [""], full=full, writes_cache=writes_cache)
    return {place: one.breakdowns for place, one in _load_or_compute_by_place(tables, summaries, _BREAKDOWNS_DECODER,
                                                                              fingerprint, compute).items()}


def _load_or_compute_by_place(tables: CacheTables, summaries: Mapping[str, RecordSummary],
                              decoder: Decoder[_CachedByPlace], get_fingerprint: Callable[[Iterable[str]], str],
                              compute: Callable[[Sequence[str], str], _CachedByPlace]) -> dict[str, _CachedByPlace]:
    """The cached result of each place if its fingerprint is unchanged, else a new one, which is cached."""
    table = tables.tables[""]
    results: dict[str, _CachedByPlace] = {}
    for place, paths in group_by_place(summaries).items():
        fingerprint = get_fingerprint(paths)
        cached = _decode_or_none(decoder, table.get(place, ""))
        results[place] = cached if cached and cached.fingerprint == fingerprint else compute(paths, fingerprint)
    encoded = {place: encode_json(one) for place, one in results.items()}
    if encoded != table:
        tables.save_table("", encoded)
    return results


def _decode_or_none(decoder: Decoder[_CachedByPlace], text: str) -> _CachedByPlace | None:
    try:
        return decoder.decode(text)
    except DecodeError:
        return None


_TOTALS_DECODER = Decoder(_CachedTotals)
_BREAKDOWNS_DECODER = Decoder(_CachedBreakdowns)
