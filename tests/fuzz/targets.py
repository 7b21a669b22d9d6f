"""What is fuzzed: for each kind of input, how one is made from a random number, and what must hold for any."""

import io
import re
import warnings
import zipfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date
from functools import cache
from random import Random
from typing import Any
from urllib.parse import urljoin, urlsplit
from zoneinfo import ZoneInfo

import yaml
from msgspec import Struct
from openpyxl import Workbook
from PIL import Image
from pydantic import ValidationError

from tests.fuzz import server, sites
from tests.fuzz.mutation import mutate
from tests.support.inbox import TOWN
from tests.support.workshop import PROJECT, SITES
from yishi.analysis.snapshots import SnapshotError, decode_snapshot, encode_snapshot
from yishi.content.change_log import parse_change_log
from yishi.content.images import UnusablePhoto, convert_photo, measure_photo, plan_renditions
from yishi.content.load import read_records
from yishi.content.load.attachment_scan import scan_attachment
from yishi.content.load.date_repair import has_unsure_date, move_clock_time, repair_dated_line, respell_date
from yishi.content.markup import extract_all_text, render_markdown, strip_markup
from yishi.content.yaml_source import NULL_WORDS, MappingNode, ScalarNode, SequenceNode, SourceFile, parse_source
from yishi.model.date_expressions import WritingContext, interpret_date
from yishi.model.dates import parse_partial_date
from yishi.model.keys import key_table
from yishi.model.kinds import KINDS
from yishi.model.language import get_language
from yishi.model.paths import is_photo_name, locate_record
from yishi.model.problems import describe_problem
from yishi.model.quantities import parse_count, parse_quantity, propose_quantity
from yishi.model.records import Model
from yishi.model.records.field_types import parse_site_address
from yishi.workbook.columns import list_sheets
from yishi.workbook.import_files import ReceivedFile, receive_file, receive_record_file


class Target(Struct, frozen=True):
    """A kind of input: how one is made, what must hold for it (else AssertionError, or whatever the program raises),
    the seconds within which it must, and how many are tried in the tests."""

    make: Callable[[Random], Any]
    check: Callable[[Any], None]
    seconds: float = 2
    few: int = 40


SHOWCASE = SITES / "showcase"

# --- record files -----------------------------------------------------------------------------------------------------

YAML_TOKENS = [
    ": ", ":", "：", "- ", "－", "\n", "\n  ", "\n- ", "\n    - ", "\t", "\u3000", "[", "]", "{", "}", ",", "&a ", "*a",
    "!t ", "!!binary ", "<<: ", "# ", " #", "|\n", "|2-\n", ">-\n", "'", '"', "`", "@", "%", "---\n", "...\n", "? ",
    "~", "null", "%YAML 1.2\n", "\\", "\\x", '"\\u0000"', '"\\e"', "2025-09-11", "2025-02-30", "by 2025", "未知",
    "照明", "是", "-1", "1e999", "9" * 400, "x" * 70, "居民", "<b>", "](x.md)", "![", "\u2028", "\x85", "\r", "\ufeff",
    "\ufdd0", "\U0001f600", "１２", "nan", "13800005678", "..", "/", "places/a", "title: ", "进展:\n",
    "{a: b}", "正文: |\n", "\0", "\ud800"]
