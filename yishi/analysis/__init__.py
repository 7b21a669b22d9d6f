"""What follows from records: progress, statistics, suppression, breakdowns, obligations, lists and tables.

In: the linked library and the day of the report. Out: typed values that pages and exports show. Pure.
"""
