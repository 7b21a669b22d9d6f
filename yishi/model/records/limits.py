"""How much is read at most, so that no file, careless or hostile, stops a build or fills the memory: the one table.

`Limits` are those that a site may set in its `site.yaml`; the others hold for every site.
"""

from .field_types import Count, Model

MEGABYTE = 1_000_000
"""In bytes."""


class Limits(Model):
    """What a site may set: a town with long registers, large photos or a large workbook needs more."""

    record_mb: Count = 2
    """Megabytes of a record file; one as large takes three seconds and a tenth of a gigabyte."""
    list_entries: Count = 5_000
    """Entries of a list, such as a log, and keys of a mapping, such as the records of a file that holds several."""
    photo_mb: Count = 30
    """Megabytes of the file of a photo."""
    photo_megapixels: Count = 40
    """Millions of pixels of a photo; each takes three bytes when it is decoded."""
    attachment_mb: Count = 50
    """Megabytes of any other file that is published."""
    workbook_mb: Count = 128
    """Megabytes of a workbook or table that is sent in, unpacked; 10,000 issues with their logs take a quarter."""
    workbook_cells: Count = 500_000
    """Cells of a workbook or table that are not empty; as many take 15 seconds and half a gigabyte."""


DEFAULT_LIMITS = Limits()
"""Those of a site that sets none."""

MAX_DEPTH = 50
"""Levels of nesting of a record file."""

MAX_TEXT_LENGTH = 200_000
"""Characters of a text: those of a book."""

MAX_TYPING_ERRORS = 50
"""Typing errors of a file that are corrected while it is parsed; after that the rest is not read."""

MAX_REPARSED_CHARACTERS = 4_000_000
"""Characters that are parsed again, in all, for the typing errors of a file: some five seconds."""

MAX_PROBLEMS = 200
"""Problems that are told of one file; once they are mended, the next are told."""

MAX_ANGLES, MAX_FENCES, MAX_NOTES, MAX_BACKSLASHES, MAX_BLOCK_LINES, MAX_OPEN_BRACKETS, MAX_INDENTATION = (
    2_000, 1_000, 1_000, 20_000, 2_000, 50, 200)
"""Of a Markdown text: `<`, fences of code, footnotes, `\\`, lines without a blank line between them, brackets in
brackets, characters before the first word of a line. Beyond these Python-Markdown takes minutes, or exhausts its
stack."""

MAX_SEARCHED_BYTES = 20 * MEGABYTE
"""Bytes of an attachment that are searched for personal data; of an Office file, of its unpacked texts."""

MAX_TAGS_PER_CELL = 8
"""XML tags of a workbook for each cell that it may have: twice those of a cell with a text."""

MAX_COVERED_CELLS = 100_000
"""Cells in the merged areas and links of a workbook together: openpyxl creates each of them, even if empty."""

MAX_HIDDEN_COLUMNS = 1_000
"""Columns of a sheet that are looked at one by one where a range of them is hidden."""
