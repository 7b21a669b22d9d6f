"""What a record is: one frozen model per record type, as the content model describes them.

Values of closed vocabularies are checked here, by key or by label. What depends on the site - values of the
vocabularies it may change, the stages of a method, references - stays as typed (fields marked `SiteTerm`, `Refers`)
until `library` resolves it.
"""

import datetime
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, ClassVar, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from .dates import UNKNOWN, When, parse_when, split_when
from .vocabulary import built_in, folded

# --- values ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Refers:
    """Marks a field that holds the path or id of another record of this `kind`."""

    kind: str


@dataclass(frozen=True, slots=True)
class SiteTerm:
    """Marks a field with values of vocabulary `name`, which a site may change; `free`: other text is allowed too."""

    name: str
    free: bool = False


class Prose:
    """Marks a field that holds Markdown, read as `Body`."""


def _term(name: str) -> BeforeValidator:
    def key_of(text: object) -> str:
        key = built_in().key(name, text) if isinstance(text, str) else None
        if key is None:
            raise PydanticCustomError("not_allowed", "not a value of {vocabulary}", {"vocabulary": name})
        return key

    return BeforeValidator(key_of)


def _when(value: object) -> When:
    try:
        return value if isinstance(value, When) else parse_when(str(value))
    except ValueError:
        raise PydanticCustomError("not_a_date", "not a date") from None


def _day(value: object) -> datetime.date:
    day = value if isinstance(value, datetime.date) else _when(value).exact
    if day is None:
        raise PydanticCustomError("not_a_day", "not a day")
    return day


def _ascii_digits(value: object) -> object:
    return unicodedata.normalize("NFKC", value).strip() if isinstance(value, str) else value


def _truth(value: object) -> object:
    key = built_in().key("answer", value) if isinstance(value, str) else None
    if key not in ("yes", "no"):
        raise PydanticCustomError("not_yes_or_no", "not yes or no")
    return key == "yes"


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Summary = Annotated[str, StringConstraints(strip_whitespace=True, max_length=280)]
Count = Annotated[int, BeforeValidator(_ascii_digits), Field(ge=0)]
Number = Annotated[int | float, BeforeValidator(_ascii_digits)]
Flag = Annotated[bool, BeforeValidator(_truth)]
Moment = Annotated[When, PlainValidator(_when)]
Day = Annotated[datetime.date, PlainValidator(_day)]
Coordinates = Annotated[tuple[float, ...], Field(min_length=2, max_length=2)]
"""Longitude, latitude, in degrees."""


class Model(BaseModel):
    """A part of a record: frozen, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_by_name=True)
    short_form: ClassVar[str] = ""
    """The one-line notation that may stand instead of the mapping ("" = none)."""


class Body(Model):
    """A Markdown text as read: the safe HTML made of it, and where its links and images point."""

    source: str
    html: str
    links: tuple[str, ...] = ()


class Quantity(Model):
    """A number with its unit and how well it is known; value None = unknown."""

    short_form: ClassVar[str] = "12"
    value: Number | None = None
    unit: Text | None = None
    precision: Annotated[str, _term("precision")] = "exact"

    @model_validator(mode="before")
    @classmethod
    def _from_number(cls, data: object) -> object:
        if not isinstance(data, str):
            return data
        return {"precision": "unknown"} if built_in().key("precision", data) == "unknown" else {"value": data}


# --- parts of records ------------------------------------------------------------------------------------------------


class Translation(Model):
    title: Name | None = None
    summary: Summary | None = None
    body: Annotated[Body | None, Prose()] = None


class Correction(Model):
    date: Day
    what: Text
    why: Text | None = None


class LogEntry(Model):
    """One step in an issue's course. `stage` is a stage of its method or a reserved word."""

    short_form: ClassVar[str] = "2025-09-11 议事: …"
    stage: Text
    text: str = ""
    date: Moment = UNKNOWN
    by: Annotated[str | None, SiteTerm("stakeholder")] = None

    @model_validator(mode="before")
    @classmethod
    def _from_line(cls, data: object) -> object:
        return _dated_line(data, "stage") if isinstance(data, str) else data


