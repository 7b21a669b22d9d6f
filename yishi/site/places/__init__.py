"""Pages of places: home, a place, its year, its report card, its peers, its gaps."""
