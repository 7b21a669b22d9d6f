"""One bad file silences no other, and nothing that is withheld is shown, counted or mentioned."""

from collections.abc import Collection
from datetime import date
from typing import Any

import pytest

from yishi.content.load import ParsedFile, RecordPrivacyHit
from yishi.library import Library
from yishi.library.withholding import SelectedRecords, link_until_stable, select_records
from yishi.model.paths import RecordLocation, locate_record
from yishi.model.problems import Finding, Problem

DAY = date(2025, 12, 31)
ISSUE: dict[str, Any] = {"title": "Lamps", "topic": ["lighting"], "raised": "2025-03", "log": ["raised: Lamps are out"]}
TOWN: dict[str, Any] = {"name": "Town", "kind": "town"}
SITE: dict[str, Any] = {"title": "Site", "languages": ["en"]}
INVALID = frozenset({""})


def _reading(data: dict[str, Any], *, invalid: bool = False, hits: Collection[RecordPrivacyHit] = ()) -> ParsedFile:
    return ParsedFile({"": data}, tuple(("", hit) for hit in hits), (), INVALID if invalid else frozenset())


def _taken(readings: dict[str, ParsedFile], *, drafts: bool = False,
           misplaced: Collection[Problem] = ()) -> SelectedRecords:
    readings = {"site.yaml": _reading(SITE), "places/t/place.yaml": _reading(TOWN)} | readings
    slots: dict[str, RecordLocation] = {file: slot for file in readings if (slot := locate_record(file))}
    return select_records(readings, slots, misplaced, drafts=drafts)


def _settled(readings: dict[str, ParsedFile], *, drafts: bool = False) -> tuple[Library, list[Finding]]:
    library, findings, _ = link_until_stable(_taken(readings, drafts=drafts), list(readings), DAY)
    return library, findings


LAMPS, TREES = "places/t/issues/lamps.yaml", "places/t/issues/trees.yaml"


def test_valid_records_stand_beside_an_invalid_one() -> None:
    """An invalid record is withheld alone."""
    library, _ = _settled({LAMPS: _reading({**ISSUE, "raised": "soon"}, invalid=True), TREES: _reading(ISSUE)})
    assert list(library.issues) == ["places/t/issues/trees"]


def test_a_record_that_is_wrong_among_others_is_withheld() -> None:
    """A record whose references lead nowhere is withheld like any invalid one, and what refers to it keeps its text."""
    library, findings = _settled({LAMPS: _reading({**ISSUE, "derived_from": "nothing"}),
                                  TREES: _reading({**ISSUE, "derived_from": "lamps"})})
    assert [(finding.record, finding.code) for finding in findings] == [("places/t/issues/lamps", "unknown_reference")]
    assert list(library.issues) == ["places/t/issues/trees"]
    assert library.issues["places/t/issues/trees"].derived_from is None
    assert library.dropped_refs["places/t/issues/trees"] == {"derived_from": "lamps"}


@pytest.mark.parametrize(("key", "gone"), [
    ("location", "places/t/locations/yard"), ("forum", "places/t/forums/hall"), ("derived_from", "places/t/issues/old"),
    ("method", "methods/three")])
@pytest.mark.parametrize("by_id", [True, False])
def test_a_record_of_any_kind_can_be_withdrawn_from_those_that_name_it(key: str, gone: str, by_id: bool) -> None:
    """Whatever has a page of its own, also an entry of a file: what refers to it, by id or path, is not made wrong."""
    typed = gone.rpartition("/")[2] if by_id else gone
    taken_back = ParsedFile({"0": {"path": gone, "date": "2025-12-01", "why": "asked for"}}, (), (), frozenset())
    library, findings = _settled({LAMPS: _reading({**ISSUE, key: typed}), "withdrawn.yaml": taken_back})
    assert findings == []
    assert library.dropped_refs["places/t/issues/lamps"] == {key: gone}


def test_what_stood_below_a_withdrawn_place_is_withdrawn_with_it() -> None:
    """A reference to it by its path is told, and does not make the record wrong; one to no kind of record does."""
    taken_back = ParsedFile({"0": {"path": "places/gone", "date": "2025-12-01", "why": "merged"}}, (), (), frozenset())
    library, findings = _settled({
        LAMPS: _reading({**ISSUE, "derived_from": "places/gone/b/issues/old"}), "withdrawn.yaml": taken_back,
        TREES: _reading({**ISSUE, "derived_from": "places/gone/b/cases/old"})})
    assert [(finding.code, finding.level) for finding in findings] == [
        ("below_withdrawn", "warning"), ("unknown_reference", "error")]
    assert library.dropped_refs["places/t/issues/lamps"] == {"derived_from": "places/gone"}


def test_all_that_is_wrong_in_a_record_is_told_at_once() -> None:
    """A record that is invalid in itself is held against the others all the same."""
    wrong = {**ISSUE, "raised": "soon", "topic": ["lightning"], "derived_from": "nothing"}
    _, findings = _settled({LAMPS: _reading(wrong, invalid=True)})
    assert {(finding.keys[0], finding.code) for finding in findings} == {
        ("topic", "not_allowed"), ("derived_from", "unknown_reference")}


