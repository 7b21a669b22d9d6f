"""`explain`: what a number rests on; why a file of the site would be built again, or would not."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ..analysis.statistics import DEFINITIONS
from ..core import files
from ..core.dependencies import ALL_KEYS
from ..engine.pipeline import (
    BuildOptions,
    CheckedContent,
    assemble_site_data,
    get_site_address,
    plan_outputs,
    summarise_content,
)
from ..engine.writing import StaleReason, explain_stale_output, find_stale_outputs
from ..model.language import Language, get_language, marked
from ..model.paths import get_record_url, locate_record
from ..model.vocabulary import find_nearest_word
from ..site import build_page_context, explain_statistic
from .common import (
    OutputLine,
    check_or_exit,
    create_build_options,
    print_lines,
    report_disk_errors,
    resolve_place,
    show_progress,
)
from .usage import WrongUsage

_MAX_DEPENDENCIES_SHOWN = 20
"""Maximum number of changed dependencies shown."""

_REASON_TEXTS = {
    "": marked("It is up to date; the next build does not make it again."),
    "new": marked("It has not been built yet."),
    "changed": marked("The next build makes it again, because its inputs have changed:"),
    "missing": marked("The next build makes it again, because it is missing from the output folder."),
    "touched": marked("It was modified since the last build, so the next build reads it again."),
}

_DEPENDENCY_TEXTS: Mapping[str, str] = {
    "backlinks": marked("which records name {key}"),
    "row": marked("how {key} stands in lists"),
    "list_items": marked("how {key} stands in lists"),
    "progress": marked("where {key} stands"),
    "scopes": marked("the numbers of {key}"),
    "other_contributions": marked("what is counted in {key}"),
    "change_log": marked("how {key} came to be"),
    "obligations": marked("what is due at {key}"),
}
"""Table → description of its entries; in a table of records, the record itself has changed."""


def run_explain_command(choices: dict[str, Any]) -> None:
    """Explain the file or statistic asked for; exits with 1 if the content has errors, since then nothing would be
    built."""
    options = create_build_options(choices)
    with show_progress(choices) as watch, report_disk_errors():
        checked, language = check_or_exit(options, choices, watch)
        if (key := _parse_statistic_key(choices["target"])) in DEFINITIONS:
            _print_statistic(checked, options, key, choices)
            return
        if choices["place"]:
            raise WrongUsage(marked("--place: only a number can be told of a place: statistics/KEY --place PLACE"))
        plans, dependencies, plan_context = plan_outputs(checked, options)
        stale = find_stale_outputs(plans, options.folders, dependencies, plan_context,
                                   files.scan_folder(options.folders.output, hidden=True), full=options.full)
    base_url = options.base_url or checked.library.site.base_url or ""
    path = _resolve_output_path(choices["target"], stale.plans, base_url, choices)
    print_lines([OutputLine(path), *map(OutputLine, _explanation_lines(explain_stale_output(stale, path), language))])


def _parse_statistic_key(target: str) -> str:
    """The key of the statistic asked for; "" if the target is another file."""
    before, _, key = target.strip("/").removesuffix("/index.html").rpartition("/")
    return key if before == "statistics" else ""


def _print_statistic(checked: CheckedContent, options: BuildOptions, key: str, choices: dict[str, Any]) -> None:
    """Print everything the page of a statistic says about a place, in every language of the site or the chosen one."""
    place = resolve_place(checked.library, choices["place"]) if choices["place"] else ""
    summarised = summarise_content(checked, options.folders.content, full=options.full)
    site_data = assemble_site_data(checked, options, *summarised)
    for tag in [choices["tag"]] if choices["tag"] else checked.library.site.languages:
        context = build_page_context(site_data, get_language(tag), get_site_address(checked, options))
        print_lines([OutputLine(line) for line in explain_statistic(context, key, place)])


def _resolve_output_path(target: str, plans: Mapping[str, object], base_url: str, choices: dict[str, Any]) -> str:
    """The file of the site named by its address, its path, or the file of its record."""
    folders, target = (choices["output"], choices["content"]), target.replace("\\", "/")
    ways = (way for folder in folders for way in (files.make_relative(folder, Path()), folder.resolve().as_posix()))
    for start in filter(None, (base_url.rstrip("/"), *ways)):
        target = target.removeprefix(f"{start}/")
    target = target.lstrip("/").partition("#")[0]
    location = locate_record(target)
    page = get_record_url(location.path).partition("#")[0] if location else target
    for path in (page, f"{page.rstrip('/')}/index.html".lstrip("/")):
        if path in plans:
            return path
    near = find_nearest_word(page, plans)
    raise WrongUsage(marked("the site has no file {page}"), near or "", page=page)


def _explanation_lines(reason: StaleReason, language: Language) -> Iterator[str]:
    yield language.text(_REASON_TEXTS[reason.reason])
    if reason.is_plan_changed:
        yield "  " + language.text(marked("its template {template}, what is planned for it, or the program"),
                                   template=reason.template or "-")
    for dependency in reason.changed_dependencies[:_MAX_DEPENDENCIES_SHOWN]:
        yield "  " + _describe_dependency(dependency, language)
    if len(reason.changed_dependencies) > _MAX_DEPENDENCIES_SHOWN:
        yield "  " + language.text(marked("and {n} more"),
                                   n=language.number(len(reason.changed_dependencies) - _MAX_DEPENDENCIES_SHOWN))
    if reason.dependency_count:
        yield language.plural("The last build made it from {n} value and {template}.",
                              "The last build made it from {n} values and {template}.", reason.dependency_count,
                              template=reason.template or "-")


def _describe_dependency(dependency: str, language: Language) -> str:
    table, _, key = dependency.partition(" ")
    message = _DEPENDENCY_TEXTS.get(table.partition("-")[0])
    if key in (ALL_KEYS, "") and not message:
        return language.text(marked("the list “{table}”"), table=table)
    return language.text(message, key=key or language.text(marked("the whole site"))) if message else f"{key} ({table})"
