"""Checks of a linked record: one function per rule, stated in its docstring."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from difflib import get_close_matches

from ..core.traditional import CONVERSION_SOURCES, has_converter
from ..model.colours import MIN_CONTRAST, find_colour_faults
from ..model.dates import list_time_zones
from ..model.keys import list_texts
from ..model.paths import get_kind_at
from ..model.problems import Finding, KeyPath, Severity
from ..model.records import Issue, LogEntry, Method, Record, Site, Withdrawal
from ..model.repositories import resolve_repository
from ..model.vocabulary import encode_bilingual, get_built_in_vocabulary
from .closings import select_past_entries, trace_closings
from .link_context import LinkContext


def check_issue(path: str, issue: Issue, method: Method, as_of: date) -> Iterator[Finding]:
    """All rules for the log and dates of one issue handled by `method`."""
    for rule in (_check_log_order, _check_resolved_after_raised, _check_closings):
        for keys, code, level, values in rule(issue):
            yield Finding(path, keys, code, tuple(values.items()), level=level)
    yield from _check_close_reason(path, issue, as_of)
    yield from _check_future_dates(path, issue, as_of)
    yield from _check_closing_result(path, issue, method)


def check_translated_texts(path: str, record: Record) -> Iterator[Finding]:
    """A translation names texts that the record holds; those of the site are for all its records."""
    if isinstance(record, Site) or not any(one.texts for one in record.translations.values()):
        return
    texts = set(list_texts(record))
    for tag, translation in record.translations.items():
        for text in translation.texts:
            if text not in texts:
                yield Finding(path, ("translations", tag, "texts", text), "translated_text_unknown",
                              suggestion="".join(get_close_matches(text, texts, n=1)), level="warning")


def check_site(site: Site) -> Iterator[Finding]:
    """Languages are listed once, the first is one in which records are written, and the time zone exists."""
    if len(set(site.languages)) < len(site.languages):
        yield Finding("site", ("languages",), "bad_languages", (("found", ", ".join(site.languages)),))
    if site.languages[0] in CONVERSION_SOURCES:
        yield Finding("site", ("languages",), "converted_first", (("found", site.languages[0]),))
    elif (converted := CONVERSION_SOURCES.keys() & set(site.languages)) and not has_converter():
        yield Finding("site", ("languages",), "no_converter", (("found", min(converted)),))
    if site.timezone not in list_time_zones():
        yield Finding("site", ("timezone",), "bad_timezone", (("found", f"'{site.timezone}'"),))
    if site.look:
        for fault in find_colour_faults(site.look.accent, site.look.paper):
            contrast = f"{int(fault.contrast * 100) / 100:.2f}"  # never rounded up to what suffices
            values = (("found", fault.colour), ("beside", fault.beside), ("contrast", contrast),
                      ("least", str(MIN_CONTRAST)), ("allowed", fault.nearest))
            yield Finding("site", ("look", fault.key), "low_contrast", values, level="warning")
    if site.repository and not resolve_repository(site.repository):
        yield Finding("site", ("repository",), "repository_unclear", level="warning")


def check_cycles(references: Mapping[str, Iterable[tuple[str, str]]]) -> Iterator[Finding]:
    """`derived_from` and `duplicate_of` form no cycles; `references`: record → (target, `KIND.KEY`)."""
    for key in ("derived_from", "duplicate_of"):
        target_of = {path: target for path, targets in references.items() for target, reference_key in targets
                     if reference_key == f"issue.{key}"}
        for path in target_of:
            chain = [path]
            while (target := target_of.get(chain[-1])) and target not in chain:
                chain.append(target)
            if target == path and len(chain) > 1:
                yield Finding(path, (key,), "cycle", (("found", " → ".join((*chain, path))),))


def check_duplicate_originals(references: Mapping[str, Iterable[tuple[str, str]]], issues: Mapping[str, Issue],
                              as_of: date) -> Iterator[Finding]:
    """A duplicate of an issue that is not counted is counted itself (§6.1.11); `references`: record → (target,
    `KIND.KEY`)."""
    for path, targets in references.items():
        for target, key in targets:
            if key == "issue.duplicate_of" and not is_counted_original(issues[target], as_of):
                yield create_repeats_uncounted(path, target)


def is_counted_original(original: Issue, as_of: date) -> bool:
    """Whether duplicates of a published issue are not counted: the issue is no draft and was not raised after the day
    of the report (§6.1.11)."""
    return not original.draft and not original.raised.is_after(as_of)


def create_repeats_uncounted(path: str, original: str) -> Finding:
    """The warning for a duplicate of an issue that is not counted."""
    return Finding(path, ("duplicate_of",), "repeats_uncounted", (("found", f"'{original}'"),), level="warning")


def check_withdrawals(withdrawn: Mapping[str, Withdrawal], context: LinkContext) -> Iterator[Finding]:
    """A withdrawal names a record with its own page, only once, and the file of the record is gone."""
    seen: set[str] = set()
    for path, withdrawal in withdrawn.items():
        values = (("found", f"'{withdrawal.path}'"),)
        if not get_kind_at(withdrawal.path):
            yield Finding(path, ("path",), "withdrawn_no_record", values)
        elif any(withdrawal.path in paths
                 for paths in (context.records, context.withheld.invalid, context.withheld.drafts)):
            yield Finding(path, ("path",), "withdrawn_still_there", values)
        elif withdrawal.path in seen:
            yield Finding(path, ("path",), "withdrawn_twice", values)
        seen.add(withdrawal.path)


RuleFindings = Iterator[tuple[KeyPath, str, Severity, dict[str, str]]]
"""Key path, code, level and values of a finding."""


def _check_log_order(issue: Issue) -> RuleFindings:
    """No entry is certainly earlier than an entry above it."""
    latest: LogEntry | None = None
    for number, entry in enumerate(issue.log):
        latest_start = latest.date.earliest if latest else None
        if latest and latest_start and entry.date.latest and entry.date.latest < latest_start:
            yield ("log", number), "log_out_of_order", "error", {"found": str(entry.date), "allowed": str(latest.date)}
        if entry.date.earliest and (latest_start is None or entry.date.earliest > latest_start):
            latest = entry


def _check_resolved_after_raised(issue: Issue) -> RuleFindings:
    """No issue is certainly resolved before it was raised."""
    raised = issue.raised.earliest
    for number, entry in enumerate(issue.log):
        if raised and entry.stage == "resolved" and entry.date.latest and entry.date.latest < raised:
            values = {"found": str(entry.date), "allowed": str(issue.raised)}
            yield ("log", number), "resolved_before_raised", "error", values


def _check_closings(issue: Issue) -> RuleFindings:
    """A second `resolved` requires another ending or a reopening before it, and a reopening requires a closing."""
    for number, code in trace_closings(issue.log).ignored.items():
        yield ("log", number), code, "warning", {}


def _check_close_reason(path: str, issue: Issue, as_of: date) -> Iterator[Finding]:
    """An issue closed unsolved states its reason; a resolved one has none.

    What is planned after the day of the report is only warned of, so that no build fails because of it.
    """
    now, planned = (trace_closings(log).status for log in (select_past_entries(issue.log, as_of), issue.log))
    if "closed" in (now, planned) and issue.close_reason is None:
        values = (("key", encode_bilingual("未解决原因", "close_reason")),
                  ("allowed", get_built_in_vocabulary().allowed("close_reason")))
        yield Finding(path, (), "close_reason_missing", values, level="error" if now == "closed" else "warning")
    if now == planned == "resolved" and issue.close_reason is not None:
        yield Finding(path, ("close_reason",), "close_reason_unused", level="warning")


def _check_closing_result(path: str, issue: Issue, method: Method) -> Iterator[Finding]:
    """A stage that only closes leaves the issue open until an entry states the result."""
    closing = {stage.id for stage in method.stages if stage.core == ("close",)}
    if any(entry.stage in _RESULT_STAGES for entry in issue.log):
        return
    for number, entry in enumerate(issue.log):
        if entry.stage in closing:
            yield Finding(path, ("log", number), "closed_without_result", level="warning")


_RESULT_STAGES = ("resolved", "closed", "not_reported")


def _check_future_dates(path: str, issue: Issue, as_of: date) -> Iterator[Finding]:
    """Entries dated after the day of the report are shown, but not counted yet."""
    dates: dict[KeyPath, date | None] = {("raised",): issue.raised.earliest}
    dates |= {("log", n): entry.date.earliest for n, entry in enumerate(issue.log)}
    dates |= {("followups", n): followup.date for n, followup in enumerate(issue.followups)}
    for keys, day in dates.items():
        if day and day > as_of:
            values = (("found", str(day)), ("allowed", str(as_of)))
            yield Finding(path, keys, "after_as_of", values, level="warning")
