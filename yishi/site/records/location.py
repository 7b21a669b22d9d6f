"""The page of a location."""

from collections.abc import Iterator

from msgspec import Struct

from ...core.outputs import Output, OutputPlan
from ...model.paths import get_place_of, get_record_url
from ...model.records import Location
from ..layout import build_breadcrumbs, build_page, plan_page
from ..page_context import (
    Link,
    LocalizedText,
    PageContext,
    RecordRow,
    link_to_record,
    localize_name,
    select_rows,
)
from ..paginated_lists import ListPage, ListSpec, link_subpages, plan_list_pages, split_list
from ..record_parts import (
    MAX_RELATED_RECORDS,
    LabelledValue,
    format_location_kind,
    link_sources,
    list_facts,
)


class LocationView(Struct, frozen=True):
    """A location, its issues, and the cases about it."""

    name: LocalizedText
    facts: tuple[LabelledValue, ...]
    issues: tuple[RecordRow, ...]
    subpages: tuple[Link, ...]
    cases: tuple[RecordRow, ...]
    sources: tuple[Link, ...]


def plan_location_pages(context: PageContext) -> Iterator[OutputPlan]:
    """The page of every location."""
    for path in context.library.locations:
        issues = context.library.referrers(path, "issue.location")
        front = next(split_list(path, issues, context.record_lists.month_of))
        yield plan_page(context, get_record_url(path), build_location_page, path, front)
        if front.subpages:
            name = localize_name(context, context.library.locations[path])
            spec = ListSpec(name.text, "", build_breadcrumbs(context, get_place_of(path)), name.lang)
            yield from plan_list_pages(context, path, issues, spec, front=False)


def build_location_page(context: PageContext, path: str, front: ListPage) -> Output:
    """The page of the location at `path`; `front`: the issues on its first page."""
    location = context.library.locations[path]
    view = LocationView(
        localize_name(context, location), tuple(_location_facts(context, path, location)),
        select_rows(context, front.paths), link_subpages(context, front),
        select_rows(context, context.library.referrers(path, "case.location")[:MAX_RELATED_RECORDS]),
        link_sources(context, path, location),
    )
    return build_page(context, get_record_url(path), "pages/location.html", view.name.text, view,
                      trail=build_breadcrumbs(context, get_place_of(path), Link(view.name.text, "", view.name.lang)))


def _location_facts(context: PageContext, path: str, location: Location) -> Iterator[LabelledValue]:
    return list_facts((context.text("Place"), link_to_record(context, get_place_of(path))),
                      (context.text("Kind"), format_location_kind(context, location)),
                      (context.text("Built"), str(location.built) if location.built is not None else None))
