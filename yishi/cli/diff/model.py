"""What a change is made of: plain data, keys and paths; how it reads stands in `words`."""

from collections.abc import Mapping
from datetime import date

from msgspec import Struct

from ...analysis.statistics import Statistics
from ...analysis.summaries import RecordSummary
from ...library import Library


class SiteState(Struct, frozen=True):
    """What the site says before, or after: its records, their briefs, its numbers; `digests`: file → its digest."""

    library: Library
    summaries: Mapping[str, RecordSummary]
    statistics: Statistics
    attachment_digests: Mapping[str, str]


class RecordLabel(Struct, frozen=True):
    """A record: its path, kind and title; `place`: what its place is called.

    Of one that is removed `why` says why it is not published any more (`draft`, `invalid`, `withdrawn`, "" = its file
    is gone), and `other` where it is now, if it was only moved; of a new one `other` says where it was.
    """

    path: str
    kind: str
    title: str
    place: str
    why: str = ""
    other: str = ""


class StatusChange(Struct, frozen=True):
    """An issue that stands elsewhere now: its status before and after, and which move that is (`resolved`, …);
    `ladder`: what is known of its result, before and after."""

    record: RecordLabel
    move: str
    before: str
    after: str
    ladder: tuple[str, str] = ("", "")


class KeyChange(Struct, frozen=True):
    """A key of a record that says something else now (`log.2.date`: that of the second entry); what it said and says,
    where that is short; `entries`: how many a list had and has; else `how` it changed."""

    key: str
    before: str = ""
    after: str = ""
    entries: tuple[int, int] | None = None
    how: str = ""


class RecordDifference(Struct, frozen=True):
    """A record that says something else now."""

    record: RecordLabel
    keys: tuple[KeyChange, ...]


class FigureChange(Struct, frozen=True):
    """A figure that a place has published itself, and that is another one now; None: there is none."""

    place: str
    label: str
    before: str | None
    after: str | None


class FileChange(Struct, frozen=True):
    """A photo or document that is new, replaced or removed."""

    path: str
    change: str


class PublishedValue(Struct, frozen=True):
    """A number as it is published: a count, or a share or median with what it rests on."""

    value: float | int | None
    numerator: int | None = None
    denominator: int | None = None
    n: int | None = None
    quartiles: tuple[float, ...] | None = None
    suppressed: str = ""
    about: bool = False


class StatChange(Struct, frozen=True):
    """A number that changes: of which place ("" = the site), which statistic, and what of it.

    `aspect`: `value` (with the `part` of a split that it is of), `counted` (what a split is of), `result` (of
    follow-ups) or `left_out` (with the reason as `part`). `records`: those that did it.
    """

    scope: str
    key: str
    aspect: str
    part: str
    before: PublishedValue | None
    after: PublishedValue | None
    records: tuple[str, ...]


class SiteChanges(Struct, frozen=True):
    """All that a change does to the site, on one day."""

    as_of: date
    removed: tuple[RecordLabel, ...]
    new: tuple[RecordLabel, ...]
    moves: tuple[StatusChange, ...]
    edits: tuple[RecordDifference, ...]
    claims: tuple[FigureChange, ...]
    files: tuple[FileChange, ...]
    shifts: tuple[StatChange, ...]

    @property
    def has_changes(self) -> bool:
        """Whether the site says anything else at all."""
        return bool(self.removed or self.new or self.moves or self.edits or self.claims or self.files or self.shifts)
