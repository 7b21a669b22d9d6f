"""`explain`: what a number rests on; why a file of the site would be built again, or would not."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ..analysis.statistics import DEFINITIONS
from ..core import files
from ..core.facts import ALL
from ..engine.pipeline import BuildOptions, Checked, address_of, book_in, counted, plans_of
from ..engine.publish import Why, survey, why
from ..model.language import Language, language, marked
from ..model.paths import slot_of, url_of
from ..model.vocabulary import nearest
from ..site import edition_of, lines_of
from .telling import Line, build_options, disk_told, place_meant, sound, tell, watching
from .usage import Misuse

_SHOWN = 20
"""So many facts that have changed are told."""

_REASONS = {
    "": marked("It is up to date; a build would not make it again."),
    "new": marked("It has not been built yet."),
    "changed": marked("It would be made again, because what it is made of has changed:"),
    "missing": marked("It would be made again, because it is not in the output folder any more."),
    "touched": marked("It would be looked into, because it was changed since the last build."),
}

_FACTS: Mapping[str, str] = {
    "naming": marked("which records name {key}"),
    "row": marked("how {key} stands in lists"),
    "listings": marked("how {key} stands in lists"),
    "progress": marked("where {key} stands"),
    "scopes": marked("the numbers of {key}"),
    "of_others": marked("what is counted in {key}"),
    "past": marked("how {key} came to be"),
    "duties": marked("what is due at {key}"),
}
"""Table → how a fact of it is told; of a table that is a kind of record, the record itself has changed."""


def run(choices: dict[str, Any]) -> None:
    """Tells about the file that is asked for; exits with 1 if the content has errors: then nothing would be built."""
    options = build_options(choices)
    with watching(choices) as watch, disk_told():
        checked, spoken = sound(options, choices, watch)
        if (key := _statistic_meant(choices["target"])) in DEFINITIONS:
            _tell_number(checked, options, key, choices)
            return
        if choices["place"]:
            raise Misuse(marked("--place: only a number can be told of a place: statistics/KEY --place PLACE"))
        plans, facts, ground = plans_of(checked, options)
        found = survey(plans, options.folders, facts, ground, files.scan(options.folders.output, hidden=True),
                       full=options.full)
    base_url = options.base_url or checked.library.site.base_url or ""
    path = _meant(choices["target"], found.plans, base_url, choices)
    tell([Line(path), *map(Line, _told(why(found, path), spoken))])


def _statistic_meant(target: str) -> str:
    """The key of the statistic that is asked for; "" if another file is."""
    before, _, key = target.strip("/").removesuffix("/index.html").rpartition("/")
    return key if before == "statistics" else ""


def _tell_number(checked: Checked, options: BuildOptions, key: str, choices: dict[str, Any]) -> None:
    """Tells all that the page of a statistic says of a place: in every language of the site, or in the one chosen."""
    place = place_meant(checked.library, choices["place"]) if choices["place"] else ""
    book = book_in(checked, options, *counted(checked, options.folders.content, full=options.full))
    for tag in [choices["tag"]] if choices["tag"] else checked.library.site.languages:
        edition = edition_of(book, language(tag), address_of(checked, options))
        tell([Line(line) for line in lines_of(edition, key, place)])


def _meant(target: str, plans: Mapping[str, object], base_url: str, choices: dict[str, Any]) -> str:
    """The file of the site that is meant by its address, its path, or the file of its record."""
    folders, target = (choices["output"], choices["content"]), target.replace("\\", "/")
    ways = (way for folder in folders for way in (files.way(folder, Path()), folder.resolve().as_posix()))
    for start in filter(None, (base_url.rstrip("/"), *ways)):
        target = target.removeprefix(f"{start}/")
    target = target.lstrip("/").partition("#")[0]
    slot = slot_of(target)
    page = url_of(slot.path).partition("#")[0] if slot else target
    for path in (page, f"{page.rstrip('/')}/index.html".lstrip("/")):
        if path in plans:
            return path
    near = nearest(page, plans)
    raise Misuse(marked("the site has no file {page}"), near or "", page=page)


def _told(why: Why, spoken: Language) -> Iterator[str]:
    yield spoken.text(_REASONS[why.reason])
    if why.plan:
        yield "  " + spoken.text(marked("its template {template}, what is planned for it, or the program"),
                                 template=why.template or "-")
    for fact in why.changed[:_SHOWN]:
        yield "  " + _fact(fact, spoken)
    if len(why.changed) > _SHOWN:
        yield "  " + spoken.text(marked("and {n} more"), n=spoken.number(len(why.changed) - _SHOWN))
    if why.facts:
        yield spoken.plural("The last time it was made of {n} fact, and of {template}.",
                            "The last time it was made of {n} facts, and of {template}.", why.facts,
                            template=why.template or "-")


def _fact(fact: str, spoken: Language) -> str:
    table, _, key = fact.partition(" ")
    said = _FACTS.get(table.partition("-")[0])
    if key in (ALL, "") and not said:
        return spoken.text(marked("the list “{table}”"), table=table)
    return spoken.text(said, key=key or spoken.text(marked("the whole site"))) if said else f"{key} ({table})"
