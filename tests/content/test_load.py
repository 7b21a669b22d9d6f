"""What `load` promises: what a writer typed, in either language and notation, or every problem at its place."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yishi.content.load import ParsedFile, create_partial_record, create_record, locate_findings, read_records
from yishi.content.yaml_source import SourceFile
from yishi.library.withholding import select_records
from yishi.model.keys import key_table
from yishi.model.kinds import COLLECTIONS, KINDS
from yishi.model.language import get_language
from yishi.model.paths import RecordLocation, locate_record
from yishi.model.problems import MAX_LISTED_WORDS, MESSAGES, Finding, describe_problem

ISSUE = "places/a/issues/x.yaml"
ENGLISH = """\
title: Lamps
topic: [lighting]
raised: 2025-03
log:
  - 2025-03-20 yishi: the group agrees
"""
CHINESE = """\
标题: Lamps
主题: 照明
提出: 2025年3月
进展:
  - 2025年3月20日 yishi: the group agrees
"""


def reading(text: str | bytes, file: str = ISSUE) -> ParsedFile:
    """What a file with this text says."""
    slot = locate_record(file)
    assert slot
    return read_records(SourceFile(file, text if isinstance(text, bytes) else text.encode()), slot)


def data(text: str, file: str = ISSUE, entry: str = "") -> dict[str, Any]:
    """The data of a file without problems."""
    found = reading(text, file)
    assert found.problems == ()
    return found.entries[entry]


def record(text: str, file: str = ISSUE) -> Any:
    slot = locate_record(file)
    assert slot
    return create_record(slot.kind, data(text, file))


def told(text: str | bytes, file: str = ISSUE) -> list[tuple[str, int, int]]:
    """Code, line and column of each problem, in the order of the lines."""
    return sorted(((p.code, p.line, p.column) for p in reading(text, file).problems), key=lambda p: p[1:])


# --- either language, either notation ------------------------------------------------------------


def test_english_and_chinese_say_the_same() -> None:
    """The same record in both languages is the same record."""
    issue = record(ENGLISH)
    other = record(CHINESE)
    assert issue.model_copy(update={"topic": ("照明",)}) == other
    assert str(issue.raised) == "2025-03"


@given(st.lists(st.booleans(), min_size=4, max_size=4))
def test_the_languages_of_keys_may_be_mixed(english: list[bool]) -> None:
    """Each key may stand in its own language; the data has the English ones."""
    names = [
        pair[not first]
        for pair, first in zip(
            [("title", "标题"), ("topic", "主题"), ("raised", "提出"), ("log", "进展")], english, strict=True
        )
    ]
    values = ["Lamps", "[lighting]", "2025-03", "[2025-03-20 yishi：x]"]
    text = "".join(f"{name}: {value}\n" for name, value in zip(names, values, strict=True))
    assert data(text) == {"title": "Lamps", "topic": ["lighting"], "raised": "2025-03", "log": ["2025-03-20 yishi：x"]}


def test_one_key_in_both_languages_is_a_duplicate() -> None:
    """`标题` and `title` are the same key; the second one is told, with the line of the first."""
    (problem,) = reading(ENGLISH + "简介: a\nsummary: b\n").problems
    assert (problem.code, problem.line, dict(problem.values)) == (
        "duplicate_key",
        7,
        {"key": "\t简介\tsummary", "found": "6"},
    )


@pytest.mark.parametrize(
    ("entry", "date", "stage", "text"),
    [
        ("2025-09-11 明事: 收集诉求", "2025-09-11", "明事", "收集诉求"),
        ("2025-09-11 明事：收集诉求", "2025-09-11", "明事", "收集诉求"),
        ('"2025-09-11 明事: 收集: 诉求"', "2025-09-11", "明事", "收集: 诉求"),
        ("不晚于 2025-09-11 明事: 收集诉求", "by 2025-09-11", "明事", "收集诉求"),
        ("by 2025-09-11 yishi: x", "by 2025-09-11", "yishi", "x"),
        ("2025年9月11日 议事: x", "2025-09-11", "议事", "x"),
        ("2025/9 议事: x", "2025-09", "议事", "x"),
        ("议事: x", "unknown", "议事", "x"),
        ("未知 议事: x", "unknown", "议事", "x"),
        ("议事:", "unknown", "议事", ""),
        ("多元参与 议事: x", "unknown", "多元参与 议事", "x"),
        ("{date: 2025-09-11, stage: 议事, text: x}", "2025-09-11", "议事", "x"),
        ("{日期: 不晚于 2025-09-11, 阶段: 议事, 内容: x}", "by 2025-09-11", "议事", "x"),
        ("{stage: 议事, text: x}", "unknown", "议事", "x"),
        ("{阶段: 议事}", "unknown", "议事", ""),
    ],
)
def test_a_log_entry_may_be_long_or_short(entry: str, date: str, stage: str, text: str) -> None:
    """A string, a one-key mapping or a mapping with keys: the same entry."""
    head = "标题: x\n主题: 照明\n提出: 未知\n"
    for log in (
        f"进展:\n  - {entry}\n",
        f"进展: [{entry}]\n" if "{" not in entry and entry[-1] != ":" else f"进展:\n- {entry}\n",
    ):
        (found,) = record(head + log).log
        assert (str(found.date), found.stage, found.text) == (date, stage, text)


@pytest.mark.parametrize(
    "entry",
    [
        "2026-01-10 有效: 说明",
        "2026-01-10 holds：说明",
        "2026年1月10日 Holds: 说明",
        "{日期: 2026-01-10, 结果: 有效, 内容: 说明}",
        "{date: 2026/1/10, result: holds, text: 说明}",
    ],
)
def test_a_followup_may_be_long_or_short(entry: str) -> None:
    """A day, a result and a text, in either notation and language."""
    (found,) = record(CHINESE + f"回访:\n  - {entry}\n").followups
    assert (found.date.isoformat(), found.result, found.text) == ("2026-01-10", "holds", "说明")


@pytest.mark.parametrize("empty", ["", "''", '""', "[]", "{}", "[ '' ]"])
def test_an_empty_value_counts_as_missing(empty: str) -> None:
    """An empty key is no key; where one is needed it is missing."""
    assert data(CHINESE + f"简介: {empty}\n" if empty in ("", "''", '""') else CHINESE + f"原因: {empty}\n") == data(
        CHINESE
    )
    missing = CHINESE.replace("提出: 2025年3月", "提出: ''")
    assert told(missing) == [("missing_key", 1, 1)]


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("topic", "lighting", ["lighting"]),
        ("causes", "old cable", ["old cable"]),
        ("source", "s1", ["s1"]),
        ("followups", "'2025-05-05 holds: x'", ["2025-05-05 holds: x"]),
        ("photos", "{file: a.png, alt: x}", [{"file": "a.png", "alt": "x"}]),
        ("options", "{text: a}", [{"text": "a"}]),
        ("participants", "{kinds: resident}", {"kinds": ["resident"]}),
    ],
)
def test_one_value_may_stand_for_a_list(key: str, value: str, expected: object) -> None:
    """Where one is enough no brackets are needed."""
    text = "\n".join(line for line in ENGLISH.splitlines() if not line.startswith(f"{key}:"))
    assert data(f"{key}: {value}\n{text}\n")[key] == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("12", (12, "exact", None)),
        ("１２", (12, "exact", None)),
        ("未知", (None, "unknown", None)),
        ("{value: 12, unit: 盏, precision: about}", (12, "about", "盏")),
        ("{数值: 12, 准确度: 超过}", (12, "over", None)),
    ],
)
def test_a_quantity_may_be_a_number_or_more(typed: str, expected: tuple[object, ...]) -> None:
    """A bare number, or a mapping with its unit and how well it is known."""
    found = record(ENGLISH + f"participants: {{headcount: {typed}}}\n").participants.headcount
    assert (found.value, found.precision, found.unit) == expected


@pytest.mark.parametrize("word", ["yes", "是", "true", "Yes", "TRUE"])
def test_yes_may_be_said_in_either_language(word: str) -> None:
    """And a draft is one however its yes is spelt."""
    assert record(ENGLISH + f"draft: {word}\n").draft is True


def test_the_markdown_below_the_keys_is_the_body() -> None:
    """In a .md file the text fills `body`, rendered, with its links."""
    body = data(f"---\n{ENGLISH}---\n**Dark** [path](../x.yaml)\n", "places/a/issues/x.md")["body"]
    assert "<strong>Dark</strong>" in body["html"]
    assert body["links"] == ["../x.yaml"]
    assert "body" not in data(f"---\n{ENGLISH}---\n\n", "places/a/issues/x.md")
    assert told(f"---\n{ENGLISH}body: x\n---\ny\n", "places/a/issues/x.md") == [("duplicate_key", 9, 1)]


def test_a_collection_holds_its_entries_by_name_or_number() -> None:
    """`locations.yaml` and `sources.yaml` name their entries, the figures of a list are numbered from 1."""
    found = reading(
        "yard: {name: Yard, kind: compound}\npark: {名称: Park, 类别: 公共空间}\n", "places/a/locations.yaml"
    )
    assert found.entries == {"yard": {"name": "Yard", "kind": "compound"}, "park": {"name": "Park", "kind": "公共空间"}}
    found = reading("- {label: a, value: 1, source: s}\n- {label: b, value: 2, source: [s]}\n", "places/a/figures.yaml")
    assert list(found.entries) == ["1", "2"]


def test_a_mistake_in_one_entry_leaves_the_others_right() -> None:
    """Only the entry with the error is invalid."""
    found = reading("- {label: a, value: x, source: s}\n- {label: b, value: 2, source: s}\n", "places/a/figures.yaml")
    assert found.invalid == {"1"}


# --- every problem that one file can cause ------------------------------------------------------------


METHOD = "name: m\nstages:\n  - {id: a, label: A, core: [clarify]}\n"
# code → (file, text, line, column) of one mistake
CAUSES: dict[str, tuple[str, str | bytes, int, int]] = {
    "encoding": (ISSUE, CHINESE.encode("gbk"), 1, 1),
    "control_character": (ISSUE, ENGLISH + "summary: a\x07b\n", 6, 11),
    "yaml": (ISSUE, ENGLISH + "]\n", 6, 1),
    "tab": (ISSUE, ENGLISH + "outcome:\n\ttext: x\n", 7, 1),
    "several_lines": (ISSUE, ENGLISH.replace("Lamps", '"Lamps\\nout"'), 1, 8),
    "bad_id": ("places/t/locations.yaml", "../x: {name: x, kind: compound}\n", 1, 1),
    "full_width_colon": (ISSUE, ENGLISH + "简介：x\n", 6, 3),
    "full_width_dash": (ISSUE, ENGLISH + "  － resolved: x\n", 6, 3),
    "full_width_space": (ISSUE, ENGLISH + "　　- resolved: x\n", 6, 1),
    "space_after_colon": (ISSUE, ENGLISH + "简介:x\n", 6, 4),
    "space_after_dash": (ISSUE, ENGLISH + "  -2025-04-01 resolved: x\n", 6, 3),
    "needs_dash": (ISSUE, ENGLISH + "    2025-04-01 resolved: x\n", 6, 5),
    "needs_quotes": (ISSUE, ENGLISH + "  - resolved: @x\n", 6, 5),
    "bracket_open": (ISSUE, ENGLISH + "causes: [a\n", 6, 9),
    "text_cut_off": (ISSUE, ENGLISH + "  - resolved: lamp #3\n", 6, 15),
    "duplicate_key": (ISSUE, ENGLISH + "title: x\n", 6, 1),
    "anchor": (ISSUE, ENGLISH + "summary: &x y\n", 6, 10),
    "tag": (ISSUE, ENGLISH + "summary: !x y\n", 6, 10),
    "merge_key": (ISSUE, ENGLISH + "<<: {}\n", 6, 1),
    "several_documents": (ISSUE, ENGLISH + "---\ntitle: x\n", 7, 1),
    "too_deep": (ISSUE, ENGLISH + f"summary: {'[' * 51}{']' * 51}\n", 6, 60),
    "file_too_large": (ISSUE, ENGLISH + "#" * 2_000_000, 1, 1),
    "too_many": (ISSUE, ENGLISH + f"aliases: [{'a,' * 5001}]\n", 6, 10_011),
    "text_too_long": (ISSUE, ENGLISH + f"summary: {'a' * 200_001}\n", 6, 10),
    "as_typed": (ISSUE, ENGLISH + f"body: '{'[' * 51}'\n", 6, 7),
    "not_keys": (ISSUE, "only a text\n", 1, 1),
    "front_matter": ("places/a/cases/x.md", "# Text\n", 1, 1),
    "front_matter_open": ("places/a/cases/x.md", "---\ntitle: x\n", 1, 1),
    "empty_file": (ISSUE, "# nothing yet\n", 1, 1),
    "unknown_key": (ISSUE, ENGLISH + "qqq: x\n", 6, 1),
    "misspelt_key": (ISSUE, ENGLISH + "sumary: x\n", 6, 1),
    "missing_key": (ISSUE, ENGLISH + "outcome:\n  quantities:\n    - {value: 3}\n", 8, 7),
    "missing_term": ("places/a/place.yaml", "name: a\n", 1, 1),
    "follows_from_log": (ISSUE, ENGLISH + "status: resolved\n", 6, 1),
    "follows_from_path": (ISSUE, ENGLISH + "社区: 东一村\n", 6, 1),
    "not_allowed": (ISSUE, ENGLISH + "close_reason: tired\n", 6, 15),
    "not_a_date": (ISSUE, ENGLISH + "updated: last week\n", 6, 10),
    "no_such_day": (ISSUE, ENGLISH + "  - 2025-02-30 resolved: x\n", 6, 5),
    "no_such_year": (ISSUE, ENGLISH + "  - 0225-03-02 resolved: x\n", 6, 5),
    "not_coordinates": ("places/a/place.yaml", "name: a\nkind: town\ngeometry: [116.3]\n", 3, 11),
    "not_a_day": (ISSUE, ENGLISH + "due: 2025-09\n", 6, 6),
    "not_a_time": ("places/a/meetings/m.yaml", "title: x\ndate: 2025-09-11\ntime: 20:30-19:00\n", 3, 7),
    "not_a_boundary": ("places/a/locations.yaml", "a: {name: a, kind: compound, boundary: {type: Point}}\n", 1, 40),
    "not_a_number": (ISSUE, ENGLISH + "funding: [{kind: x, amount: two}]\n", 6, 29),
    "not_a_count": (ISSUE, ENGLISH + "participants: {under18: few}\n", 6, 25),
    "too_many_digits": (ISSUE, ENGLISH + f"funding: [{{kind: x, amount: {'9' * 16}}}]\n", 6, 29),
    "more_than_all": (ISSUE, ENGLISH + "participants: {headcount: 9, under18: 5, over60: 5}\n", 6, 15),
    "too_large": ("methods/m.yaml", METHOD + "followup_days: 3000000\n", 4, 16),
    "not_a_colour": ("site.yaml", "title: x\nlook: {accent: red}\n", 2, 16),
    "not_address": ("site.yaml", "title: x\nbase_url: example.org\n", 2, 11),
    "negative": (ISSUE, ENGLISH + "participants: {under18: -1}\n", 6, 25),
    "not_yes_or_no": (ISSUE, ENGLISH + "draft: perhaps\n", 6, 8),
    "too_long": (ISSUE, ENGLISH + f"summary: {'x' * 281}\n", 6, 10),
    "empty": ("site.yaml", "title: x\ntopics:\n  values: {'': {en: A}}\n", 3, 12),
    "wrong_shape": (ISSUE, ENGLISH + "summary: [a, b]\n", 6, 10),
    "brace_open": (ISSUE, ENGLISH + "outcome: {text: a\n", 6, 10),
    "needs_keys": (ISSUE, ENGLISH + "wall: red\n", 6, 7),
    "beside_one_line": (ISSUE, ENGLISH + "    by: resident\n", 6, 5),
    "not_a_dated_line": (ISSUE, ENGLISH + "  - 2025-04-01 resolved\n", 6, 5),
    "value_read": (ISSUE, ENGLISH + "updated: Spring 2025\n", 6, 10),
    "date_unsure": (ISSUE, ENGLISH + "  - 9.11 resolved: x\n", 6, 5),
    "date_in_line": (ISSUE, ENGLISH + "  - 2025.4.1 resolved: x\n", 6, 5),
    "clock_in_line": (ISSUE, ENGLISH + "  - 2025-04-01 12:30 resolved: x\n", 6, 5),
    "html_dropped": (ISSUE, ENGLISH + "body: a <font>b</font>\n", 6, 7),
    "html_hidden": (ISSUE, ENGLISH + "body: a <script>b</script>\n", 6, 7),
    "link_dropped": (ISSUE, ENGLISH + "body: a [b](javascript:x)\n", 6, 7),
    "alt_missing": (ISSUE, ENGLISH + "body: a ![ ](b.png)\n", 6, 7),
    "stage_word_reserved": ("methods/m.yaml", METHOD + "  - {id: b, label: 办结, core: [close]}\n", 1, 1),
    "stage_word_twice": ("methods/m.yaml", METHOD + "  - {id: b, label: a, core: [close]}\n", 1, 1),
    "entry_twice": ("places/a/registers/r.yaml", "title: x\nitems: [{code: '4'}, {code: ' 4', claimed: yes}]\n", 2, 8),
    "review_says_nothing": ("places/a/reviews/r.yaml", "target: a\n", 1, 1),
    "case_about_nothing": ("places/a/cases/x.yaml", "title: x\n", 1, 1),
}
IN_WORKBOOKS = {
    "standing_known",
    "closing_differs",
    "ditto_first",
    "row_deleted",
    "step_asked",
    "step_known", "step_withdrawn",
    "year_asked",
    "photo_not_sent",
    "photo_without_words",
    "standing_differs",
    "title_twice",
    "location_asked",
    "value_asked",
    "row_waits",
    "date_asked",
    "raised_missing",
    "reason_asked",
    "read_as",
    "standing_asked",
    "reference_asked",
    "draft_asked",
    "masked",
    "standing_day_asked",
    "word_asked",
    "copy_asked",
    "topic_missing",
    "plan_asked",
    "topic_asked",
    "not_taken",
    "workbook_damaged",
    "workbook_other",
    "workbook_macros",
    "workbook_locked",
    "workbook_open",
    "workbook_huge",
    "workbook_empty",
    "sheet_unknown",
    "headings_missing",
    "column_missing",
    "column_renamed",
    "column_unknown",
    "cells_merged",
    "cell_formula",
    "cell_failed",
    "cell_too_long",
    "cell_missing",
    "rows_missing",
    "date_ambiguous",
    "example_left",
    "row_twice",
    "row_replaced",
    "entry_replaced",
    "location_renamed",
    "draft_emptied",
    "row_moved",
    "row_unsure",
    "row_gone",
    "row_elsewhere",
    "row_withdrawn",
    "entry_moved",
    "own_sheet",
    "place_unclear",
    "file_unreadable",
    "record_placeless",
    "record_there",
    "breaks_other",
    "template_field",
    "template_lacks_block",
    "template_macro",
    "template_lacks_macro",
    "template_block",
    "repository_unclear",
    "column_target",
    "location_added",
    "former_key",
    "more_problems",
    "frozen_differs",
    "attachment_too_large",
    "workbook_large",
    "workbook_area",
    "table_encoding",
    "table_quote",
    "row_longer",
    "row_shorter",
    "row_swallowed",
    "column_twice",
    "column_headless",
    "column_internal",
    "sheet_internal",
    "sheet_hidden",
    "rows_hidden",
    "column_hidden",
    "row_struck",
    "cell_struck",
    "cell_unseen",
    "cell_unclear",
    "table_waits",
    "cell_internal",
    "remark_unread",
    "date_from_number",
    "year_not_shown",
    "word_left_out",
    "example_cell",
    "example_sheet",
    "help_written_over",
    "said_otherwise",
    "changed_since",
    "entry_changed_since",
    "review_other",
    "only_in_older",
    "closed_or_open",
}
ELSEWHERE = IN_WORKBOOKS | {  # what needs several files, their places, or the content of attachments and templates
    "bad_name",
    "no_card_font",
    "below_withdrawn",
    "frozen_changed",
    "frozen_renamed",
    "frozen_unreadable",
    "photo_place",
    "reserved_name",
    "not_a_record",
    "file_ending",
    "no_place",
    "unused_attachment",
    "same_address",
    "other_encoding",
    "byte_order_mark",
    "trailing_blanks",
    "name_of_device",
    "same_but_capitals",
    "same_but_form",
    "unfit_name",
    "set_aside",
    "leftovers",
    "path_too_long",
    "withdrawn_no_record",
    "withdrawn_still_there",
    "withdrawn_twice",
    "template",
    "site_missing",
    "unreadable",
    "unknown_reference",
    "ambiguous_reference",
    "self_reference",
    "cycle",
    "unknown_criterion",
    "criterion_twice",
    "unknown_stage",
    "unknown_level",
    "unknown_statistic",
    "log_out_of_order",
    "resolved_before_raised",
    "resolved_twice",
    "reopened_without_closing",
    "close_reason_missing",
    "close_reason_unused",
    "after_as_of",
    "repeats_uncounted",
    "more_communities",
    "draft_place",
    "address_twice",
    "address_of_site",
    "file_missing",
    "file_kind",
    "closed_without_result",
    "translated_text_unknown",
    "file_outside",
    "bad_photo",
    "photo_too_large",
    "photo_heic",
    "photo_moves",
    "dead_link",
    "bad_languages",
    "converted_first",
    "no_converter",
    "bad_timezone",
    "low_contrast",
}
PERSONAL = {
    "mobile",
    "landline",
    "resident_id",
    "bank_card",
    "plate",
    "account",
    "email",
    "door",
    "name",
    "sensitive",
    "minor",
}
WARNINGS = {"date_in_line", "clock_in_line", "value_read", "text_cut_off", "html_dropped", "html_hidden",
            "link_dropped", "as_typed"}


def test_every_code_that_one_file_can_cause_is_caused_here() -> None:
    """A new kind of problem needs a row in the table, or a reason why no single file can cause it."""
    assert set(MESSAGES) - ELSEWHERE - PERSONAL == set(CAUSES)


@pytest.mark.parametrize("code", sorted(CAUSES))
def test_each_kind_of_problem_is_told_where_it_stands(code: str) -> None:
    """One mistake gives one problem: its code, line and column; only warnings leave the record valid."""
    file, text, line, column = CAUSES[code]
    assert told(text, file) == [(code, line, column)]
    found = reading(text, file)
    assert [problem.level for problem in found.problems] == ["warning" if code in WARNINGS else "error"]
    assert bool(found.invalid) is (code not in WARNINGS)


def test_all_errors_of_a_file_are_told_with_their_lines() -> None:
    """All problems of a file are told at once, each in its line."""
    text = (
        "标题: x\n主题: 照明\n提出: 2025-02-30\n简界: a\n承诺期限: 明年\n"
        "进展:\n  - 2025-04-01 议事\n参与方:\n  未成年人: 很多\n草稿: 也许\n"
    )
    assert told(text) == [
        ("no_such_day", 3, 5),
        ("misspelt_key", 4, 1),
        ("not_a_day", 5, 7),
        ("not_a_dated_line", 7, 5),
        ("not_a_count", 9, 9),
        ("not_yes_or_no", 10, 5),
    ]


def test_slips_of_the_pen_and_wrong_values_are_told_together() -> None:
    """A slip that YAML stumbles over does not hide what else is wrong."""
    text = "标题：x\n主题: 照明\n提出: 昨天\n进展:\n  － 议事: @x\n  - 议事\n"
    assert told(text) == [
        ("full_width_colon", 1, 3),
        ("not_a_date", 3, 5),
        ("full_width_dash", 5, 3),
        ("needs_quotes", 5, 5),
        ("not_a_dated_line", 6, 5),
    ]


@pytest.mark.parametrize(
    ("typed", "meant"), [("sumary", "summary"), ("简界", "简介"), ("简价", ""), ("Title", "title"), ("进 展", "进展"),
                         ("qqq", "")]
)
def test_an_unknown_key_proposes_the_nearest_one(typed: str, meant: str) -> None:
    """The proposal is a key that this record has, in the writer's language."""
    (problem,) = reading(ENGLISH + f"{typed}: x\n").problems
    assert problem.suggestion == meant
    assert dict(problem.values)["found"] == f"'{typed}'"


