"""Tests of `yishi.search`."""
