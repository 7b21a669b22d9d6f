"""Tests of `yishi.core`."""
