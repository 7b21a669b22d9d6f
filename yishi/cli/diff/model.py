"""The parts of a change: plain data, keys and paths; `formats` writes them as text."""

from collections.abc import Mapping
from datetime import date

from msgspec import Struct

from ...analysis.statistics import Statistics
from ...analysis.summaries import RecordSummary
from ...library import Library


class SiteState(Struct, frozen=True):
    """The site before or after a change: records, summaries, statistics; `attachment_digests`: file → digest."""

    library: Library
    summaries: Mapping[str, RecordSummary]
    statistics: Statistics
    attachment_digests: Mapping[str, str]


class RecordLabel(Struct, frozen=True):
    """A record: path, kind, title, and name of its place. If it is removed, `why` says why it is not published any
    more (`draft`, `invalid`, `withdrawn`, "" = its file is gone), and `other` is its new path if it was moved; if it
    is new, `other` is its former path."""

    path: str
    kind: str
    title: str
    place: str
    why: str = ""
    other: str = ""


class StatusChange(Struct, frozen=True):
    """An issue whose status changed: before, after, and the kind of change (`resolved`, …); `ladder`: the level of
    its result before and after."""

    record: RecordLabel
    kind: str
    before: str
    after: str
    ladder: tuple[str, str] = ("", "")


class KeyChange(Struct, frozen=True):
    """A changed key of a record (`log.2.date`: of the second entry); both values if short; `entries`: lengths of a
    list; else `how` it changed."""

    key: str
    before: str = ""
    after: str = ""
    entries: tuple[int, int] | None = None
    how: str = ""


class RecordDifference(Struct, frozen=True):
    """A record with changed keys."""

    record: RecordLabel
    keys: tuple[KeyChange, ...]


class FigureChange(Struct, frozen=True):
    """A figure published by a place that changed; None: absent."""

    place: str
    label: str
    before: str | None
    after: str | None


class FileChange(Struct, frozen=True):
    """A photo or document that is new, replaced or removed."""

    path: str
    change: str


class PublishedValue(Struct, frozen=True):
    """A published value: a count, or a share or median with its basis."""

    value: float | int | None
    numerator: int | None = None
    denominator: int | None = None
    n: int | None = None
    quartiles: tuple[float, ...] | None = None
    suppressed: str = ""
    about: bool = False


class StatChange(Struct, frozen=True):
    """A changed statistic: its place ("" = the whole site), key and aspect. `aspect`: `value` (`part`: of a split),
    `counted` (the total of a split), `result` (of follow-ups) or `left_out` (`part`: the reason). `records`: paths
    of the records that caused it."""

    scope: str
    key: str
    aspect: str
    part: str
    before: PublishedValue | None
    after: PublishedValue | None
    records: tuple[str, ...]


class SiteChanges(Struct, frozen=True):
    """All changes of the site, for one day."""

    as_of: date
    removed: tuple[RecordLabel, ...]
    new: tuple[RecordLabel, ...]
    status_changes: tuple[StatusChange, ...]
    edits: tuple[RecordDifference, ...]
    figure_changes: tuple[FigureChange, ...]
    files: tuple[FileChange, ...]
    stat_changes: tuple[StatChange, ...]

    @property
    def has_changes(self) -> bool:
        """Whether anything changed."""
        return bool(self.removed or self.new or self.status_changes or self.edits or self.figure_changes
                    or self.files or self.stat_changes)
