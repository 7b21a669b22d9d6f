"""`freeze`: keeps the numbers of a day as they are published."""

from typing import Any

from ..analysis import frozen
from ..core import files
from ..engine.pipeline import address_of, book_in, counted, day_at
from ..model.identifiers import is_name
from ..model.language import marked, slug
from ..model.paths import FROZEN
from ..site import edition_of, frozen_of
from .telling import Line, build_options, disk_told, sound, tell, watching
from .usage import Misuse


def run(choices: dict[str, Any]) -> None:
    """Writes the frozen copy into the content folder; exits with 1 if the content has errors.

    Raises UsageError for a name that cannot be an address, for one that is taken, since a copy is never written over,
    and for a day that has not come.
    """
    name, options = choices["name"], build_options(choices)
    if not is_name(name):
        raise Misuse(marked("NAME must be of lower-case letters, digits and hyphens, such as {example}"),
                     example=slug(name))
    file = f"{FROZEN}/{name}.json"
    with watching(choices) as watch, disk_told():
        checked, spoken = sound(options, choices, watch)
        if file in checked.found:
            raise Misuse(marked("{file} is there already; what was published is never written over"), file=file)
        if checked.as_of > (today := day_at(options.now, checked.library.site)):
            raise Misuse(marked("--as-of: {day} has not come yet; the numbers of a day can be kept until {today}"),
                         day=str(checked.as_of), today=str(today))
        book = book_in(checked, options, *counted(checked, options.folders.content, full=options.full))
        copy = frozen_of(edition_of(book, spoken, address_of(checked, options)), name, options.revision)
        files.write(options.folders.content, file, frozen.dumped(copy).encode())
    tell([Line(spoken.text(marked("The numbers of {day} are kept in {file}; the next build publishes them under "
                                  "{page}."), day=spoken.day(copy.as_of), file=choices["content"] / file,
                           page=f"statistics/frozen/{name}/"))])
