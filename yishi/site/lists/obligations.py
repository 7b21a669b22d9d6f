"""Obligations of the site and of each place: by kind, then by day."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta

from msgspec import Struct

from ...analysis.news import WEEK
from ...analysis.obligations import OBLIGATION_KINDS, Obligation, count_overdue
from ...analysis.progress import OPEN_STATUSES
from ...core.outputs import Output
from ...model.language import marked
from ...model.thresholds import THRESHOLDS
from ..download_links import link_calendar
from ..format_stat import is_due_unknown
from ..layout import build_breadcrumbs, build_page, join_place_path
from ..page_context import (
    Link,
    LocalizedText,
    PageContext,
    Section,
    join_sentences,
    link_to_record,
    list_communities,
    localize_text,
)
from ..record_parts import link_stakeholder
from .week import WeekEntry, list_ahead

MAX_PER_KIND = 100
"""Maximum number of obligations of one kind on a page."""

MONTH = timedelta(days=30)

LeadRow = tuple[Link, str, str]
"""Who leads, how many open issues, and how many of them are past their promised day."""


class ObligationView(Struct, frozen=True):
    """An obligation. `task`: the action or recommendation as written; `responsible`: None = not recorded."""

    record: Link
    task: LocalizedText
    due_text: str
    day: str
    responsible: Link | None
    place: Link | None


class ObligationsView(Struct, frozen=True):
    """The obligations of a place and those below it (`scope` None: of the whole site), by kind, longest due first.

    `places`: the communities, each with how much is overdue, of how much in all (`3 / 4`); `press_note`: how many
    issues are never called overdue ("" = all may be); `empty_text`: that nothing is due, or that it cannot be known,
    and whom to ask; `leads`: who leads the issues that are open, in the order of the vocabulary, then by name; `ahead`:
    what takes place or is due in the next seven, and in the next thirty days.
    """

    scope: Link | None
    calendar: Link
    places: tuple[tuple[Link, str], ...]
    groups: tuple[Section[ObligationView], ...]
    press_note: str
    empty_text: str
    leads: tuple[LeadRow, ...]
    ahead: tuple[Section[WeekEntry], ...]


def build_obligations_page(context: PageContext, place: str) -> Output:
    """The page of the obligations of a place and those below it ("" = the whole site)."""
    scope = link_to_record(context, place)
    title = context.text("What is due")
    view = ObligationsView(scope, link_calendar(context, place), tuple(_places_with_obligations(context, place)),
                           tuple(_obligation_groups(context, context.site_data.obligations.get(place) or ())),
                           _count_press_issues(context, place), _explain_nothing_due(context, place),
                           tuple(_open_issues_by_lead(context, place)), tuple(_sections_ahead(context, place)))
    return build_page(context, join_place_path(place, "due/index.html"), "pages/obligations.html",
                      context.text("What is due in {place}", place=scope.text) if scope else title, view,
                      trail=build_breadcrumbs(context, place, Link(title)))


def _sections_ahead(context: PageContext, place: str) -> Iterator[Section[WeekEntry]]:
    yield from list_ahead(context, place, "week", marked("In the next seven days"), timedelta(0), WEEK)
    yield from list_ahead(context, place, "month", marked("Later in the next thirty days"), WEEK, MONTH)


def _open_issues_by_lead(context: PageContext, place: str) -> Iterator[LeadRow]:
    of_status = context.record_lists.by_status_in.get(place) or {}
    items = [item for status in OPEN_STATUSES for path in of_status.get(status, ())
             if (item := context.site_data.list_items[path]).is_judged]
    open_issues = Counter(item.lead for item in items)
    overdue = Counter(item.lead for item in items if item.due and item.due < context.as_of)
    order = {key: number for number, key in enumerate(context.library.vocabulary.terms["stakeholder"])}
    for lead in sorted(open_issues, key=lambda one: (not one, order.get(one, len(order)), one)):
        name = link_stakeholder(context, context.library.site, lead) or Link(context.text("not recorded"))
        yield name, context.number(open_issues[lead]), context.number(overdue[lead])


def _count_press_issues(context: PageContext, place: str) -> str:
    number = len(context.record_lists.press_issues_in.get(place) or ())
    return context.plural("There is {n} such issue here.", "There are {n} such issues here.", number) if number else ""


def _explain_nothing_due(context: PageContext, place: str) -> str:
    if not is_due_unknown(context, place):
        return context.text("Nothing is due.")
    return join_sentences(context, (
        context.text("The reports do not say by when: what is due cannot be known."),
        context.text("Please turn to the residents' or village committee there.")))


def _places_with_obligations(context: PageContext, scope: str) -> Iterator[tuple[Link, str]]:
    """The communities with obligations, in the fixed order of places."""
    for place in list_communities(context, scope):
        obligations = context.site_data.obligations.get(place) or ()
        name = link_to_record(context, place)
        if obligations and name:
            overdue = context.number(count_overdue(obligations))
            yield (Link(name.text, f"{place}/due/index.html", name.lang),
                   f"{overdue} / {context.number(len(obligations))}")


def _obligation_groups(context: PageContext, obligations: Sequence[Obligation]) -> Iterator[Section[ObligationView]]:
    for kind, (label, meaning, _) in OBLIGATION_KINDS.items():
        of_kind = [obligation for obligation in obligations if obligation.kind == kind]
        if of_kind:
            truncated = context.text("The {shown} that have been due longest are shown here; the others are on the "
                                     "pages of the places.", shown=context.number(MAX_PER_KIND))
            yield Section(context.text(label),
                          tuple(_obligation_view(context, obligation) for obligation in of_kind[:MAX_PER_KIND]),
                          Link(context.number(len(of_kind))), kind,
                          (context.text(meaning, **THRESHOLDS), *((truncated,) if len(of_kind) > MAX_PER_KIND else ())))


def _obligation_view(context: PageContext, obligation: Obligation) -> ObligationView:
    day = context.language.day(obligation.due_on) if obligation.due_on else ""
    record = context.library.record(obligation.record) if obligation.task else None  # no issue is loaded for its lead
    writing = record or context.library.site
    return ObligationView(
        link_to_record(context, obligation.record) or Link(obligation.record),
        localize_text(context, writing, obligation.task),
        context.text(OBLIGATION_KINDS[obligation.kind][2], day=day) if obligation.due_on
        else context.text("no day has been set"),
        obligation.due_on.isoformat() if obligation.due_on else "",
        link_stakeholder(context, writing, obligation.responsible),
        link_to_record(context, obligation.place),
    )
