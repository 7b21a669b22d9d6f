"""The page of one issue."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..outputs import Output
from ..paths import place_of, url_of
from ..progress import PHASES, Progress
from ..records import Amount, Correction, Decision, Funding, Issue, LogEntry, Method, Outcome, Photo, Record, Stage
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
    sentences,
    stage_name,
    summary_of,
)
from .shell import root_of, sheet, trail_to

IN_FULL = 200
"""So many related records are listed on one page."""


@dataclass(frozen=True, slots=True)
class Note:
    """A note as on the wall: the status in words, its colour in words, its shape, the problem tag."""

    status: str
    label: str
    colour: str
    colour_label: str
    shape: str
    tag: str


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the facts beside a record."""

    label: str
    values: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A stage on the bar: `state` is reached, current, missing, out_of_order or ahead; `said` is that in words."""

    name: Words
    state: str
    said: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a log, a follow-up, an objection, a correction: when, what kind, who, what, and a reply to it."""

    when: str
    day: str
    head: Words
    by: str
    text: str
    reply: str = ""
    later: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """An option that was considered, and whether it was adopted."""

    text: str
    adopted: str
    said: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo: its file below the site's root, what it shows, whether before or after."""

    file: str
    alt: str
    caption: str


@dataclass(frozen=True, slots=True)
class OutcomeView:
    """What came of it."""

    kind: str
    text: str
    amounts: tuple[str, ...]
    side_effects: tuple[str, ...]
    tradeoffs: tuple[str, ...]
    mechanism: str
    evidence: str


@dataclass(frozen=True, slots=True)
class IssueView:
    """Everything that the page of an issue shows."""

    title: Words
    summary: Words | None
    body: Words | None
    note: Note
    press: bool
    facts: tuple[Fact, ...]
    steps: tuple[Step, ...]
    procedure: str
    latest: Entry | None
    log: tuple[Entry, ...]
    participants: tuple[Fact, ...]
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
    repeated_by: tuple[Row, ...]
    cases: tuple[Row, ...]
    photos: tuple[Picture, ...]
    sources: tuple[Link, ...]
    corrections: tuple[Entry, ...]
    remarks: tuple[Fact, ...]


def issue_pages(edition: Edition) -> Iterator[Output]:
    """The page of every issue."""
    for path in edition.library.issues:
        title = name_of(edition, edition.library.issues[path])
        view = issue_view(edition, path)
        place = place_of(path)
        up = Link(edition.text("Issues"), f"{place}/issues/index.html")
        description = view.summary.text if view.summary else view.result
        yield sheet(edition, url_of(path), "pages/issue.html", title.text, view, description=description,
                    trail=trail_to(edition, place, up, Link(title.text, "", title.lang)))


def issue_view(edition: Edition, path: str) -> IssueView:
    """What the page of the issue at `path` shows."""
    issue, progress, library = edition.library.issues[path], edition.progress[path], edition.library
    log = tuple(_log(edition, issue))
    return IssueView(
        title=name_of(edition, issue), summary=summary_of(edition, issue),
        body=body_of(edition, path, issue, root_of(url_of(path))),
        note=note_of(edition, issue, progress), press=issue.basis == "press",
        facts=tuple(_facts(edition, path, issue)),
        steps=tuple(_steps(edition, issue, progress)), procedure=_procedure(edition, issue, progress),
        latest=next((entry for entry in reversed(log) if not entry.later), None), log=log,
        participants=tuple(_participants(edition, issue)),
        causes=issue.causes, constraints=issue.constraints, choices=tuple(_choices(edition, issue)),
        decision=tuple(_decision(edition, issue.decision)) if issue.decision else (),
        funding=tuple(_funding(edition, issue.funding)),
        outcome=outcome_of(edition, issue.outcome) if issue.outcome else None,
        ladder=edition.label("ladder", progress.ladder) if progress.ladder else "",
        result=result_in_words(edition, issue, progress),
        objections=tuple(_objections(edition, issue)), followups=tuple(_followups(edition, issue)),
        amounts=tuple(_amounts(edition, issue.quantities)), disclosure=tuple(_disclosure(edition, issue)),
        came_from=reference(edition, path, "derived_from", issue.derived_from),
        came_of_it=rows_of(edition, library.derived.get(path, ())),
        repeats=reference(edition, path, "duplicate_of", issue.duplicate_of),
        repeated_by=rows_of(edition, library.duplicates.get(path, ())),
        cases=rows_of(edition, library.cases_of.get(path, ())[:IN_FULL]),
        photos=tuple(pictures(edition, path, issue.photos)),
        sources=sources_of(edition, path, issue), corrections=tuple(corrections_of(edition, issue.corrections)),
        remarks=tuple(remarks_of(edition, issue)),
    )


