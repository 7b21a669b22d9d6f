"""Tests of `yishi.cli`."""
