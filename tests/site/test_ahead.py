"""What is still ahead, and what cannot be known: meetings to come, days that reports do not tell, open objections."""

import re
from collections.abc import Mapping
from functools import cache
from html import unescape

from tests.site.test_pages import library_of, page_of, site_of, words

FORUM = "places/town/east/forums/hall"
MEETING = "places/town/east/meetings/{}.yaml"

SITE: Mapping[str, str] = {
    "site.yaml": "title: Town\nlanguages: [en]\n",
    "places/town/place.yaml": "{name: Town, kind: town, hotline: '12345'}",
    "places/town/east/place.yaml": "{name: East, kind: community}",
    f"{FORUM}.yaml": "{name: Hall, kind: council, member_kinds: [owners, elder]}",
    MEETING.format("held"): "{title: Held, date: 2025-12-30, forum: hall}",
    MEETING.format("told"): "{title: Told, date: 2025-12-31, forum: hall, minutes: It was short.}",
    MEETING.format("later"): "{title: Later, date: 2026-02-01, forum: hall}",
    MEETING.format("tonight"): "{title: Tonight, date: 2025-12-31, time: '19:00', forum: hall, venue: the library}",
    "places/town/east/issues/lamps.yaml": """
        title: Lamps
        topic: lighting
        raised: 2025-01-01
        log: [2025-01-01 raised: dark, 2025-02-01 resolved: lit]
        followups: [2025-06-01 holds: lit]
        objections:
          - {date: 2025-07-01, by: resident, text: too bright}
          - {date: 2025-07-02, by: resident, text: too dim, answer: it is not}
          - {date: 2026-07-02, by: resident, text: later}
        """,
    "places/town/east/cases/lamps.md": "---\ntitle: How\nissues: [lamps]\n---\nText\n",
    "places/town/events/show.yaml": "{title: Show, kind: showcase, date: 2025-03-01}",
    "places/town/reviews/look.yaml": "{target: show, date: 2025-03-02, recommendations: [{text: Look again}]}",
    "places/town/plans/next.yaml": "{title: Training, from: [look], status: under_way}",
}

PRESS: Mapping[str, str] = {
    "site.yaml": "title: Town\nlanguages: [en]\n",
    "sources.yaml": "s: {title: Report, publisher: Daily}",
    "places/town/place.yaml": "{name: Town, kind: town}",
    "places/town/issues/leak.yaml":
        "{title: Leak, topic: leaks, raised: unknown, basis: press, source: s, log: [by 2025-09-11 raised: told]}",
}


@cache
def pages() -> Mapping[str, str]:
    """The pages of the town above, which has an address."""
    return site_of(library_of(SITE), base_url="https://example.org/t")


def test_meetings_of_a_forum_are_parted_by_the_day_of_the_report() -> None:
    """None that is still ahead stands among those held; the soonest stands first, and one with minutes was held."""
    before, _, held = words(pages()[f"{FORUM}/index.html"]).partition("Meetings held")
    ahead = before.partition("Meetings to come")[2]
    assert [name for name in ("Tonight", "Later", "Told", "Held") if name in ahead] == ["Tonight", "Later"]
    assert ahead.index("Tonight") < ahead.index("Later")
    assert [name for name in ("Tonight", "Later", "Told", "Held") if name in held] == ["Told", "Held"]


def test_a_meeting_ahead_says_who_meets_and_where_to_ask() -> None:
    """As far as the forum and the place tell it; a meeting that is over does not ask anybody to come."""
    ahead, held = (unescape(words(pages()[f"places/town/east/meetings/{name}/index.html"]))
                   for name in ("tonight", "held"))
    told = ("the library", "Members of the forum Owners' committee , Older people", "Questions about this meeting?",
            "12345")
    assert [text for text in told if text not in ahead] == []
    assert "Members of the forum" not in held
    assert "Questions about this meeting?" not in held


