"""Charts: their geometry adds up, they show the numbers of statistics.json, and each says what it shows."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.workshop import Built, Page
from yishi.site.numbers.geometry import (
    SHADE_STEPS,
    ChartFrame,
    accumulate_from_end,
    center_bar,
    compute_shade,
    compute_ticks,
    encode_svg_path,
    find_quarter,
    format_percent,
    lay_out_columns,
    list_months,
)

FRAME = ChartFrame(group_width=30, column_width=10, height=100, side_margin=20, top_margin=5, bottom_margin=15)
COUNTS = st.integers(0, 100_000)
EAST = "places/shili-shi/shili-zhen/dongshequ"


# --- geometry ---------------------------------------------------------------------------------------------------------


@given(COUNTS)
def test_ticks_are_few_round_and_reach_the_highest(most: int) -> None:
    """At most five lines, evenly apart, by 1, 2 or 5 times a power of ten, and no more of them than needed."""
    ticks = compute_ticks(most)
    step = ticks[1]
    assert ticks == tuple(range(0, ticks[-1] + 1, step))
    assert 2 <= len(ticks) <= 5
    assert str(step).rstrip("0") in ("1", "2", "5")
    assert ticks[-1] - step < max(most, 1) <= ticks[-1]


@given(st.lists(st.tuples(COUNTS, COUNTS), min_size=1, max_size=30))
def test_columns_stand_side_by_side_on_the_ground_and_are_as_high_as_their_numbers(
        groups: list[tuple[int, int]]) -> None:
    """None overlaps another or leaves the chart; none but 0 vanishes; heights are in proportion to a pixel."""
    chart = lay_out_columns(groups, FRAME)
    marks = [mark for _, group in chart.groups for mark in group]
    _, top = chart.ticks[-1]
    assert chart.width == 2 * FRAME.side_margin + 30 * len(groups)
    assert all(mark.y + mark.height == chart.baseline == 105 and mark.y >= FRAME.top_margin for mark in marks)
    assert all(one.x + one.width < other.x for one, other in pairwise(marks))
    assert marks[0].x >= FRAME.side_margin
    assert marks[-1].x + marks[-1].width <= chart.width - FRAME.side_margin
    for mark, number in zip(marks, (number for group in groups for number in group), strict=True):
        assert abs(mark.height - 100 * number / top) <= 1
        assert bool(mark.height) == bool(number)


def test_small_charts_share_a_scale() -> None:
    """The same number is as high in one chart as in the other, whatever else they hold."""
    low, high = lay_out_columns([(2, 0)], FRAME, most=8), lay_out_columns([(2, 8)], FRAME, most=8)
    assert low.groups[0][1][0] == high.groups[0][1][0]
    assert encode_svg_path(low.groups[0][1]) == "M25 80h9v25h-9z"


@given(st.lists(COUNTS, min_size=1, max_size=9))
def test_a_funnel_never_widens_and_ends_at_those_who_came_to_its_end(numbers: list[int]) -> None:
    """What reached a step also reached those before it; all of them reached the first."""
    order = [str(place) for place in range(len(numbers))]
    found = accumulate_from_end(dict(zip(order, numbers, strict=True)), order)
    assert found[0] == sum(numbers)
    assert found[-1] == numbers[-1]
    assert list(found) == sorted(found, reverse=True)


def test_bars_in_the_middle_leave_as_much_on_either_side() -> None:
    """`x` and twice that and the width make up the whole."""
    assert center_bar(3, 4) == ("12.5%", "75.0%")
    assert (format_percent(1, 3), format_percent(0, 0)) == ("33.3%", "0.0%")


@given(COUNTS, COUNTS)
def test_shades_darken_with_the_number(number: int, most: int) -> None:
    """None has no shade, the most has the darkest, and a few are never shown as many."""
    most = max(most, number)
    assert 0 <= compute_shade(number, most) <= min(SHADE_STEPS, number)
    assert compute_shade(number, most) <= compute_shade(most, most) == min(SHADE_STEPS, most)
    assert bool(compute_shade(number, most)) == bool(number)


def test_months_and_quarters_leave_none_out() -> None:
    """From one month to another, over the turn of the year."""
    assert list_months("2024-11", "2025-02") == ("2024-11", "2024-12", "2025-01", "2025-02")
    assert list_months("2025-02", "2024-11") == ()
    assert [find_quarter(month) for month in ("2024-12", "2025-01", "2025-03", "2025-04")] == [
        "2024-10", "2025-01", "2025-01", "2025-04"]


# --- what the pages show ----------------------------------------------------------------------------------------------


def cells(page: Page, table: str) -> list[list[str]]:
    """The rows of a table's body and foot, tags left out."""
    whole = page.source.partition(f'<table class="{table}">')[2].partition("</table>")[0]
    body = whole.partition("</thead>")[2] or whole
    return [[" ".join(re.sub("<[^>]+>", " ", cell).split()) for cell in re.findall(r"<t[hd].*?</t[hd]>", row)]
            for row in re.findall(r"<tr>(.*?)</tr>", body)]


