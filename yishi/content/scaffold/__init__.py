"""New records: kind, place, title → a file and what stands in it, so that it passes the check as it is."""

from collections.abc import Collection, Mapping
from textwrap import indent

from msgspec import Struct

from ...model.kinds import COLLECTIONS, KINDS, TABLES
from ...model.language import marked
from ...model.paths import free_name, slot_of
from ..sources import Document, Items, Pairs, Source, read
from .text import Setting, body_of, scalar, text_of

__all__ = ["NEW_KINDS", "New", "Setting", "Unfit", "added", "new_record", "titled"]

NEW_KINDS = tuple(kind for kind in (*TABLES, "site") if KINDS[kind].new)
"""The kinds of which there may be a new one; what is withdrawn was there before."""


class Unfit(Exception):
    """The file to which an entry was to be added is not such that it can be done; why, in words to be translated."""


class New(Struct, frozen=True):
    """A new record: its file, its own path, and the text of the file; `adds`: of the entry to be added to it."""

    file: str
    path: str
    text: str
    adds: bool


def new_record(kind: str, place: str, title: str, setting: Setting, files: Mapping[str, bytes]) -> New:
    """A record of this kind called `title`, in the place at this path ("" = at the top; of a place: the one above it).

    `files`: the files there are, with their bytes where they are collections. Raises Unfit if its collection cannot be
    added to.
    """
    if kind in COLLECTIONS:
        return _entry(kind, place, title, setting, files)
    folder = f"{place or 'places'}" if kind == "place" else "/".join(filter(None, (place, KINDS[kind].folder)))
    name = free_name(title, _taken(folder, files), kind=kind)
    keys, body = text_of(kind, title, setting), body_of(kind, setting)
    if kind == "place":
        return New(f"{folder}/{name}/place.yaml", f"{folder}/{name}", keys, adds=False)
    if KINDS[kind].new.startswith("md"):
        return New(f"{folder}/{name}.md", f"{folder}/{name}", f"---\n{keys}---\n{body}", adds=False)
    return New(f"{folder}/{name}.yaml", f"{folder}/{name}", keys, adds=False)


def _taken(folder: str, files: Collection[str]) -> set[str]:
    """The names in a folder, without their endings."""
    inside = (file.removeprefix(f"{folder}/") for file in files if file.startswith(f"{folder}/"))
    return {name.partition("/")[0].partition(".")[0].casefold() for name in inside}


# --- entries of a file of several -------------------------------------------------------------------------------------


def _entry(kind: str, place: str, title: str, setting: Setting, files: Mapping[str, bytes]) -> New:
    path = "/".join(filter(None, (place, KINDS[kind].folder)))
    file = next((file for file in files if (slot := slot_of(file)) and slot.path == path), f"{path}.yaml")
    root = _entries(file, files.get(file, b""))
    keys = indent(text_of(kind, title, setting), "  ")
    if isinstance(root, Items) or (not root.pairs and kind == "figure"):
        name, text = str(len(root.items) + 1 if isinstance(root, Items) else 1), f"- {keys[2:]}"
    else:
        name = free_name(title, {key.text for key, _ in root.pairs})
        text = f"{name}:\n{keys}"
    return New(file, f"{path}/{name}", indent(text, " " * (root.column - 1)), adds=True)


def _entries(file: str, data: bytes) -> Pairs | Items:
    if file.endswith(".md"):
        raise Unfit(marked("it is a Markdown file"))
    document = read(Source(file, data))
    if document.problems or document.root is None:
        raise Unfit(marked("it has mistakes; correct them first"))
    return document.root


def added(file: str, data: bytes, entry: str) -> bytes:
    """A file with one entry more at its end; no byte before it changes. Raises Unfit if that would not be read so."""
    end = b"\r\n" if b"\r\n" in data else b"\n"
    gap = b"" if not data else end if data.endswith(b"\n") else end * 2
    longer = data + gap + entry.encode().replace(b"\n", end)
    before, after = read(Source(file, data)), read(Source(file, longer))
    if after.problems or _said(after)[:-1] != _said(before):
        raise Unfit(marked("its entries do not stand one below the other"))
    return longer


def _said(document: Document) -> tuple[object, ...]:
    return document.root.items if isinstance(document.root, Items) else getattr(document.root, "pairs", ())


# --- a site -----------------------------------------------------------------------------------------------------------


def titled(site: bytes, title: str) -> bytes:
    """The `site.yaml` of a kit, whose first line is its title, with another one."""
    first, _, rest = site.decode().partition("\n")
    return f"{first.partition(':')[0]}: {scalar(title)}\n{rest}".encode()
