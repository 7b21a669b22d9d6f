"""Score sheets for the reviewers of a showcase: a row for each place and criterion, read as a review of each place."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from msgspec.structs import replace

from ..core.digests import digest
from ..model.problems import errors
from ..model.vocabulary import folded, in_both
from .cells import Cell
from .columns import Sheet, sheets
from .grid import Grid, Row, problem_at


@cache
def score_sheets() -> Mapping[str, Sheet]:
    """The sheet of who reviews, and the sheet of scores."""
    review, criteria, advice = (sheets()[name] for name in ("review", "review.criteria", "review.recommendations"))
    who = tuple(review.column(key) for key in ("reviewer_role", "reviewer_org", "date"))
    target = replace(review.column("target"), keys=("#parent",))
    said = tuple(criteria.column(key) for key in ("key", "rating", "finding", "evidence"))
    text = advice.column("text")
    words = frozenset({"建议", "recommendation"})
    advised = replace(text, keys=("#advice",), required=False, words=words,
                      labels=(("zh-Hans", "建议"), ("en", "recommendation")))
    return {"reviewer": replace(review, entries="reviewer", columns=(review.column("#place"), *who),
                                labels=(("zh-Hans", "点评人"), ("en", "Reviewer"))),
            "scores": replace(criteria, entries="scores", columns=(target, *said, advised),
                              labels=(("zh-Hans", "打分"), ("en", "Scores")))}


def unfolded(grid: Grid) -> Grid:
    """`grid` with the rows of score sheets as reviews with their criteria and recommendations."""
    if not any(row.sheet.entries == "scores" for row in grid.rows):
        return grid
    who = next((row for row in grid.rows if row.sheet.entries == "reviewer"), None)
    rows = [row for row in grid.rows if row.sheet.entries not in ("scores", "reviewer")]
    below: dict[str, list[Row]] = {}
    for row in grid.rows:
        if row.sheet.entries == "scores" and _is_filled(row):
            below.setdefault(folded(row.said("#parent")), []).append(row)
    for of_target in below.values():
        rows += _review(of_target, who)
    if not rows and not errors(grid.problems):
        sheet = score_sheets()["scores"]
        allowed = in_both(sheet.label("zh-Hans"), sheet.label("en"))
        return replace(grid, rows=(), problems=(*grid.problems, problem_at(grid.name, None, "workbook_empty",
                                                                           allowed=allowed)))
    return replace(grid, rows=tuple(rows))


def _is_filled(row: Row) -> bool:
    return any(column.keys[0] in ("rating", "finding", "evidence", "#advice") for column in (*row.cells, *row.wrong))


def _review(rows: Sequence[Row], who: Row | None) -> Iterator[Row]:
    review, criteria, advice = (sheets()[name] for name in ("review", "review.criteria", "review.recommendations"))
    first = rows[0]
    reviewer = {column: cell for column, cell in who.cells.items() if column.is_own} if who else {}
    row_id = f"{first.id.partition('-')[0]}-{digest(first.said('#parent').encode())[:8]}"
    target = review.column("target")
    cells = {**reviewer, target: _cell(first, "#parent")}
    yield Row(review, first.tab, first.number, row_id, "", cells,
              {column: cell.column for column, cell in cells.items()})
    for row in rows:
        said = {column: cell for column, cell in row.cells.items() if column.is_own}
        parent = {criteria.column("#parent"): _cell(row, "#parent")}
        at = {column: number for column, number in row.at.items() if column.is_own}
        if len(said) > 1:
            yield Row(criteria, row.tab, row.number, f"{row_id}#", "", {**parent, **said}, at, row.wrong)
        if text := row.said("#advice"):
            cell = _cell(row, "#advice")
            column = advice.column("text")
            yield Row(advice, row.tab, row.number, f"{row_id}#", "", {**parent, column: replace(cell, text=text)},
                      {column: cell.column})


def _cell(row: Row, key: str) -> Cell:
    column = next(column for column in row.at if column.keys == (key,))
    return row.cells.get(column) or Cell(row.tab, row.number, row.at[column])

