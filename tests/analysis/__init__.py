"""Tests of `yishi.analysis`."""
