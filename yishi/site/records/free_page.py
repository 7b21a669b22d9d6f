"""Free pages: text pages without a record type of their own."""

from collections.abc import Iterator

from msgspec import Struct

from ...core.outputs import Output, OutputPlan
from ...model.paths import get_record_url
from ..layout import build_page, get_language_root, plan_page
from ..page_context import Link, LocalizedText, PageContext, localize_body, localize_name, localize_summary


class FreePageView(Struct, frozen=True):
    """A free page."""

    title: LocalizedText
    summary: LocalizedText | None
    body: LocalizedText | None


def plan_free_pages(context: PageContext) -> Iterator[OutputPlan]:
    """Yield the page of every free page."""
    for path in context.library.pages:
        yield plan_page(context, get_record_url(path), build_free_page, path)


def build_free_page(context: PageContext, path: str) -> Output:
    """Build the free page at `path`."""
    page = context.library.pages[path]
    name, summary = localize_name(context, page), localize_summary(context, page)
    view = FreePageView(name, summary, localize_body(context, path, page, get_language_root(get_record_url(path))))
    return build_page(context, get_record_url(path), "pages/free_page.html", name.text, view,
                      description=summary.text if summary else "", trail=(Link(name.text, "", name.lang),))
