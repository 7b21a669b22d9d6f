"""What a record refers to may go, and come again: the pages of all that refer to it are those of a clean build.

The references are found in the models, so that one that is new is tried with the others.
"""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import count
from typing import Any

import pytest

from tests.support.workshop import Page, Workshop, tree
from yishi.model.keys import key_table
from yishi.model.kinds import KINDS
from yishi.model.paths import get_kind_at
from yishi.model.records import Model

Files = dict[str, Any]
"""File of the content folder → what it says."""

PLACE = "places/town/east"
ISSUE = {"title": "An issue", "topic": "lighting", "raised": "2025-01-01", "log": ["2025-02-01 resolved: x"]}

TARGETS: Mapping[str, tuple[str, dict[str, Any]]] = {
    "source": ("sources.yaml", {"title": "A source", "publisher": "A town"}),
    "location": (f"{PLACE}/locations.yaml", {"name": "A yard", "kind": "compound"}),
    "issue": (f"{PLACE}/issues/the-issue.yaml", ISSUE),
    "case": (f"{PLACE}/cases/the-case.yaml", {"title": "A case", "issues": ["other"]}),
    "forum": (f"{PLACE}/forums/the-forum.yaml", {"name": "A forum", "kind": "council"}),
    "review": (f"{PLACE}/reviews/the-review.yaml", {"target": "town", "recommendations": [{"text": "Write more"}]}),
    "plan": (f"{PLACE}/plans/the-plan.yaml", {"title": "A plan"}),
    "event": (f"{PLACE}/events/the-event.yaml", {
        "title": "An event", "date": "2025-06-01", "criteria": [{"id": "reach", "label": "Reach"}]}),
    "method": ("methods/the-method.yaml", {
        "name": "A method", "stages": [{"id": "ask", "label": "Ask", "core": ["clarify"]}]}),
    "place": (f"{PLACE}/the-place/place.yaml", {"name": "A street", "kind": "community"}),
}
"""Kind → the file of the record that others refer to, and what it says; it is called the-KIND."""

TOGETHER = [("source", "forum", "issue", "plan"), ("location", "case", "review", "event"), ("method", "place")]
"""Kinds whose records change between the same two builds: whatever refers to one refers to no other of these. Those
with which all memos go stand last, so that the others are tried with memos."""

LEAST: Mapping[str, dict[str, Any]] = {
    "Site": {"title": "A town", "languages": ["en"]}, "Reference": {"title": "x"},
    "Place": {"name": "x", "kind": "town"}, "Method": {"name": "x"},
    "Location": {"name": "x", "kind": "compound"}, "Issue": ISSUE,
    "Case": {"title": "x", "issues": ["other"], "location": "square"},
    "Figure": {"label": "x", "value": 1, "source": ["book"]}, "Page": {"title": "x"},
    "Forum": {"name": "x", "kind": "council"}, "Meeting": {"title": "x", "date": "2025-03-01"},
    "Event": {"title": "x", "date": "2025-07-01"}, "Presentation": {"place": "town"},
    "Review": {"target": "town", "recommendations": [{"text": "x"}]}, "Recommendation": {"text": "x"},
    "Plan": {"title": "x"}, "Gap": {"text": "x"}, "Register": {"title": "x"},
}
"""Model → what one of it must say."""

IN_LISTS = {"source": "sources.yaml", "location": f"{PLACE}/locations.yaml", "figure": f"{PLACE}/figures.yaml"}
NOT_APART = {"site", "withdrawal"}
"""Kinds of which one more cannot be written; they are asserted to refer to nothing but sources."""


def _references(model: type[Model]) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """The key path of every reference of a model and of its parts, and the kinds that it may name."""
    for key, spec in key_table(model).specs.items():
        if spec.refers:
            yield (key,), spec.refers
        elif spec.model and not spec.values:
            yield from (((key, *keys), kinds) for keys, kinds in _references(spec.model))


def _said(model: type[Model], keys: tuple[str, ...], target: str) -> dict[str, Any]:
    """What a record says that refers to `target` at `keys`."""
    key, *rest = keys
    spec = key_table(model).specs[key]
    least = LEAST.get(model.__name__, {})
    inner = _said(spec.model, tuple(rest), target) if spec.model else target
    return {**least, key: [inner] if spec.many else inner}


