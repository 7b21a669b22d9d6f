"""Numbers of records, and how the files of the index write them. `templates/static/search.js` reads what is written."""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from operator import sub

from ..core.compact import compact

FIRST = 48
"""The character code that stands for 0. Below it: what separates."""

_FAR = 50_000
"""A step of so many is written as `/`: larger codes would run into surrogates."""

_IN_TITLE = "!"


def numbered(paths: Iterable[str]) -> tuple[int, dict[str, int]]:
    """How many numbers there are, and the number of each record, in ascending order.

    A record's number follows from its path and hardly from what else there is, so that a new record moves few others:
    its digest says where, and it takes the next free number from there.
    """
    order = sorted((sha256(path.encode()).digest()[:8], path) for path in paths)
    size = max(8, 1 << (2 * len(order) - 1).bit_length())
    numbers: dict[str, int] = {}
    free = 0
    for digest, path in order:
        free = max(free, int.from_bytes(digest, "big") * size >> 64)
        numbers[path] = free
        free += 1
    return size, numbers


def shard_of(token: str, shards: int) -> int:
    """The index file that a token stands in; words that begin with the same three letters stand together."""
    number = 0
    for character in token[:3]:
        number = number * 31 + ord(character)
    return number % shards


def as_json(data: object) -> bytes:
    """Data as the browser loads it."""
    return compact(data).encode()


def steps(numbers: Sequence[int]) -> str:
    """Ascending numbers, each as the step from the one before: one character, `FIRST` for none."""
    if len(numbers) < 2:
        return _step(numbers[0]) if numbers else ""
    try:
        return _step(numbers[0]) + "".join(map(_NEAR.__getitem__, map(sub, numbers[1:], numbers)))
    except IndexError:
        return _step(numbers[0]) + "".join(map(_step, map(sub, numbers[1:], numbers)))


def written(numbers: Sequence[int], titles: Sequence[int]) -> str:
    """Who has a token: the numbers of those records, and of those that have it in their title."""
    return f"{steps(numbers)}{_IN_TITLE}{steps(titles)}" if titles else steps(numbers)


def read(text: str) -> tuple[list[int], list[int]]:
    """What `written` wrote."""
    numbers, _, titles = text.partition(_IN_TITLE)
    return _numbers(numbers), _numbers(titles)


def _numbers(text: str) -> list[int]:
    numbers, number = [], 0
    for character in text:
        number += _FAR if character == "/" else ord(character) - FIRST
        if character != "/":
            numbers.append(number)
    return numbers


def _step(step: int) -> str:
    return "/" * (step // _FAR) + chr(FIRST + step % _FAR)


_NEAR = tuple(chr(FIRST + step) for step in range(1000))
"""The steps that are common, written beforehand."""
