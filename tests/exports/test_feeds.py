"""Feeds and calendars tell what the records say, under names that stay, and can be read by what reads them."""

import io
import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import feedparser
import pytest
from icalendar import Calendar

from tests.support.repository import Repository
from tests.support.workshop import NOON, Built, Workshop
from yishi.analysis.news import MAX_CALENDAR_ENTRIES, MAX_NEWS
from yishi.exports.feeds import remove_non_xml_characters

NAMES = ["full", "english-city", "three-languages"]
NORTH = "places/example-city/northside"
SLABS = f"{NORTH}/issues/uneven-slabs"


@pytest.fixture(params=NAMES)
def site(request: pytest.FixtureRequest, sites: dict[str, Built]) -> Built:
    """Each of the sites that know their address."""
    return sites[request.param]


def feeds_of(site: Built) -> Iterator[tuple[str, Any]]:
    for path, data in site.files.items():
        if path.endswith("feed.xml"):
            yield path, feedparser.parse(io.BytesIO(data))


def events_of(data: bytes) -> list[Any]:
    return list(Calendar.from_ical(data).walk("VEVENT"))


def scopes_of(site: Built) -> list[str]:
    return [f"{folder}{place}" for folder in site.languages.values()
            for place in ("", *(f"{path}/" for path in site.report.checked.library.places))]


def read(city: Workshop, file: str) -> bytes:
    return (city.output / file).read_bytes()


# --- feeds ------------------------------------------------------------------------------------------------------------


def test_every_place_has_a_feed_that_readers_understand(site: Built) -> None:
    """In every language: well formed, with title, author, date and an address of its own; newest first, at most 50."""
    found = dict(feeds_of(site))
    assert found.keys() == {f"{scope}feed.xml" for scope in scopes_of(site)}
    base = site.report.checked.library.site.base_url or ""
    for path, feed in found.items():
        assert (feed.bozo, feed.version) == (False, "atom10"), path
        assert feed.feed.id == base + path
        assert feed.feed.title
        assert feed.feed.author
        dates = [entry.updated for entry in feed.entries]
        assert dates == sorted(dates, reverse=True)
        assert len(dates) <= MAX_NEWS
        assert feed.feed.updated == (dates[0] if dates else "1970-01-01T12:00:00Z")


def test_every_entry_leads_to_a_page_and_is_told_once(site: Built) -> None:
    """No two entries have one id; each has a title, a summary and the absolute address of its issue."""
    base = site.report.checked.library.site.base_url or ""
    for path, feed in feeds_of(site):
        ids = [entry.id for entry in feed.entries]
        assert len(set(ids)) == len(ids), path
        for entry in feed.entries:
            assert entry.link.removeprefix(base) + "index.html" in site.pages
            assert entry.id.partition("#")[0] == entry.link
            assert entry.title
            assert entry.summary


def test_a_feed_tells_what_is_new_moved_on_resolved_and_due(full: Built) -> None:
    """All four kinds of news occur, in the words of the language."""
    kinds = {entry.id.rpartition("#")[2].partition("-")[0] for _, feed in feeds_of(full) for entry in feed.entries}
    assert kinds == {"new", "moved", "resolved", "followup"}
    titles = [entry.title for entry in feedparser.parse(io.BytesIO(full.files["feed.xml"])).entries]
    assert {title.partition("：")[0] for title in titles} == {"新议题", "有进展", "已办结", "该回访了"}


def test_the_feed_of_a_place_tells_of_nothing_else(full: Built) -> None:
    """What stands in the feed of a place is of it or of a place below."""
    base = full.report.checked.library.site.base_url or ""
    for place in full.report.checked.library.places:
        feed = feedparser.parse(io.BytesIO(full.files[f"{place}/feed.xml"]))
        assert all(entry.link.startswith(f"{base}{place}/") for entry in feed.entries)


def test_the_day_of_the_report_changes_no_entry(city: Workshop) -> None:
    """Dates come from the records: a later build tells the same, until something happens or falls due."""
    city.build(as_of=date(2025, 6, 20))  # within a month in which something was raised that is known to the month
    before = read(city, "feed.xml")
    city.build(as_of=date(2025, 6, 21))
    assert b"uneven-slabs/#new" in before
    assert read(city, "feed.xml") == before


def test_a_new_step_is_news(city: Workshop) -> None:
    """The entry of the step before goes, that of the new one comes first; the issue stays new under its old id."""
    city.build()
    before = {entry.id for entry in feedparser.parse(io.BytesIO(read(city, "feed.xml"))).entries}
    text = city.read(f"{SLABS}.yaml")
    city.write(f"{SLABS}.yaml", f"{text.rstrip()}\n  - 2025-12-30 table: looked at again\n")
    city.build()
    feed = feedparser.parse(io.BytesIO(read(city, "feed.xml")))
    added = [entry.id for entry in feed.entries if entry.id not in before]
    assert len(added) == 1
    assert added[0].endswith("uneven-slabs/#moved-2025-12-30")
    assert feed.entries[0].id == added[0]


