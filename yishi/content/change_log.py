"""How records came to be: the changes of each, from what Git tells of the files. Pure."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, tzinfo
from typing import Literal, NamedTuple

from msgspec import Struct, field
from msgspec.structs import replace

from ..model.kinds import COLLECTIONS
from ..model.paths import locate_record
from .git import parse_commit_time
from .privacy import mask_personal_data

ChangeKind = Literal["added", "edited", "moved", "restored"]


class RecordChangeEntry(Struct, frozen=True):
    """One change of a record: when it became public, what was done, and why, in its author's words without a name."""

    day: date
    kind: ChangeKind
    reason: str


ChangesByRecord = Mapping[str, tuple[RecordChangeEntry, ...]]
"""Record → its changes, the first first."""


class ChangeLog(Struct, frozen=True):
    """What the history of a site tells: the changes of its records, and the ids of the commits that cannot be read.

    `refused`: why there is no history ("" = there is one), as `history.Refused`; `found`: of what.
    """

    changes: ChangesByRecord = field(default_factory=dict)
    unreadable_commits: tuple[str, ...] = ()
    error_code: str = ""
    error_detail: str = ""


def parse_change_log(told: str, zone: tzinfo, until: date) -> ChangeLog:
    """The changes of all records until a day; `told`: as `history.log` gives it; `zone`: that of the site."""
    head, _, rest = told.partition("\n")
    commits = list(_parse_commits(rest, json.loads(head)))
    if not commits:
        return ChangeLog(error_code="no_commit")
    records = _RecordChanges({}, {})
    unread = []
    for commit in commits:
        made = parse_commit_time(commit.timestamp)
        if made is None:
            unread.append(commit.id)
        elif (day := made.astimezone(zone).date()) <= until:
            records.add_change(RecordChangeEntry(day, "edited", mask_personal_data(_extract_reason(commit.message))),
                               commit.files)
    return ChangeLog(records.select_existing(), tuple(unread))


def select_latest_changes(found: ChangesByRecord, most: int) -> tuple[tuple[str, RecordChangeEntry], ...]:
    """The last changes of all records, the newest first, at most so many; of one day in the order of the paths."""
    every = ((path, change) for path, changes in found.items() for change in reversed(changes))
    return tuple(sorted(every, key=lambda one: (-one[1].day.toordinal(), one[0]))[:most])


# --- what a commit says -----------------------------------------------------------------------------------------------


class _TouchedFile(NamedTuple):
    """A file that a commit touched: how, as Git tells it (=: only the whole content was moved); where it then lay in
    the content folder, and where before; and both in the repository."""

    status: str
    file: str
    before: str
    path: str
    path_before: str


class _ParsedCommit(NamedTuple):
    """One commit: its id, when it was made (seconds), its message, and the files it touched."""

    id: str
    timestamp: str
    message: str
    files: Sequence[_TouchedFile]


def _parse_commits(told: str, folders: Sequence[str]) -> Iterator[_ParsedCommit]:
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
                touched = _TouchedFile(status, _path_in_content(folders, path), _path_in_content(folders, before), path,
                                       before)
                moved = word.strip() == "R100" and touched.file == touched.before
                files.append(touched._replace(status="=") if moved else touched)
        if id_:
            yield _ParsedCommit(id_, made, message, files)


def _path_in_content(folders: Sequence[str], file: str) -> str:
    """The path of a file below that of the content's folders in which it lies."""
    return file.removeprefix(max((folder for folder in folders if file.startswith(folder)), key=len, default=""))


def _extract_reason(message: str) -> str:
    """The first line of a message; that of a merge names branches and accounts, so there it is what follows."""
    lines = [line for typed in message.splitlines() if (line := _remove_unprintable(typed))]
    if lines and lines[0].startswith("Merge "):
        lines = lines[1:]
    return lines[0] if lines and not lines[0].startswith(_TRAILERS) else ""


def _remove_unprintable(line: str) -> str:
    """A line without characters that cannot be shown."""
    return " ".join("".join(character if character.isprintable() else " " for character in line).split())


_TRAILERS = ("Signed-off-by:", "Co-authored-by:", "Reviewed-by:", "See merge request", "Merge ")
"""What a line begins with that names people or branches."""


# --- what that did to records -----------------------------------------------------------------------------------------


class _RecordChanges(NamedTuple):
    """Record → its changes so far, of those that were deleted too; path in the repository → the record in that
    file, of those that are there."""

    changes: dict[str, tuple[RecordChangeEntry, ...]]
    record_by_file: dict[str, str]

    def add_change(self, change: RecordChangeEntry, files: Sequence[_TouchedFile]) -> None:
        """Adds a change to the records whose files it touched."""
        there = set(self.record_by_file.values())
        for one in files:
            self.record_by_file.pop(one.path_before if one.status in "RD=" else "", None)
        lying = {one: record for one in files if one.status != "D" and (record := _record_path_of(one.file))}
        self.record_by_file.update({one.path: record for one, record in lying.items()})
        sources = {one: _record_path_of(one.before) for one in lying if one.status == "R"}
        moved = {one: self.changes[source] for one, source in sources.items()
                 if source != lying[one] and source in self.changes}
        for one in moved:
            self.changes.pop(sources[one], None)
        for one, past in moved.items():
            self.changes[lying[one]] = (*past, replace(change, kind="moved"))
        for one, record in lying.items():
            if one not in moved and one.status != "=":
                past = self.changes.get(record, ())
                sort: ChangeKind = "added" if not past else "edited" if record in there else "restored"
                self.changes[record] = (*past, replace(change, kind=sort))

    def select_existing(self) -> dict[str, tuple[RecordChangeEntry, ...]]:
        """What has become of the records that have a file."""
        there = set(self.record_by_file.values())
        return {record: changes for record, changes in self.changes.items() if record in there}


def _record_path_of(file: str) -> str:
    """The path of the record in a file that has a page of its own; "" if there is none."""
    slot = locate_record(file)
    return slot.path if slot and slot.kind not in COLLECTIONS else ""
