"""All records, linked; and the checks that need several records.

In: parsed files. Out: a `Library` and findings, which name a record and a key; `load.locate_findings` finds the line.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date
from functools import partial
from itertools import chain
from types import MappingProxyType
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
"""Number of records cached at once: each is read by a few pages only."""

ResolveRecords = Callable[[Collection[str], Mapping[str, Record], LinkContext, "Library"], Mapping[str, LinkedRecord]]
"""Resolves issues and cases: paths, all records, link context, and the library so far, in which issues and cases are
not resolved yet."""

NameSortKey = Callable[[str], tuple[str, str]]
"""Name of a place → its collation key."""


def link_records(records: Mapping[str, Record], withheld: WithheldRecords, files: Collection[str], as_of: date,
                 kinds: Mapping[str, str] | None = None, resolve: ResolveRecords | None = None,
                 name_sort_key: NameSortKey = get_collation_key) -> tuple[Library, list[Finding]]:
    """Link `records` (path → record, including `site`): the library, and the findings about references between them.

    `files`: paths of all files of the content folder; `kinds`: path → kind of record, needed if the records are
    created lazily; `resolve`: resolves issues and cases, may use a cache, by default none; `name_sort_key`: name of a
    place → collation key.
    """
    kinds = dict(sorted((kinds or {path: record.kind_of_record for path, record in records.items()}).items()))
    context = _build_link_context(records, kinds, withheld, frozenset(files), as_of)
    eager_records = {path: records[path] for path, kind in kinds.items() if kind not in BULK}
    linked = {path: link_record(path, place, context) for path, place in _select_by_model(eager_records, Place).items()}
    context = replace(context, places={path: _require_place(record) for path, record in linked.items()})
    linked |= {path: link_record(path, record, context) for path, record in eager_records.items() if path not in linked}
    bulk_paths = [path for path, kind in kinds.items() if kind in BULK]
    linked |= (resolve or _resolve_all)(bulk_paths, records, context,
                                        _build_library(kinds, records, linked, context, name_sort_key))
    linked = {path: linked[path] for path in kinds}
    library = _build_library(kinds, records, linked, context, name_sort_key)
    criteria = {path: get_review_criteria(library, review.target) for path, review in library.reviews.items()
                if review.target}
    findings = chain(
        (finding for record in linked.values() for finding in record.findings), check_site(library.site),
        check_withdrawals(library.withdrawn, context),
        check_cycles({path: linked[path].references for path in bulk_paths}),
        check_duplicate_originals({path: linked[path].references for path in bulk_paths}, library.issues, as_of),
        *(check_review(path, library.reviews[path], allowed) for path, allowed in criteria.items()))
    reviews = {path: resolve_review(library.reviews[path], allowed) for path, allowed in criteria.items()}
    return replace(library, reviews={**library.reviews, **reviews}), list(findings)


def _resolve_all(paths: Collection[str], records: Mapping[str, Record], context: LinkContext,
                 library: Library) -> dict[str, LinkedRecord]:
    return {path: resolve_record(path, records[path], context) for path in paths}


def _require_place(linked: LinkedRecord) -> Place:
    assert isinstance(linked.record, Place)
    return linked.record


def build_site_vocabulary(site: Site) -> Vocabulary:
    """The built-in vocabulary with the site's own terms."""
    vocabulary = get_built_in_vocabulary()
    for name, own_terms in zip(SITE_VOCABULARIES, (site.topics, site.stakeholders, site.channels), strict=True):
        if own_terms:
            groups = {key: create_term(key, labels) for key, labels in own_terms.groups.items()}
            vocabulary = extend_vocabulary(vocabulary, name, dict(_site_terms(own_terms, vocabulary.terms[name])),
                                           groups, replacing=own_terms.replace)
    return vocabulary


def _site_terms(own_terms: OwnTerms, general: Mapping[str, Term]) -> Iterator[tuple[str, Term]]:
    """The site's own values, each with the further words (`also`) of the general value of its key; one without labels
    only adds such words."""
    for key, entry in own_terms.values.items():
        labels = {language: label for language, label in entry.items() if language not in ("group", "also")}
        also = tuple(word for part in re.split("[,，、;；]", entry.get("also", "")) if (word := part.strip()))
        base = general.get(key, create_term(key, labels))
        yield key, replace(base, synonyms=(*base.synonyms, *also), **(
            {"labels": MappingProxyType(labels), "group": entry.get("group", "")} if labels else {}))


