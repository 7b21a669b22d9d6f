"""What `yishi.library` promises: what each reference means, what hangs together, and what only several records show."""

from collections.abc import Callable, Collection
from datetime import date
from typing import Any
from urllib.parse import quote

import pytest
from msgspec.structs import replace

from yishi.content.load import create_record, read_records
from yishi.content.yaml_source import SourceFile
from yishi.library import Library, WithheldRecords, build_site_vocabulary, link_records
from yishi.model.kinds import COLLECTIONS
from yishi.model.paths import locate_record
from yishi.model.problems import Finding
from yishi.model.records import DEFAULT_METHOD, Record, Site
from yishi.model.vocabulary import encode_bilingual, encode_choices

AS_OF = date(2025, 12, 31)
TREE = {
    "site.yaml": "title: S",
    "places/city/place.yaml": "name: City\nkind: city",
    "places/city/east/place.yaml": "name: East\nkind: town",
    "places/city/east/a/place.yaml": "name: A\nkind: community",
    "places/city/east/b/place.yaml": "name: B\nkind: community",
    "places/city/west/place.yaml": "name: West\nkind: town",
    "places/city/west/c/place.yaml": "name: C\nkind: community",
}
A, B, C = "places/city/east/a", "places/city/east/b", "places/city/west/c"


def issue(more: str = "", log: str = "raised: x", raised: str = "2025-01-01") -> str:
    """An issue file with further keys, its log of one or several entries."""
    entries = "".join(f"  - {line}\n" for line in log.split("; "))
    return f"title: x\ntopic: other\nraised: {raised}\nlog:\n{entries}{more}\n"


def records(files: dict[str, str]) -> dict[str, Record]:
    """The records of files by path."""
    found: dict[str, Record] = {}
    for file, text in files.items():
        slot = locate_record(file)
        assert slot
        reading = read_records(SourceFile(file, text.encode()), slot)
        assert [problem for problem in reading.problems if problem.level == "error"] == []
        for entry, data in reading.entries.items():
            found[f"{slot.path}/{entry}" if slot.kind in COLLECTIONS else slot.path] = create_record(slot.kind, data)
    return found


def linked(
    files: dict[str, str],
    withheld: WithheldRecords = WithheldRecords(),  # noqa: B008 - frozen
    attachments: Collection[str] = (),
) -> tuple[Library, list[Finding]]:
    """The library of TREE and these files, and what was found."""
    return link_records(records(TREE | files), withheld, [*TREE, *files, *attachments], AS_OF)


def codes(files: dict[str, str], **more: Any) -> list[tuple[str, str, tuple[str | int, ...]]]:
    """The findings: record, code, keys."""
    return [(of.record, of.code, of.keys) for of in linked(files, **more)[1]]


YARD = "yard: {name: Y, kind: compound}"


# --- references ------------------------------------------------------------


@pytest.mark.parametrize(
    ("reference", "at", "meant"),
    [
        ("yard", (A,), A),
        ("yard", (A, B), A),
        ("yard", (A, "places/city/east"), A),
        ("yard", (B,), B),
        ("yard", ("places/city/east",), "places/city/east"),
        ("yard", ("places/city",), "places/city"),
        ("yard", (C,), C),
        ("yard", ("places/city/east", C), "places/city/east"),
        ("yard", ("places/city/east", B), "places/city/east"),
        ("yard", (B, C), B),
        (f"{C}/locations/yard", (A, B, C), C),
        (f"/{C}/locations/yard/", (A, C), C),
    ],
)
def test_an_id_means_the_record_nearest_upwards(reference: str, at: tuple[str, ...], meant: str) -> None:
    """From the record's place upwards: that place, then all below it; a path means itself."""
    files = {f"{place}/locations.yaml": YARD for place in at}
    library, findings = linked(files | {f"{A}/issues/x.yaml": issue(f"location: {reference}")})
    assert findings == []
    assert library.issues[f"{A}/issues/x"].location == f"{meant}/locations/yard"


def test_a_record_is_found_in_the_whole_site() -> None:
    """Where nothing of that name lies below a common place, the one of another city is meant."""
    files = {
        "places/other/place.yaml": "name: O\nkind: city",
        "places/other/locations.yaml": YARD,
        f"{A}/issues/x.yaml": issue("location: yard"),
    }
    library, findings = linked(files)
    assert (findings, library.issues[f"{A}/issues/x"].location) == ([], "places/other/locations/yard")


