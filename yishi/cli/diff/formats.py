"""What a change does, in words: as lines for a terminal, as Markdown for those who approve it, as JSON for programs.

Personal data is masked, whatever was written.
"""

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
"""So many entries of one kind are listed in Markdown, fewer where it would grow too long; text and JSON have all."""

_MAX_MARKDOWN_LENGTH = 60_000
"""Characters of a comment: GitHub takes 65,536."""

_MAX_RECORDS_NAMED = 5
"""So many records are named behind one number; the JSON names all."""


class ChangesContext(Struct, frozen=True):
    """What changes are told with: the language, and both sides, for the names of places and values."""

    language: Language
    before: SiteState
    after: SiteState
    since: str

    @property
    def vocabulary(self) -> Vocabulary:
        """The site's closed values as they are now."""
        return self.after.library.vocabulary


class ChangesSection(Struct, frozen=True):
    """One kind of what changes: its heading, and a line for each; `inner` headings stand in bold above their lines."""

    heading: str
    lines: tuple[str, ...]
    subheading: str = ""


# --- as text, as Markdown, as JSON ------------------------------------------------------------------------------------


def format_changes_as_text(found: SiteChanges, telling: ChangesContext) -> str:
    """For a terminal."""
    lines = [_heading(found, telling), *_count_lines(found, telling)]
    for heading, chapters in groupby(_changes_sections(found, telling), lambda one: one.heading):
        lines += ["", heading]
        for chapter in chapters:
            lines += [f"  {chapter.subheading}"] if chapter.subheading else []
            lines += [f"{'    ' if chapter.subheading else '  '}{line}" for line in chapter.lines]
    return "\n".join(lines)


def format_changes_as_markdown(found: SiteChanges, telling: ChangesContext) -> str:
    """For a pull request: what matters at a glance, the rest to be opened; as short as a comment has to be."""
    chapters = list(_changes_sections(found, telling))
    for shown in _LIST_LIMITS:
        text = "\n".join(_markdown_lines(found, telling, chapters, shown))
        if len(text) <= _MAX_MARKDOWN_LENGTH:
            break
    return text


def _markdown_lines(found: SiteChanges, telling: ChangesContext, chapters: Iterable[ChangesSection],
                    shown: int) -> Iterator[str]:
    yield from (f"### {_escape_markdown(_heading(found, telling))}", "")
    yield from (f"- {_escape_markdown(line)}" for line in _count_lines(found, telling))
    for heading, of_kind in groupby(chapters, lambda one: one.heading):
        several = list(of_kind)
        number = telling.language.number(sum(len(chapter.lines) for chapter in several))
        yield from ("", f"<details><summary>{_escape_markdown(heading)} ({number})</summary>", "")
        yield from (line for chapter in several[:shown] for line in _section_lines(chapter, telling, shown))
        if len(several) > shown:
            more = telling.language.number(len(several) - shown)
            yield from ("", _escape_markdown(telling.language.text(marked("and {n} more places"), n=more)))
        yield from ("", "</details>")


def _section_lines(chapter: ChangesSection, telling: ChangesContext, shown: int) -> Iterator[str]:
    if chapter.subheading:
        yield from ("", f"**{_escape_markdown(chapter.subheading)}**", "")
    yield from (f"- {_escape_markdown(line)}" for line in chapter.lines[:shown])
    if len(chapter.lines) > shown:
        rest = telling.language.number(len(chapter.lines) - shown)
        yield f"- {telling.language.text(marked('and {n} more'), n=rest)}"


def _escape_markdown(text: str) -> str:
    """A text that means nothing in Markdown: no heading, no link, no mention of a person, no number of an issue."""
    plain = re.sub(r"([\\`*_{}\[\]()<>|~!&])", r"\\\1", text)
    return re.sub(r"[@#]", lambda sign: f"&#{ord(sign[0])};", plain)


def format_changes_as_json(found: SiteChanges, telling: ChangesContext) -> str:
    """For programs: keys and paths, in the order in which they are told."""
    data = {"since": telling.since, **to_builtins(found), "sums": _count_changes(found)}
    return json.dumps(_mask_texts(data), ensure_ascii=False, indent=1)


def _mask_texts(value: object) -> object:
    """Plain data with every text masked."""
    if isinstance(value, str):
        return mask_personal_data(value)
    if isinstance(value, Mapping):
        return {key: _mask_texts(one) for key, one in value.items()}
    return [_mask_texts(one) for one in value] if isinstance(value, list | tuple) else value


