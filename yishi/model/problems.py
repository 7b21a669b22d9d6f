"""`Problem`: an error or warning with its position, the value found and the values allowed; and its wording.

`MESSAGES` is the only list of the kinds of problems. A message is an English message id; `{key}` is the key as the
writer typed it, `{found}` the value found, `{allowed}` what is allowed.
"""

import json
import posixpath
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from ..core.characters import escape_for_terminal, format_for_terminal_line
from .language import Language, marked
from .vocabulary import get_key_names

Severity = Literal["error", "warning", "notice"]
"""A notice only says how something was read."""
KeyPath = tuple[str | int, ...]
"""The path to a value inside a record: `("log", 2, "date")`."""


class Problem(Struct, frozen=True, order=True):
    """One problem: its file (relative to the content folder), line and column from 1, code and the values of its
    message.

    `suggestion` is the word that was probably meant; `example` the corrected line, indented as in the file ("": none);
    `cell`: in a workbook, the sheet and the cell, `议题!C7` (line and column are those of the cell).
    """

    path: str
    line: int
    column: int
    code: str
    values: tuple[tuple[str, str], ...] = ()
    suggestion: str = ""
    example: str = ""
    level: Severity = "error"
    cell: str = ""


class Finding(Struct, frozen=True):
    """A problem of a record in the library, not yet located in its file: `keys` leads to the value."""

    record: str
    keys: KeyPath
    code: str
    values: tuple[tuple[str, str], ...] = ()
    suggestion: str = ""
    level: Severity = "error"
    line: int | None = None
    """Lines below the beginning of the text that contains it (None: the value as a whole)."""
    position: tuple[int, int] | None = None
    """Line and column in the file, where they are known already; `values` then hold the `key` too."""


