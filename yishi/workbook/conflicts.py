"""Where two workbooks that come in together say different things of one record."""

from collections.abc import Iterator, Mapping

from ..model.problems import Problem
from .cell_values import TypedValue
from .columns import list_sheets
from .import_context import ExistingRecord, get_value, read_entries
from .parsed_workbook import ParsedRow, build_cell_problem
from .plan_changes import ChangePlan, RecordChange
from .yaml_edit import RecordKeys


def find_conflicts(name: str, proposal: ChangePlan, before: Mapping[str, ExistingRecord],
                   earlier: Mapping[str, ChangePlan]) -> Iterator[tuple[str, Problem]]:
    """What the workbook `name` would change of that which another of this import has just written: the name of the
    workbook to be asked, and the question, for both. `before`: the records as they were before all of them."""
    for wanted in proposal.changes:
        if wanted.existing is None:
            continue
        others = [(other, one) for other, found in earlier.items() for one in found.changes if one.path == wanted.path]
        was = before[wanted.path].data if wanted.path in before else {}
        for keys, value in wanted.values.items():
            now = get_value(wanted.existing.data, keys)
            if now == get_value(was, keys):
                continue
            yield from _ask_both(name, wanted.rows[()], (value, now), keys,
                                 ((other, one.rows[()]) for other, one in others if keys in one.values))
        yield from _list_conflicts(name, wanted, was, others)


def _list_conflicts(name: str, wanted: RecordChange, was: Mapping[str, object],
                    others: list[tuple[str, RecordChange]]) -> Iterator[tuple[str, Problem]]:
    assert wanted.existing is not None
    for key, items in wanted.lists.items():
        model = list_sheets()[f"{wanted.kind}.{key}"].model
        now, old = read_entries(wanted.existing.data, key, model), read_entries(dict(was), key, model)
        for at, item in enumerate(items):
            if item.old_index is None or not item.values or now[item.old_index] in old:
                continue
            for part, value in item.values.items():
                theirs = ((other, one.rows[key, item.old_index]) for other, one in others
                          if (key, item.old_index) in one.rows
                          and part in one.lists.get(key, items)[item.old_index].values)
                yield from _ask_both(name, wanted.rows[key, at], (value, now[item.old_index].get(part)), (part,),
                                     theirs)


def _ask_both(name: str, row: ParsedRow, values: tuple[TypedValue | None, object], keys: RecordKeys,
              others: Iterator[tuple[str, ParsedRow]]) -> Iterator[tuple[str, Problem]]:
    """The question to both: `values`, what this one says and what the others say."""
    column = next((column for column in row.sheet.columns if column.keys == keys), None)
    for other, other_row in others:
        yield name, build_cell_problem(name, row.get_cell(column), "said_otherwise", found=other,
                                       allowed=_quote_value(values[1]))
        yield other, build_cell_problem(other, other_row.get_cell(column), "said_otherwise", found=name,
                                        allowed=_quote_value(values[0]))


def _quote_value(value: object) -> str:
    if isinstance(value, list):
        return f"“{'、'.join(map(str, value))}”"
    if isinstance(value, dict):
        return f"“{' '.join(map(str, value.values()))}”"
    return f"“{value or '-'}”"