def scopes(site: Built) -> Iterator[tuple[str, Page, dict[str, Any]]]:
    """The English page of numbers of the site and of every place that has charts, with what statistics.json says."""
    for scope, numbers in site.statistics["scopes"].items():
        page = site.pages[f"en/{scope}/statistics/index.html".replace("//", "/")]
        if numbers["issues"]["value"] >= 5:
            yield scope, page, numbers


def test_the_trend_and_its_table_show_every_month(full: Built) -> None:
    """The numbers of statistics.json, month by month, none left out between; the columns say the same."""
    for scope, page, numbers in scopes(full):
        shown: dict[str, dict[str, int]] = {"raised": {}, "resolved": {}}
        for month, raised, resolved in cells(page, "plain-table"):
            shown["raised"][month], shown["resolved"][month] = int(raised), int(resolved)
            if f"<title>{month}" in page.source:
                assert f"<title>{month}: {raised} raised, {resolved} resolved</title>" in page.source
        for kind, found in shown.items():
            values = numbers[f"{kind}_by_month"]["value"]
            assert sum(found.values()) == sum(values.values()), (scope, kind)
            assert sorted(number for number in found.values() if number) == sorted(values.values())


def test_the_table_of_topics_agrees_with_the_places(full: Built) -> None:
    """Each row holds a place's numbers by topic, the foot those of the whole; a silent place has no zeros."""
    numbers = full.statistics["scopes"]
    rows = cells(full.pages["en/statistics/index.html"], "field")
    found = {row[0]: row[1:] for row in rows}
    for name, place in (("East Community", EAST), ("In all", "")):
        values = numbers[place]["by_topic"]["value"]
        assert sorted(int(cell) for cell in found[name][:-1] if cell != "0") == sorted(values.values())
        assert int(found[name][-1]) == numbers[place]["issues"]["value"]
    assert found["North Community"] == ["no public record yet"]


def test_the_funnel_and_the_strip_show_all_issues(full: Built) -> None:
    """Those who stand at the stages, and at the statuses, are all issues; at the first stage have been all of them,
    because a later step holds those before it, as the page says."""
    for scope, page, numbers in scopes(full):
        assert "is counted in each step before it too" in page.text
        total = numbers["issues"]["value"]
        funnel = cells(page, "funnel")
        assert int(funnel[0][1]) == total == sum(int(row[-1]) for row in funnel), scope
        assert sum(int(row[1]) for row in cells(page, "legend")) == total, scope
        strip = page.source.partition('<svg class="strip"')[2].partition("</svg>")[0]
        assert abs(sum(map(float, re.findall(r'width="([\d.]+)%" height="34"', strip))) - 100) < .5


