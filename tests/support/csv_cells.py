"""What the documents say of cells of the site's tables, as a reader of them would do it."""


def unescape_cell(text: str) -> str:
    """The text of a cell: without the apostrophe that keeps a spreadsheet from taking it for a formula."""
    return text.removeprefix("'")