def test_several_records_of_one_name_are_an_error_that_lists_them() -> None:
    """The first level with records of that name decides; if there are several, none is taken."""
    files = {f"{B}/locations.yaml": YARD, f"{A}/locations.yaml": YARD}
    library, (finding,) = linked(files | {"places/city/west/issues/x.yaml": issue("location: yard")})
    assert (finding.code, finding.keys) == ("ambiguous_reference", ("location",))
    assert dict(finding.values)["allowed"] == encode_choices([f"{A}/locations/yard", f"{B}/locations/yard"])
    assert library.issues["places/city/west/issues/x"].location is None


@pytest.mark.parametrize(("text", "near"), [("yrad", "yard"), ("zzz", ""), (f"{A}/locations/yrad", "yard"), ("a", "")])
def test_a_reference_to_nothing_is_told_with_the_nearest_name(text: str, near: str) -> None:
    """An id, a path, or the name of a record of another kind; the reference is left out."""
    files = {f"{A}/locations.yaml": YARD, f"{A}/issues/x.yaml": issue(f"location: {text}")}
    library, (finding,) = linked(files)
    assert (finding.record, finding.keys, finding.code, finding.suggestion) == (
        f"{A}/issues/x",
        ("location",),
        "unknown_reference",
        near,
    )
    assert dict(finding.values)["found"] == f"'{text}'"
    assert library.issues[f"{A}/issues/x"].location is None


@pytest.mark.parametrize(("key", "code"), [("derived_from", "self_reference"), ("duplicate_of", "self_reference")])
def test_no_record_refers_to_itself(key: str, code: str) -> None:
    """By its id or by its path."""
    assert codes({f"{A}/issues/x.yaml": issue(f"{key}: x")}) == [(f"{A}/issues/x", code, (key,))]
    assert codes({f"{A}/issues/x.yaml": issue(f"{key}: {A}/issues/x")}) == [(f"{A}/issues/x", code, (key,))]


@pytest.mark.parametrize("key", ["derived_from", "duplicate_of"])
def test_no_circle_of_references(key: str) -> None:
    """However long: each issue of the circle is told, those that only lead into it are not."""
    ring = {
        f"{A}/issues/{one}.yaml": issue(f"{key}: {other}")
        for one, other in (("u", "v"), ("v", "w"), ("w", "u"), ("x", "u"))
    }
    assert codes(ring) == [(f"{A}/issues/{one}", "cycle", (key,)) for one in "uvw"]


def test_a_chain_is_no_circle() -> None:
    """One issue may come of another that came of a third."""
    chain = {f"{A}/issues/{one}.yaml": issue(f"derived_from: {other}") for one, other in (("u", "v"), ("v", "w"))}
    assert codes(chain | {f"{A}/issues/w.yaml": issue()}) == []


def test_a_reference_to_an_invalid_record_is_kept_as_text() -> None:
    """It is no error of the record that refers; its text can still be shown."""
    target = f"{A}/issues/bad"
    files = {f"{A}/issues/x.yaml": issue("derived_from: bad"), f"{A}/cases/c.yaml": "title: c\nissues: [bad, x]"}
    library, findings = linked(files, WithheldRecords(invalid={target: "issue"}))
    assert findings == []
    assert library.issues[f"{A}/issues/x"].derived_from is None
    assert library.cases[f"{A}/cases/c"].issues == (f"{A}/issues/x",)
    assert library.dropped_refs == {f"{A}/issues/x": {"derived_from": "bad"}, f"{A}/cases/c": {"issues": "bad"}}


def test_a_reference_to_a_draft_vanishes() -> None:
    """Drafts are never mentioned: neither an error nor a text is left."""
    library, findings = linked(
        {f"{A}/issues/x.yaml": issue("derived_from: new")}, WithheldRecords(drafts={f"{A}/issues/new": "issue"})
    )
    assert (findings, library.dropped_refs, library.issues[f"{A}/issues/x"].derived_from) == ([], {}, None)


