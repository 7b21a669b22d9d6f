"""Which cases are like another: by rules that can be told in words."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from heapq import nsmallest

from msgspec import Struct

from ..core.dependencies import LazyDict
from ..library import Library
from ..model.records import DEFAULT_METHOD
from .summaries import ListItem

MAX_SIMILAR = 5
"""So many similar cases stand on a case's page."""

_MAX_SHARED_STAKEHOLDERS = 3
"""So many shared kinds of stakeholders count: nearly every case has residents and a committee."""


class CaseTraits(Struct, frozen=True):
    """By what cases are compared: keys of topics, kinds of locations and stakeholders, and the method's path."""

    topics: frozenset[str]
    locations: frozenset[str]
    stakeholders: frozenset[str]
    method: str


def find_similar_cases(traits: Mapping[str, CaseTraits], listings: Mapping[str, ListItem]) -> Mapping[str,
                                                                                                      tuple[str, ...]]:
    """Case → the cases most like it, at most five, the most alike first, ties by path; drafts are not mentioned.

    Cases on a shared topic come first; others at the same kind of location fill what is left. Among them counts what
    else they share: kinds of location (two each), kinds of stakeholders (one each, three at most), the method (one).
    """
    shown = [path for path in traits if not listings[path].draft]
    groups = LazyDict(("topics", "locations"), lambda name: _group_by_trait(shown, traits, name))
    return LazyDict(traits, lambda path: tuple(_rank_candidates(path, traits, groups["topics"], groups["locations"])))


def collect_case_traits(library: Library, listings: Mapping[str, ListItem], path: str) -> CaseTraits:
    """What the case at `path` and the issues it tells of are about."""
    case, issues = listings[path], [listings[issue] for issue in listings[path].issues]
    places = (library.locations.get(one.location) for one in (case, *issues))
    return CaseTraits(
        topics=frozenset(case.topics).union(*(issue.topics for issue in issues)) - {"other"},
        locations=frozenset(location.kind for location in places if location),
        stakeholders=frozenset(case.stakeholders).union(*(issue.stakeholders for issue in issues)),
        method=case.method if case.method != DEFAULT_METHOD else "",
    )


def _group_by_trait(paths: Sequence[str], traits: Mapping[str, CaseTraits], name: str) -> Mapping[str, list[str]]:
    """Value of the trait called `name` → the cases that have it."""
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for path in paths:
        for key in getattr(traits[path], name):
            groups[key].append(path)
    return groups


def _rank_candidates(path: str, traits: Mapping[str, CaseTraits], by_topic: Mapping[str, list[str]],
                     by_location: Mapping[str, list[str]]) -> list[str]:
    own = traits[path]
    others = {other for key in own.topics for other in by_topic.get(key, ())} - {path}
    if len(others) < MAX_SIMILAR:
        others |= {other for key in own.locations for other in by_location.get(key, ())} - {path}
    return nsmallest(MAX_SIMILAR, others, key=lambda other: (*_similarity_sort_key(own, traits[other]), other))


def _similarity_sort_key(one: CaseTraits, other: CaseTraits) -> tuple[int, int]:
    """How little two cases share: topics, then all else."""
    else_shared = (2 * len(one.locations & other.locations)
                   + min(len(one.stakeholders & other.stakeholders), _MAX_SHARED_STAKEHOLDERS)
                   + (one.method == other.method != ""))
    return -len(one.topics & other.topics), -else_shared
