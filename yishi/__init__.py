"""Yishi (议事): a static site generator for public governance reports."""

__version__ = "0.2.0"

LANGUAGES = ("zh-Hans", "en")
"""The languages that Yishi ships, the working language of its writers first. Others are converted from them."""
