"""`new`: a record, a place or a whole site to begin with."""

import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from ..content.load import read_records
from ..content.privacy import mask_personal_data
from ..content.scaffold import (
    NEW_KINDS,
    CannotAppend,
    NewRecord,
    ScaffoldContext,
    append_entry,
    draft_record,
    replace_site_title,
)
from ..content.yaml_source import SourceFile
from ..core import files
from ..core.characters import format_for_terminal_line
from ..engine.assets import BuildFolders
from ..engine.pipeline import BuildOptions, CheckedContent, check
from ..library import Library
from ..library.reference_index import ReferenceIndex
from ..model.filenames import is_leftover, is_usable_path
from ..model.kinds import COLLECTIONS, KINDS
from ..model.language import Language, get_language, marked
from ..model.paths import get_place_of, locate_record, normalize_separators
from ..model.problems import Problem, select_errors
from ..model.vocabulary import find_nearest_word, get_built_in_vocabulary
from .common import OutputLine, format_problem_lines, print_lines, report_disk_errors
from .noop import get_report_time
from .usage import WrongUsage


def run_new_command(choices: dict[str, Any]) -> None:
    """Writes a new record, or the records of a new site; exits with 2 if it is not clear which."""
    kind = _resolve_kind(choices)
    words = choices["words"][1:] if kind == "site" else choices["words"]
    if wrong := next((word for word in words if not is_usable_path(word)), ""):
        raise WrongUsage(marked("no text can hold this: {text}"), text=format_for_terminal_line(wrong))
    with report_disk_errors():
        if kind == "site":
            _write_new_site(choices)
        else:
            _write_new_record(kind, choices)


def _resolve_kind(choices: dict[str, Any]) -> str:
    """The kind that is meant, by its key or its name in any language."""
    spoken = get_language(choices["tag"] or "en")
    kinds = ", ".join(NEW_KINDS)
    said = choices["kind"] or _prompt_or_fail(
        spoken.text(marked("What do you want to create? One of: {kinds}"), kinds=kinds),
        spoken.text(marked("name the kind of record to create: {kinds}"), kinds=kinds))
    kind = get_built_in_vocabulary().key("record_kind", said)
    if kind is None:
        near = find_nearest_word(said, NEW_KINDS)
        raise WrongUsage(marked("there is no kind of record called {text}; the kinds are {kinds}"), near or "",
                         text=said,
                         kinds=kinds)
    return kind


def _prompt_or_fail(question: str, missing: str, convert: Callable[[str], Any] | None = None) -> Any:
    """What somebody at a terminal answers; where nobody can, a usage error says what is `missing`."""
    if not sys.stdin.isatty():
        raise click.UsageError(missing)
    return click.prompt(question, value_proc=convert)


# --- a site -----------------------------------------------------------------------------------------------------------


def _write_new_site(choices: dict[str, Any]) -> None:
    spoken = get_language(choices["tag"] or ("en" if choices["kit"].startswith("en") else "zh-Hans"))
    question, missing = marked("The new folder"), marked("name the new folder, as in: new site FOLDER")
    folder, *title = choices["words"] or [_prompt_or_fail(spoken.text(question), spoken.text(missing))]
    content = Path(folder)
    there = any(not is_leftover(path) for path in files.scan_folder(content, hidden=True))
    if there or (content.exists() and not content.is_dir()):
        raise click.UsageError(spoken.text(marked("the folder {folder} is not empty; choose a new one"), folder=folder))
    kit = files.read_kit(choices["kit"])
    if title:
        kit["site.yaml"] = replace_site_title(kit["site.yaml"], " ".join(title))
    for path, data in kit.items():
        files.create_file(content, path, data)
    shown, shown_site = _quote_argument(folder), _quote_argument(f"{folder}-site")
    title_shown = _quote_argument(spoken.text(marked("WHAT IT IS ABOUT")))
    print_lines([OutputLine(spoken.text(marked("A site is in {folder}. Now write its first issue, and look at it:"),
                                        folder=folder)),
                 OutputLine(f"  python build.py new issue --content {shown} {title_shown}"),
                 OutputLine(f"  python build.py serve --content {shown} --output {shown_site} --open")])


def _quote_argument(word: str) -> str:
    """A word of a command, as every shell takes it, that of Windows too."""
    return word if re.fullmatch(r"[\w./\\:-]+", word, re.ASCII) else f'"{word}"'


# --- a record ---------------------------------------------------------------------------------------------------------


def _write_new_record(kind: str, choices: dict[str, Any]) -> None:
    content = choices["content"]
    if not content.is_dir():
        raise WrongUsage(marked("--content: there is no folder {folder}; begin with: new site {folder}"),
                         folder=content)
    as_of = choices["as_of"]
    checked = check(BuildOptions(BuildFolders(content, content, content), get_report_time(as_of), as_of=as_of, jobs=1))
    library = checked.library
    tag = library.site.languages[0]
    spoken = get_language(choices["tag"] or tag)
    place, title = _resolve_place_and_title(kind, choices["words"], library, spoken)
    setting = ScaffoldContext(tag, library.vocabulary, checked.as_of, _default_references(kind, place, checked))
    found = {file: files.read_file(content, file) if _is_collection(file) else b"" for file in checked.file_stats}
    try:
        new = draft_record(kind, place, title, setting, found)
        data = append_entry(new.file, found.get(new.file, b""), new.text) if new.is_appended else new.text.encode()
    except CannotAppend as unfit:
        said = spoken.text(marked("nothing can be added to the file of this kind ({kind}): {reason}"), kind=kind,
                           reason=spoken.text(str(unfit)))
        raise click.UsageError(said) from None
    _refuse_invalid_title(kind, new, title, choices, spoken)
    (files.replace_file if new.file in found else files.create_file)(content, new.file, data)
    print_lines([OutputLine(spoken.text(marked("Written: {file}"), file=content / new.file))])


