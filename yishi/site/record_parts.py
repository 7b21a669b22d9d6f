"""Parts shared by the pages of several kinds of records: facts, dated entries, photos, outcomes, sources."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from msgspec import Struct

from ..analysis.progress import PHASES, find_last_news
from ..content.change_log import RecordChangeEntry
from ..model.dates import PartialDate
from ..model.keys import list_texts
from ..model.language import marked
from ..model.paths import get_place_of, get_record_url
from ..model.records import (
    Amount,
    Case,
    Correction,
    Issue,
    Location,
    Objection,
    Outcome,
    Participants,
    Quantity,
    Record,
    get_title,
)
from ..model.suppression import PRIMARY, SECONDARY, suppress_participants
from ..model.thresholds import THRESHOLDS
from ..model.units import is_unit
from .layout import format_page_address
from .page_context import (
    Link,
    LocalizedText,
    PageContext,
    format_amount,
    format_people,
    get_site_root,
    join_items,
    join_sentences,
    link_terms,
    link_text,
    link_to_record,
    link_to_records,
    localize_body,
    localize_name,
    localize_summary,
    localize_text,
    localize_texts,
)
from .photos import PhotoGroup, group_photos

MAX_RELATED_RECORDS = 200
"""Maximum number of related records listed on a page."""


class LabelledValue(Struct, frozen=True):
    """One line of the facts beside a record."""

    label: str
    values: tuple[Link, ...]


class Reply(Struct, frozen=True):
    """A response as written; `heading` says that it is one, and when it was given."""

    heading: str
    text: LocalizedText


class DatedEntry(Struct, frozen=True):
    """An entry of a log, a follow-up, an objection or a correction: date, kind, author, text, and the reply to it."""

    date_text: str
    day: str
    heading: LocalizedText
    author: str
    text: LocalizedText
    reply: Reply | None = None
    is_future: bool = False


def build_entry(context: PageContext, when: PartialDate | date, text: LocalizedText, *,
                heading: LocalizedText | None = None, author: str | None = None, reply: Reply | None = None,
                is_future: bool = False) -> DatedEntry:
    """A dated entry; `author` is a stakeholder kind."""
    known = when if isinstance(when, PartialDate) else PartialDate("day", when)
    return DatedEntry(context.language.when(known), known.exact.isoformat() if known.exact else "",
                      heading or LocalizedText(""),
                      context.label("stakeholder", author) if author else "", text, reply, is_future)


def build_reply(context: PageContext, record: Record, text: str | None, day: date | None) -> Reply | None:
    """The response with its date, as far as recorded; None if there is none."""
    if not text:
        return None
    heading = context.text("Answered on {day}:", day=context.language.day(day)) if day else context.text("Answer:")
    return Reply(heading, localize_text(context, record, text))


def build_objection_entry(context: PageContext, issue: Issue, objection: Objection) -> DatedEntry:
    """An objection to the result of `issue`, with the answer."""
    return build_entry(context, objection.date, localize_text(context, issue, objection.text), author=objection.by,
                       reply=build_reply(context, issue, objection.answer, objection.answered_on))


class RecordParts(Struct, frozen=True):
    """The parts shared by the pages of all activities; `kind` is the label of the kind of record.

    `untranslated`: says that texts are in another language than the page, with a link to the page in that language,
    which is its `lang`. `citation`: a reference to the record, "" for a draft.
    """

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
    untranslated: Link | None
    citation: str


class OutcomeView(Struct, frozen=True):
    """The outcome of an issue or a case."""

    kind: str
    text: LocalizedText
    amounts: tuple[LocalizedText, ...]
    side_effects: tuple[LocalizedText, ...]
    tradeoffs: tuple[LocalizedText, ...]
    mechanism: LocalizedText
    evidence: str


def list_facts(*facts: tuple[str, str | Link | Iterable[Link] | None]) -> Iterator[LabelledValue]:
    """The facts that are known, each with its label; one without a value is left out."""
    for label, value in facts:
        one = Link(value) if isinstance(value, str) and value else value
        values = (one,) if isinstance(one, Link) else tuple(one or ())
        if values:
            yield LabelledValue(label, values)


def list_costs(context: PageContext, paths: Iterable[str]) -> tuple[Link, ...]:
    """What the issues at `paths` cost, and who paid; of those that were carried out, at least that it is not known."""
    issues = {path: context.library.issues[path] for path in paths if path in context.library.issues}
    known = tuple(dict.fromkeys(cost for issue in issues.values() for cost in _list_funding(context, issue)))
    done = [issue for path, issue in issues.items() if context.progress[path].phase in _PHASES_OF_DOING]
    if known or not done:
        return known
    return (Link(context.text("the report does not say") if all(issue.from_press for issue in done)
                 else context.text("not published")),)


_PHASES_OF_DOING = PHASES[PHASES.index("implement"):]
"""The phases in which money is spent, and after it."""


def _list_funding(context: PageContext, issue: Issue) -> Iterator[Link]:
    for part in issue.funding:
        kind = localize_text(context, issue, part.kind)
        amount = format_amount(context, part.amount, part.unit, "exact", record=issue)
        yield Link(context.text("{what}: {amount}", what=kind.text, amount=amount), "", kind.lang)


def build_record_parts(context: PageContext, path: str, record: Record, facts: Iterable[LabelledValue]) -> RecordParts:
    """The shared parts of the page of the record at `path`."""
    return RecordParts(
        context.label("record_kind", record.kind_of_record), localize_name(context, record),
        localize_summary(context, record),
        localize_body(context, path, record), record.from_press,
        record.draft, tuple(facts), link_sources(context, path, record),
        tuple(list_corrections(context, record, record.corrections)), tuple(list_remarks(context, path, record)),
        _describe_untranslated(context, path, record), "" if record.draft else _cite_record(context, path, record),
    )


def _cite_record(context: PageContext, path: str, record: Record) -> str:
    """A reference to a record as plain text: the site, the title, the place, the day, and the address."""
    place = link_to_record(context, get_place_of(path))
    day = _find_day(context, path, record)
    parts = {"site": localize_name(context, context.library.site).text, "title": localize_name(context, record).text,
             "place": place.text if place else "", "address": format_page_address(context, get_record_url(path))}
    if not day:
        return context.text("{site}, “{title}”, {place}. {address}", **parts)
    return context.text("{site}, “{title}”, {place}, {day}. {address}", day=day, **parts)


def _find_day(context: PageContext, path: str, record: Record) -> str:
    """When a record was last changed, else what day it tells of: of an issue its latest entry. "" if not known.

    The day of the report would make every page of a record another one each day.
    """
    if changes := context.site_data.change_log.get(path):
        return context.language.day(changes[-1].day)
    if record.updated and record.updated.day:
        return context.language.when(record.updated)
    if isinstance(record, Issue):
        seen = (followup.date for followup in record.followups if followup.date <= context.as_of)
        news = max(filter(None, (find_last_news(record, context.as_of), *seen)), default=None)
        return context.language.day(news) if news else ""
    when = context.record_lists.date_of.get(path)
    return context.language.when(when) if when and when.day else ""


def _describe_untranslated(context: PageContext, path: str, record: Record) -> Link | None:
    """Say that texts of a record are shown in the language in which they are written; None if all are translated."""
    written = context.original_language
    if not written or not any(_iter_untranslated(context, path, record)):
        return None
    has_translation = context.language.tag in record.translations
    text = (context.text("Written in {language}; what has not been translated is shown as it is written.",
                         language=context.label("language", written)) if has_translation
            else context.text("Written in {language} and not translated yet.",
                              language=context.label("language", written)))
    return Link(text, f"../{get_record_url(path)}", written)


def _iter_untranslated(context: PageContext, path: str, record: Record) -> Iterator[bool]:
    """Of the title, the summary, the Markdown and each text of a record, whether it stands in its own language."""
    named = localize_name(context, record), localize_summary(context, record), localize_body(context, path, record)
    yield from (bool(text and text.lang) for text in named)
    known = {get_title(record), getattr(record, "summary", None), *context.library.vocabulary.terms["stakeholder"]}
    yield from (bool(localize_text(context, record, text).lang) for text in list_texts(record)
                if text not in known and not _is_same_in_all_languages(text))


def _is_same_in_all_languages(text: str) -> bool:
    """Whether a text has no words: a number, or a unit that every page writes in its own language."""
    return not any(map(str.isalpha, text)) or is_unit(text)


def link_topics(context: PageContext, topics: Iterable[str]) -> tuple[Link, ...]:
    """The labels of topics, each linked to its list."""
    return tuple(Link(context.label("topic", topic), f"topics/{topic}/index.html") for topic in topics)


def format_location_kind(context: PageContext, location: Location) -> str:
    """The label of a location's kind; an old compound is named as such."""
    kind = context.label("location_kind", location.kind)
    return context.text("{kind}, old", kind=kind) if location.old_compound else kind


