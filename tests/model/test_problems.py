"""A mistake is named where it stands, in words that its writer understands, whatever the form."""

import json
import re
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.support.workshop import SITES, Workshop
from yishi.engine.pipeline import check
from yishi.model.keys import key_table
from yishi.model.kinds import KINDS
from yishi.model.language import get_language
from yishi.model.problems import (
    MAX_LISTED_WORDS,
    MESSAGES,
    Problem,
    describe_problem,
    format_problems_as_github,
    format_problems_as_json,
    format_problems_as_text,
    select_errors,
    translate_example,
)
from yishi.model.vocabulary import find_nearest_word, get_built_in_vocabulary, get_key_names

SAMPLES = ("138 0013 8000", "13800138000", "11010519491231002X", "4111 1111 1111 1111", "example_id_2025")
"""Personal data in tests/sites/mistakes, as it must never be shown."""


@pytest.fixture(scope="module")
def mistakes(tmp_path_factory: pytest.TempPathFactory) -> tuple[Problem, ...]:
    """All problems of tests/sites/mistakes."""
    return check(Workshop(tmp_path_factory.mktemp("mistakes"), SITES / "mistakes").options()).problems


@pytest.mark.parametrize("tag", ["en", "zh-Hans"])
def test_every_mistake_is_told_where_it_stands(
        mistakes: tuple[Problem, ...], golden: Callable[[str, str], None], tag: str) -> None:
    """tests/sites/mistakes gives exactly these problems: file, line, column, code, message."""
    golden(f"mistakes.{tag}.txt", "".join(_told(problem, tag) for problem in mistakes))


def _told(problem: Problem, tag: str) -> str:
    corrected = translate_example(problem, get_language(tag))
    example = f"    → {corrected}\n" if corrected else ""
    return (f"{problem.path}:{problem.line}:{problem.column} {problem.level} {problem.code}\n"
            f"    {describe_problem(problem, get_language(tag))}\n{example}\n")


def test_the_table_of_mistakes_names_all_of_them(mistakes: tuple[Problem, ...]) -> None:
    """tests/sites/mistakes.md says of every mistake the line where it stands and its code; there are no others."""
    table = (SITES / "mistakes.md").read_text("utf-8")
    rows = re.findall(r"^\| `([^`]+)` \| (\d+) \|.*\| `(\w+)` \|$", table, re.MULTILINE)
    found = {(problem.path, problem.line, problem.code) for problem in mistakes}
    assert found == {(path, int(line), code) for path, line, code in rows}


def test_problems_are_sorted(mistakes: tuple[Problem, ...]) -> None:
    """All problems of all files come at once: by file, then line, then column."""
    places = [(problem.path, problem.line, problem.column) for problem in mistakes]
    assert places == sorted(places)
    assert len({path for path, _, _ in places}) > 60


@pytest.mark.parametrize("tag", ["en", "zh-Hans"])
@pytest.mark.parametrize("form", [format_problems_as_text, format_problems_as_github, format_problems_as_json])
def test_personal_data_is_masked_in_every_format(
        mistakes: tuple[Problem, ...], form: Callable[..., Iterable[str]], tag: str) -> None:
    """What is found is shown masked, never in clear: not in a terminal, not in a log of CI."""
    said = "\n".join(form(mistakes, "content/", get_language(tag)))
    assert "138****8000" in said
    for sample in SAMPLES:
        assert sample not in said


def test_the_samples_are_in_the_files() -> None:
    """The check above looks for what is really there."""
    texts = [file.read_bytes().decode("utf-8", "replace") for file in (SITES / "mistakes").rglob("*.yaml")]
    for sample in {*SAMPLES} - {"13800138000"}:
        assert any(sample in text for text in texts), sample


def test_every_kind_of_problem_speaks_chinese() -> None:
    """No message is left in English, and each says every part that is filled in, and no other."""
    chinese = get_language("zh-Hans").catalogue
    for code, message in MESSAGES.items():
        translated = chinese.gettext(message)
        assert CHINESE.search(translated), code
        assert set(re.findall(r"{\w+}", translated)) == set(re.findall(r"{\w+}", message)), code


VALUES = (("found", "'100%\nsure'"), ("allowed", "title"))
PROBLEM = Problem("places/a, b:c/x.yaml", 3, 7, "unknown_key", VALUES,
                  suggestion="title", example="title: x")


