"""Where the values of a record stand in its file."""


from msgspec import Struct

from ...model.problems import KeyPath


class SourcePosition(Struct, frozen=True):
    """Where a value stands, and its key as typed. `below`: a text that begins on the line below."""

    line: int
    column: int
    key: str
    starts_below: bool = False

    def shift_down(self, lines: int) -> tuple[int, int]:
        """The line and column of what stands so many lines below the beginning of the text."""
        lines += self.starts_below
        return (self.line + lines, 1) if lines else (self.line, self.column)


class SourcePositions(dict[KeyPath, SourcePosition]):
    """Where the values of a record stand."""

    def nearest(self, keys: KeyPath) -> SourcePosition:
        """The place of the value at `keys`, or of the nearest one above it."""
        while keys not in self:
            keys = keys[:-1]
        return self[keys]