def link_stakeholder(context: PageContext, record: Record, text: str | None) -> Link | None:
    """A stakeholder kind by its label; other text of `record` (an organisation) as written or translated."""
    if text and text in context.library.vocabulary.terms["stakeholder"]:
        return Link(context.label("stakeholder", text))
    return link_text(context, record, text)


def format_headcount(context: PageContext, people: Quantity | None) -> str:
    """Format a number of people; 1-4 are suppressed, None gives ""."""
    return format_amount(context, people.value, people.unit, people.precision, format_people) if people else ""


def list_participants(context: PageContext, who: Participants) -> Iterator[LabelledValue]:
    """The kinds and numbers of participants."""
    text = context.text
    hidden = suppress_participants(who)
    return list_facts(
        (text("Who"), link_terms(context, "stakeholder", who.kinds)),
        (text("How many people"), format_headcount(context, who.headcount)),
        (text("Of these under 18"), format_people(context, who.under18, hidden.get("under18"))),
        (text("Of these over 60"), format_people(context, who.over60, hidden.get("over60"))))


def explain_suppression(context: PageContext, *texts: str) -> str:
    """Explain the suppression markers that occur in the texts; "" if there are none."""
    primary = context.text("<{few} means 1 to {most_few} people: so few are not told exactly, so that nobody can be "
                           "recognised.", **THRESHOLDS)
    secondary = context.text("[c] means: not shown, because a very small number could be worked out from it.")
    return join_sentences(context, (
        explanation for marker, explanation in ((PRIMARY, primary), (SECONDARY, secondary))
        if any(marker in text for text in texts)))


