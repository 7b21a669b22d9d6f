"""Records: their models, keys and vocabularies, dates, paths and URLs, languages, problems and messages.

In: plain values as typed. Out: frozen, validated values, and problems. Does not read content.
"""
