"""The criteria of a review: those of its method, by default the three questions, and those added by its event."""

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
    method_criteria = (method.criteria if method else ()) or get_default_criteria()
    event_criteria = event.criteria if event else ()
    return tuple({criterion.id: criterion for criterion in (*method_criteria, *event_criteria)}.values())


def get_review_date(library: Library, review: Review) -> PartialDate:
    """The date of a review: its own, otherwise that of its event or of the event of its case."""
    case = library.cases.get(review.target)
    event = library.events.get((case.event if case else review.target) or "")
    return review.date or (event.date if event else UNKNOWN_DATE)


def check_review(path: str, review: Review, criteria: Iterable[Criterion]) -> Iterator[Finding]:
    """A review rates only its criteria, each once."""
    criteria = list(criteria)
    words = _criterion_words(criteria)
    seen = set[str]()
    for number, judgement in enumerate(review.criteria):
        criterion = words.get(normalize_word(judgement.key), "")
        if not criterion or criterion in seen:
            values = (("found", f"'{judgement.key}'"),)
            keys = ("criteria", number, "key")
            if criterion:
                yield Finding(path, keys, "criterion_twice", values)
            else:
                allowed = ("allowed", encode_choices(map(format_method_term, criteria)))
                yield Finding(path, keys, "unknown_criterion", (*values, allowed),
                              find_nearest_word(judgement.key, words) or "")
        seen.add(criterion)


def resolve_review(review: Review, criteria: Iterable[Criterion]) -> Review:
    """`review` with criterion ids in place of labels."""
    words = _criterion_words(criteria)
    judgements = tuple(judgement.model_copy(update={"key": words.get(normalize_word(judgement.key), judgement.key)})
                       for judgement in review.criteria)
    return review.model_copy(update={"criteria": judgements})


def _criterion_words(criteria: Iterable[Criterion]) -> dict[str, str]:
    """Every word by which a review may refer to a criterion → id of the criterion."""
    return {normalize_word(word): criterion.id for criterion in criteria
            for word in (criterion.id, criterion.label, *(t.title for t in criterion.translations.values() if t.title))}
