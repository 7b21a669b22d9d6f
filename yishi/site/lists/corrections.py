"""Recent changes by week, all corrections, and withdrawn records."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import groupby

from msgspec import Struct
from msgspec.structs import replace

from ...content.change_log import RecordChangeEntry
from ...core.outputs import Output, OutputPlan
from ...model.paths import get_record_url
from ...model.records import Correction, Withdrawal
from ..layout import CHANGES_PAGE, build_page, plan_page
from ..page_context import Link, PageContext, link_to_record
from ..record_parts import CHANGE_LABELS


class RecordChangeView(Struct, frozen=True):
    """A record changed on a day: the change in words, and its reason."""

    day: str
    date_text: str
    record: Link
    change_label: str
    reason: str


class WeekOfChanges(Struct, frozen=True):
    """The changes of one week."""

    name: str
    changes: tuple[RecordChangeView, ...]


class ChangesView(Struct, frozen=True):
    """The latest changes of all records, by week."""

    weeks: tuple[WeekOfChanges, ...]


def build_changes_page(context: PageContext) -> Output:
    """Build the page of recent changes."""
    title = context.text("What was changed")
    return build_page(context, CHANGES_PAGE, "pages/changes.html", title,
                      ChangesView(tuple(_weeks_of_changes(context))), trail=(Link(title),))


def _weeks_of_changes(context: PageContext) -> Iterator[WeekOfChanges]:
    for monday, several in groupby(context.site_data.recent_changes[""], lambda one: _monday_of(one[1].day)):
        changes = tuple(changed for path, change in several if (changed := _record_change(context, path, change)))
        if changes:
            yield WeekOfChanges(context.text("Week of {day}", day=context.language.day(monday)), changes)


def _monday_of(day: date) -> date:
    return day - timedelta(day.weekday())


def _record_change(context: PageContext, path: str, change: RecordChangeEntry) -> RecordChangeView | None:
    record, day = link_to_record(context, path), context.language.day(change.day)
    if record is None:
        return None
    return RecordChangeView(change.day.isoformat(), day, record, context.text(CHANGE_LABELS[change.kind]),
                            change.reason)


# --- corrections and withdrawals --------------------------------------------------------------------------------------


class CorrectionView(Struct, frozen=True):
    """A correction of a record: what, when and why."""

    day: str
    date_text: str
    record: Link
    correction: str
    reason: str


class CorrectionsView(Struct, frozen=True):
    """The corrections of all records, and the withdrawals, the newest first."""

    corrections: tuple[CorrectionView, ...]
    withdrawn: tuple[CorrectionView, ...]
    more_text: str


MAX_CORRECTIONS = 500
"""Maximum number of corrections on the page."""


def build_corrections_page(context: PageContext) -> Output:
    """Build the page of all corrections and withdrawals."""
    title, every = context.text("Corrections"), context.site_data.corrections[""]
    withdrawn = sorted(context.library.withdrawn.values(), key=lambda one: (-one.date.toordinal(), one.path))
    over = len(every) - MAX_CORRECTIONS
    view = CorrectionsView(
        tuple(_correction_view(context, path, one) for path, one in every[:MAX_CORRECTIONS]),
        tuple(_withdrawal_notice(context, one) for one in withdrawn),
        context.plural("and {n} earlier correction", "and {n} earlier corrections", over) if over > 0 else "")
    return build_page(context, "corrections/index.html", "pages/corrections.html", title, view, trail=(Link(title),))


def _correction_view(context: PageContext, path: str, correction: Correction) -> CorrectionView:
    return CorrectionView(correction.date.isoformat(), context.language.day(correction.date),
                          link_to_record(context, path) or Link(path), correction.what, correction.why or "")


def _withdrawal_notice(context: PageContext, withdrawal: Withdrawal) -> CorrectionView:
    """A withdrawn record; only its address and the reason are published."""
    return CorrectionView(withdrawal.date.isoformat(), context.language.day(withdrawal.date),
                          Link(withdrawal.path, get_record_url(withdrawal.path)), "", withdrawal.why)


def plan_withdrawal_pages(context: PageContext) -> Iterator[OutputPlan]:
    """Yield the page at the address of each withdrawn record."""
    for path, withdrawal in context.library.withdrawn.items():
        yield replace(plan_page(context, get_record_url(withdrawal.path), build_withdrawal_page, path),
                      origin="withdrawn.yaml")


def build_withdrawal_page(context: PageContext, path: str) -> Output:
    """Build the notice that a record was withdrawn; it repeats nothing of the record's content."""
    withdrawal = context.library.withdrawn[path]
    title = context.text("Withdrawn")
    return build_page(context, get_record_url(withdrawal.path), "pages/withdrawn.html", title,
                      _withdrawal_notice(context, withdrawal), trail=(Link(title),))