def note_of(edition: Edition, issue: Issue, progress: Progress) -> Note:
    """The issue's note."""
    return Note(progress.status, edition.label("status", progress.status), progress.colour,
                edition.label("colour", progress.colour), SHAPES[progress.status],
                issue.wall.tag or "" if issue.wall else "")


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


def topic_links(edition: Edition, topics: Iterable[str]) -> tuple[Link, ...]:
    """Topics by their labels, each leading to its list."""
    return tuple(Link(edition.label("topic", topic), f"topics/{topic}/index.html") for topic in topics)


def stakeholder(edition: Edition, text: str) -> Link:
    """A stakeholder kind by its label; other text (an organisation) as written."""
    known = text in edition.library.vocabulary.terms["stakeholder"]
    return Link(edition.label("stakeholder", text), "", "" if known else edition.original)


def level_name(edition: Edition, method: Method, level: str | None) -> Link | None:
    """The label of a verified level of `method`."""
    for one in method.levels:
        if level in (one.id, one.label) and one.verified:
            translation = one.translations.get(edition.language.tag)
            translated = translation.title if translation else None
            return Link(translated or one.label, "", "" if translated else edition.original)
    return None


# --- stages and log ---------------------------------------------------------------------------------------------------


def _steps(edition: Edition, issue: Issue, progress: Progress) -> Iterator[Step]:
    """The method's verified stages. What is known only from the press is never called missing."""
    found = method_of(edition, issue)
    stages = [stage for stage in found[1].stages if stage.verified] if found else []
    logged = _happened(edition, issue)
    current = _current(stages, logged, progress)
    due = {step.stage: step.state for step in progress.procedure} if issue.basis != "press" else {}
    for stage in stages:
        yield _step(edition, stage, logged, current, due.get(stage.id, ""))


def _happened(edition: Edition, issue: Issue) -> list[str]:
    return [entry.stage for entry in issue.log if entry.date.earliest is None or entry.date.earliest <= edition.as_of]


def _current(stages: list[Stage], logged: list[str], progress: Progress) -> str:
    """The stage that an open issue is at: the last of the method's stages in the log."""
    names = {stage.id for stage in stages}
    return next((name for name in reversed(logged) if name in names), "") if progress.open else ""


def _step(edition: Edition, stage: Stage, logged: list[str], current: str, due: str) -> Step:
    name = stage_name(edition, stage)
    if stage.id == current:
        return Step(name, "current", edition.text("now here"))
    if due == "out_of_order":
        return Step(name, "out_of_order", edition.text("recorded, but not in its order"))
    if stage.id in logged:
        return Step(name, "reached", edition.text("recorded"))
    if due == "missing":
        return Step(name, "missing", edition.text("required, not recorded"))
    return Step(name, "ahead", edition.text("no entry"))


def _procedure(edition: Edition, issue: Issue, progress: Progress) -> str:
    """Whether the required stages were gone through, in a sentence; "" where that is not judged."""
    if issue.basis == "press" or not progress.procedure:
        return ""
    missing = [step for step in progress.procedure if step.state == "missing"]
    if missing:
        return edition.plural("{n} required stage that is due has no entry.",
                              "{n} required stages that are due have no entry.", len(missing))
    if any(step.state == "out_of_order" for step in progress.procedure):
        return edition.text("Every required stage that is due has an entry, but not in the order that the way of "
                            "working gives.")
    return edition.text("Every required stage that is due has an entry, in its order.")


def _log(edition: Edition, issue: Issue) -> Iterator[Entry]:
    names = stage_names(edition, issue)
    for entry in issue.log:
        yield _entry(edition, entry, names)


