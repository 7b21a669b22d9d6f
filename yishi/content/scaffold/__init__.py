"""Create new records: kind, place, title → a file whose content is valid as it is."""

from collections.abc import Collection, Mapping
from textwrap import indent

from msgspec import Struct

from ...model.kinds import COLLECTIONS, KINDS, TABLES
from ...model.language import marked
from ...model.paths import locate_record, suggest_file_name
from ..yaml_source import MappingNode, SequenceNode, SourceDocument, SourceFile, parse_source
from .record_template import ScaffoldContext, quote_scalar, render_record_body, render_record_keys

__all__ = ["NEW_KINDS", "CannotAppend", "NewRecord", "ScaffoldContext", "append_entry", "draft_record",
           "replace_site_title"]

NEW_KINDS = tuple(kind for kind in (*TABLES, "site") if KINDS[kind].new_suffix)
"""The kinds of which records can be created; not withdrawals, which concern existing ones."""


class CannotAppend(Exception):
    """An entry cannot be added to the file; the argument is the reason, a message id."""


class NewRecord(Struct, frozen=True):
    """A new record: its file, its own path, and the text of the file; if `is_appended`, of the entry to be appended to
    it."""

    file: str
    path: str
    text: str
    is_appended: bool


def draft_record(kind: str, place: str, title: str, context: ScaffoldContext, files: Mapping[str, bytes]) -> NewRecord:
    """Create a record of this kind with `title`, in the place at this path ("": at the top; for a place: its parent).

    `files`: the existing files, with their bytes where they are collections. Raises CannotAppend if the entry cannot be
    added to its collection.
    """
    if kind in COLLECTIONS:
        return _draft_entry(kind, place, title, context, files)
    folder = f"{place or 'places'}" if kind == "place" else "/".join(filter(None, (place, KINDS[kind].folder)))
    name = suggest_file_name(title, _list_taken_names(folder, files), kind=kind)
    keys = render_record_keys(kind, title, context)
    body = render_record_body(kind, context)
    if kind == "place":
        return NewRecord(f"{folder}/{name}/place.yaml", f"{folder}/{name}", keys, is_appended=False)
    suffix = KINDS[kind].new_suffix
    text = f"---\n{keys}---\n{body}" if suffix == ".md" else keys
    return NewRecord(f"{folder}/{name}{suffix}", f"{folder}/{name}", text, is_appended=False)


def _list_taken_names(folder: str, files: Collection[str]) -> set[str]:
    """The names in a folder, without suffixes."""
    inside = (file.removeprefix(f"{folder}/") for file in files if file.startswith(f"{folder}/"))
    return {name.partition("/")[0].partition(".")[0].casefold() for name in inside}


# --- entries of collections -------------------------------------------------------------------------------------------


def _draft_entry(kind: str, place: str, title: str, context: ScaffoldContext, files: Mapping[str, bytes]) -> NewRecord:
    path = "/".join(filter(None, (place, KINDS[kind].folder)))
    file = next((file for file in files if (location := locate_record(file)) and location.path == path), f"{path}.yaml")
    root = _read_collection(file, files.get(file, b""))
    keys = indent(render_record_keys(kind, title, context), "  ")
    if isinstance(root, SequenceNode) or (not root.pairs and kind == "figure"):
        name = str(len(root.items) + 1 if isinstance(root, SequenceNode) else 1)
        text = f"- {keys[2:]}"
    else:
        name = suggest_file_name(title, {key.text for key, _ in root.pairs})
        text = f"{name}:\n{keys}"
    return NewRecord(file, f"{path}/{name}", indent(text, " " * (root.column - 1)), is_appended=True)


def _read_collection(file: str, data: bytes) -> MappingNode | SequenceNode:
    if file.endswith(".md"):
        raise CannotAppend(marked("it is a Markdown file"))
    document = parse_source(SourceFile(file, data))
    if document.problems or document.root is None:
        raise CannotAppend(marked("it has mistakes; correct them first"))
    return document.root


def append_entry(file: str, data: bytes, entry: str) -> bytes:
    """Append an entry to a file without changing any byte before it. Raises CannotAppend if it would not be parsed
    so."""
    end = b"\r\n" if b"\r\n" in data else b"\n"
    gap = end if data.endswith(b"\n") else end * 2
    longer = data + (gap if data else b"") + entry.encode().replace(b"\n", end)
    before = parse_source(SourceFile(file, data))
    after = parse_source(SourceFile(file, longer))
    if after.problems or _get_entries(after)[:-1] != _get_entries(before):
        raise CannotAppend(marked("its entries do not stand one below the other"))
    return longer


def _get_entries(document: SourceDocument) -> tuple[object, ...]:
    return document.root.items if isinstance(document.root, SequenceNode) else getattr(document.root, "pairs", ())


# --- a site -----------------------------------------------------------------------------------------------------------


def replace_site_title(site: bytes, title: str) -> bytes:
    """The `site.yaml` of a kit, whose first line is its title, with another title."""
    first, _, rest = site.decode().partition("\n")
    return f"{first.partition(':')[0]}: {quote_scalar(title)}\n{rest}".encode()
