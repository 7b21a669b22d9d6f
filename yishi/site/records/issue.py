"""The page of one issue."""

from collections.abc import Iterable, Iterator

from msgspec import Struct

from ...analysis.progress import Progress
from ...analysis.record_lists import sort_newest_first
from ...core.outputs import Output, OutputPlan
from ...model.paths import get_place_of, get_record_url
from ...model.records import Decision, Funding, Issue, Method, Quantity
from ...model.suppression import suppress_votes
from ..issue_timeline import TimelineStep, build_timeline, describe_procedure, describe_result, list_log_entries
from ..json_ld import describe_work
from ..layout import build_breadcrumbs, build_page, get_language_root, plan_page
from ..page_context import (
    STATUS_SHAPES,
    Link,
    LocalizedText,
    PageContext,
    RecordRow,
    find_method,
    format_amount,
    format_people,
    format_status,
    link_to_record,
    link_to_records,
    link_to_reference,
    localize_body,
    localize_name,
    localize_summary,
    select_rows,
)
from ..photos import PhotoGroup
from ..record_parts import (
    MAX_RELATED_RECORDS,
    DatedEntry,
    LabelledValue,
    OutcomeView,
    build_outcome,
    build_reply,
    explain_suppression,
    format_amounts,
    format_stakeholder,
    link_sources,
    link_topics,
    list_corrections,
    list_participants,
    list_remarks,
    localize_label,
    select_photos,
)


class StatusNote(Struct, frozen=True):
    """A note as on the wall: the status in words, its colour and shape, the problem tag."""

    label: str
    colour: str
    shape: str
    tag: str


class ConsideredOption(Struct, frozen=True):
    """An option that was considered, and whether it was adopted."""

    text: str
    adoption: str


class IssueView(Struct, frozen=True):
    """Everything that the page of an issue shows."""

    title: LocalizedText
    summary: LocalizedText | None
    body: LocalizedText | None
    note: StatusNote
    from_press: bool
    is_draft: bool
    facts: tuple[LabelledValue, ...]
    timeline: tuple[TimelineStep, ...]
    procedure: str
    latest: DatedEntry | None
    log: tuple[DatedEntry, ...]
    participants: tuple[LabelledValue, ...]
    suppression_note: str
    causes: tuple[str, ...]
    constraints: tuple[str, ...]
    considered_options: tuple[ConsideredOption, ...]
    decision: tuple[LabelledValue, ...]
    funding: tuple[str, ...]
    outcome: OutcomeView | None
    ladder: str
    result: str
    objections: tuple[DatedEntry, ...]
    followups: tuple[DatedEntry, ...]
    amounts: tuple[str, ...]
    disclosure: tuple[LabelledValue, ...]
    derived_from: Link | None
    derived_issues: tuple[RecordRow, ...]
    duplicate_of: Link | None
    is_excluded: bool
    duplicates: tuple[RecordRow, ...]
    meetings: tuple[RecordRow, ...]
    cases: tuple[RecordRow, ...]
    photos: tuple[PhotoGroup, ...]
    sources: tuple[Link, ...]
    corrections: tuple[DatedEntry, ...]
    remarks: tuple[LabelledValue, ...]


def plan_issue_pages(edition: PageContext) -> Iterator[OutputPlan]:
    """The page of every issue."""
    for path in edition.library.issues:
        yield plan_page(edition, get_record_url(path), build_issue_page, path)


def build_issue_page(edition: PageContext, path: str) -> Output:
    """The page of the issue at `path`."""
    view, place = build_issue_view(edition, path), get_place_of(path)
    about = describe_work(edition, edition.library.issues[path], place)
    up = Link(edition.text("Issues"), f"{place}/issues/index.html")
    description = view.summary.text if view.summary else view.result
    return build_page(edition, get_record_url(path), "pages/issue.html", view.title.text, view, description=description,
                      about=about,
                      trail=build_breadcrumbs(edition, place, up, Link(view.title.text, "", view.title.lang)))


