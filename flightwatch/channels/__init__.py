"""The ways out: standard output, mail, messengers, webhooks, the heartbeat."""
