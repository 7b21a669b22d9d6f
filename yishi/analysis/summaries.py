"""Record summaries: the fields of an issue or case that lists, statistics and walls need, so that its file need not be
read. Pure.

A summary is small and stays in memory for every record of a site; its details, which few outputs need at a time, are
loaded on use and decoded field by field. Equal digests mean equal content, so values derived from it stay valid.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import cache
from typing import TypeVar

from msgspec import Raw, Struct, field
from msgspec.msgpack import Decoder, encode
from msgspec.structs import force_setattr

from ..core.hashes import compute_digest
from ..core.json_format import encode_json
from ..library import Library
from ..model.dates import UNKNOWN_DATE, PartialDate
from ..model.paths import get_place_of
from ..model.records import Case, Correction, Issue, Method, Record, Span
from ..search import SearchableText, extract_searchable_text
from .obligations import Obligation, find_issue_obligations
from .progress import OPEN_STATUSES, Progress, derive_progress, select_timely_followups
from .statistics import Contribution, build_issue_context, contribute_case, contribute_issue, find_exclusion
from .tables import encode_record

T = TypeVar("T")


class StatusSnapshot(Struct, frozen=True, array_like=True, omit_defaults=True):
    """The status of an issue on a day; `closed_on`: the last day on which it can have been closed."""

    status: str
    colour: str
    closed_on: date | None = None


_SHARED_FIELDS = ("topics", "method", "location", "stakeholders", "status", "colour", "ladder", "phase", "end_date",
                  "lead")
_MAPPINGS = ("translated_titles", "translated_tags", "translated_spans")
_NOTHING: Mapping[str, str] = {}


@cache
def _share(value: T) -> T:
    """The first of all equal values."""
    return value


class ListItem(Struct, frozen=True, array_like=True, omit_defaults=True):
    """What lists show of a record, and what they are sorted and grouped by; of a case `listed_date` is its beginning.

    `exclusion_reason`: why statistics leave an issue out (`draft`, `duplicate`, `after_as_of`); `close_reason`: why it
    was closed unsolved; `closed_on`: the last day on which it can have been closed; `last_step`: its last dated step
    by the day of the report and the index of that step in the log; `last_step_date`: the date of that step, otherwise
    when the issue was raised; `followup_due`: when a follow-up is due, None if there was one; `phase`: the phase it
    has reached; `stakeholders`: kinds of stakeholders; `issues`: those on which a case reports;
    `lead`: who leads an issue, a kind of stakeholder or an organisation as written.
    """

    title: str
    listed_date: PartialDate
    topics: tuple[str, ...] = ()
    method: str = ""
    location: str = ""
    stakeholders: tuple[str, ...] = ()
    issues: tuple[str, ...] = ()
    translated_titles: Mapping[str, str] = field(default_factory=dict)
    from_press: bool = False
    draft: bool = False
    tag: str = ""
    status: str = ""
    colour: str = ""
    ladder: str = ""
    exclusion_reason: str = ""
    closed_on: date | None = None
    due: date | None = None
    followup_due: date | None = None
    last_step: tuple[date, int] | None = None
    last_step_date: PartialDate = UNKNOWN_DATE
    phase: str = ""
    has_objections: bool = False
    close_reason: str = ""
    end_date: PartialDate = UNKNOWN_DATE
    span_text: str = ""
    translated_tags: Mapping[str, str] = field(default_factory=dict)
    translated_spans: Mapping[str, str] = field(default_factory=dict)
    lead: str = ""

    def __post_init__(self) -> None:
        """Share what many records have in common: the list items of all records of a site are in memory."""
        for name in _SHARED_FIELDS:
            force_setattr(self, name, _share(getattr(self, name)))
        for name in _MAPPINGS:
            if not getattr(self, name):
                force_setattr(self, name, _NOTHING)

    @property
    def is_judged(self) -> bool:
        """Whether it may be called due, overdue or incomplete."""
        return not self.from_press and not self.draft

    @property
    def is_open(self) -> bool:
        """Whether the issue is open."""
        return self.status in OPEN_STATUSES

    @property
    def status_snapshot(self) -> StatusSnapshot:
        """The status of the issue on the day of the report."""
        return StatusSnapshot(self.status, self.colour, self.closed_on)


class RecordDetails(Struct, frozen=True, array_like=True):
    """What only few outputs need of a record: its progress (of an issue), its contribution to each statistic and its
    searchable text, all three encoded; its row of CSV and its JSON ("" for a draft)."""

    progress: Raw
    contributions: Raw
    search_text: Raw
    csv_row: str
    exported: str


class SummaryFields(Struct, frozen=True, array_like=True):
    """What is held in memory of every issue and case.

    `status_at_event`: past event of the issue's place or a place above → the status of the issue, if raised by then, on
    its day; `corrections`: day, what and why of each; the digests are those of its details, and of two of their parts.
    """

    list_item: ListItem
    status_at_event: Mapping[str, StatusSnapshot]
    obligations: tuple[Obligation, ...]
    corrections: tuple[tuple[date, str, str | None], ...]
    progress_digest: str
    contributions_digest: str
    details_digest: str


class RecordSummary(Struct, frozen=True):
    """The summary of the issue or case at `path`; `load_details(path, digest)` loads its details."""

    path: str
    fields: SummaryFields
    load_details: Callable[[str, str], RecordDetails]

    @property
    def list_item(self) -> ListItem:
        """What lists show of it."""
        return self.fields.list_item

    @property
    def list_item_json(self) -> str:
        """The same as text, for fingerprints."""
        return encode_json(self.fields.list_item)

    @property
    def status_at_event(self) -> Mapping[str, StatusSnapshot]:
        """Event → the status of the issue on its day, as `SummaryFields.status_at_event`."""
        return self.fields.status_at_event

    @property
    def obligations(self) -> tuple[Obligation, ...]:
        """The obligations of an issue."""
        return self.fields.obligations

    @property
    def corrections(self) -> tuple[Correction, ...]:
        """The corrections of the record."""
        return tuple(Correction(date=day, what=what, why=why) for day, what, why in self.fields.corrections)

    @property
    def details(self) -> RecordDetails:
        """Its details, loaded now."""
        return self.load_details(self.path, self.fields.details_digest)

    @property
    def progress(self) -> Progress:
        """The progress of an issue by the day of the report."""
        return _PROGRESS_DECODER.decode(self.details.progress)

    @property
    def contributions(self) -> dict[str, Contribution]:
        """Statistic → contribution."""
        return _CONTRIBUTIONS_DECODER.decode(self.details.contributions)

    @property
    def search_text(self) -> SearchableText:
        """The text of the record that the search index covers."""
        return _SEARCH_TEXT_DECODER.decode(self.details.search_text)


_PROGRESS_DECODER = Decoder(Progress)
_CONTRIBUTIONS_DECODER = Decoder(dict[str, Contribution])
_SEARCH_TEXT_DECODER = Decoder(SearchableText)


def summarise_record(path: str, record: Record, method: Method, library: Library,
                     as_of: date) -> tuple[SummaryFields, RecordDetails]:
    """The summary of the issue or case at `path`, handled by `method`; `library` holds at least all other kinds."""
    if isinstance(record, Issue):
        return _summarise_issue(path, record, method, library, as_of)
    assert isinstance(record, Case)
    return _summarise_case(path, record, library, as_of)


def create_summary(path: str, fields: SummaryFields, details: RecordDetails) -> RecordSummary:
    """A summary whose details are in memory."""
    return RecordSummary(path, fields, lambda *_: details)


def _summarise_issue(path: str, issue: Issue, method: Method, library: Library,
                     as_of: date) -> tuple[SummaryFields, RecordDetails]:
    progress = derive_progress(issue, method, as_of)
    context = build_issue_context(library, path, issue, progress, as_of)
    exclusion = find_exclusion(context, judging=False)
    details = RecordDetails(
        Raw(encode(progress)), Raw(encode({} if issue.draft else contribute_issue(context))),
        Raw(encode(extract_searchable_text(issue, library.vocabulary, library.site))),
        *_encode_for_export(path, issue, progress, len(context.stakeholder_kinds)))
    return _create_fields(issue, _list_item_of_issue(issue, progress, exclusion, as_of), details,
                          dict(_status_at_events(path, issue, method, library, as_of)),
                          () if exclusion else tuple(find_issue_obligations(path, issue, progress, as_of))), details


def _create_fields(record: Record, list_item: ListItem, details: RecordDetails,
                   status_at_event: Mapping[str, StatusSnapshot] | None = None,
                   obligations: tuple[Obligation, ...] = ()) -> SummaryFields:
    corrections = tuple((one.date, one.what, one.why) for one in record.corrections)
    digests = (compute_digest(bytes(data))[:16] for data in (details.progress, details.contributions, encode(details)))
    return SummaryFields(list_item, status_at_event or {}, obligations, corrections, *digests)


def _list_item_of_issue(issue: Issue, progress: Progress, exclusion: Contribution | None, as_of: date) -> ListItem:
    snapshot = _status_snapshot(progress)
    last_step = _last_dated_step(issue, as_of)
    has_followup = bool(select_timely_followups(issue, progress, as_of))
    tag = (issue.wall and issue.wall.tag) or ""
    exclusion_reason = exclusion.exclusion_reason if exclusion else ""
    return ListItem(issue.title, issue.raised, issue.topic, issue.method or "", issue.location or "",
                    issue.participants.kinds, translated_titles=issue.translated_titles,
                    from_press=issue.from_press, draft=issue.draft, tag=tag,
                    status=snapshot.status, colour=snapshot.colour, ladder=progress.ladder or "",
                    exclusion_reason="draft" if issue.draft else exclusion_reason,
                    closed_on=snapshot.closed_on, due=issue.due,
                    followup_due=None if has_followup else progress.followup_due,
                    last_step=last_step, phase=progress.phase,
                    last_step_date=issue.log[last_step[1]].date if last_step else issue.raised,
                    has_objections=bool(issue.objections), close_reason=issue.close_reason or "",
                    translated_tags=issue.translate_text(tag), lead=issue.lead or "")


def _status_snapshot(progress: Progress) -> StatusSnapshot:
    closed = progress.resolved_date or progress.closed_date
    return StatusSnapshot(progress.status, progress.colour, closed.latest if closed else None)


def _summarise_case(path: str, case: Case, library: Library,
                    as_of: date) -> tuple[SummaryFields, RecordDetails]:
    dates = case.dates or Span()
    list_item = ListItem(
        case.title, dates.start, case.topic, case.method or "", case.location or "", case.stakeholders, case.issues,
        translated_titles=case.translated_titles, from_press=case.from_press, draft=case.draft,
        end_date=dates.end, span_text=dates.text or "", translated_spans=case.translate_text(dates.text or ""))
    details = RecordDetails(
        Raw(encode(None)), Raw(encode({} if case.draft else contribute_case(case, as_of))),
        Raw(encode(extract_searchable_text(case, library.vocabulary, library.site))), *_encode_for_export(path, case))
    return _create_fields(case, list_item, details), details


def _encode_for_export(path: str, record: Record, progress: Progress | None = None,
                       stakeholder_count: int = 0) -> tuple[str, str]:
    """The record's CSV row, and the exported record as JSON; both empty for a draft."""
    return ("", "") if record.draft else encode_record(path, record, progress, stakeholder_count)


def _last_dated_step(issue: Issue, as_of: date) -> tuple[date, int] | None:
    """The last dated step by the day of the report, and its index in the log."""
    days = [(day, number) for number, entry in enumerate(issue.log)
            if (day := entry.date.latest) and (entry.date.earliest or day) <= as_of]
    return max(days, default=None)


def _status_at_events(path: str, issue: Issue, method: Method, library: Library,
                      as_of: date) -> Iterator[tuple[str, StatusSnapshot]]:
    """Past event of the issue's place or a place above → the status of the issue, if raised by then, on its day."""
    for event, event_record in library.events.items():
        day = event_record.date.latest
        if day is None or day > as_of or not path.startswith(f"{get_place_of(event)}/"):
            continue
        if issue.raised.earliest is None or issue.raised.earliest <= day:
            yield event, _status_snapshot(derive_progress(issue, method, day))
