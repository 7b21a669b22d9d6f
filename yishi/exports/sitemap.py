"""What search engines are told: the addresses of all pages, and that they may read them."""

from collections.abc import Iterable, Iterator

from ..core.outputs import Output, OutputPlan
from ..site import SiteData

MAX_SITEMAP_URLS = 50_000
"""So many addresses one sitemap may hold (sitemaps.org). It may have 50 MB, too: 1,000 letters for each of them."""


def plan_sitemaps(book: SiteData, pages: Iterable[str], base_url: str) -> Iterator[OutputPlan]:
    """The sitemap, where the site's address is known, and robots.txt."""
    if base_url:
        yield from _plan_sitemap_files(book, base_url, tuple(sorted(page for page in pages if page != "404.html")))
    yield OutputPlan("robots.txt", build_robots_txt, book, (base_url,))


def _plan_sitemap_files(book: SiteData, base_url: str, pages: tuple[str, ...],
                        at_most: int = MAX_SITEMAP_URLS) -> Iterator[OutputPlan]:
    """One sitemap; of more pages than it may hold several, and their index. `pages` in a fixed order."""
    if len(pages) <= at_most:
        yield OutputPlan("sitemap.xml", build_sitemap, book, ("sitemap.xml", base_url, pages))
        return
    starts = range(0, len(pages), at_most)
    names = tuple(f"sitemap-{number}.xml" for number in range(1, len(starts) + 1))
    for name, start in zip(names, starts, strict=True):
        yield OutputPlan(name, build_sitemap, book, (name, base_url, pages[start:start + at_most]))
    yield OutputPlan("sitemap.xml", build_sitemap_index, book, (base_url, names))


def build_sitemap(book: SiteData, path: str, base_url: str, pages: tuple[str, ...]) -> Output:
    """The addresses of these pages."""
    addresses = tuple(base_url + page.removesuffix("index.html") for page in pages)
    return Output(path, "feeds/sitemap.xml", book.library.site.languages[0], addresses)


def build_sitemap_index(book: SiteData, base_url: str, names: tuple[str, ...]) -> Output:
    """The addresses of the sitemaps."""
    addresses = tuple(base_url + name for name in names)
    return Output("sitemap.xml", "feeds/sitemaps.xml", book.library.site.languages[0], addresses)


def build_robots_txt(_: SiteData, base_url: str) -> Output:
    """Every machine may read everything; where the site's address is known, so is that of its sitemap."""
    where = f"Sitemap: {base_url}sitemap.xml\n" if base_url else ""
    return Output("robots.txt", body=f"User-agent: *\nAllow: /\n{where}".encode())
