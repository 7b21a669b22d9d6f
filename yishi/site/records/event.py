"""The page of an event: what was shown, the wall as it stood on the day and what has moved since, the reviews."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping

from msgspec import Struct

from ...analysis.record_lists import build_wall, sort_newest_first
from ...analysis.summaries import StatusSnapshot
from ...model.paths import get_place_of
from ...model.records import Event
from ..page_context import (
    STATUS_SHAPES,
    Link,
    PageContext,
    RecordRow,
    format_status,
    join_sentences,
    link_to_record,
    link_to_records,
    select_rows,
)
from ..record_parts import (
    LabelledValue,
    RecordParts,
    build_record_parts,
    explain_suppression,
    format_headcount,
    link_gaps_page,
    localize_label,
)
from ..site_data import StatusSinceEvent
from ..wall_notes import WallColumnView, WallNote, build_note_at_event, build_status_columns
from .ratings_matrix import RatingsMatrix, build_ratings_matrix


class PresentationView(Struct, frozen=True):
    """What one place presented, and in which format."""

    place: Link | None
    case: Link | None
    format: str


class PresentationGroup(Struct, frozen=True):
    """A group of presentations, in one session."""

    label: str
    session: str
    presentations: tuple[PresentationView, ...]


class StatusTransition(Struct, frozen=True):
    """The issues that stood somewhere on the day and stand elsewhere now."""

    status_before: str
    shape_before: str
    status_now: str
    shape_now: str
    number: str
    notes: tuple[WallNote, ...]


class EventWall(Struct, frozen=True):
    """The wall as it stood on the day of an event, and what has moved since, in words and one by one."""

    day: str
    columns: tuple[WallColumnView, ...]
    summary: str
    transitions: tuple[StatusTransition, ...]


class EventView(Struct, frozen=True):
    """Everything that the page of an event shows. `no_wall` says why its wall cannot be shown."""

    parts: RecordParts
    aim: str
    suppression_note: str
    presentation_groups: tuple[PresentationGroup, ...]
    event_wall: EventWall | None
    missing_wall_text: str
    current_wall: Link
    matrix: RatingsMatrix | None
    reviews: tuple[RecordRow, ...]
    plans: tuple[RecordRow, ...]
    gaps: Link | None


def build_event_view(edition: PageContext, path: str, event: Event) -> EventView:
    """What the page of the event at `path` shows."""
    place, named_by = get_place_of(path), edition.library.referrers
    attendance = format_headcount(edition, event.attendance) if event.attendance else ""
    given = sort_newest_first((review for review, at in edition.record_lists.event_of.items() if at == path),
                              edition.record_lists.date_of)
    plans = dict.fromkeys(plan for review in given for plan in named_by(review, "plan.from"))
    return EventView(
        parts=build_record_parts(edition, path, event, _event_facts(edition, path, event, attendance)),
        aim=event.aim or "",
        suppression_note=explain_suppression(edition, attendance),
        presentation_groups=tuple(_presentation_groups(edition, event)),
        event_wall=_event_wall(edition, path, event), missing_wall_text=_explain_missing_wall(edition, path, event),
        current_wall=Link(edition.text("The wall as it is now"), f"{place}/wall/index.html"),
        matrix=build_ratings_matrix(edition, path, given),
        reviews=select_rows(edition, (one for one in given if edition.library.reviews[one].target == path)),
        plans=select_rows(edition, plans), gaps=link_gaps_page(edition, place),
    )


def _event_facts(edition: PageContext, path: str, event: Event, attendance: str) -> Iterator[LabelledValue]:
    text = edition.text
    yield LabelledValue(text("Place"), link_to_records(edition, [get_place_of(path)]))
    yield LabelledValue(text("Date"), (Link(edition.language.when(event.date)),))
    yield LabelledValue(text("Kind"), (Link(edition.label("event_kind", event.kind)),))
    if attendance:
        yield LabelledValue(text("Took part"), (Link(attendance),))
    if event.criteria:
        names = (localize_label(edition, one) for one in event.criteria)
        yield LabelledValue(text("Further criteria"), tuple(Link(name.text, "", name.lang) for name in names))


def _presentation_groups(edition: PageContext, event: Event) -> Iterator[PresentationGroup]:
    for group in event.groups:
        shown = (PresentationView(link_to_record(edition, one.place), link_to_record(edition, one.case),
                                  one.format or "")
                 for one in group.presentations)
        yield PresentationGroup(group.label or "", group.session or "", tuple(shown))


# --- the wall of the day ----------------------------------------------------------------------------------------------


def _explain_missing_wall(edition: PageContext, path: str, event: Event) -> str:
    if path in edition.site_data.status_since_event:
        return ""
    if event.date.day is None:
        return edition.text("The day of the event is not known, so its wall cannot be shown.")
    return edition.text("The event is not over yet; its wall will be shown here.")


def _event_wall(edition: PageContext, path: str, event: Event) -> EventWall | None:
    day, then = event.date.latest, edition.site_data.status_since_event.get(path)
    if day is None or then is None:
        return None

    def paper(issue: str) -> WallNote:
        return build_note_at_event(edition, issue, *then.statuses[issue])

    wall = build_wall({issue: before for issue, (before, _) in then.statuses.items()}, day)
    columns = tuple(build_status_columns(edition, get_place_of(path), wall, paper))
    return EventWall(edition.language.day(day), columns, _describe_transitions(edition, then),
                     tuple(_status_transitions(edition, then.statuses, paper)))


def _describe_transitions(edition: PageContext, then: StatusSinceEvent) -> str:
    moved = sum(before.status != now.status for before, now in then.statuses.values())
    first = edition.plural("{n} issue had been raised by that day; with another status now: {moved}.",
                           "{n} issues had been raised by that day; with another status now: {moved}.",
                           len(then.statuses),
                           moved=edition.number(moved))
    second = edition.plural("{n} more issue has been raised since.", "{n} more issues have been raised since.",
                            then.raised_since)
    return join_sentences(edition, (first, second if then.raised_since else ""))


def _status_transitions(edition: PageContext, stood: Mapping[str, tuple[StatusSnapshot, StatusSnapshot]],
                        paper: Callable[[str], WallNote]) -> Iterator[StatusTransition]:
    """The issues that stand elsewhere now, by where from and where to, in the order of the statuses."""
    groups: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for path, (before, now) in stood.items():
        groups[before.status, now.status].append(path)
    statuses = tuple(edition.library.vocabulary.terms["status"])
    for before_, after in sorted(groups, key=lambda move: (statuses.index(move[0]), statuses.index(move[1]))):
        paths = groups[before_, after]
        papers = tuple(map(paper, paths)) if before_ != after else ()
        reported = all(edition.site_data.list_items[path].from_press for path in paths)
        before_label, label = (format_status(edition, status, reported=reported) for status in (before_, after))
        yield StatusTransition(before_label, STATUS_SHAPES[before_], label, STATUS_SHAPES[after],
                               edition.number(len(paths)), papers)
