"""What a statistic is."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from datetime import date
from typing import Any, Literal

from msgspec import Struct, field
from msgspec.structs import replace

from ...library import Library
from ...model.language import Language, marked
from ...model.records import Case, Issue
from ...model.thresholds import MIN_VALUES, THRESHOLDS
from ..progress import Progress

StatisticKind = Literal["count", "share", "split", "median", "distinct"]


class IssueContext(Struct, frozen=True):
    """What the rules of the statistics need to know of one issue."""

    issue: Issue
    progress: Progress
    stakeholder_kinds: frozenset[str]      # of stakeholders, in the issue and its meetings
    location_kind: str | None
    as_of: date
    is_duplicate: bool = False
    """Whether another issue is counted in its place."""


_SHORT_FIELD_NAMES = {"numerator": "n", "denominator": "d", "values": "v", "number": "x", "exclusion_reason": "out",
                      "excluded_parts": "parts", "others_told": "others"}
"""There is a contribution of each issue to each statistic: they are kept with short names."""


class Contribution(Struct, frozen=True, omit_defaults=True, rename=_SHORT_FIELD_NAMES):
    """What one record contributes: to a count or share `numerator` of `denominator`; to a split its `values`;
    to a median its `number`, which may be 0; or the reason why it is left out, or `parts_left_out` of its parts are.

    msgspec writes and reads it. What equals its default is omitted, and comes back as the same default.
    """

    numerator: int = 0
    denominator: int = 0
    values: tuple[str, ...] = ()
    number: int | None = None
    exclusion_reason: str = ""
    is_approximate: bool = False
    """Whether a number in it is approximate."""
    excluded_parts: int = 0
    others_told: int = 0
    """How many people of the denominator another statistic tells, where those that neither counts are few."""

    @property
    def is_excluded(self) -> bool:
        """Whether nothing of the record is counted."""
        return bool(self.exclusion_reason) and not self.denominator


class Aggregate(Struct, omit_defaults=True):
    """What some contributions to one statistic add up to. `values`: value → how many have it; `excluded`: reason → how
    many are left out for it."""

    numerator: int = 0
    denominator: int = 0
    values: dict[str, int] = field(default_factory=dict)
    numbers: list[int] = field(default_factory=list)
    excluded: dict[str, int] = field(default_factory=dict)
    is_approximate: bool = False

    def add(self, one: Contribution) -> None:
        """Counts one contribution more."""
        if one.exclusion_reason:
            _add_to(self.excluded, one.exclusion_reason, one.excluded_parts or 1)
        self.numerator += one.numerator
        self.denominator += one.denominator
        for value in one.values:
            _add_to(self.values, value)
        if one.number is not None:
            self.numbers.append(one.number)
        self.is_approximate |= one.is_approximate

    def merge(self, other: "Aggregate") -> None:
        """Counts all that another counts."""
        self.numerator += other.numerator
        self.denominator += other.denominator
        for value, number in other.values.items():
            _add_to(self.values, value, number)
        self.numbers += other.numbers
        for reason, number in other.excluded.items():
            _add_to(self.excluded, reason, number)
        self.is_approximate |= other.is_approximate


def _add_to(counts: dict[str, int], key: str, by: int = 1) -> None:
    counts[key] = counts.get(key, 0) + by


PlaceTotals = dict[str, Aggregate]
"""Statistic → what some records add up to."""


def add_up_contributions(records: Iterable[Mapping[str, Contribution]]) -> PlaceTotals:
    """What records add up to; each is given as statistic → what it contributes."""
    totals: dict[str, Aggregate] = {}
    for contributions in records:
        for key, one in contributions.items():
            totals.setdefault(key, Aggregate()).add(one)
    return totals


class Stat(Struct, frozen=True):
    """A statistic of one scope. `value`: a number, a share 0-1, for a split value → number; None = not computable.

    `suppressed`: what stands instead of a number of people that is hidden, `<5` or `[c]`.
    """

    value: float | int | Mapping[str, int] | None
    numerator: int | None
    denominator: int | None
    excluded: Mapping[str, int]
    n: int | None = None
    quartiles: tuple[float, ...] | None = None
    results: Mapping[str, int] | None = None
    suppressed: str = ""
    about: bool = False


Totals = Mapping[str, Mapping[str, Aggregate]]
"""Place ("" = the site) → statistic → what it adds up to, there and below."""

Gather = Callable[[Library, date, Set[str]], Iterator[tuple[str, Contribution]]]
"""From the library, the day of the report and the places with issues or cases of their own: record → what it
contributes."""

_TEXTS = ("name", "meaning", "numerator", "denominator", "by_month", "unknown_whole")


class Definition(Struct, frozen=True):
    """One statistic, with all that pages, texts, tables and comparisons need to know of it. Texts are message ids; the
    numbers of rules stand in them by name (`thresholds`). Its rule has its key as anchor in the content model (§6)."""

    key: str
    kind: StatisticKind
    name: str
    meaning: str
    numerator: str
    denominator: str = ""
    issue_rule: Callable[[IssueContext], Contribution | None] | None = None
    """What one issue contributes; None: it is not of the population."""
    case_rule: Callable[[Case, date], Contribution] | None = None
    """What one case contributes."""
    record_rule: Gather | None = None
    """What records of other kinds contribute, by path."""
    regroups: str = ""
    """The statistic whose contributions it groups anew; "" = it has its own."""
    total: Callable[[Library, str, Totals], Stat] | None = None
    """Its value in a scope, where that is not what `compute` makes of the contributions."""
    is_judging: bool = False
    """Judging statistics leave out what is known only from a press report."""
    counts_people: bool = False
    """Counts people: few of them are hidden, and what would give them away (`hiding`)."""
    unit: Literal["", "days"] = ""
    better: Literal["", "more", "less"] = ""
    """Which change is an improvement; "" = neither."""
    least: int = MIN_VALUES
    """Of fewer values there is no median, and of fewer records no percentage in answers and no comparison."""
    values: str = ""
    """What a split or its results are split into: a vocabulary, `place` or `month`."""
    overlapping: bool = False
    """A record may have several of its values."""
    page_of_value: str = ""
    """The list page of one `{value}`."""
    compared: int = 0
    """Its row beside the medians of like places; 0 = not there, for it depends on how large a place is."""
    answers: tuple[str, int] = ("", 0)
    """The criterion by which reviewers judge that it bears on, and its rank among the answers: 1 is the main one."""
    by_month: str = marked("Issues by the month in which they were raised, as they stand now.")
    """What its course is told of."""
    unknown_whole: str = ""
    """What is said where nobody knows of how many it is a share."""

    @property
    def source(self) -> str:
        """The statistic whose contributions it is made of."""
        return self.regroups or self.key

    @property
    def of_issues(self) -> bool:
        """Whether issues or cases contribute to it; else `Statistics.of_others` has what contributes."""
        return bool(self.issue_rule or self.case_rule or self.regroups)

    def in_words(self, spoken: Language) -> "Definition":
        """The same with its texts in a language, the numbers of rules filled in."""
        texts: dict[str, Any] = {name: spoken.text(message, **THRESHOLDS) for name in _TEXTS
                                 if (message := getattr(self, name))}
        return replace(self, **texts)


class Statistics(Struct, frozen=True):
    """All statistics on a day: `scopes[place path, "" = the site][key]`; and per key to which other records than
    issues contribute, what each of them does."""

    as_of: date
    scopes: Mapping[str, Mapping[str, Stat]]
    other_contributions: Mapping[str, Mapping[str, Contribution]]


def export_stat(stat: Stat) -> dict[str, object]:
    """A statistic as machines are told it: the shape of content model §8."""
    data: dict[str, object] = {"value": stat.value, "numerator": stat.numerator, "denominator": stat.denominator,
                               "excluded": stat.excluded}
    if stat.n is not None:
        data |= {"n": stat.n, "quartiles": stat.quartiles}
    if stat.results is not None:
        data["results"] = stat.results
    if stat.suppressed:
        data["suppressed"] = True
    return data
