"""Reads back what a build published: JSON, tables and pages."""

import csv
import json
import re
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

COUNTED = re.compile(r"Counted (\S+)")
OUT_OF = re.compile(r"Out of (\S+)")
SILENT = "no public record yet"
LEFT_OUT = re.compile(r"Left out: [^()]+ \(([\d,]+)\)")


@dataclass(frozen=True)
class Shown:
    """What a page says of a statistic in one scope, as text."""

    value: str | None
    counted: str | None
    out_of: str | None
    left_out: int
    is_silent: bool
    """Whether it only says that there is no record of the place yet."""


def statistics_of(site: Path) -> dict[str, dict[str, Any]]:
    """`data/statistics.json` by scope and key."""
    published = json.loads((site / "data/statistics.json").read_text(encoding="utf-8"))
    scopes: dict[str, dict[str, Any]] = published["scopes"]
    return scopes


def table_of(site: Path) -> dict[tuple[str, str, str], tuple[str, str, str]]:
    """`data/statistics.csv`: value, numerator and denominator by scope, key and dimension."""
    rows = _rows(site / "data/statistics.csv")
    return {
        (row["scope"], row["key"], row["dimension"]): (row["value"], row["numerator"], row["denominator"])
        for row in rows
    }


def records_behind(site: Path, key: str) -> dict[str, dict[str, str]]:
    """`data/statistics/KEY.csv` by the path of the record."""
    return {row["path"]: row for row in _rows(site / f"data/statistics/{key}.csv")}


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def page_of(site: Path, key: str) -> dict[str, Shown]:
    """What `/statistics/KEY/` says of every scope: the head of its section, above the details."""
    parser = _Sections()
    parser.feed((site / f"statistics/{key}/index.html").read_text(encoding="utf-8"))
    return {scope: _shown(section) for scope, section in parser.sections.items()}


@dataclass
class _Section:
    value: str | None = None
    text: str = ""


class _Sections(HTMLParser):
    """Collects the first value and the text of each section with an id, up to its details."""

    def __init__(self) -> None:
        super().__init__()
        self.sections: dict[str, _Section] = {}
        self.current: _Section | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "section":
            self.current = _Section() if (name := given.get("id")) else None
            if self.current and name:
                self.sections["" if name == "site" else name] = self.current
        elif tag in ("details", "table"):
            self.current = None
        elif self.current and tag == "data" and self.current.value is None:
            self.current.value = given.get("value")

    def handle_data(self, data: str) -> None:
        if self.current:
            self.current.text += f"{data}\n"


def _shown(section: _Section) -> Shown:
    counted, out_of = COUNTED.search(section.text), OUT_OF.search(section.text)
    left_out = sum(int(number.replace(",", "")) for number in LEFT_OUT.findall(section.text))
    return Shown(section.value, counted and counted[1], out_of and out_of[1], left_out, SILENT in section.text)
