"""Which of the files in an inbox are read: no answer of the program's own, and of several copies the newest."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from ..model.problems import Problem
from ..model.vocabulary import folded
from .grid import Row, problem_at
from .inbox import Sent
from .matching import title_keys

Reason = Literal["own_answer", "answered", "older_copy"]


class NotRead(Struct, frozen=True):
    """What is not read, why, and the file that is read instead of it ("" = none)."""

    sent: Sent
    reason: Reason
    instead: str = ""


def chosen(sent: Sequence[Sent]) -> tuple[list[Sent], list[NotRead]]:
    """What is read of all that was sent, and what is not."""
    not_read = [NotRead(one, "own_answer") for one in sent if one.is_own_answer]
    left = [one for one in sent if not one.is_own_answer]
    mended = {one.answers: one.name for one in left if one.answers}
    not_read += [NotRead(one, "answered", mended[one.source]) for one in left if one.source in mended]
    left = [one for one in left if one.source not in mended]
    read = {one.name: one for one in left}
    for copies in _groups(left):
        for older, newer in _pairs(copies):
            missing = _missing(older, newer)
            if not missing:
                not_read.append(NotRead(older, "older_copy", newer.name))
                read.pop(older.name)
            elif _share(older, newer):
                read[older.name] = _asked(older, missing, newer)
    return list(read.values()), not_read


_COPY = re.compile(r"(?:\s*[(（]\d+[)）]|\s*[-—_]?\s*(?:的?副本|\bcopy)(?:\s*\d+)?)+$", re.IGNORECASE)


def without_copy_sign(stem: str) -> str:
    """The name that copies have in common: `南苑(1)`, `南苑 - 副本` → `南苑`."""
    return _COPY.sub("", stem) or stem


def _groups(sent: Sequence[Sent]) -> Iterator[list[Sent]]:
    """The tables that have one name but for the signs of a copy, the oldest first."""
    groups: dict[tuple[str, str], list[Sent]] = defaultdict(list)
    for one in sent:
        for file in one.files if one.record is None else ():  # tables that are one workbook are copied one by one
            folder, _, name = file.rpartition("/")
            groups[folder, without_copy_sign(name.rpartition(".")[0]).casefold()].append(one)
    for copies in groups.values():
        inside = [one.modified[0] for one in copies]
        known = all(inside) and len(set(inside)) > 1
        yield sorted(copies, key=lambda one: (one.modified[0] if known else "", one.modified[1]))


def _pairs(copies: list[Sent]) -> Iterator[tuple[Sent, Sent]]:
    """Each copy that is read, with the newest of which it may be a copy."""
    newest = copies[-1]
    yield from ((older, newest) for older in copies[:-1] if older.grid.rows and newest.grid.rows)


def _keys(row: Row) -> set[tuple[str, ...]]:
    """What a row is known by in a copy: its title; an entry by its text, or its date and word."""
    parent = folded(row.said("#parent"))
    if not row.sheet.entries:
        return {(row.sheet.name, folded(row.said(*title_keys(row))))}
    texts = {(row.sheet.name, parent, folded(row.said(key))) for key in ("text", "what", "finding") if row.said(key)}
    words = tuple(row.said(key) for key in ("date", "stage", "result", "key") if row.said(key))
    return texts | {(row.sheet.name, parent, *words)}


def _missing(older: Sent, newer: Sent) -> list[Row]:
    """The rows of an older copy that the newer one does not have."""
    there = {key for row in newer.grid.rows for key in _keys(row)}
    return [row for row in older.grid.rows if not _keys(row) & there]


def _share(older: Sent, newer: Sent) -> bool:
    """Whether two files have a record in common: without one they are two people's, whatever they are called."""
    main = [row for row in older.grid.rows if not row.sheet.entries]
    there = {key for row in newer.grid.rows for key in _keys(row)}
    return any(_keys(row) & there for row in main)


def _asked(older: Sent, missing: Sequence[Row], newer: Sent) -> Sent:
    """The older copy, with a question at each row that the newer one lacks; nothing of it is taken."""
    problems: list[Problem] = [problem_at(older.name, row.cell(None), "only_in_older", found=newer.name)
                               for row in missing]
    return replace(older, grid=replace(older.grid, rows=(), problems=tuple(problems), aside=()))