def test_an_unknown_key_in_a_part_proposes_a_key_of_that_part() -> None:
    """`outcome` has its own keys."""
    (problem,) = reading(ENGLISH + "outcome:\n  mechanisn: x\n").problems
    assert (problem.code, problem.line, problem.column, problem.suggestion) == ("misspelt_key", 7, 3, "mechanism")


def test_what_is_missing_is_named_in_both_languages() -> None:
    """Every required key that is not there is told once, at the beginning of the record."""
    found = reading("标题: x\n").problems
    assert [(p.code, p.line, dict(p.values)["key"]) for p in found] == [
        ("missing_key", 1, "\t主题\ttopic"),
        ("missing_key", 1, "\t提出\traised"),
        ("missing_key", 1, "\t进展\tlog"),
    ]


def test_a_wrong_value_proposes_the_nearest_one() -> None:
    """Closed values are proposed in the language that was typed."""
    (problem,) = reading(ENGLISH + "outcome: {kind: 设施改建}\n").problems
    assert (problem.code, problem.suggestion) == ("not_allowed", "设施改造")
    said = describe_problem(problem, get_language("en"))
    assert said.startswith("kind cannot be '设施改建'. Did you mean 设施改造? Allowed: facility_renovation, ")


@pytest.mark.parametrize(
    ("entry", "corrected"),
    [
        ("2025.9.11 议事: 灯坏了", "2025-09-11 议事: 灯坏了"),
        ("2025-09-11，议事: 灯坏了", "2025-09-11 议事: 灯坏了"),
        ("2025-09-11议事: 灯坏了", "2025-09-11 议事: 灯坏了"),
        ("2025-09-11议事：灯坏了", "2025-09-11 议事：灯坏了"),
        ("2025-09-11: 灯坏了", "2025-09-11 …: 灯坏了"),
        ("20250911 议事: 灯坏了", "2025-09-11 议事: 灯坏了"),
        ("2025年9月11号 议事: 灯坏了", "2025-09-11 议事: 灯坏了"),
        ("不晚于 2025.9.11 议事: 灯坏了", "不晚于 2025-09-11 议事: 灯坏了"),
        ('"2025.9.11 议事: a: b"', '"2025-09-11 议事: a: b"'),
    ],
)
@pytest.mark.parametrize("indent", ["", "  "])
def test_a_date_written_otherwise_is_told_with_the_corrected_line(entry: str, corrected: str, indent: str) -> None:
    """The date is what is wrong, not the stage; the corrected line is indented as in the file."""
    head = "标题: x\n主题: 照明\n提出: 未知\n进展:\n"
    (problem,) = reading(f"{head}{indent}- {entry}\n").problems
    assert (problem.code, problem.line, problem.example) == ("date_in_line", 5, f"{indent}- {corrected}")
    assert told(f"{head}{problem.example}\n") == []


