"""Automatic repair of unambiguous mistakes.

A repair is kept only if its problem is gone and no new one appears; a repaired file is stable, and a file without such
problems is never changed.
"""

import codecs
import re
import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from ..model.date_expressions import WritingContext, find_time_direction
from ..model.dates import split_leading_date
from ..model.keys import key_table
from ..model.kinds import KINDS
from ..model.language import slugify
from ..model.paths import RecordLocation
from ..model.problems import Problem
from ..model.records import Model
from .load import ParsedFile, has_unsure_date, read_records, repair_line_start, respell_date
from .yaml_source import SourceFile, find_verbatim_lines, parse_source

REPAIRABLE_CODES = frozenset({
    "tab", "full_width_colon", "full_width_dash", "full_width_space", "space_after_colon", "space_after_dash",
    "date_in_line", "date_unsure", "value_read", "not_a_date", "not_a_day", "misspelt_key",
    "former_key",
})
"""Problems whose intended text is known to the parser; whether it is unambiguous depends on the line."""

_STRAY_MARKS = "“”‘’「」『』【】《》〈〉\"'：:　 "


class RepairedFile(Struct, frozen=True):
    """A repaired file: its text before and after, with its own line terminators, and the repaired problems."""

    before: str
    after: str
    repairs: tuple[Problem, ...]

    @property
    def data(self) -> bytes:
        """The bytes to be written: UTF-8 without a byte order mark."""
        return self.after.encode()


def repair_file(source: SourceFile, location: RecordLocation,
                writing: WritingContext | None = None) -> RepairedFile | None:
    """The repaired file at `location`; None if it needs no repair, or none is unambiguous. `writing`: when and where
    it was written, without which dates such as `9.11` are left as they are."""
    text, repairs = _decode_repairing(source)
    if text is None:
        return None
    lines = _TextLines.split(text)
    lines, found = _repair_lines(source.path, location, lines, writing)
    lines, trimmed = _trim_lines(source.path, location, lines)
    repairs += [*found, *trimmed]
    return RepairedFile(text, lines.text, tuple(repairs)) if repairs else None


# --- bytes to text ----------------------------------------------------------------------------------------------------


def _decode_repairing(source: SourceFile) -> tuple[str | None, list[Problem]]:
    """The text of a file, and problems with its encoding; None if the encoding is unclear."""
    data = source.data
    marked = data.startswith(codecs.BOM_UTF8)
    for encoding, name in (("utf-8-sig", ""), ("utf-16", "UTF-16 (Unicode)"), ("gb18030", "GBK (ANSI)")):
        if encoding == "utf-16" and not data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            continue
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding == "gb18030" and not _is_plausible_chinese(text):
            break
        code = "other_encoding" if name else "byte_order_mark"
        values = (("found", name),) if name else ()
        return text, [Problem(source.path, 1, 1, code, values)] if name or marked else []
    return None, []


def _is_plausible_chinese(text: str) -> bool:
    """Whether hardly any character is rare: bytes of another encoding decoded as GBK give mostly rare ones."""
    foreign = [character for character in text if not character.isascii()]
    return sum(map(_is_outside_gb2312, foreign)) * 20 <= len(foreign) and "\0" not in text


def _is_outside_gb2312(character: str) -> bool:
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return True
    return False


# --- lines ------------------------------------------------------------------------------------------------------------


class _TextLines(Struct, frozen=True):
    """The lines of a text, and the line terminator after each."""

    texts: tuple[str, ...]
    line_ends: tuple[str, ...]

    @staticmethod
    def split(text: str) -> "_TextLines":
        parts = re.split(r"(\r\n|\r|\n)", text)
        return _TextLines(tuple(parts[::2]), (*parts[1::2], ""))

    @property
    def text(self) -> str:
        return "".join(text + end for text, end in zip(self.texts, self.line_ends, strict=True))

    def replace_lines(self, changes: Mapping[int, str]) -> "_TextLines":
        """The same text with some lines (numbered from 0) replaced."""
        return replace(self, texts=tuple(changes.get(number, text) for number, text in enumerate(self.texts)))

    def parse(self, path: str, location: RecordLocation) -> ParsedFile:
        return read_records(self.to_source(path), location)

    def to_source(self, path: str) -> SourceFile:
        return SourceFile(path, self.text.encode())


