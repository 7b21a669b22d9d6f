"""Every statistic of content model §6, for every scope, on the day of the report."""

import statistics
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from . import words
from .dates import UNKNOWN, When, parse_when
from .progress import OPEN, Issue, issue_at, latest
from .read import Data, Record, Town, as_count, as_list, is_within, is_yes, meant, upwards
from .suppression import FEW, groups_shown

LEAST = 5
"""Fewer values than these have no median (content model §6)."""
STALE = timedelta(days=60)
GRACE = timedelta(days=30)
"""How long after it was due a follow-up is waited for."""
MANY_KINDS = 3
Stat = dict[str, Any]
BEHIND = ("numbers", "spaces")
"""What a statistic is worked out from, besides records: it is not part of it."""


@dataclass(frozen=True)
class Report:
    """What a content folder says on a day."""

    town: Town
    as_of: date

    @cached_property
    def issues(self) -> list[Issue]:
        """Every published issue, those that are not counted too."""
        return [issue_at(self.town, record, self.as_of) for record in self.town.of_kind("issue")]

    def left_out(self, issue: Issue) -> str | None:
        """Why an issue is not counted (content model §6)."""
        if issue.raised.is_after(self.as_of):
            return "after_as_of"
        return "duplicate" if self.is_duplicate(issue.record) else None

    def is_duplicate(self, record: Record) -> bool:
        """Whether an issue repeats one that is published and not raised later (content model §6.1.11)."""
        original = self.town.shown(record.data.get("duplicate_of"), "issue", record.place)
        return original is not None and not self.is_later(original)

    def is_later(self, record: Record) -> bool:
        """Whether a record is dated after the day of the report (content model §6.1.2)."""
        return self.date_of(record).is_after(self.as_of)

    def has_record(self, place: str) -> bool:
        """Whether a place has a record of its own; `place.yaml`, `locations.yaml` and what is dated later are none
        (content model §6.1.2)."""
        own = (record for record in self.town.records if record.place == place and record.kind != "location")
        return any(not record.is_draft and not self.is_later(record) for record in own)

    def date_of(self, record: Record) -> When:
        """The date that a record has, by its kind."""
        data = record.data
        if record.kind == "case":
            return parse_when((data.get("dates") or {}).get("start", ""))
        if record.kind == "review" and "date" not in data:
            event = self._event_of(data["target"], record.place)
            return self.date_of(event) if event else UNKNOWN
        key = {"issue": "raised", "meeting": "date", "event": "date", "review": "date"}.get(record.kind)
        return parse_when(data.get(key, "")) if key else UNKNOWN

    def _event_of(self, target: str, place: str) -> Record | None:
        """The event that a review speaks of, itself or that at which the case was shown (content model §4, review)."""
        if case := self.town.shown(target, "case", place):
            return self.town.shown(case.data.get("event"), "event", case.place)
        return self.town.shown(target, "event", place)

    @cached_property
    def kinds_at_meetings(self) -> dict[str, set[str]]:
        """Kinds of stakeholders at the meetings of each issue; not of meetings held later (content model §6.1.4)."""
        kinds: dict[str, set[str]] = {}
        for meeting in self.town.of_kind("meeting"):
            for reference in as_list(meeting.data.get("issues")) if not self.is_later(meeting) else []:
                if issue := self.town.resolve(reference, "issue", meeting.place):
                    kinds.setdefault(issue.path, set()).update(kinds_in(meeting.data))
        return kinds

    def breadth(self, issue: Issue) -> int:
        """The number of distinct kinds of stakeholders in an issue and its meetings (content model §3.2)."""
        return len(kinds_in(issue.record.data) | self.kinds_at_meetings.get(issue.record.path, set()))


