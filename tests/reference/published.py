"""Reads back what a build published: JSON, tables and pages."""

import csv
import html
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

COUNTED = re.compile(r"Counted (\S+)")
OUT_OF = re.compile(r"Out of (\S+)")
SILENT = "no public record yet"
VALUE = re.compile(r'<data[^>]* value="([^"]*)"')
WORDS = re.compile(r'<p>(<a [^>]*><data class="value".*?)(?:<span|</p>)', re.DOTALL)
CITED = re.compile(r'<p class="cite">(.*?)</p>', re.DOTALL)
SECTION = re.compile(r'<(?:(?:section|details) class="statistic account"|tr) id="')
DETAILS = re.compile("<details|<table|</section|<p><b>")
TAG = re.compile("<[^>]*>")
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
    words: str
    """Its value in words."""
    citation: str
    """The line by which it is to be cited."""


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


def records_in(site: Path, kind: str) -> dict[str, dict[str, Any]]:
    """`data/KIND.json` by the path of the record."""
    rows = json.loads((site / f"data/{kind}.json").read_text(encoding="utf-8"))
    return {row["path"]: row for row in rows}


def page_of(site: Path, key: str) -> dict[str, Shown]:
    """What `/statistics/KEY/` says of every scope: the head of its section, above the details, and how it is cited."""
    page = (site / f"statistics/{key}/index.html").read_text(encoding="utf-8")
    sections = SECTION.split(page)[1:]
    return {scope_of(section.partition('"')[0]): _shown(section) for section in sections}


def scope_of(anchor: str) -> str:
    """The place that a section with an id is of, "" for the whole site."""
    return "" if anchor == "site" else anchor


def _shown(section: str) -> Shown:
    head = DETAILS.split(section, maxsplit=1)[0]
    text = _text(head)
    value, words, cited = (form.search(section) for form in (VALUE, WORDS, CITED))
    counted, out_of = (form.search(text) for form in (COUNTED, OUT_OF))
    return Shown(
        value=html.unescape(value[1]) if value and value.start() < len(head) else None,
        counted=counted and counted[1],
        out_of=out_of and out_of[1],
        left_out=sum(int(number.replace(",", "")) for number in LEFT_OUT.findall(text)),
        is_silent=SILENT in text,
        words=" ".join(_text(words[1]).split()) if words and words.start() < len(head) else "",
        citation=_text(cited[1]) if cited else "",
    )


def _text(part: str) -> str:
    return html.unescape(TAG.sub("\n", part))
