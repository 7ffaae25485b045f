"""What to ask in a poll, so that the credits last and tell most."""
