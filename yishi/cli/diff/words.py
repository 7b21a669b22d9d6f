"""What a change does, in words: as lines for a terminal, as Markdown for those who approve it, as JSON for programs.

Personal data is masked, whatever was written.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from msgspec import Struct, to_builtins

from ...analysis.statistics import DEFINITIONS, LEFT_OUT
from ...content.privacy import mask
from ...model.keys import key_table, model_at
from ...model.kinds import KINDS
from ...model.language import Language, marked
from ...model.records import title_of
from ...model.vocabulary import Vocabulary
from .model import Amount, Changes, Edit, File, Key, Move, Named, Shift, Side

_SHOWN = (40, 15, 5, 1)
"""So many entries of one kind are listed in Markdown, fewer where it would grow too long; text and JSON have all."""

_LONGEST = 60_000
"""Characters of a comment: GitHub takes 65,536."""

_BEHIND = 5
"""So many records are named behind one number; the JSON names all."""


class Telling(Struct, frozen=True):
    """What changes are told with: the language, and both sides, for the names of places and values."""

    spoken: Language
    before: Side
    after: Side
    since: str

    @property
    def vocabulary(self) -> Vocabulary:
        """The site's closed values as they are now."""
        return self.after.library.vocabulary


class Chapter(Struct, frozen=True):
    """One kind of what changes: its heading, and a line for each; `inner` headings stand in bold above their lines."""

    heading: str
    lines: tuple[str, ...]
    inner: str = ""


# --- as text, as Markdown, as JSON ------------------------------------------------------------------------------------


def as_text(found: Changes, telling: Telling) -> str:
    """For a terminal."""
    lines = [_head(found, telling), *_sums(found, telling)]
    for heading, chapters in groupby(_chapters(found, telling), lambda one: one.heading):
        lines += ["", heading]
        for chapter in chapters:
            lines += [f"  {chapter.inner}"] if chapter.inner else []
            lines += [f"{'    ' if chapter.inner else '  '}{line}" for line in chapter.lines]
    return "\n".join(lines)


def as_markdown(found: Changes, telling: Telling) -> str:
    """For a pull request: what matters at a glance, the rest to be opened; as short as a comment has to be."""
    chapters = list(_chapters(found, telling))
    for shown in _SHOWN:
        text = "\n".join(_markdown(found, telling, chapters, shown))
        if len(text) <= _LONGEST:
            break
    return text


def _markdown(found: Changes, telling: Telling, chapters: Iterable[Chapter], shown: int) -> Iterator[str]:
    yield from (f"### {_escaped(_head(found, telling))}", "")
    yield from (f"- {_escaped(line)}" for line in _sums(found, telling))
    for heading, of_kind in groupby(chapters, lambda one: one.heading):
        several = list(of_kind)
        number = telling.spoken.number(sum(len(chapter.lines) for chapter in several))
        yield from ("", f"<details><summary>{_escaped(heading)} ({number})</summary>", "")
        yield from (line for chapter in several[:shown] for line in _section(chapter, telling, shown))
        if len(several) > shown:
            more = telling.spoken.number(len(several) - shown)
            yield from ("", _escaped(telling.spoken.text(marked("and {n} more places"), n=more)))
        yield from ("", "</details>")


def _section(chapter: Chapter, telling: Telling, shown: int) -> Iterator[str]:
    if chapter.inner:
        yield from ("", f"**{_escaped(chapter.inner)}**", "")
    yield from (f"- {_escaped(line)}" for line in chapter.lines[:shown])
    if len(chapter.lines) > shown:
        yield f"- {telling.spoken.text(marked('and {n} more'), n=telling.spoken.number(len(chapter.lines) - shown))}"


def _escaped(text: str) -> str:
    """A text that means nothing in Markdown: no heading, no link, no mention of a person, no number of an issue."""
    plain = re.sub(r"([\\`*_{}\[\]()<>|~!&])", r"\\\1", text)
    return re.sub(r"[@#]", lambda sign: f"&#{ord(sign[0])};", plain)


def as_json(found: Changes, telling: Telling) -> str:
    """For programs: keys and paths, in the order in which they are told."""
    data = {"since": telling.since, **to_builtins(found), "sums": _counted(found)}
    return json.dumps(_safe(data), ensure_ascii=False, indent=1)


