"""Pages that list records: by topic, status and month, the wall, search, obligations, corrections, sources, data."""
