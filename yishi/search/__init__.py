"""Search without a server: the files of an index that a small script in the reader's browser loads piece by piece."""

from .index import REPORTED, Entry, Index, Kept, Text, index_of, sign, updated
from .texts import text_of

__all__ = ["REPORTED", "Entry", "Index", "Kept", "Text", "index_of", "sign", "text_of", "updated"]
