"""Many workbooks in: which are taken, what the files say then, and what is wrong with the others.

A workbook is taken as a whole or not at all, and one that is wrong does not keep the others out.
"""

import re
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from ..core.digests import digest
from ..library import Library
from ..model.kinds import COLLECTIONS, KINDS
from ..model.language import Language
from ..model.paths import place_of, slot_of
from ..model.problems import Problem, errors
from ..model.vocabulary import Vocabulary, built_in, folded
from . import imported
from .answers import at_cells, in_words_of, masked, new_problems, told_once, without_echoes
from .columns import Sheet, sheets
from .contradictions import contradictions
from .edits import created, edited, marks_in
from .grid import Aside, Grid, Tab, problem_at
from .ground import Ground, found_in, free_path, ground_of
from .matching import Past, title_keys
from .opening import Refused, modified_in, tabs_of
from .parse_rows import understood
from .proposals import Proposal, Wanted, proposed
from .returned import answer_mark
from .scores import score_sheets, unfolded


class Sent(Struct, frozen=True):
    """What somebody sent: its name as it is told, its bytes, its sheets, and what was understood of them.

    `record`: the bytes of a record file, where it is one. `modified`: when it was changed last, as it says itself in
    ISO form ("" = it does not), and in nanoseconds as the disk says. `files`: the paths that it consists of. `source`:
    its digest; `answers`: that of the file which it answers, where it was an answer and somebody has changed it.
    `kind`: of tables that are sheets, that of their records.
    """

    name: str
    data: bytes
    grid: Grid
    tabs: tuple[Tab, ...] = ()
    record: bytes | None = None
    modified: tuple[str, int] = ("", 0)
    files: tuple[str, ...] = ()
    source: str = ""
    answers: str = ""
    kind: str = ""
    is_own_answer: bool = False
    """Whether it is an answer that nobody has changed."""


class Answer(Struct, frozen=True):
    """What becomes of what was sent: taken or not, why, and what of it is new, changed, unchanged or kept aside."""

    sent: Sent
    problems: tuple[Problem, ...]
    wanted: tuple[Wanted, ...] = ()
    unchanged: int = 0

    @property
    def is_taken(self) -> bool:
        """Whether it is right."""
        return not errors(self.problems)

    @property
    def is_waiting(self) -> bool:
        """Whether nothing is wrong with it but a table that it names records of."""
        return [problem.code for problem in errors(self.problems)] == ["table_waits"]

    @property
    def aside(self) -> tuple[Aside, ...]:
        """What stands in columns that are not read."""
        return self.sent.grid.aside


class Outcome(Struct, frozen=True):
    """The answers, and the files as they shall be."""

    answers: tuple[Answer, ...]
    files: Mapping[str, bytes] = field(default_factory=dict)


Checked = tuple[Library, Sequence[Problem]]
"""The records of the content folder, linked, and what is wrong with them."""


class Content(Struct, frozen=True):
    """The content folder: what it is, what its files say, and how it would be with other files (file → bytes).

    `files`: the paths of all record files; `read_hidden`: reads a hidden file, which may not be there.
    """

    library: Library
    problems: Sequence[Problem]
    files: Sequence[str]
    read: Callable[[str], bytes]
    read_hidden: Callable[[str], bytes]
    check: Callable[[Mapping[str, bytes]], Sequence[Problem]]

    @property
    def language(self) -> str:
        """The language of the keys in new files."""
        return "en" if self.library.site.languages[0] == "en" else "zh-Hans"


def opened(name: str, data: bytes, *, locked_by: str = "", changed: int = 0) -> Sent:
    """A workbook or table that somebody sent; `locked_by`: the file that says that it is open elsewhere; `changed`:
    when it was changed last, in nanoseconds as the disk says."""
    modified, source = (modified_in(data), changed), digest(data)
    try:
        if locked_by:
            raise Refused("workbook_open", found=locked_by)
        tabs = tuple(tabs_of(name, data))
    except Refused as refused:
        problem = Problem(name, refused.line, refused.column, refused.code, tuple(refused.values.items()))
        return Sent(name, data, Grid(name, problems=(problem,)), modified=modified, files=(name,), source=source)
    mark = answer_mark(tabs)
    return Sent(name, data, _grid(name, tabs), tabs, modified=modified, files=(name,), source=source,
                answers=mark.source if mark and not mark.is_untouched else "",
                is_own_answer=(mark is not None and mark.is_untouched) or _is_aside(tabs))


ASIDE = ("sheet", "row", "column", "text")
"""The headings of the file that keeps what stands in columns that are not read."""


def _is_aside(tabs: Sequence[Tab]) -> bool:
    head = [tab.table.records[0].cells for tab in tabs if tab.table and tab.table.records]
    return any(tuple(cells) == ASIDE for cells in head)


