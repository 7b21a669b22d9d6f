"""Pages of places: home, a place, its year, report card, peer comparison and gaps."""
