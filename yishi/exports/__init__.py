"""The same numbers and records for machines: CSV, JSON, a data package, feeds, calendars, sitemap, robots."""

from collections.abc import Iterable, Iterator

from ..core.outputs import Output, Plan, Rendition
from ..model.language import language
from ..site import Book, edition_of, frozen_file
from .addresses import address_plans
from .calendars import calendar_plans
from .feeds import feed_plans
from .numbers import number_plans
from .package import package_plans
from .records import record_plans

__all__ = ["attachment", "exports", "photo"]


def exports(book: Book, pages: Iterable[str], base_url: str) -> Iterator[Plan]:
    """Every file for machines. `pages`: the paths of all pages; `base_url`: the site's address ("" = not known)."""
    yield from number_plans(book)
    yield from record_plans(book)
    yield from package_plans(book, base_url)
    yield from (Plan(f"statistics/frozen/{name}/statistics.json", frozen_file, book, (name,)) for name in book.frozen)
    for tag in book.library.site.languages:
        edition = edition_of(book, language(tag), base_url)
        yield from feed_plans(edition)
        yield from calendar_plans(edition)
    yield from address_plans(book, pages, base_url)


def attachment(_: None, path: str, file: str, digest: str) -> Output:
    """A file of the content folder, published at `path`; of a copied file the body is its digest."""
    return Output(path, file=file, body=digest.encode())


def photo(_: None, wanted: Rendition, file: str, digest: str) -> Output:
    """A photo of the content folder as one rendition."""
    return Output(wanted.path, file=file, photo=wanted, body=digest.encode())
