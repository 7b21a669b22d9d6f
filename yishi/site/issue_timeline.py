"""An issue's course: its stages, its log, and in words where it stands and whether its result lasts."""

from collections.abc import Iterator

from msgspec import Struct

from ..analysis.progress import Progress, select_past_entries
from ..analysis.summaries import ListItem
from ..model.records import Issue, LogEntry, Stage
from ..model.thresholds import THRESHOLDS
from .page_context import LocalizedText, PageContext, find_method, join_sentences, localize_stage
from .record_parts import DatedEntry

_PHASE_OF_RESERVED_STAGE = {"raised": "raise", "resolved": "close"}
"""Words of a log that hold in every method → the phase whose stage they stand for, where it has one of its own."""


class TimelineStep(Struct, frozen=True):
    """A stage on the bar: `state` is reached, current, missing, out_of_order or ahead; `said` is that in words."""

    name: LocalizedText
    state: str
    state_text: str


def build_timeline(edition: PageContext, issue: Issue, progress: Progress) -> Iterator[TimelineStep]:
    """The method's verified stages. What is known only from the press is never called missing."""
    found = find_method(edition, issue)
    stages = [stage for stage in found[1].stages if stage.verified] if found else []
    logged = _logged_stages(edition, issue)
    current = _current_stage(stages, logged, progress)
    due = {step.stage: step.state for step in progress.procedure} if issue.basis != "press" else {}
    for stage in stages:
        yield _timeline_step(edition, stage, logged, current, due.get(stage.id, ""), from_press=issue.basis == "press")


def _logged_stages(edition: PageContext, issue: Issue) -> list[str]:
    return [entry.stage for entry in select_past_entries(issue.log, edition.as_of)]


def _current_stage(stages: list[Stage], logged: list[str], progress: Progress) -> str:
    """The stage that an open issue is at: the last of the method's stages in the log."""
    names = {stage.id for stage in stages}
    return next((name for name in reversed(logged) if name in names), "") if progress.is_open else ""


def _timeline_step(edition: PageContext, stage: Stage, logged: list[str], current: str, due: str, *,
                   from_press: bool) -> TimelineStep:
    name = localize_stage(edition, stage)
    if stage.id == current:
        return TimelineStep(name, "current", edition.text("now here"))
    if due == "out_of_order":
        return TimelineStep(name, "out_of_order", edition.text("recorded, but not in its order"))
    if stage.id in logged:
        return TimelineStep(name, "reached", edition.text("recorded"))
    if due == "missing":
        return TimelineStep(name, "missing", edition.text("required, not recorded"))
    if any(word in logged and stage.core == (phase,) for word, phase in _PHASE_OF_RESERVED_STAGE.items()):
        return TimelineStep(name, "reached", edition.text("recorded"))
    return TimelineStep(name, "ahead", edition.text("not reported") if from_press else edition.text("no entry"))


def describe_procedure(edition: PageContext, issue: Issue, progress: Progress) -> str:
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


def list_log_entries(edition: PageContext, issue: Issue) -> Iterator[DatedEntry]:
    names = localize_stages(edition, issue)
    counted = {id(entry) for entry in select_past_entries(issue.log, edition.as_of)}
    for entry in issue.log:
        yield _log_entry(edition, entry, names, later=id(entry) not in counted)


def _log_entry(edition: PageContext, entry: LogEntry, names: dict[str, LocalizedText], *, later: bool) -> DatedEntry:
    return DatedEntry(edition.language.when(entry.date), entry.date.exact.isoformat() if entry.date.exact else "",
                      names.get(entry.stage, LocalizedText("")),
                      edition.label("stakeholder", entry.by) if entry.by else "",
                      entry.text, is_future=later)


