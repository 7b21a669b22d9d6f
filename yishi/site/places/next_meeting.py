"""The next meeting of a place, else its latest one."""

from msgspec import Struct

from ..page_context import PageContext, RecordRow


class NextMeeting(Struct, frozen=True):
    """The next meeting of a place, else its latest one; `said` is which of them."""

    label: str
    row: RecordRow
    venue: str


def find_next_meeting(edition: PageContext, place: str) -> NextMeeting | None:
    """The next meeting of a place and those below it, else the latest; None if no meeting is public yet."""
    to_come = find_upcoming_meetings(edition, place)
    held = edition.record_lists.by_kind_in["meetings"].get(place, ())
    path = next(iter((*to_come, *held)), "")
    if not path:
        return None
    said = edition.text("Next meeting") if to_come else edition.text("Latest meeting")
    return NextMeeting(said, edition.rows[path], edition.library.meetings[path].venue or "")


def find_upcoming_meetings(edition: PageContext, place: str) -> list[str]:
    """The meetings of a place that are not over on the day of the report, the soonest first."""
    meetings = edition.record_lists.by_kind_in["meetings"].get(place, ())
    dates = {path: edition.library.meetings[path].date for path in meetings}
    to_come = [(day, path) for path, when in dates.items() if (day := when.latest) and day >= edition.as_of]
    return [path for _, path in sorted(to_come)]
