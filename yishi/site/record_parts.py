"""What the pages of several kinds of records share: facts, dated entries, photos, outcomes, sources."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from msgspec import Struct

from ..analysis.progress import PHASES
from ..content.change_log import RecordChangeEntry
from ..model.language import marked
from ..model.paths import get_record_url
from ..model.records import (
    Amount,
    Correction,
    Criterion,
    Level,
    Location,
    Outcome,
    Participants,
    Photo,
    Quantity,
    Record,
)
from ..model.suppression import PRIMARY, SECONDARY, suppress_participants
from ..model.thresholds import THRESHOLDS
from .layout import get_language_root
from .page_context import (
    Link,
    LocalizedText,
    PageContext,
    format_amount,
    format_people,
    get_site_root,
    join_items,
    join_sentences,
    link_to_records,
    localize_body,
    localize_name,
    localize_summary,
    localize_title,
    select_titles,
)
from .photos import PhotoGroup, group_photos

MAX_RELATED_RECORDS = 200
"""So many related records are listed on one page."""


class LabelledValue(Struct, frozen=True):
    """One line of the facts beside a record."""

    label: str
    values: tuple[Link, ...]


class Reply(Struct, frozen=True):
    """An answer as it was written; `said` says that it is one, and when it was given."""

    heading: str
    text: str


class DatedEntry(Struct, frozen=True):
    """One entry of a log, a follow-up, an objection, a correction: when, what kind, who, what, and a reply to it."""

    date_text: str
    day: str
    heading: LocalizedText
    author: str
    text: str
    reply: Reply | None = None
    is_future: bool = False


def build_reply(edition: PageContext, text: str | None, day: date | None) -> Reply | None:
    """An answer, given on `day` as far as that is recorded; None if there is none."""
    if not text:
        return None
    said = edition.text("Answered on {day}:", day=edition.language.day(day)) if day else edition.text("Answer:")
    return Reply(said, text)


class RecordParts(Struct, frozen=True):
    """What the page of every record around the issues says; `kind` is what sort of record it is."""

    kind: str
    title: LocalizedText
    summary: LocalizedText | None
    body: LocalizedText | None
    from_press: bool
    is_draft: bool
    facts: tuple[LabelledValue, ...]
    sources: tuple[Link, ...]
    corrections: tuple[DatedEntry, ...]
    remarks: tuple[LabelledValue, ...]


class OutcomeView(Struct, frozen=True):
    """What came of it."""

    kind: str
    text: str
    amounts: tuple[str, ...]
    side_effects: tuple[str, ...]
    tradeoffs: tuple[str, ...]
    mechanism: str
    evidence: str


def build_record_parts(edition: PageContext, path: str, record: Record, facts: Iterable[LabelledValue]) -> RecordParts:
    """What every record's page says, of the record at `path`."""
    return RecordParts(
        edition.label("record_kind", record.kind_of_record), localize_name(edition, record),
        localize_summary(edition, record),
        localize_body(edition, path, record, get_language_root(get_record_url(path))), record.basis == "press",
        record.draft, tuple(facts),
        link_sources(edition, path, record), tuple(list_corrections(edition, record.corrections)),
        tuple(list_remarks(edition, path, record)),
    )


def link_topics(edition: PageContext, topics: Iterable[str]) -> tuple[Link, ...]:
    """Topics by their labels, each leading to its list."""
    return tuple(Link(edition.label("topic", topic), f"topics/{topic}/index.html") for topic in topics)


def format_location_kind(edition: PageContext, location: Location) -> str:
    """What kind of location it is; an old compound is said to be one."""
    kind = edition.label("location_kind", location.kind)
    return edition.text("{kind}, old", kind=kind) if location.old_compound else kind


def format_stakeholder(edition: PageContext, text: str) -> Link:
    """A stakeholder kind by its label; other text (an organisation) as written."""
    known = text in edition.library.vocabulary.terms["stakeholder"]
    return Link(edition.label("stakeholder", text), "", "" if known else edition.original_language)


def localize_label(edition: PageContext, one: Level | Criterion) -> LocalizedText:
    """The label of a level or criterion, translated where it is."""
    return localize_title(edition, one.label, select_titles(one.translations))


def format_headcount(edition: PageContext, people: Quantity) -> str:
    """A number of people; 1-4 are not told exactly."""
    return format_amount(edition, people.value, people.unit, people.precision, format_people)


def list_participants(edition: PageContext, who: Participants) -> Iterator[LabelledValue]:
    """Who took part, in kinds and numbers."""
    text = edition.text
    if who.kinds:
        yield LabelledValue(text("Who"), tuple(Link(edition.label("stakeholder", kind)) for kind in who.kinds))
    if who.headcount:
        yield LabelledValue(text("How many people"), (Link(format_headcount(edition, who.headcount)),))
    hidden = suppress_participants(who)
    if who.under18 is not None:
        yield LabelledValue(text("Of these under 18"),
                            (Link(format_people(edition, who.under18, hidden.get("under18"))),))
    if who.over60 is not None:
        yield LabelledValue(text("Of these over 60"), (Link(format_people(edition, who.over60, hidden.get("over60"))),))