def _entry(edition: Edition, entry: LogEntry, names: dict[str, Words]) -> Entry:
    later = entry.date.earliest is not None and entry.date.earliest > edition.as_of
    return Entry(edition.language.when(entry.date), entry.date.exact.isoformat() if entry.date.exact else "",
                 names.get(entry.stage, Words("")), edition.label("stakeholder", entry.by) if entry.by else "",
                 entry.text, later=later)


def stage_names(edition: Edition, issue: Issue) -> dict[str, Words]:
    """What an entry's stage is called: the reserved words, and the verified stages of the issue's method."""
    reserved = edition.library.vocabulary.terms["reserved_stage"]
    names = {key: Words(edition.label("reserved_stage", key)) for key in reserved}
    method = method_of(edition, issue)
    for stage in method[1].stages if method else ():
        if stage.verified:
            names[stage.id] = stage_name(edition, stage)
    return names


# --- who, what was agreed, what it cost -------------------------------------------------------------------------------


def _participants(edition: Edition, issue: Issue) -> Iterator[Fact]:
    who = issue.participants
    if who.kinds:
        yield Fact(edition.text("Who"), tuple(Link(edition.label("stakeholder", kind)) for kind in who.kinds))
    if who.headcount:
        people = amount_in_words(edition, who.headcount.value, who.headcount.unit, who.headcount.precision,
                                 people_in_words)
        yield Fact(edition.text("How many people"), (Link(people),))
    if who.under18 is not None:
        yield Fact(edition.text("Of these under 18"), (Link(people_in_words(edition, who.under18)),))
    if who.over60 is not None:
        yield Fact(edition.text("Of these over 60"), (Link(people_in_words(edition, who.over60)),))


def _choices(edition: Edition, issue: Issue) -> Iterator[Choice]:
    said = {"yes": edition.text("adopted"), "no": edition.text("not adopted"),
            "unknown": edition.text("whether it was adopted is not known")}
    for option in issue.options:
        yield Choice(option.text, option.adopted, said[option.adopted])


def _decision(edition: Edition, decision: Decision) -> Iterator[Fact]:
    text, written = edition.text, edition.original
    if decision.text:
        yield Fact(text("What was agreed"), (Link(decision.text, "", written),))
    if decision.rule:
        yield Fact(text("How it was decided"), (Link(edition.label("rule", decision.rule)),))
    for label, votes in ((text("Votes for"), decision.for_), (text("Votes against"), decision.against),
                         (text("Abstentions"), decision.abstain)):
        if votes is not None:
            yield Fact(label, (Link(people_in_words(edition, votes)),))
    if decision.dissent_note:
        yield Fact(text("Who thought otherwise, and why"), (Link(decision.dissent_note, "", written),))
    if decision.cost_sharing:
        yield Fact(text("How the cost is shared"), (Link(decision.cost_sharing, "", written),))


def _funding(edition: Edition, funding: Iterable[Funding]) -> Iterator[str]:
    for part in funding:
        amount = amount_in_words(edition, part.amount, part.unit, "exact")
        yield edition.text("{what}: {amount}", what=part.kind, amount=amount)


def _amounts(edition: Edition, amounts: Iterable[Amount]) -> Iterator[str]:
    for amount in amounts:
        said = amount_in_words(edition, amount.value, amount.unit, amount.precision)
        yield edition.text("{what}: {amount}", what=amount.what, amount=said)


def outcome_of(edition: Edition, outcome: Outcome) -> OutcomeView:
    """What came of it, in words."""
    return OutcomeView(
        edition.label("outcome_kind", outcome.kind) if outcome.kind else "", outcome.text or "",
        tuple(_amounts(edition, outcome.quantities)), outcome.side_effects, outcome.tradeoffs, outcome.mechanism or "",
        edition.text(", ").join(edition.label("evidence", kind) for kind in outcome.evidence),
    )


# --- did it last ------------------------------------------------------------------------------------------------------


def result_in_words(edition: Edition, issue: Issue, progress: Progress) -> str:
    """Where the issue stands, in a sentence or two."""
    return sentences(edition, _result(edition, issue, progress))


