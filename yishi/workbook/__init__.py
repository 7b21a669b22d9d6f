"""Workbooks: spreadsheets (.xlsx, .csv) that people fill in, imported into record files and exported from them."""