def test_a_meeting_ahead_leads_to_the_calendar_that_has_it() -> None:
    """One that is over does not; a calendar with nothing in it says whom to ask instead."""
    folder = "places/town/east"
    calendar = 'places/town/east/calendar.ics">Add meetings, promised dates and follow-ups to your calendar</a>'
    assert calendar in pages()[f"{folder}/meetings/tonight/index.html"]
    assert "calendar.ics" not in pages()[f"{folder}/meetings/held/index.html"]
    said = words(page_of(library_of(PRESS), "index.html"))
    assert ("There is no meeting or date to add to your calendar now. "
            "Please ask the residents' or village committee there.") in unescape(said)


def test_what_only_the_press_tells_is_not_said_to_stand_still_or_to_be_in_time() -> None:
    """No report tells what became of it: that is neither no change since an event, nor nothing that is overdue."""
    told = library_of({
        **PRESS, "places/town/events/show.yaml": "{title: Show, date: 2025-09-12, basis: press, source: s}",
        "places/town/events/group.yaml": "{title: G, date: 2025-09-12, groups: [{presentations: [{place: town}]}]}"})
    page = words(page_of(told, "places/town/events/show/index.html"))
    assert "1 issue had been raised by that day; what became of it since, no report tells." in page
    assert "not reported since 1" in page
    assert "still there" not in page
    table = page_of(told, "places/town/events/group/groups/1/index.html")
    head, row = (re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", line) for line in re.findall("<tr.*?</tr>", table)[:2])
    assert row[[words(name) for name in head].index("Overdue")] == "–"


def test_the_front_page_begins_with_the_week_and_the_next_meeting() -> None:
    """In its first part, before what has changed and the story."""
    first = pages()["index.html"].partition("</section>")[0]
    assert 'href="week/index.html"' in first
    assert 'href="places/town/east/meetings/tonight/index.html">Next meeting: 31 December 2025, East</a>' in first
    assert "Next meeting" not in page_of(library_of(PRESS), "index.html")


def test_what_reports_cannot_tell_is_not_called_done() -> None:
    """Where all is known from reports that name no day, nothing is said not to be due, and whom to ask is."""
    site = site_of(library_of(PRESS), base_url="https://example.org/t")
    due, home = (unescape(words(site[f"{path}index.html"])) for path in ("due/", ""))
    assert "what is due cannot be known. Please turn to the residents' or village committee there." in due
    assert "Nothing is due." not in due
    assert "Whether anything is overdue cannot be known: the reports do not say by when." in home
    with_day = {path: text.replace("basis", "due: 2026-01-01, basis") for path, text in PRESS.items()}
    assert "Nothing is due." in words(page_of(library_of(with_day), "due/index.html"))
    assert "webcal:" not in site["index.html"], "nobody subscribes to nothing"
    assert "webcal:" in pages()["index.html"]


def test_an_objection_without_an_answer_stands_beside_the_state() -> None:
    """One that lasts, and that somebody still objects to, says both at the top."""
    page = pages()["places/town/east/issues/lamps/index.html"]
    assert "1 objection has not been answered yet." in words(page.partition('class="result"')[2].partition("</p>")[0])
    answered = {path: text.replace("text: too bright", "text: too bright, answer: dimmed")
                for path, text in SITE.items()}
    assert "answered yet" not in page_of(library_of(answered), "places/town/east/issues/lamps/index.html")


def test_changes_since_an_event_lead_to_its_plans() -> None:
    """What was planned stands beside what has changed, above the reviews; also where a plan does not say on what it is
    based."""
    changes = pages()["places/town/events/show/index.html"].partition('id="since"')[2]
    changes = changes.partition("</section>")[0]
    assert 'Plans based on it: <a href="../../../../places/town/plans/next/index.html">Training</a>' in changes
    silent = {path: text.replace("from: [look], ", "") for path, text in SITE.items()}
    changes = page_of(library_of(silent), "places/town/events/show/index.html").partition('id="since"')[2]
    assert "Plans here; they do not say" in changes.partition("</section>")[0]


def test_a_single_record_is_named_in_the_singular() -> None:
    """Below every main number, on the front page and of a year."""
    for path in ("index.html", "places/town/east/2025/index.html"):
        page = words(pages()[path])
        assert "1 case study" in page, path
        assert "1 issue " in page, path
