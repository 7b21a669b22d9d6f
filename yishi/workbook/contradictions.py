"""Where two workbooks that come in together say different things of one record."""

from collections.abc import Iterator, Mapping

from ..model.problems import Problem
from .cells import Value
from .columns import sheets
from .grid import Row, problem_at
from .ground import Found, entries_of, value_at
from .nodes import Keys
from .proposals import Proposal, Wanted


def contradictions(name: str, proposal: Proposal, before: Mapping[str, Found],
                   earlier: Mapping[str, Proposal]) -> Iterator[tuple[str, Problem]]:
    """What the workbook `name` would change of that which another of this import has just written: the name of the
    workbook to be asked, and the question, for both. `before`: the records as they were before all of them."""
    for wanted in proposal.wanted:
        if wanted.found is None:
            continue
        others = [(other, one) for other, found in earlier.items() for one in found.wanted if one.path == wanted.path]
        was = before[wanted.path].data if wanted.path in before else {}
        for keys, value in wanted.values.items():
            now = value_at(wanted.found.data, keys)
            if now == value_at(was, keys):
                continue
            yield from _asked(name, wanted.rows[()], (value, now), keys,
                              ((other, one.rows[()]) for other, one in others if keys in one.values))
        yield from _of_lists(name, wanted, was, others)


def _of_lists(name: str, wanted: Wanted, was: Mapping[str, object],
              others: list[tuple[str, Wanted]]) -> Iterator[tuple[str, Problem]]:
    assert wanted.found is not None
    for key, items in wanted.lists.items():
        model = sheets()[f"{wanted.kind}.{key}"].model
        now, old = entries_of(wanted.found.data, key, model), entries_of(dict(was), key, model)
        for at, item in enumerate(items):
            if item.old is None or not item.values or now[item.old] in old:
                continue
            for part, value in item.values.items():
                theirs = ((other, one.rows[key, item.old]) for other, one in others
                          if (key, item.old) in one.rows and part in one.lists.get(key, items)[item.old].values)
                yield from _asked(name, wanted.rows[key, at], (value, now[item.old].get(part)), (part,), theirs)


def _asked(name: str, row: Row, values: tuple[Value | None, object], keys: Keys,
           others: Iterator[tuple[str, Row]]) -> Iterator[tuple[str, Problem]]:
    """The question to both: `values`, what this one says and what the others say."""
    column = next((column for column in row.sheet.columns if column.keys == keys), None)
    for other, other_row in others:
        yield name, problem_at(name, row.cell(column), "said_otherwise", found=other, allowed=_text(values[1]))
        yield other, problem_at(other, other_row.cell(column), "said_otherwise", found=name, allowed=_text(values[0]))


def _text(value: object) -> str:
    if isinstance(value, list):
        return f"“{'、'.join(map(str, value))}”"
    if isinstance(value, dict):
        return f"“{' '.join(map(str, value.values()))}”"
    return f"“{value or '-'}”"
