"""The page of the office: what was sent is dropped there and taken in, each sender gets a reply, and the site is
published. Files are read, written and moved by `cli.inbox` alone."""

import re
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date
from functools import cache
from importlib import resources
from itertools import count
from pathlib import Path
from typing import Any, Literal
from unicodedata import normalize

import click
from msgspec import Struct
from msgspec.structs import replace

from .. import LANGUAGES
from ..core import files
from ..core.characters import FORBIDDEN_CHARACTERS, format_for_terminal_line
from ..core.hashes import FileStat
from ..core.outputs import Output
from ..library import Library
from ..model.identifiers import WINDOWS_DEVICE_NAMES
from ..model.language import Language, get_language, marked
from ..model.paths import get_record_url
from ..model.problems import Problem, describe_problem, select_errors
from ..model.vocabulary import normalize_word
from ..rendering.render import create_renderer
from ..workbook.describe_changes import count_changes
from ..workbook.import_files import FileResult, find_place_of_record, receive_file
from ..workbook.open_workbook import read_place_of_workbook
from .inbox import IMPORTED_FOLDER, ImportRun, describe_skipped_files, take_in
from .noop import get_report_time
from .publish import PublishPlan, plan_publication, publish_site
from .usage import choose_language, localize_message

MAX_LINES = 40
"""Maximum number of questions in a reply; the answered workbook has all of them."""


class SenderView(Struct, frozen=True):
    """A file on the page: what was taken of it, what is asked, the reply to its sender, the number of the workbook that
    goes with it (-1 = none), the pages that show it, and new locations that can be added from the file `taken`. The
    name is shown in full: the page is for this computer only, and the name says who sent the file."""

    key: str
    name: str
    colour: Literal["green", "yellow", "red"]
    state: str
    reply: str
    questions: tuple[str, ...] = ()
    answer: int = -1
    answer_name: str = ""
    links: tuple[tuple[str, str], ...] = ()
    locations: tuple[str, ...] = ()
    taken: str = ""


class OfficeView(Struct, frozen=True):
    """What the page shows. `others`: tag and name of the other languages; `missing`: names of places of which nothing
    came since the day `since`; `plan`: of publishing, if it was asked for; `target`: where to ("" = not configured)."""

    tag: str
    token: str
    others: tuple[tuple[str, str], ...]
    inbox: str
    senders: tuple[SenderView, ...]
    notes: tuple[str, ...]
    waiting: tuple[str, ...]
    places: tuple[tuple[str, str], ...]
    missing: tuple[str, ...]
    since: str
    target: str
    plan: PublishPlan | None
    report: PublishPlan | None


