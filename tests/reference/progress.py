"""What follows from an issue's log on the day of the report (content model §3.1)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from . import words
from .dates import START, UNKNOWN, When, parse_when
from .read import Data, Record, Town, as_list, english_keys, is_yes, meant

DEFAULT_FOLLOWUP_DAYS = 90
EARLY = timedelta(days=14)
"""How long before it is due a follow-up may be made and still counts."""
ENDINGS = ("resolved", "closed", "reopened", "not_reported")
OPEN = ("new", "in_progress")


@dataclass(frozen=True)
class Entry:
    """A step of the log: its reserved word or the id of its stage, its earliest phase, its date."""

    word: str
    phase: str | None
    when: When


@dataclass(frozen=True)
class Stage:
    """A stage of a method; `phase` is the earliest of those that it spans."""

    id: str
    names: tuple[str, ...]
    phase: str
    required: bool


@dataclass(frozen=True)
class Followup:
    """A visit after an issue was resolved."""

    day: date
    result: str


@dataclass(frozen=True)
class Issue:
    """An issue as it stands on the day of the report."""

    record: Record
    raised: When
    entries: tuple[Entry, ...]
    stages: tuple[Stage, ...]
    followup_days: int
    followups: tuple[Followup, ...]
    as_of: date

    @property
    def course(self) -> list[Entry]:
        """The entries that decide the status: a `resolved` of what is resolved already is ignored."""
        course: list[Entry] = []
        for entry in self.entries:
            if entry.word in ENDINGS and not (entry.word == "resolved" and course and course[-1].word == "resolved"):
                course.append(entry)
        return course

    @property
    def status(self) -> str:
        """new, in_progress, resolved, closed or unknown."""
        if not self.course:
            return "new" if all(entry.phase == "raise" for entry in self.entries) else "in_progress"
        return {"reopened": "in_progress", "not_reported": "unknown"}.get(self.course[-1].word, self.course[-1].word)

    @property
    def resolved_entries(self) -> list[Entry]:
        """All entries that resolved it, later undone or not."""
        return [entry for entry in self.course if entry.word == "resolved"]

    @property
    def resolved(self) -> When:
        """resolved_on: the date of the first resolved entry after the last that said otherwise."""
        return self.course[-1].when if self.course and self.course[-1].word == "resolved" else UNKNOWN

    @property
    def was_reopened(self) -> bool:
        """Whether it was reopened after a resolved entry (content model §6, reopened_share)."""
        said = [entry.word for entry in self.entries]
        return "resolved" in said and "reopened" in said[said.index("resolved") :]

    @property
    def until_closing(self) -> tuple[Entry, ...]:
        """What counts: of an issue closed unsolved only what stands before the last closing (content model §6.1.6)."""
        if self.status != "closed":
            return self.entries
        last = max(number for number, entry in enumerate(self.entries) if entry.word == "closed")
        return self.entries[:last]

    @property
    def phase(self) -> str:
        """The furthest phase reached; `close` for a resolved issue."""
        if self.status == "resolved":
            return "close"
        reached = [words.PHASES.index(entry.phase) for entry in self.until_closing if entry.phase]
        return words.PHASES[max(reached, default=0)]

    @property
    def required_due(self) -> list[Stage]:
        """The required stages whose earliest phase has been reached."""
        reached = words.PHASES.index(self.phase)
        return [stage for stage in self.stages if stage.required and words.PHASES.index(stage.phase) <= reached]

    def has_entry(self, stage: Stage) -> bool:
        """Whether a stage is present."""
        return any(entry.word == stage.id for entry in self.until_closing)

    @property
    def first_reply(self) -> Entry | None:
        """The first entry after it was raised; `not_reported` is no reply (content model §6.1.13)."""
        return next((entry for entry in self.entries if self._is_reply(entry)), None)

    def _is_reply(self, entry: Entry) -> bool:
        first, last = self.raised.first, entry.when.last
        is_earlier = first is not None and last is not None and last < first
        return entry.phase != "raise" and entry.word != "not_reported" and not is_earlier

    @property
    def last_heard(self) -> date | None:
        """The latest possible day of the dated entries; of `raised` only if none is dated (content model §6.1.3)."""
        latest = [entry.when.last for entry in self.entries if entry.when.last]
        return max(latest, default=self.raised.last)

    @property
    def followup_due(self) -> date | None:
        """When a follow-up is due, if the day of the resolution is known."""
        return self.resolved.day and self.resolved.day + timedelta(days=self.followup_days)

    @property
    def first_followup_due(self) -> date | None:
        """When the first follow-up was due, after the first resolution."""
        day = self.resolved_entries[0].when.day
        return day and day + timedelta(days=self.followup_days)

    @property
    def counting_followups(self) -> list[Followup]:
        """Follow-ups on or after resolved_on, at most 14 days before they are due (content model §6.1.9)."""
        due, resolved = self.followup_due, self.resolved.day
        if due is None or resolved is None:
            return []
        return [visit for visit in self.followups if visit.day >= resolved and visit.day >= due - EARLY]

    @property
    def is_lasting(self) -> bool:
        """Whether the latest follow-up found that it holds, after it was due (content model §3.1, outcome ladder)."""
        counting = self.counting_followups
        return self.status == "resolved" and bool(counting) and latest(counting).result == "holds"


def latest(followups: list[Followup]) -> Followup:
    """The latest visit; of two on one day that which the list has last."""
    return max(reversed(followups), key=lambda visit: visit.day)


def issue_at(town: Town, record: Record, as_of: date) -> Issue:
    """What an issue's file says, read as of a day."""
    method = town.method_of(record)
    stages = tuple(stages_of(method))
    return Issue(
        record=record,
        raised=parse_when(record.data["raised"]),
        entries=tuple(_entries(record, stages, as_of)),
        stages=stages,
        followup_days=int(method.get("followup_days") or DEFAULT_FOLLOWUP_DAYS),
        followups=tuple(_followups(record, as_of)),
        as_of=as_of,
    )


