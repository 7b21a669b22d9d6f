"""What is due, of the whole site and of every place: by kind, then by day."""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from ...analysis.obligations import OBLIGATION_KINDS, Obligation
from ...core.outputs import Output, OutputPlan
from ...model.thresholds import THRESHOLDS
from ..download_links import link_calendar
from ..layout import build_breadcrumbs, build_page, join_place_path, plan_page
from ..page_context import Link, PageContext, link_to_record
from ..record_parts import format_stakeholder

MAX_PER_KIND = 100
"""So many obligations of one kind stand on one page."""


class ObligationView(Struct, frozen=True):
    """One thing that is due. `what` is the action or recommendation as written; `who` None: not recorded."""

    record: Link
    task: str
    due_text: str
    day: str
    responsible: Link | None
    place: Link | None


class ObligationGroup(Struct, frozen=True):
    """What is due of one kind, the longest due first."""

    key: str
    label: str
    meaning: str
    number: str
    obligations: tuple[ObligationView, ...]
    truncation_note: str


class ObligationsView(Struct, frozen=True):
    """What is due at a place and below it, or on the whole site (`scope` None)."""

    scope: Link | None
    calendar: Link
    groups: tuple[ObligationGroup, ...]


def plan_obligation_pages(edition: PageContext) -> Iterator[OutputPlan]:
    """The page of what is due on the whole site, and for every place its own."""
    for place in ("", *edition.library.places):
        yield plan_page(edition, join_place_path(place, "due/index.html"), build_obligations_page, place)


def build_obligations_page(edition: PageContext, place: str) -> Output:
    """The page of what is due at a place and below it ("" = on the whole site)."""
    scope, title = link_to_record(edition, place), edition.text("What is due")
    view = ObligationsView(scope, link_calendar(edition, place),
                           tuple(_obligation_groups(edition, edition.site_data.obligations.get(place) or ())))
    return build_page(edition, join_place_path(place, "due/index.html"), "pages/obligations.html",
                      edition.text("What is due in {place}", place=scope.text) if scope else title, view,
                      trail=build_breadcrumbs(edition, place, Link(title)) if scope else (Link(title),))


def _obligation_groups(edition: PageContext, found: Sequence[Obligation]) -> Iterator[ObligationGroup]:
    for kind, (label, meaning, _) in OBLIGATION_KINDS.items():
        of_kind = [one for one in found if one.kind == kind]
        if of_kind:
            yield ObligationGroup(kind, edition.text(label), edition.text(meaning, **THRESHOLDS),
                                  edition.number(len(of_kind)),
                                  tuple(_obligation_view(edition, one) for one in of_kind[:MAX_PER_KIND]),
                                  _truncation_note(edition, len(of_kind)))


def _truncation_note(edition: PageContext, number: int) -> str:
    if number <= MAX_PER_KIND:
        return ""
    return edition.text("The {shown} that have been due longest are shown here; the others are on the pages of the "
                        "places.",
                        shown=edition.number(MAX_PER_KIND))


def _obligation_view(edition: PageContext, one: Obligation) -> ObligationView:
    day = edition.language.day(one.due_on) if one.due_on else ""
    return ObligationView(
        link_to_record(edition, one.record) or Link(one.record), one.task,
        edition.text(OBLIGATION_KINDS[one.kind][2], day=day) if one.due_on else edition.text("no day has been set"),
        one.due_on.isoformat() if one.due_on else "",
        format_stakeholder(edition, one.responsible) if one.responsible else None,
        link_to_record(edition, one.place),
    )
