"""Lists of records: by time, topic and status, the wall, search, sources."""
