"""Recent changes by week, all corrections, and withdrawn records."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import groupby

from msgspec import Struct

from ...content.change_log import RecordChangeEntry
from ...core.dependencies import ONLY_KEY
from ...core.outputs import Output
from ...model.paths import KIND_IN, get_folder_name, get_place_of, get_record_url
from ...model.records import Correction, Withdrawal
from ..layout import CHANGES_PAGE, build_page
from ..page_context import Link, LocalizedText, PageContext, Section, link_to_record, localize_text
from ..record_parts import CHANGE_LABELS, DatedEntry, Reply, build_entry, list_corrections

EntryOfRecord = tuple[Link, DatedEntry]
"""A record, and what happened to it on a day."""


class ChangeGroup(Struct, frozen=True):
    """What happened on a day to several records of a place (None: of none), each with the word for its kind."""

    entry: DatedEntry
    place: Link | None
    records: tuple[tuple[str, Link], ...]


def build_changes_page(context: PageContext) -> Output:
    """The page of recent changes: the latest ones of all records, by week."""
    title = context.text("What was changed")
    return build_page(context, CHANGES_PAGE, "pages/changes.html", title, tuple(_weeks_of_changes(context)),
                      trail=(Link(title),))


def _weeks_of_changes(context: PageContext) -> Iterator[Section[ChangeGroup]]:
    recent_changes = context.site_data.recent_changes[ONLY_KEY]
    for monday, several in groupby(recent_changes, lambda change: change[1].day - timedelta(change[1].day.weekday())):
        if groups := _group_changes(context, several):
            yield Section(context.text("Week of {day}", day=context.language.day(monday)), groups)


def _group_changes(context: PageContext, changes: Iterable[tuple[str, RecordChangeEntry]]) -> tuple[ChangeGroup, ...]:
    """Changes put together where day, kind, place and text are the same, in the order of the first ones."""
    told = {(path, one.date): one for path, one in context.site_data.corrections[ONLY_KEY]}
    records_of: defaultdict[tuple[DatedEntry, str], dict[str, Link]] = defaultdict(dict)
    for path, change in changes:
        if record := link_to_record(context, path):
            place = path if path in context.library.places else get_place_of(path)
            entry = _change_entry(context, path, change, told.get((path, change.day)))
            records_of[entry, place][path] = record
    return tuple(ChangeGroup(entry, link_to_record(context, place or None),
                             tuple((_kind_label(context, path), record) for path, record in records.items()))
                 for (entry, place), records in records_of.items())


def _kind_label(context: PageContext, path: str) -> str:
    return context.label("record_kind", KIND_IN.get(get_folder_name(path), "place"))


def _change_entry(context: PageContext, path: str, change: RecordChangeEntry,
                  correction: Correction | None) -> DatedEntry:
    """The kind of a change, and as the text its reason, else what the record says of its correction on that day."""
    record = context.library.record(path) or context.library.site
    reason = localize_text(context, record, change.reason or (correction.what if correction else ""))
    return build_entry(context, change.day, reason, heading=LocalizedText(context.text(CHANGE_LABELS[change.kind])))


# --- corrections and withdrawals --------------------------------------------------------------------------------------


class CorrectionsView(Struct, frozen=True):
    """The corrections of all records, and the withdrawals, the newest first."""

    corrections: tuple[EntryOfRecord, ...]
    withdrawn: tuple[EntryOfRecord, ...]
    more_text: str


MAX_CORRECTIONS = 500
"""Maximum number of corrections on the page."""


def build_corrections_page(context: PageContext) -> Output:
    """The page of all corrections and withdrawals."""
    title = context.text("Corrections")
    every = context.site_data.corrections[ONLY_KEY]
    withdrawn = sorted(context.library.withdrawn.values(),
                       key=lambda withdrawal: (-withdrawal.date.toordinal(), withdrawal.path))
    over = len(every) - MAX_CORRECTIONS
    view = CorrectionsView(
        tuple(_corrected_record(context, path, correction) for path, correction in every[:MAX_CORRECTIONS]),
        tuple((Link(withdrawal.path, get_record_url(withdrawal.path)), _withdrawal_entry(context, withdrawal))
              for withdrawal in withdrawn),
        context.plural("and {n} earlier correction", "and {n} earlier corrections", over) if over > 0 else "")
    return build_page(context, "corrections/index.html", "pages/corrections.html", title, view, trail=(Link(title),))


def _corrected_record(context: PageContext, path: str, correction: Correction) -> EntryOfRecord:
    record = context.library.record(path) or context.library.site
    return link_to_record(context, path) or Link(path), next(list_corrections(context, record, [correction]))


def _withdrawal_entry(context: PageContext, withdrawal: Withdrawal) -> DatedEntry:
    """The day and the reason of a withdrawal; nothing else of the record is published."""
    return build_entry(context, withdrawal.date, LocalizedText(""),
                       reply=Reply(context.text("Why:"), localize_text(context, withdrawal, withdrawal.why)))


def build_withdrawal_page(context: PageContext, path: str) -> Output:
    """The notice that a record was withdrawn; it repeats nothing of the record's content."""
    withdrawal = context.library.withdrawn[path]
    title = context.text("Withdrawn")
    return build_page(context, get_record_url(withdrawal.path), "pages/withdrawn.html", title,
                      _withdrawal_entry(context, withdrawal), trail=(Link(title),))
