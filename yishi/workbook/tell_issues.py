"""Make what a row tells of an issue into its log: what happened, how it stands, what comes next.

A row is an issue: `过程` holds its steps, a line or sentence each; without any, what the title and the summary tell.
Steps may also stand on the sheet of the log, under any part of the title that fits one issue only. Everything inferred
is told (`read_as`), and what cannot be is asked.
"""

import re
from collections.abc import Container, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from ..library import find_nearest_method, get_default_stages
from ..model.date_expressions import WritingContext
from ..model.dates import format_date, parse_partial_date
from ..model.problems import Problem, Severity
from ..model.records import DEFAULT_METHOD, MAX_SUMMARY_LENGTH, get_max_title_length
from ..model.vocabulary import Vocabulary, encode_choices, get_built_in_vocabulary, normalize_word
from .cell_values import Cell, list_numbers, read_date
from .columns import TOLD_COLUMNS, WorkbookColumn, list_sheets
from .import_context import ExistingRecord, ImportContext, format_cells, read_entries
from .parsed_workbook import ParsedRow, build_cell_problem
from .story import (
    Step,
    find_phase_told,
    find_topic,
    find_unsure_dates,
    has_word,
    has_worked,
    is_denied,
    is_done,
    is_plan,
    propose_dates,
    read_date_after,
    split_story,
)

DITTO = re.compile("(?:同上|〃|″|same as above|as above|ditto)[，,。.:：\\s]*", re.IGNORECASE)
"""A word for the cell above; a title that begins with it goes on with the issue above."""

_ONLY_RAISED = frozenset({"报的", "报了", "报", "提", "提的", "说的", "反映的"})
"""A step that says no more than when the issue was raised."""
_UNDER_WAY = re.compile("[\u4e00-\u9fff]{2}中$|走.{0,4}流程|排队|排期|挂账|^(?:still|not) "
                        "|好(?:一?点|一?些|多)儿?了?$|好转|缓解|改善|凑合|勉强|临时|将就|一半|大半|部分|^(?:继续|接着|仍在|持续)|^[还只]?[差剩余缺]"
                        "|^快[要修换装清办弄搞做好完]|^(?:正在|还在|在|等待?|待)[\u4e00-\u9fff]"
                        "|^(?:still )?a?waiting\\b"
                        "|^(?:还|仲|一直|至今|到现在)?都?[没未][\u4e00-\u9fff]{0,3}[^\\W了]$",
                        re.IGNORECASE)
"""How an issue stands that goes on: 观察中, 正在协调, 等街道批, 到现在没改, 好一点, waiting for the owner."""
_REPORTED = re.compile("(?:报修|投诉|受理|提出|接报|来电|登记|反映|上报|诉求|建议)(?:时间|日期|内容|事项)[:：]")
"""A field of a form that tells how an issue was raised."""
_STAGE_NAMED = re.compile(r"([^:：\s]{1,16})[:：]\s*(?=\S)")
"""A stage before the text of its step: 实施：换了灯管."""
_AGAIN = re.compile(r"又(?![去来上看回检问打开研联给把催])|再次(?!上门|查看|检查|联系|开会|协商)|"
                    r"\bagain\b|\bonce more\b", re.IGNORECASE)
"""A trouble that comes back, rather than one more visit: 又堵了, but not 又去看了."""


class _LogStep(Struct, frozen=True):
    """A step of a log: its cell, date ("" = none), stage as written in a record, text, the row it stands on, and
    whether its writer is told how it was read."""

    cell: Cell
    date: str
    stage: str
    text: str
    row: ParsedRow
    is_told: bool = False


