"""The pages of the practice: forums, meetings, the showcase with its wall and reviews, plans, gaps and registers."""

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from textwrap import dedent

import pytest

from tests.support.workshop import DAY, Page, Workshop, tree
from yishi.model.thresholds import MIN_PEOPLE

SHOWCASE_DAY = date(2025, 9, 11)

TOWN: Mapping[str, str] = {
    "site.yaml": "{title: Example Town in the open, languages: [en, zh-Hans]}",
    "methods/steps.yaml": """
        name: Steps
        stages:
          - {id: ask, label: Ask, core: [clarify], required: true}
          - {id: agree, label: Agree, core: [deliberate], required: true}
          - {id: act, label: Act, core: [implement], required: true}
        """,
    "places/town/place.yaml": "{name: Example Town, kind: town, method: steps}",
    "places/town/west/place.yaml": '{name: West, kind: community, code: "1"}',
    "places/town/east/place.yaml": '{name: East, kind: community, code: "2"}',
    "places/town/north/place.yaml": '{name: North, kind: community, code: "3"}',
    # on the day of the showcase under way, resolved since; open ever since; resolved long before; raised after the day
    "places/town/east/issues/lamps.yaml": """
        title: Dark lamps
        topic: lighting
        raised: 2025-03-01
        forum: yard-group
        log: [2025-03-05 Ask: asked, 2025-10-02 resolved: lit]
        """,
    "places/town/west/issues/bikes.yaml": "{title: Bikes, topic: ebikes, raised: 2025-08-01, log: [raised: x]}",
    "places/town/west/issues/leak.yaml": """
        {title: A leak, topic: leaks, raised: 2025-01-01, log: [2025-01-02 Ask: x, 2025-02-01 resolved: dry]}
        """,
    "places/town/north/issues/bench.yaml": """
        title: A bench
        topic: other
        raised: 2025-08-02
        log: [2025-08-03 resolved: built, 2025-12-01 reopened: broken]
        """,
    "places/town/west/issues/later.yaml": "{title: Later, topic: other, raised: 2025-11-01, log: [raised: x]}",
    "places/town/east/forums/yard-group.yaml": "{name: The yard group, kind: resident_group, members: 3}",
    "places/town/east/meetings/first.yaml": """
        title: On the lamps
        date: 2025-03-10
        forum: yard-group
        issues: lamps
        agenda: [Cable or sun]
        participants: {kinds: [resident, elder], headcount: 30, under18: 2, over60: 12}
        minutes: We **agreed**.
        votes: [{text: a cable, for: 26, against: 4}]
        actions:
          - {what: lay the cable, lead: utility, due: 2025-04-30, done_on: 2025-04-28}
          - {what: tell everybody, due: 2025-05-31}
          - {what: look again, due: 2026-03-01}
        """,
    "places/town/west/meetings/reported.yaml": """
        title: A reported meeting
        date: by 2025-09-11
        basis: press
        actions: [{what: repair the roof, due: 2025-05-31}]
        """,
    "places/town/east/registers/plots.yaml": """
        title: Plots
        items:
          - {code: P1, claimed: yes, claimed_on: 2025-04-01, claimant: household, check_on: 2026-04-01}
          - {code: P2, claimed: yes, claimed_on: 2026-04-01}
          - {code: P3}
        """,
    "places/town/west/registers/published.yaml": "{title: Published plots, basis: press, summary: {claimed: 15}}",
    "places/town/east/cases/lamps.yaml": "{title: How the lamps were lit, issues: lamps, event: showcase}",
    "places/town/events/showcase.yaml": """
        title: The showcase
        date: 2025-09-11
        aim: to see gaps
        criteria: [{id: visible, label: Visible result}]
        attendance: 3
        groups:
          - label: Group one
            session: morning
            presentations: [{place: east, case: lamps, format: a scene}, {place: west}]
          - {label: Group two, presentations: [{place: north, format: told}]}
        """,
    "places/town/events/next.yaml": "{title: The next showcase, date: 2026-09-11}",
    "places/town/reviews/expert.yaml": """
        target: lamps
        reviewer_role: an expert
        criteria:
          - {key: procedure, rating: met}
          - {key: lasting, rating: unmet, finding: Nobody looked again}
          - {key: visible, rating: partly}
        recommendations:
          - {text: Follow up, response: We will, due: 2025-12-01, plan: training}
          - {text: Write rules}
          - {text: Post photos, due: 2025-10-01, done_on: 2025-09-20}
        """,
    "places/town/reviews/official.yaml": """
        {target: lamps, reviewer_role: an official, criteria: [{key: procedure, rating: partly}]}
        """,
    "places/town/reviews/whole.yaml": """
        {target: showcase, title: On the whole, basis: press, recommendations: [{text: Go on, due: 2025-10-01}]}
        """,
    "places/town/reviews/draft.yaml": "{target: west, draft: yes, criteria: [{key: procedure, rating: unmet}]}",
    "places/town/plans/training.yaml": """
        title: Training
        from: expert
        status: under_way
        places: [east]
        gaps:
          - {text: Nobody looks again, statistic: procedure_complete, value_then: 0.2}
          - {text: Young people are missing}
        sessions: [{date: 2025-11-01, topic: Following up, attendance: 12}]
        """,
}


