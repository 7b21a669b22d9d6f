"""Every record of a kind as one line of CSV and one of JSON; drafts never, nor what names one."""

import re
from collections.abc import Callable, Iterator, Set

from ..analysis.table import columns_of, lines_of
from ..core.cells import joined, line_of
from ..core.outputs import Output, Plan
from ..model.kinds import BULK, TABLES
from ..site import Book


def record_plans(book: Book) -> Iterator[Plan]:
    """The two files of each kind of record."""
    for kind, name in TABLES.items():
        yield Plan(f"data/{name}.csv", records_csv, book, (kind,))
        yield Plan(f"data/{name}.json", records_json, book, (kind,))


def records_csv(book: Book, kind: str) -> Output:
    """The table of a kind of record."""
    head = line_of([column.name for column in columns_of(kind)])
    return Output(f"data/{TABLES[kind]}.csv", body=joined((head, *_lines(book, kind, as_json=False))))


def records_json(book: Book, kind: str) -> Output:
    """All that machines are told of the records of a kind: a list, one record a line."""
    lines = ",\n".join(_lines(book, kind, as_json=True))
    return Output(f"data/{TABLES[kind]}.json", body=f"[\n{lines}\n]\n".encode() if lines else b"[]\n")


def _lines(book: Book, kind: str, *, as_json: bool) -> Iterator[str]:
    """The lines of all records of a kind, in the order of their paths; drafts shown on this site are not in them."""
    folder, spared = TABLES[kind], _sparing(book.library.drafts)
    if kind in BULK:
        yield from map(spared, (book.told if as_json else book.lines)[folder].values())
        return
    for path, record in book.library.of_kind(kind).items():
        if not record.draft:
            yield spared(lines_of(path, record)[as_json])


def _sparing(drafts: Set[str]) -> Callable[[str], str]:
    """What takes the paths of drafts out of a line."""
    if not drafts:
        return str
    named = re.compile(rf"(?<![\w/-])({'|'.join(map(re.escape, sorted(drafts)))})(?![\w/-])")
    return lambda line: named.sub("", line)
