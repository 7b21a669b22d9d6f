"""The page of an issue."""

from collections.abc import Iterable, Iterator
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from ...analysis.progress import Progress, find_last_news
from ...analysis.record_lists import sort_newest_first
from ...model.paths import get_place_of, get_record_url
from ...model.records import Decision, Disclosure, Issue, Method
from ...model.suppression import suppress_votes
from ..issue_timeline import TimelineStep, build_timeline, describe_procedure, describe_result, list_log_entries
from ..page_context import (
    Link,
    LocalizedText,
    PageContext,
    RecordRow,
    find_method,
    format_people,
    join_sentences,
    link_text,
    link_to_record,
    link_to_records,
    link_to_reference,
    localize_label,
    localize_text,
    localize_texts,
    select_rows,
)
from ..photos import PhotoGroup
from ..record_parts import (
    MAX_RELATED_RECORDS,
    DatedEntry,
    LabelledValue,
    OutcomeView,
    RecordParts,
    build_entry,
    build_objection_entry,
    build_outcome,
    build_record_parts,
    explain_suppression,
    format_amounts,
    link_stakeholder,
    link_topics,
    list_costs,
    list_facts,
    list_participants,
    select_photos,
)
from ..taking_part import AnswerBack, find_ways_to_answer


class IssueView(Struct, frozen=True):
    """The view of an issue's page; `row` has its status; `promise`: who will do what is not done yet, and by when;
    `considered_options`: each with whether it was adopted; `told_in`: cases that may tell of steps not in the log."""

    parts: RecordParts
    row: RecordRow
    timeline: tuple[TimelineStep, ...]
    procedure: str
    told_in: tuple[Link, ...]
    latest: DatedEntry | None
    promise: tuple[LabelledValue, ...]
    log: tuple[DatedEntry, ...]
    participants: tuple[LabelledValue, ...]
    suppression_note: str
    causes: tuple[LocalizedText, ...]
    constraints: tuple[LocalizedText, ...]
    considered_options: tuple[tuple[LocalizedText, str], ...]
    decision: tuple[LabelledValue, ...]
    outcome: OutcomeView | None
    ladder: str
    result: str
    objections: tuple[DatedEntry, ...]
    followups: tuple[DatedEntry, ...]
    amounts: tuple[LocalizedText, ...]
    disclosure: tuple[LabelledValue, ...]
    derived_from: Link | None
    derived_issues: tuple[RecordRow, ...]
    duplicate_of: Link | None
    is_excluded: bool
    duplicates: tuple[RecordRow, ...]
    meetings: tuple[RecordRow, ...]
    cases: tuple[RecordRow, ...]
    photos: tuple[PhotoGroup, ...]
    answer_back: AnswerBack | None


def build_issue_view(context: PageContext, path: str, issue: Issue) -> IssueView:
    """The view of the page of the issue at `path`."""
    progress = context.progress[path]
    library = context.library
    log, followups = tuple(list_log_entries(context, issue)), tuple(_followup_entries(context, issue))
    people = tuple(list_participants(context, issue.participants))
    decision = tuple(_decision_facts(context, issue, issue.decision)) if issue.decision else ()
    return IssueView(
        parts=build_record_parts(context, path, issue, _issue_facts(context, path, issue, progress)),
        row=context.rows[path],
        timeline=tuple(build_timeline(context, issue, progress)),
        procedure=describe_procedure(context, issue, progress),
        told_in=_link_cases_of_missing_steps(context, path, issue, progress),
        latest=_find_latest(context, issue, progress, log, followups),
        promise=tuple(_describe_promise(context, issue, is_pending=_is_pending(progress))), log=log,
        participants=people, suppression_note=explain_suppression(
            context, *(value.text for fact in (*people, *decision) for value in fact.values)),
        causes=localize_texts(context, issue, issue.causes),
        constraints=localize_texts(context, issue, issue.constraints),
        considered_options=tuple(_considered_options(context, issue)),
        decision=decision,
        outcome=build_outcome(context, issue, issue.outcome) if issue.outcome else None,
        ladder=context.label("ladder", progress.ladder) if progress.ladder else "",
        result=join_sentences(context, (describe_result(context, context.site_data.list_items[path], progress),
                                        _count_unanswered(context, issue))),
        objections=tuple(build_objection_entry(context, issue, objection) for objection in issue.objections),
        followups=followups,
        amounts=tuple(format_amounts(context, issue, issue.quantities)),
        disclosure=tuple(_disclosure_facts(context, issue, issue.disclosure)) if issue.disclosure else (),
        derived_from=link_to_reference(context, path, "derived_from", issue.derived_from),
        derived_issues=select_rows(context, library.referrers(path, "issue.derived_from")),
        duplicate_of=link_to_reference(context, path, "duplicate_of", issue.duplicate_of),
        is_excluded=bool(context.site_data.list_items[path].exclusion_reason),
        duplicates=select_rows(context, library.referrers(path, "issue.duplicate_of")),
        meetings=select_rows(context, sort_newest_first(library.referrers(path, "meeting.issues"),
                                                        context.record_lists.date_of)),
        cases=select_rows(context, library.referrers(path, "case.issues")[:MAX_RELATED_RECORDS]),
        photos=select_photos(context, path, issue),
        answer_back=None if issue.draft else find_ways_to_answer(
            context, get_place_of(path), get_record_url(path), context.rows[path].title, from_press=issue.from_press),
    )


def _link_cases_of_missing_steps(context: PageContext, path: str, issue: Issue,
                                 progress: Progress) -> tuple[Link, ...]:
    is_missing = not issue.from_press and "missing" in progress.procedure.values()
    return link_to_records(context, context.library.referrers(path, "case.issues")) if is_missing else ()