def explain_suppression(edition: PageContext, *said: str) -> str:
    """Why numbers of people that stand on the page are not told exactly; "" if all are."""
    few = edition.text("<{few} means 1 to {most_few} people: so few are not told exactly, so that nobody can be "
                       "recognised.", **THRESHOLDS)
    closed = edition.text("[c] means: not shown, because a very small number could be worked out from it.")
    return join_sentences(edition, (why for sign, why in ((PRIMARY, few), (SECONDARY, closed))
                                    if any(sign in one for one in said)))


def select_photos(edition: PageContext, path: str, photos: Iterable[Photo]) -> tuple[PhotoGroup, ...]:
    """The photos of the record at `path` that are published."""
    files = edition.library.photos.get(path, {})
    times = {when: edition.label("photo_time", when) for when in ("before", "after")}
    base = get_site_root(edition, get_language_root(get_record_url(path)))
    return tuple(group_photos(photos, files, edition.library.renditions, base, times))


def link_sources(edition: PageContext, path: str, record: Record) -> tuple[Link, ...]:
    """The sources a record cites."""
    typed = edition.library.dropped_refs.get(path, {}).get("source")
    lost = (Link(typed, "", edition.original_language),) if typed else ()
    return link_to_records(edition, record.source) + lost


def list_corrections(edition: PageContext, corrections: Iterable[Correction]) -> Iterator[DatedEntry]:
    """What was corrected in a record, when, and why."""
    for correction in corrections:
        yield DatedEntry(edition.language.day(correction.date), correction.date.isoformat(), LocalizedText(""), "",
                         correction.what,
                         reply=Reply(edition.text("Why:"), correction.why) if correction.why else None)


CHANGE_LABELS: Mapping[str, str] = {"added": marked("first published"), "edited": marked("changed"),
                                    "moved": marked("moved to another address"), "restored": marked("published again")}
"""Sort of change → how it is told."""

MAX_CHANGES_SHOWN = 10
"""So many of a record's changes stand on its page, the newest first."""


def list_record_changes(edition: PageContext, path: str) -> Iterator[LabelledValue]:
    """When a record was first published and last changed, and its changes; nothing where Git does not tell."""
    changes = edition.site_data.change_log.get(path) or ()
    if not changes:
        return
    yield LabelledValue(edition.text("First published"), (Link(edition.language.day(changes[0].day)),))
    if len(changes) > 1:
        yield LabelledValue(edition.text("Last changed"), (Link(edition.language.day(changes[-1].day)),))
        told = tuple(Link(format_change(edition, one)) for one in reversed(changes[-MAX_CHANGES_SHOWN:]))
        over = len(changes) - MAX_CHANGES_SHOWN
        more = (Link(edition.text("and {n} more", n=edition.number(over))),) if over > 0 else ()
        yield LabelledValue(edition.text("What was changed"), told + more)


def format_change(edition: PageContext, change: RecordChangeEntry) -> str:
    """`12 March 2025: changed (Lamps repaired)`"""
    day, sort = edition.language.day(change.day), edition.text(CHANGE_LABELS[change.kind])
    said = edition.text("{day}: {change}", day=day, change=sort)
    return edition.text("{change} ({why})", change=said, why=change.reason) if change.reason else said


def list_remarks(edition: PageContext, path: str, record: Record) -> Iterator[LabelledValue]:
    """Notes, who checked the record, when it was last changed, and how it came to be."""
    if record.notes:
        yield LabelledValue(edition.text("Notes"), (Link(record.notes, "", edition.original_language),))
    if record.reviewed_by:
        yield LabelledValue(edition.text("Checked by"), (Link(record.reviewed_by, "", edition.original_language),))
    if record.updated and record.updated.day:
        yield LabelledValue(edition.text("Record updated"), (Link(edition.language.when(record.updated)),))
    yield from list_record_changes(edition, path)


def format_phases(edition: PageContext, phases: Iterable[str]) -> str:
    """Core phases in their order, by their labels."""
    return join_items(edition, (edition.label("phase", phase) for phase in sorted(phases, key=PHASES.index)))


def format_amounts(edition: PageContext, amounts: Iterable[Amount]) -> Iterator[str]:
    """Published quantities: `lamps: 12`."""
    for amount in amounts:
        said = format_amount(edition, amount.value, amount.unit, amount.precision)
        yield edition.text("{what}: {amount}", what=amount.what, amount=said)


def build_outcome(edition: PageContext, outcome: Outcome) -> OutcomeView:
    """What came of it, in words."""
    return OutcomeView(
        edition.label("outcome_kind", outcome.kind) if outcome.kind else "", outcome.text or "",
        tuple(format_amounts(edition, outcome.quantities)), outcome.side_effects, outcome.tradeoffs,
        outcome.mechanism or "",
        join_items(edition, (edition.label("evidence", kind) for kind in outcome.evidence)),
    )


def link_gaps_page(edition: PageContext, place: str) -> Link | None:
    """The page of the gaps of a place, if it has one."""
    if place not in edition.record_lists.places_with_gaps:
        return None
    return Link(edition.text("Gaps and improvements"), f"{place}/gaps/index.html")
