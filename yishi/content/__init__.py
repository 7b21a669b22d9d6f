"""Files of the content folder → records: YAML, Markdown, photos, personal data, repairs, Git history, new records.

In: the bytes of one file. Out: its records, or problems with their line and column. Knows one file at a time."""
