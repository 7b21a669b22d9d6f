"""Tests of `yishi.model`."""
