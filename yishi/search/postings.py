"""Record numbers and the delta encoding of postings. `templates/static/search.js` decodes it."""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from operator import sub

from ..core.json_format import encode_json

CODE_OF_ZERO = 48
"""The character code that stands for 0; lower ones are separators."""

_LONG_STEP = 50_000
"""A step of this size is written as `/`, because larger character codes would reach the surrogates."""

_TITLE_SEPARATOR = "!"


def assign_numbers(paths: Iterable[str]) -> tuple[int, dict[str, int]]:
    """The size of the number range, and record → its number, in ascending order of numbers.

    A number depends on the path and hardly on other records, so that a new record moves few others: a digest of the
    path gives a position in the range, and the record takes the next free number from there.
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


def get_shard(token: str, shards: int) -> int:
    """The index of a token's file; tokens with the same first three letters share a file."""
    number = 0
    for character in token[:3]:
        number = number * 31 + ord(character)
    return number % shards


def encode_index_json(data: object) -> bytes:
    """JSON as loaded by the browser."""
    return encode_json(data).encode()


def encode_deltas(numbers: Sequence[int]) -> str:
    """Ascending numbers, each as the step from the one before as one character (`CODE_OF_ZERO` for a step of 0)."""
    if len(numbers) < 2:
        return _encode_delta(numbers[0]) if numbers else ""
    try:
        return _encode_delta(numbers[0]) + "".join(map(_SHORT_DELTAS.__getitem__, map(sub, numbers[1:], numbers)))
    except IndexError:
        return _encode_delta(numbers[0]) + "".join(map(_encode_delta, map(sub, numbers[1:], numbers)))


def encode_postings(numbers: Sequence[int], titles: Sequence[int]) -> str:
    """Postings of a token: the records that contain it, and those that have it in their title."""
    return f"{encode_deltas(numbers)}{_TITLE_SEPARATOR}{encode_deltas(titles)}" if titles else encode_deltas(numbers)


def decode_postings(text: str) -> tuple[list[int], list[int]]:
    """The inverse of `encode_postings`."""
    numbers, _, titles = text.partition(_TITLE_SEPARATOR)
    return _decode_deltas(numbers), _decode_deltas(titles)


def _decode_deltas(text: str) -> list[int]:
    numbers = []
    number = 0
    for character in text:
        number += _LONG_STEP if character == "/" else ord(character) - CODE_OF_ZERO
        if character != "/":
            numbers.append(number)
    return numbers


def _encode_delta(step: int) -> str:
    return "/" * (step // _LONG_STEP) + chr(CODE_OF_ZERO + step % _LONG_STEP)


_SHORT_DELTAS = tuple(chr(CODE_OF_ZERO + step) for step in range(1000))
"""Encoded common steps, precomputed."""