class IssueTeller:
    """Tells the issues of one workbook. `imported`: paths of the records that an import has made or changed."""

    def __init__(self, name: str, rows: Sequence[ParsedRow], context: ImportContext, place: str,
                 writing: WritingContext, imported: Container[str]) -> None:
        self.name, self.rows, self.context, self.place = name, rows, context, place
        self.writing, self.imported = writing, imported
        self.problems: list[Problem] = []
        self.moved: set[int] = set()
        """Log rows that are read after all others."""
        self.vocabulary = context.library.vocabulary
        self.issues = [row for row in rows if row.sheet.name == "issue"]
        self.log = list_sheets()["issue.log"]
        stages = _stages_at(context, place)
        self.stage_words = {normalize_word(word): label for label, _, words in stages for word in words}
        self.stage_of_phase = {phase: label for label, phases, _ in reversed(stages) for phase in phases}

    def tell(self) -> list[ParsedRow]:
        """All rows: issues completed; list rows with the whole titles of their issues, in the order they were written,
        log rows with their dates and stages; and the steps told in issues."""
        entries = [self._name_issue(row) for row in self.rows if row.sheet.list_key and row.sheet.kind == "issue"]
        told: list[tuple[ParsedRow, list[_LogStep]]] = []
        for issue in self.issues:
            if told and DITTO.match(issue.get_text("title")):
                told[-1][1].extend(self._continue(*told[-1], issue))
                continue
            if DITTO.match(issue.get_text("title")):
                cell = issue.get_cell(issue.sheet.get_column("title"))
                self._tell(cell, "ditto_first", "error", found=f"'{cell.text[:40]}'")
            self._ask_about_same_title(issue, [one for one, _ in told])
            made = self._find_made_record(issue)
            names = {normalize_word(title) for title in (issue.get_text("title"), made.title if made else "")}
            own = list(self._read_log_rows(
                [row for row in entries if row.sheet is self.log and _belongs(row, issue, names)],
                read_date_after(issue.get_text("raised"), self.writing), starts=True,
                can_close=bool(issue.get_text("close_reason"))))
            is_told = _is_typed(issue) and issue.get_text("title")
            if _tells_without_title(issue):  # it has nothing else that a record has, hence would be passed over
                title = issue.sheet.get_column("title")
                self._tell(issue.get_cell(title), "missing_key", "error", key=title.both_names)
            completed, steps = self._tell_issue(issue, own, made) if is_told else (issue, own)
            told.append((completed, steps))
        rows = [self._log_row(step, issue) for issue, steps in told for step in steps]
        on_log: dict[int, list[ParsedRow]] = {}
        for row in [*rows, *self._continue_records(entries, {row.number for row in rows if row.sheet is self.log})]:
            if row.sheet_name not in {one.sheet_name for one, _ in told}:
                on_log.setdefault(row.number, []).append(row)
        written = [one for row in entries for one in
                   (on_log.get(row.number, [row]) if row.sheet is self.log and _is_typed(row) else [row])]
        last = [row for row in written if row.sheet is self.log and row.number in self.moved]
        return [*(issue for issue, _ in told),
                *(row for row in written if row not in last),
                *(row for row in rows if row.sheet_name == told[0][0].sheet_name), *last,
                *(row for row in self.rows if row.sheet.kind != "issue")]

    def _continue_records(self, entries: Sequence[ParsedRow], told: Container[int]) -> Iterator[ParsedRow]:
        """The typed log rows, read, of issues that are not in this workbook. `told`: numbers of those that are."""
        by_title: dict[str, list[ParsedRow]] = {}
        for row in entries:
            if row.sheet is self.log and _is_typed(row) and row.get_text("#parent") and row.number not in told:
                by_title.setdefault(normalize_word(row.get_text("#parent")), []).append(row)
        for title, rows in by_title.items():
            existing = next((one for one in self.context.records.values() if one.kind == "issue"
                             and normalize_word(one.title) == title), None)
            steps = self._read_log_rows(rows, "", starts=False, can_close=False)
            yield from (self._log_row(step, step.row) for step in self._reopen(list(steps), existing))

    def _ask_about_same_title(self, issue: ParsedRow, above: Sequence[ParsedRow]) -> None:
        """Asks whether two rows that were handed out empty, and now have one title, are one matter."""
        typed = [one for one in above if one.get_text("title") and not one.is_of_record and not issue.is_of_record]
        same = next((one for one in typed if _name_matter(one) == _name_matter(issue)), None)
        if same:
            self._tell(issue.get_cell(issue.sheet.get_column("title")), "title_twice", found=str(same.number))

    def _tell(self, cell: Cell, code: str, level: Severity = "warning", **values: str) -> None:
        self.problems.append(build_cell_problem(self.name, cell, code, level=level, values=values))

    # --- log rows

    def _name_issue(self, row: ParsedRow) -> ParsedRow:
        """A list row with the whole title of its issue, if it gives a part that fits one issue only."""
        column = row.sheet.get_column("#parent")
        text = normalize_word(row.get_text("#parent"))
        titles = {normalize_word(one.get_text("title")): one.get_text("title") for one in self.issues}
        if not text or text in titles or self.context.vocabulary.find_paths(("issue",), text, self.place):
            return row
        titles |= {normalize_word(one.title): one.title for one in self.context.records.values() if one.kind == "issue"}
        for fits in (str.startswith, str.__contains__):
            matches = {title for word, title in titles.items() if word and fits(word, text)}
            if len(matches) == 1 and len(text) > 1:
                title = matches.pop()
                self._tell(row.cells[column], "read_as", "notice", found=title)
                return replace(row, cells={**row.cells, column: replace(row.cells[column], text=title)})
        return row

    def _read_log_rows(self, rows: Sequence[ParsedRow], before: str, *, starts: bool,
                       can_close: bool) -> Iterator[_LogStep]:
        """The steps of typed log rows of one issue; rows that were handed out filled stay as they are. `before`: the
        day it was raised; `starts`: its log begins with them; `can_close`: the reason of a closing is given."""
        for number, row in enumerate(row for row in rows if _is_typed(row)):
            for step in self._read_log_row(row, before, is_first=starts and number == 0, can_close=can_close):
                before = step.date or before
                yield step

    def _read_log_row(self, row: ParsedRow, before: str, *, is_first: bool, can_close: bool) -> Iterator[_LogStep]:
        text, word = row.get_text("text"), row.get_text("stage")
        day = self._read_step_date(row, before)
        cell = row.get_cell(row.sheet.get_column("stage"))
        unread = row.get_text("date") if not day else ""
        stage = self._stage(word)
        is_closing = get_built_in_vocabulary().key("reserved_stage", word) == "closed"
        if is_closing and not can_close:  # 未解决 mostly means: still open
            stage = ""
            self._tell(cell, "read_as", "notice", found=self._standing_label("under_way"))
        steps = split_story(text, self.writing, day or before) if text else []
        parts = steps if len(steps) > 1 and any(step.date for step in steps[1:]) else [Step(text)]
        for number, part in enumerate(parts):
            said = part.text if number or stage or not word or word in part.text or is_closing else "：".join(
                filter(None, (word, part.text)))
            said = "：".join(filter(None, (unread if not number else "", said)))
            when = part.date if number else day or part.date
            given = stage if not number else ""
            yield self._step(row, cell, replace(part, text=said, date=when), given, is_first=is_first and not number,
                             hint=word)

    def _read_step_date(self, row: ParsedRow, before: str) -> str:
        """The date of a log row ("" = none); a day without a year follows the step before."""
        column, text = row.sheet.get_column("date"), row.get_text("date")
        day = read_date_after(text, self.writing, before) if text else ""
        if day and not before and is_plan(row.get_text("text")) and len(propose_dates(text, self.writing)) > 1:
            day = ""
        if text and not day:
            self._ask_date(row.cells[column], text, column, propose_dates(text, self.writing, before))
        elif list_numbers(day) != list_numbers(text):
            self._tell(row.cells[column], "read_as", "notice", found=day)
        return day

    def _ask_date(self, cell: Cell, text: str, column: WorkbookColumn, dates: Sequence[str]) -> None:
        """Asks about a date that cannot be told, with the dates that it may mean."""
        if len(dates) > 1:
            self._tell(cell, "year_asked", found=f"'{text}'", allowed=encode_choices(dates))
        else:
            self._tell(cell, "date_asked", found=f"'{text}'", key=column.both_names)

    def _step(self, row: ParsedRow, cell: Cell, step: Step, stage: str, *, is_first: bool, hint: str = "",
              is_shown: bool = False) -> _LogStep:
        """A step with its stage: as given, else as its words say. `is_shown`: its writer is told how it was read, also
        if it is the first."""
        is_under_way = is_done(step.text, self.vocabulary) and self._is_not_over(step.date)  # 本周内完成
        is_ahead = self._is_ahead(step.date) and not self._has_come(step)
        if (is_plan(step.text) or is_ahead or is_under_way) and not is_first:
            numbers = list_numbers(step.date)
            is_in_text = set(numbers[1:] or numbers) <= set(list_numbers(step.text))
            plan = step.text if is_in_text else f"{step.date} {step.text}"
            self._tell(cell, "plan_asked", found=f"'{plan[:40]}'")
            return _LogStep(cell, "", self._reserved("raised"), plan, row)
        if not stage and (named := _STAGE_NAMED.match(step.text)):
            word, rest = self._stage(re.sub("(?:时间|日期)$", "", named[1])), step.text[named.end():]
            is_wish = is_first and word == self._reserved("resolved") and not (
                has_worked(rest) or is_done(rest, self.vocabulary) or step.date)  # “解决：停车难” asks for it
            stage = "" if is_wish or word == self._reserved("closed") else word  # 未解决 mostly means: still open
            step = replace(step, text=rest) if stage == named[1] else step
        is_told = not stage and bool(hint or is_shown or not is_first)
        stage = stage or self._guess_stage(step.text, hint, is_first=is_first)
        return _LogStep(cell, step.date, stage, step.text, row, is_told)

    def _is_ahead(self, day: str) -> bool:
        """Whether a date lies after the day of writing, or is only known by its end: of something planned or due."""
        when = parse_partial_date(day) if day else None
        return when is not None and (when.earliest is None or when.earliest > self.writing.day)

    def _has_come(self, step: Step) -> bool:
        """Whether a step that was by a day which is past tells of something done: 国庆前种的树."""
        when = parse_partial_date(step.date)
        return when.earliest is None and when.latest is not None and when.latest < self.writing.day and (
            re.search(r"[了过已]|[\u4e00-\u9fff]的[\u4e00-\u9fff]|\b(?:was|were|had|\w+ed)\b", step.text) is not None)

    def _is_not_over(self, day: str) -> bool:
        """Whether a time that lasts several days is not over on the day of writing."""
        when = parse_partial_date(day) if day else None
        return when is not None and when.precision != "day" and (
            when.last_named is not None and when.last_named > self.writing.day)

    def _stage(self, word: str) -> str:
        """The stage that a word names in a method or everywhere, as written in a record; "" for another word."""
        if (key := get_built_in_vocabulary().key("reserved_stage", word)) is not None:
            return self._reserved(key)
        return self.stage_words.get(normalize_word(word), "")

    def _guess_stage(self, text: str, hint: str, *, is_first: bool) -> str:
        if is_done(text, self.vocabulary) and not is_first:
            return self._reserved("resolved")
        phase = get_built_in_vocabulary().key("phase", hint) or find_phase_told(f"{hint} {text}", self.vocabulary)
        if is_first or phase == "raise":
            return self._reserved("raised")
        return self.stage_of_phase.get(phase or "implement") or self._reserved("raised")

    def _reserved(self, key: str) -> str:
        return key if self.context.language == "en" else get_built_in_vocabulary().label("reserved_stage", key,
                                                                                         "zh-Hans")

    def _standing_label(self, key: str) -> str:
        return get_built_in_vocabulary().label("standing", key, self.context.vocabulary.language)

    # --- an issue

    def _tell_issue(self, issue: ParsedRow, own: list[_LogStep],
                    made: ExistingRecord | None) -> tuple[ParsedRow, list[_LogStep]]:
        """The issue with what follows from its story, and the steps of its log. `made`: the record that an import
        made of the row."""
        existing = self._find_other_record(issue)
        is_renamed = made and self._is_renamed(issue, made)
        issue, steps = self._read_story(issue, own)
        before = read_date_after(issue.get_text("raised"), self.writing)
        for text, dates in find_unsure_dates(steps, self.writing, before):
            self._ask_date(issue.get_cell(_told_column(issue, "#story")), text, self.log.get_column("date"), dates)
        issue = self._read_reason(issue)
        has_log = bool(own or existing)
        issue = issue if existing else self._complete(issue, steps or [Step("", one.date) for one in own[:1]])
        told = len(steps)
        if not has_log:
            steps = self._begin(issue, steps)
        cell = issue.get_cell(_told_column(issue, "#story") if issue.get_text("#story") else None)
        log = [self._step(issue, cell, step, "", is_first=number == 0 and not has_log, is_shown=told > 0)
               for number, step in enumerate(steps)]
        log = log[1:] if is_renamed and len(steps) > told else log
        log = self._put_ends_last(list(self._reopen([*own, *log], existing)))
        standing = find_standing(issue, self.vocabulary)
        if standing in ("raised", "under_way"):
            log = self._keep_open(issue, log)
        elif standing == "done":
            log = self._end_with_work(log, existing)
        return issue, [*log, *self._end(issue, log, existing)]

    def _find_made_record(self, issue: ParsedRow) -> ExistingRecord | None:
        return next((one for one in self.context.records.values() if one.path in self.imported and issue.id
                     and one.row_id == issue.id), None)

    def _is_renamed(self, issue: ParsedRow, made: ExistingRecord) -> bool:
        """Whether the row has another title than the record made of it; with little else in common it is the row of
        another writer, who filled a copy of the same template."""
        texts = format_cells(made.data, issue.sheet, self.context.vocabulary, self.place)
        shared = sum(texts.get(column) == cell.text for column, cell in issue.cells.items() if column.is_record_key)
        return normalize_word(made.title) != normalize_word(issue.get_text("title")) and shared > 1

    def _find_other_record(self, issue: ParsedRow) -> ExistingRecord | None:
        """The existing record of an issue, unless an import made it of this row: a row that comes again tells all
        again."""
        title, named = normalize_word(issue.get_text("title")), issue.get_text("#place")
        places = self.context.vocabulary.find_paths(("place",), named, self.place) if named else [self.place]
        return next((one for one in self.context.records.values() if one.kind == "issue"
                     and (one.path not in self.imported or (issue.id and one.row_id not in ("", issue.id)))
                     and (one.path == issue.record_id or (one.place in places
                                                          and normalize_word(one.title) == title))), None)

    def _read_story(self, issue: ParsedRow, own: list[_LogStep]) -> tuple[ParsedRow, list[Step]]:
        """The steps told in the story, else in the summary or the title if these have dates; and the issue without
        what has become steps."""
        before = read_date_after(issue.get_text("raised"), self.writing)
        if story := issue.get_text("#story"):
            steps = split_story(story, self.writing, before)
            if len(steps) > 1 and steps[1].text in _ONLY_RAISED and not steps[0].date:
                steps[:2] = [replace(steps[0], date=steps[1].date)]
            return issue, steps
        if own:
            return issue, []
        summary = issue.sheet.get_column("summary")
        steps = split_story(issue.get_text("summary"), self.writing, before)
        if len(issue.get_text("summary")) > MAX_SUMMARY_LENGTH:  # it is the story
            self._tell(issue.cells[summary], "read_as", "notice", found=get_told_name("#story", self.context))
            return replace(issue, cells={column: cell for column, cell in issue.cells.items() if column != summary},
                           invalid_columns=issue.invalid_columns | {summary}), steps
        if any(step.date for step in steps):
            return issue, steps
        title = issue.get_text("title")
        steps = split_story(title, self.writing, before)
        if steps and steps[0].date and len(steps[0].text) > 3 and not self._is_ahead(steps[0].date) and title.find(
                steps[0].text) > 0:
            return self._put(issue, ("title",), steps[0].text, tell=True), steps
        if len(steps) > 1 and not steps[0].date and any(
                step.date and not self._is_ahead(step.date) for step in steps):
            head = steps[0].text.strip(" ，,、。")
            return self._put(issue, ("title",), head, tell=True), [
                step for step in steps[1:] if step.text not in _ONLY_RAISED or not issue.get_text("raised")]
        head = re.split(r"[，,。；;、\s]|[.:] ", title)[0]
        if len(title) > get_max_title_length(title) and 3 < len(head) <= get_max_title_length(title):
            return self._put(issue, ("title",), head, tell=True), [Step(title)]
        return issue, []

    def _complete(self, issue: ParsedRow, steps: Sequence[Step]) -> ParsedRow:
        """A new issue with the topic and the date that it needs, asked about."""
        if not issue.get_text("topic") and "other" in self.vocabulary.terms["topic"]:
            is_told = issue.sheet.get_column("topic") in issue.invalid_columns
            key = "other" if is_told else find_topic(issue.get_text("title"), self.vocabulary)
            topic = self.vocabulary.label("topic", key, self.context.vocabulary.language)
            issue = self._put(issue, ("topic",), topic)
            if not is_told:
                self._tell(issue.get_cell(issue.sheet.get_column("topic")), "topic_missing", allowed=topic)
        if not issue.get_text("raised"):
            first = self._find_first_day(steps)
            is_told = issue.sheet.get_column("raised") in issue.invalid_columns
            issue = self._put(issue, ("raised",), format_date(parse_partial_date(first or "unknown"),
                                                              self.context.language))
            cell = issue.get_cell(issue.sheet.get_column("raised"))
            if first:
                self._tell(cell, "read_as", "notice", found=first)
            elif not is_told:
                self._tell(cell, "raised_missing")
        if coming := issue.get_text("#next"):
            label = "Next: " if self.context.language == "en" else "下一步："
            notes = "\n".join(filter(None, (issue.get_text("notes"), f"{label}{coming}")))
            issue = self._put(issue, ("notes",), notes)
        return issue

    def _find_first_day(self, steps: Sequence[Step]) -> str:
        """The day of the first step, or of the one after it that tells that the issue was raised; "" if unknown."""
        number = next((number for number, step in enumerate(steps) if step.date), None)
        if number is None or self._is_ahead(steps[number].date):
            return ""
        is_raised_before = any(self._tells_beginning(step.text) and not _REPORTED.match(step.text)
                               for step in steps[:number])
        return steps[number].date if not number or (
            self._tells_beginning(steps[number].text) and not is_raised_before) else ""

    def _tells_beginning(self, text: str) -> bool:
        return _REPORTED.match(text) is not None or find_phase_told(text, self.vocabulary) == "raise"

    def _put(self, issue: ParsedRow, keys: tuple[str, ...], text: str, *, tell: bool = False) -> ParsedRow:
        column = issue.sheet.get_column(*keys)
        cell = replace(issue.get_cell(column), text=text)
        if tell:
            self._tell(cell, "read_as", "notice", found=text)
        numbers = {column: cell.column, **issue.column_numbers}
        return replace(issue, cells={**issue.cells, column: cell}, column_numbers=numbers,
                       invalid_columns=issue.invalid_columns - {column})

    def _begin(self, issue: ParsedRow, steps: list[Step]) -> list[Step]:
        """The steps, beginning with how the issue was raised: what was told of it, on its day."""
        raised = read_date(issue.get_text("raised"))
        raised = "" if raised == "unknown" else raised
        first = steps[0] if steps else None
        is_beginning = first and not self._is_ahead(first.date) and not is_done(first.text, self.vocabulary) and (
            self._tells_beginning(first.text) or (find_phase_told(first.text, self.vocabulary) in ("", "clarify")
                                                  and not has_worked(first.text)))
        if first and is_beginning and (not first.date or not raised or first.date == raised):
            return [replace(first, date=first.date or raised), *steps[1:]]
        summary = issue.get_text("summary")
        told = summary if summary and not steps else issue.get_text("title")
        return [Step(told, raised), *steps]

    def _reopen(self, log: Sequence[_LogStep], existing: ExistingRecord | None) -> Iterator[_LogStep]:
        """The steps; what happens again after the end, also after that of the record, reopens the issue, and an end was
        none if something is still missing after it. Stages that the writer named stay."""
        resolved, reopened = self._reserved("resolved"), self._reserved("reopened")
        end = _find_end(existing)
        for number, step in enumerate(log):
            following = log[number + 1].text if number + 1 < len(log) else ""
            is_named = self._names_stage(step)
            if not is_named and step.stage != resolved and self._is_relapse(step, end):
                step, end = replace(step, stage=reopened), None
            elif not is_named and step.stage == resolved and (
                    (is_denied(following) and not _AGAIN.search(following)) or self._goes_on(log[number + 1:])):
                step = replace(step, stage=self.stage_of_phase.get("implement", step.stage))
            if step.stage in (resolved, reopened):
                end = step.date if step.stage == resolved else None
            yield step

    def _goes_on(self, following: Sequence[_LogStep]) -> bool:
        """Whether the steps after an end tell of more work, before the trouble comes back: it was the end of a part."""
        for step in following:
            if _AGAIN.search(step.text) or step.stage == self._reserved("reopened"):
                return False
            phase = find_phase_told(step.text, self.vocabulary)
            if step.stage == self._reserved("resolved") or phase in ("deliberate", "decide", "implement"):
                return True
        return False

    def _is_relapse(self, step: _LogStep, end: str | None) -> bool:
        """Whether a step tells that the trouble has come back after the `end` (its day, "" = not known; None: none)."""
        is_earlier = bool(end and step.date and (when := parse_partial_date(step.date).latest)
                          and when < (parse_partial_date(end).day or when))
        return (end is not None and not is_earlier and _AGAIN.search(step.text) is not None
                and find_phase_told(step.text, self.vocabulary) != "review")

    def _put_ends_last(self, log: list[_LogStep]) -> list[_LogStep]:
        """The steps; an end without a day after the last dated one, unless a later step reopens the issue."""
        ends = (self._reserved("resolved"), self._reserved("closed"))
        dated = max((number for number, step in enumerate(log) if step.date), default=-1)
        again = max((number for number, step in enumerate(log)
                     if step.stage == self._reserved("reopened") or _AGAIN.search(step.text)), default=-1)
        early = [step for number, step in enumerate(log)
                 if again < number < dated and step.stage in ends and not step.date and step.row.sheet is self.log]
        for step in early:
            self.moved.add(step.row.number)
            self._tell(step.cell, "read_as", "notice",
                       found=" ".join((log[dated].date, "→", step.stage, step.text[:30])))
        return [*(step for step in log if step not in early), *early] if early else log

    def _keep_open(self, issue: ParsedRow, log: Sequence[_LogStep]) -> list[_LogStep]:
        """The steps of an issue of which the writer says that it goes on: an end after the last reopening is none until
        the writer has answered, also if it was named as a stage."""
        resolved, reopened = self._reserved("resolved"), self._reserved("reopened")
        since = max((number for number, step in enumerate(log) if step.stage == reopened), default=-1)
        kept = []
        if is_done(last := _get_last_clause(issue), self.vocabulary):
            self._tell(issue.get_cell(issue.sheet.get_column("title")), "standing_differs", found=f"'{last}'",
                       key=get_told_name("#standing", self.context))
        for number, step in enumerate(log):
            is_end = step.stage == resolved and number > since
            if is_end:
                self._tell(step.cell, "standing_differs", found=f"'{step.text[:40] or step.stage}'",
                           key=get_told_name("#standing", self.context))
            stage = self.stage_of_phase.get("implement", self._reserved("raised"))
            kept.append(replace(step, stage=stage, text=step.text or step.stage) if is_end else step)
        return kept

    def _end_with_work(self, log: list[_LogStep], existing: ExistingRecord | None) -> list[_LogStep]:
        """The steps of an issue of which the writer says that it is done; if none of them says so, the last with a day
        is the end where it tells a piece of work."""
        ends = {step.stage for step in log} & {self._reserved("resolved"), self._reserved("closed")}
        number = max((number for number, step in enumerate(log) if step.date), default=0)
        if ends or not number or _find_end(existing) is not None or not has_worked(log[number].text) or any(
                is_denied(step.text) for step in log[number:]) or self._names_stage(log[number]):
            return log
        return [*log[:number], replace(log[number], stage=self._reserved("resolved"), is_told=True), *log[number + 1:]]

    def _end(self, issue: ParsedRow, log: Sequence[_LogStep], existing: ExistingRecord | None) -> Iterator[_LogStep]:
        """A last step that says how the issue stands, if the others do not."""
        if existing and issue.get_text("#place") == existing.place and issue.get_text(
                "#standing") in self.vocabulary.terms["status"]:
            return  # a row of the site's own table, which names places by path: how it stands follows from the log
        standing, cell, text = self._read_standing(issue, log)
        stages = [step.stage for step in log]
        last = max((number for number, stage in enumerate(stages) if stage == self._reserved("reopened")), default=0)
        ended = bool({self._reserved("resolved"), self._reserved("closed")} & set(stages[last:]))
        if standing == "done" and stages and stages[-1] == self._reserved("closed"):
            self._tell(cell, "closing_differs", found=f"'{log[-1].text[:40] or log[-1].stage}'",
                       key=get_told_name("#standing", self.context))
        is_resolved = _find_end(existing) is not None
        if is_resolved and standing in ("raised", "under_way") and self._reserved("reopened") not in stages:
            self._tell(cell, "standing_known", found=f"'{cell.text}'")
        if standing == "done" and not ended and not is_resolved:
            if not any(step.date for step in log[1:]):
                column = _told_column(issue, "#story") or issue.sheet.get_column("title")
                self._tell(cell, "standing_day_asked", key=column.both_names)
            yield _LogStep(cell, "", self._reserved("resolved"), text, issue)
        elif standing == "given_up" and self._reserved("closed") not in stages:
            if not issue.get_text("close_reason"):
                terms = self.vocabulary.terms["close_reason"].values()
                column = issue.sheet.get_column("close_reason")
                self._tell(cell, "reason_asked", "error", key=column.both_names, allowed=encode_choices(
                    term.label(self.context.vocabulary.language) for term in terms))
            yield _LogStep(cell, "", self._reserved("closed"), text, issue)
        elif standing == "under_way" and not existing and set(stages) <= {self._reserved("raised")}:
            yield _LogStep(cell, "", self.stage_of_phase.get("implement", self._reserved("raised")), text, issue)

    def _read_reason(self, issue: ParsedRow) -> ParsedRow:
        """The issue with the reason why it ended without a solution, if its story tells one and the cell does not."""
        if issue.get_text("close_reason") or get_built_in_vocabulary().key(
                "standing", issue.get_text("#standing")) != "given_up":
            return issue
        told = normalize_word(" ".join(issue.get_text(key) for key in ("#story", "summary", "title")))
        terms = self.vocabulary.terms["close_reason"].values()
        reasons = {term.label(self.context.vocabulary.language) for term in terms
                   if any(has_word(told, word) for word in (*term.synonyms, *term.labels.values()))}
        return self._put(issue, ("close_reason",), reasons.pop(), tell=True) if len(reasons) == 1 else issue

    def _sounds_ended(self, issue: ParsedRow, log: Sequence[_LogStep]) -> bool:
        """Whether a step, the title or the result of an issue tells an end or a piece of work that may be one."""
        ends = {self._reserved("resolved"), self._reserved("closed")}
        texts = (*(step.text for step in log), _get_last_clause(issue), issue.get_text("outcome", "text"))
        return any(step.stage in ends for step in log) or any(
            has_worked(text) or is_done(text, self.vocabulary)
            or get_built_in_vocabulary().key("standing", text) == "given_up" for text in texts)

    def _read_standing(self, issue: ParsedRow, log: Sequence[_LogStep]) -> tuple[str, Cell, str]:
        """How the issue stands, as a key of `standing` ("" = not said), where that is said, and in which words. `log`:
        its steps."""
        column = _told_column(issue, "#standing")
        if column and (cell := issue.cells.get(column)):
            key = find_standing(issue, self.vocabulary)
            if not key and _HANDED_ON.fullmatch(normalize_word(cell.text)) and not self._sounds_ended(issue, log):
                key = "under_way"
            if not key:
                terms = get_built_in_vocabulary().terms["standing"].values()
                self._tell(cell, "standing_asked", found=f"'{cell.text}'",
                           key=issue.sheet.get_column("close_reason").both_names, allowed=encode_choices(
                               term.label(self.context.vocabulary.language) for term in terms))
            elif get_built_in_vocabulary().is_other_word("standing", cell.text, key):
                self._tell(cell, "read_as", "notice", found=self._standing_label(key))
            return key, cell, cell.text
        outcome = issue.cells.get(issue.sheet.get_column("outcome", "text"))
        if outcome and is_done(outcome.text, self.vocabulary):
            self._tell(outcome, "read_as", "notice", found=self._standing_label("done"))
            return "done", outcome, outcome.text
        title = issue.get_cell(issue.sheet.get_column("title"))
        last = _get_last_clause(issue)
        if outcome or not is_done(last, self.vocabulary) or self._reserved("resolved") in {one.stage for one in log}:
            return "", issue.get_cell(None), ""
        told = log[-1].text if issue.get_text("#story") and log else ""
        if is_plan(told) or is_denied(told) or _AGAIN.search(told):
            self._tell(title, "standing_differs", found=f"'{last}'", key=get_told_name("#story", self.context))
            return "", issue.get_cell(None), ""
        self._tell(title, "read_as", "notice", found=self._standing_label("done"))
        return "done", title, last

    def _continue(self, issue: ParsedRow, before: list[_LogStep], row: ParsedRow) -> Iterator[_LogStep]:
        """The steps of a row that goes on with the issue above."""
        cell = row.get_cell(row.sheet.get_column("title"))
        day = read_date_after(row.get_text("raised"), self.writing)
        text = "\n".join(filter(None, (DITTO.sub("", row.get_text("title"), count=1), row.get_text("summary"),
                                       row.get_text("#story"))))
        self._tell(cell, "read_as", "notice", found=f"{issue.get_text('title')}: {text}")
        steps = split_story(text, self.writing, day)
        log = [self._step(row, cell, replace(step, date=step.date or day), "", is_first=False) for step in steps]
        yield from list(self._reopen([*before, *log], None))[len(before):]

    def _log_row(self, step: _LogStep, issue: ParsedRow) -> ParsedRow:
        """A step as a row of the log, at the cell that tells it."""
        if step.is_told:
            found = " ".join(filter(None, (step.date, step.stage, step.text[:30])))
            self._tell(step.cell, "read_as", "notice", found=found)
        title = issue.get_text("title") or step.row.get_text("#parent")
        texts = {"#parent": title, "#place": issue.get_text("#place"), "date": step.date, "stage": step.stage,
                 "text": step.text, "by": step.row.get_text("by") if step.row.sheet is self.log else ""}
        on_log = step.row.sheet is self.log
        numbers = dict(step.row.column_numbers) if on_log else dict.fromkeys(self.log.columns, step.cell.column)
        cells = {column: Cell(step.cell.sheet, step.row.number, numbers.get(column, step.cell.column), text)
                 for column in self.log.columns if (text := texts.get(column.keys[0], ""))}
        inferred = frozenset() if self._names_stage(step) else frozenset({self.log.get_column("stage")})
        return ParsedRow(self.log, step.cell.sheet, step.row.number, step.row.id if on_log else issue.record_id, "",
                         cells, numbers, step.row.invalid_columns if on_log else frozenset(), inferred)

    def _names_stage(self, step: _LogStep) -> bool:
        """Whether the stage of a step is the one that the writer named, on the sheet of the log."""
        return step.row.sheet is self.log and self._stage(step.row.get_text("stage")) == step.stage