def _referring() -> Iterator[tuple[str, dict[str, Any]]]:
    """Kind of record and what it says, for every key that refers, and every kind of what it refers to."""
    for kind, spec in KINDS.items():
        for keys, kinds in _references(spec.model):
            if kind in NOT_APART:
                assert kinds == ("source",)
            else:
                for target in kinds:
                    yield kind, _said(spec.model, keys, f"the-{target}")


@cache
def _site() -> str:
    files: Files = {
        "site.yaml": LEAST["Site"], "sources.yaml": {"book": {"title": "A book", "publisher": "A town"}},
        "places/town/place.yaml": {"name": "Town", "kind": "town"},
        "places/town/west/place.yaml": {"name": "West", "kind": "community"},
        f"{PLACE}/place.yaml": {"name": "East", "kind": "town"}, f"{PLACE}/figures.yaml": [],
        f"{PLACE}/locations.yaml": {"square": {"name": "Square", "kind": "public_space"}},
        f"{PLACE}/issues/other.yaml": ISSUE,
        f"{PLACE}/issues/later.yaml": {**ISSUE, "raised": "2026-06-01", "log": ["raised: x"]},
        f"{PLACE}/issues/again-later.yaml": {**ISSUE, "duplicate_of": "later"},
    }
    for kind, (file, says) in TARGETS.items():
        _put(files, kind, file, f"the-{kind}", says)
    numbers = count()
    for kind, says in _referring():
        name = f"one-{next(numbers)}"
        folder = KINDS[kind].folder
        file = {"method": f"methods/{name}.yaml", "page": f"pages/{name}.yaml", "place": f"{PLACE}/{name}/place.yaml",
                **IN_LISTS}.get(kind, f"{PLACE}/{folder}/{name}.yaml")
        _put(files, kind, file, name, says)
    return json.dumps(files)


def _put(files: Files, kind: str, file: str, name: str, says: dict[str, Any]) -> None:
    if kind == "figure":
        files[file].append(says)
    elif kind in IN_LISTS:
        files[file][name] = says
    else:
        files[file] = says


def _without(files: Files, kind: str) -> dict[str, Any]:
    """Takes the record that others refer to away; what it said."""
    file = TARGETS[kind][0]
    found: dict[str, Any] = files[file].pop(f"the-{kind}") if kind in IN_LISTS else files.pop(file)
    return found


def _with_more(**more: Any) -> Any:
    def change(files: Files, kind: str) -> None:
        _put(files, kind, TARGETS[kind][0], f"the-{kind}", {**_without(files, kind), **more})
    return change


def _withdraw(files: Files, kind: str) -> None:
    _without(files, kind)
    path = TARGETS[kind][0].removesuffix(".yaml").removesuffix("/place")
    path = f"{path}/the-{kind}" if kind in IN_LISTS else path
    if get_kind_at(path):
        one = {"path": path, "date": "2025-12-01", "why": "asked for"}
        files["withdrawn.yaml"] = [*files.get("withdrawn.yaml", []), one]


def _move(files: Files, kind: str) -> None:
    file = TARGETS[kind][0].replace(PLACE, "places/town/west")
    says = _without(files, kind)
    if kind in IN_LISTS:
        files.setdefault(file, {})
    _put(files, kind, file, f"the-{kind}", says)


def _date_later(files: Files, kind: str) -> None:
    later: dict[str, dict[str, Any]] = {
        "issue": {"raised": "2026-05-01", "log": ["raised: x"]}, "event": {"date": "2026-05-01"},
        "review": {"date": "2026-05-01"}}
    _with_more(**later.get(kind, {}))(files, kind)


def _say_otherwise(files: Files, kind: str) -> None:
    said = _without(files, kind)
    other: dict[str, str] = {key: f"{said[key]} anew" for key in ("title", "name") if key in said}
    if kind in ("location", "forum"):
        other["kind"] = "public_space" if kind == "location" else "hall"
    _put(files, kind, TARGETS[kind][0], f"the-{kind}", {**said, **other})