def unreadable(name: str, reason: str) -> Sent:
    """A file that the disk refuses to read."""
    return Sent(name, b"", Grid(name, problems=(problem_at(name, None, "unreadable", found=reason),)), files=(name,))


def together(kind: str, parts: Sequence[Sent]) -> Sent:
    """Tables of one folder that are the sheets of one kind of record: they are one workbook, called as the first."""
    name = parts[0].name
    tabs = tuple(tab for part in parts for tab in part.tabs)
    closed = [problem for part in parts if not part.tabs for problem in part.grid.problems]
    grid = Grid(name) if closed else _grid(name, tabs)
    source = parts[0].source if len(parts) == 1 else digest("".join(part.source for part in parts).encode())
    return replace(parts[0], data=parts[0].data if len(parts) == 1 else b"", tabs=tabs, kind=kind, source=source,
                   grid=replace(grid, problems=(*closed, *grid.problems)),
                   modified=("", max(part.modified[1] for part in parts)),
                   files=tuple(file for part in parts for file in part.files))


def _grid(name: str, tabs: Sequence[Tab]) -> Grid:
    known: Mapping[str, Sheet] = {**sheets(), **score_sheets()}
    return unfolded(understood(name, tabs, known, aside_name(name).rpartition("/")[2]))


def aside_name(name: str) -> str:
    """The file beside a workbook that keeps what stands in columns that are not read."""
    return f"{_stem(name)}.aside.csv"


def returned_name(name: str) -> str:
    """The file beside a workbook that answers it."""
    return f"{_stem(name)}.returned.xlsx"


def _stem(name: str) -> str:
    return re.sub(r"(\.returned(-\d+)?)?\.\w+$", "", name)


# --- what becomes of it -----------------------------------------------------------------------------------------------


def taken_in(sent: Sequence[Sent], content: Content, spoken: Language, place: str = "") -> Outcome:
    """What becomes of all that was sent; `place`: of rows that name none."""
    past = _past(sent, content, place)
    refused: dict[str, Answer] = {}
    while True:
        waiting = [one for one in sent if one.name not in refused]
        tried = _tried(waiting, content, past, place)
        answers = _answers(waiting, tried, content, spoken)
        wrong = {answer.sent.name: answer for answer in answers if not answer.is_taken}
        if not wrong:
            found = {answer.sent.name: answer for answer in answers} | refused
            return Outcome(tuple(found[one.name] for one in sent), {**tried.files, **dict(_remembered(tried, past))})
        alone = _wrong_alone(waiting, tried, wrong, lambda some: _tried(some, content, past, place), content, spoken)
        refused |= _with_waiting(waiting, alone)


def _wrong_alone(waiting: Sequence[Sent], tried: "_Tried", wrong: Mapping[str, Answer],
                 attempt: Callable[[Sequence[Sent]], "_Tried"], content: Content,
                 spoken: Language) -> Mapping[str, Answer]:
    """The answers to those that are wrong by themselves. What several write into one record is told of each of them, so
    each is tried without the others; if none is wrong alone, they do not fit together, and all of them are asked."""
    paths = Counter(path for proposal in tried.proposals.values() for path in {one.path for one in proposal.wanted})
    sharing = [one for one in waiting if one.name in wrong
               and any(paths[wanted.path] > 1 for wanted in tried.proposals[one.name].wanted)]
    found = {name: answer for name, answer in wrong.items() if name not in {one.name for one in sharing}}
    for one in sharing:
        some = [other for other in waiting if other is one or other.name not in wrong]
        answer = next(answer for answer in _answers(some, attempt(some), content, spoken) if answer.sent is one)
        if not answer.is_taken:
            found[one.name] = answer
    return found or wrong


def _with_waiting(sent: Sequence[Sent], wrong: Mapping[str, Answer]) -> Mapping[str, Answer]:
    """The answers to those that are wrong, and to the tables that name records of a wrong one of their folder: they
    wait for it, since what they name is not there yet, or is another."""
    found = dict(wrong)
    for one in sent:
        answer = found.get(one.name) or Answer(one, ())
        for other in sent:
            if other is one or other.name not in found or not _is_beside(one, other):
                continue
            label = built_in().label("record_kind", other.kind, "zh-Hans")
            told = [problem for problem in answer.problems if problem.code != "unknown_reference"
                    or dict(problem.values)["allowed"].split()[0] != label]
            if len(told) < len(answer.problems) or _names_records_of(one, other):
                waits = problem_at(one.name, None, "table_waits", found=other.files[0])
                answer = found[one.name] = Answer(one, tuple(told) if errors(told) else (*told, waits))
    return found