def build_issue_view(edition: PageContext, path: str) -> IssueView:
    """What the page of the issue at `path` shows."""
    issue, progress, library = edition.library.issues[path], edition.progress[path], edition.library
    log, people = tuple(list_log_entries(edition, issue)), tuple(list_participants(edition, issue.participants))
    decision = tuple(_decision_facts(edition, issue.decision, issue.participants.headcount)) if issue.decision else ()
    return IssueView(
        title=localize_name(edition, issue), summary=localize_summary(edition, issue),
        body=localize_body(edition, path, issue, get_language_root(get_record_url(path))),
        note=build_status_note(edition, issue, progress), from_press=issue.basis == "press", is_draft=issue.draft,
        facts=tuple(_issue_facts(edition, path, issue)),
        timeline=tuple(build_timeline(edition, issue, progress)),
        procedure=describe_procedure(edition, issue, progress),
        latest=next((entry for entry in reversed(log) if not entry.is_future), None), log=log,
        participants=people, suppression_note=explain_suppression(
            edition, *(one.text for fact in (*people, *decision) for one in fact.values)),
        causes=issue.causes, constraints=issue.constraints,
        considered_options=tuple(_considered_options(edition, issue)),
        decision=decision,
        funding=tuple(_funding_texts(edition, issue.funding)),
        outcome=build_outcome(edition, issue.outcome) if issue.outcome else None,
        ladder=edition.label("ladder", progress.ladder) if progress.ladder else "",
        result=describe_result(edition, edition.site_data.list_items[path], progress),
        objections=tuple(_objection_entries(edition, issue)), followups=tuple(_followup_entries(edition, issue)),
        amounts=tuple(format_amounts(edition, issue.quantities)), disclosure=tuple(_disclosure_facts(edition, issue)),
        derived_from=link_to_reference(edition, path, "derived_from", issue.derived_from),
        derived_issues=select_rows(edition, library.referrers(path, "issue.derived_from")),
        duplicate_of=link_to_reference(edition, path, "duplicate_of", issue.duplicate_of),
        is_excluded=bool(edition.site_data.list_items[path].exclusion_reason),
        duplicates=select_rows(edition, library.referrers(path, "issue.duplicate_of")),
        meetings=select_rows(edition, sort_newest_first(library.referrers(path, "meeting.issues"),
                                                        edition.record_lists.date_of)),
        cases=select_rows(edition, library.referrers(path, "case.issues")[:MAX_RELATED_RECORDS]),
        photos=select_photos(edition, path, issue.photos),
        sources=link_sources(edition, path, issue), corrections=tuple(list_corrections(edition, issue.corrections)),
        remarks=tuple(list_remarks(edition, path, issue)),
    )


def build_status_note(edition: PageContext, issue: Issue, progress: Progress) -> StatusNote:
    """The issue's note."""
    label = format_status(edition, progress.status, reported=issue.basis == "press")
    return StatusNote(label, progress.colour, STATUS_SHAPES[progress.status],
                      issue.wall.tag or "" if issue.wall else "")


# --- facts ------------------------------------------------------------------------------------------------------------


def _issue_facts(edition: PageContext, path: str, issue: Issue) -> Iterator[LabelledValue]:
    text, when = edition.text, edition.language.when
    place, location = link_to_record(edition, get_place_of(path)), link_to_reference(edition, path, "location",
                                                                                     issue.location)
    if place:
        yield LabelledValue(text("Place"), (place,))
    if location:
        yield LabelledValue(text("Location"), (location,))
    yield LabelledValue(text("Topic"), link_topics(edition, issue.topic))
    yield LabelledValue(text("Raised"), (Link(when(issue.raised),
                                              f"months/{issue.raised.month or 'unknown'}/index.html"),))
    if issue.channel:
        yield LabelledValue(text("How it came in"), (Link(edition.label("channel", issue.channel)),))
    if forum := link_to_reference(edition, path, "forum", issue.forum):
        yield LabelledValue(text("Deliberation body"), (forum,))
    method = find_method(edition, issue)
    if method:
        yield LabelledValue(text("Way of working"), link_to_records(edition, [method[0]]))
        level = localize_level(edition, method[1], issue.level)
        if level:
            yield LabelledValue(text("Level"), (level,))
    if issue.lead:
        yield LabelledValue(text("Lead"), (format_stakeholder(edition, issue.lead),))
    if issue.partners:
        yield LabelledValue(text("Also taking part"),
                            tuple(format_stakeholder(edition, partner) for partner in issue.partners))
    if issue.due:
        yield LabelledValue(text("Promised by"), (Link(edition.language.day(issue.due)),))