def shop_of(folder: Path, files: Mapping[str, str] = TOWN) -> Workshop:
    """A workshop with these files as its content."""
    (folder / "none").mkdir(parents=True)
    shop = Workshop(folder, folder / "none")
    for path, text in files.items():
        shop.write(path, dedent(text))
    return shop


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Page]:
    """The pages of the town as of the day of all tests."""
    return pages_of(shop_of(tmp_path_factory.mktemp("town")))


def pages_of(shop: Workshop, day: date = DAY) -> Mapping[str, Page]:
    report = shop.build(as_of=day)
    assert report.write_result, [problem.code for problem in report.checked.problems]
    files = tree(shop.output)
    return {path.removesuffix("/index.html"): Page(data.decode()) for path, data in files.items()
            if path.endswith(".html")}


def links_of(page: Page, at: str) -> set[str]:
    """The records and lists that a page leads to, from the root."""
    found = (element.get("href").partition("#")[0] for element in page.all("a"))
    parts = [*at.split("/")]
    return {"/".join(parts[:len(parts) - one.count("../")] + one.replace("../", "").split("/")[:-1])
            for one in found if one.startswith("../")}


def notes_of(page: Page) -> list[tuple[str, str]]:
    """The notes of the first wall on a page: colour and title, in their order."""
    wall = page.source.partition('<div class="wall">')[2].partition("\n</div>")[0]
    return re.findall(r'<li class="paper (is-\w+)[^>]*><a [^>]*>(.*?)</a>', wall)


# --- both ways --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("one", "other"), [
    ("east/issues/lamps", "east/forums/yard-group"),
    ("east/issues/lamps", "east/meetings/first"),
    ("east/forums/yard-group", "east/meetings/first"),
    ("east/cases/lamps", "events/showcase"),
    ("east/cases/lamps", "reviews/expert"),
    ("events/showcase", "reviews/expert"),
    ("events/showcase", "reviews/whole"),
    ("reviews/expert", "plans/training"),
    ("reviews/expert", "reviews/official"),
])
def test_records_of_the_practice_lead_to_each_other(town: Mapping[str, Page], one: str, other: str) -> None:
    """What names another record, and what is named, each lead to the other, in both languages."""
    for root in ("", "zh-hans/"):
        first, second = f"{root}places/town/{one}", f"{root}places/town/{other}"
        assert second in links_of(town[first], first)
        assert first in links_of(town[second], second)


@pytest.mark.parametrize("record", [
    "places/town/east/forums/yard-group", "places/town/east/meetings/first", "places/town/events/showcase",
    "places/town/reviews/expert", "places/town/plans/training", "places/town/east/registers/plots"])
def test_a_place_leads_to_what_is_done_there_and_what_is_about_it(town: Mapping[str, Page], record: str) -> None:
    """The page of a community leads to its own records, and to the events, reviews and plans of the town about it."""
    assert record in links_of(town["places/town/east"], "places/town/east")
    assert "places/town/east/gaps" in links_of(town["places/town/east"], "places/town/east")


@pytest.mark.parametrize(("key", "record"), [
    ("youth_share", "places/town/east/meetings/first"), ("actions_done", "places/town/east/meetings/first"),
    ("claimed_plots", "places/town/east/registers/plots")])
