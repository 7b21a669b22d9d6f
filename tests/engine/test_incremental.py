"""An incremental build equals a clean one, byte for byte, after any sequence of changes to whatever a build depends on.

A few runs, the same each time, belong to every test run. To look further: `pytest tests/engine/test_incremental.py -n0
--hypothesis-profile=long` (hours; `--hypothesis-seed=N` repeats one search).
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from tests.support.program import TEMPLATES, run_program
from tests.support.workshop import NOON, PROJECT, SITES, Tree, Workshop, times, tree
from yishi.engine.manifest import FILE_LIST_NAME
from yishi.engine.writing import ForeignFile

RUNS = settings(max_examples=settings().max_examples // 14, stateful_step_count=8, report_multiple_bugs=False)
"""A tenth of what the profile says, since each run holds several builds."""

TOWN = "places/shili-shi/shili-zhen"
EAST, WEST, HILL = f"{TOWN}/dongshequ", f"{TOWN}/xishequ", f"{TOWN}/shancun"
LAMPS = f"{EAST}/issues/lamps.yaml"

SWAPS = {
    "title": (LAMPS, "Street lamps", "All street lamps"),
    "title of the same length": (LAMPS, "Street lamps", "Street light"),
    "summary": (LAMPS, "Twelve lamps were out", "Many lamps were out"),
    "body": (LAMPS, "one after another", "all at once"),
    "step": (LAMPS, "the cable is laid", "the cable is laid at last"),
    "status": (f"{EAST}/issues/loushui.yaml", "2025-09-01 谈: 等报价", "2025-09-01 办结: 修好了"),
    "topic": (f"{EAST}/issues/loushui.yaml", "主题: 漏水", "主题: 照明"),
    "location": (f"{EAST}/issues/loushui.yaml", "locations/yard-3", "locations/huayuan"),
    "promise": (f"{EAST}/issues/loushui.yaml", "2025-10-31", "2026-10-31"),
    "day raised": (f"{WEST}/issues/changyi.yaml", "2025-12-20", "2025-11-20"),
    "reference": (f"{WEST}/issues/hoarding.yaml", "derived_from: dajian", "derived_from: ditie"),
    "follow-up": (LAMPS, "2025-10-15 有效", "2025-10-15 反复"),
    "draft": (f"{WEST}/issues/hoarding.yaml", "draft: false", "draft: yes"),
    "translation": (LAMPS, "title: 3号楼到7号楼之间的路灯", "title: 楼间路灯"),
    "photo's text": (LAMPS, "all lamps dark", "in the dark"),
    "photo": (LAMPS, "file: lamps-before.jpg", "file: lamps-after.png"),
    "basis": (LAMPS, "basis: own\n", ""),
    "case": (f"{EAST}/cases/lamps.md", "Twelve lamps were out.", "A dozen lamps were out."),
    "case's issues": (f"{EAST}/cases/lamps.md", "[lamps, lamps-again]", "[lamps]"),
    "link in a text": (f"{EAST}/cases/lamps.md", "../issues/lamps.yaml", "../issues/loushui.yaml"),
    "meeting": (f"{EAST}/meetings/lamps-plan.yaml", "headcount: 24", "headcount: 25"),
    "action": (f"{EAST}/meetings/lamps-plan.yaml", "done_on: 2025-04-20", "done_on: 2025-04-15"),
    "event's day": (f"{TOWN}/events/zhanyan.yaml", "日期: 2025-10-20", "日期: 2025-10-19"),
    "review": (f"{TOWN}/reviews/zhuanjia.yaml", "评级: 达到", "评级: 未达到"),
    "plan": (f"{TOWN}/plans/peixun.yaml", "统计: followup_rate", "统计: resolution_rate"),
    "plot": (f"{EAST}/registers/green.yaml", "P4, kind: hedge, claimed: no", "P4, kind: hedge, claimed: yes"),
    "figure": (f"{TOWN}/figures.yaml", "value: 3", "value: 4"),
    "place's name": (f"{EAST}/place.yaml", "名称: 东社区", "名称: 东头社区"),
    "location's name": (f"{EAST}/locations.yaml", "name: 三号院", "name: 三号大院"),
    "method's stage": ("methods/sanbu.yaml", "label: 谈,", "label: 商量,"),
    "source": ("sources.yaml", "示例镇的议事之年", "示例镇的一年"),
    "free page": ("pages/about.md", "---\n", "---\naliases: [about us]\n"),
    "site's title": ("site.yaml", "标题: 示例镇议事公开", "标题: 示例镇的议事"),
    "site's notice": ("site.yaml", "notice: 测试网站，内容全部虚构。\n", ""),
    "languages": ("site.yaml", "语言: [zh-Hans, en]", "语言: [en, zh-Hans]"),
    "one language": ("site.yaml", "语言: [zh-Hans, en]", "语言: [zh-Hans]"),
    "site's address": ("site.yaml", "base_url: https://example.org/town/", "base_url: https://example.net/"),
    "time zone": ("site.yaml", "Asia/Shanghai", "Pacific/Kiritimati"),
    "vocabulary": ("site.yaml", "zh-Hans: 大件垃圾", "zh-Hans: 大件废弃物"),
    "group of topics": ("site.yaml", "en: Market, zh-Hans: 集市", "en: Markets, zh-Hans: 市集"),
    "wrong day": (f"{WEST}/issues/wushui.yaml", "提出: ", "提出: 2025-02-30 # "),
    "broken syntax": (f"{EAST}/issues/diandongche.yaml", "标题: ", "标题: [ "),
}
"""What a writer may change: a file, what it says, and what it says then; done twice it is taken back."""

NEW = {
    f"{EAST}/issues/bench.yaml": "title: A bench is missing\ntopic: [lighting]\nraised: 2025-06-01\n"
                                 "log:\n  - 2025-06-01 raised: No bench at the stop\n",
    f"{HILL}/issues/road.md": "---\ntitle: The road\nraised: unknown\ntopic: fire\n"
                              "log: [{stage: raised, text: It is narrow}]\n---\nA **narrow** road.\n",
    f"{EAST}/meetings/autumn.yaml": "title: Autumn\ndate: 2025-10-01\nissues: [lamps]\n",
    f"{TOWN}/nanshequ/place.yaml": "name: 南社区\nkind: community\n",
    f"{TOWN}/nanshequ/issues/stairs.yaml": "title: Stairs\ntopic: fire\nraised: 2024-06\n"
                                          "log: [{stage: raised, text: Too steep}]\n",
    "methods/zuotan.yaml": "name: 座谈\nstages: [{id: zuo, label: 坐下谈, core: [deliberate]}]\n",
    "pages/new.md": "---\ntitle: A new page\n---\nSomething *new*.\n",
    f"{EAST}/issues/empty.yaml": "",
    f"{TOWN}/notes.txt": "No record at all.\n",
    ".hidden.yaml": "title: [\n",
}

MOVES = [
    (f"{WEST}/issues/changyi.yaml", f"{HILL}/issues/changyi.yaml"),
    (f"{WEST}/issues/changyi.yaml", f"{WEST}/issues/seats.yaml"),
    (f"{EAST}/issues/loushui.yaml", f"{EAST}/issues/roof.yaml"),
    (f"{EAST}/cases/lamps.md", f"{EAST}/cases/light.md"),
    (f"{EAST}/issues/lamps-before.jpg", f"{EAST}/files/lamps-before.jpg"),
    (f"{TOWN}/xishequ", f"{TOWN}/west"),
    (f"{TOWN}/beishequ", f"{EAST}/beishequ"),
]

REMOVABLE = [
    f"{WEST}/issues/ditie.yaml", f"{WEST}/issues/hoarding-again.yaml", f"{EAST}/cases/lamps.md", f"{TOWN}/figures.yaml",
    f"{EAST}/meetings/loushui.yaml", f"{TOWN}/reviews/on-the-lamps.md", f"{EAST}/registers/green.yaml",
    f"{TOWN}/plans/peixun.yaml", "methods/kuaiban.md", "pages/canyu.md", "sources.yaml", LAMPS, f"{WEST}/place.yml",
    f"{EAST}/files/lamps-after.png",
]

EXCHANGED = [(LAMPS, f"{WEST}/issues/changyi.yaml"), (f"{EAST}/files/chepeng.png", f"{EAST}/files/lamps-after.png"),
             (f"{EAST}/place.yaml", f"{HILL}/place.yaml")]

DESIGNS = {
    "base": ("base.html", "<footer", "<p>A new line</p>\n<footer"),
    "component": ("components/record_rows.html", "<li", '<li data-new=""'),
    "page": ("pages/issue.html", "<article", '<article data-new=""'),
    "list": ("pages/paginated_lists.html", "{% block content %}", "{% block content %}<!-- new -->"),
    "sitemap": ("feeds/sitemap.xml", "<urlset", "<!-- new --><urlset"),
    "style": ("static/style.css", "body", "body "),
}

OPTIONS: list[dict[str, Any]] = [
    {"as_of": date(2025, 6, 30)}, {"as_of": date(2026, 3, 1)}, {"as_of": None}, {"base_url": "https://example.net/other/"},
    {"base_url": ""}, {"drafts": True}, {"skip_invalid": False}, {"jobs": 2}, {"full": True},
    {"as_of": None, "now": NOON + timedelta(days=30)}, {"as_of": None, "now": datetime(2025, 12, 30, 17, tzinfo=UTC)},
]
"""Each stands for the next builds, on top of `skip_invalid`, without which most sequences would end in an error."""

CACHES: dict[str, Callable[[bytes], bytes]] = {
    "cut": lambda data: data[:-9],
    "empty": lambda data: b"",
    "a letter changed": lambda data: data[::-1].replace(b"e", b"a", 1)[::-1],
    "random": lambda data: bytes(range(256)) * 3,
    "a number": lambda data: b"7",
    "a list": lambda data: b"[[], {}]",
    "another shape": lambda data: b'{"outputs": {"index.html": [1]}, "code": "", "readings": [], "digests": 7}',
    "deep": lambda data: b"[" * 100_000,
    "no text": lambda data: b'{"outputs": {"\\ud800": ["", 1, 1]}}',
    "doubled": lambda data: data + data,
}
"""What may have become of a file of the cache."""


Made = Callable[..., Tree | None]
"""What a clean build makes of the content and templates of now."""


class Writing(RuleBasedStateMachine):
    """Whatever happens to a site's content, templates, options, output and cache, between any two builds."""

    def __init__(self, workshop: Workshop, kept: Path, made_apart: Made) -> None:
        super().__init__()
        shutil.rmtree(workshop.folder)
        shutil.copytree(kept, workshop.folder)
        self.workshop, self.kept, self.made_apart = workshop, kept, made_apart
        self.outputs = [workshop.output, workshop.folder / "other"]
        self.output = workshop.output
        self.choices: dict[str, Any] = {"skip_invalid": True}
        self.foreign: dict[Path, int] = {}
        self.lost, self.torn = set[Path](), set[Path]()
        self.seconds = 1_700_000_000
        self.steps = 0

    @initialize(pace=st.integers(1, 3), aged=st.booleans())
    def begin(self, pace: int, aged: bool) -> None:
        """`pace`: how many changes come between two builds; `aged`: files look older than they are, as after a copy."""
        self.pace, self.aged = pace, aged

    @invariant()
    def equals_clean(self) -> None:
        """The promise: after a build the site equals a clean one, and the next build writes nothing."""
        self.steps += 1
        if self.steps % self.pace == 0:
            self.build()

    def teardown(self) -> None:
        if self.steps and self.steps % self.pace:
            self.build()

    # --- content

    @rule(change=st.sampled_from(sorted(SWAPS)))
    def edit(self, change: str) -> None:
        self._swap(self.workshop.content, *SWAPS[change])

    @rule(path=st.sampled_from(sorted(NEW)))
    def add(self, path: str) -> None:
        self._put(self.workshop.content / path, NEW[path].encode())

    @rule(path=st.sampled_from([*REMOVABLE, *NEW]))
    def remove_or_restore(self, path: str) -> None:
        file = self.workshop.content / path
        if file.exists():
            file.unlink()
        elif path not in NEW and file.parent.is_dir():
            shutil.copy2(SITES / "full" / path, file)

    @rule(move=st.sampled_from(MOVES), back=st.booleans())
    def move(self, move: tuple[str, str], back: bool) -> None:
        old, new = (self.workshop.content / path for path in (reversed(move) if back else move))
        if old.exists() and not new.exists() and new.parent.is_dir():
            old.rename(new)

    @rule(path=st.sampled_from([f"{EAST}/files/lamps-after.png", f"{EAST}/files/chepeng.png"]), broken=st.booleans())
    def change_a_photo(self, path: str, broken: bool) -> None:
        """The photo becomes another one; it may be one that cannot be shown."""
        file = self.workshop.content / path
        if file.exists():
            data = (SITES / "full" / EAST / "files/chepeng.png").read_bytes()
            self._put(file, data[:100] if broken else data)

    @rule(path=st.sampled_from([LAMPS, "site.yaml", f"{EAST}/files/chepeng.png", f"{EAST}/place.yaml"]))
    def touch(self, path: str) -> None:
        """Another time, the same bytes."""
        if (self.workshop.content / path).exists():
            (self.workshop.content / path).touch()

    @rule(pair=st.sampled_from(EXCHANGED))
    def exchange(self, pair: tuple[str, str]) -> None:
        """Two files change names; both have the same size and time, before and after."""
        one, other = (self.workshop.content / path for path in pair)
        if one.exists() and other.exists():
            size = max(one.stat().st_size, other.stat().st_size) + 3
            for file in (one, other):
                if file.stat().st_size != size:
                    data = file.read_bytes()
                    filled = b"\n#".ljust(size - len(data), b"-") if file.suffix != ".png" else bytes(size - len(data))
                    file.write_bytes(data + filled)
                os.utime(file, (1_650_000_000, 1_650_000_000))
            self.build()
            one.rename(one.with_name("away"))
            other.rename(one)
            one.with_name("away").rename(other)

    @rule(path=st.sampled_from([LAMPS, f"{EAST}/files/chepeng.png", f"{EAST}/place.yaml", "site.yaml"]))
    def restore_an_older_file(self, path: str) -> None:
        """As a backup does: what the file said when all began, with the time that it then had."""
        if (self.workshop.content / path).parent.is_dir():
            shutil.copy2(self.kept / "content" / path, self.workshop.content / path)

    @rule(path=st.sampled_from([LAMPS, f"{EAST}/place.yaml"]), old=st.sampled_from(["e", "三", "社"]))
    def edit_with_the_same_size_and_time(self, path: str, old: str) -> None:
        """A sign for another, and the time set back."""
        file = self.workshop.content / path
        if file.exists():
            stat, text = file.stat(), file.read_text("utf-8")
            other = {"e": "a", "三": "五", "社": "小"}[old]
            file.write_text(text.replace(old, other, 1) if old in text else text.replace(other, old, 1), "utf-8")
            os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))

    # --- templates, options

    @rule(change=st.sampled_from(sorted(DESIGNS)))
    def redesign(self, change: str) -> None:
        self._swap(self.workshop.templates, *DESIGNS[change])

    @rule(name=st.sampled_from(["pages/unused.html", "static/new.css", "static/more/new.css"]))
    def add_or_remove_a_template(self, name: str) -> None:
        file = self.workshop.templates / name
        if file.exists():
            file.unlink()
        else:
            self._put(file, b"p { color: red }\n")

    @rule(choices=st.sampled_from(OPTIONS))
    def choose(self, choices: dict[str, Any]) -> None:
        self.choices = {"skip_invalid": True, **choices}

    # --- what lies in the output folder and in the cache

    @rule()
    def turn_to_another_folder(self) -> None:
        self.outputs.reverse()
        self.output = self.outputs[0]

    @rule(number=st.integers(0), how=st.sampled_from(["cut", "same size", "longer", "delete", "touch", "old"]))
    def damage(self, number: int, how: str) -> None:
        files = [file for file in sorted(self.output.rglob("*")) if file.is_file() and file not in self.foreign]
        if files:
            file = files[number % len(files)]
            data = file.read_bytes()
            self.torn |= {self.output} if file.name == FILE_LIST_NAME else set()
            match how:
                case "cut":
                    file.write_bytes(data[:len(data) // 2])
                case "same size":
                    file.write_bytes(data[::-1])
                case "longer":
                    file.write_bytes(data + b"\n")
                case "delete":
                    file.unlink()
                case "touch":
                    file.touch()
                case "old":
                    os.utime(file, (1, 1))

    @rule(folder=st.sampled_from(["places", "en", "data", "static", f"en/{EAST}", "."]))
    def delete_a_folder(self, folder: str) -> None:
        shutil.rmtree(self.output / folder, ignore_errors=True)
        self.torn |= {self.output} if folder == "." else set()
        self.foreign = {file: time for file, time in self.foreign.items() if file.exists()}

    @rule(path=st.sampled_from(["CNAME", ".nojekyll", "mine/notes.html", f"{EAST}/issues/lamps/mine.txt"]))
    def put_a_foreign_file(self, path: str) -> None:
        file = self.output / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("mine")
        self.foreign[file] = file.stat().st_mtime_ns

    @rule(number=st.integers(0, 9), how=st.sampled_from(sorted(CACHES)))
    def damage_the_cache(self, number: int, how: str) -> None:
        self._lose_the_cache()
        files = sorted(filter(Path.is_file, self.workshop.cache.rglob("*")))
        if files:
            file = files[number % len(files)]
            file.write_bytes(CACHES[how](file.read_bytes()))

    @rule()
    def delete_the_cache(self) -> None:
        self._lose_the_cache()
        shutil.rmtree(self.workshop.cache, ignore_errors=True)

    @rule()
    def restore_an_old_cache(self) -> None:
        """As a service does that keeps the cache of some earlier run."""
        self.delete_the_cache()
        shutil.copytree(self.kept / ".build-cache", self.workshop.cache)

    def _lose_the_cache(self) -> None:
        """From now on only the lists in the output folders tell what was written there."""
        self.lost = set(self.outputs)

    # --- a build

    def build(self) -> None:
        before, clean = tree(self.output), self.made_apart(**self.choices)
        choices = {**self.choices, "output": self.output}
        try:
            report = self.workshop.build(**choices)
        except ForeignFile:  # neither the cache nor the statistics tell whose folder it is: rightly refused
            assert self.output in self.lost & self.torn
            assert tree(self.output) == before
            assert not (self.output / "data/statistics.json").exists()
            self.delete_a_folder(".")
            before = {}
            report = self.workshop.build(**choices)
        after = tree(self.output)
        if clean is None:
            assert report.write_result is None
            assert after == before
            return
        self._keep_strays(before.keys() - clean.keys())
        foreign = {path for path in after if self.output / path in self.foreign} - clean.keys()
        assert {path: data for path, data in after.items() if path not in foreign} == clean
        assert {file: file.stat().st_mtime_ns for file in self.foreign} == self.foreign
        lying = times(self.output)
        published = self.workshop.build(**choices).write_result
        assert published is not None
        assert (published.written, published.removed) == (0, 0)
        assert times(self.output) == lying

    def _keep_strays(self, unplanned: set[str]) -> None:
        """Files of an earlier build of which neither the cache nor the list tells stay, as if they were foreign."""
        kept = {file for path in unplanned if (file := self.output / path).is_file()}
        if self.output in self.lost & self.torn:
            self.foreign |= {file: file.stat().st_mtime_ns for file in kept}
        self.lost, self.torn = self.lost - {self.output}, self.torn - {self.output}

    # --- files

    def _swap(self, folder: Path, path: str, old: str, new: str) -> None:
        file = folder / path
        text = file.read_text("utf-8") if file.exists() else ""
        if new and new in text:
            self._put(file, text.replace(new, old, 1).encode())
        elif old in text:
            self._put(file, text.replace(old, new, 1).encode())
        elif text:
            shutil.copy2((SITES / "full" if folder == self.workshop.content else PROJECT / "templates") / path, file)

    def _put(self, file: Path, data: bytes) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
        if self.aged:
            self.seconds += 1
            os.utime(file, (self.seconds, self.seconds))


def test_any_sequence_of_changes_ends_like_a_clean_build(tmp_path: Path) -> None:
    """Edits, additions, deletions, moves, templates, options, damage to site and cache: the site is always exact."""
    workshop = Workshop(tmp_path / "work", SITES / "full")
    workshop.own_templates()
    for number, file in enumerate(sorted(workshop.folder.rglob("*"))):
        os.utime(file, (1_600_000_000 + number, 1_600_000_000 + number))
    assert workshop.written() > 0
    shutil.copytree(workshop.folder, tmp_path / "kept")
    known: dict[str, Tree | None] = {}

    def made_apart(**choices: Any) -> Tree | None:
        """The same of the same, so that it need be made only once."""
        inputs = repr([tree(workshop.content), tree(workshop.templates), choices])
        if inputs not in known:
            known[inputs] = workshop.made_apart(**choices)
        return known[inputs]

    class Here(Writing):
        def __init__(self) -> None:
            super().__init__(workshop, tmp_path / "kept", made_apart)

    run_state_machine_as_test(Here, settings=RUNS)


# --- what was published is known from the output folder itself --------------------------------------------------------

SLABS = "places/example-city/northside/issues/uneven-slabs"


def _remove(city: Workshop, *, cache: bool = True) -> None:
    """Removes a record, and the cache that knew of its page."""
    (city.content / f"{SLABS}.yaml").unlink()
    if cache:
        shutil.rmtree(city.cache)


@pytest.mark.parametrize("full", [False, True])
def test_a_page_without_a_record_goes_although_the_cache_is_deleted(city: Workshop, full: bool) -> None:
    """A withdrawn record does not stay public: the list in the output folder tells what was written there."""
    city.build()
    _remove(city)
    report = city.build(full=full)
    assert report.write_result is not None
    assert report.write_result.removed > 0
    assert tree(city.output) == city.clean()


def test_a_copy_of_the_site_elsewhere_is_known_as_well(city: Workshop) -> None:
    """The folder may be copied, or the content moved: what has no record any more goes there too."""
    city.build()
    shutil.copytree(city.output, city.folder / "copy")
    _remove(city, cache=False)
    city.build(output=city.folder / "copy")
    assert tree(city.folder / "copy") == city.clean()


def test_an_old_copy_put_back_is_brought_up_to_date(city: Workshop) -> None:
    """A site restored from a copy holds pages that later builds removed: they go again."""
    city.build()
    shutil.copytree(city.output, city.folder / "copy")
    _remove(city, cache=False)
    city.build()
    shutil.rmtree(city.output)
    shutil.copytree(city.folder / "copy", city.output)
    city.build()
    assert tree(city.output) == city.clean()


def test_only_what_was_written_is_ever_deleted(city: Workshop) -> None:
    """Whatever the list says, no file of somebody else's is touched, and nothing outside of the output folder."""
    city.build()
    (city.folder / "mine.txt").write_text("mine")
    (city.output / "CNAME").write_text("example.org")
    with (city.output / FILE_LIST_NAME).open("a") as file:
        file.write(f"../mine.txt\n{city.folder}/mine.txt\n/etc/hosts\n..\n.\n\nplaces\nCNA")
    _remove(city)
    city.build()
    assert (city.folder / "mine.txt").read_text() == "mine"
    assert {path: data for path, data in tree(city.output).items() if path != "CNAME"} == city.clean()
    assert (city.output / "CNAME").read_text() == "example.org"


@pytest.mark.parametrize("how", ["deleted", "a link", "cut", "no text", "empty"])
def test_a_list_that_is_damaged_is_made_anew(city: Workshop, how: str) -> None:
    """With the cache nothing is lost; without it, what the whole lines tell; a link is not followed."""
    city.build()
    file, secret = city.output / FILE_LIST_NAME, city.folder / "secret"
    data = file.read_bytes()
    file.unlink()
    match how:
        case "a link":
            secret.write_text("mine")
            file.symlink_to(secret)
        case "cut":
            file.write_bytes(data[:len(data) // 2])
        case "no text":
            file.write_bytes(bytes(range(256)))
        case "empty":
            file.touch()
    _remove(city, cache=False)
    city.build()
    assert tree(city.output) == city.clean()
    assert (secret.read_text() if how == "a link" else "mine") == "mine"


def test_a_site_of_an_earlier_version_is_told_of_what_nobody_knows(city: Workshop) -> None:
    """Where neither a list nor the cache tells what was written, what is not made any more is named, once."""
    city.build()
    (city.output / FILE_LIST_NAME).unlink()
    _remove(city)
    first, second = (city.build().write_result for _ in range(2))
    assert first is not None
    assert second is not None
    assert f"{SLABS}/index.html" in first.unknown_files
    assert set(first.unknown_files) == tree(city.output).keys() - city.clean().keys()
    assert second.unknown_files == ()


def test_the_list_names_exactly_what_is_public(city: Workshop) -> None:
    """Every other file of the folder and nothing else: no draft, no source, nothing of this computer."""
    city.build()
    listed = (city.output / FILE_LIST_NAME).read_text("utf-8").splitlines()[1:]
    assert listed == sorted(tree(city.output).keys() - {FILE_LIST_NAME})


@pytest.mark.parametrize("how", sorted(CACHES))
def test_a_damaged_cache_is_as_good_as_none(city: Workshop, how: str) -> None:
    """Whatever has become of the cache, a single byte too, nothing of it is shown."""
    city.build()
    for file in filter(Path.is_file, city.cache.rglob("*")):
        file.write_bytes(CACHES[how](file.read_bytes()))
    city.replace("places/example-city/westside/place.yaml", "Westside", "Far West")
    city.build()
    assert tree(city.output) == city.clean()


def _alike(city: Workshop, paths: Sequence[str], seconds: int = 1_650_000_000) -> list[Path]:
    """Files of the content, made to have one size and one time."""
    files = [city.content / path for path in paths]
    size = max(file.stat().st_size for file in files) + 2
    for file in files:
        with file.open("ab") as stream:
            stream.write(b"\n#".ljust(size - file.stat().st_size, b"-"))
        os.utime(file, (seconds, seconds))
    assert len({(file.stat().st_size, file.stat().st_mtime_ns) for file in files}) == 1
    return files


def _exchanged(one: Path, other: Path) -> None:
    one.rename(one.with_name("away"))
    other.rename(one)
    one.with_name("away").rename(other)


def _another_over_it(one: Path, other: Path) -> None:
    shutil.copy2(other, one)


def _another_in_its_place(one: Path, other: Path) -> None:
    other.rename(one)


def _edited_and_set_back(one: Path, other: Path) -> None:
    stat = one.stat()
    one.write_text(one.read_text("utf-8").replace("e", "i"), "utf-8")
    os.utime(one, ns=(stat.st_atime_ns, stat.st_mtime_ns))


@pytest.mark.parametrize("how", [_exchanged, _another_over_it, _another_in_its_place, _edited_and_set_back],
                         ids=lambda how: how.__name__.strip("_"))
@pytest.mark.parametrize("entry", ["build", "the command"])
def test_equal_size_and_time_hide_no_change(city: Workshop, entry: str, how: Callable[[Path, Path], None]) -> None:
    """Records of one size and time that change places, are copied or edited with their time: the site is the clean one,
    also where the command would answer that nothing has changed."""
    issues = "places/example-city/northside/issues"
    one, other = _alike(city, [f"{issues}/{name}.yaml" for name in ("uneven-slabs", "cold-stairs")])

    def build() -> None:
        if entry == "build":
            city.build(skip_invalid=True, history=False)
        else:
            run_program(city.folder, *TEMPLATES, "--as-of", "2025-12-31", "--skip-invalid", "--no-history")

    for file in (file for file in city.content.rglob("*") if file not in (one, other) and file.is_file()):
        os.utime(file, (1_650_000_000, 1_650_000_000))
    build()
    how(one, other)
    build()
    assert tree(city.output) == city.clean(skip_invalid=True)


@pytest.mark.parametrize(("name", "old", "new"), [("pages/issue.html", "<article", "<section"),
                                                  ("components/record_rows.html", "<li", "<LI"),
                                                  ("static/style.css", "body", "BODY")])
def test_a_same_size_edit_of_a_template_in_the_same_moment_is_seen(
        city: Workshop, name: str, old: str, new: str) -> None:
    """An edit that changes neither size nor time of a template just saved is seen all the same."""
    file = city.own_templates() / name
    file.touch()
    city.build()
    stat = file.stat()
    file.write_text(file.read_text("utf-8").replace(old, new, 1), "utf-8")
    os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert (file.stat().st_size, file.stat().st_mtime_ns) == (stat.st_size, stat.st_mtime_ns)
    assert city.written() > 0
    assert tree(city.output) == city.clean()


# --- another program --------------------------------------------------------------------------------------------------

UPGRADES = {
    "code": (".py", "User-agent: *", "User-agent: all"),
    "translation": (".po", 'msgid "Issues"\nmsgstr "议题"', 'msgid "Issues"\nmsgstr "事项"'),
    "vocabulary": (".yaml", "zh-Hans: 社区", "zh-Hans: 小区"),
    "guide": (".md", "# How to write a record\n", "# How records are written\n"),
    "content model": (".md", "What communities write, and what it means", "What is written, and what it means"),
}
"""What of the program changes: files of this kind, what they say, and what they say then."""


@pytest.fixture(scope="module")
def upgraded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A folder with a copy of the program and with the city that it has built, and a copy of that folder."""
    folder = tmp_path_factory.mktemp("upgraded")
    for name in ("yishi", "templates", "docs"):
        shutil.copytree(PROJECT / name, folder / "work/program" / name)
    shutil.copy(PROJECT / "build.py", folder / "work/program")
    city = Workshop(folder / "work", SITES / "english-city")
    _run(folder / "work/program", city.content, city.output)
    shutil.copytree(folder / "work", folder / "kept")
    return folder / "work", folder / "kept"


@pytest.mark.parametrize("change", sorted(UPGRADES))
def test_another_program_makes_its_own_site(upgraded: tuple[Path, Path], change: str) -> None:
    """After a change of the program itself nothing that the old one left is taken for its own."""
    suffix, old, new = UPGRADES[change]
    folder, kept = upgraded
    shutil.rmtree(folder)
    shutil.copytree(kept, folder)
    files = [file for file in (folder / "program").rglob(f"*{suffix}") if old in file.read_text("utf-8")]
    assert files
    before = tree(folder / "site")
    for file in files:
        file.write_text(file.read_text("utf-8").replace(old, new), "utf-8")
    _run(folder / "program", folder / "content", folder / "site")
    shutil.copytree(folder / "content", folder / "apart/content")
    _run(folder / "program", folder / "apart/content", folder / "apart/site")
    assert before != tree(folder / "site") == tree(folder / "apart/site")


def _run(program: Path, content: Path, output: Path) -> None:
    """Builds with a program of its own; its compiled code, which is that of the project, is not written anew: Python
    would take it for that of a new version that was written in the same second."""
    subprocess.run([sys.executable, "build.py", "--content", content, "--output", output, "--as-of", "2025-12-31",
                    "--quiet"], cwd=program, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}, check=True, timeout=60)