def test_without_an_address_there_is_no_feed_and_no_link_to_one(sites: dict[str, Built]) -> None:
    """A feed must name its site; where nobody said its address, there is none. Calendars need none."""
    site = sites["no-method"]
    assert [path for path in site.files if path.endswith("feed.xml")] == []
    assert not any("feed.xml" in page.source for page in site.pages.values())
    assert "calendar.ics" in site.files


def test_the_pages_lead_to_the_feeds(full: Built) -> None:
    """Each page to that of the site; a place's page to its own, too, and in words."""
    place = "places/shili-shi/shili-zhen/dongshequ"
    for path, page in full.pages.items():
        named = [link.get("href") for link in page.all("link") if link.get("type") == "application/atom+xml"]
        assert named or path == "404.html", path
    words = [link.get("href") for link in full.pages[f"{place}/index.html"].all("a")]
    for file in ("feed.xml", "calendar.ics"):
        assert f"../../../../{place}/{file}" in words
    assert "../../../../data/index.html" in words


def test_what_no_xml_may_hold_is_left_out_of_feeds(city: Workshop) -> None:
    """No check lets such a character through, and if one did it would break neither the feed nor the calendar."""
    assert remove_non_xml_characters("Un\x1feven\ufffe") == "Uneven"
    city.replace(f"{SLABS}.yaml", "title: Uneven slabs on Elm Square", 'title: "Uneven & <b>"')
    city.build()
    feed = feedparser.parse(io.BytesIO(read(city, "feed.xml")), sanitize_html=False)
    assert not feed.bozo
    assert "New: Uneven & <b>" in [entry.title for entry in feed.entries]


# --- calendars --------------------------------------------------------------------------------------------------------


def test_every_place_has_a_calendar_that_is_read_back(site: Built) -> None:
    """In every language; each entry has a name of its own, a whole day, and a stamp in UTC, never in the future."""
    found = {path: events_of(data) for path, data in site.files.items() if path.endswith(".ics")}
    assert found.keys() == {f"{scope}calendar.ics" for scope in scopes_of(site)}
    for path, events in found.items():
        uids = [str(event["uid"]) for event in events]
        assert len(set(uids)) == len(uids), path
        assert len(uids) <= MAX_CALENDAR_ENTRIES
        for event in events:
            day = event["dtstart"].dt
            assert type(day) is date
            assert event["dtstamp"].dt <= NOON
            assert event["dtstamp"].dt.utcoffset() == timedelta(0)
            assert event["summary"]


def test_a_calendar_of_nothing_is_still_a_calendar(city: Workshop) -> None:
    """One without any component is none (RFC 5545, 3.6): programs that subscribe to it would report an error."""
    for file in city.content.iterdir():
        if file.name != "site.yaml":
            shutil.rmtree(file) if file.is_dir() else file.unlink()
    assert city.build().write_result
    calendar = Calendar.from_ical((city.output / "calendar.ics").read_bytes())
    assert [component.name for component in calendar.subcomponents] == ["VTIMEZONE"]


def test_a_calendar_holds_meetings_events_promises_and_follow_ups(full: Built) -> None:
    """Everything that takes place or falls due, with its page; nothing that only the press tells of is due."""
    events = events_of(full.files["calendar.ics"])
    kinds = {str(event["summary"]).partition("：")[0] for event in events}
    assert kinds >= {"会议", "活动", "承诺这天办好", "该回访了", "建议这天落实"}
    named = [(str(event["summary"]), event["dtstart"].to_ical()) for event in events]
    assert len(set(named)) == len(named)
    assert all(name.partition("（")[2] for name, _ in named), "whose it is, beside entries of other communities"
    base = full.report.checked.library.site.base_url or ""
    assert all(str(event["url"]).removeprefix(base) + "index.html" in full.pages for event in events)


def test_a_follow_up_leaves_the_calendar_once_it_was_made(city: Workshop) -> None:
    """What is done need not be done any more; the other days keep their names."""
    city.replace(f"{SLABS}.yaml", "2025-07-02 table:", "2025-10-01 resolved:")
    city.build()
    before = {str(event["uid"]): str(event["summary"]) for event in events_of(read(city, "calendar.ics"))}
    asked = {uid for uid, name in before.items() if name == "Follow-up due: Uneven slabs on Elm Square (Northside)"}
    assert len(asked) == 1
    city.write(f"{SLABS}.yaml", f"{city.read(f'{SLABS}.yaml').rstrip()}\nfollowups:\n  - 2025-12-30 holds: flat\n")
    city.build()
    after = {str(event["uid"]) for event in events_of(read(city, "calendar.ics"))}
    assert after == before.keys() - asked


