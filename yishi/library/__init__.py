"""All records, linked: references, places, what hangs together; and what can be wrong only between records.

Problems here are findings: they name a record and a key; `load.located` finds the line.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date
from itertools import chain
from typing import Any, TypeVar

from msgspec.structs import replace

from ..core.dependencies import LazyDict
from ..model.kinds import BULK, KINDS
from ..model.language import get_collation_key
from ..model.paths import get_place_of
from ..model.problems import Finding
from ..model.records import (
    DEFAULT_METHOD,
    Method,
    OwnTerms,
    Place,
    Record,
    Site,
)
from ..model.vocabulary import (
    SITE_VOCABULARIES,
    Term,
    Vocabulary,
    create_term,
    extend_vocabulary,
    get_built_in_vocabulary,
)
from .checks import check_cycles, check_duplicate_originals, check_site, check_withdrawals
from .criteria import check_review, get_review_criteria, get_review_date, resolve_review
from .link_context import LinkContext, RecordedLookups, WithheldRecords
from .linking import LinkedRecord, get_default_method, get_default_stages, link_record, resolve_record
from .model import Library
from .reference_index import ReferenceIndex, find_nearest_method, select_nearest_paths

__all__ = [
    "RECORD_CACHE_SIZE",
    "Library",
    "LinkContext",
    "LinkedRecord",
    "NameSortKey",
    "RecordedLookups",
    "ResolveRecords",
    "WithheldRecords",
    "build_site_vocabulary",
    "find_nearest_method",
    "get_default_stages",
    "get_review_criteria",
    "get_review_date",
    "link_records",
    "resolve_record",
    "select_nearest_paths",
]

R = TypeVar("R", bound=Record)

RECORD_CACHE_SIZE = 500
"""So many records are kept at once: each is looked at by a few pages only."""

ResolveRecords = Callable[[Collection[str], Mapping[str, Record], LinkContext, "Library"], Mapping[str, LinkedRecord]]
"""Resolves issues and cases: paths, all records, what they may name, and the library, in which nothing is told of them
yet but what they say."""

NameSortKey = Callable[[str], tuple[str, str]]
"""Name of a place → the key by which it is sorted."""


def link_records(records: Mapping[str, Record], withheld: WithheldRecords, files: Collection[str], as_of: date,
                 kinds: Mapping[str, str] | None = None, resolve: ResolveRecords | None = None,
                 order: NameSortKey = get_collation_key) -> tuple[Library, list[Finding]]:
    """The library of `records` (path → record, `site` among them), and what is wrong between them.

    `files` are the paths of all files of the content folder. `kinds`: path → kind of record, where the records are yet
    to be made. `resolve` may spare itself the issues and cases that it knows; without it all are resolved here.
    `order`: name of a place → the key by which it is sorted.
    """
    kinds = dict(sorted((kinds or {path: record.kind_of_record for path, record in records.items()}).items()))
    around = _build_link_context(records, kinds, withheld, frozenset(files), as_of)
    others = {path: records[path] for path, kind in kinds.items() if kind not in BULK}
    linked = {path: link_record(path, place, around) for path, place in _select_by_model(others, Place).items()}
    around = replace(around, places={path: _require_place(one) for path, one in linked.items()})
    linked |= {path: link_record(path, record, around) for path, record in others.items() if path not in linked}
    bulk = [path for path, kind in kinds.items() if kind in BULK]
    linked |= (resolve or _resolve_all)(bulk, records, around, _build_library(kinds, records, linked, around, order))
    linked = {path: linked[path] for path in kinds}
    library = _build_library(kinds, records, linked, around, order)
    criteria = {path: get_review_criteria(library, review.target) for path,
                review in library.reviews.items() if review.target}
    findings = chain(
        (finding for one in linked.values() for finding in one.findings), check_site(library.site),
        check_withdrawals(library.withdrawn, around),
        check_cycles({path: linked[path].references for path in bulk}),
        check_duplicate_originals({path: linked[path].references for path in bulk}, library.issues, as_of),
        *(check_review(path, library.reviews[path], allowed) for path, allowed in criteria.items()))
    reviews = {path: resolve_review(library.reviews[path], allowed) for path, allowed in criteria.items()}
    return replace(library, reviews={**library.reviews, **reviews}), list(findings)


def _resolve_all(paths: Collection[str], records: Mapping[str, Record], around: LinkContext,
                 library: Library) -> dict[str, LinkedRecord]:
    return {path: resolve_record(path, records[path], around) for path in paths}


def _require_place(linked: LinkedRecord) -> Place:
    assert isinstance(linked.record, Place)
    return linked.record


def build_site_vocabulary(site: Site) -> Vocabulary:
    """The built-in vocabulary with the site's own values."""
    vocabulary = get_built_in_vocabulary()
    for name, own in zip(SITE_VOCABULARIES, (site.topics, site.stakeholders, site.channels), strict=True):
        if own:
            groups = {key: create_term(key, labels) for key, labels in own.groups.items()}
            vocabulary = extend_vocabulary(vocabulary, name, dict(_site_terms(own)), groups, replacing=own.replace)
    return vocabulary


