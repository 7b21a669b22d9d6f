"""Search without a server: index files that a small script in the browser loads piece by piece.

In: the searchable texts of all records. Out: the files of the index, and its state for incremental updates.
"""

from .index import (
    REPORTED_SUFFIX,
    SYNONYMS_FILE,
    IndexedRecord,
    IndexState,
    SearchableText,
    SearchIndex,
    build_index,
    encode_synonyms,
    fingerprint_index_file,
    update_index,
)
from .record_text import extract_searchable_text

__all__ = ["REPORTED_SUFFIX", "SYNONYMS_FILE", "IndexState", "IndexedRecord", "SearchIndex", "SearchableText",
           "build_index", "encode_synonyms", "extract_searchable_text", "fingerprint_index_file", "update_index"]
