"""The press: templates, static files and photos, and what turns an output into its bytes."""

import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from jinja2 import TemplateSyntaxError
from msgspec import Struct

from ..content import images
from ..core import files, hashes
from ..core.characters import format_for_terminal_line
from ..core.outputs import Output, OutputPlan, Rendition
from ..model.filenames import guess_intended_name, is_leftover, is_usable_path
from ..model.problems import Problem
from ..rendering.render import create_renderer, find_template_closure, find_template_references
from . import manifest
from .manifest import Manifest

_TEMPLATE_SUFFIXES = (".html", ".xml")
_STATIC_PREFIX = "static/"


class BuildFolders(Struct, frozen=True):
    """Where a build takes from and writes to."""

    content: Path
    templates: Path
    output: Path


class InvalidTemplate(Exception):
    """A template cannot be used; holds the problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem


class SiteAssets(Struct, frozen=True):
    """What views are printed with: the templates and their digests, the addresses of static files, the program."""

    template_sources: Mapping[str, str]
    asset_paths: Mapping[str, str]
    templates_digest: str
    template_fingerprints: Mapping[str, str]
    static_plans: Sequence[OutputPlan]
    program_fingerprint: str
    converter_fingerprint: str
    force: bool

    def fingerprint_plans(self, plans: Iterable[OutputPlan]) -> str:
        """What tells all that is known of these outputs before they are made, and of their templates."""
        return manifest.compute_output_fingerprint([(plan.path, plan.digest, plan.args) for plan in plans],
                                                   self.program_fingerprint,
                                                   repr(sorted(self.template_fingerprints.items())))

    def fingerprint_output(self, plan: OutputPlan, template: str, shells: Mapping[str, str] | None = None) -> str:
        """What is known of an output before it is made; `shells`: what templates are, or were, made of."""
        shell = (self.template_fingerprints if shells is None else shells).get(template, "")
        return plan.digest or manifest.compute_output_fingerprint(plan.args, self.program_fingerprint, shell)

    def create_output_encoder(self, folders: BuildFolders) -> Callable[[Output], bytes]:
        """What turns an output into its bytes."""
        render = create_renderer(self.template_sources, self.asset_paths)

        def make(output: Output) -> bytes:
            if output.photo:
                return self._convert_photo(folders.content, output.file, output.photo, output.body.decode())
            if output.file:
                return files.read_file(folders.content, output.file)
            try:
                return render(output)
            except Exception as error:  # whatever the expressions of a template may raise
                frames = traceback.extract_tb(error.__traceback__)
                places = [(frame.filename, frame.lineno or 1) for frame in frames
                          if frame.filename in self.template_sources]
                raise _invalid_template(str(error), folders, *(places or [(output.template, 1)])[-1]) from error

        return make

    def _convert_photo(self, content: Path, file: str, wanted: Rendition, digest: str) -> bytes:
        """A photo as a rendition: from the cache, or converted."""
        cache = files.locate_photo_cache(content)
        known = b"" if self.force else files.read_cache(cache / _photo_cache_key(digest, wanted,
                                                                                 self.converter_fingerprint))
        if known:
            return known
        original = files.read_file(content, file)
        made = images.convert_photo(original, wanted)
        files.write_cache(cache / _photo_cache_key(hashes.compute_digest(original), wanted, self.converter_fingerprint),
                          made)
        return made


def load_assets(folders: BuildFolders, before: Manifest, code: str, *, anew: bool) -> SiteAssets:
    """What the templates and static files of this build give; nothing is looked for in templates that have not changed.

    Raises TemplateMistake.
    """
    sources, static = _read_templates(folders)
    assets = {name: _asset_path(name, data) for name, data in static.items()}
    templates = hashes.compute_digest(repr((sorted(sources.items()), sorted(assets.items()), code)).encode())
    shells = before.template_fingerprints
    if before.templates_digest != templates:
        shells = _fingerprint_templates(sources, assets, folders)
    plans = [OutputPlan(assets[name], _build_asset_output, data, (assets[name],), hashes.compute_digest(data)) for name,
             data in static.items()]
    return SiteAssets(sources, assets, templates, shells, plans, code,
                      files.compute_image_fingerprint(images.CODEC_VERSIONS), anew)


def _build_asset_output(data: bytes, path: str) -> Output:
    return Output(path, body=data)


def _photo_cache_key(original: str, wanted: Rendition, converter: str) -> str:
    """What a converted photo is kept under: all that its bytes depend on."""
    return hashes.compute_digest(f"{original} {wanted.mime_type} {wanted.width} {wanted.height} {converter}".encode())


def is_photo_plan(plan: OutputPlan) -> bool:
    """Whether a photo is to be converted."""
    return bool(plan.args) and isinstance(plan.args[0], Rendition)


def prune_photo_cache(content: Path, planned: Iterable[OutputPlan], converter: str) -> None:
    """The cache keeps no photo that is not published: it may have been taken back."""
    outputs = [plan.produce_output() for plan in planned if is_photo_plan(plan)]
    shown = {_photo_cache_key(one.body.decode(), one.photo, converter) for one in outputs if one.photo}
    files.prune_cache(files.locate_photo_cache(content), shown)


def _invalid_template(found: str, folders: BuildFolders, name: str, line: int = 1) -> InvalidTemplate:
    path = files.make_relative(folders.templates / name, folders.content)
    return InvalidTemplate(Problem(path, line, 1, "template", (("found", found),)))


def _read_templates(folders: BuildFolders) -> tuple[dict[str, str], dict[str, bytes]]:
    """The templates by name, and the static files by name."""
    found = {name: data for name, data in files.read_folder(folders.templates).items() if not is_leftover(name)}
    if unfit := next((name for name in found if not is_usable_path(name)), ""):
        found_there = (("found", f"'{format_for_terminal_line(unfit.rpartition('/')[2])}'"),)
        path = files.make_relative(folders.templates / format_for_terminal_line(unfit), folders.content)
        raise InvalidTemplate(Problem(path, 1, 1, "unfit_name", found_there, guess_intended_name(unfit)))
    templates = {name: _decode_template(name, data, folders) for name, data in found.items()
                 if name.endswith(_TEMPLATE_SUFFIXES) and not name.startswith(_STATIC_PREFIX)}
    static = {name.removeprefix(_STATIC_PREFIX): data for name,
              data in found.items() if name.startswith(_STATIC_PREFIX)}
    return templates, static


def _decode_template(name: str, data: bytes, folders: BuildFolders) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise _invalid_template(str(error), folders, name, data.count(b"\n", 0, error.start) + 1) from error


def _asset_path(name: str, data: bytes) -> str:
    """The path of a static file in the site: its name carries its digest, so that browsers may keep it for ever."""
    stem, dot, suffix = name.rpartition(".")
    return f"{_STATIC_PREFIX}{stem}.{hashes.compute_digest(data)[:8]}{dot}{suffix}"


def _fingerprint_templates(templates: Mapping[str, str], assets: Mapping[str, str], folders: BuildFolders) -> dict[str,
                                                                                                                   str]:
    """Template → the digest of all that it is made of."""
    published = repr(sorted(assets.items()))
    try:
        named = find_template_references(templates)
    except TemplateSyntaxError as error:
        raise _invalid_template(error.message or "", folders, error.name or "", error.lineno) from error
    return {name: hashes.compute_digest((published
                                         + repr([templates[one]
                                                 for one in sorted(find_template_closure(name, named))])).encode())
            for name in templates}