# --- helpers of the teller --------------------------------------------------------------------------------------------


def _stages_at(context: ImportContext, place: str) -> list[tuple[str, tuple[str, ...], list[str]]]:
    """The stages that apply to a place: as written in a record, core phases, words."""
    library = context.library
    method = library.methods.get(find_nearest_method(library.places, place) or DEFAULT_METHOD)
    return [(stage.id if context.language == "en" and not method else stage.label, stage.core,
             [stage.id, stage.label, *filter(None, [stage.full_label])])
            for stage in (method.stages if method else get_default_stages()) if stage.verified]


def get_told_name(key: str, context: ImportContext) -> str:
    return TOLD_COLUMNS[key][context.vocabulary.language == "en"]


def _told_column(issue: ParsedRow, key: str) -> WorkbookColumn | None:
    return next((column for column in issue.column_numbers if column.keys == (key,)), None)


def _is_typed(row: ParsedRow) -> bool:
    """Whether a row was typed, or tells something beside the values it was handed out with."""
    return not row.baseline_hashes or any(row.get_text(key) for key in TOLD_COLUMNS)


def _tells_without_title(row: ParsedRow) -> bool:
    """Whether a row that was handed out empty says something in the columns of the story only."""
    return any(row.get_text(key) for key in TOLD_COLUMNS) and not any(column.is_record_key for column in row.cells)


