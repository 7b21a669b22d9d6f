"""The keys of the models: one module reads their annotations, and tells all others what each key holds."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from tests.model.test_vocabulary import ALL_MODELS
from yishi.model.dates import PartialDate
from yishi.model.keys import KeySpec, key_table
from yishi.model.kinds import KINDS
from yishi.model.records import Body, Decision, Issue, Method, Model, Place, Quantity, Site
from yishi.model.records.field_types import Coordinates, Text, Title
from yishi.model.times import TimeSpan
from yishi.model.vocabulary import get_built_in_vocabulary

PACKAGE = Path(__file__).parents[2] / "yishi"

READING = re.compile(r"\bmodel_fields\b|\bget_(?:args|origin|type_hints)\b|__(?:annotations|metadata)__|\bFieldInfo\b")


def test_one_module_reads_the_annotations_of_models() -> None:
    """What a key holds is asked of `model.keys`; no other module looks into annotations, but for those of pages."""
    readers = {path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py")
               if READING.search(path.read_text("utf-8"))}
    assert readers == {"model/keys.py", "rendering/template_checks.py"}


@pytest.mark.parametrize("model", ALL_MODELS, ids=lambda model: model.__name__)
def test_every_key_of_a_model_is_understood(model: type[Model]) -> None:
    """A key holds a text, a number, a date, a part with keys of its own, or a mapping of such; its words are known."""
    table = key_table(model)
    assert {spec.attribute for spec in table.specs.values()} == model.model_fields.keys()
    assert {spec.attribute for spec in table.specs.values() if spec.required} == {
        name for name, info in model.model_fields.items() if info.is_required()}
    for spec in table.specs.values():
        for one in _inner(spec):
            plain = (str, bool, int, float, date, PartialDate, TimeSpan, Body)
            assert one.type in plain or one.model is one.type is not None
            assert not one.vocabulary or one.vocabulary in get_built_in_vocabulary().terms
            assert set(one.refers) <= KINDS.keys()
            assert one.prose == (one.type is Body)


def _inner(spec: KeySpec) -> Iterator[KeySpec]:
    """What stands in a key: itself, or the keys and values of the mapping that it holds."""
    if spec.keys and spec.values:
        yield from _inner(spec.keys)
        yield from _inner(spec.values)
    else:
        yield spec


@pytest.mark.parametrize(("model", "key", "expected"), [
    (Issue, "title", {"required": True, "hint": Title, "type": str, "is_text": True}),
    (Issue, "topic", {"required": True, "many": True, "vocabulary": "topic", "by_site": True, "is_text": False}),
    (Issue, "lead", {"vocabulary": "stakeholder", "by_site": True, "free": True, "is_text": True}),
    (Issue, "location", {"refers": ("location",), "hint": Text, "is_text": False}),
    (Issue, "close_reason", {"vocabulary": "close_reason", "by_site": False, "is_text": False}),
    (Issue, "body", {"prose": True, "type": Body, "model": None, "is_text": True}),
    (Issue, "raised", {"type": PartialDate, "is_text": False}),
    (Decision, "for", {"attribute": "for_", "people": True, "type": int}),
    (Place, "households", {"model": Quantity, "people": False, "many": False}),
    (Site, "languages", {"many": True, "vocabulary": "language"}),
    (Method, "colours", {"type": dict, "vocabulary": "", "is_text": False}),
    (KINDS["location"].model, "point", {"hint": Coordinates, "type": float, "many": False}),
    (KINDS["plan"].model, "from", {"attribute": "from_", "refers": ("review",), "many": True}),
], ids=lambda value: value if isinstance(value, str) else "")
def test_what_a_key_holds_is_read_as_its_model_says(model: type[Model], key: str, expected: dict[str, object]) -> None:
    """Lists, marks, vocabularies, names in Python and parts are told apart."""
    spec = key_table(model).specs[key]
    assert {name: getattr(spec, name) for name in expected} == expected


def test_the_keys_and_values_of_a_mapping_are_told() -> None:
    """A mapping tells what its keys and its values are."""
    spec = key_table(Method).specs["colours"]
    assert spec.keys
    assert spec.values
    assert (spec.keys.vocabulary, spec.values.vocabulary) == ("status", "colour")