def test_sources_are_cited_by_name() -> None:
    """Every record may cite sources; one that does not exist is told at its place in the list."""
    files = {"sources.yaml": "s1: {title: S}", f"{A}/issues/x.yaml": issue("source: [s1, s2]")}
    library, findings = linked(files)
    assert [(of.code, of.keys) for of in findings] == [("unknown_reference", ("source", 1))]
    assert library.referrers("sources/s1", "issue.source") == (f"{A}/issues/x",)


# --- methods and stages ------------------------------------------------------------


ONE = (
    "name: One\nstages:\n"
    "  - {id: hear, label: 听, full_label: 听意见, core: clarify}\n"
    "  - {id: hid, label: '?', core: raise, verified: no}\n"
)
TWO = (
    "name: Two\nstages:\n  - {id: act, label: 办, core: implement}\n"
    "levels:\n  - {id: l1, label: 一级}\n  - {id: l2, label: '?', verified: no}\n"
)
METHODS = {"methods/one.yaml": ONE, "methods/two.yaml": TWO}


def test_the_method_is_the_nearest_one() -> None:
    """The issue's own, else that of its place, else of the next place above that names one, else the built-in one."""
    files = METHODS | {
        "places/city/east/place.yaml": "name: East\nkind: town\nmethod: one",
        f"{B}/place.yaml": "name: B\nkind: community\nmethod: two",
        f"{A}/issues/i.yaml": issue(),
        f"{B}/issues/i.yaml": issue(),
        f"{C}/issues/i.yaml": issue(),
        f"{A}/issues/own.yaml": issue("method: two"),
        f"{B}/cases/c.yaml": f"title: c\nissues: {B}/issues/i",
    }
    library, findings = linked(files)
    assert findings == []
    assert {path: of.method for path, of in library.issues.items()} == {
        f"{A}/issues/i": "methods/one",
        f"{A}/issues/own": "methods/two",
        f"{B}/issues/i": "methods/two",
        f"{C}/issues/i": DEFAULT_METHOD,
    }
    assert library.cases[f"{B}/cases/c"].method == "methods/two"


def test_the_built_in_method_has_one_stage_per_phase_and_requires_none() -> None:
    """It appears among the methods only where it is used."""
    library, _ = linked({f"{A}/issues/i.yaml": issue()})
    stages = library.methods[DEFAULT_METHOD].stages
    assert [stage.id for stage in stages] == [
        "raise",
        "clarify",
        "deliberate",
        "decide",
        "implement",
        "close",
        "review",
    ]
    assert not any(stage.required for stage in stages)
    assert linked({})[0].methods == {}


def test_a_method_without_stages_has_the_built_in_ones() -> None:
    """It may say how often to follow up and leave the stages as they are."""
    files = {"methods/m.yaml": "name: M\nfollowup_days: 30", f"{A}/issues/i.yaml": issue("method: m", "协商: x")}
    library, findings = linked(files)
    assert (findings, library.issues[f"{A}/issues/i"].log[0].stage) == ([], "deliberate")
    assert len(library.methods["methods/m"].stages) == 7


@pytest.mark.parametrize(
    ("word", "stage"),
    [
        ("hear", "hear"),
        ("HEAR", "hear"),
        ("听", "hear"),
        ("听意见", "hear"),
        ("提出", "raised"),
        ("raised", "raised"),
        ("办结", "resolved"),
        ("Resolved", "resolved"),
        ("未解决", "closed"),
        ("Closed unsolved", "closed"),
        ("重开", "reopened"),
        ("reopened", "reopened"),
        ("后续未报道", "not_reported"),
        ("Not reported further", "not_reported"),
    ],
)
def test_a_stage_is_known_by_every_word_for_it(word: str, stage: str) -> None:
    """Id, label, full label, and the reserved words in each language."""
    library, findings = linked(
        METHODS | {f"{A}/issues/i.yaml": issue("method: one\nclose_reason: referred", f"{word}: x")}
    )
    assert [of for of in findings if of.level == "error"] == []
    assert library.issues[f"{A}/issues/i"].log[0].stage == stage


