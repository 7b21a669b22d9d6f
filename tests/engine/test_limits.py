"""What is too large is told in plain words before it is read, and a site may read more, or less."""

import io
from itertools import count

import pytest
from PIL import Image

from tests.support.workshop import Workshop
from yishi.content.load import read_records
from yishi.content.yaml_source import SourceFile, parse_source
from yishi.engine.pipeline import check
from yishi.model.paths import RecordLocation
from yishi.model.problems import Problem, keep_worst, limit_problems
from yishi.model.records.limits import DEFAULT_LIMITS, MAX_PROBLEMS, MAX_REPARSED_CHARACTERS, Limits
from yishi.workbook.open_workbook import WorkbookRefused, read_sheets

ISSUES = "places/example-city/northside/issues"
LOCATION = RecordLocation("issue", "places/a/issues/x")


def codes(city: Workshop) -> set[str]:
    """The codes of all problems of a content folder."""
    return {problem.code for problem in check(city.options()).problems}


def attach(city: Workshop) -> None:
    """A photo of four megapixels and a table, named by a record."""
    stream = io.BytesIO()
    Image.new("RGB", (2_000, 2_000)).save(stream, "JPEG", progressive=True)
    (city.content / ISSUES / "slab.jpg").write_bytes(stream.getvalue())
    city.write(f"{ISSUES}/slabs.csv", "slab\n1\n")
    city.write(f"{ISSUES}/uneven-slabs.yaml", city.read(f"{ISSUES}/uneven-slabs.yaml")
               + "photos: [{file: slab.jpg, alt: A slab}]\nbody: '[All](slabs.csv)'\n")


@pytest.mark.parametrize(("limit", "code"), [
    ("record_mb: 0", "file_too_large"), ("list_entries: 1", "too_many"), ("photo_mb: 0", "attachment_too_large"),
    ("photo_megapixels: 3", "photo_too_large"), ("attachment_mb: 0", "attachment_too_large")])
def test_a_site_sets_its_limits(city: Workshop, limit: str, code: str) -> None:
    """With a limit that is passed, a site that was right before has an error; what was cached before hides nothing."""
    attach(city)
    assert codes(city) == set()
    city.write("site.yaml", city.read("site.yaml") + f"limits: {{{limit}}}\n")
    assert code in codes(city)


def test_a_wrong_limit_is_told_and_the_usual_one_holds(city: Workshop) -> None:
    """Nobody is kept from reading by a slip of the pen."""
    city.write("site.yaml", city.read("site.yaml") + "limits: {record_mb: many}\n")
    assert codes(city) == {"not_a_count"}


def test_more_may_be_read_where_a_site_says_so() -> None:
    """A list of one entry more than usual."""
    text = "title: a\naliases:\n" + "- a\n" * (DEFAULT_LIMITS.list_entries + 1)
    source = SourceFile("x.yaml", text.encode())
    assert [one.code for one in read_records(source, LOCATION).problems] == ["too_many"]
    assert "too_many" not in {one.code for one in read_records(source, LOCATION, Limits(list_entries=6_000)).problems}


@pytest.mark.parametrize(("name", "data", "code"), [
    ("a.csv", b"a,b\n" * 20, "workbook_large"), ("a.csv", b"a;b\r" * 20, "workbook_large"),
    ("a.csv", b"a" * 1_000_001, "workbook_huge"), ("a.xlsx", b"PK" * 500_001, "workbook_huge")])
def test_a_table_that_is_too_large_is_not_taken_apart(name: str, data: bytes, code: str) -> None:
    """Its size, and the signs between its cells, are counted first."""
    with pytest.raises(WorkbookRefused, match=code):
        read_sheets(name, data, Limits(workbook_cells=30, workbook_mb=1))


# --- of many problems some --------------------------------------------------------------------------------------------


def test_of_very_many_problems_the_first_are_told_and_that_there_are_more() -> None:
    """A file of a thousand wrong keys gives some hundreds of problems, and costs no more than they do."""
    text = "title: a\n" + "".join(f"k{number}: 1\n" for number in range(1_000))
    found = read_records(SourceFile("x.yaml", text.encode()), LOCATION).problems
    assert len(found) == MAX_PROBLEMS + 1
    *told, last = limit_problems(found, MAX_PROBLEMS)
    assert (len(told), last.code, last.level) == (MAX_PROBLEMS, "more_problems", "error")


def test_errors_are_told_before_warnings() -> None:
    """Whatever the order in the file: no error is left out for a warning, and each file is counted on its own."""
    lines = count(1)
    one = [Problem("a.yaml", next(lines), 1, "tab", level="warning") for _ in range(5)]
    two = [Problem("a.yaml", next(lines), 1, "yaml") for _ in range(2)]
    other = Problem("b.yaml", 1, 1, "tab", level="warning")
    told = [(problem.path, problem.line, problem.code) for problem in limit_problems([*one, *two, other], 3)]
    assert told == [("a.yaml", 1, "tab"), ("a.yaml", 6, "yaml"), ("a.yaml", 7, "yaml"), ("a.yaml", 2, "more_problems"),
                    ("b.yaml", 1, "tab")]
    assert keep_worst([*one, *two], 2) == two
    assert keep_worst([*one, *two], len(one) + len(two)) == [*one, *two]


def test_an_error_behind_any_number_of_warnings_makes_the_record_wrong() -> None:
    """It is not shown as if it were right."""
    text = ("title: a\ntopic: [other]\nraised: 2025-01-01\nlog:\n"
            + "- 2025年1月1日 raised: a\n" * (MAX_PROBLEMS + 50) + "close_reason: nonsense\n")
    reading = read_records(SourceFile("x.yaml", text.encode()), LOCATION)
    assert reading.invalid
    assert "not_allowed" in {problem.code for problem in reading.problems}


def test_typing_errors_of_a_large_file_are_not_all_corrected() -> None:
    """Each correction parses the file again: of a large file some are told, so that the whole ends soon."""
    long = "a: b # " + "x" * (MAX_REPARSED_CHARACTERS // 4) + "\n"
    wrong = "".join(f"k{number}：1\n" for number in range(20))
    assert len(parse_source(SourceFile("x.yaml", (long + wrong).encode())).problems) < 10
    assert len(parse_source(SourceFile("x.yaml", wrong.encode())).problems) == 20