CHANGES = {
    "removed": _without, "a draft": _with_more(draft=True), "invalid": _with_more(foo=1),
    "invalid beside others": _with_more(corrections=[{"date": "2025-01-01", "what": "x"}], source=["nowhere"]),
    "withdrawn": _withdraw, "moved": _move,
    "dated after the day of the report": _date_later, "saying something else": _say_otherwise,
}
"""What may become of a record that others refer to."""


def _write(town: Workshop, files: Files) -> None:
    """Makes the content folder hold these files; one that says the same is left as it lies."""
    for path in tree(town.content).keys() - files.keys():
        (town.content / path).unlink()
    for path, says in files.items():
        text = json.dumps(says, ensure_ascii=False)
        if not (town.content / path).exists() or town.read(path) != text:
            town.write(path, text)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    """A site in which every key that refers does so, built, with its cache."""
    folder = tmp_path_factory.mktemp("references")
    (folder / "empty").mkdir()
    town = Workshop(folder / "base", folder / "empty")
    _write(town, json.loads(_site()))
    report = town.build(skip_invalid=True)
    assert [one for one in report.checked.problems if one.level == "error"] == []
    return town


@pytest.mark.parametrize("change", sorted(CHANGES))
def test_whatever_becomes_of_what_is_referred_to_the_site_is_the_clean_one(base: Workshop, change: str) -> None:
    """Of every kind: removed, a draft, wrong, withdrawn, moved or changed between two builds, and put back."""
    before = tree(base.output)
    assert sorted(kind for kinds in TOGETHER for kind in kinds) == sorted(TARGETS)
    for kinds in TOGETHER:
        files = json.loads(_site())
        for kind in kinds:
            CHANGES[change](files, kind)
        _write(base, files)
        base.build(skip_invalid=True)
        assert _unlike_clean(base) == [], kinds
    _write(base, json.loads(_site()))
    base.build(skip_invalid=True)
    assert tree(base.output) == before


def _unlike_clean(base: Workshop) -> list[str]:
    """The files of the site that a build from nothing would have made otherwise."""
    made, clean = tree(base.output), base.clean(skip_invalid=True)
    return [path for path in made.keys() | clean.keys() if made.get(path) != clean.get(path)]


def test_what_comes_nearer_is_referred_to_from_then_on(base: Workshop) -> None:
    """Of every kind: what lies elsewhere is meant until there is one of that id in the place itself, then that one."""
    for kinds in TOGETHER:
        moved, both = json.loads(_site()), json.loads(_site())
        for kind in kinds:
            _move(moved, kind)
        for file, says in moved.items():
            both[file] = {**says, **both[file]} if file in both and isinstance(says, dict) else both.get(file, says)
        for files in (moved, both):
            _write(base, files)
            base.build(skip_invalid=True)
        assert _unlike_clean(base) == [], kinds
    _write(base, json.loads(_site()))
    base.build(skip_invalid=True)


@pytest.mark.parametrize(("change", "drafts", "said"), [
    (None, False, "This issue repeats another one, and is not counted: An issue"),
    ("withdrawn", False, "but is counted, because the other one is not: a record that was withdrawn"),
    ("invalid", False, "but is counted, because the other one is not: the-issue"),
    ("dated after the day of the report", False, "but is counted, because the other one is not: An issue"),
    ("a draft", True, "but is counted, because the other one is not: An issue"),
])
def test_the_page_of_a_repetition_says_whether_it_is_counted(
        base: Workshop, change: str | None, drafts: bool, said: str) -> None:
    """Content model §6.1.11: what the page says is what the numbers do."""
    files = json.loads(_site())
    if change:
        CHANGES[change](files, "issue")
    _write(base, files)
    base.build(skip_invalid=True, drafts=drafts)
    found = [page.text for file in (base.output / "places/town/east/issues").glob("one-*/index.html")
             if "This issue repeats" in (page := Page(file.read_text("utf-8"))).text]
    assert len(found) == 1
    assert said in found[0]
    statistics = json.loads((base.output / "data/statistics.json").read_text("utf-8"))
    assert ("duplicate" in statistics["scopes"][""]["issues"]["excluded"]) is (change is None)