def test_text_names_file_line_and_column() -> None:
    """The form that editors and terminals understand: file:line:column, then the message, then the corrected line."""
    problem = Problem("places/t/place.yaml", 2, 3, "full_width_colon", example="name: T")
    assert list(format_problems_as_text([problem], "content/", get_language("en"))) == [
        "content/places/t/place.yaml:2:3: The full-width colon ： must be an ordinary colon followed by a space.",
        "    Write:", "name: T", ""]


def test_an_english_message_names_a_chinese_key_in_english() -> None:
    """Who reads English sees what the key means; who reads Chinese sees it as typed."""
    problem = Problem("x.yaml", 1, 1, "empty", (("key", "进展"),))
    assert describe_problem(problem, get_language("en")) == "进展 (log) must not be empty."
    assert describe_problem(problem, get_language("zh-Hans")).startswith("进展 ")


def test_a_key_is_explained_only_where_its_meaning_is_sure() -> None:
    """编号 is the Chinese name of two keys, and 经过 of none: neither is told to be one of them."""
    for key in ("编号", "经过"):
        problem = Problem("x.yaml", 1, 1, "empty", (("key", key),))
        assert describe_problem(problem, get_language("en")) == f"{key} must not be empty."


@pytest.mark.parametrize(("number", "more"), [(MAX_LISTED_WORDS - 1, False), (MAX_LISTED_WORDS, False),
                                              (MAX_LISTED_WORDS + 1, True)])
def test_of_many_words_the_first_are_named(number: int, more: bool) -> None:
    """As many as MANY are all told; only where there are more is it said that there are others."""
    words = "\x1e".join(f"w{one}" for one in range(number))
    problem = Problem("x.yaml", 1, 1, "unknown_key", (("found", "'x'"), ("allowed", words)))
    for tag, others in (("en", " and others"), ("zh-Hans", "等")):
        told = describe_problem(problem, get_language(tag))
        assert len(re.findall(r"\bw\d+", told)) == min(number, MAX_LISTED_WORDS), told
        assert (others in told) == more, told


def test_why_a_file_cannot_be_read_is_told_in_the_readers_language() -> None:
    """What YAML or the system says is translated too, like all the rest."""
    for code in ("yaml", "unreadable"):
        problem = Problem("x.yaml", 1, 1, code, (("found", "it is a folder"),))
        assert describe_problem(problem, get_language("en")).endswith(": it is a folder.")
        assert not re.search("[a-z]", describe_problem(problem, get_language("zh-Hans")).replace("YAML", ""))


def test_a_warning_is_called_one() -> None:
    """A warning is told apart from an error, in the reader's language."""
    problem = Problem("x.yaml", 1, 1, "resolved_twice", level="warning")
    assert next(iter(format_problems_as_text([problem], "", get_language("en")))).startswith("x.yaml:1:1: warning: ")
    assert next(iter(format_problems_as_text([problem], "", get_language("zh-Hans")))).startswith("x.yaml:1:1: 提醒")


def test_github_annotations_are_escaped() -> None:
    """Nothing in a file can end an annotation or begin another: %, line ends and, in the path, : and , are escaped."""
    line, = format_problems_as_github([PROBLEM], "content/", get_language("en"))
    assert line == ("::error file=content/places/a%2C b%3Ac/x.yaml,line=3,col=7::"
                    "'100%25⏎sure' is not a key of this record. Did you mean title? "
                    "Allowed: title.%0AWrite:%0Atitle: x")


def test_json_is_one_list() -> None:
    """JSON holds what the text says, in fields."""
    problem, = json.loads("\n".join(format_problems_as_json([PROBLEM], "content/", get_language("en"))))
    assert problem == {"path": "content/places/a, b:c/x.yaml", "line": 3, "column": 7, "level": "error",
                       "code": "unknown_key",
                       "message": "'100%⏎sure' is not a key of this record. Did you mean title? Allowed: title.",
                       "example": "title: x"}
    assert json.loads("\n".join(format_problems_as_json([], "content/", get_language("en")))) == []
    cell = replace(PROBLEM, cell="议题!C7", example="")
    told = "\n".join(format_problems_as_json([cell], "", get_language("zh-Hans")))
    assert (json.loads(told)[0]["cell"], json.loads(told)[0]["example"]) == ("议题!C7", None)
    assert "议题!C7" in told  # as it stands there, for who reads it without a program