@pytest.mark.parametrize(
    ("word", "near"), [("办", ""), ("听意件", "听意见"), ("?", ""), ("hid", ""), ("clarify", ""), ("办洁", "办结")]
)
def test_a_word_of_another_method_is_no_stage(word: str, near: str) -> None:
    """Nor is a placeholder; the allowed words are told."""
    _, (finding,) = linked(METHODS | {f"{A}/issues/i.yaml": issue("method: one", f"raised: y; {word}: x")})
    assert (finding.code, finding.keys) == ("unknown_stage", ("log", 1, "stage"))
    assert near in finding.suggestion
    assert dict(finding.values)["allowed"].startswith(encode_choices([encode_bilingual("听", "听"),
                                                                      encode_bilingual("提出", "raised")]))
    assert "?" not in dict(finding.values)["allowed"]


def test_the_levels_are_those_of_the_method() -> None:
    """By id or label; an unverified level is none, and a method without levels has none."""
    assert (
        linked(METHODS | {f"{A}/issues/i.yaml": issue("method: two\nlevel: 一级")})[0].issues[f"{A}/issues/i"].level
        == "l1"
    )
    for method, level in (("two", "二级"), ("two", "l2"), ("one", "一级")):
        files = METHODS | {f"{A}/issues/i.yaml": issue(f"method: {method}\nlevel: {level}")}
        assert codes(files) == [(f"{A}/issues/i", "unknown_level", ("level",))]


# --- what hangs together ------------------------------------------------------------


def test_places_stand_by_code_then_by_pinyin() -> None:
    """Never by any number that could rank them; places without a code stand behind those with one."""
    names = {"n1": "张庄", "n2": "安里", "n3": "李村", "k2": "安阳", "k1": "周口"}
    code = {"k1": "code: '0001'\n", "k2": "code: '0002'\n"}
    files = {
        f"places/city/west/{name}/place.yaml": f"name: {text}\nkind: village\n{code.get(name, '')}"
        for name, text in names.items()
    }
    files["places/city/west/c/place.yaml"] = "name: C\nkind: village\ncode: '0000'"
    library, _ = linked(files)
    assert [path.rpartition("/")[2] for path in library.children["places/city/west"]] == [
        "c",
        "k1",
        "k2",
        "n2",
        "n3",
        "n1",
    ]


def test_places_stand_in_the_order_of_the_tree() -> None:
    """Every place stands behind the one it belongs to."""
    library, _ = linked({})
    assert list(library.places) == ["places/city", "places/city/east", A, B, "places/city/west", C]
    assert library.children[""] == ("places/city",)
    assert A not in library.children


def test_what_refers_is_found_from_both_sides() -> None:
    """Derived issues, duplicates, cases, locations and sources know who names them, each once."""
    files = {
        "sources.yaml": "s1: {title: S}",
        f"{A}/locations.yaml": YARD,
        f"{A}/issues/one.yaml": issue("location: yard\nsource: [s1, s1]"),
        f"{A}/issues/two.yaml": issue("derived_from: one"),
        f"{B}/issues/three.yaml": issue("duplicate_of: one"),
        f"{A}/cases/c.yaml": "title: c\nissues: [one, two]\nlocation: yard",
    }
    library, findings = linked(files)
    assert findings == []
    one, yard, case = f"{A}/issues/one", f"{A}/locations/yard", f"{A}/cases/c"
    assert library.referrers(one, "issue.derived_from") == (f"{A}/issues/two",)
    assert library.referrers(one, "issue.duplicate_of") == (f"{B}/issues/three",)
    assert library.referrers(one, "case.issues") == library.referrers(f"{A}/issues/two", "case.issues") == (case,)
    assert library.referrers(yard, "issue.location") == (one,)
    assert library.referrers(yard, "case.location", "issue.location") == (case, one)
    assert library.referrers("sources/s1", "issue.source") == (one,)
    assert library.referrers(case, "issue.location") == ()


def test_the_order_of_the_files_changes_nothing() -> None:
    """The same library, whatever the order in which the records were read."""
    files = TREE | {f"{place}/issues/{name}.yaml": issue() for place in (A, B, C) for name in ("x", "y")}
    read = records(files)
    backwards = dict(reversed(list(read.items())))
    first, second = (link_records(of, WithheldRecords(), [], AS_OF)[0] for of in (read, backwards))
    assert replace(first, link_context=second.link_context) == second
    assert [list(of.issues) + list(of.places) for of in (first,)] == [list(second.issues) + list(second.places)]


