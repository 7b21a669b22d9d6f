"""What was changed and set right: the last changes by week, all corrections, and what was withdrawn."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import groupby

from msgspec import Struct
from msgspec.structs import replace

from ..content.past import Change
from ..core.outputs import Output, Plan
from ..model.paths import url_of
from ..model.records import Correction, Withdrawal
from .edition import Edition, Link, link_to
from .record import SORTS
from .shell import CHANGES, planned, sheet


class Changed(Struct, frozen=True):
    """A record that was changed on a day, in words, and why."""

    day: str
    when: str
    record: Link
    said: str
    why: str


class Week(Struct, frozen=True):
    """The changes of one week."""

    name: str
    changes: tuple[Changed, ...]


class ChangesView(Struct, frozen=True):
    """The last changes of all records, by week."""

    weeks: tuple[Week, ...]


def change_page(edition: Edition) -> Output:
    """The page of the last changes of all records."""
    title = edition.text("What was changed")
    return sheet(edition, CHANGES, "pages/changes.html", title, ChangesView(tuple(_weeks(edition))),
                 trail=(Link(title),))


def _weeks(edition: Edition) -> Iterator[Week]:
    for monday, several in groupby(edition.book.recent[""], lambda one: _monday(one[1].day)):
        changes = tuple(changed for path, change in several if (changed := _changed(edition, path, change)))
        if changes:
            yield Week(edition.text("Week of {day}", day=edition.language.day(monday)), changes)


def _monday(day: date) -> date:
    return day - timedelta(day.weekday())


def _changed(edition: Edition, path: str, change: Change) -> Changed | None:
    record, day = link_to(edition, path), edition.language.day(change.day)
    if record is None:
        return None
    return Changed(change.day.isoformat(), day, record, edition.text(SORTS[change.sort]), change.why)


# --- corrections, and what was withdrawn ------------------------------------------------------------------------------


class Corrected(Struct, frozen=True):
    """What was corrected in a record, when, and why."""

    day: str
    when: str
    record: Link
    what: str
    why: str


class CorrectionsView(Struct, frozen=True):
    """What was corrected in all records, and what was withdrawn, the newest first."""

    corrections: tuple[Corrected, ...]
    withdrawn: tuple[Corrected, ...]
    more: str


CORRECTED = 500
"""So many corrections stand on the page of all."""


def correction_page(edition: Edition) -> Output:
    """The page of all corrections, and of what was withdrawn."""
    title, every = edition.text("Corrections"), edition.book.corrections[""]
    withdrawn = sorted(edition.library.withdrawn.values(), key=lambda one: (-one.date.toordinal(), one.path))
    over = len(every) - CORRECTED
    view = CorrectionsView(
        tuple(_corrected(edition, path, one) for path, one in every[:CORRECTED]),
        tuple(_notice(edition, one) for one in withdrawn),
        edition.plural("and {n} earlier correction", "and {n} earlier corrections", over) if over > 0 else "")
    return sheet(edition, "corrections/index.html", "pages/corrections.html", title, view, trail=(Link(title),))


def _corrected(edition: Edition, path: str, one: Correction) -> Corrected:
    return Corrected(one.date.isoformat(), edition.language.day(one.date), link_to(edition, path) or Link(path),
                     one.what, one.why or "")


def _notice(edition: Edition, one: Withdrawal) -> Corrected:
    """A record that was withdrawn: only its address is told, and why."""
    return Corrected(one.date.isoformat(), edition.language.day(one.date), Link(one.path, url_of(one.path)), "",
                     one.why)


def withdrawn_pages(edition: Edition) -> Iterator[Plan]:
    """What stands at the address of each record that was withdrawn."""
    for path, one in edition.library.withdrawn.items():
        yield replace(planned(edition, url_of(one.path), withdrawn_page, path), origin="withdrawn.yaml")


def withdrawn_page(edition: Edition, path: str) -> Output:
    """The notice that a record was withdrawn, without what it said."""
    one = edition.library.withdrawn[path]
    title = edition.text("Withdrawn")
    return sheet(edition, url_of(one.path), "pages/withdrawn.html", title, _notice(edition, one), trail=(Link(title),))
