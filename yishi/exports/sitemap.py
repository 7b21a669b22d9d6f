"""Sitemaps and robots.txt."""

from collections.abc import Iterable, Iterator

from ..core.outputs import Output, OutputPlan
from ..site import SiteData

MAX_SITEMAP_URLS = 50_000
"""Maximum number of URLs of one sitemap (sitemaps.org); its limit of 50 MB leaves 1,000 characters per URL."""


def plan_sitemaps(site_data: SiteData, pages: Iterable[str], base_url: str) -> Iterator[OutputPlan]:
    """Plans of the sitemap, if the site's address is known, and of robots.txt."""
    if base_url:
        named = sorted(page for page in pages if page.endswith(".html") and page != "404.html")
        yield from _plan_sitemap_files(site_data, base_url, tuple(named))
    yield OutputPlan("robots.txt", build_robots_txt, site_data, (base_url,))


def _plan_sitemap_files(site_data: SiteData, base_url: str, pages: tuple[str, ...],
                        max_urls: int = MAX_SITEMAP_URLS) -> Iterator[OutputPlan]:
    """One sitemap, or several with an index if there are too many pages; `pages` in a fixed order."""
    if len(pages) <= max_urls:
        yield OutputPlan("sitemap.xml", build_sitemap, site_data, ("sitemap.xml", base_url, pages))
        return
    starts = range(0, len(pages), max_urls)
    names = tuple(f"sitemap-{number}.xml" for number in range(1, len(starts) + 1))
    for name, start in zip(names, starts, strict=True):
        yield OutputPlan(name, build_sitemap, site_data, (name, base_url, pages[start:start + max_urls]))
    yield OutputPlan("sitemap.xml", build_sitemap_index, site_data, (base_url, names))


def build_sitemap(site_data: SiteData, path: str, base_url: str, pages: tuple[str, ...]) -> Output:
    """A sitemap of these pages."""
    urls = tuple(base_url + page.removesuffix("index.html") for page in pages)
    return Output(path, "feeds/sitemap.xml", site_data.library.site.languages[0], urls)


def build_sitemap_index(site_data: SiteData, base_url: str, names: tuple[str, ...]) -> Output:
    """The index of several sitemaps."""
    urls = tuple(base_url + name for name in names)
    return Output("sitemap.xml", "feeds/sitemaps.xml", site_data.library.site.languages[0], urls)


def build_robots_txt(_: SiteData, base_url: str) -> Output:
    """robots.txt: all robots may read everything; it names the sitemap if the site's address is known."""
    sitemap_line = f"Sitemap: {base_url}sitemap.xml\n" if base_url else ""
    return Output("robots.txt", body=f"User-agent: *\nAllow: /\n{sitemap_line}".encode())
