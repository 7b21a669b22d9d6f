"""Briefs: what lists, numbers and walls need of an issue or a case, so that they need not open its file. Pure.

A brief is kept as the texts of its parts. They are read only when somebody asks for them; and a part whose text is the
same says the same, so that what was made of it need not be made again.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cached_property
from typing import NamedTuple

from msgspec import Struct, field
from msgspec.json import Decoder, decode

from ..core.compact import compact
from ..library import Library
from ..model.dates import UNKNOWN, When
from ..model.paths import place_of
from ..model.records import Case, Correction, Issue, Method, Record, Span
from ..search import Text, text_of
from .due import Obligation, of_issue
from .progress import OPEN, Progress, progress_of, timely_followups
from .statistics import Contribution, contribute, contribute_case, issue_context, left_out
from .table import lines_of


class Standing(Struct, frozen=True, omit_defaults=True):
    """Where an issue stood on a day; `closed`: the last day on which it can have been closed."""

    status: str
    colour: str
    closed: date | None = None


class Listing(Struct, frozen=True, omit_defaults=True):
    """What lists show of a record, and what they are sorted and grouped by. Of a case `when` is its beginning.

    `apart` says why statistics leave an issue out: `draft`, `duplicate`, `after_as_of`; `close_reason` why it was
    closed unsolved. `closed`: the last day on which it can have been closed; `latest`: its last dated step by the day
    of the report, and that step's number in the log; `look`: from which day somebody should look again, as long as
    nobody has; `moved`: the date of that step as it is known, else when the issue was raised; `phase`: how far it has
    come. `kinds` are those of stakeholders; `issues` those that a case tells of.
    """

    title: str
    when: When
    topics: tuple[str, ...] = ()
    method: str = ""
    location: str = ""
    kinds: tuple[str, ...] = ()
    issues: tuple[str, ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict)
    press: bool = False
    draft: bool = False
    tag: str = ""
    status: str = ""
    colour: str = ""
    ladder: str = ""
    apart: str = ""
    closed: date | None = None
    due: date | None = None
    look: date | None = None
    latest: tuple[date, int] | None = None
    moved: When = UNKNOWN
    phase: str = ""
    objections: bool = False
    close_reason: str = ""
    end: When = UNKNOWN
    span: str = ""

    @property
    def judged(self) -> bool:
        """Whether it may be called due, late or incomplete."""
        return not self.press and not self.draft

    @property
    def open(self) -> bool:
        """Whether the issue is still to be solved."""
        return self.status in OPEN

    @property
    def standing(self) -> Standing:
        """Where the issue stands on the day of the report."""
        return Standing(self.status, self.colour, self.closed)


_LISTING = Decoder(Listing)
_PROGRESS = Decoder(Progress)
_THEN = Decoder(dict[str, Standing])
_DUTIES = Decoder(tuple[Obligation, ...])
_CONTRIBUTIONS = Decoder(dict[str, Contribution])
_SAID = Decoder(Text)


class _Texts(NamedTuple):
    """The parts of a brief, each a text of JSON; `told_text` "" = none."""

    listing_text: str
    progress_text: str
    then_text: str
    duties_text: str
    contributions_text: str
    corrected_text: str
    said_text: str
    row_text: str
    told_text: str


class Brief(_Texts):
    """A brief as it is kept: the texts of its parts."""

    @cached_property
    def listing(self) -> Listing:
        """What lists show of it."""
        return _LISTING.decode(self.listing_text)

    @cached_property
    def progress(self) -> Progress:
        """Where an issue stands on the day of the report."""
        return _PROGRESS.decode(self.progress_text)

    @property
    def then(self) -> Mapping[str, Standing]:
        """Event of the issue's place or one above, that is over → where the issue, raised by then, stood on its day."""
        return _THEN.decode(self.then_text)

    @property
    def duties(self) -> tuple[Obligation, ...]:
        """What is due about an issue."""
        return _DUTIES.decode(self.duties_text)

    @property
    def contributions(self) -> dict[str, Contribution]:
        """Statistic → what it contributes."""
        return _CONTRIBUTIONS.decode(self.contributions_text)

    @property
    def row(self) -> str:
        """Its line in the table of all records of its kind; "" for a draft."""
        line: str = decode(self.row_text)
        return line

    @property
    def told(self) -> str:
        """All that machines are told of it, as JSON in one line; "" for a draft."""
        return self.told_text

    @property
    def said(self) -> Text:
        """What its page shows of its own words."""
        return _SAID.decode(self.said_text)

    @property
    def corrected(self) -> tuple[Correction, ...]:
        """What was corrected in it."""
        return tuple(Correction(date=date.fromisoformat(day), what=what, why=why)
                     for day, what, why in decode(self.corrected_text))


