"""What stands behind each statistic of each place: its records by what they contribute, and its course by month.

What a place's own records add up to is one text for each statistic, so that it can be kept and need not be made again
for places in which nothing has changed; places are rolled up from those texts, statistic by statistic. Pure.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from heapq import merge
from itertools import islice

from msgspec import Struct, field
from msgspec.json import decode

from .briefs import Brief, Listing, part_of
from .compact import compact
from .dates import When
from .paths import place_of
from .statistics import DEFINITIONS, Part

NEWEST = 20
"""So many of the records in each role are named."""

_KIND = {definition.key: definition.kind for definition in DEFINITIONS}
_OF_PEOPLE = frozenset(definition.key for definition in DEFINITIONS if definition.people)

Own = Mapping[str, str]
"""Statistic → what the own records of a place contribute to it, as a text; "" = nothing."""


class Group(Struct):
    """The records in one role - `counted`, `looked_at`, or why they are left out: how many, and the newest as
    (age, path): the newest first."""

    number: int = 0
    newest: list[tuple[int, str]] = field(default_factory=list)


class Sum(Struct):
    """What the records of a month contribute; `extra`: the numbers of a median, the values of which different ones are
    counted."""

    numerator: int = 0
    denominator: int = 0
    extra: list[int | float | str] = field(default_factory=list)

    def add(self, numerator: int, denominator: int, extra: Iterable[int | float | str]) -> None:
        """Counts more."""
        self.numerator += numerator
        self.denominator += denominator
        self.extra += extra


class Account(Struct, frozen=True):
    """What stands behind a statistic of a place: role → records; month (`YYYY-MM`) → what its records contribute.

    A record belongs to the month in which its matter was raised, its case began, its meeting was held; what was
    resolved by month to that of resolution. One without a known month is in no month. Of numbers of people only the
    meetings of a month are counted: from month to month they would be few.
    """

    roles: Mapping[str, Group]
    months: Mapping[str, Sum]


def own_accounts(paths: Iterable[str], briefs: Mapping[str, Brief]) -> dict[str, str]:
    """What the issues of one place contribute to each statistic."""
    found: defaultdict[str, _Making] = defaultdict(_Making)
    for path in sorted(paths, key=lambda path: (age_of(briefs[path].listing.when), path)):
        brief = briefs[path]
        age, month = age_of(brief.listing.when), brief.listing.when.month
        for key, text in brief.part_texts.items():
            found[key].add(key, path, part_of(text), age, month)
    return {key: one.dumped() for key, one in found.items()}


def accounts_of(key: str, own: Mapping[str, Own], places: Sequence[str]) -> dict[str, Account]:
    """Place ("" = the site) → what stands behind the statistic `key`; `places`: all, parents before their children."""
    found = {place: _Making() for place in ("", *places)}
    for place, texts in own.items():
        if text := texts.get("issues" if key == "by_place" else key):
            found[place].load(text)
    for place in reversed(places):
        found[place_of(place)].merge(found[place])
    return {place: Account(one.roles, one.months) for place, one in found.items()}


def of_parts(key: str, parts: Mapping[str, Part], when: Callable[[str], When]) -> dict[str, dict[str, str]]:
    """Place → statistic → what its own records contribute, of a statistic that other records than issues make."""
    found: defaultdict[str, _Making] = defaultdict(_Making)
    for path in sorted(parts, key=lambda path: (age_of(when(path)), path)):
        found[place_of(path)].add(key, path, parts[path], age_of(when(path)), when(path).month)
    return {place: {key: one.dumped()} for place, one in found.items()}


def stamp_of(paths: Iterable[str], briefs: Mapping[str, Brief]) -> str:
    """All that the accounts of a place rest on."""
    return "".join(f"{path}{_when(briefs[path].listing)}{briefs[path].parts_text}" for path in paths)


def _when(listing: Listing) -> str:
    return f"{listing.when.latest}{listing.when.month}"


def age_of(when: When) -> int:
    """What sorts dates, the newest first, and unknown ones last."""
    return -when.latest.toordinal() if when.latest else 0


class _Making(Struct):
    roles: dict[str, Group] = field(default_factory=dict)
    months: dict[str, Sum] = field(default_factory=dict)

    def add(self, key: str, path: str, part: Part, age: int, month: str | None) -> None:
        """Counts one record more; the newest come first."""
        group = self.roles.setdefault(_role(part), Group())
        group.number += 1
        if len(group.newest) < NEWEST:
            group.newest.append((age, path))
        month = part.values[0] if key == "resolved_by_month" and part.values else month
        if month and not part.left_out:
            extra = (part.number,) if part.number is not None else part.values if _KIND[key] == "distinct" else ()
            counted = (1, 0) if key in _OF_PEOPLE else (part.numerator, part.denominator)
            self.months.setdefault(month, Sum()).add(*counted, extra)

    def merge(self, other: "_Making") -> None:
        """Counts all that another counts."""
        for role, group in other.roles.items():
            mine = self.roles.setdefault(role, Group())
            mine.number += group.number
            mine.newest = list(islice(merge(mine.newest, group.newest), NEWEST)) if mine.newest else group.newest
        for month, one in other.months.items():
            self.months.setdefault(month, Sum()).add(one.numerator, one.denominator, one.extra)

    def dumped(self) -> str:
        """As a text."""
        roles = {role: [one.number, one.newest] for role, one in self.roles.items()}
        return compact([roles, {month: [one.numerator, one.denominator, one.extra] for month, one in
                                self.months.items()}])

    def load(self, text: str) -> None:
        """Takes in what was kept as `text`."""
        roles, months = decode(text)
        self.roles = {role: Group(number, [(age, path) for age, path in newest])
                      for role, (number, newest) in roles.items()}
        self.months = {month: Sum(*one) for month, one in months.items()}


def _role(part: Part) -> str:
    if part.left_out:
        return part.left_out
    return "counted" if part.numerator or part.values or part.number is not None else "looked_at"