def test_five_mistakes_in_one_file_are_five_problems(city: Workshop) -> None:
    """A file with five different mistakes gives five problems with the right lines."""
    city.write("places/example-city/westside/issues/five.yaml",
               "title: " + "x" * 130 + "\ntopic: pavments\nraised: last week\nlog:\n  - raised: Lamps are out\n"
               "outcom: mended\nnotes: call 13800138000\n")
    found = [(problem.line, problem.code) for problem in select_errors(check(city.options()).problems)]
    assert found == [(1, "too_long"), (2, "not_allowed"), (3, "not_a_date"), (6, "misspelt_key"), (7, "mobile")]


def test_an_attachment_that_no_record_names_is_a_warning(city: Workshop) -> None:
    """A picture that nothing shows is not left out in silence; nor is it an error."""
    city.write("places/example-city/westside/files/left-over.jpg", "no picture at all")
    assert [(problem.path, problem.level, problem.code) for problem in check(city.options()).problems] == [
        ("places/example-city/westside/files/left-over.jpg", "warning", "unused_attachment")]


def test_a_correct_site_has_no_problems(city: Workshop) -> None:
    """Nothing is found where nothing is wrong."""
    assert check(city.options()).problems == ()


def test_an_empty_content_folder_is_one_problem(tmp_path: Path) -> None:
    """Without a site.yaml the first step is said, and nothing else."""
    (tmp_path / "none").mkdir()
    problems = check(Workshop(tmp_path, tmp_path / "none").options()).problems
    assert [(problem.path, problem.code) for problem in problems] == [("site.yaml", "site_missing")]


# --- the words of messages --------------------------------------------------------------------------------------------

CHINESE = re.compile("[\u3400-\u9fff]")
OF_SHEETS = re.compile("cell|column|row|sheet|heading|workbook|record_(placeless|there)|place_unclear|example_left")
"""Messages of workbooks name sheets and columns as they stand there."""


def test_no_message_mixes_languages() -> None:
    """English messages hold no Chinese word, and Chinese ones no English key, but for what must be typed so."""
    chinese = get_language("zh-Hans").catalogue
    of_files = {code: message for code, message in MESSAGES.items() if not OF_SHEETS.search(code)}
    assert [message for message in of_files.values() if CHINESE.search(message)] == []
    keys = {key.rpartition(".")[2] for key in get_key_names()} - {"by", "name"}
    said = {code: re.sub(r"\{\w+\}|git [a-z -]+|[\w/.-]*/[\w/.-]*|\w+\.(?:yaml|md|\w+)", "", chinese.gettext(message))
            for code, message in of_files.items()}
    assert [(code, text) for code, text in said.items() if keys & set(re.findall(r"[a-z_]+", text))] == []


INSIDE = re.compile(r"\b(mapping|scalar|slot|node|dict|tuple|NoneType|None|True|False|KEY|VALUE|str|int|key: value)\b")


def test_no_message_has_a_word_of_the_program(mistakes: tuple[Problem, ...]) -> None:
    """No name of a type, no placeholder: neither in the messages nor in what fills them."""
    told = [*MESSAGES.values(), *(describe_problem(one, get_language(tag)) for one in mistakes
                                  for tag in ("en", "zh-Hans"))]
    assert [text for text in told if INSIDE.search(text) or "\t" in text or "\x1e" in text] == []


WRONG = {
    "summary": "summary: [a, b]", "notes": "notes: {a: b}", "participants": "participants: five people",
    "followups": "followups: {a: b}", "translations": "translations: none", "outcome": "outcome: [x]",
    "log": "log:\n  - [a, b]", "photos": "photos: x.jpg", "decision": "decision: yes", "options": "options: [a]",
    "raised": "raised: [2025, 2026]", "due": "due: {a: b}", "topic": "topic: {a: b}", "location": "location: [a, b]",
    "body": "body: [a]", "quantities": "quantities: [12]", "wall": "wall: red", "disclosure": "disclosure: yes",
}


@pytest.mark.parametrize("key", WRONG)
def test_whatever_stands_for_something_else_is_said_in_words(city: Workshop, key: str) -> None:
    """A list for a text, keys for a date, a word for keys: in either language, without a sign of the notation."""
    lines = {"title": "title: X", "topic": "topic: pavements", "raised": "raised: 2025-03", "log": "log: [raised: x]"}
    path = "places/example-city/westside/issues/wrong.yaml"
    city.write(path, "\n".join({**lines, key: WRONG[key]}.values()) + "\n")
    problems = select_errors([one for one in check(city.options()).problems if one.path == path])
    assert problems
    for problem in problems:
        english, chinese = (describe_problem(problem, get_language(tag)) for tag in ("en", "zh-Hans"))
        assert not CHINESE.search(english), english
        assert not re.search(r"found: '?(- |\{|\[)", english), english
        assert not INSIDE.search(english + chinese), english
        assert not re.search(r"[a-z]{3}", re.sub(rf"'[^']*'|\b{key}\b", "", chinese)), chinese


