"""A saved record is shown before the site is built anew, if it could be published as it is."""

from pathlib import Path

import pytest

from tests.support.workshop import Workshop
from yishi.cli.common import format_rebuild_line
from yishi.cli.serve import create_preview_state
from yishi.engine.preview import PreviewState, write_preview
from yishi.model.language import get_language
from yishi.model.problems import Problem

SLABS = "places/example-city/northside/issues/uneven-slabs"


@pytest.fixture
def state(city: Workshop) -> PreviewState:
    return create_preview_state(city.build(), city.options().folders)


def test_the_page_of_a_saved_record_is_written_at_once(city: Workshop, state: PreviewState) -> None:
    """Only the pages that show this record alone, and as a build writes them."""
    city.replace(f"{SLABS}.yaml", "title: ", "title: Very ")
    written = write_preview(state, city.content, city.output, f"{SLABS}.yaml")
    assert f"{SLABS}/index.html" in written
    pages = {path: (city.output / path).read_bytes() for path in written}
    assert b"Very " in pages[f"{SLABS}/index.html"]
    city.build()
    assert pages == {path: (city.output / path).read_bytes() for path in written}


@pytest.mark.parametrize(("file", "old", "new"), [
    (f"{SLABS}.yaml", "title: ", "draft: true\ntitle: "), (f"{SLABS}.yaml", "title: ", "titel: "),
    (f"{SLABS}.yaml", "title: ", "method: no-such-method\ntitle: "), ("site.yaml", "title: ", "title: Very "),
    ("places/example-city/northside/issues/new.yaml", "", "title: New\ntopic: [lighting]\nraised: 2025\n"),
    ("pages/about.md", "title: ", "title: Very ")])
def test_what_changes_more_than_a_page_or_is_wrong_waits_for_the_build(city: Workshop, state: PreviewState, file: str,
                                                                       old: str, new: str) -> None:
    """Drafts, new records, errors, and whatever is no issue or case."""
    city.write(file, city.read(file).replace(old, new, 1) if old else new)
    before = {path: path.read_bytes() for path in city.output.rglob("*") if path.is_file()}
    assert write_preview(state, city.content, city.output, file) == []
    assert {path: path.read_bytes() for path in city.output.rglob("*") if path.is_file()} == before


def test_a_rebuild_is_told_in_a_line(city: Workshop) -> None:
    """What was written; else how many problems there are, and where the first error stands."""
    choices, english = {"content": Path("content")}, get_language("en")
    wrong = [Problem("a.yaml", 3, 5, "tab"), Problem("b.yaml", 1, 1, "tab", level="warning")]
    told = format_rebuild_line(city.build(), [], choices, english)
    assert not told.is_error
    assert " written" in told.text
    told = format_rebuild_line(None, wrong, choices, english)
    assert told.is_error
    assert "content/a.yaml:3:5" in told.text
