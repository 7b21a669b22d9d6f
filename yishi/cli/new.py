"""`new`: a record, a place or a whole site to begin with."""

import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from ..content.load import read_records
from ..content.privacy import mask
from ..content.scaffold import NEW_KINDS, New, Setting, Unfit, added, new_record, titled
from ..content.sources import Source
from ..core import files
from ..core.printable import printable
from ..engine.pipeline import BuildOptions, Checked, check
from ..engine.press import Folders
from ..library import Library
from ..library.names import Names
from ..model.filenames import is_fit, is_leftover
from ..model.kinds import COLLECTIONS, KINDS
from ..model.language import Language, language, marked
from ..model.paths import forward, place_of, slot_of
from ..model.problems import Problem, errors
from ..model.vocabulary import built_in, nearest
from .telling import Line, disk_told, problem_lines, tell
from .unchanged import now
from .usage import Misuse


def run(choices: dict[str, Any]) -> None:
    """Writes a new record, or the records of a new site; exits with 2 if it is not clear which."""
    kind = _kind(choices)
    words = choices["words"][1:] if kind == "site" else choices["words"]
    if wrong := next((word for word in words if not is_fit(word)), ""):
        raise Misuse(marked("no text can hold this: {text}"), text=printable(wrong))
    with disk_told():
        if kind == "site":
            _new_site(choices)
        else:
            _new_record(kind, choices)


def _kind(choices: dict[str, Any]) -> str:
    """The kind that is meant, by its key or its name in any language."""
    spoken = language(choices["tag"] or "en")
    kinds = ", ".join(NEW_KINDS)
    said = choices["kind"] or _asked(spoken.text(marked("What is to be new? One of: {kinds}"), kinds=kinds),
                                     spoken.text(marked("say what is to be new: {kinds}"), kinds=kinds))
    kind = built_in().key("record_kind", said)
    if kind is None:
        near = nearest(said, NEW_KINDS)
        raise Misuse(marked("there is no kind of record called {text}; the kinds are {kinds}"), near or "", text=said,
                     kinds=kinds)
    return kind


def _asked(question: str, missing: str, convert: Callable[[str], Any] | None = None) -> Any:
    """What somebody at a terminal answers; where nobody can, a usage error says what is `missing`."""
    if not sys.stdin.isatty():
        raise click.UsageError(missing)
    return click.prompt(question, value_proc=convert)


# --- a site -----------------------------------------------------------------------------------------------------------


def _new_site(choices: dict[str, Any]) -> None:
    spoken = language(choices["tag"] or ("en" if choices["kit"].startswith("en") else "zh-Hans"))
    folder, *title = choices["words"] or [_asked(spoken.text(marked("The new folder")),
                                                 spoken.text(marked("name the new folder, as in: new site FOLDER")))]
    content = Path(folder)
    there = any(not is_leftover(path) for path in files.scan(content, hidden=True))
    if there or (content.exists() and not content.is_dir()):
        raise click.UsageError(spoken.text(marked("the folder {folder} is not empty; choose a new one"), folder=folder))
    kit = files.kit(choices["kit"])
    if title:
        kit["site.yaml"] = titled(kit["site.yaml"], " ".join(title))
    for path, data in kit.items():
        files.create(content, path, data)
    title_shown = _quoted(spoken.text(marked("WHAT IT IS ABOUT")))
    tell([Line(spoken.text(marked("A site is in {folder}. Now write its first issue, and look at it:"), folder=folder)),
          Line(f"  python build.py new issue --content {_quoted(folder)} {title_shown}"),
          Line(f"  python build.py serve --content {_quoted(folder)} --output {_quoted(f'{folder}-site')} --open")])


def _quoted(word: str) -> str:
    """A word of a command, as every shell takes it, that of Windows too."""
    return word if re.fullmatch(r"[\w./\\:-]+", word, re.ASCII) else f'"{word}"'


# --- a record ---------------------------------------------------------------------------------------------------------


def _new_record(kind: str, choices: dict[str, Any]) -> None:
    content = choices["content"]
    if not content.is_dir():
        raise Misuse(marked("--content: there is no folder {folder}; begin with: new site {folder}"), folder=content)
    as_of = choices["as_of"]
    checked = check(BuildOptions(Folders(content, content, content), now(as_of), as_of=as_of, jobs=1))
    library = checked.library
    tag = library.site.languages[0]
    spoken = language(choices["tag"] or tag)
    place, title = _place_and_title(kind, choices["words"], library, spoken)
    setting = Setting(tag, library.vocabulary, checked.as_of, _about(kind, place, checked))
    found = {file: files.read(content, file) if _is_collection(file) else b"" for file in checked.found}
    try:
        new = new_record(kind, place, title, setting, found)
        data = added(new.file, found.get(new.file, b""), new.text) if new.adds else new.text.encode()
    except Unfit as unfit:
        said = spoken.text(marked("nothing can be added to the file of this kind ({kind}): {reason}"), kind=kind,
                           reason=spoken.text(str(unfit)))
        raise click.UsageError(said) from None
    _refuse_wrong(kind, new, title, choices, spoken)
    (files.replace if new.file in found else files.create)(content, new.file, data)
    tell([Line(spoken.text(marked("Written: {file}"), file=content / new.file))])