MESSAGES: Mapping[str, str] = {
    # snapshots
    "frozen_unreadable": marked("This is no frozen copy of numbers. Such files are written by `freeze` alone; fetch it "
                                "from an earlier version, or delete it."),
    "frozen_changed": marked("This frozen copy was changed after it was made. Numbers that were published stay as they "
                             "were; fetch the file from an earlier version."),
    "frozen_renamed": marked("This frozen copy was made as {found}. Numbers that were published stay where they were: "
                             "call the file {found} again."),
    "frozen_differs": marked("Git knows another, earlier version of this frozen copy. Numbers that were published stay "
                             "as they were; see what was changed with: git log -p -- {found}"),
    # parsing
    "encoding": marked("The file is saved as {found}; it must be UTF-8. Open it in the editor, choose Save as, "
                       "and choose the encoding UTF-8."),
    "other_encoding": marked("The file was saved as {found}, not as UTF-8."),
    "byte_order_mark": marked("An invisible mark stood before the first character."),
    "trailing_blanks": marked("Blanks stood at the end of the line."),
    "control_character": marked("This character is not allowed in a text ({found}). Delete it; if it cannot be "
                                "seen, type the words around it again."),
    "file_too_large": marked("The file has {found}; at most {allowed} are read. Divide it, or raise the limit in "
                             "site.yaml (limits)."),
    "too_many": marked("A list or a group of keys has more than {allowed} entries; nothing is read of the file. Divide "
                       "it, or raise the limit in site.yaml (limits)."),
    "text_too_long": marked("The text has {found} characters; one may have {allowed}. Divide it, or attach it as a "
                            "document."),
    "as_typed": marked("Markdown of this length, or nested like this, is not read: the text is shown as it was typed. "
                       "Shorten it, or part it by blank lines."),
    "more_problems": marked("There are further problems in this file; {found} are told. Mend these first."),
    "yaml": marked("This cannot be read: {found}."),
    "tab": marked("There is a tab here; indent with spaces only."),
    "full_width_colon": marked("The full-width colon ： must be an ordinary colon followed by a space."),
    "full_width_dash": marked("The full-width dash must be an ordinary hyphen followed by a space."),
    "full_width_space": marked("The full-width space must be an ordinary space."),
    "space_after_colon": marked("A space must follow the colon."),
    "space_after_dash": marked("A space must follow the hyphen."),
    "needs_dash": marked("Each entry of a list must begin with a hyphen and a space."),
    "needs_quotes": marked("This text must stand in quotes, "
                           "because of a character that has a meaning of its own here."),
    "bracket_open": marked("A list begins here with [ and is never closed with ]."),
    "brace_open": marked("A curly bracket opens here, and none closes it."),
    "text_cut_off": marked("The text ends before the sign # (what follows a blank and # is not read). "
                           "Put the entry in quotes if it belongs to the text."),
    "duplicate_key": marked("{key} is written twice; each key may be written only once (first in line {found})."),
    "anchor": marked("Anchors and aliases (& and *) are not allowed; write the text out, or put it in quotes."),
    "tag": marked("Tags (!) are not allowed; write the text without it, or put it in quotes."),
    "merge_key": marked("Merge keys (<<) are not allowed; write the keys out."),
    "several_documents": marked("A file must hold one record only; --- may stand only at its beginning."),
    "too_deep": marked("The nesting is deeper than {allowed} levels."),
    "not_keys": marked("The file must consist of lines such as “{allowed}”; found: {found}."),
    "front_matter": marked("A .md record must begin with a line --- , its keys, and another line --- ."),
    "front_matter_open": marked("The second line --- is missing; it must stand between the keys and the text."),
    # one record
    "empty_file": marked("The file is empty."),
    "unknown_key": marked("{found} is not a key of this record."),
    "misspelt_key": marked("{found} is not a key of this record."),
    "former_key": marked("{found} is called {allowed} now. The former name is still read for some time; check --fix "
                         "writes the new one."),
    "follows_from_log": marked("{found} is not typed: it follows from the log."),
    "follows_from_path": marked("{found} is not typed: it follows from the name and folder of the file."),
    "missing_key": marked("{key} is missing."),
    "missing_term": marked("{key} is missing. Add a line such as “{found}”."),
    "not_allowed": marked("{key} cannot be {found}."),
    "not_a_date": marked("{key} must be a date such as 2025-09-11, 2025-09, 2025, by 2025-09-11 or unknown; "
                         "found: {found}."),
    "no_such_day": marked("{key}: there is no such day as {found}."),
    "no_such_year": marked("{key}: the year must be one of {allowed}; found: {found}."),
    "not_a_day": marked("{key} must be a day such as 2025-09-11; found: {found}."),
    "not_a_time": marked("{key} must be a time such as 19:00-20:30, the end after the start; in words it says morning, "
                         "afternoon or evening; found: {found}."),
    "not_a_colour": marked("{key} must be a colour of six hexadecimal digits, such as a8522a; found: {found}."),
    "low_contrast": marked("{key}: with {found}, texts are hard to read: the contrast with {beside} is {contrast}, and "
                           "must be at least {least}. The nearest colour that does, {allowed}, is shown instead."),
    "not_coordinates": marked("{key} must be [longitude, latitude] in degrees, such as [116.3, 40.1]; found: {found}."),
    "not_a_boundary": marked("{key} must be a GeoJSON polygon: its type, and coordinates [longitude, latitude], at "
                             "least three and at most 2000, or the name of a .geojson file with one; found: {found}."),
    "not_a_number": marked("{key} must be a number; found: {found}."),
    "not_a_count": marked("{key} is a count, a whole number such as 12 or 0; found: {found}."),
    "too_many_digits": marked("{key} must be a number of at most {allowed} digits; found: {found}. Round it, or give "
                              "it in another unit."),
    "more_than_all": marked("Those under 18 and over 60 are more people ({found}) than took part in all ({allowed})."),
    "negative": marked("{key} must be 0 or more; found: {found}."),
    "too_large": marked("{key} must be at most {allowed}; found: {found}."),
    "not_address": marked("{key} must be an address such as https://example.org/town/; found: {found}."),
    "not_yes_or_no": marked("{key} must be yes or no; found: {found}."),
    "several_lines": marked("{key} must stand on one line; it goes on after: {found}."),
    "too_long": marked("{key} must have at most {allowed} characters; it has {found}."),
    "empty": marked("{key} must not be empty."),
    "wrong_shape": marked("{key} must be {allowed}; found: {found}."),
    "needs_keys": marked("{key} must have keys of its own, such as {allowed}; found: {found}."),
    "beside_one_line": marked("Nothing may stand below an entry in one line: {found}. Give the entry keys of its own, "
                              "such as {allowed}."),
    "not_a_dated_line": marked("An entry must read “{allowed}”; found: {found}."),
    "value_read": marked("{key}: {found} was read as {allowed}."),
    "date_unsure": marked("An entry seems to begin with a date, but which one depends on when it was written. Write "
                          "the year, the month and the day; found: {found}."),
    "date_in_line": marked("An entry must begin with a date such as 2025-09-11, a space, a stage and a colon; "
                           "found: {found}."),
    "clock_in_line": marked("A time of day belongs into the text of an entry, not before its stage; found: {found}."),
    "html_dropped": marked("HTML is not allowed here and was left out, its text kept: {found}."),
    "html_hidden": marked("What stands in {found} is shown nowhere. Take it out, or write it as text."),
    "link_dropped": marked("Links that begin with {found} are not allowed; the text was kept, the link left out."),
    "stage_word_reserved": marked("The stage name {found} is a word that has its meaning in every method; "
                                  "choose another."),
    "stage_word_twice": marked("Two stages of this method are called {found}; names of stages must differ."),
    "entry_twice": marked("Two entries of {key} have the number or id {found}; each must have its own."),
    "review_says_nothing": marked("A review must have criteria or recommendations."),
    "case_about_nothing": marked("A case must name the issues or the location that it is about."),
    # paths of files
    "bad_name": marked("File and folder names may only have lower-case letters, digits and hyphens; found: {found}."),
    "bad_id": marked("This becomes a part of addresses, so it may only have lower-case letters, digits, hyphens and "
                     "underscores, and at most {allowed} of them; found: {found}."),
    "reserved_name": marked("The name {found} is used by the site itself; choose another."),
    "not_a_record": marked("Nothing is read from this file, because of its name or place: {found}. "
                           "Records are .yaml or .md files, in folders such as {allowed}."),
    "file_ending": marked("Nothing is read from this file, and it cannot be published, because of its ending: {found}. "
                          "A record ends with .yaml or .md, a photo or document with one of: {allowed}."),
    "no_place": marked("The folder {found} has no place.yaml, so nothing in it belongs to a place."),
    "unused_attachment": marked("No record names this file, so it is not published."),
    "same_address": marked("This would be shown at the same address as {found}; rename one of them."),
    "name_of_device": marked("Windows keeps the name {found} for itself and cannot open such a file; "
                             "choose another name."),
    "same_but_capitals": marked("This name differs from {found} by capital letters only; on Windows and macOS both "
                                "are one and the same file. Rename one of them."),
    "same_but_form": marked("This name looks like that of {found}, but its letters are coded in another way; on macOS "
                            "both are one and the same file. Rename one of them."),
    "unfit_name": marked("The name of this file cannot be read ({found}), so nothing is read from it. It was probably "
                         "written by another system; rename it."),
    "set_aside": marked("Nothing is read from {found}, because the name begins with _. Rename it if it is a record."),
    "leftovers": marked("Ignored, since systems and editors leave such files by themselves: {found}."),
    "address_twice": marked("Two files of the site would have one address, {key}: {found} and {allowed}. "
                            "Rename one of them."),
    "address_of_site": marked("{found} cannot be published at {key}: the site has a file of its own there. "
                              "Give it another name or folder."),
    "path_too_long": marked("The path has {found} characters; Windows may not be able to open files of more than "
                            "{allowed}. Shorten the names of its folders."),
    "template": marked("The template cannot be used: {found}."),
    "template_block": marked("The block {found} is not shown: {key} has no such block in this version. It has: "
                             "{allowed}."),
    "template_field": marked("{found} is nothing that a page has here in this version ({key}). It has: {allowed}."),
    "template_macro": marked("{key} has no macro {found} in this version. It has: {allowed}."),
    "template_lacks_macro": marked("The macro {found} is missing here: {key} uses it."),
    "template_lacks_block": marked("The block {found} is missing here: {key} fills it, and what stands in it would be "
                                   "lost."),
    "site_missing": marked("The content folder has no site.yaml; it must at least say the title of the site."),
    "repository_unclear": marked("It cannot be told from {key} how this Git host writes its addresses, so no page has "
                                 "a link to edit it. Open the folder of the records on the host, and copy the address "
                                 "from the browser."),
    "unreadable": marked("The file cannot be opened: {found}."),
    # several records
    "unknown_reference": marked("{key} must name a record ({allowed}) that exists; found: {found}."),
    "below_withdrawn": marked("{key}: {found} went with {allowed}, which was withdrawn. It is shown as a record that "
                              "was withdrawn. Delete it here, or name it in withdrawn.yaml too."),
    "ambiguous_reference": marked("{found} may mean several records: {allowed}. "
                                  "Write the path of the one that is meant."),
    "self_reference": marked("{key} must name another record, not this one."),
    "cycle": marked("{key} leads in a circle back to this record: {found}."),
    "unknown_stage": marked("{found} is not a stage of the method {method}."),
    "unknown_level": marked("{found} is not a level of the method."),
    "unknown_criterion": marked("{found} is not a criterion here."),
    "criterion_twice": marked("The criterion {found} is written twice."),
    "unknown_statistic": marked("{key} must name a statistic, such as resolution_rate or by_status.resolved; "
                                "found: {found}."),
    "log_out_of_order": marked("The entries of the log must stand in the order of their dates: "
                               "{found} stands after {allowed}."),
    "resolved_before_raised": marked("The issue is resolved ({found}) before it was raised ({allowed})."),
    "resolved_twice": marked("This entry is ignored: the issue was resolved already and not reopened since."),
    "reopened_without_closing": marked("This entry is not counted as a reopening: "
                                       "nothing was resolved or closed before it."),
    "closed_without_result": marked("This stage closes, but no entry says with which result, so the issue still "
                                    "counts as under way. Add an entry that says resolved, or one that says closed."),
    "translated_text_unknown": marked("No text of the record reads like this, so this translation is shown nowhere. "
                                      "Copy the text as the record writes it."),
    "close_reason_missing": marked("An issue closed unsolved must say why: {key} is missing."),
    "close_reason_unused": marked("The issue is resolved, so {key} (why it was not) is not shown on any page. "
                                  "Delete it."),
    "after_as_of": marked("{found} lies after the day of the report ({allowed}), so it is not yet counted."),
    "repeats_uncounted": marked("{key} names an issue that is not published, or raised after the day of the report: "
                                "{found}. So this one is counted itself."),
    "draft_place": marked("This place is a draft, so the records below it that are none are not published either: "
                          "{found}."),
    "more_communities": marked("{found} communities have records here, more than {key} says there are ({allowed}). "
                               "Correct the number; until then no share is shown."),
    "withdrawn_no_record": marked("{key} must be the path of a record that was withdrawn, such as "
                                  "places/shahe/issues/lamps; found: {found}."),
    "withdrawn_still_there": marked("{found} is withdrawn, but its file is still there. "
                                    "Delete the file, or this entry."),
    "withdrawn_twice": marked("{found} is withdrawn here twice."),
    "file_missing": marked("{key}: there is no file {found} beside the record or in files/ of its place."),
    "file_kind": marked("{key}: a file such as {found} cannot be published here. Save it as one of: {allowed}."),
    "file_outside": marked("{key} must lie inside the content folder; found: {found}."),
    "bad_photo": marked("{found} cannot be read as a picture; perhaps it was not copied to its end. "
                        "Save it anew as JPEG or PNG."),
    "photo_too_large": marked("{found} has more than {allowed} megapixels, or, as a JPEG from a camera, more than "
                              "four times as many. Save it smaller: no page needs more than 1600 pixels across."),
    "attachment_too_large": marked("The file has {found}; at most {allowed} are published. Save it smaller, or raise "
                                   "the limit in site.yaml (limits)."),
    "photo_heic": marked("{found} is a HEIC photo, which cannot be read here. Install what reads it (pip install "
                         "pillow-heif), or save it as JPEG; an iPhone takes JPEG photos with Settings > Camera > "
                         "Formats > Most Compatible."),
    "photo_place": marked("{found} tells where it was taken. What is published does not, but whoever gets the content "
                          "folder can read it: save the photo without its location before you commit it."),
    "photo_moves": marked("{found} moves. Save one of its pictures as JPEG or PNG: a report shows, and prints, photos "
                          "that stand still."),
    "alt_missing": marked("{key} shows the picture {found} without a word for those who cannot see it. Write what it "
                          "shows between the square brackets."),
    "dead_link": marked("The link {found} leads nowhere; its text was kept, the link left out."),
    "converted_first": marked("{key} cannot begin with {found}: it is converted from Simplified Chinese. "
                              "Put zh-Hans or en first."),
    "no_converter": marked("Pages in {found} are converted by the package opencc, and this computer has none: install "
                           "it (pip install opencc), or take {found} out of {key}."),
    "bad_languages": marked("{key} must name each language once; found: {found}."),
    "no_card_font": marked("Share cards are not drawn: no font with Chinese characters was found on this computer. Put "
                           "one beside site.yaml, as a .ttf, .otf or .ttc file (Noto Sans SC is free), or install it."),
    "bad_timezone": marked("{key} must be the name of a time zone such as Asia/Shanghai; found: {found}."),
    # a workbook
    "not_taken": marked("Nothing of this file is taken in: `import` reads {allowed}. If it is a record or a table, "
                        "save it as one of these."),
    "workbook_damaged": marked("This is not a workbook that can be read. Open it in Excel or WPS, save it anew as "
                               ".xlsx, and send that."),
    "workbook_other": marked("A workbook must be saved as .xlsx (without macros) or .csv; found: {found}. Choose "
                             "“Save as”, then “Excel workbook (.xlsx)”."),
    "workbook_macros": marked("The workbook holds macros, which are never run nor kept. Choose “Save as”, then "
                              "“Excel workbook (.xlsx)”."),
    "workbook_locked": marked("The workbook is protected with a password. Remove it (File, Info, Protect workbook), "
                              "save, and send it again."),
    "workbook_open": marked("The workbook is still open in another window or on another computer ({found}). Save and "
                            "close it there, then import again."),
    "workbook_huge": marked("Unpacked, the workbook is larger than {allowed}; it is not opened. Copy the rows into a "
                            "fresh template."),
    "workbook_empty": marked("There is nothing to import in this workbook: no row is filled in a sheet such as "
                             "{allowed}."),
    "sheet_unknown": marked("The sheet {found} is not read; sheets are called {allowed}."),
    "headings_missing": marked("The row of headings is missing or was changed; it must have {allowed}."),
    "column_missing": marked("The column {key} is missing; every row needs it."),
    "column_renamed": marked("No column is called {found}."),
    "column_target": marked("columns: no sheet has the heading that stands behind {found}."),
    "column_unknown": marked("The column {found} is not read; what stands in it is kept in {allowed} when the file "
                             "is taken in."),
    "cells_merged": marked("These cells are merged ({found}). Every row needs its own: unmerge them and fill each."),
    "cell_formula": marked("This is a formula, or begins with = as one does. Formulas are not worked out: write the "
                           "value itself."),
    "cell_failed": marked("The spreadsheet shows an error here ({found}). Write the value itself."),
    "cell_too_long": marked("The text has {found} characters; a cell can have at most {allowed}. Shorten it."),
    "workbook_large": marked("The workbook has far more cells than a report needs (more than {allowed}); it is not "
                             "opened. Copy the rows into a fresh template."),
    "workbook_area": marked("Merged cells or links cover more than {allowed} cells; the workbook is not opened. "
                            "Unmerge them, or copy the rows into a fresh template."),
    "table_encoding": marked("It cannot be told for sure in which encoding this table is saved, so its letters might "
                             "be wrong. Save it as “CSV UTF-8”, or as a workbook (.xlsx)."),
    "table_quote": marked("A text begins with a quotation mark here, and the closing mark is missing or misplaced. "
                          "Close the text, or double each quotation mark that belongs to it."),
    "row_longer": marked("In line {line} of the file a row has {found} cells, and there are {allowed} headings: a text "
                         "with a comma must stand in quotation marks."),
    "row_shorter": marked("In line {line} of the file a row has {found} cells, and there are {allowed} headings. Write "
                          "a comma for each empty cell too."),
    "row_swallowed": marked("The text that begins in line {line} of the file holds what looks like another row "
                            "({found}): its quotation mark is not closed where it should be."),
    "column_twice": marked("Two columns are called {found} (the other is {allowed}). Delete one, or give it a name of "
                           "its own."),
    "column_headless": marked("The column {found} has no heading, so it is not read; what stands in it is kept in "
                              "{allowed} when the file is taken in."),
    "column_internal": marked("The heading {found} says that the column is not for the public: it is not read; what "
                              "stands in it is kept in {allowed} when the file is taken in."),
    "sheet_internal": marked("This says that the sheet is not for the public: {found}. What is imported is published. "
                             "Take those words out if it may be, or delete the sheet."),
    "cell_internal": marked("This begins by saying that it is not for the public: {found}. What is imported is "
                            "published. Take those words out if it may be; if not, empty the cell."),
    "sheet_hidden": marked("The sheet {found} is hidden, and rows are filled in. Show it if it shall be read; if not, "
                           "delete it."),
    "rows_hidden": marked("These rows are hidden, or left out by a filter: {found}. Show them if they shall be read; "
                          "if not, delete them."),
    "column_hidden": marked("The column {found} is hidden, and cells are filled in. Show it if it shall be read; if "
                            "not, empty it."),
    "row_struck": marked("The row is struck out. If it does not hold, delete it; if it does, take the line off."),
    "cell_struck": marked("Something in this cell is struck out. Delete what does not hold, or take the line off."),
    "cell_unseen": marked("The number format of this cell, or its white letters, hide what stands in it. Show it if it "
                          "shall be read; if not, empty the cell."),
    "cell_unclear": marked("It cannot be told from the number format of this cell ({found}) what it shows; {allowed} "
                           "is kept in it. Write it as text, or choose another format."),
    "remark_unread": marked("A comment is pinned to this cell. Comments are not read; it is kept in {allowed} when the "
                            "file is taken in."),
    "date_from_number": marked("The number {found} was read as the day {allowed}, as spreadsheets count days."),
    "year_not_shown": marked("The cell shows no year; it was read as {found}."),
    "word_left_out": marked("Only the number was read ({allowed}); {found} was left out. Write it in another column "
                            "if it is needed."),
    "example_cell": marked("This is the text of the example: {found}. If it is your own text, write it in a "
                           "separate row; if not, delete it."),
    "help_written_over": marked("This row only explains the columns; text written over it is not imported. Write it "
                                "in an empty row further down, and delete it here."),
    "example_sheet": marked("The sheet of examples is not read. Write on sheets such as {allowed}."),
    "own_sheet": marked("This sheet is not read. What somebody wrote on it ({found}) is kept in {allowed} when the "
                        "file is taken in."),
    "cell_missing": marked("{key} is missing. Write one of: {allowed}."),
    "rows_missing": marked("{key} is missing: the sheet {key} has no row of this record. Write at least one there."),
    "date_ambiguous": marked("{found} may be January or October: a number loses its last zero. Write the month with "
                             "two digits, such as 2025-10."),
    "example_left": marked("This still says the example's text. Write your own, or delete the row."),
    "row_twice": marked("This row and the row at {found} are the same record. If this one is a separate record, "
                        "delete what is in its hidden column A; if not, delete the row."),
    "row_replaced": marked("This row was another record ({found}), and little of it is the same. If it is a new "
                           "record, write it in an empty row; if it is the same, change its title first, here and "
                           "in the rows that name it, and the rest the next time."),
    "entry_replaced": marked("This row was another entry ({found}), and little of it is the same. If it is a new one, "
                             "write it in an empty row, and here again what stood in this one. If it corrects that "
                             "one, change its text alone now and the rest the next time, or do so in its file {key}."),
    "location_renamed": marked("This row was the location “{found}” before. If it has another name now, change that in "
                               "a fresh export, or in its file {key}; if this is another one, write it in an empty "
                               "row."),
    "draft_emptied": marked("The record stays a draft, and is not shown: an emptied cell takes nothing out. To publish "
                            "it, write here: no."),
    "row_moved": marked("The record of this row belongs to {found}; a workbook cannot move it. Write that place here, "
                        "or, if it is a new record, delete what stands in the hidden column A of the row."),
    "row_unsure": marked("A record of this title is there already: {found}. If this is the same, write its date here; "
                         "if not, give it another title."),
    "said_otherwise": marked("{found} says here: {allowed}. Both cannot hold: agree on one, and write it in both or "
                             "leave it out of one of them."),
    "changed_since": marked("The record says {found} here, and this row would change it to {allowed}; it is not "
                            "known whether the writer of this row has seen that. To leave the record as it is, "
                            "write here what it says. To change it, do so in a fresh export, or in its file {key}. "
                            "If this is a different record, give it another title."),
    "entry_changed_since": marked("The record's entry says {found} here, and this row would change it to {allowed}; "
                                  "it is not known whether the writer of this row has seen that. To leave it as it "
                                  "is, write here what it says. To change it, do so in a fresh export, or in its "
                                  "file {key}. If this is a separate entry, write it in an empty row."),
    "review_other": marked("This sheet has made a review before ({found}), and says much of it otherwise. If this is "
                           "another reviewer, use a score sheet that nobody has sent yet; if it is the same, correct "
                           "the review in its file."),
    "only_in_older": marked("There is a newer copy of this workbook, {found}, and it does not have this row. Copy the "
                            "row there if it holds; then, or if it does not, delete this file."),
    "closed_or_open": marked("{found} closes the issue as unsolved, for good. If it is still open, write the step "
                             "that was taken here. If it is closed, fill in {key}: {allowed}."),
    "row_gone": marked("The record of this row was imported before and no longer exists ({found}), so the row is "
                       "not imported again. Delete the row here, and the rows of other sheets that name it. If the "
                       "record is to be created again, or if this is a different record, delete only what is in the "
                       "hidden column A of the row."),
    "row_deleted": marked("A record that said the same was imported before and no longer exists ({found}), so the row "
                          "is not imported again. Delete the row; if it is a different record, give it another title."),
    "row_elsewhere": marked("The record of this row belongs to another place now ({found}), so the row is not "
                            "imported here. Delete it, and the rows of other sheets that name it; write what is new "
                            "in a workbook of that place, or in that file. If this is a different record, delete "
                            "only what is in the hidden column A of the row."),
    "row_withdrawn": marked("The record of this row was withdrawn ({found}), so it is not imported again. Delete "
                            "the row here, and the rows of other sheets that name it. If the record is to be "
                            "published again, take its entry out of withdrawn.yaml; if this is a different record, "
                            "write it in an empty row, under another title."),
    "entry_moved": marked("This row was an entry of {found} before, and still stands there too: a workbook deletes "
                          "nothing. If it does not belong there, delete it in the file {key}."),
    "place_unclear": marked("It is not said which place this row belongs to. Write one of: {allowed}."),
    "file_unreadable": marked("The record of this row cannot be changed, because its file has errors: {found}."),
    "record_placeless": marked("The file does not say which place it belongs to. Its first line must be such as "
                               "“# places/shahe/dongyicun”; allowed: {allowed}."),
    "record_there": marked("A record of this title is there already, and says something else: {found}. Give this one "
                           "another title, or change that one."),
    "photo_not_sent": marked("The photo {found} is not taken: it must lie beside the text that names it, have at most "
                             "{allowed} MB, and be named by no other text. Send the text and its photos together."),
    "photo_without_words": marked("The photo {found} is not taken, because nothing says what it shows. Write that, and "
                                  "send the text and its photos together."),
    "breaks_other": marked("With this row, another record would no longer be right: {found}."),
    "read_as": marked("Read as: {found}."),
    "topic_asked": marked("{found} is no topic here, so the issue stands under “{allowed}”, with this word as its tag. "
                          "If one of the topics fits, choose it here; the office can teach the program the word."),
    "topic_missing": marked("No topic is given, so the issue stands under “{allowed}”. If another one fits better, "
                            "choose it here."),
    "word_asked": marked("{found} is not among the words of {key}, and was left out. Write one of: {allowed}."),
    "date_asked": marked("It cannot be told which date is meant: {found}. {key} was left open. Write a date such as "
                         "2025-09-11 or 2025-09 here, if it is known."),
    "raised_missing": marked("It is not said when this was raised, so that stands as not known. Write the day or the "
                             "month here, if somebody knows it."),
    "value_asked": marked("{found} could not be read as {key}, and was left out. Write a plain number, yes or no, or "
                          "leave the cell empty."),
    "draft_asked": marked("It cannot be told whether this may be shown: {found}. It stays a draft until this says "
                          "no."),
    "reference_asked": marked("{key}: there is no record {found}; this was left out."),
    "location_added": marked("{found} was added to the locations here ({allowed}). The office corrects its kind in "
                             "locations.yaml if need be."),
    "location_asked": marked("{found} is not among the locations here yet. The name was kept in the notes; the office "
                             "can add the location."),
    "masked": marked("Personal data must not be published, so it was masked: {found}. Write a role instead, such as “a "
                     "resident”."),
    "standing_asked": marked("How does it stand? {found} was not understood, and was left out. Write one of: "
                             "{allowed}. If it ended without a solution, write in {key} why."),
    "standing_day_asked": marked("It is not said on which day this was done. Write the day in {key}, if it is known."),
    "standing_differs": marked("{found} sounds like the end, but {key} says that it goes on, which holds. If it "
                               "is done, write so there."),
    "title_twice": marked("Row {found} has the same title. If this is the same matter, tell all in one row; if not, "
                          "give one of them another title."),
    "step_known": marked("This step stands there already: {found}. It was not added again."),
    "step_withdrawn": marked("What happened no longer tells this: {found}. It was taken out of the record."),
    "step_asked": marked("This step seems to stand there already: {found}. It was not added again. If it is another "
                         "step, say what is different; if it is to be changed, change it in an exported workbook."),
    "standing_known": marked("The record says that this is done, which holds. If it goes on ({found}), tell what has "
                             "happened since then."),
    "closing_differs": marked("{found} says that it ended without a solution, but {key} says that it is done. It "
                              "stands as ended without a solution until both say the same."),
    "year_asked": marked("{found} may mean {allowed}, so the date was left open. Write the one that is meant."),
    "ditto_first": marked("There is nothing above that {found} could stand for. Write here what is meant."),
    "reason_asked": marked("Why did it end without a solution? Write in {key} one of: {allowed}."),
    "plan_asked": marked("{found} was read as something planned, not as something done. When it is done, write a step "
                         "of its own."),
    "copy_asked": marked("This row was copied from row {found}, so this cell was left out. If it holds here too, "
                         "write it in other words."),
    "row_waits": marked("This row refers to a row that was not taken in; it is taken in together with it."),
    # personal data, always masked
    "mobile": marked("{key} holds what looks like a mobile number: {found}. "
                     "Personal data must not be published: delete it."),
    "landline": marked("{key} holds what looks like a private landline number: {found}. Delete it."),
    "resident_id": marked("{key} holds what looks like a resident identity number: {found}. "
                          "Personal data must not be published: delete it."),
    "bank_card": marked("{key} holds what looks like a bank card number: {found}. "
                        "Personal data must not be published: delete it."),
    "plate": marked("{key} holds what looks like a number plate: {found}. "
                    "Personal data must not be published: delete it."),
    "account": marked("{key} holds what looks like a WeChat or QQ account: {found}. "
                      "Personal data must not be published: delete it."),
    "email": marked("{key} holds an e-mail address: {found}. Delete it."),
    "door": marked("{key} holds what looks like a door address: {found}. "
                   "Name the compound or the building, never a door."),
    "name": marked("{key} holds what looks like a resident's name: {found}. Write the role instead."),
    "sensitive": marked("{key} holds a sensitive word near a person or a door: {found}. Delete it."),
    "minor": marked("{key} holds what looks like a named child: {found}. Delete it, or write the role."),
}


