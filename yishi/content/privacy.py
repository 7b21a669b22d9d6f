"""Find and mask personal data in text.

The patterns are data, per country, in `privacy.yaml`. Exceptions by context - a place's `office.phone`, the contact of
the site, publishers' addresses in `sources.yaml`, `privacy_allow` - are filtered by the caller, by `PrivacyHit.kind`
and the text between `PrivacyHit.start` and `PrivacyHit.end`.
"""

import datetime
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Any, Literal

import yaml
from msgspec import Struct

_PACKAGE = "yishi.content"

PrivacyLevel = Literal["error", "warning"]


class PrivacyHit(Struct, frozen=True):
    """A personal datum in a text: `text[start:end]`, and its masked form.

    `kind`: resident_id, bank_card, mobile, landline, plate, account (WeChat, QQ), door, email, minor, name, sensitive.
    """

    kind: str
    level: PrivacyLevel
    start: int
    end: int
    masked: str


def find_personal_data(text: str, country: str = "CN") -> list[PrivacyHit]:
    """The personal data in `text`, in order, not overlapping; of overlapping kinds the more serious one."""
    rules = _load_rules(country)
    if not rules.clues.search(text):
        return []
    folded, origins = _normalize_with_origins(text)
    return _remove_overlaps(_iter_hits(rules, folded, origins),
                            _mark_spans(len(text), (match.span() for match in _URL.finditer(text))))


def mask_personal_data(text: str, country: str = "CN") -> str:
    """`text` with every personal datum masked: `138****5678`."""
    for hit in reversed(find_personal_data(text, country)):
        text = text[:hit.start] + hit.masked + text[hit.end:]
    return text


def export_patterns(country: str = "CN") -> list[dict[str, object]]:
    """The patterns as data for a browser: regular expressions in JavaScript's notation. `check` names a check that the
    browser must implement as well."""
    names = {check: name for name, check in _CHECKS.items()}
    return [{"kind": one.kind, "level": one.level, "finds": one.expression.pattern.replace("(?P<", "(?<"),
             "shows": one.visible_ends, "check": names[one.check] if one.check else "", "near": sorted(one.near_kinds)}
            for one in _load_rules(country).patterns]


# --- patterns ---------------------------------------------------------------------------------------------------------

PatternCheck = Callable[[re.Match[str], PrivacyLevel], PrivacyLevel | None]
"""The final check of a match: its level, or None to reject it."""


class _Pattern(Struct, frozen=True):
    kind: str
    level: PrivacyLevel
    precondition: re.Pattern[str]
    expression: re.Pattern[str]
    visible_ends: tuple[int, int]
    check: PatternCheck | None
    near_kinds: frozenset[str]


class _Rules(Struct, frozen=True):
    clues: re.Pattern[str]
    patterns: tuple[_Pattern, ...]


@cache
def _load_rules(country: str) -> _Rules:
    data = yaml.load(resources.files(_PACKAGE).joinpath("privacy.yaml").read_text("utf-8"), yaml.CSafeLoader)[country]
    parts: dict[str, str] = {}
    for name, part in data["parts"].items():
        parts[name] = _fill_parts(part, parts)
    clues = [(_fill_parts(first, parts), _fill_parts(rest, parts)) for first, rest in data["clues"]]
    return _Rules(_compile_clues(clues), tuple(_compile_pattern(entry, parts) for entry in data["patterns"]))


def _fill_parts(expression: str, parts: Mapping[str, str]) -> str:
    return re.sub(r"\{([a-z_]+)\}", lambda match: parts[match[1]], expression)


def _compile_clues(clues: Iterable[tuple[str, str]]) -> re.Pattern[str]:
    # A leading class of first characters lets the regular expression engine skip the rest of a text quickly.
    clues = list(clues)
    firsts = "".join(first for first, _ in clues)
    return re.compile(f"[{firsts}](?:{'|'.join(f'(?<=[{first}])(?:{rest})' for first, rest in clues)})")


def _compile_pattern(entry: Mapping[str, Any], parts: Mapping[str, str]) -> _Pattern:
    first, last = entry["shows"]
    check = _CHECKS[entry["check"]] if "check" in entry else None
    needs, finds = (re.compile(_fill_parts(entry.get(key, ""), parts)) for key in ("needs", "finds"))
    return _Pattern(kind=entry["kind"], level=entry["level"], precondition=needs, expression=finds,
                    visible_ends=(int(first), int(last)),
                    check=check, near_kinds=frozenset(entry.get("near", ())))


# --- finding ----------------------------------------------------------------------------------------------------------

_URL = re.compile(r"(?:(?:https?|ftp)://|www\.)[!#-&*-;=?-Z_a-z~]+")
_FULL_WIDTH = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)} | {"\u3000": " ", "\xa0": " "}
_FULL_WIDTH_CHARACTER = re.compile("[\uff01-\uff5e\u3000\xa0]")
_INVISIBLE = re.compile("[\u200b\u200c\u200d\u2060\ufeff\u00ad]")
_SENTENCE_END = re.compile(r"[。!?\n]")
_NEAR_DISTANCE = 30  # characters


def _normalize_with_origins(text: str) -> tuple[str, list[int] | None]:
    """`text` after NFKC without invisible characters, and the original index of each character (None: unchanged)."""
    folded = _FULL_WIDTH_CHARACTER.sub(lambda match: _FULL_WIDTH[match[0]], text)
    if unicodedata.is_normalized("NFKC", folded) and not _INVISIBLE.search(folded):
        return folded, None
    pieces = ["" if _INVISIBLE.match(char) else unicodedata.normalize("NFKC", char) for char in text]
    return "".join(pieces), [place for place, piece in enumerate(pieces) for _ in piece]