def brief_of(path: str, record: Record, method: Method, library: Library, as_of: date) -> Brief:
    """The brief of the issue or case at `path`, worked on by `method`; `library` holds at least all other kinds."""
    if isinstance(record, Issue):
        return _of_issue(path, record, method, library, as_of)
    assert isinstance(record, Case)
    return _of_case(path, record, library, as_of)


def _of_issue(path: str, issue: Issue, method: Method, library: Library, as_of: date) -> Brief:
    progress = progress_of(issue, method, as_of)
    context = issue_context(library, path, issue, progress, as_of)
    out = left_out(context, judging=False)
    return Brief(
        compact(_listing(issue, progress, out, as_of)), compact(progress),
        compact(dict(_then(path, issue, method, library, as_of))),
        compact(() if out else tuple(of_issue(path, issue, progress, as_of))),
        compact({} if issue.draft else contribute(context)),
        _corrected(issue), compact(text_of(issue, library.vocabulary)),
        *_for_machines(path, issue, progress, len(context.kinds)))


def _listing(issue: Issue, progress: Progress, out: Contribution | None, as_of: date) -> Listing:
    standing, latest = _standing(progress), _latest(issue, as_of)
    return Listing(
        issue.title, issue.raised, issue.topic, issue.method or "", issue.location or "", issue.participants.kinds,
        titles=_titles(issue), press=issue.basis == "press", draft=issue.draft,
        tag=(issue.wall and issue.wall.tag) or "", status=standing.status, colour=standing.colour,
        ladder=progress.ladder or "", apart="draft" if issue.draft else out.left_out if out else "",
        closed=standing.closed, due=issue.due, look=_look(issue, progress, as_of), latest=latest, phase=progress.phase,
        moved=issue.log[latest[1]].date if latest else issue.raised, objections=bool(issue.objections),
        close_reason=issue.close_reason or "")


def _look(issue: Issue, progress: Progress, as_of: date) -> date | None:
    return None if timely_followups(issue, progress, as_of) else progress.followup_due


def _standing(progress: Progress) -> Standing:
    closed = progress.resolved or progress.closed
    return Standing(progress.status, progress.colour, closed.latest if closed else None)


def _of_case(path: str, case: Case, library: Library, as_of: date) -> Brief:
    dates = case.dates or Span()
    listing = Listing(
        case.title, dates.start, case.topic, case.method or "", case.location or "", case.stakeholders, case.issues,
        titles=_titles(case), press=case.basis == "press", draft=case.draft, end=dates.end, span=dates.text or "")
    return Brief(compact(listing), "null", "{}", "[]", compact({} if case.draft else contribute_case(case, as_of)),
                 _corrected(case), compact(text_of(case, library.vocabulary)), *_for_machines(path, case))


def _for_machines(path: str, record: Record, at: Progress | None = None, breadth: int = 0) -> tuple[str, str]:
    """The record's line in the table of its kind, as a JSON string; and all that it says, as JSON."""
    line, told = ("", "") if record.draft else lines_of(path, record, at, breadth)
    return compact(line), told


def _corrected(record: Record) -> str:
    return compact([[one.date.isoformat(), one.what, one.why] for one in record.corrections])


def _titles(record: Record) -> dict[str, str]:
    return {tag: one.title for tag, one in record.translations.items() if one.title}


def _latest(issue: Issue, as_of: date) -> tuple[date, int] | None:
    """The last dated step that had happened by the day of the report, and its number."""
    days = [(day, number) for number, entry in enumerate(issue.log)
            if (day := entry.date.latest) and (entry.date.earliest or day) <= as_of]
    return max(days, default=None)


def _then(path: str, issue: Issue, method: Method, library: Library, as_of: date) -> Iterator[tuple[str, Standing]]:
    """Event of the issue's place or one above, that is over → where the issue, raised by then, stood on its day."""
    for event, held in library.events.items():
        day = held.date.latest
        if day and day <= as_of and path.startswith(f"{place_of(event)}/") and (issue.raised.earliest or day) <= day:
            yield event, _standing(progress_of(issue, method, day))
