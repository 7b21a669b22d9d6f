"""What a workbook is read against and made of: the records that are there, and what its words mean."""

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence

from msgspec import Struct

from ..content.load import RecordData, read_records
from ..content.yaml_source import SourceFile
from ..library import Library, select_nearest_paths
from ..model.dates import UNKNOWN_DATE
from ..model.keys import key_table
from ..model.kinds import BULK, COLLECTIONS, KINDS, TABLES
from ..model.paths import RecordLocation, get_place_of, suggest_file_name
from ..model.records import Model, get_title
from ..model.vocabulary import normalize_word
from .cell_values import CellVocabulary, format_cell, hash_text
from .columns import SheetDefinition, WorkbookColumn
from .file_edit import detect_key_language, find_row_ids


class ExistingRecord(Struct, frozen=True):
    """A record that is there: where, what it says as typed, its keys' language, and the row it was made of ("")."""

    path: str
    kind: str
    file: str
    entry: str
    data: RecordData
    language: str
    row_id: str
    file_problem: str = ""
    """What is wrong with its file, if it cannot be read as a whole."""

    @property
    def place(self) -> str:
        """The place it belongs to."""
        return get_place_of(self.path)

    @property
    def title(self) -> str:
        """What it is called."""
        return str(self.data.get("title") or self.data.get("name") or "")


class ImportContext(Struct, frozen=True):
    """All that a workbook may be about: the language of the site, the names of its places, its records."""

    library: Library
    language: str
    places: Mapping[str, str]
    records: Mapping[str, ExistingRecord]
    vocabulary: CellVocabulary

    @property
    def paths(self) -> frozenset[str]:
        """The paths of all records, shown or not."""
        return frozenset(self.library.link_context.records) | self.records.keys()


def read_existing_records(files: Mapping[str, bytes], slots: Mapping[str, RecordLocation],
                          language: str) -> dict[str, ExistingRecord]:
    """The records in files, as typed. `language`: of the keys where a file has none yet."""
    found: dict[str, ExistingRecord] = {}
    for file, data in files.items():
        for one in _read_file(SourceFile(file, data), slots[file], language):
            found[one.path] = one
    return found


def _read_file(source: SourceFile, slot: RecordLocation, language: str) -> Iterable[ExistingRecord]:
    reading = read_records(source, slot)
    text = source.data.decode("utf-8-sig", "replace")
    if "" in reading.invalid and not reading.entries:
        code = next((problem.code for problem in reading.problems if problem.level == "error"), "yaml")
        return [ExistingRecord(slot.path, slot.kind, source.path, "", {}, language, "", code)]
    marks = find_row_ids(text)
    keys_in = language if slot.kind in COLLECTIONS else detect_key_language(text, slot.kind, language)
    return [ExistingRecord(f"{slot.path}/{entry}" if entry else slot.path, slot.kind, source.path, entry, data, keys_in,
                           marks.get(entry, "")) for entry, data in reading.entries.items()]


def build_import_context(library: Library, records: Mapping[str, ExistingRecord], language: str,
                         coming: Mapping[str, tuple[str, str]] | None = None) -> ImportContext:
    """What is known of the site. `coming`: path of a record that is yet to be → its kind and title."""
    coming = coming or {}
    there = _titles_by_path(library, records)
    called = there | dict(coming)
    titles: dict[tuple[str, str], list[str]] = defaultdict(list)
    for path, (kind, title) in sorted({*called.items(), *there.items()}):  # under its new title and its old one
        titles[kind, normalize_word(title)].append(path)

    def path_of(kinds: tuple[str, ...], text: str, place: str) -> Sequence[str]:
        plain = text.strip().strip("/")
        if plain in coming and coming[plain][0] in kinds:
            return [plain]
        names = library.link_context.reference_indexes
        meant = [path for kind in kinds if kind in names for path in names[kind].resolve(plain, place)]
        return meant or select_nearest_paths(place, [path for kind in kinds
                                                     for path in titles.get((kind, normalize_word(plain)), ())])

    def name_of(path: str, place: str) -> str:
        kind, title = called.get(path, ("", ""))
        kinds = tuple(library.link_context.reference_indexes) if not kind else (kind,)
        names = (title, path.rpartition("/")[2])
        return next((name for name in names if name and list(path_of(kinds, name, place)) == [path]), path)

    places = {path: place.name for path, place in library.places.items()}
    return ImportContext(library, language, places, records,
                         CellVocabulary(library.vocabulary, language, path_of, name_of))


def _titles_by_path(library: Library, records: Mapping[str, ExistingRecord]) -> dict[str, tuple[str, str]]:
    """Path → kind and title, of all that a cell may name by its title."""
    kept = library.of_kinds(kind for kind in TABLES if KINDS[kind].is_placed and kind not in BULK)
    called = {path: (record.kind_of_record, get_title(record)) for path, record in kept}
    return called | {path: (one.kind, one.title) for path, one in records.items() if one.title}


# --- a record as cells ------------------------------------------------------------------------------------------------


def get_value(data: object, keys: Iterable[str]) -> object:
    """What `data` says under `keys`; None where it says nothing."""
    for key in keys:
        data = data.get(key) if isinstance(data, dict) else None
    return data


def read_entries(data: RecordData, key: str, model: type[Model]) -> list[dict[str, object]]:
    """The entries of a list, each by its keys, also those in short form; one that cannot be read is empty."""
    found = data.get(key, [])
    return [_read_entry(item, model) for item in (found if isinstance(found, list) else [found])]


def _read_entry(item: object, model: type[Model]) -> dict[str, object]:
    if isinstance(item, dict):
        return item
    try:
        said = model.model_validate(item)
    except ValueError:
        return {}
    values = {key: getattr(said, key) for key in key_table(model).specs}
    return {key: str(value) for key, value in values.items() if value not in (None, "", UNKNOWN_DATE)}


def format_cells(data: Mapping[str, object], sheet: SheetDefinition, words: CellVocabulary,
                 place: str) -> dict[WorkbookColumn, str]:
    """The text of every cell that a record or an entry fills."""
    texts = {column: format_cell(get_value(data, column.keys), column, words, place) for column in sheet.columns
             if column.is_record_key}
    return {column: text for column, text in texts.items() if text}


def compute_baseline(texts: Mapping[WorkbookColumn, str], sheet: SheetDefinition) -> str:
    """What stood in the cells of a row when it was handed out, a few characters for each column."""
    return "".join(hash_text(texts.get(column, "")) for column in sheet.columns if column.is_record_key)


# --- where a new record goes ------------------------------------------------------------------------------------------


def propose_path(kind: str, title: str, place: str, taken: Container[str]) -> str:
    """The path proposed for a new record: the pinyin of its title, with a number where that is `taken`."""
    folder = f"{place}/{KINDS[kind].folder}"
    return f"{folder}/{suggest_file_name(title, taken, kind=kind, folder=folder)}"