class Followup(Model):
    """A later look at whether a result holds."""

    short_form: ClassVar[str] = "2026-01-10 有效: …"
    date: Day
    result: Annotated[str, _term("followup_result")]
    by: Annotated[str | None, SiteTerm("stakeholder")] = None
    text: str = ""

    @model_validator(mode="before")
    @classmethod
    def _from_line(cls, data: object) -> object:
        return _dated_line(data, "result") if isinstance(data, str) else data


def _dated_line(line: str, word: str) -> dict[str, object]:
    """`[when ]word: text` as a mapping."""
    try:
        when, rest = split_when(line)
    except ValueError:
        raise PydanticCustomError("not_a_date", "not a date") from None
    head, *text = re.split("[:：]", rest, maxsplit=1)
    if not text or not head.strip():
        raise PydanticCustomError("not_a_dated_line", "no {word} before a colon", {"word": word})
    return {"date": when, word: head.strip(), "text": text[0].strip()}


class Participants(Model):
    """Who took part: kinds and counts, never names. `under18` and `over60` are numbers of people."""

    kinds: Annotated[tuple[Text, ...], SiteTerm("stakeholder")] = ()
    headcount: Quantity | None = None
    under18: Count | None = None
    over60: Count | None = None


class Option(Model):
    text: Text
    adopted: Annotated[str, _term("answer")] = "unknown"


class Decision(Model):
    """What was agreed; the votes are numbers of people."""

    text: Text | None = None
    rule: Annotated[str, _term("rule")] | None = None
    for_: Count | None = Field(default=None, alias="for")
    against: Count | None = None
    abstain: Count | None = None
    dissent_note: Text | None = None
    cost_sharing: Text | None = None


class Objection(Model):
    date: Moment = UNKNOWN
    by: Annotated[str | None, SiteTerm("stakeholder")] = None
    text: Text
    answer: Text | None = None


class Funding(Model):
    kind: Text
    amount: Number | None = None
    unit: Text | None = None


class Amount(Model):
    """A published quantity of something: `what` says of what."""

    what: Text
    value: Number | None = None
    unit: Text | None = None
    precision: Annotated[str, _term("precision")] = "exact"


class Outcome(Model):
    kind: Annotated[str, _term("outcome_kind")] | None = None
    text: Text | None = None
    quantities: tuple[Amount, ...] = ()
    side_effects: tuple[Text, ...] = ()
    tradeoffs: tuple[Text, ...] = ()
    mechanism: Text | None = None
    evidence: tuple[Annotated[str, _term("evidence")], ...] = ()


class Disclosure(Model):
    notice_on: Day | None = None
    decision_on: Day | None = None
    result_on: Day | None = None
    channel: Text | None = None


class Photo(Model):
    """A picture beside the record or in the place's `files/`; `alt` says what it shows."""

    file: Text
    alt: Text
    consent: Text | None = None
    when: Annotated[str, _term("photo_time")] | None = None


class Note(Model):
    """The note on the issue wall."""

    tag: Text | None = None


class Stage(Model):
    """A stage of a method and the core phases it spans; unverified ones are kept but never rendered."""

    id: Text
    label: Text
    full_label: Text | None = None
    core: Annotated[tuple[Annotated[str, _term("phase")], ...], Field(min_length=1)]
    required: Flag = False
    verified: Flag = True
    translations: dict[Annotated[str, _term("language")], Translation] = {}


class Level(Model):
    id: Text
    label: Text
    verified: Flag = True
    translations: dict[Annotated[str, _term("language")], Translation] = {}


class Criterion(Model):
    """A question that reviewers judge by."""

    short_form: ClassVar[str] = "流程规范"
    id: Text
    label: Text
    translations: dict[Annotated[str, _term("language")], Translation] = {}

    @model_validator(mode="before")
    @classmethod
    def _from_label(cls, data: object) -> object:
        return {"id": data, "label": data} if isinstance(data, str) else data


class Office(Model):
    """Where residents can raise a matter in person."""

    address: Text | None = None
    phone: Text | None = None
    hours: Text | None = None


class Contact(Model):
    """Who answers requests for correction or removal."""

    email: Text | None = None
    phone: Text | None = None
    address: Text | None = None
    url: Text | None = None


