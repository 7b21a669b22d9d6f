"""What has one obvious repair is repaired, and nothing else is touched."""

import re
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.program import TEMPLATES, run_program
from tests.support.workshop import PROJECT, SITES, Workshop, tree
from yishi.content.autofix import RepairedFile, repair_file
from yishi.content.yaml_source import SourceFile
from yishi.model.date_expressions import WritingContext
from yishi.model.paths import locate_record

ISSUE = "places/t/c/issues/x.yaml"
HEAD = "标题: 路灯\n主题: 照明\n提出: 未知\n进展:\n  - 反映: 看不清路\n"

RECORDS = [(file.relative_to(site).as_posix(), file.read_bytes())
           for site in (SITES / "full", SITES / "english-city", SITES / "showcase", PROJECT / "content")
           for file in sorted(site.rglob("*")) if locate_record(file.relative_to(site).as_posix())]


def repaired(data: bytes, file: str = ISSUE) -> RepairedFile | None:
    slot = locate_record(file)
    assert slot
    return repair_file(SourceFile(file, data), slot)


def text_of(text: str, file: str = ISSUE) -> str:
    """The text after the repair; as it was if nothing was repaired."""
    found = repaired(text.encode(), file)
    return found.data.decode() if found else text


@pytest.mark.parametrize(("wrong", "right"), [
    ("简介：两盏灯不亮", "简介: 两盏灯不亮"),
    ("简介:　两盏灯不亮", "简介: 两盏灯不亮"),
    ("简介:两盏灯不亮", "简介: 两盏灯不亮"),
    ("“简介”: 两盏灯不亮", "简介: 两盏灯不亮"),
    ("ｓｕｍｍａｒｙ: 两盏灯不亮", "summary: 两盏灯不亮"),
    ("sumary: 两盏灯不亮", "summary: 两盏灯不亮"),
    ("summray: 两盏灯不亮  # 再问", "summary: 两盏灯不亮  # 再问"),
    ("sumary: sumary 是什么", "summary: sumary 是什么"),
    ("间介: 两盏灯不亮", "简介: 两盏灯不亮"),
    ("来源渠: 走访", "来源渠道: 走访"),
    ('"sumary": 两盏灯不亮', '"summary": 两盏灯不亮'),
    ("承诺期限: 2025.9.11", "承诺期限: 2025-09-11"),
    ("承诺期限: '2025．９．11' # 口头", "承诺期限: '2025-09-11' # 口头"),
    ("承诺期限: 20250911", "承诺期限: 2025-09-11"),
    ("更新: 2025。9。11", "更新: 2025-09-11"),
    ("due: 2025.9.11", "due: 2025-09-11"),
    ("简介: 两盏灯不亮 \t", "简介: 两盏灯不亮"),
    ("简介: 两盏灯不亮　", "简介: 两盏灯不亮"),
    ("公示: {通知公式日: 2025.9.11}", "公示: {通知公示日: 2025-09-11}"),
])
def test_a_line_with_one_obvious_repair_is_repaired(wrong: str, right: str) -> None:
    """Marks in full width, dates in another notation, keys one letter off, blanks at the end; comments stay."""
    assert text_of(HEAD + wrong + "\n") == HEAD + right + "\n"


@pytest.mark.parametrize(("wrong", "right"), [
    ("  - 2025.9.11 反映: 看不清", "  - 2025-09-11 反映: 看不清"),
    ("  - 2025.9.11，反映：看不清 # 问过", "  - 2025-09-11 反映：看不清 # 问过"),
    ('  - "2025．9．11 反映: 看: 不清"', '  - "2025-09-11 反映: 看: 不清"'),
    ("  -2025-09-11 反映: 看不清", "  - 2025-09-11 反映: 看不清"),
    ("  －2025-09-11 反映: 看不清", "  - 2025-09-11 反映: 看不清"),
    ("　　- 2025-09-11 反映: 看不清", "  - 2025-09-11 反映: 看不清"),
    ("\t- 2025-09-11 反映: 看不清", "  - 2025-09-11 反映: 看不清"),
])
def test_an_entry_of_a_log_is_repaired(wrong: str, right: str) -> None:
    """What is obviously meant at the beginning of an entry; its text stays as typed."""
    head = "标题: 路灯\n主题: 照明\n提出: 未知\n进展:\n"
    assert text_of(f"{head}{wrong}\n") == f"{head}{right}\n"


