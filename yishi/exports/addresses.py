"""What search engines are told: the addresses of all pages, and that they may read them."""

from collections.abc import Iterable, Iterator

from ..core.outputs import Output, Plan
from ..site import Book

AT_MOST = 50_000
"""So many addresses one sitemap may hold (sitemaps.org). It may have 50 MB, too: 1,000 letters for each of them."""


def address_plans(book: Book, pages: Iterable[str], base_url: str) -> Iterator[Plan]:
    """The sitemap, where the site's address is known, and robots.txt."""
    if base_url:
        yield from _sitemaps(book, base_url, tuple(sorted(page for page in pages if page != "404.html")))
    yield Plan("robots.txt", robots, book, (base_url,))


def _sitemaps(book: Book, base_url: str, pages: tuple[str, ...], at_most: int = AT_MOST) -> Iterator[Plan]:
    """One sitemap; of more pages than it may hold several, and their index. `pages` in a fixed order."""
    if len(pages) <= at_most:
        yield Plan("sitemap.xml", sitemap, book, ("sitemap.xml", base_url, pages))
        return
    starts = range(0, len(pages), at_most)
    names = tuple(f"sitemap-{number}.xml" for number in range(1, len(starts) + 1))
    for name, start in zip(names, starts, strict=True):
        yield Plan(name, sitemap, book, (name, base_url, pages[start:start + at_most]))
    yield Plan("sitemap.xml", sitemap_index, book, (base_url, names))


def sitemap(book: Book, path: str, base_url: str, pages: tuple[str, ...]) -> Output:
    """The addresses of these pages."""
    addresses = tuple(base_url + page.removesuffix("index.html") for page in pages)
    return Output(path, "feeds/sitemap.xml", book.library.site.languages[0], addresses)


def sitemap_index(book: Book, base_url: str, names: tuple[str, ...]) -> Output:
    """The addresses of the sitemaps."""
    addresses = tuple(base_url + name for name in names)
    return Output("sitemap.xml", "feeds/sitemaps.xml", book.library.site.languages[0], addresses)


def robots(_: Book, base_url: str) -> Output:
    """Every machine may read everything; where the site's address is known, so is that of its sitemap."""
    where = f"Sitemap: {base_url}sitemap.xml\n" if base_url else ""
    return Output("robots.txt", body=f"User-agent: *\nAllow: /\n{where}".encode())
