"""`new`: write a new record, place or site."""

import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from .. import __version__
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
from .usage import WrongUsage, get_program_name


def run_new_command(choices: dict[str, Any]) -> None:
    """Write a new record, or the records of a new site; exits with 2 if it is unclear which."""
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
    """The kind of record, by its key or its name in any language."""
    language = get_language(choices["tag"] or "en")
    kinds = ", ".join(NEW_KINDS)
    question, missing = (marked("What do you want to create? One of: {kinds}"),
                         marked("name the kind of record to create: {kinds}"))
    name = choices["kind"] or _prompt_or_fail(language.text(question, kinds=kinds), language.text(missing, kinds=kinds))
    kind = get_built_in_vocabulary().key("record_kind", name)
    if kind is None:
        near = find_nearest_word(name, NEW_KINDS)
        raise WrongUsage(marked("there is no kind of record called {text}; the kinds are {kinds}"), near or "",
                         text=name, kinds=kinds)
    return kind


def _prompt_or_fail(question: str, missing: str, convert: Callable[[str], Any] | None = None) -> Any:
    """The answer typed at a terminal; without a terminal a usage error with the text `missing`."""
    if not sys.stdin.isatty():
        raise click.UsageError(missing)
    return click.prompt(question, value_proc=convert)


# --- a site -----------------------------------------------------------------------------------------------------------


def _write_new_site(choices: dict[str, Any]) -> None:
    language = get_language(choices["tag"] or ("en" if choices["kit"].startswith("en") else "zh-Hans"))
    question, missing = marked("The new folder"), marked("name the new folder, as in: new site FOLDER")
    folder, *title = choices["words"] or [_prompt_or_fail(language.text(question), language.text(missing))]
    town = Path(folder)
    is_used = any(not is_leftover(path) and not path.startswith(".git/")
                  for path in files.scan_folder(town, hidden=True))
    if is_used or (town.exists() and not town.is_dir()):
        raise click.UsageError(language.text(marked("the folder {folder} is not empty; choose a new one"),
                                             folder=folder))
    _refuse_personal_data(" ".join(title))
    kit = files.read_kit(choices["kit"])
    if title:
        kit["content/site.yaml"] = replace_site_title(kit["content/site.yaml"], " ".join(title))
    for path, data in kit.items():
        files.create_file(town, path, data.replace(b"@VERSION@", __version__.encode()))
    shown_content, shown_site = (_quote_argument((town / part).as_posix()) for part in ("content", "site"))
    title_shown, program = _quote_argument(language.text(marked("WHAT IT IS ABOUT"))), get_program_name()
    print_lines([OutputLine(language.text(marked("A site is in {folder}. Now write its first issue, and look at it:"),
                                          folder=folder)),
                 OutputLine(f"  {program} new issue --content {shown_content} {title_shown}"),
                 OutputLine(f"  {program} serve --content {shown_content} --output {shown_site} --open")])


def _quote_argument(word: str) -> str:
    """An argument quoted for all shells, including that of Windows."""
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
    language = get_language(choices["tag"] or tag)
    place, title = _resolve_place_and_title(kind, choices["words"], library, language)
    references = _default_references(kind, place, checked)
    scaffold_context = ScaffoldContext(tag, library.vocabulary, checked.as_of, references)
    found = {file: files.read_file(content, file) if _is_collection(file) else b"" for file in checked.file_stats}
    try:
        new = draft_record(kind, place, title, scaffold_context, found)
        data = append_entry(new.file, found.get(new.file, b""), new.text) if new.is_appended else new.text.encode()
    except CannotAppend as unfit:
        message = language.text(marked("nothing can be added to the file of this kind ({kind}): {reason}"), kind=kind,
                                reason=language.text(str(unfit)))
        raise click.UsageError(message) from None
    _refuse_invalid_title(kind, new, title, choices, language)
    (files.replace_file if new.file in found else files.create_file)(content, new.file, data)
    print_lines([OutputLine(language.text(marked("Written: {file}"), file=content / new.file))])


def _is_collection(file: str) -> bool:
    location = locate_record(file)
    return location is not None and location.kind in COLLECTIONS