class OfficeDesk:
    """The page and its state: what was done since the server was started. `lock` keeps builds away meanwhile."""

    def __init__(self, choices: Mapping[str, Any], lock: AbstractContextManager[Any]) -> None:
        self.choices, self.lock = choices, lock
        self.token = secrets.token_urlsafe()
        self.places: Mapping[str, str] = {}
        self.lowest: Sequence[str] = ()
        self.senders: dict[str, SenderView] = {}
        self.notes: tuple[str, ...] = ()
        self.answers: list[Path] = []
        self.plan: PublishPlan | None = None
        self.report: PublishPlan | None = None

    @property
    def inbox(self) -> Path:
        """The folder in which received files lie until they are taken in."""
        return Path(self.choices["inbox"])

    def note_places(self, library: Library) -> None:
        """Remember the places of the library that was built last."""
        self.places = {path: place.name for path, place in library.places.items()}
        self.lowest = [path for path in library.places if not library.children.get(path)]

    # --- what it shows

    def show(self, values: Mapping[str, str]) -> bytes:
        """The page, in the language that `values` of its address name, else in that of the site."""
        language = self._choose_language(values)
        since = _parse_day(values.get("since", "")) or self._today().replace(day=1)
        came = {normalize_word(place) for place in self._places_heard_of(since)}
        names = {path: self.places[path] for path in self.lowest}
        view = OfficeView(
            language.tag, self.token, tuple((tag, _LANGUAGE_NAMES[tag]) for tag in LANGUAGES if tag != language.tag),
            self.inbox.as_posix(), tuple(self.senders.values()), self.notes,
            tuple(self._find_waiting()), tuple(names.items()),
            tuple(name for path, name in names.items() if not came & {normalize_word(path), normalize_word(name)}),
            since.isoformat(), ":".join(self.choices["publish"] or ()), self.plan, self.report)
        return _load_renderer()(Output("office", "office.html", language.tag, view))

    def _find_waiting(self) -> Iterator[str]:
        """What lies in the inbox and was not read, nor written, since the server was started."""
        answers = {answer.as_posix() for answer in self.answers}
        for name in files.scan_folder(self.inbox):
            if (self.inbox / name).as_posix() not in {*self.senders, *answers}:
                yield name

    def find_answer(self, number: int) -> Path | None:
        """The annotated workbook of this number."""
        return self.answers[number] if number < len(self.answers) else None

    def _choose_language(self, values: Mapping[str, str]) -> Language:
        tag = values.get("language", "")
        return get_language(tag) if tag in LANGUAGES else choose_language(self.choices)

    def _today(self) -> date:
        day: date = self.choices["as_of"] or get_report_time().date()
        return day

    def _places_heard_of(self, since: date) -> Iterator[str]:
        """Paths or names of the places of which something lies in the inbox, or was taken in since a day."""
        taken = self.inbox.parent / IMPORTED_FOLDER
        days = {path.partition("/")[0] for path in files.scan_folder(taken)}
        folders = [self.inbox, *(taken / day for day in days if (_parse_day(day) or date.min) >= since)]
        for folder in folders:
            for path, stat in files.scan_folder(folder).items():
                yield from _read_places(folder / path, stat, frozenset(self.lowest))

    # --- what it does

    def act(self, values: Mapping[str, str], sent: Sequence[tuple[str, bytes]]) -> None:
        """Do what a form asks for; what goes wrong is told on the page. `sent`: name and bytes of each file."""
        language = self._choose_language(values)
        action = values.get("action", "")
        self.plan = self.report = None
        with self.lock:
            try:
                if action == "publish":
                    self._publish(values, language)
                elif action == "plan" and self.choices["publish"]:
                    self.plan = plan_publication(self.choices, language)
                else:
                    self._take_in(values, sent, language)
            except click.ClickException as refused:
                self.notes = (localize_message(refused, language),)
            except OSError as error:
                self.notes = (f"{error.filename or ''}: {error.strerror or error}",)

    def _publish(self, values: Mapping[str, str], language: Language) -> None:
        """Publish what was shown; if that has changed since, show it again instead."""
        plan = plan_publication(self.choices, language)
        if plan.is_possible and plan.digest == values.get("plan"):
            self.report = publish_site(self.choices, language)
        else:
            self.plan = plan

    def _take_in(self, values: Mapping[str, str], sent: Sequence[tuple[str, bytes]], language: Language) -> None:
        for name, data in sent:
            store_received_file(self.inbox, name, data)
        adding = self.senders.get(values.get("add", ""))
        if adding and adding.taken:
            files.move_without_overwriting(Path(adding.taken), self.inbox)
        run = take_in({**self.choices, "paths": [self.inbox], "place": values.get("place") or None, "dry_run": False,
                       "adds_locations": adding is not None, "tag": language.tag})
        self.senders = {key: one for key, one in self.senders.items() if one.colour != "red" and one is not adding}
        for result in run.outcome.results:
            view = self._view_sender(result, run)
            self.senders = {view.key: view, **{key: one for key, one in self.senders.items() if key != view.key}}
        self.notes = (*describe_skipped_files(run), *(
            f"{Path(one.path).name}: {describe_problem(one, language)}" for one in run.unsupported))

    def _view_sender(self, result: FileResult, run: ImportRun) -> SenderView:
        language = run.language
        answers = [Path(path) for path in run.list_answers(result.file)]
        self.answers += answers
        asked = [one for one in result.problems if one.level != "notice"]
        colour: Literal["green", "yellow", "red"] = "yellow" if asked else "green"
        view = SenderView(
            result.file.name, _name_files(result),
            colour if result.is_accepted else "red", count_changes(result, language),
            "\n".join(write_reply(result, [one.name for one in answers], language)),
            tuple(_describe_question(one, language) for one in asked),
            len(self.answers) - 1 if answers else -1, answers[0].name if answers else "",
            tuple((f"/{get_record_url(change.path)}", change.title or change.path) for change in result.changes))
        locations = tuple(dict.fromkeys(dict(one.values)["found"].strip("'") for one in asked
                                        if one.code == "location_asked"))
        moved = [path for path in run.moved.get(result.file.name, ()) if path not in run.list_answers(result.file)]
        return replace(view, locations=locations, taken=moved[0] if moved else "")


_LANGUAGE_NAMES = {"zh-Hans": "中文", "en": "English"}


@cache
def _load_renderer() -> Callable[[Output], bytes]:
    page = resources.files(__package__).joinpath("server", "office.html").read_text("utf-8")
    return create_renderer({"office.html": page}, {})


