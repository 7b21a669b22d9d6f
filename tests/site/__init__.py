"""Tests of `yishi.site`."""
