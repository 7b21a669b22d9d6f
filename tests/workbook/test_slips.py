"""Fourteen workbooks in: every slip is marked where it is, nothing else, and what is put right goes in."""

import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.support.workbooks import (
    ERROR,
    HABITS,
    QUESTION,
    READING,
    REFUSED,
    SLIPS,
    Desk,
    Filling,
    corrected,
    marked_in,
    with_slips,
)
from tests.support.workshop import PROJECT, SITES, tree
from yishi.cli import main
from yishi.cli.workbook_common import load_import_context, open_content_folder
from yishi.workbook.templates import build_place_sheets
from yishi.workbook.write_workbook import write_workbook

PER_DESK = 5
"""Kinds of slips and habits in the workbook of one community."""


class Office:
    """The town office: a content folder, an inbox with the workbooks of half of its 28 communities."""

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
        assert len(kinds) <= len(leaves[::2]) * PER_DESK
        for number, place in enumerate(leaves[::2]):
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
                "no_search": True, "no_history": True, "cluster": None, "revision": "", "quiet": True, "tag": None}

    def imports(self) -> int:
        """Imports the inbox; the exit code."""
        with pytest.raises(SystemExit) as ended:
            main(["import", str(self.inbox), "--content", str(self.content), "--templates",
                  str(PROJECT / "templates"), "--as-of", "2025-12-31", "--quiet", "--jobs", "1"])
        assert isinstance(ended.value.code, int)
        return ended.value.code

    def records(self) -> dict[str, object]:
        """What all records say, without the marks of what was imported: the order of keys may differ, and whether a
        reference is a whole path."""
        return {file: _said(yaml.safe_load(data)) if file.endswith(".yaml") else data
                for file, data in tree(self.content).items() if not file.endswith("/.imported")}


def _said(value: object) -> object:
    if isinstance(value, dict):
        return {key: _said(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_said(one) for one in value]
    return value.rpartition("/")[2] if isinstance(value, str) and value.startswith("places/") else value


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return Office(tmp_path_factory.mktemp("office"))


def test_there_are_many_kinds_of_slips() -> None:
    """At least 25 kinds of slips are made."""
    assert len(SLIPS) >= 25


def test_workbooks_with_slips_come_back_marked_and_go_in_when_they_are_put_right(office: Office) -> None:
    """Every cell of 14 workbooks that was not understood is marked: red where its row is not taken, else as a question
    or a reading; put right, with marks and list still in it, a workbook writes what it would have written at once; a
    second import changes nothing."""
    for desk in office.desks:
        (office.inbox / f"{desk.name}.xlsx").write_bytes(desk.right)
    assert office.imports() == 0
    wanted = office.records()

    shutil.rmtree(office.content)
    shutil.rmtree(office.inbox.parent / "taken")
    shutil.copytree(SITES / "showcase", office.content)
    for desk in office.desks:
        (office.inbox / f"{desk.name}.xlsx").write_bytes(desk.sent)
    assert office.imports() == 1
    answers = {file.name.partition(".")[0]: file for file in office.inbox.parent.rglob("*.returned.xlsx")}
    for desk in office.desks:
        marked = {colour: marked_in(answers[desk.name], colour) if desk.name in answers else set()
                  for colour in (ERROR, QUESTION, READING)}
        refused = {cell for cell, kind in desk.wrong.items() if kind in REFUSED}
        told = set(desk.wrong) - refused
        assert (desk.name, marked[ERROR]) == (desk.name, refused)
        assert told <= marked[QUESTION] | marked[READING], desk.name

    for desk in office.desks:
        sent = answers[desk.name].read_bytes() if desk.name in answers else desk.sent
        (office.inbox / f"{desk.name}.xlsx").write_bytes(corrected(sent, desk.filling.undo))
        answers.get(desk.name, office.inbox / "none").unlink(missing_ok=True)
    assert office.imports() == 0
    assert office.records() == wanted
    assert office.imports() == 0
    assert office.records() == wanted
