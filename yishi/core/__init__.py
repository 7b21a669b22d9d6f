"""Files, hashes, CSV, processes and the types of outputs: what any program of this kind needs.

In: paths and bytes. Out: bytes, fingerprints, plans of files. Knows nothing of records."""
