"""Templates, static files and photos, and the encoding of an output as bytes."""

import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from pathlib import Path
from typing import Any

from jinja2 import TemplateSyntaxError
from msgspec import Struct

from ..content import images
from ..core import files, hashes
from ..core.characters import format_for_terminal_line
from ..core.outputs import Output, OutputPlan, Rendition
from ..model.filenames import guess_intended_name, is_leftover, is_usable_path
from ..model.language import marked
from ..model.problems import Problem
from ..model.vocabulary import encode_choices, find_nearest_word
from ..rendering.render import create_renderer, find_template_closure, find_template_references
from ..rendering.template_checks import TemplateMistake, find_template_mistakes
from ..site.page_models import FRAME_MODEL, PAGE_MODELS
from ..site.share_cards import ShareCard
from . import manifest
from .manifest import Manifest

_TEMPLATE_SUFFIXES = (".html", ".xml", ".js")
_STATIC_PREFIX = "static/"


class BuildFolders(Struct, frozen=True):
    """The folders a build reads and writes; `templates`: the site's own, which replace built-in ones of their name."""

    content: Path
    templates: Path
    output: Path


def find_folder_conflict(folders: BuildFolders) -> tuple[str, Mapping[str, Any]] | None:
    """Why these folders cannot be used, as a message id and its values: there is no content, or one lies in another.
    None if they can."""
    if not folders.content.is_dir():
        return marked("{option}: there is no folder {folder}"), {"option": "--content", "folder": folders.content}
    output = folders.output.resolve()
    for folder in (folders.content, folders.templates):
        if output in (folder.resolve(), *folder.resolve().parents):
            return (marked("--output: {output} holds {folder}; choose another folder"),
                    {"output": folders.output, "folder": folder})
        if folder.resolve() in output.parents:
            return (marked("--output: {output} lies inside {folder}; choose another folder"),
                    {"output": folders.output, "folder": folder})
    return None


