"""What a record is: its models, keys and vocabularies, dates, paths and URLs, languages, problems and messages.

In: plain values as they were typed. Out: frozen, validated values, and problems. Reads no content."""
