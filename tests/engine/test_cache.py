"""What the cache promises: it gives back what was put there, from nothing else, and holds nothing that is withheld."""

import os
import re
import subprocess
from collections import Counter
from pathlib import Path

import pytest
from msgspec.msgpack import decode, encode

from tests.content.test_load import FILES, reading
from tests.support.workshop import PROJECT, Workshop
from yishi.content.load import create_record
from yishi.core import files
from yishi.engine import cache as cache_module
from yishi.engine.cache import MAX_RECORDS_PER_SHARD, Cache, CacheStage, group_by_shard
from yishi.engine.parse_cache import PARSED, encode_reading, is_clean_reading
from yishi.model.paths import get_place_of, locate_record

NUMBERS = CacheStage("numbers", dict[str, int])
ISSUES = "places/example-city/westside/issues"


@pytest.fixture
def kept(tmp_path: Path) -> Cache:
    """A cache that holds one value."""
    cache = Cache(tmp_path / "content")
    assert cache.put(NUMBERS, "east", "now", {"a": 1})
    return cache


def _file(cache: Cache) -> Path:
    file, = cache.content.parent.glob(".build-cache/numbers-*/*")
    return file


def test_a_value_is_found_under_its_stage_shard_and_fingerprint_alone(kept: Cache) -> None:
    """What was made from something else is not used."""
    assert kept.get(NUMBERS, "east", "now") == {"a": 1}
    assert kept.get(NUMBERS, "west", "now") is None
    assert kept.get(NUMBERS, "east", "then") is None
    assert kept.get(CacheStage("names", dict[str, int]), "east", "now") is None
    assert kept.get(CacheStage("numbers", dict[str, str]), "east", "now") is None
    assert Cache(kept.content, is_read=False).get(NUMBERS, "east", "now") is None


