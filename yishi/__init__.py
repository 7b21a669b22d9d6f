"""Yishi (议事): a static site generator for public governance reports."""

__version__ = "0.1.0"