@pytest.mark.parametrize(("wrong", "right"), [
    ("提出: 9.11", "提出: 2025-09-11"), ("提出: 去年冬天", "提出: 2024-12..2025-02（去年冬天）"),
    ("提出: 上周三", "提出: 2025-10-15"), ("提出: 12.20", "提出: 2024-12-20"), ("提出: 3/4/2025", "提出: 3/4/2025"),
    ("提出: 10.25", "提出: 10.25"), ("提出: 不久前", "提出: 不久前"), ("due: 12.20", "due: 2025-12-20"),
    ("承诺期限: 12.20", "承诺期限: 2025-12-20"), ("承诺期限: 9.11", "承诺期限: 9.11")])
def test_a_date_counts_from_the_day_on_which_its_file_was_written(wrong: str, right: str) -> None:
    """With the day and the country relative words are repaired too; what may be two dates stays as it is."""
    raised = "" if wrong.startswith("提出") else "提出: 未知\n"
    text = f"标题: 路灯\n主题: 照明\n{raised}{wrong}\n进展:\n  - 9月底 反映: 看不清\n"
    slot = locate_record(ISSUE)
    assert slot
    found = repair_file(SourceFile(ISSUE, text.encode()), slot, WritingContext(date(2025, 10, 20)))
    assert found
    assert found.after == text.replace(wrong, right).replace("9月底", "2025-09-21..2025-09-30（9月底）")


@pytest.mark.parametrize(("raised", "log", "right"), [
    ("2025-03-03", ["3月20日 办结: 好了"], ["2025-03-20"]),
    ("2024-11-30", ["12月5日 核实: 看过", "1.8 办结: 好了"], ["2024-12-05", "2025-01-08"]),
    ("2025-03-03", ["2025-06-01 核实: 看过", "3月20日 办结: 好了"], ["2025-06-01", "3月20日"]),  # before, or long after
    ("2026-11-01", ["12月20日 办结: 好了"], ["12月20日"]),  # that day had not come yet
    ("2025-03-03", ["2月20日 办结: 好了"], ["2月20日"]),  # just before it was raised, or a year later
])
def test_a_day_without_a_year_follows_what_the_record_tells_before_it(
        raised: str, log: list[str], right: list[str]) -> None:
    """As in a workbook: the next such day after the step before, not the last one before the file was written."""
    text = f"标题: 路灯\n主题: 照明\n提出: {raised}\n进展:\n" + "".join(f"  - {line}\n" for line in log)
    slot = locate_record(ISSUE)
    assert slot
    found = repair_file(SourceFile(ISSUE, text.encode()), slot, WritingContext(date(2026, 11, 30)))
    after = found.after if found else text
    assert [line.split()[1] for line in after.splitlines() if line.startswith("  - ")] == right


@pytest.mark.parametrize("line", [
    "承诺期限: 11/9/2025", "承诺期限: 9.11", "承诺期限: 2025.13.40", "承诺期限: 下周", "简价: 看不清", "标记: 看不清",
    "主体: 停车", "备注: “看不清”：很多人说", "备注: [看不清", "notes: 'a", "cats: x", "来源渠道: 走坊", "zzz: 1",
    "参与方: {kindx: [居民]}",
    "  备注: x",
])
def test_what_may_mean_two_things_is_left_to_its_writer(line: str) -> None:
    """A day or a month, a key of one's own, a key that stands there already, a wrong value: nobody can know."""
    assert repaired(f"{HEAD}{line}\n".encode()) is None