def test_a_statistic_of_meetings_or_registers_leads_to_them(town: Mapping[str, Page], key: str, record: str) -> None:
    """The records behind a number are also those that are no issues."""
    assert record in links_of(town[f"statistics/{key}"], f"statistics/{key}")


def test_events_and_reviews_are_listed(town: Mapping[str, Page]) -> None:
    """All events and all reviews have a list; a draft is in none."""
    assert {"places/town/events/showcase", "places/town/events/next"} <= links_of(town["events"], "events")
    assert "places/town/reviews/expert" in links_of(town["reviews"], "reviews")
    assert not any("reviews/draft" in path for path in town)


# --- meetings and registers -------------------------------------------------------------------------------------------


def test_a_meeting_says_what_is_done_open_and_overdue(town: Mapping[str, Page]) -> None:
    """Each action stands with its state, and their numbers in a sentence."""
    text = town["places/town/east/meetings/first"].text
    assert "Done: 1; open: 1; overdue: 1." in text
    assert "done on 28 April 2025" in text
    assert "overdue since 31 May 2025" in text
    assert "open, due on 1 March 2026" in text


@pytest.mark.parametrize("path", ["west/meetings/reported", "reviews/whole"])
def test_what_only_the_press_reports_is_never_overdue(town: Mapping[str, Page], path: str) -> None:
    """Its day may have passed; whether it was done is not known."""
    text = town[f"places/town/{path}"].text
    assert "not reported whether it is done" in text
    assert "overdue since" not in text


@pytest.mark.parametrize(("path", "number"), [
    ("east/meetings/first", "4"), ("east/forums/yard-group", "3"), ("events/showcase", "3")])
def test_one_to_four_people_are_not_told_exactly(town: Mapping[str, Page], path: str, number: str) -> None:
    """They stand as <5, and a sentence says why."""
    page = town[f"places/town/{path}"]
    assert f"<{MIN_PEOPLE} means 1 to {MIN_PEOPLE - 1} people" in page.text
    assert f">{number}<" not in page.source


def test_a_share_says_how_many_meetings_it_leaves_out(town: Mapping[str, Page]) -> None:
    """A meeting of few people stands in no share of people, with the reason."""
    assert "Left out: too few people to be told" in town["statistics/youth_share"].text


def test_a_share_of_approximate_numbers_says_so(tmp_path: Path) -> None:
    """A headcount known only roughly makes the share one "about", and the page says why."""
    meeting = "{title: x, date: 2025-03-01, participants: {headcount: {value: 30, precision: about}, over60: 15}}"
    pages = pages_of(shop_of(tmp_path / "town", {**TOWN, "places/town/west/meetings/rough.yaml": meeting}))
    assert "about 45% 27 of 60 Some of the numbers behind it are approximate." in pages["statistics/elderly_share"].text


def test_a_register_counts_what_is_claimed_by_the_day(town: Mapping[str, Page]) -> None:
    """Its items are counted as of the day; a published sum is called one and not counted."""
    assert "1 of 3 are claimed." in town["places/town/east/registers/plots"].text
    assert "Claimed: 15; offered: number not known." in town["places/town/west/registers/published"].text


# --- the wall of the day ----------------------------------------------------------------------------------------------


def test_the_wall_of_the_day_is_that_of_a_build_as_of_that_day(town: Mapping[str, Page], tmp_path: Path) -> None:
    """An event shows the same notes, colours and order as the town's wall in a build of its day."""
    shown = notes_of(town["places/town/events/showcase"])
    then = pages_of(shop_of(tmp_path / "then"), SHOWCASE_DAY)["places/town/wall"]
    assert shown == notes_of(then)
    assert shown == [("is-pink", "Bikes"), ("is-yellow", "Dark lamps"), ("is-green", "A bench")]


def test_the_wall_shows_nothing_raised_later(tmp_path: Path) -> None:
    """What will be raised after the day of a build does not hang on its wall."""
    walls = pages_of(shop_of(tmp_path / "then"), SHOWCASE_DAY)
    assert "Later" not in walls["places/town/wall"].text
    assert "Later" not in walls["wall"].text


