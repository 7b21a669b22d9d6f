"""Tests of `yishi.content`."""