def _safe(value: object) -> object:
    """Plain data with every text masked."""
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, Mapping):
        return {key: _safe(one) for key, one in value.items()}
    return [_safe(one) for one in value] if isinstance(value, list | tuple) else value


# --- the head ---------------------------------------------------------------------------------------------------------


def _head(found: Changes, telling: Telling) -> str:
    spoken = telling.spoken
    said = marked("What changes since {since}, in the numbers of {day}")
    return spoken.text(said, since=telling.since, day=spoken.day(found.as_of))


_Sum = Callable[[Language, int], str]
"""How many there are, in words."""

_MOVES: Mapping[str, _Sum] = {
    "resolved": lambda spoken, n: spoken.plural("{n} issue resolved", "{n} issues resolved", n),
    "reopened": lambda spoken, n: spoken.plural("{n} issue reopened", "{n} issues reopened", n),
    "closed": lambda spoken, n: spoken.plural("{n} issue closed unsolved", "{n} issues closed unsolved", n),
    "taken_up": lambda spoken, n: spoken.plural("{n} issue taken up", "{n} issues taken up", n),
    "set_back": lambda spoken, n: spoken.plural("{n} issue set back to new", "{n} issues set back to new", n),
    "unknown": lambda spoken, n: spoken.plural("{n} issue not reported further", "{n} issues not reported further", n),
}
"""Move → how many made it."""

_SUMS: Mapping[str, _Sum] = {
    "removed": lambda spoken, n: spoken.plural("{n} record removed", "{n} records removed", n),
    "new": lambda spoken, n: spoken.plural("{n} new record", "{n} new records", n),
    **_MOVES,
    "edits": lambda spoken, n: spoken.plural("{n} record edited", "{n} records edited", n),
    "claims": lambda spoken, n: spoken.plural("{n} published figure changes", "{n} published figures change", n),
    "files": lambda spoken, n: spoken.plural("{n} photo or document changes", "{n} photos or documents change", n),
    "shifts": lambda spoken, n: spoken.plural("{n} number changes", "{n} numbers change", n),
}
"""Kind of change → how many there are, removals first."""


def _counted(found: Changes) -> dict[str, int]:
    """How many of each kind there are, removals first."""
    moves = {move: sum(one.move == move for one in found.moves) for move in _MOVES}
    numbers = {**moves, **{name: len(getattr(found, name)) for name in _SUMS if name not in _MOVES}}
    return {name: numbers[name] for name in _SUMS if numbers[name]}


def _sums(found: Changes, telling: Telling) -> list[str]:
    if not found.anything:
        return [telling.spoken.text(marked("Nothing changes: no record says anything else, and no number is another."))]
    return [_SUMS[name](telling.spoken, number) for name, number in _counted(found).items()]


# --- the chapters -----------------------------------------------------------------------------------------------------


def _chapters(found: Changes, telling: Telling) -> Iterator[Chapter]:
    text = telling.spoken.text
    parts: Sequence[tuple[str, Iterable[str]]] = (
        (text(marked("Removed")), (_removed(one, telling) for one in found.removed)),
        (text(marked("New")), (_new(one, telling) for one in found.new)),
        (text(marked("Status")), (_move(one, telling) for one in found.moves)),
        (text(marked("Edited")), (_edit(one, telling) for one in found.edits)),
        (text(marked("Published figures")), (_claim(one.place, one.label, one.before, one.after, telling)
                                             for one in found.claims)),
        (text(marked("Photos and documents")), (_file(one, telling) for one in found.files)),
    )
    yield from (Chapter(heading, chosen) for heading, lines in parts if (chosen := tuple(map(mask, lines))))
    for scope, several in groupby(found.shifts, lambda shift: shift.scope):
        yield Chapter(text(marked("Numbers")), tuple(mask(_shift(one, telling)) for one in several),
                      mask(_place(scope, telling)))


def _name(one: Named, telling: Telling) -> str:
    kind = telling.vocabulary.label("record_kind", one.kind, telling.spoken.tag)
    return telling.spoken.text(marked("{kind} “{title}” ({path})"), kind=kind, title=one.title, path=one.path)


