"""Find and mask personal data in text.

What is searched for is data, in `privacy.yaml`; the form has the same patterns (`export_patterns`) and follows the same
steps in `templates/static/check.js`, which a table of cases holds together. Exceptions by context - a place's
`office.phone`, the contact of the site, publishers' addresses in `sources.yaml`, `privacy_allow` - are filtered by the
caller, by `PrivacyHit.kind` and the text between `PrivacyHit.start` and `PrivacyHit.end`.
"""

import datetime
import html
import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib import resources
from itertools import groupby, pairwise
from typing import Any, Literal, TypeVar

import yaml
from msgspec import Struct
from msgspec.structs import replace

from ..model.problems import Problem

_PACKAGE = "yishi.content"

PrivacyLevel = Literal["error", "warning", "none"]
_Item = TypeVar("_Item")
_BETWEEN = "\x1e"  # stands in no text of a record


class PrivacyHit(Struct, frozen=True):
    """A personal datum in a text: `text[start:end]`, and its masked form.

    `kind`: resident_id, bank_card, mobile, landline, plate, account (WeChat, QQ), door, email, minor, name, sensitive.
    """

    kind: str
    level: Literal["error", "warning"]
    start: int
    end: int
    masked: str


COUNTRIES = ("CN", "GB", "US")
"""Countries (ISO 3166) that have patterns of their own, beside those that hold everywhere."""


def find_personal_data(text: str, countries: Collection[str] = COUNTRIES) -> list[PrivacyHit]:
    """The personal data in `text` for a site of `countries`, in order, not overlapping; of overlapping kinds the graver
    one."""
    folded = _fold_text(text)
    hits = list(_iter_hits(_select_patterns(folded), folded, ("", *countries)))
    return _remove_overlaps(_move_to_origins(hits, text), text) if hits else []


def select_suspects(items: Sequence[_Item], text_of: Callable[[_Item], str]) -> Iterator[_Item]:
    """Those of `items` whose text may hold personal data, which is true of few: all texts are searched as one first."""
    folded = _fold_text(_BETWEEN.join(map(text_of, items)))
    place, number, told = 0, 0, -1
    for match in _load_rules().triggers.finditer(folded):
        passed = number + folded.count(_BETWEEN, place, match.start())
        if passed != told:
            yield items[passed]
        place, number, told = match.start(), passed, passed


def holds_personal_data(text: str) -> bool:
    """Whether anything is found in `text`, which may be several texts joined by line breaks; for all countries."""
    folded = _fold_text(text)
    return any(True for _ in _iter_hits(_select_patterns(folded), folded, ("", *COUNTRIES)))


def mask_personal_data(text: str, *, numbers: bool = True) -> str:
    """`text` with every personal datum of any country masked, `138****5678`, and, if `numbers`, every run of seven
    digits and more except a date."""
    for start, end, masked in reversed(_list_masks(text, numbers)):
        text = text[:start] + masked + text[end:]
    return text


def mask_path(path: str) -> str:
    """A path with personal data masked in each of its names."""
    return "/".join(map(mask_personal_data, path.split("/")))


def list_exposed_files(problems: Iterable[Problem]) -> frozenset[str]:
    """The files, with masked paths, of which `problems` say that they hold personal data that must not be published."""
    kinds = {pattern.kind for pattern in _load_rules().patterns}
    return frozenset(mask_path(problem.path) for problem in problems
                     if problem.level == "error" and problem.code in kinds)


def mask_problem(problem: Problem) -> Problem:
    """The problem with personal data masked, also in the file name."""
    values = tuple((name, mask_personal_data(value)) for name, value in problem.values)
    return replace(problem, path=mask_path(problem.path), values=values,
                   suggestion=mask_personal_data(problem.suggestion), example=mask_personal_data(problem.example),
                   cell=mask_personal_data(problem.cell))


def export_patterns(countries: Collection[str]) -> dict[str, object]:
    """The same as data for a browser: how characters are folded, and the patterns in JavaScript's notation. `check`
    names a check that the browser must implement as well."""
    rules = _load_rules()
    names = {check: name for name, check in _CHECKS.items()}
    return {"drop": rules.dropped, "as": rules.written_as, "digits": rules.numerals, "patterns": [
        {"kind": one.kind, "level": one.level, "finds": one.finds.replace("(?P<", "(?<"),
         "form": int(one.reads_digits), "check": names[one.check] if one.check else "",
         "near": sorted(one.near_kinds), "shows": one.visible_ends,
         **one.contexts}
        for one in rules.patterns if one.country in ("", *countries)]}


