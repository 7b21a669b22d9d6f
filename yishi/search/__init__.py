"""Search without a server: the files of an index that a small script in the reader's browser loads piece by piece."""

from .index import (
    REPORTED_SUFFIX,
    IndexedRecord,
    IndexState,
    SearchableText,
    SearchIndex,
    build_index,
    fingerprint_index_file,
    update_index,
)
from .record_text import extract_searchable_text

__all__ = ["REPORTED_SUFFIX", "IndexState", "IndexedRecord", "SearchIndex", "SearchableText", "build_index",
           "extract_searchable_text", "fingerprint_index_file", "update_index"]
