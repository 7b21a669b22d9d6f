"""Lists of forums, meetings, events, reviews, plans and registers, for the site and for each place."""

from collections.abc import Iterator

from ...core.outputs import OutputPlan
from ...model.kinds import ACTIVITIES, KINDS
from ..layout import build_breadcrumbs
from ..page_context import PageContext, localize_name
from ..paginated_lists import plan_list_pages


def plan_activity_lists(context: PageContext) -> Iterator[OutputPlan]:
    """Yield the site's lists of events and reviews, and for each place one list per kind of activity it has."""
    specs = [KINDS[kind] for kind in ACTIVITIES]
    for spec in specs:
        if spec.list_empty:
            yield from plan_list_pages(context, spec.folder, context.text(spec.list_title),
                                       context.record_lists.by_kind[spec.table], empty=context.text(spec.list_empty))
    for place in context.library.places:
        name = localize_name(context, context.library.places[place]).text
        for spec in specs:
            if paths := context.record_lists.by_kind_in[spec.table].get(place, ()):
                yield from plan_list_pages(context, f"{place}/{spec.folder}",
                                           context.text(spec.list_of_place, place=name),
                                           paths, empty="", trail=build_breadcrumbs(context, place))