def select_countries(named: Collection[str], timezone: str) -> frozenset[str]:
    """The countries whose personal data a site knows: those that it names, else that of its time zone; "" for one that
    has no patterns of its own."""
    zone = next((country for country, zones in _TIME_ZONES.items() if zones.fullmatch(timezone)), "")
    return frozenset(country if country in COUNTRIES else "" for country in (named or [zone]))


_TIME_ZONES = {
    "CN": re.compile(r"Asia/(?:Shanghai|Chongqing|Chungking|Harbin|Urumqi|Kashgar)|PRC"),
    "GB": re.compile(r"Europe/(?:London|Belfast|Jersey|Guernsey|Isle_of_Man)|GB(?:-Eire)?"),
    "US": re.compile(r"America/.+|US/.+|Pacific/Honolulu"),
}


# --- patterns ---------------------------------------------------------------------------------------------------------

PatternCheck = Callable[[str], PrivacyLevel | None]
"""What a number as folded is by itself: a level, or None for that of its pattern."""


class _Pattern(Struct, frozen=True):
    """Its expressions are compiled when a text needs them (`re` keeps them then): to compile all takes longer than to
    read a hundred records, and most texts need none."""

    kind: str
    level: PrivacyLevel
    country: str
    needs: frozenset[str]
    finds: str
    reads_digits: bool
    visible_ends: tuple[int, int]
    check: PatternCheck | None
    near_kinds: frozenset[str]
    contexts: Mapping[str, str]


class _Rules(Struct, frozen=True):
    dropped: str
    written_as: Mapping[str, str]
    numerals: Mapping[str, str]
    triggers: re.Pattern[str]
    clues: Mapping[str, str]
    """By their names as in `needs`, in braces."""
    words: Mapping[tuple[str, ...], tuple[str, ...]]
    """The other words in `needs` by their first two characters, or their only one."""
    patterns: tuple[_Pattern, ...]


@cache
def _load_rules() -> _Rules:
    data = yaml.load(resources.files(_PACKAGE).joinpath("privacy.yaml").read_text("utf-8"), yaml.CSafeLoader)
    parts: dict[str, str] = {}
    for name, part in data["parts"].items():
        parts[name] = _fill_parts(part, parts)
    folds = data["folds"]
    clues = {f"{{{name}}}": clue for name, clue in data["clues"].items()}
    patterns = tuple(_read_pattern(_add_public(entry, data["public"]), parts) for entry in data["patterns"])
    words = sorted({word for pattern in patterns for word in pattern.needs} - clues.keys())
    by_start = {start: tuple(same) for start, same in groupby(words, lambda word: tuple(word[:2]))}
    return _Rules(folds["drop"], _invert(folds["as"]), _invert(folds["digits"]),
                  _compile_triggers([(_fill_parts(first, parts), _fill_parts(rest, parts))
                                     for first, rest in data["triggers"]]), clues, by_start, patterns)


def _compile_triggers(triggers: Sequence[tuple[str, str]]) -> re.Pattern[str]:
    # A leading class of first characters lets the regular expression engine skip the rest of a text quickly, and one
    # for every five triggers lets it skip most of them.
    first, rest = _join_triggers([_join_triggers(triggers[at:at + 5]) for at in range(0, len(triggers), 5)])
    return re.compile(f"[{first}](?:{rest})")


def _join_triggers(triggers: Sequence[tuple[str, str]]) -> tuple[str, str]:
    return ("".join(first for first, _ in triggers),
            "|".join(f"(?<=[{first}])(?:{rest})" for first, rest in triggers))


def _invert(written: Mapping[str, str]) -> dict[str, str]:
    return {variant: character for character, variants in written.items() for variant in variants}


def _fill_parts(expression: str, parts: Mapping[str, str]) -> str:
    return re.sub(r"\{([a-z_]+)\}", lambda match: parts[match[1]], expression)


def _add_public(entry: Mapping[str, Any], public: Mapping[str, str]) -> Mapping[str, Any]:
    words = [words for words in (entry.get("none_by"), public.get(entry["kind"])) if words]
    return {**entry, "none_by": "|".join(words)} if words else entry


def _read_pattern(entry: Mapping[str, Any], parts: Mapping[str, str]) -> _Pattern:
    first, last = entry["shows"]
    contexts = {key: _fill_parts(entry[key], parts) for key in _CONTEXTS if key in entry}
    return _Pattern(kind=entry["kind"], level=entry["level"], country=entry.get("country", ""),
                    finds=_fill_parts(entry["finds"], parts), needs=frozenset(entry["needs"].split("|")),
                    reads_digits=entry.get("form") == "digits", visible_ends=(int(first), int(last)),
                    check=_CHECKS[entry["check"]] if "check" in entry else None,
                    near_kinds=frozenset(entry.get("near", ())), contexts=contexts)


