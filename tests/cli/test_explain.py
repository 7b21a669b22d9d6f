"""`explain` tells in words why a file of the site would be made again, or would not."""

import pytest

from tests.cli.test_command import Runner, run
from tests.support.workshop import Workshop

__all__ = ["run"]

ISSUE = "places/example-city/northside/issues/uneven-slabs"
PAGE = f"{ISSUE}/index.html"


def _told(run: Runner, target: str = PAGE, *options: str) -> str:
    ended = run("explain", target, *options)
    assert ended.code == 0
    return ended.out


def test_what_is_not_built_yet_is_new(run: Runner) -> None:
    """Before the first build every page is new."""
    assert "not been built yet" in _told(run)


def test_what_would_not_change_is_up_to_date(run: Runner) -> None:
    """After a build a page is up to date, and what it was made of is told."""
    run()
    told = _told(run)
    assert told.startswith(f"{PAGE}\n")
    assert "up to date" in told
    assert "pages/issue.html" in told


def test_the_records_that_changed_are_told(run: Runner, city: Workshop) -> None:
    """An edited record is named as what has changed; a page that does not use it stays up to date."""
    run()
    city.replace(f"{ISSUE}.yaml", "Uneven", "Very uneven")
    assert f"{ISSUE} (issues)" in _told(run)
    assert f"how {ISSUE} stands in lists" in _told(run, "issues/")
    assert "up to date" in _told(run, "places/example-city/westside/statistics/")


def test_template_and_disk_are_told(run: Runner, city: Workshop) -> None:
    """A changed template, a missing page and one that was written over are each told as such."""
    templates = city.own_templates()
    run()
    (city.output / PAGE).write_text("something else")
    assert "modified since the last build" in _told(run)
    (city.output / PAGE).unlink()
    assert "missing from the output folder" in _told(run)
    page = templates / "pages" / "issue.html"
    page.write_text(page.read_text("utf-8") + "<!-- new -->", "utf-8")
    assert "its template pages/issue.html" in _told(run)


@pytest.mark.parametrize("target", [PAGE, f"/{ISSUE}/", f"site/{PAGE}", f"content/{ISSUE}.yaml", f"{ISSUE}.yaml",
                                    f"https://example.org/city/{ISSUE}/"])
def test_a_page_is_meant_by_address_path_or_file(run: Runner, target: str) -> None:
    """However a page is named, it is found."""
    assert _told(run, target, "--base-url", "https://example.org/city/").startswith(f"{PAGE}\n")


def test_a_page_that_is_not_there_is_wrong_usage(run: Runner) -> None:
    """What the site does not have is told, with what is near."""
    ended = run("explain", f"{ISSUE}s/index.html")
    assert ended.code == 2
    assert PAGE in ended.err


def test_errors_in_the_content_come_first(run: Runner, city: Workshop) -> None:
    """Where nothing would be built, the problems are told instead."""
    city.write("places/example-city/northside/issues/wrong.yaml", "title: Wrong\n")
    ended = run("explain", PAGE)
    assert ended.code == 1
    assert "wrong.yaml" in ended.err


def test_it_is_told_in_chinese_too(run: Runner) -> None:
    """The words are those of the language that is asked for."""
    run()
    assert "它是最新的" in _told(run, PAGE, "--language", "zh-Hans")
