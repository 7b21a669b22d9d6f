"""A file's path says what it is, where it belongs and what its address is; nothing is left out in silence."""

from collections.abc import Collection

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yishi.content.placement import check_attachments, check_ignored_names, check_portable_names, check_record_locations
from yishi.model.identifiers import is_valid_name
from yishi.model.language import slugify
from yishi.model.paths import (
    RecordLocation,
    get_folder_name,
    get_kind_at,
    get_place_of,
    get_record_url,
    locate_record,
    locate_records,
    normalize_separators,
    parse_snapshot_name,
    suggest_file_name,
)
from yishi.model.problems import Problem

SITE = ["site.yaml", "places/t/place.yaml"]


def _unread(files: list[str], named: Collection[str] = ()) -> list[Problem]:
    return list(check_attachments(files, locate_records(files), named))


@pytest.mark.parametrize(("file", "kind", "path", "place"), [
    ("site.yaml", "site", "site", ""),
    ("sources.yml", "source", "sources", ""),
    ("methods/three.yaml", "method", "methods/three", ""),
    ("pages/about.md", "page", "pages/about", ""),
    ("places/t/place.yaml", "place", "places/t", ""),
    ("places/t/c/place.md", "place", "places/t/c", "places/t"),
    ("places/t/c/locations.yaml", "location", "places/t/c/locations", "places/t/c"),
    ("places/t/figures.yaml", "figure", "places/t/figures", "places/t"),
    ("places/t/issues/x.yaml", "issue", "places/t/issues/x", "places/t"),
    ("places/t/c/cases/x.md", "case", "places/t/c/cases/x", "places/t/c"),
    ("places/t/issues/place.yaml", "issue", "places/t/issues/place", "places/t"),
    ("places/t/c/issues/place.yaml", "issue", "places/t/c/issues/place", "places/t/c"),
])
def test_a_path_says_what_a_file_is(file: str, kind: str, path: str, place: str) -> None:
    """The kind of record, its own path and its place follow from where the file lies."""
    slot = locate_record(file)
    assert slot == RecordLocation(kind, path)
    assert slot.place == place


@pytest.mark.parametrize("file", [
    "readme.md", "places/x.yaml", "places/t/x.yaml", "places/t/isues/x.yaml", "methods/a/b.yaml",
    "places/t/issues/x.txt", "places/t/issues/x", "places/t/issues/a/b.yaml", "places/place.yaml",
    "places/issues/x.yaml", "sites/site.yaml"])
def test_elsewhere_no_record_can_stand(file: str) -> None:
    """No record is read from a file that lies in no place for records."""
    assert locate_record(file) is None


@pytest.mark.parametrize(("path", "url"), [
    ("site", "index.html"), ("places/t", "places/t/index.html"), ("places/t/issues/x", "places/t/issues/x/index.html"),
    ("places/t/locations/yard", "places/t/locations/yard/index.html"), ("sources/s1", "sources/index.html#source-s1"),
    ("places/t/figures/2", "places/t/index.html#figure-2"), ("methods/three", "methods/three/index.html"),
    ("pages/about", "pages/about/index.html")])
def test_the_site_mirrors_the_content(path: str, url: str) -> None:
    """A record's address is its path."""
    assert get_record_url(path) == url


def _codes(*files: str) -> list[tuple[str, str]]:
    return [(problem.path, problem.code) for problem in check_record_locations(locate_records([*SITE, *files]))]


@pytest.mark.parametrize(("file", "code"), [
    ("places/t/issues/X.yaml", "bad_name"),
    ("places/t/issues/a_b.yaml", "bad_name"),
    ("places/t/issues/-a.yaml", "bad_name"),
    ("places/t/issues/路灯.yaml", "bad_name"),
    ("methods/Three.yaml", "bad_name"),
    ("places/t/issues/2025.yaml", "reserved_name"),
    ("places/t/issues/unknown.yaml", "reserved_name"),
    ("places/t/wall/place.yaml", "reserved_name"),
    ("places/t/page/place.yaml", "reserved_name"),
    ("places/t/2025/place.yaml", "reserved_name"),
    ("places/t/files/place.yaml", "reserved_name"),
    ("places/u/issues/x.yaml", "no_place"),
    ("places/t/u/v/place.yaml", "no_place"),
    ("places/t/2025/issues/x.yaml", "reserved_name"),
    ("places/t/statistics/issues/x.yaml", "reserved_name"),
])
def test_a_record_in_the_wrong_place_is_told(file: str, code: str) -> None:
    """A name that cannot be an address, one that the site uses itself, a folder that is no place: each is told."""
    assert _codes(file) == [(file, code)]


