"""Linked records and summaries of all issues and cases: from the cache if nothing they depend on changed, else
computed in parallel, shard by shard.

A shard has two files: `summaries`, held in memory by every build, and `details`, loaded on use.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from msgspec import Raw, Struct
from msgspec.msgpack import Decoder, encode
from msgspec.structs import replace

from ..analysis.breakdowns import OwnBreakdown, break_down_issues, describe_breakdown_inputs
from ..analysis.statistics import (
    PlaceTotals,
    add_up_contributions,
    collect_meeting_stakeholders,
    is_uncounted_duplicate,
)
from ..analysis.summaries import RecordDetails, RecordSummary, SummaryFields, summarise_record
from ..core.dependencies import LazyDict
from ..core.hashes import compute_digest
from ..core.parallel import Workers
from ..library import Library, LinkContext, LinkedRecord, RecordedLookups, ResolveRecords, resolve_record
from ..model.paths import get_place_of, group_by_place
from ..model.records import Record
from .cache import Cache, CacheStage, count_open_shards, group_by_shard


class _RelatedValues(NamedTuple):
    """Values of the meetings, locations and duplicated issue that an issue's statistics use."""

    stakeholders: list[str]
    location_kinds: list[str | None]
    repeats: list[bool]


class CachedSummary(Struct, frozen=True, array_like=True):
    """The result of linking and summarising one record: the key of its parsed file, values of related records, lookups
    (encoded; null if the record must not be cached), link result and summary."""

    key: str
    related: _RelatedValues
    lookups: Raw
    linked: LinkedRecord
    fields: SummaryFields


class SummaryShard(Struct, frozen=True, array_like=True):
    """The summaries of a shard; `linkable_digest`: of everything that its records could refer to."""

    linkable_digest: str
    records: dict[str, CachedSummary]


SUMMARIES = CacheStage("summaries", SummaryShard)
DETAILS = CacheStage("details", dict[str, tuple[str, RecordDetails]])
"""Path → digest, as in its summary, and details."""

_NULL = encode(None)
_LOOKUPS_DECODER = Decoder(RecordedLookups)


class _LinkInputs(Struct, frozen=True):
    """Everything from which records are linked and summarised; `fingerprint`: of what all of them depend on."""

    records: Mapping[str, Record]
    context: LinkContext
    library: Library
    keys: Mapping[str, str]
    cache: Cache
    fingerprint: str
    linkable_digest: str


def create_cached_resolver(cache: Cache, program_fingerprint: str, keys: Mapping[str, str],
                           workers: Workers) -> ResolveRecords:
    """A function that resolves issues and cases for `library.link_records`, each with its summary.

    `keys`: path → key of its parsed file.
    """
    def resolve(paths: Collection[str], records: Mapping[str, Record], context: LinkContext,
                library: Library) -> dict[str, LinkedRecord]:
        shared = compute_digest(f"{program_fingerprint} {_shared_inputs_digest(context, library)}".encode())
        inputs = _LinkInputs(records, context, library, keys, cache, shared, _linkable_digest(context))
        shards = group_by_shard(paths, get_place_of)
        found: dict[str, CachedSummary] = {}
        stale: list[tuple[str, list[str]]] = []
        for shard, of_shard in shards.items():
            valid, is_current = _load_shard(inputs, shard, of_shard)
            found |= valid
            stale += [] if is_current else [(shard, of_shard)]
        for part in workers.map(_resolve_shards, inputs, stale, len(paths) - len(found)):
            found |= part
        written = replace(inputs, cache=replace(cache, is_read=True))
        for shard, of_shard in stale:
            for path, one in _load_shard(written, shard, of_shard)[0].items():
                found.setdefault(path, one)
        overwritten = [path for path in paths if path not in found]  # by another build of the same content meanwhile
        found |= {path: _resolve_and_summarise(inputs, path)[0] for path in overwritten}
        for stage in (SUMMARIES, DETAILS):
            cache.prune(stage, shards)
        details = LazyDict(shards, partial(_load_details, written), keep=count_open_shards(shards))
        shard_of = {path: shard for shard, of_shard in shards.items() for path in of_shard}
        load_details = _DetailsLoader(written, shard_of, details).load
        return {path: _with_summary(path, found[path], load_details) for path in paths}

    return resolve


def _with_summary(path: str, cached: CachedSummary, load_details: Any) -> LinkedRecord:
    cached.linked.summary = RecordSummary(path, cached.fields, load_details)
    return cached.linked


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


def _related_values(inputs: _LinkInputs, path: str, linked: LinkedRecord) -> _RelatedValues:
    library, as_of = inputs.library, inputs.context.as_of
    locations = (library.locations.get(target) for target, key in linked.references if key == "issue.location")
    repeats = [is_uncounted_duplicate(library, target, as_of) for target, key in linked.references
               if key == "issue.duplicate_of"]
    return _RelatedValues(sorted(collect_meeting_stakeholders(library, path, as_of)),
                          [location.kind for location in locations if location], repeats)


def _load_shard(inputs: _LinkInputs, shard: str, paths: Collection[str]) -> tuple[dict[str, CachedSummary], bool]:
    """The cached records of a shard whose dependencies are unchanged, and whether the file is what would be written."""
    cached = inputs.cache.get(SUMMARIES, shard, inputs.fingerprint) or SummaryShard("", {})
    is_same = cached.linkable_digest == inputs.linkable_digest
    valid = {path: cached.records[path] for path in paths if path in cached.records
             and _is_valid(inputs, path, cached.records[path], same_linkables=is_same)}
    return valid, is_same and len(valid) == len(paths) == len(cached.records)