@pytest.mark.parametrize("typed", ["2025.9.11", "20250911", "2025年9月11号", "2025. 9. 11"])
@pytest.mark.parametrize("key", ["updated", "due"])
def test_a_date_written_otherwise_is_read_and_told(typed: str, key: str) -> None:
    """What is plainly a day is read, with a warning that says as what."""
    found = reading(f"{ENGLISH}{key}: {typed}\n")
    (problem,) = found.problems
    assert (problem.code, problem.level, dict(problem.values)["allowed"]) == ("value_read", "warning", "2025-09-11")
    assert found.entries[""][key] == "2025-09-11"


@pytest.mark.parametrize(("typed", "meant"), [
    ("2025年9月上旬", "2025-09-01..2025-09-10（2025年9月上旬）"), ("2025年国庆前", "不晚于 2025-10-01（2025年国庆前）"),
    ("spring 2025", "2025-03..2025-05 (spring 2025)"), ("大约2019年", "约 2019"),
    ("11 to 15 September 2025", "2025-09-11/2025-09-15 (11 to 15 September 2025)")])
def test_a_date_that_is_known_roughly_is_read_and_told(typed: str, meant: str) -> None:
    """In the notation of records, in the language of the text, with its words where they say more."""
    found = reading(f"{ENGLISH}updated: {typed}\n")
    assert [dict(problem.values)["allowed"] for problem in found.problems] == [meant]
    assert told(f"{ENGLISH}updated: {meant}\n") == []


