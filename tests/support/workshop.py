"""Where tests build: a copy of a content folder, and the sites built of it."""

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from pathlib import Path
from types import MappingProxyType
from typing import Any

from msgspec.structs import replace

from yishi.analysis import snapshots
from yishi.analysis.statistics import Statistics, compute_statistics
from yishi.analysis.summaries import RecordSummary, create_summary, summarise_record
from yishi.content.change_log import ChangesByRecord
from yishi.engine.assets import BuildFolders
from yishi.engine.cache import Cache
from yishi.engine.pipeline import BuildOptions, BuildReport, assemble_site_data, build, check, summarise_content
from yishi.engine.summary_cache import compute_own_breakdowns, compute_place_totals
from yishi.library import Library
from yishi.model.kinds import ACTIVITIES, BULK
from yishi.model.language import get_language
from yishi.model.records import Record
from yishi.site import SiteData, build_page_context, build_site_data, take_snapshot

PROJECT = Path(__file__).parents[2]
SITES = PROJECT / "tests/sites"
DAY = date(2025, 12, 31)
NOON = datetime(2025, 12, 31, 4, tzinfo=UTC)

Tree = dict[str, bytes]


class Workshop:
    """A folder with a content folder of its own; templates are the project's until they are edited."""

    def __init__(self, folder: Path, source: Path) -> None:
        self.folder = folder
        self.content = folder / "content"
        self.output = folder / "site"
        self.templates = PROJECT / "templates"
        shutil.copytree(source, self.content)

    def options(self, **choices: Any) -> BuildOptions:
        """Those of a build for the day of all tests."""
        folders = BuildFolders(self.content, self.templates, choices.pop("output", self.output))
        return BuildOptions(folders, **{"now": NOON, "as_of": DAY, **choices})

    def build(self, **choices: Any) -> BuildReport:
        """Builds the site of what the content folder holds now."""
        return build(self.options(**choices))

    def written(self, **choices: Any) -> int:
        """How many files a build writes."""
        published = self.build(**choices).write_result
        assert published is not None
        return published.written

    def clean(self, **choices: Any) -> Tree:
        """What a build from nothing makes of the same content: of a copy elsewhere, with a cache of its own."""
        made = self.made_apart(**choices)
        assert made is not None
        return made

    def made_apart(self, **choices: Any) -> Tree | None:
        """The same; None if errors keep the build from writing. The same of the same is made once for several tests,
        unless Git has a say in it."""
        key = "" if choices.get("history") else repr((_laid_out(self.content), _laid_out(self.templates), choices))
        made = _MADE.pop(key, None) or (self._made_apart(**choices),)
        if key:
            _MADE[key] = made
        while len(_MADE) > KEPT:
            del _MADE[next(iter(_MADE))]
        return made[0] and {**made[0]}

    def _made_apart(self, **choices: Any) -> Tree | None:
        apart = self.folder / "apart"
        shutil.rmtree(apart, ignore_errors=True)
        shutil.copytree(self.content, apart / "content", symlinks=True)
        folders = BuildFolders(apart / "content", self.templates, apart / "site")
        report = build(replace(self.options(**choices), folders=folders, full=True))
        return None if report.write_result is None else tree(apart / "site")

    def write(self, path: str, text: str) -> None:
        """Writes a file of the content folder."""
        file = self.content / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def read(self, path: str) -> str:
        """The text of a file of the content folder."""
        return (self.content / path).read_text(encoding="utf-8")

    def replace(self, path: str, old: str, new: str) -> None:
        """Replaces `old`, which must be there, in a file of the content folder."""
        text = self.read(path)
        assert old in text
        self.write(path, text.replace(old, new))

    def freeze(self, name: str) -> None:
        """Keeps the numbers of the day of all tests."""
        checked = check(self.options())
        book = assemble_site_data(checked, self.options(), *summarise_content(checked, self.content))
        copy = take_snapshot(build_page_context(book, get_language("en"), ""), name, "r1")
        self.write(f"frozen/{name}.json", snapshots.encode_snapshot(copy))

    def own_templates(self) -> Path:
        """A copy of the templates that may be edited."""
        self.templates = self.folder / "templates"
        shutil.copytree(PROJECT / "templates", self.templates, dirs_exist_ok=True)
        return self.templates

    @property
    def cache(self) -> Path:
        """The folder of the cache."""
        return self.folder / ".build-cache"


