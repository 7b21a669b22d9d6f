"""Build the sheets of workbook templates: for a place (empty or filled) and for reviewers."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from ..core.traditional import pick_translation
from ..library import Library, find_nearest_method, get_default_stages, get_review_criteria
from ..model.kinds import BULK, KINDS
from ..model.language import Language, marked
from ..model.records import DEFAULT_METHOD, Criterion, Event
from ..model.vocabulary import get_built_in_vocabulary
from .columns import PLACE_SHEETS, SheetDefinition, WorkbookColumn, list_sheets
from .import_context import ExistingRecord, ImportContext, compute_baseline, format_cells, read_entries
from .score_sheets import define_score_sheets
from .write_workbook import TemplateRow, TemplateSheet, build_example_row, list_labels

EMPTY_ROWS = 300
"""Number of empty rows that already have an id."""


def build_place_sheets(context: ImportContext, place: str, token: str, language: Language,
                       records: Iterable[ExistingRecord] = (), spare: int = EMPTY_ROWS) -> list[TemplateSheet]:
    """The sheets for a place ("" = all places), filled with `records` and followed by `spare` empty rows. `token`:
    prefix of the ids of empty rows; it must differ between workbooks."""
    rows = _rows_by_sheet(context, list(records))
    pages = []
    for number, name in enumerate(PLACE_SHEETS):
        sheet = list_sheets()[name]
        columns = _order_columns([column for column in sheet.columns if _is_shown(column, context.library, place)],
                                 name)
        choices = {column: words for column in columns if (words := _allowed_values(column, context, place, language))}
        ids = [] if sheet.list_key else [f"{token}-{number}{row:03}" for row in range(spare)]
        texts = build_example_row(sheet, language, choices)
        example = {column: texts[column] for column in columns if column in texts}
        folded = frozenset(columns) - _columns_in_view(columns, name)
        pages.append(TemplateSheet(sheet, columns, rows.get(name, ()), choices, example, ids, folded))
    return pages


_IN_VIEW = {
    "issue": "title #story raised location topic #standing close_reason participants.kinds participants.headcount "
             "#next",
    "meeting": "title date time issues venue chair participants.kinds participants.headcount agenda minutes",
    "case": "title issues location summary topic outcome.text lessons body",
}
"""Sheet → the columns that its writer sees at first, in order; the others are folded behind them."""


def _order_columns(columns: Sequence[WorkbookColumn], name: str) -> tuple[WorkbookColumn, ...]:
    order = ["#place", *_IN_VIEW.get(name, "").split()]

    def position(column: WorkbookColumn) -> int:
        key = ".".join(column.keys)
        return order.index(key) if key in order else len(order)

    return tuple(sorted(columns, key=position))


def _columns_in_view(columns: Sequence[WorkbookColumn], name: str) -> frozenset[WorkbookColumn]:
    order = {*_IN_VIEW.get(name, "").split(), "#place"}
    return frozenset(column for column in columns if name not in _IN_VIEW or ".".join(column.keys) in order)


def _is_shown(column: WorkbookColumn, library: Library, place: str) -> bool:
    """Whether a column is shown; a community without places below it needs no place column."""
    return column.keys != ("#place",) or not place or bool(library.children.get(place))


def _rows_by_sheet(context: ImportContext, records: list[ExistingRecord]) -> dict[str, list[TemplateRow]]:
    """Name of a sheet → its rows."""
    rows: dict[str, list[TemplateRow]] = {name: [] for name in PLACE_SHEETS}
    for record in records:
        if record.kind in rows and not record.file_problem:
            rows[record.kind].append(_record_row(record, list_sheets()[record.kind], context))
            for name in PLACE_SHEETS:
                if name.startswith(f"{record.kind}."):
                    rows[name] += _entry_rows(record, list_sheets()[name], context)
    return rows


def _record_row(record: ExistingRecord, sheet: SheetDefinition, context: ImportContext) -> TemplateRow:
    texts = format_cells(record.data, sheet, context.vocabulary, record.place)
    baseline = compute_baseline(texts, sheet)
    special = {"#place": context.vocabulary.format_name(record.place, ""), "#name": record.entry}
    return TemplateRow(record.path, baseline, {**_special_cells(sheet, special), **texts})


def _special_cells(sheet: SheetDefinition, texts: Mapping[str, str]) -> dict[WorkbookColumn, str]:
    return {column: text for column in sheet.columns if (text := texts.get(column.keys[0], ""))}


def _entry_rows(record: ExistingRecord, sheet: SheetDefinition, context: ImportContext) -> Iterator[TemplateRow]:
    place_name = context.vocabulary.format_name(record.place, "")
    special = _special_cells(sheet, {"#place": place_name, "#parent": record.title})
    for number, entry in enumerate(read_entries(record.data, sheet.list_key, sheet.model)):
        texts = format_cells(entry, sheet, context.vocabulary, record.place)
        yield TemplateRow(f"{record.path}#{number}", compute_baseline(texts, sheet), {**special, **texts})


# --- choice lists -----------------------------------------------------------------------------------------------------


def _allowed_values(column: WorkbookColumn, context: ImportContext, place: str, language: Language) -> list[str]:
    vocabulary = context.library.vocabulary
    if column.vocabulary:
        return list_labels(vocabulary.terms[column.vocabulary].values(), language.tag)
    if column.type == "flag":
        return list_labels([get_built_in_vocabulary().terms["answer"][key] for key in ("yes", "no")], language.tag)
    if column.keys == ("stage",):
        return _stage_names(context.library, place, language)
    if column.keys == ("#standing",):
        return list_labels(get_built_in_vocabulary().terms["standing"].values(), language.tag)
    if column.reference_kinds and KINDS[column.reference_kinds[0]].is_placed and column.reference_kinds[0] not in BULK:
        return _record_names(column.reference_kinds[0], context, place)
    return []


def _stage_names(library: Library, place: str, language: Language) -> list[str]:
    """The stages of the method that applies to the place, then the reserved words valid everywhere."""
    path = find_nearest_method(library.places, place) or DEFAULT_METHOD
    method = library.methods.get(path)
    usual = get_default_stages()
    stages = [stage.id if stage in usual and language.tag == "en" else stage.label
              for stage in (method.stages if method else usual) if stage.verified]
    return [*stages, *list_labels(get_built_in_vocabulary().terms["reserved_stage"].values(), language.tag)]


def _record_names(kind: str, context: ImportContext, place: str) -> list[str]:
    """Names of records of `kind` in `place` or below it; of events, all."""
    above = f"{place}/" if place and kind != "event" else ""
    return [context.vocabulary.format_name(path, place) for path in context.library.of_kind(kind)
            if f"{path}/".startswith(above)]


# --- score sheets -----------------------------------------------------------------------------------------------------


def build_score_sheets(context: ImportContext, event: str, token: str, language: Language) -> list[TemplateSheet]:
    """The sheets of one reviewer of an event: the reviewer, and a row for each presentation and criterion."""
    library = context.library
    event_record = library.events[event]
    who, scores = define_score_sheets()["reviewer"], define_score_sheets()["scores"]
    target, key, rating = scores.columns[:3]
    rows = [TemplateRow(f"{token}-{number}", "", {target: context.vocabulary.format_name(path, ""),
                                                  key: _criterion_label(criterion, language.tag)})
            for number, path in enumerate(_presented_records(event_record))
            for criterion in get_review_criteria(library, path)]
    rated = {rating: list_labels(get_built_in_vocabulary().terms["rating"].values(), language.tag)}
    columns = tuple(column for column in who.columns if column.is_record_key)
    return [TemplateSheet(who, columns, [], empty_row_ids=[f"{token}-who"]),
            TemplateSheet(scores, scores.columns, rows, rated)]


def _criterion_label(criterion: Criterion, tag: str) -> str:
    return pick_translation(tag, criterion.translations, lambda translation: translation.title) or criterion.label


def _presented_records(event: Event) -> Sequence[str]:
    """Paths of the presented cases, or places without case, each once."""
    shown = (one.case or one.place for group in event.groups for one in group.presentations)
    return list(dict.fromkeys(filter(None, shown)))


ABOUT_PLACE = (
    marked("How to fill this workbook"),
    marked("One row is one matter: what it is about, what happened, where, and how it stands now. Only the title must "
           "be filled; what nobody knows stays empty."),
    marked("Write as you would tell it. “What happened” takes several steps in one cell, a line each, with or without "
           "their dates. Your own words are fine where there is a list, and so are dates such as 9.11 or last winter."),
    marked("The second row says what belongs in a column; the sheet of examples shows filled rows, and is not read. "
           "More columns are folded on the right: press + above them."),
    marked("The other sheets may stay empty. Whoever likes to writes the steps of an issue in the sheet of the log, "
           "one row for each, with the beginning of its title in the first column."),
    marked("Once sent, the workbook comes back with colours: red cells have to be corrected, yellow ones are "
           "questions, green ones say how they were read."),
    marked("Leave the hidden columns A and B as they are: by them a row is known again, so that the same workbook can "
           "be sent again every week. To copy a row, copy it from column C on."),
    marked("Write roles, never names, telephone numbers or doors. Formulas are not read."),
    marked("A row that is deleted here stays in the records: nothing is lost by sending a workbook."),
    marked("For more, see “How to write a record”, linked at the foot of every page of the site."),
)
ABOUT_SCORES = (
    marked("Scores of a showcase"),
    marked("Say in the sheet “Reviewer” in which role you review, never your name."),
    marked("In the sheet “Scores” a row is one criterion for one presentation. What you leave empty is not "
           "counted."),
)
