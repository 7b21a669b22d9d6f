"""The digest of a week: what was raised, moved and resolved, and what comes next; to print, or to copy into a chat."""

from collections.abc import Iterator, Mapping
from datetime import timedelta

from msgspec import Struct

from ...analysis.news import WEEK, CalendarEntry
from ...core.outputs import Output
from ...model.language import marked
from ...model.times import TimeSpan
from ..issue_timeline import localize_stages
from ..layout import CHANGES_PAGE, build_absolute_url, build_breadcrumbs, build_page, join_place_path
from ..page_context import (
    Link,
    LocalizedText,
    PageContext,
    Section,
    format_time_span,
    link_to_record,
    localize_name,
    localize_text,
)

WEEK_PAGE = "week/index.html"

_NEWS_TITLES: Mapping[str, str] = {
    "new": marked("Newly raised"), "moved": marked("Moved on"), "resolved": marked("Resolved")}

_ENTRY_TEXTS: Mapping[str, str] = {
    "meeting": marked("Meeting: {title}"), "event": marked("Event: {title}"), "session": marked("Session: {what}"),
    "promise": marked("Promised by this day: {title}"), "followup": marked("Follow-up due: {title}"),
    "action": marked("Action due: {what}"), "recommendation": marked("Recommendation due: {what}"),
}
"""Kind of a calendar entry → what is written of it."""

WeekEntry = tuple[Link, str]
"""A record, and its place, step or day in words."""


class WeekView(Struct, frozen=True):
    """The week of a place (`scope` None: of the site). `changed`: how many records were changed (None: not known, or
    none); `text`: the same as plain text, to be copied."""

    scope: Link | None
    days: str
    sections: tuple[Section[WeekEntry], ...]
    changed: Link | None
    text: str


def build_week_page(context: PageContext, place: str) -> Output:
    """The digest of the seven days up to the day of the report, of a place ("" = the site) and those below it."""
    scope = link_to_record(context, place)
    name = localize_name(context, context.library.places.get(place) or context.library.site).text
    title = context.text("{place}: the week", place=name)
    day = context.language.day
    days = context.text("{first} to {last}", first=day(context.as_of - WEEK + timedelta(1)), last=day(context.as_of))
    sections = tuple(_week_sections(context, place))
    path = join_place_path(place, WEEK_PAGE)
    address = build_absolute_url(context, context.language.tag, path)
    heading = context.text("{name} ({n})", name=title, n=days)
    changed = _describe_changed(context, place)
    view = WeekView(scope, days, sections, changed, "\n".join(_plain_lines(
        context, heading, sections, changed.text if changed else "", address)))
    return build_page(context, path, "pages/week.html", title, view,
                      trail=build_breadcrumbs(context, place, Link(context.text("The week"))))


def describe_calendar_entry(context: PageContext, entry: CalendarEntry) -> str:
    """What takes place or is due, in words."""
    record = context.library.record(entry.record) if entry.detail else None
    what = localize_text(context, record, entry.detail).text if record else ""
    return context.text(_ENTRY_TEXTS[entry.kind], title=context.rows[entry.record].title, what=what)


def find_entry_time(context: PageContext, entry: CalendarEntry) -> TimeSpan | None:
    """The time of a meeting of one day; None if it is not known, and of all else."""
    meeting = context.library.meetings.get(entry.record) if entry.kind == "meeting" and entry.days == 1 else None
    return meeting.time if meeting else None


def _week_sections(context: PageContext, place: str) -> Iterator[Section[WeekEntry]]:
    news = [one for one in context.site_data.news.get(place) or () if one.day > context.as_of - WEEK]
    for kind, title in _NEWS_TITLES.items():
        issues = dict.fromkeys(one.issue for one in news if one.kind == kind)
        if issues:
            yield _section(context, kind, title, tuple(_issue_entry(context, path, kind) for path in issues))
    yield from list_ahead(context, place, "ahead", marked("In the next seven days"), timedelta(0), WEEK)


def list_ahead(context: PageContext, place: str, key: str, title: str, after: timedelta,
               until: timedelta) -> Iterator[Section[WeekEntry]]:
    """The section of what takes place or is due later than `after` the day of the report, and not later than `until`
    after it; none if there is nothing."""
    ahead = sorted((entry for entry in context.site_data.calendar.get(place) or ()
                    if after < entry.day - context.as_of <= until),
                   key=lambda entry: (entry.day, str(find_entry_time(context, entry) or ""), entry))
    if ahead:
        yield _section(context, key, title, tuple(_calendar_entry(context, entry) for entry in ahead))


def _describe_changed(context: PageContext, place: str) -> Link | None:
    """Say how many records there and below were changed, with a link to the changes of all records."""
    number = (context.site_data.changed_lately.get(place) or 0) if context.has_change_log else 0
    return Link(context.plural("{n} record was changed in these days.", "{n} records were changed in these days.",
                               number), CHANGES_PAGE) if number else None


def _section(context: PageContext, key: str, title: str, entries: tuple[WeekEntry, ...]) -> Section[WeekEntry]:
    return Section(context.text(title), entries, Link(context.number(len(entries))), key)


def _issue_entry(context: PageContext, path: str, kind: str) -> WeekEntry:
    """An issue and its place; of one that moved on also which step that was: it may be that it was opened again."""
    row, last_step = context.rows[path], context.site_data.list_items[path].last_step
    if kind != "moved" or last_step is None:
        return Link(row.title, row.target, row.lang), row.place
    issue = context.library.issues[path]
    stage = localize_stages(context, issue).get(issue.log[last_step[1]].stage, LocalizedText(""))
    return Link(row.title, row.target, row.lang), " · ".join(filter(None, (row.place, stage.text)))


def _calendar_entry(context: PageContext, entry: CalendarEntry) -> WeekEntry:
    row = context.rows[entry.record]
    when = (context.language.day(entry.day), format_time_span(find_entry_time(context, entry)))
    parts = filter(None, (" ".join(filter(None, when)), row.place))
    return Link(describe_calendar_entry(context, entry), row.target, row.lang), " · ".join(parts)


def _plain_lines(context: PageContext, title: str, sections: tuple[Section[WeekEntry], ...],
                 changed: str, address: str) -> Iterator[str]:
    yield title
    for section in sections:
        yield ""
        yield context.text("{label} {number}", label=section.title, number=section.number.text)
        yield from (f"· {about}{context.text(': ')}{link.text}" if about else f"· {link.text}"
                    for link, about in section.items)
    if not sections:
        yield context.text("No news in these days.")
    yield from ("", changed) if changed else ()
    yield from ("", address) if address else ()
