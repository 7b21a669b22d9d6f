"""`words`: the words of writers that the site does not know, and what they may stand for."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from ..library import Library
from ..model.language import Language, marked
from ..model.vocabulary import Vocabulary, normalize_word
from .common import OutputLine, print_lines
from .workbook_common import open_content_folder

_SITE_KEYS = {"topic": "topics", "stakeholder": "stakeholders"}
"""Vocabulary → its key in site.yaml."""


def run_words_command(choices: dict[str, Any]) -> None:
    """Print the undecided words as lines for site.yaml: words with one likely meaning, then the others."""
    content, language = open_content_folder(choices)
    print_lines([OutputLine(line) for line in _describe_words(content.library, language)])


def _describe_words(library: Library, language: Language) -> Iterator[str]:
    found = Counter(_undecided_words(library))
    if not found:
        yield language.text(marked("Every word is known."))
        return
    yield language.text(marked("Take what fits into site.yaml; a word that means something new becomes a value there."))
    for name, key in _SITE_KEYS.items():
        words = {word: count for (of, word), count in found.most_common() if of == name}
        proposed = {word: propose_meaning(library.vocabulary, name, word) for word in words}
        if words:
            yield f"{key}:"
            yield "  values:"
        for meaning in sorted(set(proposed.values()) - {""}):
            also = "、".join(word for word in words if proposed[word] == meaning)
            yield f"    {meaning}: {{also: {also}}}"
        yield from (f"    # {word} ({count})" for word, count in words.items() if not proposed[word])


def _undecided_words(library: Library) -> Iterator[tuple[str, str]]:
    """(Vocabulary, word) for each time an issue has a tag instead of a topic, or names somebody in own words."""
    for issue in library.issues.values():
        if issue.topic == ("other",) and issue.wall and issue.wall.tag:
            yield "topic", issue.wall.tag
        yield from (("stakeholder", word) for word in (issue.lead, *issue.partners)
                    if word and word not in library.vocabulary.terms["stakeholder"])


def propose_meaning(vocabulary: Vocabulary, name: str, word: str) -> str:
    """The only value of which an accepted word is part of `word`, or the other way round; "" if there is none."""
    wanted = normalize_word(word)
    keys = {key for known, key in vocabulary.words[name].items()
            if len(known) > 1 and key != "other" and (known in wanted or (len(wanted) > 1 and wanted in known))}
    return keys.pop() if len(keys) == 1 else ""
