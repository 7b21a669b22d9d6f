"""The lists of forums, meetings, events, reviews, plans and registers, of the site and of each place."""

from collections.abc import Iterator

from ...core.outputs import OutputPlan
from ...model.kinds import ACTIVITIES, KINDS
from ..layout import build_breadcrumbs
from ..page_context import PageContext, localize_name
from ..paginated_lists import plan_list_pages


def plan_activity_lists(edition: PageContext) -> Iterator[OutputPlan]:
    """All events, all reviews; and for every place the list of each kind of record that it has."""
    specs = [KINDS[kind] for kind in ACTIVITIES]
    for spec in specs:
        if spec.list_empty:
            yield from plan_list_pages(edition, spec.folder, edition.text(spec.list_title),
                                       edition.record_lists.by_kind[spec.table], empty=edition.text(spec.list_empty))
    for place in edition.library.places:
        name = localize_name(edition, edition.library.places[place]).text
        for spec in specs:
            if paths := edition.record_lists.by_kind_in[spec.table].get(place, ()):
                yield from plan_list_pages(edition, f"{place}/{spec.folder}",
                                           edition.text(spec.list_of_place, place=name),
                                           paths, empty="", trail=build_breadcrumbs(edition, place))
