"""Pages of single records: issues, cases, activities, reviews, locations, methods."""
