"""What the browser shows over the last valid site while the content has errors, in all languages."""

import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

from ... import LANGUAGES
from ...content.privacy import mask_personal_data
from ...model.language import get_language, marked
from ...model.problems import Problem, describe_problem, format_problem_position, select_errors, translate_example

MAX_PROBLEMS_SHOWN = 50
"""Maximum number of problems shown at once; the terminal and `check` list all."""


def encode_problem_overlay(problems: Sequence[Problem], folder: str, first: str = LANGUAGES[0], *,
                           published: bool = False) -> str:
    """The errors among `problems` as the script in the browser shows them (JSON); "" if there are none.

    `folder` leads from the working folder to the content folder; `first` is the language of a page that has none;
    `published`: the site was built, without the records that are wrong.
    """
    wrong = select_errors(problems)
    shown = [{"place": format_problem_position(problem, folder),
              "example": translate_example(problem, get_language(first)),
              "said": {tag: describe_problem(problem, get_language(tag)) for tag in LANGUAGES}}
             for problem in islice(wrong, MAX_PROBLEMS_SHOWN)]
    return _encode_overlay(shown, len(wrong), first, published=published) if wrong else ""


def encode_failure_overlay(message: str, first: str = LANGUAGES[0]) -> str:
    """The same for another failure, such as a full disk."""
    return _encode_overlay([{"place": "", "example": "",
                             "said": dict.fromkeys(LANGUAGES, mask_personal_data(message))}], 1, first)


def _encode_overlay(shown: Iterable[Mapping[str, object]], number: int, first: str, *, published: bool = False) -> str:
    texts = {tag: _overlay_texts(tag, number, published=published) for tag in LANGUAGES}
    return json.dumps({"first": first, "texts": texts, "problems": shown}, ensure_ascii=False)


def _overlay_texts(tag: str, number: int, *, published: bool) -> dict[str, str]:
    """The texts around the problems."""
    language = get_language(tag)
    rest = max(number - MAX_PROBLEMS_SHOWN, 0)
    return {
        "heading": language.plural("{n} error", "{n} errors", number),
        "state": language.text(marked("The site is shown without what is wrong.") if published else
                               marked("Until this is corrected, the site stays as it last was.")),
        "rest": language.text(marked("and {n} more"), n=language.number(rest)) if rest else "",
        "write": language.text(marked("Write:")),
        "hide": language.text(marked("Hide (Esc)")),
        "name": {"zh-Hans": "中文", "en": "English"}[tag],
    }