@dataclass(frozen=True)
class Scope:
    """The part of a report that a place sees: its own records and those of all places below it."""

    report: Report
    path: str
    only: str | None = None
    """The path of a record, if all others are to be left aside: what this one brings to a statistic."""

    def shows(self, record: Record) -> bool:
        """Whether a record lies in this scope."""
        return is_within(record.place, self.path) and self.only in (None, record.path)

    @property
    def town(self) -> Town:
        """All that was read."""
        return self.report.town

    @property
    def as_of(self) -> date:
        """The day of the report."""
        return self.report.as_of

    def among(
        self, belongs: Callable[[Issue], bool] = lambda _: True, judged: bool = False
    ) -> tuple[list[Issue], list[str]]:
        """The issues here that belong to a statistic and are counted, and the reasons why others are not; a statistic
        that judges leaves out those of basis press too (content model §6, *)."""
        here = [issue for issue in self.report.issues if self.shows(issue.record) and belongs(issue)]
        reasons = [self.report.left_out(i) or ("press" if judged and i.record.is_press else None) for i in here]
        counted = [issue for issue, reason in zip(here, reasons, strict=True) if reason is None]
        return counted, [reason for reason in reasons if reason]

    def records(self, kind: str) -> list[Record]:
        """The published records of a kind here."""
        return [record for record in self.town.of_kind(kind) if self.shows(record)]


def is_resolved(issue: Issue) -> bool:
    """Whether an issue is resolved on the day of the report."""
    return issue.status == "resolved"


def is_open(issue: Issue) -> bool:
    """Whether it is neither ended nor lost sight of."""
    return issue.status in OPEN


def was_resolved(issue: Issue) -> bool:
    """Whether it was ever resolved, later undone or not."""
    return bool(issue.resolved_entries)


# --- forms ------------------------------------------------------------------------------------------------------------


def count(number: int, excluded: Iterable[str] = ()) -> Stat:
    """A count: numerator and value are the same (content model §8)."""
    return {"value": number, "numerator": number, "denominator": None, "excluded": Counter(excluded)}


def share(numerator: int, denominator: int, excluded: Iterable[str] = ()) -> Stat:
    """A fraction rounded to 4 places, null of nothing (content model §8)."""
    value = round(numerator / denominator, 4) if denominator else None
    return {"value": value, "numerator": numerator, "denominator": denominator, "excluded": Counter(excluded)}


def parts(values: Iterable[Iterable[str]], excluded: Iterable[str] = ()) -> Stat:
    """Issues by value; each issue brings the values that it has (content model §8)."""
    issues = [set(own) for own in values]
    found = Counter(value for own in issues for value in own)
    return {"value": found, "numerator": len(issues), "denominator": len(issues), "excluded": Counter(excluded)}


def median(values: list[int], excluded: Iterable[str] = ()) -> Stat:
    """The median and the inclusive quartiles; null of fewer than five (content model §6). `numbers`: each of them."""
    enough = len(values) >= LEAST
    return {
        "value": statistics.median(values) if enough else None,
        "numerator": None,
        "denominator": len(values),
        "n": len(values),
        "numbers": values,
        "quartiles": statistics.quantiles(values, n=4, method="inclusive") if enough else None,
        "excluded": Counter(excluded),
    }


# --- dates and people -------------------------------------------------------------------------------------------------


def why_no_day(*dates: When) -> str | None:
    """Why days between dates cannot be counted; unknown says more than imprecise."""
    if "unknown" in {when.precision for when in dates}:
        return "unknown_date"
    return None if all(when.day for when in dates) else "imprecise_date"


def days_between(first: When, second: When) -> int:
    """Days from one day to another: 0 on the same day (content model §6.1.1)."""
    assert first.day is not None
    assert second.day is not None
    return (second.day - first.day).days


def median_of_days(pairs: list[tuple[When, When]], excluded: list[str]) -> Stat:
    """The median of the days between pairs of dates."""
    reasons = [why_no_day(*pair) for pair in pairs]
    days = [days_between(*pair) for pair, reason in zip(pairs, reasons, strict=True) if reason is None]
    return median(days, [*excluded, *filter(None, reasons)])


def by_month(dates: list[When], excluded: list[str]) -> Stat:
    """Counts per month; month precision is enough (content model §6)."""
    others = [why_no_day(when) or "" for when in dates if not when.month]
    return parts(([when.month] for when in dates if when.month), [*excluded, *others])


def kinds_in(data: Data) -> set[str]:
    """The kinds of stakeholders that a record names as taking part."""
    participants = data.get("participants") or {}
    return {meant(kind, words.STAKEHOLDERS) for kind in as_list(participants.get("kinds"))}


# --- issues -----------------------------------------------------------------------------------------------------------


