"""General services without knowledge of records: files, hashes, CSV, processes and the types of outputs.

In: paths and bytes. Out: bytes, fingerprints and plans of output files.
"""
