"""Score sheets for reviewers of a showcase: one row per place and criterion, imported as one review per place."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from msgspec.structs import replace

from ..core.hashes import compute_digest
from ..model.problems import select_errors
from ..model.vocabulary import encode_bilingual, normalize_word
from .cell_values import Cell
from .columns import SheetDefinition, list_sheets
from .parsed_workbook import ParsedRow, ParsedWorkbook, build_cell_problem


@cache
def define_score_sheets() -> Mapping[str, SheetDefinition]:
    """The sheet of the reviewer, and the sheet of scores."""
    review, criteria, advice = (list_sheets()[name] for name in ("review", "review.criteria", "review.recommendations"))
    reviewer_columns = tuple(review.get_column(key) for key in ("reviewer_role", "reviewer_org", "date"))
    target = replace(review.get_column("target"), keys=("#parent",))
    criterion_columns = tuple(criteria.get_column(key) for key in ("key", "rating", "finding", "evidence"))
    text = advice.get_column("text")
    words = frozenset({"建议", "recommendation"})
    advice_column = replace(text, keys=("#advice",), is_required=False, headings=words,
                            labels=(("zh-Hans", "建议"), ("en", "recommendation")))
    return {"reviewer": replace(review, list_key="reviewer", columns=(review.get_column("#place"), *reviewer_columns),
                                labels=(("zh-Hans", "点评人"), ("en", "Reviewer"))),
            "scores": replace(criteria, list_key="scores", columns=(target, *criterion_columns, advice_column),
                              labels=(("zh-Hans", "打分"), ("en", "Scores")))}


def expand_score_rows(workbook: ParsedWorkbook) -> ParsedWorkbook:
    """Convert the rows of score sheets to reviews with criteria and recommendations."""
    if not any(row.sheet.list_key == "scores" for row in workbook.rows):
        return workbook
    reviewer_row = next((row for row in workbook.rows if row.sheet.list_key == "reviewer"), None)
    rows = [row for row in workbook.rows if row.sheet.list_key not in ("scores", "reviewer")]
    rows_by_target: dict[str, list[ParsedRow]] = {}
    for row in workbook.rows:
        if row.sheet.list_key == "scores" and _is_filled(row):
            rows_by_target.setdefault(normalize_word(row.get_text("#parent")), []).append(row)
    for of_target in rows_by_target.values():
        rows += _review_rows(of_target, reviewer_row)
    if not rows and not select_errors(workbook.problems):
        sheet = define_score_sheets()["scores"]
        allowed = encode_bilingual(sheet.label("zh-Hans"), sheet.label("en"))
        problem = build_cell_problem(workbook.name, None, "workbook_empty", allowed=allowed)
        return replace(workbook, rows=(), problems=(*workbook.problems, problem))
    return replace(workbook, rows=tuple(rows))


def _is_filled(row: ParsedRow) -> bool:
    return any(column.keys[0] in ("rating", "finding", "evidence", "#advice")
               for column in (*row.cells, *row.invalid_columns))


def _review_rows(rows: Sequence[ParsedRow], reviewer_row: ParsedRow | None) -> Iterator[ParsedRow]:
    review, criteria, advice = (list_sheets()[name] for name in ("review", "review.criteria", "review.recommendations"))
    first = rows[0]
    reviewer = {column: cell for column, cell in reviewer_row.cells.items()
                if column.is_record_key} if reviewer_row else {}
    row_id = f"{first.id.partition('-')[0]}-{compute_digest(first.get_text('#parent').encode())[:8]}"
    target = review.get_column("target")
    cells = {**reviewer, target: _cell_of_key(first, "#parent")}
    yield ParsedRow(review, first.sheet_name, first.number, row_id, "", cells,
                    {column: cell.column for column, cell in cells.items()})
    for row in rows:
        criterion_cells = {column: cell for column, cell in row.cells.items() if column.is_record_key}
        parent = {criteria.get_column("#parent"): _cell_of_key(row, "#parent")}
        at = {column: number for column, number in row.column_numbers.items() if column.is_record_key}
        if len(criterion_cells) > 1:
            yield ParsedRow(criteria, row.sheet_name, row.number, f"{row_id}#", "", {**parent, **criterion_cells}, at,
                            row.invalid_columns)
        if text := row.get_text("#advice"):
            cell = _cell_of_key(row, "#advice")
            column = advice.get_column("text")
            yield ParsedRow(advice, row.sheet_name, row.number, f"{row_id}#", "",
                            {**parent, column: replace(cell, text=text)}, {column: cell.column})


def _cell_of_key(row: ParsedRow, key: str) -> Cell:
    column = next(column for column in row.column_numbers if column.keys == (key,))
    return row.cells.get(column) or Cell(row.sheet_name, row.number, row.column_numbers[column])
