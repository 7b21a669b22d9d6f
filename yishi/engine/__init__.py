"""A build: what is stale and why, what is cached between builds, and what is written.

In: a content folder, templates and options. Out: the files of the site, and a report of what was done.
"""