def select_photos(context: PageContext, path: str, record: Issue | Case, page: str = "") -> tuple[PhotoGroup, ...]:
    """The published photos of the record at `path`, for its own page or another one."""
    files = context.library.photos.get(path, {})
    times = {when: context.label("photo_time", when) for when in ("before", "after")}
    base = get_site_root(context, page or get_record_url(path))
    captions = {photo.file: localize_text(context, record, photo.alt) for photo in record.photos}
    return tuple(group_photos(record.photos, captions, files, context.library.renditions, base, times))


def link_sources(context: PageContext, path: str, record: Record) -> tuple[Link, ...]:
    """The sources that a record cites; a withheld one as typed."""
    withheld = link_text(context, record, context.library.dropped_refs.get(path, {}).get("source"))
    return (*link_to_records(context, record.source), *((withheld,) if withheld else ()))


def list_corrections(context: PageContext, record: Record, corrections: Iterable[Correction]) -> Iterator[DatedEntry]:
    """Corrections of a record: date, change and reason."""
    for correction in corrections:
        why = localize_text(context, record, correction.why)
        yield build_entry(context, correction.date, localize_text(context, record, correction.what),
                          reply=Reply(context.text("Why:"), why) if why.text else None)


CHANGE_LABELS: Mapping[str, str] = {"added": marked("first published"), "edited": marked("changed"),
                                    "moved": marked("moved to another address"), "restored": marked("published again")}