# --- the site's own words ------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "name"), [("topics", "topic"), ("stakeholders", "stakeholder"), ("channels", "channel")]
)
@pytest.mark.parametrize("replace", ["yes", "no"])
def test_a_site_brings_its_own_words(key: str, name: str, replace: str) -> None:
    """Its values are added to the built-in ones or stand instead of them."""
    (site,) = records(
        {"site.yaml": f"title: S\n{key}: {{replace: {replace}, values: {{fair: {{en: Fair, zh-Hans: 赶集}}}}}}"}
    ).values()
    assert isinstance(site, Site)
    vocabulary = build_site_vocabulary(site)
    assert vocabulary.key(name, "赶集") == "fair"
    assert ("other" in vocabulary.terms[name] or "resident" in vocabulary.terms[name]) is (replace == "no")


def test_the_words_of_a_record_become_keys() -> None:
    """Topics, channels and stakeholders, wherever they stand; a free text is left where an organisation may stand."""
    site = "title: S\ntopics: {groups: {g: {en: G}}, values: {bulky: {group: g, en: Bulky, zh-Hans: 大件}}}"
    more = (
        "channel: 热线\nlead: 物业\npartners: [居委会, Example Electric]\nparticipants: {kinds: [居民, 物业公司]}\n"
        "objections: {by: Residents, text: x}"
    )
    text = issue(more).replace("topic: other", "topic: [大件, 照明]").replace("raised: x", "{stage: raised, by: 党员}")
    library, findings = linked({"site.yaml": site, f"{A}/issues/i.yaml": text})
    of = library.issues[f"{A}/issues/i"]
    assert findings == []
    assert (of.topic, of.channel, of.lead, of.partners) == (
        ("bulky", "lighting"),
        "hotline_12345",
        "property_company",
        ("residents_committee", "Example Electric"),
    )
    assert of.participants.kinds == ("resident", "property_company")
    assert (of.objections[0].by, of.log[0].by) == ("resident", "party_member")
    assert library.vocabulary.terms["topic"]["bulky"].group == "g"


@pytest.mark.parametrize(
    ("typed", "keys", "near"),
    [
        ("topic: 照名", ("topic", 0), "照明"),
        ("topic: '照明, 绿化'", ("topic", 0), "[照明, 绿化]"),
        ("topic: [other, 物业提升]", ("topic", 1), None),
    ],
)
def test_a_word_that_the_site_does_not_know_is_told(typed: str, keys: tuple[str | int, ...], near: str | None) -> None:
    """With the allowed values and the nearest one; a group is no value; several in one text are proposed as a list."""
    _, (finding,) = linked({f"{A}/issues/i.yaml": issue().replace("topic: other", typed)})
    assert (finding.code, finding.keys) == ("not_allowed", keys)
    assert near is None or finding.suggestion == near
    assert encode_bilingual("照明", "lighting") in dict(finding.values)["allowed"]


# --- checks ------------------------------------------------------------