MAX_LISTED_WORDS = 12
"""At most this many of the allowed words are listed; the message says that there are more."""

_CODES_LISTING_ALLOWED = frozenset({"unknown_key", "missing_term", "not_allowed", "unknown_stage", "unknown_level",
                                    "unknown_criterion", "close_reason_missing"})
"""The problems whose message ends with the allowed values."""

A_TEXT, A_LIST, A_MAPPING = marked("a text"), marked("a list"), marked("keys with values")
"""Descriptions of what was found or expected: message ids that are values of problems."""


def describe_problem(problem: Problem, language: Language) -> str:
    """The message in `language`, without the position: what is wrong, what was probably meant, what is allowed."""
    message = MESSAGES[problem.code]
    values = _message_values(problem, language)
    sentences = [language.text(message, **values)]
    if near := format_for_terminal_line(problem.suggestion):
        sentences.append(language.text(marked("Did you mean {word}?"), word=near))
    if problem.code in _CODES_LISTING_ALLOWED and values["allowed"]:
        sentences.append(language.text(marked("Allowed: {allowed}."), allowed=values["allowed"]))
    return ("" if language.tag.startswith("zh") else " ").join(sentences)


def translate_example(problem: Problem, language: Language) -> str:
    """The corrected lines of a problem in `language` ("": none)."""
    return _translate_value(problem.example, language)