# --- the head ---------------------------------------------------------------------------------------------------------


def _heading(found: SiteChanges, telling: ChangesContext) -> str:
    spoken = telling.language
    said = marked("What changes since {since}, in the numbers of {day}")
    return spoken.text(said, since=telling.since, day=spoken.day(found.as_of))


_CountFormatter = Callable[[Language, int], str]
"""How many there are, in words."""

_STATUS_CHANGE_COUNTS: Mapping[str, _CountFormatter] = {
    "resolved": lambda spoken, n: spoken.plural("{n} issue resolved", "{n} issues resolved", n),
    "reopened": lambda spoken, n: spoken.plural("{n} issue reopened", "{n} issues reopened", n),
    "closed": lambda spoken, n: spoken.plural("{n} issue closed unsolved", "{n} issues closed unsolved", n),
    "taken_up": lambda spoken, n: spoken.plural("{n} issue taken up", "{n} issues taken up", n),
    "set_back": lambda spoken, n: spoken.plural("{n} issue set back to new", "{n} issues set back to new", n),
    "unknown": lambda spoken, n: spoken.plural("{n} issue not reported further", "{n} issues not reported further", n),
}
"""Move → how many made it."""

_COUNT_FORMATTERS: Mapping[str, _CountFormatter] = {
    "removed": lambda spoken, n: spoken.plural("{n} record removed", "{n} records removed", n),
    "new": lambda spoken, n: spoken.plural("{n} new record", "{n} new records", n),
    **_STATUS_CHANGE_COUNTS,
    "edits": lambda spoken, n: spoken.plural("{n} record edited", "{n} records edited", n),
    "claims": lambda spoken, n: spoken.plural("{n} published figure changes", "{n} published figures change", n),
    "files": lambda spoken, n: spoken.plural("{n} photo or document changes", "{n} photos or documents change", n),
    "shifts": lambda spoken, n: spoken.plural("{n} number changes", "{n} numbers change", n),
}
"""Kind of change → how many there are, removals first."""


def _count_changes(found: SiteChanges) -> dict[str, int]:
    """How many of each kind there are, removals first."""
    moves = {move: sum(one.move == move for one in found.moves) for move in _STATUS_CHANGE_COUNTS}
    numbers = {**moves, **{name: len(getattr(found, name)) for name in _COUNT_FORMATTERS
                           if name not in _STATUS_CHANGE_COUNTS}}
    return {name: numbers[name] for name in _COUNT_FORMATTERS if numbers[name]}


def _count_lines(found: SiteChanges, telling: ChangesContext) -> list[str]:
    if not found.has_changes:
        nothing = marked("Nothing changes: all records and all numbers are the same.")
        return [telling.language.text(nothing)]
    return [_COUNT_FORMATTERS[name](telling.language, number) for name, number in _count_changes(found).items()]


# --- the chapters -----------------------------------------------------------------------------------------------------


def _changes_sections(found: SiteChanges, telling: ChangesContext) -> Iterator[ChangesSection]:
    text = telling.language.text
    parts: Sequence[tuple[str, Iterable[str]]] = (
        (text(marked("Removed")), (_removed_record_line(one, telling) for one in found.removed)),
        (text(marked("New")), (_new_record_line(one, telling) for one in found.new)),
        (text(marked("Status")), (_status_change_line(one, telling) for one in found.moves)),
        (text(marked("Edited")), (_record_difference_line(one, telling) for one in found.edits)),
        (text(marked("Published figures")), (_figure_change_line(one.place, one.label, one.before, one.after, telling)
                                             for one in found.claims)),
        (text(marked("Photos and documents")), (_file_change_line(one, telling) for one in found.files)),
    )
    yield from (ChangesSection(heading, chosen) for heading,
                lines in parts if (chosen := tuple(map(mask_personal_data, lines))))
    for scope, several in groupby(found.shifts, lambda shift: shift.scope):
        yield ChangesSection(text(marked("Statistics")),
                             tuple(mask_personal_data(_stat_change_line(one, telling)) for one in several),
                             mask_personal_data(_place_name(scope, telling)))


def _record_name(one: RecordLabel, telling: ChangesContext) -> str:
    kind = telling.vocabulary.label("record_kind", one.kind, telling.language.tag)
    return telling.language.text(marked("{kind} “{title}” ({path})"), kind=kind, title=one.title, path=one.path)


_REMOVAL_TEXTS: Mapping[str, str] = {
    "draft": marked("{record}: is a draft now"), "invalid": marked("{record}: is withheld, since it has errors"),
    "withdrawn": marked("{record}: is withdrawn"),
    "moved": marked("{record}: stands at {other} now; its old address is gone"), "": marked("{record}"),
}