@pytest.mark.parametrize(
    ("log", "expected"),
    [
        ("2025-02-01 clarify: x; 2025-01-31 decide: y", [("log_out_of_order", ("log", 1))]),
        ("2025-02-01 clarify: x; 2025-02-01 decide: y", []),
        ("2025-02-01 clarify: x; decide: y; 2025-01-31 implement: z", [("log_out_of_order", ("log", 2))]),
        ("2025-02-10 clarify: x; 2025-02 decide: y", []),
        ("2025-02-10 clarify: x; 2025-01 decide: y", [("log_out_of_order", ("log", 1))]),
        ("2025-03 clarify: x; 2025-02-28 decide: y", [("log_out_of_order", ("log", 1))]),
        ("by 2025-03-01 clarify: x; 2025-02-01 decide: y", []),
        ("2025-03-01 clarify: x; by 2025-02-01 decide: y", [("log_out_of_order", ("log", 1))]),
        ("2025 clarify: x; 2024-12-31 decide: y", [("log_out_of_order", ("log", 1))]),
        (
            "2025-02-01 clarify: x; 2024-12-31 resolved: y",
            [("log_out_of_order", ("log", 1)), ("resolved_before_raised", ("log", 1))],
        ),
        ("2024-12-31 resolved: y", [("resolved_before_raised", ("log", 0))]),
        ("2025-01-01 resolved: y", []),
        ("2025 resolved: y", []),
        ("2024 resolved: y", [("resolved_before_raised", ("log", 0))]),
        ("resolved: x; resolved: y", [("resolved_twice", ("log", 1))]),
        ("resolved: x; clarify: y; resolved: z", [("resolved_twice", ("log", 2))]),
        ("resolved: x; not_reported: y; resolved: z", []),
        ("resolved: x; closed: y; resolved: z", []),
        ("resolved: x; reopened: y; resolved: z", []),
        ("clarify: x; reopened: y", [("reopened_without_closing", ("log", 1))]),
        ("resolved: x; not_reported: y; reopened: z", []),
        ("resolved: x; reopened: y; reopened: z", [("reopened_without_closing", ("log", 2))]),
        ("closed: x", [("close_reason_missing", ())]),
        ("closed: x; reopened: y", []),
        ("closed: x; implement: y", [("close_reason_missing", ())]),
        ("closed: x; reopened: y; closed: z", [("close_reason_missing", ())]),
        ("2026-01-01 clarify: x", [("after_as_of", ("log", 0))]),
        ("2025-12-31 clarify: x", []),
        ("2025-12 clarify: x", []),
        ("2026 clarify: x", [("after_as_of", ("log", 0))]),
        ("by 2026-01-01 clarify: x", []),
    ],
)
def test_what_only_the_whole_course_of_an_issue_shows(
    log: str, expected: list[tuple[str, tuple[str | int, ...]]]
) -> None:
    """Order, resolution before raising, closings without sense, a missing reason, dates to come: if certain."""
    assert [(code, keys) for _, code, keys in codes({f"{A}/issues/i.yaml": issue(log=log)})] == expected


@pytest.mark.parametrize(("log", "found"), [
    ("closed: x", False), ("resolved: x", True), ("closed: x; reopened: y; resolved: z", True),
    ("resolved: x; closed: y; resolved: z", True), ("closed: x; reopened: y", False), ("clarify: x", False)])
def test_a_reason_that_no_page_shows_is_told(log: str, found: bool) -> None:
    """Of a resolved issue nobody reads why it was not resolved."""
    told = linked({f"{A}/issues/i.yaml": issue("close_reason: referred", log)})[1]
    assert [(one.code, one.level) for one in told] == ([("close_reason_unused", "warning")] if found else [])


@pytest.mark.parametrize(("log", "expected"), [
    ("2025-05 closed: x; 2026-02 resolved: y", [("close_reason_missing", "error")]),
    ("2025-05 closed: x; 2026-02 reopened: y", [("close_reason_missing", "error")]),
    ("2025-05 resolved: x; 2026-02 closed: y", [("close_reason_missing", "warning")]),
    ("2025-05 clarify: x; 2026-02 closed: y; 2026-03 reopened: z", [])])
def test_a_reason_is_asked_for_as_the_page_shows_the_issue(log: str, expected: list[tuple[str, str]]) -> None:
    """What is planned after the day of the report stops no build, and excuses nothing; neither is a reason that is
    shown today, or will be, called needless."""
    _, told = linked({f"{A}/issues/i.yaml": issue(log=log)})
    assert [(one.code, one.level) for one in told if one.code != "after_as_of"] == expected
    reason = "" if log.startswith("2025-05 clarify") else "close_reason: referred"
    assert {one.code for one in linked({f"{A}/issues/i.yaml": issue(reason, log)})[1]} == {"after_as_of"}


def test_only_what_will_be_ignored_is_a_warning() -> None:
    """Dates to come and closings without sense are shown all the same; the other findings stop a build."""
    levels: dict[str, str] = {}
    for log in (
        "2025-02-01 clarify: x; 2025-01-31 decide: y",
        "2024-12-31 resolved: y",
        "resolved: x; resolved: y",
        "clarify: x; reopened: y",
        "closed: x",
        "2026-01-01 clarify: x",
    ):
        levels |= {of.code: of.level for of in linked({f"{A}/issues/i.yaml": issue(log=log)})[1]}
    assert levels == {
        "log_out_of_order": "error",
        "resolved_before_raised": "error",
        "close_reason_missing": "error",
        "resolved_twice": "warning",
        "reopened_without_closing": "warning",
        "after_as_of": "warning",
    }


