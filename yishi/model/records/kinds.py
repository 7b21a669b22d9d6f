"""The main records: the site and its sources, places and their parts, issues and cases."""

from collections import Counter
from collections.abc import Iterator
from typing import Annotated, ClassVar, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from ..dates import UNKNOWN_DATE
from ..thresholds import FOLLOWUP_DAYS
from ..vocabulary import get_built_in_vocabulary, normalize_word
from .common import Record
from .field_types import (
    Address,
    Body,
    Boundary,
    Coordinates,
    Count,
    DateField,
    Day,
    Days,
    Flag,
    Geometry,
    MultilineText,
    Name,
    Number,
    Prose,
    Quantity,
    RefersTo,
    SiteAddress,
    SiteTerm,
    Summary,
    Text,
    Title,
    validate_term,
    validate_unique,
)
from .limits import DEFAULT_LIMITS, Limits
from .parts import (
    Allowance,
    Amount,
    Contact,
    Criterion,
    Decision,
    Disclosure,
    Followup,
    Funding,
    Level,
    LogEntry,
    Look,
    Note,
    Objection,
    Office,
    Option,
    Outcome,
    OwnTerms,
    Participants,
    Photo,
    Span,
    Stage,
    Traditional,
)


class Site(Record):
    kind_of_record: ClassVar[str] = "site"
    title: Name
    subtitle: Text | None = None
    base_url: SiteAddress | None = None
    languages: Annotated[tuple[Annotated[str, validate_term("language")], ...], Field(min_length=1)] = ("zh-Hans", "en")
    timezone: Text = "Asia/Shanghai"
    countries: tuple[Text, ...] = ()
    licence: Text | None = None
    publisher: Text | None = None
    contact: Contact | None = None
    filing: Text | None = None
    notice: MultilineText | None = None
    submit: Flag = False
    repository: Address | None = None
    avif: Flag = False
    share_cards: Flag = False
    look: Look | None = None
    traditional: Traditional = Traditional()
    topics: OwnTerms | None = None
    stakeholders: OwnTerms | None = None
    channels: OwnTerms | None = None
    columns: dict[Text, Text] = {}
    privacy_allow: tuple[Allowance, ...] = ()
    limits: Limits = DEFAULT_LIMITS
    summary: Summary | None = None
    body: Annotated[Body | None, Prose()] = None


class Reference(Record):
    """A press report or document that records cite (an entry of `sources.yaml`)."""

    kind_of_record: ClassVar[str] = "source"
    title: Name
    publisher: Text | None = None
    published: DateField = UNKNOWN_DATE
    url: Address | None = None
    document_no: Text | None = None
    accessed: DateField | None = None
    note: MultilineText | None = None


class Method(Record):
    """A way of working: the stages of an issue, and what each means."""

    kind_of_record: ClassVar[str] = "method"
    name: Name
    version: Text | None = None
    levels: Annotated[tuple[Level, ...], validate_unique("id")] = ()
    tiers: Annotated[tuple[Text, ...], SiteTerm("stakeholder")] = ()
    stages: tuple[Stage, ...] = ()
    colours: dict[Annotated[str, validate_term("status")], Annotated[str, validate_term("colour")]] = {}
    followup_days: Days = FOLLOWUP_DAYS
    criteria: Annotated[tuple[Criterion, ...], validate_unique("id")] = ()
    summary: Summary | None = None
    body: Annotated[Body | None, Prose()] = None

    @model_validator(mode="after")
    def _words_are_unique(self) -> Self:
        words = [word for stage in self.stages if stage.verified for word in set(list_stage_words(stage))]
        for word, number in Counter(words).items():
            if get_built_in_vocabulary().key("reserved_stage", word):
                raise PydanticCustomError("stage_word_reserved", "reserved", {"found": word})
            if number > 1:
                raise PydanticCustomError("stage_word_twice", "twice", {"found": word})
        return self


def list_stage_words(stage: Stage) -> Iterator[str]:
    """The normalised words by which a log entry may name `stage`."""
    return (normalize_word(word) for word in (stage.id, stage.label, stage.full_label) if word)