class Span(Model):
    """A stretch of time, as far as it is known."""

    start: Moment = UNKNOWN
    end: Moment = UNKNOWN
    text: Text | None = None


class OwnTerms(Model):
    """A site's own values of a vocabulary: `values[key]` holds labels by language, and for topics a `group`."""

    replace: Flag = False
    groups: dict[Text, dict[str, Text]] = {}
    values: dict[Text, dict[str, Text]] = {}


class Allowance(Model):
    """An exact string that may be published although it looks like personal data, and why."""

    text: Text
    reason: Text


# --- records ---------------------------------------------------------------------------------------------------------


class Record(Model):
    """What all records may say."""

    kind_of_record: ClassVar[str]
    aliases: tuple[Text, ...] = ()
    source: Annotated[tuple[Text, ...], Refers("source")] = ()
    updated: Moment | None = None
    translations: dict[Annotated[str, _term("language")], Translation] = {}
    basis: Annotated[str, _term("basis")] = "own"
    corrections: tuple[Correction, ...] = ()
    draft: Flag = False
    reviewed_by: Text | None = None
    notes: Text | None = None


class Site(Record):
    kind_of_record: ClassVar[str] = "site"
    title: Name
    subtitle: Text | None = None
    base_url: Text | None = None
    languages: Annotated[tuple[Annotated[str, _term("language")], ...], Field(min_length=1)] = ("zh-Hans", "en")
    timezone: Text = "Asia/Shanghai"
    licence: Text | None = None
    publisher: Text | None = None
    contact: Contact | None = None
    filing: Text | None = None
    notice: Text | None = None
    submit: Flag = False
    repository: Text | None = None
    topics: OwnTerms | None = None
    stakeholders: OwnTerms | None = None
    channels: OwnTerms | None = None
    privacy_allow: tuple[Allowance, ...] = ()
    summary: Summary | None = None
    body: Annotated[Body | None, Prose()] = None


class Reference(Record):
    """A press report or document that records cite (an entry of `sources.yaml`)."""

    kind_of_record: ClassVar[str] = "source"
    title: Name
    publisher: Text | None = None
    published: Moment = UNKNOWN
    url: Text | None = None
    document_no: Text | None = None
    accessed: Moment | None = None
    note: Text | None = None


class Method(Record):
    """A way of working: the stages a matter goes through, and what each means."""

    kind_of_record: ClassVar[str] = "method"
    name: Name
    version: Text | None = None
    levels: tuple[Level, ...] = ()
    tiers: Annotated[tuple[Text, ...], SiteTerm("stakeholder")] = ()
    stages: tuple[Stage, ...] = ()
    colours: dict[Annotated[str, _term("status")], Annotated[str, _term("colour")]] = {}
    followup_days: Count = 90
    criteria: tuple[Criterion, ...] = ()
    summary: Summary | None = None
    body: Annotated[Body | None, Prose()] = None

    @model_validator(mode="after")
    def _words_are_unique(self) -> Self:
        words = [word for stage in self.stages if stage.verified for word in set(stage_words(stage))]
        for word, number in Counter(words).items():
            if built_in().key("reserved_stage", word):
                raise PydanticCustomError("stage_word_reserved", "reserved", {"found": word})
            if number > 1:
                raise PydanticCustomError("stage_word_twice", "twice", {"found": word})
        return self


def stage_words(stage: Stage) -> Iterator[str]:
    """The words by which a log entry may name `stage`, as they are compared."""
    return (folded(word) for word in (stage.id, stage.label, stage.full_label) if word)


class Place(Record):
    kind_of_record: ClassVar[str] = "place"
    name: Name
    kind: Annotated[str, _term("place_kind")]
    code: Text | None = None
    expected_communities: Count | None = None
    method: Annotated[Text | None, Refers("method")] = None
    households: Quantity | None = None
    office: Office | None = None
    hotline: Text | None = None
    geometry: Text | Coordinates | None = None
    owners: tuple[Text, ...] = ()
    summary: Summary | None = None
    body: Annotated[Body | None, Prose()] = None


