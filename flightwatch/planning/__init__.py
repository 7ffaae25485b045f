"""What to ask OpenSky in a poll, so that the credits last and tell most."""
