"""The types of statistics: definitions, contributions, aggregates and values."""

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
    """Whether it is a duplicate of an issue that is counted."""


_SHORT_FIELD_NAMES = {"numerator": "n", "denominator": "d", "values": "v", "number": "x", "exclusion_reason": "out",
                      "excluded_parts": "parts"}
"""Short names in the cache, since every issue contributes to every statistic."""


class Contribution(Struct, frozen=True, omit_defaults=True, rename=_SHORT_FIELD_NAMES):
    """The contribution of one record: to a count or share `numerator` of `denominator`; to a split its `values`; to a
    median its `number`, which may be 0; or the reason why the record, or `excluded_parts` of its parts, are left out.

    Encoded by msgspec; fields with their default value are omitted.
    """

    numerator: int = 0
    denominator: int = 0
    values: tuple[str, ...] = ()
    number: int | None = None
    exclusion_reason: str = ""
    is_approximate: bool = False
    """Whether a number in it is approximate."""
    excluded_parts: int = 0
    untold: int = 0
    """1 if it counts as no because a press report does not tell it."""

    @property
    def is_excluded(self) -> bool:
        """Whether nothing of the record is counted."""
        return bool(self.exclusion_reason) and not self.denominator


class Aggregate(Struct, omit_defaults=True):
    """The sum of contributions to one statistic. `values`: value → number of records; `excluded`: reason → number of
    records left out."""

    numerator: int = 0
    denominator: int = 0
    values: dict[str, int] = field(default_factory=dict)
    numbers: list[int] = field(default_factory=list)
    excluded: dict[str, int] = field(default_factory=dict)
    is_approximate: bool = False
    untold: int = 0

    def add(self, contribution: Contribution) -> None:
        """Add one contribution."""
        if contribution.exclusion_reason:
            _add_to(self.excluded, contribution.exclusion_reason, contribution.excluded_parts or 1)
        self.numerator += contribution.numerator
        self.denominator += contribution.denominator
        for value in contribution.values:
            _add_to(self.values, value)
        if contribution.number is not None:
            self.numbers.append(contribution.number)
        self.is_approximate |= contribution.is_approximate
        self.untold += contribution.untold

    def merge(self, other: "Aggregate") -> None:
        """Add the counts of another aggregate."""
        self.numerator += other.numerator
        self.denominator += other.denominator
        for value, number in other.values.items():
            _add_to(self.values, value, number)
        self.numbers += other.numbers
        for reason, number in other.excluded.items():
            _add_to(self.excluded, reason, number)
        self.is_approximate |= other.is_approximate
        self.untold += other.untold


def _add_to(counts: dict[str, int], key: str, by: int = 1) -> None:
    counts[key] = counts.get(key, 0) + by


PlaceTotals = dict[str, Aggregate]
"""Statistic → aggregate of some records."""


def add_up_contributions(records: Iterable[Mapping[str, Contribution]]) -> PlaceTotals:
    """The aggregates of records, each given as statistic → contribution."""
    totals: dict[str, Aggregate] = {}
    for contributions in records:
        for key, contribution in contributions.items():
            totals.setdefault(key, Aggregate()).add(contribution)
    return totals


class Stat(Struct, frozen=True):
    """A statistic of one scope. `value`: a number, a share 0-1, for a split value → number; None if not computable.

    `suppressed`: the marker in place of a suppressed number of people, `<5` or `[c]`; `is_approximate` is called
    `about` in snapshots; `untold`: how many records count as no because their press reports do not tell it.
    """

    value: float | int | Mapping[str, int] | None
    numerator: int | None
    denominator: int | None
    excluded: Mapping[str, int]
    n: int | None = None
    quartiles: tuple[float, ...] | None = None
    results: Mapping[str, int] | None = None
    suppressed: str = ""
    is_approximate: bool = field(default=False, name="about")
    untold: int = 0


Totals = Mapping[str, Mapping[str, Aggregate]]
"""Place ("" for the site) → statistic → aggregate of the place and all places below."""

