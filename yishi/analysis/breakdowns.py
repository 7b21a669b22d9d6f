"""What stands behind each statistic of each place: its records by what they contribute, and its course by month.

What a place's own records make is a value of its own for each statistic, so that it can be kept and need not be made
again for places in which nothing has changed; places are rolled up from those, statistic by statistic. Pure.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from heapq import merge
from itertools import islice

from msgspec import Raw, Struct, field
from msgspec.json import Decoder, encode
from msgspec.structs import replace

from ..model.dates import UNKNOWN_DATE, PartialDate
from ..model.paths import get_place_of
from .record_lists import age_of, sort_newest_first
from .statistics import DEFINITIONS, Aggregate, Contribution, classify_contribution, find_suppression_marks
from .summaries import RecordSummary

SUPPRESSED = "few"
"""The reason why a number of people that is not told is left out of its month."""

NEWEST_PER_ROLE = 20
"""So many of the records in each role are named."""

OwnBreakdown = Mapping[str, Raw]
"""Statistic → the breakdown of a place's own records, as msgspec writes it; read only when it is asked for."""


class RoleGroup(Struct, omit_defaults=True):
    """The records in one role (`statistics.role_of`): how many, and the newest as (age, path), the newest first."""

    count: int = 0
    newest: list[tuple[int, str]] = field(default_factory=list)


class Breakdown(Struct, omit_defaults=True):
    """What stands behind a statistic of a place: role → records; month (`YYYY-MM`) → what its records add up to.

    A record belongs to the month in which its matter was raised, its case began, its meeting was held; what was
    resolved by month to that of resolution. One without a known month is in no month. Of numbers of people only
    those that are told count, the others are left out as `few`. Of splits no month has values.
    """

    roles: dict[str, RoleGroup] = field(default_factory=dict)
    months: dict[str, Aggregate] = field(default_factory=dict)

    def add(self, key: str, path: str, one: Contribution, when: PartialDate) -> None:
        """Counts one record of the statistic `key` more; the newest come first."""
        group = self.roles.setdefault(classify_contribution(key, one), RoleGroup())
        group.count += 1
        if len(group.newest) < NEWEST_PER_ROLE:
            group.newest.append((age_of(when), path))
        month = one.values[0] if DEFINITIONS[key].values == "month" and one.values else when.month
        if month and not one.is_excluded:
            self.months.setdefault(month, Aggregate()).add(_contribution_to_month(key, one))

    def merge(self, other: "Breakdown") -> None:
        """Counts all that another counts."""
        for role, group in other.roles.items():
            mine = self.roles.setdefault(role, RoleGroup())
            mine.count += group.count
            mine.newest = list(islice(merge(mine.newest, group.newest), NEWEST_PER_ROLE))
        for month, one in other.months.items():
            self.months.setdefault(month, Aggregate()).merge(one)


_BREAKDOWN_DECODER = Decoder(Breakdown)


def break_down_issues(paths: Iterable[str], briefs: Mapping[str, RecordSummary]) -> dict[str, Breakdown]:
    """Statistic → what stands behind it of the issues of one place."""
    found: defaultdict[str, Breakdown] = defaultdict(Breakdown)
    when = {path: briefs[path].list_item.listed_date for path in paths}
    for path in sort_newest_first(when, when):
        for key, one in briefs[path].contributions.items():
            found[key].add(key, path, one, when[path])
    return found


def roll_up_breakdowns(key: str, own: Mapping[str, OwnBreakdown], places: Sequence[str]) -> dict[str, Breakdown]:
    """Place ("" = the site) → what stands behind the statistic `key`; `places`: all, parents before their children."""
    found = {place: Breakdown() for place in ("", *places)}
    for place, kept in own.items():
        if (data := kept.get(DEFINITIONS[key].source)) is not None:
            found[place] = _BREAKDOWN_DECODER.decode(data)
    for place in reversed(places):
        found[get_place_of(place)].merge(found[place])
    return found


def break_down_other_records(key: str, contributions: Mapping[str, Contribution],
                             when: Mapping[str, PartialDate]) -> dict[str, OwnBreakdown]:
    """Place → the breakdown of its own records, of a statistic that other records than issues make."""
    found: defaultdict[str, Breakdown] = defaultdict(Breakdown)
    dates = {path: when.get(path, UNKNOWN_DATE) for path in contributions}
    for path in sort_newest_first(contributions, dates):
        found[get_place_of(path)].add(key, path, contributions[path], dates[path])
    return {place: {key: Raw(encode(one))} for place, one in found.items()}


def describe_breakdown_inputs(paths: Iterable[str], briefs: Mapping[str, RecordSummary]) -> str:
    """All that the breakdowns of a place rest on."""
    return "".join(f"{path}{day.latest}{day.month}{brief.contributions_json}"
                   for path in paths for brief in (briefs[path],) for day in (brief.list_item.listed_date,))


def _contribution_to_month(key: str, one: Contribution) -> Contribution:
    definition = DEFINITIONS[key]
    if definition.counts_people and any(find_suppression_marks(one)):
        return Contribution(exclusion_reason=SUPPRESSED)
    return one if definition.kind == "distinct" else replace(one, values=())