def test_an_event_says_what_has_moved_since(town: Mapping[str, Page]) -> None:
    """In words, as a table, and on each note."""
    text = town["places/town/events/showcase"].text
    assert "4 issues had been raised by that day; with another status now: 2." in text
    assert "1 more issue has been raised since." in text
    assert "◐ Under way ✓ Resolved 1" in text
    assert "✓ Resolved ◐ Under way 1" in text
    assert "Newly raised still there 1" in text


def test_a_group_of_a_showcase_has_a_page_of_its_places(town: Mapping[str, Page]) -> None:
    """All numbers of its places alone, in the order presented; the event and the page of all places lead there."""
    event = "places/town/events/showcase"
    group = town[f"{event}/groups/1"]
    rows = [one.get("id") for one in group.all("tr") if one.get("id")]
    assert rows == ["places/town/east", "places/town/west"]
    assert "Group one" in group.text
    assert f"{event}/groups/1" in links_of(town[event], event)
    assert {f"{event}/groups/1", f"{event}/groups/2"} <= links_of(town["compare"], "compare")


def test_an_event_sets_its_groups_apart_and_misses_no_case(tmp_path: Path) -> None:
    """A group without a label has a heading of its own, on its page too, never a bare number; what is shown without a
    case is not called unpublished."""
    files = {**TOWN, "places/town/events/showcase.yaml": """
        title: The showcase
        date: 2025-09-11
        criteria: [{id: visible, label: Visible result}]
        groups:
          - {label: Group one, presentations: [{place: east, case: lamps}]}
          - {presentations: [{place: north}]}
          - {session: In the evening, presentations: [{place: west}]}
        """}
    pages = pages_of(shop_of(tmp_path, files))
    shown = pages["places/town/events/showcase"]
    for number, name in enumerate(("Group one", "Others", "In the evening"), 1):
        assert f"The showcase: {name}" in pages[f"places/town/events/showcase/groups/{number}"].text
    assert re.search(r"Group one .* Others North", shown.text)
    assert "has not been published yet" not in shown.text.partition("The wall as it stood")[0]


def test_an_event_to_come_has_no_wall_yet(town: Mapping[str, Page]) -> None:
    """Nothing is worked out for a day that has not come."""
    assert "The event is not over yet" in town["places/town/events/next"].text
    assert not notes_of(town["places/town/events/next"])


# --- reviews, plans, gaps ---------------------------------------------------------------------------------------------


def test_the_matrix_stands_in_the_order_of_the_places(town: Mapping[str, Page]) -> None:
    """Communities by their code, criteria by the method and then the event, whatever the ratings are."""
    rows = matrix_of(town["places/town/events/showcase"])
    assert [row[0] for row in rows] == ["Place", "West", "East", "North"]
    assert rows[0][1:4] == ["Regular procedure", "Lasting results", "Visible result"]
    indicators = ["Required stages done", "Share with three or more kinds of participants", "Share followed up"]
    assert rows[0][4:] == indicators


def test_the_matrix_shows_every_reviewer_and_the_indicators(town: Mapping[str, Page]) -> None:
    """Several reviewers stand in one cell, by word, shape and role; a place without a review says so."""
    _, west, east, north = matrix_of(town["places/town/events/showcase"])
    assert east[1:4] == ["● Met an expert ◐ Partly met an official", "○ Not met an expert", "◐ Partly met an expert"]
    assert east[4] == "1 of 3"
    assert west[1] == north[1] == "no review yet"


