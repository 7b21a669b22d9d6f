"""Every number that changes, and the records that did it."""

from collections.abc import Collection, Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from ...analysis.statistics import DEFINITIONS, Contribution, Stat
from ...model.paths import place_of
from .model import Amount, Shift, Side

_NONE = Contribution()

Aspect = tuple[str, str]
"""What of a statistic is told: `value`, `counted`, `result` or `left_out`, and of which part."""


class _Contribution(Struct, frozen=True):
    """What a record contributed to a statistic, and contributes now."""

    path: str
    before: Contribution | None
    after: Contribution | None


def shifts(before: Side, after: Side, touched: Collection[str]) -> Iterator[Shift]:
    """The numbers that change, scope by scope; `touched`: the records that are new, removed or say something else."""
    moved = _contributions(before, after)
    behind = _Behind(before, after, frozenset(touched), {})
    for scope in dict.fromkeys(("", *after.library.places, *before.library.places)):
        old, new = (side.statistics.scopes.get(scope, {}) for side in (before, after))
        issues = _changed(old.get("issues"), new.get("issues"))
        for key, definition in DEFINITIONS.items():
            for aspect, amounts in _changed(old.get(key), new.get(key)).items():
                if aspect[0] == "counted" and amounts == issues.get(("value", "")):
                    continue  # said already: all issues are counted
                records = _records(behind, moved[definition.source], scope, key, aspect)
                yield Shift(scope, key, *aspect, *amounts, records)


# --- amounts ----------------------------------------------------------------------------------------------------------


def _changed(old: Stat | None, new: Stat | None) -> dict[Aspect, tuple[Amount | None, Amount | None]]:
    before, after = (dict(_amounts(stat)) if stat else {} for stat in (old, new))
    return {aspect: (before.get(aspect), after.get(aspect)) for aspect in dict.fromkeys((*after, *before))
            if _told(before.get(aspect)) != _told(after.get(aspect))}


def _told(amount: Amount | None) -> Amount | None:
    """An amount, None if it says no more than that there is nothing: of a place that was not there before, say."""
    return amount if amount and (amount.value or amount.denominator or amount.n or amount.suppressed) else None


def _amounts(stat: Stat) -> Iterator[tuple[Aspect, Amount]]:
    """Every number of a statistic that is published."""
    if isinstance(stat.value, Mapping):
        yield ("counted", ""), Amount(stat.numerator)
        yield from ((("value", part), Amount(number)) for part, number in stat.value.items())
    elif stat.denominator is None and stat.numerator == stat.value:
        yield ("value", ""), Amount(stat.value)
    else:
        yield ("value", ""), Amount(stat.value, stat.numerator, stat.denominator, stat.n, stat.quartiles,
                                    stat.suppressed, stat.about)
    yield from ((("result", part), Amount(number)) for part, number in (stat.results or {}).items())
    yield from ((("left_out", reason), Amount(number)) for reason, number in stat.excluded.items() if number)


# --- the records behind them ------------------------------------------------------------------------------------------


def _contributions(before: Side, after: Side) -> dict[str, list[_Contribution]]:
    """Statistic → the records that contribute something else to it now."""
    found: dict[str, list[_Contribution]] = {key: [] for key in DEFINITIONS}
    for path in sorted(before.briefs.keys() | after.briefs.keys()):
        texts = [side.briefs[path].contributions_text if path in side.briefs else "" for side in (before, after)]
        if texts[0] != texts[1]:
            old, new = (side.briefs[path].contributions if path in side.briefs else {} for side in (before, after))
            for key in old.keys() | new.keys():
                if old.get(key) != new.get(key):
                    found[key].append(_Contribution(path, old.get(key), new.get(key)))
    for key in after.statistics.of_others:
        one, other = (side.statistics.of_others[key] for side in (before, after))
        found[key] += [_Contribution(path, one.get(path), other.get(path))
                       for path in sorted(one.keys() | other.keys()) if one.get(path) != other.get(path)]
    return found


class _Behind(Struct, frozen=True):
    """Both sides, the records that are touched, and what was found to be behind a contribution."""

    before: Side
    after: Side
    touched: frozenset[str]
    known: dict[str, tuple[str, ...]]

    def of(self, path: str) -> tuple[str, ...]:
        """The records that changed what `path` contributes: itself, those that it names, that name it or that stand in
        it; else what all records rest on."""
        if path not in self.known:
            self.known[path] = (path,) if path in self.touched else self._near(path) or self._above(path) or (path,)
        return self.known[path]

    def _near(self, path: str) -> tuple[str, ...]:
        names = [side.library.naming for side in (self.before, self.after)]
        return tuple(one for one in sorted(self.touched) if place_of(one) == path or any(
            one in paths for naming in names for paths in naming.get(path, {}).values()) or any(
            path in paths for naming in names for paths in naming.get(one, {}).values()))

    def _above(self, path: str) -> tuple[str, ...]:
        return tuple(one for one in sorted(self.touched)
                     if one == "site" or one.startswith("methods/") or path.startswith(f"{one}/"))


def _records(behind: _Behind, moved: Collection[_Contribution], scope: str, key: str,
             aspect: Aspect) -> tuple[str, ...]:
    """The records that changed one number of a scope."""
    found = (one.path for one in moved if _is_in(one.path, scope) and _counts(one, scope, key, aspect))
    records = dict.fromkeys(record for path in found for record in behind.of(path))
    if key == "communities_reporting":
        records |= dict.fromkeys(path for path in sorted(behind.touched) if _expects(behind, path, scope))
    return tuple(records)


def _is_in(path: str, scope: str) -> bool:
    return not scope or path == scope or path.startswith(f"{scope}/")


def _counts(one: _Contribution, scope: str, key: str, aspect: Aspect) -> bool:
    """Whether what a record contributes to this number is another than before."""
    old, new = one.before or _NONE, one.after or _NONE
    what, part = aspect
    if what == "left_out":
        return (old.left_out == part) != (new.left_out == part)
    if key == "by_place" and what == "value":
        own = place_of(one.path) == scope if part == scope else _is_in(one.path, part)
        return own and (old.numerator, old.left_out) != (new.numerator, new.left_out)
    if part:
        return (part in old.values) != (part in new.values)
    if what == "counted":
        return old.numerator != new.numerator
    return replace(old, left_out="") != replace(new, left_out="")


def _expects(behind: _Behind, path: str, scope: str) -> bool:
    """Whether a place says another number of communities that are expected."""
    places = [side.library.places.get(path) for side in (behind.before, behind.after)]
    numbers = [place and place.expected_communities for place in places]
    return numbers[0] != numbers[1] and (_is_in(path, scope) or _is_in(scope, path))