"""Kind of change → its message."""

MAX_CHANGES_SHOWN = 10
"""Maximum number of changes on a record's page, the newest first."""


def list_record_changes(context: PageContext, path: str) -> Iterator[LabelledValue]:
    """When a record was first published and last changed, and its changes; nothing without Git history."""
    changes = context.site_data.change_log.get(path) or ()
    if not changes:
        return
    yield from list_facts((context.text("First published"), context.language.day(changes[0].day)))
    if len(changes) > 1:
        latest = [format_change(context, change) for change in reversed(changes[-MAX_CHANGES_SHOWN:])]
        over = len(changes) - MAX_CHANGES_SHOWN
        more = [context.text("and {n} more", n=context.number(over))] if over > 0 else []
        yield from list_facts((context.text("Last changed"), context.language.day(changes[-1].day)),
                              (context.text("What was changed"), map(Link, latest + more)))


def format_change(context: PageContext, change: RecordChangeEntry) -> str:
    """Format a change: `12 March 2025: changed (Lamps repaired)`."""
    day = context.language.day(change.day)
    label = context.text(CHANGE_LABELS[change.kind])
    text = context.text("{day}: {change}", day=day, change=label)
    return context.text("{change} ({why})", change=text, why=change.reason) if change.reason else text


def list_remarks(context: PageContext, path: str, record: Record) -> Iterator[LabelledValue]:
    """The notes, who checked the record, when it was last updated, and its changes."""
    yield from list_facts(
        (context.text("Notes"), link_text(context, record, record.notes)),
        (context.text("Checked by"), link_text(context, record, record.reviewed_by)),
        (context.text("Record updated"), context.language.when(record.updated) if record.updated and record.updated.day
         else None))
    yield from list_record_changes(context, path)


def format_phases(context: PageContext, phases: Iterable[str]) -> str:
    """Format core phases in their order, by their labels."""
    return join_items(context, (context.label("phase", phase) for phase in sorted(phases, key=PHASES.index)))


def format_amounts(context: PageContext, record: Record, amounts: Iterable[Amount]) -> Iterator[LocalizedText]:
    """Format published quantities: `lamps: 12`."""
    for amount in amounts:
        what = localize_text(context, record, amount.what)
        write = format_people if amount.counts_people else None
        quantity = format_amount(context, amount.value, amount.unit, amount.precision, write, record=record)
        yield LocalizedText(context.text("{what}: {amount}", what=what.text, amount=quantity), what.lang)


def build_outcome(context: PageContext, record: Issue | Case, outcome: Outcome) -> OutcomeView:
    """The view of the outcome of `record`: if it has no photos, photos as evidence are not published."""
    evidence = ((kind, context.label("evidence", kind)) for kind in outcome.evidence)
    return OutcomeView(
        context.label("outcome_kind", outcome.kind) if outcome.kind else "",
        localize_text(context, record, outcome.text), tuple(format_amounts(context, record, outcome.quantities)),
        localize_texts(context, record, outcome.side_effects), localize_texts(context, record, outcome.tradeoffs),
        localize_text(context, record, outcome.mechanism),
        join_items(context, (context.text("{evidence} (not published)", evidence=label)
                             if kind == "photo" and not record.photos else label for kind, label in evidence)),
    )


def link_gaps_page(context: PageContext, place: str) -> Link | None:
    """A link to the gaps page of a place, None if it has none."""
    if place not in context.record_lists.places_with_gaps:
        return None
    return Link(context.text("Gaps and improvements"), f"{place}/gaps/index.html")
