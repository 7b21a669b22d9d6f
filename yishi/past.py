"""How records came to be: the changes of each, from what Git tells of the files. Pure."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, tzinfo
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from .paths import COLLECTIONS, slot_of
from .privacy import mask

Sort = Literal["added", "edited", "moved"]


class Change(Struct, frozen=True):
    """One change of a record: when it became public, what was done, and why, in its author's words without a name."""

    day: date
    sort: Sort
    why: str


Pasts = Mapping[str, tuple[Change, ...]]
"""Record → its changes, the first first."""


def pasts(told: str, zone: tzinfo, until: date) -> Pasts:
    """The changes of all records until a day; `told`: as `history.log` gives it; `zone`: that of the site."""
    files: dict[str, tuple[Change, ...]] = {}
    for chunk in told.split("\x1e")[1:]:
        made, _, rest = chunk.partition("\0")
        message, _, listed = rest.partition("\0")
        if not made.isdigit():
            continue
        day = datetime.fromtimestamp(int(made), UTC).astimezone(zone).date()
        if day <= until:
            _note(files, Change(day, "edited", mask(_why(message))), iter(listed.split("\0")))
    return {slot.path: changes for file, changes in files.items()
            if (slot := slot_of(file)) and slot.kind not in COLLECTIONS}


def _note(files: dict[str, tuple[Change, ...]], change: Change, listed: Iterator[str]) -> None:
    """Adds a change to the files that it touched; what is deleted has no past."""
    for word in listed:
        status = word.strip()[:1]
        if status == "R":
            old, new = next(listed), next(listed)
            files[new] = (*files.pop(old, ()), replace(change, sort="moved"))
        elif status == "D":
            files.pop(next(listed), None)
        elif status:
            file = next(listed)
            before = files.get(file, ())
            files[file] = (*before, change if before else replace(change, sort="added"))


def _why(message: str) -> str:
    """The first line of a message; that of a merge names branches and accounts, so there it is what follows."""
    lines = [line.strip() for line in message.splitlines() if line.strip()]
    if lines and lines[0].startswith("Merge "):
        lines = lines[1:]
    return lines[0] if lines and not lines[0].startswith(_TRAILERS) else ""


_TRAILERS = ("Signed-off-by:", "Co-authored-by:", "Reviewed-by:", "See merge request", "Merge ")
"""What a line begins with that names people or branches."""


def latest(found: Pasts, most: int) -> tuple[tuple[str, Change], ...]:
    """The last changes of all records, the newest first, at most so many; of one day in the order of the paths."""
    every = ((path, change) for path, changes in found.items() for change in reversed(changes))
    return tuple(sorted(every, key=lambda one: (-one[1].day.toordinal(), one[0]))[:most])