# --- how texts are compared -------------------------------------------------------------------------------------------


class _FoldedCharacters(dict[int, str]):
    """Code of a character → what it is compared as. Filled as characters occur, for `str.translate`."""

    def __missing__(self, code: int) -> str:
        rules = _load_rules()
        pieces = unicodedata.normalize("NFKC", chr(code)) if chr(code) not in rules.dropped else ""
        folded = "".join(rules.written_as.get(piece, piece) for piece in pieces if piece not in rules.dropped)
        self[code] = folded
        return folded


@cache
def _tables() -> tuple[_FoldedCharacters, dict[int, str]]:
    return _FoldedCharacters(), str.maketrans(dict(_load_rules().numerals))


def _fold_text(text: str) -> str:
    """`text` as it is compared: after NFKC, without invisible characters, with one character for all kinds of hyphens,
    dots, blanks and brackets."""
    return text.translate(_tables()[0])


def _fold_digits(folded: str) -> str:
    """A folded text with all numerals as digits."""
    return _LETTER_O.sub(lambda match: "0" * len(match[0]), folded.translate(_tables()[1]))


_LETTER_O = re.compile(r"(?<=[0-9])[oO]{1,4}(?![A-Za-z])|(?<![A-Za-z])[oO]{1,4}(?=[0-9])")


def _move_to_origins(hits: Iterable[PrivacyHit], text: str) -> Iterable[PrivacyHit]:
    """`hits` in the folded text as places in `text`."""
    if text.isascii():
        return hits
    characters, _ = _tables()
    origins = [place for place, character in enumerate(text) for _ in characters[ord(character)]]
    return [replace(hit, start=origins[hit.start], end=origins[hit.end - 1] + 1) for hit in hits]


# --- finding ----------------------------------------------------------------------------------------------------------

# Up to its query; in addresses of messengers the path is a telephone number.
_URL = re.compile(r"(?:(?:https?|ftp)://|www\.)(?!(?:wa|t)\.me/)[!#-&*-;=@-Z_a-z~]+")
_SENTENCE_END = re.compile(r"[。!?\n]")
_NEAR_DISTANCE = 30  # characters
_BEFORE, _AFTER = 32, 12  # characters
_CONTEXTS: Mapping[str, PrivacyLevel] = {"none_by": "none", "warning_by": "warning", "error_by": "error"}


def _select_patterns(folded: str) -> list[_Pattern]:
    """The patterns that may find something: nearly every text lacks the words and clues that they need."""
    rules, lower = _load_rules(), folded.lower()
    if not rules.triggers.search(folded):
        return []
    pairs = {*pairwise(lower), *zip(lower, strict=True)}
    found = {word for pair in rules.words.keys() & pairs for word in rules.words[pair] if word in lower}
    found.update(name for name, clue in rules.clues.items() if re.search(clue, folded))
    return [one for one in rules.patterns if not found.isdisjoint(one.needs)] if found else []


def _iter_hits(patterns: Iterable[_Pattern], folded: str, countries: Collection[str]) -> Iterator[PrivacyHit]:
    """What `patterns` find, as places in the folded text."""
    spans: dict[str, list[tuple[int, int]]] = {}
    # In the first form a numeral may end a name before a number, in the second be a part of it.
    forms = cache(lambda: (folded, _fold_digits(folded)))
    for pattern in patterns:
        for text in dict.fromkeys(forms()) if pattern.reads_digits else (folded,):
            for level, start, end in _iter_matches(pattern, text, spans) if pattern.country in countries else ():
                spans.setdefault(pattern.kind, []).append((start, end))
                if level != "none":
                    yield PrivacyHit(pattern.kind, level, start, end,
                                     _mask_value(folded[start:end], *pattern.visible_ends))


def _iter_matches(pattern: _Pattern, text: str,
                  others: Mapping[str, list[tuple[int, int]]]) -> Iterator[tuple[PrivacyLevel, int, int]]:
    """Level and span of what a pattern finds; what has the level "none" counts for what stands near it."""
    near = _mark_neighbourhoods(text, [span for kind in pattern.near_kinds for span in others.get(kind, ())])
    for match in re.finditer(pattern.finds, text) if near or not pattern.near_kinds else ():
        start, end = match.span("value")
        level = pattern.check(match["value"]) if pattern.check else None
        if level != "none" and (not pattern.near_kinds or near[start]):
            level = _level_in_context(pattern, text, start, end) or level or pattern.level
            if level != "none" or not pattern.contexts:
                yield level, start, end


