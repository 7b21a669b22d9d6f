"""Tests of `yishi.workbook`."""