@pytest.mark.parametrize(("file", "found", "has_example"), [
    ("places/t/issues/2025.yaml", "'2025'", False), ("places/t/wall/place.yaml", "'wall'", False),
    ("places/t/2025/issues/x.yaml", "'2025'", False), ("places/u/issues/x.yaml", "'u'", True),
    ("places/t/isues/x/place.yaml", "'isues'", False)])
def test_what_is_told_of_a_wrong_place_names_its_part(file: str, found: str, has_example: bool) -> None:
    """The part of the path that is wrong, at the beginning of the file; and, unless another word was meant, the file
    that would make it a place."""
    problem, = check_record_locations(locate_records([*SITE, file]))
    assert (problem.line, problem.column, dict(problem.values)["found"]) == (1, 1, found)
    assert ("place.yaml" in problem.example) == has_example


def test_two_files_for_one_address_are_told() -> None:
    """x.yaml and x.md would be one page."""
    assert _codes("places/t/issues/x.md", "places/t/issues/x.yaml") == [("places/t/issues/x.yaml", "same_address")]


def test_a_site_without_site_yaml_is_told() -> None:
    """There is no site without its own record."""
    assert [problem.code for problem in check_record_locations(locate_records([]))] == ["site_missing"]


@pytest.mark.parametrize(("file", "code", "near"), [
    ("places/t/issues/saved.txt", "file_ending", ""),
    ("places/t/issues/saved.yaml.txt", "file_ending", "saved.yaml"),
    ("places/t/issues/MD.MD", "file_ending", "md.md"),
    ("places/t/issues/路灯.YAML", "file_ending", "lu-deng.yaml"),
    ("places/t/issues/y.markdown", "file_ending", "y.md"),
    ("places/t/issues/y", "file_ending", ""),
    ("places/t/place.YML", "file_ending", "place.yml"),
    ("methods/Steps.Md", "file_ending", "steps.md"),
    ("places/t/issues/letter.doc", "file_ending", ""),
    ("notes/A b.yml", "not_a_record", ""),
    ("places/x.jpg", "unused_attachment", ""),
    ("places/t/issues/y.jfif", "unused_attachment", ""),
    ("places/t/reviews/round/x.jpg", "no_place", ""),
    ("places/t/issues/y.HEIC", "unused_attachment", ""),
    ("site.YAML", "not_a_record", "site.yaml"),
    ("notes.txt", "not_a_record", ""),
    ("places/t/isues/x.yaml", "no_place", "issues"),
    ("places/u/files/x.jpg", "no_place", ""),
    ("places/u/x.jpg", "no_place", ""),
    ("places/t/2025/x.jpg", "reserved_name", ""),
    ("places/t/files/x.jpg", "unused_attachment", ""),
    ("places/t/issues/x.pdf", "unused_attachment", ""),
    ("images/x.jpg", "not_a_record", ""),
])
def test_whatever_is_not_read_is_told(file: str, code: str, near: str) -> None:
    """A file that nothing reads is an error, an attachment that nobody names a warning."""
    problem, = _unread([*SITE, "places/t/reviews/round.yaml", file])
    assert (problem.path, problem.code, problem.suggestion) == (file, code, near)
    assert problem.level == ("warning" if code == "unused_attachment" else "error")


def test_named_attachments_are_in_order() -> None:
    """What a record names is where it belongs."""
    assert _unread([*SITE, "places/t/files/x.jpg"], {"places/t/files/x.jpg"}) == []


def test_what_is_set_aside_is_told_once() -> None:
    """The highest folder whose name begins with _, however much lies in it; a photo there is told as any other."""
    told = _unread([*SITE, "_a/b/_c/x.yaml", "_a/y.yaml", "places/t/_old/issues/z.yaml", "places/t/issues/_w.yaml"])
    assert [(problem.path, dict(problem.values)["found"]) for problem in told] == [
        ("_a", "'_a'"), ("places/t/_old", "'_old'"), ("places/t/issues/_w.yaml", "'_w.yaml'")]
    assert {(problem.code, problem.level) for problem in told} == {("set_aside", "warning")}