def test_blanks_that_mean_something_stay() -> None:
    """Two blanks end a line of Markdown; in a block text every blank is kept."""
    case = "---\n标题: 路灯 \n相关议题: x\n经验:\n  - |\n    一  \n    二\n---\n一  \n二 \n"
    assert text_of(case, "places/t/c/cases/x.md") == case.replace("路灯 ", "路灯")
    block = HEAD + "正文: |\n  一  \n\n  二  \n备注: 三 \n"
    assert text_of(block) == block.replace("三 ", "三")


@pytest.mark.parametrize(("encoding", "code"), [
    ("utf-8-sig", "byte_order_mark"), ("gbk", "other_encoding"), ("gb18030", "other_encoding"),
    ("utf-16", "other_encoding")])
def test_another_encoding_becomes_utf_8(encoding: str, code: str) -> None:
    """What an editor saved as GBK, as Unicode or with a mark is the same text in UTF-8."""
    found = repaired(HEAD.encode(encoding))
    assert found
    assert found.data == HEAD.encode()
    assert [problem.code for problem in found.repairs] == [code]


@pytest.mark.parametrize("data", ["標題: 路燈\n主題: 照明\n".encode("big5"), "title: Café d'été\n".encode("latin-1"),
                                  b"\xff\xfe\x00", b"\x81", b"\0\1\2"])
def test_bytes_that_may_be_anything_are_left_alone(data: bytes) -> None:
    """An encoding that can only be guessed is not guessed."""
    assert repaired(data) is None


def test_a_file_that_is_in_order_is_never_changed() -> None:
    """Not a byte of any record of any site, with Unix or with Windows line ends."""
    assert len(RECORDS) > 100
    for file, data in RECORDS:
        assert repaired(data, file) is None, file
        assert repaired(data.replace(b"\n", b"\r\n"), file) is None, file


SLIPS: tuple[Callable[[str], str], ...] = (
    lambda line: line.replace(": ", "：", 1), lambda line: line + "  ", lambda line: line.replace(":", "", 1),
    lambda line: "\t" + line, lambda line: "　" + line, lambda line: line.replace("- ", "-", 1),
    lambda line: re.sub(r"(\d{4})-(\d\d)-(\d\d)", r"\1.\2.\3", line), lambda line: line[1:],
    lambda line: line[:3] + line[4:], lambda line: line[:2] + "x" + line[2:], lambda line: f"“{line}", lambda line: "",
)
"""What goes wrong in a line; not all of it can be repaired."""


@given(st.sampled_from(RECORDS), st.lists(st.tuples(st.integers(0, 400), st.sampled_from(SLIPS)), max_size=4),
       st.sampled_from(["\n", "\r\n", "\r"]), st.sampled_from(["utf-8", "utf-8-sig"]))
def test_other_lines_stay_as_they_are_to_the_byte(
        record: tuple[str, bytes], slips: list[tuple[int, Callable[[str], str]]], end: str, encoding: str) -> None:
    """However a record was damaged: only lines that the report names differ, line ends stay, and once is enough."""
    file, data = record
    lines = data.decode().split("\n")
    for at, slip in slips:
        lines[at % len(lines)] = slip(lines[at % len(lines)])
    damaged = end.join(lines)
    found = repaired(damaged.encode(encoding), file)
    if found is None:
        return
    named = {problem.line - 1 for problem in found.repairs}
    after = found.data.decode().split(end)
    assert len(after) == len(lines)
    assert {number for number, line in enumerate(after) if line != lines[number]} <= named
    assert repaired(found.data, file) is None


@given(st.text(alphabet="标题topic: ：-\n\r\t 　“”'\"[]{}|>2025.9#&*!", max_size=60), st.sampled_from([ISSUE, "x.md"]))
def test_any_text_can_be_looked_at(text: str, file: str) -> None:
    """Whatever a file holds, it is repaired or left alone, and then it is as good as it gets."""
    file = "places/t/c/cases/x.md" if file == "x.md" else file
    found = repaired(text.encode(), file)
    assert found is None or repaired(found.data, file) is None


@given(st.binary(max_size=60))
def test_any_bytes_can_be_looked_at(data: bytes) -> None:
    """Not even bytes that are no text are a reason to stop; what is repaired once stays as it is."""
    found = repaired(data)
    assert found is None or repaired(found.data) is None


