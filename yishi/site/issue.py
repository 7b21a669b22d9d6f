"""The page of one issue."""

from collections.abc import Iterable, Iterator

from msgspec import Struct

from ..analysis.holdings import newest_first
from ..analysis.progress import Progress
from ..core.outputs import Output, Plan
from ..model.few import hidden_votes
from ..model.paths import place_of, url_of
from ..model.records import Decision, Funding, Issue, Method, Quantity
from .course import Step, log_of, procedure_in_words, result_in_words, steps_of
from .edition import (
    SHAPES,
    Edition,
    Link,
    Row,
    Words,
    amount_in_words,
    body_of,
    link_to,
    links_to,
    method_of,
    name_of,
    people_in_words,
    reference,
    rows_of,
    status_in_words,
    summary_of,
)
from .linked import about_work
from .photos import PhotoGroup
from .record import (
    IN_FULL,
    Entry,
    Fact,
    OutcomeView,
    amounts_in_words,
    corrections_of,
    labelled,
    outcome_of,
    participants_of,
    pictures,
    remarks_of,
    reply_of,
    sources_of,
    stakeholder,
    topic_links,
    why_few,
)
from .shell import planned, root_of, sheet, trail_to


class Note(Struct, frozen=True):
    """A note as on the wall: the status in words, its colour and shape, the problem tag."""

    label: str
    colour: str
    shape: str
    tag: str


class Choice(Struct, frozen=True):
    """An option that was considered, and whether it was adopted."""

    text: str
    said: str


class IssueView(Struct, frozen=True):
    """Everything that the page of an issue shows."""

    title: Words
    summary: Words | None
    body: Words | None
    note: Note
    press: bool
    draft: bool
    facts: tuple[Fact, ...]
    steps: tuple[Step, ...]
    procedure: str
    latest: Entry | None
    log: tuple[Entry, ...]
    participants: tuple[Fact, ...]
    few: str
    causes: tuple[str, ...]
    constraints: tuple[str, ...]
    choices: tuple[Choice, ...]
    decision: tuple[Fact, ...]
    funding: tuple[str, ...]
    outcome: OutcomeView | None
    ladder: str
    result: str
    objections: tuple[Entry, ...]
    followups: tuple[Entry, ...]
    amounts: tuple[str, ...]
    disclosure: tuple[Fact, ...]
    came_from: Link | None
    came_of_it: tuple[Row, ...]
    repeats: Link | None
    is_left_out: bool
    repeated_by: tuple[Row, ...]
    meetings: tuple[Row, ...]
    cases: tuple[Row, ...]
    photos: tuple[PhotoGroup, ...]
    sources: tuple[Link, ...]
    corrections: tuple[Entry, ...]
    remarks: tuple[Fact, ...]


def issue_pages(edition: Edition) -> Iterator[Plan]:
    """The page of every issue."""
    for path in edition.library.issues:
        yield planned(edition, url_of(path), issue_page, path)


def issue_page(edition: Edition, path: str) -> Output:
    """The page of the issue at `path`."""
    view, place = issue_view(edition, path), place_of(path)
    about = about_work(edition, edition.library.issues[path], place)
    up = Link(edition.text("Issues"), f"{place}/issues/index.html")
    description = view.summary.text if view.summary else view.result
    return sheet(edition, url_of(path), "pages/issue.html", view.title.text, view, description=description, about=about,
                 trail=trail_to(edition, place, up, Link(view.title.text, "", view.title.lang)))


def issue_view(edition: Edition, path: str) -> IssueView:
    """What the page of the issue at `path` shows."""
    issue, progress, library = edition.library.issues[path], edition.progress[path], edition.library
    log, people = tuple(log_of(edition, issue)), tuple(participants_of(edition, issue.participants))
    decision = tuple(_decision(edition, issue.decision, issue.participants.headcount)) if issue.decision else ()
    return IssueView(
        title=name_of(edition, issue), summary=summary_of(edition, issue),
        body=body_of(edition, path, issue, root_of(url_of(path))),
        note=note_of(edition, issue, progress), press=issue.basis == "press", draft=issue.draft,
        facts=tuple(_facts(edition, path, issue)),
        steps=tuple(steps_of(edition, issue, progress)), procedure=procedure_in_words(edition, issue, progress),
        latest=next((entry for entry in reversed(log) if not entry.later), None), log=log,
        participants=people, few=why_few(edition, *(one.text for fact in (*people, *decision) for one in fact.values)),
        causes=issue.causes, constraints=issue.constraints, choices=tuple(_choices(edition, issue)),
        decision=decision,
        funding=tuple(_funding(edition, issue.funding)),
        outcome=outcome_of(edition, issue.outcome) if issue.outcome else None,
        ladder=edition.label("ladder", progress.ladder) if progress.ladder else "",
        result=result_in_words(edition, edition.book.listings[path], progress),
        objections=tuple(_objections(edition, issue)), followups=tuple(_followups(edition, issue)),
        amounts=tuple(amounts_in_words(edition, issue.quantities)), disclosure=tuple(_disclosure(edition, issue)),
        came_from=reference(edition, path, "derived_from", issue.derived_from),
        came_of_it=rows_of(edition, library.named_by(path, "issue.derived_from")),
        repeats=reference(edition, path, "duplicate_of", issue.duplicate_of),
        is_left_out=bool(edition.book.listings[path].apart),
        repeated_by=rows_of(edition, library.named_by(path, "issue.duplicate_of")),
        meetings=rows_of(edition, newest_first(library.named_by(path, "meeting.issues"), edition.holdings.when)),
        cases=rows_of(edition, library.named_by(path, "case.issues")[:IN_FULL]),
        photos=pictures(edition, path, issue.photos),
        sources=sources_of(edition, path, issue), corrections=tuple(corrections_of(edition, issue.corrections)),
        remarks=tuple(remarks_of(edition, path, issue)),
    )


