"""Tests of `yishi.exports`."""
