"""Pages of single records: an issue, a case, an activity, a review, a location, a method."""