def _level_in_context(pattern: _Pattern, text: str, start: int, end: int) -> PrivacyLevel | None:
    """The level by the words around a find (None: they say nothing)."""
    around = (text[max(start - _BEFORE, 0):start].rpartition("\n")[2] + "\n"
              + text[end:end + _AFTER].partition("\n")[0]) if pattern.contexts else ""
    return next((_CONTEXTS[key] for key, words in pattern.contexts.items() if re.search(words, around)), None)


def _mark_neighbourhoods(text: str, spans: Collection[tuple[int, int]]) -> bytearray:
    """For each character of `text`, 1 if one of `spans` is near it in the same sentence; empty without spans."""
    return _mark_spans(len(text), ((start - len(_SENTENCE_END.split(text[max(start - _NEAR_DISTANCE, 0):start])[-1]),
                                    end + len(_SENTENCE_END.split(text[end:end + _NEAR_DISTANCE])[0]))
                                   for start, end in spans)) if spans else bytearray()


def _mark_spans(length: int, spans: Iterable[tuple[int, int]]) -> bytearray:
    marks = bytearray(length)
    for start, end in spans:
        marks[start:end] = b"\x01" * (end - start)
    return marks


def _remove_overlaps(hits: Iterable[PrivacyHit], text: str) -> list[PrivacyHit]:
    """The hits outside of addresses of the web, the graver first where they overlap."""
    selected: list[PrivacyHit] = []
    taken = _mark_spans(len(text), (match.span() for match in _URL.finditer(text)))
    for hit in sorted(hits, key=lambda hit: (hit.level != "error", hit.start, hit.start - hit.end)):
        if not any(taken[hit.start:hit.end]):
            selected.append(hit)
            taken[hit.start:hit.end] = b"\x01" * (hit.end - hit.start)
    return sorted(selected, key=lambda hit: hit.start)


# --- masking ----------------------------------------------------------------------------------------------------------

_LONG_NUMBER = re.compile("[0-9]{7,}")


# What a reader of Markdown does not see; what parts words, between the lines of a paragraph too; and named characters.
# Four asterisks are no emphasis within a word, but what has been masked before.
_MARKUP = re.compile(r"""
    (?P<blank>(?<!\n)\n[ \t>]{0,9}(?![ \t>\n])|</?(?:p|br|li|t[dhr])(?![0-9A-Za-z])[^<>]*>|[ \t]{2,99})
    |(?P<named>&\#?[0-9A-Za-z]{1,31};)
    |<!--(?:[^-]|-(?!->)){0,999}-->|</?[A-Za-z][^<>]*>|\\(?=[!-/:-@\[-`{-~])|`|~~|(?<!\*)\*{1,3}(?!\*)
    |!?\[(?=[^\[\]\n]{0,99}\]\()|\]\([^()\n]{0,299}\)""", re.VERBOSE)
_SIZE = re.compile(r"[0-9]\*[0-9]")


def _list_masks(text: str, numbers: bool) -> list[tuple[int, int, str]]:
    """What is masked in `text`, both as typed and as read, in order and apart: its span, and what is written there."""
    found = _find_masked(text, numbers)
    if _MARKUP.search(text):
        read, spans = _read_markup(text)
        found.extend(replace(hit, start=spans[hit.start][0], end=spans[hit.end - 1][1])
                     for hit in _find_masked(read, numbers))
        found = [hit for hit in found if hit.kind != "number" or not _SIZE.search(text, hit.start, hit.end)]
    masks: list[tuple[int, int, str]] = []
    for hit in sorted(found, key=lambda hit: (hit.start, -hit.end)):
        if not masks or hit.start >= masks[-1][1]:
            masks.append((hit.start, hit.end, hit.masked))
        elif hit.end > masks[-1][1]:
            masks[-1] = (masks[-1][0], hit.end, "****")
    return masks


def _find_masked(text: str, numbers: bool) -> list[PrivacyHit]:
    runs = [PrivacyHit("number", "warning", *match.span(), "****")
            for match in _LONG_NUMBER.finditer(_fold_digits(_fold_text(text))) if not _DAY.fullmatch(match[0])]
    return [*find_personal_data(text), *(_move_to_origins(runs, text) if runs and numbers else ())]


def _read_markup(text: str) -> tuple[str, list[tuple[int, int]]]:
    """`text` without what markup hides, and for each of its characters the span in `text`."""
    pieces: list[tuple[str, tuple[int, int]]] = []
    place = 0
    for match in _MARKUP.finditer(text):
        pieces.extend((text[at], (at, at + 1)) for at in range(place, match.start()))
        seen = " " if match["blank"] else html.unescape(match["named"] or "")
        pieces.extend((character, match.span()) for character in seen)
        place = match.end()
    pieces.extend((text[at], (at, at + 1)) for at in range(place, len(text)))
    shown = [one for last, one in pairwise([("", (0, 0)), *pieces]) if (last[0], one[0]) != (" ", " ")]
    return "".join(character for character, _ in shown), [span for _, span in shown]