def _select_by_model(records: Mapping[str, Record], model: type[R]) -> dict[str, R]:
    """The records of one model, in the order of `records`."""
    return {path: record for path, record in records.items() if isinstance(record, model)}


def _build_link_context(records: Mapping[str, Record], kinds: Mapping[str, str], withheld: WithheldRecords,
                        files: frozenset[str], as_of: date) -> LinkContext:
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
                       {DEFAULT_METHOD: get_default_method(), **methods}, withheld, kinds, files, as_of)


def _with_stages(method: Method) -> Method:
    """The method with the default stages if it has none."""
    return method if method.stages else method.model_copy(update={"stages": get_default_stages()})


# --- building the library ---------------------------------------------------------------------------------------------


def _build_library(kinds: Mapping[str, str], records: Mapping[str, Record], linked: Mapping[str, LinkedRecord],
                   context: LinkContext, name_sort_key: NameSortKey) -> Library:
    eager_records = {path: record.record for path, record in linked.items() if record.record is not None
                     and kinds[path] not in BULK}
    children = _child_places(_select_by_model(eager_records, Place), name_sort_key)
    methods = {path: _with_stages(method) for path, method in _select_by_model(eager_records, Method).items()}
    if any(record.method == DEFAULT_METHOD for record in linked.values()):
        methods[DEFAULT_METHOD] = context.methods[DEFAULT_METHOD]

    link_lazily = partial(_link_lazily, {path: one.record for path, one in linked.items() if one.record is not None
                                         and kinds[path] in BULK}, records, context)
    tables: dict[str, Any] = {
        spec.table: LazyDict([path for path, kind in kinds.items() if kind == spec.name], link_lazily,
                             keep=RECORD_CACHE_SIZE)
        if spec.bulk else _select_by_model(eager_records, spec.model) for spec in KINDS.values()}
    return Library(
        vocabulary=context.vocabulary,
        **{**tables, "site": tables["site"]["site"], "methods": methods,
           "places": {path: tables["places"][path] for path in _in_tree_order(children)}},
        children=children,
        backlinks=_collect_backlinks(linked),
        dropped_refs={path: record.dropped_refs for path, record in linked.items() if record.dropped_refs},
        links={path: record.links for path, record in linked.items() if record.links},
        photos={path: record.photos for path, record in linked.items() if record.photos},
        attachments=dict(sorted(pair for record in linked.values() for pair in record.attachments.items())),
        drafts={path for path, record in linked.items() if record.draft},
        summaries={path: record.summary for path, record in linked.items() if record.summary},
        fingerprints={path: record.fingerprint for path, record in linked.items() if record.fingerprint},
        link_context=context,
        boundaries={path: location.boundary for path, location in tables["locations"].items()
                    if isinstance(location.boundary, tuple)},
    )


def _link_lazily(linked: Mapping[str, Record], records: Mapping[str, Record], context: LinkContext,
                 path: str) -> Record:
    """The issue or case at `path`, linked; `linked`: those that are so already."""
    return linked.get(path) or link_record(path, records[path], context).record or records[path]


def _child_places(places: Mapping[str, Place], name_sort_key: NameSortKey) -> dict[str, tuple[str, ...]]:
    """Every place ("" for the site) → its children, by code, then by name."""
    children_of: dict[str, list[str]] = defaultdict(list)
    for path in places:
        children_of[get_place_of(path)].append(path)
    return {parent: tuple(sorted(paths, key=lambda path: _place_sort_key(places[path], name_sort_key)))
            for parent, paths in children_of.items()}


def _place_sort_key(place: Place, name_sort_key: NameSortKey) -> tuple[bool, str, tuple[str, str]]:
    return (True, "", name_sort_key(place.name)) if place.code is None else (False, place.code, ("", place.name))


def _in_tree_order(children: Mapping[str, tuple[str, ...]], parent: str = "") -> Iterator[str]:
    for path in children.get(parent, ()):
        yield path
        yield from _in_tree_order(children, path)


def _collect_backlinks(linked: Mapping[str, LinkedRecord]) -> dict[str, dict[str, tuple[str, ...]]]:
    """Record → `KIND.KEY` → the records that refer to it, each once, in their order."""
    backlinks: defaultdict[str, defaultdict[str, dict[str, None]]] = defaultdict(lambda: defaultdict(dict))
    for path, record in linked.items():
        for target, key in record.references:
            backlinks[target][key][path] = None
    return {target: {key: tuple(paths) for key, paths in keys.items()} for target, keys in backlinks.items()}
