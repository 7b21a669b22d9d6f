"""What has one obvious repair is repaired: the file as its writer meant it, and not a byte else.

A repair is made only if the problem is gone after it and none has come in its place; so what is repaired once is in
order, and a file without such a problem is never touched.
"""

import codecs
import re
import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from ..model.keys import key_table
from ..model.kinds import KINDS
from ..model.language import slug
from ..model.paths import Slot
from ..model.problems import Problem
from ..model.records import Model
from .load import Reading, mended_start, read_records
from .sources import Source, read, verbatim

REPAIRABLE = frozenset({
    "tab", "full_width_colon", "full_width_dash", "full_width_space", "space_after_colon", "space_after_dash",
    "date_in_line", "not_a_date", "not_a_day", "misspelt_key",
})
"""The problems of which the reader knows what was meant; whether it is obvious follows from the line."""

_WIDE_MARKS = "“”‘’「」『』【】《》〈〉\"'：:　 "


class Mended(Struct, frozen=True):
    """A repaired file: its text as it was and as it is, with its own line ends, and what was repaired."""

    before: str
    after: str
    repairs: tuple[Problem, ...]

    @property
    def data(self) -> bytes:
        """The file as it is to be written: UTF-8 without a mark."""
        return self.after.encode()


def mended(source: Source, slot: Slot) -> Mended | None:
    """The repaired file in `slot`; None if it needs no repair, or none that is obvious."""
    text, repairs = _decoded(source)
    if text is None:
        return None
    lines = _Lines.of(text)
    lines, found = _mended_lines(source.path, slot, lines)
    lines, trimmed = _trimmed(source.path, slot, lines)
    repairs += [*found, *trimmed]
    return Mended(text, lines.text, tuple(repairs)) if repairs else None


# --- bytes to text ----------------------------------------------------------------------------------------------------


def _decoded(source: Source) -> tuple[str | None, list[Problem]]:
    """The text of a file, and what was wrong with its bytes; None if it is not clear what they mean."""
    data = source.data
    marked = data.startswith(codecs.BOM_UTF8)
    for encoding, name in (("utf-8-sig", ""), ("utf-16", "UTF-16 (Unicode)"), ("gb18030", "GBK (ANSI)")):
        if encoding == "utf-16" and not data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            continue
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding == "gb18030" and not _reads_as_chinese(text):
            break
        code = "other_encoding" if name else "byte_order_mark"
        values = (("found", name),) if name else ()
        return text, [Problem(source.path, 1, 1, code, values)] if name or marked else []
    return None, []


def _reads_as_chinese(text: str) -> bool:
    """Whether hardly a character is rare: bytes of another encoding read as GBK give rare ones, one after another."""
    foreign = [character for character in text if not character.isascii()]
    return sum(map(_is_rare, foreign)) * 20 <= len(foreign) and "\0" not in text


def _is_rare(character: str) -> bool:
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return True
    return False


# --- lines ------------------------------------------------------------------------------------------------------------


class _Lines(Struct, frozen=True):
    """The lines of a text, and the line end that follows each."""

    texts: tuple[str, ...]
    ends: tuple[str, ...]

    @staticmethod
    def of(text: str) -> "_Lines":
        parts = re.split(r"(\r\n|\r|\n)", text)
        return _Lines(tuple(parts[::2]), (*parts[1::2], ""))

    @property
    def text(self) -> str:
        return "".join(text + end for text, end in zip(self.texts, self.ends, strict=True))

    def changed(self, changes: Mapping[int, str]) -> "_Lines":
        """The same with other texts in some lines (numbered from 0)."""
        return replace(self, texts=tuple(changes.get(number, text) for number, text in enumerate(self.texts)))

    def read(self, path: str, slot: Slot) -> Reading:
        return read_records(self.source(path), slot)

    def source(self, path: str) -> Source:
        return Source(path, self.text.encode())