def _result(edition: Edition, issue: Issue, progress: Progress) -> Iterator[str]:
    text = edition.text
    if progress.status == "resolved":
        yield _resolved(edition, progress)
        yield _lasts(edition, issue, progress)
    elif progress.status == "closed":
        yield _closed(edition, issue)
    elif progress.status == "unknown":
        yield text("What came of it was not reported.")
    elif progress.ladder == "relapsed":
        yield text("It was thought settled, but the problem came back; work goes on.")
    else:
        yield text("Raised; no step has been taken yet.") if progress.status == "new" else text("Work goes on.")
    if progress.overdue and issue.due:
        yield text("The promised day, {day}, has passed.", day=edition.language.day(issue.due))
    if progress.stale:
        yield text("Nothing has been recorded for more than 60 days.")


def _closed(edition: Edition, issue: Issue) -> str:
    if issue.close_reason is None:
        return edition.text("Closed without a solution.")
    reason = edition.label("close_reason", issue.close_reason)
    return edition.text("Closed without a solution: {reason}.", reason=reason)


def _resolved(edition: Edition, progress: Progress) -> str:
    if progress.resolved is None or progress.resolved.day is None:
        return edition.text("Resolved; the date is not known.")
    when = edition.language.when(progress.resolved)
    if progress.days_to_resolve is None:
        return edition.text("Resolved {when}.", when=when)
    return edition.plural("Resolved {when}, {n} day after it was raised.",
                          "Resolved {when}, {n} days after it was raised.", progress.days_to_resolve, when=when)


def _lasts(edition: Edition, issue: Issue, progress: Progress) -> str:
    text = edition.text
    said = {
        "lasting": text("It has lasted: a follow-up long enough afterwards found that it holds."),
        "confirmed": text("A follow-up found that it holds; whether it lasts is still to be seen."),
        "relapsed": text("The latest follow-up found that it no longer works."),
        "done": text("Whether it lasts has not been confirmed by a follow-up yet."),
    }.get(progress.ladder or "", "")
    if issue.basis == "press" or progress.followup_due is None or progress.ladder not in ("done", "confirmed"):
        return said
    due = edition.language.day(progress.followup_due)
    if progress.followup_due < edition.as_of and progress.ladder == "done":
        return sentences(edition, (said, text("One was due on {day}.", day=due)))
    return sentences(edition, (said, text("The next is due on {day}.", day=due)))


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
                    objection.text, reply=objection.answer or "")


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


# --- what every record has --------------------------------------------------------------------------------------------


def pictures(edition: Edition, path: str, photos: Iterable[Photo]) -> Iterator[Picture]:
    """The photos of a record that are published."""
    files = edition.library.photos.get(path, {})
    for photo in photos:
        if photo.file in files:
            yield Picture(files[photo.file], photo.alt, edition.label("photo_time", photo.when) if photo.when else "")


def sources_of(edition: Edition, path: str, record: Record) -> tuple[Link, ...]:
    """The sources a record cites."""
    typed = edition.library.lost.get(path, {}).get("source")
    lost = (Link(typed, "", edition.original),) if typed else ()
    return links_to(edition, record.source) + lost


def corrections_of(edition: Edition, corrections: Iterable[Correction]) -> Iterator[Entry]:
    """What was corrected in a record, when, and why."""
    for correction in corrections:
        yield Entry(edition.language.day(correction.date), correction.date.isoformat(), Words(""), "", correction.what,
                    reply=correction.why or "")


def remarks_of(edition: Edition, record: Record) -> Iterator[Fact]:
    """Notes, who checked the record, and when it was last changed."""
    if record.notes:
        yield Fact(edition.text("Notes"), (Link(record.notes, "", edition.original),))
    if record.reviewed_by:
        yield Fact(edition.text("Checked by"), (Link(record.reviewed_by, "", edition.original),))
    if record.updated and record.updated.day:
        yield Fact(edition.text("Record updated"), (Link(edition.language.when(record.updated)),))


def phases_in_words(edition: Edition, phases: Iterable[str]) -> str:
    """Core phases in their order, by their labels."""
    return edition.text(", ").join(edition.label("phase", phase) for phase in sorted(phases, key=PHASES.index))
