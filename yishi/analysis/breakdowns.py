"""Breakdowns: for each statistic and place, the records by contribution role and the values by month. Pure.

The breakdown of a place's own records is one value per statistic, so that it can be cached and reused while nothing in
the place has changed; parents are rolled up from those of their children.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from heapq import merge
from itertools import islice

from msgspec import Raw, Struct, field
from msgspec.msgpack import Decoder, encode
from msgspec.structs import replace

from ..model.dates import UNKNOWN_DATE, PartialDate
from ..model.paths import get_place_of
from .record_lists import age_of, sort_newest_first
from .statistics import DEFINITIONS, Aggregate, Contribution, classify_contribution
from .summaries import RecordSummary

NEWEST_PER_ROLE = 20
"""Maximum number of records listed per role."""

OwnBreakdown = Mapping[str, Raw]
"""Statistic → the breakdown of a place's own records, encoded by msgspec; decoded only on use."""


class RoleGroup(Struct, omit_defaults=True):
    """The records in one role (`statistics.classify_contribution`): their number, and the newest as (age, path),
    newest first."""

    count: int = 0
    newest: list[tuple[int, str]] = field(default_factory=list)


class Breakdown(Struct, omit_defaults=True):
    """The breakdown of a statistic of a place: role → records; month (`YYYY-MM`) → aggregate.

    A record belongs to the month in which its issue was raised, its case began or its meeting was held; in statistics
    by month of resolution to that month. Records without a known month are in none. Suppressed numbers of people are
    excluded as `few`. Months of splits have no values.
    """

    roles: dict[str, RoleGroup] = field(default_factory=dict)
    months: dict[str, Aggregate] = field(default_factory=dict)

    def add(self, key: str, path: str, contribution: Contribution, when: PartialDate) -> None:
        """Add one record of the statistic `key`; records are added newest first."""
        group = self.roles.setdefault(classify_contribution(key, contribution), RoleGroup())
        group.count += 1
        if len(group.newest) < NEWEST_PER_ROLE:
            group.newest.append((age_of(when), path))
        month = contribution.values[0] if DEFINITIONS[key].values == "month" and contribution.values else when.month
        if month and not contribution.is_excluded:
            self.months.setdefault(month, Aggregate()).add(_contribution_to_month(key, contribution))

    def merge(self, other: "Breakdown") -> None:
        """Add the counts of another breakdown to this one."""
        for role, group in other.roles.items():
            mine = self.roles.setdefault(role, RoleGroup())
            mine.count += group.count
            mine.newest = list(islice(merge(mine.newest, group.newest), NEWEST_PER_ROLE))
        for month, aggregate in other.months.items():
            self.months.setdefault(month, Aggregate()).merge(aggregate)


_BREAKDOWN_DECODER = Decoder(Breakdown)


def break_down_issues(paths: Iterable[str], summaries: Mapping[str, RecordSummary]) -> dict[str, Breakdown]:
    """Statistic → breakdown of the issues and cases of one place."""
    breakdowns: defaultdict[str, Breakdown] = defaultdict(Breakdown)
    date_of = {path: summaries[path].list_item.listed_date for path in paths}
    for path in sort_newest_first(date_of, date_of):
        for key, contribution in summaries[path].contributions.items():
            breakdowns[key].add(key, path, contribution, date_of[path])
    return breakdowns


def roll_up_breakdowns(key: str, own: Mapping[str, OwnBreakdown], places: Sequence[str]) -> dict[str, Breakdown]:
    """Place ("" for the site) → breakdown of the statistic `key`; `places`: all, parents before their children."""
    breakdowns = {place: Breakdown() for place in ("", *places)}
    for place, own_breakdown in own.items():
        if (data := own_breakdown.get(DEFINITIONS[key].counted_as)) is not None:
            breakdowns[place] = _BREAKDOWN_DECODER.decode(data)
    for place in reversed(places):
        breakdowns[get_place_of(place)].merge(breakdowns[place])
    return breakdowns


def break_down_other_records(key: str, contributions: Mapping[str, Contribution],
                             when: Mapping[str, PartialDate]) -> dict[str, OwnBreakdown]:
    """Place → breakdown of its own records, for a statistic of other records than issues."""
    breakdowns: defaultdict[str, Breakdown] = defaultdict(Breakdown)
    dates = {path: when.get(path, UNKNOWN_DATE) for path in contributions}
    for path in sort_newest_first(contributions, dates):
        breakdowns[get_place_of(path)].add(key, path, contributions[path], dates[path])
    return {place: {key: Raw(encode(breakdown))} for place, breakdown in breakdowns.items()}


def describe_breakdown_inputs(paths: Iterable[str], summaries: Mapping[str, RecordSummary]) -> str:
    """Text from which the cache key of a place's breakdowns is computed: paths, dates and contributions."""
    return "".join(f"{path}{day.latest}{day.month}{summary.fields.contributions_digest}"
                   for path in paths for summary in (summaries[path],) for day in (summary.list_item.listed_date,))


def _contribution_to_month(key: str, contribution: Contribution) -> Contribution:
    definition = DEFINITIONS[key]
    return contribution if definition.kind == "distinct" else replace(contribution, values=())