def _message_values(problem: Problem, language: Language) -> dict[str, str]:
    """The values of the message in `language`: a Chinese key as typed is followed by its English name."""
    values = {name: format_for_terminal_line(_translate_value(value, language)) for name, value in problem.values}
    names = [key.rpartition(".")[2] for key, name in get_key_names().items() if name == values.get("key")]
    if language.tag == "en" and len(set(names)) == 1:
        values["key"] += f" ({names[0]})"
    if problem.code in _TRANSLATED_VALUES:
        for name in _TRANSLATED_VALUES[problem.code] & values.keys():
            values[name] = language.text(values[name])
    return values


_TRANSLATED_VALUES: Mapping[str, frozenset[str]] = {"yaml": frozenset({"found"}), "unreadable": frozenset({"found"})}
"""Code → the values of its problems that are message ids."""


def _translate_value(value: str, language: Language) -> str:
    """A value with each of its words in this language (`vocabulary.encode_bilingual`); of many words the first ones."""
    words = [_translate_word(word, language) for word in value.split("\x1e")]
    named = ("、" if language.tag.startswith("zh") else ", ").join(words[:MAX_LISTED_WORDS])
    return language.text(marked("{words} and others"), words=named) if len(words) > MAX_LISTED_WORDS else named


def _translate_word(word: str, language: Language) -> str:
    if word.startswith("\t"):
        _, chinese, english = word.split("\t", 2)
        return chinese if language.tag.startswith("zh") else english
    return language.text(word) if word in (A_TEXT, A_LIST, A_MAPPING) else word