def issues(scope: Scope) -> Stat:
    """All issues."""
    counted, excluded = scope.among()
    return count(len(counted), excluded)


def cases(scope: Scope) -> Stat:
    """All cases that do not begin after the day of the report (content model §6.1.7)."""
    later = [case for case in scope.records("case") if scope.report.is_later(case)]
    return count(len(scope.records("case")) - len(later), ["after_as_of" for _ in later])


def by_status(scope: Scope) -> Stat:
    """Issues per status."""
    counted, excluded = scope.among()
    return parts(([issue.status] for issue in counted), excluded)


def by_stage(scope: Scope) -> Stat:
    """Issues per current phase."""
    counted, excluded = scope.among()
    return parts(([issue.phase] for issue in counted), excluded)


def by_topic(scope: Scope) -> Stat:
    """Issues per topic; with several topics counted once in each."""
    counted, excluded = scope.among()
    return parts(([meant(t, words.TOPICS) for t in as_list(i.record.data["topic"])] for i in counted), excluded)


def by_channel(scope: Scope) -> Stat:
    """Issues per channel."""
    counted, excluded = scope.among()
    named = [channel for issue in counted if (channel := issue.record.data.get("channel"))]
    excluded += ["not_recorded"] * (len(counted) - len(named))
    return parts(([meant(channel, words.CHANNELS)] for channel in named), excluded)


def by_place(scope: Scope) -> Stat:
    """Issues per direct child; a place's own stand under its own path (content model §6.1.12)."""
    counted, excluded = scope.among()
    children = scope.town.children(scope.path)
    holding = (next((c for c in children if is_within(i.record.place, c)), scope.path) for i in counted)
    return parts(([place] for place in holding), excluded)


def raised_by_month(scope: Scope) -> Stat:
    """Issues per month of `raised`."""
    counted, excluded = scope.among()
    return by_month([issue.raised for issue in counted], excluded)


def resolved_by_month(scope: Scope) -> Stat:
    """Resolved issues per month of resolved_on."""
    counted, excluded = scope.among(is_resolved)
    return by_month([issue.resolved for issue in counted], excluded)


def resolution_rate(scope: Scope) -> Stat:
    """Of the issues with a known raised date those that are resolved."""
    counted, excluded = scope.among()
    known = [issue for issue in counted if issue.raised.precision != "unknown"]
    excluded += ["unknown_date"] * (len(counted) - len(known))
    return share(sum(map(is_resolved, known)), len(known), excluded)


def median_days_to_resolve(scope: Scope) -> Stat:
    """Days from raised to resolved."""
    counted, excluded = scope.among(is_resolved)
    return median_of_days([(issue.raised, issue.resolved) for issue in counted], excluded)


def median_age_open(scope: Scope) -> Stat:
    """Days since raised, of open issues."""
    counted, excluded = scope.among(is_open)
    today = When("day", scope.as_of, scope.as_of)
    return median_of_days([(issue.raised, today) for issue in counted], excluded)


def median_days_to_first_reply(scope: Scope) -> Stat:
    """Days from raised to the first reply."""
    counted, excluded = scope.among(lambda issue: issue.first_reply is not None)
    return median_of_days([(i.raised, i.first_reply.when) for i in counted if i.first_reply], excluded)


def followup_rate(scope: Scope) -> Stat:
    """Of the resolved whose follow-up is due for 30 days those that were followed up."""
    judged, excluded = scope.among(is_resolved, judged=True)
    excluded += [reason for issue in judged if (reason := _followup_not_due(issue))]
    due = [issue for issue in judged if _followup_not_due(issue) is None]
    made = [issue.counting_followups for issue in due if issue.counting_followups]
    results = Counter(latest(visits).result for visits in made)
    return share(len(made), len(due), excluded) | {"results": results}


def _followup_not_due(issue: Issue) -> str | None:
    if issue.followup_due is None:
        return why_no_day(issue.resolved)
    return "not_due" if issue.followup_due + GRACE > issue.as_of else None


def reopened_share(scope: Scope) -> Stat:
    """Of the issues ever resolved those that were reopened after it."""
    counted, excluded = scope.among(was_resolved)
    return share(sum(issue.was_reopened for issue in counted), len(counted), excluded)


