"""The parts that records are made of."""

import re
from typing import Annotated, ClassVar, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from ..dates import UNKNOWN, NoSuchDay, split_when
from ..identifiers import wrong_id
from ..vocabulary import built_in
from .values import (
    Address,
    Body,
    Count,
    Day,
    Flag,
    Id,
    Lines,
    Model,
    Moment,
    Name,
    Number,
    People,
    Prose,
    Quantity,
    Remark,
    SiteTerm,
    Summary,
    Text,
    bad_id,
    no_such_day,
    term,
)


class Translation(Model):
    title: Name | None = None
    summary: Summary | None = None
    body: Annotated[Body | None, Prose()] = None


class Correction(Model):
    date: Day
    what: Lines
    why: Lines | None = None


class LogEntry(Model):
    """One step in an issue's course. `stage` is a stage of its method or a reserved word."""

    short_form: ClassVar[str] = "2025-09-11 提出: …"
    short_form_in_english: ClassVar[str] = "2025-09-11 raised: …"
    stage: Text
    text: Remark = ""
    date: Moment = UNKNOWN
    by: Annotated[Text | None, SiteTerm("stakeholder")] = None

    @model_validator(mode="before")
    @classmethod
    def _from_line(cls, data: object) -> object:
        return _dated_line(data, "stage") if isinstance(data, str) else data


class Followup(Model):
    """A later look at whether a result holds."""

    short_form: ClassVar[str] = "2026-01-10 有效: …"
    short_form_in_english: ClassVar[str] = "2026-01-10 holds: …"
    date: Day
    result: Annotated[str, term("followup_result")]
    by: Annotated[Text | None, SiteTerm("stakeholder")] = None
    text: Remark = ""

    @model_validator(mode="before")
    @classmethod
    def _from_line(cls, data: object) -> object:
        return _dated_line(data, "result") if isinstance(data, str) else data


def _dated_line(line: str, word: str) -> dict[str, object]:
    """`[when ]word: text` as a mapping."""
    try:
        when, rest = split_when(line)
    except NoSuchDay as error:
        raise no_such_day(error) from None
    head, *text = re.split("[:：]", rest, maxsplit=1)
    if not text or not head.strip():
        raise PydanticCustomError("not_a_dated_line", "no {word} before a colon", {"word": word})
    return {"date": when, word: head.strip(), "text": text[0].strip()}


class Participants(Model):
    """Who took part: kinds and counts, never names. `under18` and `over60` are numbers of people."""

    kinds: Annotated[tuple[Text, ...], SiteTerm("stakeholder")] = ()
    headcount: Annotated[Quantity | None, People()] = None
    under18: Annotated[Count | None, People()] = None
    over60: Annotated[Count | None, People()] = None

    @model_validator(mode="after")
    def _parts_are_no_more_than_all(self) -> Self:
        """Nobody is under 18 and over 60 at once (content model §6.1.14)."""
        there, parts = self.headcount.value if self.headcount else None, (self.under18 or 0) + (self.over60 or 0)
        if there is not None and parts > there:
            raise PydanticCustomError("more_than_all", "more than all", {"found": parts, "allowed": there})
        return self


class Option(Model):
    text: Lines
    adopted: Annotated[str, term("answer")] = "unknown"


class Decision(Model):
    """What was agreed; the votes are numbers of people."""

    text: Lines | None = None
    rule: Annotated[str, term("rule")] | None = None
    for_: Annotated[Count | None, People()] = Field(default=None, alias="for")
    against: Annotated[Count | None, People()] = None
    abstain: Annotated[Count | None, People()] = None
    dissent_note: Lines | None = None
    cost_sharing: Lines | None = None


class Objection(Model):
    date: Moment = UNKNOWN
    by: Annotated[Text | None, SiteTerm("stakeholder")] = None
    text: Lines
    answer: Lines | None = None
    answered_on: Day | None = None


class Funding(Model):
    kind: Text
    amount: Number | None = None
    unit: Text | None = None


class Amount(Model):
    """A published quantity of something: `what` says of what."""

    what: Text
    value: Number | None = None
    unit: Text | None = None
    precision: Annotated[str, term("precision")] = "exact"


class Outcome(Model):
    kind: Annotated[str, term("outcome_kind")] | None = None
    text: Lines | None = None
    quantities: tuple[Amount, ...] = ()
    side_effects: tuple[Lines, ...] = ()
    tradeoffs: tuple[Lines, ...] = ()
    mechanism: Lines | None = None
    evidence: tuple[Annotated[str, term("evidence")], ...] = ()


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
    when: Annotated[str, term("photo_time")] | None = None


class Note(Model):
    """The note on the issue wall."""

    tag: Text | None = None


class Stage(Model):
    """A stage of a method and the core phases it spans; unverified ones are kept but never rendered."""

    id: Id
    label: Text
    full_label: Text | None = None
    core: Annotated[tuple[Annotated[str, term("phase")], ...], Field(min_length=1)]
    required: Flag = False
    verified: Flag = True
    translations: dict[Annotated[str, term("language")], Translation] = {}


class Level(Model):
    id: Id
    label: Text
    verified: Flag = True
    translations: dict[Annotated[str, term("language")], Translation] = {}


class Criterion(Model):
    """A question that reviewers judge by."""

    short_form: ClassVar[str] = "流程规范"
    short_form_in_english: ClassVar[str] = "procedure"
    id: Text
    label: Text
    translations: dict[Annotated[str, term("language")], Translation] = {}

    @model_validator(mode="before")
    @classmethod
    def _from_label(cls, data: object) -> object:
        if not isinstance(data, str):
            return data
        known = built_in().terms["criterion"].get(built_in().key("criterion", data) or "")
        titles = {tag: {"title": label} for tag, label in known.labels.items()} if known else {}
        return {"id": known.key if known else data, "label": data, "translations": titles}

    @model_validator(mode="after")
    def _id_is_one(self) -> Self:
        if self.id != self.label and (code := wrong_id(self.id)):  # in short form a criterion is known by its label
            raise bad_id(code, self.id)
        return self


class Office(Model):
    """Where residents can raise a matter in person."""

    address: Text | None = None
    phone: Text | None = None
    hours: Lines | None = None


class Contact(Model):
    """Who answers requests for correction or removal."""

    email: Text | None = None
    phone: Text | None = None
    address: Text | None = None
    url: Address | None = None


class Span(Model):
    """A stretch of time, as far as it is known."""

    start: Moment = UNKNOWN
    end: Moment = UNKNOWN
    text: Text | None = None


class OwnTerms(Model):
    """A site's own values of a vocabulary: `values[key]` holds labels by language, and for topics a `group`."""

    replace: Flag = False
    groups: dict[Id, dict[str, Text]] = {}
    values: dict[Id, dict[str, Text]] = {}


class Traditional(Model):
    """How Traditional Chinese is made of Simplified; `names`: proper name → how it is then written."""

    standard: Annotated[str, term("traditional_standard")] = "s2tw"
    names: dict[Text, Text] = {}


class Allowance(Model):
    """An exact string that may be published although it looks like personal data, and why."""

    text: Text
    reason: Lines
