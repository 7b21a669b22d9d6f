"""Inputs made of real ones: cut, doubled, spliced, with what means something to a parser put anywhere.

Each follows from a number, so that it can be made again; and a failing one is cut down to what matters.
"""

from collections.abc import Callable, Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T", str, bytes)


def mutate(random: Random, samples: Sequence[T], tokens: Sequence[T], most: int = 8) -> T:
    """One of the samples after up to `most` edits."""
    text = random.choice(samples)
    for _ in range(random.randrange(most + 1)):
        at = random.randrange(len(text) + 1)
        end = at + random.choice((0, 0, 1, 1, 2, 5, 20))
        text = text[:at] + _choose_part(random, text, samples, tokens) + text[end:]
    return text


def _choose_part(random: Random, text: T, samples: Sequence[T], tokens: Sequence[T]) -> T:
    """What an edit puts in: a token, nothing, a part of this or another sample, one thing many times."""
    way = random.randrange(8)
    if way < 4:
        return random.choice(tokens)
    if way == 4:
        return text[:0]
    if way == 7:
        return random.choice(tokens) * random.choice((2, 3, 10, 60))
    source = text if way == 5 else random.choice(samples)
    at = random.randrange(len(source) + 1)
    return source[at:at + random.randrange(40)]


def shorten(text: T, fails: Callable[[T], bool]) -> T:
    """A part of the text that fails as the whole does, from which no piece can be left out; tried for a while."""
    size, tries = len(text) // 2, 2_000
    while size and tries > 0:
        for at in range(0, len(text), size):
            tries -= 1
            if fails(shorter := text[:at] + text[at + size:]):
                text = shorter
                break
        else:
            size //= 2
    return text