def matrix_of(page: Page) -> list[list[str]]:
    """The cells of the matrix, tags left out."""
    table = page.source.partition('<table class="matrix">')[2].partition("</table>")[0]
    rows = re.findall(r"<tr>(.*?)</tr>", table, re.DOTALL)
    return [[" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)]
            for row in rows]


def test_a_recommendation_can_be_followed_to_what_came_of_it(town: Mapping[str, Page]) -> None:
    """The answer, the plan and the state stand on the review and on the page of the place."""
    for path in ("places/town/reviews/expert", "places/town/east", "places/town/east/gaps"):
        text = town[path].text
        assert "Follow up" in text
        assert "We will" in text
        assert "overdue since 1 December 2025" in text
        assert "No answer has been recorded yet." in text
        assert "places/town/plans/training" in links_of(town[path], path)


@pytest.mark.parametrize(("advice", "order"), [
    ("response: We discuss it, responded_on: 2025-11-02, due: 2025-12-01, done_on: 2025-11-20",
     ("done on 20 November 2025", "Answered on 2 November 2025: We discuss it")),
    ("response: It came back, responded_on: 2025-11-25, due: 2025-12-01, done_on: 2025-11-20",
     ("Answered on 25 November 2025: It came back", "done on 20 November 2025")),
    ("response: It is on the list, responded_on: 2025-11-02, due: 2025-12-01",
     ("overdue since 1 December 2025", "Answered on 2 November 2025: It is on the list")),
    ("response: We will, due: 2026-02-01", ("open, due on 1 February 2026", "Answer: We will")),
])
def test_of_an_answer_and_a_state_the_later_leads(tmp_path: Path, advice: str, order: tuple[str, str]) -> None:
    """Both bear their days, and what was so before stands below what is so now."""
    review = f"{{target: lamps, reviewer_role: an expert, recommendations: [{{text: Look again, {advice}}}]}}"
    pages = pages_of(shop_of(tmp_path, {**TOWN, "places/town/reviews/expert.yaml": review,
                                        "places/town/plans/training.yaml": "{title: Training, from: expert}"}))
    for path in ("places/town/reviews/expert", "places/town/east/gaps", "places/town/east"):
        first, second = map(pages[path].text.index, order)
        assert first < second, path


def test_an_objection_is_answered_with_a_date(tmp_path: Path) -> None:
    """The answer says when it was given, where that is recorded."""
    issue = TOWN["places/town/east/issues/lamps.yaml"].rstrip() + (
        "\n        objections: [{date: 2025-07-01, text: Dark again, answer: Mended, answered_on: 2025-07-09}]\n")
    pages = pages_of(shop_of(tmp_path, {**TOWN, "places/town/east/issues/lamps.yaml": issue}))
    assert "Answered on 9 July 2025: Mended" in pages["places/town/east/issues/lamps"].text


def test_a_plan_shows_its_indicator_then_and_now(town: Mapping[str, Page]) -> None:
    """With the day that the value at the start is of - that of the review - and a link to all that is said about it."""
    page = town["places/town/plans/training"]
    assert "when it was reviewed (11 September 2025)" in page.text
    assert "East 20% 1 of 3 too few for a percentage the gap is smaller than it was" in page.text
    assert any(one.get("href").endswith("procedure_complete/index.html#places/town/east") for one in page.all("a"))


def test_a_share_that_hardly_moved_is_no_smaller_gap(tmp_path: Path) -> None:
    """A point more or less is no news."""
    plan = "places/town/plans/training.yaml"
    pages = pages_of(shop_of(tmp_path, {**TOWN, plan: TOWN[plan].replace("value_then: 0.2", "value_then: 0.325")}))
    assert "East 32.5% 1 of 3 too few for a percentage hardly any change" in pages["places/town/plans/training"].text


def test_the_gaps_of_a_town_hold_the_whole_loop(town: Mapping[str, Page]) -> None:
    """Findings by criterion, what is open, what is planned, what has improved; and the event leads there."""
    page, at = town["places/town/gaps"], "places/town/gaps"
    assert "Lasting results ○ Not met 1" in page.text
    assert "Nobody looked again" in page.text
    assert "Write rules" in page.text.partition("Recommendations carried out")[0]
    assert "Post photos" in page.text.partition("Recommendations carried out")[2]
    assert "the gap is smaller than it was" in page.text
    further = ("plans/training", "events/showcase", "reviews/expert")
    assert {f"places/town/{one}" for one in further} <= links_of(page, at)
    assert at in links_of(town["places/town/events/showcase"], "places/town/events/showcase")


def test_a_place_without_reviews_and_plans_has_no_page_of_gaps(town: Mapping[str, Page]) -> None:
    """Nothing was found there, which is not the same as no gap."""
    assert "places/town/north/gaps" not in town
    assert "gaps/index.html" not in town["places/town/north"].source


def test_every_page_of_the_practice_exists_in_both_languages(town: Mapping[str, Page]) -> None:
    """Every record, list and page of gaps."""
    first = {path for path in town if path.startswith("places/") and not path.endswith("404.html")}
    assert {path.removeprefix("zh-hans/") for path in town if path.startswith("zh-hans/places/")} == first
