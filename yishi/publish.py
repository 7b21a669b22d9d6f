"""From planned outputs to files: what is stale is made and written, what nothing makes any more is deleted."""

import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from jinja2 import TemplateSyntaxError

from . import digests, files, images, traces
from .digests import OnDisk
from .facts import Facts
from .images import Rendition
from .outputs import Output, Plan
from .problems import Problem
from .reading import Watch
from .render import closure, references, renderer
from .traces import Mark, Trace
from .workers import share_out

_TEMPLATES = (".html", ".xml")
_STATIC = "static/"
_PHOTOS_WORTH_SHARING = 4
"""To convert one takes as long as to write hundreds of pages."""

_SIGN = "data/statistics.json"
"""The file by which a site of Yishi's is known where no trace of it is left."""

@dataclass(frozen=True)
class Published:
    """How many files were written, left as they were, and deleted; `cached` tells whether the trace could be kept."""

    written: int
    unchanged: int
    removed: int
    cached: bool


@dataclass(frozen=True)
class Folders:
    """Where a build takes from and writes to."""

    content: Path
    templates: Path
    output: Path


class ForeignFile(Exception):
    """The output folder holds a file that is not Yishi's where one is to be written; its path."""


class TemplateMistake(Exception):
    """A template cannot be used; holds the problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem


def publish(planned: Sequence[Plan], folders: Folders, made_with: Facts, code: str, watch: Watch,
            *, full: bool, jobs: int = 1) -> Published:
    """Makes the output folder hold exactly `planned`, and the static files beside the templates.

    `made_with`: the facts of the site; `code`: the digest of the program. With `full` everything is made anew and
    compared. Files that no earlier build wrote are not touched. Raises ForeignFile, TemplateMistake, OSError.
    """
    cache = files.cache_file(folders.content, "trace", folders.output)
    before = traces.loaded(files.read_cache(cache))
    press = _press(folders, Trace() if full else before, code, anew=full)
    plans = {plan.path: plan for plan in (*planned, *press.static)}
    lying = files.scan(folders.output, hidden=True)
    _spare_foreign_files(plans, before, lying)
    known = {} if full else before.outputs
    bases = {path: press.basis(plan, known.get(path)) for path, plan in plans.items()}
    facts = traces.today(Trace() if full else before, made_with.digests)
    changed = set() if full else traces.changed(before, facts)
    stale = [path for path in plans if traces.reason(known.get(path), bases[path], changed, lying.get(path))]
    gone = traces.orphans(before, plans)
    if gone or not before.outputs.keys() >= set(stale):  # what this build writes is known to the next, come what may
        files.write_cache(cache, traces.dumped(_announced(before, stale)))
    watch("write", 0, len(stale))
    work = _Work(press, plans, lying, folders, made_with.uses)
    photos = [path for path in stale if _is_photo(plans[path])]
    pages = [path for path in stale if not _is_photo(plans[path])]
    made = [one for paths, worth in ((pages, None), (photos, _PHOTOS_WORTH_SHARING))
            for part in share_out(work.make_all, paths, jobs, worth) for one in part]
    watch("write", len(stale), len(stale))
    if stale or gone:
        _forget_photos(folders.content, plans.values(), press.converter)
    removed = files.remove(folders.output, [path for path in gone if path in lying])
    marks, facts = traces.numbered({one.path: (one.mark, one.uses) for one in made}, facts, made_with.digests)
    outputs = {path: marks.get(path) or before.outputs[path] for path in plans}
    trace = Trace(outputs, facts, press.templates, press.shells)
    cached = trace == before or files.write_cache(cache, traces.dumped(trace))
    written = sum(one.is_new for one in made)
    return Published(written, len(plans) - written, removed, cached)


def _announced(before: Trace, stale: Iterable[str]) -> Trace:
    return replace(before, outputs={**dict.fromkeys(stale, traces.UNKNOWN), **before.outputs})


# --- what is made -----------------------------------------------------------------------------------------------------


class _Made(NamedTuple):
    """One output that was made: its mark, the facts it used, and whether its file is new."""

    path: str
    mark: Mark
    uses: tuple[str, ...]
    is_new: bool


@dataclass(frozen=True, slots=True)
class _Work:
    """All that is needed to make the outputs that are stale."""

    press: "_Press"
    plans: Mapping[str, Plan]
    lying: Mapping[str, OnDisk]
    folders: Folders
    uses: set[str]

    def make_all(self, paths: Sequence[str]) -> list[_Made]:
        """Makes and writes the outputs at `paths`."""
        make = self.press.maker(self.folders)
        return [self._make(path, make) for path in paths]

    def _make(self, path: str, make: Callable[[Output], bytes]) -> _Made:
        plan, lying = self.plans[path], self.lying.get(path)
        self.uses.clear()
        output = plan.output()
        uses = tuple(sorted(self.uses))
        basis = traces.basis(plan.given, self.press.code, self.press.shells.get(output.template, ""))
        lies, is_new = _put(self.folders.output, path, make(output), lying)
        return _Made(path, Mark(lies.size, lies.mtime, output.template, basis), uses, is_new)


def _spare_foreign_files(outputs: Mapping[str, Plan], before: Trace, lying: Mapping[str, OnDisk]) -> None:
    """A folder that holds no site of Yishi's, by its trace or by its statistics, is not written over.

    Nor is a link, or a file, followed or replaced where the site needs a folder.
    """
    foreign = lying.keys() - outputs.keys()
    if foreign and (in_the_way := foreign & {above for path in outputs for above in _folders_above(path)}):
        raise ForeignFile(min(in_the_way))
    if before.outputs or _SIGN in lying:
        return
    for path in outputs:
        if path in lying:
            raise ForeignFile(path)


def _folders_above(path: str) -> Iterator[str]:
    while path := path.rpartition("/")[0]:
        yield path


def _put(folder: Path, path: str, data: bytes, lying: OnDisk | None) -> tuple[OnDisk, bool]:
    """Writes a file unless it holds `data` already; how it then lies, and whether it was written."""
    if lying and lying.size == len(data) and files.read(folder, path) == data:
        return lying, False
    return files.write(folder, path, data), True


# --- templates and static files ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Press:
    """What views are printed with: the templates and their digests, the addresses of static files, the program."""

    sources: Mapping[str, str]
    assets: Mapping[str, str]
    templates: str
    shells: Mapping[str, str]
    static: Sequence[Plan]
    code: str
    converter: str
    anew: bool

    def basis(self, plan: Plan, mark: Mark | None) -> str:
        """What is known of an output before it is made; its template is that of the last time."""
        return traces.basis(plan.given, self.code, self.shells.get(mark.template, "") if mark else "")

    def maker(self, folders: Folders) -> Callable[[Output], bytes]:
        """What turns an output into its bytes."""
        render = renderer(self.sources, self.assets)

        def make(output: Output) -> bytes:
            if output.photo:
                return self._converted(folders.content, output.file, output.photo, output.body.decode())
            if output.file:
                return files.read(folders.content, output.file)
            try:
                return render(output)
            except Exception as error:  # whatever the expressions of a template may raise
                frames = traceback.extract_tb(error.__traceback__)
                places = [(frame.filename, frame.lineno or 1) for frame in frames if frame.filename in self.sources]
                raise _mistake(str(error), folders, *(places or [(output.template, 1)])[-1]) from error

        return make

    def _converted(self, content: Path, file: str, wanted: Rendition, digest: str) -> bytes:
        """A photo as a rendition: from the cache, or converted."""
        cache = files.photo_cache(content)
        known = b"" if self.anew else files.read_cache(cache / _photo_key(digest, wanted, self.converter))
        if known:
            return known
        original = files.read(content, file)
        made = images.convert(original, wanted)
        files.write_cache(cache / _photo_key(digests.digest(original), wanted, self.converter), made)
        return made


def _press(folders: Folders, before: Trace, code: str, *, anew: bool) -> _Press:
    """What the templates and static files of this build give; nothing is looked for in templates that have not changed.

    Raises TemplateMistake.
    """
    sources, static = _read_templates(folders)
    assets = {name: _asset_path(name, data) for name, data in static.items()}
    templates = digests.digest(repr((sorted(sources.items()), sorted(assets.items()), code)).encode())
    shells = before.shells if before.templates == templates else _shells(sources, assets, folders)
    plans = [Plan(assets[name], _asset, data, (digests.digest(data),)) for name, data in static.items()]
    return _Press(sources, assets, templates, shells, [replace(plan, given=(*plan.given, plan.path)) for plan in plans],
                  code, files.converter_digest(images.CODECS), anew)


def _asset(data: bytes, of: str, path: str) -> Output:
    return Output(path, body=data)


def _photo_key(original: str, wanted: Rendition, converter: str) -> str:
    """What a converted photo is kept under: all that its bytes depend on."""
    return digests.digest(f"{original} {wanted.type} {wanted.width} {wanted.height} {converter}".encode())


def _is_photo(plan: Plan) -> bool:
    return bool(plan.given) and isinstance(plan.given[0], Rendition)


def _forget_photos(content: Path, planned: Iterable[Plan], converter: str) -> None:
    """The cache keeps no photo that is not published: it may have been taken back."""
    outputs = [plan.output() for plan in planned if _is_photo(plan)]
    shown = {_photo_key(one.body.decode(), one.photo, converter) for one in outputs if one.photo}
    cache = files.photo_cache(content)
    files.remove(cache, [name for name in files.scan(cache, hidden=True) if name not in shown])


def _mistake(found: str, folders: Folders, name: str, line: int = 1) -> TemplateMistake:
    path = files.way(folders.templates / name, folders.content)
    return TemplateMistake(Problem(path, line, 1, "template", (("found", found),)))


def _read_templates(folders: Folders) -> tuple[dict[str, str], dict[str, bytes]]:
    """The templates by name, and the static files by name."""
    found = files.read_all(folders.templates)
    templates = {name: _decoded(name, data, folders) for name, data in found.items()
                 if name.endswith(_TEMPLATES) and not name.startswith(_STATIC)}
    static = {name.removeprefix(_STATIC): data for name, data in found.items() if name.startswith(_STATIC)}
    return templates, static


def _decoded(name: str, data: bytes, folders: Folders) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise _mistake(str(error), folders, name, data.count(b"\n", 0, error.start) + 1) from error


def _asset_path(name: str, data: bytes) -> str:
    """The path of a static file in the site: its name carries its digest, so that browsers may keep it for ever."""
    stem, dot, suffix = name.rpartition(".")
    return f"{_STATIC}{stem}.{digests.digest(data)[:8]}{dot}{suffix}"


def _shells(templates: Mapping[str, str], assets: Mapping[str, str], folders: Folders) -> dict[str, str]:
    """Template → the digest of all that it is made of."""
    published = repr(sorted(assets.items()))
    try:
        named = references(templates)
    except TemplateSyntaxError as error:
        raise _mistake(error.message or "", folders, error.name or "", error.lineno) from error
    return {name: digests.digest((published + repr([templates[one] for one in sorted(closure(name, named))])).encode())
            for name in templates}