def _iter_hits(rules: _Rules, folded: str, origins: list[int] | None) -> Iterator[PrivacyHit]:
    spans: dict[str, list[tuple[int, int]]] = {}
    for pattern in rules.patterns:
        if pattern.precondition.search(folded):
            for level, start, end in _iter_matches(pattern, folded, spans):
                spans.setdefault(pattern.kind, []).append((start, end))
                first, last = (start, end) if origins is None else (origins[start], origins[end - 1] + 1)
                yield PrivacyHit(pattern.kind, level, first, last,
                                 _mask_value(folded[start:end], *pattern.visible_ends))


def _iter_matches(pattern: _Pattern, folded: str,
                  others: Mapping[str, list[tuple[int, int]]]) -> Iterator[tuple[PrivacyLevel, int, int]]:
    near = _mark_neighbourhoods(folded, [span for kind in pattern.near_kinds for span in others.get(kind, ())])
    for match in pattern.expression.finditer(folded):
        level = pattern.check(match, pattern.level) if pattern.check else pattern.level
        if level and (not pattern.near_kinds or near[match.start("value")]):
            yield level, *match.span("value")


def _mark_neighbourhoods(text: str, spans: Iterable[tuple[int, int]]) -> bytearray:
    """For each character of `text`, 1 if one of `spans` is near it in the same sentence."""
    return _mark_spans(len(text), ((start - len(_SENTENCE_END.split(text[max(start - _NEAR_DISTANCE, 0):start])[-1]),
                                    end + len(_SENTENCE_END.split(text[end:end + _NEAR_DISTANCE])[0]))
                                   for start, end in spans))


def _mark_spans(length: int, spans: Iterable[tuple[int, int]]) -> bytearray:
    marks = bytearray(length)
    for start, end in spans:
        marks[start:end] = b"\x01" * (end - start)
    return marks


def _mask_value(value: str, first: int, last: int) -> str:
    characters = re.sub(r"[^0-9A-Za-z]", "", value) if last > 1 else value
    return characters[:first] + "****" + (characters[-last:] if last else "")


def _remove_overlaps(hits: Iterable[PrivacyHit], taken: bytearray) -> list[PrivacyHit]:
    selected: list[PrivacyHit] = []
    for hit in sorted(hits, key=lambda hit: (hit.level != "error", hit.start, hit.start - hit.end)):
        if not any(taken[hit.start:hit.end]):
            selected.append(hit)
            taken[hit.start:hit.end] = b"\x01" * (hit.end - hit.start)
    return sorted(selected, key=lambda hit: hit.start)


# --- checks -----------------------------------------------------------------------------------------------------------

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ORDER_NUMBER = re.compile(r"(?:工单|编号|单号|流水号|案号)[^。!?\n]{0,6}$")
_PROVINCE = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]")
_CARD = re.compile(r"(?:卡号|[行蓄用]卡|[账帐][号户])[^。!?\n]{0,6}$")
_BANK_WORD = re.compile(r"卡|[账帐][号户]|银行")


def _check_resident_id(match: re.Match[str], level: PrivacyLevel) -> PrivacyLevel | None:
    # One work-order number in eleven passes the check, hence only a warning beside such a word. A mistyped last digit
    # still reveals birthday and district.
    number = re.sub(r"[ -]", "", match["value"]).upper()
    try:
        datetime.date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number, strict=False))
    holds = "10X98765432"[total % 11] == number[17]
    return level if (holds or _PROVINCE.match(number)) and not _ORDER_NUMBER.search(_text_before(match)) else "warning"


def _check_bank_card(match: re.Match[str], level: PrivacyLevel) -> PrivacyLevel | None:
    number = re.sub(r"\D", "", match["value"])
    if not 15 <= len(number) <= 19:
        return None
    if not _passes_luhn(number):
        return "warning" if _CARD.search(_text_before(match)) else None
    around = _text_before(match) + " " + match.string[match.end():match.end() + 10]
    return level if _BANK_WORD.search(around) else "warning"


def _passes_luhn(number: str) -> bool:
    doubled = (int(digit) * 2 for digit in number[-2::-2])
    return (sum(map(int, number[-1::-2])) + sum(value - 9 if value > 9 else value for value in doubled)) % 10 == 0


def _check_plate(match: re.Match[str], level: PrivacyLevel) -> PrivacyLevel | None:
    rest = match["value"][1:]
    digits = sum(char.isdigit() for char in rest)
    return level if digits >= 3 and (rest == rest.upper() or rest[1:].strip(" ·•.-").isdigit()) else None


def _check_account(match: re.Match[str], level: PrivacyLevel) -> PrivacyLevel | None:
    # "微信 WeChat" is not an account; "微信号 zhangsan" and "微信 zhang_3" are.
    is_announced = bool(match["said"].strip())
    return level if is_announced or re.search(r"[0-9_]", match["value"]) else None


def _check_door_number(match: re.Match[str], level: PrivacyLevel) -> PrivacyLevel | None:
    # building-unit-room; but 12-31-2024 is a date.
    first, second, room = map(int, match["value"].split("-"))
    is_day = 1900 <= room <= 2099 and first <= 31 and second <= 31 and min(first, second) <= 12
    return None if is_day else level


def _text_before(match: re.Match[str]) -> str:
    return match.string[max(match.start() - 20, 0):match.start()]


_CHECKS: Mapping[str, PatternCheck] = {
    "resident_id": _check_resident_id, "bank_card": _check_bank_card, "plate": _check_plate, "account": _check_account,
    "door_number": _check_door_number,
}
