"""Tests of `yishi.engine`."""
