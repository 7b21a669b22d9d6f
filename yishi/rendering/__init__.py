"""Render page models with their templates.

In: an output with its page model, templates, paths of static files. Out: bytes.
"""