class InvalidTemplate(Exception):
    """A template is invalid; holds the problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem


class SiteAssets(Struct, frozen=True):
    """Templates with their fingerprints, paths of static files, and the program fingerprint: everything outputs are
    rendered with. `force`: use no cached photo, and no card that is there."""

    template_sources: Mapping[str, str]
    asset_paths: Mapping[str, str]
    templates_digest: str
    template_fingerprints: Mapping[str, str]
    static_plans: Sequence[OutputPlan]
    program_fingerprint: str
    converter_fingerprint: str
    renderer_fingerprint: str
    card_fingerprint: str
    force: bool

    def fingerprint_output(self, plan: OutputPlan, template: str,
                           template_fingerprints: Mapping[str, str] | None = None) -> str:
        """Fingerprint of an output's inputs known before it is rendered; `template_fingerprints`: those of another
        build."""
        template_fingerprint = (self.template_fingerprints if template_fingerprints is None
                                else template_fingerprints).get(template, "")
        return plan.digest or manifest.compute_output_fingerprint(plan.args, self.program_fingerprint,
                                                                  template_fingerprint)

    def create_output_encoder(self, folders: BuildFolders) -> Callable[[Output], bytes]:
        """A function that encodes an output as bytes. It raises InvalidTemplate, OSError."""
        render = create_renderer(self.template_sources, self.asset_paths, self.renderer_fingerprint)

        def encode(output: Output) -> bytes:
            if output.photo:
                return self._convert_photo(folders.content, output.file, output.photo, output.body.decode())
            if isinstance(output.view, ShareCard):
                return self._draw_card(folders.output, output.path, output.view)
            if output.file:
                return files.read_file(folders.content, output.file)
            try:
                return render(output)
            except Exception as error:  # whatever the expressions of a template may raise
                frames = traceback.extract_tb(error.__traceback__)
                positions = [(frame.filename, frame.lineno or 1) for frame in frames
                             if frame.filename in self.template_sources]
                raise _invalid_template(str(error), folders, *(positions or [(output.template, 1)])[-1]) from error

        return encode

    def _draw_card(self, folder: Path, path: str, card: ShareCard) -> bytes:
        """A share card: the one that is there already, or drawn."""
        from ..rendering.share_cards import draw_share_card, fingerprint_card, is_drawn  # few sites have cards

        fingerprint = fingerprint_card(card, self.card_fingerprint)
        present = b"" if self.force else files.read_file_or_empty(folder, path)
        return present if is_drawn(present, fingerprint) else draw_share_card(card, fingerprint)

    def _convert_photo(self, content: Path, file: str, rendition: Rendition, digest: str) -> bytes:
        """A photo as a rendition: from the cache, or converted."""
        folder = files.locate_photo_cache(content)
        cached = b"" if self.force else files.read_cache(folder / _photo_cache_key(digest, rendition,
                                                                                   self.converter_fingerprint))
        if cached:
            return cached
        original = files.read_file(content, file)
        converted = images.convert_photo(original, rendition)
        files.write_cache(folder / _photo_cache_key(hashes.compute_digest(original), rendition,
                                                    self.converter_fingerprint), converted)
        return converted


def load_assets(folders: BuildFolders, previous: Manifest, program_fingerprint: str, *, force: bool) -> SiteAssets:
    """Load templates and static files; references between templates are parsed only if a template changed since the
    previous build.

    Raises InvalidTemplate.
    """
    sources, static_files = _read_templates(folders)
    asset_paths = {name: _asset_path(name, data) for name, data in static_files.items()}
    templates_digest = hashes.compute_digest(repr((sorted(sources.items()), sorted(asset_paths.items()),
                                                   program_fingerprint)).encode())
    template_fingerprints = previous.template_fingerprints
    if previous.templates_digest != templates_digest:
        template_fingerprints = _fingerprint_templates(sources, asset_paths, folders)
    plans = [OutputPlan(asset_paths[name], _build_asset_output, data, (asset_paths[name],), hashes.compute_digest(data))
             for name, data in static_files.items()]
    return SiteAssets(sources, asset_paths, templates_digest, template_fingerprints, plans, program_fingerprint,
                      files.compute_image_fingerprint(images.CODEC_VERSIONS), files.compute_renderer_fingerprint(),
                      files.compute_card_fingerprint(images.CODEC_VERSIONS), force)


def check_templates(folders: BuildFolders) -> None:
    """Check the site's own templates as a build does. Raises InvalidTemplate."""
    sources, static_files = _read_templates(folders)
    _fingerprint_templates(sources, dict.fromkeys(static_files, ""), folders)


def _build_asset_output(data: bytes, path: str) -> Output:
    return Output(path, body=data)


def _photo_cache_key(original: str, rendition: Rendition, converter: str) -> str:
    """Key of a cached photo: everything its bytes depend on."""
    key = f"{original} {rendition.mime_type} {rendition.width} {rendition.height} {converter}"
    return hashes.compute_digest(key.encode())


def is_photo_plan(plan: OutputPlan) -> bool:
    """Whether a plan converts a photo."""
    return bool(plan.args) and isinstance(plan.args[0], Rendition)


def prune_photo_cache(content: Path, planned: Iterable[OutputPlan], converter: str) -> None:
    """Delete cached photos that are not published: they may have been withdrawn."""
    outputs = [plan.produce_output() for plan in planned if is_photo_plan(plan)]
    published_keys = {_photo_cache_key(output.body.decode(), output.photo, converter) for output in outputs
                      if output.photo}
    files.prune_cache(files.locate_photo_cache(content), published_keys)


def _invalid_template(message: str, folders: BuildFolders, name: str, line: int = 1) -> InvalidTemplate:
    path = files.make_relative(files.locate_template(folders.templates, name), folders.content)
    return InvalidTemplate(Problem(path, line, 1, "template", (("found", message),)))


