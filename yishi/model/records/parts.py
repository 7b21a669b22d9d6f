"""The parts of records."""

import re
from collections.abc import Mapping
from typing import Annotated, ClassVar, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from ..dates import UNKNOWN_DATE, NonexistentDay, split_leading_date
from ..identifiers import find_id_problem
from ..vocabulary import get_built_in_vocabulary
from .field_types import (
    Address,
    Body,
    Colour,
    Count,
    DateField,
    Day,
    Flag,
    Id,
    Model,
    MultilineText,
    Name,
    Number,
    OptionalMultilineText,
    PeopleCount,
    Prose,
    Quantity,
    SiteTerm,
    Summary,
    Text,
    create_day_error,
    create_id_error,
    validate_term,
)


class Translation(Model):
    """A record in another language. `texts`: a text as the record writes it → its translation."""

    title: Name | None = None
    summary: Summary | None = None
    body: Annotated[Body | None, Prose()] = None
    rules: Annotated[Body | None, Prose()] = None
    texts: dict[MultilineText, MultilineText] = {}


def select_titles(translations: Mapping[str, Translation]) -> dict[str, str]:
    """Language → title, of those translations that have one."""
    return {tag: translation.title for tag, translation in translations.items() if translation.title}


def select_texts(translations: Mapping[str, Translation], text: str) -> dict[str, str]:
    """Language → translation of `text`, of those translations that have it."""
    return {tag: translation.texts[text] for tag, translation in translations.items() if text in translation.texts}


class Correction(Model):
    date: Day
    what: MultilineText
    why: MultilineText | None = None


class LogEntry(Model):
    """One step in an issue's course. `stage` is a stage of its method or a reserved word."""

    short_form: ClassVar[str] = "2025-09-11 提出: …"
    short_form_in_english: ClassVar[str] = "2025-09-11 raised: …"
    stage: Text
    text: OptionalMultilineText = ""
    date: DateField = UNKNOWN_DATE
    by: Annotated[Text | None, SiteTerm("stakeholder")] = None

    @model_validator(mode="before")
    @classmethod
    def _from_line(cls, data: object) -> object:
        return _parse_dated_line(data, "stage") if isinstance(data, str) else data


class Followup(Model):
    """A later check whether a result holds."""

    short_form: ClassVar[str] = "2026-01-10 有效: …"
    short_form_in_english: ClassVar[str] = "2026-01-10 holds: …"
    date: Day
    result: Annotated[str, validate_term("followup_result")]
    by: Annotated[Text | None, SiteTerm("stakeholder")] = None
    text: OptionalMultilineText = ""

    @model_validator(mode="before")
    @classmethod
    def _from_line(cls, data: object) -> object:
        return _parse_dated_line(data, "result") if isinstance(data, str) else data


def _parse_dated_line(line: str, word: str) -> dict[str, object]:
    """Parse `[date ]word: text` into a mapping with the keys `date`, `text` and the one named by `word`.

    Raises PydanticCustomError if there is no colon, or the date does not exist.
    """
    try:
        when, rest = split_leading_date(line)
    except NonexistentDay as error:
        raise create_day_error(error) from None
    head, *text = re.split("[:：]", rest, maxsplit=1)
    if not text or not head.strip():
        raise PydanticCustomError("not_a_dated_line", "no {word} before a colon", {"word": word})
    return {"date": when, word: head.strip(), "text": text[0].strip()}


class Participants(Model):
    """Who took part: kinds and counts, never names. `under18` and `over60` are numbers of people."""

    kinds: Annotated[tuple[Text, ...], SiteTerm("stakeholder")] = ()
    headcount: Annotated[Quantity | None, PeopleCount()] = None
    under18: Annotated[Count | None, PeopleCount()] = None
    over60: Annotated[Count | None, PeopleCount()] = None

    @model_validator(mode="after")
    def _parts_are_no_more_than_all(self) -> Self:
        """Nobody is under 18 and over 60 at once (content model §6.1.14)."""
        total = self.headcount.value if self.headcount else None
        parts = (self.under18 or 0) + (self.over60 or 0)
        if total is not None and parts > total:
            raise PydanticCustomError("more_than_all", "more than all", {"found": parts, "allowed": total})
        return self


class Option(Model):
    text: MultilineText
    adopted: Annotated[str, validate_term("answer")] = "unknown"