def test_a_name_that_no_text_can_hold_is_told() -> None:
    """An error where it was a record, else a warning; with the name that its bytes likely mean."""
    name = "路灯".encode("gb18030").decode("utf-8", "surrogateescape")
    record, photo = check_ignored_names([f"places/t/issues/{name}.yaml", f"places/t/files/{name}.jpg"], [])
    assert [(one.code, one.level, one.suggestion) for one in (record, photo)] == [
        ("unfit_name", "error", "路灯.yaml"), ("unfit_name", "warning", "路灯.jpg")]
    assert all("/" not in dict(one.values)["found"] and "." in dict(one.values)["found"] for one in (record, photo))


@pytest.mark.parametrize(("number", "told"), [(1, "f0"), (5, "f0, f1, f2, f3, f4"), (6, "f0, f1, f2, f3, f4 …")])
def test_what_systems_leave_is_told_once(number: int, told: str) -> None:
    """The first five names, each once, and whether there are more."""
    problem, = check_ignored_names([], [f"{folder}/f{one}" for one in range(number) for folder in "ab"])
    assert (problem.path, problem.code, problem.level) == ("a/f0", "leftovers", "warning")
    assert dict(problem.values)["found"] == told


def test_personal_data_in_a_name_is_told_masked() -> None:
    """What is found first decides; neither the message nor the key shows it."""
    problem, = check_record_locations(locate_records([*SITE, "places/t/issues/13800138000.yaml"]))
    assert problem.code == "mobile"
    assert dict(problem.values)["found"] == "138****8000"


@given(st.text(max_size=40))
def test_a_proposed_name_is_one(text: str) -> None:
    """What is proposed instead of a bad name is a good one, or nothing."""
    assert slugify(text) == "" or is_valid_name(slugify(text))


@given(st.lists(st.text(alphabet="abc./-", max_size=9), max_size=6).map("/".join))
def test_any_path_is_judged(path: str) -> None:
    """Whatever a file is called, it is a record, or told, or ignored: never a traceback."""
    assert list(check_record_locations(locate_records([path]))) or _unread([path]) or locate_record(path)
    assert isinstance(get_place_of(path), str)


# --- names that every system can hold ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("file", "code", "near"), [
    ("places/t/issues/aux.yaml", "name_of_device", "aux-2"),
    ("places/con/place.yaml", "name_of_device", "con-2"),
    ("places/t/files/COM1.tar.jpg", "name_of_device", "com1-2"),
    ("places/t/files/lpt9", "name_of_device", "lpt9-2"),
    ("places/t/files/Plan.jpg", "same_but_capitals", ""),
    (f"places/t/files/{'x' * 200}.jpg", "path_too_long", ""),
])
def test_what_another_system_cannot_hold_is_told(file: str, code: str, near: str) -> None:
    """A name that Windows keeps, two names that are one where capitals do not count, a path too long to be opened."""
    problem, = check_portable_names([*SITE, "places/t/files/plan.jpg", file])
    assert (problem.path, problem.code, problem.suggestion) == (file, code, near)
    assert problem.level == ("warning" if code == "path_too_long" else "error")


def test_of_a_name_that_windows_keeps_all_is_told() -> None:
    """With its endings, for Windows looks at what stands before the first of them."""
    problem, = check_portable_names(["places/t/files/COM1.tar.jpg"])
    assert problem.values == (("found", "'COM1.tar.jpg'"),)


def test_of_two_names_that_are_one_the_second_is_told() -> None:
    """In whatever order they come; the other is named."""
    for first, second in (("a/X.jpg", "a/x.jpg"), ("a/x.jpg", "a/X.jpg")):
        problem, = check_portable_names([first, second])
        assert (problem.path, problem.code, problem.values) == (second, "same_but_capitals", (("found", first),))


@pytest.mark.parametrize(("file", "told"), [("x" * 200, False), ("x" * 201, True)])
def test_a_path_may_be_as_long_as_windows_can_open(file: str, told: bool) -> None:
    """200 characters below the content folder are none too many."""
    assert [problem.code for problem in check_portable_names([file])] == ["path_too_long"] * told


def test_ordinary_names_are_in_order_everywhere() -> None:
    """Names that only begin like one that Windows keeps are names as any other."""
    assert list(check_portable_names([*SITE, "places/t/issues/console.yaml", "places/t/issues/nul-2.yaml"])) == []