class Place(Record):
    kind_of_record: ClassVar[str] = "place"
    name: Name
    kind: Annotated[str, validate_term("place_kind")]
    code: Text | None = None
    expected_communities: Count | None = None
    method: Annotated[Text | None, RefersTo("method")] = None
    households: Quantity | None = None
    office: Office | None = None
    hotline: Text | None = None
    geometry: Geometry | None = None
    owners: tuple[Text, ...] = ()
    summary: Summary | None = None
    body: Annotated[Body | None, Prose()] = None


class Location(Record):
    """A compound, public space, green plot, road or building of a place (an entry of `locations.yaml`)."""

    kind_of_record: ClassVar[str] = "location"
    name: Name
    kind: Annotated[str, validate_term("location_kind")]
    old_compound: Flag | None = None
    built: Count | None = None
    point: Coordinates | None = None
    boundary: Boundary | None = None


class Issue(Record):
    """An issue that was raised, and how it was handled."""

    kind_of_record: ClassVar[str] = "issue"
    title: Title
    topic: Annotated[tuple[Text, ...], SiteTerm("topic"), Field(min_length=1)]
    raised: DateField
    log: Annotated[tuple[LogEntry, ...], Field(min_length=1)]
    summary: Summary | None = None
    body: Annotated[Body | None, Prose()] = None
    location: Annotated[Text | None, RefersTo("location")] = None
    forum: Annotated[Text | None, RefersTo("forum")] = None
    method: Annotated[Text | None, RefersTo("method")] = None
    level: Text | None = None
    channel: Annotated[Text | None, SiteTerm("channel")] = None
    derived_from: Annotated[Text | None, RefersTo("issue")] = None
    duplicate_of: Annotated[Text | None, RefersTo("issue")] = None
    participants: Participants = Participants()
    causes: tuple[MultilineText, ...] = ()
    constraints: tuple[MultilineText, ...] = ()
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
    close_reason: Annotated[str, validate_term("close_reason")] | None = None
    quantities: tuple[Amount, ...] = ()
    photos: tuple[Photo, ...] = ()
    wall: Note | None = None


class Case(Record):
    """A case study: an account of an issue from which others can learn."""

    kind_of_record: ClassVar[str] = "case"
    title: Name
    issues: Annotated[tuple[Text, ...], RefersTo("issue")] = ()
    location: Annotated[Text | None, RefersTo("location")] = None
    topic: Annotated[tuple[Text, ...], SiteTerm("topic")] = ()
    method: Annotated[Text | None, RefersTo("method")] = None
    stages_shown: tuple[Text, ...] = ()
    stakeholders: Annotated[tuple[Text, ...], SiteTerm("stakeholder")] = ()
    engagement: Annotated[str, validate_term("engagement")] | None = None
    dates: Span | None = None
    outcome: Outcome | None = None
    lessons: tuple[MultilineText, ...] = ()
    transferable: tuple[MultilineText, ...] = ()
    event: Annotated[Text | None, RefersTo("event")] = None
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
    """A number that a place has published itself: a claim, with its source; never added to the statistics of
    records."""

    kind_of_record: ClassVar[str] = "figure"
    label: Name
    value: Number
    unit: Text | None = None
    precision: Annotated[str, validate_term("precision")] = "exact"
    period: Span | None = None
    source: Annotated[tuple[Text, ...], RefersTo("source"), Field(min_length=1)]
    matches: Text | None = None
    note: MultilineText | None = None


class Withdrawal(Record):
    """A record that is no longer published (an entry of `withdrawn.yaml`); `path` is its former path."""

    kind_of_record: ClassVar[str] = "withdrawal"
    path: Name
    date: Day
    why: MultilineText


class Page(Record):
    """A free page: about, how to take part."""

    kind_of_record: ClassVar[str] = "page"
    title: Name
    order: Count = 100
    summary: Summary | None = None
    body: Annotated[Body | None, Prose()] = None