def test_a_damaged_file_and_another_format_are_as_good_as_none(kept: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    """No byte can change, no end be missing and no version be another without the value being made again."""
    data = _file(kept).read_bytes()
    for damaged in (b"", data[:-1], data + b"x", b"7", data.replace(b"now", b"new"), b"[" * 100_000, data[:9] * 2):
        _file(kept).write_bytes(damaged)
        assert kept.get(NUMBERS, "east", "now") is None
        files.write_cache(_file(kept), damaged)
        assert kept.get(NUMBERS, "east", "now") is None
    _file(kept).write_bytes(data)
    assert kept.get(NUMBERS, "east", "now")
    monkeypatch.setattr(cache_module, "FORMAT", 0)
    assert kept.get(NUMBERS, "east", "now") is None


def test_the_docstring_tells_the_bytes_of_a_file(kept: Cache) -> None:
    """Checksum, format, fingerprint and value stand in the file as the example says."""
    checksum, _, data = _file(kept).read_bytes().partition(b"\n")
    assert len(checksum) == 8
    assert data == b"\x93" + encode(cache_module.FORMAT) + encode("now") + encode({"a": 1})


def test_a_cache_that_may_not_be_written_stays_as_it_is(kept: Cache) -> None:
    """Commands that only look leave nothing behind and take nothing away."""
    looking = Cache(kept.content, is_written=False)
    assert not looking.put(NUMBERS, "east", "now", {"b": 2})
    looking.prune(NUMBERS, [])
    assert kept.get(NUMBERS, "east", "now") == {"a": 1}
    kept.prune(NUMBERS, ["west"])
    assert kept.get(NUMBERS, "east", "now") is None


def test_shards_hold_some_hundreds_of_one_place_and_move_little() -> None:
    """A place of any size is divided so that a new record leaves nearly all shards as they were."""
    paths = [f"places/a/issues/{number}" for number in range(3 * MAX_RECORDS_PER_SHARD)] + ["places/b/issues/x"]
    shards = group_by_shard(paths, get_place_of)
    assert sorted(path for own in shards.values() for path in own) == sorted(paths)
    assert all(len({get_place_of(path) for path in own}) == 1 and len(own) <= MAX_RECORDS_PER_SHARD
               for own in shards.values())
    more = group_by_shard([*paths, "places/a/issues/new"], get_place_of)
    assert [shard for shard in more if shards.get(shard) != more[shard]] == [
        shard for shard in more if "places/a/issues/new" in more[shard]]


def test_each_shard_of_a_large_place_is_read_a_few_times(city: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its records lie in all of them in turn: these stay open together, however many they are."""
    monkeypatch.setattr(cache_module, "MAX_RECORDS_PER_SHARD", 4)
    place = next(path for path in sorted(city.folder.rglob("issues")) if path.is_dir())
    for number in range(120):
        (place / f"i{number}.yaml").write_text(ISSUE.format(f"Lamp {number}"), "utf-8")
    read = Counter[Path]()
    plain = files.read_cache
    monkeypatch.setattr(files, "read_cache", lambda file: (read.update([file]), plain(file))[1])
    city.build()
    shards = [number for file, number in read.items() if file.parent.name.startswith(("parsed", "details"))]
    assert (len(shards) > 60, max(shards) <= 6) == (True, True), sorted(shards)[-5:]


def test_the_cache_keeps_itself_out_of_version_control(city: Workshop) -> None:
    """A writer who adds everything to Git adds nothing of the cache."""
    city.build()
    subprocess.run(["git", "init", "-q", str(city.folder)], check=True)
    listed = subprocess.run(["git", "-C", str(city.folder), "status", "--porcelain", "-uall"], check=True,
                            capture_output=True, encoding="utf-8").stdout
    assert "site/index.html" in listed
    assert ".build-cache" not in listed


ISSUE = "title: {0}\ntopic: [pavements]\nraised: 2025-05-01\nlog:\n  - 2025-05-01 raised: {0} is missing\n"
WITHHELD = {
    "a draft": ISSUE + "draft: yes\n",
    "a mistake": ISSUE.replace("pavements", "no-such-topic"),
    "a wrong value": ISSUE.replace("2025-05-01\n", "some day\n"),
    "a reference to nothing": ISSUE + "location: nowhere-at-all\n",
    "personal data": ISSUE + "body: '{0} 13800005678'\n",
}
"""Why a record is withheld → its file."""

MARKER = "Vermilion umbrella"


def _holding(city: Workshop, text: str) -> list[str]:
    return [str(file) for file in city.cache.rglob("*") if file.is_file() and text.encode() in file.read_bytes()]


@pytest.mark.parametrize("why", WITHHELD)
@pytest.mark.parametrize("age", [0, 3600])
def test_no_text_of_a_withheld_record_is_cached(city: Workshop, age: int, why: str) -> None:
    """Neither a record that was never published nor one that no longer is leaves its text in the cache, whether the
    other files were written just now or long ago."""
    for file in filter(Path.is_file, city.content.rglob("*")):
        os.utime(file, (file.stat().st_mtime - age,) * 2)
    city.write(f"{ISSUES}/umbrella.yaml", WITHHELD[why].format(MARKER))
    city.build(skip_invalid=True)
    assert _holding(city, MARKER) == []
    city.write(f"{ISSUES}/umbrella.yaml", ISSUE.format(MARKER))
    city.build(skip_invalid=True)
    assert _holding(city, MARKER)
    city.write(f"{ISSUES}/umbrella.yaml", WITHHELD[why].format("Another"))
    city.build(skip_invalid=True)
    assert _holding(city, MARKER) == []


def test_no_text_below_a_draft_place_is_cached(city: Workshop) -> None:
    """A place that becomes a draft takes the texts of its records with it."""
    city.write(f"{ISSUES}/umbrella.yaml", ISSUE.format(MARKER))
    city.build()
    assert _holding(city, MARKER)
    place = "places/example-city/westside/place.yaml"
    city.write(place, city.read(place) + "draft: yes\n")
    city.build(skip_invalid=True)
    assert _holding(city, MARKER) == []


def test_no_personal_data_are_cached(city: Workshop) -> None:
    """A place is published without the text that holds a number; the cache does not hold it either."""
    place = "places/example-city/westside/place.yaml"
    city.write(place, city.read(place) + f"summary: {MARKER} 13900005678\n")
    city.build(skip_invalid=True)
    assert (city.output / "places/example-city/westside/index.html").exists()
    assert (_holding(city, "13900005678"), _holding(city, MARKER)) == ([], [])


@pytest.mark.parametrize("file", sorted(FILES))
def test_a_cached_file_restores_the_same_records(file: str, tmp_path: Path) -> None:
    """What is kept of a file is all that was read of it: its records and, masked, its warnings."""
    slot, found = locate_record(file), reading(FILES[file], file)
    assert slot
    cached, cache = encode_reading(found, "key"), Cache(tmp_path / "content")
    if cached is None:
        assert found.privacy_hits or found.invalid or any("draft" in data for data in found.entries.values())
        return
    cache.put(PARSED, "", "", {file: cached})
    stored = cache.get(PARSED, "", "")
    assert stored == {file: cached}
    assert stored[file].problems == found.problems
    assert not is_clean_reading(found) or not found.problems
    for entry, data in decode(stored[file].entries).items():
        assert data == found.entries[entry]
        assert create_record(slot.kind, data) == create_record(slot.kind, found.entries[entry])


HAND_WRITTEN = re.compile(r"""(?:split|partition|join)\(b?["']\\(?:t|x1[c-f]|0|x00)|["']\\(?:t|x1[c-f])["']\.join""")


def test_nothing_is_encoded_by_hand() -> None:
    """What is kept between builds is encoded by msgspec; no text is cut at tabs or control characters."""
    rooms = [PROJECT / "yishi" / room for room in ("engine", "core", "analysis", "library")]
    lines = [f"{file.relative_to(PROJECT)}: {line.strip()}" for room in rooms for file in sorted(room.rglob("*.py"))
             for line in file.read_text("utf-8").splitlines() if HAND_WRITTEN.search(line)]
    assert lines == []
