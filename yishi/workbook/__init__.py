"""Workbooks: sheets that people fill, and the records that they are of."""