def test_a_meeting_that_is_put_off_keeps_its_name(city: Workshop) -> None:
    """Whoever subscribed sees it move, and not a second one; of two days it lasts until the end of the second."""
    meeting = f"{NORTH}/meetings/next.yaml"
    city.write(meeting, "title: The next round\ndate: 2026-01-10\nvenue: the library\n")
    city.build()
    uid = _uid(city, "Meeting: The next round (Northside)")
    city.write(meeting, "title: The next round\ndate: 2026-01-17/2026-01-18\nvenue: the library\n")
    city.build()
    event = next(event for event in events_of(read(city, "calendar.ics")) if str(event["uid"]) == uid)
    assert (event["dtstart"].dt, str(event["location"])) == (date(2026, 1, 17), "the library")
    assert event["dtend"].dt == date(2026, 1, 19)


def test_a_meeting_with_a_time_begins_and_ends_then_in_the_time_zone_of_the_site(city: Workshop) -> None:
    """DTSTART and DTEND with the TZID that the file defines (RFC 5545 §3.2.19); without a time it lasts the day."""
    held = {"evening": "2026-01-10\ntime: 7-8:30 pm", "open": "2026-07-11\ntime: 19:00", "whole-day": "2026-01-12",
            "two-days": "2026-01-10/2026-01-11\ntime: 19:00-20:30"}
    for name, when in held.items():
        city.write(f"{NORTH}/meetings/{name}.yaml", f"title: {name}\ndate: {when}\n")
    city.build()
    file = read(city, "calendar.ics").decode()
    spans = {name: (event["dtstart"].to_ical(), event.get("dtend")) for event in events_of(file.encode())
             if (name := str(event["summary"]).removeprefix("Meeting: ").removesuffix(" (Northside)")) in held}
    assert {name: start.decode() for name, (start, _) in spans.items()} == {
        "evening": "20260110T190000", "open": "20260711T190000", "whole-day": "20260112", "two-days": "20260110"}
    assert file.count("BEGIN:VTIMEZONE") == file.count("TZID:Europe/London") == 1
    assert "DTSTART;TZID=Europe/London:20260110T190000" in file
    assert "DTEND;TZID=Europe/London:20260110T203000" in file
    assert spans["open"][1] is None
    page = read(city, f"{NORTH}/meetings/evening/index.html").decode()
    assert "10 January 2026 19:00–20:30" in page
    assert '"startDate":"2026-01-10T19:00+00:00","endDate"' in page.replace(": ", ":").replace(", ", ",")


def test_what_is_to_be_done_twice_stands_there_twice(city: Workshop) -> None:
    """Two actions of one meeting in the same words, due on the same day, are two entries, each with its own name."""
    action = "{what: look again, due: 2026-01-10}"
    city.write(f"{NORTH}/meetings/next.yaml", f"title: Round\ndate: 2025-12-10\nactions: [{action}, {action}]\n")
    city.build()
    found = [event for event in events_of(read(city, "calendar.ics")) if "look again" in event["summary"]]
    assert len({str(event["uid"]) for event in found}) == len(found) == 2
    assert [str(event["summary"]) for event in found] == [
        "Action due: look again (Northside)", "Action due: look again (Northside) 2"]


def test_a_stamp_never_goes_back(city: Workshop) -> None:
    """Whatever the dates in a record do: a program that has an entry takes the newer one only."""
    meeting, stamps = f"{NORTH}/meetings/next.yaml", []
    for number, day in enumerate(("2026-03-10", "2026-01-07", "2026-01-05")):
        city.write(meeting, f"title: Round\ndate: {day}\n")
        city.build(as_of=date(2025, 12, 28 + number))
        event = next(one for one in events_of(read(city, "calendar.ics"))
                     if one["summary"] == "Meeting: Round (Northside)")
        assert event["dtstart"].dt == date.fromisoformat(day)
        stamps.append(event["dtstamp"].dt)
    assert stamps == sorted(set(stamps))


def test_git_tells_when_an_entry_was_changed_and_how_often(city: Workshop) -> None:
    """By the commits of its record, so that a calendar changes with its records alone."""
    repository, meeting = Repository(city.content), f"{NORTH}/meetings/next.yaml"
    for number, day in enumerate(("2026-03-10", "2026-01-07")):
        city.write(meeting, f"title: Round\ndate: {day}\n")
        repository.commit("Plan the round", f"2025-12-0{number + 1}")
    city.build(history=True)
    event = next(one for one in events_of(read(city, "calendar.ics"))
                 if one["summary"] == "Meeting: Round (Northside)")
    assert (event["dtstamp"].dt.date(), event["sequence"]) == (date(2025, 12, 2), 1)
    before = read(city, "calendar.ics")
    city.build(history=True, as_of=date(2026, 1, 1))
    assert read(city, "calendar.ics") == before


def _uid(city: Workshop, name: str) -> str:
    events = events_of(read(city, "calendar.ics"))
    return next(str(event["uid"]) for event in events if str(event["summary"]) == name)


def test_feeds_and_calendars_are_converted_too(sites: dict[str, Built]) -> None:
    """In Traditional Chinese nothing stays in simplified characters, and no mark of the conversion is left."""
    site = sites["three-languages"]
    for file in ("zh-hant/feed.xml", "zh-hant/calendar.ics"):
        text = site.files[file].decode()
        assert "鎮" in text
        assert not set(text) & set("镇议灯\ufdd0\ufdd1")
