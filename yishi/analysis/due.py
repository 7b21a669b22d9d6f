"""What falls to somebody to do: follow-ups, promises, news, actions of meetings, recommendations of reviews.

Records known only from the press are never judged; drafts and repeats of another issue oblige nobody.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Literal

from msgspec import Struct

from ..library import Library, review_date
from ..model.language import Language, marked
from ..model.paths import and_above, place_of
from ..model.records import Issue, Meeting, Recommendation, Record, Review, title_of
from ..model.thresholds import GRACE_DAYS
from .progress import Progress, last_news, timely_followups

Kind = Literal["followup_overdue", "followup_due", "promise_overdue", "stale_issue", "action_overdue",
               "recommendation_overdue", "recommendation_open"]

KINDS: Mapping[Kind, tuple[str, str, str]] = {
    "followup_overdue": (
        marked("Follow-up overdue"),
        marked("Resolved, and not looked at again although {grace_days} days have passed since it was due."),
        marked("due since {day}")),
    "followup_due": (
        marked("Follow-up due"), marked("Resolved long enough ago to look whether it still holds."),
        marked("due since {day}")),
    "promise_overdue": (
        marked("Promise overdue"), marked("Still open although the promised day has passed."),
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
"""Kind → its name, what it means, and how its day is told, as message ids; the most pressing of each sort first."""


class Obligation(Struct, frozen=True):
    """Something to do about the record at `record`, and whose it is.

    `place` answers for it; `day` is when it fell due (of an issue without news: when there was news last; None: no day
    is set); `who` is the lead, a kind of stakeholder or an organisation as written ("" = not recorded); `what` is the
    action or recommendation as written.
    """

    kind: Kind
    record: str
    place: str
    day: date | None
    who: str = ""
    what: str = ""


def in_order(library: Library, of_issues: Iterable[Obligation], as_of: date) -> tuple[Obligation, ...]:
    """The obligations of issues and of all other records, by kind, then by day (those without one last), then by
    record."""
    found = (*of_issues, *_of_meetings(library, as_of), *_of_reviews(library, as_of))
    order = {kind: number for number, kind in enumerate(KINDS)}
    return tuple(sorted(found, key=lambda one: (order[one.kind], one.day or date.max, one.record)))


def by_place(found: Iterable[Obligation]) -> Mapping[str, tuple[Obligation, ...]]:
    """Place → those that fall to it or a place below; "" → all."""
    here: defaultdict[str, list[Obligation]] = defaultdict(list)
    for one in found:
        for place in (*and_above(one.place), ""):
            here[place].append(one)
    return {place: tuple(of_place) for place, of_place in here.items()}


COLUMNS = ("kind", "day", "record", "title", "place", "who", "what")
"""What a table of obligations tells of each."""


def rows_of(found: Iterable[Obligation], library: Library) -> Iterator[tuple[str, ...]]:
    """Each obligation as `COLUMNS`: keys and paths, as machines need them."""
    for one in found:
        record = library.record(one.record)
        yield (one.kind, one.day.isoformat() if one.day else "", one.record, title_of(record) if record else "",
               one.place, one.who, one.what)


def as_text(found: Iterable[Obligation], library: Library, spoken: Language) -> Iterator[str]:
    """The obligations as lines for people, by kind."""
    found, vocabulary = tuple(found), library.vocabulary
    for kind, (label, _, _) in KINDS.items():
        rows = list(rows_of((one for one in found if one.kind == kind), library))
        if rows:
            yield spoken.text("{name} ({n})", name=spoken.text(label), n=spoken.number(len(rows)))
        for _, day, record, title, _, who, what in rows:
            lead = vocabulary.label("stakeholder", who, spoken.tag) if who in vocabulary.terms["stakeholder"] else who
            yield "  " + "  ".join(filter(None, (day or "-" * 10, record, title, what, lead)))
    if not found:
        yield spoken.text("Nothing is due.")


def answering_place(library: Library, review: Review) -> str:
    """The place whose reply a review asks for: the one reviewed, or that of the case or event reviewed."""
    return review.target if review.target in library.places else place_of(review.target)


def is_judged(record: Record) -> bool:
    """Whether a record may be called due, late or incomplete."""
    return record.basis != "press" and not record.draft


# --- issues -----------------------------------------------------------------------------------------------------------


def of_issue(path: str, issue: Issue, progress: Progress, as_of: date) -> Iterator[Obligation]:
    """What is due about one issue that statistics do not leave out."""
    if not is_judged(issue):
        return
    place, who, due = place_of(path), issue.lead or "", progress.followup_due
    if due and due <= as_of and not timely_followups(issue, progress, as_of):
        late = due + timedelta(GRACE_DAYS) <= as_of
        yield Obligation("followup_overdue" if late else "followup_due", path, place, due, who)
    if progress.overdue:
        yield Obligation("promise_overdue", path, place, issue.due, who)
    if progress.stale:
        yield Obligation("stale_issue", path, place, last_news(issue, as_of), who)


# --- meetings and reviews ---------------------------------------------------------------------------------------------


def _of_meetings(library: Library, as_of: date) -> Iterator[Obligation]:
    for path, meeting in library.meetings.items():
        if is_judged(meeting):
            yield from _of_meeting(path, meeting, as_of)


def _of_meeting(path: str, meeting: Meeting, as_of: date) -> Iterator[Obligation]:
    for action in meeting.actions:
        if action.due and action.due < as_of and not _is_done(action.done_on, as_of):
            yield Obligation("action_overdue", path, place_of(path), action.due, action.lead or "", action.what)


def _of_reviews(library: Library, as_of: date) -> Iterator[Obligation]:
    for path, review in library.reviews.items():
        if is_judged(review) and review.target and not review_date(library, review).is_after(as_of):
            place = answering_place(library, review)
            yield from (_of_recommendation(path, place, one, as_of) for one in review.recommendations
                        if not _is_done(one.done_on, as_of))


def _of_recommendation(path: str, place: str, one: Recommendation, as_of: date) -> Obligation:
    late = one.due is not None and one.due < as_of
    return Obligation("recommendation_overdue" if late else "recommendation_open", path, place, one.due, "", one.text)


def _is_done(done_on: date | None, as_of: date) -> bool:
    return done_on is not None and done_on <= as_of
