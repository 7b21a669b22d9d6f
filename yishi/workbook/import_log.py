"""What was imported into the records of a place, by marks.

It is kept beside them, in the content folder, so that it goes where they go, and goes back when they are put back. A
mark tells whether a text is the same, and not what it was.
"""

from collections.abc import Iterable, Mapping

from msgspec import Struct

from .columns import list_sheets

LOG_HEADER = (
    "# What `import` read last, by marks. By them it knows what was changed in a file since. Not to be edited.\n")

ROW_IDS = "#row"
"""The key under which the ids of the rows stand that a record was made of."""


def get_log_path(place: str) -> str:
    """The file of a place. It is hidden: no record, and nothing of it is published."""
    return f"{place}/.imported"


class ImportedRecord(Struct, frozen=True):
    """What was read of one record. `marks`: key, or list → mark, in the order of the rows; `is_new`: whether the record
    was made of it, and `row` the id of its row ("" = none)."""

    path: str
    hashes: tuple[tuple[str, str], ...]
    is_new: bool = False
    row: str = ""


ImportLog = Mapping[str, Mapping[str, tuple[str, ...]]]
"""Path of a record → key, or list → the marks of what was read, the latest last."""


def parse_import_log(place: str, data: bytes) -> ImportLog:
    """What a file says; lines that are none are passed over."""
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for line in data.decode("utf-8", "replace").splitlines():
        if line.count("\t") == 2:
            record, key, marks = line.split("\t")
            mine = found.setdefault(f"{place}/{record}", {})
            mine[key] = (*mine.get(key, ()), *marks.split())
    return found


def write_import_log(place: str, memory: ImportLog) -> bytes:
    """The file that says `memory`: a line for every key of every record, so that two people's changes merge."""
    lines = sorted(f"{path.removeprefix(f'{place}/')}\t{key}\t{' '.join(marks)}\n"
                   for path, keys in memory.items() for key, marks in keys.items())
    return (LOG_HEADER + "".join(lines)).encode()


def update_import_log(memory: ImportLog, news: Iterable[ImportedRecord]) -> ImportLog:
    """The memory with what was just read. Of a list every mark counts alike, of a key the last."""
    lists = {sheet.list_key for sheet in list_sheets().values()}
    after = {path: dict(keys) for path, keys in memory.items()}
    for one in news:
        mine = {} if one.is_new else after.get(one.path, {})
        for key, mark in (*one.hashes, *([(ROW_IDS, one.row)] if one.row else [])):
            marks = mine.get(key, ())
            if not (mark in marks if key in lists else marks[-1:] == (mark,)):
                mine[key] = (*marks, mark)
        if mine:
            after[one.path] = mine
    return after


def moved(memory: ImportLog, paths: Mapping[str, str], there: Iterable[str]) -> ImportLog:
    """The memory after records were moved by hand. `paths`: id of a row → path of the record that has it now; `there`:
    the paths of all records that are."""
    now = {path: paths[row] for path, keys in memory.items() if path not in there
           for row in keys.get(ROW_IDS, ()) if row in paths}
    return {now.get(path, path): keys for path, keys in memory.items()}