def _removed_record_line(one: RecordLabel, telling: ChangesContext) -> str:
    said = _REMOVAL_TEXTS["moved" if one.other else one.why]
    return telling.language.text(said, record=_record_name(one, telling), other=one.other)


def _new_record_line(one: RecordLabel, telling: ChangesContext) -> str:
    said = marked("{record}: stood at {other} before") if one.other else "{record}"
    return telling.language.text(said, record=_record_name(one, telling), other=one.other)


def _before_and_after(before: str, after: str) -> str:
    return f"{before or '–'} → {after or '–'}"


def _status_change_line(one: StatusChange, telling: ChangesContext) -> str:
    labels = [telling.vocabulary.label("status", status, telling.language.tag) for status in (one.before, one.after)]
    ladders = [telling.vocabulary.label("ladder", step, telling.language.tag) if step else "" for step in one.ladder]
    arrows = [_before_and_after(*pair) for pair in (labels, ladders) if pair[0] != pair[1]]
    return _label_and_text(telling, _record_name(one.record, telling), telling.language.text(", ").join(arrows))


def _label_and_text(telling: ChangesContext, what: str, how: str) -> str:
    return telling.language.text(marked("{what}: {how}"), what=what, how=how)


def _record_difference_line(one: RecordDifference, telling: ChangesContext) -> str:
    keys = (_key_change_text(key, one.record.kind, telling) for key in one.keys)
    return _label_and_text(telling, _record_name(one.record, telling), telling.language.text(marked("; ")).join(keys))


_KEY_CHANGE_TEXTS: Mapping[str, str] = {"added": marked("{key} added"), "removed": marked("{key} removed"),
                                        "changed": marked("{key} changed"), "": marked("{key} changed")}


def _key_change_text(one: KeyChange, kind: str, telling: ChangesContext) -> str:
    name = _key_name(one.key, kind, telling)
    if one.before or one.after:
        before, after = (_value_labels(one.key, text, telling) for text in (one.before, one.after))
        return f"{name} {_before_and_after(before, after)}"
    if one.entries and one.entries[0] != one.entries[1]:
        counts = [telling.language.plural("{n} entry", "{n} entries", number) for number in one.entries]
        return f"{name} {_before_and_after(*counts)}"
    return telling.language.text(_KEY_CHANGE_TEXTS[one.how], key=name)


_VOCABULARY_OF_KEY = {"topic": "topic", "channel": "channel", "close_reason": "close_reason", "basis": "basis",
                      "kinds": "stakeholder", "stakeholders": "stakeholder", "lead": "stakeholder", "by": "stakeholder",
                      "result": "followup_result", "outcome.kind": "outcome_kind"}
"""Key → the vocabulary of its values."""


def _value_labels(key: str, text: str, telling: ChangesContext) -> str:
    """What stands under a key: closed values by their labels."""
    vocabulary = _VOCABULARY_OF_KEY.get(key) or _VOCABULARY_OF_KEY.get(key.rpartition(".")[2])
    labels = (_term_label(vocabulary, value, telling) for value in text.split(", ")) if vocabulary and text else (text,)
    return telling.language.text(", ").join(labels)


def _key_name(key: str, kind: str, telling: ChangesContext) -> str:
    """`进展 2 日期`, `log 2 date`: as the writer would type it in this language."""
    names, keys = [], key.split(".")
    for number, part in enumerate(keys):
        both = key_table(model_at(KINDS[kind].model, tuple(keys[:number]))).both_names(part).split()
        names.append(both[-1] if telling.language.tag == "en" else both[0])
    return " ".join(names)


def _figure_change_line(place: str, label: str, before: str | None, after: str | None, telling: ChangesContext) -> str:
    said = telling.language.text(marked("{label} ({place})"), label=label, place=_place_name(place, telling))
    return _label_and_text(telling, said, _before_and_after(before or "", after or ""))


_FILE_CHANGE_TEXTS: Mapping[str, str] = {"new": marked("{path} is new"), "replaced": marked("{path} is replaced"),
                                         "removed": marked("{path} is not published any more")}


def _file_change_line(one: FileChange, telling: ChangesContext) -> str:
    return telling.language.text(_FILE_CHANGE_TEXTS[one.change], path=one.path)


# --- numbers ----------------------------------------------------------------------------------------------------------