_LEVEL_NAMES = {"warning": marked("warning"), "notice": marked("note")}


def format_problems_as_text(problems: Iterable[Problem], folder: str, language: Language) -> Iterator[str]:
    """The lines for a terminal, grouped by file; `folder` is the path from the working folder to the content folder."""
    for _, group in groupby(problems, key=lambda problem: problem.path):
        for problem in group:
            level = "" if problem.level == "error" else language.text(_LEVEL_NAMES[problem.level]) + ": "
            position = format_problem_position(problem, folder)
            yield escape_for_terminal(f"{position}: {level}{describe_problem(problem, language)}")
            if problem.example:
                yield "    " + language.text(marked("Write:"))
                yield escape_for_terminal(translate_example(problem, language))
        yield ""


def format_problems_as_github(problems: Iterable[Problem], folder: str, language: Language) -> Iterator[str]:
    """GitHub workflow commands that annotate each problem at its line."""
    for problem in problems:
        text = describe_problem(problem, language)
        if problem.example:
            example = escape_for_terminal(translate_example(problem, language))
            text += "\n" + language.text(marked("Write:")) + "\n" + example
        file = _escape_command(_join_path(folder, problem.path), ":,")
        yield f"::{problem.level} file={file},line={problem.line},col={problem.column}::{_escape_command(text)}"