def _mask_value(value: str, first: int, last: int) -> str:
    characters = re.sub(r"[^0-9A-Za-z]", "", value) if last > 1 else value
    first *= len(characters) > first  # of 王大妈 the surname alone is the name
    return characters[:first] + "****" + (characters[-last:] if last else "")


# --- checks -----------------------------------------------------------------------------------------------------------

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_PROVINCE = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]")
_DAY = re.compile(r"(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])")
_GROUPS = ((2, 2, 2, 2, 2, 1), (2, 3, 3, 3), (4, 3, 4), (4, 4, 3))


def _check_groups(value: str) -> PrivacyLevel | None:
    """Eleven digits as people group them: neither amounts, nor dates, nor lists of small numbers."""
    groups = re.findall("[0-9]+", value)
    # The British put the first group in brackets, (07766) 318 254; elsewhere they may hold a list's shares.
    around = " ()" if value[0] == "0" else " "
    separators = {separator.strip(around) for separator in re.findall("[^0-9]+", value)}
    sizes = tuple(map(len, groups))
    if sizes in ((11,), (3, 4, 4)):
        return None
    if "," in separators or (value[0] == "0" and sizes[0] == 4) or sizes == (3, 4, 2, 2):
        return "none"
    if len(sizes) == 2:
        return "none" if separators == {"."} or _DAY.fullmatch(groups[1]) else None
    is_usual = (sizes[0] in (3, 5) or sizes in _GROUPS) and len(separators) == 1 and separators != {"*"}
    return None if is_usual or set(sizes) == {1} else "none"


def _check_resident_id(value: str) -> PrivacyLevel | None:
    """Eighteen characters with a birthday, and a check digit or a district."""
    number = re.sub("[^0-9Xx]", "", value).upper()[:18]
    try:
        datetime.date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return "none"
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number, strict=False))
    if number[6:8] not in ("19", "20") or re.match("[0-9]{1,2}[^0-9]", value):
        return "none"
    # A mistyped last digit still tells birthday and district.
    return None if "10X98765432"[total % 11] == number[17] or _PROVINCE.match(number) else "none"


def _check_bank_card(value: str) -> PrivacyLevel | None:
    """Digits that pass Luhn's check, or fifteen and the zeros that a spreadsheet makes of the rest."""
    number = re.sub("[^0-9]", "", value)
    doubled = (int(digit) * 2 for digit in number[-2::-2])
    total = sum(map(int, number[-1::-2])) + sum(digit - 9 if digit > 9 else digit for digit in doubled)
    is_rounded = len(number) > 15 and not number[15:].strip("0") and not number.endswith("00000000")
    is_bank = number[0] != "9" or number.startswith("9558")
    return None if is_bank and (total % 10 == 0 or is_rounded) else "none"


def _check_nhs(value: str) -> PrivacyLevel | None:
    """Ten digits of which the last one follows from the others (modulo 11)."""
    number = re.sub("[^0-9]", "", value)
    total = sum(int(digit) * (10 - place) for place, digit in enumerate(number[:9]))
    return None if (11 - total % 11) % 11 == int(number[9]) else "none"


def _check_iban(value: str) -> PrivacyLevel | None:
    """An account number whose remainder by 97 is one (ISO 13616)."""
    number = re.sub("[^0-9A-Z]", "", value.upper())
    return None if int("".join(str(int(one, 36)) for one in number[4:] + number[:4])) % 97 == 1 else "none"


def _check_door_number(value: str) -> PrivacyLevel | None:
    """Building-unit-room; but 12-31-2024 is a date."""
    first, second, room = map(int, re.findall("[0-9]+", value))
    is_day = 1900 <= room <= 2099 and first <= 31 and second <= 31 and min(first, second) <= 12
    return "none" if is_day else None


def _check_not_a_day(value: str) -> PrivacyLevel | None:
    """A number that is no date in eight digits."""
    return "none" if _DAY.fullmatch(re.sub("[^0-9]", "", value)) else None


_CHECKS: Mapping[str, PatternCheck] = {
    "groups": _check_groups, "resident_id": _check_resident_id, "bank_card": _check_bank_card, "nhs": _check_nhs,
    "iban": _check_iban, "door_number": _check_door_number, "not_a_day": _check_not_a_day,
}
