"""A report: visits to look at, as one page that carries all it needs."""
