"""What the manifest promises: an output is stale for each reason and for no other, and what is known stays small."""

from collections.abc import Mapping

import pytest

from yishi.core.dependencies import DependencyTracker
from yishi.core.hashes import FileStat
from yishi.engine.manifest import (
    FILE_LIST_NAME,
    UNWRITTEN,
    Manifest,
    OutputEntry,
    compute_current_dependencies,
    compute_output_fingerprint,
    decode_file_list,
    drop_unused_dependencies,
    encode_file_list,
    find_changed_dependencies,
    find_stale_reason,
    list_orphans,
    number_dependencies,
)

WRITTEN = OutputEntry(10, 20, "page.html", "ab", (0, 2))
THERE = FileStat(10, 20, 30, 40)


@pytest.mark.parametrize(("entry", "fingerprint", "stale", "stat", "reason"), [
    (WRITTEN, "ab", set(), THERE, ""),
    (WRITTEN, "ab", {1, 3}, THERE, ""),
    (WRITTEN, "ab", set(), FileStat(10, 20, 31, 41), ""),
    (None, "ab", set(), THERE, "new"),
    (WRITTEN, "g", set(), THERE, "changed"),
    (WRITTEN, None, set(), THERE, "changed"),
    (WRITTEN, "ab", {2}, THERE, "changed"),
    (WRITTEN, "ab", {0, 1}, None, "changed"),
    (WRITTEN, "ab", set(), None, "missing"),
    (WRITTEN, "".join("ab"), set(), THERE, ""),
    *((WRITTEN, "ab", set(), FileStat(size, mtime, 30, 40), "touched")
      for size, mtime in ((9, 20), (11, 20), (10, 19), (10, 21))),
    (UNWRITTEN, "ab", set(), THERE, "changed"),
    (UNWRITTEN, "", set(), FileStat(1, 20, 0, 0), "touched"),
    (UNWRITTEN, "", set(), FileStat(-1, 1, 0, 0), "touched"),
])
def test_an_output_is_stale_for_what_it_was_made_from(entry: OutputEntry | None, fingerprint: str | None,
                                                      stale: set[int], stat: FileStat | None, reason: str) -> None:
    """Its own inputs, what it read, and its file count; what others read and the number of the file do not."""
    assert find_stale_reason(entry, fingerprint, stale, stat) == reason
    assert max(UNWRITTEN.size, UNWRITTEN.mtime) < 0  # as no file is


def test_a_fingerprint_is_of_every_input() -> None:
    """Arguments, template and program each make another one, and no two of them can be taken for one."""
    given: list[tuple[tuple[object, ...], tuple[str, ...]]] = [
        (("a",), ("t", "p")), (("b",), ("t", "p")), (("a",), ("u", "p")), (("a",), ("t", "q")), (("a",), ("tp",)),
        ((), ("t", "p")), (("a", "t"), ("p",)), ((1,), ("t", "p")), (("1",), ("t", "p"))]
    assert len({compute_output_fingerprint(arguments, *parts) for arguments, parts in given}) == len(given)
    assert len(compute_output_fingerprint((), "t")) == 32
    assert compute_output_fingerprint(("a",), "t") == compute_output_fingerprint(("a",), "t")


def _track(tables: Mapping[str, Mapping[str, str]], groups: Mapping[str, str]) -> DependencyTracker:
    """What can be read now; the keys of `brief` stand in the group of their first letter."""
    asked = {table: lambda key, of=values: of.get(key, "") for table, values in tables.items()}
    return DependencyTracker(asked, set(), {}, groups, {"brief": {key: key[0] for key in tables.get("brief", ())}})


BEFORE = Manifest(dependencies=[("brief a1", "1"), ("brief b1", "1"), ("site ", "1"), ("gone x", "1")],
                  program_fingerprint="p", group_digests={"a": "1", "b": "1"})


@pytest.mark.parametrize(("groups", "program", "digests", "stale"), [
    ({"a": "1", "b": "1"}, "p", ["1", "1", "2", ""], {2, 3}),
    ({"a": "1", "b": "2"}, "p", ["1", "2", "2", ""], {1, 2, 3}),
    ({"a": "1"}, "p", ["1", "2", "2", ""], {1, 2, 3}),
    ({"a": "1", "b": "1"}, "another", ["2", "2", "2", ""], {0, 1, 2, 3}),
])
def test_what_was_read_is_digested_anew_where_its_group_changed(groups: dict[str, str], program: str,
                                                                digests: list[str], stale: set[int]) -> None:
    """The digest of a group that is the same spares those of its keys, but not under another program; a table that is
    no more has none."""
    now = _track({"brief": {"a1": "2", "b1": "2"}, "site": {"": "2"}}, groups)
    current = compute_current_dependencies(BEFORE, now, program)
    assert current == [(name, digest) for (name, _), digest in zip(BEFORE.dependencies, digests, strict=True)]
    assert find_changed_dependencies(BEFORE, current) == stale


def test_outputs_name_what_they_read_by_number() -> None:
    """What is known keeps its number; what is new gets the next one, once, with its digest of now."""
    now = _track({"brief": {"a1": "7", "b1": "8"}}, {})
    produced = {"a.html": (WRITTEN, ["brief b1", "site "]), "b.html": (WRITTEN, ["brief a1", "brief b1"])}
    entries, dependencies = number_dependencies(produced, [("site ", "1")], now.digests)
    assert dependencies == [("site ", "1"), ("brief b1", "8"), ("brief a1", "7")]
    assert {path: entry.reads for path, entry in entries.items()} == {"a.html": (1, 0), "b.html": (2, 1)}
    assert entries["a.html"]._replace(reads=WRITTEN.reads) == WRITTEN


@pytest.mark.parametrize(("known", "used", "kept"), [(20, 19, 20), (20, 18, 18), (20, 17, 17), (20, 0, 0), (1, 1, 1)])
def test_what_nobody_reads_any_more_is_forgotten(known: int, used: int, kept: int) -> None:
    """Once a tenth of it is not read, only the rest is kept, and every output reads the same as before."""
    before = Manifest({"a": WRITTEN._replace(reads=tuple(range(known - used, known)))},
                      [(f"brief {number}", str(number)) for number in range(known)], program_fingerprint="p")
    after = drop_unused_dependencies(before)
    assert len(after.dependencies) == kept
    assert [after.dependencies[number] for number in after.outputs["a"].reads] == before.dependencies[known - used:]
    assert after.program_fingerprint == "p"


def test_only_what_builds_wrote_and_no_plan_makes_is_an_orphan() -> None:
    """Each once, in order."""
    assert list_orphans(["c", "a", "b", "c"], {"b", "d"}) == ["a", "c"]


def test_the_list_of_files_is_read_as_far_as_it_is_whole() -> None:
    """It is the same for the same site, says what it is, and one that was cut off or damaged names no file wrongly."""
    data = encode_file_list(["b/index.html", "a.html", "#x"])
    assert data == encode_file_list(["a.html", "#x", "b/index.html"])
    assert data.startswith(b"# Yishi wrote these files")
    assert data.endswith(b"\na.html\nb/index.html\n")
    assert decode_file_list(data) == {"a.html", "b/index.html"}
    assert decode_file_list(data[:-3]) == {"a.html"}
    assert decode_file_list(b"\xff\na\nb") == {"\ufffd", "a"}
    assert decode_file_list(b"") == frozenset()
    assert FILE_LIST_NAME.startswith(".")