def _refuse_invalid_title(kind: str, new: NewRecord, title: str, choices: dict[str, Any], language: Language) -> None:
    """Report an invalid title as the check does, and write nothing."""
    location = locate_record(new.file)
    assert location
    _refuse_personal_data(title)
    errors: Sequence[Problem] = select_errors(read_records(SourceFile(new.file, new.text.encode()), location).problems)
    if errors:
        print_lines(format_problem_lines(errors, {**choices, "style": "text", "quiet": True}, language))
        sys.exit(1)


def _refuse_personal_data(title: str) -> None:
    if mask_personal_data(title) != title:
        raise WrongUsage(marked("the title holds personal data: {title}. Leave it out"), title=title)


def _default_references(kind: str, place: str, checked: CheckedContent) -> dict[str, str]:
    """Key → the record that a new one refers to: the issue last written, or a location; the place; a source. For a
    place without parent, its kind: a town."""
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
        key, paths = "issues", [location.path for file, _ in written if (location := locate_record(file))
                                and location.kind == "issue" and location.place == place]
        if not paths:
            key, paths = "location", [path for path in checked.library.locations if get_place_of(path) == place]
    return {key: _last_path_part(paths[-1])} if paths else {}


def _last_path_part(path: str) -> str:
    return path.rpartition("/")[2]


# --- which place, which title -----------------------------------------------------------------------------------------


def _resolve_place_and_title(kind: str, words: Sequence[str], library: Library, language: Language) -> tuple[str, str]:
    """The path of the place ("" = none), and the title: as typed, else as answered at the terminal."""
    if kind == "place":
        name, *parent = words or [_require_title("", language)]
        return _resolve_place(" ".join(parent), library) if parent else "", name
    if not KINDS[kind].is_placed:
        return "", _require_title(" ".join(words), language)
    if len(words) > 1:
        return _resolve_place(words[0], library), " ".join(words[1:])
    matches = _places_matching(words[0], library) if words else []
    if len(matches) == 1:
        return matches[0], _require_title("", language)
    return _choose_place(library, language), _require_title(words[0] if words else "", language)


def _require_title(typed: str, language: Language) -> str:
    question, missing = marked("Title"), marked("say what it is called, as the last word of the command")
    title = typed or str(_prompt_or_fail(language.text(question), language.text(missing)))
    if not title.strip():
        raise click.UsageError(language.text(missing))
    return title.strip()


def _choose_place(library: Library, language: Language) -> str:
    """The only place without places below it; if there are several, the one chosen at the terminal."""
    leaves = [path for path in library.places if not library.children.get(path)]
    if len(leaves) == 1:
        return leaves[0]
    if not leaves:
        message = marked("there is no place yet; begin with: {program} new place NAME")
        raise click.UsageError(language.text(message, program=get_program_name()))
    names = language.text(", ").join(f"{_last_path_part(path)} {place.name}" for path, place in library.places.items())
    question = language.text(marked("In which place? One of: {places}"), places=names)
    missing = language.text(marked("say in which place, before the title: {places}"), places=names)

    def chosen(typed: str) -> str:
        try:
            return _resolve_place(typed, library)
        except WrongUsage as misuse:
            raise click.UsageError(misuse.translate_message(language)) from None

    return str(_prompt_or_fail(question, missing, chosen))


def _resolve_place(typed: str, library: Library) -> str:
    """The path of the place. Raises WrongUsage unless exactly one matches."""
    matches = _places_matching(typed, library)
    if len(matches) != 1:
        near = ", ".join(matches) or ReferenceIndex(library.places).find_nearest_id(normalize_separators(typed))
        several, none = marked("several places are called {text}"), marked("there is no place called {text}")
        raise WrongUsage(several if matches else none, near or "", text=typed)
    return matches[0]


def _places_matching(typed: str, library: Library) -> list[str]:
    """The places that match a path, an id or a name."""
    path = normalize_separators(typed)
    path = path[path.find("places/"):] if "places/" in path else path
    by_id = ReferenceIndex(library.places).resolve(path, "")
    return by_id or [one for one, place in library.places.items() if place.name == typed.strip()]
