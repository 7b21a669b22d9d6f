"""The press: templates, static files and photos, and what turns an output into its bytes."""

import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from jinja2 import TemplateSyntaxError
from msgspec import Struct

from ..content import images
from ..core import digests, files
from ..core.outputs import Output, Plan, Rendition
from ..core.printable import printable
from ..model.filenames import is_fit, is_leftover, meant
from ..model.problems import Problem
from ..rendering.render import closure, references, renderer
from . import traces
from .traces import Trace

_TEMPLATES = (".html", ".xml")
_STATIC = "static/"


class Folders(Struct, frozen=True):
    """Where a build takes from and writes to."""

    content: Path
    templates: Path
    output: Path


class TemplateMistake(Exception):
    """A template cannot be used; holds the problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem


class Press(Struct, frozen=True):
    """What views are printed with: the templates and their digests, the addresses of static files, the program."""

    sources: Mapping[str, str]
    assets: Mapping[str, str]
    templates: str
    shells: Mapping[str, str]
    static: Sequence[Plan]
    code: str
    converter: str
    anew: bool

    def tells(self, plans: Iterable[Plan]) -> str:
        """What tells all that is known of these outputs before they are made, and of their templates."""
        return traces.basis([(plan.path, plan.digest, plan.given) for plan in plans], self.code,
                            repr(sorted(self.shells.items())))

    def basis(self, plan: Plan, template: str, shells: Mapping[str, str] | None = None) -> str:
        """What is known of an output before it is made; `shells`: what templates are, or were, made of."""
        shell = (self.shells if shells is None else shells).get(template, "")
        return plan.digest or traces.basis(plan.given, self.code, shell)

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


def press_of(folders: Folders, before: Trace, code: str, *, anew: bool) -> Press:
    """What the templates and static files of this build give; nothing is looked for in templates that have not changed.

    Raises TemplateMistake.
    """
    sources, static = _read_templates(folders)
    assets = {name: _asset_path(name, data) for name, data in static.items()}
    templates = digests.digest(repr((sorted(sources.items()), sorted(assets.items()), code)).encode())
    shells = before.shells if before.templates == templates else _shells(sources, assets, folders)
    plans = [Plan(assets[name], _asset, data, (assets[name],), digests.digest(data)) for name, data in static.items()]
    return Press(sources, assets, templates, shells, plans, code, files.converter_digest(images.CODECS), anew)


def _asset(data: bytes, path: str) -> Output:
    return Output(path, body=data)


def _photo_key(original: str, wanted: Rendition, converter: str) -> str:
    """What a converted photo is kept under: all that its bytes depend on."""
    return digests.digest(f"{original} {wanted.type} {wanted.width} {wanted.height} {converter}".encode())


def is_photo(plan: Plan) -> bool:
    """Whether a photo is to be converted."""
    return bool(plan.given) and isinstance(plan.given[0], Rendition)


def forget_photos(content: Path, planned: Iterable[Plan], converter: str) -> None:
    """The cache keeps no photo that is not published: it may have been taken back."""
    outputs = [plan.output() for plan in planned if is_photo(plan)]
    shown = {_photo_key(one.body.decode(), one.photo, converter) for one in outputs if one.photo}
    files.keep_only(files.photo_cache(content), shown)


def _mistake(found: str, folders: Folders, name: str, line: int = 1) -> TemplateMistake:
    path = files.way(folders.templates / name, folders.content)
    return TemplateMistake(Problem(path, line, 1, "template", (("found", found),)))


def _read_templates(folders: Folders) -> tuple[dict[str, str], dict[str, bytes]]:
    """The templates by name, and the static files by name."""
    found = {name: data for name, data in files.read_all(folders.templates).items() if not is_leftover(name)}
    if unfit := next((name for name in found if not is_fit(name)), ""):
        found_there = (("found", f"'{printable(unfit.rpartition('/')[2])}'"),)
        path = files.way(folders.templates / printable(unfit), folders.content)
        raise TemplateMistake(Problem(path, 1, 1, "unfit_name", found_there, meant(unfit)))
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
