"""The issues and cases of a benchmark for Hugo: each file as it is, with what Hugo groups its pages by."""

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import yaml

from yishi.core.hashes import choose_part

from .course import course_of


@dataclass(frozen=True, slots=True)
class Record:
    """An issue or a case: its path in the content folder without the extension, its text, and what Hugo is told."""

    path: str
    text: str
    kind: str
    place: str
    topic: str
    location: str
    raised: str
    course: Mapping[str, str]
    data: Mapping[str, Any]

    @property
    def issue(self) -> str:
        """The path of the issue that a case tells of, "" if none."""
        return f"{self.place}/issues/{self.data['相关议题']}" if "相关议题" in self.data else ""

    @property
    def kinds(self) -> Sequence[str]:
        """Who took part."""
        found: Sequence[str] = self.data.get("相关方") or self.data.get("参与方", {}).get("参与类别", ())
        return found

    @property
    def month(self) -> str:
        return self.raised[:7] if self.raised[:1].isdigit() else "unknown"

    @property
    def year(self) -> str:
        return self.month[:4] if self.month != "unknown" else "unknown"


def record_of(name: str, text: str, topics: Mapping[str, str]) -> Record:
    """The issue or case in the file called `name`; `topics`: label → key."""
    path = name.rpartition(".")[0]
    front = text.split("---\n")[1] if text.startswith("---\n") else text
    data: dict[str, Any] = yaml.load(front, yaml.CBaseLoader)
    kind = "issue" if "/issues/" in name else "case"
    place = path.rpartition("/")[0].rpartition("/")[0]
    return Record(path, text, kind, place, topics[data["主题"]], data.get("位置", ""), data.get("提出", ""),
                  course_of(data) if kind == "issue" else {}, data)


def record_page(record: Record, case: str) -> str:
    """The content file of a record: its own front matter under Hugo's name for the title, and what is added."""
    added = f"type: {record.kind}\ntopic: {record.topic}\nmonth: {record.month}\n"
    added += "".join(f"in{parts}: '{choose_part(record.path, parts) + 1}'\n" for parts in _PARTS)
    added += case or f"year: '{record.year}'\n{_course(record)}{describe_date(record)}"
    return add_front_matter(record.text, added)


def add_front_matter(text: str, added: str) -> str:
    """The text of a record as a content file: its own front matter under Hugo's name for the title, and `added`."""
    own = text if text.startswith("---\n") else f"---\n{text}---\n"
    return own.replace("---\n标题:", f"---\n{added}title:", 1)


_PARTS = (2, 4, 8, 16, 32)
"""Into so many parts Yishi may divide a month: a record is told in which part it stands."""


def case_matter(case: Record, issues: Sequence[Record], spaces: Mapping[str, str]) -> str:
    """The front matter that only a case has: when it began, and what makes cases alike, with that of its `issues`."""
    said = (case, *issues)
    topics = {one.data["主题"] for one in said} - {"其他"}
    where = {spaces[f"{one.place}/locations/{one.location}"] for one in said if one.location}
    kinds = {kind for one in said for kind in one.kinds}
    lists = "".join(f"{name}: [{', '.join(sorted(values))}]\n"
                    for name, values in (("topics", topics), ("spaces", where), ("kinds", kinds)))
    proved = [ladder for one in issues if (ladder := one.course.get("ladder")) in ("lasting", "confirmed")]
    year = next((one.year for one in issues), "unknown")
    return f"outputs: [html, sheet]\nyear: '{year}'\nproved: '{''.join(proved)}'\n{lists}"


def spaces_of(texts: Mapping[str, str]) -> dict[str, str]:
    """The location → its kind."""
    return {f"{name.removesuffix('.yaml')}/{key}": location["类别"] for name, text in texts.items()
            if name.endswith("/locations.yaml") for key, location in yaml.load(text, yaml.CBaseLoader).items()}


def _course(record: Record) -> str:
    return "".join(f"{key}: {value}\n" for key, value in record.course.items())


def describe_date(record: Record) -> str:
    """The day that Hugo sorts by, of a month its last, as Yishi does; and how exactly it is known."""
    if record.month == "unknown":
        return "precision: unknown\n"
    year, month, *day = map(int, record.raised.split("-"))
    last = date(year, month, *(day or [monthrange(year, month)[1]]))
    return f"date: {last}\nprecision: {'day' if day else 'month'}\n"
