"""The page of an event: what was presented, the wall on that day and the changes since, the reviews."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping

from msgspec import Struct

from ...analysis.record_lists import build_wall, sort_newest_first
from ...analysis.summaries import StatusSnapshot
from ...model.paths import get_place_of
from ...model.records import Event
from ..layout import get_group_page
from ..page_context import (
    STATUS_SHAPES,
    Link,
    LocalizedText,
    Mark,
    PageContext,
    RecordRow,
    format_status,
    join_sentences,
    link_to_record,
    localize_label,
    localize_text,
    select_rows,
)
from ..record_parts import (
    LabelledValue,
    RecordParts,
    build_record_parts,
    explain_suppression,
    format_headcount,
    link_gaps_page,
    list_facts,
)
from ..site_data import StatusSinceEvent
from ..wall_notes import WallColumnView, WallNote, build_note_at_event, build_status_columns
from .ratings_matrix import RatingsMatrix, build_ratings_matrix

Presentation = tuple[Link | None, Link | None, LocalizedText]
"""What was presented: the place, the case, and the format."""

PresentationGroup = tuple[LocalizedText, LocalizedText, tuple[Presentation, ...], str]
"""A group of presentations: its label, its session, what was presented, and the path of its page."""


StatusTransition = tuple[Mark, Mark, str, tuple[WallNote, ...]]
"""A status at the event and one now, how many issues moved from one to the other, and their notes if they differ; where
they do not, the label of the second says so, or that nothing later is known."""


class EventWall(Struct, frozen=True):
    """The wall on the day of an event, and the changes since, in words and issue by issue."""

    day: str
    columns: tuple[WallColumnView, ...]
    summary: str
    transitions: tuple[StatusTransition, ...]


class EventView(Struct, frozen=True):
    """The view of an event's page; `missing_wall_text`: why its wall cannot be shown; `plans_here`: those of its place,
    where no plan says that it is based on the event."""

    parts: RecordParts
    aim: LocalizedText
    suppression_note: str
    presentation_groups: tuple[PresentationGroup, ...]
    event_wall: EventWall | None
    missing_wall_text: str
    current_wall: Link
    matrix: RatingsMatrix | None
    reviews: tuple[RecordRow, ...]
    plans: tuple[RecordRow, ...]
    plans_here: tuple[RecordRow, ...]
    gaps: Link | None


def build_event_view(context: PageContext, path: str, event: Event) -> EventView:
    """The view of the page of the event at `path`."""
    place = get_place_of(path)
    named_by = context.library.referrers
    attendance = format_headcount(context, event.attendance)
    given = sort_newest_first((review for review, at in context.record_lists.event_of.items() if at == path),
                              context.record_lists.date_of)
    plans = dict.fromkeys(plan for review in given for plan in named_by(review, "plan.from"))
    return EventView(
        parts=build_record_parts(context, path, event, _event_facts(context, path, event, attendance)),
        aim=localize_text(context, event, event.aim),
        suppression_note=explain_suppression(context, attendance),
        presentation_groups=tuple(_presentation_groups(context, path, event)),
        event_wall=_event_wall(context, path, event), missing_wall_text=_explain_missing_wall(context, path, event),
        current_wall=Link(context.text("The wall as it is now"), f"{place}/wall/index.html"),
        matrix=build_ratings_matrix(context, path, given),
        reviews=select_rows(context, (review for review in given if context.library.reviews[review].target == path)),
        plans=select_rows(context, plans),
        plans_here=() if plans else select_rows(context, context.record_lists.by_kind_in["plans"].get(place, ())),
        gaps=link_gaps_page(context, place),
    )


def _event_facts(context: PageContext, path: str, event: Event, attendance: str) -> Iterator[LabelledValue]:
    text = context.text
    names = (localize_label(context, criterion) for criterion in event.criteria)
    return list_facts(
        (text("Place"), link_to_record(context, get_place_of(path))), (text("Date"), context.language.when(event.date)),
        (text("Kind"), context.label("event_kind", event.kind)), (text("Took part"), attendance),
        (text("Further criteria"), (Link(name.text, "", name.lang) for name in names)))


def _presentation_groups(context: PageContext, path: str, event: Event) -> Iterator[PresentationGroup]:
    for number, group in enumerate(event.groups, 1):
        presentations = tuple((link_to_record(context, one.place), link_to_record(context, one.case),
                               localize_text(context, event, one.format)) for one in group.presentations)
        yield (localize_text(context, event, group.label), localize_text(context, event, group.session),
               presentations, get_group_page(path, number))


# --- the wall of the day ----------------------------------------------------------------------------------------------


def _explain_missing_wall(context: PageContext, path: str, event: Event) -> str:
    if path in context.site_data.status_since_event:
        return ""
    if event.date.day is None:
        return context.text("The day of the event is not known, so its wall cannot be shown.")
    return context.text("The event is not over yet; its wall will be shown here.")


def _event_wall(context: PageContext, path: str, event: Event) -> EventWall | None:
    day = event.date.latest
    then = context.site_data.status_since_event.get(path)
    if day is None or then is None:
        return None

    def build_note(issue: str) -> WallNote:
        return build_note_at_event(context, issue, *then.statuses[issue])

    wall = build_wall({issue: before for issue, (before, _) in then.statuses.items()}, day)
    columns = tuple(build_status_columns(context, get_place_of(path), wall, build_note))
    return EventWall(context.language.day(day), columns, _describe_transitions(context, then),
                     tuple(_status_transitions(context, then.statuses, build_note)))


def _describe_transitions(context: PageContext, then: StatusSinceEvent) -> str:
    moved = sum(before.status != now.status for before, now in then.statuses.values())
    first = context.plural("{n} issue had been raised by that day; with another status now: {moved}.",
                           "{n} issues had been raised by that day; with another status now: {moved}.",
                           len(then.statuses), moved=context.number(moved))
    if not moved and _is_untold(context, then.statuses):
        first = context.plural("{n} issue had been raised by that day; what became of it since, no report tells.",
                               "{n} issues had been raised by that day; what became of them since, no report tells.",
                               len(then.statuses))
    second = context.plural("{n} more issue has been raised since.", "{n} more issues have been raised since.",
                            then.raised_since)
    return join_sentences(context, (first, second if then.raised_since else ""))


def _is_untold(context: PageContext, issues: Iterable[str]) -> bool:
    """Whether all these issues are known only from the press, so that silence does not say that nothing happened."""
    return all(context.site_data.list_items[path].from_press for path in issues)


def _status_transitions(context: PageContext, snapshots: Mapping[str, tuple[StatusSnapshot, StatusSnapshot]],
                        build_note: Callable[[str], WallNote]) -> Iterator[StatusTransition]:
    """The issues whose status has changed, by old and new status in the order of the statuses."""
    groups: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for path, (before, now) in snapshots.items():
        groups[before.status, now.status].append(path)
    order = {status: position for position, status in enumerate(context.library.vocabulary.terms["status"])}
    for status_before, status_after in sorted(groups, key=lambda move: (order[move[0]], order[move[1]])):
        paths = groups[status_before, status_after]
        notes = tuple(map(build_note, paths)) if status_before != status_after else ()
        reported = _is_untold(context, paths)
        before_mark, mark = (Mark(status, format_status(context, status, reported=reported), STATUS_SHAPES[status])
                             for status in (status_before, status_after))
        if not notes:
            mark = Mark(status_after, context.text("not reported since") if reported else context.text("still there"))
        yield before_mark, mark, context.number(len(paths)), notes
