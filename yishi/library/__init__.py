"""All records, linked: references, places, what hangs together; and what can be wrong only between records.

Problems here are findings: they name a record and a key; `load.located` finds the line.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import date
from itertools import chain
from typing import TypeVar

from ..language import name_order
from ..paths import place_of
from ..problems import Finding
from ..records import (
    DEFAULT_METHOD,
    MODELS,
    Case,
    Event,
    Figure,
    Forum,
    Issue,
    Location,
    Meeting,
    Method,
    OwnTerms,
    Page,
    Place,
    Plan,
    Record,
    Reference,
    Register,
    Review,
    Site,
)
from ..vocabulary import SITE_OWN, Term, Vocabulary, built_in, extended, term_of
from .checks import check_cycles, check_issue, check_site
from .criteria import check_review, criteria_of, resolved_review
from .linking import Linked, Surroundings, default_method, default_stages, link_record
from .model import Library, Withheld
from .names import Names

__all__ = ["Library", "Withheld", "criteria_of", "link", "vocabulary_of"]

R = TypeVar("R", bound=Record)


def link(records: Mapping[str, Record], withheld: Withheld, files: Collection[str],
         as_of: date) -> tuple[Library, list[Finding]]:
    """The library of `records` (path → record, `site` among them), and what is wrong between them.

    `files` are the paths of all files of the content folder.
    """
    records = dict(sorted(records.items()))
    site = _of(records, Site)["site"]
    around = _surroundings(records, withheld, frozenset(files), vocabulary_of(site))
    places = {path: link_record(path, place, around) for path, place in _of(records, Place).items()}
    around = replace(around, places=_of({path: one.record for path, one in places.items()}, Place))
    others = {path: link_record(path, record, around) for path, record in records.items() if path not in places}
    linked = dict(sorted({**places, **others}.items()))
    library = _library(linked, around)
    criteria = {path: criteria_of(library, review.target) for path, review in library.reviews.items() if review.target}
    findings = chain(
        (finding for one in linked.values() for finding in one.findings), check_site(site),
        check_cycles(library.issues),
        *(check_issue(path, issue, library.methods[issue.method or ""], as_of)
          for path, issue in library.issues.items()),
        *(check_review(path, library.reviews[path], allowed) for path, allowed in criteria.items()))
    reviews = {path: resolved_review(library.reviews[path], allowed) for path, allowed in criteria.items()}
    return replace(library, reviews={**library.reviews, **reviews}), list(findings)


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


def _surroundings(records: Mapping[str, Record], withheld: Withheld, files: frozenset[str],
                  vocabulary: Vocabulary) -> Surroundings:
    paths: dict[str, list[str]] = {kind: withheld.paths(kind) for kind in MODELS}
    for path, record in records.items():
        paths[record.kind_of_record].append(path)
    methods = {path: _with_stages(method) for path, method in _of(records, Method).items()}
    return Surroundings(vocabulary, {kind: Names(of_kind) for kind, of_kind in paths.items()}, _of(records, Place),
                        {DEFAULT_METHOD: default_method(), **methods}, withheld, frozenset(records), files)


def _with_stages(method: Method) -> Method:
    """A method that names no stages has the default ones."""
    return method if method.stages else method.model_copy(update={"stages": default_stages()})


# --- what hangs together ----------------------------------------------------------------------------------------------


def _library(linked: Mapping[str, Linked], around: Surroundings) -> Library:
    records = {path: one.record for path, one in linked.items()}
    issues, cases, places = _of(records, Issue), _of(records, Case), _of(records, Place)
    children = _children(places)
    methods = {path: _with_stages(method) for path, method in _of(records, Method).items()}
    if DEFAULT_METHOD in {*(issue.method for issue in issues.values()), *(case.method for case in cases.values())}:
        methods[DEFAULT_METHOD] = around.methods[DEFAULT_METHOD]
    return Library(
        site=_of(records, Site)["site"],
        vocabulary=around.vocabulary,
        places={path: places[path] for path in _in_tree_order(children)},
        locations=_of(records, Location),
        methods=methods,
        issues=issues,
        cases=cases,
        figures=_of(records, Figure),
        pages=_of(records, Page),
        sources=_of(records, Reference),
        forums=_of(records, Forum),
        meetings=_of(records, Meeting),
        events=_of(records, Event),
        reviews=_of(records, Review),
        plans=_of(records, Plan),
        registers=_of(records, Register),
        children=children,
        naming=_naming(linked),
        lost={path: one.lost for path, one in linked.items() if one.lost},
        links={path: one.links for path, one in linked.items() if one.links},
        photos={path: one.photos for path, one in linked.items() if one.photos},
        attachments=dict(sorted(pair for one in linked.values() for pair in one.used.items())),
    )


def _children(places: Mapping[str, Place]) -> dict[str, tuple[str, ...]]:
    """Every place ("" = the site) → its children, by code, then by name."""
    below: dict[str, list[str]] = defaultdict(list)
    for path in places:
        below[place_of(path)].append(path)
    return {parent: tuple(sorted(paths, key=lambda path: _order(places[path]))) for parent, paths in below.items()}


def _order(place: Place) -> tuple[bool, str, tuple[str, str]]:
    return (True, "", name_order(place.name)) if place.code is None else (False, place.code, ("", place.name))


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
