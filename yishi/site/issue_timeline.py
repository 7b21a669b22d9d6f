"""An issue's timeline: its stages, its log, its status in words, and whether its result lasts."""

from collections.abc import Iterator, Mapping

from ..analysis.progress import Progress
from ..analysis.summaries import ListItem
from ..library.closings import select_past_entries
from ..model.records import Issue, LogEntry, Stage
from ..model.thresholds import THRESHOLDS
from .page_context import LocalizedText, Mark, PageContext, find_method, join_sentences, localize_label, localize_text
from .record_parts import DatedEntry, build_entry

_PHASE_OF_RESERVED_STAGE = {"raised": "raise", "resolved": "close"}
"""Reserved word in a log → the phase whose own stage it also marks as reached."""


TimelineStep = tuple[LocalizedText, Mark]
"""A stage of the timeline: its name, and its state (reached, current, missing, out_of_order or ahead)."""


def build_timeline(context: PageContext, issue: Issue, progress: Progress) -> Iterator[TimelineStep]:
    """The method's verified stages; an issue from the press cannot be judged, so none is called missing."""
    method = find_method(context, issue)
    stages = [stage for stage in method[1].stages if stage.verified] if method else []
    logged = [entry.stage for entry in select_past_entries(issue.log, context.as_of)]
    current = _current_stage(stages, logged, progress)
    due = progress.procedure if not issue.from_press else {}
    for stage in stages:
        state = _stage_state(context, stage, logged, current, due.get(stage.id, ""), from_press=issue.from_press)
        yield localize_label(context, stage), state or _mark_ahead(context, stage, issue, progress)


def _current_stage(stages: list[Stage], logged: list[str], progress: Progress) -> str:
    """The current stage of an open issue: the latest stage in the log that the method has, else ""."""
    names = {stage.id for stage in stages}
    return next((name for name in reversed(logged) if name in names), "") if progress.is_open else ""


def _stage_state(context: PageContext, stage: Stage, logged: list[str], current: str, due: str, *,
                 from_press: bool) -> Mark | None:
    if stage.id == current:
        return Mark("current", context.text("now here"))
    if due == "out_of_order":
        return Mark("out_of_order", context.text("recorded, but not in its order"))
    if stage.id in logged:
        return Mark("reached", context.text("recorded"))
    if due == "missing":
        return Mark("missing", context.text("required, not recorded"))
    if any(word in logged and stage.core == (phase,) for word, phase in _PHASE_OF_RESERVED_STAGE.items()):
        return Mark("reached", context.text("recorded"))
    return None


def _mark_ahead(context: PageContext, stage: Stage, issue: Issue, progress: Progress) -> Mark:
    """Why a stage that is not due has no entry: a required one lies ahead, or the issue was closed before it."""
    if issue.from_press:
        return Mark("ahead", context.text("not reported"))
    if stage.required and progress.status == "closed":
        return Mark("ahead", context.text("not reached before it was closed"))
    is_to_come = stage.required and progress.is_open
    return Mark("ahead", context.text("still to come") if is_to_come else context.text("no entry"))


def describe_procedure(context: PageContext, issue: Issue, progress: Progress) -> str:
    """Say whether all required stages have entries in order; "" if the procedure is not judged."""
    if issue.from_press or not progress.procedure:
        return ""
    states = [*progress.procedure.values()]
    if missing := states.count("missing"):
        return context.plural("{n} required stage that is due has no entry.",
                              "{n} required stages that are due have no entry.", missing)
    if "out_of_order" in states:
        return context.text("Every required stage that is due has an entry, but not in the order that the way of "
                            "working gives.")
    return context.text("Every required stage that is due has an entry, in its order.")


def list_log_entries(context: PageContext, issue: Issue) -> Iterator[DatedEntry]:
    """The entries of the issue's log as written; those after the day of the report are marked as future."""
    names = localize_stages(context, issue)
    counted = {id(entry) for entry in select_past_entries(issue.log, context.as_of)}
    for entry in issue.log:
        yield build_log_entry(context, issue, entry, names, is_future=id(entry) not in counted)


def build_log_entry(context: PageContext, issue: Issue, entry: LogEntry, names: Mapping[str, LocalizedText], *,
                    is_future: bool = False) -> DatedEntry:
    """An entry of the log of `issue`; `names`: those of the stages of the issue."""
    return build_entry(context, entry.date, localize_text(context, issue, entry.text),
                       heading=names.get(entry.stage, LocalizedText("")), author=entry.by, is_future=is_future)


