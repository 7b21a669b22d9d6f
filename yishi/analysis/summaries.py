"""Record summaries: the fields of an issue or case that lists, statistics and walls need, so that its file need not be
read. Pure.

Each field is stored as JSON and decoded on first use; equal JSON means equal content, so values derived from it stay
valid.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cached_property
from typing import NamedTuple

from msgspec import Struct, field
from msgspec.json import Decoder, decode

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


class StatusSnapshot(Struct, frozen=True, omit_defaults=True):
    """The status of an issue on a day; `closed_on`: the last day on which it can have been closed."""

    status: str
    colour: str
    closed_on: date | None = None


class ListItem(Struct, frozen=True, omit_defaults=True):
    """What lists show of a record, and what they are sorted and grouped by; of a case `listed_date` is its beginning.

    `exclusion_reason`: why statistics leave an issue out (`draft`, `duplicate`, `after_as_of`); `close_reason`: why it
    was closed unsolved; `closed_on`: the last day on which it can have been closed; `last_step`: its last dated step
    by the day of the report and the index of that step in the log; `last_step_date`: the date of that step, otherwise
    when the issue was raised; `followup_due`: when a follow-up is due, None if there was one; `phase`: the phase it
    has reached; `stakeholders`: kinds of stakeholders; `issues`: those on which a case reports.
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


_LIST_ITEM_DECODER = Decoder(ListItem)
_PROGRESS_DECODER = Decoder(Progress)
_STATUS_AT_EVENT_DECODER = Decoder(dict[str, StatusSnapshot])
_OBLIGATIONS_DECODER = Decoder(tuple[Obligation, ...])
_CONTRIBUTIONS_DECODER = Decoder(dict[str, Contribution])
_SEARCH_TEXT_DECODER = Decoder(SearchableText)


class _EncodedFields(NamedTuple):
    """The fields of a summary, each encoded as JSON."""

    list_item_json: str
    progress_json: str
    status_at_event_json: str
    obligations_json: str
    contributions_json: str
    corrections_json: str
    search_text_json: str
    csv_row_json: str
    export_json: str


class RecordSummary(_EncodedFields):
    """The summary of an issue or case, stored as encoded fields."""

    @cached_property
    def list_item(self) -> ListItem:
        """What lists show of it."""
        return _LIST_ITEM_DECODER.decode(self.list_item_json)

    @cached_property
    def progress(self) -> Progress:
        """The progress of an issue by the day of the report."""
        return _PROGRESS_DECODER.decode(self.progress_json)

    @property
    def status_at_event(self) -> Mapping[str, StatusSnapshot]:
        """Past event of the issue's place or a place above → the status of the issue, if raised by then, on its day."""
        return _STATUS_AT_EVENT_DECODER.decode(self.status_at_event_json)

    @property
    def obligations(self) -> tuple[Obligation, ...]:
        """The obligations of an issue."""
        return _OBLIGATIONS_DECODER.decode(self.obligations_json)

    @property
    def contributions(self) -> dict[str, Contribution]:
        """Statistic → contribution."""
        return _CONTRIBUTIONS_DECODER.decode(self.contributions_json)

    @property
    def csv_row(self) -> str:
        """Its row in the table of all records of its kind; "" for a draft."""
        row: str = decode(self.csv_row_json)
        return row

    @property
    def exported(self) -> str:
        """The exported record as one line of JSON; "" for a draft."""
        return self.export_json

    @property
    def search_text(self) -> SearchableText:
        """The text of the record that the search index covers."""
        return _SEARCH_TEXT_DECODER.decode(self.search_text_json)

    @property
    def corrections(self) -> tuple[Correction, ...]:
        """The corrections of the record."""
        return tuple(Correction(date=date.fromisoformat(day), what=what, why=why)
                     for day, what, why in decode(self.corrections_json))


def summarise_record(path: str, record: Record, method: Method, library: Library, as_of: date) -> RecordSummary:
    """The summary of the issue or case at `path`, handled by `method`; `library` holds at least all other kinds."""
    if isinstance(record, Issue):
        return _summarise_issue(path, record, method, library, as_of)
    assert isinstance(record, Case)
    return _summarise_case(path, record, library, as_of)


def _summarise_issue(path: str, issue: Issue, method: Method, library: Library, as_of: date) -> RecordSummary:
    progress = derive_progress(issue, method, as_of)
    context = build_issue_context(library, path, issue, progress, as_of)
    exclusion = find_exclusion(context, judging=False)
    return RecordSummary(
        encode_json(_list_item_of_issue(issue, progress, exclusion, as_of)), encode_json(progress),
        encode_json(dict(_status_at_events(path, issue, method, library, as_of))),
        encode_json(() if exclusion else tuple(find_issue_obligations(path, issue, progress, as_of))),
        encode_json({} if issue.draft else contribute_issue(context)),
        _encode_corrections(issue), encode_json(extract_searchable_text(issue, library.vocabulary)),
        *_encode_for_export(path, issue, progress, len(context.stakeholder_kinds)))


def _list_item_of_issue(issue: Issue, progress: Progress, exclusion: Contribution | None, as_of: date) -> ListItem:
    snapshot = _status_snapshot(progress)
    last_step = _last_dated_step(issue, as_of)
    has_followup = bool(select_timely_followups(issue, progress, as_of))
    exclusion_reason = exclusion.exclusion_reason if exclusion else ""
    return ListItem(issue.title, issue.raised, issue.topic, issue.method or "", issue.location or "",
                    issue.participants.kinds, translated_titles=issue.translated_titles,
                    from_press=issue.from_press, draft=issue.draft, tag=(issue.wall and issue.wall.tag) or "",
                    status=snapshot.status, colour=snapshot.colour, ladder=progress.ladder or "",
                    exclusion_reason="draft" if issue.draft else exclusion_reason,
                    closed_on=snapshot.closed_on, due=issue.due,
                    followup_due=None if has_followup else progress.followup_due,
                    last_step=last_step, phase=progress.phase,
                    last_step_date=issue.log[last_step[1]].date if last_step else issue.raised,
                    has_objections=bool(issue.objections), close_reason=issue.close_reason or "")


def _status_snapshot(progress: Progress) -> StatusSnapshot:
    closed = progress.resolved_date or progress.closed_date
    return StatusSnapshot(progress.status, progress.colour, closed.latest if closed else None)


def _summarise_case(path: str, case: Case, library: Library, as_of: date) -> RecordSummary:
    dates = case.dates or Span()
    list_item = ListItem(
        case.title, dates.start, case.topic, case.method or "", case.location or "", case.stakeholders, case.issues,
        translated_titles=case.translated_titles, from_press=case.from_press, draft=case.draft,
        end_date=dates.end, span_text=dates.text or "")
    return RecordSummary(encode_json(list_item), "null", "{}", "[]",
                         encode_json({} if case.draft else contribute_case(case, as_of)),
                         _encode_corrections(case), encode_json(extract_searchable_text(case, library.vocabulary)),
                         *_encode_for_export(path, case))


def _encode_for_export(path: str, record: Record, progress: Progress | None = None,
                       stakeholder_count: int = 0) -> tuple[str, str]:
    """The record's CSV row as a JSON string, and the exported record as JSON; both empty for a draft."""
    csv_row, exported = ("", "") if record.draft else encode_record(path, record, progress, stakeholder_count)
    return encode_json(csv_row), exported


def _encode_corrections(record: Record) -> str:
    return encode_json([[correction.date.isoformat(), correction.what, correction.why]
                        for correction in record.corrections])


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