# --- check --fix ------------------------------------------------------------------------------------------------------


def fix(folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    return check(folder, "--fix", *more)


def check(folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    return run_program(folder, "check", "--language", "en", *more, *TEMPLATES)


WRONG = "places/example-city/northside/issues/wrong.yaml"


def test_check_fix_shows_the_difference_and_tells_what_is_left(city: Workshop) -> None:
    """Each repair with its line and the difference; personal data masked; what no repair is obvious for is an error."""
    before = tree(city.content)
    (city.content / WRONG).write_bytes("title：Lamps 13800138000\r\ntopic: heating\r\nraised: ages ago\r\n"
                                       "log:\r\n  - 2025.9.11 intake: x # kept\r\n".encode())
    (city.content / WRONG).chmod(0o640)
    done = fix(city.folder)
    assert done.returncode == 1
    assert f"content/{WRONG}:1:6: The full-width colon" in done.stdout
    assert "-title：Lamps 138****8000\n+title: Lamps 138****8000\n" in done.stdout
    assert "+  - 2025-09-11 intake: x # kept\n" in done.stdout
    assert "1 file was repaired." in done.stdout
    assert f"content/{WRONG}:3:9: raised" in done.stderr
    assert "13800138000" not in done.stdout + done.stderr
    assert (city.content / WRONG).read_bytes() == (
        b"title: Lamps 13800138000\r\ntopic: heating\r\nraised: ages ago\r\n"
        b"log:\r\n  - 2025-09-11 intake: x # kept\r\n")
    assert (city.content / WRONG).stat().st_mode & 0o777 == 0o640
    (city.content / WRONG).unlink()
    assert tree(city.content) == before


def test_a_check_says_what_the_program_could_repair(city: Workshop) -> None:
    """Who only looked is told of --fix where it would help, and not where it would not."""
    (city.content / WRONG).write_text("title：Lamps\ntopic: lighting\nraised: 2025\nlog: [2025 intake: x]\n", "utf-8")
    assert "In 1 file the program can repair something: yishi check --fix\n" in check(city.folder).stderr
    (city.content / WRONG).write_text("title: Lamps\ntopic: heating\nraised: 2025\nlog: [2025 intake: x]\n", "utf-8")
    assert "--fix" not in check(city.folder).stderr


def test_check_fix_of_a_site_in_order_changes_nothing(city: Workshop) -> None:
    """Nothing is written, not even the same bytes again."""
    before = {file: (city.content / file).stat().st_mtime_ns for file in tree(city.content)}
    done = fix(city.folder)
    assert (done.returncode, done.stdout) == (0, "Everything is in order.\n")
    assert {file: (city.content / file).stat().st_mtime_ns for file in tree(city.content)} == before


def test_check_does_not_praise_what_it_warns_of(city: Workshop) -> None:
    """Where there is a warning not everything is in order; the content can be published all the same."""
    city.write("places/example-city/files/plan.pdf", "x")
    done = check(city.folder)
    assert (done.returncode, done.stdout) == (0, "")
    assert "0 errors, 1 warning" in done.stderr


def test_check_fix_does_not_follow_a_link(city: Workshop) -> None:
    """What a link leads to is not part of the content, and is not repaired."""
    outside = city.folder / "outside.yaml"
    outside.write_text("title：x\n", "utf-8")
    (city.content / WRONG).symlink_to(outside)
    fix(city.folder)
    assert outside.read_text("utf-8") == "title：x\n"
    assert (city.content / WRONG).is_symlink()


def test_a_machine_reads_the_problems_alone(city: Workshop) -> None:
    """With `--format json` the list stands alone on standard output, whatever was repaired."""
    (city.content / WRONG).write_text("title：Lamps\ntopic: heating\nraised: unknown\nlog: [intake: x]\n", "utf-8")
    done = fix(city.folder, "--format", "json")
    assert (done.returncode, done.stdout.split()) == (0, ["[]"])
    assert "1 file was repaired." in done.stderr