def _name_matter(issue: ParsedRow) -> tuple[str, str]:
    return normalize_word(issue.get_text("title")), normalize_word(issue.get_text("#place"))


def _get_last_clause(issue: ParsedRow) -> str:
    """The end of a title, which may say how the issue stands: 宣传栏更新 搞定."""
    return re.split(r"[\s,，。;；]", issue.get_text("title").rstrip("。.!！"))[-1]


def find_standing(issue: ParsedRow, vocabulary: Vocabulary) -> str:
    """How the writer says that an issue stands, as a key of `standing`; "" if that is not said or not understood."""
    text = _SIGNS_BESIDE.sub("", issue.get_text("#standing"))
    text = re.sub("[啦咧嘞喽哉咯]+$", "了", text)
    if not text:
        return ""
    words = get_built_in_vocabulary()
    key = words.key("standing", text)
    if key is None and (share := _PERCENT.fullmatch(text)):
        key = "done" if share[1] == "100" else "under_way"
    parts = {part for one in _PARTS.split(text) if (part := words.key("standing", one))}
    if key is None and len(parts) == 1 and not is_denied(text):
        key = parts.pop()
    if key is None and (_TICK.fullmatch(text) or is_done(text, vocabulary) or (
            has_worked(text) and re.search("(?:[了好完毕]|[A-Za-z])$", text))):
        key = "done"
    if key is None and _UNDER_WAY.search(text):
        key = "under_way"
    return key or ""