BAD_BYTES = [b"\0", b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xb1\xea"]
STRANGE = "".join(map(chr, (0, 9, 0x85, 0xA0, 0x200B, 0x202E, 0x2028, 0x3000, 0xFEFF, 0xFF1A, 0xD800, 0x1F600)))


@cache
def record_files() -> list[tuple[str, bytes]]:
    """The record files of the showcase: path and bytes."""
    return [(path, file.read_bytes()) for file in sorted(SHOWCASE.rglob("*.*"))
            if locate_record(path := file.relative_to(SHOWCASE).as_posix())]


def make_record(random: Random) -> tuple[str, bytes]:
    """A record file of any kind."""
    path, data = random.choice(record_files())
    return path, encode(random, mutate(random, [data.decode()], YAML_TOKENS))


def encode(random: Random, text: str, encoding: str = "utf-8") -> bytes:
    """The bytes of a text; now and then with bytes that are wrong."""
    data = text.encode(encoding, "surrogatepass" if encoding.startswith("utf") else "replace")
    return mutate(random, [data], BAD_BYTES, 2) if random.randrange(10) == 0 else data


def check_record(given: tuple[str, bytes]) -> None:
    """It is read, or told why not, in both languages; and what is read without a problem is what PyYAML reads."""
    source, location = SourceFile(*given), locate_record(given[0])
    assert location
    reading = read_records(source, location)
    assert reading.entries or reading.problems or location.kind in ("source", "location", "figure", "withdrawal")
    for problem in reading.problems[:20]:
        assert problem.line >= 1
        assert problem.column >= 1
        assert all(describe_problem(problem, get_language(tag)) for tag in ("en", "zh-Hans"))
    document = parse_source(source)
    if not document.problems and given[0].endswith(".yaml"):
        assert without_blanks(plain(document.root)) == without_blanks(read_by_pyyaml(given[1]))


def plain(node: object) -> object:
    """The tree of a file as dictionaries, lists and strings."""
    if isinstance(node, MappingNode):
        return {key.text: plain(value) for key, value in node.pairs}
    if isinstance(node, SequenceNode):
        return [plain(item) for item in node.items]
    return node.text if isinstance(node, ScalarNode) else ""


def read_by_pyyaml(data: bytes) -> object:
    """The same by PyYAML, every scalar as it was typed."""
    return yaml.load(data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n"), yaml.CBaseLoader)


def without_blanks(value: object) -> object:
    """A tree without what our reader leaves out on purpose: null, and line breaks within Chinese."""
    if isinstance(value, dict):
        return {without_blanks(key): without_blanks(one) for key, one in value.items()}
    if isinstance(value, list):
        return [without_blanks(one) for one in value]
    return "" if value in (None, *NULL_WORDS, {}) else re.sub(r"\s", "", str(value))


# --- short forms, dates, numbers --------------------------------------------------------------------------------------

LINES = ["2025-09-11 提出: 居民说看不清路", "2025-09-11 raised: No light", "by 2025-09 议事：开会",
         "2026-01-10 有效: 没再坏", "提出: 某某", "约2025年9月 12:30 办结: 修好了", "流程规范",
         "2025-09-01/2025-09-11 协商: 两次", "约20人", "20多人", "三十二",
         "over twenty people", "1,234.5", "unknown", "9.11 反映: x", "昨天 反映: x"]
DATES = [line.split("\t")[0] for line in (PROJECT / "tests/model/dates.tsv").read_text("utf-8").splitlines()
         if line.strip() and not line.startswith("#")]
DATE_TOKENS = [*"0123456789年月日号旬初中底-/.~至到,，: ：()", "上", "下", "去年", "今年", "星期", "春", "by ",
               "about ", "..", "约", "不晚于", "以来", "农历", "正月", "国庆", "mid-", "early ", "Sept ", "quarter",
               "1st ", "二〇二五", "１２", *STRANGE]


@cache
def short_forms() -> list[type[Model]]:
    """The models that may be written in one line."""
    found: dict[type[Model], None] = {}

    def collect(model: type[Model]) -> None:
        for spec in key_table(model).specs.values():
            if spec.model and spec.model not in found:
                found[spec.model] = None
                collect(spec.model)

    for kind in KINDS.values():
        collect(kind.model)
    return [model for model in found if model.short_form]


def check_short_form(line: str) -> None:
    """Any line is an entry of each kind, or is refused by its model."""
    for model in short_forms():
        with suppress(ValidationError):
            model.model_validate(line)
    for read in (repair_dated_line, move_clock_time, has_unsure_date, parse_quantity, propose_quantity, parse_count):
        read(line)


CONTEXTS = [WritingContext(date(2025, 12, 31), order, direction)
            for order in ("YMD", "DMY", "MDY", "") for direction in ("past", "future", "any")]


def check_date(text: str) -> None:
    """Any text is a date or none; what is respelt is a date in the notation of records."""
    with suppress(ValueError):
        parse_partial_date(text)
    for context in CONTEXTS:
        interpret_date(text, context)
    if spelt := respell_date(text):
        assert parse_partial_date(spelt)


# --- Markdown ---------------------------------------------------------------------------------------------------------

MARKS = ["`", "``", "```\n", "*", "**", "_", "~~", "[", "](", "](x.md)", "![", ")", "<", "</", "<a href=", "<script>",
         "<!--", "-->", "&", "&#x", "\\", "|", "|-|-|\n", "> ", "- ", "1. ", "# ", "\n", "\n\n", "    ", "  \n", "[^1]",
         "[^1]: ", "[a]: x\n", "http://a.b", "(", "javascript:", "jav\tascript:", '"', "'", "onload=", "\x02", "\x03",
         "wzxhzdk:0", "klzzwxh:0001", "（一）", "参会人员：", "1、", "---\n", "===\n", *STRANGE]
_UNSAFE = re.compile(r"<(?:script|style|iframe|svg|object|form|h1)|<[^>\"]* on\w+="
                     r"|(?:href|src)=\"\s*(?:javascript|data):", re.IGNORECASE)


@cache
def markdown_texts() -> list[str]:
    """The Markdown of the guide and of the showcase, in parts."""
    files = [*SHOWCASE.rglob("*.md"), *(PROJECT / "docs/guide").glob("*.md")]
    return [part for file in sorted(files) for part in file.read_text("utf-8").split("\n\n") if part]


def make_markdown(random: Random) -> str:
    """A text of a few paragraphs; now and then one thing repeated up to 20,000 characters."""
    if random.randrange(50) == 0:
        unit = "".join(random.choices([*MARKS, "a", "汉", " "], k=random.randrange(1, 5)))
        return unit * (20_000 // len(unit))
    return "\n\n".join(mutate(random, markdown_texts(), MARKS) for _ in range(random.randrange(1, 4)))


def check_markdown(text: str) -> None:
    """Any text becomes safe HTML, and words for machines."""
    html = render_markdown(text).html
    assert not _UNSAFE.search(html)
    strip_markup(html)
    extract_all_text(html)


# --- workbooks and tables ---------------------------------------------------------------------------------------------

XML_TOKENS = [
    "<c>", "</c>", "<row>", "</row>", "<v>", "1e308", "-1", "99999999999", "NaN", "A1:XFD1048576", "ZZZZ9", 't="s"',
    't="d"', 't="e"', 't="b"', "<f>", 's="999"', "&lt;", "&#0;", "&#x1;", "<!DOCTYPE x>", '<col min="1" max="99999999" '
    'hidden="1"/>', "<mergeCells>", 'r="A0"', "]]>", "<is><t>", "2025-09-11", "45000.5", "0xFF", "\x0b", "%", "xmlns:"]
XML_VALUES = ["", "0", "1", "-1", "3", "1e308", "99999999999", "NaN", "45000.5", "s", "str", "inlineStr", "d", "e", "b",
              "n", "A1", "ZZZZ9", "A1:XFD9", "A1:C3", "2025-09-11", "hidden", "9.11", "同上", "是", "标题", "&#10;",
              "x" * 300, "13800001111"]
CSV_TOKENS = [
    ",", ";", "\t", '"', '""', "\n", "\r\n", "\r", "=1+1", "\ufeff", "标题", "提出", "议题", "title", "2025-09-11",
    "9.11", "'", "是", "同上", "\u3000", "13800001111", "x" * 300, "\0"]


@cache
def workbooks() -> list[dict[str, bytes]]:
    """The parts of workbooks that people have sent, and of one of another kind."""
    stream = io.BytesIO()
    Workbook().save(stream)
    sent = [file.read_bytes() for file in sorted((PROJECT / "tests/workbook/sent").glob("*.xlsx"))]
    return [_unpack(data) for data in (*sent, stream.getvalue())]


def _unpack(data: bytes) -> dict[str, bytes]:
    """The parts of a workbook, with the first twenty rows of each sheet: those that are still empty take long."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: _LATER_ROWS.sub(b"", archive.read(name)) for name in archive.namelist()}


_LATER_ROWS = re.compile(rb'<row [^>]*\br="(?:\d{3,}|[2-9]\d)".*?(?:</row>|/>(?=<row|</sheetData))')
_CONTENT = re.compile(rb'<row [^>]*\br="(?:[3-9]|\d{2,})".*</row>|<dataValidations.*</dataValidations>', re.DOTALL)
"""What a sheet holds below its headings, and the lists of its cells."""


def pack(parts: Mapping[str, bytes]) -> bytes:
    """The workbook of these parts."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in parts.items():
            archive.writestr(zipfile.ZipInfo(name), data)
    return stream.getvalue()


def change_xml(random: Random, text: str) -> str:
    """Another text between tags, or value of an attribute, some of them; now and then what is no XML."""
    if random.randrange(4) == 0:
        return mutate(random, [text], XML_TOKENS, 3)
    for _ in range(random.randrange(1, 6)):
        if spans := [found.span(1) for found in re.finditer(r'[>"]([^<>"]*)[<"]', text)]:
            at, end = random.choice(spans)
            text = text[:at] + random.choice(XML_VALUES) + text[end:]
    return text


def make_workbook(random: Random) -> bytes:
    """A workbook with one or two parts that are wrong, now and then with bytes that are; of the other sheets, two have
    more than their headings."""
    parts = dict(random.choice(workbooks()))
    wrong = random.choices(list(parts), k=random.randrange(1, 3))
    for name in {*parts} - {*wrong, *random.choices(list(parts), k=2)}:
        parts[name] = _CONTENT.sub(b"", parts[name])
    for name in wrong:
        parts[name] = encode(random, change_xml(random, parts[name].decode("utf-8", "replace")))
    data = pack(parts)
    return mutate(random, [data], BAD_BYTES, 2) if random.randrange(20) == 0 else data


def make_csv(random: Random) -> bytes:
    """A table of issues in one of the encodings of spreadsheet programs."""
    head = ",".join(min(column.headings) for column in list_sheets()["issue"].columns)
    rows = "\n".join((head, *(",".join(random.choices(LINES, k=5)) for _ in "abc")))
    encoding = random.choice(("utf-8", "utf-8-sig", "gb18030", "utf-16"))
    return encode(random, mutate(random, [rows], CSV_TOKENS), encoding)


def check_received(received: ReceivedFile) -> None:
    """Whatever was sent in, an import ends; what it writes can be read, and nothing else is written."""
    for path, data in sites.take_in(received).files.items():
        location = locate_record(path)
        assert location or path.endswith("/.imported")
        if location:
            problems = read_records(SourceFile(path, data), location).problems
            assert not [one for one in problems if one.level == "error"]


def make_form(random: Random) -> tuple[str, bytes]:
    """The result of a form, or a record file, as it comes by mail."""
    of_town = [(path, text.encode()) for path, text in TOWN.items() if re.search("issues/|cases/", path)]
    others = [one for one in record_files() if re.search("/issues/|/cases/", one[0])]
    path, data = random.choice(random.choice((of_town, others)))
    head = random.choice(("# places/liuxi/nanyuan\n", "# places/nowhere\n", "", "# 南园\n"))
    return f"a.{path.rpartition('.')[2]}", encode(random, head + mutate(random, [data.decode()], YAML_TOKENS))


# --- attachments ------------------------------------------------------------------------------------------------------


@cache
def attachments() -> list[tuple[str, bytes]]:
    """Small photos of every kind, a workbook, tables: name and bytes."""
    found = [("a.xlsx", pack(workbooks()[0])), ("a.json", b'{"a": 1}'),
             ("a.csv", "姓名,电话\n某某,13800001111\n".encode())]
    for suffix, name in (("jpg", "JPEG"), ("png", "PNG"), ("gif", "GIF"), ("webp", "WEBP")):
        stream = io.BytesIO()
        Image.linear_gradient("L").resize((40, 30)).convert("RGB").save(stream, name)
        found.append((f"a.{suffix}", stream.getvalue()))
    return found


def make_attachment(random: Random) -> tuple[str, bytes]:
    """An attachment that was not copied to its end, or is not what its name says."""
    name, data = random.choice(attachments())
    return random.choice((name, name, name, random.choice(attachments())[0])), mutate(random, [data], BAD_BYTES, 4)


def check_attachment(given: tuple[str, bytes]) -> None:
    """It is searched; a photo is converted to every size, or refused; nothing else is said on the terminal."""
    name, data = given
    with warnings.catch_warnings(record=True, action="always") as told:
        list(scan_attachment(name, data, ("CN",), ()))
        if is_photo_name(name):
            with suppress(UnusablePhoto):
                for wanted in plan_renditions(name, measure_photo(data)):
                    assert convert_photo(data, wanted)
    assert not told


# --- what the program has written itself ------------------------------------------------------------------------------


@cache
def frozen_copies() -> list[str]:
    """A frozen copy of the numbers of a small town."""
    return [sites.freeze_numbers()]


def check_frozen(text: str) -> None:
    """Any text is a frozen copy, which is the same when it is written again, or is refused."""
    try:
        copy = decode_snapshot(text)
    except SnapshotError:
        return
    assert decode_snapshot(encode_snapshot(copy)) == copy


LOG = ('["content/", ""]\n/abc123 1748750400\0The first records\n\0A\0content/places/a/issues/x.yaml\0M\0'
       'content/site.yaml\0/abc124 1748750401\0Move it, call 13800001111\n\0R100\0content/places/a/issues/x.yaml\0'
       'content/places/b/issues/x.yaml\0'
       '/abc125 999999999999999999\0\0D\0content/places/b/issues/x.yaml\0')


def make_log(random: Random) -> str:
    """What Git might tell: the first line is the program's own."""
    head, _, rest = LOG.partition("\n")
    tokens = ["\0", "/", "A", "M", "R1", "D", "0", "/a 1\0", "x.yaml", "\n", *STRANGE]
    return "\n".join((head, mutate(random, [rest], tokens)))


def check_log(log: str) -> None:
    """Whatever Git tells, changes are read or left out, and nothing is told that must not be."""
    told = parse_change_log(log, ZoneInfo("Asia/Shanghai"), date(2025, 12, 31))
    reasons = [change.reason for changes in told.changes.values() for change in changes]
    assert not [reason for reason in reasons if "13800001111" in reason]


# --- addresses --------------------------------------------------------------------------------------------------------

ADDRESSES = ["https://example.org/town/", "http://example.org:8080", "https://例子.cn/议事/", "https://[::1]/x"]
ADDRESS_TOKENS = ["?", "#", "@", ":", "/", "//", "\\", "..", "%2e", "%00", "&", '"', "<", "'", " ", "\t", "\n", "[",
                  "]", ":99999", "javascript:", "index.html", "x.php", *STRANGE]


def check_address(text: str) -> None:
    """Any text is an address to which those of pages can be appended, or is refused."""
    try:
        parsed = parse_site_address(text)
    except ValueError:
        return
    base = parsed.rstrip("/") + "/"
    page = urlsplit(urljoin(base, "places/a/"))
    assert (page.scheme, page.netloc) == urlsplit(parsed)[:2]
    assert page.path.endswith("/places/a/")
    assert not set(text) & set("\"'<> \n\t`{}|\\^")


TARGETS: Mapping[str, Target] = {
    "yaml": Target(make_record, check_record, 5),
    "shortforms": Target(lambda random: mutate(random, [*LINES, *DATES], DATE_TOKENS), check_short_form),
    "dates": Target(lambda random: mutate(random, DATES, DATE_TOKENS, 4), check_date),
    "markdown": Target(make_markdown, check_markdown, 4),
    "workbooks": Target(make_workbook, lambda data: check_received(receive_file("a.xlsx", data)), 20, 10),
    "csv": Target(make_csv, lambda data: check_received(receive_file("a.csv", data)), 10, 10),
    "forms": Target(make_form, lambda given: check_received(receive_record_file(*given)), 10, 10),
    "attachments": Target(make_attachment, check_attachment, 10, 20),
    "cache": Target(sites.choose_bytes, sites.check_bytes),
    "rebuilds": Target(sites.choose_damage, sites.check_damaged_cache, 20, 1),
    "frozen": Target(lambda random: mutate(random, frozen_copies(), [*'"{}[],:1-é', "null", "1e999"]), check_frozen),
    "history": Target(make_log, check_log),
    "addresses": Target(lambda random: mutate(random, ADDRESSES, ADDRESS_TOKENS), check_address, 2, 200),
    "http": Target(server.make_request, server.check_request, 10),
}
"""Name → what is fuzzed."""
