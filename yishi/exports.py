"""The same numbers and records for machines: JSON, CSV, sitemap, robots."""

import json
from collections.abc import Iterable, Iterator

from . import contributed
from .contributed import lines_about
from .images import Rendition
from .outputs import Output, Plan
from .pages import Book
from .statistics import DEFINITIONS, Stat
from .table import COLUMNS, csv_of


def exports(book: Book, pages: Iterable[str], base_url: str) -> Iterator[Plan]:
    """Every file for machines. `pages`: the paths of all pages; `base_url`: the site's address ("" = not known)."""
    yield Plan("data/statistics.json", statistics_json, book)
    yield Plan("data/issues.csv", issues_csv, book)
    for definition in DEFINITIONS:
        yield Plan(f"data/statistics/{definition.key}.csv", statistic_csv, book, (definition.key,))
    if base_url:
        yield Plan("sitemap.xml", sitemap, book, (base_url, tuple(sorted(pages))))
    yield Plan("robots.txt", robots, book, (base_url,))


def attachment(_: None, path: str, file: str, digest: str) -> Output:
    """A file of the content folder, published at `path`; of a copied file the body is its digest."""
    return Output(path, file=file, body=digest.encode())


def sitemap(book: Book, base_url: str, pages: tuple[str, ...]) -> Output:
    """The addresses of all pages, for search engines."""
    addresses = tuple(base_url + page.removesuffix("index.html") for page in pages if page != "404.html")
    return Output("sitemap.xml", "feeds/sitemap.xml", book.library.site.languages[0], addresses)


def robots(_: Book, base_url: str) -> Output:
    """Every machine may read everything; where the site's address is known, so is that of its sitemap."""
    where = f"Sitemap: {base_url}sitemap.xml\n" if base_url else ""
    return Output("robots.txt", body=f"User-agent: *\nAllow: /\n{where}".encode())


def photo(_: None, wanted: Rendition, file: str, digest: str) -> Output:
    """A photo of the content folder as one rendition."""
    return Output(wanted.path, file=file, photo=wanted, body=digest.encode())


# --- statistics -------------------------------------------------------------------------------------------------------


def statistics_json(book: Book) -> Output:
    """All statistics of the site and of every place."""
    scopes = {scope: {key: stat_as_json(stat) for key, stat in stats.items()}
              for scope, stats in book.statistics.scopes.items()}
    data = {"as_of": book.statistics.as_of.isoformat(), "scopes": scopes}
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, indent=1) + "\n"
    return Output("data/statistics.json", body=text.encode())


def stat_as_json(stat: Stat) -> dict[str, object]:
    """The shape of content model §8."""
    data: dict[str, object] = {"value": stat.value, "numerator": stat.numerator, "denominator": stat.denominator,
                               "excluded": stat.excluded}
    if stat.n is not None:
        data |= {"n": stat.n, "quartiles": stat.quartiles}
    if stat.results is not None:
        data["results"] = stat.results
    if stat.suppressed:
        data["suppressed"] = True
    return data


def statistic_csv(book: Book, key: str) -> Output:
    """What each record contributes to one statistic."""
    of_issues = key in contributed.BY_ISSUES
    lines = book.contributed[key] if of_issues else lines_about(book.titles[""], key, book.statistics.parts[key])
    return Output(f"data/statistics/{key}.csv", body=csv_of([contributed.COLUMNS]) + lines.encode())


# --- issues -----------------------------------------------------------------------------------------------------------


def issues_csv(book: Book) -> Output:
    """All issues that are no drafts."""
    return Output("data/issues.csv", body=csv_of((COLUMNS, *book.rows[""])))