def _is_collection(file: str) -> bool:
    slot = locate_record(file)
    return slot is not None and slot.kind in COLLECTIONS


def _refuse_invalid_title(kind: str, new: NewRecord, title: str, choices: dict[str, Any], spoken: Language) -> None:
    """A title that no record may have is told as the check would tell it, and nothing is written."""
    slot = locate_record(new.file)
    assert slot
    if mask_personal_data(title) != title:
        raise click.UsageError(spoken.text(marked("the title holds personal data: {title}. Leave it out"),
                                           title=mask_personal_data(title)))
    wrong: Sequence[Problem] = select_errors(read_records(SourceFile(new.file, new.text.encode()), slot).problems)
    if wrong:
        print_lines(format_problem_lines(wrong, {**choices, "style": "text", "quiet": True}, spoken))
        sys.exit(1)


def _default_references(kind: str, place: str, checked: CheckedContent) -> dict[str, str]:
    """Key → the record that a new one is about: the issue last written, or a location; the place; a source.

    Of a place that has none above it, its kind: a town rather than a community.
    """
    if kind == "review":
        return {"target": place}
    if kind == "place" and not place:
        label = checked.library.vocabulary.label("place_kind", "town", "zh-Hans")
        return {"kind": label if checked.library.site.languages[0].startswith("zh") else "town"}
    key, paths = "", list[str]()
    if kind == "figure":
        key, paths = "source", list(checked.library.sources)
    elif kind == "case":
        written = sorted(checked.file_stats.items(), key=lambda item: item[1].mtime)
        key, paths = "issues", [slot.path for file, _ in written if (slot := locate_record(file))
                                and slot.kind == "issue" and slot.place == place]
        if not paths:
            key, paths = "location", [path for path in checked.library.locations if get_place_of(path) == place]
    return {key: _last_path_part(paths[-1])} if paths else {}


def _last_path_part(path: str) -> str:
    return path.rpartition("/")[2]


# --- which place, which title -----------------------------------------------------------------------------------------


def _resolve_place_and_title(kind: str, words: Sequence[str], library: Library, spoken: Language) -> tuple[str, str]:
    """The path of the place ("" = none), and the title: as they were typed, else as somebody answers."""
    if kind == "place":
        name, *parent = words or [_require_title("", spoken)]
        return _resolve_place(" ".join(parent), library) if parent else "", name
    if not KINDS[kind].is_placed:
        return "", _require_title(" ".join(words), spoken)
    if len(words) > 1:
        return _resolve_place(words[0], library), " ".join(words[1:])
    meant = _places_matching(words[0], library) if words else []
    if len(meant) == 1:
        return meant[0], _require_title("", spoken)
    return _choose_place(library, spoken), _require_title(words[0] if words else "", spoken)


def _require_title(typed: str, spoken: Language) -> str:
    question, missing = marked("Title"), marked("say what it is called, as the last word of the command")
    title = typed or str(_prompt_or_fail(spoken.text(question), spoken.text(missing)))
    if not title.strip():
        raise click.UsageError(spoken.text(missing))
    return title.strip()


def _choose_place(library: Library, spoken: Language) -> str:
    """The place that has no other below it, if there is one only; else the one that is chosen."""
    leaves = [path for path in library.places if not library.children.get(path)]
    if len(leaves) == 1:
        return leaves[0]
    if not leaves:
        raise click.UsageError(spoken.text(marked("there is no place yet; begin with: python build.py new place NAME")))
    names = spoken.text(", ").join(f"{_last_path_part(path)} {place.name}" for path, place in library.places.items())
    question = spoken.text(marked("In which place? One of: {places}"), places=names)
    missing = spoken.text(marked("say in which place, before the title: {places}"), places=names)

    def chosen(typed: str) -> str:
        try:
            return _resolve_place(typed, library)
        except WrongUsage as misuse:
            raise click.UsageError(misuse.translate_message(spoken)) from None

    return str(_prompt_or_fail(question, missing, chosen))


def _resolve_place(typed: str, library: Library) -> str:
    """The path of the place that is meant. Raises UsageError if it is none, or not one only."""
    meant = _places_matching(typed, library)
    if len(meant) != 1:
        near = ", ".join(meant) or ReferenceIndex(library.places).find_nearest_id(normalize_separators(typed))
        several, none = marked("several places are called {text}"), marked("there is no place called {text}")
        raise WrongUsage(several if meant else none, near or "", text=typed)
    return meant[0]


def _places_matching(typed: str, library: Library) -> list[str]:
    """The places that may be meant by a path, an id or a name."""
    path = normalize_separators(typed)
    path = path[path.find("places/"):] if "places/" in path else path
    by_id = ReferenceIndex(library.places).resolve(path, "")
    return by_id or [one for one, place in library.places.items() if place.name == typed.strip()]
