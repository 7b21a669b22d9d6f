"""Similar cases, found by rules that the page can explain in a sentence."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import partial
from heapq import nsmallest

from msgspec import Struct

from ..core.dependencies import LazyDict
from ..library import Library
from ..model.records import DEFAULT_METHOD
from .summaries import ListItem

MAX_SIMILAR = 5
"""Maximum number of similar cases on a case page."""

_MAX_SHARED_STAKEHOLDERS = 3
"""At most this many shared stakeholder kinds count, because nearly every case has residents and a committee."""


class CaseTraits(Struct, frozen=True):
    """The traits by which cases are compared: keys of topics, kinds of locations and stakeholders, and the method's
    path."""

    topics: frozenset[str]
    locations: frozenset[str]
    stakeholders: frozenset[str]
    method: str


def find_similar_cases(traits: Mapping[str, CaseTraits],
                       list_items: Mapping[str, ListItem]) -> Mapping[str, tuple[str, ...]]:
    """Case → the most similar cases, at most MAX_SIMILAR, the most similar first, ties by path; without drafts.

    Cases with a shared topic come first; others at the same kind of location fill the rest. Among them count shared
    kinds of location (two each), kinds of stakeholders (one each, at most three) and the method (one).
    """
    published = [path for path in traits if not list_items[path].draft]
    groups = LazyDict(("topics", "locations"), partial(_group_by_trait, published, traits))
    return LazyDict(traits, partial(_rank_candidates, traits, groups))


def collect_case_traits(library: Library, list_items: Mapping[str, ListItem], path: str) -> CaseTraits:
    """The traits of the case at `path` and of its issues."""
    case = list_items[path]
    issues = [list_items[issue] for issue in list_items[path].issues]
    places = (library.locations.get(record.location) for record in (case, *issues))
    return CaseTraits(
        topics=frozenset(case.topics).union(*(issue.topics for issue in issues)) - {"other"},
        locations=frozenset(location.kind for location in places if location),
        stakeholders=frozenset(case.stakeholders).union(*(issue.stakeholders for issue in issues)),
        method=case.method if case.method != DEFAULT_METHOD else "",
    )


def _group_by_trait(paths: Sequence[str], traits: Mapping[str, CaseTraits], name: str) -> Mapping[str, list[str]]:
    """Value of the trait `name` → the cases that have it."""
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for path in paths:
        for key in getattr(traits[path], name):
            groups[key].append(path)
    return groups


def _rank_candidates(traits: Mapping[str, CaseTraits], groups: Mapping[str, Mapping[str, list[str]]],
                     path: str) -> tuple[str, ...]:
    own = traits[path]
    others = {other for key in own.topics for other in groups["topics"].get(key, ())} - {path}
    if len(others) < MAX_SIMILAR:
        others |= {other for key in own.locations for other in groups["locations"].get(key, ())} - {path}
    return tuple(nsmallest(MAX_SIMILAR, others, key=lambda other: (*_similarity_sort_key(own, traits[other]), other)))


def _similarity_sort_key(one: CaseTraits, other: CaseTraits) -> tuple[int, int]:
    """Sort key: shared topics, then everything else; smaller means more similar."""
    other_score = (2 * len(one.locations & other.locations)
                   + min(len(one.stakeholders & other.stakeholders), _MAX_SHARED_STAKEHOLDERS)
                   + (one.method == other.method != ""))
    return -len(one.topics & other.topics), -other_score