_PARTS = re.compile(r"[,，、;；]+|(?<=[^\x00-\x7f])\s+|\s+(?=[^\x00-\x7f])")
"""Between the clauses of how an issue stands; English words belong together: being repaired."""
_SIGNS_BESIDE = re.compile(r"^[^\W\d]{1,6}[:：]\s*|[^\w\s%％?？√✓✔☑✅\ufe0f✘✗×)）]+$|[\s.。!！]+$")
"""A label before how an issue stands, and what says nothing after it: 转归：正常, looks good 👍."""
_HANDED_ON = re.compile("[已被]?(?:退单|退回|回复|答复|反馈|派单|受理|登记|立案|交办)了?|"
                        "(?:(?:was|been) )?(?:replied|answered|acknowledged|sent back|returned|passed on|logged)")
"""Words for what an office did with a report, which say that it goes on only if nothing else sounds like an end."""
_PERCENT = re.compile(r"\D{0,4}(\d{1,3})\s*[%％]")
_TICK = re.compile("[√✓✔☑✅]\ufe0f?")


def _belongs(row: ParsedRow, issue: ParsedRow, names: Container[str]) -> bool:
    title = normalize_word(row.get_text("#parent"))
    return title in names if title else bool(row.id) and row.record_id == issue.id


def _find_end(existing: ExistingRecord | None) -> str | None:
    """The day on which a record was resolved, if that is the last its log says of how it stands ("" = not known)."""
    sheet = list_sheets()["issue.log"]
    words = get_built_in_vocabulary()
    ends = [(key, str(entry.get("date") or "")) for entry in read_entries(existing.data, "log", sheet.model)
            if (key := words.key("reserved_stage", str(entry.get("stage") or "")))
            in ("resolved", "closed", "reopened")] if existing else []
    return ends[-1][1] if ends and ends[-1][0] == "resolved" else None
