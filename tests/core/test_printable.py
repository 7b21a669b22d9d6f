"""A text holds what can be read, on one line where it is a name; nothing in it is a command to whoever shows it."""

from collections.abc import Iterator, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar
from pydantic import ValidationError

from tests.support.workshop import Workshop, tree
from yishi.cli import main
from yishi.content.load import read_records
from yishi.content.yaml_source import SourceFile
from yishi.core.characters import escape_for_terminal, find_forbidden, format_for_terminal_line
from yishi.model import records
from yishi.model.keys import key_table
from yishi.model.language import get_language
from yishi.model.paths import locate_record
from yishi.model.problems import Problem, describe_problem, format_problems_as_github, format_problems_as_text
from yishi.model.records import Model

TURNING = tuple("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""What turns the direction of writing: `灯\u202e0 万` reads as `灯 万 0`."""
NO_TEXT = ("\x00", "\x01", "\x1b", "\x7f", "\x85", "\u2028", "\u2029", "\ufdd0", "\ufdef", "\uffff", "\U0001fffe",
           "\ufeff", "\r", *TURNING)
NEEDED = ("\u200c", "\u200d", "\u200e", "\u200f")
"""What languages need, and what turns nothing."""
ESCAPES = {"\x00": r"\0", "\x1b": r"\e", "\x85": r"\N", "\u2028": r"\L", "\u2029": r"\P", "\r": r"\r"}

OF_SEVERAL_LINES = {
    "Allowance.reason", "Case.lessons", "Case.summary", "Case.transferable", "Correction.what", "Correction.why",
    "Decision.cost_sharing", "Decision.dissent_note", "Decision.text", "Event.aim", "Event.summary", "Figure.note",
    "Followup.text", "Forum.summary", "Gap.text", "Issue.causes", "Issue.constraints", "Issue.summary",
    "Judgement.evidence", "Judgement.finding", "LogEntry.text", "Meeting.agenda", "Meeting.summary", "Method.summary",
    "Objection.answer", "Objection.text", "Office.hours", "Option.text", "Outcome.mechanism", "Outcome.side_effects",
    "Outcome.text", "Outcome.tradeoffs", "Page.summary", "Place.summary", "Plan.summary", "Recommendation.response",
    "Recommendation.text", "Record.notes", "Reference.note", "Review.summary", "Site.notice", "Site.summary",
    "Translation.summary", "Withdrawal.why",
}
"""What people write at length without Markdown: model and key."""


def _models() -> list[type[Model]]:
    found = (one for one in vars(records).values() if isinstance(one, type) and issubclass(one, Model))
    return [one for one in found if one.__name__ not in ("Model", "Body")]


def _texts(model: type[Model]) -> Iterator[tuple[str, str, bool]]:
    """The fields of a model that hold texts: its name with the model, its key, and whether it is a list."""
    own = {name for base in model.__mro__[1:] for name in getattr(base, "model_fields", {})}
    for key, spec in key_table(model).specs.items():
        if spec.attribute not in own and spec.type is str:
            yield f"{model.__name__}.{spec.attribute}", key, spec.many


def _accepts(model: type[Model], key: str, value: object) -> bool:
    try:
        model.model_validate({key: value})
    except ValidationError as error:
        return not any(detail["loc"][:1] == (key,) for detail in error.errors())
    return True


def test_every_text_of_every_record_is_one_line_unless_it_is_written_at_length() -> None:
    """A new key is one line unless this list says that it is not: so is every name, address and label."""
    accepting = {name for model in _models() for name, key, many in _texts(model)
                 if _accepts(model, key, ["a\nb"] if many else "a\nb")}
    assert accepting == OF_SEVERAL_LINES


@pytest.mark.parametrize("sign", NO_TEXT)
def test_no_text_of_any_record_holds_what_cannot_be_read(sign: str) -> None:
    """However it came into the program, from a file, a table or a form."""
    for model in _models():
        for name, key, many in _texts(model):
            assert not _accepts(model, key, [f"a{sign}b"] if many else f"a{sign}b"), name


@pytest.mark.parametrize("sign", NEEDED)
def test_a_text_may_hold_what_languages_need(sign: str) -> None:
    """What joins letters or parts them, and marks of a direction, are no wrong signs."""
    assert _accepts(records.Issue, "title", f"a{sign}b")
    assert not find_forbidden(sign)


@pytest.mark.parametrize("sign", TURNING)
@pytest.mark.parametrize("body", ["title: a{}b\nsummary: x\n", "title: a\nsummary: |\n  a\n  a{}b\n",
                                  "---\ntitle: a\n---\na{}b\n"])
def test_nothing_turns_the_direction_of_writing(sign: str, body: str) -> None:
    """Typed as it is into a title, a summary or a text, it is refused with its line and its number."""
    file = "places/t/issues/a." + ("md" if body.startswith("---") else "yaml")
    slot = locate_record(file)
    assert slot
    found = [one for one in read_records(SourceFile(file, body.format(sign).encode()), slot).problems
             if one.code == "control_character"]
    before = body.partition("{")[0].split("\n")
    assert [(one.line, one.column) for one in found] == [(len(before), len(before[-1]) + 1)]
    assert f"U+{ord(sign):04X}" in describe_problem(found[0], get_language("zh-Hans"))


@pytest.mark.parametrize("sign", NO_TEXT)
@pytest.mark.parametrize("key", ["code", "summary", "body", "unknown", "kind2", "hotline"])
def test_what_yaml_escapes_is_checked_as_it_is_read(sign: str, key: str) -> None:
    """A character that no text may hold is refused where it is written out, in a value and in a key, with its line."""
    escaped = ESCAPES.get(sign, f"\\U{ord(sign):08X}")
    for text, at in ((f'{key}: "a{escaped}b"\n', 3), (f'"{key}{escaped}": b\n', 3)):
        slot = locate_record("places/t/place.yaml")
        assert slot
        found = read_records(SourceFile("places/t/place.yaml", f"name: T\nkind: town\n{text}".encode()), slot).problems
        assert ("control_character", at) in {(problem.code, problem.line) for problem in found}
        assert f"U+{ord(sign):04X}" in " ".join(describe_problem(problem, get_language("en")) for problem in found)


# --- builds -----------------------------------------------------------------------------------------------------------

HOSTILE = ('"T\\nT"', '"T\\rATTENDEE:mailto:x@y.z"', '"T\\u2028T"', '"T\\0T"', '"T\\e[31mT"', '"T\\ud83dT"',
           "|\n  T\n  T")


@pytest.mark.parametrize("typed", HOSTILE)
def test_no_name_ends_a_build_in_a_traceback(city: Workshop, typed: str) -> None:
    """A name of several lines, or with what cannot be read, is told with its line; the rest can be published."""
    before = {path: city.read(path) for path in ("site.yaml", "places/example-city/place.yaml")}
    for path, key in (("site.yaml", "title"), ("places/example-city/place.yaml", "name"),
                      ("site.yaml", "publisher"), ("site.yaml", "timezone"), ("site.yaml", "licence")):
        lines = [line for line in before[path].splitlines() if not line.startswith(f"{key}:")]
        city.write(path, "\n".join((f"{key}: {typed}", *lines)) + "\n")
        report = city.build()
        assert report.write_result is None, (path, key)
        assert {problem.line for problem in report.checked.problems if problem.path == path} <= {1, 2}
        assert city.build(skip_invalid=True).write_result
        for calendar in (data for name, data in tree(city.output).items() if name.endswith(".ics")):
            assert b"\nATTENDEE" not in calendar.replace(b"\r", b"\n")
        city.write(path, before[path])


def test_calendars_hold_names_as_they_are(city: Workshop) -> None:
    """What means something to a calendar is escaped, so that it comes out as it was written."""
    name = "T; X-A:1, \\n END:VCALENDAR"
    city.replace("places/example-city/place.yaml", "name: Example City", f"name: '{name}'")
    city.build()
    made = Calendar.from_ical((city.output / "places/example-city/calendar.ics").read_bytes())
    assert made["X-WR-CALNAME"] == name
    assert {key for key, _ in made.property_items(recursive=False)} >= {"X-WR-CALNAME", "VERSION"}
    assert "X-A" not in made


# --- messages ---------------------------------------------------------------------------------------------------------


@given(st.text(max_size=30), st.text(max_size=30))
def test_messages_hold_printable_text_only(value: str, path: str) -> None:
    """What stands in a file, or names it, is no command to a terminal, nor a line of its own in a log."""
    problem = Problem(path, 1, 1, "not_allowed", (("key", value), ("found", value), ("allowed", value)), value)
    for line in format_problems_as_text([problem], "", get_language("en")):
        assert "\x1b" not in line
        assert "\n" not in line
        assert not find_forbidden(line)
    for line in format_problems_as_github([problem], "", get_language("en")):
        assert not set(line) & {"\n", "\r", "\x1b"}


def test_no_file_gives_commands_to_a_terminal_or_a_log(
        city: Workshop, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither to a terminal, by an escape, nor to what keeps the log of a check, by a line that begins with `::`."""
    path = "places/example-city/northside/issues/uneven-slabs.yaml"
    text = city.read(path)
    for wrong in ('topic: "x\\e[31m\\n::add-mask::z"', '"\\e]0;x\\a": x', "::add-mask::z", "- ::add-mask::z:x",
                  "topic: ##[add-mask]z", "topic:\n::stop-commands::z: [x"):
        city.write(path, f"{wrong}\n{text}")
        for style in ("text", "github", "json"):
            with pytest.raises(SystemExit) as ended:
                main(["check", f"--content={city.content}", f"--format={style}"])
            assert ended.value.code == 1
            for line in "".join(capsys.readouterr()).splitlines():
                assert "\x1b" not in line
                assert not line.lstrip().startswith("::add-mask"), wrong
                assert not line.lstrip().startswith("::stop"), wrong
                assert "##[" not in line, wrong


SHOWN: Mapping[str, str] = {
    "a\nb": "a⏎b", "a\x1b[31mb": "a[U+001B][31mb", "a\u202eb": "a[U+202E]b", "a\ufdd0": "a[U+FDD0]",
    "路灯\u3000南": "路灯\u3000南"}


def test_what_cannot_be_seen_is_shown_by_its_number() -> None:
    """A writer can see what is to be deleted; what can be read stays as it is."""
    assert {text: format_for_terminal_line(text) for text in SHOWN} == SHOWN
    assert escape_for_terminal("a\n::x") == "a\n:\u200b:x"