def _parse_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@cache
def _read_places(file: Path, stat: FileStat, lowest: frozenset[str]) -> tuple[str, ...]:
    """Paths or names of the places that a file is about. `stat`: if it differs, it is read again; `lowest`: places
    without others below, whose workbooks hold nothing of another place."""
    data = files.read_file_or_empty(file.parent, file.name)
    place = find_place_of_record(data) or (read_place_of_workbook(data) if file.suffix.lower() == ".xlsx" else "")
    if place in lowest or file.suffix.lower() not in (".xlsx", ".csv"):
        return (place,)
    return (place, *{row.get_text("#place") for row in receive_file(file.name, data).workbook.rows})


# --- what was sent ----------------------------------------------------------------------------------------------------


def store_received_file(inbox: Path, name: str, data: bytes) -> Path:
    """Write a received file into the inbox under its own name, with a number if that is taken by another file; return
    its path. Nothing is overwritten. Raises OSError."""
    clean = clean_file_name(name)
    stem, dot, suffix = clean.rpartition(".")
    mark = "-{}" if ".returned" in clean else "({})"
    for number in count(1):
        file = clean if number == 1 else f"{stem or suffix}{mark.format(number)}{dot and stem and dot + suffix}"
        try:
            files.create_file(inbox, file, data)
        except FileExistsError:
            if files.read_file_or_empty(inbox, file) != data:
                continue
        return inbox / file
    raise AssertionError("numbers do not end")


_UNSAFE_IN_NAMES = re.compile(f'[<>:"|?*\t\n{FORBIDDEN_CHARACTERS}\ud800-\udfff]')
_MAX_NAME_BYTES = 180


def clean_file_name(name: str) -> str:
    """The name of a received file as every system can write it: the last part of a path, without signs that hide it or
    that a system forbids."""
    last = re.split(r"[\\/]", normalize("NFC", name))[-1]
    text = _UNSAFE_IN_NAMES.sub("_", last).strip(" .~$")
    stem, dot, suffix = text.rpartition(".")
    if len(text.encode()) > _MAX_NAME_BYTES:
        text = (stem or suffix).encode()[:_MAX_NAME_BYTES].decode(errors="ignore") + (dot + suffix[:8] if stem else "")
    return f"_{text}" if text.partition(".")[0].casefold() in WINDOWS_DEVICE_NAMES or not text else text


# --- the reply --------------------------------------------------------------------------------------------------------


def write_reply(result: FileResult, answers: Sequence[str], language: Language) -> Iterator[str]:
    """The lines of the reply to a sender. `answers`: names of the workbooks that go with it."""
    asked = [one for one in result.problems if one.level != "notice"]
    errors = select_errors(asked)
    yield language.text(marked("Hello, thank you for “{file}”."), file=_name_files(result))
    numbers = count_changes(result, language)
    if not asked:
        yield language.text(marked("Everything in it was taken in ({numbers}). Nothing is left to do."),
                            numbers=numbers)
        return
    if result.is_accepted:
        yield language.plural("Everything in it was taken in ({numbers}). There is {n} question:",
                              "Everything in it was taken in ({numbers}). There are {n} questions:", len(asked),
                              numbers=numbers)
    else:
        yield language.plural("What was right has been taken in ({numbers}). {n} place has to be corrected:",
                              "What was right has been taken in ({numbers}). {n} places have to be corrected:",
                              len(errors) or len(asked), numbers=numbers)
    lines = [_describe_question(one, language) for one in (*errors, *(one for one in asked if one not in errors))]
    yield from (f"{number}. {line}" for number, line in enumerate(lines[:MAX_LINES], start=1))
    if len(lines) > MAX_LINES:
        yield language.text(marked("and {n} more"), n=language.number(len(lines) - MAX_LINES))
    yield language.text(_ANSWER_TEXTS[bool(answers)], answer=answers[0] if answers else "")


_ANSWER_TEXTS = {
    True: marked("Please write into the attached “{answer}” and send that file back: red cells have to be corrected, "
                 "yellow ones are questions, green ones say how they were read."),
    False: marked("Please correct it and send it again."),
}
"""With an answered workbook or without → what to do."""


def _name_files(result: FileResult) -> str:
    return ", ".join(format_for_terminal_line(Path(file).name) for file in result.file.files)


def _describe_question(problem: Problem, language: Language) -> str:
    text = describe_problem(problem, language)
    return f"{problem.cell}  {text}" if problem.cell else text