@pytest.mark.parametrize("tag", ["", "en/"])
def test_every_drawing_says_what_it_shows_or_is_hidden_beside_its_number(full: Built, tag: str) -> None:
    """A chart is named by a sentence on its page, in the page's language; a bar in a table is left to the number."""
    for path in (f"{tag}statistics/index.html", f"{tag}{EAST}/statistics/index.html"):
        page = full.pages[path]
        drawings = page.all("svg")
        assert drawings
        for one in drawings:
            said = one.get("aria-label") or one.get("aria-labelledby")
            hidden = one.get("aria-hidden") == "true" or 'class="bar" aria-hidden="true"' in page.source
            assert said if one.get("role") == "img" else hidden
            assert not one.get("aria-labelledby") or said in page.ids
        caption = re.search(r'id="said-by_month">(.*?)<', page.source)
        assert caption
        assert re.search("raised, [0-9]+ resolved" if tag else "提出.*办结", caption[1])


def test_every_statistic_has_its_place_on_the_page_of_numbers(full: Built) -> None:
    """Whether it is drawn, told or has nothing to count: `#KEY` leads to it, and it leads to how it is counted."""
    for scope in full.statistics["scopes"]:
        page = full.pages[f"{scope}/statistics/index.html".lstrip("/")]
        assert set(full.statistics["scopes"][scope]) <= set(page.ids), scope
        links = " ".join(link.get("href") for link in page.all("a"))
        assert [key for key in full.statistics["scopes"][scope] if f"statistics/{key}/index.html" not in links] == []


def test_the_three_questions_come_first_and_percentages_rest_on_enough(full: Built) -> None:
    """Regular, diverse, lasting; a share of fewer than five is told as so many of so many."""
    source = full.pages["en/statistics/index.html"].source
    asked = ["Is the procedure regular?", "Are the participants diverse?", "Do the results last?"]
    places = [source.index(f"<h2>{one}</h2>") for one in asked]
    assert places == sorted(places)
    assert places[-1] < source.index('id="by_status"')
    assert full.statistics["scopes"][""]["overdue_share"]["denominator"] == 1
    assert '<data value="1.0">1 of 1</data></a></b> <span class="by">too few for a percentage</span>' in source
    assert '<data value="0.4286">42.9%</data></a></strong>' in source


def test_of_too_few_issues_nothing_is_drawn(full: Built) -> None:
    """A place with a single issue says so instead of drawing it."""
    page = full.pages["en/places/shili-shi/shili-zhen/shancun/statistics/index.html"]
    assert "There is 1 issue: too few to draw." in page.text
    assert not [one for one in page.all("svg") if one.get("role") == "img"]


def test_communities_stand_in_the_order_of_the_tree(full: Built) -> None:
    """No ranking: the small charts and the table of topics keep the order of the places."""
    site = full.pages["statistics/index.html"].source
    library = full.report.checked.library
    lowest = [place for place in library.places if not library.children.get(place)]
    topics, quarters = (re.findall(rf'href="\.\./([^"]+)/statistics/index\.html#{anchor}"', site)
                        for anchor in ("by_topic", "raised_by_month"))
    drawn = quarters[:site.partition('<ul class="multiples">')[2].partition("</ul>")[0].count("<svg")]
    assert topics == lowest
    assert drawn == [place for place in lowest if place in drawn]
    assert sorted(quarters) == sorted(lowest)


def test_only_a_place_with_something_in_the_quarters_is_drawn(full: Built) -> None:
    """No column of nothing: the other places are named in a sentence, and so are those without a public record."""
    page = full.pages["en/statistics/index.html"].source
    drawn, _, left = page.partition('<ul class="multiples">')[2].partition("</ul>")
    assert drawn.count("<svg") == drawn.count("<path class=\"base\"") > 0
    assert 'aria-label="0 raised, 0 resolved"' not in drawn
    assert re.search(r"No public record yet: .*North Community", left.partition("</section>")[0])
