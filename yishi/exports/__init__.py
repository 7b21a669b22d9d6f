"""The same numbers and records for machines: CSV, JSON, a data package, feeds, calendars, sitemap, robots."""

from collections.abc import Iterable, Iterator

from ..core.outputs import Output, OutputPlan, Rendition
from ..model.language import get_language
from ..site import SiteData, build_page_context, build_snapshot_file
from .calendars import plan_calendars
from .data_package import plan_data_package
from .feeds import plan_feeds
from .record_files import plan_record_files
from .sitemap import plan_sitemaps
from .statistics_files import plan_statistics_files

__all__ = ["build_attachment", "build_photo", "plan_exports"]


def plan_exports(book: SiteData, pages: Iterable[str], base_url: str) -> Iterator[OutputPlan]:
    """Every file for machines. `pages`: the paths of all pages; `base_url`: the site's address ("" = not known)."""
    yield from plan_statistics_files(book)
    yield from plan_record_files(book)
    yield from plan_data_package(book, base_url)
    yield from (OutputPlan(f"statistics/frozen/{name}/statistics.json", build_snapshot_file, book, (name,))
                for name in book.snapshots)
    for tag in book.library.site.languages:
        edition = build_page_context(book, get_language(tag), base_url)
        yield from plan_feeds(edition)
        yield from plan_calendars(edition)
    yield from plan_sitemaps(book, pages, base_url)


def build_attachment(_: None, path: str, file: str, digest: str) -> Output:
    """A file of the content folder, published at `path`; of a copied file the body is its digest."""
    return Output(path, file=file, body=digest.encode())


def build_photo(_: None, wanted: Rendition, file: str, digest: str) -> Output:
    """A photo of the content folder as one rendition."""
    return Output(wanted.path, file=file, photo=wanted, body=digest.encode())