def localize_level(edition: PageContext, method: Method, level: str | None) -> Link | None:
    """The label of a verified level of `method`."""
    for one in method.levels:
        if level in (one.id, one.label) and one.verified:
            name = localize_label(edition, one)
            return Link(name.text, "", name.lang)
    return None


# --- who, what was agreed, what it cost -------------------------------------------------------------------------------


def _considered_options(edition: PageContext, issue: Issue) -> Iterator[ConsideredOption]:
    said = {"yes": edition.text("adopted"), "no": edition.text("not adopted"),
            "unknown": edition.text("whether it was adopted is not known")}
    for option in issue.options:
        yield ConsideredOption(option.text, said[option.adopted])


def _decision_facts(edition: PageContext, decision: Decision, headcount: Quantity | None) -> Iterator[LabelledValue]:
    text, written = edition.text, edition.original_language
    if decision.text:
        yield LabelledValue(text("What was agreed"), (Link(decision.text, "", written),))
    if decision.rule:
        yield LabelledValue(text("How it was decided"), (Link(edition.label("rule", decision.rule)),))
    hidden = suppress_votes(decision, headcount)
    for label, votes, key in ((text("Votes for"), decision.for_, "for"),
                              (text("Votes against"), decision.against, "against"),
                              (text("Abstentions"), decision.abstain, "abstain")):
        if votes is not None:
            yield LabelledValue(label, (Link(format_people(edition, votes, hidden.get(key))),))
    if decision.dissent_note:
        yield LabelledValue(text("Who disagreed, and why"), (Link(decision.dissent_note, "", written),))
    if decision.cost_sharing:
        yield LabelledValue(text("How the cost is shared"), (Link(decision.cost_sharing, "", written),))


def _funding_texts(edition: PageContext, funding: Iterable[Funding]) -> Iterator[str]:
    for part in funding:
        amount = format_amount(edition, part.amount, part.unit, "exact")
        yield edition.text("{what}: {amount}", what=part.kind, amount=amount)


def _followup_entries(edition: PageContext, issue: Issue) -> Iterator[DatedEntry]:
    for followup in issue.followups:
        yield DatedEntry(edition.language.day(followup.date), followup.date.isoformat(),
                         LocalizedText(edition.label("followup_result", followup.result)),
                         edition.label("stakeholder", followup.by) if followup.by else "", followup.text,
                         is_future=followup.date > edition.as_of)


def _objection_entries(edition: PageContext, issue: Issue) -> Iterator[DatedEntry]:
    for objection in issue.objections:
        day = objection.date.exact
        by = edition.label("stakeholder", objection.by) if objection.by else ""
        yield DatedEntry(edition.language.when(objection.date), day.isoformat() if day else "", LocalizedText(""), by,
                         objection.text, reply=build_reply(edition, objection.answer, objection.answered_on))


def _disclosure_facts(edition: PageContext, issue: Issue) -> Iterator[LabelledValue]:
    if issue.disclosure is None:
        return
    posted, text = issue.disclosure, edition.text
    for label, day in ((text("Notice of the meeting posted"), posted.notice_on),
                       (text("Decision posted"), posted.decision_on), (text("Result posted"), posted.result_on)):
        if day:
            yield LabelledValue(label, (Link(edition.language.day(day)),))
    if posted.channel:
        yield LabelledValue(text("Where it was posted"), (Link(posted.channel, "", edition.original_language),))
