"""By which criteria a review judges: its method's - by default the three questions - and those its event adds."""

from collections.abc import Iterable, Iterator
from functools import cache

from ..model.dates import UNKNOWN_DATE, PartialDate
from ..model.problems import Finding
from ..model.records import Criterion, Review
from ..model.vocabulary import encode_choices, find_nearest_word, get_built_in_vocabulary, normalize_word
from .model import Library
from .reference_index import find_nearest_method, format_method_term


@cache
def get_default_criteria() -> tuple[Criterion, ...]:
    """The three questions: is the procedure regular, are the participants diverse, do the results last."""
    return tuple(Criterion.model_validate(term.label("zh-Hans"))
                 for term in get_built_in_vocabulary().terms["criterion"].values())


def get_review_criteria(library: Library, target: str) -> tuple[Criterion, ...]:
    """The criteria for a review of `target`, the path of an event, a case or a place."""
    case = library.cases.get(target)
    method = library.methods.get((case and case.method) or find_nearest_method(library.places, target) or "")
    event = library.events.get(target) or library.events.get((case and case.event) or "")
    own = (method.criteria if method else ()) or get_default_criteria()
    return tuple({one.id: one for one in (*own, *(event.criteria if event else ()))}.values())


def get_review_date(library: Library, review: Review) -> PartialDate:
    """When a review was given: without a date of its own, at its event or that of its case."""
    case = library.cases.get(review.target)
    event = library.events.get((case.event if case else review.target) or "")
    return review.date or (event.date if event else UNKNOWN_DATE)


def check_review(path: str, review: Review, criteria: Iterable[Criterion]) -> Iterator[Finding]:
    """A review judges by its criteria, each once."""
    criteria = list(criteria)
    words, seen = _criterion_words(criteria), set[str]()
    for number, judgement in enumerate(review.criteria):
        found = words.get(normalize_word(judgement.key), "")
        if not found or found in seen:
            told, keys = (("found", f"'{judgement.key}'"),), ("criteria", number, "key")
            if found:
                yield Finding(path, keys, "criterion_twice", told)
            else:
                allowed = ("allowed", encode_choices(map(format_method_term, criteria)))
                yield Finding(path, keys, "unknown_criterion", (*told, allowed),
                              find_nearest_word(judgement.key, words) or "")
        seen.add(found)


def resolve_review(review: Review, criteria: Iterable[Criterion]) -> Review:
    """`review` with the ids of its criteria for their labels."""
    words = _criterion_words(criteria)
    judgements = tuple(one.model_copy(update={"key": words.get(normalize_word(one.key), one.key)})
                       for one in review.criteria)
    return review.model_copy(update={"criteria": judgements})


def _criterion_words(criteria: Iterable[Criterion]) -> dict[str, str]:
    """Every word by which a review may name a criterion → the criterion's id."""
    return {normalize_word(word): one.id for one in criteria
            for word in (one.id, one.label, *(t.title for t in one.translations.values() if t.title))}