def _place_name(scope: str, telling: ChangesContext) -> str:
    """What a place is called, where it is or was; the whole site is "the whole site"."""
    if not scope:
        return telling.language.text(marked("the whole site"))
    place = telling.after.library.places.get(scope) or telling.before.library.places.get(scope)
    return get_title(place) if place else scope


def _stat_change_line(one: StatChange, telling: ChangesContext) -> str:
    amounts = [_format_value(amount, one, telling) for amount in (one.before, one.after)]
    line = _label_and_text(telling, _stat_name(one, telling), _before_and_after(*amounts))
    if not one.records:
        return line
    return telling.language.text(marked("{number}, by {records}"), number=line,
                                 records=_record_titles(one.records, telling))


def _stat_name(one: StatChange, telling: ChangesContext) -> str:
    """What a number is called: its statistic, and what of it."""
    name = telling.language.text(DEFINITIONS[one.key].name)
    if one.aspect == "value" and not one.part:
        return name
    return telling.language.text(marked("{name} – {part}"), name=name, part=_PART_FORMATTERS[one.aspect](one, telling))


def _split_value_label(one: StatChange, telling: ChangesContext) -> str:
    match DEFINITIONS[one.key].values:
        case "place":
            return _place_name(one.part, telling)
        case "month":
            return telling.language.month(one.part)
        case vocabulary:
            return _term_label(vocabulary, one.part, telling)


def _term_label(vocabulary: str, key: str, telling: ChangesContext) -> str:
    side = telling.after if key in telling.vocabulary.terms[vocabulary] else telling.before
    return side.library.vocabulary.label(vocabulary, key, telling.language.tag)


_PART_FORMATTERS: Mapping[str, Callable[[StatChange, ChangesContext], str]] = {
    "value": _split_value_label,
    "counted": lambda one, telling: telling.language.text(marked("issues counted")),
    "result": _split_value_label,
    "left_out": lambda one, telling: telling.language.text(LEFT_OUT[one.part]),
}
"""Aspect of a statistic → how its part is called."""


def _format_value(amount: PublishedValue | None, one: StatChange, telling: ChangesContext) -> str:
    spoken = telling.language
    if amount is None:
        return spoken.number(0) if one.aspect != "value" or one.part else ""
    if amount.suppressed:
        return amount.suppressed
    kind = DEFINITIONS[one.key].kind if one.aspect == "value" and not one.part else "count"
    return _VALUE_FORMATTERS.get(kind, _format_count)(amount, spoken)


def _format_count(amount: PublishedValue, spoken: Language) -> str:
    return "" if amount.value is None else spoken.number(amount.value)


def _format_share(amount: PublishedValue, spoken: Language) -> str:
    """`73 % (8 of 11)`; nothing to count yet: –"""
    if amount.value is None:
        return ""
    share = spoken.percent(amount.value)
    share = spoken.text(marked("about {amount}"), amount=share) if amount.about else share
    parts = spoken.text(marked("{part} of {whole}"), part=spoken.number(amount.numerator or 0),
                        whole=spoken.number(amount.denominator or 0))
    return spoken.text(marked("{share} ({parts})"), share=share, parts=parts)


def _format_median(amount: PublishedValue, spoken: Language) -> str:
    """`12 (9-15, from 7 records)`; of too few records, only how many there are."""
    records = spoken.plural("from {n} record", "from {n} records", amount.n or 0)
    if amount.value is None:
        return spoken.text(marked("too few records ({records})"), records=records)
    low, _, high = map(spoken.number, amount.quartiles or (0, 0, 0))
    return spoken.text(marked("{middle} ({low}–{high}, {records})"), middle=spoken.number(amount.value), low=low,
                       high=high, records=records)


_VALUE_FORMATTERS: Mapping[str, Callable[[PublishedValue, Language], str]] = {"share": _format_share,
                                                                              "median": _format_median}


def _record_titles(records: Sequence[str], telling: ChangesContext) -> str:
    titles = [_quoted_title(path, telling) for path in records[:_MAX_RECORDS_NAMED]]
    rest = len(records) - _MAX_RECORDS_NAMED
    more = [telling.language.text(marked("and {n} more"), n=telling.language.number(rest))] if rest > 0 else []
    return telling.language.text(", ").join((*titles, *more))


def _quoted_title(path: str, telling: ChangesContext) -> str:
    for side in (telling.after, telling.before):
        if path in side.summaries:
            title = side.summaries[path].list_item.title
            return f"“{title}”"
        record = side.library.site if path == "site" else side.library.record(path)
        if record:
            return f"“{get_title(record)}”"
    return path