def localize_stages(edition: PageContext, issue: Issue) -> dict[str, LocalizedText]:
    """What an entry's stage is called: the reserved words, and the verified stages of the issue's method."""
    reserved = edition.library.vocabulary.terms["reserved_stage"]
    names = {key: LocalizedText(edition.label("reserved_stage", key)) for key in reserved}
    method = find_method(edition, issue)
    for stage in method[1].stages if method else ():
        if stage.verified:
            names[stage.id] = localize_stage(edition, stage)
    return names


# --- did it last ------------------------------------------------------------------------------------------------------


def describe_result(edition: PageContext, listing: ListItem, progress: Progress) -> str:
    """Where the issue stands, in a sentence or two; `listing`: what lists show of it."""
    return join_sentences(edition, _result_sentences(edition, listing, progress))


def _result_sentences(edition: PageContext, listing: ListItem, progress: Progress) -> Iterator[str]:
    text = edition.text
    if progress.status == "resolved":
        yield _describe_resolved(edition, progress)
        yield _describe_lasting(edition, listing, progress)
    elif progress.status == "closed":
        yield _describe_closed(edition, listing)
    elif progress.status == "unknown":
        yield text("The outcome was not reported.")
    else:
        yield _describe_open_when_reported(edition, progress) if listing.from_press else _describe_open(edition,
                                                                                                        progress)
    if progress.is_overdue and listing.due:
        yield text("The promised day, {day}, has passed.", day=edition.language.day(listing.due))
    if progress.is_stale:
        yield text("Nothing has been recorded for more than {stale_days} days.", **THRESHOLDS)


def _describe_open(edition: PageContext, progress: Progress) -> str:
    if progress.ladder == "relapsed":
        return edition.text("It had been resolved, but the problem came back; work continues.")
    if progress.status == "new":
        return edition.text("Raised; no step has been taken yet.")
    return edition.text("Work continues.")


def _describe_open_when_reported(edition: PageContext, progress: Progress) -> str:
    """The same of what is known only from a report: it was so then, and nobody has told of it since."""
    if progress.ladder == "relapsed":
        return edition.text("The problem had come back when it was reported; the outcome is not known.")
    if progress.status == "new":
        return edition.text("It had just been raised when it was reported; the outcome is not known.")
    return edition.text("Work was under way when it was reported; the outcome is not known.")


def _describe_closed(edition: PageContext, listing: ListItem) -> str:
    if not listing.close_reason:
        return edition.text("Closed without a solution.")
    reason = edition.label("close_reason", listing.close_reason)
    return edition.text("Closed without a solution: {reason}.", reason=reason)


def _describe_resolved(edition: PageContext, progress: Progress) -> str:
    if progress.resolved_date is None or progress.resolved_date.day is None:
        return edition.text("Resolved; the date is not known.")
    when = edition.language.when(progress.resolved_date)
    if progress.days_to_resolve is None:
        return edition.text("Resolved {when}.", when=when)
    return edition.plural("Resolved {when}, {n} day after it was raised.",
                          "Resolved {when}, {n} days after it was raised.", progress.days_to_resolve, when=when)


def _describe_lasting(edition: PageContext, listing: ListItem, progress: Progress) -> str:
    text = edition.text
    if listing.from_press and progress.ladder == "done":
        return text("The report does not say whether it lasts.")
    said = {
        "lasting": text("It has lasted: a follow-up long enough afterwards found that it holds."),
        "confirmed": text("A follow-up found that the result holds; whether it lasts is not known yet."),
        "relapsed": text("The latest follow-up found that it no longer works."),
        "done": text("Whether it lasts has not been confirmed by a follow-up yet."),
    }.get(progress.ladder or "", "")
    if listing.from_press or progress.followup_due is None or progress.ladder not in ("done", "confirmed"):
        return said
    due = edition.language.day(progress.followup_due)
    if progress.followup_due < edition.as_of and progress.ladder == "done":
        return join_sentences(edition, (said, text("One was due on {day}.", day=due)))
    return join_sentences(edition, (said, text("The next is due on {day}.", day=due)))