def _is_beside(one: Sent, other: Sent) -> bool:
    return bool(one.kind and other.kind) and one.name.rpartition("/")[0] == other.name.rpartition("/")[0]


def _names_records_of(one: Sent, other: Sent) -> bool:
    """Whether a cell of one table names a record of another, or may, if the other cannot be read."""
    named = [folded(cell.text) for row in one.grid.rows for column, cell in row.cells.items()
             if other.kind in column.kinds]
    titles = [title for row in other.grid.rows if (title := folded(row.said(*title_keys(row))))]
    return bool(named) and (not titles or any(title in text for title in titles for text in named))


def _answers(sent: Sequence[Sent], tried: "_Tried", content: Content, spoken: Language) -> list[Answer]:
    after = content.check(tried.files) if tried.files else content.problems
    fresh = new_problems(after, content.problems)
    words = content.library.vocabulary
    return [_answer(one, tried.proposals[one.name], fresh, tried.files, words, spoken) for one in sent]


class _Tried(Struct, frozen=True):
    proposals: Mapping[str, Proposal]
    files: Mapping[str, bytes]


def _remembered(tried: "_Tried", past: Past) -> Iterator[tuple[str, bytes]]:
    """The files that say what was read, as far as they change."""
    after = imported.with_imported(past.memory, [one for proposal in tried.proposals.values()
                                                 for one in proposal.imported])
    for place in sorted({place_of(path) for path in after}):
        inside = {path: keys for path, keys in after.items() if place_of(path) == place}
        data = imported.written(place, inside)
        if inside != {path: past.memory.get(path) for path in inside}:
            yield imported.file_of(place), data


def _tried(sent: Sequence[Sent], content: Content, past: Past, place: str) -> _Tried:
    """What all of them want, one after the other, and the files as they would be."""
    files: dict[str, bytes] = {}
    records = dict(past.records)
    proposals: dict[str, Proposal] = {}
    slots = {path for file in content.files if (slot := slot_of(file)) for path in [slot.path]}
    last = sent[-1] if sent else None
    for one in sent:
        ground = ground_of(content.library, records, content.language)
        taken = frozenset(slots | records.keys() | content.library.around.records)
        is_record = one.record is not None
        proposal = _of_record(one, ground, taken) if is_record else proposed(one.grid, ground, past, taken, place)
        for name, problem in contradictions(one.name, proposal, past.records, proposals):
            if name == one.name:
                proposal = proposal.with_problem(problem)
            else:
                proposals[name] = proposals[name].with_problem(problem)
        proposals[one.name] = proposal
        written = dict(_applied(one, proposal.wanted, files, content))
        files |= written
        if one is not last:  # what follows may be about the same records
            changed = {file: slot for file in written if (slot := slot_of(file))}
            records |= found_in(written, changed, content.language)
    return _Tried(proposals, files)


def _applied(sent: Sent, wanted: Iterable[Wanted], before: Mapping[str, bytes],
             content: Content) -> Iterator[tuple[str, bytes]]:
    """The files that hold the records as they are wanted."""
    files: dict[str, bytes] = {}
    for one in wanted:
        file = _file_of(one, content)
        if sent.record is not None:
            yield f"{one.path}.{_suffix(sent.name)}", sent.record
            continue
        there = files.get(file) or before.get(file) or (content.read(file) if file in content.files else b"")
        files[file] = _written(one, there, file, content.language)
    yield from files.items()


def _file_of(wanted: Wanted, content: Content) -> str:
    if wanted.found:
        return wanted.found.file
    if wanted.kind in COLLECTIONS:
        path = wanted.path.rpartition("/")[0]
        return next((file for file in content.files if file.rpartition(".")[0] == path), f"{path}.yaml")
    return f"{wanted.path}.{KINDS[wanted.kind].new[:4].strip()}"


_MARK = b"\xef\xbb\xbf"


def _written(wanted: Wanted, there: bytes, file: str, language: str) -> bytes:
    """The bytes of a file with one record as it is wanted."""
    entry = wanted.path.rpartition("/")[2] if wanted.kind in COLLECTIONS else ""
    suffix = f".{file.rpartition('.')[2]}"
    text = there.decode("utf-8-sig")
    if text or entry:
        language = wanted.found.language if wanted.found else language
        new = edited(text, wanted.kind, wanted.change, language, suffix, entry, wanted.mark)
    else:
        new = created(wanted.kind, wanted.change, language, suffix, wanted.mark)
    return (_MARK if there.startswith(_MARK) else b"") + new.encode()