@pytest.mark.parametrize(("typed", "count", "proposed"), [
    ("三十二人", "32", ""), ("十二票", "12", ""), ("twelve", "12", ""), ("1,200", "1200", ""), ("20多人", "", "20"),
    ("两三百", "", "200"), ("a dozen", "", "12"), ("全体", "", ""), ("20.5", "", "")])
def test_a_count_in_words_is_read_or_asked(typed: str, count: str, proposed: str) -> None:
    """Where one number alone is meant it is read; of about, over and two numbers one is proposed."""
    found = reading(f"{ENGLISH}decision: {{for: '{typed}'}}\n")
    (problem,) = found.problems
    assert (problem.code, problem.suggestion) == ("value_read" if count else "not_a_count", proposed)
    assert found.entries[""]["decision"]["for"] == (count or typed)


@pytest.mark.parametrize("typed", ["昨天", "9.11", "去年", "03/04/2025", "last Wednesday", "9月"])
def test_a_date_that_depends_on_time_and_place_is_not_guessed(typed: str) -> None:
    """A build reads the same whenever it runs: what counts from the day of writing is an error."""
    assert [problem.code for problem in reading(f"{ENGLISH}updated: {typed}\n").problems] == ["not_a_date"]


@pytest.mark.parametrize(("line", "corrected"), [
    ("2026-03-05 12:30 raised: x", "2026-03-05 raised: 12:30 x"),
    ("2026-03-05 9点半 提出：说", "2026-03-05 提出：9点半 说"),
    ("by 2026-03-05 下午3:00 raised: x", "by 2026-03-05 raised: 下午3:00 x"),
    ("2026-03-05 3:30 pm raised: x", "2026-03-05 raised: 3:30 pm x"),
    ("2026-03-05 raised: at 12:30", None), ("2026-03-05 12 raised: x", None),
    ("2026-03-05 3时段: x", None)])