class Location(Record):
    """A compound, public space, green plot, road or building of a place (an entry of `locations.yaml`)."""

    kind_of_record: ClassVar[str] = "location"
    name: Name
    kind: Annotated[str, _term("location_kind")]
    old_compound: Flag | None = None
    built: Count | None = None
    point: Coordinates | None = None


class Issue(Record):
    """A matter that was raised, and what became of it."""

    kind_of_record: ClassVar[str] = "issue"
    title: Title
    topic: Annotated[tuple[Text, ...], SiteTerm("topic"), Field(min_length=1)]
    raised: Moment
    log: Annotated[tuple[LogEntry, ...], Field(min_length=1)]
    summary: Summary | None = None
    body: Annotated[Body | None, Prose()] = None
    location: Annotated[Text | None, Refers("location")] = None
    method: Annotated[Text | None, Refers("method")] = None
    level: Text | None = None
    channel: Annotated[Text | None, SiteTerm("channel")] = None
    derived_from: Annotated[Text | None, Refers("issue")] = None
    duplicate_of: Annotated[Text | None, Refers("issue")] = None
    participants: Participants = Participants()
    causes: tuple[Text, ...] = ()
    constraints: tuple[Text, ...] = ()
    options: tuple[Option, ...] = ()
    decision: Decision | None = None
    lead: Annotated[Text | None, SiteTerm("stakeholder", free=True)] = None
    partners: Annotated[tuple[Text, ...], SiteTerm("stakeholder", free=True)] = ()
    objections: tuple[Objection, ...] = ()
    funding: tuple[Funding, ...] = ()
    due: Day | None = None
    outcome: Outcome | None = None
    followups: tuple[Followup, ...] = ()
    disclosure: Disclosure | None = None
    close_reason: Annotated[str, _term("close_reason")] | None = None
    quantities: tuple[Amount, ...] = ()
    photos: tuple[Photo, ...] = ()
    wall: Note | None = None


class Case(Record):
    """A story told because there is something to learn from it."""

    kind_of_record: ClassVar[str] = "case"
    title: Name
    issues: Annotated[tuple[Text, ...], Refers("issue")] = ()
    location: Annotated[Text | None, Refers("location")] = None
    topic: Annotated[tuple[Text, ...], SiteTerm("topic")] = ()
    method: Annotated[Text | None, Refers("method")] = None
    stages_shown: tuple[Text, ...] = ()
    stakeholders: Annotated[tuple[Text, ...], SiteTerm("stakeholder")] = ()
    engagement: Annotated[str, _term("engagement")] | None = None
    dates: Span | None = None
    outcome: Outcome | None = None
    lessons: tuple[Text, ...] = ()
    transferable: tuple[Text, ...] = ()
    wall: Note | None = None
    summary: Summary | None = None
    photos: tuple[Photo, ...] = ()
    body: Annotated[Body | None, Prose()] = None

    @model_validator(mode="after")
    def _is_about_something(self) -> Self:
        if not self.issues and not self.location:
            raise PydanticCustomError("case_about_nothing", "neither issues nor location")
        return self


class Figure(Record):
    """A number that a place has published itself: a claim, with its source; never added to what records count."""

    kind_of_record: ClassVar[str] = "figure"
    label: Name
    value: Number
    unit: Text | None = None
    precision: Annotated[str, _term("precision")] = "exact"
    period: Span | None = None
    source: Annotated[tuple[Text, ...], Refers("source"), Field(min_length=1)]
    matches: Text | None = None
    note: Text | None = None


class Page(Record):
    """A free page: about, how to take part."""

    kind_of_record: ClassVar[str] = "page"
    title: Name
    order: Count = 100
    summary: Summary | None = None
    body: Annotated[Body | None, Prose()] = None


MODELS: dict[str, type[Record]] = {
    model.kind_of_record: model for model in (Site, Reference, Method, Place, Location, Issue, Case, Figure, Page)
}
"""Kind of record → its model."""

DEFAULT_METHOD = "methods/default"
"""The path of the built-in method, which holds where no other is named."""


def title_of(record: Record) -> str:
    """What a record is called: its title, name or label."""
    return str(getattr(record, "title", None) or getattr(record, "name", None) or getattr(record, "label", ""))
