"""What a workbook wants of the records: which row is which record, what is new, and what changes in which."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from ..model.problems import KeyPath, Problem
from ..model.vocabulary import built_in, choices, folded, in_both, nearest
from .cells import Cell, Value, Words, meaning, misread, shown, typed
from .columns import Column, Sheet, sheets
from .entries import HEADS, Then, merged
from .grid import Grid, Row, problem_at
from .ground import Found, Ground, cells_of, entries_of, free_path, ground_of, value_at
from .imported import Imported, Memory
from .nodes import Change, Item, Keys
from .sorted_apart import with_own_ids
from .three_way import Difference, Seen, cell_mark, differences, entry_mark, entry_typed, handed_out


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


DATE_KEYS: Mapping[str, Keys] = {"issue": ("raised",), "meeting": ("date",), "review": ("date",)}
TITLE_KEYS: Mapping[str, Keys] = {"location": ("name",), "review": ("target",)}
ROW_KINDS = ("location", "issue", "meeting", "case", "review")
"""The kinds in the order in which they are looked at."""


class Past(Struct, frozen=True):
    """What was before: the records as they were before this import, and what was read of them in earlier ones."""

    records: Mapping[str, Found]
    memory: Memory


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
        self.called: dict[tuple[str, str], list[str]] = defaultdict(list)
        self.by_id: dict[str, str] = {}
        self.by_mark: dict[str, list[Found]] = defaultdict(list)
        self.by_title: dict[tuple[str, str, str], list[Found]] = defaultdict(list)
        self.below: dict[tuple[str, str], list[Row]] = defaultdict(list)
        self.ids = Counter(row.id for row in grid.rows if row.id and not row.sheet.entries)
        self.says: dict[tuple[str, int, str], _Says] = {}
        for row in grid.rows:
            if row.sheet.entries:
                for name in {folded(row.said("#parent")), row.id.partition("#")[0]} - {""}:
                    self.below[row.sheet.kind, name].append(row)
        for one in ground.records.values():
            if one.mark:
                self.by_mark[one.mark].append(one)
            self.by_title[one.kind, one.place, folded(one.title)].append(one)

    def proposal(self) -> Proposal:
        main = [row for kind in ROW_KINDS for row in self.grid.rows if row.sheet.name == kind]
        for row in main:
            self._identify(row)
        coming = {one.path: (one.kind, one.title) for one in self.wanted.values() if one.found is None or one.title}
        self.ground = ground_of(self.ground.library, self.ground.records, self.ground.language, coming)
        for one in list(self.wanted.values()):
            self._fill(one)
        self._children()
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
        found = self._match(row, place)
        if isinstance(found, Problem):
            self.problems.append(found)
            self._fail(row)
            return
        path = self.by_id.get(row.id) or (found.path if found else self._new_path(row, place))
        if path in self.wanted:
            first = self.wanted[path].rows[()]
            self._problem(row, None, "row_twice", found=str(first.number), allowed=str(row.number))
            self._fail(row)
            return
        mark = row.id if found is None and row.id and not row.id.startswith("places/") else ""
        self.wanted[path] = Wanted(path, row.sheet.kind, place, found, mark, rows={(): row}, title=_title(row))
        self.called[row.sheet.kind, folded(_title(row))].append(path)
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

    def _match(self, row: Row, place: str) -> Found | Problem | None:
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
            return None  # the sheet of another reviewer, be it in the same role
        alike = self._alike(row, place)
        if not alike:
            return self._gone(row, place)
        exact = [one for one in alike if self._date_fits(row, one)]
        if len(exact) == 1:
            return exact[0]
        date = row.sheet.column(*DATE_KEYS.get(row.sheet.kind, title_keys(row)))
        said = ", ".join(f"{one.title} {_value(one, DATE_KEYS.get(one.kind, ()))}".strip() for one in alike)
        return problem_at(self.grid.name, row.cell(date), "row_unsure", found=said)

    def _alike(self, row: Row, place: str) -> list[Found]:
        """The records of a place that are called as a row is; of reviews, those of the same target by the same role."""
        if not _title(row):
            return []
        if row.sheet.kind != "review":
            return self.by_title.get((row.sheet.kind, place, folded(_title(row))), [])
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
        same = [one for one in known if not _title(row) or self._same(row, one, title_keys(row))]
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
        renamed = [one for one in known if is_free and shared[one.path] >= enough and not self._overwrites(row, one)]
        if len(renamed) == 1:
            return renamed[0]
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

    def _says(self, row: Row, found: Found) -> "_Says":
        key = (row.tab, row.number, found.path)
        if key not in self.says:
            self.says[key] = self._compared(row, found)
        return self.says[key]

    def _compared(self, row: Row, found: Found) -> "_Says":
        """What a row, with the rows of its lists, says of what its record says or was read from it before."""
        words, place, memory = self.ground.words, found.place, self.past.memory.get(found.path, {})
        kinds: list[str] = []
        for column, cell in row.cells.items():
            if not column.is_own or column.keys == title_keys(row):
                continue
            was_read = cell_mark(cell.text, column, words, place) in memory.get(".".join(column.keys), ())
            there = bool(value_at(found.data, column.keys))
            is_same = was_read or self._same(row, found, column.keys)
            tells = column.nature not in ("term", "flag", "reference")
            kinds.append(("kept" if tells else "same") if is_same else "other" if there else "new")
        kinds += (self._says_of_entry(one, found) for one in self._below(row, found))
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

    def _below(self, row: Row, found: Found) -> list[Row]:
        """The rows of the lists of a record."""
        named = self.below.get((row.sheet.kind, folded(_title(row))), [])
        return [*named, *(one for one in self.below.get((row.sheet.kind, found.path), []) if one not in named)]

    def _shared(self, row: Row, found: Found) -> int:
        """How many texts other than the title a row, with the rows of its lists, shares with a record."""
        own = sum(self._same(row, found, column.keys) for column in row.cells if column.is_own
                  and column.nature in ("text", "markdown") and column.keys != title_keys(row))
        below = {text for one in self._below(row, found) for text in _free_texts(one)}
        there = {folded(str(entry.get(key, ""))) for sheet in sheets().values() if sheet.kind == found.kind
                 and sheet.entries for entry in entries_of(found.data, sheet.entries, sheet.model)
                 for key in _FREE_KEYS}
        return own + len(below & there)

    def _overwrites(self, row: Row, found: Found) -> bool:
        """Whether a row says something else than the record where that says something, besides the title."""
        return any(one.column.keys != title_keys(row) and value_at(found.data, one.column.keys)
                   for one in self._differences(row, found, self.ground.words))

    def _differences(self, row: Row, found: Found, words: Words) -> list[Difference]:
        before = self.past.records.get(found.path)
        return list(differences(row, found.data, before.data if before else None, self._seen(row, found), words,
                                found.place))

    def _seen(self, row: Row, found: Found) -> Seen:
        """What the writer of a row saw of its record."""
        memory = self.past.memory.get(found.path, {})
        marks = {column.keys: memory.get(".".join(column.keys), ()) for column in row.sheet.columns if column.is_own}
        return handed_out(row) or Seen(marks, self._is_own(row, found))

    def _is_own(self, row: Row, found: Found) -> bool:
        """Whether a row is a later state of the one that its record was made of."""
        return bool(row.id) and row.id == found.mark and self._says(row, found).is_own

    def _broken(self, row: Row, found: Found) -> Problem | None:
        return problem_at(self.grid.name, row.cell(None), "file_unreadable", found=found.file) if found.broken else None

    def _replaced(self, row: Row, found: Found) -> Problem:
        """A row in which somebody seems to have typed another matter over an old one."""
        cell = row.cell(row.sheet.column(*title_keys(row)))
        said = f"{found.title} {_value(found, DATE_KEYS.get(found.kind, ()))}".strip()
        return problem_at(self.grid.name, cell, "row_replaced", found=said)

    def _gone(self, row: Row, place: str) -> Problem | None:
        """A row whose record is not there any more: it was handed out as that, or had made it."""
        path = row.id if row.id.startswith("places/") else free_path(row.sheet.kind, _title(row), place, ())
        memory = {} if path in self.ground.paths else self.past.memory.get(path, {})
        was_read = row.id != "" and memory != {} and all(
            cell_mark(cell.text, column, self.ground.words, place) in memory.get(".".join(column.keys), ())
            for column, cell in row.cells.items() if column.is_own)
        if not was_read and not row.id.startswith("places/"):
            return None
        return problem_at(self.grid.name, row.cell(None), "row_gone", found=path)

    def _same(self, row: Row, found: Found, keys: Keys) -> bool:
        """Whether a row and a record say the same under `keys`."""
        column = row.sheet.column(*keys)
        words, place = self.ground.words, found.place
        old = meaning(value_at(found.data, keys), column, words, place)
        new = meaning(typed(row.said(*keys), column, words, place), column, words, place)
        return old == new or (isinstance(old, str) and isinstance(new, str) and folded(old) == folded(new) != "")

    def _date_fits(self, row: Row, found: Found) -> bool:
        """Whether the dates agree, as far as both are known."""
        keys = DATE_KEYS.get(found.kind)
        if keys is None or not row.said(*keys) or self._same(row, found, keys):
            return True
        return "未知" in (row.said(*keys), _value(found, keys)) or "unknown" in (row.said(*keys), _value(found, keys))

    def _new_path(self, row: Row, place: str) -> str:
        name = row.said("#name")
        title = name or _title(row) or row.sheet.kind
        path = free_path(row.sheet.kind, title, place, self.taken)
        self.taken.add(path)
        return path

    def _fail(self, row: Row) -> None:
        """A row that is no record as it stands; what its cells say is looked at all the same."""
        self._look_at(row)
        self.failed.add((row.sheet.kind, folded(_title(row))))
        self.failed.add((row.sheet.kind, row.id))

    # --- what a row changes in its record

    def _fill(self, wanted: Wanted) -> None:
        row, found = wanted.rows[()], wanted.found
        words = self._words(wanted)
        wanted.before = cells_of(found.data if found else {}, row.sheet, words, wanted.place)
        differing = self._differences(row, found, words) if found else differences(row, {}, None, Seen(), words,
                                                                                   wanted.place)
        for one in differing:
            if one.is_asked and found:
                self._ask(row, one, found.data, found, words)
            else:
                wanted.values[one.column.keys] = one.value

    def _ask(self, row: Row, one: Difference, data: Mapping[str, object], found: Found, words: Words) -> None:
        """Asks about a cell that would change what its writer did not see."""
        cell = row.cells.get(one.column)
        theirs = value_at(data, one.column.keys)
        now = shown(theirs, one.column, words, found.place) or str(theirs or "")
        self._problem(row, one.column, "changed_since", found=_quoted(now), allowed=_quoted(cell.text if cell else ""),
                      key=found.file)

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
        return Imported(wanted.path, tuple(marks), wanted.found is None)

    def _words(self, wanted: Wanted) -> Words:
        return replace(self.ground.words, writes=wanted.found.language if wanted.found else self.ground.language)

    # --- the rows of lists

    def _children(self) -> None:
        below: dict[tuple[str, str], list[Row]] = defaultdict(list)
        for row in self.grid.rows:
            if row.sheet.entries and (path := self._parent(row)):
                below[path, row.sheet.name].append(row)
            elif row.sheet.entries:
                self._look_at(row)
        for (path, name), rows in below.items():
            self._list(self._wanted_at(path), sheets()[name], rows)

    def _wanted_at(self, path: str) -> Wanted:
        if path not in self.wanted:
            found = self.ground.records[path]
            self.wanted[path] = Wanted(path, found.kind, found.place, found, title=found.title)
        return self.wanted[path]

    def _parent(self, row: Row) -> str | None:
        """The record that an entry belongs to; None if that cannot be told, or if the record is wrong itself."""
        column, kind = row.sheet.column("#parent"), row.sheet.kind
        text, hidden = row.said("#parent"), row.id.partition("#")[0]
        if column in row.wrong or {(kind, folded(text)), (kind, hidden)} & (self.failed - {(kind, "")}):
            return None
        place = self._place(row) if row.said("#place") or self.place else ""
        if place is None:
            return None
        called = self.called.get((kind, folded(text)), []) if text else []
        meant = [path for path in called if not row.said("#place") or self.wanted[path].place == place]
        if not meant and text:
            meant = list(self.ground.words.path_of((kind,), text, place))
            meant = [path for path in meant if path in self.wanted or path in self.ground.records]
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
        data = wanted.found.data if wanted.found else {}
        words = self._words(wanted)
        old = entries_of(data, sheet.entries, sheet.model)
        before = self.past.records.get(wanted.path)
        then = Then(wanted.path, entries_of(before.data, sheet.entries, sheet.model) if before else (),
                    self.past.memory.get(wanted.path, {}).get(sheet.entries, ()) if wanted.found else (),
                    wanted.found is not None and () in wanted.rows and self._is_own(wanted.rows[()], wanted.found))
        result = merged(rows, old, then, sheet, words, wanted.place)
        wanted.read += rows
        for row, one, entry in result.asked:
            assert wanted.found is not None
            self._ask(row, one, entry, wanted.found, words)
        for number, (_, of_item) in enumerate(result.items):
            if of_item is not None:
                wanted.rows[sheet.entries, number] = of_item
        if result.is_changed:
            wanted.lists[sheet.entries] = [item for item, _ in result.items]

    def _look_at(self, row: Row) -> None:
        """Tells which cells cannot be read, of a row that reaches no record."""
        for column, cell in row.cells.items():
            value = typed(cell.text, column, self.ground.words, self.place)
            for one in value if isinstance(value, list) else [value]:
                if code := misread(one, column, self.ground.words):
                    allowed = self.ground.words.vocabulary.allowed(column.vocabulary) if column.vocabulary else ""
                    self._problem(row, column, code, key=column.both_names, found=f"'{cell.text}'", allowed=allowed)
                    break

    def _problem(self, row: Row, column: Column | None, code: str, near: str = "", **values: str) -> None:
        self.problems.append(problem_at(self.grid.name, row.cell(column), code, near, values=values))


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


def title_keys(row: Row) -> Keys:
    """The keys of what a record is called by."""
    return TITLE_KEYS.get(row.sheet.kind, ("title",))


def title_cell(row: Row) -> Cell:
    """Where the title of a record stands, or should."""
    return row.cell(row.sheet.column(*title_keys(row)))


def _title(row: Row) -> str:
    return row.said(*title_keys(row))


_FREE_KEYS = ("text", "what")
"""The keys of an entry in which people say something in their own words."""


def _free_texts(row: Row) -> list[str]:
    return [folded(cell.text) for column, cell in row.cells.items() if column.keys[0] in _FREE_KEYS]


def _quoted(text: str) -> str:
    line = " ".join(text.split())
    return f"“{line if len(line) <= _SHOWN else f'{line[:_SHOWN]}…'}”" if line else "-"


_SHOWN = 60
"""Characters of a text that are shown in a question."""


def _value(found: Found, keys: Keys) -> str:
    return str(value_at(found.data, keys) or "") if keys else ""
