"""Machine-readable files: CSV, JSON, a data package, feeds, calendars, sitemap, robots.txt.

In: the data of the site and its address. Out: the plans of the files.
"""

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


def plan_exports(site_data: SiteData, pages: Iterable[str], base_url: str) -> Iterator[OutputPlan]:
    """Plans of all machine-readable files. `pages`: the paths of all pages; `base_url`: the site's address ("" if
    unknown)."""
    yield from plan_statistics_files(site_data)
    yield from plan_record_files(site_data)
    yield from plan_data_package(site_data, base_url)
    yield from (OutputPlan(f"statistics/frozen/{name}/statistics.json", build_snapshot_file, site_data, (name,))
                for name in site_data.snapshots)
    for tag in site_data.library.site.languages:
        context = build_page_context(site_data, get_language(tag), base_url)
        yield from plan_feeds(context)
        yield from plan_calendars(context)
    yield from plan_sitemaps(site_data, pages, base_url)


def build_attachment(_: None, path: str, file: str, digest: str) -> Output:
    """A file of the content folder, published at `path`; the body holds its digest, the bytes are copied when
    written."""
    return Output(path, file=file, body=digest.encode())


def build_photo(_: None, rendition: Rendition, file: str, digest: str) -> Output:
    """A photo of the content folder as one rendition."""
    return Output(rendition.path, file=file, photo=rendition, body=digest.encode())
