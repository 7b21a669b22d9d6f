"""The kinds of records: each is told of once, completely, and nothing keeps a list of its own beside that."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import get_args, get_type_hints

import pytest
from pydantic import ValidationError

from yishi.library import Library
from yishi.model.kinds import ACTIVITIES, KINDS, TABLES, KindSpec
from yishi.model.language import get_language
from yishi.model.paths import locate_record
from yishi.model.records import get_title
from yishi.model.vocabulary import get_built_in_vocabulary
from yishi.site.records.record_pages import VIEWS
from yishi.workbook.columns import list_sheets

ROOT = Path(__file__).parents[2]

FILES = {"top file": "{}.yaml", "top folder": "{}/x.yaml", "place file": "places/t/{}.yaml",
         "place folder": "places/t/{}/x.yaml"}

LISTS = {
    "yishi/site/records/record_pages.py": "what makes the view of each page, in the room of pages",
    "yishi/model/records/__init__.py": "the names that the package of models offers",
    "yishi/analysis/tables.py": "columns of the table of issues that are called like kinds",
}
"""The modules that may name many kinds one by one, and why."""


@pytest.mark.parametrize("spec", KINDS.values(), ids=lambda spec: spec.name)
def test_a_kind_is_told_of_completely(spec: KindSpec) -> None:
    """Its files are found where they stand, the library has a typed table for it, and both languages a label."""
    slot = locate_record(FILES[spec.location].format(spec.folder))
    assert slot
    assert slot.kind == spec.name
    table = get_type_hints(Library)[spec.table]
    assert (get_args(table) or [table])[-1] is spec.model
    assert get_built_in_vocabulary().terms["record_kind"][spec.name].labels.keys() >= {"zh-Hans", "en"}


@pytest.mark.parametrize("spec", KINDS.values(), ids=lambda spec: spec.name)
def test_what_stands_for_missing_values_makes_a_record(spec: KindSpec) -> None:
    """A title and what stands for the other required values are a valid record; nothing of them could be left out."""
    title = spec.title_key
    assert get_title(spec.model.model_validate({title: "x", **spec.required})) == "x"
    for key in spec.required:
        others = {one: value for one, value in spec.required.items() if one != key}
        with pytest.raises(ValidationError):
            spec.model.model_validate({title: "x", **others})


@pytest.mark.parametrize("kind", ACTIVITIES)
def test_an_activity_has_a_page_and_lists(kind: str) -> None:
    """What is done around the issues has a view, a template of its name, and lists with titles in Chinese."""
    texts = KINDS[kind].list_title, KINDS[kind].list_of_place
    assert kind in VIEWS
    assert (ROOT / f"templates/pages/{kind}.html").is_file()
    assert all(text and get_language("zh-Hans").text(text) != text for text in texts)


def test_tables_and_sheets_have_positions_of_their_own() -> None:
    """Every kind but the site and what is withdrawn has a table of data; no two tables or sheets have one position."""
    assert TABLES.keys() == KINDS.keys() - {"site", "withdrawal"}
    among_tables = sorted(spec.download_position for spec in KINDS.values() if spec.download_position)
    assert among_tables == list(range(1, len(TABLES) + 1))
    in_workbook = sorted(spec.sheet_position for spec in KINDS.values() if spec.sheet_position)
    assert in_workbook == list(range(1, len(in_workbook) + 1))
    assert {sheet.kind for sheet in list_sheets().values()} == {kind for kind, spec in KINDS.items() if spec.sheets}


def test_nothing_else_lists_the_kinds() -> None:
    """No list, set, mapping or row of names in the package names four kinds or their folders, but where it must."""
    found = {str(path.relative_to(ROOT)) for path in (ROOT / "yishi").rglob("*.py")
             if path != ROOT / "yishi/model/kinds.py"
             for names in _literals(ast.parse(path.read_text("utf-8"))) if len(names & _names()) > 3}
    assert found == LISTS.keys()


def _names() -> set[str]:
    return {*KINDS, *(spec.folder for spec in KINDS.values()), *(spec.model.__name__ for spec in KINDS.values())}


def _literals(tree: ast.AST) -> Iterator[set[str]]:
    """The texts and names that stand together in one list, tuple, set, mapping or call."""
    for node in ast.walk(tree):
        parts: list[ast.expr | None] = []
        if isinstance(node, ast.List | ast.Tuple | ast.Set):
            parts = [*node.elts]
        elif isinstance(node, ast.Dict):
            parts = [*node.keys, *node.values]
        elif isinstance(node, ast.Call):
            parts = [*node.args, *(keyword.value for keyword in node.keywords)]
        yield {_named(part) for part in parts}


def _named(node: ast.expr | None) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