def _read_templates(folders: BuildFolders) -> tuple[dict[str, str], dict[str, bytes]]:
    """Templates by name, and static files by name."""
    sources = {name: data for name, data in files.read_templates(folders.templates).items() if not is_leftover(name)}
    if unusable := next((name for name in sources if not is_usable_path(name)), ""):
        values = (("found", f"'{format_for_terminal_line(unusable.rpartition('/')[2])}'"),)
        path = files.make_relative(folders.templates / format_for_terminal_line(unusable), folders.content)
        raise InvalidTemplate(Problem(path, 1, 1, "unfit_name", values, guess_intended_name(unusable)))
    templates = {name: _decode_template(name, data, folders) for name, data in sources.items()
                 if name.endswith(_TEMPLATE_SUFFIXES) and not name.startswith(_STATIC_PREFIX)}
    static_files = {name.removeprefix(_STATIC_PREFIX): data for name, data in sources.items()
                    if name.startswith(_STATIC_PREFIX)}
    return templates, static_files


def _decode_template(name: str, data: bytes, folders: BuildFolders) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise _invalid_template(str(error), folders, name, data.count(b"\n", 0, error.start) + 1) from error


def _asset_path(name: str, data: bytes) -> str:
    """Path of a static file in the site: its name contains its digest, so that browsers may cache it for ever."""
    stem, dot, suffix = name.rpartition(".")
    return f"{_STATIC_PREFIX}{stem}.{hashes.compute_digest(data)[:8]}{dot}{suffix}"


def _fingerprint_templates(templates: Mapping[str, str], assets: Mapping[str, str],
                           folders: BuildFolders) -> dict[str, str]:
    """Template → digest of its text, of all templates it includes and of the paths of static files."""
    published = repr(sorted(assets.items()))
    try:
        references = find_template_references(templates)
    except TemplateSyntaxError as error:
        raise _invalid_template(error.message or "", folders, error.name or "", error.lineno) from error
    used_by = {name: sorted(find_template_closure(name, references)) for name in templates}
    _refuse_outdated_templates(templates, used_by, folders)
    return {name: hashes.compute_digest((published + repr([templates[one] for one in used])).encode())
            for name, used in used_by.items()}


def _refuse_outdated_templates(templates: Mapping[str, str], used_by: Mapping[str, Sequence[str]],
                               folders: BuildFolders) -> None:
    """Raise InvalidTemplate for a template of the site that fills a block, or shows a field, which this version of
    Yishi does not have, or that lacks a block which built-in templates fill. `used_by`: template → all it uses."""
    originals = {name for name in templates if name.startswith(files.BUILT_IN_PREFIX)}
    own = {name for name in templates.keys() - originals
           if originals and templates[name] != templates.get(files.BUILT_IN_PREFIX + name)}
    for name in sorted(templates.keys() - originals):
        if own & {*used_by[name]}:
            for mistake in find_template_mistakes(name, templates, PAGE_MODELS, FRAME_MODEL):
                raise _outdated_template(mistake, own, used_by[name], folders)


def _outdated_template(mistake: TemplateMistake, own: Set[str], used: Sequence[str],
                       folders: BuildFolders) -> InvalidTemplate:
    """The error, at the site's own template: if a built-in one asks for what is missing, at the one that lacks it."""
    is_own = mistake.template in own
    lacking = mistake.owner if mistake.owner in own else next(one for one in used if one in own)
    name = mistake.template if is_own else lacking
    path = files.make_relative(files.locate_template(folders.templates, name), folders.content)
    values = (("found", mistake.name), ("key", mistake.owner if is_own else mistake.template),
              ("allowed", encode_choices(mistake.available)))
    code = f"template_{mistake.kind}" if is_own else f"template_lacks_{mistake.kind}"
    near = find_nearest_word(mistake.name, mistake.available) if is_own else ""
    return InvalidTemplate(Problem(path, mistake.line if is_own else 1, 1, code, values, near or ""))
