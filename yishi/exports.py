"""The same numbers and records for machines: JSON, CSV, sitemap, robots."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence

from .library import Library
from .outputs import Output
from .paths import place_of, url_of
from .progress import Progress
from .records import Issue, title_of
from .statistics import DEFINITIONS, FEW_PEOPLE, Definition, Part, Stat, Statistics

Progresses = Mapping[str, Progress]
Row = Sequence[object]


def exports(library: Library, progress: Progresses, statistics: Statistics, pages: Iterable[str],
            base_url: str) -> Iterator[Output]:
    """Every file for machines. `pages`: the paths of all pages; `base_url`: the site's address ("" = not known)."""
    yield Output("data/statistics.json", body=_statistics_json(statistics))
    yield Output("data/issues.csv", body=csv_of(_issue_rows(library, progress)))
    for definition in DEFINITIONS:
        rows = _part_rows(library, definition, statistics.parts[definition.key])
        yield Output(f"data/statistics/{definition.key}.csv", body=csv_of(rows))
    if base_url:
        addresses = tuple(base_url + page.removesuffix("index.html") for page in sorted(pages) if page != "404.html")
        yield Output("sitemap.xml", "feeds/sitemap.xml", library.site.languages[0], addresses)
    sitemap = f"Sitemap: {base_url}sitemap.xml\n" if base_url else ""
    yield Output("robots.txt", body=f"User-agent: *\nAllow: /\n{sitemap}".encode())


# --- statistics -------------------------------------------------------------------------------------------------------


def _statistics_json(statistics: Statistics) -> bytes:
    scopes = {scope: {key: _stat_as_json(stat) for key, stat in stats.items()}
              for scope, stats in statistics.scopes.items()}
    data = {"as_of": statistics.as_of.isoformat(), "scopes": scopes}
    return (json.dumps(data, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()


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


def _part_rows(library: Library, definition: Definition, parts: Mapping[str, Part]) -> Iterator[Row]:
    """What each record contributes to one statistic; numbers of 1-4 people are not told."""
    records = (*library.places.items(), *library.records_of_places())
    titles = {path: title_of(record) for path, record in records}
    yield "path", "title", "place", "role", "numerator", "denominator", "values", "number", "left_out"
    for path, part in sorted(parts.items()):
        few = definition.people and 0 < part.numerator < FEW_PEOPLE
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
