"""The story on the front page: a case study with its pictures, how its issue turned, and what came of it."""

from collections.abc import Iterator
from functools import partial

from msgspec import Struct

from ...analysis.progress import find_phase
from ...library.closings import select_past_entries
from ...model.records import Case, Issue
from ..issue_timeline import build_log_entry, describe_result, localize_stages
from ..page_context import LocalizedText, PageContext, RecordRow, find_method, localize_summary
from ..photos import PhotoGroup
from ..record_parts import DatedEntry, select_photos

MAX_CASES_LOOKED_AT = 20
"""Of so many newest cases the first with pictures is told, else the first whose result lasts, else the newest."""

TURNING_POINTS = ("deliberate", "decide")
"""The phases in which an issue turns; of each the first entry is quoted."""


class Story(Struct, frozen=True):
    """A case, its summary, a picture or a pair of them, the entries of the log at which it turned, and the result."""

    case: RecordRow
    summary: LocalizedText | None
    photos: PhotoGroup
    turns: tuple[DatedEntry, ...]
    result: str


def build_story(context: PageContext) -> Story | None:
    """The story of the front page; None without a case."""
    cases = [path for path in context.record_lists.cases[:MAX_CASES_LOOKED_AT]
             if not context.site_data.list_items[path].draft]
    fitting = (*filter(partial(_find_photos, context), cases), *filter(partial(_is_lasting, context), cases), *cases)
    if not fitting:
        return None
    path = fitting[0]
    issue = next(iter(context.site_data.list_items[path].issues), "")
    turns = tuple(_turning_points(context, context.library.issues[issue])) if issue in context.library.issues else ()
    result = describe_result(context, context.site_data.list_items[issue], context.progress[issue]) if turns else ""
    return Story(context.rows[path], localize_summary(context, context.library.cases[path]),
                 next(iter(_find_photos(context, path)), ()), turns, result)


def _is_lasting(context: PageContext, case: str) -> bool:
    list_items = context.site_data.list_items
    return any(list_items[issue].ladder == "lasting" for issue in list_items[case].issues)


def _find_photos(context: PageContext, case: str) -> tuple[PhotoGroup, ...]:
    """The pictures of a case and its issues for the front page, pairs of before and after first."""
    records: tuple[tuple[str, Case | Issue], ...] = ((case, context.library.cases[case]),
               *((path, context.library.issues[path]) for path in context.site_data.list_items[case].issues
                 if path in context.library.issues))
    groups = (group for path, record in records for group in select_photos(context, path, record, "index.html"))
    return tuple(sorted(groups, key=len, reverse=True))


def _turning_points(context: PageContext, issue: Issue) -> Iterator[DatedEntry]:
    method = find_method(context, issue)
    phases = {stage.id: stage.core for stage in method[1].stages} if method else {}
    past = [entry for entry in select_past_entries(issue.log, context.as_of) if entry.text]
    for phase in TURNING_POINTS:
        entry = next((entry for entry in past if find_phase(entry.stage, phases) == phase), None)
        if entry:
            yield build_log_entry(context, issue, entry, localize_stages(context, issue))
