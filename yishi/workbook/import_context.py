"""The context of an import: existing records and the meaning of cell texts."""

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
from ..model.records.limits import DEFAULT_LIMITS, Limits
from ..model.vocabulary import normalize_word
from .cell_values import CellVocabulary, format_cell, hash_text
from .columns import SheetDefinition, WorkbookColumn
from .file_edit import detect_key_language, find_row_ids


class ExistingRecord(Struct, frozen=True):
    """An existing record: path, kind, file, id of its entry in a file with several ("" = none), data as typed,
    language of its keys, and id of the row it was made from ("" = none)."""

    path: str
    kind: str
    file: str
    entry: str
    data: RecordData
    language: str
    row_id: str
    file_problem: str = ""
    """Code of the problem if its file cannot be read at all."""

    @property
    def place(self) -> str:
        """The path of its place."""
        return get_place_of(self.path)

    @property
    def title(self) -> str:
        """Its title or name."""
        return str(self.data.get("title") or self.data.get("name") or "")


class ImportContext(Struct, frozen=True):
    """Everything a workbook can refer to: library, language of the site, path → name of its places, existing
    records."""

    library: Library
    language: str
    places: Mapping[str, str]
    records: Mapping[str, ExistingRecord]
    vocabulary: CellVocabulary

    @property
    def paths(self) -> frozenset[str]:
        """Paths of all records, published or not."""
        return frozenset(self.library.link_context.records) | self.records.keys()


def read_existing_records(files: Mapping[str, bytes], locations: Mapping[str, RecordLocation],
                          language: str, limits: Limits = DEFAULT_LIMITS) -> dict[str, ExistingRecord]:
    """Read the records in `files`, as typed. `language`: of the keys in files that have none yet."""
    records: dict[str, ExistingRecord] = {}
    for file, data in files.items():
        for record in _read_file(SourceFile(file, data), locations[file], language, limits):
            records[record.path] = record
    return records


def _read_file(source: SourceFile, location: RecordLocation, language: str, limits: Limits) -> Iterable[ExistingRecord]:
    parsed = read_records(source, location, limits)
    text = source.data.decode("utf-8-sig", "replace")
    if "" in parsed.invalid and not parsed.entries:
        code = next((problem.code for problem in parsed.problems if problem.level == "error"), "yaml")
        return [ExistingRecord(location.path, location.kind, source.path, "", {}, language, "", code)]
    row_ids = find_row_ids(text)
    key_language = language if location.kind in COLLECTIONS else detect_key_language(text, location.kind, language)
    return [ExistingRecord(f"{location.path}/{entry}" if entry else location.path, location.kind, source.path, entry,
                           data, key_language, row_ids.get(entry, "")) for entry, data in parsed.entries.items()]


def build_import_context(library: Library, records: Mapping[str, ExistingRecord], language: str,
                         new_records: Mapping[str, tuple[str, str]] | None = None) -> ImportContext:
    """Build the context. `new_records`: path of a record that the import creates → its kind and title."""
    new_records = new_records or {}
    existing_titles = _titles_by_path(library, records)
    all_titles = existing_titles | dict(new_records)
    titles: dict[tuple[str, str], list[str]] = defaultdict(list)
    for path, (kind, title) in sorted({*all_titles.items(), *existing_titles.items()}):  # by its new and its old title
        titles[kind, normalize_word(title)].append(path)

    def find_paths(kinds: tuple[str, ...], text: str, place: str) -> Sequence[str]:
        reference = text.strip().strip("/")
        if reference in new_records and new_records[reference][0] in kinds:
            return [reference]
        names = library.link_context.reference_indexes
        matches = [path for kind in kinds if kind in names for path in names[kind].resolve(reference, place)]
        return matches or select_nearest_paths(place, [path for kind in kinds
                                                       for path in titles.get((kind, normalize_word(reference)), ())])

    def format_name(path: str, place: str) -> str:
        kind, title = all_titles.get(path, ("", ""))
        kinds = tuple(library.link_context.reference_indexes) if not kind else (kind,)
        names = (title, path.rpartition("/")[2])
        return next((name for name in names if name and list(find_paths(kinds, name, place)) == [path]), path)

    places = {path: place.name for path, place in library.places.items()}
    return ImportContext(library, language, places, records,
                         CellVocabulary(library.vocabulary, language, find_paths, format_name))


def _titles_by_path(library: Library, records: Mapping[str, ExistingRecord]) -> dict[str, tuple[str, str]]:
    """Path → kind and title of all records that a cell can refer to by title."""
    shown = library.of_kinds(kind for kind in TABLES if KINDS[kind].is_placed and kind not in BULK)
    titles = {path: (record.kind_of_record, get_title(record)) for path, record in shown}
    return titles | {path: (record.kind, record.title) for path, record in records.items() if record.title}


# --- a record as cells ------------------------------------------------------------------------------------------------


def get_value(data: object, keys: Iterable[str]) -> object:
    """The value in `data` under `keys`; None if absent."""
    for key in keys:
        data = data.get(key) if isinstance(data, dict) else None
    return data


def read_entries(data: RecordData, key: str, model: type[Model]) -> list[dict[str, object]]:
    """The entries of a list as mappings, including those in short form; an unreadable entry is {}."""
    entries = data.get(key, [])
    return [_read_entry(item, model) for item in (entries if isinstance(entries, list) else [entries])]


def _read_entry(item: object, model: type[Model]) -> dict[str, object]:
    if isinstance(item, dict):
        return item
    try:
        entry = model.model_validate(item)
    except ValueError:
        return {}
    values = {key: getattr(entry, key) for key in key_table(model).specs}
    return {key: str(value) for key, value in values.items() if value not in (None, "", UNKNOWN_DATE)}


def format_cells(data: Mapping[str, object], sheet: SheetDefinition, words: CellVocabulary,
                 place: str) -> dict[WorkbookColumn, str]:
    """Column → text, for every cell that a record or an entry fills."""
    texts = {column: format_cell(get_value(data, column.keys), column, words, place) for column in sheet.columns
             if column.is_record_key}
    return {column: text for column, text in texts.items() if text}


def compute_baseline(texts: Mapping[WorkbookColumn, str], sheet: SheetDefinition) -> str:
    """The baseline of a row: the hashes of its cells, HASH_LENGTH characters per column."""
    return "".join(hash_text(texts.get(column, "")) for column in sheet.columns if column.is_record_key)


# --- paths of new records ---------------------------------------------------------------------------------------------


def propose_path(kind: str, title: str, place: str, taken: Container[str]) -> str:
    """A free path for a new record: the pinyin of its title, numbered if it is in `taken`."""
    folder = f"{place}/{KINDS[kind].folder}"
    return f"{folder}/{suggest_file_name(title, taken, kind=kind, folder=folder)}"