def stages_of(method: Data) -> Iterator[Stage]:
    """The stages of a method that are rendered; without any, one per core phase, none required."""
    given = as_list(method.get("stages"))
    for stage in given:
        if not _is_no(stage.get("verified")):
            yield _stage(stage)
    if not given:
        for label, phase in words.PHASE_LABELS.items():
            yield Stage(phase, (phase, label), phase, required=False)


def _stage(stage: Data) -> Stage:
    phases = [meant(phase, words.PHASE_LABELS) for phase in as_list(stage["core"])]
    names = tuple(name for key in ("id", "label", "full_label") if (name := stage.get(key)))
    return Stage(stage["id"], names, min(phases, key=words.PHASES.index), is_yes(stage.get("required")))


def _is_no(value: Any) -> bool:
    return value is not None and meant(value, words.ANSWERS) == "no"


def _entries(record: Record, stages: tuple[Stage, ...], as_of: date) -> Iterator[Entry]:
    """The entries up to a day, in the order of the list; an undated one is not earlier than the dated one before it
    (content model §6.1.10)."""
    is_later = False
    for node in as_list(record.data["log"]):
        stage, when = _parts(node)
        if when.precision != "unknown":
            is_later = when.is_after(as_of)
        if not is_later:
            yield _entry(stage, when, stages)


def _parts(node: Any) -> tuple[str, When]:
    """Stage and date of an entry in its long or its short form (content model §3.1)."""
    if isinstance(node, dict):
        long = english_keys(node)
        if "stage" in long:
            return long["stage"], parse_when(long.get("date", ""))
        node = f"{next(iter(node))}:"
    head = re.split("[:：]", node, maxsplit=1)[0].strip()
    dated = START.fullmatch(head)
    return (dated["rest"].strip(), parse_when(dated["when"])) if dated else (head, UNKNOWN)


def _entry(name: str, when: When, stages: tuple[Stage, ...]) -> Entry:
    if name in words.RESERVED:
        word = words.RESERVED[name]
        return Entry(word, "raise" if word == "raised" else None, when)
    stage = next(stage for stage in stages if name in stage.names)
    return Entry(stage.id, stage.phase, when)


def _followups(record: Record, as_of: date) -> Iterator[Followup]:
    for node in as_list(record.data.get("followups")):
        long = english_keys(node) if isinstance(node, dict) else {}
        if "result" in long:
            name, when = long["result"], parse_when(long["date"])
        else:
            name, when = _parts(node)
        if when.day and when.day <= as_of:
            yield Followup(when.day, meant(name, words.RESULTS))
