"""Search without a server: the files of an index that a small script in the reader's browser loads piece by piece."""

from .index import FOLDER, Entry, Index, Kept, Text, index_of, names_of

__all__ = ["FOLDER", "Entry", "Index", "Kept", "Text", "index_of", "names_of"]
