"""The next meeting of a place, else its latest one."""

from msgspec import Struct

from ..page_context import PageContext, RecordRow


class NextMeeting(Struct, frozen=True):
    """The next meeting of a place, else its latest one; `said` is which of them."""

    label: str
    row: RecordRow
    venue: str


def find_next_meeting(context: PageContext, place: str) -> NextMeeting | None:
    """The next meeting of a place and those below it, else the latest; None if no meeting is public yet."""
    to_come = find_upcoming_meetings(context, place)
    held = context.record_lists.by_kind_in["meetings"].get(place, ())
    path = next(iter((*to_come, *held)), "")
    if not path:
        return None
    said = context.text("Next meeting") if to_come else context.text("Latest meeting")
    return NextMeeting(said, context.rows[path], context.library.meetings[path].venue or "")


def find_upcoming_meetings(context: PageContext, place: str) -> list[str]:
    """The meetings of a place that are not over on the day of the report, the soonest first."""
    meetings = context.record_lists.by_kind_in["meetings"].get(place, ())
    dates = {path: context.library.meetings[path].date for path in meetings}
    to_come = [(day, path) for path, when in dates.items() if (day := when.latest) and day >= context.as_of]
    return [path for _, path in sorted(to_come)]
