"""What a workbook is read against and made of: the records that are there, and what its words mean."""

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence

from msgspec import Struct

from ..content.load import Data, read_records
from ..content.sources import Source
from ..library import Library, nearest_to
from ..model.dates import UNKNOWN
from ..model.keys import key_table
from ..model.kinds import BULK, COLLECTIONS, KINDS, TABLES
from ..model.paths import Slot, free_name, place_of
from ..model.records import Model, title_of
from ..model.vocabulary import folded
from .cells import Words, mark_of, shown
from .columns import Column, Sheet
from .edits import language_in, marks_in


class Found(Struct, frozen=True):
    """A record that is there: where, what it says as typed, its keys' language, and the row it was made of ("")."""

    path: str
    kind: str
    file: str
    entry: str
    data: Data
    language: str
    mark: str
    broken: str = ""
    """What is wrong with its file, if it cannot be read as a whole."""

    @property
    def place(self) -> str:
        """The place it belongs to."""
        return place_of(self.path)

    @property
    def title(self) -> str:
        """What it is called."""
        return str(self.data.get("title") or self.data.get("name") or "")


class Ground(Struct, frozen=True):
    """All that a workbook may be about: the language of the site, the names of its places, its records."""

    library: Library
    language: str
    places: Mapping[str, str]
    records: Mapping[str, Found]
    words: Words

    @property
    def paths(self) -> frozenset[str]:
        """The paths of all records, shown or not."""
        return frozenset(self.library.around.records) | self.records.keys()


def found_in(files: Mapping[str, bytes], slots: Mapping[str, Slot], language: str) -> dict[str, Found]:
    """The records in files, as typed. `language`: of the keys where a file has none yet."""
    found: dict[str, Found] = {}
    for file, data in files.items():
        for one in _found_in(Source(file, data), slots[file], language):
            found[one.path] = one
    return found


def _found_in(source: Source, slot: Slot, language: str) -> Iterable[Found]:
    reading = read_records(source, slot)
    text = source.data.decode("utf-8-sig", "replace")
    if "" in reading.invalid and not reading.entries:
        code = next((problem.code for problem in reading.problems if problem.level == "error"), "yaml")
        return [Found(slot.path, slot.kind, source.path, "", {}, language, "", code)]
    marks = marks_in(text)
    keys_in = language if slot.kind in COLLECTIONS else language_in(text, slot.kind, language)
    return [Found(f"{slot.path}/{entry}" if entry else slot.path, slot.kind, source.path, entry, data, keys_in,
                  marks.get(entry, "")) for entry, data in reading.entries.items()]


def ground_of(library: Library, records: Mapping[str, Found], language: str,
              coming: Mapping[str, tuple[str, str]] | None = None) -> Ground:
    """What is known of the site. `coming`: path of a record that is yet to be → its kind and title."""
    coming = coming or {}
    there = _called(library, records)
    called = there | dict(coming)
    titles: dict[tuple[str, str], list[str]] = defaultdict(list)
    for path, (kind, title) in sorted({*called.items(), *there.items()}):  # under its new title and its old one
        titles[kind, folded(title)].append(path)

    def path_of(kinds: tuple[str, ...], text: str, place: str) -> Sequence[str]:
        plain = text.strip().strip("/")
        if plain in coming and coming[plain][0] in kinds:
            return [plain]
        names = library.around.names
        meant = [path for kind in kinds if kind in names for path in names[kind].meant(plain, place)]
        return meant or nearest_to(place, [path for kind in kinds for path in titles.get((kind, folded(plain)), ())])

    def name_of(path: str, place: str) -> str:
        kind, title = called.get(path, ("", ""))
        kinds = tuple(library.around.names) if not kind else (kind,)
        names = (title, path.rpartition("/")[2])
        return next((name for name in names if name and list(path_of(kinds, name, place)) == [path]), path)

    places = {path: place.name for path, place in library.places.items()}
    return Ground(library, language, places, records, Words(library.vocabulary, language, path_of, name_of))


def _called(library: Library, records: Mapping[str, Found]) -> dict[str, tuple[str, str]]:
    """Path → kind and title, of all that a cell may name by its title."""
    kept = library.of_kinds(kind for kind in TABLES if KINDS[kind].is_placed and kind not in BULK)
    called = {path: (record.kind_of_record, title_of(record)) for path, record in kept}
    return called | {path: (one.kind, one.title) for path, one in records.items() if one.title}


# --- a record as cells ------------------------------------------------------------------------------------------------


def value_at(data: object, keys: Iterable[str]) -> object:
    """What `data` says under `keys`; None where it says nothing."""
    for key in keys:
        data = data.get(key) if isinstance(data, dict) else None
    return data


def entries_of(data: Data, key: str, model: type[Model]) -> list[dict[str, object]]:
    """The entries of a list, each by its keys, also those in short form; one that cannot be read is empty."""
    found = data.get(key, [])
    return [_entry(item, model) for item in (found if isinstance(found, list) else [found])]


def _entry(item: object, model: type[Model]) -> dict[str, object]:
    if isinstance(item, dict):
        return item
    try:
        said = model.model_validate(item)
    except ValueError:
        return {}
    values = {key: getattr(said, key) for key in key_table(model).specs}
    return {key: str(value) for key, value in values.items() if value not in (None, "", UNKNOWN)}


def cells_of(data: Mapping[str, object], sheet: Sheet, words: Words, place: str) -> dict[Column, str]:
    """The text of every cell that a record or an entry fills."""
    texts = {column: shown(value_at(data, column.keys), column, words, place) for column in sheet.columns
             if column.is_own}
    return {column: text for column, text in texts.items() if text}


def base_of(texts: Mapping[Column, str], sheet: Sheet) -> str:
    """What stood in the cells of a row when it was handed out, a few characters for each column."""
    return "".join(mark_of(texts.get(column, "")) for column in sheet.columns if column.is_own)


# --- where a new record goes ------------------------------------------------------------------------------------------


def free_path(kind: str, title: str, place: str, taken: Container[str]) -> str:
    """The path proposed for a new record: the pinyin of its title, with a number where that is `taken`."""
    folder = f"{place}/{KINDS[kind].folder}"
    return f"{folder}/{free_name(title, taken, kind=kind, folder=folder)}"
