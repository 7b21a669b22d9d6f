"""Obligations: follow-ups, promised dates, overdue news, meeting actions and review recommendations.

Press-only records, drafts and duplicates create no obligations.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Literal

from msgspec import Struct

from ..library import Library, get_review_date
from ..model.language import Language, marked
from ..model.paths import get_place_of, list_self_and_ancestors
from ..model.records import Issue, Meeting, Recommendation, Review, get_title
from ..model.thresholds import GRACE_DAYS
from .progress import Progress, find_last_news, select_timely_followups

ObligationKind = Literal["followup_overdue", "followup_due", "promise_overdue", "stale_issue", "action_overdue",
                         "recommendation_overdue", "recommendation_open"]

OBLIGATION_KINDS: Mapping[ObligationKind, tuple[str, str, str]] = {
    "followup_overdue": (
        marked("Follow-up overdue"),
        marked("Resolved, but its follow-up is more than {grace_days} days overdue."),
        marked("due since {day}")),
    "followup_due": (
        marked("Follow-up due"), marked("Resolved long enough ago for a follow-up to check whether the result holds."),
        marked("due since {day}")),
    "promise_overdue": (
        marked("Promise overdue"), marked("Still open after the promised date."),
        marked("promised by {day}")),
    "stale_issue": (
        marked("No news"), marked("Open, and nothing has been recorded for more than {stale_days} days."),
        marked("last news: {day}")),
    "action_overdue": (
        marked("Action overdue"), marked("A meeting agreed on it; its day has passed and it is not recorded as done."),
        marked("was due on {day}")),
    "recommendation_overdue": (
        marked("Recommendation overdue"), marked("A reviewer recommended it; the day it was to be done by has passed."),
        marked("was due on {day}")),
    "recommendation_open": (
        marked("Open recommendation"), marked("A reviewer recommended it; it is not recorded as done yet."),
        marked("due on {day}")),
}
"""Kind → its name, its meaning and the text of its date, as message ids; the most pressing of each sort first."""


_OVERDUE_KINDS: frozenset[ObligationKind] = frozenset(("followup_overdue", "promise_overdue", "action_overdue",
                                                       "recommendation_overdue"))
"""The kinds of obligations whose day has passed."""


class Obligation(Struct, frozen=True):
    """One obligation concerning the record at `record`.

    `place`: the place responsible; `due_on`: when it fell due (for an issue without news the day of the last news;
    None if no day is set); `responsible`: the lead, a kind of stakeholder or an organisation as written ("" if not
    recorded); `task`: the action or recommendation as written.
    """

    kind: ObligationKind
    record: str
    place: str
    due_on: date | None
    responsible: str = ""
    task: str = ""


def collect_obligations(library: Library, of_issues: Iterable[Obligation], as_of: date) -> tuple[Obligation, ...]:
    """The obligations of issues and all other records, by kind, then day (undated ones last), then record."""
    obligations = (*of_issues, *_meeting_obligations(library, as_of), *_review_obligations(library, as_of))
    order = {kind: number for number, kind in enumerate(OBLIGATION_KINDS)}

    def sort_key(obligation: Obligation) -> tuple[int, date, str]:
        return order[obligation.kind], obligation.due_on or date.max, obligation.record

    return tuple(sorted(obligations, key=sort_key))


def group_obligations_by_place(obligations: Iterable[Obligation]) -> Mapping[str, tuple[Obligation, ...]]:
    """Place → obligations of the place and the places below; "" → all."""
    obligations_of: defaultdict[str, list[Obligation]] = defaultdict(list)
    for obligation in obligations:
        for place in (*list_self_and_ancestors(obligation.place), ""):
            obligations_of[place].append(obligation)
    return {place: tuple(of_place) for place, of_place in obligations_of.items()}


def count_overdue(obligations: Iterable[Obligation]) -> int:
    """How many of these obligations are past their day."""
    return sum(one.kind in _OVERDUE_KINDS for one in obligations)


OBLIGATION_COLUMNS = ("kind", "day", "record", "title", "place", "who", "what")
"""Columns of the table of obligations."""


def tabulate_obligations(obligations: Iterable[Obligation], library: Library) -> Iterator[tuple[str, ...]]:
    """Each obligation as `OBLIGATION_COLUMNS`, with keys and paths."""
    for obligation in obligations:
        record = library.record(obligation.record)
        yield (obligation.kind, obligation.due_on.isoformat() if obligation.due_on else "", obligation.record,
               get_title(record) if record else "", obligation.place, obligation.responsible, obligation.task)


def format_obligations(obligations: Iterable[Obligation], library: Library, language: Language) -> Iterator[str]:
    """The obligations as lines of text in `language`, grouped by kind."""
    obligations = tuple(obligations)
    vocabulary = library.vocabulary
    for kind, (label, _, _) in OBLIGATION_KINDS.items():
        of_kind = (obligation for obligation in obligations if obligation.kind == kind)
        rows = list(tabulate_obligations(of_kind, library))
        if rows:
            yield language.text("{name} ({n})", name=language.text(label), n=language.number(len(rows)))
        for _, day, record, title, _, who, what in rows:
            lead = vocabulary.label("stakeholder", who, language.tag) if who in vocabulary.terms["stakeholder"] else who
            yield "  " + "  ".join(filter(None, (day or "-" * 10, record, title, what, lead)))
    if not obligations:
        yield language.text("Nothing is due.")


def find_answering_place(library: Library, review: Review) -> str:
    """The place that should reply to a review: the reviewed place, or that of the reviewed case or event."""
    return review.target if review.target in library.places else get_place_of(review.target)


# --- issues -----------------------------------------------------------------------------------------------------------


def find_issue_obligations(path: str, issue: Issue, progress: Progress, as_of: date) -> Iterator[Obligation]:
    """The obligations of an issue that statistics do not leave out."""
    if not issue.is_judged:
        return
    place = get_place_of(path)
    who = issue.lead or ""
    due = progress.followup_due
    if due and due <= as_of and not select_timely_followups(issue, progress, as_of):
        late = due + timedelta(GRACE_DAYS) <= as_of
        yield Obligation("followup_overdue" if late else "followup_due", path, place, due, who)
    if progress.is_overdue:
        yield Obligation("promise_overdue", path, place, issue.due, who)
    if progress.is_stale:
        yield Obligation("stale_issue", path, place, find_last_news(issue, as_of), who)


# --- meetings and reviews ---------------------------------------------------------------------------------------------


def _meeting_obligations(library: Library, as_of: date) -> Iterator[Obligation]:
    for path, meeting in library.meetings.items():
        if meeting.is_judged:
            yield from _action_obligations(path, meeting, as_of)


def _action_obligations(path: str, meeting: Meeting, as_of: date) -> Iterator[Obligation]:
    for action in meeting.actions:
        if action.due and action.due < as_of and not _is_done(action.done_on, as_of):
            yield Obligation("action_overdue", path, get_place_of(path), action.due, action.lead or "", action.what)


def _review_obligations(library: Library, as_of: date) -> Iterator[Obligation]:
    for path, review in library.reviews.items():
        if review.is_judged and review.target and not get_review_date(library, review).is_after(as_of):
            place = find_answering_place(library, review)
            yield from (_recommendation_obligation(path, place, recommendation, as_of)
                        for recommendation in review.recommendations if not _is_done(recommendation.done_on, as_of))


def _recommendation_obligation(path: str, place: str, recommendation: Recommendation, as_of: date) -> Obligation:
    is_late = recommendation.due is not None and recommendation.due < as_of
    return Obligation("recommendation_overdue" if is_late else "recommendation_open", path, place, recommendation.due,
                      "", recommendation.text)


def _is_done(done_on: date | None, as_of: date) -> bool:
    return done_on is not None and done_on <= as_of