def localize_stages(context: PageContext, issue: Issue) -> dict[str, LocalizedText]:
    """The names of log entries: the reserved words, and the verified stages of the issue's method."""
    reserved = context.library.vocabulary.terms["reserved_stage"]
    names = {key: LocalizedText(context.label("reserved_stage", key)) for key in reserved}
    method = find_method(context, issue)
    for stage in method[1].stages if method else ():
        if stage.verified:
            names[stage.id] = localize_label(context, stage)
    return names


# --- result and follow-up ---------------------------------------------------------------------------------------------


def describe_result(context: PageContext, item: ListItem, progress: Progress) -> str:
    """Describe the result of an issue in one or two sentences; `item`: its entry in lists."""
    return join_sentences(context, _result_sentences(context, item, progress))


def _result_sentences(context: PageContext, item: ListItem, progress: Progress) -> Iterator[str]:
    text = context.text
    if progress.status == "resolved":
        yield _describe_resolved(context, progress)
        yield _describe_lasting(context, item, progress)
    elif progress.status == "closed":
        yield _describe_closed(context, item)
    elif progress.status == "unknown":
        yield text("The outcome was not reported.")
    else:
        yield _describe_open_when_reported(context, progress) if item.from_press else _describe_open(context, progress)
    if progress.is_overdue and item.due:
        yield text("The promised day, {day}, has passed.", day=context.language.day(item.due))
    if progress.is_stale:
        yield _describe_last_step(context, item)


def _describe_last_step(context: PageContext, item: ListItem) -> str:
    """Since when nothing has been recorded: a day never grows too small, as a number of days would."""
    if not item.last_step_date.day:
        return context.text("Nothing has been recorded for more than {stale_days} days.", **THRESHOLDS)
    return context.text("The last entry is dated {day}; nothing has been recorded since.",
                        day=context.language.when(item.last_step_date))


def _describe_open(context: PageContext, progress: Progress) -> str:
    if progress.is_stale and progress.status == "in_progress":
        return context.text("Not resolved yet.")
    if progress.ladder == "relapsed":
        return context.text("It had been resolved, but the problem came back; work continues.")
    if progress.status == "new":
        return context.text("Raised; no step has been taken yet.")
    return context.text("Work continues.")


def _describe_open_when_reported(context: PageContext, progress: Progress) -> str:
    """Describe an open issue known only from a report: its status was true when reported and may have changed since."""
    if progress.ladder == "relapsed":
        return context.text("The problem had come back when it was reported; the outcome is not known.")
    if progress.status == "new":
        return context.text("It had just been raised when it was reported; the outcome is not known.")
    return context.text("Work was under way when it was reported; the outcome is not known.")


def _describe_closed(context: PageContext, item: ListItem) -> str:
    if not item.close_reason:
        return context.text("Closed without a solution.")
    reason = context.label("close_reason", item.close_reason)
    return context.text("Closed without a solution: {reason}.", reason=reason)


def _describe_resolved(context: PageContext, progress: Progress) -> str:
    if progress.resolved_date is None or progress.resolved_date.day is None:
        return context.text("Resolved; the date is not known.")
    when = context.language.when(progress.resolved_date)
    if progress.days_to_resolve is None:
        return context.text("Resolved {when}.", when=when)
    return context.plural("Resolved {when}, {n} day after it was raised.",
                          "Resolved {when}, {n} days after it was raised.", progress.days_to_resolve, when=when)


def _describe_lasting(context: PageContext, item: ListItem, progress: Progress) -> str:
    text = context.text
    if item.from_press and progress.ladder == "done":
        return text("The report does not say whether it lasts.")
    sentence = {
        "lasting": text("It has lasted: a follow-up long enough afterwards found that it holds."),
        "confirmed": text("A follow-up found that the result holds; whether it lasts is not known yet."),
        "relapsed": text("The latest follow-up found that it no longer works."),
        "done": text("Whether it lasts has not been confirmed by a follow-up yet."),
    }.get(progress.ladder or "", "")
    if item.from_press or progress.followup_due is None or progress.ladder not in ("done", "confirmed"):
        return sentence
    due = context.language.day(progress.followup_due)
    if progress.followup_due < context.as_of and progress.ladder == "done":
        return join_sentences(context, (sentence, text("One was due on {day}.", day=due)))
    return join_sentences(context, (sentence, text("The next is due on {day}.", day=due)))
