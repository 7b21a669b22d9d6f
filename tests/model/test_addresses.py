"""What a writer calls things becomes part of addresses: no name leads out of the site, and no two files share one."""

from pathlib import Path

import pytest

from tests.support.workshop import SITES, Page, Workshop
from yishi.content.load import read_records
from yishi.content.yaml_source import SourceFile
from yishi.core import files
from yishi.core.dependencies import DependencyTracker
from yishi.core.outputs import Output, OutputPlan
from yishi.engine.writing import DuplicateAddress, find_stale_outputs, write_site
from yishi.model.language import get_language
from yishi.model.paths import locate_record
from yishi.model.problems import Problem, describe_problem

NASTY = ("../x", "../../../../x", "/abs", "a/b", "C:/x", "C:\\\\x", "a\\0b", ".", "..", "con", "x" * 300,
         "\\u202ea", "a b", "A", "居委会", "", "-", "a'b", "<b>", "a\\nb")
"""Ids as they are typed between double quotes."""

HOLDERS = {
    "places/t/locations.yaml": '\n\n"{id}": {name: Yard, kind: compound}\n',
    "places/t/figures.yaml": '\n\n"{id}": {label: Lamps, value: 1, source: s}\n',
    "sources.yaml": '\n\n"{id}": {title: Report}\n',
    "withdrawn.yaml": '\n\n"{id}": {path: places/t/issues/x, date: 2025-01-01, why: moved}\n',
    "site.yaml": 'title: T\ntopics: {values: {\n"{id}": {en: X}}}\n',
    "site.yaml#group": 'title: T\ntopics: {groups: {\n"{id}": {en: X}}}\n',
    "site.yaml#stakeholder": 'title: T\nstakeholders: {values: {\n"{id}": {en: X}}}\n',
    "site.yaml#channel": 'title: T\nchannels: {values: {\n"{id}": {en: X}}}\n',
    "methods/m.yaml": 'name: M\nstages:\n  - {id: "{id}", label: L, core: [raise]}\n',
    "methods/m.yaml#level": 'name: M\nlevels:\n  - {id: "{id}", label: L}\n',
    "methods/m.yaml#criterion": 'name: M\ncriteria:\n  - {id: "{id}", label: L}\n',
    "places/t/events/e.yaml": 'title: E\ndate: 2025\ncriteria: [{id: "{id}", label: L}]\n',
}
"""File → what it says, with an id in line 3, which may become a folder, an anchor or a key in data."""


CODES = {"bad_id", "name_of_device", "empty", "missing_key", "control_character", "several_lines"}
"""What may be wrong with an id."""


def _problems(file: str, id_: str) -> tuple[Problem, ...]:
    path = file.partition("#")[0]
    slot = locate_record(path)
    assert slot
    return read_records(SourceFile(path, HOLDERS[file].replace("{id}", id_).encode()), slot).problems


@pytest.mark.parametrize("file", HOLDERS)
def test_every_id_written_inside_a_file_is_checked_like_a_file_name(file: str) -> None:
    """An id that could not name a folder is refused, with its line and a name that could."""
    for id_ in NASTY:
        refused = [problem for problem in _problems(file, id_) if problem.level == "error"]
        assert {problem.line for problem in refused} == {3}, (file, id_)
        assert {problem.code for problem in refused} <= CODES, (file, id_)
        assert describe_problem(refused[0], get_language("en")), (file, id_)
        if refused[0].suggestion:
            assert _problems(file, refused[0].suggestion) == (), (file, id_)


@pytest.mark.parametrize("file", HOLDERS)
def test_usual_ids_are_accepted(file: str) -> None:
    """Letters, digits, hyphens, and underscores as the built-in vocabularies have them."""
    for id_ in ("a", "yard-3", "property_company", "2025", "x1"):
        assert _problems(file, id_) == (), (file, id_)


def test_the_id_of_a_place_of_somebody_is_no_telephone_number() -> None:
    """An id is published in addresses, so it may hold no personal data either; it is never shown whole."""
    found = _problems("places/t/locations.yaml", "13812345678")
    assert [problem.code for problem in found] == ["mobile"]
    assert "13812345678" not in describe_problem(found[0], get_language("en"))


# --- the second barrier -----------------------------------------------------------------------------------------------

PATHS = ("../x", "../../../../x.html", "/abs", "a/../../x", "C:/x", "c:x", "a\\..\\..\\x", "a\0b", ".", "..", "a//b",
         "", "a/")


def _made(path: str) -> Output:
    return Output(path, body=b"taken")