def _site_terms(own: OwnTerms) -> Iterator[tuple[str, Term]]:
    for key, entry in own.values.items():
        labels = {language: label for language, label in entry.items() if language != "group"}
        yield key, create_term(key, labels, group=entry.get("group", ""))


def _select_by_model(records: Mapping[str, Record], model: type[R]) -> dict[str, R]:
    """The records of one model, in the order of `records`."""
    return {path: record for path, record in records.items() if isinstance(record, model)}


def _build_link_context(records: Mapping[str, Record], kinds: Mapping[str, str], withheld: WithheldRecords,
                        files: frozenset[str],
                        as_of: date) -> LinkContext:
    paths = {kind: withheld.paths_of_kind(kind) for kind in KINDS}
    for path, kind in kinds.items():
        paths[kind].append(path)
    site = records["site"]
    assert isinstance(site, Site)
    essential = {path: records[path] for kind in ("method", "place") for path in paths[kind] if path in kinds}
    methods = {path: _with_stages(method) for path, method in _select_by_model(essential, Method).items()}
    places = _select_by_model(essential, Place)
    return LinkContext(build_site_vocabulary(site), {kind: ReferenceIndex(of_kind) for kind, of_kind in paths.items()},
                       places,
                       {DEFAULT_METHOD: get_default_method(), **methods}, withheld, kinds.keys(), files, as_of)


def _with_stages(method: Method) -> Method:
    """A method that names no stages has the default ones."""
    return method if method.stages else method.model_copy(update={"stages": get_default_stages()})


# --- what hangs together ----------------------------------------------------------------------------------------------


def _build_library(kinds: Mapping[str, str], records: Mapping[str, Record], linked: Mapping[str, LinkedRecord],
                   around: LinkContext, order: NameSortKey) -> Library:
    others = {path: one.record for path, one in linked.items() if one.record is not None and kinds[path] not in BULK}
    children = _child_places(_select_by_model(others, Place), order)
    methods = {path: _with_stages(method) for path, method in _select_by_model(others, Method).items()}
    if any(one.method == DEFAULT_METHOD for one in linked.values()):
        methods[DEFAULT_METHOD] = around.methods[DEFAULT_METHOD]

    def made(path: str) -> Record:
        known = linked[path].record if path in linked else None
        return known or link_record(path, records[path], around).record or records[path]

    of_kinds: dict[str, Any] = {
        spec.table: LazyDict([path for path, kind in kinds.items() if kind == spec.name], made, keep=RECORD_CACHE_SIZE)
        if spec.bulk else _select_by_model(others, spec.model) for spec in KINDS.values()}
    return Library(
        vocabulary=around.vocabulary,
        **{**of_kinds, "site": of_kinds["site"]["site"], "methods": methods,
           "places": {path: of_kinds["places"][path] for path in _in_tree_order(children)}},
        children=children,
        backlinks=_collect_backlinks(linked),
        dropped_refs={path: one.dropped_refs for path, one in linked.items() if one.dropped_refs},
        links={path: one.links for path, one in linked.items() if one.links},
        photos={path: one.photos for path, one in linked.items() if one.photos},
        attachments=dict(sorted(pair for one in linked.values() for pair in one.attachments.items())),
        drafts={path for path, one in linked.items() if one.draft},
        encoded_summaries={path: one.encoded_summary for path, one in linked.items() if one.encoded_summary},
        fingerprints={path: one.fingerprint for path, one in linked.items() if one.fingerprint},
        link_context=around,
    )


def _child_places(places: Mapping[str, Place], order: NameSortKey) -> dict[str, tuple[str, ...]]:
    """Every place ("" = the site) → its children, by code, then by name."""
    below: dict[str, list[str]] = defaultdict(list)
    for path in places:
        below[get_place_of(path)].append(path)
    return {parent: tuple(sorted(paths, key=lambda path: _place_sort_key(places[path], order)))
            for parent, paths in below.items()}


def _place_sort_key(place: Place, order: NameSortKey) -> tuple[bool, str, tuple[str, str]]:
    return (True, "", order(place.name)) if place.code is None else (False, place.code, ("", place.name))


def _in_tree_order(children: Mapping[str, tuple[str, ...]], parent: str = "") -> Iterator[str]:
    for path in children.get(parent, ()):
        yield path
        yield from _in_tree_order(children, path)


def _collect_backlinks(linked: Mapping[str, LinkedRecord]) -> dict[str, dict[str, tuple[str, ...]]]:
    """Record → `KIND.KEY` → the records that name it so, each once, in their order."""
    found: defaultdict[str, defaultdict[str, dict[str, None]]] = defaultdict(lambda: defaultdict(dict))
    for path, one in linked.items():
        for target, key in one.references:
            found[target][key][path] = None
    return {target: {key: tuple(paths) for key, paths in keys.items()} for target, keys in found.items()}
