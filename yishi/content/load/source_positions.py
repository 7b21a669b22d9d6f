"""Positions of the values of a record in its file."""

from msgspec import Struct

from ...model.problems import KeyPath


class SourcePosition(Struct, frozen=True):
    """The position of a value, and its key as typed. `below`: whether its text begins on the next line."""

    line: int
    column: int
    key: str
    starts_below: bool = False

    def shift_down(self, lines: int) -> tuple[int, int]:
        """The line and column of something that many lines below the beginning of the text."""
        lines += self.starts_below
        return (self.line + lines, 1) if lines else (self.line, self.column)


class SourcePositions(dict[KeyPath, SourcePosition]):
    """Positions of the values of a record."""

    def nearest(self, keys: KeyPath) -> SourcePosition:
        """The position of the value at `keys`, or of the nearest one above it."""
        while keys not in self:
            keys = keys[:-1]
        return self[keys]
