"""Parse files of the content folder into records: YAML, Markdown, photos, personal data, repairs, Git history, new
records.

In: the bytes of one file. Out: its records, or problems with their line and column. Each file is handled on its own.
"""