def lasting_share(scope: Scope) -> Stat:
    """Of the issues ever resolved, whose first follow-up was due, those that last now."""
    judged, excluded = scope.among(was_resolved, judged=True)
    excluded += [reason for issue in judged if (reason := _lasting_not_due(issue))]
    due = [issue for issue in judged if _lasting_not_due(issue) is None]
    return share(sum(issue.is_lasting for issue in due), len(due), excluded)


def _lasting_not_due(issue: Issue) -> str | None:
    if issue.first_followup_due is None:
        return why_no_day(issue.resolved_entries[0].when)
    return "not_due" if issue.first_followup_due > issue.as_of else None


def overdue_share(scope: Scope) -> Stat:
    """Of the open issues with a due date those past it."""
    judged, excluded = scope.among(lambda issue: is_open(issue) and bool(issue.record.data.get("due")), judged=True)
    return share(sum(_day(i.record.data["due"]) < scope.as_of for i in judged), len(judged), excluded)


def _day(text: str) -> date:
    day = parse_when(text).day
    assert day is not None
    return day


def stale_share(scope: Scope) -> Stat:
    """Of the open issues those without an entry in the last 60 days."""
    judged, excluded = scope.among(is_open, judged=True)
    heard = [last for issue in judged if (last := issue.last_heard)]
    excluded += ["unknown_date"] * (len(judged) - len(heard))
    return share(sum(scope.as_of - last > STALE for last in heard), len(heard), excluded)


def _breadths(scope: Scope) -> tuple[list[int], list[str]]:
    reached = words.PHASES.index("deliberate")
    discussed, excluded = scope.among(lambda issue: words.PHASES.index(issue.phase) >= reached)
    recorded = [breadth for issue in discussed if (breadth := scope.report.breadth(issue))]
    return recorded, [*excluded, *["not_recorded"] * (len(discussed) - len(recorded))]


def breadth_median(scope: Scope) -> Stat:
    """The median number of kinds of stakeholders."""
    return median(*_breadths(scope))


def breadth_3plus(scope: Scope) -> Stat:
    """The share with three kinds or more."""
    recorded, excluded = _breadths(scope)
    return share(sum(breadth >= MANY_KINDS for breadth in recorded), len(recorded), excluded)


def procedure_complete(scope: Scope) -> Stat:
    """Required stages that are due and present."""
    judged, excluded = scope.among(lambda issue: bool(issue.required_due), judged=True)
    due = [(issue, stage) for issue in judged for stage in issue.required_due]
    return share(sum(issue.has_entry(stage) for issue, stage in due), len(due), excluded)


def mechanism_share(scope: Scope) -> Stat:
    """Of the resolved those with a mechanism that keeps the result."""
    counted, excluded = scope.among(is_resolved)
    kept = [issue for issue in counted if (issue.record.data.get("outcome") or {}).get("mechanism")]
    return share(len(kept), len(counted), excluded)


# --- places and spaces ------------------------------------------------------------------------------------------------


def _renewed(scope: Scope, outcome: str, space: str) -> Stat:
    """Distinct locations of a kind with a resolved issue of an outcome; an issue without a location is left out."""

    def belongs(issue: Issue) -> bool:
        kind = meant((issue.record.data.get("outcome") or {}).get("kind", ""), words.OUTCOMES)
        location = _location(scope.town, issue)
        at_space = location is None or meant(location.data["kind"], words.LOCATIONS) == space
        return is_resolved(issue) and kind == outcome and at_space

    counted, excluded = scope.among(belongs)
    locations = [_location(scope.town, issue) for issue in counted]
    found = {location.path for location in locations if location}
    return count(len(found), [*excluded, *["not_recorded"] * locations.count(None)]) | {"spaces": found}


def _location(town: Town, issue: Issue) -> Record | None:
    return town.shown(issue.record.data.get("location"), "location", issue.record.place)


def renovated_compounds(scope: Scope) -> Stat:
    """Compounds whose facilities were renovated."""
    return _renewed(scope, "facility_renovation", "compound")


def renewed_spaces(scope: Scope) -> Stat:
    """Public spaces that were renewed."""
    return _renewed(scope, "micro_renewal", "public_space")


