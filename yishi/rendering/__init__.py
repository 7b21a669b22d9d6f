"""A page model and its template → bytes."""
