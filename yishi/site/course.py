"""An issue's course: its stages, its log, and in words where it stands and whether its result lasts."""

from collections.abc import Iterator

from msgspec import Struct

from ..analysis.briefs import Listing
from ..analysis.progress import Progress, happened
from ..model.records import Issue, LogEntry, Stage
from ..model.thresholds import THRESHOLDS
from .edition import Edition, Words, method_of, sentences, stage_name
from .record import Entry

_STAND_FOR = {"raised": "raise", "resolved": "close"}
"""Words of a log that hold in every method → the phase whose stage they stand for, where it has one of its own."""


class Step(Struct, frozen=True):
    """A stage on the bar: `state` is reached, current, missing, out_of_order or ahead; `said` is that in words."""

    name: Words
    state: str
    said: str


def steps_of(edition: Edition, issue: Issue, progress: Progress) -> Iterator[Step]:
    """The method's verified stages. What is known only from the press is never called missing."""
    found = method_of(edition, issue)
    stages = [stage for stage in found[1].stages if stage.verified] if found else []
    logged = _happened(edition, issue)
    current = _current(stages, logged, progress)
    due = {step.stage: step.state for step in progress.procedure} if issue.basis != "press" else {}
    for stage in stages:
        yield _step(edition, stage, logged, current, due.get(stage.id, ""), from_press=issue.basis == "press")


def _happened(edition: Edition, issue: Issue) -> list[str]:
    return [entry.stage for entry in happened(issue.log, edition.as_of)]


def _current(stages: list[Stage], logged: list[str], progress: Progress) -> str:
    """The stage that an open issue is at: the last of the method's stages in the log."""
    names = {stage.id for stage in stages}
    return next((name for name in reversed(logged) if name in names), "") if progress.open else ""


def _step(edition: Edition, stage: Stage, logged: list[str], current: str, due: str, *, from_press: bool) -> Step:
    name = stage_name(edition, stage)
    if stage.id == current:
        return Step(name, "current", edition.text("now here"))
    if due == "out_of_order":
        return Step(name, "out_of_order", edition.text("recorded, but not in its order"))
    if stage.id in logged:
        return Step(name, "reached", edition.text("recorded"))
    if due == "missing":
        return Step(name, "missing", edition.text("required, not recorded"))
    if any(word in logged and stage.core == (phase,) for word, phase in _STAND_FOR.items()):
        return Step(name, "reached", edition.text("recorded"))
    return Step(name, "ahead", edition.text("not reported") if from_press else edition.text("no entry"))


def procedure_in_words(edition: Edition, issue: Issue, progress: Progress) -> str:
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


def log_of(edition: Edition, issue: Issue) -> Iterator[Entry]:
    names = stage_names(edition, issue)
    counted = {id(entry) for entry in happened(issue.log, edition.as_of)}
    for entry in issue.log:
        yield _entry(edition, entry, names, later=id(entry) not in counted)


def _entry(edition: Edition, entry: LogEntry, names: dict[str, Words], *, later: bool) -> Entry:
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


# --- did it last ------------------------------------------------------------------------------------------------------


def result_in_words(edition: Edition, listing: Listing, progress: Progress) -> str:
    """Where the issue stands, in a sentence or two; `listing`: what lists show of it."""
    return sentences(edition, _result(edition, listing, progress))


def _result(edition: Edition, listing: Listing, progress: Progress) -> Iterator[str]:
    text = edition.text
    if progress.status == "resolved":
        yield _resolved(edition, progress)
        yield _lasts(edition, listing, progress)
    elif progress.status == "closed":
        yield _closed(edition, listing)
    elif progress.status == "unknown":
        yield text("What came of it was not reported.")
    else:
        yield _open_when_reported(edition, progress) if listing.press else _open(edition, progress)
    if progress.overdue and listing.due:
        yield text("The promised day, {day}, has passed.", day=edition.language.day(listing.due))
    if progress.stale:
        yield text("Nothing has been recorded for more than {stale_days} days.", **THRESHOLDS)


def _open(edition: Edition, progress: Progress) -> str:
    if progress.ladder == "relapsed":
        return edition.text("It was thought settled, but the problem came back; work goes on.")
    if progress.status == "new":
        return edition.text("Raised; no step has been taken yet.")
    return edition.text("Work goes on.")


def _open_when_reported(edition: Edition, progress: Progress) -> str:
    """The same of what is known only from a report: it was so then, and nobody has told of it since."""
    if progress.ladder == "relapsed":
        return edition.text("When it was reported the problem had come back; what came of it since is not known.")
    if progress.status == "new":
        return edition.text("When it was reported it had been raised; what came of it since is not known.")
    return edition.text("When it was reported work was going on; what came of it since is not known.")


def _closed(edition: Edition, listing: Listing) -> str:
    if not listing.close_reason:
        return edition.text("Closed without a solution.")
    reason = edition.label("close_reason", listing.close_reason)
    return edition.text("Closed without a solution: {reason}.", reason=reason)


def _resolved(edition: Edition, progress: Progress) -> str:
    if progress.resolved is None or progress.resolved.day is None:
        return edition.text("Resolved; the date is not known.")
    when = edition.language.when(progress.resolved)
    if progress.days_to_resolve is None:
        return edition.text("Resolved {when}.", when=when)
    return edition.plural("Resolved {when}, {n} day after it was raised.",
                          "Resolved {when}, {n} days after it was raised.", progress.days_to_resolve, when=when)


def _lasts(edition: Edition, listing: Listing, progress: Progress) -> str:
    text = edition.text
    if listing.press and progress.ladder == "done":
        return text("The report does not say whether it lasts.")
    said = {
        "lasting": text("It has lasted: a follow-up long enough afterwards found that it holds."),
        "confirmed": text("A follow-up found that it holds; whether it lasts is still to be seen."),
        "relapsed": text("The latest follow-up found that it no longer works."),
        "done": text("Whether it lasts has not been confirmed by a follow-up yet."),
    }.get(progress.ladder or "", "")
    if listing.press or progress.followup_due is None or progress.ladder not in ("done", "confirmed"):
        return said
    due = edition.language.day(progress.followup_due)
    if progress.followup_due < edition.as_of and progress.ladder == "done":
        return sentences(edition, (said, text("One was due on {day}.", day=due)))
    return sentences(edition, (said, text("The next is due on {day}.", day=due)))