def test_a_time_of_day_is_told_to_belong_into_the_text(line: str, corrected: str | None) -> None:
    """What looks like a clock between the day and the stage is no stage; the line is read and shown as it must be."""
    problems = reading(ENGLISH.replace("2025-03-20 yishi: the group agrees", line)).problems
    assert [(one.code, one.example.strip(" -")) for one in problems] == (
        [("clock_in_line", corrected)] if corrected else [])


def test_a_hyphen_without_its_space_is_one_mistake() -> None:
    """Whether the entry stands alone or below others, the hyphen is told, and nothing else."""
    head = "标题: x\n主题: 照明\n提出: 未知\n进展:\n"
    for before in ("", "  - 2025-09-10 议事: y\n"):
        (problem,) = reading(f"{head}{before}  -2025-09-11 议事: x\n").problems
        assert (problem.code, problem.example) == ("space_after_dash", "  - 2025-09-11 议事: x")


@pytest.mark.parametrize("key", ["主题", "原因"])
def test_a_list_without_spaces_after_its_hyphens_is_one_mistake(key: str) -> None:
    """YAML reads such a list as one text; the writer is told of the hyphens only."""
    text = CHINESE.replace("主题: 照明\n", "" if key == "主题" else "主题: 照明\n")
    (problem,) = reading(f"{text}{key}:\n  -照明\n  -绿化\n").problems
    assert (problem.code, problem.example) == ("space_after_dash", "  - 照明")


@pytest.mark.parametrize(
    ("text", "line"), [("名称: a\n", "类别: 社区"), ("name: a\n", "kind: community")]
)
def test_a_missing_closed_value_is_shown_by_example(text: str, line: str) -> None:
    """The example is in the language of the message; all allowed values are named."""
    (problem,) = reading(text, "places/a/place.yaml").problems
    said = describe_problem(problem, get_language("en" if line.isascii() else "zh-Hans"))
    assert f"“{line}”" in said
    assert ("village" if line.isascii() else "村") in said
    assert told(f"{text}{line}\n", "places/a/place.yaml") == []


def test_a_text_instead_of_keys_is_told_which_keys() -> None:
    """A photo given by its name alone is told what a photo needs."""
    (problem,) = reading(f"{CHINESE}图片: IMG_2034.JPG\n").problems
    assert describe_problem(problem, get_language("en")) == (
        "图片 (photos) must have keys of its own, such as file, alt; found: 'IMG_2034.JPG'.")


