"""Which record a row is, and whether it comes from the very row that its record was made of."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from msgspec import Struct

from ..model.kinds import KINDS
from ..model.problems import Problem
from ..model.vocabulary import folded
from .cells import Cell, Words, mark_of, meaning, typed
from .columns import sheets
from .entries import HEADS, is_like
from .grid import Grid, Row, problem_at
from .ground import Found, Ground, entries_of, free_path, value_at
from .imported import ROW_IDS, Memory
from .nodes import Keys
from .three_way import Difference, Seen, cell_mark, differences, entry_mark, entry_typed, handed_out, record_mark


class Past(Struct, frozen=True):
    """What was before: the records as they were before this import, and what was read of them in earlier ones.

    `moved`: path that a record had when it was made → the file of another place where it lies now."""

    records: Mapping[str, Found]
    memory: Memory
    moved: Mapping[str, str] = MappingProxyType({})


class Matching:
    """Finds the records of the rows of one workbook."""

    def __init__(self, grid: Grid, ground: Ground, past: Past) -> None:
        self.grid = grid
        self.ground = ground
        self.past = past
        self.ids = Counter(row.id for row in grid.rows if row.id and not row.sheet.entries)
        self.says: dict[tuple[str, int, str], _Says] = {}
        self.by_mark: dict[str, list[Found]] = defaultdict(list)
        self.by_title: dict[tuple[str, str, str], list[Found]] = defaultdict(list)
        self.by_read_title: dict[tuple[str, str, str], list[Found]] = defaultdict(list)
        self.below: dict[tuple[str, str], list[Row]] = defaultdict(list)
        self.titles: dict[str, set[str]] = defaultdict(set)
        for one in ground.records.values():
            self._index(one)
        for row in grid.rows:
            if not row.sheet.entries:
                self.titles[row.sheet.kind].add(folded(title_of_row(row)))
            for name in {folded(row.said("#parent")), row.id.partition("#")[0]} - {""} if row.sheet.entries else ():
                self.below[row.sheet.kind, name].append(row)

    def _index(self, one: Found) -> None:
        if one.mark:
            self.by_mark[one.mark].append(one)
        self.by_title[one.kind, one.place, folded(one.title)].append(one)
        for mark in self.past.memory.get(one.path, {}).get(".".join(_title_keys(one.kind)), ()):
            self.by_read_title[one.kind, one.place, mark].append(one)

    def record_of(self, row: Row, place: str) -> Found | Problem | None:
        """The record that a row is: by its id and what the record says, else by title, place and date; None if it is
        new."""
        by_id = self._with_id(row, place)
        if isinstance(by_id, Problem):
            return by_id
        if by_id is not None:
            return self._broken(row, by_id) or by_id
        if row.sheet.kind == "location" and (name := row.said("#name")):
            found = self.ground.records.get(f"{place}/locations/{name}")
            if found:
                return self._broken(row, found) or found
        if row.sheet.kind == "review" and row.id and not row.id.startswith("places/"):
            return self._gone(row, place)  # else the sheet of another reviewer, be it in the same role
        alike = self._alike(row, place)
        if not alike:
            return self._gone(row, place)
        exact = [one for one in alike if self._date_fits(row, one)]
        if len(exact) == 1:
            return exact[0]
        date = row.sheet.column(*(_date_keys(row.sheet.kind) or title_keys(row)))
        said = ", ".join(f"{one.title} {_value(one, _date_keys(one.kind))}".strip() for one in alike)
        return problem_at(self.grid.name, row.cell(date), "row_unsure", found=said)

    def once_called(self, kind: str, text: str, place: str) -> list[str]:
        """The records of a place that were read under this title and have another by now."""
        column = sheets()[kind].column(*_title_keys(kind))
        return [one.path for one in self.by_read_title[kind, place, cell_mark(text, column, self.ground.words, place)]]

    def _alike(self, row: Row, place: str) -> list[Found]:
        """The records of a place that are called as a row is; of reviews, those of the same target by the same role."""
        if not title_of_row(row):
            return []
        if row.sheet.kind != "review":
            read = self.by_read_title.get((row.sheet.kind, place, self._mark(row, title_keys(row), place)), [])
            return self.by_title.get((row.sheet.kind, place, folded(title_of_row(row))), []) or read
        keys: tuple[Keys, ...] = (("target",), ("reviewer_role",), ("reviewer_org",))
        return [one for one in self.ground.records.values()
                if one.kind == "review" and one.place == place and all(self._same(row, one, key) for key in keys)]

    def _with_id(self, row: Row, place: str) -> Found | Problem | None:
        """The record that a row was handed out as, or was made of it. An id alone says nothing, since one template may
        be filled by several people and a row typed over: the row must still say what the record says."""
        known = self._known_by_id(row)
        if row.sheet.kind == "review":
            return self._review(row, known)
        if any(one.broken for one in known):
            return known[0]
        same = [one for one in known if not title_of_row(row) or _is_title_untouched(row)
                or self._same_or_read(row, one, title_keys(row))]
        if same or not known:
            return next((one for one in same if row.before or self._says(row, one).is_own), None)
        alike = self._alike(row, place)
        elsewhere = [one for one in alike if (self.ids[one.path] or self.ids[one.mark]) and self._date_fits(row, one)]
        if len(elsewhere) == 1:  # its cells were moved apart from its hidden ones
            return elsewhere[0]
        return self._renamed(row, known, is_free=not alike)

    def _known_by_id(self, row: Row) -> list[Found]:
        handed_out_as = self.ground.records.get(row.id)
        known = [handed_out_as] if handed_out_as else self.by_mark.get(row.id, [])
        return [one for one in known if one.kind == row.sheet.kind]

    def _renamed(self, row: Row, known: list[Found], *, is_free: bool) -> Found | Problem | None:
        """The record that a row names anew. `is_free`: whether no other record is called so."""
        is_handed_out = row.id in self.ground.records
        shared = {one.path: self._shared(row, one) for one in known}
        enough = 2 if not is_handed_out else 1 if row.sheet.kind != "location" else 0  # which has no texts to share
        renamed = [one for one in known if is_free and not self._overwrites(row, one)
                   and (shared[one.path] >= enough or self._says(row, one).is_all_kept)]
        if len(renamed) == 1:
            return renamed[0]
        if row.sheet.kind == "location" and is_free and is_like(title_of_row(row), known[0].title):
            return problem_at(self.grid.name, title_cell(row), "location_renamed", found=known[0].title,
                              key=known[0].file)
        return self._replaced(row, known[0]) if is_handed_out or any(shared.values()) else None

    def _review(self, row: Row, known: list[Found]) -> Found | Problem | None:
        """The review that a score sheet has made. A sheet that says little of what it said then is somebody else's, in
        the same role: it changes nothing unasked, nor does it add."""
        if not known or known[0].broken:
            return known[0] if known else None
        says = self._says(row, known[0])
        if says.is_own or not (says.other or says.new):
            return known[0]
        return problem_at(self.grid.name, row.cell(None), "review_other", found=known[0].file)

    def _broken(self, row: Row, found: Found) -> Problem | None:
        return problem_at(self.grid.name, row.cell(None), "file_unreadable", found=found.file) if found.broken else None

    def _replaced(self, row: Row, found: Found) -> Problem:
        """A row in which somebody seems to have typed another matter over an old one."""
        cell = row.cell(row.sheet.column(*title_keys(row)))
        said = f"{found.title} {_value(found, _date_keys(found.kind))}".strip()
        return problem_at(self.grid.name, cell, "row_replaced", found=said)

    def _gone(self, row: Row, place: str) -> Problem | None:
        """A row whose record is not there any more: it was handed out as that, or had made it. It makes none again,
        whatever it says by now; where it says only what was read of it, it keeps nothing else out."""
        path = self._gone_path(row, place)
        if not path:
            return None
        memory = self.past.memory.get(path, {})
        is_old = row.id != "" and all(self._is_read(one, memory, place) for one in (row, *self._below(row, path)))
        elsewhere = self.past.moved.get(path, "")
        is_withdrawn = self.ground.library.around.standing(path) == "withdrawn"
        code = "row_withdrawn" if is_withdrawn else "row_elsewhere" if elsewhere else "row_gone"
        return problem_at(self.grid.name, row.cell(None), code, level="warning" if is_old else "error",
                          found=elsewhere or path)

    def _gone_path(self, row: Row, place: str) -> str:
        """Where the record of a row was that is not there any more ("" = none is known)."""
        if row.id.startswith("places/"):
            return row.id
        folder = f"{place}/{KINDS[row.sheet.kind].folder}/"
        gone = [path for path in self.past.memory if path.startswith(folder) and path not in self.ground.paths]
        read = next((path for path in gone if self._was_made_of(row, path)), "")
        path = read or free_path(row.sheet.kind, title_of_row(row), place, ())
        return path if read or self.ground.library.around.standing(path) == "withdrawn" else ""

    def _was_made_of(self, row: Row, path: str) -> bool:
        """Whether a record that is gone was made of a row. Where their ids do not tell, most of what the row says must
        have been read of it; a review is known by its id alone, since others are of the same place."""
        gone = Found(path, row.sheet.kind, "", "", {}, "", "")
        has_title = self._mark(row, title_keys(row), gone.place) in self._read(gone, title_keys(row))
        if row.id in self._read(gone, (ROW_IDS,)):
            return has_title or self._says(row, gone).kept > 0
        if not has_title or row.sheet.kind == "review":
            return False
        is_withdrawn = self.ground.library.around.standing(path) == "withdrawn"
        return is_withdrawn or (row.id != "" and self._says(row, gone).kept >= self._says(row, gone).new)

    def _is_read(self, row: Row, memory: Mapping[str, Sequence[str]], place: str) -> bool:
        """Whether all that a row says was read before, or stood in it when it was handed out."""
        if row.before:
            return not row.touched
        words = self.ground.words
        if name := row.sheet.entries:
            return entry_mark(entry_typed(row, words, place), row.sheet, words, place) in memory.get(name, ())
        return all(cell_mark(cell.text, column, words, place) in memory.get(".".join(column.keys), ())
                   for column, cell in row.cells.items() if column.is_own)

    def _same(self, row: Row, found: Found, keys: Keys) -> bool:
        """Whether a row and a record say the same under `keys`."""
        column = row.sheet.column(*keys)
        words, place = self.ground.words, found.place
        old = meaning(value_at(found.data, keys), column, words, place)
        new = meaning(typed(row.said(*keys), column, words, place), column, words, place)
        return old == new or (isinstance(old, str) and isinstance(new, str) and folded(old) == folded(new) != "")

    def _same_or_read(self, row: Row, found: Found, keys: Keys) -> bool:
        """The same, or whether that was read from a row before: the record may have been corrected since."""
        return self._same(row, found, keys) or self._mark(row, keys, found.place) in self._read(found, keys)

    def _read(self, found: Found, keys: Keys) -> Sequence[str]:
        return self.past.memory.get(found.path, {}).get(".".join(keys), ())

    def _mark(self, row: Row, keys: Keys, place: str) -> str:
        return cell_mark(row.said(*keys), row.sheet.column(*keys), self.ground.words, place)

    def _date_fits(self, row: Row, found: Found) -> bool:
        """Whether the dates agree, as far as both are known."""
        keys = _date_keys(found.kind)
        if not keys or not row.said(*keys) or self._same_or_read(row, found, keys):
            return True
        both = (row.said(*keys), _value(found, keys))
        return "未知" in both or "unknown" in both

    # --- what a row says of its record

    def _says(self, row: Row, found: Found) -> "_Says":
        """What a row says of its record; looked at once."""
        key = (row.tab, row.number, found.path)
        if key not in self.says:
            self.says[key] = self._compared(row, found)
        return self.says[key]

    def _compared(self, row: Row, found: Found) -> "_Says":
        """What a row, with the rows of its lists, says of what its record says or was read from it before."""
        kinds: list[str] = []
        for column in row.sheet.columns:
            if not column.is_own or column.keys == title_keys(row) or column not in row.at:
                continue
            tells = column.nature not in ("term", "flag", "reference")
            if not row.said(*column.keys):
                kinds += ["other"] if self._read(found, column.keys) and tells else []  # a later state would say it
            elif self._same_or_read(row, found, column.keys):
                kinds.append("kept" if tells else "same")
            else:
                kinds.append("other" if value_at(found.data, column.keys) else "new")
        kinds += (self._says_of_entry(one, found) for one in self._below(row, found.path, found.title))
        return _Says(kinds.count("kept"), kinds.count("other"), kinds.count("new"))

    def _says_of_entry(self, row: Row, found: Found) -> str:
        words, place, sheet = self.ground.words, found.place, row.sheet
        old = entries_of(found.data, sheet.entries, sheet.model)
        imported = self.past.memory.get(found.path, {}).get(sheet.entries, ())
        mine = entry_typed(row, words, place)
        if entry_mark(mine, sheet, words, place) in {*imported, *(entry_mark(one, sheet, words, place) for one in old)}:
            return "kept" if any(mine.get(key) for key in (*_FREE_KEYS, "finding", "evidence")) else "same"
        heads = [column for column in sheet.columns if column.keys[0] in HEADS]
        is_there = heads and any(all(meaning(mine.get(column.keys[0]), column, words, place)
                                     == meaning(one.get(column.keys[0]), column, words, place) for column in heads)
                                 for one in old)
        return "other" if is_there else "new"

    def _below(self, row: Row, path: str, title: str = "") -> list[Row]:
        """The rows of the lists of the record at `path`, also those that still have the title that it had."""
        called = {folded(title_of_row(row)), *({folded(title)} - self.titles[row.sheet.kind])}
        named = [one for name in sorted(called) for one in self.below.get((row.sheet.kind, name), [])]
        return [*named, *(one for one in self.below.get((row.sheet.kind, path), []) if one not in named)]

    def _shared(self, row: Row, found: Found) -> int:
        """How many texts other than the title a row, with the rows of its lists, shares with a record."""
        own = sum(self._same(row, found, column.keys) for column in row.cells if column.is_own
                  and column.nature in ("text", "markdown") and column.keys != title_keys(row))
        below = {text for one in self._below(row, found.path, found.title) for text in _free_texts(one)}
        there = {folded(str(entry.get(key, ""))) for sheet in sheets().values() if sheet.kind == found.kind
                 and sheet.entries for entry in entries_of(found.data, sheet.entries, sheet.model)
                 for key in _FREE_KEYS}
        return own + len(below & there)

    def _overwrites(self, row: Row, found: Found) -> bool:
        """Whether a row says something else than the record where that says something, besides the title."""
        return any(one.column.keys != title_keys(row) and value_at(found.data, one.column.keys)
                   for one in self.differences(row, found, self.ground.words))

    # --- what its writer saw

    def differences(self, row: Row, found: Found, words: Words) -> list[Difference]:
        before = self.past.records.get(found.path)
        return list(differences(row, found.data, before.data if before else None, self._seen(row, found), words,
                                found.place))

    def _seen(self, row: Row, found: Found) -> Seen:
        """What the writer of a row saw of its record."""
        marks = {column.keys: self._read(found, column.keys) for column in row.sheet.columns if column.is_own}
        return handed_out(row) or Seen(marks, self.is_own(row, found))

    def has_emptied(self, row: Row, found: Found, keys: Keys) -> bool:
        """Whether a row that was handed out empty no longer says what its record has from it."""
        read = self._read(found, keys)
        column = next((one for one in row.at if one.keys == keys), None)
        return bool(column and read and not row.before and not row.said(*keys) and column not in row.wrong
                    and record_mark(value_at(found.data, keys), column, self.ground.words, found.place) == read[-1])

    def is_own(self, row: Row, found: Found) -> bool:
        """Whether a row is a later state of the one that its record was made of."""
        return bool(row.id) and row.id == found.mark and self._says(row, found).is_own


class _Says(Struct, frozen=True):
    """How many things a row says as its record does, or as they were read from it (`kept`: only what tells rows apart),
    how many otherwise, and how many that the record does not say."""

    kept: int
    other: int
    new: int

    @property
    def is_own(self) -> bool:
        """Whether it is a later state of the row that its record was made of."""
        return self.kept > self.other

    @property
    def is_all_kept(self) -> bool:
        """Whether it says nothing else than what was said then, and that more than once, and little that is new."""
        return self.kept > max(1, self.new) and not self.other


def _date_keys(kind: str) -> Keys:
    return (KINDS[kind].date_key,) if KINDS[kind].date_key else ()


def title_keys(row: Row) -> Keys:
    """The keys of what a record is called by."""
    return _title_keys(row.sheet.kind)


def _title_keys(kind: str) -> Keys:
    return (KINDS[kind].title_key,) if kind != "review" else ("target",)  # which most reviews have instead of a title


def title_cell(row: Row) -> Cell:
    """Where the title of a record stands, or should."""
    return row.cell(row.sheet.column(*title_keys(row)))


def title_of_row(row: Row) -> str:
    """What a row calls its record ("" = nothing)."""
    return row.said(*title_keys(row))


def _is_title_untouched(row: Row) -> bool:
    """Whether a row has the title under which it was handed out: the record may have another by now."""
    return row.before.get(row.sheet.column(*title_keys(row))) == mark_of(title_of_row(row))


_FREE_KEYS = ("text", "what")
"""The keys of an entry in which people say something in their own words."""


def _free_texts(row: Row) -> list[str]:
    return [folded(cell.text) for column, cell in row.cells.items() if column.keys[0] in _FREE_KEYS]


def _value(found: Found, keys: Keys) -> str:
    return str(value_at(found.data, keys) or "") if keys else ""