def _find_latest(context: PageContext, issue: Issue, progress: Progress, log: Iterable[DatedEntry],
                 followups: Iterable[DatedEntry]) -> DatedEntry | None:
    """The last entry of the log, or the latest follow-up if that is not before it; nothing of the future."""
    entry = next((one for one in reversed(tuple(log)) if not one.is_future), None)
    seen = max((one for one in followups if not one.is_future), key=lambda one: one.day, default=None)
    news = find_last_news(issue, context.as_of)
    if seen is None or progress.is_open or (news and seen.day < news.isoformat()):
        return entry
    return replace(seen, heading=LocalizedText(context.text("Follow-up: {result}", result=seen.heading.text)))


# --- facts ------------------------------------------------------------------------------------------------------------


def _issue_facts(context: PageContext, path: str, issue: Issue, progress: Progress) -> Iterator[LabelledValue]:
    """The facts beside the record; who will do what is not done yet stands above them."""
    text = context.text
    is_done = not _is_pending(progress)
    method = find_method(context, issue)
    return list_facts(
        (text("Place"), link_to_record(context, get_place_of(path))),
        (text("Location"), link_to_reference(context, path, "location", issue.location)),
        (text("Topic"), link_topics(context, issue.topic)),
        (text("Raised"), Link(context.language.when(issue.raised),
                              f"months/{issue.raised.month or 'unknown'}/index.html")),
        (text("How it came in"), issue.channel and context.label("channel", issue.channel)),
        (text("Deliberation body"), link_to_reference(context, path, "forum", issue.forum)),
        (text("Way of working"), link_to_record(context, method[0]) if method else None),
        (text("Level"), localize_level(context, method[1], issue.level) if method else None),
        (text("Lead"), link_stakeholder(context, issue, issue.lead) if is_done else None),
        (text("Also taking part"), filter(None, (link_stakeholder(context, issue, one) for one in issue.partners))),
        (text("Cost"), list_costs(context, (path,))),
        (text("Promised by"), context.language.day(issue.due) if issue.due and is_done else None))


def _is_pending(progress: Progress) -> bool:
    """Whether an issue is neither resolved nor closed, as far as is known."""
    return progress.status not in ("resolved", "closed")


def _describe_promise(context: PageContext, issue: Issue, *, is_pending: bool) -> Iterator[LabelledValue]:
    """Who will do it, and by when; what the record or the report does not say is said to be missing. Of what is done or
    closed only that a report names no day."""
    text = context.text
    lead = link_stakeholder(context, issue, issue.lead)
    day = context.language.day(issue.due) if issue.due else ""
    if not is_pending:
        is_untold = issue.from_press and not day
        return list_facts((text("Promised by"), text("the report does not say") if is_untold else ""))
    if not lead and not day:
        return list_facts((text("Promise"), text("The report does not say who will do it, or by when.")
                           if issue.from_press else text("Who will do it, and by when, has not been recorded yet.")))
    unknown = text("the report does not say") if issue.from_press else text("not recorded yet")
    return list_facts((text("Lead"), lead or unknown), (text("Promised by"), day or unknown))


def localize_level(context: PageContext, method: Method, level: str | None) -> Link | None:
    """The label of a verified level of `method`."""
    for known in method.levels:
        if level in (known.id, known.label) and known.verified:
            name = localize_label(context, known)
            return Link(name.text, "", name.lang)
    return None


# --- stakeholders, decision, cost -------------------------------------------------------------------------------------


def _considered_options(context: PageContext, issue: Issue) -> Iterator[tuple[LocalizedText, str]]:
    labels = {"yes": context.text("adopted"), "no": context.text("not adopted"),
              "unknown": context.text("whether it was adopted is not known")}
    for option in issue.options:
        yield localize_text(context, issue, option.text), labels[option.adopted]


def _decision_facts(context: PageContext, issue: Issue, decision: Decision) -> Iterator[LabelledValue]:
    text = context.text
    hidden = suppress_votes(decision, issue.participants.headcount)
    return list_facts(
        (text("What was agreed"), link_text(context, issue, decision.text)),
        (text("How it was decided"), decision.rule and context.label("rule", decision.rule)),
        (text("Votes for"), format_people(context, decision.for_, hidden.get("for"))),
        (text("Votes against"), format_people(context, decision.against, hidden.get("against"))),
        (text("Abstentions"), format_people(context, decision.abstain, hidden.get("abstain"))),
        (text("Who disagreed, and why"), link_text(context, issue, decision.dissent_note)),
        (text("How the cost is shared"), link_text(context, issue, decision.cost_sharing)))


def _count_unanswered(context: PageContext, issue: Issue) -> str:
    """Say how many objections to the result have no answer yet; "" of what nobody here could answer."""
    number = 0 if issue.from_press else sum(
        not objection.answer and (objection.date.earliest or context.as_of) <= context.as_of
        for objection in issue.objections)
    return context.plural("{n} objection has not been answered yet.", "{n} objections have not been answered yet.",
                          number) if number else ""


def _followup_entries(context: PageContext, issue: Issue) -> Iterator[DatedEntry]:
    for followup in issue.followups:
        yield build_entry(context, followup.date, localize_text(context, issue, followup.text), author=followup.by,
                          heading=LocalizedText(context.label("followup_result", followup.result)),
                          is_future=followup.date > context.as_of)


def _disclosure_facts(context: PageContext, issue: Issue, posted: Disclosure) -> Iterator[LabelledValue]:
    text = context.text

    def when(day: date | None) -> str:
        return context.language.day(day) if day else ""

    return list_facts(
        (text("Notice of the meeting posted"), when(posted.notice_on)),
        (text("Decision posted"), when(posted.decision_on)), (text("Result posted"), when(posted.result_on)),
        (text("Where it was posted"), link_text(context, issue, posted.channel)))