def _all(folder: Path) -> dict[str, bytes]:
    return {str(file): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    """The English city, built: nothing may change in its folder."""
    city = Workshop(tmp_path_factory.mktemp("published"), SITES / "english-city")
    city.build()
    return city


@pytest.mark.parametrize("path", PATHS)
def test_writing_never_leaves_the_output_folder(published: Workshop, path: str) -> None:
    """Even if no check had refused it: a path that leads out is neither written nor deleted; the site stays."""
    city, before = published, _all(published.folder)
    plans, folders = [OutputPlan("index.html", _made, "index.html"),
                      OutputPlan(path, _made, path)], city.options().folders
    with pytest.raises(OSError, match="does not stay in its folder"):
        write_site(plans, folders, DependencyTracker({}, set()), "", files.scan_folder(city.output), lambda *_: None,
                   full=True)
    for act in (files.write_file, files.create_file, files.replace_file):
        with pytest.raises(OSError, match="does not stay in its folder"):
            act(city.output, path, b"taken")
    with pytest.raises(OSError, match="does not stay in its folder"):
        files.remove_files(city.output, [path])
    assert _all(city.folder) == before


def test_a_folder_that_is_a_link_is_not_written_through(tmp_path: Path) -> None:
    """A link in place of a folder may lead anywhere, whenever it was put there."""
    for name in ("site", "elsewhere"):
        (tmp_path / name).mkdir()
    (tmp_path / "site/places").symlink_to(tmp_path / "elsewhere")
    for act in (files.write_file, files.create_file):
        with pytest.raises(OSError, match="symbolic link"):
            act(tmp_path / "site", "places/t/index.html", b"taken")
    assert list((tmp_path / "elsewhere").iterdir()) == []


# --- one address, one file --------------------------------------------------------------------------------------------


def _taken(city: Workshop) -> Problem:
    """What keeps the site from being written; nothing of it is."""
    before = _all(city.output)
    with pytest.raises(DuplicateAddress) as taken:
        city.build()
    assert _all(city.output) == before
    return taken.value.problem


def test_an_attachment_does_not_take_the_address_of_a_data_file(city: Workshop) -> None:
    """A table that a record names does not stand where the site's own data stand."""
    city.build()
    city.write("data/issues.csv", "mine")
    city.write("pages/more.md", "---\ntitle: More\n---\nSee [all](data/issues.csv).\n")
    problem = _taken(city)
    assert (problem.path, problem.code) == ("data/issues.csv", "address_of_site")
    assert "/data/issues.csv" in describe_problem(problem, get_language("en"))


@pytest.mark.parametrize(("one", "other"), [("a.pdf", "A.pdf"), ("café.pdf", "cafe\u0301.pdf")])
def test_two_attachments_that_are_one_file_elsewhere_are_told(city: Workshop, one: str, other: str) -> None:
    """Names that differ by capitals, or in how their accents are stored, are one and the same file on some systems."""
    folder = "places/example-city/northside/issues"
    for name in (one, other):
        city.write(f"{folder}/{name}", name)
    if len(list((city.content / folder).glob("*.pdf"))) < 2:
        return  # here they are one
    text = city.read(f"{folder}/uneven-slabs.yaml")
    city.write(f"{folder}/uneven-slabs.yaml", f"{text}\nbody: See [one]({one}) and [other]({other}).\n")
    report = city.build()
    found = [problem for problem in report.checked.problems if problem.code.startswith("same_but")]
    assert report.write_result is None
    assert {f"{folder}/{one}", f"{folder}/{other}"} == {found[0].path, dict(found[0].values)["found"]}
    assert _taken_by(city, f"{folder}/{one}", f"{folder}/{other}").code == "address_twice"


def _taken_by(city: Workshop, *origins: str) -> Problem:
    """What is said where no check has found that two files have one address."""
    plans = [OutputPlan(origin, _made, origin, origin=origin) for origin in origins]
    with pytest.raises(DuplicateAddress) as taken:
        find_stale_outputs(plans, city.options().folders, DependencyTracker({}, set()), "", {}, full=True)
    assert set(origins) <= {value for _, value in taken.value.problem.values}
    return taken.value.problem


@pytest.mark.parametrize("path", [
    "places/example-city/issues/2025", "places/example-city/cases/unknown", "places/statistics",
    "places/example-city/2025"])
def test_no_withdrawn_record_stands_where_the_site_has_a_page(city: Workshop, path: str) -> None:
    """A notice of withdrawal cannot replace a page of the site."""
    city.write("withdrawn.yaml", f"- {{path: {path}, date: 2025-01-01, why: It was wrong}}\n")
    report = city.build()
    assert report.write_result is None
    assert [problem.code for problem in report.checked.problems if problem.level == "error"] == ["withdrawn_no_record"]


# --- anchors ----------------------------------------------------------------------------------------------------------


def test_no_id_of_the_content_is_one_of_the_page(city: Workshop) -> None:
    """A source may be called like a part of the page itself."""
    ids = ("content", "place", "q", "found")
    city.write("sources.yaml", city.read("sources.yaml") + "".join(f"\n{id_}: {{title: Report}}" for id_ in ids))
    assert city.build().write_result
    page = Page((city.output / "sources/index.html").read_text(encoding="utf-8"))
    assert len(page.ids) == len(set(page.ids))
    assert {"content", "source-content", "source-q"} <= set(page.ids)

