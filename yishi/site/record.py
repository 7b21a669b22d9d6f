"""What the pages of several kinds of records share: facts, dated entries, photos, outcomes, sources."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from msgspec import Struct

from ..analysis.progress import PHASES
from ..content.past import Change
from ..model.few import CLOSED, FEW, hidden_parts
from ..model.language import marked
from ..model.paths import url_of
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
from ..model.thresholds import THRESHOLDS
from .edition import (
    Edition,
    Link,
    Words,
    amount_in_words,
    base_of,
    body_of,
    links_to,
    listed,
    name_of,
    named,
    people_in_words,
    sentences,
    summary_of,
    titles_in,
)
from .photos import PhotoGroup, groups
from .shell import root_of

IN_FULL = 200
"""So many related records are listed on one page."""


class Fact(Struct, frozen=True):
    """One line of the facts beside a record."""

    label: str
    values: tuple[Link, ...]


class Reply(Struct, frozen=True):
    """An answer as it was written; `said` says that it is one, and when it was given."""

    said: str
    text: str


class Entry(Struct, frozen=True):
    """One entry of a log, a follow-up, an objection, a correction: when, what kind, who, what, and a reply to it."""

    when: str
    day: str
    head: Words
    by: str
    text: str
    reply: Reply | None = None
    later: bool = False


def reply_of(edition: Edition, text: str | None, day: date | None) -> Reply | None:
    """An answer, given on `day` as far as that is recorded; None if there is none."""
    if not text:
        return None
    said = edition.text("Answered on {day}:", day=edition.language.day(day)) if day else edition.text("Answer:")
    return Reply(said, text)


class Common(Struct, frozen=True):
    """What the page of every record around the issues says; `kind` is what sort of record it is."""

    kind: str
    title: Words
    summary: Words | None
    body: Words | None
    press: bool
    draft: bool
    facts: tuple[Fact, ...]
    sources: tuple[Link, ...]
    corrections: tuple[Entry, ...]
    remarks: tuple[Fact, ...]


class OutcomeView(Struct, frozen=True):
    """What came of it."""

    kind: str
    text: str
    amounts: tuple[str, ...]
    side_effects: tuple[str, ...]
    tradeoffs: tuple[str, ...]
    mechanism: str
    evidence: str


def common_of(edition: Edition, path: str, record: Record, facts: Iterable[Fact]) -> Common:
    """What every record's page says, of the record at `path`."""
    return Common(
        edition.label("record_kind", record.kind_of_record), name_of(edition, record), summary_of(edition, record),
        body_of(edition, path, record, root_of(url_of(path))), record.basis == "press", record.draft, tuple(facts),
        sources_of(edition, path, record), tuple(corrections_of(edition, record.corrections)),
        tuple(remarks_of(edition, path, record)),
    )


def topic_links(edition: Edition, topics: Iterable[str]) -> tuple[Link, ...]:
    """Topics by their labels, each leading to its list."""
    return tuple(Link(edition.label("topic", topic), f"topics/{topic}/index.html") for topic in topics)


def location_kind(edition: Edition, location: Location) -> str:
    """What kind of location it is; an old compound is said to be one."""
    kind = edition.label("location_kind", location.kind)
    return edition.text("{kind}, old", kind=kind) if location.old_compound else kind


def stakeholder(edition: Edition, text: str) -> Link:
    """A stakeholder kind by its label; other text (an organisation) as written."""
    known = text in edition.library.vocabulary.terms["stakeholder"]
    return Link(edition.label("stakeholder", text), "", "" if known else edition.original)


def labelled(edition: Edition, one: Level | Criterion) -> Words:
    """The label of a level or criterion, translated where it is."""
    return named(edition, one.label, titles_in(one.translations))


def crowd_in_words(edition: Edition, people: Quantity) -> str:
    """A number of people; 1-4 are not told exactly."""
    return amount_in_words(edition, people.value, people.unit, people.precision, people_in_words)


def participants_of(edition: Edition, who: Participants) -> Iterator[Fact]:
    """Who took part, in kinds and numbers."""
    text = edition.text
    if who.kinds:
        yield Fact(text("Who"), tuple(Link(edition.label("stakeholder", kind)) for kind in who.kinds))
    if who.headcount:
        yield Fact(text("How many people"), (Link(crowd_in_words(edition, who.headcount)),))
    hidden = hidden_parts(who)
    if who.under18 is not None:
        yield Fact(text("Of these under 18"), (Link(people_in_words(edition, who.under18, hidden.get("under18"))),))
    if who.over60 is not None:
        yield Fact(text("Of these over 60"), (Link(people_in_words(edition, who.over60, hidden.get("over60"))),))


