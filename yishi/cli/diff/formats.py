"""Format changes as text for a terminal, as Markdown for a pull request, as JSON. Personal data is masked."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from msgspec import Struct, to_builtins

from ...analysis.statistics import DEFINITIONS, LEFT_OUT
from ...content.privacy import mask_personal_data
from ...model.keys import key_table, model_at
from ...model.kinds import KINDS
from ...model.language import Language, marked
from ...model.records import get_title
from ...model.vocabulary import Vocabulary
from .model import (
    FileChange,
    KeyChange,
    PublishedValue,
    RecordDifference,
    RecordLabel,
    SiteChanges,
    SiteState,
    StatChange,
    StatusChange,
)

_LIST_LIMITS = (40, 15, 5, 1)
"""Maximum number of entries per section in Markdown, lowered step by step until the comment fits; text and JSON list
all."""

_MAX_MARKDOWN_LENGTH = 60_000
"""Maximum length of a comment; GitHub accepts 65,536 characters."""

_MAX_RECORDS_NAMED = 5
"""Maximum number of records named for one statistic; the JSON names all."""


class ChangesContext(Struct, frozen=True):
    """Language and both states of the site, for the names of places and values."""

    language: Language
    before: SiteState
    after: SiteState
    since: str

    @property
    def vocabulary(self) -> Vocabulary:
        """The vocabulary of the site after the change."""
        return self.after.library.vocabulary


class ChangesSection(Struct, frozen=True):
    """A section of the output: heading, one line per change; `subheading` in bold above the lines."""

    heading: str
    lines: tuple[str, ...]
    subheading: str = ""


# --- as text, as Markdown, as JSON ------------------------------------------------------------------------------------


def format_changes_as_text(found: SiteChanges, context: ChangesContext) -> str:
    """The changes as text for a terminal."""
    lines = [_heading(found, context), *_count_lines(found, context)]
    for heading, sections in groupby(_changes_sections(found, context), lambda one: one.heading):
        lines += ["", heading]
        for section in sections:
            lines += [f"  {section.subheading}"] if section.subheading else []
            lines += [f"{'    ' if section.subheading else '  '}{line}" for line in section.lines]
    return "\n".join(lines)


def format_changes_as_markdown(found: SiteChanges, context: ChangesContext) -> str:
    """The changes as Markdown for a pull request, shortened to fit into a comment."""
    sections = list(_changes_sections(found, context))
    for shown in _LIST_LIMITS:
        text = "\n".join(_markdown_lines(found, context, sections, shown))
        if len(text) <= _MAX_MARKDOWN_LENGTH:
            break
    return text


def _markdown_lines(found: SiteChanges, context: ChangesContext, sections: Iterable[ChangesSection],
                    shown: int) -> Iterator[str]:
    yield from (f"### {_escape_markdown(_heading(found, context))}", "")
    yield from (f"- {_escape_markdown(line)}" for line in _count_lines(found, context))
    for heading, sections_of_heading in groupby(sections, lambda one: one.heading):
        several = list(sections_of_heading)
        number = context.language.number(sum(len(section.lines) for section in several))
        yield from ("", f"<details><summary>{_escape_markdown(heading)} ({number})</summary>", "")
        yield from (line for section in several[:shown] for line in _section_lines(section, context, shown))
        if len(several) > shown:
            more = context.language.number(len(several) - shown)
            yield from ("", _escape_markdown(context.language.text(marked("and {n} more places"), n=more)))
        yield from ("", "</details>")


def _section_lines(section: ChangesSection, context: ChangesContext, shown: int) -> Iterator[str]:
    if section.subheading:
        yield from ("", f"**{_escape_markdown(section.subheading)}**", "")
    yield from (f"- {_escape_markdown(line)}" for line in section.lines[:shown])
    if len(section.lines) > shown:
        rest = context.language.number(len(section.lines) - shown)
        yield f"- {context.language.text(marked('and {n} more'), n=rest)}"


def _escape_markdown(text: str) -> str:
    """Escape text for Markdown, so that it creates no heading, link, mention or issue reference."""
    plain = re.sub(r"([\\`*_{}\[\]()<>|~!&])", r"\\\1", text)
    return re.sub(r"[@#]", lambda sign: f"&#{ord(sign[0])};", plain)


def format_changes_as_json(found: SiteChanges, context: ChangesContext) -> str:
    """The changes as JSON: keys and paths."""
    data = {"since": context.since, **to_builtins(found), "counts": _count_changes(found)}
    return json.dumps(_mask_texts(data), ensure_ascii=False, indent=1)


def _mask_texts(value: object) -> object:
    """Plain data with every text masked."""
    if isinstance(value, str):
        return mask_personal_data(value)
    if isinstance(value, Mapping):
        return {key: _mask_texts(one) for key, one in value.items()}
    return [_mask_texts(one) for one in value] if isinstance(value, list | tuple) else value


# --- the head ---------------------------------------------------------------------------------------------------------


def _heading(found: SiteChanges, context: ChangesContext) -> str:
    language = context.language
    message = marked("What changes since {since}, in the numbers of {day}")
    return language.text(message, since=context.since, day=language.day(found.as_of))


_CountFormatter = Callable[[Language, int], str]
"""Formats a number of changes of one kind."""

_STATUS_CHANGE_COUNTS: Mapping[str, _CountFormatter] = {
    "resolved": lambda language, n: language.plural("{n} issue resolved", "{n} issues resolved", n),
    "reopened": lambda language, n: language.plural("{n} issue reopened", "{n} issues reopened", n),
    "closed": lambda language, n: language.plural("{n} issue closed unsolved", "{n} issues closed unsolved", n),
    "taken_up": lambda language, n: language.plural("{n} issue taken up", "{n} issues taken up", n),
    "set_back": lambda language, n: language.plural("{n} issue set back to new", "{n} issues set back to new", n),
    "unknown": lambda language, n: language.plural("{n} issue not reported further", "{n} issues not reported further",
                                                   n),
}
"""Status change → text for its number."""

_COUNT_FORMATTERS: Mapping[str, _CountFormatter] = {
    "removed": lambda language, n: language.plural("{n} record removed", "{n} records removed", n),
    "moved": lambda language, n: language.plural("{n} record moved", "{n} records moved", n),
    "new": lambda language, n: language.plural("{n} new record", "{n} new records", n),
    **_STATUS_CHANGE_COUNTS,
    "edits": lambda language, n: language.plural("{n} record edited", "{n} records edited", n),
    "figure_changes": lambda language, n: language.plural("{n} published figure changes",
                                                          "{n} published figures change", n),
    "files": lambda language, n: language.plural("{n} photo or document changes", "{n} photos or documents change", n),
    "stat_changes": lambda language, n: language.plural("{n} number changes", "{n} numbers change", n),
}
"""Kind of change → text for its number, removals first."""


def _count_changes(found: SiteChanges) -> dict[str, int]:
    """Number of changes of each kind, removals first."""
    by_kind = {kind: sum(change.kind == kind for change in found.status_changes) for kind in _STATUS_CHANGE_COUNTS}
    numbers = {**by_kind, **{name: len(getattr(found, name)) for name in _COUNT_FORMATTERS
                             if name not in (*_STATUS_CHANGE_COUNTS, "moved")},
               "moved": sum(bool(one.other) for one in found.removed)}
    numbers |= {name: numbers[name] - numbers["moved"] for name in ("removed", "new")}
    return {name: numbers[name] for name in _COUNT_FORMATTERS if numbers[name]}


def _count_lines(found: SiteChanges, context: ChangesContext) -> list[str]:
    if not found.has_changes:
        nothing = marked("Nothing changes: all records and all numbers are the same.")
        return [context.language.text(nothing)]
    return [_COUNT_FORMATTERS[name](context.language, number) for name, number in _count_changes(found).items()]


# --- the sections -----------------------------------------------------------------------------------------------------


def _changes_sections(found: SiteChanges, context: ChangesContext) -> Iterator[ChangesSection]:
    text = context.language.text
    parts: Sequence[tuple[str, Iterable[str]]] = (
        (text(marked("Removed")), (_removed_record_line(one, context) for one in found.removed if not one.other)),
        (text(marked("Moved")), (_removed_record_line(one, context) for one in found.removed if one.other)),
        (text(marked("New")), (_record_name(one, context) for one in found.new if not one.other)),
        (text(marked("Status")), (_status_change_line(one, context) for one in found.status_changes)),
        (text(marked("Edited")), (_record_difference_line(one, context) for one in found.edits)),
        (text(marked("Published figures")), (_figure_change_line(one.place, one.label, one.before, one.after, context)
                                             for one in found.figure_changes)),
        (text(marked("Photos and documents")), (_file_change_line(one, context) for one in found.files)),
    )
    yield from (ChangesSection(heading, chosen)
                for heading, lines in parts if (chosen := tuple(map(mask_personal_data, lines))))
    for scope, several in groupby(found.stat_changes, lambda change: change.scope):
        yield ChangesSection(text(marked("Statistics")),
                             tuple(mask_personal_data(_stat_change_line(one, context)) for one in several),
                             mask_personal_data(_place_name(scope, context)))


def _record_name(one: RecordLabel, context: ChangesContext) -> str:
    kind = context.vocabulary.label("record_kind", one.kind, context.language.tag)
    return context.language.text(marked("{kind} “{title}” ({path})"), kind=kind, title=one.title, path=one.path)


_REMOVAL_TEXTS: Mapping[str, str] = {
    "draft": marked("{record}: is a draft now"), "invalid": marked("{record}: is withheld, since it has errors"),
    "withdrawn": marked("{record}: is withdrawn"),
    "moved": marked("{record}: stands at {other} now; its old address is gone"), "": marked("{record}"),
}


def _removed_record_line(one: RecordLabel, context: ChangesContext) -> str:
    message = _REMOVAL_TEXTS["moved" if one.other else one.why]
    return context.language.text(message, record=_record_name(one, context), other=one.other)


def _before_and_after(before: str, after: str) -> str:
    return f"{before or '–'} → {after or '–'}"


def _status_change_line(one: StatusChange, context: ChangesContext) -> str:
    labels = [context.vocabulary.label("status", status, context.language.tag) for status in (one.before, one.after)]
    ladders = [context.vocabulary.label("ladder", step, context.language.tag) if step else "" for step in one.ladder]
    arrows = [_before_and_after(*pair) for pair in (labels, ladders) if pair[0] != pair[1]]
    return _label_and_text(context, _record_name(one.record, context), context.language.text(", ").join(arrows))


def _label_and_text(context: ChangesContext, what: str, how: str) -> str:
    return context.language.text(marked("{what}: {how}"), what=what, how=how)


def _record_difference_line(one: RecordDifference, context: ChangesContext) -> str:
    keys = (_key_change_text(key, one.record.kind, context) for key in one.keys)
    return _label_and_text(context, _record_name(one.record, context), context.language.text(marked("; ")).join(keys))


_KEY_CHANGE_TEXTS: Mapping[str, str] = {"added": marked("{key} added"), "removed": marked("{key} removed"),
                                        "changed": marked("{key} changed"), "": marked("{key} changed")}


def _key_change_text(one: KeyChange, kind: str, context: ChangesContext) -> str:
    name = _key_name(one.key, kind, context)
    if one.before or one.after:
        before, after = (_value_labels(one.key, text, context) for text in (one.before, one.after))
        return f"{name} {_before_and_after(before, after)}"
    if one.entries and one.entries[0] != one.entries[1]:
        counts = [context.language.plural("{n} entry", "{n} entries", number) for number in one.entries]
        return f"{name} {_before_and_after(*counts)}"
    return context.language.text(_KEY_CHANGE_TEXTS[one.how], key=name)


_VOCABULARY_OF_KEY = {"topic": "topic", "channel": "channel", "close_reason": "close_reason", "basis": "basis",
                      "kinds": "stakeholder", "stakeholders": "stakeholder", "lead": "stakeholder", "by": "stakeholder",
                      "result": "followup_result", "outcome.kind": "outcome_kind"}
"""Key → the vocabulary of its values."""


def _value_labels(key: str, text: str, context: ChangesContext) -> str:
    """The value of a key, with labels for vocabulary terms."""
    vocabulary = _VOCABULARY_OF_KEY.get(key) or _VOCABULARY_OF_KEY.get(key.rpartition(".")[2])
    labels = (_term_label(vocabulary, value, context) for value in text.split(", ")) if vocabulary and text else (text,)
    return context.language.text(", ").join(labels)


def _key_name(key: str, kind: str, context: ChangesContext) -> str:
    """`进展 2 日期`, `log 2 date`: as the writer would type it in this language."""
    names, keys = [], key.split(".")
    for number, part in enumerate(keys):
        both = key_table(model_at(KINDS[kind].model, tuple(keys[:number]))).both_names(part).split()
        names.append(both[-1] if context.language.tag == "en" else both[0])
    return " ".join(names)


def _figure_change_line(place: str, label: str, before: str | None, after: str | None, context: ChangesContext) -> str:
    figure = context.language.text(marked("{label} ({place})"), label=label, place=_place_name(place, context))
    return _label_and_text(context, figure, _before_and_after(before or "", after or ""))


_FILE_CHANGE_TEXTS: Mapping[str, str] = {"new": marked("{path} is new"), "replaced": marked("{path} is replaced"),
                                         "removed": marked("{path} is not published any more")}


def _file_change_line(one: FileChange, context: ChangesContext) -> str:
    return context.language.text(_FILE_CHANGE_TEXTS[one.change], path=one.path)


# --- numbers ----------------------------------------------------------------------------------------------------------


def _place_name(scope: str, context: ChangesContext) -> str:
    """The name of a place before or after the change; "" is the whole site."""
    if not scope:
        return context.language.text(marked("the whole site"))
    place = context.after.library.places.get(scope) or context.before.library.places.get(scope)
    return get_title(place) if place else scope


def _stat_change_line(one: StatChange, context: ChangesContext) -> str:
    amounts = [_format_value(amount, one, context) for amount in (one.before, one.after)]
    line = _label_and_text(context, _stat_name(one, context), _before_and_after(*amounts))
    if not one.records:
        return line
    return context.language.text(marked("{number}, by {records}"), number=line,
                                 records=_record_titles(one.records, context))


def _stat_name(one: StatChange, context: ChangesContext) -> str:
    """The name of a statistic and of its part."""
    name = context.language.text(DEFINITIONS[one.key].name)
    if one.aspect == "value" and not one.part:
        return name
    return context.language.text(marked("{name} – {part}"), name=name, part=_PART_FORMATTERS[one.aspect](one, context))


def _split_value_label(one: StatChange, context: ChangesContext) -> str:
    match DEFINITIONS[one.key].values:
        case "place":
            return _place_name(one.part, context)
        case "month":
            return context.language.month(one.part)
        case vocabulary:
            return _term_label(vocabulary, one.part, context)


def _term_label(vocabulary: str, key: str, context: ChangesContext) -> str:
    state = context.after if key in context.vocabulary.terms[vocabulary] else context.before
    return state.library.vocabulary.label(vocabulary, key, context.language.tag)


_PART_FORMATTERS: Mapping[str, Callable[[StatChange, ChangesContext], str]] = {
    "value": _split_value_label,
    "counted": lambda one, context: context.language.text(marked("issues counted")),
    "result": _split_value_label,
    "left_out": lambda one, context: context.language.text(LEFT_OUT[one.part]),
}
"""Aspect of a statistic → formatter for the name of its part."""


def _format_value(amount: PublishedValue | None, one: StatChange, context: ChangesContext) -> str:
    language = context.language
    if amount is None:
        return language.number(0) if one.aspect != "value" or one.part else ""
    if amount.suppressed:
        return amount.suppressed
    kind = DEFINITIONS[one.key].kind if one.aspect == "value" and not one.part else "count"
    return _VALUE_FORMATTERS.get(kind, _format_count)(amount, language)


def _format_count(amount: PublishedValue, language: Language) -> str:
    return "" if amount.value is None else language.number(amount.value)


def _format_share(amount: PublishedValue, language: Language) -> str:
    """`73 % (8 of 11)`; nothing to count yet: –"""
    if amount.value is None:
        return ""
    share = language.percent(amount.value)
    share = language.text(marked("about {amount}"), amount=share) if amount.about else share
    parts = language.text(marked("{part} of {whole}"), part=language.number(amount.numerator or 0),
                          whole=language.number(amount.denominator or 0))
    return language.text(marked("{share} ({parts})"), share=share, parts=parts)


def _format_median(amount: PublishedValue, language: Language) -> str:
    """`12 (9–15, from 7 records)`; with too few records, only their number."""
    records = language.plural("from {n} record", "from {n} records", amount.n or 0)
    if amount.value is None:
        return language.text(marked("too few records ({records})"), records=records)
    low, _, high = map(language.number, amount.quartiles or (0, 0, 0))
    return language.text(marked("{middle} ({low}–{high}, {records})"), middle=language.number(amount.value), low=low,
                         high=high, records=records)


_VALUE_FORMATTERS: Mapping[str, Callable[[PublishedValue, Language], str]] = {"share": _format_share,
                                                                              "median": _format_median}


def _record_titles(records: Sequence[str], context: ChangesContext) -> str:
    titles = [_quoted_title(path, context) for path in records[:_MAX_RECORDS_NAMED]]
    rest = len(records) - _MAX_RECORDS_NAMED
    more = [context.language.text(marked("and {n} more"), n=context.language.number(rest))] if rest > 0 else []
    return context.language.text(", ").join((*titles, *more))


def _quoted_title(path: str, context: ChangesContext) -> str:
    for state in (context.after, context.before):
        if path in state.summaries:
            title = state.summaries[path].list_item.title
            return f"“{title}”"
        record = state.library.site if path == "site" else state.library.record(path)
        if record:
            return f"“{get_title(record)}”"
    return path