def test_nothing_is_told_of_what_nobody_wrote() -> None:
    """What stands in for missing values of an invalid record gives no problems of its own."""
    _, findings = _settled({"places/t/cases/c.md": _reading({"title": "A case"}, invalid=True),
                            LAMPS: _reading({**ISSUE, "log": ["closed: given up"], "close_reason": "?"}, invalid=True)})
    assert findings == []


@pytest.mark.parametrize(("file", "data"), [
    ("site.yaml", {**SITE, "no_such_key": "1"}), ("places/t/place.yaml", {**TOWN, "no_such_key": "1"}),
    ("methods/m.yaml", {"name": "Method", "no_such_key": "1"})])
def test_what_others_hang_on_is_never_withheld(file: str, data: dict[str, Any]) -> None:
    """A mistake in the site, a place or a method silences neither it nor what belongs to it."""
    library, _ = _settled({file: _reading(data, invalid=True), LAMPS: _reading(ISSUE)})
    assert list(library.issues) == ["places/t/issues/lamps"]
    assert library.site.title == "Site"
    assert "methods/m" in library.methods or not file.startswith("methods")
    assert library.places["places/t"].name == "Town"


def test_an_unreadable_site_or_place_keeps_its_records() -> None:
    """Even where nothing of site.yaml or place.yaml can be read, the records of others are published."""
    broken = ParsedFile(invalid=INVALID)
    library, _ = _settled({"site.yaml": broken, "places/t/place.yaml": broken, LAMPS: _reading(ISSUE)})
    assert list(library.issues) == ["places/t/issues/lamps"]
    assert library.places["places/t"].name == "t"


def test_drafts_are_withheld_unless_they_are_asked_for() -> None:
    """A draft is shown only with `--drafts`."""
    readings = {LAMPS: _reading({**ISSUE, "draft": "yes"}), TREES: _reading(ISSUE)}
    assert list(_settled(readings)[0].issues) == ["places/t/issues/trees"]
    shown = _settled(readings, drafts=True)[0].issues
    assert shown["places/t/issues/lamps"].draft


def test_what_belongs_to_a_draft_place_is_a_draft() -> None:
    """A place that is not shown hides what is below it."""
    readings = {"places/t/place.yaml": _reading({**TOWN, "draft": "yes"}), LAMPS: _reading(ISSUE)}
    library, findings = _settled(readings)
    assert (library.places, library.issues) == ({}, {})
    assert findings == [Finding("places/t", ("draft",), "draft_place", (("found", "1"),), level="warning")]


def test_a_record_with_personal_data_is_withheld() -> None:
    """A record that exposes somebody is not published, and the finding shows nothing in clear."""
    hit = RecordPrivacyHit(("notes",), "mobile", "error", "13800138000", "138****8000", 3, 5, "notes", ("CN", ""))
    exposed = _reading({**ISSUE, "notes": "13800138000"}, hits=[hit])
    library, findings = _settled({LAMPS: exposed, TREES: _reading(ISSUE)})
    assert list(library.issues) == ["places/t/issues/trees"]
    assert [(finding.code, finding.values) for finding in findings] == [
        ("mobile", (("key", "notes"), ("found", "138****8000")))]
    assert [finding.position for finding in findings] == [(3, 5)]


def test_personal_data_in_a_place_is_left_out_of_it() -> None:
    """A place stays, without the field that exposes somebody."""
    hit = RecordPrivacyHit(("summary",), "mobile", "error", "13800138000", "138****8000", 3, 5, "notes", ("CN", ""))
    library, findings = _settled({"places/t/place.yaml": _reading({**TOWN, "summary": "13800138000"}, hits=[hit])})
    assert library.places["places/t"].summary is None
    assert [finding.code for finding in findings] == ["mobile"]


def test_what_the_site_allows_is_no_finding() -> None:
    """`privacy_allow` lifts one exact text."""
    site = {**SITE, "privacy_allow": [{"text": "13800138000", "reason": "the office's own"}]}
    hits = [RecordPrivacyHit(("notes",), "mobile", "error", text, "masked", 3, 5, "notes", ("CN",))
            for text in ("13800138000", "13900139000")]
    _, findings = _settled({"site.yaml": _reading(site), LAMPS: _reading(ISSUE, hits=hits[:1]),
                            TREES: _reading(ISSUE, hits=hits[1:])})
    assert [finding.record for finding in findings] == ["places/t/issues/trees"]


@pytest.mark.parametrize(("site", "is_found"), [
    ({}, True), ({"timezone": "Europe/London"}, False), ({"countries": ["FR"]}, False),
    ({"timezone": "Europe/London", "countries": ["GB", "CN"]}, True)])
def test_the_countries_of_the_site_decide_what_counts(site: dict[str, Any], is_found: bool) -> None:
    """What is personal data in China only is none elsewhere; where nothing else is said, the time zone tells."""
    hit = RecordPrivacyHit(("notes",), "door", "error", "3号楼501", "3****", 3, 5, "notes", ("CN",))
    _, findings = _settled({"site.yaml": _reading({**SITE, **site}), LAMPS: _reading(ISSUE, hits=[hit])})
    assert bool(findings) is is_found


def test_a_misplaced_record_is_withheld() -> None:
    """A file in the wrong place is not published under a wrong address."""
    problem = Problem(LAMPS, 1, 1, "bad_name")
    assert "places/t/issues/lamps" not in _taken({LAMPS: _reading(ISSUE)}, misplaced=[problem]).records
