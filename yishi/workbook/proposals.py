"""What a workbook wants of the records: which row is which record, what is new, and what changes in which."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from ..model.kinds import KINDS
from ..model.problems import KeyPath, Problem
from ..model.vocabulary import built_in, choices, folded, in_both, nearest
from .cells import Value, Words, misread, shown, typed
from .columns import Column, Sheet, sheets
from .entries import Then, merged
from .grid import Grid, Row, address, problem_at
from .ground import Found, Ground, base_of, cells_of, entries_of, free_path, ground_of, value_at
from .imported import Imported
from .matching import Matching, Past, title_cell, title_keys, title_of_row
from .nodes import Change, Item, Keys
from .sorted_apart import with_own_ids
from .three_way import Difference, Seen, cell_mark, differences, entry_mark, entry_typed


class Wanted(Struct):
    """A record as a workbook wants it. `rows`: way to the record or to an entry of a list → the row that says it."""

    path: str
    kind: str
    place: str
    found: Found | None
    mark: str = ""
    values: dict[Keys, Value | None] = field(default_factory=dict)
    lists: dict[str, list[Item]] = field(default_factory=dict)
    rows: dict[KeyPath, Row] = field(default_factory=dict)
    before: dict[Column, str] = field(default_factory=dict)
    title: str = ""
    read: list[Row] = field(default_factory=list)
    """The rows of its lists."""

    @property
    def change(self) -> Change:
        """What changes in it."""
        return Change(self.values, self.lists)


class Proposal(Struct, frozen=True):
    """What a workbook wants, and what keeps it from that."""

    wanted: tuple[Wanted, ...]
    problems: tuple[Problem, ...]
    unchanged: int
    imported: tuple[Imported, ...] = ()
    """What was read of each record."""

    failed: frozenset[str] = frozenset()
    """The titles of records that are wrong as a whole: that others name them is no mistake of these."""

    untitled: frozenset[str] = frozenset()
    """The kinds of records of which a row has a title that is wrong: the same holds for what names them."""

    def with_problem(self, problem: Problem) -> "Proposal":
        """The same, with one more thing that keeps it from that."""
        return replace(self, problems=(*self.problems, problem))


ROW_KINDS = tuple(kind for kind, spec in KINDS.items() if spec.sheets)
"""The kinds in the order in which they are looked at."""


def proposed(grid: Grid, ground: Ground, past: Past, taken: frozenset[str], place: str = "") -> Proposal:
    """What the rows of `grid` want. `taken`: the paths that no new record may have; `place`: of rows that name none."""
    return _Proposing(replace(grid, rows=with_own_ids(grid.rows)), ground, past, taken, place).proposal()


class _Proposing:
    """Works through the rows of one workbook."""

    def __init__(self, grid: Grid, ground: Ground, past: Past, taken: frozenset[str], place: str) -> None:
        self.grid = grid
        self.ground = ground
        self.past = past
        self.place = grid.place or place
        self.taken = set(taken)
        self.problems: list[Problem] = []
        self.wanted: dict[str, Wanted] = {}
        self.failed: set[tuple[str, str]] = set()
        self.adrift: list[Row] = []
        self.passed_over: set[tuple[str, str]] = set()
        self.called: dict[tuple[str, str], list[str]] = defaultdict(list)
        self.by_id: dict[str, str] = {}
        self.ids = Counter(row.id for row in grid.rows)
        self.matching = Matching(grid, ground, past)

    def proposal(self) -> Proposal:
        main = [row for kind in ROW_KINDS for row in self.grid.rows if row.sheet.name == kind]
        for row in main:
            self._identify(row)
        coming = {one.path: (one.kind, one.title) for one in self.wanted.values() if one.found is None or one.title}
        self.ground = ground_of(self.ground.library, self.ground.records, self.ground.language, coming)
        for one in list(self.wanted.values()):
            self._fill(one)
        self._children()
        for row in self.adrift:
            self._look_at(row)
        wanted = [one for one in self.wanted.values() if one.change]
        failed = frozenset(title for _, title in self.failed)
        untitled = frozenset(row.sheet.kind for row in main if row.sheet.column(*title_keys(row)) in row.wrong)
        imported = tuple(map(self._imported, self.wanted.values()))
        return Proposal(tuple(wanted), tuple(self.problems), len(self.wanted) - len(wanted), imported, failed, untitled)

    # --- which record a row is

    def _identify(self, row: Row) -> None:
        place = self._place(row)
        if place is None:
            self._fail(row)
            return
        found = self.matching.record_of(row, place)
        if isinstance(found, Problem):
            self.problems.append(found)
            if found.level == "warning":  # passed over with all that belongs to it
                self.passed_over |= {(row.sheet.kind, folded(title_of_row(row))), (row.sheet.kind, row.id)}
            else:
                self._fail(row)
            return
        path = self.by_id.get(row.id) or (found.path if found else self._new_path(row, place))
        if path in self.wanted:
            self._problem(row, None, "row_twice", found=address(title_cell(self.wanted[path].rows[()])))
            self.adrift.append(row)
            if folded(title_of_row(row)) != folded(self.wanted[path].title):
                self.failed.add((row.sheet.kind, folded(title_of_row(row))))
            return
        mark = row.id if found is None and row.id and not row.id.startswith("places/") else ""
        title = title_of_row(row)
        self.wanted[path] = Wanted(path, row.sheet.kind, place, found, mark, rows={(): row}, title=title)
        self.called[row.sheet.kind, folded(title)].append(path)
        if row.id:
            self.by_id.setdefault(row.id, path)

    def _place(self, row: Row) -> str | None:
        """The place a row belongs to; None if that cannot be told."""
        column = row.sheet.column("#place")
        if column in row.wrong:
            return None
        known = self.ground.records.get(row.id.partition("#")[0])
        if known and row.said("#place") in ("", known.place):
            return known.place
        if text := row.said("#place"):
            place = self._only(self.ground.words.path_of(("place",), text, self.place), row, column, text)
            if place and known and place != known.place:
                self._problem(row, column, "row_moved", found=self.ground.places.get(known.place, known.place))
                return None
            return place
        if not self.place:
            names = choices(self.ground.places.values())
            self._problem(row, column, "place_unclear", allowed=names)
        return self.place or None

    def _only(self, meant: Sequence[str], row: Row, column: Column, text: str) -> str | None:
        """The one that is meant; a problem where that is none or several."""
        if len(meant) == 1:
            return meant[0]
        if meant:
            self._problem(row, column, "ambiguous_reference", found=f"'{text}'", allowed=", ".join(meant))
        else:
            kind = column.kinds[0]
            term = built_in().terms["record_kind"][kind]
            label = in_both(term.label("zh-Hans"), term.label("en"))
            near = nearest(text, self._names(kind)) or ""
            self._problem(row, column, "unknown_reference", near, key=column.both_names, found=f"'{text}'",
                          allowed=label)
        return None

    def _names(self, kind: str) -> list[str]:
        if kind == "place":
            return list(self.ground.places.values())
        known = [(one.kind, one.title) for one in self.ground.records.values()]
        return [title for of, title in (*known, *((one.kind, one.title) for one in self.wanted.values())) if of == kind]

    def _new_path(self, row: Row, place: str) -> str:
        name = row.said("#name")
        title = name or title_of_row(row) or row.sheet.kind
        path = free_path(row.sheet.kind, title, place, self.taken)
        self.taken.add(path)
        return path

    def _fail(self, row: Row) -> None:
        """A row that is no record as it stands; what its cells say is looked at all the same."""
        self.adrift.append(row)
        self.failed.add((row.sheet.kind, folded(title_of_row(row))))
        self.failed.add((row.sheet.kind, row.id))

    # --- what a row changes in its record

    def _fill(self, wanted: Wanted) -> None:
        row, found = wanted.rows[()], wanted.found
        words = self._words(wanted)
        if (found and self.ground.library.around.standing(found.path) == "draft"
                and self.matching.has_emptied(row, found, ("draft",))):
            self.problems.append(problem_at(self.grid.name, row.cell(row.sheet.column("draft")), "draft_emptied",
                                            level="warning"))
        wanted.before = cells_of(found.data if found else {}, row.sheet, words, wanted.place)
        differing = self.matching.differences(row, found, words) if found else differences(row, {}, None, Seen(), words,
                                                                                   wanted.place)
        for one in differing:
            if one.is_asked and found:
                self._ask(row, one, found.data, wanted, words)
            else:
                wanted.values[one.column.keys] = one.value

    def _ask(self, row: Row, one: Difference, data: Mapping[str, object], wanted: Wanted, words: Words) -> None:
        """Asks about a cell that would change what its writer did not see."""
        cell = row.cells.get(one.column)
        theirs = value_at(data, one.column.keys)
        now = shown(theirs, one.column, words, wanted.place) or str(theirs or "")
        code = "entry_changed_since" if row.sheet.entries else "changed_since"
        self._problem(row, one.column, code, found=_quoted(now), allowed=_quoted(cell.text if cell else ""),
                      key=wanted.found.file if wanted.found else wanted.path)

    def _imported(self, wanted: Wanted) -> Imported:
        """What was read of a record: of rows that were not handed out filled, which say themselves what they were."""
        words, place = self._words(wanted), wanted.place
        marks: list[tuple[str, str]] = []
        for row in (*(wanted.rows[way] for way in wanted.rows if way == ()), *wanted.read):
            if row.before:
                continue
            if row.sheet.entries:
                marks.append((row.sheet.entries, entry_mark(entry_typed(row, words, place), row.sheet, words, place)))
            else:
                marks += ((".".join(column.keys), cell_mark(cell.text, column, words, place))
                          for column, cell in row.cells.items() if column.is_own)
        return Imported(wanted.path, tuple(marks), wanted.found is None, wanted.mark)

    def _words(self, wanted: Wanted) -> Words:
        return replace(self.ground.words, writes=wanted.found.language if wanted.found else self.ground.language)

    # --- the rows of lists

    def _children(self) -> None:
        below: dict[tuple[str, str], list[Row]] = defaultdict(list)
        for row in self.grid.rows:
            if row.sheet.entries and (path := self._parent(row)):
                below[path, row.sheet.name].append(row)
            elif row.sheet.entries:
                self.adrift.append(row)
        for (path, name), rows in below.items():
            self._list(self._wanted_at(path), sheets()[name], rows)
        for (path, _), rows in below.items():
            for row in rows:
                self._tell_if_moved(row, path, below)

    def _tell_if_moved(self, row: Row, path: str, below: Mapping[tuple[str, str], Sequence[Row]]) -> None:
        """Tells of a row that was an entry of another record before and is none of its rows any more: nothing is
        deleted unasked, so the entry stands in both."""
        if row.before:
            was = [row.id.partition("#")[0]] if self.ids[row.id] == 1 else []
        else:
            mark, name = self._entry_mark(row, path), row.sheet.entries
            memory = self.past.memory
            is_known = mark in memory.get(path, {}).get(name, ())
            was = [] if is_known else [
                other for other in self.wanted if mark in memory.get(other, {}).get(name, ())
                and not any(self._entry_mark(one, other) == mark for one in below.get((other, row.sheet.name), ()))]
        for found in (self.ground.records[other] for other in was if other != path and other in self.ground.records):
            if self._still_has(found, row):
                self.problems.append(problem_at(self.grid.name, row.cell(row.sheet.column("#parent")), "entry_moved",
                                                level="warning", found=_quoted(found.title), key=found.file))

    def _entry_mark(self, row: Row, path: str) -> str:
        words, place = self.ground.words, self.wanted[path].place
        return entry_mark(entry_typed(row, words, place), row.sheet, words, place)

    def _still_has(self, found: Found, row: Row) -> bool:
        """Whether a record has the entry that a row was handed out as, or else the one that it says."""
        sheet, words, place = row.sheet, self.ground.words, found.place
        mark = row.base or entry_mark(entry_typed(row, words, place), sheet, words, place)
        return any(mark == (base_of(cells_of(entry, sheet, words, place), sheet) if row.before
                            else entry_mark(entry, sheet, words, place))
                   for entry in entries_of(found.data, sheet.entries, sheet.model))

    def _wanted_at(self, path: str) -> Wanted:
        if path not in self.wanted:
            found = self.ground.records[path]
            self.wanted[path] = Wanted(path, found.kind, found.place, found, title=found.title)
        return self.wanted[path]

    def _parent(self, row: Row) -> str | None:
        """The record that an entry belongs to; None if that cannot be told, or if the record is wrong itself."""
        column, kind = row.sheet.column("#parent"), row.sheet.kind
        text, hidden = row.said("#parent"), row.id.partition("#")[0]
        left_out = (self.failed | self.passed_over) - {(kind, "")}
        if column in row.wrong or {(kind, folded(text)), (kind, hidden)} & left_out:
            return None
        place = self._place(row) if row.said("#place") or self.place else ""
        if place is None:
            return None
        called = self.called.get((kind, folded(text)), []) if text else []
        meant = [path for path in called if not row.said("#place") or self.wanted[path].place == place]
        if not meant and text:
            meant = list(self.ground.words.path_of((kind,), text, place))
            meant = [path for path in meant if path in self.wanted or path in self.ground.records]
            meant = meant or self.matching.once_called(kind, text, place)
        if by_id := self._by_hidden(hidden, meant):
            return by_id
        if not text:
            self._problem(row, column, "empty", key=column.both_names)
            return None
        return self._only(meant, row, column, text)

    def _by_hidden(self, hidden: str, meant: list[str]) -> str | None:
        """The record that the hidden id names, unless what is visible names others."""
        path = self.by_id.get(hidden) or (hidden if hidden in self.ground.records else None)
        return path if path and (not meant or path in meant) else None

    def _list(self, wanted: Wanted, sheet: Sheet, rows: list[Row]) -> None:
        words, found = self._words(wanted), wanted.found
        old = entries_of(found.data if found else {}, sheet.entries, sheet.model)
        then = self._then(found, wanted.rows.get(()), sheet) if found else Then(wanted.path)
        result = merged(rows, old, then, sheet, words, wanted.place)
        wanted.read += rows
        for row, one, entry in result.asked:
            self._ask(row, one, entry, wanted, words)
        for row, entry in result.replaced:
            was = " ".join(filter(None, cells_of(entry, sheet, words, wanted.place).values()))
            column = next((one for one in row.touched if one.keys[0] in ("text", "what")), None)
            self._problem(row, column, "entry_replaced", found=_quoted(was), key=found.file if found else "")
        for number, (_, of_item) in enumerate(result.items):
            if of_item is not None:
                wanted.rows[sheet.entries, number] = of_item
        if result.is_changed:
            wanted.lists[sheet.entries] = [item for item, _ in result.items]

    def _then(self, found: Found, row: Row | None, sheet: Sheet) -> Then:
        """What is known of a list besides what it says now."""
        before = self.past.records.get(found.path)
        return Then(found.path, entries_of(before.data, sheet.entries, sheet.model) if before else (),
                    self.past.memory.get(found.path, {}).get(sheet.entries, ()),
                    row is not None and self.matching.is_own(row, found))

    def _look_at(self, row: Row) -> None:
        """Tells which cells cannot be read or name nothing, of a row that reaches no record."""
        for column, cell in row.cells.items():
            value = typed(cell.text, column, self.ground.words, self.place)
            for one in value if isinstance(value, list) else [value]:
                if code := misread(one, column, self.ground.words):
                    allowed = self.ground.words.vocabulary.allowed(column.vocabulary) if column.vocabulary else ""
                    self._problem(row, column, code, key=column.both_names, found=f"'{cell.text}'", allowed=allowed)
                    break
                if column.nature == "reference" and column.is_own and self.place:
                    self._only(self.ground.words.path_of(column.kinds, str(one), self.place), row, column, str(one))

    def _problem(self, row: Row, column: Column | None, code: str, near: str = "", **values: str) -> None:
        self.problems.append(problem_at(self.grid.name, row.cell(column), code, near, values=values))


def _quoted(text: str) -> str:
    line = " ".join(text.split())
    return f"“{line if len(line) <= _SHOWN else f'{line[:_SHOWN]}…'}”" if line else "-"


_SHOWN = 60
"""Characters of a text that are shown in a question."""
