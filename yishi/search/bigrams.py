"""Texts for a full-text index that splits words at blanks, such as SQLite's FTS5: Chinese is written in pairs of
characters, so that words of two characters, which most are, are found. Pure."""

import re
from collections.abc import Iterator

from .tokens import HAN, fold_text


def write_bigrams(text: str) -> str:
    """`text`, folded, with each run of Chinese characters as its overlapping pairs and its last character:
    停车位 gives 停车 车位 位."""
    return " ".join(word for run in _split_runs(text) for word in _write_run(run))


def create_bigram_query(text: str) -> str:
    """`yishi.search_query`: the FTS5 query that finds texts with each word of `text`, in an index of `write_bigrams`.

    A Chinese word of several characters is a phrase of pairs, one of a single character a beginning. "" if `text` has
    no letter.
    """
    return " ".join(map(_quote_run, _split_runs(text)))


def _split_runs(text: str) -> Iterator[str]:
    """The runs of Chinese characters and of other letters in `text`, folded."""
    return (match[0] for match in re.finditer(rf"[{HAN}]+|[^\s{HAN}]+", fold_text(text)))


def _write_run(run: str) -> list[str]:
    return [*_list_pairs(run), run[-1]] if _is_han(run) else [run]


def _quote_run(run: str) -> str:
    if not _is_han(run):
        return f'"{run}"'
    return f'"{" ".join(_list_pairs(run))}"' if len(run) > 1 else f'"{run}"*'


def _list_pairs(run: str) -> list[str]:
    return [run[start:start + 2] for start in range(len(run) - 1)]


def _is_han(run: str) -> bool:
    return bool(re.match(f"[{HAN}]", run))