def test_an_unknown_key_names_the_usual_ones() -> None:
    """Required keys come first; a long list is cut."""
    (problem,) = reading(f"{ENGLISH}qqq: x\n").problems
    allowed = describe_problem(problem, get_language("en")).partition("Allowed: ")[2].split(", ")
    assert allowed[:4] == ["title", "topic", "raised", "log"]
    assert (len(allowed), allowed[-1][-12:]) == (MAX_LISTED_WORDS, " and others.")


def test_drafts_may_lack_what_is_required() -> None:
    """Missing and unknown values of a draft are warnings; what cannot be read stays an error."""
    found = reading("标题: x\n草稿: 是\n提出: 不久前\n成效: {类别: 不知道}\n")
    assert {problem.level for problem in found.problems} == {"warning"}
    assert found.invalid == frozenset()
    assert reading("标题: x\n草稿: 是\n标题: y\n").invalid
    assert reading("标题: x\n草稿: 是\n参与方: {未成年人: -1}\n").invalid


def test_html_in_markdown_is_dropped_with_a_warning() -> None:
    """The text stays, the markup goes; the record is valid."""
    found = reading(
        f"---\n{ENGLISH}---\nLamps <iframe src=x>here</iframe> <b onclick=y>now</b>\n", "places/a/issues/x.md"
    )
    assert [(p.code, p.level, p.line) for p in found.problems] == [("html_dropped", "warning", 8)]
    assert "<iframe" not in found.entries[""]["body"]["html"]
    assert "here" in found.entries[""]["body"]["html"]


@pytest.mark.parametrize(("title", "codes"), [
    ("灯" * 60, []), ("灯" * 61, ["too_long"]), ("x" * 119 + "é", []), ("x" * 121, ["too_long"]),
    ("x" * 60 + "灯", ["too_long"]),
])
def test_a_title_has_60_characters_or_120_letters_at_most(title: str, codes: list[str]) -> None:
    """Characters are counted, not bytes; a Chinese one is a word, so that without any there may be twice as many."""
    found = reading(CHINESE.replace("Lamps", title)).problems
    assert [problem.code for problem in found] == codes
    assert all(f"at most {120 if title.isascii() else 60} characters" in describe_problem(one, get_language("en"))
               for one in found)


# --- from data to record ------------------------------------------------------------


@pytest.mark.parametrize("typed", [
    "正文: |\n  一行\n\n  {}\n", "正文: >\n  一行\n  二行\n\n  三行\n  {}\n  四行\n", "简介: 一行\n  二行\n  {}\n",
    '简介: "一行\n\n\n  二行\n  {}"\n',
    "进展:\n  - 2025-03-03 反映: 看不清\n  - 2025-03-04 核实: |\n      一行\n      {}\n",
])
def test_personal_data_is_told_on_the_line_where_it_stands(typed: str) -> None:
    """Also where YAML joins lines, or a text begins below its key."""
    text = "标题: 路灯\n主题: 照明\n" + typed.format(f"电话{MOBILE}") + "提出: 2025-03-03\n"
    line = next(number for number, one in enumerate(text.split("\n"), 1) if MOBILE in one)
    assert [hit.line for _, hit in reading(text, "places/a/issues/x.yaml").privacy_hits] == [line]


FILES = {
    "site.yaml": "title: x\nlanguages: [en]\ntopics: {values: {a: {en: A}}}\nsummary: y\nbody: '**z**'\n",
    "sources.yaml": "s: {title: x, published: 2025-09-13, url: 'https://example.org'}\n",
    "methods/m.yaml": METHOD,
    "pages/p.md": "---\ntitle: x\n---\ntext <i>y</i>\n",
    "places/a/place.yaml": ("name: a\nkind: 社区\ngeometry: [100, 30]\nhouseholds: 9\noffice: {phone: 010-12345678}\n"),
    "places/a/locations.yaml": "yard: {name: 院, kind: 小区, point: [100, 30]}\n",
    "places/a/figures.yaml": "- {label: x, value: 12.5, source: s}\n",
    "places/a/cases/c.md": "---\n标题: x\n位置: yard\n---\n楼长王建国\n",
    ISSUE: CHINESE + "回访: 2025-09-01 有效：好\n正文: '[x](y.md)'\n",
}


MOBILE, RESIDENT = "138" + "0000" + "5678", "11010519491231" + "002X"
"""Put together here, so that this file holds none."""


@pytest.mark.parametrize(("typed", "found"), [
    ("138<span>0000</span>5678", MOBILE), ("138<!-- -->00005678", MOBILE), ("138&#48;0005678", MOBILE),
    ("138`0000`5678", MOBILE), ("138~~0000~~5678", "138~~0000~~5678"), ("138\\\n0000\\\n5678", "138 0000 5678"),
    ("138<br>0000<br>5678", "138 0000 5678"), ("138[0000](a.md)5678", MOBILE), ("138[](a.md)00005678", None),
    ("[电话](tel:138%300005678)", MOBILE), ("![138&#48;0005678](a.jpg)", MOBILE),
    ("[x](a.md \"138&#48;0005678\")", MOBILE), ("110105<b></b>19491231002X", RESIDENT), ("<b>京A</b>12345", "京A12345"),
    ("3号楼<i>2单元</i>401室", "3号楼2单元401室"),
    ("- 138\n- 0000\n- 5678", "138\n- 0000\n- 5678"), ("- 138\n- 1200\n- 5678", None),
    ("138 人，<b>0000</b>，5678", None),
])
def test_personal_data_is_found_in_what_is_published(typed: str, found: str | None) -> None:
    """What markup, entities or comments part in a file and rendering puts together is an error, on its line."""
    told = [hit for _, hit in reading(f"---\n{CHINESE}---\n一行\n\n{typed}\n", "places/a/issues/x.md").privacy_hits]
    assert [(hit.text, hit.level, hit.line) for hit in told] == ([(found, "error", 10)] if found else [])


def test_personal_data_is_told_once_in_whatever_form_it_stands() -> None:
    """A number that file and page both show is one find; so is one with another kind of blank."""
    found = reading(f"---\n{CHINESE}---\n{MOBILE} **x**\n\n**{MOBILE}**\n", "places/a/issues/x.md")
    assert [hit.line for _, hit in found.privacy_hits] == [8, 10]


def test_keys_that_a_writer_chose_are_searched_too() -> None:
    """A key of a mapping is published as well as its value."""
    site = f"title: x\nlanguages: [en]\ntopics: {{values: {{{MOBILE}: {{en: A}}}}}}\n"
    assert [hit.text for _, hit in reading(site, "site.yaml").privacy_hits] == [MOBILE]


def test_ids_and_comments_are_searched_too() -> None:
    """An id and a comment can be read by whoever gets the file, and are told where they stand."""
    sources = f"# ask 139{MOBILE[3:]}\nreport-{MOBILE}: {{title: x, publisher: y}}\n"
    assert [(hit.text, hit.line, hit.column) for _, hit in reading(sources, "sources.yaml").privacy_hits] == [
        (MOBILE, 2, 21), (f"139{MOBILE[3:]}", 1, 1)]
    assert not reading(f"{CHINESE}# 见 http://example.org/{MOBILE}\n").privacy_hits


