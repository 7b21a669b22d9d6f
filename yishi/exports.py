"""The same numbers and records for machines: JSON, CSV, sitemap, robots."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from .library import Library
from .outputs import Output, Plan
from .paths import place_of, url_of
from .progress import Progress
from .records import Issue, title_of
from .statistics import DEFINITIONS, FEW_PEOPLE, Part, Stat, Statistics

Progresses = Mapping[str, Progress]
Row = Sequence[object]


@dataclass(frozen=True, slots=True)
class Accounts:
    """What the files for machines tell of."""

    library: Library
    progress: Progresses
    statistics: Statistics


def exports(library: Library, progress: Progresses, statistics: Statistics, pages: Iterable[str],
            base_url: str) -> Iterator[Plan]:
    """Every file for machines. `pages`: the paths of all pages; `base_url`: the site's address ("" = not known)."""
    accounts = Accounts(library, progress, statistics)
    yield Plan("data/statistics.json", statistics_json, accounts)
    yield Plan("data/issues.csv", issues_csv, accounts)
    for definition in DEFINITIONS:
        yield Plan(f"data/statistics/{definition.key}.csv", statistic_csv, accounts, (definition.key,))
    if base_url:
        yield Plan("sitemap.xml", sitemap, accounts, (base_url, tuple(sorted(pages))))
    yield Plan("robots.txt", robots, accounts, (base_url,))


def sitemap(accounts: Accounts, base_url: str, pages: tuple[str, ...]) -> Output:
    """The addresses of all pages, for search engines."""
    addresses = tuple(base_url + page.removesuffix("index.html") for page in pages if page != "404.html")
    return Output("sitemap.xml", "feeds/sitemap.xml", accounts.library.site.languages[0], addresses)


def robots(_: Accounts, base_url: str) -> Output:
    """Every machine may read everything; where the site's address is known, so is that of its sitemap."""
    where = f"Sitemap: {base_url}sitemap.xml\n" if base_url else ""
    return Output("robots.txt", body=f"User-agent: *\nAllow: /\n{where}".encode())


# --- statistics -------------------------------------------------------------------------------------------------------


def statistics_json(accounts: Accounts) -> Output:
    """All statistics of the site and of every place."""
    scopes = {scope: {key: _stat_as_json(stat) for key, stat in stats.items()}
              for scope, stats in accounts.statistics.scopes.items()}
    data = {"as_of": accounts.statistics.as_of.isoformat(), "scopes": scopes}
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, indent=1) + "\n"
    return Output("data/statistics.json", body=text.encode())


def _stat_as_json(stat: Stat) -> dict[str, object]:
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


def statistic_csv(accounts: Accounts, key: str) -> Output:
    """What each record contributes to one statistic."""
    people = next(definition.people for definition in DEFINITIONS if definition.key == key)
    rows = _part_rows(accounts.library, accounts.statistics.parts[key], people=people)
    return Output(f"data/statistics/{key}.csv", body=csv_of(rows))


def _part_rows(library: Library, parts: Mapping[str, Part], *, people: bool) -> Iterator[Row]:
    """What each record contributes; of `people`, numbers of 1-4 are not told."""
    records = (*library.places.items(), *library.records_of_places())
    titles = {path: title_of(record) for path, record in records}
    yield "path", "title", "place", "role", "numerator", "denominator", "values", "number", "left_out"
    for path, part in sorted(parts.items()):
        few = people and 0 < part.numerator < FEW_PEOPLE
        yield (path, titles[path], place_of(path), "left_out" if part.left_out else "counted",
               f"<{FEW_PEOPLE}" if few else part.numerator, part.denominator, " ".join(part.values), part.number,
               part.left_out)


# --- issues -----------------------------------------------------------------------------------------------------------

_ISSUE_COLUMNS = (
    "path", "url", "place", "title", "topic", "raised", "status", "phase", "ladder", "reopenings", "resolved_on",
    "days_to_resolve", "days_open", "days_to_first_reply", "followup_due", "due", "overdue", "stale", "channel",
    "method", "location", "stakeholders", "breadth", "close_reason", "outcome_kind", "mechanism", "derived_from",
    "duplicate_of", "basis", "source", "summary",
)


def issues_csv(accounts: Accounts) -> Output:
    """All issues that are no drafts."""
    return Output("data/issues.csv", body=csv_of(_issue_rows(accounts.library, accounts.progress)))


def _issue_rows(library: Library, progress: Progresses) -> Iterator[Row]:
    yield _ISSUE_COLUMNS
    for path, issue in library.issues.items():
        if not issue.draft:
            yield _issue_row(path, issue, progress[path])


def _issue_row(path: str, issue: Issue, at: Progress) -> Row:
    outcome = issue.outcome
    return (
        path, url_of(path).removesuffix("index.html"), place_of(path), issue.title, " ".join(issue.topic), issue.raised,
        at.status, at.phase, at.ladder, at.reopenings, at.resolved_on, at.days_to_resolve, at.days_open,
        at.days_to_first_reply, at.followup_due, issue.due, _yes(at.overdue), _yes(at.stale), issue.channel,
        issue.method, issue.location, " ".join(issue.participants.kinds), len(set(issue.participants.kinds)) or None,
        issue.close_reason, outcome and outcome.kind, outcome and outcome.mechanism, issue.derived_from,
        issue.duplicate_of, issue.basis, " ".join(issue.source), issue.summary,
    )


def _yes(holds: bool) -> str:
    return "yes" if holds else "no"


# --- CSV --------------------------------------------------------------------------------------------------------------


def csv_of(rows: Iterable[Row]) -> bytes:
    """A table, its head first: UTF-8 with a mark at the beginning, as spreadsheets need it for Chinese."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _cell(value: object) -> object:
    """A cell that no spreadsheet runs as a formula: an apostrophe before what would begin one."""
    if value is None:
        return ""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r", "'") else value
