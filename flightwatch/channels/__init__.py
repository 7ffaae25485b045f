"""The ways out: standard output, mail, messengers, the heartbeat."""
