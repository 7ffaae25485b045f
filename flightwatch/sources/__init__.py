"""Where state vectors come from."""