def test_issues_and_followups_to_come_are_told() -> None:
    """What is raised or followed up after the day of the report is a warning at its key."""
    more = "followups: ['2026-02-01 holds: x', '2025-11-01 holds: x']"
    assert codes({f"{A}/issues/i.yaml": issue(more, "raised: x", "2026-01-01")}) == [
        (f"{A}/issues/i", "after_as_of", ("raised",)),
        (f"{A}/issues/i", "after_as_of", ("followups", 0)),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("languages: [en, en]", ("bad_languages", ("languages",))),
        ("languages: [zh-Hant, en]", ("converted_first", ("languages",))),
        ("timezone: Shahe/Town", ("bad_timezone", ("timezone",))),
        ("timezone: Europe/Berlin\nlanguages: en", None),
    ],
)
def test_the_site_names_each_language_once_and_a_zone_that_exists(text: str, expected: object) -> None:
    """Both are errors of site.yaml, and so is a first language that is only converted."""
    found = [(code, keys) for _, code, keys in codes({"site.yaml": f"title: S\n{text}"})]
    assert found == ([expected] if expected else [])


def test_without_the_converter_only_sites_in_traditional_chinese_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is no `opencc` for every system: all other sites are built, and these say what is missing."""
    monkeypatch.setattr("yishi.core.traditional.find_spec", lambda name: None)
    site = {"site.yaml": "title: S\nlanguages: [zh-Hans, zh-Hant]"}
    assert [(code, keys) for _, code, keys in codes(site)] == [("no_converter", ("languages",))]
    assert codes({"site.yaml": "title: S\nlanguages: [zh-Hans, en]"}) == []


# --- attachments and links ------------------------------------------------------------


PHOTO = "photos: [{file: lamp.jpg, alt: x}]"


@pytest.mark.parametrize("file", [f"{A}/issues/lamp.jpg", f"{A}/lamp.jpg", f"{A}/files/lamp.jpg"])
def test_a_photo_lies_beside_its_record_or_in_the_files_of_its_place(file: str) -> None:
    """And is published from there."""
    library, findings = linked({f"{A}/issues/i.yaml": issue(PHOTO)}, attachments=[file])
    assert findings == []
    assert library.photos == {f"{A}/issues/i": {"lamp.jpg": file}}
    assert library.attachments == {file: file}


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("lamp.jpg", "file_missing"),
        ("../../../../../../lamp.jpg", "file_outside"),
        ("/etc/lamp.jpg", "file_outside"),
        ("i.yaml", "file_missing"),
    ],
)
def test_a_photo_that_cannot_be_shown_is_told(name: str, code: str) -> None:
    """It does not exist, lies outside the content folder, or is a record."""
    files = {f"{A}/issues/i.yaml": issue(PHOTO.replace("lamp.jpg", name))}
    assert codes(
        files, attachments=[f"{B}/files/lamp.jpg", "lamp.jpg"] if "/" in name else [f"{B}/files/lamp.jpg"]
    ) == [(f"{A}/issues/i", code, ("photos", 0, "file"))]


@pytest.mark.parametrize(
    ("link_", "leads"),
    [
        ("j.yaml", f"{A}/issues/j/index.html"),
        ("j.yaml#log", f"{A}/issues/j/index.html#log"),
        (f"{A}/issues/j", f"{A}/issues/j/index.html"),
        ("../cases/c.md", f"{A}/cases/c/index.html"),
        ("plan.pdf", f"{A}/issues/plan.pdf"),
        ("plan.pdf#page=3", f"{A}/issues/plan.pdf#page=3"),
        ("#top", "#top"),
        ("#gone", None),
        ("gone.yaml", None),
    ],
)
def test_links_in_markdown_lead_to_pages(link_: str, leads: str | None) -> None:
    """By the file or the path of a record, or to an attachment; one that leads nowhere is a warning."""
    files = {
        f"{A}/issues/i.yaml": issue(f"body: '[x]({link_})'"),
        f"{A}/issues/j.yaml": issue(),
        f"{A}/cases/c.md": "---\ntitle: c\nissues: j\n---\n",
    }
    library, findings = linked(files, attachments=[f"{A}/issues/plan.pdf"])
    assert library.links.get(f"{A}/issues/i") == {link_: leads}
    assert [(of.code, of.keys, of.level) for of in findings] == ([] if leads else [("dead_link", ("body",), "warning")])


ODD_NAMES = ("a#b.pdf", "#1.pdf", "报告 (1)#.pdf", "50%.pdf", "a%20b.pdf", "a%23b.pdf", "a?b=1.pdf", "a&b;'c'.pdf",
             "a+b.pdf")


@pytest.mark.parametrize("name", ODD_NAMES)
@pytest.mark.parametrize("typed", [quote, "<{}>".format, "<./{}>".format, "<{}#page=3>".format,
                                   lambda name: f"{quote(name)}#page=3"])
def test_a_link_leads_to_a_file_of_any_name(name: str, typed: Callable[[str], str]) -> None:
    """Escaped or between angles, with a place in the file or without; what is left is its URL."""
    files = {f"{A}/issues/i.yaml": issue(f"body: |\n  [x]({typed(name)})")}
    library, findings = linked(files, attachments=[f"{A}/issues/{name}"])
    end = "#page=3" if typed(name).strip(">").endswith("#page=3") else ""
    assert list((library.links.get(f"{A}/issues/i") or {}).values()) == [quote(f"{A}/issues/{name}") + end]
    assert findings == []
    assert library.attachments == {f"{A}/issues/{name}": f"{A}/issues/{name}"}


def test_a_link_leads_to_the_place_in_a_file_rather_than_to_another_file() -> None:
    """Where both `a` with a fragment and a file of the whole name are there, it means what a URL means."""
    files = {f"{A}/issues/i.yaml": issue(
        "body: '[x](a.pdf#b.pdf) [y](a.pdf%23b.pdf) [z](c%20d.pdf) [w](c%2520d.pdf)'")}
    names = ("a.pdf", "a.pdf#b.pdf", "c d.pdf", "c%20d.pdf")
    library, _ = linked(files, attachments=[f"{A}/issues/{name}" for name in names])
    assert [(url or "").removeprefix(f"{A}/issues/") for url in library.links[f"{A}/issues/i"].values()] == [
        "a.pdf#b.pdf", "a.pdf%23b.pdf", "c%20d.pdf", "c%2520d.pdf"]


def test_links_to_what_is_withheld_are_no_mistake() -> None:
    """A link to a draft or to an invalid record leads nowhere and is not told."""
    files = {f"{A}/issues/i.yaml": issue("body: '[x](d.yaml) [y](e.yaml)'")}
    library, findings = linked(files, WithheldRecords(invalid={f"{A}/issues/e": "issue"},
                                                      drafts={f"{A}/issues/d": "issue"}))
    assert (findings, library.links) == ([], {f"{A}/issues/i": {"d.yaml": None, "e.yaml": None}})


def test_a_closing_stage_without_a_result_is_a_warning() -> None:
    """结案 alone does not tell whether a matter was solved: the writer is told, and the issue stays under way."""
    told = codes({f"{A}/issues/x.yaml": issue(log="2025-02-01 结案: x")})
    assert told == [(f"{A}/issues/x", "closed_without_result", ("log", 0))]
    assert codes({f"{A}/issues/x.yaml": issue(log="2025-02-01 结案: x\n  - 2025-02-01 办结: x")}) == []


def test_a_criterion_named_by_its_label_is_the_known_one() -> None:
    """A method that lists 成果长效 means the criterion `lasting`, and a review may name it by either word."""
    files = {
        "methods/m.yaml": "name: M\ncriteria: [成果长效, 说得清楚]\n",
        "places/city/place.yaml": "name: City\nkind: city\nmethod: m",
        "places/city/reviews/r.yaml": "target: places/city\ncriteria: [{key: lasting}, {key: 说得清楚}]\n",
        "places/city/reviews/s.yaml": "target: places/city\ncriteria: [{key: Lasting results}, {key: procedure}]\n",
    }
    library, findings = linked(files)
    assert [one.key for one in library.reviews["places/city/reviews/r"].criteria] == ["lasting", "说得清楚"]
    assert [(of.record, of.code) for of in findings] == [("places/city/reviews/s", "unknown_criterion")]
