"""Conflicts between workbooks of the same import that change one record differently."""

from collections.abc import Iterator, Mapping

from ..model.problems import Problem
from .cell_values import TypedValue
from .columns import list_sheets
from .import_context import ExistingRecord, get_value, read_entries
from .parsed_workbook import ParsedRow, build_cell_problem
from .plan_changes import ChangePlan, RecordChange
from .yaml_edit import RecordKeys


def find_conflicts(name: str, plan: ChangePlan, before: Mapping[str, ExistingRecord],
                   earlier: Mapping[str, ChangePlan]) -> Iterator[tuple[str, Problem]]:
    """Find values that the workbook `name` would overwrite although an earlier workbook of this import has just
    changed them. Yields (workbook name, question), for both workbooks. `before`: records before the import;
    `earlier`: plans of the workbooks already applied."""
    for change in plan.changes:
        if change.existing is None:
            continue
        others = [(other, one) for other, other_plan in earlier.items() for one in other_plan.changes
                  if one.path == change.path]
        old_data = before[change.path].data if change.path in before else {}
        for keys, value in change.values.items():
            current = get_value(change.existing.data, keys)
            if current == get_value(old_data, keys):
                continue
            yield from _ask_both(name, change.rows[()], (value, current), keys,
                                 ((other, one.rows[()]) for other, one in others if keys in one.values))
        yield from _list_conflicts(name, change, old_data, others)


def _list_conflicts(name: str, change: RecordChange, old_data: Mapping[str, object],
                    others: list[tuple[str, RecordChange]]) -> Iterator[tuple[str, Problem]]:
    assert change.existing is not None
    for key, items in change.lists.items():
        model = list_sheets()[f"{change.kind}.{key}"].model
        now, old = read_entries(change.existing.data, key, model), read_entries(dict(old_data), key, model)
        for at, item in enumerate(items):
            if item.old_index is None or not item.values or now[item.old_index] in old:
                continue
            for column_key, value in item.values.items():
                theirs = ((other, one.rows[key, item.old_index]) for other, one in others
                          if (key, item.old_index) in one.rows
                          and column_key in one.lists.get(key, items)[item.old_index].values)
                values = value, now[item.old_index].get(column_key)
                yield from _ask_both(name, change.rows[key, at], values, (column_key,), theirs)


def _ask_both(name: str, row: ParsedRow, values: tuple[TypedValue | None, object], keys: RecordKeys,
              others: Iterator[tuple[str, ParsedRow]]) -> Iterator[tuple[str, Problem]]:
    """The question for both workbooks; `values`: the value in this workbook and the one in the others."""
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
