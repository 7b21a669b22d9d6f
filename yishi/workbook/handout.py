"""What a workbook shows when it is handed out: for a place, empty or with its records; for reviewers, their scores."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from ..library import Library, criteria_of, default_stages, nearest_method
from ..model.kinds import BULK, KINDS
from ..model.language import Language, marked
from ..model.records import DEFAULT_METHOD, Event
from ..model.vocabulary import built_in
from .columns import USUAL, Column, Sheet, sheets
from .ground import Found, Ground, base_of, cells_of, entries_of
from .layout import Line, Page, example_of, labels
from .scores import score_sheets

SPARE = 300
"""Empty rows that have an id already."""


def usual_pages(ground: Ground, place: str, token: str, language: Language,
                records: Iterable[Found] = (), spare: int = SPARE) -> list[Page]:
    """The sheets for a place ("" = all places), with `records` filled in and `spare` empty rows. `token`: what the ids
    of empty rows begin with: no two workbooks that are handed out may have the same."""
    lines = _lines(ground, list(records))
    pages = []
    for number, name in enumerate(USUAL):
        sheet = sheets()[name]
        columns = tuple(column for column in sheet.columns if _is_shown(column, ground.library, place))
        choices = {column: words for column in columns if (words := _choices(column, ground, place, language))}
        ids = [] if sheet.entries else [f"{token}-{number}{row:03}" for row in range(spare)]
        example = {column: text for column, text in example_of(sheet, language, choices).items() if column in columns}
        pages.append(Page(sheet, columns, lines.get(name, ()), choices, example, ids))
    return pages


def _is_shown(column: Column, library: Library, place: str) -> bool:
    """A community's own workbook needs no column for the place."""
    return column.keys != ("#place",) or not place or bool(library.children.get(place))


def _lines(ground: Ground, records: list[Found]) -> dict[str, list[Line]]:
    """The rows of every sheet."""
    found: dict[str, list[Line]] = {name: [] for name in USUAL}
    for one in records:
        if one.kind in found and not one.broken:
            found[one.kind].append(_line(one, sheets()[one.kind], ground))
            for name in USUAL:
                if name.startswith(f"{one.kind}."):
                    found[name] += _entries(one, sheets()[name], ground)
    return found


def _line(one: Found, sheet: Sheet, ground: Ground) -> Line:
    texts = cells_of(one.data, sheet, ground.words, one.place)
    base = base_of(texts, sheet)
    special = {"#place": ground.words.name_of(one.place, ""), "#name": one.entry}
    return Line(one.path, base, {**_special(sheet, special), **texts})


def _special(sheet: Sheet, texts: Mapping[str, str]) -> dict[Column, str]:
    return {column: text for column in sheet.columns if (text := texts.get(column.keys[0], ""))}


def _entries(one: Found, sheet: Sheet, ground: Ground) -> Iterator[Line]:
    special = _special(sheet, {"#place": ground.words.name_of(one.place, ""), "#parent": one.title})
    for number, entry in enumerate(entries_of(one.data, sheet.entries, sheet.model)):
        texts = cells_of(entry, sheet, ground.words, one.place)
        yield Line(f"{one.path}#{number}", base_of(texts, sheet), {**special, **texts})


# --- what may be chosen -----------------------------------------------------------------------------------------------


def _choices(column: Column, ground: Ground, place: str, language: Language) -> list[str]:
    vocabulary = ground.library.vocabulary
    if column.vocabulary:
        return labels(vocabulary.terms[column.vocabulary].values(), language.tag)
    if column.nature == "flag":
        return labels([built_in().terms["answer"][key] for key in ("yes", "no")], language.tag)
    if column.keys == ("stage",):
        return _stages(ground.library, place, language)
    if column.kinds and KINDS[column.kinds[0]].is_placed and column.kinds[0] not in BULK:
        return _names(column.kinds[0], ground, place)
    return []


def _stages(library: Library, place: str, language: Language) -> list[str]:
    """The stages of the method that is worked by, then the words that hold everywhere."""
    path = nearest_method(library.places, place) or DEFAULT_METHOD
    method = library.methods.get(path)
    usual = default_stages()
    stages = [stage.id if stage in usual and language.tag == "en" else stage.label
              for stage in (method.stages if method else usual) if stage.verified]
    return [*stages, *labels(built_in().terms["reserved_stage"].values(), language.tag)]


def _names(kind: str, ground: Ground, place: str) -> list[str]:
    """The names of the records that a row of `place` may name."""
    above = f"{place}/" if place and kind != "event" else ""
    return [ground.words.name_of(path, place) for path in ground.library.of_kind(kind) if f"{path}/".startswith(above)]


# --- score sheets -----------------------------------------------------------------------------------------------------


def score_pages(ground: Ground, event: str, token: str, language: Language) -> list[Page]:
    """The sheets of one reviewer of an event: who reviews, and a row for each presentation and criterion."""
    library = ground.library
    shown = library.events[event]
    who, scores = score_sheets()["reviewer"], score_sheets()["scores"]
    target, key, rating = scores.columns[:3]
    lines = [Line(f"{token}-{number}", "", {target: ground.words.name_of(path, ""), key: criterion.label})
             for number, path in enumerate(_targets(shown)) for criterion in criteria_of(library, path)]
    rated = {rating: labels(built_in().terms["rating"].values(), language.tag)}
    columns = tuple(column for column in who.columns if column.is_own)
    return [Page(who, columns, [], spare=[f"{token}-who"]), Page(scores, scores.columns, lines, rated)]


def _targets(event: Event) -> Sequence[str]:
    """What is shown, each once: the case, else the place."""
    shown = (one.case or one.place for group in event.groups for one in group.presentations)
    return list(dict.fromkeys(filter(None, shown)))


ABOUT_PLACE = (
    marked("How to fill this workbook"),
    marked("One row is one record. Columns with * must be filled; all others may stay empty."),
    marked("The second row says what belongs in a column. The sheet of examples shows a filled row of each sheet; "
           "it is not read."),
    marked("What happened in a matter stands in the sheet of the log, a row for each step, with the title of the "
           "matter in its first column."),
    marked("Leave the hidden columns A and B as they are: by them a row is known again, so that the same workbook can "
           "be sent again every week. To copy a row, copy it from column C on."),
    marked("Write roles, never names, telephone numbers or doors. Formulas are not read."),
    marked("A row that is deleted here stays in the records: nothing is lost by sending a workbook."),
    marked("More stands on the site, at the foot of its pages: “How to write a record”."),
)
ABOUT_SCORES = (
    marked("Scores of a showcase"),
    marked("Say in the sheet “Reviewer” in which role you review, never your name."),
    marked("In the sheet “Scores” a row is one criterion for one presentation. What you leave empty is not "
           "counted."),
)
