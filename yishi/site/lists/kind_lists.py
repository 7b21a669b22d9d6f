"""Lists of the records of one kind, issues and cases first, for the site and for each place."""

from collections.abc import Iterator, Mapping

from ...core.outputs import OutputPlan
from ...model.kinds import ACTIVITIES, KINDS, KindSpec
from ...model.language import marked
from ..filters import CASE_FILTERS, ISSUE_FILTERS
from ..layout import build_breadcrumbs
from ..page_context import PageContext, localize_name
from ..paginated_lists import ListSpec, plan_list_pages

_FILTERS = {"issue": ISSUE_FILTERS, "case": CASE_FILTERS}

_EMPTY_IN_PLACE: Mapping[str, str] = {
    "issue": marked("No issue of this place has been published yet."),
    "case": marked("No case study of this place has been published yet."),
}
"""Kind that has a list in every place → text of an empty list; a place without records of another kind has no list."""


def plan_kind_lists(context: PageContext) -> Iterator[OutputPlan]:
    """The site's lists of issues, cases, events and reviews, and each place's lists of all kinds."""
    lists = context.record_lists
    on_site = {"issues": lists.issues, "cases": lists.cases, **lists.by_kind}
    in_places = {"issues": lists.issues_in, "cases": lists.cases_in, **lists.by_kind_in}
    for spec in (KINDS[kind] for kind in ("issue", "case", *ACTIVITIES)):
        if spec.list_empty:
            list_spec = ListSpec(context.text(spec.list_title), context.text(spec.list_empty),
                                 filters=_FILTERS.get(spec.name, ()))
            yield from plan_list_pages(context, spec.folder, on_site[spec.table], list_spec)
        for place in context.library.places:
            paths = in_places[spec.table].get(place, ())
            if paths or spec.name in _EMPTY_IN_PLACE:
                yield from _plan_list_in_place(context, spec, place, paths)


def _plan_list_in_place(context: PageContext, spec: KindSpec, place: str,
                        paths: tuple[str, ...]) -> Iterator[OutputPlan]:
    name = localize_name(context, context.library.places[place]).text
    empty = _EMPTY_IN_PLACE.get(spec.name)
    list_spec = ListSpec(context.text(spec.list_of_place, place=name), context.text(empty) if empty else "",
                         build_breadcrumbs(context, place), filters=_FILTERS.get(spec.name, ()))
    return plan_list_pages(context, f"{place}/{spec.folder}", paths, list_spec)
