"""Tests of `yishi.library`."""