_REASONS: Mapping[str, str] = {
    "draft": marked("{record}: is a draft now"), "invalid": marked("{record}: is withheld, since it has errors"),
    "withdrawn": marked("{record}: is withdrawn"),
    "moved": marked("{record}: stands at {other} now; its old address is gone"), "": marked("{record}"),
}


def _removed(one: Named, telling: Telling) -> str:
    said = _REASONS["moved" if one.other else one.why]
    return telling.spoken.text(said, record=_name(one, telling), other=one.other)


def _new(one: Named, telling: Telling) -> str:
    said = marked("{record}: stood at {other} before") if one.other else "{record}"
    return telling.spoken.text(said, record=_name(one, telling), other=one.other)


def _arrow(before: str, after: str) -> str:
    return f"{before or '–'} → {after or '–'}"


def _move(one: Move, telling: Telling) -> str:
    labels = [telling.vocabulary.label("status", status, telling.spoken.tag) for status in (one.before, one.after)]
    ladders = [telling.vocabulary.label("ladder", step, telling.spoken.tag) if step else "" for step in one.ladder]
    arrows = [_arrow(*pair) for pair in (labels, ladders) if pair[0] != pair[1]]
    return _said(telling, _name(one.record, telling), telling.spoken.text(", ").join(arrows))


def _said(telling: Telling, what: str, how: str) -> str:
    return telling.spoken.text(marked("{what}: {how}"), what=what, how=how)


def _edit(one: Edit, telling: Telling) -> str:
    keys = (_key(key, one.record.kind, telling) for key in one.keys)
    return _said(telling, _name(one.record, telling), telling.spoken.text(marked("; ")).join(keys))


_HOW: Mapping[str, str] = {"added": marked("{key} added"), "removed": marked("{key} removed"),
                           "changed": marked("{key} changed"), "": marked("{key} changed")}


def _key(one: Key, kind: str, telling: Telling) -> str:
    name = _key_name(one.key, kind, telling)
    if one.before or one.after:
        before, after = (_in_words(one.key, text, telling) for text in (one.before, one.after))
        return f"{name} {_arrow(before, after)}"
    if one.entries and one.entries[0] != one.entries[1]:
        counts = [telling.spoken.plural("{n} entry", "{n} entries", number) for number in one.entries]
        return f"{name} {_arrow(*counts)}"
    return telling.spoken.text(_HOW[one.how], key=name)


_CLOSED = {"topic": "topic", "channel": "channel", "close_reason": "close_reason", "basis": "basis",
           "kinds": "stakeholder", "stakeholders": "stakeholder", "lead": "stakeholder", "by": "stakeholder",
           "result": "followup_result", "outcome.kind": "outcome_kind"}
"""Key → the vocabulary of its values."""


def _in_words(key: str, text: str, telling: Telling) -> str:
    """What stands under a key: closed values by their labels."""
    vocabulary = _CLOSED.get(key) or _CLOSED.get(key.rpartition(".")[2])
    labels = (_label(vocabulary, value, telling) for value in text.split(", ")) if vocabulary and text else (text,)
    return telling.spoken.text(", ").join(labels)


def _key_name(key: str, kind: str, telling: Telling) -> str:
    """`进展 2 日期`, `log 2 date`: as the writer would type it in this language."""
    names, keys = [], key.split(".")
    for number, part in enumerate(keys):
        both = key_table(model_at(KINDS[kind].model, tuple(keys[:number]))).both_names(part).split()
        names.append(both[-1] if telling.spoken.tag == "en" else both[0])
    return " ".join(names)


def _claim(place: str, label: str, before: str | None, after: str | None, telling: Telling) -> str:
    said = telling.spoken.text(marked("{label} ({place})"), label=label, place=_place(place, telling))
    return _said(telling, said, _arrow(before or "", after or ""))


_FILES: Mapping[str, str] = {"new": marked("{path} is new"), "replaced": marked("{path} is replaced"),
                             "removed": marked("{path} is not published any more")}


def _file(one: File, telling: Telling) -> str:
    return telling.spoken.text(_FILES[one.change], path=one.path)


# --- numbers ----------------------------------------------------------------------------------------------------------


