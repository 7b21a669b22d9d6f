"""What the browser shows over the last good site while the content cannot be built, in the languages of its writers."""

import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

from ... import LANGUAGES
from ...content.privacy import mask
from ...model.language import language, marked
from ...model.problems import Problem, describe, errors, example_of, place_in

MAX_SHOWN = 50
"""So many problems are shown at once; the terminal and `check` tell all."""


def overlay(problems: Sequence[Problem], folder: str, first: str = LANGUAGES[0], *, published: bool = False) -> str:
    """The errors among `problems` as the script in the browser shows them (JSON); "" if there are none.

    `folder` leads from the working folder to the content folder; `first` is the language of a page that has none;
    `published`: the site was built, without the records that are wrong.
    """
    wrong = errors(problems)
    shown = [{"place": place_in(problem, folder), "example": example_of(problem, language(first)),
              "said": {tag: describe(problem, language(tag)) for tag in LANGUAGES}}
             for problem in islice(wrong, MAX_SHOWN)]
    return _dumped(shown, len(wrong), first, published=published) if wrong else ""


def stumbled(message: str, first: str = LANGUAGES[0]) -> str:
    """The same for something else that kept the site from being built, such as a full disk."""
    return _dumped([{"place": "", "example": "", "said": dict.fromkeys(LANGUAGES, mask(message))}], 1, first)


def _dumped(shown: Iterable[Mapping[str, object]], number: int, first: str, *, published: bool = False) -> str:
    texts = {tag: _texts(tag, number, published=published) for tag in LANGUAGES}
    return json.dumps({"first": first, "texts": texts, "problems": shown}, ensure_ascii=False)


def _texts(tag: str, number: int, *, published: bool) -> dict[str, str]:
    """The words around the problems."""
    spoken = language(tag)
    rest = max(number - MAX_SHOWN, 0)
    return {
        "heading": spoken.plural("{n} error", "{n} errors", number),
        "state": spoken.text(marked("The site is shown without what is wrong.") if published else
                             marked("Until this is corrected, the site stays as it last was.")),
        "rest": spoken.text(marked("and {n} more"), n=spoken.number(rest)) if rest else "",
        "write": spoken.text(marked("Write:")),
        "hide": spoken.text(marked("Hide (Esc)")),
        "name": {"zh-Hans": "中文", "en": "English"}[tag],
    }
