"""The discussion sheet of a case: facts, turning point, and questions derived from the record."""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from ...analysis.progress import PHASES, find_phase
from ...core.outputs import Output
from ...library.closings import select_past_entries
from ...model.paths import get_place_of, get_record_url
from ...model.records import Case, Issue, LogEntry, Method, Record
from ..issue_timeline import build_log_entry, localize_stages
from ..layout import build_breadcrumbs, build_page
from ..page_context import (
    Link,
    LocalizedText,
    PageContext,
    find_method,
    join_items,
    localize_name,
    localize_summary,
    localize_text,
    localize_texts,
)
from ..record_parts import DatedEntry, LabelledValue, OutcomeView, build_outcome
from .case import list_case_facts

MAX_STAKEHOLDERS_NAMED = 4
"""Maximum number of stakeholder kinds named in one question."""


NOTHING = LocalizedText("")
"""What the record says on a question of which it says nothing."""

DiscussionQuestion = tuple[str, LocalizedText]
"""A question for discussion, and what the record says on it, as written ("" = nothing)."""


class DiscussionSheetView(Struct, frozen=True):
    """The discussion sheet. `entry_before` is the log entry before the turning point."""

    case: Link
    summary: LocalizedText | None
    from_press: bool
    facts: tuple[LabelledValue, ...]
    entry_before: DatedEntry | None
    turning_point: DatedEntry | None
    outcome: OutcomeView | None
    questions: tuple[DiscussionQuestion, ...]


def build_discussion_sheet(context: PageContext, path: str) -> Output:
    """The discussion sheet of the case at `path`."""
    view = _discussion_sheet_view(context, path, context.library.cases[path])
    title = context.text("Discussion sheet")
    up = Link(context.text("Case studies"), f"{get_place_of(path)}/cases/index.html")
    return build_page(context, f"{path}/sheet/index.html", "pages/discussion_sheet.html",
                      f"{title} · {view.case.text}", view,
                      trail=build_breadcrumbs(context, get_place_of(path), up, view.case, Link(title)))


def _discussion_sheet_view(context: PageContext, path: str, case: Case) -> DiscussionSheetView:
    name = localize_name(context, case)
    before, turn = _turning_point(context, case)
    return DiscussionSheetView(
        case=Link(name.text, get_record_url(path), name.lang), summary=localize_summary(context, case),
        from_press=case.from_press,
        facts=tuple(list_case_facts(context, path, case)), entry_before=before, turning_point=turn,
        outcome=build_outcome(context, case, case.outcome) if case.outcome else None,
        questions=tuple(_discussion_questions(context, path, case, turned=turn is not None)),
    )


# --- turning point ----------------------------------------------------------------------------------------------------


def _turning_point(context: PageContext, case: Case) -> tuple[DatedEntry | None, DatedEntry | None]:
    """The entry before the turning point, and the turning point, of the first issue that has one."""
    for path in case.issues:
        issue = context.library.issues[path]
        method = find_method(context, issue)
        log = select_past_entries(issue.log, context.as_of)
        number = _turning_point_index(log, method[1]) if method else None
        if number is not None:
            names = localize_stages(context, issue)
            before = build_log_entry(context, issue, log[number - 1], names) if number else None
            return before, build_log_entry(context, issue, log[number], names)
    return None, None


def _turning_point_index(log: list[LogEntry], method: Method) -> int | None:
    """The index of the first entry in the decision phase or later, else in deliberation or later."""
    phases = {stage.id: stage.core for stage in method.stages}
    reached = [find_phase(entry.stage, phases) for entry in log]
    for least in ("decide", "deliberate"):
        wanted = PHASES[PHASES.index(least):]
        for number, phase in enumerate(reached):
            if phase in wanted:
                return number
    return None


# --- questions --------------------------------------------------------------------------------------------------------


def _discussion_questions(context: PageContext, path: str, case: Case, *, turned: bool) -> Iterator[DiscussionQuestion]:
    text = context.text
    issues = [context.library.issues[issue] for issue in case.issues]
    yield _question_on_absent(context, path, case), NOTHING
    yield (text("What made this turning point possible? What would have become of the issue without it?") if turned
           else text("The record does not name a turning point. Where could it have been?")), NOTHING
    for issue in issues:
        yield from _questions_on_decision(context, issue)
    yield from _questions_on_lasting(context, case, issues)
    if case.transferable:
        yield (text("Which of these conditions are there where you live, and which would have to be made?"),
               _join_texts(context, case, case.transferable))
    else:
        yield text("What of this could be done where you live, and what would have to be different?"), NOTHING


def _question_on_absent(context: PageContext, path: str, case: Case) -> str:
    """Ask about stakeholders who did not take part, though the method or the most similar case names them."""
    present = context.site_data.case_traits[path].stakeholders
    if not present:
        return (context.text("Who took part is not recorded. Who would have to be at the table?") if case.is_judged
                else context.text("The report does not say who took part. Who would have to be at the table?"))
    absent = [key for key in _expected_stakeholders(context, path, case) if key not in present][:MAX_STAKEHOLDERS_NAMED]
    if not absent:
        return context.text("Who at the table had the most to lose, and was that heard?")
    labels = join_items(context, (context.label("stakeholder", key) for key in absent))
    return context.text("Not named among those at the table: {who}. What would they have said?", who=labels)


def _expected_stakeholders(context: PageContext, path: str, case: Case) -> list[str]:
    method = find_method(context, case)
    site_data = context.site_data
    expected = {*(method[1].tiers if method else ()),
                *(key for similar in site_data.similar_cases[path][:1]
                  for key in site_data.case_traits[similar].stakeholders)}
    return [key for key in context.library.vocabulary.terms["stakeholder"] if key in expected]


def _questions_on_decision(context: PageContext, issue: Issue) -> Iterator[DiscussionQuestion]:
    text, decision = context.text, issue.decision
    refused = [option.text for option in issue.options if option.adopted == "no"]
    if refused:
        yield text("What spoke for the way that was not taken?"), _join_texts(context, issue, refused)
    asked = (
        (text("Some disagreed. How could their concern have been met?"), decision and decision.dissent_note),
        (text("Is this way of sharing the cost fair? Who decides that?"), decision and decision.cost_sharing),
        *((text("It was said that it is not solved. What would you answer?"), objection.text)
          for objection in issue.objections[:1]))
    yield from ((question, localize_text(context, issue, said)) for question, said in asked if said)


def _join_texts(context: PageContext, record: Record, texts: Sequence[str]) -> LocalizedText:
    parts = localize_texts(context, record, texts)
    return LocalizedText(context.text("; ").join(part.text for part in parts), max(part.lang for part in parts))


def _questions_on_lasting(context: PageContext, case: Case, issues: list[Issue]) -> Iterator[DiscussionQuestion]:
    text = context.text
    records: tuple[Case | Issue, ...] = (case, *issues)
    mechanism = next((localize_text(context, one, one.outcome.mechanism) for one in records
                      if one.outcome and one.outcome.mechanism), None)
    if mechanism:
        yield text("This is to make it last. Who carries it on when the people change?"), mechanism
    elif case.is_judged:
        yield text("The record names nothing that makes the result last. What would?"), NOTHING
    else:
        yield text("The report does not say what makes the result last. What would?"), NOTHING
    if any(context.progress[path].reopenings for path in case.issues):
        yield text("The problem came back once. What had been overlooked the first time?"), NOTHING
    else:
        yield text("What if the problem comes back in a year? Who would notice, and who would act?"), NOTHING