def _place(scope: str, telling: Telling) -> str:
    """What a place is called, where it is or was; the whole site is "the whole site"."""
    if not scope:
        return telling.spoken.text(marked("the whole site"))
    place = telling.after.library.places.get(scope) or telling.before.library.places.get(scope)
    return title_of(place) if place else scope


def _shift(one: Shift, telling: Telling) -> str:
    amounts = [_amount(amount, one, telling) for amount in (one.before, one.after)]
    line = _said(telling, _number(one, telling), _arrow(*amounts))
    if not one.records:
        return line
    return telling.spoken.text(marked("{number}, by {records}"), number=line, records=_behind(one.records, telling))


def _number(one: Shift, telling: Telling) -> str:
    """What a number is called: its statistic, and what of it."""
    name = telling.spoken.text(DEFINITIONS[one.key].name)
    if one.aspect == "value" and not one.part:
        return name
    return telling.spoken.text(marked("{name} – {part}"), name=name, part=_PARTS[one.aspect](one, telling))


def _value(one: Shift, telling: Telling) -> str:
    match DEFINITIONS[one.key].values:
        case "place":
            return _place(one.part, telling)
        case "month":
            return telling.spoken.month(one.part)
        case vocabulary:
            return _label(vocabulary, one.part, telling)


def _label(vocabulary: str, key: str, telling: Telling) -> str:
    side = telling.after if key in telling.vocabulary.terms[vocabulary] else telling.before
    return side.library.vocabulary.label(vocabulary, key, telling.spoken.tag)


_PARTS: Mapping[str, Callable[[Shift, Telling], str]] = {
    "value": _value,
    "counted": lambda one, telling: telling.spoken.text(marked("issues counted")),
    "result": _value,
    "left_out": lambda one, telling: telling.spoken.text(LEFT_OUT[one.part]),
}
"""Aspect of a statistic → how its part is called."""


def _amount(amount: Amount | None, one: Shift, telling: Telling) -> str:
    spoken = telling.spoken
    if amount is None:
        return spoken.number(0) if one.aspect != "value" or one.part else ""
    if amount.suppressed:
        return amount.suppressed
    kind = DEFINITIONS[one.key].kind if one.aspect == "value" and not one.part else "count"
    return _FORMS.get(kind, _count)(amount, spoken)


def _count(amount: Amount, spoken: Language) -> str:
    return "" if amount.value is None else spoken.number(amount.value)


def _share(amount: Amount, spoken: Language) -> str:
    """`73 % (8 of 11)`; nothing to count yet: –"""
    if amount.value is None:
        return ""
    share = spoken.percent(amount.value)
    share = spoken.text(marked("about {amount}"), amount=share) if amount.about else share
    parts = spoken.text(marked("{part} of {whole}"), part=spoken.number(amount.numerator or 0),
                        whole=spoken.number(amount.denominator or 0))
    return spoken.text(marked("{share} ({parts})"), share=share, parts=parts)


def _median(amount: Amount, spoken: Language) -> str:
    """`12 (9-15, from 7 records)`; of too few records, only how many there are."""
    records = spoken.plural("from {n} record", "from {n} records", amount.n or 0)
    if amount.value is None:
        return spoken.text(marked("too few to say ({records})"), records=records)
    low, _, high = map(spoken.number, amount.quartiles or (0, 0, 0))
    return spoken.text(marked("{middle} ({low}–{high}, {records})"), middle=spoken.number(amount.value), low=low,
                       high=high, records=records)


_FORMS: Mapping[str, Callable[[Amount, Language], str]] = {"share": _share, "median": _median}


def _behind(records: Sequence[str], telling: Telling) -> str:
    titles = [_title(path, telling) for path in records[:_BEHIND]]
    rest = len(records) - _BEHIND
    more = [telling.spoken.text(marked("and {n} more"), n=telling.spoken.number(rest))] if rest > 0 else []
    return telling.spoken.text(", ").join((*titles, *more))


def _title(path: str, telling: Telling) -> str:
    for side in (telling.after, telling.before):
        if path in side.briefs:
            title = side.briefs[path].listing.title
            return f"“{title}”"
        record = side.library.site if path == "site" else side.library.record(path)
        if record:
            return f"“{title_of(record)}”"
    return path
