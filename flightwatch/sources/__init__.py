"""Where state vectors and flights come from."""