class Decision(Model):
    """What was agreed; the votes are numbers of people."""

    text: MultilineText | None = None
    rule: Annotated[str, validate_term("rule")] | None = None
    for_: Annotated[Count | None, PeopleCount()] = Field(default=None, alias="for")
    against: Annotated[Count | None, PeopleCount()] = None
    abstain: Annotated[Count | None, PeopleCount()] = None
    dissent_note: MultilineText | None = None
    cost_sharing: MultilineText | None = None


class Objection(Model):
    date: DateField = UNKNOWN_DATE
    by: Annotated[Text | None, SiteTerm("stakeholder")] = None
    text: MultilineText
    answer: MultilineText | None = None
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
    precision: Annotated[str, validate_term("precision")] = "exact"

    @property
    def counts_people(self) -> bool:
        """Whether it is a number of people, few of whom are not told (content model §6.2.1)."""
        return (self.unit or "").strip().casefold() in _PEOPLE_UNITS


_PEOPLE_UNITS = frozenset({"人", "个人", "名", "位", "口", "人次", "person", "persons", "people", "resident",
                           "residents", "child", "children", "pupil", "pupils", "volunteer", "volunteers"})


class Outcome(Model):
    kind: Annotated[str, validate_term("outcome_kind")] | None = None
    text: MultilineText | None = None
    quantities: tuple[Amount, ...] = ()
    side_effects: tuple[MultilineText, ...] = ()
    tradeoffs: tuple[MultilineText, ...] = ()
    mechanism: MultilineText | None = None
    evidence: tuple[Annotated[str, validate_term("evidence")], ...] = ()


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
    when: Annotated[str, validate_term("photo_time")] | None = None


class Note(Model):
    """The note on the issue wall."""

    tag: Text | None = None


class Stage(Model):
    """A stage of a method and the core phases it spans; unverified ones are read but never rendered."""

    id: Id
    label: Text
    full_label: Text | None = None
    core: Annotated[tuple[Annotated[str, validate_term("phase")], ...], Field(min_length=1)]
    required: Flag = False
    verified: Flag = True
    translations: dict[Annotated[str, validate_term("language")], Translation] = {}


class Level(Model):
    id: Id
    label: Text
    verified: Flag = True
    translations: dict[Annotated[str, validate_term("language")], Translation] = {}


class Criterion(Model):
    """A criterion by which reviewers judge."""

    short_form: ClassVar[str] = "流程规范"
    short_form_in_english: ClassVar[str] = "procedure"
    id: Text
    label: Text
    translations: dict[Annotated[str, validate_term("language")], Translation] = {}

    @model_validator(mode="before")
    @classmethod
    def _from_label(cls, data: object) -> object:
        if not isinstance(data, str):
            return data
        known = get_built_in_vocabulary().terms["criterion"].get(get_built_in_vocabulary().key("criterion", data) or "")
        titles = {tag: {"title": label} for tag, label in known.labels.items()} if known else {}
        return {"id": known.key if known else data, "label": data, "translations": titles}

    @model_validator(mode="after")
    def _check_id(self) -> Self:
        # in the short form the label serves as the id
        if self.id != self.label and (code := find_id_problem(self.id)):
            raise create_id_error(code, self.id)
        return self


class Office(Model):
    """Where residents can raise an issue in person."""

    address: Text | None = None
    phone: Text | None = None
    hours: MultilineText | None = None


class Contact(Model):
    """Who answers requests for correction or removal."""

    email: Text | None = None
    phone: Text | None = None
    address: Text | None = None
    url: Address | None = None


class Span(Model):
    """A period of time, as far as it is known."""

    start: DateField = UNKNOWN_DATE
    end: DateField = UNKNOWN_DATE
    text: Text | None = None


class OwnTerms(Model):
    """A site's own values of a vocabulary: `values[key]` holds labels by language, and for topics a `group`."""

    replace: Flag = False
    groups: dict[Id, dict[str, Text]] = {}
    values: dict[Id, dict[str, Text]] = {}


class Traditional(Model):
    """How Simplified is converted to Traditional Chinese; `names`: proper name → its Traditional form."""

    standard: Annotated[str, validate_term("traditional_standard")] = "s2tw"
    names: dict[Text, Text] = {}


class Look(Model):
    """The site's own colours, its logo (a photo beside site.yaml) and what it calls its wall."""

    accent: Colour | None = None
    paper: Colour | None = None
    logo: Text | None = None
    wall: Text | None = None


class Allowance(Model):
    """An exact string that may be published although it looks like personal data, and why."""

    text: Text
    reason: MultilineText