def _is_collection(file: str) -> bool:
    slot = slot_of(file)
    return slot is not None and slot.kind in COLLECTIONS


def _refuse_wrong(kind: str, new: New, title: str, choices: dict[str, Any], spoken: Language) -> None:
    """A title that no record may have is told as the check would tell it, and nothing is written."""
    slot = slot_of(new.file)
    assert slot
    if mask(title) != title:
        raise click.UsageError(spoken.text(marked("the title holds personal data: {title}. Leave it out"),
                                           title=mask(title)))
    wrong: Sequence[Problem] = errors(read_records(Source(new.file, new.text.encode()), slot).problems)
    if wrong:
        tell(problem_lines(wrong, {**choices, "style": "text", "quiet": True}, spoken))
        sys.exit(1)


def _about(kind: str, place: str, checked: Checked) -> dict[str, str]:
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
        written = sorted(checked.found.items(), key=lambda item: item[1].mtime)
        key, paths = "issues", [slot.path for file, _ in written if (slot := slot_of(file))
                                and slot.kind == "issue" and slot.place == place]
        if not paths:
            key, paths = "location", [path for path in checked.library.locations if place_of(path) == place]
    return {key: _id(paths[-1])} if paths else {}


def _id(path: str) -> str:
    return path.rpartition("/")[2]


# --- which place, which title -----------------------------------------------------------------------------------------


def _place_and_title(kind: str, words: Sequence[str], library: Library, spoken: Language) -> tuple[str, str]:
    """The path of the place ("" = none), and the title: as they were typed, else as somebody answers."""
    if kind == "place":
        name, *parent = words or [_title("", spoken)]
        return _place(" ".join(parent), library) if parent else "", name
    if not KINDS[kind].is_placed:
        return "", _title(" ".join(words), spoken)
    if len(words) > 1:
        return _place(words[0], library), " ".join(words[1:])
    meant = _meant(words[0], library) if words else []
    if len(meant) == 1:
        return meant[0], _title("", spoken)
    return _only_place(library, spoken), _title(words[0] if words else "", spoken)


def _title(typed: str, spoken: Language) -> str:
    question, missing = marked("Title"), marked("say what it is called, as the last word of the command")
    title = typed or str(_asked(spoken.text(question), spoken.text(missing)))
    if not title.strip():
        raise click.UsageError(spoken.text(missing))
    return title.strip()


def _only_place(library: Library, spoken: Language) -> str:
    """The place that has no other below it, if there is one only; else the one that is chosen."""
    leaves = [path for path in library.places if not library.children.get(path)]
    if len(leaves) == 1:
        return leaves[0]
    if not leaves:
        raise click.UsageError(spoken.text(marked("there is no place yet; begin with: python build.py new place NAME")))
    names = spoken.text(", ").join(f"{_id(path)} {place.name}" for path, place in library.places.items())
    question = spoken.text(marked("In which place? One of: {places}"), places=names)
    missing = spoken.text(marked("say in which place, before the title: {places}"), places=names)

    def chosen(typed: str) -> str:
        try:
            return _place(typed, library)
        except Misuse as misuse:
            raise click.UsageError(misuse.told(spoken)) from None

    return str(_asked(question, missing, chosen))


def _place(typed: str, library: Library) -> str:
    """The path of the place that is meant. Raises UsageError if it is none, or not one only."""
    meant = _meant(typed, library)
    if len(meant) != 1:
        near = ", ".join(meant) or Names(library.places).nearest(forward(typed))
        several, none = marked("several places are called {text}"), marked("there is no place called {text}")
        raise Misuse(several if meant else none, near or "", text=typed)
    return meant[0]


def _meant(typed: str, library: Library) -> list[str]:
    """The places that may be meant by a path, an id or a name."""
    path = forward(typed)
    path = path[path.find("places/"):] if "places/" in path else path
    by_id = Names(library.places).meant(path, "")
    return by_id or [one for one, place in library.places.items() if place.name == typed.strip()]
