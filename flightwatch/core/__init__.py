"""The nouns, and what follows from them alone: state vectors, visits, airports, tail numbers, distances."""
