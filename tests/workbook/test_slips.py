"""Twenty-eight workbooks in: every slip is marked where it is, nothing else, and what is put right goes in."""

import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.workbooks import HABITS, SLIPS, Desk, Filling, corrected, marked_in, with_slips
from tests.support.workshop import PROJECT, SITES, Tree, tree
from yishi.cli import main
from yishi.cli.workbook_common import load_import_context, open_content_folder
from yishi.workbook.templates import build_place_sheets
from yishi.workbook.write_workbook import write_workbook

PER_DESK = 3
"""Kinds of slips and habits in the workbook of one community."""


class Office:
    """The town office: a content folder, an inbox with the workbooks of 28 communities."""

    def __init__(self, folder: Path) -> None:
        self.content, self.inbox = folder / "content", folder / "inbox"
        shutil.copytree(SITES / "showcase", self.content)
        self.inbox.mkdir()
        self.desks = list(self._desks())

    def _desks(self) -> Iterator[Desk]:
        """A workbook for each community, with slips and habits in turn, each kind at least once."""
        content, spoken = open_content_folder(self.choices())
        ground, _ = load_import_context(content, "")
        choice = random.Random(28)
        kinds = [*SLIPS, *HABITS]
        choice.shuffle(kinds)
        leaves = [path for path in ground.places if not content.library.children.get(path)]
        assert len(leaves) == 28
        for number, place in enumerate(leaves):
            pages = build_place_sheets(ground, place, f"desk{number}", spoken, spare=PER_DESK + 2)
            name = ground.places[place].removesuffix("社区")
            desk = Desk(place, name, Filling(write_workbook(pages, place, ["…"], spoken)))
            location = next(one.name for path, one in content.library.locations.items() if path.startswith(place))
            mine = [kinds[(number * PER_DESK + at) % len(kinds)] for at in range(PER_DESK)]
            with_slips(desk, location, mine, choice)
            yield desk

    def choices(self) -> dict[str, object]:
        return {"content": self.content, "templates": PROJECT / "templates", "output": self.inbox.parent / "site",
                "jobs": 1, "as_of": None, "base_url": None, "drafts": False, "full": False, "skip_invalid": False,
                "no_search": True, "no_history": True, "revision": "", "quiet": True, "tag": None}

    def imports(self) -> int:
        """Imports the inbox; the exit code."""
        with pytest.raises(SystemExit) as ended:
            main(["import", str(self.inbox), "--content", str(self.content), "--templates",
                  str(PROJECT / "templates"), "--as-of", "2025-12-31", "--quiet", "--jobs", "1"])
        assert isinstance(ended.value.code, int)
        return ended.value.code

    def records(self) -> Tree:
        return tree(self.content)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return Office(tmp_path_factory.mktemp("office"))


def test_there_are_many_kinds_of_slips() -> None:
    """At least 25 kinds of slips are made."""
    assert len(SLIPS) >= 25


def test_workbooks_with_slips_come_back_marked_and_go_in_when_they_are_put_right(office: Office) -> None:
    """Every wrong cell of 28 workbooks is marked and no other; a workbook with a slip changes nothing; put right, with
    marks and list still in it, it writes what it would have written at once; a second import changes nothing."""
    before = office.records()
    for desk in office.desks:
        (office.inbox / f"{desk.name}.xlsx").write_bytes(desk.right)
    assert office.imports() == 0
    wanted = office.records()
    assert len(wanted) > len(before) + 28

    shutil.rmtree(office.content)
    shutil.copytree(SITES / "showcase", office.content)
    for desk in office.desks:
        (office.inbox / f"{desk.name}.xlsx").write_bytes(desk.sent)
    assert office.imports() == 1
    answers = {desk.name: office.inbox / f"{desk.name}.returned.xlsx" for desk in office.desks}
    marked = {name: marked_in(file) if file.exists() else set() for name, file in answers.items()}
    assert marked == {desk.name: set(desk.wrong) for desk in office.desks}
    after = office.records()
    assert not any(file.startswith(f"{desk.place}/") for desk in office.desks if desk.wrong
                   for file in after.keys() - before.keys())

    for desk in office.desks:
        if desk.wrong:
            answer = answers[desk.name]
            (office.inbox / f"{desk.name}.xlsx").write_bytes(corrected(answer.read_bytes(), desk.filling.undo))
            answer.unlink()
    assert office.imports() == 0
    assert office.records() == wanted
    assert office.imports() == 0
    assert office.records() == wanted