def why_few(edition: Edition, *said: str) -> str:
    """Why numbers of people that stand on the page are not told exactly; "" if all are."""
    few = edition.text("<{few} means 1 to {most_few} people: so few are not told exactly, so that nobody can be "
                       "recognised.", **THRESHOLDS)
    closed = edition.text("[c] means: not told, because so small a number could be worked out from it.")
    return sentences(edition, (why for sign, why in ((FEW, few), (CLOSED, closed)) if any(sign in one for one in said)))


def pictures(edition: Edition, path: str, photos: Iterable[Photo]) -> tuple[PhotoGroup, ...]:
    """The photos of the record at `path` that are published."""
    files = edition.library.photos.get(path, {})
    times = {when: edition.label("photo_time", when) for when in ("before", "after")}
    base = base_of(edition, root_of(url_of(path)))
    return tuple(groups(photos, files, edition.library.renditions, base, times))


def sources_of(edition: Edition, path: str, record: Record) -> tuple[Link, ...]:
    """The sources a record cites."""
    typed = edition.library.lost.get(path, {}).get("source")
    lost = (Link(typed, "", edition.original),) if typed else ()
    return links_to(edition, record.source) + lost


def corrections_of(edition: Edition, corrections: Iterable[Correction]) -> Iterator[Entry]:
    """What was corrected in a record, when, and why."""
    for correction in corrections:
        yield Entry(edition.language.day(correction.date), correction.date.isoformat(), Words(""), "", correction.what,
                    reply=Reply(edition.text("Why:"), correction.why) if correction.why else None)


SORTS: Mapping[str, str] = {"added": marked("first published"), "edited": marked("changed"),
                            "moved": marked("moved to another address"), "restored": marked("published again")}
"""Sort of change → how it is told."""

CHANGES_TOLD = 10
"""So many of a record's changes stand on its page, the newest first."""


def past_of(edition: Edition, path: str) -> Iterator[Fact]:
    """When a record was first published and last changed, and its changes; nothing where Git does not tell."""
    changes = edition.book.past.get(path) or ()
    if not changes:
        return
    yield Fact(edition.text("First published"), (Link(edition.language.day(changes[0].day)),))
    if len(changes) > 1:
        yield Fact(edition.text("Last changed"), (Link(edition.language.day(changes[-1].day)),))
        told = tuple(Link(change_in_words(edition, one)) for one in reversed(changes[-CHANGES_TOLD:]))
        over = len(changes) - CHANGES_TOLD
        more = (Link(edition.text("and {n} more", n=edition.number(over))),) if over > 0 else ()
        yield Fact(edition.text("What was changed"), told + more)


def change_in_words(edition: Edition, change: Change) -> str:
    """`12 March 2025: changed (Lamps repaired)`"""
    day, sort = edition.language.day(change.day), edition.text(SORTS[change.sort])
    said = edition.text("{day}: {change}", day=day, change=sort)
    return edition.text("{change} ({why})", change=said, why=change.why) if change.why else said


def remarks_of(edition: Edition, path: str, record: Record) -> Iterator[Fact]:
    """Notes, who checked the record, when it was last changed, and how it came to be."""
    if record.notes:
        yield Fact(edition.text("Notes"), (Link(record.notes, "", edition.original),))
    if record.reviewed_by:
        yield Fact(edition.text("Checked by"), (Link(record.reviewed_by, "", edition.original),))
    if record.updated and record.updated.day:
        yield Fact(edition.text("Record updated"), (Link(edition.language.when(record.updated)),))
    yield from past_of(edition, path)


def phases_in_words(edition: Edition, phases: Iterable[str]) -> str:
    """Core phases in their order, by their labels."""
    return listed(edition, (edition.label("phase", phase) for phase in sorted(phases, key=PHASES.index)))


def amounts_in_words(edition: Edition, amounts: Iterable[Amount]) -> Iterator[str]:
    """Published quantities: `lamps: 12`."""
    for amount in amounts:
        said = amount_in_words(edition, amount.value, amount.unit, amount.precision)
        yield edition.text("{what}: {amount}", what=amount.what, amount=said)


def outcome_of(edition: Edition, outcome: Outcome) -> OutcomeView:
    """What came of it, in words."""
    return OutcomeView(
        edition.label("outcome_kind", outcome.kind) if outcome.kind else "", outcome.text or "",
        tuple(amounts_in_words(edition, outcome.quantities)), outcome.side_effects, outcome.tradeoffs,
        outcome.mechanism or "",
        listed(edition, (edition.label("evidence", kind) for kind in outcome.evidence)),
    )


def link_to_gaps(edition: Edition, place: str) -> Link | None:
    """The page of the gaps of a place, if it has one."""
    if place not in edition.holdings.with_gaps:
        return None
    return Link(edition.text("Gaps, and what is done about them"), f"{place}/gaps/index.html")
