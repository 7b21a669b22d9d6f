"""The records around an issue: who deliberates, the showcase, its reviews, and their follow-up."""

from typing import Annotated, ClassVar, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from .common import Record
from .field_types import (
    Body,
    Count,
    DateField,
    Day,
    Flag,
    Model,
    MultilineText,
    Name,
    Number,
    PeopleCount,
    Prose,
    Quantity,
    RefersTo,
    SiteTerm,
    Summary,
    Text,
    TimeField,
    validate_term,
    validate_unique,
)
from .parts import Criterion, Participants


class Forum(Record):
    """A deliberation group, council, hall, platform, brand or micro-grant."""

    kind_of_record: ClassVar[str] = "forum"
    name: Name
    kind: Annotated[str, validate_term("forum_kind")]
    founded: DateField | None = None
    method: Annotated[Text | None, RefersTo("method")] = None
    members: Annotated[Quantity | None, PeopleCount()] = None
    member_kinds: Annotated[tuple[Text, ...], SiteTerm("stakeholder")] = ()
    embedded_in: Text | None = None
    replicated_in: tuple[Text, ...] = ()
    rules: Annotated[Body | None, Prose()] = None
    summary: Summary | None = None
    body: Annotated[Body | None, Prose()] = None


class Action(Model):
    """A task that a meeting agreed on; `lead` is a kind of stakeholder or an organisation."""

    what: Text
    lead: Annotated[Text | None, SiteTerm("stakeholder", free=True)] = None
    due: Day | None = None
    done_on: Day | None = None


class Vote(Model):
    """A vote on one question, in numbers of people."""

    text: Text
    for_: Annotated[Count | None, PeopleCount()] = Field(default=None, alias="for")
    against: Annotated[Count | None, PeopleCount()] = None
    abstain: Annotated[Count | None, PeopleCount()] = None


class Meeting(Record):
    """A meeting and its minutes."""

    kind_of_record: ClassVar[str] = "meeting"
    body_key: ClassVar[str] = "minutes"
    title: Name
    date: DateField
    time: TimeField | None = None
    issues: Annotated[tuple[Text, ...], RefersTo("issue")] = ()
    form: Text | None = None
    mode: Annotated[str, validate_term("attendance_mode")] | None = None
    venue: Text | None = None
    chair: Annotated[Text | None, SiteTerm("stakeholder")] = None
    participants: Participants = Participants()
    agenda: tuple[MultilineText, ...] = ()
    minutes: Annotated[Body | None, Prose()] = None
    votes: tuple[Vote, ...] = ()
    actions: tuple[Action, ...] = ()
    forum: Annotated[Text | None, RefersTo("forum")] = None
    summary: Summary | None = None


class Presentation(Model):
    """What one place shows at an event: a case, in some format (a play, a talk)."""

    place: Annotated[Text, RefersTo("place")]
    case: Annotated[Text | None, RefersTo("case")] = None
    format: Text | None = None


class Group(Model):
    """A group of presentations, in one session."""

    label: Text | None = None
    session: Text | None = None
    presentations: tuple[Presentation, ...] = ()


class Event(Record):
    """A showcase, a training or a fair."""

    kind_of_record: ClassVar[str] = "event"
    title: Name
    date: DateField
    aim: MultilineText | None = None
    kind: Annotated[str, validate_term("event_kind")] = "showcase"
    criteria: Annotated[tuple[Criterion, ...], validate_unique("id")] = ()
    groups: tuple[Group, ...] = ()
    attendance: Annotated[Quantity | None, PeopleCount()] = None
    summary: Summary | None = None
    body: Annotated[Body | None, Prose()] = None


class Judgement(Model):
    """A reviewer's judgement by one criterion; the rating is optional."""

    key: Text
    rating: Annotated[str, validate_term("rating")] | None = None
    finding: MultilineText | None = None
    evidence: MultilineText | None = None


class Recommendation(Model):
    """A reviewer's recommendation, and the answer and actions of the reviewed place."""

    text: MultilineText
    response: MultilineText | None = None
    responded_on: Day | None = None
    due: Day | None = None
    done_on: Day | None = None
    plan: Annotated[Text | None, RefersTo("plan")] = None


class Review(Record):
    """An expert's or official's review of an event, a case or a place."""

    kind_of_record: ClassVar[str] = "review"
    target: Annotated[Text, RefersTo("event", "case", "place")]
    criteria: tuple[Judgement, ...] = ()
    title: Name | None = None
    date: DateField | None = None
    reviewer_role: Text | None = None
    reviewer_org: Text | None = None
    recommendations: tuple[Recommendation, ...] = ()
    summary: Summary | None = None
    body: Annotated[Body | None, Prose()] = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.criteria and not self.recommendations:
            raise PydanticCustomError("review_says_nothing", "neither criteria nor recommendations")
        return self


class Gap(Model):
    """A weakness that a plan addresses: in words, or a statistic of some places and its value at that time."""

    text: MultilineText
    statistic: Text | None = None
    places: Annotated[tuple[Text, ...], RefersTo("place")] = ()
    value_then: Number | None = None


class Session(Model):
    """One session of a plan; `attendance` is a number of people."""

    date: DateField
    topic: Text
    attendance: Annotated[Quantity | None, PeopleCount()] = None


class Plan(Record):
    """A plan for improvement or training."""

    kind_of_record: ClassVar[str] = "plan"
    title: Name
    from_: Annotated[tuple[Text, ...], RefersTo("review")] = Field(default=(), alias="from")
    gaps: tuple[Gap, ...] = ()
    places: Annotated[tuple[Text, ...], RefersTo("place")] = ()
    format: tuple[Text, ...] = ()
    sessions: tuple[Session, ...] = ()
    status: Annotated[str, validate_term("plan_status")] | None = None
    summary: Summary | None = None
    body: Annotated[Body | None, Prose()] = None


class Item(Model):
    """One thing that can be claimed, such as a green plot; the claimant is a kind of stakeholder, never a name."""

    code: Text
    kind: Text | None = None
    claimed: Flag = False
    claimed_on: Day | None = None
    claimant: Annotated[str, validate_term("claimant")] | None = None
    check_on: Day | None = None
    state: Text | None = None


class Claimed(Model):
    """The published total of a register without items."""

    claimed: Quantity
    offered: Quantity = Quantity(precision="unknown")


class Register(Record):
    """A register of things that residents take care of."""

    kind_of_record: ClassVar[str] = "register"
    title: Name
    rules: Annotated[Body | None, Prose()] = None
    items: Annotated[tuple[Item, ...], validate_unique("code", "kind")] = ()
    summary: Claimed | None = None
    body: Annotated[Body | None, Prose()] = None