def test_the_random_id_of_a_row_is_nobodys_number() -> None:
    """The comment that an import writes is not searched, whatever its digits look like; other comments are."""
    assert not reading(f"# row 16055878-296\n{CHINESE}").privacy_hits
    assert reading(f"# row 16055878-296, 电话{MOBILE}\n{CHINESE}").privacy_hits


def test_whatever_is_valid_is_salvaged() -> None:
    """A record that others hang on stands with what is right in it; what is needed comes from the defaults."""
    place = create_partial_record(
        "place", {"name": "a", "kind": "kingdom", "code": "1", "junk": "x"}, {"name": "d", "kind": "community"}
    )
    assert place == create_record("place", {"name": "a", "kind": "community", "code": "1"})
    method = create_partial_record(
        "method", {"name": "m", "stages": [{"id": "a", "label": "办结", "core": ["close"]}]}, {"name": "d"}
    )
    assert method.kind_of_record == "method"


@pytest.mark.parametrize(
    ("keys", "line", "column", "key"),
    [
        (("raised",), 3, 5, "提出"),
        (("log", 0), 5, 5, "进展"),
        (("log", 0, "stage"), 5, 5, "进展"),
        (("due",), 1, 1, ""),
        ((), 1, 1, ""),
    ],
)
def test_a_finding_of_the_library_is_located_in_its_file(
    keys: tuple[str | int, ...], line: int, column: int, key: str
) -> None:
    """The value, or the nearest one above it, with the key as the writer typed it."""
    [problem] = locate_findings(
        [Finding("places/a/issues/x", keys, "after_as_of")],
        SourceFile(ISSUE, CHINESE.encode()),
        RecordLocation("issue", "places/a/issues/x"),
    )
    assert (problem.line, problem.column, dict(problem.values)["key"]) == (line, column, key)


def test_a_finding_in_an_entry_is_located_in_its_collection() -> None:
    """The entry is found by its name."""
    text = "a: {name: A, kind: compound}\nb:\n  name: B\n  kind: road\n"
    [problem] = locate_findings(
        [Finding("places/a/locations/b", ("kind",), "after_as_of")],
        SourceFile("places/a/locations.yaml", text.encode()),
        RecordLocation("location", "places/a/locations"),
    )
    assert (problem.line, problem.column) == (4, 9)


# --- nothing is lost, nothing slips through ---------------------------------------------------------------------------


@pytest.mark.parametrize(("more", "problem"), [
    ("正文: {source: a, html: '<script>x</script>'}", ("wrong_shape", 7, 5)),
    ("正文: [a, b]", ("wrong_shape", 7, 5)),
    ("简界:", ("misspelt_key", 7, 1)),
    ("数量: [{事项: 灯, 数值: nan}]", ("not_a_number", 7, 18)),
    ("数量: [{事项: 灯, 数值: -inf}]", ("not_a_number", 7, 18)),
])
def test_what_no_record_may_say_is_told(more: str, problem: tuple[str, int, int]) -> None:
    """HTML passed off as rendered Markdown, a key with nothing under it, and what only programs call a number."""
    text = "标题: x\n主题: 照明\n提出: 未知\n进展:\n  - 提出: a\n# 说明\n"
    assert told(f"{text}{more}\n") == [problem]


@pytest.mark.parametrize("more", [
    "数量: [{{事项: 灯, 数值: {n}}}]", "数量: [{{事项: 灯, 数值: 0.{n}}}]",
    "资金: [{{类别: 维修, 金额: {n}}}]", "参与方: {{人数: {n}}}",
    "参与方: {{人数: 约{n}人}}", "参与方: {{人数: 999999999999亿}}",
    "参与方: {{under18: {n}}}", "议定结果: {{内容: 投, 赞成: {n}}}",
])
@pytest.mark.parametrize("number", ["1234567890123456", "1" + "0" * 29, "9" * 55])
def test_a_number_has_no_more_digits_than_every_reader_can_hold(more: str, number: str) -> None:
    """Content model §2: 15 digits come out as they went in; more are refused, wherever they stand."""
    text = "标题: x\n主题: 照明\n提出: 未知\n进展:\n  - 提出: a\n"
    assert [code for code, *_ in told(f"{text}{more.format(n=number)}\n")] == ["too_many_digits"]


@pytest.mark.parametrize("number", ["1e3", "1e999", "1E-7", ".", "_", "-"])
def test_a_number_has_no_exponent(number: str) -> None:
    """`1e999` is no number that a reader would understand."""
    text = "标题: x\n主题: 照明\n提出: 未知\n进展:\n  - 提出: a\n"
    assert [code for code, *_ in told(f"{text}资金: [{{类别: 维修, 金额: '{number}'}}]\n")] == ["not_a_number"]


def test_a_control_character_is_told_once() -> None:
    """One mistake, one message, wherever the text stands."""
    text = "标题: x\n主题: 照明\n提出: 未知\n进展:\n  - 提出: a\n备注: \"a\\0b\"\n"
    assert told(text) == [("control_character", 6, 5)]


@pytest.mark.parametrize("entry", ['"a\\0b"', '"\\0"', '"a\\nb"', '" "', '""', "长" * 300])
def test_an_id_that_cannot_be_is_a_problem_and_no_more(entry: str) -> None:
    """A control character, an end of line or nothing at all as an id is told, and what else is valid is read."""
    text = f"{entry}: {{name: A, kind: compound}}\nyard: {{name: Yard, kind: compound}}\n"
    stock = {"places/a/locations.yaml": reading(text, "places/a/locations.yaml"),
             "places/a/place.yaml": reading("name: a\nkind: town\n", "places/a/place.yaml")}
    slots = {path: found for path in stock if isinstance(found := locate_record(path), RecordLocation)}
    assert {problem.code for problem in stock["places/a/locations.yaml"].problems} in (
        {"bad_id"}, {"control_character"}, {"bad_id", "control_character"})
    assert select_records(stock, slots, (), drafts=False).kinds["places/a"] == "place"


def test_what_stands_beside_a_short_form_is_told() -> None:
    """`由谁` below an entry in one line has no place there: it is not dropped without a word."""
    text = "标题: x\n主题: 照明\n提出: 未知\n进展:\n  - 2025-09-11 提出: a\n    由谁: 居民\n"
    assert told(text) == [("beside_one_line", 6, 5)]


