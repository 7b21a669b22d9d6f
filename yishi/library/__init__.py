"""All records, linked: references, places, what hangs together; and what can be wrong only between records.

Problems here are findings: they name a record and a key; `load.located` finds the line.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date
from itertools import chain
from typing import Any, TypeVar

from msgspec.structs import replace

from ..core.facts import Later
from ..model.kinds import BULK, KINDS
from ..model.language import name_order
from ..model.paths import place_of
from ..model.problems import Finding
from ..model.records import (
    DEFAULT_METHOD,
    Method,
    OwnTerms,
    Place,
    Record,
    Site,
)
from ..model.vocabulary import SITE_OWN, Term, Vocabulary, built_in, extended, term_of
from .around import Asked, Surroundings, Withheld
from .checks import check_cycles, check_originals, check_site, check_withdrawn
from .criteria import check_review, criteria_of, resolved_review, review_date
from .linking import Linked, default_method, default_stages, link_record, resolved
from .model import Library
from .names import Names, nearest_method, nearest_to

__all__ = ["IN_HAND", "Asked", "Library", "Linked", "Order", "Resolve", "Surroundings", "Withheld",
           "criteria_of", "default_stages", "link", "nearest_method", "nearest_to", "resolved", "review_date",
           "vocabulary_of"]

R = TypeVar("R", bound=Record)

IN_HAND = 500
"""So many records are kept at once: each is looked at by a few pages only."""

Resolve = Callable[[Collection[str], Mapping[str, Record], Surroundings, "Library"], Mapping[str, Linked]]
"""Resolves issues and cases: paths, all records, what they may name, and the library, in which nothing is told of them
yet but what they say."""

Order = Callable[[str], tuple[str, str]]
"""Name of a place → the key by which it is sorted."""


def link(records: Mapping[str, Record], withheld: Withheld, files: Collection[str], as_of: date,
         kinds: Mapping[str, str] | None = None, resolve: Resolve | None = None,
         order: Order = name_order) -> tuple[Library, list[Finding]]:
    """The library of `records` (path → record, `site` among them), and what is wrong between them.

    `files` are the paths of all files of the content folder. `kinds`: path → kind of record, where the records are yet
    to be made. `resolve` may spare itself the issues and cases that it knows; without it all are resolved here.
    `order`: name of a place → the key by which it is sorted.
    """
    kinds = dict(sorted((kinds or {path: record.kind_of_record for path, record in records.items()}).items()))
    around = _surroundings(records, kinds, withheld, frozenset(files), as_of)
    others = {path: records[path] for path, kind in kinds.items() if kind not in BULK}
    linked = {path: link_record(path, place, around) for path, place in _of(others, Place).items()}
    around = replace(around, places={path: _place(one) for path, one in linked.items()})
    linked |= {path: link_record(path, record, around) for path, record in others.items() if path not in linked}
    bulk = [path for path, kind in kinds.items() if kind in BULK]
    linked |= (resolve or _resolve_all)(bulk, records, around, _library(kinds, records, linked, around, order))
    linked = {path: linked[path] for path in kinds}
    library = _library(kinds, records, linked, around, order)
    criteria = {path: criteria_of(library, review.target) for path, review in library.reviews.items() if review.target}
    findings = chain(
        (finding for one in linked.values() for finding in one.findings), check_site(library.site),
        check_withdrawn(library.withdrawn, around),
        check_cycles({path: linked[path].named for path in bulk}),
        check_originals({path: linked[path].named for path in bulk}, library.issues, as_of),
        *(check_review(path, library.reviews[path], allowed) for path, allowed in criteria.items()))
    reviews = {path: resolved_review(library.reviews[path], allowed) for path, allowed in criteria.items()}
    return replace(library, reviews={**library.reviews, **reviews}), list(findings)


def _resolve_all(paths: Collection[str], records: Mapping[str, Record], around: Surroundings,
                 library: Library) -> dict[str, Linked]:
    return {path: resolved(path, records[path], around) for path in paths}


def _place(linked: Linked) -> Place:
    assert isinstance(linked.record, Place)
    return linked.record


def vocabulary_of(site: Site) -> Vocabulary:
    """The built-in vocabulary with the site's own values."""
    vocabulary = built_in()
    for name, own in zip(SITE_OWN, (site.topics, site.stakeholders, site.channels), strict=True):
        if own:
            groups = {key: term_of(key, labels) for key, labels in own.groups.items()}
            vocabulary = extended(vocabulary, name, dict(_own_terms(own)), groups, replacing=own.replace)
    return vocabulary


