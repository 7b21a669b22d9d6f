"""The discussion sheet of a case: its facts, where the matter turned, and questions that the record itself raises."""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from ..analysis.due import is_judged
from ..analysis.progress import PHASES, happened, phase_of
from ..core.outputs import Output, Plan
from ..model.paths import place_of, url_of
from ..model.records import Case, Issue, LogEntry, Method
from .case import case_facts
from .course import stage_names
from .edition import Edition, Link, Words, listed, method_of, name_of, summary_of
from .record import Entry, Fact, OutcomeView, outcome_of
from .shell import planned, sheet, trail_to

NAMED = 4
"""So many kinds of stakeholders are named in one question."""


class Question(Struct, frozen=True):
    """A question for discussion; `quoted` is what the record says on it, in the language it was written in."""

    text: str
    quoted: Words | None = None


class SheetView(Struct, frozen=True):
    """The discussion sheet. `before` and `turn` are the entries on both sides of the turning point."""

    case: Link
    summary: Words | None
    press: bool
    facts: tuple[Fact, ...]
    before: Entry | None
    turn: Entry | None
    outcome: OutcomeView | None
    questions: tuple[Question, ...]


def sheet_pages(edition: Edition) -> Iterator[Plan]:
    """The discussion sheet of every case."""
    for path in edition.library.cases:
        yield planned(edition, f"{path}/sheet/index.html", sheet_page, path)


def sheet_page(edition: Edition, path: str) -> Output:
    """The discussion sheet of the case at `path`."""
    view, title = _sheet(edition, path, edition.library.cases[path]), edition.text("Discussion sheet")
    up = Link(edition.text("Case studies"), f"{place_of(path)}/cases/index.html")
    return sheet(edition, f"{path}/sheet/index.html", "pages/discussion_sheet.html",
                 f"{title} · {view.case.text}", view,
                 trail=trail_to(edition, place_of(path), up, view.case, Link(title)))


def _sheet(edition: Edition, path: str, case: Case) -> SheetView:
    name, (before, turn) = name_of(edition, case), _turning_point(edition, case)
    return SheetView(
        case=Link(name.text, url_of(path), name.lang), summary=summary_of(edition, case), press=case.basis == "press",
        facts=tuple(case_facts(edition, path, case)), before=before, turn=turn,
        outcome=outcome_of(edition, case.outcome) if case.outcome else None,
        questions=tuple(_questions(edition, path, case, turned=turn is not None)),
    )


# --- where the matter turned ------------------------------------------------------------------------------------------


def _turning_point(edition: Edition, case: Case) -> tuple[Entry | None, Entry | None]:
    """The entry where talking became deciding, in the first of the issues that has one, and the entry before it."""
    for path in case.issues:
        issue = edition.library.issues[path]
        method = method_of(edition, issue)
        log = happened(issue.log, edition.as_of)
        number = _turn(log, method[1]) if method else None
        if number is not None:
            names = stage_names(edition, issue)
            return (_entry(edition, log[number - 1], names) if number else None), _entry(edition, log[number], names)
    return None, None


def _turn(log: list[LogEntry], method: Method) -> int | None:
    """The first entry of a phase from the decision on; without one, the first of a deliberation."""
    phases = {stage.id: stage.core for stage in method.stages}
    reached = [phase_of(entry.stage, phases) for entry in log]
    for least in ("decide", "deliberate"):
        wanted = PHASES[PHASES.index(least):]
        for number, phase in enumerate(reached):
            if phase in wanted:
                return number
    return None


def _entry(edition: Edition, entry: LogEntry, names: Mapping[str, Words]) -> Entry:
    return Entry(edition.language.when(entry.date), entry.date.exact.isoformat() if entry.date.exact else "",
                 names.get(entry.stage, Words("")), edition.label("stakeholder", entry.by) if entry.by else "",
                 entry.text)


# --- questions --------------------------------------------------------------------------------------------------------


def _questions(edition: Edition, path: str, case: Case, *, turned: bool) -> Iterator[Question]:
    issues = [edition.library.issues[issue] for issue in case.issues]
    yield _who(edition, path, case)
    if turned:
        yield Question(edition.text("What made the turn possible? What would have become of the matter without it?"))
    else:
        yield Question(edition.text("The record does not say where the matter turned. Where could it have turned?"))
    for issue in issues:
        yield from _on_decision(edition, issue)
    yield from _on_lasting(edition, case, issues)
    if case.transferable:
        yield Question(edition.text("Which of these conditions are there where you live, and which would have to be "
                                    "made?"), Words(edition.text("; ").join(case.transferable), edition.original))
    else:
        yield Question(edition.text("What of this could be done where you live, and what would have to be different?"))


def _who(edition: Edition, path: str, case: Case) -> Question:
    """Who was not at the table, of those whom the way of working or the nearest similar case names."""
    there = edition.book.traits[path].stakeholders
    if not there:
        return Question(edition.text("Who took part is not recorded. Who would have to be at the table?")
                        if is_judged(case) else
                        edition.text("The report does not say who took part. Who would have to be at the table?"))
    absent = [key for key in _expected(edition, path, case) if key not in there][:NAMED]
    if not absent:
        return Question(edition.text("Who at the table had the most to lose, and was that heard?"))
    labels = listed(edition, (edition.label("stakeholder", key) for key in absent))
    return Question(edition.text("Not named among those at the table: {who}. What would they have said?", who=labels))


def _expected(edition: Edition, path: str, case: Case) -> list[str]:
    method, book = method_of(edition, case), edition.book
    named = {*(method[1].tiers if method else ()),
             *(key for one in book.alike[path][:1] for key in book.traits[one].stakeholders)}
    return [key for key in edition.library.vocabulary.terms["stakeholder"] if key in named]


def _on_decision(edition: Edition, issue: Issue) -> Iterator[Question]:
    text, written, decision = edition.text, edition.original, issue.decision
    refused = [option.text for option in issue.options if option.adopted == "no"]
    if refused:
        yield Question(text("What spoke for the way that was not taken?"), Words(text("; ").join(refused), written))
    if decision and decision.dissent_note:
        yield Question(text("Some thought otherwise. How could their reason have been met?"),
                       Words(decision.dissent_note, written))
    if decision and decision.cost_sharing:
        yield Question(text("Is this way of sharing the cost fair? Who decides that?"),
                       Words(decision.cost_sharing, written))
    for objection in issue.objections[:1]:
        yield Question(text("It was said that it is not solved. What would you answer?"),
                       Words(objection.text, written))


def _on_lasting(edition: Edition, case: Case, issues: list[Issue]) -> Iterator[Question]:
    text, outcomes = edition.text, (case.outcome, *(issue.outcome for issue in issues))
    mechanism = next((one.mechanism for one in outcomes if one and one.mechanism), "")
    if mechanism:
        yield Question(text("This is to make it last. Who carries it on when the people change?"),
                       Words(mechanism, edition.original))
    elif is_judged(case):
        yield Question(text("Nothing in the record makes the result last. What would?"))
    else:
        yield Question(text("The report does not say what makes the result last. What would?"))
    if any(edition.progress[path].reopenings for path in case.issues):
        yield Question(text("The problem came back once. What had been overlooked the first time?"))
    else:
        yield Question(text("What if the problem comes back in a year? Who would notice, and who would act?"))
