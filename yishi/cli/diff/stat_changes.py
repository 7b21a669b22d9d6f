"""Every statistic that changes, and the records that caused it."""

from collections.abc import Callable, Collection, Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from ...analysis.statistics import DEFINITIONS, Contribution, Stat
from ...model.paths import get_place_of
from .model import PublishedValue, SiteState, StatChange

_NO_CONTRIBUTION = Contribution()

StatAspect = tuple[str, str]
"""Aspect of a statistic (`value`, `counted`, `result` or `left_out`) and its part."""


class _ContributionChange(Struct, frozen=True):
    """The contribution of a record to a statistic before and after; `former`: its path before, if it was moved."""

    path: str
    before: Contribution | None
    after: Contribution | None
    former: str = ""

    def select_inside(self, is_inside: Callable[[str], bool]) -> tuple[Contribution | None, Contribution | None]:
        """The contributions to the places that `is_inside` takes the record to be in."""
        return (self.before if is_inside(self.former or self.path) else None,
                self.after if is_inside(self.path) else None)


def find_stat_changes(before: SiteState, after: SiteState, touched: Collection[str],
                      former_paths: Mapping[str, str]) -> Iterator[StatChange]:
    """The changed statistics, place by place; `touched`: paths of new, removed and changed records; `former_paths`:
    new path → old path of those that moved."""
    moved = {key: list(_join_moved(changes, former_paths))
             for key, changes in _contribution_changes(before, after).items()}
    cause_finder = _CauseFinder(before, after, frozenset(touched), {})
    for scope in dict.fromkeys(("", *after.library.places, *before.library.places)):
        old, new = (state.statistics.scopes.get(scope, {}) for state in (before, after))
        issues = _changed_values(old.get("issues"), new.get("issues"))
        for key, definition in DEFINITIONS.items():
            for aspect, amounts in _changed_values(old.get(key), new.get(key)).items():
                if aspect[0] == "counted" and amounts == issues.get(("value", "")):
                    continue  # equal to the total of all issues, which is listed already
                records = _records_causing_change(cause_finder, moved[definition.counted_as], scope, key, aspect)
                yield StatChange(scope, key, *aspect, *amounts, records)


# --- amounts ----------------------------------------------------------------------------------------------------------


def _changed_values(old: Stat | None,
                    new: Stat | None) -> dict[StatAspect, tuple[PublishedValue | None, PublishedValue | None]]:
    before, after = (dict(_published_values(stat)) if stat else {} for stat in (old, new))
    return {aspect: (before.get(aspect), after.get(aspect)) for aspect in dict.fromkeys((*after, *before))
            if _value_or_none(before.get(aspect)) != _value_or_none(after.get(aspect))}


def _value_or_none(amount: PublishedValue | None) -> PublishedValue | None:
    """The value, None if it is zero or empty, as for a place that did not exist before."""
    return amount if amount and (amount.value or amount.denominator or amount.n or amount.suppressed) else None


def _published_values(stat: Stat) -> Iterator[tuple[StatAspect, PublishedValue]]:
    """All published values of a statistic."""
    if isinstance(stat.value, Mapping):
        yield ("counted", ""), PublishedValue(stat.numerator)
        yield from ((("value", part), PublishedValue(number)) for part, number in stat.value.items())
    elif stat.denominator is None and stat.numerator == stat.value:
        yield ("value", ""), PublishedValue(stat.value)
    else:
        yield ("value", ""), PublishedValue(stat.value, stat.numerator, stat.denominator, stat.n, stat.quartiles,
                                            stat.suppressed, stat.is_approximate)
    yield from ((("result", part), PublishedValue(number)) for part, number in (stat.results or {}).items())
    yield from ((("left_out", reason), PublishedValue(number)) for reason, number in stat.excluded.items() if number)


# --- the records behind them ------------------------------------------------------------------------------------------


def _contribution_changes(before: SiteState, after: SiteState) -> dict[str, list[_ContributionChange]]:
    """Statistic → records whose contribution changed."""
    found: dict[str, list[_ContributionChange]] = {key: [] for key in DEFINITIONS}
    for path in sorted(before.summaries.keys() | after.summaries.keys()):
        digests = [state.summaries[path].fields.contributions_digest if path in state.summaries else ""
                   for state in (before, after)]
        if digests[0] != digests[1]:
            old, new = (state.summaries[path].contributions if path in state.summaries else {}
                        for state in (before, after))
            for key in old.keys() | new.keys():
                if old.get(key) != new.get(key):
                    found[key].append(_ContributionChange(path, old.get(key), new.get(key)))
    for key in after.statistics.other_contributions:
        one, other = (state.statistics.other_contributions[key] for state in (before, after))
        found[key] += [_ContributionChange(path, one.get(path), other.get(path))
                       for path in sorted(one.keys() | other.keys()) if one.get(path) != other.get(path)]
    return found