def _is_valid(inputs: _LinkInputs, path: str, cached: CachedSummary, *, same_linkables: bool) -> bool:
    # only records that still exist have related values: references are compared first
    return (cached.key == inputs.keys.get(path)
            and (same_linkables or _LOOKUPS_DECODER.decode(cached.lookups).still_valid(get_place_of(path),
                                                                                       inputs.context))
            and cached.related == _related_values(inputs, path, cached.linked))


# --- compute and save -------------------------------------------------------------------------------------------------


def _resolve_shards(inputs: _LinkInputs, shards: Sequence[tuple[str, Sequence[str]]]) -> dict[str, CachedSummary]:
    """Link, summarise and cache what is stale in these shards; returns the records that are not in the cache now."""
    return {path: one for shard, paths in shards for path, one in _resolve_shard(inputs, shard, paths)}


def _resolve_shard(inputs: _LinkInputs, shard: str, paths: Sequence[str]) -> Iterator[tuple[str, CachedSummary]]:
    valid = _load_shard(inputs, shard, paths)[0]
    details = dict(_load_details(inputs, shard))
    for path in paths:
        if path not in valid or details.get(path, ("",))[0] != valid[path].fields.details_digest:
            valid[path], of_record = _resolve_and_summarise(inputs, path)
            details[path] = valid[path].fields.details_digest, of_record
    kept = {path: one for path, one in valid.items() if bytes(one.lookups) != _NULL}
    is_saved = (inputs.cache.put(DETAILS, shard, inputs.fingerprint, {path: details[path] for path in kept})
                and inputs.cache.put(SUMMARIES, shard, inputs.fingerprint,
                                     SummaryShard(inputs.linkable_digest, {path: valid[path] for path in kept})))
    return ((path, one) for path, one in valid.items() if not is_saved or path not in kept)


def _resolve_and_summarise(inputs: _LinkInputs, path: str) -> tuple[CachedSummary, RecordDetails]:
    linked = resolve_record(path, inputs.records[path], inputs.context)
    assert linked.record is not None
    fields, details = summarise_record(path, linked.record, inputs.context.methods[linked.method], inputs.library,
                                       inputs.context.as_of)
    # not cached if invalid: error messages may suggest records that are added later
    has_errors = any(one.level == "error" for one in linked.findings)
    lookups, key = _NULL if has_errors else encode(linked.lookups), inputs.keys.get(path, "")
    lean = replace(linked, record=None, lookups=RecordedLookups())
    lean.fingerprint = compute_digest(key.encode() + encode(lean))
    return CachedSummary(key, _related_values(inputs, path, linked), Raw(lookups), lean, fields), details


class _DetailsLoader(Struct, frozen=True):
    """Loads the details of records from their shards; what is lost is computed again."""

    inputs: _LinkInputs
    shard_of: Mapping[str, str]
    shards: Mapping[str, Mapping[str, tuple[str, RecordDetails]]]

    def load(self, path: str, digest: str) -> RecordDetails:
        """The details of the record at `path`."""
        found = self.shards[self.shard_of[path]].get(path)
        return found[1] if found and found[0] == digest else _resolve_and_summarise(self.inputs, path)[1]


def _load_details(inputs: _LinkInputs, shard: str) -> Mapping[str, tuple[str, RecordDetails]]:
    return inputs.cache.get(DETAILS, shard, inputs.fingerprint) or {}


# --- totals and breakdowns --------------------------------------------------------------------------------------------


TOTALS = CacheStage("totals", dict[str, tuple[str, PlaceTotals]])
"""Place → fingerprint, and totals of its own issues and cases."""

BREAKDOWNS = CacheStage("breakdowns", dict[str, tuple[str, dict[str, Raw]]])
"""Place → fingerprint, and breakdown of each statistic of its own issues and cases."""


def compute_place_totals(cache: Cache, program_fingerprint: str,
                         summaries: Mapping[str, RecordSummary]) -> dict[str, PlaceTotals]:
    """Place → totals of its own issues and cases; from the cache if no contribution changed."""
    def compute(place: str, paths: Iterable[str]) -> tuple[str, PlaceTotals]:
        digests = "".join(summaries[path].fields.contributions_digest for path in paths)
        fingerprint = compute_digest(digests.encode())
        return known[place] if known.get(place, ("",))[0] == fingerprint else (
            fingerprint, add_up_contributions(summaries[path].contributions for path in paths))

    known = cache.get(TOTALS, "", program_fingerprint) or {}
    totals = {place: compute(place, paths) for place, paths in group_by_place(summaries).items()}
    if {place: one[0] for place, one in totals.items()} != {place: one[0] for place, one in known.items()}:
        cache.put(TOTALS, "", program_fingerprint, totals)
    return {place: of_place for place, (_, of_place) in totals.items()}


def compute_own_breakdowns(cache: Cache, program_fingerprint: str, summaries: Mapping[str, RecordSummary],
                           _: str = "") -> dict[str, OwnBreakdown]:
    """Place → breakdown of each statistic of its own issues and cases; from the cache if nothing changed."""
    def compute(place: str, paths: Sequence[str]) -> tuple[str, dict[str, Raw]]:
        fingerprint = compute_digest(describe_breakdown_inputs(paths, summaries).encode())
        return known[place] if known.get(place, ("",))[0] == fingerprint else (
            fingerprint, {key: Raw(encode(one)) for key, one in break_down_issues(paths, summaries).items()})

    known = cache.get(BREAKDOWNS, "", program_fingerprint) or {}
    breakdowns = {place: compute(place, paths) for place, paths in group_by_place(summaries).items()}
    if {place: one[0] for place, one in breakdowns.items()} != {place: one[0] for place, one in known.items()}:
        cache.put(BREAKDOWNS, "", program_fingerprint, breakdowns)
    return {place: of_place for place, (_, of_place) in breakdowns.items()}
