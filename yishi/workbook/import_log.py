"""The import log of a place: hashes of the values imported into its records. The log is stored beside the records in
the content folder, so that moving or restoring the folder takes it along. A hash shows whether two texts are equal
without storing the text."""

from collections.abc import Iterable, Mapping

from msgspec import Struct

from .columns import list_sheets

LOG_HEADER = (
    "# What `import` read last, by marks. By them it knows what was changed in a file since. Not to be edited.\n")

ROW_IDS = "#row"
"""Key of the log entry that lists the ids of the rows a record was made from."""

TOLD_STEPS = "#told"
"""Key of the log entry that lists the hashes of the steps that were told in the row of their record."""


FILES = "#file"
"""Key of the log entry that lists the marks of the workbooks whose row made or changed the record."""


def mark_file(digest: str) -> str:
    """The mark of a workbook: the beginning of its digest ("" = not known)."""
    return digest[:16]


def get_log_path(place: str) -> str:
    """The log file of a place. It is hidden, hence neither a record nor published."""
    return f"{place}/.imported"


class ImportedRecord(Struct, frozen=True):
    """Values imported into one record. `hashes`: (key or list, hash) in the order of the rows; `is_new`: whether the
    import created the record; `row`: id of its row ("" = none); `is_corrected`: whether that row comes back corrected,
    so that what it told before no longer counts."""

    path: str
    hashes: tuple[tuple[str, str], ...]
    is_new: bool = False
    row: str = ""
    is_corrected: bool = False


ImportLog = Mapping[str, Mapping[str, tuple[str, ...]]]
"""Path of a record → key or list → hashes of the imported values, latest last."""


def parse_import_log(place: str, data: bytes) -> ImportLog:
    """Parse a log file; malformed lines are ignored."""
    log: dict[str, dict[str, tuple[str, ...]]] = {}
    for line in data.decode("utf-8", "replace").splitlines():
        if line.count("\t") == 2:
            record, key, hashes = line.split("\t")
            keys = log.setdefault(f"{place}/{record}", {})
            keys[key] = (*keys.get(key, ()), *hashes.split())
    return log


def write_import_log(place: str, log: ImportLog) -> bytes:
    """The log file of `place`: one line per record and key, so that changes of two people merge in Git."""
    lines = sorted(f"{path.removeprefix(f'{place}/')}\t{key}\t{' '.join(hashes)}\n"
                   for path, keys in log.items() for key, hashes in keys.items())
    return (LOG_HEADER + "".join(lines)).encode()


def update_import_log(log: ImportLog, imported: Iterable[ImportedRecord]) -> ImportLog:
    """The log with the values just imported. Of a list every hash counts; of a key only the last."""
    lists = {TOLD_STEPS, FILES, *(sheet.list_key for sheet in list_sheets().values())}
    after = {path: dict(keys) for path, keys in log.items()}
    for record in imported:
        keys_of_record = {} if record.is_new else after.get(record.path, {})
        if record.is_corrected:
            keys_of_record.pop(TOLD_STEPS, None)
        for key, value_hash in (*record.hashes, *([(ROW_IDS, record.row)] if record.row else [])):
            hashes = keys_of_record.get(key, ())
            if not (value_hash in hashes if key in lists else hashes[-1:] == (value_hash,)):
                keys_of_record[key] = (*hashes, value_hash)
        if keys_of_record:
            after[record.path] = keys_of_record
    return after


def follow_moved_records(log: ImportLog, paths: Mapping[str, str], existing: Iterable[str]) -> ImportLog:
    """The log after records were moved by hand. `paths`: id of a row → present path of its record; `existing`: paths
    of all existing records."""
    now = {path: paths[row] for path, keys in log.items() if path not in existing
           for row in keys.get(ROW_IDS, ()) if row in paths}
    return {now.get(path, path): keys for path, keys in log.items()}