@pytest.mark.parametrize("point", ["[{a: 1}, 2]", "[[1], 2]", "{a: 1}", "[1, 2, 3]", "north"])
def test_whatever_is_no_point_is_told(point: str) -> None:
    """Anything but two numbers gives a problem, never a traceback."""
    text = f"a: {{name: A, kind: road, point: {point}}}\n"
    assert [code for code, _, _ in told(text, "places/a/locations.yaml")] == ["not_coordinates"]


# --- nothing, and texts cut off ------------------------------------------------------------


FILE_OF = {
    "site": "site.yaml", "source": "sources.yaml", "method": "methods/m.yaml", "page": "pages/p.yaml",
    "place": "places/a/place.yaml", "location": "places/a/locations.yaml", "figure": "places/a/figures.yaml",
    "withdrawal": "withdrawn.yaml",
    **{kind: f"places/a/{kind}s/x.yaml" for kind in ("issue", "case", "forum", "meeting", "event", "review", "plan",
                                                      "register")},
}


@pytest.mark.parametrize("nothing", ["null", "Null", "NULL", "~", "''", "[null]", "[~, null]", "[]", "{}"])
@pytest.mark.parametrize("kind", KINDS)
def test_null_is_nothing_under_every_key(kind: str, nothing: str) -> None:
    """Whatever a key holds, a plain null, alone or in a list, says as little as a key that is not there."""
    keys = [key for key, part in key_table(KINDS[kind].model).specs.items() if not (part.prose and nothing[0] in "[{")]
    lines = [f"{key}: {nothing}\n" for key in keys]
    text = "".join(lines) if kind not in COLLECTIONS else "x:\n" + "".join(f"  {line}" for line in lines)
    found = reading(text, FILE_OF[kind])
    assert list(found.entries.values()) == [{}]
    assert {problem.code for problem in found.problems} <= {
        "missing_key", "missing_term", "case_about_nothing", "review_says_nothing", "empty_file"}


@pytest.mark.parametrize(("file", "entries", "found"), [
    ("places/a/registers/r.yaml", "items: [{code: A 1}, {code: a 1}]", "'a 1'"),
    ("places/a/registers/r.yaml", "items: [{code: 1, kind: lawn}, {code: 1, kind: bed}, {code: 2, kind: bed}]", ""),
    ("places/a/registers/r.yaml", "items: [{code: 1, kind: lawn}, {code: 1, kind: lawn}]", "'1 lawn'"),
    ("places/a/events/e.yaml", "date: 2025-01-01\ncriteria: [{id: a, label: A}, {id: a, label: B}]", "'a'"),
    ("methods/m.yaml", "criteria: [公开, 公开]", "'公开'"),
    ("methods/m.yaml", "levels: [{id: a, label: A}, {id: a, label: B}]", "'a'")])
def test_what_counts_or_is_named_by_its_number_has_a_number_of_its_own(file: str, entries: str, found: str) -> None:
    """Items of a register (of one kind), criteria and levels: the second of one number is an error at its list."""
    title = "name" if file.startswith("methods") else "title"
    problems = reading(f"{title}: x\n{entries}\n", file).problems
    assert [(one.code, dict(one.values)["found"]) for one in problems] == ([("entry_twice", found)] if found else [])


def test_null_is_nothing_deep_inside() -> None:
    """In parts, in lists of parts, in translations and in entries of a log; in quotes it is a text."""
    text = ENGLISH + """\
  - {date: ~, stage: yishi, text: Null}
  - null
participants: {headcount: ~, kinds: [null, resident]}
translations: {en: ~, zh-Hans: {title: null, summary: "null"}}
causes: [null, "~"]
due: null
followups: null
outcome: {text: ~}
"""
    assert data(text) == {
        "title": "Lamps", "topic": ["lighting"], "raised": "2025-03",
        "log": ["2025-03-20 yishi: the group agrees", {"stage": "yishi"}],
        "participants": {"kinds": ["resident"]}, "translations": {"zh-Hans": {"summary": "null"}}, "causes": ["~"]}


CUT = {
    "title": ("title: Lift of building #3 stands still\n", 'title: "Lift of building #3 stands still"'),
    "summary": ("summary: Twelve lamps #3\n", 'summary: "Twelve lamps #3"'),
    "notes": ("notes: 见 #3号楼\n", 'notes: "见 #3号楼"'),
    "all of it": ("notes: #3号楼漏水\n", 'notes: "#3号楼漏水"'),
    "with quotes": ('notes: 见“灯” #3 "a"\n', "notes: '见“灯” #3 \"a\"'"),
    "an item": ("causes:\n  - old #3\n", '  - "old #3"'),
    "a part": ("decision:\n  text: new #3\n", '  text: "new #3"'),
    "a part of a list": ("objections:\n  - text: late #3\n", '  - text: "late #3"'),
    "a translation": ("translations:\n  en:\n    title: Lift #3\n", '    title: "Lift #3"'),
    "a follow-up": ("followups:\n  - 2025-09-11 holds: lamp #3\n", '  - 2025-09-11 holds: "lamp #3"'),
    "a person's office": ("lead: office #3\n", 'lead: "office #3"'),
    "two lines": ("notes: one\n  two #3\n", 'notes: "one two #3"'),
}


@pytest.mark.parametrize("name", CUT)
@pytest.mark.parametrize("md", [False, True], ids=["yaml", "md"])
def test_every_text_that_a_number_sign_cuts_off_is_told(name: str, md: bool) -> None:
    """With its line, and that line as it reads in quotes: whatever text it is, in front matter too."""
    text, corrected = CUT[name]
    rest = "topic: lighting\nraised: 2025-03\nlog: [2025-03-20 yishi: x]\n" + "title: Lamps\n" * (name != "title")
    found = reading(f"---\n{rest}{text}---\n" if md else rest + text, ISSUE.replace(".yaml", ".md") if md else ISSUE)
    (problem,) = found.problems
    assert (problem.code, problem.level, problem.example) == ("text_cut_off", "warning", corrected)
    assert problem.line == rest.count("\n") + 1 + md + (text.count("\n") - 1 if name != "two lines" else 0)


@pytest.mark.parametrize("line", [
    "raised: 2025-03 # or earlier", "topic: lighting # or other", "due: 2025-09-11 #3", "notes: # nothing yet",
    "notes: 'a #b' # c", "notes: a#b", "notes: C#", "notes:   ## empty"])
def test_a_comment_that_cuts_nothing_off_is_none_of_our_business(line: str) -> None:
    """Behind a date or a word of a vocabulary, behind quotes, and where nothing is written yet."""
    head = ENGLISH.replace("topic: [lighting]\n", "").replace("raised: 2025-03\n", "")
    others = [one for one in ("topic: lighting", "raised: 2025-03") if one.partition(":")[0] != line.partition(":")[0]]
    assert reading("\n".join([head, *others, line, ""])).problems == ()