def note_of(edition: Edition, issue: Issue, progress: Progress) -> Note:
    """The issue's note."""
    label = status_in_words(edition, progress.status, reported=issue.basis == "press")
    return Note(label, progress.colour, SHAPES[progress.status], issue.wall.tag or "" if issue.wall else "")


# --- facts ------------------------------------------------------------------------------------------------------------


def _facts(edition: Edition, path: str, issue: Issue) -> Iterator[Fact]:
    text, when = edition.text, edition.language.when
    place, location = link_to(edition, place_of(path)), reference(edition, path, "location", issue.location)
    if place:
        yield Fact(text("Place"), (place,))
    if location:
        yield Fact(text("Location"), (location,))
    yield Fact(text("Topic"), topic_links(edition, issue.topic))
    yield Fact(text("Raised"), (Link(when(issue.raised), f"months/{issue.raised.month or 'unknown'}/index.html"),))
    if issue.channel:
        yield Fact(text("How it came in"), (Link(edition.label("channel", issue.channel)),))
    if forum := reference(edition, path, "forum", issue.forum):
        yield Fact(text("Where it was deliberated"), (forum,))
    method = method_of(edition, issue)
    if method:
        yield Fact(text("Way of working"), links_to(edition, [method[0]]))
        level = level_name(edition, method[1], issue.level)
        if level:
            yield Fact(text("Level"), (level,))
    if issue.lead:
        yield Fact(text("In the lead"), (stakeholder(edition, issue.lead),))
    if issue.partners:
        yield Fact(text("Also taking part"), tuple(stakeholder(edition, partner) for partner in issue.partners))
    if issue.due:
        yield Fact(text("Promised by"), (Link(edition.language.day(issue.due)),))


def level_name(edition: Edition, method: Method, level: str | None) -> Link | None:
    """The label of a verified level of `method`."""
    for one in method.levels:
        if level in (one.id, one.label) and one.verified:
            name = labelled(edition, one)
            return Link(name.text, "", name.lang)
    return None


# --- who, what was agreed, what it cost -------------------------------------------------------------------------------


def _choices(edition: Edition, issue: Issue) -> Iterator[Choice]:
    said = {"yes": edition.text("adopted"), "no": edition.text("not adopted"),
            "unknown": edition.text("whether it was adopted is not known")}
    for option in issue.options:
        yield Choice(option.text, said[option.adopted])


def _decision(edition: Edition, decision: Decision, headcount: Quantity | None) -> Iterator[Fact]:
    text, written = edition.text, edition.original
    if decision.text:
        yield Fact(text("What was agreed"), (Link(decision.text, "", written),))
    if decision.rule:
        yield Fact(text("How it was decided"), (Link(edition.label("rule", decision.rule)),))
    hidden = hidden_votes(decision, headcount)
    for label, votes, key in ((text("Votes for"), decision.for_, "for"),
                              (text("Votes against"), decision.against, "against"),
                              (text("Abstentions"), decision.abstain, "abstain")):
        if votes is not None:
            yield Fact(label, (Link(people_in_words(edition, votes, hidden.get(key))),))
    if decision.dissent_note:
        yield Fact(text("Who thought otherwise, and why"), (Link(decision.dissent_note, "", written),))
    if decision.cost_sharing:
        yield Fact(text("How the cost is shared"), (Link(decision.cost_sharing, "", written),))


def _funding(edition: Edition, funding: Iterable[Funding]) -> Iterator[str]:
    for part in funding:
        amount = amount_in_words(edition, part.amount, part.unit, "exact")
        yield edition.text("{what}: {amount}", what=part.kind, amount=amount)


def _followups(edition: Edition, issue: Issue) -> Iterator[Entry]:
    for followup in issue.followups:
        yield Entry(edition.language.day(followup.date), followup.date.isoformat(),
                    Words(edition.label("followup_result", followup.result)),
                    edition.label("stakeholder", followup.by) if followup.by else "", followup.text,
                    later=followup.date > edition.as_of)


def _objections(edition: Edition, issue: Issue) -> Iterator[Entry]:
    for objection in issue.objections:
        day = objection.date.exact
        by = edition.label("stakeholder", objection.by) if objection.by else ""
        yield Entry(edition.language.when(objection.date), day.isoformat() if day else "", Words(""), by,
                    objection.text, reply=reply_of(edition, objection.answer, objection.answered_on))


def _disclosure(edition: Edition, issue: Issue) -> Iterator[Fact]:
    if issue.disclosure is None:
        return
    posted, text = issue.disclosure, edition.text
    for label, day in ((text("Notice of the meeting posted"), posted.notice_on),
                       (text("Decision posted"), posted.decision_on), (text("Result posted"), posted.result_on)):
        if day:
            yield Fact(label, (Link(edition.language.day(day)),))
    if posted.channel:
        yield Fact(text("Where it was posted"), (Link(posted.channel, "", edition.original),))