def _own_terms(own: OwnTerms) -> Iterator[tuple[str, Term]]:
    for key, entry in own.values.items():
        labels = {language: label for language, label in entry.items() if language != "group"}
        yield key, term_of(key, labels, group=entry.get("group", ""))


def _of(records: Mapping[str, Record], model: type[R]) -> dict[str, R]:
    """The records of one model, in the order of `records`."""
    return {path: record for path, record in records.items() if isinstance(record, model)}


def _surroundings(records: Mapping[str, Record], kinds: Mapping[str, str], withheld: Withheld, files: frozenset[str],
                  as_of: date) -> Surroundings:
    paths = {kind: withheld.paths(kind) for kind in KINDS}
    for path, kind in kinds.items():
        paths[kind].append(path)
    site = records["site"]
    assert isinstance(site, Site)
    essential = {path: records[path] for kind in ("method", "place") for path in paths[kind] if path in kinds}
    methods = {path: _with_stages(method) for path, method in _of(essential, Method).items()}
    places = _of(essential, Place)
    return Surroundings(vocabulary_of(site), {kind: Names(of_kind) for kind, of_kind in paths.items()}, places,
                        {DEFAULT_METHOD: default_method(), **methods}, withheld, kinds.keys(), files, as_of)


def _with_stages(method: Method) -> Method:
    """A method that names no stages has the default ones."""
    return method if method.stages else method.model_copy(update={"stages": default_stages()})


# --- what hangs together ----------------------------------------------------------------------------------------------


def _library(kinds: Mapping[str, str], records: Mapping[str, Record], linked: Mapping[str, Linked],
             around: Surroundings, order: Order) -> Library:
    others = {path: one.record for path, one in linked.items() if one.record is not None and kinds[path] not in BULK}
    children = _children(_of(others, Place), order)
    methods = {path: _with_stages(method) for path, method in _of(others, Method).items()}
    if any(one.method == DEFAULT_METHOD for one in linked.values()):
        methods[DEFAULT_METHOD] = around.methods[DEFAULT_METHOD]

    def made(path: str) -> Record:
        known = linked[path].record if path in linked else None
        return known or link_record(path, records[path], around).record or records[path]

    of_kinds: dict[str, Any] = {
        spec.table: Later([path for path, kind in kinds.items() if kind == spec.name], made, keep=IN_HAND)
        if spec.bulk else _of(others, spec.model) for spec in KINDS.values()}
    return Library(
        vocabulary=around.vocabulary,
        **{**of_kinds, "site": of_kinds["site"]["site"], "methods": methods,
           "places": {path: of_kinds["places"][path] for path in _in_tree_order(children)}},
        children=children,
        naming=_naming(linked),
        lost={path: one.lost for path, one in linked.items() if one.lost},
        links={path: one.links for path, one in linked.items() if one.links},
        photos={path: one.photos for path, one in linked.items() if one.photos},
        attachments=dict(sorted(pair for one in linked.values() for pair in one.used.items())),
        drafts={path for path, one in linked.items() if one.draft},
        briefs={path: one.brief for path, one in linked.items() if one.brief},
        stamps={path: one.stamp for path, one in linked.items() if one.stamp},
        around=around,
    )


def _children(places: Mapping[str, Place], order: Order) -> dict[str, tuple[str, ...]]:
    """Every place ("" = the site) → its children, by code, then by name."""
    below: dict[str, list[str]] = defaultdict(list)
    for path in places:
        below[place_of(path)].append(path)
    return {parent: tuple(sorted(paths, key=lambda path: _order(places[path], order)))
            for parent, paths in below.items()}


def _order(place: Place, order: Order) -> tuple[bool, str, tuple[str, str]]:
    return (True, "", order(place.name)) if place.code is None else (False, place.code, ("", place.name))


def _in_tree_order(children: Mapping[str, tuple[str, ...]], parent: str = "") -> Iterator[str]:
    for path in children.get(parent, ()):
        yield path
        yield from _in_tree_order(children, path)


def _naming(linked: Mapping[str, Linked]) -> dict[str, dict[str, tuple[str, ...]]]:
    """Record → `KIND.KEY` → the records that name it so, each once, in their order."""
    found: defaultdict[str, defaultdict[str, dict[str, None]]] = defaultdict(lambda: defaultdict(dict))
    for path, one in linked.items():
        for target, key in one.named:
            found[target][key][path] = None
    return {target: {key: tuple(paths) for key, paths in keys.items()} for target, keys in found.items()}