def _join_moved(changes: Collection[_ContributionChange],
                former_paths: Mapping[str, str]) -> Iterator[_ContributionChange]:
    """The changes, those of a record before and after it moved as one."""
    by_path = {one.path: one for one in changes}
    pairs = {path: former for path in by_path if (former := former_paths.get(path, "")) in by_path}
    joined = set(pairs.values())
    for one in changes:
        former = pairs.get(one.path, "")
        if one.path not in joined:
            yield replace(one, before=by_path[former].before, former=former) if former else one


class _CauseFinder(Struct, frozen=True):
    """Finds the records that caused a changed contribution; results are cached."""

    before: SiteState
    after: SiteState
    changed_records: frozenset[str]
    cached_causes: dict[str, tuple[str, ...]]

    def find_causes(self, path: str) -> tuple[str, ...]:
        """The changed records that can explain a changed contribution of `path`: itself, records that refer to it or
        that it refers to or that lie in it; else a place above it, its method or the site."""
        if path not in self.cached_causes:
            own = path in self.changed_records
            self.cached_causes[path] = (
                (path,) if own else self._related_records(path) or self._enclosing_records(path) or (path,))
        return self.cached_causes[path]

    def _related_records(self, path: str) -> tuple[str, ...]:
        names = [state.library.backlinks for state in (self.before, self.after)]
        return tuple(one for one in sorted(self.changed_records) if get_place_of(one) == path or any(
            one in paths for backlinks in names for paths in backlinks.get(path, {}).values()) or any(
            path in paths for backlinks in names for paths in backlinks.get(one, {}).values()))

    def _enclosing_records(self, path: str) -> tuple[str, ...]:
        return tuple(one for one in sorted(self.changed_records)
                     if one == "site" or one.startswith("methods/") or path.startswith(f"{one}/"))


def _records_causing_change(cause_finder: _CauseFinder, moved: Collection[_ContributionChange], scope: str, key: str,
                            aspect: StatAspect) -> tuple[str, ...]:
    """The records that caused the change of one statistic of a place."""
    found = (one.path for one in moved if _affects_value(one, scope, key, aspect))
    records = dict.fromkeys(record for path in found for record in cause_finder.find_causes(path))
    if key == "communities_reporting":
        records |= dict.fromkeys(path for path in sorted(cause_finder.changed_records)
                                 if _changes_expected_number(cause_finder, path, scope))
    return tuple(records)


def _is_inside(path: str, scope: str) -> bool:
    return not scope or path == scope or path.startswith(f"{scope}/")


def _affects_value(one: _ContributionChange, scope: str, key: str, aspect: StatAspect) -> bool:
    """Whether the contribution of a record to this value of a place changed."""
    what, part = aspect
    old, new = (contribution or _NO_CONTRIBUTION
                for contribution in one.select_inside(lambda path: _is_inside(path, scope)))
    if what == "left_out":
        return (old.exclusion_reason == part) != (new.exclusion_reason == part)
    if key == "by_place" and what == "value":
        old, new = (contribution or _NO_CONTRIBUTION for contribution in one.select_inside(
            lambda path: get_place_of(path) == scope if part == scope else _is_inside(path, part)))
        return (old.numerator, old.exclusion_reason) != (new.numerator, new.exclusion_reason)
    if part:
        return (part in old.values) != (part in new.values)
    if what == "counted":
        return old.numerator != new.numerator
    return replace(old, exclusion_reason="") != replace(new, exclusion_reason="")


def _changes_expected_number(cause_finder: _CauseFinder, path: str, scope: str) -> bool:
    """Whether the expected number of communities of a place changed."""
    places = [state.library.places.get(path) for state in (cause_finder.before, cause_finder.after)]
    numbers = [place and place.expected_communities for place in places]
    return numbers[0] != numbers[1] and (_is_inside(path, scope) or _is_inside(scope, path))
