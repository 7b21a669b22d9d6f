"""A site whose every field holds what a hostile writer would try: the texts of `tests/site/hostile.tsv`."""

import re
from itertools import count
from pathlib import Path
from typing import NamedTuple

from tests.support.fields import is_text, plant
from tests.support.workshop import Built, Page
from yishi.model.keys import KeySpec
from yishi.model.records.field_types import MultilineText, Name, OptionalMultilineText, Summary, Title

REFUSED = "refused"
"""The class of vectors that no text may hold."""
TABLE = Path(__file__).parents[1] / "site/hostile.tsv"
_ESCAPE = re.compile(r"\\(?:(\\)|(t)|(n)|u([0-9a-f]{4})|U([0-9a-f]{8}))")


class Vector(NamedTuple):
    """A text that would do harm where it is taken for anything but text; its class says where."""

    kind: str
    text: str


def read_vectors() -> list[Vector]:
    """The rows of the table; in it \\n, \\t, \\u and \\U stand for what they do in Python."""
    rows = (line.split("\t") for line in TABLE.read_text("utf-8").splitlines()[1:])
    return [Vector(kind, _ESCAPE.sub(_unescaped, text)) for kind, text in rows]


def _unescaped(match: re.Match[str]) -> str:
    backslash, tab, line, *codes = match.groups()
    return backslash or (tab and "\t") or (line and "\n") or chr(int("".join(filter(None, codes)), 16))


def attack(content: Path, start: int = 0) -> set[tuple[str, str]]:
    """Plants the vectors in every text of a content folder, from the one numbered `start` on; the pairs of field and
    vector. A label by which other records name something is exchanged there too."""
    vectors, numbers = [text for kind, text in read_vectors() if kind != REFUSED], count(start)
    planted, labels = set[tuple[str, str]](), dict[str, str]()

    def take(field: str, single: bool, most: int) -> str:
        while True:
            text = vectors[next(numbers) % len(vectors)]
            text = " ".join(text.split("\n")) if single else text
            if len(text) <= most and text.strip():
                planted.add((field, text))
                return text

    def write(field: str, spec: KeySpec, old: str) -> str:
        if (not is_text(spec) and field not in _FREE) or field in NOT_PLANTED:
            return old
        single = spec.hint not in (MultilineText, OptionalMultilineText, Summary) and not spec.prose
        number = _IN_PROSE if spec.prose else 1 if single or spec.hint == Summary else 3
        most = {Title: 60, Name: 200, Summary: 280}.get(spec.hint, 1000)
        new = ("\n\n" if spec.prose else "\n").join(take(field, single, most) for _ in range(number))
        if field in LABELS:
            labels[old] = new
        return new

    plant(content, write)
    plant(content, lambda field, spec, old: labels.get(old, old) if spec.by_site or field in BY_LABEL else old)
    return planted


_IN_PROSE = 30
_FREE = {"Place.code", "Place.owners", "Item.code"}
NOT_PLANTED = {"Site.countries", "Site.columns", "Allowance.text", "Case.stages_shown"}
"""Fields in which only certain words may stand."""
LABELS = {"Stage.label", "Stage.full_label", "Level.label", "Criterion.label", "Translation.title", "OwnTerms.values"}
BY_LABEL = {"LogEntry.stage", "Case.stages_shown", "Issue.level", "Judgement.key"}


# --- what a page may consist of ---------------------------------------------------------------------------------------

FROM_MARKDOWN = {
    *((tag, None) for tag in (
        "h2", "h3", "h4", "h5", "h6", "p", "ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td", "blockquote",
        "pre", "code", "em", "strong", "del", "sup", "sub", "a", "img", "br", "hr")),
    *((f"h{level}", "id") for level in range(2, 7)), ("a", "href"), ("a", "title"), ("a", "rel"), ("a", "id"),
    ("sup", "id"), ("img", "src"), ("img", "alt"), ("img", "title"), ("ol", "start"), ("th", "class"), ("td", "class")}
"""What a text in Markdown may add to a page: elements (None) and their attributes; the ids are made by the program."""
SCHEMES = {"http", "https", "mailto", "tel", "webcal"}
"""Where links may lead; the last one is written by templates, to calendars."""


def parts_of(page: Page) -> set[tuple[str, str | None]]:
    """The elements of a page (None), and their attributes."""
    return {(element.name, name) for element in page.elements for name in (None, *element.attributes)}


def list_known_parts(harmless: Built) -> set[tuple[str, str | None]]:
    """What pages consist of whatever is written: what they have with harmless texts, and what Markdown adds."""
    return FROM_MARKDOWN.union(*map(parts_of, harmless.pages.values()))