def format_problems_as_json(problems: Iterable[Problem], folder: str, language: Language) -> Iterator[str]:
    """One JSON list of all problems."""
    rows = [{"path": _join_path(folder, problem.path), "line": problem.line, "column": problem.column,
             "level": problem.level, "code": problem.code, "message": describe_problem(problem, language),
             "example": translate_example(problem, language) or None,
             **({"cell": problem.cell} if problem.cell else {})}
            for problem in problems]
    yield json.dumps(rows, ensure_ascii=False, indent=1)


def format_problem_position(problem: Problem, folder: str) -> str:
    """The position of a problem as editors and terminals understand it: `file:line:column`; in a workbook, the cell."""
    return f"{_join_path(folder, problem.path)}:{problem.cell or f'{problem.line}:{problem.column}'}"


def _join_path(folder: str, path: str) -> str:
    return format_for_terminal_line(posixpath.normpath(posixpath.join(folder, path)))


def _escape_command(text: str, more: str = "") -> str:
    for character in "%\r\n" + more:
        text = text.replace(character, f"%{ord(character):02X}")
    return text


def keep_worst(problems: Sequence[Problem], most: int) -> Sequence[Problem]:
    """The problems, if they are at most so many; else the worst ones, and of those the first."""
    return problems if len(problems) <= most else sorted(problems, key=_rank_of_problem)[:most]


def _rank_of_problem(problem: Problem) -> tuple[int, Problem]:
    return (_LEVELS.index(problem.level), problem)


_LEVELS = ("error", "warning", "notice")


def limit_problems(problems: Iterable[Problem], most: int) -> Iterator[Problem]:
    """The problems in order; of a file with more than `most` the worst ones, and where the others begin."""
    for _, group in groupby(sorted(problems), key=lambda problem: problem.path):
        told = sorted(group, key=_rank_of_problem)
        yield from sorted(told[:most])
        if further := told[most:]:
            yield replace(further[0], code="more_problems", values=(("found", str(most)),), suggestion="", example="")


def select_errors(problems: Sequence[Problem]) -> list[Problem]:
    """The problems that stop a build."""
    return [problem for problem in problems if problem.level == "error"]