def _answer(sent: Sent, proposal: Proposal, fresh: Sequence[Problem], files: Mapping[str, bytes],
            vocabulary: Vocabulary, spoken: Language) -> Answer:
    if sent.record is not None:
        told = [Problem(sent.name, one.line, one.column, one.code, one.values, one.nearest, one.example, one.level)
                for one in fresh if one.path.rpartition(".")[0] in {wanted.path for wanted in proposal.wanted}]
    else:
        told = list(at_cells(fresh, sent.name, proposal.wanted, files, vocabulary, spoken))
    told = without_echoes((*sent.grid.problems, *proposal.problems, *told), proposal, sent.grid.unread)
    problems = told_once(masked(in_words_of(problem, spoken)) for problem in told)
    return Answer(sent, tuple(problems), proposal.wanted, proposal.unchanged)


# --- what is there already --------------------------------------------------------------------------------------------


def _past(sent: Iterable[Sent], content: Content, place: str) -> Past:
    """The records of all places that are concerned, and of those above them, and what was read of them before."""
    ground = ground_of(content.library, {}, content.language)
    named = {level for one in sent for path in _places(one, ground, place) for level in _upwards(path)}
    slots = {file: slot for file in content.files if (slot := slot_of(file)) and slot.place in named
             and KINDS[slot.kind].sheets}
    records = found_in({file: content.read(file) for file in slots}, slots, content.language)
    memories = [imported.parsed(level, content.read_hidden(imported.file_of(level))) for level in sorted(named)]
    marks = {one.mark: path for path, one in records.items() if one.mark}
    memory = imported.moved({path: keys for one in memories for path, keys in one.items()}, marks, records)
    gone = {row: path for path, keys in memory.items() if path not in records for row in keys.get(imported.ROW_IDS, ())}
    rows = {row.id for one in sent for row in one.grid.rows}
    sought = {row: path for row, path in gone.items() if rows & {row, path}}
    return Past(records, memory, dict(_moved(sought, content, slots)) if sought else {})


def _moved(sought: Mapping[str, str], content: Content, looked: Container[str]) -> Iterator[tuple[str, str]]:
    """The paths that records had, and the files where their rows stand now. `sought`: id of a row → such a path;
    `looked`: the files in which they are not."""
    for file in content.files:
        if file not in looked and (slot := slot_of(file)) and KINDS[slot.kind].sheets and b"# row " in (
                data := content.read(file)):
            yield from ((sought[row], file) for row in marks_in(data.decode("utf-8", "replace")).values()
                        if row in sought)


def _places(sent: Sent, ground: Ground, place: str) -> Iterator[str]:
    yield from (place, sent.grid.place, record_place(sent.record or b""))
    for text in {row.said("#place") for row in sent.grid.rows} - {""}:
        yield from ground.words.path_of(("place",), text, sent.grid.place or place)
    for row in sent.grid.rows:
        if row.id.startswith("places/"):
            yield place_of(row.id.partition("#")[0])


def _upwards(path: str) -> Iterator[str]:
    while path:
        yield path
        path = place_of(path)


# --- a record file, as the form makes it ------------------------------------------------------------------------------

_NAMES_PLACE = re.compile(rb"(?:\xef\xbb\xbf)?(?:---[ \t]*\r?\n)?# (places/[a-z0-9/-]+)[ \t]*\r?$", re.MULTILINE)


def record_place(data: bytes) -> str:
    """The place that a record file names in its first line ("" = none)."""
    match = _NAMES_PLACE.match(data)
    return match[1].decode() if match else ""


def _suffix(name: str) -> str:
    return name.rpartition(".")[2].lower()


def record_sent(name: str, data: bytes) -> Sent:
    """A record file that somebody sent."""
    return Sent(name, data, Grid(name), record=data, files=(name,), source=digest(data))


def _of_record(sent: Sent, ground: Ground, taken: frozenset[str]) -> Proposal:
    """What a record file wants: a place below the one it names, unless the same record is there already."""
    data = sent.record or b""
    place = record_place(data)
    if place not in ground.places:
        names = ", ".join(list(ground.places)[:30])
        return Proposal((), (problem_at(sent.name, None, "record_placeless", allowed=names),), 0)
    suffix = _suffix(sent.name)
    kind = "case" if suffix == "md" else "issue"
    file = f"{place}/{KINDS[kind].folder}/x.{suffix}"
    slot = slot_of(file)
    assert slot is not None
    found = next(iter(found_in({file: data}, {file: slot}, ground.language).values()))
    same = [one for one in ground.records.values()
            if found.title and (one.kind, one.place, one.title) == (kind, place, found.title)]
    if any(one.data == found.data for one in same):
        return Proposal((), (), 1)
    if same:
        return Proposal((), (problem_at(sent.name, None, "record_there", found=same[0].file),), 0)
    path = free_path(kind, found.title or kind, place, taken)
    return Proposal((Wanted(path, kind, place, None, title=found.title),), (), 0)