Gather = Callable[[Library, date, Set[str]], Iterator[tuple[str, Contribution]]]
"""From the library, the day of the report and the places with issues or cases of their own: record → contribution."""

_TEXTS = ("name", "meaning", "numerator", "denominator", "by_month", "note", "unknown_whole")


class Definition(Struct, frozen=True):
    """One statistic with everything that pages, texts, tables and comparisons need. Texts are message ids, in which
    the numbers of rules are placeholders (`thresholds`). The key is also the anchor of its rule in the content model
    (§6)."""

    key: str
    kind: StatisticKind
    name: str
    meaning: str
    numerator: str
    denominator: str = ""
    issue_rule: Callable[[IssueContext], Contribution | None] | None = None
    """The contribution of one issue; None if it is not in the population."""
    case_rule: Callable[[Case, date], Contribution] | None = None
    """The contribution of one case."""
    record_rule: Gather | None = None
    """The contributions of records of other kinds, by path."""
    regroups: str = ""
    """The statistic whose contributions it groups differently; "" if it has its own."""
    total: Callable[[Library, str, Totals], Stat] | None = None
    """Its value in a scope, if `compute` does not apply."""
    is_judging: bool = False
    """Judging statistics leave out what is known only from a press report."""
    counts_people: bool = False
    """Counts people: small numbers are suppressed, and numbers that would reveal them (`suppression`)."""
    unit: Literal["", "days"] = ""
    better: Literal["", "more", "less"] = ""
    """Which change is an improvement; "" if neither."""
    least: int = MIN_VALUES
    """The minimum number of values for a median, and of records for a percentage in answers and for a comparison."""
    values: str = ""
    """The values of a split or of its results: a vocabulary, `place` or `month`."""
    overlapping: bool = False
    """A record may have several of its values."""
    page_of_value: str = ""
    """The list page of one `{value}`."""
    comparison_row: int = 0
    """Its row in the comparison with peer medians; 0 if not compared, because it depends on the size of a place."""
    criterion: str = ""
    """The review criterion that it informs; "" if none."""
    criterion_rank: int = 0
    """Its rank among the statistics that inform the criterion; 1 is the main one."""
    by_month: str = marked("Issues by the month in which they were raised, as they stand now.")
    """The caption of its values by month."""
    note: str = ""
    """What a word in it means."""
    unknown_whole: str = ""
    """The text shown if the denominator is unknown."""

    @property
    def counted_as(self) -> str:
        """The statistic whose contributions it uses."""
        return self.regroups or self.key

    @property
    def of_issues(self) -> bool:
        """Whether issues or cases contribute to it; otherwise see `Statistics.other_contributions`."""
        return bool(self.issue_rule or self.case_rule or self.regroups)

    def in_words(self, language: Language) -> "Definition":
        """The same definition with its texts in `language`, with the numbers of rules filled in."""
        texts: dict[str, Any] = {name: language.text(message, **THRESHOLDS) for name in _TEXTS
                                 if (message := getattr(self, name))}
        return replace(self, **texts)


class Statistics(Struct, frozen=True):
    """All statistics on a day. `scopes`: place ("" for the site) → statistic → value; `other_contributions`: statistic
    → record that is no issue or case → contribution."""

    as_of: date
    scopes: Mapping[str, Mapping[str, Stat]]
    other_contributions: Mapping[str, Mapping[str, Contribution]]


def export_stat(stat: Stat) -> dict[str, object]:
    """A statistic as JSON-ready data (content model §8)."""
    data: dict[str, object] = {"value": stat.value, "numerator": stat.numerator, "denominator": stat.denominator,
                               "excluded": stat.excluded}
    if stat.n is not None:
        data |= {"n": stat.n, "quartiles": stat.quartiles}
    if stat.results is not None:
        data["results"] = stat.results
    if stat.suppressed:
        data["suppressed"] = True
    return data