def _kept(lines: _Lines, changes: Mapping[int, str], holds: Callable[[_Lines, Collection[int]], bool]
          ) -> dict[int, str]:
    """Those of the changes that stand the test `holds`: all at once where they do, else those of each half."""
    if not changes or holds(lines.changed(changes), changes):
        return dict(changes)
    if len(changes) == 1:
        return {}
    pairs = list(changes.items())
    first = _kept(lines, dict(pairs[:len(pairs) // 2]), holds)
    return {**first, **_kept(lines.changed(first), dict(pairs[len(pairs) // 2:]), holds)}


def _mended_lines(path: str, slot: Slot, lines: _Lines) -> tuple[_Lines, list[Problem]]:
    """Each line with an obvious slip as it should read; after each repair the text is read anew."""
    repairs: list[Problem] = []
    while True:
        problems = lines.read(path, slot).problems
        wrong = {problem.line - 1: problem for problem in reversed(problems)
                 if problem.code in REPAIRABLE and _corrected(problem, lines.texts[problem.line - 1], slot) is not None}
        changes = {number: _corrected(wrong[number], lines.texts[number], slot) or "" for number in sorted(wrong)}

        def holds(tried: _Lines, numbers: Collection[int]) -> bool:
            after = tried.read(path, slot).problems
            return all(_is_better(wrong[number], problems, after) for number in numbers)  # noqa: B023 - called at once

        kept = _kept(lines, changes, holds)
        if not kept:
            return lines, repairs
        lines = lines.changed(kept)
        repairs += [wrong[number] for number in kept]


def _is_better(repaired: Problem, before: Sequence[Problem], after: Sequence[Problem]) -> bool:
    """Whether the problem is gone, and the text can be read as far as before, with its line but once in it."""
    at, line = repaired.line, str(repaired.line)
    gone = all((one.line, one.code, one.values) != (at, repaired.code, repaired.values) for one in after)
    unreadable = {one.code for one in after} & {"yaml", "not_keys"} - {one.code for one in before}
    twice = any(one.code == "duplicate_key" and (one.line == at or ("found", line) in one.values)
                for one in after if one not in before)
    return gone and not unreadable and not twice


def _corrected(problem: Problem, line: str, slot: Slot) -> str | None:
    """The line as it was obviously meant; None if that is not obvious."""
    at = problem.column - 1
    if problem.code == "date_in_line":
        return _with_date(line, at)
    if problem.code in ("not_a_date", "not_a_day"):
        return _replaced(line, at, problem) if problem.nearest else None
    if problem.code == "misspelt_key":
        return _replaced(line, at, problem) if _is_obvious(_found(problem), problem.nearest, slot) else None
    return problem.example if _letters(problem.example) == _letters(line) else None


def _with_date(line: str, at: int) -> str | None:
    start = at + (line[at:at + 1] in ("'", '"'))
    found = mended_start(line[start:])
    return line[:start] + found[1] + line[start + found[0]:] if found else None


def _replaced(line: str, at: int, problem: Problem) -> str | None:
    """The line with what is meant in the place of what was found, which may stand in quotes."""
    found = _found(problem)
    start = next((start for start in (at, at + 1) if line.startswith(found, start)), None)
    return None if start is None else line[:start] + problem.nearest + line[start + len(found):]


def _found(problem: Problem) -> str:
    return dict(problem.values)["found"][1:-1]


def _letters(line: str) -> str:
    """A line without what repairs of a line's marks may change."""
    text = unicodedata.normalize("NFKC", line).replace("–", "-").replace("—", "-")
    return re.sub(r"\s", "", text)


# --- keys one letter off ----------------------------------------------------------------------------------------------


def _is_obvious(found: str, meant: str, slot: Slot) -> bool:
    """Whether `found` can only be `meant`: the same but for full-width letters and marks, or, of all keys of such a
    record, the only one that is one letter off."""
    plain = unicodedata.normalize("NFKC", found.strip(_WIDE_MARKS)).casefold()
    if plain == meant.casefold():
        return True
    near = {key for key in _keys_of(KINDS[slot.kind].model) if _is_one_off(plain, key)}
    return near == {meant}


def _keys_of(model: type[Model]) -> set[str]:
    """Every name of every key of a record and its parts."""
    waiting, seen = [model], set[type[Model]]()
    while waiting:
        if (one := waiting.pop()) not in seen:
            seen.add(one)
            waiting += [part.model for part in key_table(one).specs.values() if part.model]
    return {name for one in seen for name in key_table(one).names}


def _is_one_off(typed: str, key: str) -> bool:
    """Whether one letter was added, left out, mistaken or changed places. A word of two or three Chinese characters is
    mistaken only for one that sounds the same: half of it differs otherwise."""
    if typed == key or abs(len(typed) - len(key)) > 1 or len(typed) < 2:
        return False
    if len(typed) == len(key):
        wrong = [at for at in range(len(key)) if typed[at] != key[at]]
        turned = len(wrong) == 2 and typed[wrong[0]] + typed[wrong[1]] == key[wrong[1]] + key[wrong[0]]
        one = len(wrong) == 1 or (turned and wrong[1] - wrong[0] == 1)
    else:
        longer, shorter = sorted((typed, key), key=len, reverse=True)
        one = any(longer[:at] + longer[at + 1:] == shorter for at in range(len(longer)))
    return one and (len(key) > 3 or (not key.isascii() and slug(typed) == slug(key)))


# --- blanks at the ends of lines --------------------------------------------------------------------------------------


def _trimmed(path: str, slot: Slot, lines: _Lines) -> tuple[_Lines, list[Problem]]:
    """Without the blanks at the ends of lines, but for those that mean something, as in the text of a case."""
    source, reading = lines.source(path), lines.read(path, slot)
    if read(source).problems:
        return lines, []
    counts = verbatim(source)
    bare = {number: short for number, text in enumerate(lines.texts)
            if number + 1 not in counts and (short := _bare(text)) != text}
    kept = _kept(lines, bare, lambda tried, _: tried.read(path, slot) == reading)
    return lines.changed(kept), [Problem(path, number + 1, len(kept[number]) + 1, "trailing_blanks") for number in kept]


def _bare(text: str) -> str:
    return text.rstrip(" \t\u3000\u00a0")
