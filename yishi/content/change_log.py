"""The changes of each record, derived from the Git log. Pure."""

import json
import re
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
    """One change of a record: when it became public, its kind, and its reason from the trailer of the commit,
    personal data masked ("" = none given)."""

    day: date
    kind: ChangeKind
    reason: str


ChangesByRecord = Mapping[str, tuple[RecordChangeEntry, ...]]
"""Record → its changes, oldest first."""


class ChangeLog(Struct, frozen=True):
    """The history of a site: the changes of its records, and the ids of unreadable commits.

    `error_code`: why there is no history, as `git.GitUnavailable.code` ("": there is one); `error_detail`: its detail.
    """

    changes: ChangesByRecord = field(default_factory=dict)
    unreadable_commits: tuple[str, ...] = ()
    error_code: str = ""
    error_detail: str = ""


def parse_change_log(log: str, zone: tzinfo, until: date) -> ChangeLog:
    """The changes of all records until a day, from the output of `git.read_git_log`; `zone`: the time zone of the
    site."""
    head, _, rest = log.partition("\n")
    commits = list(_parse_commits(rest, json.loads(head)))
    if not commits:
        return ChangeLog(error_code="no_commit")
    records = _RecordChanges({}, {})
    unreadable = []
    for commit in commits:
        made = parse_commit_time(commit.timestamp)
        if made is None:
            unreadable.append(commit.id)
        elif (day := made.astimezone(zone).date()) <= until:
            records.add_change(RecordChangeEntry(day, "edited", mask_personal_data(_extract_reason(commit.message))),
                               commit.files)
    return ChangeLog(records.select_existing(), tuple(unreadable))


def select_latest_changes(changes_by_record: ChangesByRecord, most: int) -> tuple[tuple[str, RecordChangeEntry], ...]:
    """The latest changes of all records, at most `most`, newest first; those of one day sorted by path."""
    every = ((path, change) for path, changes in changes_by_record.items() for change in reversed(changes))
    return tuple(sorted(every, key=lambda change: (-change[1].day.toordinal(), change[0]))[:most])


# --- commits ----------------------------------------------------------------------------------------------------------


class _TouchedFile(NamedTuple):
    """A file in a commit: Git's status (=: only the whole content folder was moved), its path and previous path in the
    content folder, and both in the repository."""

    status: str
    file: str
    before: str
    path: str
    path_before: str


class _ParsedCommit(NamedTuple):
    """One commit: its id, its time (seconds since the epoch), its message, and its files."""

    id: str
    timestamp: str
    message: str
    files: Sequence[_TouchedFile]


def _parse_commits(log: str, folders: Sequence[str]) -> Iterator[_ParsedCommit]:
    """The commits of a log; anything else in it is skipped."""
    words = iter(log.split("\0"))
    head = next(words, None)
    while head is not None:
        id_, _, made = head.strip().removeprefix("/").partition(" ")
        message = next(words, "")
        files = []
        head = None
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
    """The path of a file relative to the content folder that contains it."""
    return file.removeprefix(max((folder for folder in folders if file.startswith(folder)), key=len, default=""))


def _extract_reason(message: str) -> str:
    """The reason for readers, from the trailer `Reason:` (`原因：`) of a commit message; "" without one.

    The subject is written for those who keep the files.
    """
    lines = map(_remove_unprintable, message.splitlines())
    return next((found[1] for line in lines if (found := _REASON.fullmatch(line))), "")


def _remove_unprintable(line: str) -> str:
    """A line with unprintable characters replaced by spaces."""
    return " ".join("".join(character if character.isprintable() else " " for character in line).split())


_REASON = re.compile(r"(?:reason|原因)\s*[:：]\s*(.+)", re.IGNORECASE)


# --- records ----------------------------------------------------------------------------------------------------------


class _RecordChanges(NamedTuple):
    """`changes`: record → its changes so far, including deleted records; `record_by_file`: path in the repository →
    record, for existing files."""

    changes: dict[str, tuple[RecordChangeEntry, ...]]
    record_by_file: dict[str, str]

    def add_change(self, change: RecordChangeEntry, files: Sequence[_TouchedFile]) -> None:
        """Add a change to the records whose files it touched."""
        existing = set(self.record_by_file.values())
        for file in files:
            self.record_by_file.pop(file.path_before if file.status in "RD=" else "", None)
        records = {file: record for file in files if file.status != "D" and (record := _record_path_of(file.file))}
        self.record_by_file.update({file.path: record for file, record in records.items()})
        sources = {file: _record_path_of(file.before) for file in records if file.status == "R"}
        moved = {file: self.changes[source] for file, source in sources.items()
                 if source != records[file] and source in self.changes}
        for file in moved:
            self.changes.pop(sources[file], None)
        for file, earlier in moved.items():
            self.changes[records[file]] = (*earlier, replace(change, kind="moved"))
        for file, record in records.items():
            if file not in moved and file.status != "=":
                earlier = self.changes.get(record, ())
                kind: ChangeKind = "edited" if record in existing else "restored"
                self.changes[record] = (*earlier, replace(change, kind=kind if earlier else "added"))

    def select_existing(self) -> dict[str, tuple[RecordChangeEntry, ...]]:
        """The changes of the records that have a file."""
        existing = set(self.record_by_file.values())
        return {record: _leave_out_repetitions(changes) for record, changes in self.changes.items()
                if record in existing}


def _leave_out_repetitions(changes: tuple[RecordChangeEntry, ...]) -> tuple[RecordChangeEntry, ...]:
    """The changes without those that tell no more than another one of the same day."""
    told = {change.day for change in changes if change.kind != "edited" or change.reason}
    return tuple(dict.fromkeys(change for change in changes
                               if change.kind != "edited" or change.reason or change.day not in told))


def _record_path_of(file: str) -> str:
    """The path of the record in a file, if it has a page of its own; else ""."""
    location = locate_record(file)
    return location.path if location and location.kind not in COLLECTIONS else ""