def _select_valid_changes(lines: _TextLines, changes: Mapping[int, str],
                          holds: Callable[[_TextLines, Collection[int]], bool]) -> dict[int, str]:
    """The changes that pass the test `holds`: all at once if possible, else those of each half."""
    if not changes or holds(lines.replace_lines(changes), changes):
        return dict(changes)
    if len(changes) == 1:
        return {}
    pairs = list(changes.items())
    first = _select_valid_changes(lines, dict(pairs[:len(pairs) // 2]), holds)
    return {**first, **_select_valid_changes(lines.replace_lines(first), dict(pairs[len(pairs) // 2:]), holds)}


def _repair_lines(path: str, location: RecordLocation, lines: _TextLines,
                  writing: WritingContext | None) -> tuple[_TextLines, list[Problem]]:
    """Correct each line with an unambiguous mistake; the text is parsed again after each round of repairs."""
    repairs: list[Problem] = []
    while True:
        parsed = lines.parse(path, location)
        problems = parsed.problems
        corrected = {problem.line - 1: (problem, line) for problem in reversed(problems)
                     if problem.code in REPAIRABLE_CODES
                     and (line := _correct_line(problem, lines.texts[problem.line - 1], location,
                                                _place_in_record(writing, problem, parsed))) is not None}
        wrong = {number: problem for number, (problem, _) in corrected.items()}
        changes = {number: line for number, (_, line) in sorted(corrected.items())}

        def holds(tried: _TextLines, numbers: Collection[int], wrong: Mapping[int, Problem] = wrong,
                  problems: Sequence[Problem] = problems) -> bool:
            after = tried.parse(path, location).problems
            return all(_is_improvement(wrong[number], problems, after) for number in numbers)

        accepted = _select_valid_changes(lines, changes, holds)
        if not accepted:
            return lines, repairs
        lines = lines.replace_lines(accepted)
        repairs += [wrong[number] for number in accepted]


def _place_in_record(writing: WritingContext | None, problem: Problem, parsed: ParsedFile) -> WritingContext | None:
    """`writing` for the entry of a log with such a problem, which comes after what stands above it; None if the date
    of an entry above it is to be repaired first."""
    record = parsed.entries.get("", {})
    if problem.code != "date_unsure" or writing is None or not record.get("raised"):
        return writing
    found, days = _get_found_text(problem), [_read_day(str(record["raised"]))]
    for entry in record.get("log") or ():
        line = str(entry.get("date", "") if isinstance(entry, dict) else entry)
        if line.startswith(found):
            break
        if days[0] and has_unsure_date(line):
            return None
        days.append(_read_day(line))
    return replace(writing, after=max(filter(None, days), default=None))


def _read_day(line: str) -> date | None:
    """The first day that the date at the beginning of `line` may mean."""
    try:
        return split_leading_date(f"{line} ")[0].earliest
    except ValueError:
        return None


def _is_improvement(repaired: Problem, before: Sequence[Problem], after: Sequence[Problem]) -> bool:
    """Whether the problem is gone, the text is no less readable than before, and its line is not a duplicate."""
    at = repaired.line
    line = str(repaired.line)
    gone = all((problem.line, problem.code, problem.values) != (at, repaired.code, repaired.values)
               for problem in after)
    unreadable = {problem.code for problem in after} & {"yaml", "not_keys"} - {problem.code for problem in before}
    twice = any(problem.code == "duplicate_key" and (problem.line == at or ("found", line) in problem.values)
                for problem in after if problem not in before)
    return gone and not unreadable and not twice


def _correct_line(problem: Problem, line: str, location: RecordLocation, writing: WritingContext | None) -> str | None:
    """The corrected line; None if the correction is ambiguous."""
    at = problem.column - 1
    if problem.code in ("date_in_line", "date_unsure"):
        return _correct_date(line, at, writing)
    if problem.code in ("value_read", "former_key"):
        return _replace_found(line, at, problem, dict(problem.values)["allowed"])
    if problem.code in ("not_a_date", "not_a_day"):
        direction = find_time_direction(dict(problem.values)["key"])
        meant = respell_date(_get_found_text(problem), writing and replace(writing, direction=direction))
        return _replace_found(line, at, problem, meant) if meant else None
    if problem.code == "misspelt_key":
        is_clear = _is_unambiguous_key(_get_found_text(problem), problem.suggestion, location)
        return _replace_found(line, at, problem, problem.suggestion) if is_clear else None
    return problem.example if _strip_repairable_marks(problem.example) == _strip_repairable_marks(line) else None


def _correct_date(line: str, at: int, writing: WritingContext | None) -> str | None:
    start = at + (line[at:at + 1] in ("'", '"'))
    found = repair_line_start(line[start:], writing)
    return line[:start] + found[1] + line[start + found[0]:] if found else None


def _replace_found(line: str, at: int, problem: Problem, meant: str) -> str | None:
    """The line with the text found replaced by what is meant; the text found may be in quotes."""
    found = _get_found_text(problem)
    start = next((start for start in (at, at + 1) if line.startswith(found, start)), None)
    return None if start is None else line[:start] + meant + line[start + len(found):]


def _get_found_text(problem: Problem) -> str:
    return dict(problem.values)["found"][1:-1]


def _strip_repairable_marks(line: str) -> str:
    """A line without the marks that repairs may change, for comparison."""
    text = unicodedata.normalize("NFKC", line).replace("–", "-").replace("—", "-")
    return re.sub(r"\s", "", text)


# --- misspelt keys ----------------------------------------------------------------------------------------------------


def _is_unambiguous_key(found: str, meant: str, location: RecordLocation) -> bool:
    """Whether `found` can only mean `meant`: equal except for full-width letters and marks, or the only key of such a
    record that differs by one letter."""
    plain = unicodedata.normalize("NFKC", found.strip(_STRAY_MARKS)).casefold()
    if plain == meant.casefold():
        return True
    near = {key for key in _collect_key_names(KINDS[location.kind].model) if _is_one_edit_apart(plain, key)}
    return near == {meant}


def _collect_key_names(model: type[Model]) -> set[str]:
    """Every name of every key of a record and its parts."""
    waiting = [model]
    seen = set[type[Model]]()
    while waiting:
        if (one := waiting.pop()) not in seen:
            seen.add(one)
            waiting += [part.model for part in key_table(one).specs.values() if part.model]
    return {name for model in seen for name in key_table(model).names}


def _is_one_edit_apart(typed: str, key: str) -> bool:
    """Whether one letter was added, omitted, replaced or swapped with its neighbour.

    A word of two or three Chinese characters matches only a homophone, since otherwise half of it differs.
    """
    if typed == key or abs(len(typed) - len(key)) > 1 or len(typed) < 2:
        return False
    if len(typed) == len(key):
        wrong = [at for at in range(len(key)) if typed[at] != key[at]]
        turned = len(wrong) == 2 and typed[wrong[0]] + typed[wrong[1]] == key[wrong[1]] + key[wrong[0]]
        one = len(wrong) == 1 or (turned and wrong[1] - wrong[0] == 1)
    else:
        longer, shorter = sorted((typed, key), key=len, reverse=True)
        one = any(longer[:at] + longer[at + 1:] == shorter for at in range(len(longer)))
    return one and (len(key) > 3 or (not key.isascii() and slugify(typed) == slugify(key)))


# --- trailing blanks --------------------------------------------------------------------------------------------------


def _trim_lines(path: str, location: RecordLocation, lines: _TextLines) -> tuple[_TextLines, list[Problem]]:
    """Remove trailing blanks, except where they are significant, as in the text of a case."""
    source = lines.to_source(path)
    reading = lines.parse(path, location)
    if parse_source(source).problems:
        return lines, []
    counts = find_verbatim_lines(source)
    bare = {number: short for number, text in enumerate(lines.texts)
            if number + 1 not in counts and (short := text.rstrip(" \t\u3000\u00a0")) != text}
    accepted = _select_valid_changes(lines, bare, lambda tried, _: tried.parse(path, location) == reading)
    return lines.replace_lines(accepted), [Problem(path, number + 1, len(accepted[number]) + 1, "trailing_blanks")
                                           for number in accepted]