def test_a_free_name_is_the_titles_pinyin() -> None:
    """What is written gets the pinyin of its title as a file name, with a number where that is taken already."""
    assert suggest_file_name("南门路灯", ()) == "nan-men-lu-deng"
    assert suggest_file_name("南门路灯", {"nan-men-lu-deng", "nan-men-lu-deng-2"}) == "nan-men-lu-deng-3"
    assert suggest_file_name("x", {"a/x"}) == "x"
    assert suggest_file_name("x", {"a/x"}, folder="a") == "x-2"


@pytest.mark.parametrize(("title", "name"), [
    ("a" * 40, "a" * 40), ("a" * 41, "a" * 40), (f"{'a' * 36} bcd", f"{'a' * 36}-bcd"),
    (f"{'a' * 36} bcde", "a" * 36), ("one two " * 6, "one-two-one-two-one-two-one-two-one-two")])
def test_a_long_title_is_cut_after_a_whole_word(title: str, name: str) -> None:
    """A free name has 40 characters at most."""
    assert suggest_file_name(title, ()) == name


def test_a_free_name_is_none_that_the_site_uses() -> None:
    """No place is called as a page of the site, no record as a year; a review may be called `wall`."""
    assert [suggest_file_name("wall", (), kind=kind) for kind in ("place", "review", "issue")] == ["wall-2", "wall",
                                                                                                   "wall"]
    assert [suggest_file_name("2025", (), kind=kind) for kind in ("place", "review", "issue")] == ["2025-2"] * 3


@pytest.mark.parametrize(("path", "kind"), [
    ("places/t", "place"), ("places/t/issues/x", "issue"), ("methods/three", "method"), ("pages/about", "page"),
    ("places/t/place", ""), ("site", ""), ("sources", ""), ("places/t/locations", ""), ("places/t/issues/2025", ""),
    ("places/wall", ""), ("places/t/issues/X", ""), ("x", ""), ("places/t/locations/yard", "location"),
    ("places/t/figures/f", ""), ("sources/s", ""), ("withdrawn/w", ""), ("places/t/statistics/x", ""),
    ("places/t/2025/issues/x", "")])
def test_a_path_says_what_page_can_stand_there(path: str, kind: str) -> None:
    """The kind of the record with a page of its own; none for collections, for entries that have none, and for names
    that no record, or no place above it, may have."""
    assert get_kind_at(path) == kind


@pytest.mark.parametrize(("file", "name"), [
    ("frozen/2025.json", "2025"), ("frozen/Year.json", ""), ("frozen/2025.txt", ""), ("2025.json", ""),
    ("a/2025.json", ""), ("frozen/a/2025.json", "")])
def test_frozen_copies_lie_in_one_folder(file: str, name: str) -> None:
    """A file elsewhere, with another ending, or with a name that no address can hold, is none."""
    assert parse_snapshot_name(file) == name


def test_the_folder_of_a_record_is_the_nearest() -> None:
    """As a name, not as a path."""
    assert [get_folder_name(path) for path in ("places/t/issues/x", "methods/three", "site")] == ["issues", "methods",
                                                                                                  ""]


@given(st.text(max_size=80), st.sets(st.sampled_from(["x", "x-2", "con-2", "a"])), st.sampled_from(["", "place"]))
def test_a_free_name_can_be_used_at_once(title: str, taken: set[str], kind: str) -> None:
    """Whatever a title says, its file can be called so on every system, and no other file is."""
    name = suggest_file_name(title, taken, kind=kind)
    folder = "places/t" if kind == "place" else "places/t/issues"
    file = f"{folder}/{name}/place.yaml" if kind == "place" else f"{folder}/{name}.yaml"
    assert name not in taken
    assert is_valid_name(name)
    assert {problem.code for problem in (*check_record_locations(locate_records([*SITE, file])),
                                         *check_portable_names([file]))} <= {
        "mobile", "landline", "resident_id", "bank_card", "plate", "account", "door"}


@pytest.mark.parametrize(("typed", "path"), [
    (r"places\t\issues", "places/t/issues"), ("places/t/", "places/t"), ("t", "t"), ("\\t\\", "t")])
def test_a_path_may_be_typed_as_on_windows(typed: str, path: str) -> None:
    """Who copies a path from the Explorer need not turn its backslashes."""
    assert normalize_separators(typed) == path