@pytest.mark.parametrize(("text", "meant"), [
    ("停水", None), ("文化", None), ("漏雨", None), ("老人", None), ("社区", None), ("绿花", "绿化"), ("照名", "照明"),
    ("停车费", "停车"), ("加装电梯", "电梯"), ("一老", "一老一小"), ("共享车", "共享单车"), ("lightning", "Lighting"),
    ("trafic", "traffic"), ("votes", None), ("lead", None), ("water", None), ("x", None), ("", None),
])
def test_a_topic_is_never_guessed_by_likeness_alone(text: str, meant: str | None) -> None:
    """One character in common tells nothing; the same sounds, a part of the word, or one slip of the hand do."""
    assert get_built_in_vocabulary().nearest("topic", text) == meant


@pytest.mark.parametrize(("text", "meant"), [
    ("sumary", "summary"), ("titel", "title"), ("outcom", "outcome"), ("Closed", None), ("Votes", None), ("_id", None),
    ("联系人", None), ("标体", "标题"), ("参加方", None), ("loaction", "location"),
])
def test_a_key_is_never_guessed_by_likeness_alone(text: str, meant: str | None) -> None:
    """What the writer has of their own is told as it is; a slip is recognised."""
    assert find_nearest_word(text, key_table(KINDS["issue"].model).names) == meant


# --- all at once ------------------------------------------------------------------------------------------------------

UNREAD = {
    "   bad: indent": 4, "topic pavements": 5, "summary: \"abc": None, "outcome: {text: a": None, "notes: [a": None,
    "summary: a: b: c": None, "  - x: y: z": None, "? x": None, "%x": None, "]": None, "\"a\" b: c": None,
}


@pytest.mark.parametrize("line", UNREAD)
def test_a_line_that_cannot_be_read_hides_no_other(city: Workshop, line: str) -> None:
    """The lines before and after it are judged in the same round; nothing is told of what may stand in it."""
    path = "places/example-city/westside/issues/wrong.yaml"
    city.write(path, f"title: {'x' * 121}\ntopic: nothing\nraised: last week\n{line}\nlog:\n  - nonsense: y\n"
                     "  - 2025-02-30 table: x\nlocation: nowhere\ndue: soon\n")
    found = [(problem.line, problem.code) for problem in select_errors(check(city.options()).problems)
             if problem.path == path]
    assert {1: "too_long", 2: "not_allowed", 3: "not_a_date", 7: "no_such_day", 8: "unknown_reference", 9: "not_a_day"
            }.items() <= dict(found).items()
    assert (6, "unknown_stage") in found
    assert {at for at, _ in found} - {1, 2, 3, 6, 7, 8, 9} <= {4, 5}
    assert not {"missing_key", "missing_term", "close_reason_missing"} & {code for _, code in found}


def test_a_character_that_nobody_sees_hides_nothing(city: Workshop) -> None:
    """Each line with one is told, and what else is wrong."""
    path = "places/example-city/westside/issues/wrong.yaml"
    city.write(path, "title: X\x07\ntopic: nothing\nraised: last\x01 week\nlog: [raised: x]\n")
    found = [(problem.line, problem.code) for problem in check(city.options()).problems if problem.path == path]
    assert found == [(1, "control_character"), (2, "not_allowed"), (3, "not_a_date"), (3, "control_character")]


def test_a_wrong_entry_hides_no_other(city: Workshop) -> None:
    """What is wrong in the other entries of a list is told with it, each in its line."""
    path = "places/example-city/westside/issues/wrong.yaml"
    city.write(path, "title: X\ntopic: pavements\nraised: 2025-03\nlog:\n  - 2025-02-30 table: x\n  - nonsense: y\n"
                     "  - 2025-03-04 table: z\n  - 2025-03-05 rubbish: z\n  - reopened: z\n")
    found = [(problem.line, problem.code) for problem in check(city.options()).problems if problem.path == path]
    assert found == [(5, "no_such_day"), (6, "unknown_stage"), (8, "unknown_stage")]