def claimed_plots(scope: Scope) -> Stat:
    """Of the items that registers offer those claimed by the day of the report."""
    items = [item for register in scope.records("register") for item in as_list(register.data.get("items"))]
    later = [parse_when(item.get("claimed_on", "")).is_after(scope.as_of) for item in items]
    claimed = [is_yes(item.get("claimed")) and not after for item, after in zip(items, later, strict=True)]
    return share(sum(claimed), len(items))


def places_reporting(scope: Scope) -> list[str]:
    """The leaf places with a record, below a place that says how many are expected (content model §6.1.2)."""
    leaves = [place for place in scope.town.places if is_within(place, scope.path) and _is_expected(scope, place)]
    return [place for place in leaves if scope.report.has_record(place)]


def communities_reporting(scope: Scope) -> Stat:
    """Leaf places with a record, of the number that the highest place expects (content model §6.1.2)."""
    answering = [place for place in scope.town.places if _is_answering(scope, place)]
    if not answering:
        return {"value": None, "numerator": None, "denominator": None, "excluded": Counter()}
    expected = sum(_expected(scope, place) or 0 for place in answering)
    reporting = len(places_reporting(scope))
    stat = share(reporting, expected)
    return stat if reporting <= expected else stat | {"value": None}


def _expected(scope: Scope, place: str) -> int | None:
    return as_count(scope.town.places[place].get("expected_communities"))


def _is_answering(scope: Scope, place: str) -> bool:
    """Whether a place is the highest within the scope that says how many communities are expected."""
    above = [p for p in upwards(place) if p != place and is_within(p, scope.path)]
    here = is_within(place, scope.path) and _expected(scope, place) is not None
    return here and not any(_expected(scope, higher) is not None for higher in above)


def _is_expected(scope: Scope, place: str) -> bool:
    above = [p for p in upwards(place) if p != place and is_within(p, scope.path)]
    return not scope.town.children(place) and any(_expected(scope, higher) is not None for higher in above)


# --- meetings ---------------------------------------------------------------------------------------------------------


def _people(scope: Scope, group: str) -> Stat:
    """A group's share of the people at meetings that recorded both numbers, where both are told."""
    numerator, denominator, excluded = 0, 0, []
    for meeting in scope.records("meeting"):
        participants = meeting.data.get("participants") or {}
        some, all_ = as_count(participants.get(group)), as_count(participants.get("headcount"))
        if scope.report.is_later(meeting):
            excluded.append("after_as_of")
        elif some is None or all_ is None:
            excluded.append("not_recorded")
        elif all_ in FEW or groups_shown(participants)[group] != some:
            excluded.append("few")
        else:
            numerator, denominator = numerator + some, denominator + all_
    return share(numerator, denominator, excluded)


def youth_share(scope: Scope) -> Stat:
    """People under 18."""
    return _people(scope, "under18")


def elderly_share(scope: Scope) -> Stat:
    """People over 60."""
    return _people(scope, "over60")


def actions_done(scope: Scope) -> Stat:
    """Of the meetings' actions that are due those done by then."""
    actions = [action for meeting in scope.records("meeting") for action in as_list(meeting.data.get("actions"))]
    promised = [action for action in actions if action.get("due")]
    due = [action for action in promised if _day(action["due"]) <= scope.as_of]
    done = [action for action in due if action.get("done_on") and _day(action["done_on"]) <= _day(action["due"])]
    return share(len(done), len(due), ["not_due"] * (len(promised) - len(due)))


STATISTICS: tuple[Callable[[Scope], Stat], ...] = (
    issues, cases, by_status, by_topic, by_channel, by_stage, by_place, raised_by_month, resolved_by_month,
    resolution_rate, median_days_to_resolve, median_age_open, median_days_to_first_reply, followup_rate,
    reopened_share, lasting_share, overdue_share, stale_share, breadth_median, breadth_3plus, youth_share,
    elderly_share, procedure_complete, actions_done, renovated_compounds, renewed_spaces, claimed_plots,
    mechanism_share, communities_reporting,
)  # fmt: skip


def count_all(report: Report) -> dict[str, dict[str, Stat]]:
    """All statistics of a report by scope and key, in the shape of content model §8."""
    scopes = [Scope(report, path) for path in ["", *report.town.places]]
    return {scope.path: {statistic.__name__: statistic(scope) for statistic in STATISTICS} for scope in scopes}
