"""A key that was renamed: read as before, told, and repaired."""

from collections.abc import Iterator

import pytest

from yishi.content.autofix import repair_file
from yishi.content.load import read_records
from yishi.content.yaml_source import SourceFile
from yishi.model import keys
from yishi.model.keys import key_table
from yishi.model.paths import locate_record
from yishi.model.records import Issue
from yishi.model.vocabulary import get_former_keys, get_key_names


@pytest.fixture
def _renamed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A version in which `raised` was called `brought_in` 提出日 before, in issues alone."""
    monkeypatch.setattr(keys, "get_former_keys", lambda: {"issue.brought_in": "raised", "提出日": "raised",
                                                          "case.tag": "title"})
    key_table.cache_clear()
    yield
    key_table.cache_clear()


@pytest.mark.usefixtures("_renamed")
@pytest.mark.parametrize(("former", "now"), [("brought_in", "raised"), ("提出日", get_key_names()["raised"])])
def test_a_former_key_is_read_told_and_repaired(former: str, now: str) -> None:
    """In the language in which it was written; the record is the same, and the repaired file says nothing more."""
    text = f"title: Lamps\n{former}: 2025-03-01 # by post\ntopic: lighting\nlog:\n- 2025-03-01 raised: x\n"
    location = locate_record("places/shahe/issues/lamps.yaml")
    assert location
    read = [read_records(SourceFile("x.yaml", one.encode()), location) for one in (text, text.replace(former, now, 1))]
    assert read[0].entries == read[1].entries
    [told] = [problem for problem in read[0].problems if problem not in read[1].problems]
    assert (told.code, told.level, told.line, dict(told.values)["allowed"]) == ("former_key", "warning", 2, now)
    repaired = repair_file(SourceFile("x.yaml", text.encode()), location)
    assert repaired
    assert repaired.after == text.replace(former, now, 1)


@pytest.mark.usefixtures("_renamed")
def test_both_names_at_once_are_one_key_twice() -> None:
    """No value is lost silently."""
    location = locate_record("places/shahe/issues/lamps.yaml")
    assert location
    read = read_records(SourceFile("x.yaml", b"title: x\nraised: 2025\nbrought_in: 2024\ntopic: lighting\n"), location)
    assert "duplicate_key" in {problem.code for problem in read.problems}


def test_every_former_key_leads_to_a_key_and_hides_none() -> None:
    """The list of vocabulary.yaml: each name stands for a key that there is, and is no key any more."""
    for former, key in get_former_keys().items():
        assert key in get_key_names()
        assert former.rpartition(".")[2] not in get_key_names()
    assert key_table(Issue).former == {}
