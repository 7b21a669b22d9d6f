"""How records came to be: the changes of each, from what Git tells of the files. Pure."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, tzinfo
from typing import Literal, NamedTuple

from msgspec import Struct, field
from msgspec.structs import replace

from ..model.kinds import COLLECTIONS
from ..model.paths import slot_of
from .history import time_of
from .privacy import mask

Sort = Literal["added", "edited", "moved", "restored"]


class Change(Struct, frozen=True):
    """One change of a record: when it became public, what was done, and why, in its author's words without a name."""

    day: date
    sort: Sort
    why: str


Pasts = Mapping[str, tuple[Change, ...]]
"""Record → its changes, the first first."""


class Past(Struct, frozen=True):
    """What the history of a site tells: the changes of its records, and the ids of the commits that cannot be read.

    `refused`: why there is no history ("" = there is one), as `history.Refused`; `found`: of what.
    """

    changes: Pasts = field(default_factory=dict)
    unread: tuple[str, ...] = ()
    refused: str = ""
    found: str = ""


def past_of(told: str, zone: tzinfo, until: date) -> Past:
    """The changes of all records until a day; `told`: as `history.log` gives it; `zone`: that of the site."""
    head, _, rest = told.partition("\n")
    commits = list(_commits(rest, json.loads(head)))
    if not commits:
        return Past(refused="no_commit")
    records = _Records({}, {})
    unread = []
    for commit in commits:
        made = time_of(commit.made)
        if made is None:
            unread.append(commit.id)
        elif (day := made.astimezone(zone).date()) <= until:
            records.note(Change(day, "edited", mask(_why(commit.message))), commit.files)
    return Past(records.changes_of_those_there(), tuple(unread))


def latest(found: Pasts, most: int) -> tuple[tuple[str, Change], ...]:
    """The last changes of all records, the newest first, at most so many; of one day in the order of the paths."""
    every = ((path, change) for path, changes in found.items() for change in reversed(changes))
    return tuple(sorted(every, key=lambda one: (-one[1].day.toordinal(), one[0]))[:most])


# --- what a commit says -----------------------------------------------------------------------------------------------


class _Touched(NamedTuple):
    """A file that a commit touched: how, as Git tells it (=: only the whole content was moved); where it then lay in
    the content folder, and where before; and both in the repository."""

    status: str
    file: str
    before: str
    path: str
    path_before: str


class _Commit(NamedTuple):
    """One commit: its id, when it was made (seconds), its message, and the files it touched."""

    id: str
    made: str
    message: str
    files: Sequence[_Touched]


def _commits(told: str, folders: Sequence[str]) -> Iterator[_Commit]:
    """The commits of a log; what is no part of one is passed over."""
    words = iter(told.split("\0"))
    head = next(words, None)
    while head is not None:
        id_, _, made = head.strip().removeprefix("/").partition(" ")
        message, files, head = next(words, ""), [], None
        for word in words:
            if word.lstrip("\n").startswith("/"):
                head = word
                break
            status = word.strip()[:1]
            if status:
                before = next(words, "")
                path = next(words, "") if status in "RC" else before
                touched = _Touched(status, _within(folders, path), _within(folders, before), path, before)
                moved = word.strip() == "R100" and touched.file == touched.before
                files.append(touched._replace(status="=") if moved else touched)
        if id_:
            yield _Commit(id_, made, message, files)


def _within(folders: Sequence[str], file: str) -> str:
    """The path of a file below that of the content's folders in which it lies."""
    return file.removeprefix(max((folder for folder in folders if file.startswith(folder)), key=len, default=""))


def _why(message: str) -> str:
    """The first line of a message; that of a merge names branches and accounts, so there it is what follows."""
    lines = [line for typed in message.splitlines() if (line := _plain(typed))]
    if lines and lines[0].startswith("Merge "):
        lines = lines[1:]
    return lines[0] if lines and not lines[0].startswith(_TRAILERS) else ""


def _plain(line: str) -> str:
    """A line without characters that cannot be shown."""
    return " ".join("".join(character if character.isprintable() else " " for character in line).split())


_TRAILERS = ("Signed-off-by:", "Co-authored-by:", "Reviewed-by:", "See merge request", "Merge ")
"""What a line begins with that names people or branches."""


# --- what that did to records -----------------------------------------------------------------------------------------


class _Records(NamedTuple):
    """Record → its changes so far, of those that were deleted too; path in the repository → the record in that
    file, of those that are there."""

    changes: dict[str, tuple[Change, ...]]
    there: dict[str, str]

    def note(self, change: Change, files: Sequence[_Touched]) -> None:
        """Adds a change to the records whose files it touched."""
        there = set(self.there.values())
        for one in files:
            self.there.pop(one.path_before if one.status in "RD=" else "", None)
        lying = {one: record for one in files if one.status != "D" and (record := _record_in(one.file))}
        self.there.update({one.path: record for one, record in lying.items()})
        sources = {one: _record_in(one.before) for one in lying if one.status == "R"}
        moved = {one: self.changes[source] for one, source in sources.items()
                 if source != lying[one] and source in self.changes}
        for one in moved:
            self.changes.pop(sources[one], None)
        for one, past in moved.items():
            self.changes[lying[one]] = (*past, replace(change, sort="moved"))
        for one, record in lying.items():
            if one not in moved and one.status != "=":
                past = self.changes.get(record, ())
                sort: Sort = "added" if not past else "edited" if record in there else "restored"
                self.changes[record] = (*past, replace(change, sort=sort))

    def changes_of_those_there(self) -> dict[str, tuple[Change, ...]]:
        """What has become of the records that have a file."""
        there = set(self.there.values())
        return {record: changes for record, changes in self.changes.items() if record in there}


def _record_in(file: str) -> str:
    """The path of the record in a file that has a page of its own; "" if there is none."""
    slot = slot_of(file)
    return slot.path if slot and slot.kind not in COLLECTIONS else ""