KEPT = 12
"""So many clean sites are remembered, those that were asked for last."""
_MADE = dict[str, tuple[Tree | None]]()


def _laid_out(folder: Path) -> str:
    """A digest of all that lies in a folder: names, links and bytes."""
    files = ((file, os.readlink(file) if file.is_symlink() else file.is_file() and file.read_bytes())
             for file in sorted(folder.rglob("*")))
    return hashlib.sha256(repr([(file.relative_to(folder), data) for file, data in files]).encode()).hexdigest()


NOWHERE = Cache(PROJECT / "no such folder", is_read=False, is_written=False)
"""Where the memos of a library lie that was made by a test: there are none."""


def counted_on(library: Library, day: date) -> tuple[dict[str, RecordSummary], Statistics]:
    """What a build counts, of a library that was made by a test: by the same functions, without its memos."""
    briefs = {path: create_summary(path, *summarise_record(path, record, library.methods[record.method or ""], library,
                                                           day))
              for records in (library.issues, library.cases) for path, record in records.items()}
    totals = compute_place_totals(NOWHERE, "", briefs)
    return briefs, compute_statistics(library, totals, day)


def book_on(library: Library, day: date, history: ChangesByRecord = MappingProxyType({})) -> SiteData:
    """What the site of a library is made of on a day; `history`: what was changed in its records, and when."""
    briefs, statistics = counted_on(library, day)
    breakdowns = {"": compute_own_breakdowns(NOWHERE, "", briefs)}
    return build_site_data(library, briefs, statistics, breakdowns, change_log=history)


def records_of(library: Library) -> dict[str, Record]:
    """The records that can be found, by path."""
    kinds = map(library.of_kind, (*BULK, *ACTIVITIES, "location", "figure"))
    below = {path: record for records in kinds for path, record in records.items()}
    return {**library.places, **below, **library.methods, **library.pages, **library.sources}


def tree(folder: Path) -> Tree:
    """Every file below `folder`: path → bytes."""
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in _files(folder)}


def times(folder: Path) -> Mapping[str, int]:
    """Every file below `folder`: path → when it was last written (nanoseconds)."""
    return {file.relative_to(folder).as_posix(): file.stat().st_mtime_ns for file in _files(folder)}


def _files(folder: Path) -> list[Path]:
    return [file for file in sorted(folder.rglob("*")) if file.is_file()]


@dataclass(frozen=True)
class Element:
    """An element of a page: its name and attributes."""

    name: str
    attributes: Mapping[str, str]

    def get(self, attribute: str) -> str:
        """The value of an attribute, "" if there is none."""
        return self.attributes.get(attribute, "")


@dataclass
class Page(HTMLParser):
    """A page taken apart: its elements in order, and its text (of scripts and styles too)."""

    source: str
    elements: list[Element] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.feed(self.source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def all(self, name: str) -> list[Element]:
        """The elements of this name."""
        return [element for element in self.elements if element.name == name]

    @property
    def ids(self) -> list[str]:
        """The ids of the elements."""
        return [element.get("id") for element in self.elements if "id" in element.attributes]

    @property
    def text(self) -> str:
        """All text, blanks made one."""
        return " ".join(" ".join(self.texts).split())


@dataclass(frozen=True, repr=False)  # a failure would print whole sites
class Built:
    """A site that tests only read."""

    workshop: Workshop
    report: BuildReport
    files: Tree
    pages: Mapping[str, Page]

    @property
    def statistics(self) -> dict[str, Any]:
        """data/statistics.json"""
        data: dict[str, Any] = json.loads(self.files["data/statistics.json"])
        return data

    @property
    def languages(self) -> Mapping[str, str]:
        """Language → the folder of its pages ("" = the root)."""
        tags = self.report.checked.library.site.languages
        return {tag: "" if tag == tags[0] else f"{tag.lower()}/" for tag in tags}


def built(folder: Path, source: Path) -> Built:
    """The site of `source`, built in `folder`."""
    workshop = Workshop(folder, source)
    report = workshop.build()
    files = tree(workshop.output)
    pages = {path: Page(data.decode()) for path, data in files.items() if path.endswith(".html")}
    return Built(workshop, report, files, pages)
