"""The next meeting of a place, else its latest one."""

from msgspec import Struct

from ..page_context import PageContext, RecordRow


class NextMeeting(Struct, frozen=True):
    """The next meeting of a place, else its latest one; `label` says which."""

    label: str
    row: RecordRow
    venue: str


def find_next_meeting(context: PageContext, place: str) -> NextMeeting | None:
    """Return the next meeting of a place and those below it, else the latest; None if there is no public meeting."""
    to_come = find_upcoming_meetings(context, place)
    meetings = context.record_lists.by_kind_in["meetings"].get(place, ())
    path = next(iter((*to_come, *meetings)), "")
    if not path:
        return None
    label = context.text("Next meeting") if to_come else context.text("Latest meeting")
    return NextMeeting(label, context.rows[path], context.library.meetings[path].venue or "")


def find_upcoming_meetings(context: PageContext, place: str) -> list[str]:
    """Return the meetings of a place that are not over on the day of the report, the soonest first."""
    meetings = context.record_lists.by_kind_in["meetings"].get(place, ())
    dates = {path: context.library.meetings[path].date for path in meetings}
    to_come = [(day, path) for path, when in dates.items() if (day := when.latest) and day >= context.as_of]
    return [path for _, path in sorted(to_come)]
